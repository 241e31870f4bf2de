"""Linear algebra of one block inside an interior-point step: hours are eliminated, a small border stays.

Write the block as  A x + B z (- s) = 0  hourly,  Y x + V z - t = 0  yearly,  lo·z <= x <= hi·z.  With the slacks and
multipliers of the links eliminated, a Newton step is  θ dx = Aᵀdy + Yᵀdyy + w dz + g.  Substituting dx leaves
M dy + U v = r  with M banded (rows in the order of the hours; only neighbours meet) and v = (dz, dx of the last hour of
every storage, dyy). The storage columns of the last hour would couple the year's end to its beginning, so they stay in
the border. LAPACK's banded Cholesky does the elimination in time linear in the hours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.linalg as la
import scipy.sparse as sp

from capacity.model.blocks import Block
from capacity.solver.arrays import Places, Vector

Matrix = npt.NDArray[np.float64]


def _full(values: float | Vector, hours: int) -> Vector:
    return np.array(np.broadcast_to(np.asarray(values, dtype=np.float64), (hours,)))


class BlockAlgebra:
    """Constant data of a block: x is column-major (column, hour), hourly rows are hour-major."""

    def __init__(self, block: Block, priced: bool, margin: float = 0.0) -> None:
        hours, names = block.hours, list(block.columns)
        self.hours = hours
        self.masters: list[int] = block.masters()
        place = {column: index for index, column in enumerate(self.masters)}
        self.columns, self.row_names = len(names), list(block.hourly)
        rows = len(self.row_names)
        self.rows = rows
        at = {name: index * hours for index, name in enumerate(names)}
        hour = np.arange(hours)
        self.scale = np.array([place[block.columns[name].scale or 0] for name in names], dtype=np.int64)
        shrink = {name: 1 - margin if name.startswith("grid:") else 1.0 for name in names}
        self.high = np.concatenate([_full(block.columns[name].high, hours) * shrink[name] for name in names])
        self.low = np.concatenate([_full(block.columns[name].low, hours) for name in names])
        price = [_full(block.columns[name].cost, hours) for name in names]
        self.cost = np.concatenate(price) if priced else np.zeros(self.columns * hours)
        parts: tuple[list[Places], list[Places], list[Vector]] = ([], [], [])
        self.seen = np.zeros((rows * hours, len(self.masters)))
        self.inequality = np.zeros(rows * hours, dtype=bool)
        lagged: set[str] = set()
        for index, name in enumerate(self.row_names):
            row = block.hourly[name]
            here = hour * rows + index
            self.inequality[here] = not row.equality
            for term in row.terms:
                if term.lag:
                    lagged.add(term.column)
                parts[0].append(here)
                parts[1].append(at[term.column] + (hour - term.lag) % hours)
                parts[2].append(_full(term.coefficient, hours))
            for column, coefficient in row.master:
                self.seen[here, place[column]] += _full(coefficient, hours)
        shape = (rows * hours, self.columns * hours)
        triplets = (np.concatenate(parts[2]), (np.concatenate(parts[0]), np.concatenate(parts[1])))
        self.matrix: sp.csr_matrix = sp.csr_matrix(triplets, shape=shape)
        self.last = np.array(sorted(at[name] + hours - 1 for name in lagged), dtype=np.int64)
        self.year_matrix = np.zeros((len(block.yearly), shape[1]))
        self.year_seen = np.zeros((len(block.yearly), len(self.masters)))
        for index, yearly in enumerate(block.yearly.values()):
            for term in yearly.terms:
                span = slice(at[term.column], at[term.column] + hours)
                self.year_matrix[index, span] += _full(term.coefficient, hours) / hours
            for column, number in yearly.master:
                self.year_seen[index, place[column]] += number
        self._prepare()

    def _prepare(self) -> None:
        inner = np.ones(self.matrix.shape[1])
        inner[self.last] = 0.0
        self.inner: sp.csr_matrix = sp.csr_matrix(self.matrix @ sp.diags(inner))
        self.inner.eliminate_zeros()
        self.inner_mask = inner
        self.transposed: sp.csr_matrix = sp.csr_matrix(self.matrix.T)
        self.last_columns: Matrix = (
            np.asarray(self.matrix[:, self.last].todense()) if self.last.size else np.zeros((self.matrix.shape[0], 0))
        )
        by_column = sp.csc_matrix(self.inner)
        counts = np.diff(by_column.indptr)
        entry: tuple[list[Places], list[Places], list[Vector]] = ([], [], [])
        self.band = 0
        for size in np.unique(counts[counts > 0]):
            which = np.flatnonzero(counts == size)
            start = by_column.indptr[which]
            rows = by_column.indices[start[:, None] + np.arange(size)]
            data = by_column.data[start[:, None] + np.arange(size)]
            for i in range(size):
                for j in range(size):
                    keep = rows[:, i] >= rows[:, j]
                    distance = (rows[:, i] - rows[:, j])[keep]
                    self.band = max(self.band, int(distance.max(initial=0)))
                    entry[0].append(distance * self.matrix.shape[0] + rows[keep, j])
                    entry[1].append(which[keep])
                    entry[2].append(data[keep, i] * data[keep, j])
        total = (self.band + 1) * self.matrix.shape[0]
        self.products: sp.csr_matrix = sp.csr_matrix(
            (np.concatenate(entry[2]), (np.concatenate(entry[0]), np.concatenate(entry[1]))),
            shape=(total, self.matrix.shape[1]),
        )
        spread = sp.csr_matrix(
            (np.ones(self.matrix.shape[1]), (np.arange(self.matrix.shape[1]), np.repeat(self.scale, self.hours))),
            shape=(self.matrix.shape[1], len(self.masters)),
        )
        self.spread: sp.csr_matrix = spread

    def scaled(self, vector: Vector) -> Vector:
        """The z of every x: the master's value that bounds it."""
        return np.repeat(vector[self.scale], self.hours)

    def gathered(self, per_column: Vector) -> Vector:
        """Sum over the x of every z."""
        return np.asarray(self.spread.T @ per_column)


