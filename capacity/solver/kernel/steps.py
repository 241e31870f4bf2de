"""Residuals, directions and steps of a block's hours. Letters and signs: this package's docstring."""

from __future__ import annotations

import numpy as np

from capacity.solver.arrays import Vector
from capacity.solver.kernel.compiled import compiled
from capacity.solver.kernel.elimination import solve
from capacity.solver.kernel.series import add, dot, to_column, to_row
from capacity.solver.kernel.shapes import Chain, Hours, Stencil


@compiled
def measure(b: Stencil, h: Hours, z: Vector, yy: Vector, year_activity: Vector) -> tuple[float, float, float]:
    """Activities and reduced costs at the iterate; cost, sum of products, largest residual of a row.

    ``year_activity`` (Y,) is overwritten by the columns' part of the year-long rows.
    """
    columns, hours = h.x.shape
    minus = np.full(hours, -1.0)
    h.activity[:] = 0.0
    year_activity[:] = 0.0
    for k in range(b.seen_row.size):
        add(h.activity[b.seen_row[k]], b.table[b.seen_coefficient[k]], z[b.seen_master[k]])
    for k in range(b.term_row.size):
        to_row(h.activity[b.term_row[k]], b.table[b.term_coefficient[k]], h.x[b.term_column[k]], b.term_lag[k], 1.0)
    cost, products, worst = 0.0, 0.0, 0.0
    for j in range(columns):
        x, vl, vu, rc = h.x[j], h.vl[j], h.vu[j], h.rc[j]
        low, high, price, zj = b.table[b.low[j]], b.table[b.high[j]], b.table[b.cost[j]], z[b.scale[j]]
        for t in range(hours):
            rc[t] = price[t]
            cost += price[t] * x[t]
            products += (x[t] - low[t] * zj) * vl[t] + (high[t] * zj - x[t]) * vu[t]
    for k in range(b.term_row.size):
        to_column(h.rc[b.term_column[k]], b.table[b.term_coefficient[k]], h.y[b.term_row[k]], b.term_lag[k], minus)
    for k in range(b.year_row.size):
        coefficient = b.table[b.year_coefficient[k]]
        year_activity[b.year_row[k]] += dot(coefficient, h.x[b.year_column[k]])
        add(h.rc[b.year_column[k]], coefficient, -yy[b.year_row[k]])
    for i in range(h.y.shape[0]):
        y, s, activity = h.y[i], h.s[i], h.activity[i]
        for t in range(hours):
            worst = max(worst, abs(activity[t] - s[t]))
        if b.unequal[i]:
            products += dot(y, s)
    return cost, products, worst


@compiled
def direct(b: Stencil, h: Hours, chain: Chain, z: Vector, dz: Vector, dlast: Vector, dyy: Vector, rho: Vector) -> None:
    """The direction of columns and rows for given steps of masters, last hours and year-long multipliers.

    ``rho`` (N,) is overwritten by what is left of the border's equations; of year-long rows only the columns' part.
    """
    columns, hours = h.x.shape
    rows, local, masters = h.y.shape[0], b.local, z.size
    rho[:] = 0.0
    for i in range(rows):
        out, activity = h.dy[i], h.activity[i]
        for t in range(hours):
            out[t] = -activity[t]
        if b.unequal[i]:
            y, aim = h.y[i], h.aim_s[i]
            for t in range(hours):
                out[t] += aim[t] / y[t]
    for k in range(b.seen_row.size):
        add(h.dy[b.seen_row[k]], b.table[b.seen_coefficient[k]], -dz[b.seen_master[k]])
    for j in range(columns):
        x, aim_l, aim_u, rc, weight, dx = h.x[j], h.aim_l[j], h.aim_u[j], h.rc[j], h.weight[j], h.dx[j]
        low, high, zj, dzj = b.table[b.low[j]], b.table[b.high[j]], z[b.scale[j]], dz[b.scale[j]]
        total = 0.0
        for t in range(hours):
            below, above = aim_l[t] / (x[t] - low[t] * zj), aim_u[t] / (high[t] * zj - x[t])
            dx[t] = below - above - rc[t] + weight[t] * dzj
            total += low[t] * below - high[t] * above
        rho[b.scale[j]] += total
    for k in range(b.year_row.size):
        add(h.dx[b.year_column[k]], b.table[b.year_coefficient[k]], dyy[b.year_row[k]])
    for k in range(b.last.size):
        rho[masters + k] = -h.dx[b.last[k], hours - 1]
    for j in range(columns):
        dx, inverse = h.dx[j], h.inverse[j]
        for t in range(hours):
            dx[t] *= inverse[t]
    for k in range(b.last.size):
        h.dx[b.last[k], hours - 1] = dlast[k]
    for k in range(b.term_row.size):
        to_row(h.dy[b.term_row[k]], b.table[b.term_coefficient[k]], h.dx[b.term_column[k]], b.term_lag[k], -1.0)
    solve(chain, h.dy, local)
    for k in range(b.term_row.size):
        j, coefficient, lag = b.term_column[k], b.table[b.term_coefficient[k]], b.term_lag[k]
        to_column(h.dx[j], coefficient, h.dy[b.term_row[k]], lag, h.inverse[j])
        for m in range(b.last.size):
            if b.last[m] == j:
                t = (hours - 1 + lag) % hours
                rho[masters + m] -= coefficient[t] * h.dy[b.term_row[k], t]
    for j in range(columns):
        rho[b.scale[j]] -= dot(h.weight[j], h.dx[j])
    for k in range(b.seen_row.size):
        coefficient, row = b.table[b.seen_coefficient[k]], b.seen_row[k]
        rho[b.seen_master[k]] -= dot(coefficient, h.y[row]) + dot(coefficient, h.dy[row])
    for k in range(b.year_row.size):
        rho[masters + b.last.size + b.year_row[k]] -= dot(b.table[b.year_coefficient[k]], h.dx[b.year_column[k]])


