"""Writes a block as a stencil: what stands in every hour, as indices into a table of hourly series."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from capacity.model.blocks import Block, Coefficient
from capacity.solver.arrays import Places, Vector
from capacity.solver.kernel import DIAGONAL, DIAGONAL_FROM_BEFORE, NONE, TO_BEFORE, Stencil

_Key = TypeVar("_Key")
NARROWEST = 1e-6
"""MW per MW: a column's range of an hour is made this wide at least, as a method of the interior needs an interior."""


@dataclass
class _Table:
    """Distinct hourly series; a constant is the series of its value."""

    hours: int
    series: list[Vector] = field(default_factory=list)
    known: dict[bytes, int] = field(default_factory=dict)

    def place(self, values: Coefficient) -> int:
        full = np.array(np.broadcast_to(np.asarray(values, dtype=np.float64), (self.hours,)))
        place = self.known.setdefault(full.tobytes(), len(self.series))
        if place == len(self.series):
            self.series.append(full)
        return place


def row_order(block: Block) -> tuple[list[str], int]:
    """Names of the hourly rows, local ones first, and how many are local.

    A row is local when none of its columns is lagged anywhere: it meets no row of another hour.
    """
    lagged = {term.column for row in block.hourly.values() for term in row.terms if term.lag}
    local = [n for n, row in block.hourly.items() if not any(term.column in lagged for term in row.terms)]
    return local + [name for name in block.hourly if name not in local], len(local)


def stencil_of(block: Block, *, priced: bool = True, margin: float = 0.0) -> Stencil:
    """The stencil of a block; ``priced`` False: the hours cost nothing; ``margin`` tightens the connection's columns.

    Raises ValueError for a lag other than 0 and 1.
    """
    table, (order, local) = _Table(block.hours), row_order(block)
    masters = {column: index for index, column in enumerate(block.masters())}
    column_of = {name: index for index, name in enumerate(block.columns)}
    low, high, cost, scale = [], [], [], []
    for name, column in block.columns.items():
        least = np.asarray(column.low, dtype=np.float64)
        most = np.asarray(column.high, dtype=np.float64) * (1 - margin if name.startswith("grid:") else 1.0)
        low.append(table.place(least))
        high.append(table.place(np.maximum(most, least + NARROWEST)))
        cost.append(table.place(column.cost if priced else 0.0))
        scale.append(len(masters) if column.scale is None else masters[column.scale])
    terms: dict[tuple[int, int, int], Coefficient] = {}
    seen: dict[tuple[int, int], Coefficient] = {}
    for index, name in enumerate(order):
        for term in block.hourly[name].terms:
            if term.lag not in (0, 1):
                raise ValueError(f"row {name}: {term.column} has lag {term.lag}; 0 and 1 are known")
            _sum_up(terms, (column_of[term.column], index, term.lag), term.coefficient)
        # a share of all energy has no room for a margin: the load has it instead, so that hours have some to spare
        more = 1 + margin if block.whole and name == "balance" else 1.0
        for master, coefficient in block.hourly[name].master:
            of_load = master not in block.generation
            _sum_up(seen, (index, masters[master]), coefficient * more if of_load else coefficient)
    years: dict[tuple[int, int], Coefficient] = {}
    year_seen = np.zeros((len(block.yearly), len(masters) + 1))
    for index, yearly in enumerate(block.yearly.values()):
        for term in yearly.terms:
            _sum_up(years, (column_of[term.column], index), np.asarray(term.coefficient) / block.hours)
        for master, number in yearly.master:
            year_seen[index, masters[master]] += number
    term_at = {key: table.place(value) for key, value in terms.items()}
    seen_at = {key: table.place(value) for key, value in seen.items()}
    year_at = {key: table.place(value) for key, value in years.items()}
    last = sorted({column for column, _, lag in terms if lag})
    first_year = len(masters) + 1 + len(last)
    mixes, entries = _mixes(term_at, seen_at, year_at, scale, first_year)
    term_column, term_row, term_lag = _lists(list(term_at), 3)
    seen_row, seen_master = _lists(list(seen_at), 2)
    year_column, year_row = _lists(list(year_at), 2)
    target, kind, column_of_pair, one, two = _lists(_pairs(term_at, len(order), local), 5)
    entry, mix_coefficient, mix_column, mix_lag, mix_year = _lists(mixes, 5)
    entry_row, entry_border = _lists(list(entries), 2)
    return Stencil(
        table=np.array(table.series).reshape(len(table.series), block.hours),
        low=_places(low),
        high=_places(high),
        cost=_places(cost),
        scale=_places(scale),
        term_row=term_row,
        term_column=term_column,
        term_lag=term_lag,
        term_coefficient=_places(term_at.values()),
        seen_row=seen_row,
        seen_master=seen_master,
        seen_coefficient=_places(seen_at.values()),
        year_row=year_row,
        year_column=year_column,
        year_coefficient=_places(year_at.values()),
        year_seen=year_seen,
        unequal=np.array([not block.hourly[name].equality for name in order], dtype=np.bool_),
        last=_places(last),
        pair_target=target,
        pair_kind=kind,
        pair_column=column_of_pair,
        pair_one=one,
        pair_two=two,
        mix_entry=entry,
        mix_coefficient=mix_coefficient,
        mix_column=mix_column,
        mix_lag=mix_lag,
        mix_year_coefficient=mix_year,
        entry_row=entry_row,
        entry_border=entry_border,
        local=local,
    )


def _pairs(terms: dict[tuple[int, int, int], int], rows: int, local: int) -> list[tuple[int, ...]]:
    """(target, kind, column, series of one, series of the other) of all terms that share a column."""
    found: list[tuple[int, ...]] = []
    for (column, row, lag), at in terms.items():
        for (other_column, other, other_lag), other_at in terms.items():
            if other_column != column:
                continue
            if lag == other_lag and row >= other:
                kind = DIAGONAL_FROM_BEFORE if lag else DIAGONAL
                found.append((row * (row + 1) // 2 + other, kind, column, other_at, at))
            elif lag == 1 and other_lag == 0:
                target = (row - local) * (rows - local) + other - local
                found.append((target, TO_BEFORE, column, other_at, at))
    return found


def _mixes(
    terms: dict[tuple[int, int, int], int],
    seen: dict[tuple[int, int], int],
    years: dict[tuple[int, int], int],
    scale: list[int],
    first_year: int,
) -> tuple[list[tuple[int, ...]], dict[tuple[int, int], int]]:
    """(entry, coefficient, column, lag, year coefficient) and the entries' places; NONE where there is none."""
    entries: dict[tuple[int, int], int] = {}

    def entry(row: int, border: int) -> int:
        return entries.setdefault((row, border), len(entries))

    found: list[tuple[int, ...]] = [(entry(row, master), at, NONE, 0, NONE) for (row, master), at in seen.items()]
    for (column, row, lag), at in terms.items():
        found.append((entry(row, scale[column]), at, column, lag, NONE))
        found += [
            (entry(row, first_year + index), at, column, lag, year_at)
            for (year_column, index), year_at in years.items()
            if year_column == column
        ]
    return found, entries


def _sum_up(into: dict[_Key, Coefficient], key: _Key, value: Coefficient) -> None:
    into[key] = into[key] + value if key in into else value


def _places(values: Iterable[int]) -> Places:
    return np.array(list(values), dtype=np.int64)


def _lists(rows: Sequence[tuple[int, ...]], width: int) -> list[Places]:
    """The columns of a table of numbers."""
    return [np.ascontiguousarray(part) for part in np.array(rows, dtype=np.int64).reshape(len(rows), width).T]
