"""OR-Tools' linear solvers on arrays. Their answers are never trusted: only repaired plans and recomputed bounds are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.linear_solver.python import model_builder_helper

from capacity.solver.arrays import Arrays, Vector


class LinearFailure(RuntimeError):
    """A linear program that is feasible and bounded by construction was not solved; the status is in the message."""


@dataclass(frozen=True)
class LinearAnswer:
    """Primal and dual values (dual >= 0 for rows bound from below when minimising)."""

    primal: Vector
    dual: Vector
    objective: float


def solve_linear(arrays: Arrays, *, solver: str = "glop", seconds: float = 600.0) -> LinearAnswer:
    """Solve by GLOP (simplex, exact to tolerance) or PDLP. Raises LinearFailure for any status but optimal."""
    helper = model_builder_helper.ModelBuilderHelper()
    helper.fill_model_from_sparse_data(
        arrays.lower, arrays.upper, arrays.cost, arrays.row_lower, arrays.row_upper, arrays.matrix
    )
    engine = model_builder_helper.ModelSolverHelper(solver)
    engine.set_time_limit_in_seconds(max(seconds, 1.0))
    engine.solve(helper)
    status = engine.status()
    if status != model_builder_helper.SolveStatus.OPTIMAL:
        raise LinearFailure(f"{solver}: {status.name}")
    return LinearAnswer(
        np.asarray(engine.variable_values(), dtype=np.float64),
        np.asarray(engine.dual_values(), dtype=np.float64),
        float(engine.objective_value()),
    )
