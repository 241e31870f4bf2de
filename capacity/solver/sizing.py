"""``solve``: representative days find a first plan, all hours of all blocks then bound and improve it (Benders' decomposition).

Every round solves the hours of every block at one master solution exactly (GLOP). Its duals give a lower bound of the
block's cost that is linear in the master's columns and holds for all hours (``cuts.py``); its primal is rebuilt hour by hour
into a plan in whole watts (``dispatch.py``). The master with all cuts is a mixed-integer program whose proven bound is a
bound of the whole problem. Rounds end at the gap asked for, or at the time limit with the best plan and its gap.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from capacity.demand.needs import Demand
from capacity.inputs.bundle import CapacityInputs
from capacity.model.build import SizingModel, build_model
from capacity.solver.arrays import Arrays, Selection, Vector, days, whole_arrays, window_arrays, windows
from capacity.solver.cuts import Cut, cut_from_duals
from capacity.solver.dispatch import BlockDispatch, rebuild
from capacity.solver.integers import Master
from capacity.solver.linear import LinearAnswer, solve_linear
from capacity.solver.representative import representative_days

Progress = Callable[[str, dict[str, object]], None]
UNSERVED_BILLION_PER_MWH = 0.1
"""100,000 VND/kWh: more than any price of electricity; only steers the search, no bound depends on it."""
SLACK_MARKUP = 10.0
"""Slack prices count this many times in the cost, so that no real saving is worth a violation."""


@dataclass(frozen=True)
class SolveOptions:
    """gap: relative gap asked for; time_limit_s: wall seconds; threads: blocks solved at a time; seed: of the solvers."""

    gap: float = 0.01
    time_limit_s: float = 600.0
    threads: int = 2
    seed: int = 918


@dataclass(frozen=True)
class Evaluation:
    """All blocks at one master solution."""

    cuts: list[Cut]
    dispatches: list[BlockDispatch]
    cost: float


@dataclass
class Search:
    """The state of the rounds."""

    bound: float = -np.inf
    best: float = np.inf
    best_master: Vector | None = None
    best_dispatches: list[BlockDispatch] = field(default_factory=list)
    rounds: int = 0

    @property
    def gap(self) -> float:
        """(best - bound) / best; infinite before the first plan."""
        return (self.best - self.bound) / self.best if np.isfinite(self.best) else np.inf


class Rounds:
    """Benders' rounds over one model; ``priced`` False looks for the least violation at no cost of anything else."""

    def __init__(self, model: SizingModel, options: SolveOptions, *, priced: bool = True) -> None:
        self.model = model
        self.options = options
        self.priced = priced
        linear = model.frame.model
        cost = np.array(linear.cost) if priced else np.zeros(len(linear.lower))
        for column, slack in model.frame.slacks.items():
            cost[column] += slack.price * (SLACK_MARKUP if priced else 1.0)
        self.cost = cost
        self.offset = linear.offset if priced else 0.0
        self.master = Master(linear, len(model.blocks), cost, self.offset)
        self.search = Search()
        self.started = time.monotonic()
        self._selections = [windows(block.hours, block.hours)[0] for block in model.blocks]
        self._pool = ThreadPoolExecutor(options.threads)

    def seconds_left(self) -> float:
        """Wall seconds until the time limit."""
        return self.options.time_limit_s - (time.monotonic() - self.started)

    def relaxed_on_days(self, count: int) -> Vector:
        """The master's part of the linear relaxation on representative days."""
        selections: list[Selection] = []
        for block in self.model.blocks:
            chosen, weights = representative_days(block, count)
            selections.append(days(chosen, weights))
        arrays, _ = whole_arrays(self.model.frame.model, self.model.blocks, tuple(selections), self.cost)
        return solve_linear(arrays, seconds=self.seconds_left()).primal[: len(self.cost)]

    def evaluate(self, master: Vector) -> Evaluation:
        """Every block over all hours at a master solution: a cut and a dispatch each."""
        master = np.where(np.abs(master) < 1e-9, 0.0, master)
        answers = list(self._pool.map(lambda index: self._hours(index, master), range(len(self.model.blocks))))
        cuts = [cut for cut, _ in answers]
        dispatches = [dispatch for _, dispatch in answers]
        cost = float(self.cost @ master) + self.offset + sum(d.cost for d in dispatches)
        return Evaluation(cuts, dispatches, cost)

    def _hours(self, index: int, master: Vector) -> tuple[Cut, BlockDispatch]:
        block = self.model.blocks[index]
        arrays, layout = window_arrays(
            block, self._selections[index], master, UNSERVED_BILLION_PER_MWH, priced=self.priced
        )
        answer = solve_linear(arrays)
        cut = cut_from_duals(index, block, layout, answer.dual, priced=self.priced)
        return cut, rebuild(self.model.frame, block, layout, master, answer.primal)
