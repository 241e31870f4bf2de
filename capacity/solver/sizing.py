"""``solve``: the relaxation over all hours gives prices and a bound, integers follow, the hours are rebuilt exactly.

1. The linear relaxation of the whole problem on all hours (``interior.py``), started from representative days (GLOP).
2. Its duals give every block a bound of its cost that is linear in the master's columns (``cuts.py``). The master with
   these bounds is a mixed-integer program (SCIP); its proven bound is a bound of the whole problem on all hours.
3. With its integers fixed, step 1 again finds the best capacities and hours; the master is completed exactly (GLOP),
   and the hours are rebuilt in whole watts (``dispatch.py``): a plan. Its duals sharpen step 2. Repeat until the gap.
"""

from __future__ import annotations

import platform
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from typing import Any

import numpy as np

from capacity.demand.needs import Demand
from capacity.hourly import hours_of_year
from capacity.inputs.bundle import CapacityInputs
from capacity.model.blocks import Block
from capacity.model.build import SizingModel, build_model
from capacity.plan import SizingResult, Status
from capacity.solver.adequacy import requirements
from capacity.solver.arrays import Vector, days, whole_arrays
from capacity.solver.conflict import Conflict, least_violation
from capacity.solver.cuts import Cut, cut_from_duals
from capacity.solver.dispatch import WATT, BlockDispatch, rebuild
from capacity.solver.extraction import plan_of, policy_shortfalls
from capacity.solver.integers import Master
from capacity.solver.interior import Limits, Relaxation, relax
from capacity.solver.linear import LinearFailureError, solve_linear
from capacity.solver.prices import shadow_prices
from capacity.solver.representative import representative_days

Progress = Callable[[str, dict[str, Any]], None]
VND = 1e9
DAYS_TO_START = 5
ROUNDS_AT_MOST = 8
SHARE_OF_GAP_FOR_HOURS = 0.4
SHARPEST = 0.01
FINEST = 1e-6
SHARPER = 0.2
RESIDUAL_PER_GAP_MW = 0.25
"""Largest residual of the relaxation, MW, per unit of its relative gap."""
SHARE_OF_GAP_FOR_INTEGERS = 0.15
ENERGY = ("generation", "battery_mw", "battery_mwh", "dppa_mw")
NOTHING_MW = 0.02
ROOM = 1e-3
MARGINS = (0.125, 0.75)
"""Shares, per unit of the relaxation's gap, by which limits on hours are tightened while looking for a plan, so that
whole watts hold; in no bound."""


@dataclass(frozen=True)
class SolveOptions:
    """gap: relative; time_limit_s: wall seconds; threads: blocks worked on at a time; seed: of the solvers."""

    gap: float = 0.01
    time_limit_s: float = 600.0
    threads: int = 2
    seed: int = 918


def solve(inputs: CapacityInputs, demand: Demand, options: SolveOptions, progress: Progress) -> SizingResult:
    """The plan of least present value with a proven bound, or the least violation when there is none.

    Raises TooManyLoadClassesError when a site has more load classes than the hours have room for. Every other
    outcome is a status of the result.
    """
    started = time.monotonic()
    progress("building", {})
    search = _Search(build_model(inputs, demand), options, progress, started)
    conflict = search.run()
    return _result(search, conflict, started)


