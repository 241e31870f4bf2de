"""The compiled loops agree with dense algebra on random blocks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from capacity.model import Block
from capacity.model.blocks import HourlyRow, Term
from capacity.solver import kernel
from capacity.solver.arrays import Vector
from capacity.solver.kernel import Chain, Hours, Stencil
from capacity.solver.stencil import row_order, stencil_of
from tests.capacity.solver.dense import Dense, Iterate, random_block
from tests.capacity.solver.problems import valid

BLOCKS = settings(deadline=None, max_examples=60)
SEEDS = st.tuples(st.integers(0, 10**6), st.integers(3, 9))


class Case:
    """A random block with a random iterate inside its bounds, in both descriptions."""

    def __init__(self, seed: int, hours: int) -> None:
        stream = np.random.default_rng(seed)
        self.block = random_block(stream, hours)
        self.dense = Dense(self.block)
        columns, rows, years = len(self.block.columns), len(self.block.hourly), len(self.block.yearly)
        masters = len(self.block.masters())
        z = stream.uniform(0.5, 2.0, masters)
        bounding = self.dense.scale @ z + self.dense.free
        inside = self.dense.low + stream.uniform(0.05, 0.95, bounding.size) * (self.dense.high - self.dense.low)

        def some(*shape: int) -> Vector:
            return np.asarray(10 ** stream.uniform(-2.0, 1.0, shape))

        self.iterate = Iterate(
            (inside * bounding).reshape(columns, hours),
            some(columns, hours),
            some(columns, hours),
            some(columns, hours),
            some(columns, hours),
            some(rows, hours),
            some(rows, hours),
            some(rows, hours),
            some(years),
            some(years),
            some(years),
            z,
        )
        self.dz = stream.normal(0.0, 1.0, masters)
        self.stencil = stencil_of(self.block)
        self.hours: Hours = kernel.hours_of(self.stencil)
        self.chain: Chain = kernel.chain_of(self.stencil)
        self.z = np.append(z, 1.0)
        order, _ = row_order(self.block)
        self.order = [list(self.block.hourly).index(name) for name in order]
        i, h = self.iterate, self.hours
        for into, values in ((h.x, i.x), (h.vl, i.vl), (h.vu, i.vu), (h.aim_l, i.aim_l), (h.aim_u, i.aim_u)):
            into[:] = values
        for into, values in ((h.y, i.y), (h.s, i.s), (h.aim_s, i.aim_s)):
            into[:] = values[self.order]
        h.s[~self.stencil.unequal] = 0.0
        self.year_activity = np.zeros(years)
        self.measured = kernel.measure(self.stencil, h, self.z, i.yy, self.year_activity)

    def corner(self) -> Vector:
        """K, padding cut off."""
        b = self.stencil
        corner = np.full((b.width, b.width), np.nan)
        scratch = kernel.scratch_of([b])
        kernel.eliminate(b, self.hours, self.chain, scratch, self.z, self.iterate.t / self.iterate.yy, corner)
        assert np.all(corner[b.border :] == 0)
        assert np.all(corner[:, b.border :] == 0)
        return corner[: b.border, : b.border]

    def left(self, dz: Vector, dlast: Vector, dyy: Vector, *, is_final: bool) -> Vector:
        """ρ at a step of the border; of the final one only what year-long rows have of the columns."""
        b, rho = self.stencil, np.full(self.stencil.border, np.nan)
        self.short = np.full((2, kernel.LENGTHS), -1, dtype=np.int64)
        args = (self.z, np.append(dz, 0.0), dlast, dyy, rho, self.short, is_final)
        self.lengths = kernel.direct(b, self.hours, self.chain, *args)
        return rho

    def step(self) -> tuple[Vector, Vector, Vector]:
        """dx, dy (in the block's order) and dyy for the masters' step, through the border; and K and ρ(0)."""
        b, i = self.stencil, self.iterate
        corner = self.corner()
        none = np.zeros
        rho = self.left(none(self.dz.size), none(b.last.size), none(b.years), is_final=False)
        in_year = self.year_activity + b.year_seen @ self.z
        rho[b.border - b.years :] += i.aim_t / i.yy - in_year
        rest = slice(b.masters, None)
        dz = np.append(self.dz, 0.0)
        own = np.linalg.solve(corner[rest, rest], rho[rest] - corner[rest, : b.masters] @ dz)
        dlast, dyy = own[: b.last.size], own[b.last.size :]
        self.masters_dual = (rho - corner @ np.concatenate([dz, own]))[: b.masters - 1]
        self.masters_dual -= b.year_seen.T[:-1] @ i.yy
        self.left(self.dz, dlast, dyy, is_final=True)
        dy = np.empty_like(self.hours.dy)
        dy[self.order] = self.hours.dy
        return self.hours.dx.ravel(), dy.ravel(), dyy


@BLOCKS
@for_all(SEEDS)
def test_the_step_is_that_of_dense_algebra(case: tuple[int, int]) -> None:
    made = Case(*case)
    expected = made.dense.step(made.iterate, made.dz)
    for found, exact in zip((*made.step(), made.masters_dual), expected, strict=True):
        assert found == pytest.approx(exact, rel=1e-6, abs=1e-7 * (1 + np.abs(exact).max(initial=0.0)))


@BLOCKS
@for_all(SEEDS)
def test_the_border_is_symmetric(case: tuple[int, int]) -> None:
    corner = Case(*case).corner()
    assert corner == pytest.approx(corner.T, rel=1e-9, abs=1e-9 * np.abs(corner).max())


@BLOCKS
@for_all(SEEDS)
def test_measures_are_those_of_dense_algebra(case: tuple[int, int]) -> None:
    made = Case(*case)
    d, i = made.dense, made.iterate
    cost, products, worst = made.measured
    below, above = d.distances(i)
    slack = np.where(d.unequal, i.s.ravel(), 0.0)
    activity = d.a @ i.x.ravel() + d.b @ i.z
    assert cost == pytest.approx(d.cost @ i.x.ravel())
    assert products == pytest.approx(below @ i.vl.ravel() + above @ i.vu.ravel() + slack @ i.y.ravel())
    assert worst == pytest.approx(np.abs(activity - slack).max())
    assert made.year_activity == pytest.approx(d.ya @ i.x.ravel())


@BLOCKS
@for_all(SEEDS, st.floats(0.1, 1.0), st.floats(0.1, 1.0))
def test_steps_keep_the_interior_and_products_change_as_told(
    case: tuple[int, int], primal_part: float, dual_part: float
) -> None:
    made = Case(*case)
    made.step()
    b, h, dz = made.stencil, made.hours, np.append(made.dz, 0.0)
    primal, dual, *change = made.lengths
    assert 0 < primal <= kernel.FARTHEST
    assert 0 < dual <= kernel.FARTHEST
    first = h.y[b.unequal].copy()
    primal, dual = 0.999 * primal_part * primal, 0.999 * dual_part * dual
    z = made.z + primal * dz
    kernel.move(b, h, made.z, z, dz, primal, dual, 0.0, 0.0)
    _, products, _ = kernel.measure(b, h, z, made.iterate.yy, made.year_activity)
    told = primal * change[0] + dual * change[1] + primal * dual * change[2]
    assert products == pytest.approx(made.measured[1] + told, rel=1e-6, abs=1e-6 * made.measured[1])
    low, high = b.table[b.low] * z[b.scale][:, None], b.table[b.high] * z[b.scale][:, None]
    assert np.all(h.x > low)
    assert np.all(h.x < high)
    assert min(h.vl.min(), h.vu.min()) > 0
    if first.size:
        assert min(h.y[b.unequal].min(), h.s[b.unequal].min()) > 0


@BLOCKS
@for_all(SEEDS)
def test_longest_steps_end_at_a_bound_or_are_whole(case: tuple[int, int]) -> None:
    made = Case(*case)
    made.step()
    b, h, dz = made.stencil, made.hours, np.append(made.dz, 0.0)
    primal, dual, *_ = made.lengths
    z = made.z + primal * dz
    kernel.move(b, h, made.z, z, dz, primal, dual, 0.0, 0.0)
    low, high = b.table[b.low] * z[b.scale][:, None], b.table[b.high] * z[b.scale][:, None]
    far = kernel.FARTHEST
    nearest = [float((h.x - low).min()), float((high - h.x).min())]
    duals = [float(h.vl.min()), float(h.vu.min())]
    if b.unequal.any():
        nearest.append(float(h.s[b.unequal].min()))
        duals.append(float(h.y[b.unequal].min()))
    assert min(nearest) == pytest.approx(0.0, abs=1e-9) if primal < far else min(nearest) >= -1e-9
    assert min(duals) == pytest.approx(0.0, abs=1e-9) if dual < far else min(duals) >= -1e-9


@BLOCKS
@for_all(SEEDS, st.floats(1.0, 20.0), st.floats(0.01, 0.5), st.floats(0.0, 1.0))
def test_what_would_pass_its_bound_stops_and_products_stay_above_the_floor(
    case: tuple[int, int], beyond: float, least: float, floor: float
) -> None:
    """Whatever the step: nothing leaves the interior, and what has room for the step takes it."""
    made = Case(*case)
    made.step()
    b, h, dz = made.stencil, made.hours, np.append(made.dz, 0.0)
    primal, dual, *_ = made.lengths
    primal, dual = min(beyond * primal, 1.0), min(beyond * dual, 1.0)
    after = np.maximum(made.z + primal * dz, least * made.z)
    then = {name: getattr(h, name).copy() for name in ("x", "vl", "vu", "y", "s")}
    low, high = b.table[b.low] * made.z[b.scale][:, None], b.table[b.high] * made.z[b.scale][:, None]
    below, above = then["x"] - low, high - then["x"]
    to_below = h.dx - b.table[b.low] * dz[b.scale][:, None]
    to_vl = (h.aim_l - then["vl"] * to_below) / below - then["vl"]
    kernel.move(b, h, made.z, after, dz, primal, dual, least, floor)
    low, high = b.table[b.low] * after[b.scale][:, None], b.table[b.high] * after[b.scale][:, None]
    assert np.all(h.x - low >= least * below * (1 - 1e-9) - 1e-12)
    assert np.all(high - h.x >= least * above * (1 - 1e-9) - 1e-12)
    whole = then["x"] + primal * h.dx
    roomy = (whole - low > least * below) & (high - whole > least * above)
    assert h.x[roomy] == pytest.approx(whole[roomy], rel=1e-12, abs=1e-12)
    assert np.all(h.vl >= least * then["vl"] * (1 - 1e-12))
    assert np.all((h.x - low) * h.vl >= floor * (1 - 1e-9))
    assert np.all((high - h.x) * h.vu >= floor * (1 - 1e-9))
    free = (then["vl"] + dual * to_vl > least * then["vl"]) & (then["vl"] + dual * to_vl > floor / (h.x - low))
    assert h.vl[free] == pytest.approx((then["vl"] + dual * to_vl)[free], rel=1e-9, abs=1e-12)
    if b.unequal.any():
        assert np.all(h.y[b.unequal] >= least * then["y"][b.unequal] * (1 - 1e-12))
        assert np.all((h.s * h.y)[b.unequal] >= floor * (1 - 1e-9))


@BLOCKS
@for_all(SEEDS)
def test_short_steps_are_counted_by_their_length(case: tuple[int, int]) -> None:
    made = Case(*case)
    made.step()
    b, h, dz = made.stencil, made.hours, np.append(made.dz, 0.0)
    low, high = b.table[b.low] * made.z[b.scale][:, None], b.table[b.high] * made.z[b.scale][:, None]
    below, above = h.x - low, high - h.x
    to_below = h.dx - b.table[b.low] * dz[b.scale][:, None]
    to_above = b.table[b.high] * dz[b.scale][:, None] - h.dx
    to_s = (h.aim_s - h.s * h.dy)[b.unequal] / h.y[b.unequal] - h.s[b.unequal]
    to_vl, to_vu = (h.aim_l - h.vl * to_below) / below - h.vl, (h.aim_u - h.vu * to_above) / above - h.vu

    def allowed(value: Vector, change: Vector) -> Vector:
        with np.errstate(divide="ignore"):
            return np.where(change < 0, -value / change, np.inf)

    primal = np.minimum(allowed(below, to_below), allowed(above, to_above)), allowed(h.s[b.unequal], to_s)
    dual = np.minimum(allowed(h.vl, to_vl), allowed(h.vu, to_vu)), allowed(h.y[b.unequal], h.dy[b.unequal])
    for counts, side in zip(made.short, (primal, dual), strict=True):
        steps = np.concatenate([part.ravel() for part in side])
        exact, _ = np.histogram(steps[steps < 1], bins=kernel.LENGTHS, range=(0.0, 1.0))
        # a step at the edge of two bins may be in either
        assert np.all(np.abs(np.cumsum(counts) - np.cumsum(exact)) <= 1)
        assert counts.sum() == pytest.approx(exact.sum(), abs=1)


@BLOCKS
@for_all(SEEDS, st.floats(0.01, 10.0), st.floats(0.1, 1.0))
def test_the_corrector_aims_at_the_goal_less_the_second_order(case: tuple[int, int], goal: float, damp: float) -> None:
    made = Case(*case)
    h, b, dz = made.hours, made.stencil, np.append(made.dz, 0.0)
    for aim in (h.aim_l, h.aim_u, h.aim_s):
        aim[:] = 0.0
    made.step()
    kernel.aim_corrected(b, h, made.z, dz, goal, damp)
    low, high = b.table[b.low], b.table[b.high]
    below, above = h.x - low * made.z[b.scale][:, None], high * made.z[b.scale][:, None] - h.x
    to_below, to_above = h.dx - low * dz[b.scale][:, None], high * dz[b.scale][:, None] - h.dx
    assert h.aim_l == pytest.approx(goal - damp * to_below * (-h.vl * to_below / below - h.vl), rel=1e-6, abs=1e-6)
    assert h.aim_u == pytest.approx(goal - damp * to_above * (-h.vu * to_above / above - h.vu), rel=1e-6, abs=1e-6)
    y, s, dy = h.y[b.unequal], h.s[b.unequal], h.dy[b.unequal]
    assert h.aim_s[b.unequal] == pytest.approx(goal - damp * dy * (-s * dy / y - s), rel=1e-6, abs=1e-6)


@BLOCKS
@for_all(SEEDS, st.floats(0.01, 10.0), st.floats(0.1, 1.0))
def test_centring_moves_products_that_are_far_out_towards_the_goal(
    case: tuple[int, int], goal: float, step: float
) -> None:
    made = Case(*case)
    made.step()
    h, b, dz = made.hours, made.stencil, np.append(made.dz, 0.0)
    low, high = b.table[b.low], b.table[b.high]
    below, to_below = h.x - low * made.z[b.scale][:, None], h.dx - low * dz[b.scale][:, None]
    above, to_above = high * made.z[b.scale][:, None] - h.x, high * dz[b.scale][:, None] - h.dx
    to_vl = (h.aim_l - h.vl * to_below) / below - h.vl
    to_vu = (h.aim_u - h.vu * to_above) / above - h.vu
    products_l = (below + step * to_below) * (h.vl + step * to_vl)
    products_u = (above + step * to_above) * (h.vu + step * to_vu)
    before_l, before_u = h.aim_l.copy(), h.aim_u.copy()
    kernel.aim_centred(b, h, made.z, dz, step, step, goal)
    for products, before, after in ((products_l, before_l, h.aim_l), (products_u, before_u, h.aim_u)):
        near = (products > 0.1 * goal) & (products < 10 * goal)
        assert np.array_equal(after[near], before[near])
        low_ones, high_ones = products < 0.1 * goal, products > 10 * goal
        assert after[low_ones] - before[low_ones] == pytest.approx(0.1 * goal - products[low_ones], rel=1e-6)
        assert after[high_ones] - before[high_ones] == pytest.approx(
            np.maximum(10 * goal - products[high_ones], -10 * goal), rel=1e-6
        )


def test_values_that_fade_over_a_year_do_not_become_the_smallest_numbers() -> None:
    """A leaking storage: what its last hour means to the first hours fades to numbers that processors are slow with."""
    block = valid().block()
    stencil = stencil_of(block)
    hours, chain, z = kernel.hours_of(stencil), kernel.chain_of(stencil), np.ones(stencil.masters)
    hours.x[:] = 0.5 * (stencil.table[stencil.low] + stencil.table[stencil.high])
    hours.y[:] = hours.s[:] = 1.0
    corner = np.zeros((stencil.width, stencil.width))
    kernel.eliminate(stencil, hours, chain, kernel.scratch_of([stencil]), z, np.ones(stencil.years), corner)
    tiny = np.finfo(np.float64).tiny
    assert np.all(np.isfinite(corner))
    assert not np.any((np.abs(corner) > 0) & (np.abs(corner) < tiny))


def test_other_lags_are_refused() -> None:
    block: Block = random_block(np.random.default_rng(1), 4)
    name = next(iter(block.columns))
    block.hourly["late"] = HourlyRow((Term(name, 1.0, lag=2),))
    with pytest.raises(ValueError, match=f"row late: {name} has lag 2; 0 and 1 are known"):
        stencil_of(block)


def test_equal_series_stand_in_the_table_once() -> None:
    stencil: Stencil = stencil_of(valid().block())
    assert len({series.tobytes() for series in stencil.table}) == len(stencil.table)


def test_machine_code_is_kept_for_the_next_run() -> None:
    kernel.make_ready()
    assert kernel.is_compiled()


FIRST_AND_LATER = """
from capacity.solver import SolveOptions, solve
from tests.properties.provinces import Province, inputs_of

inputs = inputs_of(Province(gpus=48.0, pv_mw=12.0, battery_mw=4.0, renewable_share=0.1, ai_mw=0.05))
found = solve(*inputs, SolveOptions(gap=0.01, threads=1), lambda *_: None)
print(found.objective_vnd.hex(), found.bound_vnd.hex(), found.plan)
"""


@pytest.mark.slow
def test_the_process_that_compiles_has_the_plan_of_those_that_load(tmp_path: Path) -> None:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", FIRST_AND_LATER]
    first, later = (
        subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout for _ in range(2)
    )
    assert first == later
    assert list(tmp_path.glob("*/complete"))
