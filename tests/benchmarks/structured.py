"""The project's side: the block of the site and year, cut out of the province's model, and the structured solver."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from capacity.model.blocks import Block, Coefficient, Term, recent_arrivals
from capacity.model.build import build_model
from capacity.model.frame import FLAT
from capacity.model.linear import Expression, Key, LinearModel
from capacity.solver.arrays import Arrays, Selection, Vector, days, whole_arrays
from capacity.solver.cuts import Cut, cut_from_duals
from capacity.solver.interior import relax
from capacity.solver.linear import solve_linear
from capacity.solver.relaxation import Limits
from capacity.solver.representative import representative_days
from tests.benchmarks.problem import HALL, SITE, YEAR, Problem

BOUGHT = ("generation", "battery_mw", "battery_mwh")
REPRESENTATIVE_DAYS = 5
TOLERANCE = 2e-5
FEASIBILITY_MW = 1e-6


@dataclass(frozen=True)
class OneBlock:
    """A block, and its own small model: capacities, and what is decided as columns with one value."""

    model: LinearModel
    block: Block


@dataclass(frozen=True)
class Solved:
    """Billion VND: cost of the primal answer, and the bound that its duals prove.

    ``violation`` is the largest one of any row or bound at the primal answer, MW or MWh. It and the cost are recomputed
    on the whole problem as sparse arrays, the bound by ``cuts.py``: what the kernel says of itself is not used.
    """

    objective: float
    bound: float
    violation: float
    capacities: dict[str, float]
    iterations: int
    gap: float
    rows: int
    columns: int


def one_block(problem: Problem) -> OneBlock:
    """The block of the site and year with columns of its own. Capacities cost what they do in the province's model."""
    whole = build_model(problem.inputs, problem.demand)
    source = whole.frame.model
    block = next(b for b in whole.blocks if b.key == (SITE, YEAR))
    model = LinearModel()
    names = {column: key for key, column in source.columns.items()}
    decided: dict[Key, float] = {
        ("fixed", SITE, YEAR): problem.fixed_mw,
        ("connection", SITE, 0, YEAR): problem.connection_mw,
    }
    decided |= {("load", SITE, class_id, HALL, YEAR): mw for class_id, mw in problem.it_mw.items()}
    decided["load", SITE, FLAT, HALL, YEAR] = problem.steady_mw
    decided |= {("allotment", policy, SITE, YEAR): 0.0 for policy in problem.clean_shares}
    moved: dict[int, int] = {}
    for old in block.masters():
        key = names[old]
        if key[0] in BOUGHT:
            build = source.columns["build", key[0], SITE, "", key[2], YEAR]
            moved[old] = model.column(key, upper=source.upper[build], cost=source.cost[build] * problem.share_of_year)
        elif key in decided:
            value = decided.pop(key)
            moved[old] = model.column(key, lower=value, upper=value)
    if decided:
        raise LookupError(f"the block of {SITE} in {YEAR} has no columns {sorted(map(str, decided))}")
    battery = problem.inputs.energy.battery
    assert battery is not None
    power = model.columns["battery_mw", SITE, battery.id, YEAR]
    stored = model.columns["battery_mwh", SITE, battery.id, YEAR]
    hours = Expression({stored: 1.0, power: -battery.maximum_hours})
    model.row(("battery_hours_are_limited", SITE, YEAR), hours, upper=0.0)
    return OneBlock(model, _spanned(_narrowed(block, moved, problem), problem))


def _narrowed(block: Block, moved: dict[int, int], problem: Problem) -> Block:
    """The block in the columns of the small model, without absent loads and without rows of other policies."""
    columns = {
        name: dataclasses.replace(column, scale=moved[column.scale])
        for name, column in block.columns.items()
        if column.scale is not None and column.scale in moved
    }
    hourly = {
        name: dataclasses.replace(
            row,
            terms=tuple(term for term in row.terms if term.column in columns),
            master=tuple((moved[column], value) for column, value in row.master if column in moved),
        )
        for name, row in block.hourly.items()
        if name == "balance" or row.terms[0].column in columns
    }
    yearly = {
        name: dataclasses.replace(
            row,
            terms=tuple(term for term in row.terms if term.column in columns),
            master=tuple((moved[column], value) for column, value in row.master if column in moved),
        )
        for name, row in block.yearly.items()
        if name in problem.clean_shares
    }
    loads = tuple(dataclasses.replace(load, column=moved[load.column]) for load in block.loads if load.column in moved)
    generation = {moved[column]: output for column, output in block.generation.items()}
    return dataclasses.replace(block, columns=columns, hourly=hourly, yearly=yearly, loads=loads, generation=generation)


