"""The best plan with given whole numbers: the energy that serves them sized on all hours, then rebuilt exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from capacity.model.linear import Key
from capacity.model.risk import RISK_COLUMNS
from capacity.model.stages import Part
from capacity.solver.arrays import Vector
from capacity.solver.dispatch import WATT, BlockDispatch, monthly_peaks, rebuild
from capacity.solver.extraction import policy_shortfalls
from capacity.solver.linear import LinearFailureError
from capacity.solver.presolve import implied_bounds
from capacity.solver.problem import Problem
from capacity.solver.relaxation import Relaxation

ENERGY = ("generation", "battery_mw", "battery_mwh", "dppa_mw", "ups_battery")
PEAK = "demand_peak"
RESERVE = ("reserve", "battery_discharge", "battery_usable")
OTHER_HALF = {"battery_mw": "battery_mwh", "battery_mwh": "battery_mw"}
NOTHING_MW = 0.02
SAME = 1e-6
"""Relative, of a MW: what rounding leaves open of a decided load is no decision."""
ROOMS = (0.0, 1e-3)
"""Shares by which a capacity may be smaller or larger than sized where the relaxation left a row open by a hair."""


@dataclass(frozen=True)
class Candidate:
    """A plan that holds in every hour, with the relaxation of its ``busy`` blocks (those with load).

    ``costs``: billion VND of each scenario, shape (scenarios,); ``cost``: what they come to in the objective, with the
    price of what is missed where that is allowed.
    """

    master: Vector
    hours: list[BlockDispatch]
    costs: Vector
    cost: float
    relaxation: Relaxation
    busy: list[int]


def candidate(
    problem: Problem,
    integers: Vector,
    *,
    precision: float,
    margin: float,
    room: float = 0.0,
    near: Relaxation | None = None,
    known: tuple[Relaxation, list[int]] | None = None,
) -> Candidate | None:
    """The plan of these whole numbers, or None when none was found; what was learnt goes into the master's cuts.

    ``margin`` tightens limits on hours, so that whole watts hold. The master's own decisions are completed first;
    with ``room`` they do that share more than the hours are known to ask of them. ``near``: see ``Problem.relaxed``.
    ``known``: a relaxation with that margin and its blocks, to be taken where these whole numbers change nothing in it.
    """
    lower, upper = problem.lower.copy(), problem.upper.copy()
    lower[problem.whole] = upper[problem.whole] = integers
    settled = problem.completed(lower, upper, room=room)
    if settled is None:
        return None
    busy = [index for index in range(len(problem.blocks)) if problem.load_of(index, settled) > 0]
    energy = _energy_columns(problem)
    free = _serving(problem, energy, busy)
    lower, upper = settled.copy(), settled.copy()
    lower[energy] = upper[energy] = np.clip(0.0, problem.lower[energy], problem.upper[energy])
    lower[free], upper[free] = problem.lower[free], problem.upper[free]
    if known is not None and known[1] == busy and _holds_within(problem, known[0], lower, upper):
        relaxation = known[0]
    else:
        try:
            relaxation = problem.relaxed(lower, upper, busy, precision=precision, margin=margin, near=near)
        except LinearFailureError:
            return None
        if not np.isfinite(relaxation.master).all():
            return None  # the hours have no solution here, and the iterate ran away
        problem.master.add(problem.cuts(relaxation, busy))
    master = _bought_as_sized(problem, relaxation, lower, upper, free)
    hours = None if master is None else _rebuilt(problem, master, relaxation, busy)
    if master is None or hours is None:
        return None
    master = _without_idle_steps(problem, _with_peaks_of(problem, master, hours), hours)
    costs = problem.staged.costs(master, [block.cost for block in hours])
    cost = problem.staged.objective(costs) + float(problem.missed @ master)
    return Candidate(master, hours, costs, cost, relaxation, busy)


def only_energy_is_open(problem: Problem) -> bool:
    """Whether the rows decide all that the hours see but the energy: a relaxation is that of every plan then."""
    matrix, row_lower, row_upper = problem.linear.matrix()
    lower, upper = implied_bounds(matrix, row_lower, row_upper, problem.lower, problem.upper)
    given = seen_beside_energy(problem)
    return bool(np.all(upper[given] - lower[given] <= SAME * np.maximum(1.0, np.abs(upper[given]))))


def _holds_within(problem: Problem, known: Relaxation, lower: Vector, upper: Vector) -> bool:
    """Whether a relaxation is one within these bounds, as far as the hours see them."""
    if not known.has_converged:
        return False
    seen = problem.seen
    room = SAME * np.maximum(1.0, np.abs(known.master[seen]))
    return bool(np.all((known.master[seen] >= lower[seen] - room) & (known.master[seen] <= upper[seen] + room)))


def seen_beside_energy(problem: Problem) -> list[int]:
    """Columns of the master that the hours see and a plan is given: loads, connections, plant."""
    energy = set(_energy_columns(problem))
    return [column for column in problem.seen if column not in energy]


def _energy_columns(problem: Problem) -> list[int]:
    """Columns that only energy decides: purchases, what stands, reserves, allotments, months' peaks, what is paid."""
    return [
        column
        for column, key in enumerate(problem.keys)
        if (key[1] if key[0] == "build" else key[0]) in ENERGY
        or key[0] in ("allotment", "choice", "paid", PEAK, *RESERVE, *RISK_COLUMNS)
    ]


