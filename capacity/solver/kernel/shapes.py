"""What the compiled loops work on: the stencil of a block, the state of its hours, and the eliminated chain."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from capacity.solver.arrays import Places, Vector

Matrix = npt.NDArray[np.float64]
DIAGONAL, DIAGONAL_FROM_BEFORE, TO_BEFORE = 0, 1, 2
"""Where the product of two terms of one column stands: in the block of the hour, there too but through the lagged
column, or between the hour (second term) and the one before (first term)."""
NONE = -1
HOURS_AT_A_TIME = 256
"""Hours of the border that are multiplied at once: they stay in a processor's cache."""
FARTHEST = 1.25
"""Longest step that is looked at: there is none beyond 1, and one that could go on does not end at a bound."""
LENGTHS = 64
"""Bins in which step lengths are counted."""
WIDTH = 8
"""The border is padded to a multiple of it: full registers."""


class Stencil(NamedTuple):
    """C columns and R hourly rows in every of T hours; K series; Z masters; every ``*coefficient`` is a series.

    ``table`` (K, T) holds the series. Rows without lagged columns stand first: they are ``local``. ``scale`` (C,) is
    the place of a column's z in the block's short vector (Z + 1,), whose last place is the constant 1. The other arrays
    are lists: terms of hourly rows, masters in hourly rows, terms of year-long rows (Y), and for the elimination

    - pairs: products of two terms of a column that meet in the matrix of the rows (``target``: lower triangle of the
      hour's block, row-major, or for TO_BEFORE place in the block of the state rows, row-major);
    - mixes: what meets in the border, entry by entry; an entry is a place (row, border column) that can be non-zero.
      Border columns are the Z + 1 masters, the last hours of the lagged columns ``last``, and the year-long rows.
      A mix is a coefficient alone (no column), or times the column's share of its z, or of a year-long row.
    """

    table: Matrix
    low: Places
    high: Places
    cost: Places
    scale: Places
    term_row: Places
    term_column: Places
    term_lag: Places
    term_coefficient: Places
    seen_row: Places
    seen_master: Places
    seen_coefficient: Places
    year_row: Places
    year_column: Places
    year_coefficient: Places
    year_seen: Matrix
    unequal: npt.NDArray[np.bool_]
    last: Places
    pair_target: Places
    pair_kind: Places
    pair_column: Places
    pair_one: Places
    pair_two: Places
    mix_entry: Places
    mix_coefficient: Places
    mix_column: Places
    mix_lag: Places
    mix_year_coefficient: Places
    entry_row: Places
    entry_border: Places
    local: int

    @property
    def hours(self) -> int:
        """T."""
        return int(self.table.shape[1])

    @property
    def columns(self) -> int:
        """C."""
        return int(self.scale.size)

    @property
    def rows(self) -> int:
        """R."""
        return int(self.unequal.size)

    @property
    def masters(self) -> int:
        """Z + 1."""
        return int(self.year_seen.shape[1])

    @property
    def years(self) -> int:
        """Y."""
        return int(self.year_seen.shape[0])

    @property
    def border(self) -> int:
        """Border columns."""
        return self.masters + int(self.last.size) + self.years

    @property
    def width(self) -> int:
        """Border columns with padding."""
        return -(-self.border // WIDTH) * WIDTH


class Hours(NamedTuple):
    """What a block's hours hold, by column (C, T): value, multipliers of lower and upper bound, aims of their products,
    direction, reduced cost, 1 / θ and w; by row (R, T): multiplier, slack, aim, direction, activity A x + B z."""

    x: Matrix
    vl: Matrix
    vu: Matrix
    aim_l: Matrix
    aim_u: Matrix
    dx: Matrix
    rc: Matrix
    inverse: Matrix
    weight: Matrix
    y: Matrix
    s: Matrix
    aim_s: Matrix
    dy: Matrix
    activity: Matrix


class Chain(NamedTuple):
    """Eliminated rows, L local and S of the state: ``local`` (L(L+1)/2, T) Cholesky factor with inverted diagonal,
    ``across`` (S·L, T) its share of the state rows, ``inner`` and ``before`` (T, S, S): D⁻¹ and W = O D⁻¹(t - 1) of the
    recursion over the hours."""

    local: Matrix
    across: Matrix
    inner: Matrix
    before: Matrix


def hours_of(stencil: Stencil) -> Hours:
    """Room for a block's hours: multipliers of the bounds are 1, everything else 0."""
    by_column = [np.zeros((stencil.columns, stencil.hours)) for _ in range(9)]
    by_column[1][:] = by_column[2][:] = 1.0
    return Hours(*by_column, *(np.zeros((stencil.rows, stencil.hours)) for _ in range(5)))


def chain_of(stencil: Stencil) -> Chain:
    """Room for a block's eliminated rows."""
    local, state, hours = stencil.local, stencil.rows - stencil.local, stencil.hours
    return Chain(
        np.zeros((local * (local + 1) // 2, hours)),
        np.zeros((state * local, hours)),
        np.zeros((hours, state, state)),
        np.zeros((hours, state, state)),
    )


def scratch_size(stencil: Stencil) -> int:
    """Numbers that an elimination needs for a while."""
    rows, state = stencil.rows, stencil.rows - stencil.local
    by_hour = rows * (rows + 1) // 2 + state * state + int(stencil.entry_row.size) + rows * stencil.width
    return HOURS_AT_A_TIME * by_hour + (HOURS_AT_A_TIME + 1) * stencil.columns


def scratch_of(stencils: list[Stencil]) -> Vector:
    """Room that one elimination at a time of any of the blocks may use."""
    return np.empty(max((scratch_size(stencil) for stencil in stencils), default=0))