@dataclass(frozen=True)
class Factors:
    """A factorised block at one iterate: the band, the border's columns and its own part of the border's matrix."""

    theta: Vector
    weight: Vector
    band: Matrix
    border: Matrix
    solved_border: Matrix
    corner: Matrix


def factorise(
    algebra: BlockAlgebra, lower_ratio: Vector, upper_ratio: Vector, row_ratio: Vector, year_ratio: Vector
) -> Factors:
    """Eliminate the hours: lower_ratio = vl/sl, upper_ratio = vu/su of the links, row_ratio = s/y (0: equality)."""
    theta = lower_ratio + upper_ratio
    weight = lower_ratio * algebra.low + upper_ratio * algebra.high
    inverse = algebra.inner_mask / theta
    size = algebra.matrix.shape[0]
    band = (algebra.products @ inverse).reshape(algebra.band + 1, size)
    band[0] += row_ratio + 1e-13 * band[0].max()
    seen = algebra.seen + np.asarray((algebra.inner @ (sp.diags(inverse * weight) @ algebra.spread)).todense())
    years = algebra.year_matrix * inverse
    border = np.hstack([seen, algebra.last_columns, np.asarray(algebra.inner @ years.T)])
    masters, last, count = len(algebra.masters), algebra.last.size, algebra.year_matrix.shape[0]
    corner = np.zeros((masters + last + count, masters + last + count))
    square = algebra.gathered(weight * weight * inverse) - algebra.gathered(
        lower_ratio * algebra.low**2 + upper_ratio * algebra.high**2
    )
    corner[np.arange(masters), np.arange(masters)] = square
    for index, column in enumerate(algebra.last):
        z = int(algebra.scale[column // algebra.hours])
        corner[masters + index, masters + index] = -theta[column]
        corner[masters + index, z] += weight[column]
        corner[z, masters + index] += weight[column]
    if count:
        at = slice(masters + last, None)
        corner[at, at] = years @ algebra.year_matrix.T + np.diag(year_ratio)
        mixed = algebra.year_seen + np.asarray(algebra.spread.T @ (years * weight).T).T
        corner[at, :masters] = mixed
        corner[:masters, at] = mixed.T
        corner[at, masters : masters + last] = algebra.year_matrix[:, algebra.last]
        corner[masters : masters + last, at] = algebra.year_matrix[:, algebra.last].T
    factor = la.cholesky_banded(band, lower=True, overwrite_ab=True, check_finite=False)
    solved = la.cho_solve_banded((factor, True), border, check_finite=False)
    return Factors(theta, weight, factor, border, solved, corner - border.T @ solved)


def banded_solve(factors: Factors, right: Vector) -> Vector:
    """M⁻¹ right."""
    return np.asarray(la.cho_solve_banded((factors.band, True), right, check_finite=False))