def _spanned(block: Block, problem: Problem) -> Block:
    """The block over the span of the problem. Over the whole year it is the block as it was built."""
    if problem.span == block.hours:
        return block

    def cut(values: Coefficient) -> Coefficient:
        array = np.asarray(values, dtype=np.float64)
        return problem.within(array) if array.ndim else float(array)

    def cut_terms(terms: tuple[Term, ...]) -> tuple[Term, ...]:
        return tuple(dataclasses.replace(term, coefficient=cut(term.coefficient)) for term in terms)

    loads, of_year = [], {}
    for load in block.loads:
        use, slope = problem.within(load.utilisation), problem.within(load.slope)
        loads.append(dataclasses.replace(load, utilisation=use, slope=slope))
        of_year[load.column] = float(np.mean(use * slope) / np.mean(load.utilisation * load.slope))
    columns = {
        name: dataclasses.replace(column, low=cut(column.low), high=cut(column.high), cost=cut(column.cost))
        for name, column in block.columns.items()
    }
    for load in loads:
        if load.deferrable_fraction > 0:
            waiting = recent_arrivals(load.arrivals, load.deferrable_hours)
            columns[f"backlog:{load.name}"] = dataclasses.replace(columns[f"backlog:{load.name}"], high=waiting)
    hourly = {
        name: dataclasses.replace(
            row, terms=cut_terms(row.terms), master=tuple((column, cut(value)) for column, value in row.master)
        )
        for name, row in block.hourly.items()
    }
    yearly = {
        name: dataclasses.replace(
            row,
            terms=cut_terms(row.terms),
            master=tuple((column, value * of_year.get(column, 1.0)) for column, value in row.master),
        )
        for name, row in block.yearly.items()
    }
    generation = {column: problem.within(output) for column, output in block.generation.items()}
    return Block(block.site, block.year, problem.span, columns, hourly, yearly, tuple(loads), generation)


def solve(one: OneBlock, *, threads: int) -> Solved:
    """Relax over all hours, prove a bound from the duals, rebuild a plan from the primal."""
    model, block = one.model, one.block
    cost = np.array(model.cost)
    lower, upper = np.array(model.lower), np.array(model.upper)
    chosen = days(*representative_days(block, REPRESENTATIVE_DAYS))
    arrays, _ = whole_arrays(model, (block,), (chosen,), cost, lower=lower, upper=upper)
    start = solve_linear(arrays)
    limits = Limits(TOLERANCE, FEASIBILITY_MW, seconds=300.0, threads=threads)
    answer = relax(model, (block,), cost, lower=lower, upper=upper, start=start, limits=limits)
    cut = cut_from_duals(0, block, answer.layouts[0], answer.duals[0])
    master = np.clip(answer.master, lower, upper)
    hour = np.arange(block.hours)
    every = Selection(hour, np.roll(hour, 1), np.ones(block.hours))
    whole, _ = whole_arrays(model, (block,), (every,), cost, lower=lower, upper=upper)
    point = np.concatenate([master, answer.primals[0]])
    return Solved(
        objective=float(whole.cost @ point),
        bound=proven_bound(model, cost, cut, answer.row_duals),
        violation=violation(whole, point),
        capacities={
            "/".join(map(str, key[:1] + key[2:3])): float(master[c])
            for key, c in model.columns.items()
            if key[0] in BOUGHT
        },
        iterations=answer.iterations,
        gap=answer.gap,
        rows=whole.matrix.shape[0],
        columns=whole.matrix.shape[1],
    )


def violation(arrays: Arrays, point: Vector) -> float:
    """Largest violation of a bound or row."""
    rows = arrays.matrix @ point
    outside = (arrays.lower - point, point - arrays.upper, arrays.row_lower - rows, rows - arrays.row_upper)
    return max(float(values.max()) for values in outside)


def proven_bound(model: LinearModel, cost: Vector, cut: Cut, row_duals: Vector) -> float:
    """Least of cost·z + cut(z) over the box of z, the rows of the model priced at their duals."""
    matrix, row_lower, row_upper = model.matrix()
    price = np.where(np.isinf(row_lower), np.minimum(row_duals, 0.0), row_duals)
    price = np.where(np.isinf(row_upper), np.maximum(price, 0.0), price)
    reduced = cost - matrix.T @ price
    for column, value in cut.terms.items():
        reduced[column] += value
    paid = np.where(
        price > 0, price * np.nan_to_num(row_lower, neginf=0.0), price * np.nan_to_num(row_upper, posinf=0.0)
    )
    box = np.minimum(reduced * np.array(model.lower), reduced * np.array(model.upper))
    return cut.constant + float(paid.sum()) + float(box.sum())
