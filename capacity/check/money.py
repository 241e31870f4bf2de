"""Rules of money: budgets of the funding sources, and the total that the plan claims."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from capacity.accounts.money import Money, money_of, orders_of, rents_of
from capacity.check.evidence import CheckViolation, Evidence, Rule
from capacity.inputs.settings import CostCategory, Payer


def _money(evidence: Evidence) -> Money:
    standing = evidence.standing
    return money_of(standing, orders_of(standing), rents_of(standing, evidence.demand), evidence.hours)


def budgets_hold(evidence: Evidence) -> Iterator[CheckViolation]:
    """Every year, each payer's cash can be paid from its funding sources: category by category, within their budgets.

    Money can be assigned exactly when no group of categories needs more than all the sources that cover any of them
    hold (max-flow min-cut). A payer without a source in the folder is not limited; energy counts at mean tariff x
    facility load.
    """
    settings = evidence.inputs.settings
    limited = {source.payer for source in settings.funding}
    cash: dict[tuple[int, Payer], dict[CostCategory, float]] = defaultdict(dict)
    for (year, payer, category), vnd in _money(evidence).budgeted.items():
        if payer in limited and vnd > 0:
            cash[year, payer][category] = vnd
    for (year, payer), by_category in sorted(cash.items()):
        worst: tuple[float, float, float, tuple[CostCategory, ...]] = (0.0, 0.0, 0.0, ())
        for size in range(1, len(by_category) + 1):
            for group in combinations(sorted(by_category), size):
                needed = sum(by_category[category] for category in group)
                available = sum(
                    source.budget_vnd.get(year, 0.0)
                    for source in settings.funding
                    if source.payer == payer and set(source.covers) & set(group)
                )
                if needed - available > worst[0] + evidence.tolerances.money * needed:
                    worst = (needed - available, needed, available, group)
        _, needed, available, group = worst
        if group:
            where = f"{payer}/{year}"
            names = ", ".join(group)
            yield CheckViolation(
                "budgets_hold",
                where,
                needed,
                "VND",
                available,
                f"{where}: {needed / 1e9:,.3f} billion VND for {names}; the sources that cover them hold "
                f"{available / 1e9:,.3f} billion.",
                f"{where}: cần {needed / 1e9:,.3f} tỷ đồng cho {names}; các nguồn được chi cho các mục này có "
                f"{available / 1e9:,.3f} tỷ đồng.",
            )


def objective_is_recomputed(evidence: Evidence) -> Iterator[CheckViolation]:
    """The total present value that the plan claims is the one recomputed from its orders, rents and hours."""
    claimed = evidence.objective_vnd
    if claimed is None:
        return
    total = _money(evidence).objective_vnd
    if not math.isclose(claimed, total, rel_tol=evidence.tolerances.money, abs_tol=1.0):
        yield CheckViolation(
            "objective_is_recomputed",
            "plan",
            claimed,
            "VND",
            total,
            f"The plan claims {claimed / 1e9:,.6f} billion VND; recomputed it costs {total / 1e9:,.6f} billion.",
            f"Phương án ghi {claimed / 1e9:,.6f} tỷ đồng; tính lại là {total / 1e9:,.6f} tỷ đồng.",
        )


MONEY_RULES: tuple[Rule, ...] = (budgets_hold, objective_is_recomputed)
