"""The master as a mixed-integer program (OR-Tools' MathOpt): with the blocks' cuts, its bound is one of the whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from ortools.math_opt.python import mathopt

from capacity.model.linear import LinearModel, Terms
from capacity.solver.arrays import Vector
from capacity.solver.beside import beside
from capacity.solver.cuts import Cut

LARGEST = 1e9
"""Billion VND per unit: no cost is as large."""
_Need = tuple[mathopt.LinearConstraint, dict[mathopt.Variable, float]]
"""A requirement of a block, and what in it asks for more."""
_NO_SOLUTION = (
    mathopt.TerminationReason.INFEASIBLE,
    mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED,
)


@dataclass(frozen=True)
class Learnt:
    """What a master knows of its blocks: ``cuts`` bound their costs, ``needs`` are what they require."""

    cuts: tuple[Cut, ...] = ()
    needs: tuple[Cut, ...] = ()


@dataclass(frozen=True)
class MasterAnswer:
    """``bound`` holds for every master solution under the cuts; ``solution`` is None when none was found in time."""

    solution: Vector | None
    objective: float | None
    bound: float
    infeasible: bool


class Master:
    """The master with one cost column per block (costs are never negative); cuts are added as they come."""

    def __init__(self, model: LinearModel, blocks: int, cost: Vector, offset: float, upper: Vector) -> None:
        self._model = mathopt.Model(name="master")
        self._integer = [index for index, whole in enumerate(model.integer) if whole]
        self._lower, self._upper = list(model.lower), [float(value) for value in upper]
        self._offset = offset
        self._columns = [
            self._model.add_variable(lb=low, ub=high, is_integer=whole)
            for low, high, whole in zip(self._lower, self._upper, model.integer, strict=True)
        ]
        self._block_costs = [self._model.add_variable(lb=0.0, ub=1e9) for _ in range(blocks)]
        self._now = np.array(self._lower), np.array(self._upper)
        self._needs: list[_Need] = []
        self._learnt: tuple[list[Cut], list[Cut]] = ([], [])
        self._room = 0.0
        self._rows = [
            self._row({self._columns[c]: v for c, v in terms.items()}, low, high) for _, terms, low, high in model.rows
        ]
        self._price(cost)

    def ask(self, cost: Vector, lower: Vector, upper: Vector) -> None:
        """Other costs and bounds of the columns from now on; rows and cuts stay."""
        self._lower, self._upper = [float(value) for value in lower], [float(value) for value in upper]
        self._narrow(self._lower, self._upper)
        self._price(cost)

    def _price(self, cost: Vector) -> None:
        priced = [float(c) * x for c, x in zip(cost, self._columns, strict=True) if c]
        self._cost = mathopt.fast_sum([*priced, *self._block_costs]) + self._offset
        self._model.minimize(self._cost)

    def _row(self, terms: dict[mathopt.Variable, float], low: float, high: float) -> mathopt.LinearConstraint:
        row = self._model.add_linear_constraint(lb=low, ub=high)
        for variable, value in terms.items():
            row.set_coefficient(variable, value)
        return row

    @property
    def learnt(self) -> Learnt:
        """All that it was told, in its order."""
        cuts, needs = self._learnt
        return Learnt(tuple(cuts), tuple(needs))

    def learn(self, more: Learnt) -> None:
        """Add what another master of the same model was told, less what this one was told first."""
        known = self.learnt
        self.add(more.cuts[len(known.cuts) :])
        self.require(more.needs[len(known.needs) :])

    def add(self, cuts: Sequence[Cut]) -> None:
        """Add lower bounds of block costs; those of duals that ran away have no use as costs."""
        for cut in cuts:
            self._learnt[0].append(cut)
            if not cut.size < LARGEST:
                continue
            terms = {self._columns[c]: -v for c, v in cut.terms.items()}
            terms[self._block_costs[cut.index]] = 1.0
            self._row(terms, cut.constant, float("inf"))

    def require(self, cuts: Sequence[Cut]) -> None:
        """Add requirements of blocks: the value of each cut is at most zero."""
        for cut in cuts:
            self._learnt[1].append(cut)
            if np.isfinite(cut.size) and cut.size > 0:
                size = cut.size
                terms = {self._columns[c]: v / size for c, v in cut.terms.items()}
                row = self._row(terms, -float("inf"), -cut.constant / size)
                self._needs.append((row, {column: value for column, value in terms.items() if value > 0}))
                self._enlarge(self._needs[-1:], self._room)

    def _enlarge(self, needs: Sequence[_Need], room: float) -> None:
        for row, terms in needs:
            for column, value in terms.items():
                row.set_coefficient(column, (1 + room) * value)

    def solve(
        self, *, gap: float, seconds: float, seed: int, room: float = 0.0, known: Vector | None = None
    ) -> MasterAnswer:
        """Solve the whole master by SCIP to a relative gap within a time limit.

        ``room``: share by which the requirements of blocks ask for more than the hours do. With any, neither the bound
        nor ``infeasible`` proves anything about the province. ``known``: a master solution to begin with.
        """
        self._keep(room)
        return self._solve(mathopt.SolverType.GSCIP, seconds, gap, seed, known)

    def solve_within(self, lower: Vector, upper: Vector, *, gap: float, seconds: float, seed: int) -> MasterAnswer:
        """Solve by SCIP with narrower bounds, which are restored; what it says of the bound holds within them only."""
        self._keep(0.0)
        with self._within(lower, upper):
            return self._solve(mathopt.SolverType.GSCIP, seconds, gap, seed)

    def most_within(
        self,
        terms: Terms,
        limit: float,
        bounds: tuple[Vector, Vector],
        *,
        gap: float,
        seconds: float,
        seed: int,
    ) -> MasterAnswer:
        """The most of ``terms`` in any master that costs ``limit`` at most, as far as the cuts know; by SCIP.

        ``objective`` and ``bound`` are of the negative of it: no plan within the limit and the (lower, upper)
        ``bounds`` of the columns has more than ``-bound``.
        """
        self._keep(0.0)
        row = self._model.add_linear_constraint(self._cost <= limit)
        try:
            with self._within(*bounds):
                self._model.minimize(mathopt.fast_sum([-v * self._columns[c] for c, v in terms.items()]))
                return self._solve(mathopt.SolverType.GSCIP, seconds, gap, seed)
        finally:
            self._model.minimize(self._cost)
            self._model.delete_linear_constraint(row)

    @contextmanager
    def _within(self, lower: Vector, upper: Vector, *, linear: bool = False) -> Iterator[None]:
        """Narrower bounds, and no integer column where ``linear``, until the end of the context."""
        try:
            self._narrow(lower, upper)
            if linear:
                self._make_whole(False)
            yield
        finally:
            self._narrow(self._lower, self._upper)
            if linear:
                self._make_whole(True)

    def _narrow(self, lower: Iterable[float], upper: Iterable[float]) -> None:
        low, high = np.fromiter(lower, np.float64), np.fromiter(upper, np.float64)
        for place in np.flatnonzero((low != self._now[0]) | (high != self._now[1])):
            column = self._columns[place]
            column.lower_bound, column.upper_bound = float(low[place]), float(high[place])
        self._now = low, high

    def _keep(self, room: float) -> None:
        if room != self._room:
            self._room = room
            self._enlarge(self._needs, room)

    def solve_linear_within(self, lower: Vector, upper: Vector, *, seconds: float, room: float = 0.0) -> MasterAnswer:
        """Solve by GLOP, or HiGHS where that gives up, with narrower bounds, which are restored, and no integer column.

        ``room`` as in ``solve``.
        """
        self._keep(room)
        with self._within(lower, upper, linear=True):
            return self._answer_of(self._linear_result(seconds))

    def prices_within(self, lower: Vector, upper: Vector, *, seconds: float) -> tuple[float, Vector] | None:
        """Least cost with narrower bounds and no column integer, and the duals of the model's rows, shape (rows,).

        The cuts hold everywhere, so that with other right sides the cost is at least this one and the duals times what
        is changed. None when neither GLOP nor HiGHS found an optimum.
        """
        self._keep(0.0)
        with self._within(lower, upper, linear=True):
            result = self._linear_result(seconds)
            if (
                result.termination.reason != mathopt.TerminationReason.OPTIMAL
                or not result.has_dual_feasible_solution()
            ):
                return None
            return float(result.objective_value()), np.array(result.dual_values(self._rows), dtype=np.float64)

    def _linear_result(self, seconds: float) -> mathopt.SolveResult:
        """GLOP's, or HiGHS's where that gives up: it calls answers imprecise where cuts are nearly parallel."""
        result = self._result(mathopt.SolverType.GLOP, seconds)
        if not result.has_primal_feasible_solution() and result.termination.reason not in _NO_SOLUTION:
            result = self._result(mathopt.SolverType.HIGHS, seconds)
        return result

    def _make_whole(self, whole: bool) -> None:
        for index in self._integer:
            self._columns[index].integer = whole

    def _solve(
        self,
        solver: mathopt.SolverType,
        seconds: float,
        gap: float | None,
        seed: int | None,
        known: Vector | None = None,
    ) -> MasterAnswer:
        return self._answer_of(self._result(solver, seconds, gap, seed, known))

    def _result(
        self,
        solver: mathopt.SolverType,
        seconds: float,
        gap: float | None = None,
        seed: int | None = None,
        known: Vector | None = None,
    ) -> mathopt.SolveResult:
        parameters = mathopt.SolveParameters(
            time_limit=dt.timedelta(seconds=max(seconds, 1.0)), relative_gap_tolerance=gap, random_seed=seed
        )
        given = mathopt.ModelSolveParameters()
        if known is not None:
            hint = dict(zip(self._columns, map(float, known), strict=True))
            given.solution_hints.append(mathopt.SolutionHint(variable_values=hint))
        if solver is not mathopt.SolverType.GSCIP:
            return mathopt.solve(self._model, solver, params=parameters, model_params=given)
        # SCIP would take an interrupt for itself and answer as if it had run out of time
        parameters.gscip.bool_params["misc/catchctrlc"] = False
        return beside(lambda: mathopt.solve(self._model, solver, params=parameters, model_params=given))

    def _answer_of(self, result: mathopt.SolveResult) -> MasterAnswer:
        infeasible = result.termination.reason in _NO_SOLUTION
        bound = float(result.termination.objective_bounds.dual_bound)
        if not result.has_primal_feasible_solution():
            return MasterAnswer(None, None, bound, infeasible)
        values = np.array(result.variable_values(self._columns), dtype=np.float64)
        return MasterAnswer(values, float(result.objective_value()), bound, False)
