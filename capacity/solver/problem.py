"""One model under work: its bounds and master, the time that is left, and the relaxation of chosen blocks."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from capacity.model.stages import Part, StagedModel
from capacity.solver.adequacy import requirements
from capacity.solver.arrays import Selection, Vector, days, priced_slacks, whole_arrays
from capacity.solver.conflict import ray_cuts
from capacity.solver.cuts import Cut, cut_from_duals
from capacity.solver.integers import Master
from capacity.solver.interior import relax
from capacity.solver.linear import LinearAnswer, LinearFailureError, solve_linear
from capacity.solver.pace import BOLD, CAREFUL, Pace
from capacity.solver.presolve import Rows, implied_bounds, with_needs
from capacity.solver.relaxation import Limits, Passed, Relaxation
from capacity.solver.representative import representative_days

Progress = Callable[[str, dict[str, Any]], None]
DAYS_TO_START = 2
"""Representative days of each block where a relaxation starts: more take GLOP longer than they save iterations."""
DAYS_OF_CONFLICT = 5
START_ABOVE_PEAK = 1.2
"""Months' peaks where the interior point starts, per peak of the representative days."""
MOST_CHANGE = 0.2
"""Share of what a block sees of the master by which a kept iterate may differ to be gone on from."""
SAME_MW = 1e-3
NO_LOAD_MW = 1e-6
RESIDUAL_PER_GAP_MW = 0.25
"""Largest residual of the relaxation, MW, per unit of its relative gap."""


@dataclass(frozen=True)
class SolveOptions:
    """gap: relative; time_limit_s: wall seconds; threads: blocks worked on at a time; seed: of the solvers."""

    gap: float = 0.001
    time_limit_s: float = 600.0
    threads: int = 2
    seed: int = 918


