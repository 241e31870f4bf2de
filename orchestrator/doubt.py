"""Decisions under doubt: which assumptions change what is built within their range, and what is therefore not decided.

Screening is first-order and needs no solver: the plan and the plans that are best without one of its choices are
costed again with a figure 30 % lower and higher. A choice whose margin shrinks most is most in doubt. The figures that
lead this list are then tried in earnest: the province is sized at both ends, and a decision that differs has flipped.
Zones without a published price are one location (tender) and are not ranked among themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from capacity.accounts import compute_accounts
from capacity.demand import DemandInputError, compute_demand
from capacity.inputs import CapacityInputs
from capacity.plan import Plan
from orchestrator.absence import TENDER, Item, items_of, without
from orchestrator.ensemble import Workers
from orchestrator.province import Province, plan_figures
from orchestrator.province.changes import Change, with_changes
from orchestrator.province.paths import item_names, split_path
from orchestrator.studies import Progress, Sized, Solve, Variation, run_study
from orchestrator.translate import to_capacity_inputs

if TYPE_CHECKING:
    from capacity.solver import SolveOptions

RANGE = 0.3
_AT_THE_END = re.compile(r"(?:\.\d+|\[\d+\])+$")
SMALL_MW = 0.05
CHOICES = ("module", "site", "generation", "battery", "dppa_mw", "rent")
ALTERNATIVES_AT_MOST = 8
Decisions = dict[tuple[str, str], str]
"""(kind, what) -> choice; kinds: programme, site, hall, technology, provider."""


@dataclass(frozen=True)
class Assumption:
    """A figure (or a table by year) that is marked an assumption. ``doubt``: share of the closest choice's margin that
    its range takes, at first order; 1 and more: the choice flips as far as costs of given plans can tell."""

    file: str
    line: int
    field: str
    value: Any
    steps: tuple[str | int, ...]
    doubt: float = 0.0


@dataclass(frozen=True)
class Tried:
    """An assumption with the province sized at both ends of its range (None: no valid province or no plan there)."""

    assumption: Assumption
    low: Sized | None
    high: Sized | None
    flips: tuple[tuple[str, str, str], ...]
    """(kind, what, the other choice)"""


@dataclass(frozen=True)
class Doubt:
    """The plan as it is, its decisions, and the assumptions tried, most doubtful first."""

    base: Sized
    decisions: Decisions
    tried: tuple[Tried, ...]
    screened: int


def decisions_of(inputs: CapacityInputs, plan: Plan, pools: Mapping[str, tuple[str, ...]]) -> Decisions:
    """What a plan decides: build or rent by programme; sites, hall types, technologies and priced zones in use."""
    found: Decisions = {}
    built: dict[str, float] = {}
    rented: dict[str, float] = {}
    for placement in plan.placements:
        for programme in pools.get(placement.pool, ()):
            built[programme] = built.get(programme, 0.0) + 1.0
    years: dict[str, set[int]] = {}
    for rent in plan.rents:
        for programme in pools.get(rent.pool, ()):
            rented[programme] = rented.get(programme, 0.0) + rent.fraction
            years.setdefault(programme, set()).add(rent.year)
    for programme in sorted({name for names in pools.values() for name in names}):
        share = rented.get(programme, 0.0) / max(len(plan.years), 1)
        found["programme", programme] = "rent" if share >= 0.5 else "build"
    modules = {build.item for build in plan.builds if build.kind == "module"}
    places = {build.site for build in plan.builds if build.kind == "module"}
    powers: dict[str, float] = {}
    for build in plan.builds:
        if build.kind in ("generation", "battery_mw", "dppa_mw"):
            powers[build.item] = powers.get(build.item, 0.0) + build.amount
    for site in inputs.sites.sites:
        if site.allowed_halls:
            found["site", site.id] = _used(site.id in places)
    for hall in inputs.hardware.halls:
        if hall.orderable:
            found["hall", hall.id] = _used(hall.id in modules)
    technologies = [technology.id for technology in inputs.energy.generation]
    technologies += [inputs.energy.battery.id] if inputs.energy.battery is not None else []
    for name in technologies:
        found["technology", name] = _used(powers.get(name, 0.0) > SMALL_MW)
    zones = {zone for price in inputs.clouds.prices if price.published for zone in price.zones}
    locations = {rent.location for rent in plan.rents}
    for zone in sorted(zones | (locations & {TENDER})):
        found["provider", zone] = _used(zone in locations)
    return found


def _used(is_used: bool) -> str:
    return "used" if is_used else "unused"


def assumptions_of(province: Province) -> Iterator[Assumption]:
    """Figures that are marked assumptions, a table by year as one."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for figure in plan_figures(province.book):
        if figure.standing != "assumption" or isinstance(figure.value, bool):
            continue
        source = province.book.sources.get(figure.file)
        steps = split_path(figure.path) or []
        if source is None or not steps:
            continue
        if isinstance(source.data, list):
            steps = steps[1:]
        while steps and steps[-1].isdigit():
            steps = steps[:-1]
        if not steps or (figure.file, tuple(steps)) in seen:
            continue
        seen.add((figure.file, tuple(steps)))
        value, exact = _value_at(source.data, steps)
        if value is None or _scaled(value, 1.0) is None:
            continue
        yield Assumption(figure.file, figure.line, _AT_THE_END.sub("", figure.path), value, exact)


