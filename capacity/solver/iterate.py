"""A block's iterate in the interior-point method: variables, slacks, multipliers, residuals and directions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from capacity.model.blocks import Block
from capacity.solver.arrays import Vector
from capacity.solver.elimination import BlockAlgebra, Factors, banded_solve, factorise

Targets = tuple[Vector, Vector, Vector, Vector]
"""Complementarity targets less products: upper links, lower links, hourly rows, yearly rows."""


def longest(values: Vector, change: Vector) -> float:
    """Longest step in [0, 1] that keeps values + step x change >= 0."""
    falling = change < 0
    if not np.any(falling):
        return 1.0
    with np.errstate(over="ignore"):
        return float(min(1.0, np.min(-values[falling] / change[falling])))


def ratio(values: Vector, by: Vector, where: npt.NDArray[np.bool_]) -> Vector:
    """values / by where asked for, 0 elsewhere."""
    return np.divide(values, by, out=np.zeros_like(values), where=where)


def towards_centre(products: Vector, goal: float) -> Vector:
    """Gondzio's correction (Comput. Optim. Appl. 6, 1996): pull products outside [0.1, 10] x goal to that range."""
    low, high = 0.1 * goal, 10.0 * goal
    return np.where(products < low, low - products, np.where(products > high, np.maximum(high - products, -high), 0.0))


class BlockIterate:
    """Iterate and residuals of a block."""

    def __init__(self, block: Block, algebra: BlockAlgebra, master: Vector) -> None:
        """A start near the middle: load met by the grid, storages half full and still, duals near the mean price."""
        self.algebra = algebra
        hours, years = algebra.hours, algebra.year_matrix.shape[0]
        z = master[algebra.masters]
        high, low = algebra.high * algebra.scaled(z), algebra.low * algebra.scaled(z)
        grid = [
            cost for name, cost in ((n, np.mean(c.cost)) for n, c in block.columns.items()) if name.startswith("grid:")
        ]
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
        mu = 0.5 * price
        self.vu, self.vl = mu / np.maximum(self.su, 0.05), mu / np.maximum(self.sl, 0.05)
        rows = np.zeros((hours, algebra.rows))
        for index, name in enumerate(algebra.row_names):
            rows[:, index] = price * {"balance": 1.0, "battery": -1.0}.get(
                name, 1.3 if name.startswith("queue") else 0.2
            )
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
        row_ratio = ratio(self.s, self.y, self.algebra.inequality)
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
        per_dual = ratio(self.ms, self.y, a.inequality)
        self.r1 = self.rp + per_dual - a.matrix @ inner
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
        primal = (
            longest(self.su, self.dsu),
            longest(self.sl, self.dsl),
            longest(self.s[inequality], self.ds[inequality]),
            longest(self.t, self.dt),
        )
        dual = (
            longest(self.vu, self.dvu),
            longest(self.vl, self.dvl),
            longest(self.y[inequality], self.dy[inequality]),
            longest(self.yy, self.dyy),
        )
        return min(primal), min(dual)

    def products(self) -> float:
        """Sum of complementarity products."""
        rows = float(self.s @ np.where(self.algebra.inequality, self.y, 0.0))
        return float(self.su @ self.vu) + float(self.sl @ self.vl) + rows + float(self.t @ self.yy)

    def products_after(self, primal: float, dual: float) -> float:
        """Sum of complementarity products after a step."""
        rows = np.where(self.algebra.inequality, self.y + dual * self.dy, 0.0)
        total = float((self.su + primal * self.dsu) @ (self.vu + dual * self.dvu))
        total += float((self.sl + primal * self.dsl) @ (self.vl + dual * self.dvl))
        total += float((self.s + primal * self.ds) @ rows)
        return total + float((self.t + primal * self.dt) @ (self.yy + dual * self.dyy))

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

    @property
    def pairs(self) -> int:
        """Number of complementarity pairs."""
        return 2 * self.x.size + int(self.algebra.inequality.sum()) + self.yy.size

    def infeasibility(self) -> float:
        """Largest residual of rows and links."""
        parts = (self.ru, self.rl, self.rp, self.ry)
        return max(float(np.abs(part).max(initial=0.0)) for part in parts)

    def predicting(self) -> Targets:
        """Targets of the predictor: all products to zero."""
        inequality = self.algebra.inequality
        return (-self.su * self.vu, -self.sl * self.vl, -self.s * self.y * inequality, -self.t * self.yy)

    def correcting(self, goal: float, damp: float) -> Targets:
        """Targets of the corrector: products to ``goal``, less the damped second-order terms of the predictor."""
        return (
            goal - self.su * self.vu - damp * self.dsu * self.dvu,
            goal - self.sl * self.vl - damp * self.dsl * self.dvl,
            (goal - self.s * self.y - damp * self.ds * self.dy) * self.algebra.inequality,
            goal - self.t * self.yy - damp * self.dt * self.dyy,
        )

    def centring(self, targets: Targets, primal: float, dual: float, goal: float) -> Targets:
        """``targets`` with the products after a trial step pulled towards the centre."""

        def pull(x: Vector, dx: Vector, v: Vector, dv: Vector) -> Vector:
            return towards_centre((x + primal * dx) * (v + dual * dv), goal)

        return (
            targets[0] + pull(self.su, self.dsu, self.vu, self.dvu),
            targets[1] + pull(self.sl, self.dsl, self.vl, self.dvl),
            targets[2] + pull(self.s, self.ds, self.y, self.dy) * self.algebra.inequality,
            targets[3] + pull(self.t, self.dt, self.yy, self.dyy),
        )
