"""Plans for several scenarios: orders in common, what each asks of them, the price of risk, and given orders."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from capacity.check import check
from capacity.check.common_orders import orders_agree
from capacity.inputs import CapacityInputs
from capacity.model.risk import NEUTRAL, Risk, conditional_value_at_risk
from capacity.model.stages import ForbiddenOrderError
from capacity.plan import Build, Plan, StochasticResult
from capacity.solver import Outlook, SolveOptions, solve_recourse, solve_scenarios
from tests.properties.provinces import Province, inputs_of

MILD = Province(gpus=48.0, tenants_mw=10.0, pv_mw=16.0, battery_mw=4.0, renewable_share=0.1, ai_mw=0.05)
HARD = replace(MILD, tenants_mw=13.0, seed=2)
GAP = 5e-3
pytestmark = pytest.mark.slow


def outlook(name: str, probability: float, province: Province) -> Outlook:
    inputs, demand = inputs_of(province)
    return Outlook(name, probability, inputs, demand)


def planned(outlooks: list[Outlook], risk: Risk = NEUTRAL, **options: float) -> StochasticResult:
    return solve_scenarios(outlooks, risk, SolveOptions(**{"gap": GAP, **options}), lambda *_: None)  # type: ignore[arg-type]


def judged(outlooks: list[Outlook], result: StochasticResult) -> dict[str, Plan]:
    """The plans by scenario, after what must hold of every answer."""
    assert result.status == "optimal"
    assert result.bound_vnd is not None
    assert result.objective_vnd is not None
    assert result.bound_vnd <= result.objective_vnd * (1 + 1e-7)
    plans = {}
    for each, scenario in zip(outlooks, result.scenarios, strict=True):
        assert (scenario.name, scenario.probability) == (each.name, each.probability)
        assert scenario.plan is not None
        assert check(each.inputs, each.demand, scenario.plan, objective_vnd=scenario.cost_vnd) == ()
        plans[scenario.name] = scenario.plan
    assert orders_agree(plans) == ()
    costs = np.array([scenario.cost_vnd for scenario in result.scenarios], dtype=np.float64)
    weights = np.array([scenario.probability for scenario in result.scenarios])
    assert result.expected_vnd == pytest.approx(float(costs @ weights))
    return plans


def amount(builds: tuple[Build, ...], kind: str) -> float:
    return sum(build.amount for build in builds if build.kind == kind)


@cache
def both() -> tuple[list[Outlook], StochasticResult, dict[str, Plan]]:
    outlooks = [outlook("mild", 0.8, MILD), outlook("hard", 0.2, HARD)]
    result = planned(outlooks)
    return outlooks, result, judged(outlooks, result)


@cache
def alone(province: Province) -> StochasticResult:
    return planned([outlook("alone", 1.0, province)])


def test_a_scenario_that_needs_more_forces_more_capacity_on_all() -> None:
    _, result, plans = both()
    mild, hard = alone(MILD).scenarios[0].plan, alone(HARD).scenarios[0].plan
    assert mild is not None
    assert hard is not None
    gensets = amount(plans["mild"].builds, "genset")
    assert gensets == amount(plans["hard"].builds, "genset")
    assert gensets >= amount(hard.builds, "genset") > amount(mild.builds, "genset")
    assert plans["mild"].placements != plans["hard"].placements, "what is placed answers to the scenario"
    assert (result.scenarios[0].cost_vnd or 0.0) > (alone(MILD).bound_vnd or 0.0)


def test_it_costs_no_less_than_to_know_and_no_more_than_to_be_ready_for_the_worst() -> None:
    """Wait and see is a lower bound of here and now (Madansky, Management Science 6, 1960)."""
    _, result, _ = both()
    assert result.objective_vnd is not None
    known = 0.8 * (alone(MILD).bound_vnd or 0.0) + 0.2 * (alone(HARD).bound_vnd or 0.0)
    assert known <= result.objective_vnd * (1 + 1e-7)
    assert result.objective_vnd <= max(scenario.cost_vnd or 0.0 for scenario in result.scenarios)


def test_the_price_of_risk_is_that_of_the_formula_and_lowers_the_dear_outcomes() -> None:
    outlooks, neutral, _ = both()
    risk = Risk(0.6, 0.2)
    averse = planned(outlooks, risk)
    judged(outlooks, averse)
    costs = np.array([scenario.cost_vnd for scenario in averse.scenarios], dtype=np.float64)
    tail = conditional_value_at_risk(costs, np.array([0.8, 0.2]), 0.2)
    assert averse.cvar_vnd == pytest.approx(tail)
    assert averse.objective_vnd == pytest.approx(0.4 * (averse.expected_vnd or 0.0) + 0.6 * tail)
    assert tail <= (neutral.cvar_vnd or 0.0) * (1 + 2 * GAP)
    assert (averse.bound_vnd or 0.0) <= 0.4 * (neutral.expected_vnd or 0.0) + 0.6 * (neutral.cvar_vnd or 0.0)


def test_a_scenario_that_nothing_can_hold_is_named_with_what_it_lacks() -> None:
    dark = replace(MILD, renewable_share=0.9)
    result = planned([outlook("mild", 0.5, MILD), outlook("dark", 0.5, dark)])
    assert result.status == "infeasible"
    assert result.objective_vnd is None
    assert (result.violation_bound_vnd or 0.0) > 0
    mild, found = result.scenarios
    assert (mild.plan, found.plan) == (None, None)
    assert "renewable-share-min" in {violation.policy for violation in found.violations}
    assert "renewable-share-min" not in {violation.policy for violation in mild.violations}


def test_given_orders_are_kept_and_cost_what_they_did() -> None:
    outlooks, result, plans = both()
    for each, scenario in zip(outlooks, result.scenarios, strict=True):
        answer = solve_recourse(each, plans["mild"].builds, SolveOptions(gap=GAP), lambda *_: None)
        assert answer.status == "optimal"
        assert answer.plan is not None
        assert answer.plan.builds == plans["mild"].builds
        assert check(each.inputs, each.demand, answer.plan, objective_vnd=answer.objective_vnd) == ()
        assert (answer.bound_vnd or 0.0) <= (scenario.cost_vnd or 0.0) * (1 + 1e-7)
        assert (answer.objective_vnd or 0.0) <= (scenario.cost_vnd or 0.0) * (1 + 2 * GAP)


def test_orders_too_few_for_a_scenario_miss_what_the_checker_tells() -> None:
    mild = alone(MILD).scenarios[0].plan
    assert mild is not None
    hard = outlook("hard", 1.0, HARD)
    answer = solve_recourse(hard, mild.builds, SolveOptions(gap=GAP), lambda *_: None)
    assert answer.plan is not None
    assert answer.plan.builds == mild.builds
    missed = check(hard.inputs, hard.demand, answer.plan, objective_vnd=answer.objective_vnd)
    assert [violation.rule for violation in missed] == ["demand_is_met"]
    assert 10.0 / 13.0 - 0.05 <= missed[0].amount < 1.0, "what holds ten MW of tenants holds ten of thirteen"


def test_an_order_that_a_scenario_has_no_room_for_is_refused() -> None:
    mild = alone(MILD).scenarios[0].plan
    assert mild is not None
    many = tuple(replace(build, amount=1e4) if build.kind == "module" else build for build in mild.builds)
    with pytest.raises(ForbiddenOrderError, match="module"):
        solve_recourse(outlook("mild", 1.0, MILD), many, SolveOptions(gap=GAP), lambda *_: None)


def test_a_step_that_comes_late_serves_late() -> None:
    """Tenants of two years on a grid that holds empty halls before its step: a year late, the second is served only."""
    inputs, demand = inputs_of(Province(tenants_mw=10.0, years=2, grid_mw=2.0))
    in_time = planned([Outlook("in time", 1.0, inputs, demand)])
    assert in_time.status == "optimal"
    both_years = planned([Outlook("in time", 0.5, inputs, demand), Outlook("late", 0.5, _late(inputs, 1), demand)])
    assert both_years.status == "infeasible"
    assert [(v.policy, v.year) for v in both_years.scenarios[1].violations] == [("demand:tenants", 2027)]
    assert both_years.scenarios[0].violations == ()


def _late(inputs: CapacityInputs, years: int) -> CapacityInputs:
    (site,) = inputs.sites.sites
    steps = tuple(step.model_copy(update={"delay_years": years}) for step in site.grid.steps)
    site = site.model_copy(update={"grid": site.grid.model_copy(update={"steps": steps})})
    return replace(inputs, sites=inputs.sites.model_copy(update={"sites": (site,)}))


@pytest.mark.parametrize("seconds", [0.0, 0.05])
def test_a_short_time_limit_is_a_status(seconds: float) -> None:
    outlooks, _, _ = both()
    result = planned(outlooks, gap=1e-9, time_limit_s=seconds)
    assert result.status in ("no_plan", "feasible")
    assert (result.objective_vnd is None) == (result.scenarios[0].plan is None)
