from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from capacity.accounts import compute_accounts
from capacity.check import RULES, Tolerances, check
from tests.capacity.check.breakers import BREAKERS, Case, valid_case
from tests.capacity.check.flexibility_breakers import FLEXIBILITY_BREAKERS
from tests.capacity.check.network_breakers import NETWORK_BREAKERS, network_case
from tests.capacity.check.resilience_breakers import RESILIENCE_BREAKERS, resilient_case, rules_broken_beside

EVERY = (*BREAKERS, *NETWORK_BREAKERS, *RESILIENCE_BREAKERS, *FLEXIBILITY_BREAKERS)
DESCRIBED = {rule.__name__: (rule.__doc__ or "").split("\n\n")[0] for rule in RULES}


@pytest.fixture(scope="module")
def case() -> Case:
    return valid_case()


def test_valid_plan_breaks_no_rule(case: Case) -> None:
    claimed = compute_accounts(case.inputs, case.demand, case.plan).objective_vnd
    assert check(case.inputs, case.demand, case.plan, objective_vnd=claimed) == ()


def test_valid_plan_keeps_the_rules_of_resilience() -> None:
    case = resilient_case()
    claimed = compute_accounts(case.inputs, case.demand, case.plan).objective_vnd
    assert check(case.inputs, case.demand, case.plan, objective_vnd=claimed) == ()


def test_valid_plan_over_a_network_breaks_no_rule() -> None:
    case = network_case()
    claimed = compute_accounts(case.inputs, case.demand, case.plan).objective_vnd
    assert check(case.inputs, case.demand, case.plan, objective_vnd=claimed) == ()


def test_claimed_total_may_differ_by_a_millionth(case: Case) -> None:
    total = compute_accounts(case.inputs, case.demand, case.plan).objective_vnd
    assert check(case.inputs, case.demand, case.plan, objective_vnd=total * (1 + 0.9e-6)) == ()
    found = check(case.inputs, case.demand, case.plan, objective_vnd=total * (1 + 1.1e-6))
    assert [violation.rule for violation in found] == ["objective_is_recomputed"]


def test_every_rule_has_a_plan_that_breaks_it() -> None:
    assert {rule for rule, _, _ in EVERY} == DESCRIBED.keys()


@pytest.mark.parametrize("rule", DESCRIBED)
def test_every_rule_is_one_sentence(rule: str) -> None:
    sentence = " ".join(DESCRIBED[rule].split())
    assert sentence
    assert sentence.endswith(".")
    assert ". " not in sentence


@pytest.mark.parametrize(("rule", "change"), [pytest.param(r, c, id=f"{r}: {why}") for r, why, c in EVERY])
def test_broken_rule_is_named(rule: str, change: Callable[[Case], Case], case: Case) -> None:
    broken = change(case)
    found = check(broken.inputs, broken.demand, broken.plan, objective_vnd=broken.objective_vnd)
    named = [violation for violation in found if violation.rule == rule]
    assert named, found
    for violation in named:
        assert violation.where in violation.message_en
        assert violation.where in violation.message_vi
        assert violation.message_en != violation.message_vi


def test_the_battery_of_the_plan_needs_just_its_reserve_more() -> None:
    """2.15 MWh are too little with the reserve and enough without it: the breaker is about the reserve alone."""
    case = resilient_case().with_builds("battery_mwh", "battery", amount=2.15)
    bought = next(build.amount for build in case.plan.builds if build.kind == "ups_battery")
    assert "battery_keeps_its_energy" in {found.rule for found in check(case.inputs, case.demand, case.plan)}
    held = case.with_builds("ups_battery", "vrla", amount=bought + 0.5)
    assert check(held.inputs, held.demand, held.plan) == ()


def test_standby_counts_where_no_failure_domain_is_shared() -> None:
    assert "sites_can_be_lost" in rules_broken_beside(together=True)
    assert "sites_can_be_lost" not in rules_broken_beside(together=False)


def test_rounding_to_whole_watts_is_tolerated(case: Case) -> None:
    first = case.plan.dispatches[0]
    shifted = replace(first, grid_w=first.grid_w - (first.grid_w > 0))
    plan = replace(case.plan, dispatches=(shifted, *case.plan.dispatches[1:]))
    assert check(case.inputs, case.demand, plan) == ()
    exact = check(case.inputs, case.demand, plan, tolerances=Tolerances(watt=0.0))
    assert {violation.rule for violation in exact} == {"energy_balances"}
