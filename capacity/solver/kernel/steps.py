"""Residuals, directions and steps of a block's hours. Letters and signs: this package's docstring."""

from __future__ import annotations

import numpy as np

from capacity.solver.arrays import Places, Vector
from capacity.solver.kernel.compiled import compiled
from capacity.solver.kernel.elimination import solve_back, solve_forward
from capacity.solver.kernel.series import (
    add,
    count_short,
    dot,
    dot_sum,
    from_row,
    largest,
    multiply,
    to_column,
    to_row,
)
from capacity.solver.kernel.shapes import FARTHEST, HOURS_AT_A_TIME, Chain, Hours, Stencil


@compiled
def measure(b: Stencil, h: Hours, z: Vector, yy: Vector, year_activity: Vector) -> tuple[float, float, float]:
    """Activities and reduced costs at the iterate; cost, sum of products, largest residual of a row.

    ``year_activity`` (Y,) is overwritten by the columns' part of the year-long rows.
    """
    columns, hours = h.x.shape
    year_activity[:] = 0.0
    cost, products, worst = 0.0, 0.0, 0.0
    for start in range(0, hours, HOURS_AT_A_TIME):
        stop = min(start + HOURS_AT_A_TIME, hours)
        for i in range(h.y.shape[0]):
            h.activity[i, start:stop] = 0.0
        for k in range(b.seen_row.size):
            seen = z[b.seen_master[k]]
            add(h.activity[b.seen_row[k], start:stop], b.table[b.seen_coefficient[k], start:stop], seen)
        for k in range(b.term_row.size):
            row, coefficient, column = h.activity[b.term_row[k]], b.table[b.term_coefficient[k]], h.x[b.term_column[k]]
            to_row(row, coefficient, column, b.term_lag[k], 1.0, start, stop)
        for j in range(columns):
            x, vl, vu, rc = h.x[j, start:stop], h.vl[j, start:stop], h.vu[j, start:stop], h.rc[j, start:stop]
            low, high, zj = b.table[b.low[j], start:stop], b.table[b.high[j], start:stop], z[b.scale[j]]
            price = b.table[b.cost[j], start:stop]
            for t in range(x.size):
                rc[t] = price[t]
                cost += price[t] * x[t]
                products += (x[t] - low[t] * zj) * vl[t] + (high[t] * zj - x[t]) * vu[t]
        for k in range(b.term_row.size):
            j, coefficient = b.term_column[k], b.table[b.term_coefficient[k]]
            from_row(h.rc[j], coefficient, h.y[b.term_row[k]], b.term_lag[k], start, stop)
        for k in range(b.year_row.size):
            coefficient = b.table[b.year_coefficient[k], start:stop]
            year_activity[b.year_row[k]] += dot(coefficient, h.x[b.year_column[k], start:stop])
            add(h.rc[b.year_column[k], start:stop], coefficient, -yy[b.year_row[k]])
        for i in range(h.y.shape[0]):
            y, s, activity = h.y[i, start:stop], h.s[i, start:stop], h.activity[i, start:stop]
            for t in range(s.size):
                worst = max(worst, abs(activity[t] - s[t]))
            if b.unequal[i]:
                products += dot(y, s)
    return cost, products, worst


