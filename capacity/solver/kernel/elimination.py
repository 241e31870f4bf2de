"""Elimination of a block's hours and solution for a right-hand side. Letters and signs: this package's docstring."""

from __future__ import annotations

import numpy as np

from capacity.solver.arrays import Vector
from capacity.solver.kernel.compiled import compiled
from capacity.solver.kernel.series import add, add_product, add_three, dot, dot_three, multiply
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
    rows, local, width = h.y.shape[0], b.local, corner.shape[0]
    pairs, state, count = rows * (rows + 1) // 2, rows - local, HOURS_AT_A_TIME
    share = scratch[: columns * (count + 1)].reshape(columns, count + 1)
    used = share.size
    matrix = scratch[used : used + pairs * count].reshape(pairs, count)
    used += matrix.size
    off = scratch[used : used + state * state * count].reshape(state * state, count)
    used += off.size
    entries = scratch[used : used + b.entry_row.size * count].reshape(b.entry_row.size, count)
    used += entries.size
    border = scratch[used : used + count * rows * width].reshape(count * rows, width)
    here, before = np.zeros((state, state)), np.zeros((state, width))
    corner[:] = 0.0
    share[:] = 0.0
    _years_meet(b, year_ratio, corner)
    for start in range(0, hours, count):
        stop = min(start + count, hours)
        _weigh(b, h, z, share, corner, start, stop)
        _meet(b, h, share, corner, start, stop)
        _assemble(b, h, share, matrix, off, entries, start, stop)
        _eliminate_local(matrix, chain, local, rows, start, stop)
        _eliminate_states(b, chain, matrix, off, entries, border, here, before, corner, start, stop)


@compiled
def _weigh(b: Stencil, h: Hours, z: Vector, share: Matrix, corner: Matrix, start: int, stop: int) -> None:
    """1 / θ, w and w / θ of every column; what stays in the border of masters and of last hours themselves.

    ``share`` (C, hours at a time + 1): w / θ, its first place that of the hour before.
    """
    columns, hours = h.x.shape
    masters = b.year_seen.shape[1]
    for j in range(columns):
        x, vl, vu = h.x[j, start:stop], h.vl[j, start:stop], h.vu[j, start:stop]
        inverse, weight = h.inverse[j, start:stop], h.weight[j, start:stop]
        low, high, zj = b.table[b.low[j], start:stop], b.table[b.high[j], start:stop], z[b.scale[j]]
        share[j, 0] = share[j, HOURS_AT_A_TIME]
        part = share[j, 1:]
        total = 0.0
        for t in range(x.size):
            kl = vl[t] / (x[t] - low[t] * zj)
            ku = vu[t] / (high[t] * zj - x[t])
            inverse[t] = 1 / (kl + ku)
            weight[t] = kl * low[t] + ku * high[t]
            part[t] = weight[t] * inverse[t]
            # l²κl + h²κu - w² / θ, without the cancellation
            total += kl * ku * inverse[t] * (high[t] - low[t]) * (high[t] - low[t])
        corner[b.scale[j], b.scale[j]] -= total
    if stop < hours:
        return
    t = hours - 1
    for k in range(b.last.size):
        j, at = b.last[k], masters + k
        inner = h.weight[j, t] * share[j, stop - start]
        corner[b.scale[j], b.scale[j]] -= inner
        corner[at, at] -= 1 / h.inverse[j, t]
        corner[at, b.scale[j]] += h.weight[j, t]
        corner[b.scale[j], at] += h.weight[j, t]
        h.inverse[j, t] = 0.0
        share[j, stop - start] = 0.0


@compiled
def _years_meet(b: Stencil, year_ratio: Vector, corner: Matrix) -> None:
    """What year-long rows share with masters and themselves outside the hours."""
    masters = b.year_seen.shape[1]
    first = masters + b.last.size
    for i in range(year_ratio.size):
        corner[first + i, first + i] += year_ratio[i]
        for m in range(masters):
            corner[first + i, m] += b.year_seen[i, m]
            corner[m, first + i] += b.year_seen[i, m]


