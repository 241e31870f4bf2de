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
from tests.factories import make_fuel_tank, make_outage, make_pad
from tests.properties.answers import Answer, judged, never_dearer, solved
from tests.properties.provinces import Province, inputs_of
from tests.properties.strategies import FEW, MANY, provinces

RULES = ("outage", "pad")
TENANTS = Province(gpus=48.0, tenants_mw=10.0, ai_mw=0.05, pv_mw=12.0, battery_mw=4.0)


def province_under(province: Province, rules: frozenset[str]) -> tuple[CapacityInputs, Demand]:
    """Inputs and demand of the province under some of the rules."""
    inputs, demand = inputs_of(province)
    given = Resilience(
        outage=make_outage() if "outage" in rules else None,
        pad=make_pad() if "pad" in rules else None,
    )
    settings = inputs.settings.model_copy(update={"resilience": given})
    hardware = inputs.hardware.model_copy(update={"fuel_tank": make_fuel_tank()})
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
