"""The linear relaxation over all hours, by a primal-dual interior-point method that uses the blocks' structure.

Mehrotra's predictor and corrector (SIAM J. Optim. 2, 1992) with Gondzio's centrality corrections, on the whole problem:
every block's hours are eliminated (``elimination.py``), the rest is one sparse system of the size of the master.
What comes out is not trusted: the duals only feed ``cuts.py``, the primal only proposes capacities and hours.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from queue import SimpleQueue

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu
from threadpoolctl import threadpool_limits

from capacity.model.blocks import Block
from capacity.model.linear import LinearModel
from capacity.solver import kernel
from capacity.solver.arrays import BlockLayout, Places, Vector
from capacity.solver.cuts import cut_from_duals
from capacity.solver.iterate import BlockIterate, ratio, towards_centre
from capacity.solver.lengths import Steps, lengths, sum_of, whole_step
from capacity.solver.linear import LinearAnswer
from capacity.solver.presolve import Rows, implied_bounds
from capacity.solver.relaxation import Limits, Passed, Relaxation

LEAST_GAIN = 0.02
"""A corrector that lengthens the steps by less in sum is the last."""
STANDING = 2e-3
"""A step that long is hardly one."""
DECIDED = 1e-7
"""A column of the master whose bounds lie that near, as its rows leave them, is fixed."""
SINGULAR = 1e-9
"""What is added to the diagonal of a scaled system that has no factors."""
NEAREST = 1e-12
"""Least distance to a bound: beside large values the difference rounds to nothing."""
SHARE_OF_GAP_AT_LAST = 0.3
"""μ is lowered no further than to this share of the gap asked for: what is left then is to satisfy the rows."""
PROVED_PER_GAP = 2.0
"""What the duals prove may fall short of the objective by so many times the gap asked for."""
CHECKS_AT_MOST = 25
PASSED_AT = 3.0
"""The iterate at this many times the gap asked for is kept: further on, too much of it lies at bounds."""
INSIDE = 0.1
"""Share of its range by which a column of a kept iterate is away from bounds that are new."""
SLOW_STEPS, SLOW_GAIN, CENTRING_WHEN_SLOW = 10, 0.5, 0.6
"""Where so many steps left more than that share of the gap, products are too uneven for long steps: aim nearer."""
DIVERGED = 1e12
"""Relative gap at which no solution is near any more."""
Report = Callable[[int, float, float], None]
MasterTargets = tuple[Vector, Vector, Vector]


def relax(
    model: LinearModel,
    blocks: tuple[Block, ...],
    cost: Vector,
    *,
    lower: Vector,
    upper: Vector,
    start: LinearAnswer,
    limits: Limits,
    priced: bool = True,
    report: Report | None = None,
    passed: Passed | None = None,
    names: Sequence[int] = (),
    rows: Rows | None = None,
) -> Relaxation:
    """Solve the relaxation with the given column bounds; ends at the limits, with what it has.

    ``start`` is a solution of a smaller model with the same master (its columns and rows first), pushed inside here.
    ``priced`` False: the hours cost nothing (feasibility only). ``passed``: an iterate of a relaxation that differed
    little, from which this one goes on; ``names`` tell the blocks there from one another. ``rows``: those by
    which columns may be decided already, the model's own where none are given.
    """
    kernel.make_ready()
    started = time.monotonic()
    # the blocks are the parallel work: BLAS threads beside them only wait for each other
    # numbers run away where there is no solution: what they prove is judged by the cuts, not by warnings
    quiet = functools.partial(np.seterr, all="ignore")
    with (
        threadpool_limits(limits=1),
        np.errstate(all="ignore"),
        ThreadPoolExecutor(limits.threads, initializer=quiet) as pool,
    ):
        method = _Method(model, blocks, cost, lower, upper, start, limits, priced, rows or model.matrix(), pool)
        if passed is not None:
            method.go_on_from(passed, names)
        iteration, checked, kept = 0, 0, None
        while True:
            gap, infeasibility = method.measure()
            if kept is None and names and len(names) == len(blocks) and gap < PASSED_AT * limits.gap:
                kept = method.passed(names)
            if report is not None:
                report(iteration, gap, infeasibility)
            converged = gap < limits.gap and infeasibility < limits.infeasibility
            if converged and priced and checked < CHECKS_AT_MOST:
                # products say nothing of what the duals miss, and a bound pays for that
                checked += 1
                converged = method.objective - method.proved() < PROVED_PER_GAP * limits.gap * (
                    abs(method.objective) + 1
                )
            # duals of a problem without a solution grow without end: what they prove they prove by now
            diverged = not gap <= DIVERGED
            is_over = iteration == limits.pace.iterations or method.stood >= limits.pace.patience
            if converged or diverged or is_over or time.monotonic() - started > limits.seconds:
                return replace(method.relaxation(iteration), has_converged=bool(converged), passed=kept)
            all_products = SHARE_OF_GAP_AT_LAST * limits.gap * (abs(method.objective) + 1.0)
            method.nearest_goal = all_products / max(method.pairs, 1)
            try:
                method.step()
            except (np.linalg.LinAlgError, RuntimeError, FloatingPointError):
                # as near to the optimum as these floating-point numbers go: what there is feeds a bound all the same
                return replace(method.relaxation(iteration), passed=kept)
            iteration += 1


class _Method:
    """The whole iterate: the master's variables z (free columns), rows y with slacks s, and the blocks."""

    def __init__(
        self,
        model: LinearModel,
        blocks: tuple[Block, ...],
        cost: Vector,
        lower: Vector,
        upper: Vector,
        start: LinearAnswer,
        limits: Limits,
        priced: bool,
        deciding: Rows,
        pool: ThreadPoolExecutor,
    ) -> None:
        self.blocks, self.cost, self.pool, self.pace = blocks, cost, pool, limits.pace
        low, high = implied_bounds(*deciding, lower, upper)
        fixed = high - low < DECIDED
        lower, upper = np.where(fixed, low, lower), np.where(fixed, low, upper)
        self.lower, self.upper = lower, upper
        self.free = np.flatnonzero(~fixed)
        wanted = start.primal[: lower.size]
        near = np.minimum(0.1 * (upper - lower), np.maximum(0.02 * np.abs(wanted), 0.05))
        self.z = np.where(fixed, lower, np.clip(wanted, lower + near, upper - near))
        self._rows_of(model, upper, limits.margin)
        self.states = [BlockIterate(block, priced, limits.margin, self.z, fixed, self.pace.start) for block in blocks]
        self.scratch: SimpleQueue[Vector] = SimpleQueue()
        for _ in range(limits.threads):
            self.scratch.put(kernel.scratch_of([st.stencil for st in self.states]))
        self._measure_blocks()
        products = [st.products / st.pairs for st in self.states]
        mean = float(np.mean(products)) if products else 1e-3
        dual = (start.dual[: self.kept.size] * self.flip)[self.kept] * self.row_size
        self.s = np.where(self.unequal, np.maximum(self.rows @ self.z - self.right, 0.05), 0.0)
        pushed = np.maximum(dual, np.minimum(mean / np.maximum(self.s, 1e-9), 1.0))
        self.y = np.where(self.unequal, pushed, dual)
        self.zl, self.zu = mean / self.low, mean / self.high
        place = np.full(lower.size, -1, dtype=np.int64)
        place[self.free] = np.arange(self.free.size)
        self.count = self.free.size
        self.indices: list[Places] = []
        for st in self.states:
            own = st.stencil.last.size + st.yy.size
            local = np.arange(self.count, self.count + own)
            # the last master of a block is the constant 1, which has no place here
            self.indices.append(np.concatenate([place[st.masters], [-1], local]))
            self.count += own
        self.limits = limits
        self.dz = self.dzl = self.dzu = np.zeros(self.free.size)
        self.dy = self.ds = np.zeros(self.y.size)
        self.nearest_goal, self.stood, self.centring = 0.0, 0, self.pace.centring
        self.gaps: list[float] = []
        self.pairs = 2 * self.free.size + int(self.unequal.sum()) + sum(st.pairs for st in self.states)

    def passed(self, names: Sequence[int]) -> Passed:
        """The iterate as it is, to go on from; ``names`` of the blocks."""
        y = np.zeros(self.kept.size)
        y[self.kept] = self.y / self.row_size
        blocks = {name: state.copied() for name, state in zip(names, self.states, strict=True)}
        return Passed(self.z.copy(), y, blocks, self.products / self.pairs)

    def go_on_from(self, passed: Passed, names: Sequence[int]) -> None:
        """Take over an iterate as far as the bounds here have room for it; products stay near its μ."""
        mu = passed.mu
        near = np.minimum(INSIDE * (self.upper - self.lower), np.sqrt(mu))
        self.z[self.free] = np.clip(passed.master, self.lower + near, self.upper - near)[self.free]
        self.zl, self.zu = mu / self.low, mu / self.high
        over = np.maximum(self.rows @ self.z - self.right, np.sqrt(mu))
        y = passed.y[self.kept] * self.row_size
        self.y = np.where(self.unequal, np.maximum(y, mu / over), y)
        self.s = ratio(np.full(y.size, mu), self.y, self.unequal)
        for name, state in zip(names, self.states, strict=True):
            state.go_on_from(passed.blocks[name], self.z, mu)

    def _rows_of(self, model: LinearModel, upper: Vector, margin: float) -> None:
        """The master's rows as A z - s = b with s >= 0 (0 for equalities), scaled by their largest coefficient."""
        matrix, row_low, row_high = model.matrix()
        equal = row_high - row_low < 1e-12
        self.flip = np.where(~equal & ~np.isfinite(row_low), -1.0, 1.0)
        whole = {(name, block.year) for block in self.blocks for name in block.whole}
        tightened = [
            0.0 if key[1:] in whole else _tightened(key, terms, upper, most) for key, terms, _, most in model.rows
        ]
        row_high = row_high - margin * np.array(tightened)
        right = np.where(self.flip < 0, -row_high, row_low)
        free = abs(matrix[:, self.free])
        size = np.asarray(free.max(axis=1).todense()).ravel() if min(free.shape) else np.zeros(free.shape[0])
        self.kept = (size > 0) & (equal | np.isfinite(right))
        self.row_size, self.right = size[self.kept], right[self.kept] / size[self.kept]
        self.unequal = ~equal[self.kept]
        scaled = sp.diags(self.flip[self.kept] / self.row_size) @ matrix[self.kept]
        self.rows: sp.csr_matrix = sp.csr_matrix(scaled)
        self.of_free: sp.csr_matrix = sp.csr_matrix(self.rows[:, self.free])
        self.free_rows = sp.coo_matrix(self.of_free)
        self.transposed: sp.csr_matrix = sp.csr_matrix(self.free_rows.T)

    @property
    def low(self) -> Vector:
        """Distance of the free columns to their lower bounds."""
        return np.maximum(self.z[self.free] - self.lower[self.free], NEAREST)

    @property
    def high(self) -> Vector:
        """Distance of the free columns to their upper bounds."""
        return np.maximum(self.upper[self.free] - self.z[self.free], NEAREST)

    def measure(self) -> tuple[float, float]:
        """Residuals at the iterate; relative gap and largest residual."""
        self._measure_blocks()
        self.rd = self.cost[self.free] - self.transposed @ self.y - self.zl + self.zu
        self.rp = self.right + self.s - self.rows @ self.z
        own = self.low @ self.zl + self.high @ self.zu + self.s @ (self.y * self.unequal)
        self.products = float(own) + sum(st.products for st in self.states)
        self.objective = float(self.cost @ self.z) + sum(st.cost for st in self.states)
        worst = max((st.infeasibility for st in self.states), default=0.0)
        self.gaps.append(self.products / (abs(self.objective) + 1.0))
        self.infeasibility = max(float(np.abs(self.rp).max(initial=0.0)), worst)
        return self.gaps[-1], self.infeasibility

    def _measure_blocks(self) -> None:
        list(self.pool.map(lambda st: st.measure(self.z), self.states))

    def step(self) -> None:
        """One predictor, corrector and centrality corrections.

        Raises FloatingPointError, LinAlgError or RuntimeError (SuperLU) when the numbers have no room left for a step.
        """
        if min(float(self.low.min(initial=1.0)), float(self.high.min(initial=1.0))) <= 0:
            raise FloatingPointError("a column has reached its bound")
        self._factorise()
        if len(self.gaps) > SLOW_STEPS and self.gaps[-1] > SLOW_GAIN * self.gaps[-1 - SLOW_STEPS]:
            self.centring = max(self.centring, CENTRING_WHEN_SLOW)
        low, high = self.low, self.high
        # near enough, but for what the rows still miss: products stay where they are
        is_near = self.gaps[-1] < self.limits.gap and self.infeasibility > self.limits.infeasibility
        goal, damp = (self.products / self.pairs, 0.0) if is_near else self._predicted()
        master: MasterTargets = (
            goal - low * self.zl - damp * self.dz * self.dzl,
            goal - high * self.zu + damp * self.dz * self.dzu,
            (goal - self.s * self.y - damp * self.ds * self.dy) * self.unequal,
        )
        primal, dual = self._direction(master, lambda st: st.correct(goal, damp))
        for _ in range(self.pace.correctors):
            if min(primal, dual) > 0.9:
                break
            reach = self.pace.reach
            far, up, before = min(1.0, 1.3 * primal + reach), min(1.0, 1.3 * dual + reach), primal + dual
            master = (
                master[0] + towards_centre((low + far * self.dz) * (self.zl + up * self.dzl), goal),
                master[1] + towards_centre((high - far * self.dz) * (self.zu + up * self.dzu), goal),
                master[2] + towards_centre((self.s + far * self.ds) * (self.y + up * self.dy), goal) * self.unequal,
            )
            primal, dual = self._direction(master, partial(BlockIterate.centre, primal=far, dual=up, goal=goal))
            if primal + dual < before + LEAST_GAIN:
                break
        self._move(min(1.0, self.pace.keep * primal), min(1.0, self.pace.keep * dual), self.pace.floor * goal)

    def _predicted(self) -> tuple[float, float]:
        """Goal of the products after a step towards none at all, and how much of its second-order terms counts."""
        low, high, y = self.low, self.high, self.y * self.unequal
        ahead = self._direction((-low * self.zl, -high * self.zu, -self.s * y), BlockIterate.predict)
        primal, dual = min(ahead[0], 1.0), min(ahead[1], 1.0)
        after = float((low + primal * self.dz) @ (self.zl + dual * self.dzl))
        after += float((high - primal * self.dz) @ (self.zu + dual * self.dzu))
        after += float((self.s + primal * self.ds) @ ((self.y + dual * self.dy) * self.unequal))
        after += sum(st.products_after(primal, dual) for st in self.states)
        sigma = min(max((after / self.products) ** 3, 1e-4), self.centring)
        return max(sigma * self.products / self.pairs, self.nearest_goal), min(primal, dual)

    def _factorise(self) -> None:
        list(self.pool.map(self._factor, self.states))
        columns, total = self.free.size, self.count + self.y.size
        rows = np.arange(self.count, total)
        own_rows = self.free_rows.row.astype(np.int64) + self.count
        own_columns = self.free_rows.col.astype(np.int64)
        entries: list[tuple[Vector, Places, Places]] = [
            (-(self.zl / self.low + self.zu / self.high), np.arange(columns), np.arange(columns)),
            (ratio(self.s, self.y, self.unequal) + 1e-11, rows, rows),
            (self.free_rows.data, own_rows, own_columns),
            (self.free_rows.data, own_columns, own_rows),
        ]
        for st, index in zip(self.states, self.indices, strict=True):
            use = np.flatnonzero(index >= 0)
            across, down = np.meshgrid(index[use], index[use])
            entries.append((st.corner[np.ix_(use, use)].ravel(), down.ravel(), across.ravel()))
        if not total:
            self.size = np.zeros(0)
            return
        values, down, across = (np.concatenate(part) for part in zip(*entries, strict=True))
        system = sp.csc_matrix((values, (down, across)), shape=(total, total))
        self.size = np.sqrt(np.maximum(np.asarray(abs(system).max(axis=1).todense()).ravel(), 1e-12))
        self.system = sp.csc_matrix(sp.diags(1 / self.size) @ system @ sp.diags(1 / self.size))
        try:
            self.lu = splu(self.system)
        except RuntimeError:
            # rows that have become the same: a little of the identity keeps them apart, and refinement makes up for it
            apart = np.where(np.arange(total) < self.count, -SINGULAR, SINGULAR)
            self.lu = splu(self.system + sp.diags(apart, format="csc"))

    def _factor(self, state: BlockIterate) -> None:
        scratch = self.scratch.get()
        state.factor(scratch)
        self.scratch.put(scratch)

    def _direction(self, master: MasterTargets, aim: Callable[[BlockIterate], None]) -> tuple[float, float]:
        """Newton direction for the master's targets and the blocks' aims; the primal and dual steps it allows."""

        def right_of(st: BlockIterate) -> Vector:
            aim(st)
            return st.right()

        parts = list(self.pool.map(right_of, self.states))
        low, high, (ml, mu, ms) = self.low, self.high, master
        right = np.zeros(self.count + self.y.size)
        right[: self.free.size] = self.rd - ml / low + mu / high
        for index, part in zip(self.indices, parts, strict=True):
            np.add.at(right, index[index >= 0], part[index >= 0])
        right[self.count :] = self.rp + ratio(ms, self.y, self.unequal)
        solution = self._solved(right / self.size) / self.size
        self.dz, self.dy = solution[: self.free.size], solution[self.count :]
        self.dzl, self.dzu = (ml - self.zl * self.dz) / low, (mu + self.zu * self.dz) / high
        # a multiplier that is nothing says nothing about the slack; beside a slack that is, the rows only round
        by_rows = self.of_free @ self.dz - self.rp
        by_products = ratio(ms - self.s * self.dy, self.y, self.unequal)
        self.ds = np.where(self.y > self.s, by_products, by_rows) * self.unequal
        uneven = self.unequal

        def of_block(pair: tuple[BlockIterate, Places]) -> Steps:
            st, index = pair
            return st.direction(np.append(solution, 0.0)[index])  # -1: a fixed column does not move

        steps = list(self.pool.map(of_block, zip(self.states, self.indices, strict=True)))
        primal = [lengths(low, self.dz), lengths(high, -self.dz), lengths(self.s[uneven], self.ds[uneven])]
        dual = [lengths(self.zl, self.dzl), lengths(self.zu, self.dzu), lengths(self.y[uneven], self.dy[uneven])]
        few = (
            np.concatenate([*primal, *(st.primal for st in steps)]),
            np.concatenate([*dual, *(st.dual for st in steps)]),
        )
        hourly_primal, hourly_dual, short = sum_of(steps)
        return (
            whole_step(few[0], hourly_primal, short[0], self.pairs, self.pace),
            whole_step(few[1], hourly_dual, short[1], self.pairs, self.pace),
        )

    def _solved(self, right: Vector) -> Vector:
        """The scaled system solved, with one step of refinement; nothing when everything in the master is fixed."""
        if not right.size:
            return right
        solution = self.lu.solve(right)
        return np.asarray(solution + self.lu.solve(right - self.system @ solution), dtype=np.float64)

    def _move(self, primal: float, dual: float, floor: float) -> None:
        """Take the step, with no product below ``floor`` after it; see ``kernel.move``."""
        self.stood = self.stood + 1 if min(primal, dual) < STANDING else 0
        least, free = 1 - self.pace.keep, self.free
        low, high = self.lower[free] + least * self.low, self.upper[free] - least * self.high
        self.z[free] = np.clip(self.z[free] + primal * self.dz, low, high)
        list(self.pool.map(lambda st: st.move(self.z, primal, dual, least, floor), self.states))
        self.zl = np.maximum(np.maximum(self.zl + dual * self.dzl, least * self.zl), floor / self.low)
        self.zu = np.maximum(np.maximum(self.zu + dual * self.dzu, least * self.zu), floor / self.high)
        y, s = self.y + dual * self.dy, self.s + primal * self.ds
        self.y = np.where(self.unequal, np.maximum(y, least * self.y), y)
        s = np.maximum(np.maximum(s, least * self.s), ratio(np.full(s.size, floor), self.y, self.unequal))
        self.s = np.where(self.unequal, s, 0.0)

    def proved(self) -> float:
        """What the duals prove of the objective within the bounds of the columns, as a check and no proof."""
        reduced = self.cost - self.rows.T @ self.y
        total = float(self.right @ self.y)
        for cut in self.pool.map(
            lambda st: cut_from_duals(0, st.block, BlockLayout.of(st.block), st.duals()), self.states
        ):
            total += cut.constant
            for column, amount in cut.terms.items():
                reduced[column] += amount
        return total + float(np.minimum(reduced * self.lower, reduced * self.upper).sum())

    def relaxation(self, iterations: int) -> Relaxation:
        """The iterate in the places that cuts and dispatch read."""
        row_duals = np.zeros(self.kept.size)
        row_duals[self.kept] = self.y / self.row_size
        gap, infeasibility = self.measure()
        return Relaxation(
            self.z.copy(),
            row_duals * self.flip,
            [st.duals() for st in self.states],
            [BlockLayout.of(block) for block in self.blocks],
            [st.hours.x.reshape(-1) for st in self.states],
            self.objective,
            gap,
            infeasibility,
            iterations,
            has_converged=False,
        )


def _tightened(key: tuple[str | int, ...], terms: dict[int, float], upper: Vector, most: float) -> float:
    """The size of a row whose requirement hours may miss by rounding; 0 for other rows."""
    if key[0] == "carbon_stays_under_the_cap":
        return max(most, 0.0)
    if key[0] == "clean_energy_shares_are_reached":
        return 0.05 * max((v * float(upper[c]) for c, v in terms.items()), default=0.0)
    return 0.0
