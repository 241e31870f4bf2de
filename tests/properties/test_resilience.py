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
from tests.factories import make_outage, make_pad, make_ups_battery, resilient_hardware
from tests.properties.answers import Answer, judged, never_dearer, solved
from tests.properties.provinces import Province, inputs_of
from tests.properties.strategies import FEW, MANY, provinces

RULES = ("outage", "pad", "autonomy")
TENANTS = Province(gpus=48.0, tenants_mw=10.0, ai_mw=0.05, pv_mw=12.0, battery_mw=4.0)


def province_under(province: Province, rules: frozenset[str]) -> tuple[CapacityInputs, Demand]:
    """Inputs and demand of the province under some of the rules."""
    inputs, demand = inputs_of(province)
    given = Resilience(
        outage=make_outage() if "outage" in rules else None,
        pad=make_pad() if "pad" in rules else None,
    )
    settings = inputs.settings.model_copy(update={"resilience": given})
    hardware = resilient_hardware(inputs.hardware, 5.0 if "autonomy" in rules else 0.0)
    return replace(inputs, settings=settings, hardware=hardware), demand


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
    found = judged(inputs, demand, solved(inputs, demand))
    assert found is not None
    (row,) = compute_accounts(inputs, demand, found.plan).site_years
    assert row.battery_mw == pytest.approx(4.0, rel=1e-3)
    assert row.ups_reserve_mw > 3.5
    (hours,) = found.plan.dispatches
    assert hours.discharge_w.max() <= 1e6 * (row.battery_mw - row.ups_reserve_mw) + 2