@compiled
def direct(
    b: Stencil,
    h: Hours,
    chain: Chain,
    z: Vector,
    dz: Vector,
    dlast: Vector,
    dyy: Vector,
    rho: Vector,
    short: Places,
    is_final: bool,
) -> tuple[float, float, float, float, float]:
    """The direction of columns and rows for given steps of masters, last hours and year-long multipliers.

    ``rho`` (N,) is overwritten by what is left of the border's equations; of year-long rows only the columns' part.
    With ``is_final`` only that part is, and the answer is the longest primal and dual step in [0, FARTHEST] and three
    numbers a, b, c: for steps p, d the sum of products is that before + p·a + d·b + p·d·c. ``short`` (2, bins) is
    overwritten by how many hours of columns and rows allow a primal and a dual step of less than 1, by its length.

    Some hours at a time are worked through, so that what one loop leaves is near when the next one needs it.
    """
    hours, masters = h.x.shape[1], z.size
    local = b.local
    rho[:] = 0.0
    short[:] = 0
    for k in range(b.last.size):
        h.dx[b.last[k], hours - 1] = dlast[k]
    for start in range(0, hours, HOURS_AT_A_TIME):
        stop = min(start + HOURS_AT_A_TIME, hours)
        _columns_wish(b, h, z, dz, dlast, dyy, rho, is_final, start, stop)
        _rows_miss(b, h, dz, start, stop)
        solve_forward(chain, h.dy, local, start, stop)
    primal, dual, one, two, three = 1 / FARTHEST, 1 / FARTHEST, 0.0, 0.0, 0.0
    spans = (hours + HOURS_AT_A_TIME - 1) // HOURS_AT_A_TIME
    for back in range(spans):
        start = (spans - 1 - back) * HOURS_AT_A_TIME
        stop = min(start + HOURS_AT_A_TIME, hours)
        solve_back(chain, h.dy, local, start, stop)
        for k in range(b.term_row.size):
            j, coefficient, lag = b.term_column[k], b.table[b.term_coefficient[k]], b.term_lag[k]
            to_column(h.dx[j], coefficient, h.dy[b.term_row[k]], lag, h.inverse[j], start, stop)
        for k in range(b.year_row.size):
            year = masters + b.last.size + b.year_row[k]
            rho[year] -= dot(b.table[b.year_coefficient[k], start:stop], h.dx[b.year_column[k], start:stop])
        if is_final:
            p, d, more_one, more_two, more_three = _lengths(b, h, z, dz, short, start, stop)
            primal, dual = max(primal, p), max(dual, d)
            one, two, three = one + more_one, two + more_two, three + more_three
        else:
            for j in range(b.scale.size):
                rho[b.scale[j]] -= dot(h.weight[j, start:stop], h.dx[j, start:stop])
            for k in range(b.seen_row.size):
                coefficient, row = b.table[b.seen_coefficient[k], start:stop], b.seen_row[k]
                rho[b.seen_master[k]] -= dot_sum(coefficient, h.y[row, start:stop], h.dy[row, start:stop])
    if not is_final:
        for k in range(b.term_row.size):
            for m in range(b.last.size):
                if b.last[m] == b.term_column[k]:
                    t = (hours - 1 + b.term_lag[k]) % hours
                    rho[masters + m] -= b.table[b.term_coefficient[k], t] * h.dy[b.term_row[k], t]
    return 1 / primal, 1 / dual, one, two, three


@compiled
def _columns_wish(
    b: Stencil,
    h: Hours,
    z: Vector,
    dz: Vector,
    dlast: Vector,
    dyy: Vector,
    rho: Vector,
    is_final: bool,
    start: int,
    stop: int,
) -> None:
    """The direction of columns where the rows' multipliers stay."""
    columns, hours = h.x.shape
    for j in range(columns):
        x, aim_l, aim_u = h.x[j, start:stop], h.aim_l[j, start:stop], h.aim_u[j, start:stop]
        rc, weight, dx = h.rc[j, start:stop], h.weight[j, start:stop], h.dx[j, start:stop]
        low, high = b.table[b.low[j], start:stop], b.table[b.high[j], start:stop]
        zj, dzj = z[b.scale[j]], dz[b.scale[j]]
        if is_final:
            for t in range(x.size):
                dx[t] = aim_l[t] / (x[t] - low[t] * zj) - aim_u[t] / (high[t] * zj - x[t]) - rc[t] + weight[t] * dzj
        else:
            total = 0.0
            for t in range(x.size):
                below, above = aim_l[t] / (x[t] - low[t] * zj), aim_u[t] / (high[t] * zj - x[t])
                dx[t] = below - above - rc[t]
                total += low[t] * below - high[t] * above
            rho[b.scale[j]] += total
    if is_final:
        for k in range(b.year_row.size):
            add(h.dx[b.year_column[k], start:stop], b.table[b.year_coefficient[k], start:stop], dyy[b.year_row[k]])
    elif stop == hours:
        for k in range(b.last.size):
            rho[z.size + k] -= h.dx[b.last[k], hours - 1]
    for j in range(columns):
        multiply(h.dx[j, start:stop], h.inverse[j, start:stop])
    if stop == hours:
        for k in range(b.last.size):
            h.dx[b.last[k], hours - 1] = dlast[k]


