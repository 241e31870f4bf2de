"""The relaxation over all hours, the representative days that start it, and the master with its cuts."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from capacity.model import Block, Expression, LinearModel
from capacity.solver.arrays import days, whole_arrays
from capacity.solver.cuts import Cut, cut_from_duals
from capacity.solver.integers import Master
from capacity.solver.interior import relax
from capacity.solver.linear import LinearFailureError, solve_linear
from capacity.solver.relaxation import Limits, Relaxation
from capacity.solver.representative import representative_days
from tests.capacity.solver.problems import shortened, upper_without_slack, valid, whole_optimum

HOURS = 120
LIMITS = Limits(gap=1e-5, infeasibility=1e-6, seconds=60.0, threads=2)


@cache
def short_blocks(start_day: int = 60, flexible: bool = False) -> tuple[Block, ...]:
    """Five days of every block."""
    return tuple(shortened(block, HOURS, 24 * start_day) for block in valid(flexible=flexible).model.blocks)


@cache
def relaxed(start_day: int = 60, flexible: bool = False) -> Relaxation:
    """The relaxation on five days of every block."""
    model = valid(flexible=flexible).model
    linear, blocks = model.frame.model, short_blocks(start_day, flexible)
    cost, lower, upper = np.array(linear.cost), np.array(linear.lower), upper_without_slack(model)
    selections = tuple(days(*representative_days(block, 2)) for block in blocks)
    arrays, _ = whole_arrays(linear, blocks, selections, cost, lower=lower, upper=upper)
    start = solve_linear(arrays)
    return relax(linear, blocks, cost, lower=lower, upper=upper, start=start, limits=LIMITS)


@pytest.mark.parametrize(("start_day", "flexible"), [(60, False), (200, False), (60, True)])
def test_interior_point_agrees_with_glop(start_day: int, flexible: bool) -> None:
    model, found = valid(flexible=flexible).model, relaxed(start_day, flexible)
    exact = whole_optimum(model.frame.model, short_blocks(start_day, flexible), upper_without_slack(model))
    assert found.gap < LIMITS.gap
    assert found.infeasibility < LIMITS.infeasibility
    assert found.objective == pytest.approx(exact, rel=1e-4)


@pytest.mark.parametrize(("start_day", "flexible"), [(60, False), (200, False), (60, True)])
def test_bound_from_the_relaxation_is_below_the_optimum_and_near_it(start_day: int, flexible: bool) -> None:
    model, blocks = valid(flexible=flexible).model, short_blocks(start_day, flexible)
    linear, found, upper = model.frame.model, relaxed(start_day, flexible), upper_without_slack(model)
    exact = whole_optimum(linear, blocks, upper)
    master = Master(linear, len(blocks), np.array(linear.cost), 0.0, upper)
    parts = zip(blocks, found.layouts, found.duals, strict=True)
    master.add([cut_from_duals(index, block, layout, duals) for index, (block, layout, duals) in enumerate(parts)])
    bound = master.solve_linear_within(np.array(linear.lower), upper, seconds=60.0).objective
    assert bound is not None
    assert bound <= exact * (1 + 1e-9)
    assert bound >= exact * (1 - 1e-3)


def test_row_duals_have_the_sign_that_glop_gives() -> None:
    """>= 0 where a row is bound from below, <= 0 where it is bound from above."""
    linear = valid().model.frame.model
    for (_, _, low, high), dual in zip(linear.rows, relaxed().row_duals, strict=True):
        if not math.isfinite(low):
            assert dual <= 1e-9
        if not math.isfinite(high):
            assert dual >= -1e-9


def test_threads_do_not_change_the_relaxation() -> None:
    linear, blocks = valid().model.frame.model, short_blocks()
    cost, lower, upper = np.array(linear.cost), np.array(linear.lower), upper_without_slack(valid().model)
    selections = tuple(days(*representative_days(block, 2)) for block in blocks)
    start = solve_linear(whole_arrays(linear, blocks, selections, cost, lower=lower, upper=upper)[0])
    one = relax(linear, blocks, cost, lower=lower, upper=upper, start=start, limits=replace(LIMITS, threads=1))
    assert np.array_equal(one.master, relaxed().master)
    assert one.iterations == relaxed().iterations


@settings(deadline=None, max_examples=12)
@for_all(st.integers(1, 400), st.sampled_from([("khanh-an", 2027), ("khanh-an", 2028), ("phong-may", 2026)]))
def test_representative_days_stand_for_every_day_of_the_year(count: int, key: tuple[str, int]) -> None:
    block = valid().block(*key)
    chosen, weights = representative_days(block, count)
    assert weights.sum() == block.hours // 24
    assert weights.min() >= 1
    assert 1 <= len(chosen) == len(set(chosen.tolist())) <= count
    assert 0 <= chosen.min() <= chosen.max() < block.hours // 24
    assert days(chosen, weights).weight.sum() == block.hours


def test_days_are_cyclic_each_and_weighted() -> None:
    taken = days(np.array([3, 7]), np.array([300.0, 65.0]))
    assert taken.hour.tolist() == [*range(72, 96), *range(168, 192)]
    assert taken.before.tolist() == [23, *range(23), 47, *range(24, 47)]
    assert taken.weight.tolist() == [300.0] * 24 + [65.0] * 24


def test_a_linear_program_without_solution_is_called_infeasible() -> None:
    linear = LinearModel()
    column = linear.column(("x",), upper=1.0)
    linear.row(("more_than_all",), Expression({column: 1.0}), lower=2.0)
    arrays, _ = whole_arrays(linear, (), (), np.zeros(1), lower=np.zeros(1), upper=np.ones(1))
    with pytest.raises(LinearFailureError, match="infeasible") as failure:
        solve_linear(arrays)
    assert failure.value.infeasible


def two_columns() -> LinearModel:
    """A whole number of modules, half used at best: load <= 0.5 modules, load >= 1.2; a module costs 3."""
    linear = LinearModel()
    modules = linear.column(("modules",), upper=9.0, cost=3.0, integer=True)
    load = linear.column(("load",), upper=9.0)
    linear.row(("hall",), Expression({modules: 0.5, load: -1.0}), lower=0.0)
    linear.row(("demand",), Expression({load: 1.0}), lower=1.2)
    return linear


def test_master_is_solved_in_whole_numbers_with_the_blocks_bounds() -> None:
    linear = two_columns()
    master = Master(linear, 1, np.array(linear.cost), 10.0, np.array(linear.upper))
    plain = master.solve(gap=0.0, seconds=10.0, seed=1)
    assert plain.objective == pytest.approx(19.0)
    assert not plain.infeasible
    assert plain.bound == pytest.approx(19.0)
    assert plain.solution is not None
    assert plain.solution[0] == pytest.approx(3.0)
    master.add([Cut(0, 1.0, {1: 5.0})])
    assert master.solve(gap=0.0, seconds=10.0, seed=1).bound == pytest.approx(19.0 + 1.0 + 5 * 1.2)
    within = master.solve_linear_within(np.zeros(2), np.array([9.0, 9.0]), seconds=10.0)
    assert within.objective == pytest.approx(10.0 + 3 * 2.4 + 7.0)
    again = master.solve(gap=0.0, seconds=10.0, seed=1)
    assert again.bound == pytest.approx(26.0), "narrower bounds stay in the linear solve"
    master.require([Cut(0, -1.0, {0: 0.2})])
    assert master.solve(gap=0.0, seconds=10.0, seed=1).bound == pytest.approx(26.0)
    master.require([Cut(0, -1.0, {0: 0.5})])
    assert master.solve(gap=0.0, seconds=10.0, seed=1).infeasible


def test_room_makes_requirements_larger_while_it_is_asked_for_and_asks_nothing_of_nothing() -> None:
    linear = two_columns()
    master = Master(linear, 1, np.array(linear.cost), 0.0, np.array(linear.upper))
    requirement = Cut(0, 0.0, {0: -0.4, 1: 1.0})
    master.require([requirement])

    def modules(room: float) -> float:
        answer = master.solve(gap=0.0, seconds=10.0, seed=1, room=room)
        return float(answer.solution[0]) if answer.solution is not None else np.nan

    assert modules(0.0) == pytest.approx(3.0), "1.2 of load, 0.4 each"
    assert modules(0.1) == pytest.approx(4.0)
    master.require([Cut(0, 0.0, {0: -0.3, 1: 1.0})])
    assert modules(0.1) == pytest.approx(5.0), "what is learnt later keeps room too: 1.32 of load, 0.3 each"
    assert modules(0.0) == pytest.approx(4.0)
    within = master.solve_linear_within(np.zeros(2), np.array([9.0, 9.0]), seconds=10.0, room=0.5)
    assert within.objective == pytest.approx(3 * 1.8 / 0.3)
    assert modules(0.0) == pytest.approx(4.0)


@settings(deadline=None, max_examples=15)
@for_all(st.lists(st.tuples(st.floats(-5, 5), st.floats(-3, 3)), max_size=5), st.floats(0.0, 0.2))
def test_bound_of_the_master_is_never_above_its_solution(cuts: list[tuple[float, float]], gap: float) -> None:
    linear = two_columns()
    master = Master(linear, 1, np.array(linear.cost), 0.0, np.array(linear.upper))
    master.add([Cut(0, constant, {0: slope}) for constant, slope in cuts])
    answer = master.solve(gap=gap, seconds=10.0, seed=1)
    best = min(3.0 * n + max(0.0, *(c + s * n for c, s in cuts), 0.0) for n in range(3, 10))
    assert answer.objective is not None
    assert answer.bound <= best + 1e-6
    assert best - 1e-6 <= answer.objective <= best / (1 - gap) + 1e-6
