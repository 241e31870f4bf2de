"""The whole model, master and every hour of every block, for solvers that know nothing of its structure.

HiGHS gives the optimum with whole numbers, or the bracket that it reached in its time. PDLP does not end on the whole
model in minutes; it gets the hours under a master that HiGHS found, columns that are decided taken out and rows of one
column made bounds. Its duals are repaired into a bound, which needs no trust in it: every column has finite bounds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
from ortools.pdlp import solve_log_pb2, solvers_pb2
from ortools.pdlp.python import pdlp

from capacity.demand.needs import Demand
from capacity.inputs import CapacityInputs
from capacity.model.build import SizingModel, build_model
from capacity.plan import Plan
from capacity.solver.arrays import Arrays, Selection, Vector, whole_arrays

BILLION = 1e9


@dataclass(frozen=True)
class Bracket:
    """What a solver says: the optimum is in [lower, upper], billion VND. ``ended``: it claims the optimum itself.

    ``infeasible``: it claims that nothing holds. ``upper`` is infinite before a first solution, which ``solution`` is.
    """

    lower: float
    upper: float
    ended: bool = False
    infeasible: bool = False
    solution: Vector | None = None


@dataclass(frozen=True)
class Whole:
    """A model as arrays; slacks are zero, so what has no plan has no solution. ``integer`` has shape (columns,)."""

    model: SizingModel
    arrays: Arrays
    integer: npt.NDArray[np.bool_]

    @cached_property
    def offset(self) -> float:
        """Billion VND beside what the columns cost."""
        return float(self.model.frame.model.offset)

    def with_orders_of(self, plan: Plan, *, amounts: bool) -> Whole:
        """What is bought in whole numbers as in a plan, with ``amounts`` also MW and MWh; everything else is free."""
        bought = {(b.kind, b.site, b.hall or "", b.item, b.year): b.amount for b in plan.builds}
        lower, upper = self.arrays.lower.copy(), self.arrays.upper.copy()
        for key, column in self.model.frame.model.columns.items():
            if key[0] == "build" and (amounts or self.integer[column]):
                kind, site, hall, item, year = key[1:]
                amount = bought.get((kind, site, hall, item, year), 0.0)  # type: ignore[arg-type]
                lower[column] = upper[column] = amount
        return replace(self, arrays=replace(self.arrays, lower=lower, upper=upper))


def whole(inputs: CapacityInputs, demand: Demand) -> Whole:
    """The model of the inputs over all hours."""
    model = build_model(inputs, demand)
    linear = model.frame.model
    lower, upper = np.array(linear.lower), np.array(linear.upper)
    upper[list(model.frame.slacks)] = 0.0
    arrays, _ = whole_arrays(
        linear, model.blocks, tuple(_every(block.hours) for block in model.blocks), np.array(linear.cost),
        lower=lower, upper=upper,
    )  # fmt: skip
    integer = np.zeros(arrays.cost.size, dtype=bool)
    integer[: len(linear.integer)] = linear.integer
    return Whole(model, arrays, integer)


def _every(hours: int) -> Selection:
    hour = np.arange(hours)
    return Selection(hour, np.roll(hour, 1), np.ones(hours))


def by_highs(problem: Whole, seconds: float) -> Bracket:
    """Mixed-integer by HiGHS, all its defaults, within a time."""
    arrays = problem.arrays
    program = highspy.HighsLp()
    program.num_row_, program.num_col_ = arrays.matrix.shape
    program.col_cost_, program.offset_ = arrays.cost, problem.offset
    program.col_lower_, program.col_upper_ = arrays.lower, arrays.upper
    program.row_lower_, program.row_upper_ = arrays.row_lower, arrays.row_upper
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_, program.a_matrix_.index_ = arrays.matrix.indptr, arrays.matrix.indices
    program.a_matrix_.value_ = arrays.matrix.data
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    program.integrality_ = [kinds[int(whole)] for whole in problem.integer]
    engine = highspy.Highs()  # type: ignore[no-untyped-call]
    engine.setOptionValue("output_flag", False)
    engine.setOptionValue("time_limit", seconds)
    engine.passModel(program)
    engine.run()
    status, found = engine.getModelStatus(), engine.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Bracket(np.inf, np.inf, infeasible=True)
    ended = status == highspy.HighsModelStatus.kOptimal
    known = found.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if not known:
        return Bracket(float(found.mip_dual_bound), np.inf)
    solution = np.array(engine.getSolution().col_value, dtype=np.float64)
    return Bracket(float(found.mip_dual_bound), float(found.objective_function_value), ended, solution=solution)


def hours_under(problem: Whole, solution: Vector) -> tuple[Arrays, float]:
    """The hours alone under the master of a solution, and what that costs: nothing in it is decided but the hours."""
    arrays, masters = problem.arrays, len(problem.model.frame.model.lower)
    decided, hourly = arrays.matrix[:, :masters] @ solution[:masters], arrays.matrix[:, masters:].tocsr()
    row_lower, row_upper = arrays.row_lower - decided, arrays.row_upper - decided
    lower, upper = arrays.lower[masters:].copy(), arrays.upper[masters:].copy()
    entries = np.diff(hourly.indptr)
    for row in np.flatnonzero(entries == 1):
        column, value = hourly.indices[hourly.indptr[row]], hourly.data[hourly.indptr[row]]
        ends = sorted((row_lower[row] / value, row_upper[row] / value))
        lower[column], upper[column] = max(lower[column], ends[0]), min(upper[column], ends[1])
    rows = np.flatnonzero(entries > 1)
    cost = arrays.cost[masters:]
    kept = Arrays(hourly[rows], cost, lower, np.maximum(lower, upper), row_lower[rows], row_upper[rows])
    return kept, float(arrays.cost[:masters] @ solution[:masters]) + problem.offset


def by_pdlp(arrays: Arrays, seconds: float, tolerance: float) -> tuple[float, float]:
    """A linear program by OR-Tools' PDLP: the bound of its repaired duals, and the optimum that it claims.

    The claim is NaN where it ran out of time.
    """
    program: Any = pdlp.QuadraticProgram()  # its stubs mistake vectors for matrices
    program.objective_vector = arrays.cost
    program.constraint_matrix = arrays.matrix.tocsc()
    program.constraint_lower_bounds, program.constraint_upper_bounds = arrays.row_lower, arrays.row_upper
    program.variable_lower_bounds, program.variable_upper_bounds = arrays.lower, arrays.upper
    parameters = solvers_pb2.PrimalDualHybridGradientParams()
    parameters.termination_criteria.simple_optimality_criteria.eps_optimal_relative = tolerance
    parameters.termination_criteria.simple_optimality_criteria.eps_optimal_absolute = tolerance
    parameters.termination_criteria.time_sec_limit = seconds
    found = pdlp.primal_dual_hybrid_gradient(program, parameters)
    ended = found.solve_log.termination_reason == solve_log_pb2.TERMINATION_REASON_OPTIMAL
    claimed = float(arrays.cost @ np.asarray(found.primal_solution)) if ended else np.nan
    return bound_of_duals(arrays, np.asarray(found.dual_solution)), claimed


def bound_of_duals(arrays: Arrays, duals: Vector) -> float:
    """What any duals prove of a linear program: rows at their prices, columns at the better of their bounds."""
    price = np.where(np.isinf(arrays.row_lower), np.minimum(duals, 0.0), duals)
    price = np.where(np.isinf(arrays.row_upper), np.maximum(price, 0.0), price)
    reduced = arrays.cost - arrays.matrix.T @ price
    row_lower, row_upper = np.nan_to_num(arrays.row_lower, neginf=0.0), np.nan_to_num(arrays.row_upper, posinf=0.0)
    rows = np.where(price > 0, price * row_lower, price * row_upper)
    box = np.minimum(reduced * arrays.lower, reduced * arrays.upper)
    return float(rows.sum() + box.sum())
