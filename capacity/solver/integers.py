"""The master as a mixed-integer program, by OR-Tools' MathOpt: its bound with the blocks' cuts is a bound of the whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from ortools.math_opt.python import mathopt

from capacity.model.linear import LinearModel
from capacity.solver.arrays import Vector
from capacity.solver.cuts import Cut


@dataclass(frozen=True)
class MasterAnswer:
    """``bound`` holds for every master solution under the cuts; ``solution`` is None when none was found in time."""

    solution: Vector | None
    objective: float | None
    bound: float
    infeasible: bool


class Master:
    """The master with one cost column per block; cuts are added as they come."""

    def __init__(self, model: LinearModel, blocks: int, cost: Vector, offset: float) -> None:
        self._size = len(model.lower)
        self._model = mathopt.Model(name="master")
        self._columns = [
            self._model.add_variable(lb=low, ub=high, is_integer=whole)
            for low, high, whole in zip(model.lower, model.upper, model.integer, strict=True)
        ]
        self._block_costs = [self._model.add_variable(lb=0.0, ub=1e9) for _ in range(blocks)]
        for _, terms, low, high in model.rows:
            self._row({self._columns[c]: v for c, v in terms.items()}, low, high)
        objective = mathopt.LinearExpression()
        objective += mathopt.fast_sum([float(c) * x for c, x in zip(cost, self._columns, strict=True) if c])
        objective += mathopt.fast_sum(self._block_costs)
        objective += offset
        self._model.minimize(objective)
        self._fixed: dict[int, tuple[float, float]] = {}
        self._bounds = [(low, high) for low, high in zip(model.lower, model.upper, strict=True)]

    def _row(self, terms: dict[mathopt.Variable, float], low: float, high: float) -> None:
        row = self._model.add_linear_constraint(lb=low, ub=high)
        for variable, value in terms.items():
            row.set_coefficient(variable, value)

    def add(self, cuts: Sequence[Cut]) -> None:
        """Add lower bounds of block costs."""
        for cut in cuts:
            terms = {self._columns[c]: -v for c, v in cut.terms.items()}
            terms[self._block_costs[cut.index]] = 1.0
            self._row(terms, cut.constant, float("inf"))

    def fix(self, bounds: dict[int, tuple[float, float]]) -> None:
        """Narrow the bounds of some columns for the next solves; an empty dict restores all."""
        for column in self._fixed:
            self._columns[column].lower_bound, self._columns[column].upper_bound = self._bounds[column]
        for column, (low, high) in bounds.items():
            self._columns[column].lower_bound, self._columns[column].upper_bound = low, high
        self._fixed = dict(bounds)

    def solve(self, *, gap: float, seconds: float, seed: int, relaxed: bool = False) -> MasterAnswer:
        """Solve by SCIP (integers) or GLOP (``relaxed``) to a relative gap within a time limit."""
        parameters = mathopt.SolveParameters(
            time_limit=dt.timedelta(seconds=max(seconds, 0.5)), relative_gap_tolerance=gap, random_seed=seed
        )
        result = mathopt.solve(self._model, mathopt.SolverType.HIGHS, params=parameters)
        reason = result.termination.reason
        infeasible = reason in (
            mathopt.TerminationReason.INFEASIBLE,
            mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED,
        )
        bound = result.termination.objective_bounds.dual_bound
        if not result.has_primal_feasible_solution():
            return MasterAnswer(None, None, bound, infeasible)
        values = result.variable_values(self._columns)
        return MasterAnswer(np.array(values), result.objective_value(), bound, False)
