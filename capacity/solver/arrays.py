"""Blocks and master as sparse arrays; a selection says which hours of a block are taken and in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from capacity.model.blocks import Block, Coefficient
from capacity.model.frame import Slack
from capacity.model.linear import LinearModel

Vector = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
INFINITY = float("inf")


@dataclass(frozen=True)
class Selection:
    """Hours of a block: ``hour`` indices into the year, ``before`` the place (not the hour) of each one's
    predecessor, and ``weight``, how many hours of the year each stands for. All have shape (n,)."""

    hour: Places
    before: Places
    weight: Vector

    @property
    def size(self) -> int:
        """Number of hours taken."""
        return int(self.hour.size)


def days(chosen: Places, weights: Vector) -> Selection:
    """Chosen days, each cyclic in itself, with the number of days that each stands for."""
    hour = (chosen[:, None] * 24 + np.arange(24)).reshape(-1)
    before = (np.arange(chosen.size)[:, None] * 24 + (np.arange(24) - 1) % 24).reshape(-1)
    return Selection(hour, before, np.repeat(weights, 24))


@dataclass(frozen=True)
class Arrays:
    """minimise cost x subject to row_lower <= A x <= row_upper, lower <= x <= upper."""

    matrix: sp.csr_matrix
    cost: Vector
    lower: Vector
    upper: Vector
    row_lower: Vector
    row_upper: Vector


@dataclass(frozen=True)
class BlockLayout:
    """Where the columns and rows of a block stand: name -> first index; hourly ones take ``size`` places."""

    columns: dict[str, int]
    hourly: dict[str, int]
    yearly: dict[str, int]
    size: int

    @staticmethod
    def of(block: Block) -> BlockLayout:
        """Of a block alone with all its hours: columns, and its rows with the year-long ones last."""
        hours = block.hours
        return BlockLayout(
            {name: place * hours for place, name in enumerate(block.columns)},
            {name: place * hours for place, name in enumerate(block.hourly)},
            {name: len(block.hourly) * hours + place for place, name in enumerate(block.yearly)},
            hours,
        )


class _Triplets:
    """Grows a sparse matrix from arrays of rows, columns and values."""

    def __init__(self) -> None:
        self.rows: list[Places] = []
        self.columns: list[Places] = []
        self.values: list[Vector] = []

    def add(self, rows: Places, columns: Places, values: Coefficient) -> None:
        full = np.broadcast_to(np.asarray(values, dtype=np.float64), rows.shape)
        keep = full != 0
        self.rows.append(rows[keep])
        self.columns.append(columns[keep])
        self.values.append(full[keep])

    def matrix(self, shape: tuple[int, int]) -> sp.csr_matrix:
        if not self.rows:
            return sp.csr_matrix(shape)
        entries = (np.concatenate(self.values), (np.concatenate(self.rows), np.concatenate(self.columns)))
        return sp.csr_matrix(entries, shape=shape)


def priced_slacks(slacks: Mapping[int, Slack], cost: Vector) -> Vector:
    """Costs of the master's columns, billion VND, in which every slack has its price; shape (columns,)."""
    priced = cost.copy()
    for column, slack in slacks.items():
        priced[column] = slack.price
    return priced


def taken(values: Coefficient, selection: Selection) -> Vector:
    """An hourly coefficient (or a constant) at the hours of a selection."""
    array = np.asarray(values, dtype=np.float64)
    return array[selection.hour] if array.ndim else np.full(selection.size, float(array))


def whole_arrays(
    model: LinearModel, blocks: tuple[Block, ...], selections: tuple[Selection, ...], cost: Vector,
    *, lower: Vector, upper: Vector, priced: bool = True,
) -> tuple[Arrays, list[BlockLayout]]:  # fmt: skip
    """Master (integers relaxed, given cost and bounds) and the selected hours of all blocks as one linear program.

    ``priced`` False: the hours cost nothing (feasibility only). Columns and rows of the master come first.
    """
    matrix, row_lower, row_upper = model.matrix()
    coo = matrix.tocoo()
    triplets = _Triplets()
    triplets.add(coo.row.astype(np.int64), coo.col.astype(np.int64), coo.data)
    columns, rows = len(model.lower), matrix.shape[0]
    costs, lowers, uppers = [cost], [lower], [upper]
    row_lowers, row_uppers = [row_lower], [row_upper]
    layouts: list[BlockLayout] = []

    def new_rows(count: int, upper: float = INFINITY) -> None:
        nonlocal rows
        row_lowers.append(np.zeros(count))
        row_uppers.append(np.full(count, upper))
        rows += count

    for block, selection in zip(blocks, selections, strict=True):
        size, place = selection.size, np.arange(selection.size)
        at = {name: columns + index * size for index, name in enumerate(block.columns)}
        hourly, yearly = {}, {}
        for name, row in block.hourly.items():
            hourly[name] = rows
            for term in row.terms:
                hour = selection.before if term.lag else place
                triplets.add(rows + place, at[term.column] + hour, taken(term.coefficient, selection))
            for column, coefficient in row.master:
                triplets.add(rows + place, np.full(size, column), taken(coefficient, selection))
            new_rows(size, 0.0 if row.equality else INFINITY)
        for name, year_row in block.yearly.items():
            yearly[name] = rows
            for term in year_row.terms:
                share = taken(term.coefficient, selection) * selection.weight / block.hours
                triplets.add(np.full(size, rows), at[term.column] + place, share)
            for column, number in year_row.master:
                triplets.add(np.array([rows]), np.array([column]), number)
            new_rows(1)
        for name, hourly_column in block.columns.items():
            low, high = taken(hourly_column.low, selection), taken(hourly_column.high, selection)
            costs.append(taken(hourly_column.cost, selection) * selection.weight if priced else np.zeros(size))
            scale = hourly_column.scale
            lowers.append(low if scale is None else np.zeros(size))
            uppers.append(high * (1.0 if scale is None else upper[scale]))
            if scale is None:
                continue
            triplets.add(rows + place, at[name] + place, -1.0)
            triplets.add(rows + place, np.full(size, scale), high)
            new_rows(size)
            if np.any(low > 0):
                triplets.add(rows + place, at[name] + place, 1.0)
                triplets.add(rows + place, np.full(size, scale), -low)
                new_rows(size)
        layouts.append(BlockLayout(at, hourly, yearly, size))
        columns += len(block.columns) * size
    arrays = Arrays(
        triplets.matrix((rows, columns)),
        np.concatenate(costs),
        np.concatenate(lowers),
        np.concatenate(uppers),
        np.concatenate(row_lowers),
        np.concatenate(row_uppers),
    )
    return arrays, layouts
