"""A block's iterate in the interior-point method: where it starts, its residuals, directions and steps."""

from __future__ import annotations

import copy

import numpy as np
import numpy.typing as npt

from capacity.model.blocks import Block
from capacity.solver import kernel
from capacity.solver.arrays import Vector
from capacity.solver.lengths import Steps, lengths
from capacity.solver.stencil import row_order, stencil_of

ROOM = 0.1
"""Share of its range by which a column starts away from its bounds."""
SMALLEST = 1e-5
"""MW: a thing that is fixed at nothing is worked as one of ten watts, as a method of the interior needs an interior."""


def ratio(values: Vector, by: Vector, where: npt.NDArray[np.bool_]) -> Vector:
    """values / by where asked for, 0 elsewhere."""
    return np.divide(values, by, out=np.zeros_like(values), where=where)


def towards_centre(products: Vector, goal: float) -> Vector:
    """Gondzio's correction (Comput. Optim. Appl. 6, 1996): pull products outside [0.1, 10] x goal to that range."""
    low, high = 0.1 * goal, 10.0 * goal
    return np.where(products < low, low - products, np.where(products > high, np.maximum(high - products, -high), 0.0))


def _start_of_price(row: str) -> float:
    """Dual of a row at the start, per mean price of the grid: work that waits is done when power costs more, say."""
    if row.startswith("within_peak:"):
        return 0.02  # a month's price of capacity, spread over its hours
    return {"balance": 1.0, "battery": -1.0}.get(row, 1.3 if row.startswith("queue") else 0.2)


