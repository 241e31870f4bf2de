"""The linear relaxation over all hours, by a primal-dual interior-point method that uses the blocks' structure.

Mehrotra's predictor and corrector (SIAM J. Optim. 2, 1992) on the whole problem: every block's hours are eliminated
(``elimination.py``), the rest is one dense system of the size of the master. What comes out is not trusted: the duals only
feed ``cuts.py``, the primal only proposes capacities.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import scipy.linalg as la
import scipy.sparse as sp

from capacity.model.blocks import Block
from capacity.model.linear import LinearModel
from capacity.solver.arrays import BlockLayout, Vector
from capacity.solver.linear import LinearAnswer
from capacity.solver.elimination import BlockAlgebra, Factors, banded_solve, factorise

Report = Callable[[int, float, float], None]


@dataclass(frozen=True)
class Relaxation:
    """master: values of its columns; row_duals: of its rows; duals: per block, in the layout of ``layouts``; relative gap and infeasibility left."""

    master: Vector
    row_duals: Vector
    duals: list[Vector]
    layouts: list[BlockLayout]
    primals: list[Vector]
    objective: float
    gap: float
    infeasibility: float
    iterations: int


class _BlockState:
    """Iterate and residuals of a block."""

    def __init__(self, block: Block, algebra: BlockAlgebra, master: Vector) -> None:
        """A start near the middle: load met by the grid, storages half full and still, duals near the mean price."""
        self.algebra = algebra
        hours, years = algebra.hours, algebra.year_matrix.shape[0]
        z = master[algebra.masters]
        high, low = algebra.high * algebra.scaled(z), algebra.low * algebra.scaled(z)
        grid = [cost for name, cost in ((n, np.mean(c.cost)) for n, c in block.columns.items()) if name.startswith("grid:")]
        price = max(float(np.mean(grid)), 1e-6) if np.any(algebra.cost) else 1e-3
        x = {name: 0.5 * (low + high)[i * hours : (i + 1) * hours] for i, name in enumerate(block.columns)}
        battery = block.hourly.get("battery")
        if battery is not None:
            gain = {term.column: abs(float(np.mean(term.coefficient))) for term in battery.terms}
            x["discharge"] = 0.2 * high[self._span(block, "discharge")]
            x["charge"] = x["discharge"] * gain["discharge"] / gain["charge"]
        for name in block.columns:
            if name.startswith("backlog:"):
                x[name] = np.full(hours, 0.3 * float(high[self._span(block, name)].min()))
                queue = block.hourly["queue:" + name.removeprefix("backlog:")]
                column, arrivals = queue.master[0]
                x[f"done:{name.removeprefix('backlog:')}"] = -np.asarray(arrivals) * max(float(master[column]), 0.0)
            elif name.startswith("dppa:"):
                x[name] = 0.1 * high[self._span(block, name)]
        balance = block.hourly["balance"]
        net = np.zeros(hours)
        for column, coefficient in balance.master:
            net += np.asarray(coefficient) * float(master[column])
        for term in balance.terms:
            if not term.column.startswith("grid:"):
                net += np.asarray(term.coefficient) * x[term.column]
        grids = [name for name in block.columns if name.startswith("grid:")]
        for name in grids:
            most = high[self._span(block, name)]
            x[name] = np.clip(-net / len(grids), 0.05 * most, 0.95 * most)
        self.x = np.concatenate([x[name] for name in block.columns])
        floor = np.maximum(0.02 * (high - low), 1e-3)
        self.su, self.sl = np.maximum(high - self.x, floor), np.maximum(self.x - low, floor)
        mu = 0.1 * price
        self.vu, self.vl = mu / np.maximum(self.su, 0.05), mu / np.maximum(self.sl, 0.05)
        rows = np.zeros((hours, algebra.rows))
        for index, name in enumerate(algebra.row_names):
            rows[:, index] = price * {"balance": 1.0, "battery": -1.0}.get(name, 1.3 if name.startswith("queue") else 0.2)
        self.y = rows.reshape(-1)
        self.s = np.where(algebra.inequality, np.maximum(algebra.matrix @ self.x + algebra.seen @ z, 0.05), 0.0)
        self.yy = np.full(years, mu * hours)
        self.t = np.maximum(algebra.year_matrix @ self.x + algebra.year_seen @ z, 0.1)

    @staticmethod
    def _span(block: Block, name: str) -> slice:
        index = list(block.columns).index(name)
        return slice(index * block.hours, (index + 1) * block.hours)

    def residuals(self, master: Vector) -> None:
        """Residuals of links, rows and dual feasibility at the iterate."""
        a = self.algebra
        z = master[a.masters]
        scaled = a.scaled(z)
        self.ru = a.high * scaled - self.x - self.su
        self.rl = self.x - a.low * scaled - self.sl
        self.rp = self.s - (a.matrix @ self.x + a.seen @ z)
        self.ry = self.t - (a.year_matrix @ self.x + a.year_seen @ z)
        self.rd = a.cost - a.transposed @ self.y - a.year_matrix.T @ self.yy - self.vl + self.vu
        self.rz = -(a.seen.T @ self.y) - a.year_seen.T @ self.yy + a.gathered(a.low * self.vl - a.high * self.vu)

    def factor(self) -> None:
        """Eliminate the hours at this iterate."""
        row_ratio = np.divide(self.s, self.y, out=np.zeros_like(self.s), where=self.algebra.inequality)
        self.factors: Factors = factorise(
            self.algebra, self.vl / self.sl, self.vu / self.su, row_ratio, self.t / self.yy
        )

    def right(self, targets: tuple[Vector, Vector, Vector, Vector]) -> Vector:
        """Right-hand side of the border for complementarity targets minus products (upper, lower, rows, years)."""
        a, f = self.algebra, self.factors
        self.mu, self.ml, self.ms, self.mt = targets
        ku, kl = self.vu / self.su, self.vl / self.sl
        up, low = self.mu / self.su - ku * self.ru, self.ml / self.sl - kl * self.rl
        self.g = low - up - self.rd
        inner = a.inner_mask * self.g / f.theta
        ratio = np.divide(self.ms, self.y, out=np.zeros_like(self.ms), where=a.inequality)
        self.r1 = self.rp + ratio - a.matrix @ inner
        border_z = self.rz - a.gathered(f.weight * inner) - a.gathered(a.high * up - a.low * low)
        border_j = -self.g[a.last]
        border_y = self.ry + self.mt / self.yy - a.year_matrix @ inner
        self.solved = banded_solve(f, self.r1)
        return np.concatenate([border_z, border_j, border_y]) - f.border.T @ self.solved

    def direction(self, step: Vector) -> tuple[float, float]:
        """Recover the directions from the border's solution; longest primal and dual steps in [0, 1]."""
        a, f = self.algebra, self.factors
        masters, last = len(a.masters), a.last.size
        dz = step[:masters]
        self.dy = self.solved - f.solved_border @ step
        self.dyy = step[masters + last :]
        scaled = a.scaled(dz)
        self.dx = (a.transposed @ self.dy + a.year_matrix.T @ self.dyy + f.weight * scaled + self.g) / f.theta
        self.dx[a.last] = step[masters : masters + last]
        self.dsu = a.high * scaled - self.dx + self.ru
        self.dsl = self.dx - a.low * scaled + self.rl
        self.dvu = (self.mu - self.vu * self.dsu) / self.su
        self.dvl = (self.ml - self.vl * self.dsl) / self.sl
        inequality = a.inequality
        self.ds = np.zeros_like(self.s)
        self.ds[inequality] = (self.ms - self.s * self.dy)[inequality] / self.y[inequality]
        self.dt = (self.mt - self.t * self.dyy) / self.yy
        primal = (longest(self.su, self.dsu), longest(self.sl, self.dsl), longest(self.s[inequality], self.ds[inequality]), longest(self.t, self.dt))
        dual = (longest(self.vu, self.dvu), longest(self.vl, self.dvl), longest(self.y[inequality], self.dy[inequality]), longest(self.yy, self.dyy))
        return min(primal), min(dual)

    def products(self, primal: float = 0.0, dual: float = 0.0) -> float:
        """Sum of complementarity products after a step."""
        total = float((self.su + primal * self.dsu) @ (self.vu + dual * self.dvu)) if primal or dual else float(self.su @ self.vu)
        if primal or dual:
            total += float((self.sl + primal * self.dsl) @ (self.vl + dual * self.dvl))
            total += float((self.s + primal * self.ds) @ np.where(self.algebra.inequality, self.y + dual * self.dy, 0.0))
            return total + float((self.t + primal * self.dt) @ (self.yy + dual * self.dyy))
        total += float(self.sl @ self.vl) + float(self.s @ np.where(self.algebra.inequality, self.y, 0.0))
        return total + float(self.t @ self.yy)

    def move(self, primal: float, dual: float) -> None:
        """Take the step."""
        self.x += primal * self.dx
        self.su += primal * self.dsu
        self.sl += primal * self.dsl
        self.s += primal * self.ds
        self.t += primal * self.dt
        self.vu += dual * self.dvu
        self.vl += dual * self.dvl
        self.y += dual * self.dy
        self.yy += dual * self.dyy


