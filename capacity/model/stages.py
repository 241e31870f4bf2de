"""The model that the solver works on: one scenario as it is, or several with their orders in common.

Two stages (Birge and Louveaux, Introduction to Stochastic Programming, 2011): orders are placed before anybody knows
which scenario comes and are the same in all of them; everything else answers to the scenario. Each scenario is a model
of its own, made by ``build_model``; here columns of orders become one column, and all others stand side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from capacity.model.blocks import Block, Term, YearRow
from capacity.model.build import SizingModel
from capacity.model.frame import Slack
from capacity.model.linear import Expression, Key, LinearModel
from capacity.model.risk import NEUTRAL, Risk
from capacity.plan import Build

Places = npt.NDArray[np.int64]
Vector = npt.NDArray[np.float64]
OfBlock = TypeVar("OfBlock")
ORDERS = "build"
"""First entry of the keys of orders: the columns of the first stage."""
FOLLOWERS = ("open", "racks")
"""Whole numbers that follow from orders alone, by the rows of ``_DEFINED_BY``: one column where those are the same."""
SAME = 1e-9
COST_ROW = "cost:"
"""Year-long row of a block that holds the cost of its hours in a column; no policy has this name."""
_DEFINED_BY = ("open_when_built", "racks_hold_servers", "racks_fit_the_hall")


class ForbiddenOrderError(ValueError):
    """A scenario has no room for an order of the plan: ``key`` of its column, and the amount."""

    def __init__(self, key: Key, amount: float) -> None:
        super().__init__(f"the order {key} of {amount:g} is not possible in this scenario")
        self.key, self.amount = key, amount


@dataclass(frozen=True)
class Scenario:
    """A model that may come true with ``probability`` (of all scenarios together 1)."""

    name: str
    probability: float
    model: SizingModel


@dataclass(frozen=True)
class Part:
    """A scenario in the staged model: ``columns`` and ``rows`` say which of that model's is each of its own, shapes
    (own columns,) and (own rows,); its blocks stand there from ``first_block`` on.
    """

    name: str
    probability: float
    model: SizingModel
    columns: Places
    rows: Places
    first_block: int

    @property
    def places(self) -> range:
        """Where its blocks stand among those of the staged model."""
        return range(self.first_block, self.first_block + len(self.model.blocks))

    def own(self, master: Vector) -> Vector:
        """Values of its own columns in a solution of the staged model, shape (own columns,)."""
        return master[self.columns]

    def of_blocks(self, values: Sequence[OfBlock]) -> Sequence[OfBlock]:
        """What belongs to its blocks, of something that the staged model has for each block."""
        return values[self.first_block : self.first_block + len(self.model.blocks)]


@dataclass(frozen=True)
class StagedModel:
    """Master and blocks of all scenarios; costs are weighted by probability, so that the objective is expected cost.

    ``keys`` are those of the columns without a scenario, in their order; ``slacks`` are by its own columns.
    """

    linear: LinearModel
    keys: tuple[Key, ...]
    blocks: tuple[Block, ...]
    slacks: dict[int, Slack]
    parts: tuple[Part, ...]
    risk: Risk = NEUTRAL

    def part_of(self, block: int) -> Part:
        """The scenario of a block of the staged model."""
        return next(part for part in self.parts if block in part.places)

    def costs(self, master: Vector, of_hours: Sequence[float]) -> Vector:
        """Billion VND of every scenario, shape (scenarios,), with the cost of the hours of all its blocks."""
        return np.array(
            [
                float(np.array(part.model.frame.model.cost) @ part.own(master))
                + part.model.frame.model.offset
                + sum(part.of_blocks(of_hours))
                for part in self.parts
            ]
        )

    def objective(self, costs: Vector) -> float:
        """Billion VND to be minimised, of the costs of the scenarios."""
        return self.risk.value(costs, np.array([part.probability for part in self.parts]))


def one_stage(model: SizingModel) -> StagedModel:
    """The staged model of a single scenario: its own model, columns and blocks as they are."""
    linear = model.frame.model
    part = Part("", 1.0, model, np.arange(len(linear.lower)), np.arange(len(linear.rows)), 0)
    return StagedModel(linear, tuple(linear.keys), model.blocks, model.frame.slacks, (part,))


def two_stages(scenarios: Sequence[Scenario], risk: Risk = NEUTRAL) -> StagedModel:
    """Several scenarios with their orders in common, at least expected cost (with a price of ``risk``).

    An order that one of them forbids (no such column, or bounds without room for it) is forbidden. Raises ValueError
    unless the scenarios have names of their own and positive probabilities that sum to one.
    """
    _judge(scenarios)
    if len(scenarios) == 1:
        only = one_stage(scenarios[0].model)
        return replace(only, parts=(replace(only.parts[0], name=scenarios[0].name),))
    linear, keys, slacks = LinearModel(), list[Key](), dict[int, Slack]()
    shared = _shared(scenarios)
    parts: list[Part] = []
    blocks: list[Block] = []
    known: dict[tuple[object, ...], int] = {}
    for scenario in scenarios:
        own = scenario.model.frame.model
        columns = np.empty(len(own.lower), dtype=np.int64)
        for key, column in own.columns.items():
            common = key in shared
            place_key: Key = key if common else (scenario.name, *key)
            place = linear.find(*place_key)
            if place is None:
                low, high = shared.get(key, (own.lower[column], own.upper[column]))
                place = linear.column(place_key, lower=low, upper=high, integer=own.integer[column])
                keys.append(key)
            linear.cost[place] += scenario.probability * own.cost[column]
            columns[column] = place
        rows = np.empty(len(own.rows), dtype=np.int64)
        for index, (key, terms, low, high) in enumerate(own.rows):
            moved = {int(columns[column]): value for column, value in terms.items()}
            of_orders = all(keys[column] in shared for column in moved)
            same = (key, frozenset(moved.items()), low, high) if of_orders else (scenario.name, index)
            rows[index] = known.setdefault(same, len(linear.rows))
            if rows[index] == len(linear.rows):
                linear.rows.append((key, moved, low, high))
        linear.offset += scenario.probability * own.offset
        slacks |= {int(columns[column]): slack for column, slack in scenario.model.frame.slacks.items()}
        parts.append(Part(scenario.name, scenario.probability, scenario.model, columns, rows, len(blocks)))
        blocks += [_moved(block, columns, scenario.probability) for block in scenario.model.blocks]
    staged = StagedModel(linear, tuple(keys), tuple(blocks), slacks, tuple(parts))
    return staged if risk.weight == 0 else _with_risk(staged, risk)


def _with_risk(staged: StagedModel, risk: Risk) -> StagedModel:
    """The same with a price of risk: a column and a linking row for the cost of every scenario, and CVaR of them.

    The expected cost of hours stays with their columns. Beside it a year-long row of each block holds the same cost in
    one column of the master, MW at the block's mean price, so that a scenario's cost is a row of the master.
    """
    linear, keys = staged.linear, list(staged.keys)

    def column(name: str, of: str | int, *, lower: float = 0.0, upper: float, cost: float = 0.0) -> int:
        keys.append((name, of))
        return linear.column((name, of), lower=lower, upper=upper, cost=cost)

    linear.cost = [(1 - risk.weight) * cost for cost in linear.cost]
    linear.offset *= 1 - risk.weight
    blocks = list(staged.blocks)
    totals: list[tuple[Part, Expression, float, float]] = []
    for part in staged.parts:
        own = part.model.frame.model
        total = Expression(constant=own.offset)
        for place, cost in zip(part.columns, own.cost, strict=True):
            total.add(int(place), cost)
        for index, block in zip(part.places, part.model.blocks, strict=True):
            price = max((float(np.mean(np.abs(c.cost))) for c in block.columns.values()), default=0.0)
            if price == 0:
                continue
            held, most = _cost_row(block, blocks[index], linear, price)
            hours_cost = column("hours_cost", index, upper=most)
            held = replace(held, master=((hours_cost, 1.0),))
            blocks[index] = _dearer(blocks[index], 1 - risk.weight, held)
            total.add(hours_cost, price * block.hours)
        low, high = _range(linear, total)
        totals.append((part, total, low, high))
    least, most = min(low for _, _, low, _ in totals), max(high for _, _, _, high in totals)
    value_at_risk = column("value_at_risk", "", lower=least, upper=most, cost=risk.weight)
    for part, total, low, high in totals:
        own_cost = column("scenario_cost", part.name, lower=low, upper=high)
        linear.row(("scenario_cost", part.name), total.add(own_cost, -1.0), upper=0.0)
        weight = risk.weight * part.probability / risk.tail
        excess = column("excess_cost", part.name, upper=max(high - least, 0.0), cost=weight)
        beyond = Expression({excess: 1.0, own_cost: -1.0, value_at_risk: 1.0})
        linear.row(("cost_beyond_the_value_at_risk", part.name), beyond, lower=0.0)
    return replace(staged, keys=tuple(keys), blocks=tuple(blocks), risk=risk)


def _cost_row(own: Block, block: Block, linear: LinearModel, price: float) -> tuple[YearRow, float]:
    """mean cost of the hours, in MW at ``price``, as terms to be covered, and the most that it can be."""
    terms, most = [], 0.0
    for name, hourly in own.columns.items():
        if np.any(hourly.cost):
            terms.append(Term(name, -np.asarray(hourly.cost) / price))
            scale = block.columns[name].scale
            size = 1.0 if scale is None else linear.upper[scale]
            most += size * float(np.mean(np.maximum(np.asarray(hourly.cost) * np.asarray(hourly.high), 0.0))) / price
    return YearRow(tuple(terms), ()), most


def _dearer(block: Block, factor: float, cost_row: YearRow) -> Block:
    """The block with hours that cost ``factor`` times as much, and a year-long row."""
    columns = {name: replace(column, cost=factor * np.asarray(column.cost)) for name, column in block.columns.items()}
    return replace(block, columns=columns, yearly={**block.yearly, COST_ROW: cost_row})


def _range(linear: LinearModel, expression: Expression) -> tuple[float, float]:
    """The least and the most that an expression can be within the bounds of its columns."""
    low = high = expression.constant
    for column, factor in expression.terms.items():
        ends = factor * linear.lower[column], factor * linear.upper[column]
        low, high = low + min(ends), high + max(ends)
    return low, high


def with_orders(model: SizingModel, builds: Sequence[Build]) -> SizingModel:
    """The model with exactly these orders and no other: what is left to decide answers to the scenario.

    Changes the bounds of the model in place. Raises ForbiddenOrderError for an order that the model has no room for.
    """
    linear = model.frame.model
    wanted: dict[Key, float] = {(ORDERS, b.kind, b.site, b.hall or "", b.item, b.year): b.amount for b in builds}
    for key, amount in wanted.items():
        column = linear.find(*key)
        if column is None or not linear.lower[column] - SAME <= amount <= linear.upper[column] * (1 + SAME) + SAME:
            raise ForbiddenOrderError(key, amount)
    for key, column in linear.columns.items():
        if key[0] == ORDERS:
            linear.lower[column] = linear.upper[column] = wanted.get(key, 0.0)
    return model


def _judge(scenarios: Sequence[Scenario]) -> None:
    names = [scenario.name for scenario in scenarios]
    weights = [scenario.probability for scenario in scenarios]
    if not names or len(set(names)) < len(names):
        raise ValueError(f"scenarios need names of their own, not {names}")
    if min(weights) <= 0 or abs(sum(weights) - 1) > 1e-9:
        raise ValueError(f"probabilities must be positive and sum to one, not {weights}")


def _shared(scenarios: Sequence[Scenario]) -> dict[Key, tuple[float, float]]:
    """Bounds of the columns that all scenarios have in common: those that every one of them allows."""
    models = [scenario.model.frame.model for scenario in scenarios]
    bounds: dict[Key, tuple[float, float]] = {}
    for key in dict.fromkeys(key for model in models for key in model.columns if key[0] == ORDERS):
        places = [model.find(*key) for model in models]
        low = max(0.0 if c is None else m.lower[c] for m, c in zip(models, places, strict=True))
        high = min(0.0 if c is None else m.upper[c] for m, c in zip(models, places, strict=True))
        bounds[key] = (low, max(low, high))
    defined = [_definitions(model) for model in models]
    for key, rows in defined[0].items():
        if all(other.get(key) == rows for other in defined[1:]):
            column = models[0].columns[key]
            bounds[key] = (models[0].lower[column], models[0].upper[column])
    return bounds


def _definitions(model: LinearModel) -> dict[Key, list[tuple[object, ...]]]:
    """Key of each follower -> its bounds and the rows that define it, by the keys of their columns."""
    keys = model.keys
    found: dict[Key, list[tuple[object, ...]]] = {
        key: [(model.lower[column], model.upper[column])]
        for key, column in model.columns.items()
        if key[0] in FOLLOWERS
    }
    for key, terms, low, high in model.rows:
        if key[0] in _DEFINED_BY:
            row = (key, frozenset((keys[column], value) for column, value in terms.items()), low, high)
            for column in terms:
                if keys[column] in found:
                    found[keys[column]].append(row)
    return found


def _moved(block: Block, columns: Places, weight: float) -> Block:
    """The block as the staged model sees it: with its master columns, and hours that cost ``weight`` times."""

    def place(column: int) -> int:
        return int(columns[column])

    return replace(
        block,
        columns={
            name: replace(
                column, scale=None if column.scale is None else place(column.scale), cost=column.cost * weight
            )
            for name, column in block.columns.items()
        },
        hourly={
            name: replace(row, master=tuple((place(column), value) for column, value in row.master))
            for name, row in block.hourly.items()
        },
        yearly={
            name: replace(row, master=tuple((place(column), value) for column, value in row.master))
            for name, row in block.yearly.items()
        },
        loads=tuple(replace(load, column=place(load.column)) for load in block.loads),
        generation={place(column): output for column, output in block.generation.items()},
    )
