"""Models for the solver's parts: the factories' provinces, blocks of few hours, and exact optima by GLOP."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from capacity.demand.needs import Demand
from capacity.inputs import CapacityInputs
from capacity.model import Block, LinearModel, SizingModel, build_model
from capacity.model.blocks import Coefficient, HourlyColumn, HourlyRow, Term, YearRow, recent_arrivals
from capacity.plan import Plan
from capacity.solver.arrays import BlockLayout, Selection, Vector, whole_arrays
from capacity.solver.linear import LinearFailureError, solve_linear
from tests.capacity.check.breakers import SITE, Case
from tests.capacity.check.flexibility_breakers import tied, with_extra_servers, with_four_hours_at_once
from tests.capacity.model.plan_in_model import Solution, solution_of
from tests.factories import make_demand, make_inputs, make_plan, make_resilient_inputs


@dataclass(frozen=True)
class Valid:
    """Inputs, demand, a valid plan by arithmetic, and the plan as a solution of the model."""

    inputs: CapacityInputs
    demand: Demand
    plan: Plan
    solution: Solution

    @property
    def model(self) -> SizingModel:
        """The model of the inputs."""
        return self.solution.model

    def block(self, site: str = "khanh-an", year: int = 2027) -> Block:
        """A block of the model."""
        return next(block for block in self.model.blocks if block.key == (site, year))


@cache
def valid(*, resilient: bool = False, flexible: bool = False) -> Valid:
    """The factories' province: two sites, three years, one of everything; ``resilient``: under every rule.

    ``flexible``: AI work is tied to its site, and a part of it waits for extra servers.
    """
    inputs, demand = make_resilient_inputs() if resilient else make_inputs(), make_demand()
    case = Case(inputs, demand, make_plan(inputs, demand))
    if flexible:
        case = tied(with_four_hours_at_once(with_extra_servers(case)), "ai", SITE)
    model = build_model(case.inputs, case.demand)
    return Valid(case.inputs, case.demand, case.plan, solution_of(model, case.inputs, case.demand, case.plan))


def all_hours(block: Block) -> Selection:
    """Every hour of the block, cyclic over all of them."""
    hour = np.arange(block.hours)
    return Selection(hour, (hour - 1) % block.hours, np.ones(block.hours))


def layout_of(block: Block) -> BlockLayout:
    """Columns and rows of the block one after the other, from zero."""
    hours = block.hours
    return BlockLayout(
        {name: place * hours for place, name in enumerate(block.columns)},
        {name: place * hours for place, name in enumerate(block.hourly)},
        {name: len(block.hourly) * hours + place for place, name in enumerate(block.yearly)},
        hours,
    )


def shortened(block: Block, hours: int, start: int = 0) -> Block:
    """A block of ``hours`` hours of the block from ``start``, cyclic in itself."""
    span = slice(start, start + hours)

    def cut(values: Coefficient) -> Coefficient:
        array = np.asarray(values, dtype=np.float64)
        return array[span] if array.ndim else float(array)

    def terms(of: tuple[Term, ...]) -> tuple[Term, ...]:
        return tuple(Term(term.column, cut(term.coefficient), term.lag) for term in of)

    loads = tuple(replace(load, utilisation=load.utilisation[span], slope=load.slope[span]) for load in block.loads)
    columns = {
        name: HourlyColumn(column.scale, cut(column.low), cut(column.high), cut(column.cost))
        for name, column in block.columns.items()
    }
    for load in loads:
        if load.deferrable_fraction > 0:
            waiting = recent_arrivals(load.arrivals, load.deferrable_hours)
            columns[f"backlog:{load.name}"] = replace(columns[f"backlog:{load.name}"], high=waiting)
    return Block(
        block.site,
        block.year,
        hours,
        columns,
        {
            name: HourlyRow(terms(row.terms), tuple((c, cut(v)) for c, v in row.master), row.equality)
            for name, row in block.hourly.items()
        },
        {name: YearRow(terms(row.terms), row.master) for name, row in block.yearly.items()},
        loads,
        {column: np.asarray(cut(output)) for column, output in block.generation.items()},
    )


def rowless(columns: int) -> LinearModel:
    """A master of that many columns without any row: only the block says what is possible."""
    alone = LinearModel()
    for column in range(columns):
        alone.column(("free", column), upper=1.0)
    return alone


def cost_of(block: Block, master: Vector, *, priced: bool = True) -> float | None:
    """Least cost of the block's hours at a master solution, billion VND; None when the block cannot live with it."""
    alone, free = rowless(master.size), np.zeros(master.size)
    arrays, _ = whole_arrays(alone, (block,), (all_hours(block),), free, lower=master, upper=master, priced=priced)
    try:
        return solve_linear(arrays).objective
    except LinearFailureError as failure:
        if not failure.infeasible:
            raise
        return None


def whole_optimum(model: LinearModel, blocks: tuple[Block, ...], upper: Vector) -> float:
    """The relaxation of master and blocks on all their hours, by GLOP; the offset is not in the objective."""
    selections = tuple(all_hours(block) for block in blocks)
    cost, lower = np.array(model.cost), np.array(model.lower)
    return solve_linear(whole_arrays(model, blocks, selections, cost, lower=lower, upper=upper)[0]).objective


def upper_without_slack(model: SizingModel) -> Vector:
    """Upper bounds of the master's columns with no policy missed."""
    upper = np.array(model.frame.model.upper)
    upper[list(model.frame.slacks)] = 0.0
    return upper


def random_master(
    block: Block, stream: np.random.Generator, *, generous: bool = False, flexible: bool = False
) -> Vector:
    """The valid master with each column that the block sees changed by a factor between a half and two.

    ``generous``: more connection and storage, less load, and allotments that bind nothing, so that the block can live.
    """
    given = valid(flexible=flexible)
    linear = given.model.frame.model
    master = np.array(given.solution.master)
    seen = block.masters()
    master[seen] *= stream.uniform(0.5, 2.0, len(seen))
    if generous:
        for name, column in block.columns.items():
            if name.startswith("grid:") and column.scale is not None:
                master[column.scale] = linear.upper[column.scale]
        for policy in block.yearly:
            allotment = linear.find("allotment", policy, block.site.id, block.year)
            if allotment is not None:
                master[allotment] = linear.upper[allotment]
        slacks = list(given.model.frame.slacks)
        master[slacks] = np.array(linear.upper)[slacks]
    return master
