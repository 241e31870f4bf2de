"""A rule of resilience never lowers the cost, and changes the plan in the direction that an engineer expects."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from capacity.accounts import Accounts, compute_accounts
from capacity.demand.needs import Demand
from capacity.inputs import CapacityInputs
from capacity.inputs.resilience import Resilience
from tests.factories import (
    make_outage,
    make_pad,
    make_programme,
    make_site,
    make_site_loss,
    make_ups_battery,
    recoverable_services,
    resilient_hardware,
)
from tests.properties.answers import Answer, judged, never_dearer, solved
from tests.properties.provinces import Province, inputs_of
from tests.properties.strategies import FEW, MANY, provinces

RULES = ("outage", "pad", "autonomy", "site_loss")
TENANTS = Province(gpus=48.0, tenants_mw=10.0, ai_mw=0.05, pv_mw=12.0, battery_mw=4.0)


def province_under(province: Province, rules: frozenset[str]) -> tuple[CapacityInputs, Demand]:
    """Inputs and demand of the province under some of the rules."""
    inputs, demand = inputs_of(province)
    given = Resilience(
        outage=make_outage() if "outage" in rules else None,
        pad=make_pad() if "pad" in rules else None,
        site_loss=make_site_loss() if "site_loss" in rules else None,
    )
    settings = inputs.settings.model_copy(update={"resilience": given})
    hardware = resilient_hardware(inputs.hardware, 5.0 if "autonomy" in rules else 0.0)
    services = recoverable_services(inputs.services)
    return replace(inputs, settings=settings, hardware=hardware, services=services), demand


@cache
def answer_under(province: Province, rules: frozenset[str]) -> Answer | None:
    """The judged answer under some of the rules."""
    inputs, demand = province_under(province, rules)
    return judged(inputs, demand, solved(inputs, demand))


def accounts_under(province: Province, *rules: str) -> Accounts:
    """Accounts of the answer, which must be there."""
    inputs, demand = province_under(province, frozenset(rules))
    found = answer_under(province, frozenset(rules))
    assert found is not None
    return compute_accounts(inputs, demand, found.plan)


def a_rule_never_lowers_the_cost(province: Province, rule: str) -> None:
    under_all = answer_under(province, frozenset(RULES))
    if under_all is not None:
        never_dearer(answer_under(province, frozenset(RULES) - {rule}), under_all)


@FEW
@for_all(provinces(), st.sampled_from(RULES))
def test_a_rule_never_lowers_the_cost(province: Province, rule: str) -> None:
    a_rule_never_lowers_the_cost(province, rule)


@pytest.mark.soak
@MANY
@for_all(st.one_of(provinces(), provinces(two_sites=True)), st.sampled_from(RULES))
def test_a_rule_never_lowers_the_cost_for_long(province: Province, rule: str) -> None:
    a_rule_never_lowers_the_cost(province, rule)


def test_an_outage_buys_tanks_that_hold_the_fuel_of_all_its_hours() -> None:
    """10 MW of tenants at 1.32 kW of facility a kW and 0.27 l/kWh burn 257 m3 in 72 hours."""
    bare, ready = accounts_under(TENANTS), accounts_under(TENANTS, "outage")
    assert not [order for order in bare.orders if order.kind == "fuel_tank"]
    tanks = sum(order.amount for order in ready.orders if order.kind == "fuel_tank")
    (outage,) = ready.outages
    assert 250 <= outage.fuel_needed_m3 <= outage.fuel_stored_m3 == 20 * tanks
    assert outage.fuel_stored_m3 - outage.fuel_needed_m3 < 20
    assert outage.genset_margin_kw >= 0
    assert ready.objective_vnd > bare.objective_vnd


def test_a_pad_is_paid_under_every_hall() -> None:
    ready = accounts_under(TENANTS, "pad")
    modules = sum(order.amount for order in ready.orders if order.kind == "module")
    assert sum(line.amount for line in ready.pads) == modules > 0
    assert ready.objective_vnd > accounts_under(TENANTS).objective_vnd


@pytest.mark.slow
def test_autonomy_is_bought_for_the_critical_load() -> None:
    """Without a battery for the hours UPS batteries hold it all; with one, both together, and nothing twice."""
    without = accounts_under(replace(TENANTS, battery_mw=0.0), "autonomy")
    (alone,) = without.site_years
    assert alone.ups_battery_mw == pytest.approx(alone.critical_it_kw / 1000, rel=1e-3)
    assert without.objective_vnd > accounts_under(replace(TENANTS, battery_mw=0.0)).objective_vnd
    (shared,) = accounts_under(TENANTS, "autonomy").site_years
    assert shared.ups_battery_mw + shared.ups_reserve_mw == pytest.approx(shared.critical_it_kw / 1000, rel=1e-3)
    assert shared.ups_reserve_mw <= shared.battery_mw <= 4.0


def test_a_battery_that_is_cheaper_than_ups_batteries_holds_a_reserve_that_hours_do_not_use() -> None:
    """UPS batteries at twenty times the price: the shared battery is as large as it may be."""
    inputs, demand = province_under(TENANTS, frozenset({"autonomy"}))
    dear = make_ups_battery(capex_vnd_per_mw=60e9)
    inputs = replace(inputs, hardware=inputs.hardware.model_copy(update={"ups_battery": dear}))
    result = solved(inputs, demand)
    found = judged(inputs, demand, result)
    assert found is not None
    assert [price.unit for price in result.shadow_prices if price.constraint == "ups_load_is_held"] == ["MW"]
    (row,) = compute_accounts(inputs, demand, found.plan).site_years
    assert row.battery_mw == pytest.approx(4.0, rel=1e-3)
    assert row.ups_reserve_mw > 3.5
    (hours,) = found.plan.dispatches
    assert hours.discharge_w.max() <= 1e6 * (row.battery_mw - row.ups_reserve_mw) + 2


OFFICE = Province(vcpu=2000.0, gpus=48.0, ai_mw=0.05, second_site=True)


def ready_elsewhere(rto_hours: float, *, apart: bool = True, rented: bool = True) -> tuple[Accounts, Answer]:
    """The answer when office work must be back in some hours and stands in the province.

    ``apart``: the second candidate shares nothing with the first; ``rented``: zones have prices for standby.
    """
    inputs, demand = province_under(OFFICE, frozenset({"site_loss"}))
    cloud = make_programme("cloud", rto_hours=rto_hours, rpo_hours=1.0)
    others = tuple(programme for programme in inputs.services.programmes if programme.id != "cloud")
    services = inputs.services.model_copy(update={"programmes": (cloud, *others)})
    sites = list(inputs.sites.sites)
    if not apart:
        domains = make_site().failure_domains
        sites = [site.model_copy(update={"failure_domains": domains}) for site in sites]
    dear = 1.0 if rented else 50.0
    prices = tuple(
        price if price.resource == "gpu_hour" else price.model_copy(update={"price_vnd": dear * price.price_vnd})
        for price in inputs.clouds.prices
    )
    inputs = replace(
        inputs,
        services=services,
        sites=inputs.sites.model_copy(update={"sites": tuple(sites)}),
        clouds=inputs.clouds.model_copy(update={"prices": prices}),
    )
    found = judged(inputs, demand, solved(inputs, demand))
    assert found is not None
    return compute_accounts(inputs, demand, found.plan), found


@pytest.mark.slow
def test_standby_stands_at_another_site_when_rent_is_dear_and_in_a_zone_when_sites_fail_together() -> None:
    apart, _ = ready_elsewhere(1.0, rented=False)
    assert {(row.rented, row.fraction > 0.99) for row in apart.standbys} == {(False, True)}
    (loss,) = [row for row in apart.site_losses if row.lost_fraction > 0.99]
    assert {row.location for row in apart.standbys} == {"khanh-an", "nam-can"} - {loss.site}
    together, _ = ready_elsewhere(1.0, apart=False, rented=False)
    assert all(row.rented for row in together.standbys)
    assert together.objective_vnd > apart.objective_vnd


@pytest.mark.slow
def test_longer_recovery_times_need_less_that_stands_ready() -> None:
    costs = [ready_elsewhere(hours, rented=False)[1] for hours in (1.0, 24.0, 168.0)]
    assert costs[0].bound > costs[1].objective
    assert costs[1].bound > costs[2].objective


def test_an_outage_that_no_tank_may_hold_is_named_with_the_fuel_that_is_missing() -> None:
    """One tank of 20 m3 may stand where tenants of 10 MW, who must be housed, need 250."""
    inputs, demand = province_under(replace(TENANTS, gpus=0.0, ai_mw=None), frozenset({"outage"}))
    sites = tuple(site.model_copy(update={"fuel_tank_limit_litres": 20_000.0}) for site in inputs.sites.sites)
    inputs = replace(inputs, sites=inputs.sites.model_copy(update={"sites": sites}))
    result = solved(inputs, demand)
    assert result.status == "infeasible"
    (violation,) = result.violations
    assert (violation.policy, violation.unit, violation.site) == ("resilience:outage", "m3 of fuel", "khanh-an")
    assert 220 < violation.amount < 240