@compiled
def _rows_miss(b: Stencil, h: Hours, dz: Vector, start: int, stop: int) -> None:
    """What the rows miss with that direction of columns."""
    for i in range(h.y.shape[0]):
        out, activity = h.dy[i, start:stop], h.activity[i, start:stop]
        if b.unequal[i]:
            y, aim = h.y[i, start:stop], h.aim_s[i, start:stop]
            for t in range(out.size):
                out[t] = aim[t] / y[t] - activity[t]
        else:
            for t in range(out.size):
                out[t] = -activity[t]
    for k in range(b.seen_row.size):
        change = dz[b.seen_master[k]]
        if change != 0.0:
            add(h.dy[b.seen_row[k], start:stop], b.table[b.seen_coefficient[k], start:stop], -change)
    for k in range(b.term_row.size):
        column, coefficient = h.dx[b.term_column[k]], b.table[b.term_coefficient[k]]
        to_row(h.dy[b.term_row[k]], coefficient, column, b.term_lag[k], -1.0, start, stop)


@compiled
def _lengths(
    b: Stencil, h: Hours, z: Vector, dz: Vector, short: Places, start: int, stop: int
) -> tuple[float, float, float, float, float]:
    """Inverses of the longest steps, and what the products change by, of some hours; see ``direct``."""
    primal, dual, a, c, e = 0.0, 0.0, 0.0, 0.0, 0.0
    primals, duals = np.empty(stop - start), np.empty(stop - start)
    for j in range(b.scale.size):
        x, dx = h.x[j, start:stop], h.dx[j, start:stop]
        vl, vu, aim_l, aim_u = h.vl[j, start:stop], h.vu[j, start:stop], h.aim_l[j, start:stop], h.aim_u[j, start:stop]
        low, high = b.table[b.low[j], start:stop], b.table[b.high[j], start:stop]
        zj, dzj = z[b.scale[j]], dz[b.scale[j]]
        for t in range(x.size):
            below, above = x[t] - low[t] * zj, high[t] * zj - x[t]
            to_below, to_above = dx[t] - low[t] * dzj, high[t] * dzj - dx[t]
            per_below, per_above = 1 / below, 1 / above
            ratio_below, ratio_above = to_below * per_below, to_above * per_above
            to_vl = aim_l[t] * per_below - vl[t] - vl[t] * ratio_below
            to_vu = aim_u[t] * per_above - vu[t] - vu[t] * ratio_above
            primals[t] = max(-ratio_below, -ratio_above)
            duals[t] = max(-to_vl / vl[t], -to_vu / vu[t])
            a += to_below * vl[t] + to_above * vu[t]
            c += below * to_vl + above * to_vu
            e += to_below * to_vl + to_above * to_vu
        primal, dual = largest(primals, primal), largest(duals, dual)
        count_short(primals, short[0])
        count_short(duals, short[1])
    for i in range(h.y.shape[0]):
        if b.unequal[i]:
            y, s, aim, dy = h.y[i, start:stop], h.s[i, start:stop], h.aim_s[i, start:stop], h.dy[i, start:stop]
            for t in range(y.size):
                per_y = 1 / y[t]
                ratio = dy[t] * per_y
                to_s = aim[t] * per_y - s[t] - s[t] * ratio
                primals[t] = -to_s / s[t]
                duals[t] = -ratio
                a += to_s * y[t]
                c += s[t] * dy[t]
                e += to_s * dy[t]
            primal, dual = largest(primals, primal), largest(duals, dual)
            count_short(primals, short[0])
            count_short(duals, short[1])
    return primal, dual, a, c, e


@compiled
def aim_corrected(b: Stencil, h: Hours, z: Vector, dz: Vector, goal: float, damp: float) -> None:
    """Aims of the corrector: ``goal`` less the damped second-order terms of the predictor, whose aims were zero."""
    columns, hours = h.x.shape
    for j in range(columns):
        x, vl, vu, aim_l, aim_u, dx = h.x[j], h.vl[j], h.vu[j], h.aim_l[j], h.aim_u[j], h.dx[j]
        low, high, zj, dzj = b.table[b.low[j]], b.table[b.high[j]], z[b.scale[j]], dz[b.scale[j]]
        for t in range(hours):
            to_below, to_above = dx[t] - low[t] * dzj, high[t] * dzj - dx[t]
            aim_l[t] = goal + damp * to_below * vl[t] * (1 + to_below / (x[t] - low[t] * zj))
            aim_u[t] = goal + damp * to_above * vu[t] * (1 + to_above / (high[t] * zj - x[t]))
    for i in range(h.y.shape[0]):
        if b.unequal[i]:
            y, s, aim, dy = h.y[i], h.s[i], h.aim_s[i], h.dy[i]
            for t in range(hours):
                aim[t] = goal + damp * dy[t] * s[t] * (1 + dy[t] / y[t])


