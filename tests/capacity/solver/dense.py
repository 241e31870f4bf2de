"""A Newton step of the interior point on one block by dense algebra, from the block and not from its stencil."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capacity.model import Block
from capacity.model.blocks import Coefficient, HourlyColumn, HourlyRow, Term, YearRow
from capacity.solver.arrays import Vector
from tests.capacity.solver.problems import valid

Matrix = npt.NDArray[np.float64]


def random_block(stream: np.random.Generator, hours: int) -> Block:
    """Some masters, columns with and without one, rows of both kinds with and without lags, year-long rows."""
    site = valid().block().site
    block = Block(site, 2027, hours)
    masters = [3, 5, 8, 13][: int(stream.integers(1, 5))]

    def coefficient(low: float, high: float) -> Coefficient:
        return stream.uniform(low, high, hours) if stream.integers(0, 2) else float(stream.uniform(low, high))

    plain, lagged = int(stream.integers(1, 5)), int(stream.integers(0, 4))
    for index in range(plain + lagged):
        scale = None if stream.integers(0, 4) == 0 else int(stream.choice(masters))
        low = coefficient(0.0, 0.4) if stream.integers(0, 2) else 0.0
        name = f"x{index}" if index < plain else f"stored{index}"
        block.columns[name] = HourlyColumn(scale, low, coefficient(0.6, 2.0), coefficient(-1.0, 1.0))
    names = list(block.columns)
    for index in range(int(stream.integers(1, 4)) + lagged):
        # a column of its own makes every row independent of the others
        own = f"own{index}"
        block.columns[own] = HourlyColumn(int(stream.choice(masters)), 0.0, 1.0)
        terms = [Term(own, 1.0)]
        for name in stream.choice(names, int(stream.integers(1, 4))):
            lag = int(stream.integers(0, 2)) if name.startswith("stored") else 0
            terms.append(Term(str(name), coefficient(-2.0, 2.0), lag))
        seen = tuple((m, coefficient(-1.0, 1.0)) for m in masters if stream.integers(0, 2))
        block.hourly[f"row{index}"] = HourlyRow(tuple(terms), seen, bool(stream.integers(0, 2)))
    for index in range(int(stream.integers(0, 3))):
        terms = [Term(str(name), coefficient(-1.0, 1.0)) for name in stream.choice(names, 2)]
        seen_by_year = tuple((m, float(stream.uniform(-1.0, 1.0))) for m in masters if stream.integers(0, 2))
        block.yearly[f"year{index}"] = YearRow(tuple(terms), seen_by_year)
    return block


@dataclass(frozen=True)
class Iterate:
    """x, multipliers of the bounds, aims of products (columns x hours); y, s, aims (rows x hours, in the block's
    order); multipliers, slacks and aims of year-long rows; the masters that the block sees."""

    x: Matrix
    vl: Matrix
    vu: Matrix
    aim_l: Matrix
    aim_u: Matrix
    y: Matrix
    s: Matrix
    aim_s: Matrix
    yy: Vector
    t: Vector
    aim_t: Vector
    z: Vector


class Dense:
    """The block's matrices; columns and rows of hours are placed one after the other, each with all its hours."""

    def __init__(self, block: Block) -> None:
        hours, names = block.hours, list(block.columns)
        masters = {column: place for place, column in enumerate(block.masters())}
        self.a = np.zeros((len(block.hourly) * hours, len(names) * hours))
        self.b = np.zeros((len(block.hourly) * hours, len(masters)))
        self.ya = np.zeros((len(block.yearly), len(names) * hours))
        self.yb = np.zeros((len(block.yearly), len(masters)))
        self.low, self.high = np.zeros(self.a.shape[1]), np.zeros(self.a.shape[1])
        self.cost, self.unequal = np.zeros(self.a.shape[1]), np.zeros(self.a.shape[0], dtype=bool)
        self.scale = np.zeros((self.a.shape[1], len(masters)))
        self.free = np.zeros(self.a.shape[1])
        for place, column in enumerate(block.columns.values()):
            span = slice(place * hours, (place + 1) * hours)
            self.low[span], self.high[span], self.cost[span] = column.low, column.high, column.cost
            if column.scale is None:
                self.free[span] = 1.0
            else:
                self.scale[span, masters[column.scale]] = 1.0
        for place, row in enumerate(block.hourly.values()):
            for hour in range(hours):
                at = place * hours + hour
                self.unequal[at] = not row.equality
                for term in row.terms:
                    column_at = names.index(term.column) * hours + (hour - term.lag) % hours
                    self.a[at, column_at] += np.broadcast_to(term.coefficient, hours)[hour]
                for master, coefficient in row.master:
                    self.b[at, masters[master]] += np.broadcast_to(coefficient, hours)[hour]
        for place, yearly in enumerate(block.yearly.values()):
            for term in yearly.terms:
                start = names.index(term.column) * hours
                self.ya[place, start : start + hours] += np.broadcast_to(term.coefficient, hours) / hours
            for master, number in yearly.master:
                self.yb[place, masters[master]] += number

    def distances(self, i: Iterate) -> tuple[Vector, Vector]:
        """From the lower bounds and to the upper ones."""
        z = self.scale @ i.z + self.free
        return i.x.ravel() - self.low * z, self.high * z - i.x.ravel()

    def step(self, i: Iterate, dz: Vector) -> tuple[Vector, Vector, Vector, Vector]:
        """dx, dy, dyy of the Newton step for a step dz of the masters, and the masters' part of its dual equations."""
        below, above = self.distances(i)
        kl, ku = i.vl.ravel() / below, i.vu.ravel() / above
        columns, rows, years = self.a.shape[1], self.a.shape[0], self.ya.shape[0]
        moved = self.scale @ dz
        reduced = self.cost - self.a.T @ i.y.ravel() - self.ya.T @ i.yy
        gain = i.aim_l.ravel() / below - i.aim_u.ravel() / above - reduced + (kl * self.low + ku * self.high) * moved
        per_row = np.where(self.unequal, i.s.ravel() / i.y.ravel(), 0.0)
        activity = self.a @ i.x.ravel() + self.b @ i.z
        in_year = self.ya @ i.x.ravel() + self.yb @ i.z
        right = np.where(self.unequal, i.aim_s.ravel() / i.y.ravel(), 0.0) - activity - self.b @ dz
        right_year = i.aim_t / i.yy - in_year - self.yb @ dz
        system = np.block(
            [
                [np.diag(kl + ku), -self.a.T, -self.ya.T],
                [self.a, np.diag(per_row), np.zeros((rows, years))],
                [self.ya, np.zeros((years, rows)), np.diag(i.t / i.yy)],
            ]
        )
        solution = np.linalg.solve(system, np.concatenate([gain, right, right_year]))
        dx, dy, dyy = np.split(solution, [columns, columns + rows])
        new_l = (i.aim_l.ravel() - i.vl.ravel() * (dx - self.low * moved)) / below
        new_u = (i.aim_u.ravel() - i.vu.ravel() * (self.high * moved - dx)) / above
        dual = self.scale.T @ (self.low * new_l - self.high * new_u)
        dual -= self.b.T @ (i.y.ravel() + dy) + self.yb.T @ (i.yy + dyy)
        return dx, dy, dyy, dual
