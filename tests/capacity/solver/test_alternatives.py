"""Plans within a share of the least cost: all hold and are within it, and no plan goes beyond what is proved."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from capacity.accounts import compute_accounts
from capacity.check import check
from capacity.model import build_model
from capacity.model.choices import Choice, add_choices
from capacity.model.stages import one_stage
from capacity.solver import NearOptimal, SolveOptions, near_optimal, solve
from capacity.solver.problem import Problem
from tests.capacity.solver.test_sizing import AI_AND_TENANTS
from tests.properties.provinces import Province, inputs_of

OPTIONS = SolveOptions(gap=1e-3, time_limit_s=240.0)
WITHIN = 0.03
TWO_SITES = replace(AI_AND_TENANTS, second_site=True)
SUN_AND_WIND = Province(tenants_mw=10.0, pv_mw=40.0, wind_mw=10.0, battery_mw=10.0, renewable_share=0.25)
PROVINCES = {"two sites": TWO_SITES, "sun and wind": SUN_AND_WIND}


@cache
def found(name: str) -> NearOptimal:
    inputs, demand = inputs_of(PROVINCES[name])
    return near_optimal(inputs, demand, OPTIONS, lambda *_: None, within=WITHIN)


@pytest.mark.slow
@pytest.mark.parametrize("name", PROVINCES)
def test_every_plan_holds_and_costs_no_more_than_the_limit(name: str) -> None:
    inputs, demand = inputs_of(PROVINCES[name])
    answer = found(name)
    assert answer.limit_vnd is not None
    assert answer.limit_vnd <= (1 + WITHIN) * (answer.result.bound_vnd or 0.0) * (1 + 1e-9)
    assert len(answer.plans) >= 4
    for each in answer.plans:
        assert check(inputs, demand, each.plan, objective_vnd=each.objective_vnd) == ()
        cost = compute_accounts(inputs, demand, each.plan).objective_vnd
        assert cost == pytest.approx(each.objective_vnd, rel=1e-9)
        assert cost <= answer.limit_vnd * (1 + 1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("name", PROVINCES)
def test_ranges_hold_all_plans_and_amounts_are_those_of_the_orders(name: str) -> None:
    inputs, _ = inputs_of(PROVINCES[name])
    answer = found(name)
    for each in answer.ranges:
        slack = 1e-6 * max(1.0, abs(each.proved[1]))
        assert each.proved[0] - slack <= each.found[0] <= each.best <= each.found[1] <= each.proved[1] + slack
        amounts = [plan.amounts[each.choice] for plan in answer.plans]
        assert all(each.found[0] - slack <= amount <= each.found[1] + slack for amount in amounts)
        for plan in answer.plans:
            ordered = {
                "halls": sum(
                    b.amount * inputs.hall(b.item).it_kw / 1000
                    for b in plan.plan.builds
                    if (b.kind, b.site) == ("module", each.choice.of)
                ),
                "technology": sum(b.amount for b in plan.plan.builds if b.item == each.choice.of),
            }
            if each.choice.kind in ordered:
                assert plan.amounts[each.choice] == pytest.approx(ordered[each.choice.kind], abs=1e-6)


@pytest.mark.slow
def test_choices_that_cost_little_are_found() -> None:
    """Halls can stand at the other site for little more; sun can stand for much of the wind."""
    halls = {r.choice.of: r.found for r in found("two sites").ranges if r.choice.kind == "halls"}
    assert halls["khanh-an"][0] == 0.0
    assert halls["nam-can"][1] > 10.0
    technologies = {r.choice.of: r.found for r in found("sun and wind").ranges if r.choice.kind == "technology"}
    assert technologies["pv"][1] > 2 * technologies["pv"][0]
    assert technologies["wind"][0] < 0.7 * technologies["wind"][1]


@pytest.mark.slow
def test_no_plan_beyond_a_proved_end_is_within_the_limit() -> None:
    """The best plan that is made to go a tenth beyond the proved least costs more than the limit."""
    inputs, demand = inputs_of(SUN_AND_WIND)
    answer = found("sun and wind")
    (wind,) = [r for r in answer.ranges if r.choice.of == "wind"]
    sites = tuple(
        site.model_copy(
            update={
                "energy_limits": tuple(
                    row.model_copy(update={"max_mw": 0.9 * wind.proved[0]}) if row.technology == "wind" else row
                    for row in site.energy_limits
                )
            }
        )
        for site in inputs.sites.sites
    )
    less = replace(inputs, sites=inputs.sites.model_copy(update={"sites": sites}))
    result = solve(less, demand, OPTIONS, lambda *_: None)
    assert answer.limit_vnd is not None
    assert result.status == "infeasible" or (result.objective_vnd or 0.0) > answer.limit_vnd


def test_the_most_within_a_limit_is_an_end_and_leaves_the_master_as_it_was() -> None:
    model = build_model(*inputs_of(AI_AND_TENANTS))
    choices = add_choices(model)
    problem = Problem(one_stage(model), OPTIONS, lambda *_: None, time.monotonic())

    def least_cost() -> float:
        return problem.master.solve(gap=1e-4, seconds=20.0, seed=1).bound

    before = least_cost()
    column = choices[Choice("halls", "khanh-an", "MW")]
    bounds = (problem.lower, problem.upper)
    ends = [
        problem.master.most_within({column: 1.0}, limit, bounds, gap=1e-4, seconds=20.0, seed=1)
        for limit in (1.01 * before, 1.1 * before, 1.3 * before)
    ]
    most = [-end.bound for end in ends]
    assert most == sorted(most)
    assert most[0] < most[-1], "more money, more halls"
    for end, limit in zip(ends, (1.01, 1.1, 1.3), strict=True):
        assert end.solution is not None
        cost = float(np.array(problem.linear.cost) @ end.solution) + problem.linear.offset
        assert cost <= limit * before * (1 + 1e-6)
    assert least_cost() == pytest.approx(before)


def test_without_a_plan_there_are_no_alternatives() -> None:
    inputs, demand = inputs_of(replace(AI_AND_TENANTS, ai_mw=5_000.0))
    answer = near_optimal(inputs, demand, OPTIONS, lambda *_: None, within=WITHIN)
    assert (answer.result.status, answer.limit_vnd, answer.plans, answer.ranges) == ("infeasible", None, (), ())