def longest(values: Vector, change: Vector) -> float:
    """Longest step in [0, 1] that keeps values + step x change >= 0."""
    falling = change < 0
    if not np.any(falling):
        return 1.0
    return float(min(1.0, np.min(-values[falling] / change[falling])))


def relax(
    model: LinearModel,
    blocks: tuple[Block, ...],
    cost: Vector,
    *,
    lower: Vector,
    upper: Vector,
    start: LinearAnswer,
    tolerance: float,
    seconds: float,
    threads: int,
    priced: bool = True,
    report: Report | None = None,
) -> Relaxation:
    """Solve the relaxation with the given column bounds; ends at the relative gap, or with the best left at the time limit.

    ``start`` is a solution of a smaller model with the same master (its columns and rows first), pushed inside here.
    """
    started = time.monotonic()
    matrix, row_low, row_high = model.matrix()
    fixed = upper - lower < 1e-9
    free = np.flatnonzero(~fixed)
    near = np.minimum(0.1 * (upper - lower), np.maximum(0.02 * np.abs(start.primal[: lower.size]), 0.05))
    z = np.where(fixed, lower, np.clip(start.primal[: lower.size], lower + near, upper - near))
    equal = row_high - row_low < 1e-12
    flip = np.where(~equal & ~np.isfinite(row_low), -1.0, 1.0)
    rows: sp.csr_matrix = sp.csr_matrix(sp.diags(flip) @ matrix)
    right = np.where(flip < 0, -row_high, row_low)
    kept = (np.asarray((abs(rows[:, free])).sum(axis=1)).ravel() > 0) & (equal | np.isfinite(right))
    rows, right, equal = sp.csr_matrix(rows[kept]), right[kept], equal[kept]
    dense = np.asarray(rows[:, free].todense())
    states = [_BlockState(block, BlockAlgebra(block, priced), z) for block in blocks]
    mean = float(np.mean([float(st.su @ st.vu + st.sl @ st.vl) / (2 * st.su.size) for st in states])) if states else 1e-3
    dual = (start.dual[: kept.size] * flip)[kept]
    s = np.where(equal, 0.0, np.maximum(rows @ z - right, 0.05))
    y = np.where(equal, dual, np.maximum(dual, np.minimum(mean / np.maximum(s, 1e-9), 1.0)))
    reduced = cost[free] - dense.T @ y
    low, high = z[free] - lower[free], upper[free] - z[free]
    zl, zu = np.maximum(mean / low, 0.0), np.maximum(mean / high, 0.0)
    del reduced
    place = np.full(len(lower), -1, dtype=np.int64)
    place[free] = np.arange(free.size)
    border = np.concatenate([[0], np.cumsum([st.algebra.last.size + st.yy.size for st in states])]).astype(np.int64)
    local, count = free.size + border, free.size + int(border[-1])
    total = count + y.size
    pairs = 2 * free.size + int(np.sum(~equal)) + sum(
        2 * st.x.size + int(st.algebra.inequality.sum()) + st.yy.size for st in states
    )
    infeasible, gap, iteration = np.inf, np.inf, 0
    best: Relaxation | None = None
    with ThreadPoolExecutor(threads) as pool:
        for iteration in range(200):
            list(pool.map(lambda st: st.residuals(z), states))
            low, high = z[free] - lower[free], upper[free] - z[free]
            rd = cost[free] - dense.T @ y - zl + zu
            for st in states:
                seen = place[st.algebra.masters]
                np.add.at(rd, seen[seen >= 0], st.rz[seen >= 0])
            rp = right + s - rows @ z
            gapsum = float(low @ zl + high @ zu + s @ np.where(equal, 0, y)) + sum(st.products() for st in states)
            mean = gapsum / pairs
            objective = float(cost @ z) + sum(float(st.algebra.cost @ st.x) for st in states)
            infeasible = max(
                float(np.abs(rp).max(initial=0.0)),
                max((float(np.abs(v).max(initial=0.0)) for st in states for v in (st.ru, st.rl, st.rp, st.ry)), default=0.0),
            )
            gap = gapsum / (abs(objective) + 1.0)
            if report is not None:
                report(iteration, gap, infeasible)
            best = Relaxation(z.copy(), y, [st.y for st in states], [], [], objective, gap, infeasible, iteration)
            if (gap < tolerance and infeasible < 1e-5) or time.monotonic() - started > seconds:
                break
            list(pool.map(_BlockState.factor, states))
            system = np.zeros((total, total))
            diagonal = zl / low + zu / high
            system[np.arange(free.size), np.arange(free.size)] = -diagonal
            indices = []
            for number, st in enumerate(states):
                seen = place[st.algebra.masters]
                index = np.concatenate([seen, np.arange(local[number], local[number + 1])])
                indices.append(index)
                use = index >= 0
                system[np.ix_(index[use], index[use])] += st.factors.corner[np.ix_(use, use)]
            system[count:, : free.size] = dense
            system[: free.size, count:] = dense.T
            slack_ratio = np.divide(s, y, out=np.zeros_like(s), where=~equal)
            system[np.arange(count, total), np.arange(count, total)] = slack_ratio + 1e-11
            size = np.sqrt(np.maximum(np.abs(system).max(axis=1), 1e-12))
            scaled_system = system / size[:, None] / size[None]
            lu = la.lu_factor(scaled_system, check_finite=False)

            def step_for(
                master_targets: tuple[Vector, Vector, Vector],
                block_targets: list[tuple[Vector, Vector, Vector, Vector]],
            ) -> tuple[Vector, Vector, Vector, Vector, Vector, float, float]:
                ml, mu, ms = master_targets
                parts = list(pool.map(lambda pair: pair[0].right(pair[1]), zip(states, block_targets, strict=True)))
                vector = np.zeros(total)
                # block parts of the dual residual are inside rd already: only what goes beyond it is added
                vector[: free.size] = rd - ml / low + mu / high
                for number, part in enumerate(parts):
                    st, index = states[number], indices[number]
                    own = part.copy()
                    own[: len(st.algebra.masters)] -= st.rz
                    use = index >= 0
                    np.add.at(vector, index[use], own[use])
                vector[count:] = rp + np.divide(ms, y, out=np.zeros_like(ms), where=~equal)
                right_scaled = vector / size
                solution = la.lu_solve(lu, right_scaled, check_finite=False)
                solution += la.lu_solve(lu, right_scaled - scaled_system @ solution, check_finite=False)
                solution /= size
                dz = solution[: free.size]
                dy = solution[count:]
                dzl, dzu = (ml - zl * dz) / low, (mu + zu * dz) / high
                ds = np.zeros_like(s)
                ds[~equal] = (ms - s * dy)[~equal] / y[~equal]
                primal = min(longest(low, dz), longest(high, -dz), longest(s[~equal], ds[~equal]))
                dual = min(longest(zl, dzl), longest(zu, dzu), longest(y[~equal], dy[~equal]))

                def block_step(pair: tuple[_BlockState, Vector]) -> tuple[float, float]:
                    st, index = pair
                    return st.direction(np.where(index >= 0, solution[np.maximum(index, 0)], 0.0))

                for a_primal, a_dual in pool.map(block_step, zip(states, indices, strict=True)):
                    primal, dual = min(primal, a_primal), min(dual, a_dual)
                return dz, dy, dzl, dzu, ds, primal, dual

            # predictor
            targets = [(-st.su * st.vu, -st.sl * st.vl, -st.s * st.y * st.algebra.inequality, -st.t * st.yy) for st in states]
            dz, dy, dzl, dzu, ds, primal, dual = step_for((-low * zl, -high * zu, -s * np.where(equal, 0, y)), targets)
            after = float((low + primal * dz) @ (zl + dual * dzl) + (high - primal * dz) @ (zu + dual * dzu))
            after += float((s + primal * ds) @ np.where(equal, 0, y + dual * dy))
            after += sum(st.products(primal, dual) for st in states)
            sigma = min(max((after / gapsum) ** 3, 1e-4), 0.5)
            if min(primal, dual) < 0.1:
                sigma = max(sigma, 0.3)
            goal = sigma * mean
            # corrector; second-order terms are damped by the predictor's step
            damp = primal * dual if min(primal, dual) < 0.9 else 1.0
            targets = [
                (
                    goal - st.su * st.vu - damp * st.dsu * st.dvu,
                    goal - st.sl * st.vl - damp * st.dsl * st.dvl,
                    (goal - st.s * st.y - damp * st.ds * st.dy) * st.algebra.inequality,
                    goal - st.t * st.yy - damp * st.dt * st.dyy,
                )
                for st in states
            ]
            master_targets = (
                goal - low * zl - damp * dz * dzl,
                goal - high * zu + damp * dz * dzu,
                np.where(equal, 0.0, goal - s * y - damp * ds * dy),
            )
            dz, dy, dzl, dzu, ds, primal, dual = step_for(master_targets, targets)
            keep = 0.99 if iteration > 3 else 0.9
            primal, dual = min(1.0, keep * primal), min(1.0, keep * dual)
            z[free] += primal * dz
            s += primal * ds
            y += dual * dy
            zl += dual * dzl
            zu += dual * dzu
            for st in states:
                st.move(primal, dual)
    assert best is not None
    row_duals = np.zeros(kept.size)
    row_duals[kept] = y
    return _in_layout(best, z, row_duals * flip, states, blocks)


def _in_layout(best: Relaxation, z: Vector, row_duals: Vector, states: list[_BlockState], blocks: tuple[Block, ...]) -> Relaxation:
    """Primal and duals in the layout that cuts and dispatch read."""
    duals, layouts, primals = [], [], []
    for block, st in zip(blocks, states, strict=True):
        hours = block.hours
        layout = BlockLayout(
            {name: index * hours for index, name in enumerate(block.columns)},
            {name: index * hours for index, name in enumerate(block.hourly)},
            {name: len(block.hourly) * hours + index for index, name in enumerate(block.yearly)},
            hours,
        )
        by_row = st.y.reshape(hours, st.algebra.rows).T.reshape(-1)
        duals.append(np.concatenate([by_row, st.yy]))
        layouts.append(layout)
        primals.append(st.x)
    return Relaxation(
        z, row_duals, duals, layouts, primals, best.objective, best.gap, best.infeasibility, best.iterations
    )
