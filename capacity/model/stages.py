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

from capacity.model.blocks import Block
from capacity.model.build import SizingModel
from capacity.model.frame import Slack
from capacity.model.linear import Key, LinearModel

Places = npt.NDArray[np.int64]
Vector = npt.NDArray[np.float64]
OfBlock = TypeVar("OfBlock")
ORDERS = "build"
"""First entry of the keys of orders: the columns of the first stage."""
FOLLOWERS = ("open", "racks")
"""Whole numbers that follow from orders alone, by the rows of ``_DEFINED_BY``: one column where those are the same."""
_DEFINED_BY = ("open_when_built", "racks_hold_servers", "racks_fit_the_hall")


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
        """Billion VND to be minimised, of the costs of the scenarios: what is expected."""
        return float(sum(part.probability * cost for part, cost in zip(self.parts, costs, strict=True)))


def one_stage(model: SizingModel) -> StagedModel:
    """The staged model of a single scenario: its own model, columns and blocks as they are."""
    linear = model.frame.model
    part = Part("", 1.0, model, np.arange(len(linear.lower)), np.arange(len(linear.rows)), 0)
    return StagedModel(linear, tuple(linear.keys), model.blocks, model.frame.slacks, (part,))


def two_stages(scenarios: Sequence[Scenario]) -> StagedModel:
    """Several scenarios with their orders in common.

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
    return StagedModel(linear, tuple(keys), tuple(blocks), slacks, tuple(parts))


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
