"""What each rule costs: solved with and without it, both checked, with bounds from both proofs."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from capacity.accounts import compute_accounts, without_idle_leases
from capacity.check import check
from capacity.demand import Demand
from capacity.inputs import CapacityInputs
from capacity.plan import Flow, LinkLease, SizingResult
from capacity.solver import SolveOptions
from orchestrator.i18n import LANGUAGES, messages
from orchestrator.rules import RULES, RulePrices, prices_of, rules_of
from tests.cli.province_of_factories import result
from tests.factories import SOURCE, make_demand, make_inputs, make_network, make_plan, make_pool, make_resilient_inputs

OPTIONS = SolveOptions()
GROWTH = {"exchange": "vnix", "users": "people", "source": SOURCE}
ON = tuple(rule for rule in RULES if rule.is_on(make_resilient_inputs()))


def by_arithmetic(inputs: CapacityInputs, demand: Demand, _options: Any, _progress: Any) -> SizingResult:
    """The factories' plan of the inputs, with a bound half a percent below it."""
    plan = make_plan(inputs, demand)
    return result(plan, compute_accounts(inputs, demand, plan).objective_vnd)


@cache
def prices() -> RulePrices:
    return prices_of(make_resilient_inputs(), OPTIONS, by_arithmetic, demand_of=lambda _: make_demand())


def test_every_rule_that_is_on_has_a_price_in_the_order_of_the_list() -> None:
    assert [price.rule for price in prices().prices] == [rule.id for rule in ON]
    assert prices().findings == ()
    for price in prices().prices:
        assert price.difference_vnd is not None
        assert price.least_vnd is not None
        assert price.most_vnd is not None
        assert price.difference_vnd > 0
        assert price.least_vnd < price.difference_vnd < price.most_vnd


def test_a_price_is_the_cost_with_the_rule_less_that_without() -> None:
    under_all = prices().under_all
    for price in prices().prices:
        without = price.without
        assert under_all.objective_vnd is not None
        assert under_all.bound_vnd is not None
        assert without.objective_vnd is not None
        assert without.bound_vnd is not None
        assert price.difference_vnd == under_all.objective_vnd - without.objective_vnd
        assert price.least_vnd == under_all.bound_vnd - without.objective_vnd
        assert price.most_vnd == under_all.objective_vnd - without.bound_vnd


def test_a_rule_that_is_off_is_not_told() -> None:
    bare = prices_of(make_inputs(), OPTIONS, by_arithmetic, demand_of=lambda _: make_demand())
    assert bare.prices == ()
    assert bare.under_all.objective_vnd is not None


@pytest.mark.parametrize("rule", ON, ids=lambda rule: rule.id)
def test_off_switches_one_rule_off_and_what_is_stripped_holds_without_it(rule: Any) -> None:
    inputs, demand = make_resilient_inputs(), make_demand()
    off = rule.off(inputs)
    assert rule.is_on(inputs)
    assert not rule.is_on(off)
    assert [other.id for other in ON if not other.is_on(off)] == [rule.id]
    assert check(off, demand, rule.stripped(make_plan(inputs, demand))) == ()


@pytest.mark.slow
def test_a_dearer_answer_without_the_rule_gives_way_to_the_stripped_plan() -> None:
    """The search without a rule may end at a plan that is dearer than the one with it less what the rule asks for."""

    def wasteful(inputs: CapacityInputs, demand: Demand, options: Any, progress: Any) -> SizingResult:
        found = by_arithmetic(inputs, demand, options, progress)
        if all(rule.is_on(inputs) for rule in ON):
            return found
        assert found.plan is not None
        more_pv = tuple(replace(b, amount=b.amount + 5) if b.item == "pv" else b for b in found.plan.builds)
        plan = replace(found.plan, builds=more_pv)
        return replace(found, plan=plan, objective_vnd=compute_accounts(inputs, demand, plan).objective_vnd)

    dear = prices_of(make_resilient_inputs(), OPTIONS, wasteful, demand_of=lambda _: make_demand())
    assert all(price.difference_vnd is not None and price.difference_vnd > 0 for price in dear.prices)


def test_without_a_plan_there_are_no_prices() -> None:
    def nothing(*_: Any) -> SizingResult:
        return result(None, None, status="no_plan")

    assert prices_of(make_resilient_inputs(), OPTIONS, nothing, demand_of=lambda _: make_demand()).prices == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_have_names(language: Any) -> None:
    names = [messages(language)(f"rule.{rule.id}") for rule in RULES]
    assert len(set(names)) == len(RULES)


def test_a_price_says_what_the_rule_adds_to_the_plan() -> None:
    changes = {price.rule: price.changes for price in prices().prices}
    assert changes["outage"]["fuel_tank"] > 0
    assert changes["autonomy"]["ups_battery"] > 0
    accounts = compute_accounts(
        make_resilient_inputs(), make_demand(), make_plan(make_resilient_inputs(), make_demand())
    )
    assert changes["pad"] == {"fill_m3": pytest.approx(sum(line.fill_m3 for line in accounts.pads))}
    assert changes["pad"]["fill_m3"] > 0


def test_each_switch_of_the_network_is_a_rule_with_its_statement() -> None:
    inputs = replace(make_inputs(), network=make_network(broadband=GROWTH))
    assert inputs.network is not None
    switches = {rule.id: rule for rule in rules_of(inputs) if rule not in RULES}
    assert tuple(switches) == inputs.network.switches
    assert {"broadband"} < set(switches)
    for name, rule in switches.items():
        off = rule.off(inputs)
        assert off.network is not None
        assert rule.is_on(inputs)
        assert not rule.is_on(off)
        assert set(off.network.switches) == set(switches) - {name}
        assert (rule.names is None) == (name == "broadband")
    assert not any(rule.is_on(RULES[-1].off(inputs)) for rule in rules_of(inputs) if rule not in RULES[:-1])
    assert rules_of(make_inputs()) == RULES


def test_without_the_growth_of_fibre_its_flows_are_gone() -> None:
    inputs = replace(make_inputs(), network=make_network(broadband=GROWTH))
    growth = next(rule for rule in rules_of(inputs) if rule.id == "broadband")
    flows = tuple(Flow(pool, "users", "node", 2027, 1.0, ("link",)) for pool in ("office", None))
    plan = replace(make_plan(make_inputs(), make_demand()), flows=flows)
    assert growth.stripped(plan).flows == flows[:1]


def test_without_its_second_routes_a_plan_leases_what_one_route_takes() -> None:
    """2,000 vCPU at half a Mbit/s, less the 100 Mbit/s that every link has."""
    inputs, demand = replace(make_inputs(), network=make_network()), make_demand(make_pool())
    ways = (("access-a", "site-a"), ("access-b", "site-b"))
    flow = Flow("office", "citizens", "site", 2027, 1.0, *ways)
    leases = tuple(LinkLease(name, "enterprise", 2027, 950.0, dt.date(2026, 9, 1)) for way in ways for name in way)
    plan = replace(make_plan(make_inputs(), make_demand()), leases=leases, flows=(flow,))
    rule = next(rule for rule in rules_of(inputs) if rule.id == "two-routes")
    left = without_idle_leases(inputs, demand, rule.stripped(plan)).leases
    assert {lease.link: lease.mbps for lease in left} == {"access-a": 900.0, "site-a": 900.0}
    both = without_idle_leases(inputs, demand, plan).leases
    assert {lease.mbps for lease in both} == {900.0}
    assert len(both) == 4
