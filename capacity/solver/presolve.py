"""What the rows of the master decide by themselves, so that a method of the interior has an interior."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from capacity.model.linear import LinearModel
from capacity.solver.arrays import Vector
from capacity.solver.cuts import Cut, rows_of

Rows = tuple[sp.csr_matrix, Vector, Vector]
"""A, row_lower, row_upper."""
PASSES_AT_MOST = 50
NARROW = 1e-9
"""Relative room for rounding that implied bounds leave."""


def implied_bounds(
    matrix: sp.csr_matrix, row_lower: Vector, row_upper: Vector, lower: Vector, upper: Vector
) -> tuple[Vector, Vector]:
    """Bounds that every solution within ``lower`` and ``upper`` keeps, by propagation over the rows.

    Andersen and Andersen, Presolving in linear programming (Math. Programming 71, 1995), section 3.3: what the other
    columns of a row can do at most leaves a bound for each. Bounds that contradict each other are not touched: that
    there is no solution is for others to prove.
    """
    entries = matrix.tocoo()
    row, column, value = entries.row, entries.col, entries.data
    rows = matrix.shape[0]
    lower, upper = lower.copy(), upper.copy()
    for _ in range(PASSES_AT_MOST):
        ends = value * lower[column], value * upper[column]
        least, most = np.minimum(*ends), np.maximum(*ends)
        least_sum, most_sum = (np.bincount(row, part, rows) for part in (least, most))
        # what this entry may be at most and at least when the others of its row do their utmost for it
        at_most = (row_upper - least_sum)[row] + least
        at_least = (row_lower - most_sum)[row] + most
        slack = NARROW * (1.0 + np.maximum(np.abs(least_sum), np.abs(most_sum)))[row]
        low = np.where(value > 0, at_least - slack, at_most + slack) / value
        high = np.where(value > 0, at_most + slack, at_least - slack) / value
        new_lower, new_upper = lower.copy(), upper.copy()
        np.maximum.at(new_lower, column, low)
        np.minimum.at(new_upper, column, high)
        middle = 0.5 * (new_lower + new_upper)
        crossed = new_lower > new_upper
        new_lower, new_upper = np.where(crossed, middle, new_lower), np.where(crossed, middle, new_upper)
        new_lower, new_upper = np.clip(new_lower, lower, upper), np.clip(new_upper, lower, upper)
        moved = np.maximum(new_lower - lower, upper - new_upper)
        lower, upper = new_lower, new_upper
        if not np.any(moved > 1e-3 * np.maximum(upper - lower, NARROW)):
            break
    return lower, upper


def with_needs(model: LinearModel, needs: Sequence[Cut]) -> Rows:
    """The master's rows and the requirements."""
    matrix, row_lower, row_upper = model.matrix()
    more, at_most = rows_of(needs, matrix.shape[1])
    row_lower = np.concatenate([row_lower, np.full(at_most.size, -np.inf)])
    return sp.csr_matrix(sp.vstack([matrix, more])), row_lower, np.concatenate([row_upper, at_most])