class Problem:
    """The staged model with what every step of its solution shares. Costs in billion VND.

    ``keys``: of the columns, without a scenario; ``lower``, ``upper``: their bounds with no requirement missed.
    ``elastic``: requirements may be missed at their prices, far above any real cost; ``missed`` is what those are by
    column, and nothing otherwise.
    """

    def __init__(
        self, staged: StagedModel, options: SolveOptions, progress: Progress, started: float, *, elastic: bool = False
    ) -> None:
        self.staged, self.options, self.progress, self.started = staged, options, progress, started
        self.linear, self.blocks, self.keys = staged.linear, staged.blocks, staged.keys
        slacks = staged.slacks if elastic else {}
        self.missed = priced_slacks(slacks, np.zeros(len(self.linear.cost)))
        self.cost = np.array(self.linear.cost) + self.missed
        self.lower = np.array(self.linear.lower)
        self.upper = np.array(self.linear.upper)
        self.upper[[column for column in staged.slacks if column not in slacks]] = 0.0
        self.whole = np.array(self.linear.integer, dtype=bool)
        self.master = Master(self.linear, len(self.blocks), self.cost, self.linear.offset, self.upper)
        self.needs = [cut for index, block in enumerate(self.blocks) for cut in requirements(index, block)]
        self.master.require(self.needs)
        self.rays: list[Cut] = []

    @cached_property
    def starts(self) -> tuple[Selection, ...]:
        """Representative days of every block where a relaxation starts."""
        return self._days(DAYS_TO_START)

    @cached_property
    def selections(self) -> tuple[Selection, ...]:
        """Those of a careful start and of conflicts, which most searches never need."""
        return self._days(DAYS_OF_CONFLICT)

    def _days(self, count: int) -> tuple[Selection, ...]:
        return tuple(days(*representative_days(block, count)) for block in self.blocks)

    @cached_property
    def rows(self) -> Rows:
        """The master's rows and what blocks are known to require, of which every relaxation draws its conclusions."""
        return with_needs(self.linear, self.needs)

    @cached_property
    def seen(self) -> list[int]:
        """Columns of the master that the hours of some block see."""
        return sorted({int(column) for block in self.blocks for column in block.masters()})

    @property
    def seconds(self) -> float:
        """Wall seconds since the start."""
        return time.monotonic() - self.started

    def left(self) -> float:
        """Wall seconds until the time limit."""
        return self.options.time_limit_s - self.seconds

    def tell(self, event: str, about: dict[str, Any] | None = None) -> None:
        """Report progress."""
        self.progress(event, {"seconds": self.seconds, **(about or {})})

    def relaxed(
        self,
        lower: Vector,
        upper: Vector,
        which: list[int],
        *,
        precision: float,
        margin: float = 0.0,
        share: float = 1.0,
        near: Relaxation | None = None,
    ) -> Relaxation:
        """The relaxation over all hours of the blocks ``which``, to a relative gap of ``precision``.

        It ends after its ``share`` of the time that is left, wherever it is then: its duals still prove a bound.
        ``near``: a relaxation whose master and prices are a start; without one, a few representative days give it.

        Raises LinearFailureError when its start, a few representative days, was not solved.
        """
        ends = self.seconds + share * self.left()
        passed = None if near is None else self._goes_on_from(near, lower, upper, which)
        ways: list[tuple[Relaxation | None, Passed | None, Pace]] = [(near, passed, BOLD), (None, None, CAREFUL)]
        if passed is not None:
            ways.insert(1, (None, None, BOLD))  # what an iterate lets go on from may be a bad place
        best: Relaxation | None = None
        for start, going_on, pace in ways:
            found = self._relaxed(lower, upper, which, precision, margin, share, start, going_on, pace)
            if best is None or np.isfinite(found.master).all():
                best = found
            if found.has_converged or self.left() <= 0 or self.seconds > ends:
                break
            if going_on is None and pace is BOLD and self._is_refuted(found, lower, upper, which):
                break
        assert best is not None
        return best

    def _is_refuted(self, found: Relaxation, lower: Vector, upper: Vector, which: list[int]) -> bool:
        """Whether the duals that ran away prove that there is nothing within these bounds; they are kept as cuts."""
        rays = ray_cuts(which, [self.blocks[index] for index in which], found)
        self.rays += rays
        self.master.require(rays)
        return self.master.solve_linear_within(lower, upper, seconds=max(self.left(), 1.0)).infeasible

    def _relaxed(
        self,
        lower: Vector,
        upper: Vector,
        which: list[int],
        precision: float,
        margin: float,
        share: float,
        near: Relaxation | None,
        passed: Passed | None,
        pace: Pace,
    ) -> Relaxation:
        if near is None:
            self.tell("representative_days")
            start = self._started(lower, upper, which, self.starts if pace is BOLD else self.selections)
        else:
            start = LinearAnswer(near.master, near.row_duals, 0.0)
        self.tell("all_hours")
        residual = RESIDUAL_PER_GAP_MW * precision
        seconds = max(share * self.left(), 1.0)
        return relax(
            self.linear,
            tuple(self.blocks[index] for index in which),
            self.cost,
            lower=lower,
            upper=upper,
            start=start,
            limits=Limits(precision, residual, seconds, self.options.threads, margin, pace),
            report=lambda *_: self.tell("all_hours"),
            passed=passed,
            names=which,
            rows=self.rows,
        )

    def _goes_on_from(self, near: Relaxation, lower: Vector, upper: Vector, which: list[int]) -> Passed | None:
        """The iterate to go on from: where it knows all blocks and what is decided for none differs much from there."""
        if near.passed is None:
            return None
        for index in which:
            if index not in near.passed.blocks:
                return None
            seen = self.blocks[index].masters()
            then = near.passed.master[seen]
            now = np.clip(then, lower[seen], upper[seen])
            if np.any(np.abs(now - then) > MOST_CHANGE * np.maximum(np.abs(then), np.abs(now)) + SAME_MW):
                return None
        return near.passed

    def _started(
        self, lower: Vector, upper: Vector, which: list[int], selections: tuple[Selection, ...]
    ) -> LinearAnswer:
        """The answer of the representative days: each scenario alone, so that time grows with their number only.

        Orders begin at their mean over the scenarios.
        """
        primal, dual = np.zeros(lower.size), np.zeros(len(self.linear.rows))
        weight = np.zeros(lower.size)
        for part in self.staged.parts:
            own = [index for index in which if index in part.places]
            answer = self._part_started(part, lower, upper, own, selections)
            primal[part.columns] += part.probability * answer.primal[: part.columns.size]
            weight[part.columns] += part.probability
            dual[part.rows] += part.probability * answer.dual[: part.rows.size]
        # columns of no scenario, those of risk, begin at nothing
        mean = np.divide(primal, weight, out=np.zeros_like(primal), where=weight > 0)
        return LinearAnswer(mean, dual, 0.0)

    def _part_started(
        self, part: Part, lower: Vector, upper: Vector, which: list[int], days_of: tuple[Selection, ...]
    ) -> LinearAnswer:
        """The answer of a scenario's own model; months of which none is among the days peak as the others do."""
        lower, upper = lower[part.columns], upper[part.columns]
        answer = self._solved_on_days(part, lower, upper, which, days_of)
        primal = answer.primal.copy()
        peaks: dict[tuple[str | int, ...], list[int]] = {}
        for key, column in part.model.frame.model.matching("demand_peak"):
            peaks.setdefault((key[1], key[2], key[4]), []).append(column)
        for columns in peaks.values():
            primal[columns] = np.minimum(START_ABOVE_PEAK * primal[columns].max(), upper[columns])
        return replace(answer, primal=primal)

    def _solved_on_days(
        self, part: Part, lower: Vector, upper: Vector, which: list[int], days_of: tuple[Selection, ...]
    ) -> LinearAnswer:
        frame = part.model.frame
        linear, own = frame.model, np.array(frame.model.cost) + self.missed[part.columns]
        blocks = tuple(part.model.blocks[index - part.first_block] for index in which)
        selections = tuple(days_of[index] for index in which)
        arrays, _ = whole_arrays(linear, blocks, selections, own, lower=lower, upper=upper)
        try:
            return solve_linear(arrays, seconds=max(self.left(), 1.0))
        except LinearFailureError as failure:
            if not failure.infeasible:
                raise
        # the mean of a few days is not that of the year: what it misses gets a price here, and is no proof
        cost, most = priced_slacks(frame.slacks, own), upper.copy()
        slacks = list(frame.slacks)
        most[slacks] = np.array(linear.upper)[slacks]
        arrays, _ = whole_arrays(linear, blocks, selections, cost, lower=lower, upper=most)
        return solve_linear(arrays, seconds=max(self.left(), 1.0))

    def cuts(self, relaxation: Relaxation, which: list[int]) -> list[Cut]:
        """What the relaxation's duals prove about the cost of its blocks."""
        parts = zip(which, relaxation.layouts, relaxation.duals, strict=True)
        return [cut_from_duals(index, self.blocks[index], layout, duals) for index, layout, duals in parts]

    def completed(self, lower: Vector, upper: Vector, *, room: float = 0.0) -> Vector | None:
        """A master solution within bounds that holds exactly, cheapest under the cuts; None when there is none.

        ``room``: share by which it does more than the hours are known to ask.
        """
        answer = self.master.solve_linear_within(lower, upper, seconds=60.0, room=room)
        if answer.solution is None:
            return None
        solution = np.where(np.abs(answer.solution) < 1e-9, 0.0, answer.solution)
        solution[self.whole] = np.round(solution[self.whole])
        return solution

    def may_be_loaded(self, lower: Vector, upper: Vector) -> list[int]:
        """Blocks that may have load within these bounds, as far as the master's rows and needs tell.

        The others cost nothing. Where a year cannot be served, say because no clean energy stands yet, there is nothing
        but zero, and a method of the interior finds no interior.
        """
        _, most = implied_bounds(*self.rows, lower, upper)
        return [index for index in range(len(self.blocks)) if self.load_of(index, most) > NO_LOAD_MW]

    def load_of(self, index: int, master: Vector) -> float:
        """MW of fixed load and load factors of a block of the staged model."""
        part, block = self.staged.part_of(index), self.blocks[index]
        fixed = part.columns[part.model.frame.model.columns["fixed", block.site.id, block.year]]
        return float(master[fixed]) + sum(float(master[load.column]) for load in block.loads)