def _value_at(data: Any, steps: list[str]) -> tuple[Any, tuple[str | int, ...]]:
    exact: list[str | int] = []
    for step in steps:
        if isinstance(data, list):
            names = item_names(data)
            if step not in names:
                return None, ()
            data = data[names.index(step)]
            exact.append(step)
        elif isinstance(data, dict):
            key = step if step in data else int(step) if step.isdigit() and int(step) in data else None
            if key is None:
                return None, ()
            data = data[key]
            exact.append(key)
        else:
            return None, ()
    return data, tuple(exact)


def _scaled(value: Any, factor: float) -> Any:
    """A number, or a table or list of numbers, times a factor; whole numbers stay whole; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return round(value * factor) if abs(value) >= 10 else value * factor if factor != 1.0 else value
    if isinstance(value, float):
        return value * factor
    if isinstance(value, str):
        try:
            return str(float(value) * factor)
        except ValueError:
            return None
    if isinstance(value, dict) and value:
        parts = {key: _scaled(entry, factor) for key, entry in value.items()}
        return None if any(part is None for part in parts.values()) else parts
    return None


def _varied(province: Province, assumption: Assumption, factor: float) -> CapacityInputs | None:
    value = _scaled(assumption.value, factor)
    change = Change(assumption.file, assumption.steps, assumption.field, assumption.value, value, (None, None))
    varied = with_changes(province, province, [change])
    return None if varied is None else to_capacity_inputs(varied)


def _cost(inputs: CapacityInputs, plan: Plan) -> float | None:
    try:
        return compute_accounts(inputs, compute_demand(inputs), plan).objective_vnd
    except (DemandInputError, KeyError, ValueError, ZeroDivisionError):
        return None  # a plan made for other amounts need not have accounts here


def screened(province: Province, plans: list[Plan], progress: Progress) -> list[Assumption]:
    """Assumptions by doubt, largest first; ``plans``: the plan, and those without one of its choices.

    With no alternative the effect on the cost of the plan ranks.
    """
    base = to_capacity_inputs(province)
    costs = [_cost(base, plan) for plan in plans]
    whole = list(assumptions_of(province))
    found = []
    for done, assumption in enumerate(whole):
        progress("study", {"done": done, "all": len(whole)})
        worst = 0.0
        for factor in (1 - RANGE, 1 + RANGE):
            inputs = _varied(province, assumption, factor)
            if inputs is None:
                continue
            again = [_cost(inputs, plan) for plan in plans]
            worst = max(worst, _doubt(costs, again))
        found.append(
            Assumption(assumption.file, assumption.line, assumption.field, assumption.value, assumption.steps, worst)
        )
    return sorted(found, key=lambda a: -a.doubt)


def _doubt(costs: list[float | None], again: list[float | None]) -> float:
    """Largest share of a margin between the plan and another that is gone."""
    first, then = costs[0], again[0]
    if first is None or then is None:
        return 0.0
    # what moves the cost of the plan itself counts a little: it can move it away from choices that no plan here has
    worst = 0.1 * abs(then - first) / max(abs(first), 1.0)
    for cost, now in zip(costs[1:], again[1:], strict=True):
        if cost is not None and now is not None:
            margin = max(cost - first, 1e-3 * abs(first))
            worst = max(worst, (margin - (now - then)) / margin)
    return worst


def doubt(
    province: Province,
    top: int,
    options: SolveOptions,
    progress: Progress,
    *,
    base: Sized | None = None,
    workers: Workers | None = None,
    solve: Solve | None = None,
) -> Doubt | None:
    """The decisions of a province's plan and the ``top`` assumptions tried; None when it has no plan.

    ``base``: the province as it is, when it has been sized.
    """
    inputs = to_capacity_inputs(province)
    base = base or run_study({"base": Variation(inputs)}, options, progress, solve=solve)["base"]
    if not base.has_plan or base.result.plan is None:
        return None
    choices = [item for item in items_of(base.result.plan) if item.kind in CHOICES][:ALTERNATIVES_AT_MOST]
    others = run_study(
        {item.name: Variation(_refused(inputs, item), start=base.start) for item in choices},
        options,
        progress,
        workers=workers,
        solve=solve,
    )
    plans = [base.result.plan]
    plans += [other.result.plan for other in others.values() if other.has_plan and other.result.plan is not None]
    ranked = screened(province, plans, progress)
    ends: dict[str, Variation] = {}
    for place, assumption in enumerate(ranked[:top]):
        for end, factor in (("low", 1 - RANGE), ("high", 1 + RANGE)):
            varied = _varied(province, assumption, factor)
            if varied is not None:
                ends[f"{place}{end}"] = Variation(varied, start=base.start)
    sized = run_study(ends, options, progress, workers=workers, solve=solve)
    decisions = _decided(base)
    tried = []
    for place, assumption in enumerate(ranked[:top]):
        low, high = sized.get(f"{place}low"), sized.get(f"{place}high")
        flips = {
            (*key, choice)
            for end in (low, high)
            if end is not None and end.has_plan
            for key, choice in _decided(end).items()
            if decisions.get(key, choice) != choice
        }
        tried.append(Tried(assumption, low, high, tuple(sorted(flips))))
    return Doubt(base, decisions, tuple(sorted(tried, key=lambda t: (not t.flips, -t.assumption.doubt))), len(ranked))


def _refused(inputs: CapacityInputs, item: Item) -> CapacityInputs:
    return without(inputs, [item])


def _decided(sized: Sized) -> Decisions:
    assert sized.result.plan is not None
    pools = {pool.id: pool.programmes for pool in sized.demand.pools}
    return decisions_of(sized.inputs, sized.result.plan, pools)
