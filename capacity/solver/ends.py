"""One end of a choice among plans that cost little more than the best: what is proved of it, and plans near it.

Every end is looked for from the same master, that of the best plan's search, and learns nothing from the others. So
the ends can be looked for anywhere and in any order, and are the same.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

import numpy as np

from capacity.demand.needs import Demand
from capacity.inputs.bundle import CapacityInputs
from capacity.model.build import SizingModel, build_model
from capacity.model.choices import Choice, add_choices
from capacity.model.stages import one_stage
from capacity.plan import Plan
from capacity.solver import kernel
from capacity.solver.arrays import Vector
from capacity.solver.candidate import Candidate, candidate
from capacity.solver.extraction import plan_of
from capacity.solver.integers import Learnt, MasterAnswer
from capacity.solver.problem import Problem, SolveOptions
from capacity.solver.sizing import MARGINS, VND

ROUNDS_AT_THE_END = 3
EDGE = 0.99
"""Share of the way from the best plan to the end at which a plan is looked for: at the very end there is no room."""
NEARER = (0.75, 0.5, 0.25)
"""Shares of the way at which a plan is looked for when there is none there."""
GAP = 0.01
MOST_SECONDS = 30.0


@dataclass(frozen=True, eq=False)
class Province:
    """Inputs with their demand, the same by identity: a process makes the model of one province once."""

    inputs: CapacityInputs
    demand: Demand

    def __reduce__(self) -> tuple[Any, ...]:
        """Sent whole, so that a worker keeps one of it; views of mappings, which can't be sent, as what they show."""
        values = {field.name: getattr(self.inputs, field.name) for field in fields(self.inputs)}
        plain = {name: dict(value) if isinstance(value, Mapping) else value for name, value in values.items()}
        return _sent, (plain, self.demand)


def _sent(inputs: dict[str, Any], demand: Demand) -> Province:
    return Province(CapacityInputs(**inputs), demand)


@dataclass(frozen=True)
class Best:
    """Where all ends begin: the ``master`` of the best plan, shape (columns,), what its search ``learnt`` of the hours
    and how precise it was; ``limit``: billion VND that no plan may exceed."""

    master: Vector
    limit: float
    precision: float
    learnt: Learnt


@dataclass(frozen=True)
class End:
    """``sign`` 1: the most, -1: the least of the ``choice`` (its place among the model's), to be found in ``seconds``.

    ``before``: what was found in an earlier search for it, from which this one goes on.
    """

    province: Province
    best: Best
    choice: int
    sign: float
    seconds: float
    before: FoundEnd | None = None


@dataclass(frozen=True)
class Alternative:
    """A plan within the limit, with its cost in VND and the amount of every choice."""

    plan: Plan
    objective_vnd: float
    amounts: dict[Choice, float]


@dataclass(frozen=True)
class FoundEnd:
    """``proved``: no plan within the limit goes beyond; ``plans`` on the way there; ``learnt`` is all that is known of
    the hours now. ``ran_out``: the search ended by its time, after ``seconds``."""

    proved: float
    plans: tuple[Alternative, ...]
    learnt: Learnt
    seconds: float
    ran_out: bool


@lru_cache(maxsize=1)
def model_of(province: Province) -> tuple[SizingModel, dict[Choice, int]]:
    """The model with a column for every choice; it is only read from here on."""
    model = build_model(province.inputs, province.demand)
    return model, add_choices(model)


def alternative(model: SizingModel, choices: dict[Choice, int], found: Candidate) -> Alternative:
    """A plan of the search as data."""
    amounts = {choice: float(found.master[column]) for choice, column in choices.items()}
    return Alternative(plan_of(model, found.master, found.hours), found.cost * VND, amounts)