@compiled
def _pull(product: float, goal: float) -> float:
    """Gondzio's correction (Comput. Optim. Appl. 6, 1996): products outside [0.1, 10] x goal go to that range."""
    low, high = 0.1 * goal, 10.0 * goal
    if product < low:
        return low - product
    if product > high:
        return max(high - product, -high)
    return 0.0


@compiled
def aim_centred(b: Stencil, h: Hours, z: Vector, dz: Vector, primal: float, dual: float, goal: float) -> None:
    """Aims with the products after a trial step of the direction pulled towards the centre."""
    columns, hours = h.x.shape
    for j in range(columns):
        x, vl, vu, aim_l, aim_u, dx = h.x[j], h.vl[j], h.vu[j], h.aim_l[j], h.aim_u[j], h.dx[j]
        low, high, zj, dzj = b.table[b.low[j]], b.table[b.high[j]], z[b.scale[j]], dz[b.scale[j]]
        for t in range(hours):
            below, above = x[t] - low[t] * zj, high[t] * zj - x[t]
            to_below, to_above = dx[t] - low[t] * dzj, high[t] * dzj - dx[t]
            to_vl = (aim_l[t] - vl[t] * to_below) / below - vl[t]
            to_vu = (aim_u[t] - vu[t] * to_above) / above - vu[t]
            aim_l[t] += _pull((below + primal * to_below) * (vl[t] + dual * to_vl), goal)
            aim_u[t] += _pull((above + primal * to_above) * (vu[t] + dual * to_vu), goal)
    for i in range(h.y.shape[0]):
        if b.unequal[i]:
            y, s, aim, dy = h.y[i], h.s[i], h.aim_s[i], h.dy[i]
            for t in range(hours):
                to_s = (aim[t] - s[t] * dy[t]) / y[t] - s[t]
                aim[t] += _pull((s[t] + primal * to_s) * (y[t] + dual * dy[t]), goal)


@compiled
def move(
    b: Stencil,
    h: Hours,
    z: Vector,
    after: Vector,
    dz: Vector,
    primal: float,
    dual: float,
    least: float,
    floor: float,
) -> None:
    """Takes the step; ``z`` is that before it, ``after`` that after it.

    What would come nearer to its bound than ``least`` of its distance stops there, and no product ends below ``floor``:
    multipliers of bounds and slacks of rows go up for it, of which the equations know nothing.
    """
    columns, hours = h.x.shape
    for j in range(columns):
        x, vl, vu, aim_l, aim_u, dx = h.x[j], h.vl[j], h.vu[j], h.aim_l[j], h.aim_u[j], h.dx[j]
        low, high = b.table[b.low[j]], b.table[b.high[j]]
        zj, dzj, then = z[b.scale[j]], dz[b.scale[j]], after[b.scale[j]]
        for t in range(hours):
            below, above = x[t] - low[t] * zj, high[t] * zj - x[t]
            to_below, to_above = dx[t] - low[t] * dzj, high[t] * dzj - dx[t]
            to_vl, to_vu = (aim_l[t] - vl[t] * to_below) / below - vl[t], (aim_u[t] - vu[t] * to_above) / above - vu[t]
            x[t] = min(max(x[t] + primal * dx[t], low[t] * then + least * below), high[t] * then - least * above)
            vl[t] = max(least * vl[t], vl[t] + dual * to_vl, floor / (x[t] - low[t] * then))
            vu[t] = max(least * vu[t], vu[t] + dual * to_vu, floor / (high[t] * then - x[t]))
    for i in range(h.y.shape[0]):
        y, s, aim, dy = h.y[i], h.s[i], h.aim_s[i], h.dy[i]
        if b.unequal[i]:
            for t in range(hours):
                to_s = (aim[t] - s[t] * dy[t]) / y[t] - s[t]
                y[t] = max(least * y[t], y[t] + dual * dy[t])
                s[t] = max(least * s[t], s[t] + primal * to_s, floor / y[t])
        else:
            for t in range(hours):
                y[t] += dual * dy[t]