@compiled
def _meet(b: Stencil, h: Hours, share: Matrix, corner: Matrix, start: int, stop: int) -> None:
    """What year-long rows share with masters, last hours and one another through the columns of some hours."""
    hours, masters = h.x.shape[1], b.year_seen.shape[1]
    first = masters + b.last.size
    for k in range(b.year_row.size):
        j, year, coefficient = b.year_column[k], first + b.year_row[k], b.table[b.year_coefficient[k], start:stop]
        total = dot(coefficient, share[j, 1:])
        corner[b.scale[j], year] += total
        corner[year, b.scale[j]] += total
        if stop == hours:
            for m in range(b.last.size):
                if b.last[m] == j:
                    corner[masters + m, year] += coefficient[stop - start - 1]
                    corner[year, masters + m] += coefficient[stop - start - 1]
        for other in range(b.year_row.size):
            if b.year_column[other] == j:
                theirs = b.table[b.year_coefficient[other], start:stop]
                corner[year, first + b.year_row[other]] += dot_three(coefficient, theirs, h.inverse[j, start:stop])


@compiled
def _assemble(
    b: Stencil, h: Hours, share: Matrix, matrix: Matrix, off: Matrix, entries: Matrix, start: int, stop: int
) -> None:
    """The rows' matrix of some hours, what ties it to the hour before, and the entries of the border."""
    matrix[:] = 0.0
    off[:] = 0.0
    entries[:] = 0.0
    count, after = stop - start, max(start, 1)
    here, there = slice(after, stop), slice(after - 1, stop - 1)
    for i in range(b.unequal.size):
        if b.unequal[i]:
            y, s, diagonal = h.y[i, start:stop], h.s[i, start:stop], matrix[i * (i + 1) // 2 + i]
            for t in range(count):
                diagonal[t] = s[t] / y[t]
    for k in range(b.pair_target.size):
        one, two, inverse = b.table[b.pair_one[k]], b.table[b.pair_two[k]], h.inverse[b.pair_column[k]]
        if b.pair_kind[k] == DIAGONAL:
            add_three(matrix[b.pair_target[k], :count], one[start:stop], two[start:stop], inverse[start:stop])
        elif b.pair_kind[k] == DIAGONAL_FROM_BEFORE:
            add_three(matrix[b.pair_target[k], after - start : count], one[here], two[here], inverse[there])
        else:
            add_three(off[b.pair_target[k], after - start : count], one[there], two[here], inverse[there])
    for k in range(b.mix_entry.size):
        out, coefficient, j = entries[b.mix_entry[k]], b.table[b.mix_coefficient[k]], b.mix_column[k]
        lag = b.mix_lag[k]
        if j == NONE:
            add(out[:count], coefficient[start:stop], 1.0)
        elif b.mix_year_coefficient[k] == NONE:
            add_product(out[:count], coefficient[start:stop], share[j, 1 - lag :], 1.0)
        else:
            year, inverse = b.table[b.mix_year_coefficient[k]], h.inverse[j]
            # the last hour of a lagged column is in the border: its 1 / θ is 0 here
            if lag:
                add_three(out[after - start : count], coefficient[here], year[there], inverse[there])
            else:
                add_three(out[:count], coefficient[start:stop], year[start:stop], inverse[start:stop])


@compiled
def _eliminate_local(matrix: Matrix, chain: Chain, local: int, rows: int, start: int, stop: int) -> None:
    """Cholesky of the local rows of every hour; what they take from the state rows is subtracted from ``matrix``."""
    count = stop - start
    factors, across = chain.local[:, start:stop], chain.across[:, start:stop]
    for i in range(rows):
        at = i * (i + 1) // 2
        for k in range(min(i + 1, local)):
            out = factors[at + k] if i < local else across[(i - local) * local + k]
            source, before = matrix[at + k], k * (k + 1) // 2
            for t in range(count):
                out[t] = source[t]
            for m in range(k):
                one = factors[at + m] if i < local else across[(i - local) * local + m]
                add_product(out, one, factors[before + m], -1.0)
            if k < i:
                multiply(out, factors[before + k])
            else:
                for t in range(count):
                    out[t] = 1 / np.sqrt(max(out[t], LEAST_PIVOT * source[t] + 1e-300))
    for i in range(rows - local):
        at = (local + i) * (local + i + 1) // 2 + local
        for k in range(i + 1):
            for m in range(local):
                add_product(matrix[at + k, :count], across[i * local + m], across[k * local + m], -1.0)


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
    b: Stencil,
    chain: Chain,
    matrix: Matrix,
    off: Matrix,
    entries: Matrix,
    border: Matrix,
    here: Matrix,
    before: Matrix,
    corner: Matrix,
    start: int,
    stop: int,
) -> None:
    """The recursion over some hours: D(t) = M(t) - O(t) D⁻¹(t-1) O(t)ᵀ, with the border's columns carried along.

    ``here`` and ``before`` are what the hours so far leave: the last D⁻¹, and the state rows of the border.
    """
    hours, width = chain.inner.shape[0], corner.shape[0]
    rows, local = b.unequal.size, b.local
    state = rows - local
    # reached through a tuple in the loops below, arrays would be counted in every hour
    local_factor, across, inners, befores = chain.local, chain.across, chain.inner, chain.before
    entry_row, entry_border = b.entry_row, b.entry_border
    root = np.zeros((state, state))
    border[:] = 0.0
    for t in range(start, stop):
        at_hour = t - start
        u = border[at_hour * rows : (at_hour + 1) * rows]
        for k in range(entry_row.size):
            u[entry_row[k], entry_border[k]] += entries[k, at_hour]
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
                    total += off[i * state + m, at_hour] * here[m, k]
                w[i, k] = total
        # the Cholesky factor of D, with inverted diagonal
        for i in range(state):
            at = (local + i) * (local + i + 1) // 2 + local
            for k in range(i + 1):
                total = matrix[at + k, at_hour]
                for m in range(state):
                    total -= w[i, m] * off[k * state + m, at_hour]
                for m in range(k):
                    total -= root[i, m] * root[k, m]
                if k < i:
                    root[i, k] = total * root[k, k]
                else:
                    root[i, i] = 1 / np.sqrt(max(total, LEAST_PIVOT * abs(matrix[at + i, at_hour]) + 1e-300))
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
    part = border[: (stop - start) * rows]
    corner -= np.dot(part.T, part)