class _Search:
    """Bounds and plans of one model."""

    def __init__(self, model: SizingModel, options: SolveOptions, progress: Progress, started: float) -> None:
        self.model, self.options, self.progress, self.started = model, options, progress, started
        self.linear = model.frame.model
        self.cost = np.array(self.linear.cost)
        self.lower = np.array(self.linear.lower)
        self.upper = np.array(self.linear.upper)
        self.upper[list(model.frame.slacks)] = 0.0
        self.whole = np.array(self.linear.integer)
        self.keys = self.linear.keys
        self.energy = [
            column
            for column, key in enumerate(self.keys)
            if (key[1] if key[0] == "build" else key[0]) in ENERGY or key[0] in ("allotment", "paid")
        ]
        self.master = Master(self.linear, len(model.blocks), self.cost, self.linear.offset, self.upper)
        for index, block in enumerate(model.blocks):
            self.master.require(requirements(index, block))
        self.selections = tuple(days(*representative_days(block, DAYS_TO_START)) for block in model.blocks)
        self.precision = max(SHARE_OF_GAP_FOR_HOURS * options.gap, FINEST)
        self.everywhere = list(range(len(model.blocks)))
        self.bound, self.best = -np.inf, np.inf
        self.best_master: Vector | None = None
        self.best_hours: list[BlockDispatch] = []
        self.best_relaxation: Relaxation | None = None
        self.best_blocks: list[int] = []
        self.tried: set[bytes] = set()

    def left(self) -> float:
        """Wall seconds until the time limit."""
        return self.options.time_limit_s - (time.monotonic() - self.started)

    @property
    def gap(self) -> float:
        """(best - bound) / best; infinite before the first plan."""
        return (self.best - self.bound) / abs(self.best) if np.isfinite(self.best) else np.inf

    def tell(self, event: str) -> None:
        """Report progress, with plan and bound once both are known."""
        about: dict[str, Any] = {"seconds": time.monotonic() - self.started}
        if np.isfinite(self.best) and np.isfinite(self.bound):
            about |= {"objective_vnd": self.best * VND, "bound_vnd": self.bound * VND, "gap": self.gap}
        self.progress(event, about)

    def run(self) -> Conflict | None:
        """Rounds until the gap, the time limit, or a proof that there is no plan."""
        if self.master.solve_linear_within(self.lower, self.upper, seconds=max(self.left(), 1.0)).infeasible:
            return self._conflict()
        try:
            relaxation = self._relaxed(self.lower, self.upper, self.everywhere)
        except LinearFailureError as failure:
            # a linear program that did not end says nothing: unknown stays unknown
            return self._conflict() if failure.infeasible else None
        self.master.add(self._cuts(relaxation, self.everywhere))
        for _ in range(ROUNDS_AT_MOST):
            self.tell("integers")
            answer = self.master.solve(
                gap=self.options.gap * SHARE_OF_GAP_FOR_INTEGERS,
                seconds=min(max(self.left(), 1.0), 60.0),
                seed=self.options.seed,
            )
            if answer.infeasible:
                return self._conflict()
            self.bound = max(self.bound, answer.bound)
            if self.gap <= self.options.gap or answer.solution is None or self.left() <= 0:
                break
            integers = np.round(answer.solution[self.whole])
            if integers.tobytes() in self.tried:
                # the same whole numbers again: only sharper prices of the hours can close the gap
                self.precision *= SHARPER
                if self.precision < max(SHARPEST * self.options.gap, FINEST):
                    break
            self.tried.add(integers.tobytes())
            for margin in MARGINS:
                if self._plan_with(integers, margin * self.precision) or self.left() <= 0:
                    break
        self.tell("integers")
        return self._conflict() if self.best_master is None and self.left() > 0 else None

    def _relaxed(self, lower: Vector, upper: Vector, which: list[int], margin: float = 0.0) -> Relaxation:
        self.tell("representative_days")
        blocks = tuple(self.model.blocks[index] for index in which)
        selections = tuple(self.selections[index] for index in which)
        arrays, _ = whole_arrays(self.linear, blocks, selections, self.cost, lower=lower, upper=upper)
        try:
            start = solve_linear(arrays, seconds=max(self.left(), 1.0))
        except LinearFailureError as failure:
            if not failure.infeasible:
                raise
            # the mean of a few days is not that of the year: what it misses gets a price here, and is no proof
            cost, most = self.cost.copy(), upper.copy()
            for column, slack in self.model.frame.slacks.items():
                cost[column], most[column] = slack.price, self.linear.upper[column]
            arrays, _ = whole_arrays(self.linear, blocks, selections, cost, lower=lower, upper=most)
            start = solve_linear(arrays, seconds=max(self.left(), 1.0))
        self.tell("all_hours")
        limits = Limits(
            self.precision,
            RESIDUAL_PER_GAP_MW * self.precision,
            max(self.left(), 5.0),
            self.options.threads,
            margin,
        )
        return relax(
            self.linear,
            blocks,
            self.cost,
            lower=lower,
            upper=upper,
            start=start,
            limits=limits,
            report=lambda *_: self.tell("all_hours"),
        )

    def _cuts(self, relaxation: Relaxation, which: list[int]) -> list[Cut]:
        parts = zip(which, relaxation.layouts, relaxation.duals, strict=True)
        return [cut_from_duals(index, self.model.blocks[index], layout, duals) for index, layout, duals in parts]

    def _plan_with(self, integers: Vector, margin: float) -> bool:
        """The best plan with these integers, kept when it is better; its duals become bounds. False: none was found.

        The master's own decisions are completed first; the energy that serves them is then sized on all hours.
        """
        lower, upper = self.lower.copy(), self.upper.copy()
        lower[self.whole] = upper[self.whole] = integers
        settled = self._completed(lower, upper)
        if settled is None:
            return False
        busy = [index for index in self.everywhere if self._load_of(self.model.blocks[index], settled) > 0]
        free = self._energy_columns({self.model.blocks[index].key for index in busy})
        lower, upper = settled.copy(), settled.copy()
        lower[self.energy] = upper[self.energy] = 0.0
        lower[free], upper[free] = self.lower[free], self.upper[free]
        try:
            relaxation = self._relaxed(lower, upper, busy, margin)
        except LinearFailureError:
            return False
        self.master.add(self._cuts(relaxation, busy))
        bought = [c for c in free if self.keys[c][0] == "build"]
        sized = np.clip(relaxation.master[bought], self.lower[bought], self.upper[bought])
        dust = {self.keys[c] for c, amount in zip(bought, sized, strict=True) if amount < NOTHING_MW}
        dust |= {(k[0], "battery_mwh", *k[2:]) for k in dust if k[1] == "battery_mw"}
        dust |= {(k[0], "battery_mw", *k[2:]) for k in dust if k[1] == "battery_mwh"}
        kept = np.array([self.keys[c] not in dust for c in bought], dtype=bool)
        upper[bought] = np.where(kept, sized, 0.0)
        master = None
        # exactly what was sized; where the relaxation left a row open by a hair, a little less of it
        for room in (0.0, ROOM):
            lower[bought] = np.where(kept, (1 - room) * sized, 0.0)
            master = self._completed(lower, upper) if master is None else master
        if master is None:
            return False
        hours = self._rebuilt(master, relaxation, busy)
        if hours is None:
            return False
        master = self._without_idle_steps(master, hours)
        total = float(self.cost @ master) + self.linear.offset + sum(part.cost for part in hours)
        if total < self.best:
            self.best, self.best_master, self.best_hours = total, master, hours
            self.best_relaxation, self.best_blocks = relaxation, busy
        return True

    def _without_idle_steps(self, master: Vector, hours: list[BlockDispatch]) -> Vector:
        """The same plan without grid steps that no hour uses; where the price depends on a step's voltage they stay."""
        for asset in self.model.frame.assets.values():
            voltage = self.linear.find("voltage", asset.site.id, 0, self.model.frame.years[-1])
            if asset.kind != "grid_step" or voltage is not None:
                continue
            add_mw = next(step.add_mw for step in asset.site.grid.steps if step.id == asset.item)
            for year, column in self.model.frame.bought(asset):
                later = [
                    part.dispatch
                    for part in hours
                    if part.dispatch.site == asset.site.id and part.dispatch.year >= year
                ]
                spare = min(
                    (self._connection(master, d.site, d.year) - float(d.grid_w.max()) / WATT for d in later),
                    default=0.0,
                )
                if master[column] < 0.5 or spare < add_mw:
                    continue
                lower, upper = master.copy(), master.copy()
                lower[column] = upper[column] = 0.0
                follow = [c for c, key in enumerate(self.keys) if key[0] in ("connection", "paid")]
                lower[follow], upper[follow] = self.lower[follow], self.upper[follow]
                without = self._completed(lower, upper)
                master = master if without is None else without
        return master

    def _connection(self, master: Vector, site: str, year: int) -> float:
        """MW of the connection of a site and year."""
        return sum(
            float(master[c]) for key, c in self.linear.matching("connection") if (key[1], key[3]) == (site, year)
        )

    def _load_of(self, block: Block, master: Vector) -> float:
        """MW of fixed load and load factors of a block."""
        fixed = float(master[self.linear.columns["fixed", block.site.id, block.year]])
        return fixed + sum(float(master[load.column]) for load in block.loads)

    def _energy_columns(self, busy: set[tuple[str, int]]) -> list[int]:
        """Columns that only energy decides: purchases for sites and years with load, what stands, allotments, pay."""
        found = []
        for column in self.energy:
            key = self.keys[column]
            if key[0] == "build" and (str(key[2]), int(key[-1])) not in busy:
                continue
            if key[0] == "allotment" and (str(key[2]), int(key[3])) not in busy:
                continue
            found.append(column)
        return found

    def _completed(self, lower: Vector, upper: Vector) -> Vector | None:
        """A master solution within bounds that holds exactly, cheapest under the cuts; None when there is none."""
        answer = self.master.solve_linear_within(lower, upper, seconds=60.0)
        if answer.solution is None:
            return None
        solution = np.where(np.abs(answer.solution) < 1e-9, 0.0, answer.solution)
        solution[self.whole] = np.round(solution[self.whole])
        return solution

    def _rebuilt(self, master: Vector, relaxation: Relaxation, busy: list[int]) -> list[BlockDispatch] | None:
        """Hours of all blocks, or None when some limit does not hold with this master."""
        frame, hours = self.model.frame, []
        known = {index: place for place, index in enumerate(busy)}
        for index, block in enumerate(self.model.blocks):
            if index in known:
                place = known[index]
                part = rebuild(frame, block, relaxation.layouts[place], master, relaxation.primals[place])
            else:
                part = rebuild(frame, block, None, master, None)
            hours.append(part)
        if any(part.unserved_mwh > 0 for part in hours):
            return None
        return None if policy_shortfalls(self.model, master, hours) else hours

    def _conflict(self) -> Conflict | None:
        self.tell("conflict")
        return least_violation(
            self.model,
            self.selections,
            seconds=max(self.left(), 5.0),
            threads=self.options.threads,
            seed=self.options.seed,
        )


