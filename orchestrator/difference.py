"""What changed between two plans, and which change of the inputs explains which part of the difference in cost.

Nothing is guessed: each change is applied alone to the old province and taken alone from the new one, and both are
sized. Its part is the mean of its two marginal effects (of two changes that is their Shapley value); what is left of
the whole difference is the changes' interaction. Errors are those that the certified gaps allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from capacity.accounts import Accounts
from orchestrator.ensemble import Workers
from orchestrator.province import Province
from orchestrator.province.changes import Change, changes_between, with_changes
from orchestrator.studies import Progress, Sized, Solve, Variation, run_study
from orchestrator.translate import to_capacity_inputs

if TYPE_CHECKING:
    from capacity.solver import SolveOptions

OLD, NEW = "old", "new"


@dataclass(frozen=True)
class Part:
    """What a change explains, VND; None when the province has no plan with it alone nor without it alone.

    ``added``: its effect alone on the old province; ``removed``: what taking it alone from the new one takes away.
    """

    change: Change
    vnd: float | None
    error_vnd: float
    added: float | None
    removed: float | None


@dataclass(frozen=True)
class Line:
    """An amount of the plan that differs: ``table`` and ``key`` name it."""

    table: str
    key: tuple[Any, ...]
    old: float
    new: float


@dataclass(frozen=True)
class Difference:
    """Two provinces sized, the changes with what they explain (largest first), and the amounts that differ."""

    old: Sized
    new: Sized
    parts: tuple[Part, ...]
    interaction_vnd: float | None
    lines: tuple[Line, ...]

    @property
    def total_vnd(self) -> float | None:
        """Cost of the new plan less that of the old; None when one of them has no plan."""
        if self.old.objective_vnd is None or self.new.objective_vnd is None:
            return None
        return self.new.objective_vnd - self.old.objective_vnd


def difference(
    old: Province,
    new: Province,
    options: SolveOptions,
    progress: Progress,
    *,
    workers: Workers | None = None,
    solve: Solve | None = None,
) -> Difference:
    """Compares two provinces by sizing both and every change by itself. Raises as ``studies.size`` does."""
    changes = changes_between(old, new)
    provinces: dict[str, Province | None] = {OLD: old, NEW: new}
    if len(changes) > 1:
        for change in changes:
            rest = [other for other in changes if other is not change]
            provinces[f"+{change.key}"] = with_changes(old, new, [change])
            provinces[f"-{change.key}"] = with_changes(old, new, rest)
    variations = {n: Variation(to_capacity_inputs(p)) for n, p in provinces.items() if p is not None}
    sized = run_study(variations, options, progress, workers=workers, solve=solve)
    if len(changes) == 1:
        sized |= {f"+{changes[0].key}": sized[NEW], f"-{changes[0].key}": sized[OLD]}
    parts = sorted((_part(change, sized) for change in changes), key=lambda p: -abs(p.vnd or 0.0))
    first, last = sized[OLD], sized[NEW]
    rest_vnd = None
    if first.objective_vnd is not None and last.objective_vnd is not None:
        rest_vnd = last.objective_vnd - first.objective_vnd - sum(part.vnd or 0.0 for part in parts)
    return Difference(first, last, tuple(parts), rest_vnd, tuple(plan_lines(first.accounts, last.accounts)))


def _part(change: Change, sized: Mapping[str, Sized]) -> Part:
    added = _effect(sized[OLD], sized.get(f"+{change.key}"))
    removed = _effect(sized.get(f"-{change.key}"), sized[NEW])
    known = [effect for effect in (added, removed) if effect is not None]
    if not known:
        return Part(change, None, 0.0, None, None)
    vnd, error = (sum(values) / len(known) for values in zip(*known, strict=True))
    return Part(change, vnd, error, added[0] if added else None, removed[0] if removed else None)


def _effect(before: Sized | None, after: Sized | None) -> tuple[float, float] | None:
    if before is None or after is None or before.objective_vnd is None or after.objective_vnd is None:
        return None
    return after.objective_vnd - before.objective_vnd, before.error_vnd + after.error_vnd


def plan_lines(old: Accounts | None, new: Accounts | None) -> Iterable[Line]:
    """Orders, rents, cost parts, energy and emissions that differ between two plans."""
    if old is None or new is None:
        return
    tables = (_amounts(old), _amounts(new))
    for table in tables[0]:
        left, right = tables[0][table], tables[1][table]
        for key in sorted(left.keys() | right.keys(), key=str):
            was, now = left.get(key, 0.0), right.get(key, 0.0)
            if abs(now - was) > 1e-6 * max(abs(was), abs(now), 1e-9):
                yield Line(table, key, was, now)


def _amounts(accounts: Accounts) -> dict[str, dict[tuple[Any, ...], float]]:
    found: dict[str, dict[tuple[Any, ...], float]] = {name: {} for name in ("builds", "rents", "parts", "figures")}

    def add(table: str, key: tuple[Any, ...], amount: float) -> None:
        found[table][key] = found[table].get(key, 0.0) + amount

    for order in accounts.orders:
        add("builds", (order.kind, order.site, order.hall, order.item, order.year), order.amount)
    for rent in accounts.rents:
        add("rents", (rent.pool, rent.location, rent.year), rent.vnd)
    for part in accounts.parts:
        add("parts", (part.key,), part.present_value_vnd)
    for row in accounts.province_years:
        if row.scope == "all":
            for figure in ("facility_mwh", "grid_mwh", "tco2_location"):
                add("figures", (figure, row.year), float(getattr(row, figure)))
    return found