@compiled
def lengths(b: Stencil, h: Hours, z: Vector, dz: Vector) -> tuple[float, float, float, float, float]:
    """Longest primal and dual step in [0, 1]; for steps p, d the sum of products is that before + p·a + d·b + p·d·c
    with the last three numbers a, b, c."""
    columns, hours = h.x.shape
    primal, dual, a, c, e = 1.0, 1.0, 0.0, 0.0, 0.0
    for j in range(columns):
        x, vl, vu, aim_l, aim_u, dx = h.x[j], h.vl[j], h.vu[j], h.aim_l[j], h.aim_u[j], h.dx[j]
        low, high, zj, dzj = b.table[b.low[j]], b.table[b.high[j]], z[b.scale[j]], dz[b.scale[j]]
        for t in range(hours):
            below, above = x[t] - low[t] * zj, high[t] * zj - x[t]
            to_below, to_above = dx[t] - low[t] * dzj, high[t] * dzj - dx[t]
            ratio_below, ratio_above = to_below / below, to_above / above
            to_vl = aim_l[t] / below - vl[t] - vl[t] * ratio_below
            to_vu = aim_u[t] / above - vu[t] - vu[t] * ratio_above
            primal = max(primal, max(-ratio_below, -ratio_above))
            dual = max(dual, max(-to_vl / vl[t], -to_vu / vu[t]))
            a += to_below * vl[t] + to_above * vu[t]
            c += below * to_vl + above * to_vu
            e += to_below * to_vl + to_above * to_vu
    for i in range(h.y.shape[0]):
        if b.unequal[i]:
            y, s, aim, dy = h.y[i], h.s[i], h.aim_s[i], h.dy[i]
            for t in range(hours):
                ratio = dy[t] / y[t]
                to_s = aim[t] / y[t] - s[t] - s[t] * ratio
                primal = max(primal, -to_s / s[t])
                dual = max(dual, -ratio)
                a += to_s * y[t]
                c += s[t] * dy[t]
                e += to_s * dy[t]
    return 1 / primal, 1 / dual, a, c, e


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
def move(b: Stencil, h: Hours, z: Vector, dz: Vector, primal: float, dual: float) -> None:
    """Takes the step; ``z`` is that before it."""
    columns, hours = h.x.shape
    for j in range(columns):
        x, vl, vu, aim_l, aim_u, dx = h.x[j], h.vl[j], h.vu[j], h.aim_l[j], h.aim_u[j], h.dx[j]
        low, high, zj, dzj = b.table[b.low[j]], b.table[b.high[j]], z[b.scale[j]], dz[b.scale[j]]
        for t in range(hours):
            to_below, to_above = dx[t] - low[t] * dzj, high[t] * dzj - dx[t]
            vl[t] += dual * ((aim_l[t] - vl[t] * to_below) / (x[t] - low[t] * zj) - vl[t])
            vu[t] += dual * ((aim_u[t] - vu[t] * to_above) / (high[t] * zj - x[t]) - vu[t])
            x[t] += primal * dx[t]
    for i in range(h.y.shape[0]):
        y, s, aim, dy = h.y[i], h.s[i], h.aim_s[i], h.dy[i]
        if b.unequal[i]:
            for t in range(hours):
                s[t] += primal * ((aim[t] - s[t] * dy[t]) / y[t] - s[t])
        for t in range(hours):
            y[t] += dual * dy[t]
