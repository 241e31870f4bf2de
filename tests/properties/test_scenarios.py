"""Scenarios: two that are the same are one, any plan for several passes the checker in each, and its proof holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given as for_all
from hypothesis import reject
from hypothesis import strategies as st

from capacity.check import check
from capacity.check.common_orders import orders_agree
from capacity.model.risk import NEUTRAL, Risk
from capacity.solver import Outlook, SolveOptions, solve_scenarios
from tests.properties.answers import GAP, TOUCH, Answer, feasible, same_optimum
from tests.properties.provinces import Province, inputs_of
from tests.properties.strategies import FEW, MANY, provinces

RISKS = (NEUTRAL, Risk(0.5, 0.3))


def together(scenarios: list[tuple[Province, float]], risk: Risk) -> Answer | None:
    """The judged answer for provinces with their probabilities; None when no orders hold in all."""
    outlooks = [Outlook(f"s{n}", weight, *inputs_of(province)) for n, (province, weight) in enumerate(scenarios)]
    result = solve_scenarios(outlooks, risk, SolveOptions(gap=GAP, time_limit_s=60.0), lambda *_: None)
    if result.status == "infeasible":
        assert (result.violation_bound_vnd or 0.0) > 0
        return None
    assert result.status == "optimal", f"{result.status} after {result.seconds:.1f} s, gap {result.gap}"
    plans = {}
    for outlook, scenario in zip(outlooks, result.scenarios, strict=True):
        assert scenario.plan is not None
        assert check(outlook.inputs, outlook.demand, scenario.plan, objective_vnd=scenario.cost_vnd) == ()
        plans[scenario.name] = scenario.plan
    assert orders_agree(plans) == ()
    assert result.bound_vnd is not None
    assert result.objective_vnd is not None
    assert result.bound_vnd <= result.objective_vnd * (1 + TOUCH)
    return Answer(plans["s0"], result.bound_vnd, result.objective_vnd)


def two_that_are_the_same_are_one(province: Province, weight: float, risk: Risk) -> None:
    alone = feasible(province)
    both = together([(province, weight), (province, 1 - weight)], risk)
    assert both is not None
    same_optimum(both, alone)


def knowing_is_never_dearer(province: Province, weight: float, factor: float, seed: int, risk: Risk) -> None:
    """Each scenario alone, expected, costs no more than one set of orders for both (Madansky 1960)."""
    other = replace(province, gpus=factor * province.gpus, seed=seed)
    known = weight * feasible(province).bound + (1 - weight) * feasible(other).bound
    both = together([(province, weight), (other, 1 - weight)], risk)
    if both is None:
        reject()
    assert known <= both.objective * (1 + TOUCH)


@FEW
@for_all(provinces(), st.sampled_from([0.5, 0.8]), st.sampled_from(RISKS))
def test_two_that_are_the_same_are_one(province: Province, weight: float, risk: Risk) -> None:
    two_that_are_the_same_are_one(province, weight, risk)


@FEW
@for_all(
    provinces(), st.sampled_from([0.3, 0.6]), st.sampled_from([0.8, 1.5]), st.integers(1, 3), st.sampled_from(RISKS)
)
def test_knowing_is_never_dearer(province: Province, weight: float, factor: float, seed: int, risk: Risk) -> None:
    knowing_is_never_dearer(province, weight, factor, seed, risk)


@pytest.mark.soak
@MANY
@for_all(provinces(), st.floats(0.1, 0.9), st.sampled_from(RISKS))
def test_two_that_are_the_same_are_one_for_long(province: Province, weight: float, risk: Risk) -> None:
    two_that_are_the_same_are_one(province, weight, risk)


@pytest.mark.soak
@MANY
@for_all(provinces(two_sites=True), st.floats(0.1, 0.9), st.floats(0.7, 1.5), st.integers(1, 3), st.sampled_from(RISKS))
def test_knowing_is_never_dearer_for_long(
    province: Province, weight: float, factor: float, seed: int, risk: Risk
) -> None:
    knowing_is_never_dearer(province, weight, factor, seed, risk)
