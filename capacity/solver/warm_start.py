"""Where a search may begin: the whole numbers of a stored plan, as far as they fit the model.

A plan says what is ordered; what follows from it (racks, open halls, the voltage that sets the tariff) is asked of the
master. Nothing that comes of it is in any bound: a start decides where the search looks first, never what it proves.
``extraction`` is the way back.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from capacity.model.linear import Key
from capacity.plan import Plan
from capacity.solver.arrays import Vector
from capacity.solver.problem import Problem

STRUCTURE = ("module", "grid_step")
"""What is kept of a plan that does not fit as a whole: the choices that all others follow."""
GAP = 0.01
MOST_SECONDS = 20.0


def starts_from(problem: Problem, plan: Plan) -> Iterator[Vector]:
    """Whole numbers of the master, shape (whole columns,): with all orders of the plan, else with its structure.

    What does not fit the master is left out. The second are made only when they are asked for.
    """
    ordered: dict[Key, float] = {}
    for build in plan.builds:
        key: Key = ("build", build.kind, build.site, build.hall or "", build.item, build.year)
        ordered[key] = ordered.get(key, 0.0) + build.amount
    for kept in (None, STRUCTURE):
        lower, upper = problem.lower.copy(), problem.upper.copy()
        for column, key in enumerate(problem.keys):
            if problem.whole[column] and key[0] == "build" and (kept is None or key[1] in kept):
                amount = float(np.clip(round(ordered.get(key, 0.0)), lower[column], upper[column]))
                lower[column] = upper[column] = amount
        seconds = min(MOST_SECONDS, max(problem.left(), 1.0))
        answer = problem.master.solve_within(lower, upper, gap=GAP, seconds=seconds, seed=problem.options.seed)
        if answer.solution is not None:
            yield np.round(answer.solution[problem.whole])