def look_for(end: End, options: SolveOptions) -> FoundEnd:
    """The answer to one end; its seconds take the place of the options' time limit."""
    kernel.make_ready()
    model, choices = model_of(end.province)
    own = replace(options, time_limit_s=end.seconds)
    problem = Problem(one_stage(model), own, lambda *_: None, time.monotonic())
    problem.master.learn(end.best.learnt if end.before is None else end.before.learnt)
    choice, column = list(choices.items())[end.choice]
    search = _Search(problem, end, column)
    if end.before is not None:
        search.farthest = max([search.farthest, *(end.sign * plan.amounts[choice] for plan in end.before.plans)])
    proved = search.run()
    plans = tuple(alternative(model, choices, each) for each in search.found)
    return FoundEnd(proved, plans, problem.master.learnt, problem.seconds, problem.left() <= 0)


class _Search:
    """Looks for plans at an end; ``found`` are all within the limit, ``farthest`` is how far a plan is known to go."""

    def __init__(self, problem: Problem, end: End, column: int) -> None:
        self.problem, self.best, self.column, self.sign = problem, end.best, column, end.sign
        self.origin = float(end.best.master[column])
        self.farthest = self.sign * self.origin
        self.found: list[Candidate] = []

    def run(self) -> float:
        """The proved end; plans on the way there are added to ``found``."""
        problem, proved, aim = self.problem, np.inf, None
        integers: Vector | None = None
        for _ in range(ROUNDS_AT_THE_END):
            answer = self._most((problem.lower, problem.upper))
            proved = min(proved, -answer.bound)
            if answer.solution is None or self.problem.left() <= 0:
                break
            before = aim, None if integers is None else integers.tobytes()
            integers = np.round(answer.solution[problem.whole])
            served = self._most(self._without_idle(answer.solution, integers)).solution
            aim = float((answer.solution if served is None else served)[self.column])
            if (aim, integers.tobytes()) == before:
                break  # nothing was learnt
            if self._is_there(aim) or self._looked(self._towards(aim, EDGE), integers):
                break
        for share in NEARER:
            if aim is None or self.problem.left() <= 0:
                break
            nearer = self._towards(aim, share)
            if self._is_there(nearer) or self._looked(nearer, self._cheapest(nearer)):
                break
        far = float((problem.upper if self.sign > 0 else problem.lower)[self.column])
        return self.sign * proved if np.isfinite(proved) else far

    def _most(self, bounds: tuple[Vector, Vector]) -> MasterAnswer:
        terms = {self.column: self.sign}
        return self.problem.master.most_within(terms, self.best.limit, bounds, **self._effort())

    def _effort(self) -> dict[str, Any]:
        seconds = min(MOST_SECONDS, max(self.problem.left(), 1.0))
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

    def _towards(self, aim: float, share: float) -> float:
        """The amount at a share of the way from the best plan to the aim."""
        return self.origin + share * (aim - self.origin)

    def _is_there(self, aim: float) -> bool:
        """Whether a plan is as far already."""
        return self.sign * aim - self.farthest <= 1e-3 * max(1.0, abs(aim))

    def _cheapest(self, aim: float) -> Vector | None:
        """Whole numbers of the cheapest master with the choice held."""
        answer = self.problem.master.solve_within(*self._held(aim), **self._effort())
        return None if answer.solution is None else np.round(answer.solution[self.problem.whole])

    def _held(self, aim: float) -> tuple[Vector, Vector]:
        lower, upper = self.problem.lower.copy(), self.problem.upper.copy()
        room = 1e-6 * max(1.0, abs(aim))
        column = self.column
        if self.sign > 0:
            lower[column] = min(max(aim - room, lower[column]), upper[column])
        else:
            upper[column] = max(min(aim + room, upper[column]), lower[column])
        return lower, upper

    def _looked(self, aim: float, integers: Vector | None) -> bool:
        """Whether there is a plan within the limit with these whole numbers and the choice held."""
        if integers is None:
            return False
        problem, plan = self.problem, None
        kept = problem.lower, problem.upper
        problem.lower, problem.upper = self._held(aim)
        try:
            for margin in MARGINS:
                precision = self.best.precision
                plan = candidate(problem, integers, precision=precision, margin=margin * precision)
                if plan is not None:
                    break
        finally:
            problem.lower, problem.upper = kept
        if plan is None or plan.cost > self.best.limit:
            return False
        self.found.append(plan)
        self.farthest = max(self.farthest, self.sign * float(plan.master[self.column]))
        return True
