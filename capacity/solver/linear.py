"""OR-Tools' linear solvers on arrays. Their answers are not trusted: only repaired plans and recomputed bounds are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.linear_solver.python import model_builder_helper

from capacity.solver.arrays import Arrays, Vector

WAYS = (("glop", ""), ("glop", "use_dual_simplex: true"), ("glop", "use_preprocessing: false"), ("pdlp", ""))
"""Solvers with their parameters, in turn: another way of GLOP takes a hundredth of PDLP's time."""


class LinearFailureError(RuntimeError):
    """A linear program was not solved; ``infeasible`` says whether the solver found that it has no solution."""

    def __init__(self, message: str, *, infeasible: bool) -> None:
        super().__init__(message)
        self.infeasible = infeasible


@dataclass(frozen=True)
class LinearAnswer:
    """Primal and dual values (dual >= 0 for rows bound from below when minimising)."""

    primal: Vector
    dual: Vector
    objective: float


def solve_linear(arrays: Arrays, *, seconds: float = 600.0) -> LinearAnswer:
    """Solve by GLOP, and by PDLP where no way of GLOP ends. Raises LinearFailureError for any status but optimal."""
    helper = model_builder_helper.ModelBuilderHelper()
    helper.fill_model_from_sparse_data(
        arrays.lower, arrays.upper, arrays.cost, arrays.row_lower, arrays.row_upper, arrays.matrix
    )
    status = model_builder_helper.SolveStatus.UNKNOWN_STATUS
    for solver, parameters in WAYS:
        engine = model_builder_helper.ModelSolverHelper(solver)
        engine.set_solver_specific_parameters(parameters)
        engine.set_time_limit_in_seconds(max(seconds, 1.0))
        engine.solve(helper)
        status = engine.status()
        if status == model_builder_helper.SolveStatus.OPTIMAL:
            return LinearAnswer(
                np.asarray(engine.variable_values(), dtype=np.float64),
                np.asarray(engine.dual_values(), dtype=np.float64),
                float(engine.objective_value()),
            )
        if status == model_builder_helper.SolveStatus.INFEASIBLE:
            raise LinearFailureError(f"{solver}: infeasible", infeasible=True)
    raise LinearFailureError(f"no linear solver ended: {status.name}", infeasible=False)