@compiled
def solve_forward(chain: Chain, right: Matrix, local: int, start: int, stop: int) -> None:
    """Some hours of ``right`` (R, T) on the way to M⁻¹ right, after those before them."""
    state = right.shape[0] - local
    factors, across, some = chain.local[:, start:stop], chain.across[:, start:stop], right[:, start:stop]
    for i in range(local + state):
        for k in range(min(i, local)):
            factor = factors[i * (i + 1) // 2 + k] if i < local else across[(i - local) * local + k]
            add_product(some[i], factor, some[k], -1.0)
        if i < local:
            multiply(some[i], factors[i * (i + 1) // 2 + i])
    befores = chain.before
    for t in range(max(start, 1), stop):
        for i in range(state):
            total = right[local + i, t]
            for k in range(state):
                total -= befores[t, i, k] * right[local + k, t - 1]
            right[local + i, t] = total


@compiled
def solve_back(chain: Chain, right: Matrix, local: int, start: int, stop: int) -> None:
    """Some hours of ``right`` (R, T) become M⁻¹ right, after those behind them."""
    state, hours = right.shape[0] - local, right.shape[1]
    inners, befores = chain.inner, chain.before
    here = np.zeros(state)
    for back in range(stop - start):
        t = stop - 1 - back
        for i in range(state):
            total = 0.0
            for k in range(state):
                total += inners[t, i, k] * right[local + k, t]
            if t < hours - 1:
                for k in range(state):
                    total -= befores[t + 1, k, i] * right[local + k, t + 1]
            here[i] = total
        for i in range(state):
            right[local + i, t] = here[i]
    factors, across, some = chain.local[:, start:stop], chain.across[:, start:stop], right[:, start:stop]
    for back_row in range(local):
        i = local - 1 - back_row
        for k in range(state):
            add_product(some[i], across[k * local + i], some[local + k], -1.0)
        for k in range(i + 1, local):
            add_product(some[i], factors[k * (k + 1) // 2 + i], some[k], -1.0)
        multiply(some[i], factors[i * (i + 1) // 2 + i])
