"""Elimination of a block's hours and solution for a right-hand side. Letters and signs: this package's docstring."""

from __future__ import annotations

import numpy as np

from capacity.solver.arrays import Vector
from capacity.solver.kernel.compiled import compiled
from capacity.solver.kernel.series import add, add_product, add_three, dot, multiply, to_row
from capacity.solver.kernel.shapes import (
    DIAGONAL,
    DIAGONAL_FROM_BEFORE,
    HOURS_AT_A_TIME,
    NONE,
    Chain,
    Hours,
    Matrix,
    Stencil,
)

LEAST_PIVOT = 1e-14
"""Of the diagonal before the elimination: less than that is what rounding leaves of nothing."""
NOTHING = 1e-140
"""What fades over the hours is cut off here: processors are slow with the smallest numbers and their products."""


@compiled
def eliminate(
    b: Stencil, h: Hours, chain: Chain, scratch: Vector, z: Vector, year_ratio: Vector, corner: Matrix
) -> None:
    """Factorises the rows' matrix of all hours at the iterate.

    ``year_ratio`` (Y,): t / yy of the year-long rows. ``corner`` (width, width) is overwritten by K, padded with zeros.
    """
    columns, hours = h.x.shape
    rows, local = h.y.shape[0], b.local
    pairs, state = rows * (rows + 1) // 2, rows - local
    share = scratch[: columns * hours].reshape(columns, hours)
    used = share.size
    matrix = scratch[used : used + pairs * hours].reshape(pairs, hours)
    used += matrix.size
    off = scratch[used : used + state * state * hours].reshape(state * state, hours)
    used += off.size
    entries = scratch[used : used + b.entry_row.size * hours].reshape(b.entry_row.size, hours)
    used += entries.size
    corner[:] = 0.0
    _weigh(b, h, z, share, corner)
    _meet(b, h, share, year_ratio, corner)
    matrix[:] = 0.0
    off[:] = 0.0
    for i in range(rows):
        if b.unequal[i]:
            y, s, diagonal = h.y[i], h.s[i], matrix[i * (i + 1) // 2 + i]
            for t in range(hours):
                diagonal[t] = s[t] / y[t]
    for k in range(b.pair_target.size):
        one, two, inverse = b.table[b.pair_one[k]], b.table[b.pair_two[k]], h.inverse[b.pair_column[k]]
        if b.pair_kind[k] == DIAGONAL:
            add_three(matrix[b.pair_target[k]], one, two, inverse)
        elif b.pair_kind[k] == DIAGONAL_FROM_BEFORE:
            add_three(matrix[b.pair_target[k]][1:], one[1:], two[1:], inverse[:-1])
        else:
            add_three(off[b.pair_target[k]][1:], one[:-1], two[1:], inverse[:-1])
    entries[:] = 0.0
    for k in range(b.mix_entry.size):
        out, coefficient, j = entries[b.mix_entry[k]], b.table[b.mix_coefficient[k]], b.mix_column[k]
        if j == NONE:
            add(out, coefficient, 1.0)
        elif b.mix_year_coefficient[k] == NONE:
            to_row(out, coefficient, share[j], b.mix_lag[k], 1.0)
        else:
            lag, year = b.mix_lag[k], b.table[b.mix_year_coefficient[k]]
            # the last hour of a lagged column is in the border: its 1 / θ is 0 here
            add_three(out[lag:], coefficient[lag:], year[: hours - lag], h.inverse[j][: hours - lag])
    _eliminate_local(matrix, chain, local, rows)
    _eliminate_states(b, chain, matrix, off, entries, scratch[used:], corner)


@compiled
def _weigh(b: Stencil, h: Hours, z: Vector, share: Matrix, corner: Matrix) -> None:
    """1 / θ, w and w / θ of every column; what stays in the border of masters and of last hours themselves."""
    columns, hours = h.x.shape
    masters = b.year_seen.shape[1]
    for j in range(columns):
        x, vl, vu, inverse, weight, part = h.x[j], h.vl[j], h.vu[j], h.inverse[j], h.weight[j], share[j]
        low, high, zj = b.table[b.low[j]], b.table[b.high[j]], z[b.scale[j]]
        total = 0.0
        for t in range(hours):
            kl = vl[t] / (x[t] - low[t] * zj)
            ku = vu[t] / (high[t] * zj - x[t])
            inverse[t] = 1 / (kl + ku)
            weight[t] = kl * low[t] + ku * high[t]
            part[t] = weight[t] * inverse[t]
            # l²κl + h²κu - w² / θ, without the cancellation
            total += kl * ku * inverse[t] * (high[t] - low[t]) * (high[t] - low[t])
        corner[b.scale[j], b.scale[j]] -= total
    for k in range(b.last.size):
        j, t, at = b.last[k], hours - 1, masters + k
        inner = h.weight[j, t] * share[j, t]
        corner[b.scale[j], b.scale[j]] -= inner
        corner[at, at] -= 1 / h.inverse[j, t]
        corner[at, b.scale[j]] += h.weight[j, t]
        corner[b.scale[j], at] += h.weight[j, t]
        h.inverse[j, t] = 0.0
        share[j, t] = 0.0


@compiled
def _meet(b: Stencil, h: Hours, share: Matrix, year_ratio: Vector, corner: Matrix) -> None:
    """What year-long rows share with masters, last hours and one another, outside the hourly rows."""
    hours, masters = h.x.shape[1], b.year_seen.shape[1]
    first = masters + b.last.size
    for i in range(year_ratio.size):
        corner[first + i, first + i] += year_ratio[i]
        for m in range(masters):
            corner[first + i, m] += b.year_seen[i, m]
            corner[m, first + i] += b.year_seen[i, m]
    for k in range(b.year_row.size):
        j, year, coefficient = b.year_column[k], first + b.year_row[k], b.table[b.year_coefficient[k]]
        total = dot(coefficient, share[j])
        corner[b.scale[j], year] += total
        corner[year, b.scale[j]] += total
        for m in range(b.last.size):
            if b.last[m] == j:
                corner[masters + m, year] += coefficient[hours - 1]
                corner[year, masters + m] += coefficient[hours - 1]
        for other in range(b.year_row.size):
            if b.year_column[other] == j:
                theirs, inverse, total = b.table[b.year_coefficient[other]], h.inverse[j], 0.0
                for t in range(hours):
                    total += coefficient[t] * theirs[t] * inverse[t]
                corner[year, first + b.year_row[other]] += total


@compiled
def _eliminate_local(matrix: Matrix, chain: Chain, local: int, rows: int) -> None:
    """Cholesky of the local rows of every hour; what they take from the state rows is subtracted from ``matrix``."""
    hours = matrix.shape[1]
    for i in range(rows):
        at = i * (i + 1) // 2
        for k in range(min(i + 1, local)):
            out = chain.local[at + k] if i < local else chain.across[(i - local) * local + k]
            source, before = matrix[at + k], k * (k + 1) // 2
            for t in range(hours):
                out[t] = source[t]
            for m in range(k):
                one = chain.local[at + m] if i < local else chain.across[(i - local) * local + m]
                add_product(out, one, chain.local[before + m], -1.0)
            if k < i:
                multiply(out, chain.local[before + k])
            else:
                for t in range(hours):
                    out[t] = 1 / np.sqrt(max(out[t], LEAST_PIVOT * source[t] + 1e-300))
    for i in range(rows - local):
        at = (local + i) * (local + i + 1) // 2 + local
        for k in range(i + 1):
            for m in range(local):
                add_product(matrix[at + k], chain.across[i * local + m], chain.across[k * local + m], -1.0)


@compiled
def _last_hours(b: Stencil, u: Matrix, t: int) -> None:
    """The border's columns of the last hour's lagged columns: their coefficients in the first and the last hour."""
    for k in range(b.term_row.size):
        if (t == 0) == (b.term_lag[k] == 1):
            for m in range(b.last.size):
                if b.last[m] == b.term_column[k]:
                    u[b.term_row[k], b.year_seen.shape[1] + m] += b.table[b.term_coefficient[k], t]


@compiled
def _eliminate_states(
    b: Stencil, chain: Chain, matrix: Matrix, off: Matrix, entries: Matrix, rest: Vector, corner: Matrix
) -> None:
    """The recursion over the hours: D(t) = M(t) - O(t) D⁻¹(t-1) O(t)ᵀ, with the border's columns carried along."""
    hours, width = matrix.shape[1], corner.shape[0]
    rows, local = b.unequal.size, b.local
    state = rows - local
    # reached through a tuple in the loops below, arrays would be counted in every hour
    local_factor, across, inners, befores = chain.local, chain.across, chain.inner, chain.before
    entry_row, entry_border = b.entry_row, b.entry_border
    here, root, before = np.zeros((state, state)), np.zeros((state, state)), np.zeros((state, width))
    chunk = rest[: HOURS_AT_A_TIME * rows * width].reshape(HOURS_AT_A_TIME * rows, width)
    for start in range(0, hours, HOURS_AT_A_TIME):
        count = min(HOURS_AT_A_TIME, hours - start)
        chunk[:] = 0.0
        for t in range(start, start + count):
            u = chunk[(t - start) * rows : (t - start + 1) * rows]
            for k in range(entry_row.size):
                u[entry_row[k], entry_border[k]] += entries[k, t]
            if t == 0 or t == hours - 1:
                _last_hours(b, u, t)
            for i in range(local):
                for k in range(i):
                    factor = local_factor[i * (i + 1) // 2 + k, t]
                    for m in range(width):
                        u[i, m] -= factor * u[k, m]
                factor = local_factor[i * (i + 1) // 2 + i, t]
                for m in range(width):
                    u[i, m] *= factor
            w, inner = befores[t], inners[t]
            for i in range(state):
                for k in range(state):
                    total = 0.0
                    for m in range(state):
                        total += off[i * state + m, t] * here[m, k]
                    w[i, k] = total
            # the Cholesky factor of D, with inverted diagonal
            for i in range(state):
                at = (local + i) * (local + i + 1) // 2 + local
                for k in range(i + 1):
                    total = matrix[at + k, t]
                    for m in range(state):
                        total -= w[i, m] * off[k * state + m, t]
                    for m in range(k):
                        total -= root[i, m] * root[k, m]
                    if k < i:
                        root[i, k] = total * root[k, k]
                    else:
                        root[i, i] = 1 / np.sqrt(max(total, LEAST_PIVOT * abs(matrix[at + i, t]) + 1e-300))
            # its inverse, and that of D
            for i in range(state):
                for k in range(i):
                    total = 0.0
                    for m in range(k, i):
                        total -= root[i, m] * here[m, k]
                    here[i, k] = total * root[i, i]
                here[i, i] = root[i, i]
            for i in range(state):
                for k in range(i + 1):
                    root[i, k] = here[i, k]
            for i in range(state):
                for k in range(i + 1):
                    total = 0.0
                    for m in range(i, state):
                        total += root[m, i] * root[m, k]
                    inner[i, k] = total
                    inner[k, i] = total
            for i in range(state):
                for k in range(state):
                    here[i, k] = inner[i, k]
            for i in range(state):
                row = u[local + i]
                for k in range(local):
                    factor = across[i * local + k, t]
                    for m in range(width):
                        row[m] -= factor * u[k, m]
                for k in range(state):
                    factor = w[i, k]
                    for m in range(width):
                        row[m] -= factor * before[k, m]
            for i in range(state):
                for m in range(width):
                    before[i, m] = u[local + i, m] if abs(u[local + i, m]) > NOTHING else 0.0
            for i in range(state):
                row = u[local + i]
                for m in range(width):
                    row[m] = root[i, i] * before[i, m]
                for k in range(i):
                    factor = root[i, k]
                    for m in range(width):
                        row[m] += factor * before[k, m]
        part = chunk[: count * rows]
        corner -= np.dot(part.T, part)


@compiled
def solve(chain: Chain, right: Matrix, local: int) -> None:
    """``right`` (R, T) becomes M⁻¹ right."""
    rows = right.shape[0]
    state = rows - local
    for i in range(rows):
        for k in range(min(i, local)):
            factor = chain.local[i * (i + 1) // 2 + k] if i < local else chain.across[(i - local) * local + k]
            add_product(right[i], factor, right[k], -1.0)
        if i < local:
            multiply(right[i], chain.local[i * (i + 1) // 2 + i])
    _solve_states(chain.inner, chain.before, right[local:])
    for back in range(local):
        i = local - 1 - back
        for k in range(state):
            add_product(right[i], chain.across[k * local + i], right[local + k], -1.0)
        for k in range(i + 1, local):
            add_product(right[i], chain.local[k * (k + 1) // 2 + i], right[k], -1.0)
        multiply(right[i], chain.local[i * (i + 1) // 2 + i])


@compiled
def _solve_states(inners: Matrix, befores: Matrix, right: Matrix) -> None:
    """Forward and back over the hours."""
    state, hours = right.shape
    for t in range(1, hours):
        w = befores[t]
        for i in range(state):
            total = right[i, t]
            for k in range(state):
                total -= w[i, k] * right[k, t - 1]
            right[i, t] = total
    here, after = np.zeros(state), np.zeros(state)
    for back in range(hours):
        t = hours - 1 - back
        inner = inners[t]
        for i in range(state):
            total = 0.0
            for k in range(state):
                total += inner[i, k] * right[k, t]
            here[i] = total
        if back:
            w = befores[t + 1]
            for i in range(state):
                for k in range(state):
                    here[i] -= w[k, i] * after[k]
        for i in range(state):
            after[i] = here[i]
            right[i, t] = here[i]
