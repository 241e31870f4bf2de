"""Expressions and the linear model."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity.model import Expression, LinearModel

NUMBERS = st.floats(-1e6, 1e6).filter(lambda value: value == 0 or abs(value) > 1e-6)
EXPRESSIONS = st.builds(Expression, st.dictionaries(st.integers(0, 3), NUMBERS), NUMBERS)


def test_adding_sums_the_coefficients_of_a_column_and_keeps_no_zero() -> None:
    expression = Expression().add(3, 2.0).add(5, 0.0).add(3, 0.5)
    assert expression.terms == {3: 2.5}


def test_adding_another_expression_scales_its_terms_and_its_constant() -> None:
    total = Expression({0: 1.0}, 2.0).plus(Expression({0: 3.0, 1: 4.0}, 5.0), -2.0)
    assert total == Expression({0: -5.0, 1: -8.0}, -8.0)


@given(a=EXPRESSIONS, b=EXPRESSIONS, factor=NUMBERS, point=st.lists(st.floats(-100, 100), min_size=4, max_size=4))
def test_values_are_linear(a: Expression, b: Expression, factor: float, point: list[float]) -> None:
    at = np.array(point)
    wanted = a.value(at) + factor * b.value(at)
    size = 1 + sum(abs(v) for e in (a, b) for v in (*e.terms.values(), e.constant)) * (1 + abs(factor)) * 100
    assert abs(Expression().plus(a).plus(b, factor).value(at) - wanted) <= 1e-9 * size


def test_the_constant_of_a_row_moves_to_its_bounds() -> None:
    model = LinearModel()
    x = model.column(("x",), upper=10.0)
    model.row(("r",), Expression({x: 2.0}, 3.0), lower=1.0, upper=7.0)
    matrix, lower, upper = model.matrix()
    assert matrix.toarray().tolist() == [[2.0]]
    assert (lower.tolist(), upper.tolist()) == ([-2.0], [4.0])


def test_a_row_keeps_its_own_copy_of_the_terms() -> None:
    model = LinearModel()
    x = model.column(("x",), upper=1.0)
    expression = Expression({x: 1.0})
    model.row(("r",), expression, upper=1.0)
    expression.add(x, 1.0)
    assert model.rows[0][1] == {x: 1.0}


def test_costs_add_up_and_the_constant_is_the_offset() -> None:
    model = LinearModel()
    x = model.column(("x",), upper=1.0, cost=5.0)
    model.add_cost(Expression({x: 2.0}, 3.0), 10.0)
    assert (model.cost[x], model.offset) == (25.0, 30.0)


@pytest.mark.parametrize(
    ("lower", "upper"), [(0.0, float("inf")), (float("-inf"), 0.0), (1.0, 0.0), (0.0, float("nan"))]
)
def test_bounds_must_be_finite_and_ordered(lower: float, upper: float) -> None:
    with pytest.raises(ValueError, match=r"column \('x',\) needs finite bounds"):
        LinearModel().column(("x",), lower=lower, upper=upper)


def test_a_key_names_one_column() -> None:
    model = LinearModel()
    model.column(("x", 1), upper=1.0)
    model.column(("x", 2), upper=1.0)
    model.column(("y", 1), upper=1.0)
    with pytest.raises(ValueError, match="exists already"):
        model.column(("x", 1), upper=2.0)
    assert list(model.matching("x")) == [(("x", 1), 0), (("x", 2), 1)]
    assert (model.find("y", 1), model.find("y", 2)) == (2, None)
