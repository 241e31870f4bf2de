"""Plans that cost little more than the best and differ most from it: the ends of every structural choice.

Modelling to generate alternatives on the model of ``sizing`` itself: its cost becomes a row (total cost <= limit), and
each choice in turn the objective (near-optimal spaces; J. DeCarolis, Energy Economics 33, 2011, 145-152). The master
knows the cost of the hours by the blocks' cuts, so that its end of a choice is proved: no plan within the limit goes
beyond. With its integers and the choice held there, the plan is completed at least cost and rebuilt on all hours; one
that costs more than the limit leaves its cuts, and the end is looked for again, then nearer to the best plan.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from capacity.demand.needs import Demand
from capacity.inputs.bundle import CapacityInputs
from capacity.model.build import build_model
from capacity.model.choices import Choice, add_choices
from capacity.model.stages import one_stage
from capacity.plan import Plan, SizingResult
from capacity.solver import kernel
from capacity.solver.arrays import Vector
from capacity.solver.candidate import Candidate, candidate
from capacity.solver.extraction import plan_of
from capacity.solver.integers import MasterAnswer
from capacity.solver.problem import Problem, Progress, SolveOptions
from capacity.solver.sizing import MARGINS, VND, Search, result_of

ROUNDS_AT_THE_END = 3
EDGE = 0.99
"""Share of the way from the best plan to the end at which a plan is looked for: at the very end there is no room."""
NEARER = (0.75, 0.5, 0.25)
"""Shares of the way at which a plan is looked for when there is none there."""
GAP = 0.01
MOST_SECONDS = 30.0


@dataclass(frozen=True)
class Alternative:
    """A plan within the limit, with its cost in VND and the amount of every choice."""

    plan: Plan
    objective_vnd: float
    amounts: dict[Choice, float]


@dataclass(frozen=True)
class ChoiceRange:
    """Least and most of a choice: those ``found`` in plans (and which), and those beyond which it is ``proved`` that
    no plan within the limit goes."""

    choice: Choice
    best: float
    found: tuple[float, float]
    proved: tuple[float, float]
    plans: tuple[int, int]


@dataclass(frozen=True)
class NearOptimal:
    """``plans``: the best one first; ``limit_vnd``: what none of them exceeds."""

    result: SizingResult
    limit_vnd: float | None
    plans: tuple[Alternative, ...]
    ranges: tuple[ChoiceRange, ...]


def near_optimal(
    inputs: CapacityInputs,
    demand: Demand,
    options: SolveOptions,
    progress: Progress,
    *,
    within: float,
    start: Plan | None = None,
) -> NearOptimal:
    """The ends of every choice among plans within a share ``within`` of the least cost, counted from its proved bound.

    The time limit is for the best plan, and again for all that follows. Without a plan there are none.
    """
    kernel.make_ready()
    model = build_model(inputs, demand)
    choices = add_choices(model)
    search = Search(Problem(one_stage(model), options, progress, time.monotonic()), start)
    result = result_of(search, search.run())
    if search.best is None:
        return NearOptimal(result, None, (), ())
    # a wide gap must not make the best plan itself one that is too dear
    limit = max((1 + within) * search.bound, search.best.cost)
    search.problem.started = time.monotonic()
    ends = _Ends(search.problem, search.precision, limit, search.best)
    proved = {}
    for done, (choice, column) in enumerate(choices.items()):
        progress("alternatives", {"done": done, "all": len(choices)})
        ends.allow(2 * (len(choices) - done))
        most = ends.of(column, 1.0)
        ends.allow(2 * (len(choices) - done) - 1)
        proved[choice] = (ends.of(column, -1.0), most)
    plans = tuple(
        Alternative(
            plan_of(model, each.master, each.hours),
            each.cost * VND,
            {choice: float(each.master[column]) for choice, column in choices.items()},
        )
        for each in ends.found
    )
    ranges = tuple(_range(choice, plans, ends_of) for choice, ends_of in proved.items())
    return NearOptimal(result, limit * VND, plans, ranges)


def _range(choice: Choice, plans: tuple[Alternative, ...], proved: tuple[float, float]) -> ChoiceRange:
    amounts = [plan.amounts[choice] for plan in plans]
    found = (min(amounts), max(amounts))
    # a plan may pass its master by the room that whole watts leave
    ends = (min(proved[0], found[0]), max(proved[1], found[1]))
    return ChoiceRange(choice, amounts[0], found, ends, (amounts.index(found[0]), amounts.index(found[1])))


class _Ends:
    """Looks for plans at the ends of choices; ``found`` are all within the limit, the best first."""

    def __init__(self, problem: Problem, precision: float, limit: float, best: Candidate) -> None:
        self.problem, self.precision, self.limit = problem, precision, limit
        self.found = [best]
        self.until = np.inf

    def allow(self, ends: int) -> None:
        """The next end has its part of the time that is left for so many."""
        self.until = time.monotonic() + self.problem.left() / ends

    def left(self) -> float:
        """Wall seconds for the end that is looked for."""
        return min(self.problem.left(), self.until - time.monotonic())

    def of(self, column: int, sign: float) -> float:
        """The proved end of a choice; plans there are added to ``found``. ``sign`` 1: the most, -1: the least."""
        problem, proved, aim = self.problem, np.inf, None
        integers: Vector | None = None
        for _ in range(ROUNDS_AT_THE_END):
            answer = self._most(column, sign, (problem.lower, problem.upper))
            proved = min(proved, -answer.bound)
            if answer.solution is None or self.left() <= 0:
                break
            before = aim, None if integers is None else integers.tobytes()
            integers = np.round(answer.solution[problem.whole])
            served = self._most(column, sign, self._without_idle(answer.solution, integers)).solution
            aim = float((answer.solution if served is None else served)[column])
            if (aim, integers.tobytes()) == before:
                break  # nothing was learnt
            if self._is_there(column, sign, aim) or self._looked(
                column, sign, self._towards(column, aim, EDGE), integers
            ):
                break
        for share in NEARER:
            if aim is None or self.left() <= 0:
                break
            nearer = self._towards(column, aim, share)
            if self._is_there(column, sign, nearer):
                break
            if self._looked(column, sign, nearer, self._cheapest(column, sign, nearer)):
                break
        far = float((problem.upper if sign > 0 else problem.lower)[column])
        return sign * proved if np.isfinite(proved) else far

    def _most(self, column: int, sign: float, bounds: tuple[Vector, Vector]) -> MasterAnswer:
        return self.problem.master.most_within({column: sign}, self.limit, bounds, **self._effort())

    def _effort(self) -> dict[str, Any]:
        seconds = min(MOST_SECONDS, max(self.left(), 1.0))
        return {"gap": GAP, "seconds": seconds, "seed": self.problem.options.seed}

    def _without_idle(self, solution: Vector, integers: Vector) -> tuple[Vector, Vector]:
        """Bounds with these whole numbers and nothing bought for sites and years without load, as in a plan."""
        problem = self.problem
        lower, upper = problem.lower.copy(), problem.upper.copy()
        lower[problem.whole] = upper[problem.whole] = integers
        busy = {block.key for index, block in enumerate(problem.blocks) if problem.load_of(index, solution) > 0}
        for index, key in enumerate(problem.keys):
            if key[0] == "build" and not problem.whole[index] and (key[2], key[-1]) not in busy:
                upper[index] = lower[index]
        return lower, upper

    def _towards(self, column: int, aim: float, share: float) -> float:
        """The amount at a share of the way from the best plan to the aim."""
        origin = float(self.found[0].master[column])
        return origin + share * (aim - origin)

    def _is_there(self, column: int, sign: float, aim: float) -> bool:
        """Whether a plan is as far already."""
        farthest = max(sign * float(plan.master[column]) for plan in self.found)
        return sign * aim - farthest <= 1e-3 * max(1.0, abs(aim))

    def _cheapest(self, column: int, sign: float, aim: float) -> Vector | None:
        """Whole numbers of the cheapest master with the choice held."""
        lower, upper = self._held(column, sign, aim)
        answer = self.problem.master.solve_within(
            lower,
            upper,
            gap=GAP,
            seconds=min(MOST_SECONDS, max(self.left(), 1.0)),
            seed=self.problem.options.seed,
        )
        return None if answer.solution is None else np.round(answer.solution[self.problem.whole])

    def _held(self, column: int, sign: float, aim: float) -> tuple[Vector, Vector]:
        lower, upper = self.problem.lower.copy(), self.problem.upper.copy()
        room = 1e-6 * max(1.0, abs(aim))
        if sign > 0:
            lower[column] = min(max(aim - room, lower[column]), upper[column])
        else:
            upper[column] = max(min(aim + room, upper[column]), lower[column])
        return lower, upper

    def _looked(self, column: int, sign: float, aim: float, integers: Vector | None) -> bool:
        """Whether there is a plan within the limit with these whole numbers and the choice held."""
        if integers is None:
            return False
        problem = self.problem
        kept = problem.lower, problem.upper
        problem.lower, problem.upper = self._held(column, sign, aim)
        try:
            for margin in MARGINS:
                plan = candidate(problem, integers, precision=self.precision, margin=margin * self.precision)
                if plan is not None:
                    break
        finally:
            problem.lower, problem.upper = kept
        if plan is None or plan.cost > self.limit:
            return False
        self.found.append(plan)
        return True
