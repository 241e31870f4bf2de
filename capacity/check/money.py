"""Rules of money: budgets of the funding sources, and the total that the plan claims."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from capacity.accounts.money import Money, money_of, orders_of, rents_of
from capacity.accounts.network import egress_years, link_years
from capacity.check.evidence import CheckViolation, Evidence, Rule
from capacity.check.words import CATEGORY_VI
from capacity.inputs.settings import CostCategory, Payer


def _money(evidence: Evidence) -> Money:
    standing, inputs, demand = evidence.standing, evidence.inputs, evidence.demand
    rents = rents_of(standing, demand)
    links = link_years(inputs, demand, evidence.traffic, evidence.plan)
    egress = egress_years(inputs, evidence.traffic, rents)
    standbys = evidence.standbys.rows()
    return money_of(standing, orders_of(standing), rents, evidence.hours, links, egress, standbys)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A group of categories that needs more than all the sources that cover any of them hold, VND."""

    group: tuple[CostCategory, ...]
    needed_vnd: float
    available_vnd: float


def worst_shortfall(
    cash: Mapping[CostCategory, float], sources: Sequence[tuple[Collection[CostCategory], float]], tolerance: float
) -> Shortfall | None:
    """The group of categories that lacks most money, None when all can be paid. ``sources``: (covers, budget) pairs.

    Cash can be assigned to sources exactly when no group of categories lacks money (max-flow min-cut).
    """
    worst: Shortfall | None = None
    for size in range(1, len(cash) + 1):
        for group in combinations(sorted(cash), size):
            needed = sum(cash[category] for category in group)
            available = sum(budget for covers, budget in sources if set(covers) & set(group))
            lacking = needed - available
            if lacking > tolerance * needed and (worst is None or lacking > worst.needed_vnd - worst.available_vnd):
                worst = Shortfall(group, needed, available)
    return worst


def budgets_hold(evidence: Evidence) -> Iterator[CheckViolation]:
    """Every year, each payer's cash can be paid from its funding sources that cover the category, within their budgets.

    A payer without a source in the folder is not limited; energy counts at the year's mean tariff x facility load.
    """
    settings = evidence.inputs.settings
    limited = {source.payer for source in settings.funding}
    cash: dict[tuple[int, Payer], dict[CostCategory, float]] = defaultdict(dict)
    for (year, payer, category), vnd in _money(evidence).budgeted.items():
        if payer in limited and vnd > 0:
            cash[year, payer][category] = vnd
    for (year, payer), by_category in sorted(cash.items()):
        sources = [(s.covers, s.budget_vnd.get(year, 0.0)) for s in settings.funding if s.payer == payer]
        lack = worst_shortfall(by_category, sources, evidence.tolerances.money)
        if lack is not None:
            where = f"{payer}/{year}"
            names, names_vi = ", ".join(lack.group), ", ".join(CATEGORY_VI[name] for name in lack.group)
            needed, available = lack.needed_vnd / 1e9, lack.available_vnd / 1e9
            yield CheckViolation(
                "budgets_hold",
                where,
                lack.needed_vnd,
                "VND",
                lack.available_vnd,
                f"{where}: {needed:,.3f} billion VND for {names}; the sources that cover them hold {available:,.3f}.",
                f"{where}: cần {needed:,.3f} tỷ đồng cho {names_vi}; các nguồn được chi cho các mục này có "
                f"{available:,.3f} tỷ đồng.",
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
            f"plan: it claims {claimed / 1e9:,.6f} billion VND; recomputed it costs {total / 1e9:,.6f} billion.",
            f"plan: phương án ghi {claimed / 1e9:,.6f} tỷ đồng; tính lại là {total / 1e9:,.6f} tỷ đồng.",
        )


MONEY_RULES: tuple[Rule, ...] = (budgets_hold, objective_is_recomputed)