def _serving(problem: Problem, energy: list[int], busy: list[int]) -> list[int]:
    """Energy columns less the allotments and peaks of sites and years without load, and purchases for them.

    A purchase is for all scenarios: load in one of them is enough.
    """
    loaded = {problem.blocks[index].key for index in busy}
    idle = set[int]()
    for part in problem.staged.parts:
        own = {problem.blocks[index].key for index in busy if index in part.places}
        for name, site, year in (("allotment", 2, 3), (PEAK, 1, 4)):
            for key, column in part.model.frame.model.matching(name):
                if (str(key[site]), int(key[year])) not in own:
                    idle.add(int(part.columns[column]))
    for column in energy:
        key = problem.keys[column]
        if key[0] == "build" and (str(key[2]), int(key[-1])) not in loaded:
            idle.add(column)
    return [column for column in energy if column not in idle]


def _bought_as_sized(
    problem: Problem, relaxation: Relaxation, lower: Vector, upper: Vector, free: list[int]
) -> Vector | None:
    """The master with the capacities of the relaxation, less those too small to be a thing.

    UPS batteries carry what they must: they are not limited to their size there, and left out only where the battery's
    reserve makes up for them.
    """
    bought = [c for c in free if problem.keys[c][0] == "build"]
    sized = np.clip(relaxation.master[bought], problem.lower[bought], problem.upper[bought])
    must = [c for c in bought if problem.keys[c][1] == "ups_battery"]
    dust = {problem.keys[c] for c, amount in zip(bought, sized, strict=True) if amount < NOTHING_MW}
    dust |= {(k[0], OTHER_HALF[str(k[1])], *k[2:]) for k in dust if k[1] in OTHER_HALF}
    sized = np.where([problem.keys[c] in dust for c in bought], problem.lower[bought], sized)
    lower, upper = lower.copy(), upper.copy()
    for room in ROOMS:
        lower[bought] = np.maximum((1 - room) * sized, problem.lower[bought])
        upper[bought] = np.minimum((1 + room) * sized, problem.upper[bought])
        upper[must] = problem.upper[must]
        master = problem.completed(lower, upper)
        if master is not None:
            return master
    return None


def _rebuilt(problem: Problem, master: Vector, relaxation: Relaxation, busy: list[int]) -> list[BlockDispatch] | None:
    """Hours of all blocks, or None when some limit does not hold with this master."""
    hours: list[BlockDispatch] = []
    known = {index: place for place, index in enumerate(busy)}
    for part in problem.staged.parts:
        frame, own = part.model.frame, part.own(master)
        for index, block in zip(part.places, part.model.blocks, strict=True):
            place = known.get(index)
            if place is None:
                hours.append(rebuild(frame, block, None, own, None))
            else:
                hours.append(rebuild(frame, block, relaxation.layouts[place], own, relaxation.primals[place]))
        rebuilt = hours[part.first_block :]
        if any(block.unserved_mwh > 0 for block in rebuilt) or policy_shortfalls(part.model, own, rebuilt):
            return None
    return hours


def _with_peaks_of(problem: Problem, master: Vector, hours: list[BlockDispatch]) -> Vector:
    """The same plan paying for the months' peaks of the rebuilt hours, in which no row of the master has a part."""
    master = master.copy()
    for part in problem.staged.parts:
        own = part.own(master)
        for block, rebuilt in zip(part.model.blocks, part.of_blocks(hours), strict=True):
            for column, peak in monthly_peaks(part.model.frame, block, own, rebuilt.dispatch).items():
                master[part.columns[column]] = peak
    return master


def _without_idle_steps(problem: Problem, master: Vector, hours: list[BlockDispatch]) -> Vector:
    """The same plan without grid steps that no hour of any scenario uses.

    Where the price depends on a step's voltage they stay.
    """
    follow = [c for c, key in enumerate(problem.keys) if key[0] in ("choice", "connection", "paid", *RISK_COLUMNS)]
    priced = {key[1] for key in problem.keys if key[0] == "voltage"}
    for column, key in enumerate(problem.keys):
        if key[:2] != ("build", "grid_step") or key[2] in priced or master[column] < 0.5 or problem.lower[column] > 0:
            continue
        if not all(_idle(part, key, part.own(master), part.of_blocks(hours)) for part in problem.staged.parts):
            continue
        lower, upper = master.copy(), master.copy()
        lower[column] = upper[column] = 0.0
        lower[follow], upper[follow] = problem.lower[follow], problem.upper[follow]
        without = problem.completed(lower, upper)
        master = master if without is None else without
    return master


def _idle(part: Part, order: Key, own: Vector, hours: Sequence[BlockDispatch]) -> bool:
    """Whether in a scenario the connection has the power of a step to spare in every hour from its order's year on."""
    site, step, year = str(order[2]), str(order[4]), int(order[5])
    asset = part.model.frame.assets["grid_step", site, "", step]
    add_mw = next(s.add_mw for s in asset.site.grid.steps if s.id == step)
    later = [block.dispatch for block in hours if block.dispatch.site == site and block.dispatch.year >= year]
    return all(_connection(part, own, d.site, d.year) - float(d.grid_w.max()) / WATT >= add_mw for d in later)


def _connection(part: Part, own: Vector, site: str, year: int) -> float:
    """MW of the grid connection of a site and year in a scenario."""
    return sum(
        float(own[column])
        for key, column in part.model.frame.model.matching("connection")
        if (key[1], key[3]) == (site, year)
    )
