"""The best plan with given whole numbers: the energy that serves them sized on all hours, then rebuilt exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from capacity.model.frame import Asset
from capacity.solver.arrays import Vector
from capacity.solver.dispatch import WATT, BlockDispatch, monthly_peaks, rebuild
from capacity.solver.extraction import policy_shortfalls
from capacity.solver.interior import Relaxation
from capacity.solver.linear import LinearFailureError
from capacity.solver.problem import Problem

ENERGY = ("generation", "battery_mw", "battery_mwh", "dppa_mw", "ups_battery")
PEAK = "demand_peak"
RESERVE = ("reserve", "battery_discharge", "battery_usable")
OTHER_HALF = {"battery_mw": "battery_mwh", "battery_mwh": "battery_mw"}
NOTHING_MW = 0.02
ROOMS = (0.0, 1e-3)
"""Shares of a sized capacity that may stay unbuilt where the relaxation left a row open by a hair."""


@dataclass(frozen=True)
class Candidate:
    """A plan that holds in every hour, with the relaxation of its ``busy`` blocks (those with load)."""

    master: Vector
    hours: list[BlockDispatch]
    cost: float
    relaxation: Relaxation
    busy: list[int]


def candidate(
    problem: Problem, integers: Vector, *, precision: float, margin: float, room: float = 0.0
) -> Candidate | None:
    """The plan of these whole numbers, or None when none was found; what was learnt goes into the master's cuts.

    ``margin`` tightens limits on hours, so that whole watts hold. The master's own decisions are completed first;
    with ``room`` they do that share more than the hours are known to ask of them.
    """
    lower, upper = problem.lower.copy(), problem.upper.copy()
    lower[problem.whole] = upper[problem.whole] = integers
    settled = problem.completed(lower, upper, room=room)
    if settled is None:
        return None
    blocks = problem.model.blocks
    busy = [index for index, block in enumerate(blocks) if problem.load_of(block, settled) > 0]
    energy = _energy_columns(problem)
    free = _serving(problem, energy, {blocks[index].key for index in busy})
    lower, upper = settled.copy(), settled.copy()
    lower[energy] = upper[energy] = 0.0
    lower[free], upper[free] = problem.lower[free], problem.upper[free]
    try:
        relaxation = problem.relaxed(lower, upper, busy, precision=precision, margin=margin)
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
    cost = float(problem.cost @ master) + problem.linear.offset + sum(part.cost for part in hours)
    return Candidate(master, hours, cost, relaxation, busy)


def _energy_columns(problem: Problem) -> list[int]:
    """Columns that only energy decides: purchases, what stands, reserves, allotments, months' peaks, what is paid."""
    return [
        column
        for column, key in enumerate(problem.keys)
        if (key[1] if key[0] == "build" else key[0]) in ENERGY
        or key[0] in ("allotment", "choice", "paid", PEAK, *RESERVE)
    ]


def _serving(problem: Problem, energy: list[int], busy: set[tuple[str, int]]) -> list[int]:
    """Energy columns less the purchases, allotments and peaks of sites and years without load."""
    found = []
    for column in energy:
        key = problem.keys[column]
        if key[0] == "build" and (str(key[2]), int(key[-1])) not in busy:
            continue
        if key[0] == "allotment" and (str(key[2]), int(key[3])) not in busy:
            continue
        if key[0] == PEAK and (str(key[1]), int(key[4])) not in busy:
            continue
        found.append(column)
    return found


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
    sized = np.where([problem.keys[c] in dust for c in bought], 0.0, sized)
    lower, upper = lower.copy(), upper.copy()
    upper[bought] = sized
    upper[must] = problem.upper[must]
    for room in ROOMS:
        lower[bought] = (1 - room) * sized
        master = problem.completed(lower, upper)
        if master is not None:
            return master
    return None


def _rebuilt(problem: Problem, master: Vector, relaxation: Relaxation, busy: list[int]) -> list[BlockDispatch] | None:
    """Hours of all blocks, or None when some limit does not hold with this master."""
    frame, hours = problem.model.frame, []
    known = {index: place for place, index in enumerate(busy)}
    for index, block in enumerate(problem.model.blocks):
        place = known.get(index)
        if place is None:
            hours.append(rebuild(frame, block, None, master, None))
        else:
            hours.append(rebuild(frame, block, relaxation.layouts[place], master, relaxation.primals[place]))
    if any(part.unserved_mwh > 0 for part in hours):
        return None
    return None if policy_shortfalls(problem.model, master, hours) else hours


def _with_peaks_of(problem: Problem, master: Vector, hours: list[BlockDispatch]) -> Vector:
    """The same plan paying for the months' peaks of the rebuilt hours, in which no row of the master has a part."""
    master = master.copy()
    for block, part in zip(problem.model.blocks, hours, strict=True):
        for column, peak in monthly_peaks(problem.model.frame, block, master, part.dispatch).items():
            master[column] = peak
    return master


def _without_idle_steps(problem: Problem, master: Vector, hours: list[BlockDispatch]) -> Vector:
    """The same plan without grid steps that no hour uses; where the price depends on a step's voltage they stay."""
    frame = problem.model.frame
    follow = [c for c, key in enumerate(problem.keys) if key[0] in ("choice", "connection", "paid")]
    for asset in frame.assets.values():
        voltage = problem.linear.find("voltage", asset.site.id, 0, frame.years[-1])
        if asset.kind != "grid_step" or voltage is not None:
            continue
        for year, column in frame.bought(asset):
            if master[column] < 0.5 or not _idle(problem, asset, year, master, hours):
                continue
            lower, upper = master.copy(), master.copy()
            lower[column] = upper[column] = 0.0
            lower[follow], upper[follow] = problem.lower[follow], problem.upper[follow]
            without = problem.completed(lower, upper)
            master = master if without is None else without
    return master


def _idle(problem: Problem, step: Asset, year: int, master: Vector, hours: list[BlockDispatch]) -> bool:
    """Whether the connection has the step's power to spare in every hour from a year on."""
    add_mw = next(s.add_mw for s in step.site.grid.steps if s.id == step.item)
    later = [part.dispatch for part in hours if part.dispatch.site == step.site.id and part.dispatch.year >= year]
    return all(problem.connection(master, d.site, d.year) - float(d.grid_w.max()) / WATT >= add_mw for d in later)
