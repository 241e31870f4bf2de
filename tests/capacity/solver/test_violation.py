"""Proofs that requirements cannot hold together: never of some that can, whatever the duals, prices and tolerances."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import assume, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from scipy.optimize import linprog

from capacity.model.linear import Expression, LinearModel
from capacity.solver.arrays import Arrays, Vector, whole_arrays
from capacity.solver.conflict import even_prices
from capacity.solver.cuts import Cut
from capacity.solver.linear import solve_linear
from capacity.solver.violation import POSITIVE, ViolationMaster, proved

SECONDS = 20.0
SHORT = 0.5
"""By how much a requirement of an impossible model is short, in units of its column."""


def model_around(seed: int, *, short: float = 0.0) -> tuple[LinearModel, Vector, list[int]]:
    """A random model with a solution whose rows are tight, the solution, and elastic columns, one of each row.

    ``short``: the first row asks for so much more than its columns can do at most, and its elastic column is one.
    """
    stream = np.random.default_rng(seed)
    linear = LinearModel()
    solution = np.round(stream.uniform(0, 9, 6), 3)
    solution[:3] = np.round(solution[:3])
    for place, value in enumerate(solution):
        linear.column(("x", place), upper=float(value) + float(stream.integers(1, 5)), integer=place < 3)
    elastic = []
    for row in range(8):
        values = stream.normal(size=6) * 10.0 ** stream.integers(-2, 3)
        total = Expression({place: float(value) for place, value in enumerate(values)})
        needed = float(values @ solution)
        if row == 0 and short:
            needed = sum(max(float(v) * high, 0.0) for v, high in zip(values, linear.upper, strict=False)) + short
        elastic.append(linear.column(("slack", row), upper=1e6))
        linear.row(("row", row), total.add(elastic[-1], 1.0), lower=needed)
    return linear, np.append(solution, np.zeros(8)), elastic


def priced(linear: LinearModel, elastic: list[int], seed: int) -> Vector:
    """Prices of the elastic columns that lie up to nine powers of ten apart."""
    cost = np.zeros(len(linear.lower))
    cost[elastic] = 10.0 ** np.random.default_rng(seed + 1).uniform(-3, 6, len(elastic))
    return cost


def arrays_of(linear: LinearModel, cost: Vector) -> Arrays:
    return whole_arrays(linear, (), (), cost, lower=np.array(linear.lower), upper=np.array(linear.upper))[0]


@settings(max_examples=25, deadline=None)
@for_all(seed=st.integers(0, 10**6))
def test_requirements_that_can_hold_are_never_said_to_conflict(seed: int) -> None:
    linear, _, elastic = model_around(seed)
    master = ViolationMaster(linear, 0, seed=1)
    assert not master.is_proved(priced(linear, elastic, seed), np.array(linear.upper), seconds=SECONDS)


@settings(max_examples=15, deadline=None)
@for_all(seed=st.integers(0, 10**6))
def test_what_no_columns_can_do_is_proved_and_told_by_its_row(seed: int) -> None:
    linear, _, elastic = model_around(seed, short=SHORT)
    cost, upper = priced(linear, elastic, seed), np.array(linear.upper)
    master = ViolationMaster(linear, 0, seed=1)
    if cost[elastic[0]] * SHORT > 10 * POSITIVE:
        proof = master.linear_proof(np.where(np.arange(cost.size) == elastic[0], cost, 0.0), upper, seconds=SECONDS)
        assert proof.bound == pytest.approx(cost[elastic[0]] * SHORT, rel=1e-4)
        assert proof.columns == (elastic[0],)
        assert master.is_proved(cost, upper, seconds=SECONDS)


@settings(max_examples=25, deadline=None)
@for_all(seed=st.integers(0, 10**6), wildness=st.floats(0.0, 1e6))
def test_any_duals_prove_no_more_than_the_optimum(seed: int, wildness: float) -> None:
    linear, _, elastic = model_around(seed, short=SHORT)
    arrays = arrays_of(linear, priced(linear, elastic, seed))
    ends = list(zip(arrays.lower.tolist(), arrays.upper.tolist(), strict=True))
    best = linprog(arrays.cost, A_ub=-arrays.matrix.toarray(), b_ub=-arrays.row_lower, bounds=ends).fun
    assume(best is not None)  # HiGHS gives some of these up
    assert best is not None
    own = solve_linear(arrays).dual
    other = own + wildness * np.random.default_rng(seed).normal(size=own.size)
    assert proved(arrays, own) == pytest.approx(best, rel=1e-4, abs=1e-4)
    assert proved(arrays, other) <= best * (1 + 1e-6) + 1e-6


def test_a_cut_counts_in_every_question_after_it() -> None:
    """One more of the first column than the solution has, where no column may be above the solution."""
    linear, solution, elastic = model_around(5)
    cost = priced(linear, elastic, 5)
    fixed = np.where(np.arange(solution.size) < 6, solution, np.array(linear.upper))
    master = ViolationMaster(linear, 0, seed=1)
    assert not master.is_positive(master.least(cost, fixed, seconds=SECONDS), cost)
    master.require([Cut(0, 1.0, {0: -1.0 / (solution[0] + 1.0)})])
    least = master.least(cost, fixed, seconds=SECONDS)
    assert least.infeasible
    assert master.is_positive(least, cost)


def test_whole_numbers_alone_can_be_the_proof() -> None:
    linear = LinearModel()
    whole = linear.column(("x",), upper=1.0, integer=True)
    slack = linear.column(("slack",), upper=1.0)
    row = Expression({whole: 1.0, slack: 1.0})
    linear.row(("half",), row, lower=0.5)
    other = linear.column(("slack", "other"), upper=1.0)
    linear.row(("not more",), Expression({whole: 1.0, other: -1.0}), upper=0.5)
    cost = np.array([0.0, 3.0, 5.0])
    master = ViolationMaster(linear, 0, seed=1)
    assert master.linear_proof(cost, np.array(linear.upper), seconds=SECONDS).bound < POSITIVE
    assert master.is_proved(cost, np.array(linear.upper), seconds=SECONDS)
    assert master.least(cost, np.array(linear.upper), seconds=SECONDS).bound == pytest.approx(1.5)


def test_what_a_solver_may_miss_is_no_proof() -> None:
    linear, _, elastic = model_around(7)
    master = ViolationMaster(linear, 0, seed=1)
    dear = np.zeros(len(linear.lower))
    dear[elastic] = 1e5
    answer = master.least(dear, np.array(linear.upper), seconds=SECONDS)
    noise = dataclasses.replace(answer, bound=0.1, infeasible=False)
    assert not master.is_positive(noise, dear)
    assert master.is_positive(dataclasses.replace(noise, bound=10.0), dear)


def test_even_prices_charge_the_whole_range_alike() -> None:
    cost = np.array([0.0, 7e4, 1e-4, 5.0])
    prices = even_prices(cost, np.zeros(4), np.array([1.0, 20.0, 4e6, 0.0]))
    assert prices.tolist() == [0.0, 5.0, 100.0 / 4e6, 0.0]