class BlockIterate:
    """Iterate and residuals of a block."""

    def __init__(
        self,
        block: Block,
        priced: bool,
        margin: float,
        master: Vector,
        fixed: npt.NDArray[np.bool_],
        products: float,
    ) -> None:
        """A start near the middle: load met by the grid, storages half full and still, duals near the mean price."""
        self.block = block
        self.stencil = b = stencil_of(block, priced=priced, margin=margin)
        self.hours = kernel.hours_of(b)
        self.masters = block.masters()
        self.least = np.full(len(self.masters) + 1, -np.inf)
        bounding = np.unique(b.scale[b.scale < len(self.masters)])
        none = fixed[self.masters] & (master[self.masters] < SMALLEST)
        self.least[bounding] = np.where(none[bounding], SMALLEST, -np.inf)
        self.chain = kernel.chain_of(b)
        self.order, _ = row_order(block)
        self.z = self.seen(master)
        years = len(block.yearly)
        self.year_activity = np.zeros(years)
        self._start(block, priced, products)
        self.dz = np.zeros(len(self.z))
        self.dyy, self.aim_t, self.dt = np.zeros(years), np.zeros(years), np.zeros(years)
        self.short = np.zeros((2, kernel.LENGTHS), dtype=np.int64)

    def seen(self, master: Vector) -> Vector:
        """The short vector: the masters that the block sees, and 1."""
        return np.asarray(np.maximum(np.append(master[self.masters], 1.0), self.least))

    def bounds(self, name: str) -> tuple[Vector, Vector]:
        """Lower and upper bound of a column in every hour."""
        b, j = self.stencil, list(self.block.columns).index(name)
        z = self.z[b.scale[j]]
        return b.table[b.low[j]] * z, b.table[b.high[j]] * z

    def _start(self, block: Block, priced: bool, products: float) -> None:
        b, h = self.stencil, self.hours
        hours = block.hours
        z = dict(zip(self.masters, self.z[:-1], strict=True))
        grid = [float(np.mean(c.cost)) for name, c in block.columns.items() if name.startswith("grid:")]
        price = max(float(np.mean(grid)), 1e-6) if priced else 1e-3
        x: dict[str, Vector] = {name: 0.5 * np.asarray(sum(self.bounds(name))) for name in block.columns}
        battery = block.hourly.get("battery")
        if battery is not None:
            gain = {term.column: abs(float(np.mean(term.coefficient))) for term in battery.terms}
            x["discharge"] = 0.2 * self.bounds("discharge")[1]
            x["charge"] = x["discharge"] * gain["discharge"] / gain["charge"]
        for name in block.columns:
            if name.startswith("backlog:"):
                x[name] = np.full(hours, 0.3 * float(self.bounds(name)[1].min()))
                queue = block.hourly["queue:" + name.removeprefix("backlog:")]
                column, arrivals = queue.master[0]
                x[f"done:{name.removeprefix('backlog:')}"] = -np.asarray(arrivals) * z[column]
            elif name.startswith("dppa:"):
                x[name] = 0.1 * self.bounds(name)[1]
        balance = block.hourly["balance"]
        net = np.zeros(hours)
        for column, coefficient in balance.master:
            net += np.asarray(coefficient) * z[column]
        for term in balance.terms:
            if not term.column.startswith("grid:"):
                net += np.asarray(term.coefficient) * x[term.column]
        grids = [name for name in block.columns if name.startswith("grid:")]
        for name in grids:
            x[name] = -net / len(grids)
        mu = products * price
        for j, name in enumerate(block.columns):
            low, high = self.bounds(name)
            room = ROOM * (high - low)
            h.x[j] = np.clip(x[name], low + room, high - room)
            h.vl[j], h.vu[j] = mu / (h.x[j] - low), mu / (high - h.x[j])
        for i, name in enumerate(self.order):
            h.y[i] = price * _start_of_price(name)
        self.yy = np.full(len(block.yearly), mu * hours)
        self.t = np.zeros(len(block.yearly))
        kernel.measure(b, h, self.z, self.yy, self.year_activity)
        h.s[b.unequal] = np.maximum(h.activity[b.unequal], 0.05)
        self.t = np.maximum(self.year_activity + b.year_seen @ self.z, 0.1)

    def duals(self) -> Vector:
        """Multipliers of the hourly rows, in the block's order, and of the year-long ones."""
        return np.concatenate([*(self.hours.y[self.order.index(name)] for name in self.block.hourly), self.yy])

    def copied(self) -> BlockIterate:
        """The iterate as it is now, without what a step needs."""
        other = copy.copy(self)
        other.z, other.yy, other.t = self.z.copy(), self.yy.copy(), self.t.copy()
        h = self.hours
        other.hours = h._replace(x=h.x.copy(), vl=h.vl.copy(), vu=h.vu.copy(), y=h.y.copy(), s=h.s.copy())
        return other

    def go_on_from(self, other: BlockIterate, master: Vector, mu: float) -> None:
        """Take over another iterate of the block: columns keep their place between bounds that may have moved."""
        b, h, was = self.stencil, self.hours, other.hours
        self.z = self.seen(master)
        for j in range(b.columns):
            low, high = b.table[b.low[j]], b.table[b.high[j]]
            range_then = (high - low) * other.z[other.stencil.scale[j]]
            range_now = (high - low) * self.z[b.scale[j]]
            place = (was.x[j] - low * other.z[other.stencil.scale[j]]) / range_then
            place = np.clip(place, 1e-6, 1 - 1e-6)
            h.x[j] = low * self.z[b.scale[j]] + place * range_now
            h.vl[j], h.vu[j] = mu / (place * range_now), mu / ((1 - place) * range_now)
        h.y[:], self.yy = was.y, other.yy.copy()
        kernel.measure(b, h, self.z, self.yy, self.year_activity)
        slack = mu / np.maximum(h.y[b.unequal], 1e-300)
        h.s[b.unequal] = np.maximum(h.activity[b.unequal], slack)
        h.y[b.unequal] = mu / h.s[b.unequal]
        self.t = np.maximum(self.year_activity + b.year_seen @ self.z, mu / self.yy)
        self.yy = mu / self.t

    def measure(self, master: Vector) -> None:
        """Activities, reduced costs and sums at the iterate."""
        self.z = self.seen(master)
        cost, products, worst = kernel.measure(self.stencil, self.hours, self.z, self.yy, self.year_activity)
        self.in_year = self.year_activity + self.stencil.year_seen @ self.z
        self.cost, self.products = cost, products + float(self.t @ self.yy)
        self.infeasibility = max(worst, float(np.abs(self.in_year - self.t).max(initial=0.0)))

    def factor(self, scratch: Vector) -> None:
        """Eliminate the hours at this iterate."""
        b = self.stencil
        corner = np.empty((b.width, b.width))
        kernel.eliminate(b, self.hours, self.chain, scratch, self.z, self.t / self.yy, corner)
        self.corner: kernel.Matrix = corner[: b.border, : b.border]

    def right(self) -> Vector:
        """Right-hand side of the border for the aims: what the equations miss where the border does not step."""
        b = self.stencil
        rho, _ = self._direct(np.zeros(b.border), is_final=False)
        rho[: b.masters] -= b.year_seen.T @ self.yy
        rho[b.border - b.years :] += self.aim_t / self.yy - self.in_year
        return rho

    def _direct(self, step: Vector, *, is_final: bool) -> tuple[Vector, tuple[float, float, float, float, float]]:
        b, rho = self.stencil, np.empty(self.stencil.border)
        dz, dlast, dyy = step[: b.masters], step[b.masters : b.border - b.years], step[b.border - b.years :]
        return rho, kernel.direct(b, self.hours, self.chain, self.z, dz, dlast, dyy, rho, self.short, is_final)

    def direction(self, step: Vector) -> Steps:
        """Recover the directions from the border's solution."""
        b = self.stencil
        rho, (primal, dual, *change) = self._direct(step, is_final=True)
        self.dz, self.dyy = step[: b.masters], step[b.border - b.years :]
        # from the rows, not from the products: where a multiplier is nothing, its step says nothing about the slack
        self.dt = self.in_year - self.t - rho[b.border - b.years :] + b.year_seen @ self.dz
        self.change = (
            change[0] + float(self.dt @ self.yy),
            change[1] + float(self.t @ self.dyy),
            change[2] + float(self.dt @ self.dyy),
        )
        return Steps(lengths(self.t, self.dt), lengths(self.yy, self.dyy), primal, dual, self.short)

    def products_after(self, primal: float, dual: float) -> float:
        """Sum of complementarity products after a step."""
        return self.products + primal * self.change[0] + dual * self.change[1] + primal * dual * self.change[2]

    def move(self, master: Vector, primal: float, dual: float, least: float, floor: float) -> None:
        """Take the step to the columns of the ``master``; see ``kernel.move``."""
        after = self.seen(master)
        kernel.move(self.stencil, self.hours, self.z, after, self.dz, primal, dual, least, floor)
        self.t = np.maximum(self.t + primal * self.dt, least * self.t)
        self.yy = np.maximum(self.yy + dual * self.dyy, least * self.yy)

    @property
    def pairs(self) -> int:
        """Number of complementarity pairs."""
        return 2 * self.hours.x.size + int(self.stencil.unequal.sum()) * self.block.hours + self.yy.size

    def predict(self) -> None:
        """Aims of the predictor: all products to zero."""
        h = self.hours
        h.aim_l[:] = h.aim_u[:] = 0.0
        h.aim_s[:] = 0.0
        self.aim_t[:] = 0.0

    def correct(self, goal: float, damp: float) -> None:
        """Aims of the corrector: products to ``goal``, less the damped second-order terms of the predictor."""
        kernel.aim_corrected(self.stencil, self.hours, self.z, self.dz, goal, damp)
        self.aim_t = goal - damp * self.dt * self.dyy

    def centre(self, primal: float, dual: float, goal: float) -> None:
        """Aims with the products after a trial step pulled towards the centre."""
        kernel.aim_centred(self.stencil, self.hours, self.z, self.dz, primal, dual, goal)
        self.aim_t += towards_centre((self.t + primal * self.dt) * (self.yy + dual * self.dyy), goal)
