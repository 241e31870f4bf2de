"""The mean of the dearest outcomes, and the columns by which the model prices it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity.model.risk import RISK_COLUMNS, Risk, Vector, conditional_value_at_risk
from capacity.model.stages import COST_ROW, Scenario, two_stages
from tests.capacity.solver.problems import valid

outcomes = st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(0.01, 1.0)), min_size=1, max_size=8)


def split(pairs: list[tuple[float, float]]) -> tuple[Vector, Vector]:
    costs, weights = np.array(pairs).T
    return costs, weights / weights.sum()


def by_rockafellar_and_uryasev(costs: Vector, probabilities: Vector, tail: float) -> float:
    """min over η of η + Σ p max(0, cost − η) / tail: the minimum lies at one of the costs."""
    return min(float(eta + probabilities @ np.maximum(costs - eta, 0.0) / tail) for eta in costs)


@given(outcomes, st.floats(0.01, 1.0))
def test_it_is_the_minimum_of_rockafellar_and_uryasev(pairs: list[tuple[float, float]], tail: float) -> None:
    costs, probabilities = split(pairs)
    found = conditional_value_at_risk(costs, probabilities, tail)
    assert found == pytest.approx(by_rockafellar_and_uryasev(costs, probabilities, tail), rel=1e-9, abs=1e-6)
    assert costs @ probabilities - 1e-6 <= found <= costs.max() + 1e-6


def test_it_is_the_mean_of_the_dearest_draws() -> None:
    """A fifth of a hundred equally probable draws, by numpy."""
    costs = np.random.default_rng(7).normal(100.0, 15.0, 100)
    dearest = np.sort(costs)[-20:]
    assert conditional_value_at_risk(costs, np.full(100, 0.01), 0.2) == pytest.approx(dearest.mean())


@given(outcomes)
def test_the_whole_tail_is_what_is_expected(pairs: list[tuple[float, float]]) -> None:
    costs, probabilities = split(pairs)
    assert conditional_value_at_risk(costs, probabilities, 1.0) == pytest.approx(costs @ probabilities, abs=1e-6)
    assert Risk(0.5, 1.0).value(costs, probabilities) == pytest.approx(costs @ probabilities, abs=1e-6)


def test_the_objective_weighs_both() -> None:
    costs, probabilities = np.array([100.0, 200.0]), np.array([0.75, 0.25])
    assert Risk(0.0, 0.25).value(costs, probabilities) == 125.0
    assert Risk(0.4, 0.25).value(costs, probabilities) == pytest.approx(0.6 * 125 + 0.4 * 200)


@pytest.mark.parametrize(("weight", "tail"), [(-0.1, 0.1), (1.0, 0.1), (0.5, 0.0), (0.5, 1.1)])
def test_other_numbers_are_refused(weight: float, tail: float) -> None:
    with pytest.raises(ValueError, match="CVaR"):
        Risk(weight, tail)


def test_the_columns_of_risk_price_a_plan_as_the_formula_does() -> None:
    """The factories' plan in two scenarios, one with half the hours' cost: its risk columns at their least values."""
    risk, own, solution = Risk(0.3, 0.25), valid().model.frame.model, valid().solution.master
    staged = two_stages([Scenario("dry", 0.25, valid().model), Scenario("wet", 0.75, valid().model)], risk)
    linear = staged.linear
    master = np.zeros(len(linear.lower))
    for part in staged.parts:
        master[part.columns] = solution
    of_hours = [2.0 if index in staged.parts[0].places else 1.0 for index in range(len(staged.blocks))]
    expected = (1 - risk.weight) * (float(np.array(own.cost) @ solution) + own.offset)
    for index, block in enumerate(staged.blocks):
        weight = staged.part_of(index).probability
        expected += (1 - risk.weight) * weight * of_hours[index]
        # the row says: mean cost of the hours in MW at the block's price <= its column
        row = block.yearly[COST_ROW]
        ((column, one),) = row.master
        assert one == 1.0
        name = next(term.column for term in row.terms)
        unit = block.columns[name].cost / -np.asarray(row.terms[0].coefficient) / (weight * (1 - risk.weight))
        master[column] = of_hours[index] / (float(np.mean(unit)) * block.hours)
    costs = staged.costs(master, of_hours)
    master[linear.columns["value_at_risk", ""]] = costs[0]
    for part, cost in zip(staged.parts, costs, strict=True):
        master[linear.columns["scenario_cost", part.name]] = cost
    for key, terms, low, high in linear.rows:
        if key[0] in ("scenario_cost", "cost_beyond_the_value_at_risk"):
            value = sum(master[column] * factor for column, factor in terms.items())
            assert low - 1e-6 <= value <= high + 1e-6
    hours = sum(staged.part_of(index).probability * (1 - risk.weight) * cost for index, cost in enumerate(of_hours))
    assert float(np.array(linear.cost) @ master) + linear.offset + hours == pytest.approx(staged.objective(costs))
    assert staged.objective(costs) > expected
    assert {key[0] for key in staged.keys} >= set(RISK_COLUMNS)