def _result(search: _Search, conflict: Conflict | None, started: float) -> SizingResult:
    status: Status = "no_plan"
    if search.best_master is not None:
        status = "optimal" if search.gap <= search.options.gap else "feasible"
    elif conflict is not None and conflict.bound > 0:
        status = "infeasible"
    found = search.best_master is not None
    plan = plan_of(search.model, search.best_master, search.best_hours) if search.best_master is not None else None
    model = search.model
    horizon = sum(hours_of_year(year) * len(model.frame.inputs.sites.sites) for year in model.frame.years)
    return SizingResult(
        status=status,
        plan=plan,
        objective_vnd=search.best * VND if found else None,
        bound_vnd=search.bound * VND if np.isfinite(search.bound) else None,
        gap=search.gap if found else None,
        hours=horizon if found else 0,
        seconds=time.monotonic() - started,
        peak_memory_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        seed=search.options.seed,
        method="interior point on all hours by blocks; cuts from repaired duals; SCIP for integers; GLOP to complete",
        versions={
            "camau-dc": _version("camau-dc"),
            "numpy": _version("numpy"),
            "ortools": _version("ortools"),
            "python": platform.python_version(),
            "scipy": _version("scipy"),
        },
        violations=conflict.violations if conflict is not None and status == "infeasible" else (),
        violation_vnd=conflict.total * VND if conflict is not None and status == "infeasible" else None,
        violation_bound_vnd=conflict.bound * VND if conflict is not None and status == "infeasible" else None,
        shadow_prices=shadow_prices(model, search.best_relaxation, search.best_blocks)
        if search.best_relaxation is not None
        else (),
    )


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "unknown"
