"""One model under work: its bounds and master, the time that is left, and the relaxation of chosen blocks."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from capacity.model.blocks import Block
from capacity.model.build import SizingModel
from capacity.solver.adequacy import requirements
from capacity.solver.arrays import Vector, days, priced_slacks, whole_arrays
from capacity.solver.cuts import Cut, cut_from_duals
from capacity.solver.integers import Master
from capacity.solver.interior import Limits, Relaxation, relax
from capacity.solver.linear import LinearAnswer, LinearFailureError, solve_linear
from capacity.solver.representative import representative_days

Progress = Callable[[str, dict[str, Any]], None]
DAYS_TO_START = 5
START_ABOVE_PEAK = 1.2
"""Months' peaks where the interior point starts, per peak of the representative days."""
RESIDUAL_PER_GAP_MW = 0.25
"""Largest residual of the relaxation, MW, per unit of its relative gap."""


@dataclass(frozen=True)
class SolveOptions:
    """gap: relative; time_limit_s: wall seconds; threads: blocks worked on at a time; seed: of the solvers."""

    gap: float = 0.01
    time_limit_s: float = 600.0
    threads: int = 2
    seed: int = 918


class Problem:
    """A model with what every step of its solution shares. Costs in billion VND."""

    def __init__(self, model: SizingModel, options: SolveOptions, progress: Progress, started: float) -> None:
        self.model, self.options, self.progress, self.started = model, options, progress, started
        self.linear = model.frame.model
        self.cost = np.array(self.linear.cost)
        self.lower = np.array(self.linear.lower)
        self.upper = np.array(self.linear.upper)
        self.upper[list(model.frame.slacks)] = 0.0
        self.whole = np.array(self.linear.integer, dtype=bool)
        self.keys = self.linear.keys
        self.master = Master(self.linear, len(model.blocks), self.cost, self.linear.offset, self.upper)
        for index, block in enumerate(model.blocks):
            self.master.require(requirements(index, block))
        self.selections = tuple(days(*representative_days(block, DAYS_TO_START)) for block in model.blocks)

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
    ) -> Relaxation:
        """The relaxation over all hours of the blocks ``which``, to a relative gap of ``precision``.

        It ends after its ``share`` of the time that is left, wherever it is then: its duals still prove a bound.

        Raises LinearFailureError when its start, a few representative days, was not solved.
        """
        self.tell("representative_days")
        start = self._started(lower, upper, which)
        self.tell("all_hours")
        residual = RESIDUAL_PER_GAP_MW * precision
        return relax(
            self.linear,
            tuple(self.model.blocks[index] for index in which),
            self.cost,
            lower=lower,
            upper=upper,
            start=start,
            limits=Limits(precision, residual, max(share * self.left(), 1.0), self.options.threads, margin),
            report=lambda *_: self.tell("all_hours"),
        )

    def _started(self, lower: Vector, upper: Vector, which: list[int]) -> LinearAnswer:
        """The answer of the representative days; months of which none is among them peak as the others do."""
        answer = self._solved_on_days(lower, upper, which)
        primal = answer.primal.copy()
        peaks: dict[tuple[str | int, ...], list[int]] = {}
        for key, column in self.linear.matching("demand_peak"):
            peaks.setdefault((key[1], key[2], key[4]), []).append(column)
        for columns in peaks.values():
            primal[columns] = np.minimum(START_ABOVE_PEAK * primal[columns].max(), upper[columns])
        return replace(answer, primal=primal)

    def _solved_on_days(self, lower: Vector, upper: Vector, which: list[int]) -> LinearAnswer:
        blocks = tuple(self.model.blocks[index] for index in which)
        selections = tuple(self.selections[index] for index in which)
        arrays, _ = whole_arrays(self.linear, blocks, selections, self.cost, lower=lower, upper=upper)
        try:
            return solve_linear(arrays, seconds=max(self.left(), 1.0))
        except LinearFailureError as failure:
            if not failure.infeasible:
                raise
        # the mean of a few days is not that of the year: what it misses gets a price here, and is no proof
        cost, most = priced_slacks(self.model.frame, self.cost), upper.copy()
        slacks = list(self.model.frame.slacks)
        most[slacks] = np.array(self.linear.upper)[slacks]
        arrays, _ = whole_arrays(self.linear, blocks, selections, cost, lower=lower, upper=most)
        return solve_linear(arrays, seconds=max(self.left(), 1.0))

    def cuts(self, relaxation: Relaxation, which: list[int]) -> list[Cut]:
        """What the relaxation's duals prove about the cost of its blocks."""
        parts = zip(which, relaxation.layouts, relaxation.duals, strict=True)
        return [cut_from_duals(index, self.model.blocks[index], layout, duals) for index, layout, duals in parts]

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

    def load_of(self, block: Block, master: Vector) -> float:
        """MW of fixed load and load factors of a block."""
        fixed = float(master[self.linear.columns["fixed", block.site.id, block.year]])
        return fixed + sum(float(master[load.column]) for load in block.loads)

    def connection(self, master: Vector, site: str, year: int) -> float:
        """MW of the grid connection of a site and year."""
        return sum(
            float(master[c]) for key, c in self.linear.matching("connection") if (key[1], key[3]) == (site, year)
        )
