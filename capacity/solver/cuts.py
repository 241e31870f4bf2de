"""Proven lower bounds of a block's cost from any duals, by arithmetic that does not know the solver.

For duals y (>= 0 on inequality rows) every x within lo·z <= x <= hi·z costs at least

    Σ_t min(rc·lo, rc·hi)·z - y·(master terms),  with  rc = cost - yᵀA:

an inequality that is linear in the master's columns z and holds for every z. Nothing but the inputs' own bounds is
used, so the quality of y decides how tight the bound is, never whether it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from capacity.model.blocks import Block
from capacity.solver.arrays import BlockLayout, Vector


@dataclass(frozen=True)
class Cut:
    """cost of block ``index`` >= constant + Σ coefficient x master column."""

    index: int
    constant: float
    terms: dict[int, float]

    @property
    def size(self) -> float:
        """The largest number of its terms, or of all where it has none; not finite where anything in it is not."""
        numbers = np.abs(np.array([self.constant, *self.terms.values()]))
        if not np.isfinite(numbers).all():
            return np.inf
        return float(numbers[1:].max() if numbers.size > 1 else numbers[0])

    def value(self, master: Vector) -> float:
        """The bound at a master solution."""
        return self.constant + sum(v * float(master[c]) for c, v in self.terms.items())


def rows_of(cuts: Sequence[Cut], columns: int) -> tuple[sp.csr_matrix, Vector]:
    """Requirements of blocks as rows A z <= b, each by its largest number: A (cuts, columns), b (cuts,)."""
    sizes = [cut.size or 1.0 for cut in cuts]
    entries = [
        (row, column, value / size)
        for row, (cut, size) in enumerate(zip(cuts, sizes, strict=True))
        for column, value in cut.terms.items()
    ]
    rows, places, values = zip(*entries, strict=True) if entries else ((), (), ())
    matrix = sp.csr_matrix((values, (rows, places)), shape=(len(cuts), columns))
    return matrix, np.array([-cut.constant / size for cut, size in zip(cuts, sizes, strict=True)])


def cut_from_duals(index: int, block: Block, layout: BlockLayout, duals: Vector, *, priced: bool = True) -> Cut:
    """The cut of a block from duals of its rows in ``layout``; ``priced`` False: with costs of zero (feasibility)."""
    hours = block.hours
    reduced: dict[str, Vector] = {
        name: np.array(np.broadcast_to(np.asarray(c.cost, dtype=np.float64), (hours,))) if priced else np.zeros(hours)
        for name, c in block.columns.items()
    }
    terms: dict[int, float] = {}
    constant = 0.0

    def see(column: int, amount: float) -> None:
        terms[column] = terms.get(column, 0.0) + amount

    for name, row in block.hourly.items():
        dual = duals[layout.hourly[name] : layout.hourly[name] + hours]
        if not row.equality:
            dual = np.maximum(dual, 0.0)
        for term in row.terms:
            priced_term = dual * term.coefficient
            # the term stands in the row of hour t for the column of hour t - lag
            reduced[term.column] -= np.roll(priced_term, -term.lag) if term.lag else priced_term
        for column, coefficient in row.master:
            see(column, -float(np.sum(dual * coefficient)))
    for name, yearly in block.yearly.items():
        dual_year = max(float(duals[layout.yearly[name]]), 0.0)
        for term in yearly.terms:
            reduced[term.column] -= dual_year * np.asarray(term.coefficient) / hours
        for column, number in yearly.master:
            see(column, -dual_year * number)
    for name, hourly_column in block.columns.items():
        worst = float(np.sum(np.minimum(reduced[name] * hourly_column.low, reduced[name] * hourly_column.high)))
        if hourly_column.scale is None:
            constant += worst
        else:
            see(hourly_column.scale, worst)
    return Cut(index, constant, {column: amount for column, amount in terms.items() if amount})
