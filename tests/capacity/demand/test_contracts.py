from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from capacity.demand.contracts import contracted
from tests.factories import (
    make_clouds,
    make_contract,
    make_demand,
    make_gpu_pool,
    make_inputs,
    make_pool,
    make_settings,
    make_state_pool,
    make_wholesale_pool,
)

AS_OF = dt.date(2026, 11, 24)


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        (dt.date(2024, 1, 1), None, {2025, 2026}),  # may be ended at any time from as_of on
        (dt.date(2024, 1, 1), dt.date(2028, 1, 1), {2025, 2026, 2027}),
        (dt.date(2024, 1, 1), dt.date(2027, 12, 31), {2025, 2026}),  # 2027 is not covered whole
        (dt.date(2024, 1, 1), dt.date(2026, 6, 1), {2025}),
        (dt.date(2026, 7, 1), dt.date(2029, 1, 1), {2026, 2027, 2028}),
        (dt.date(2026, 12, 1), dt.date(2029, 1, 1), {2027, 2028}),  # not yet in force on as_of
        (dt.date(2027, 1, 1), dt.date(2029, 1, 1), {2027, 2028}),
        (dt.date(2027, 1, 2), dt.date(2029, 1, 1), {2028}),
    ],
)
def test_years_in_which_a_contract_holds(start: dt.date, end: dt.date | None, years: set[int]) -> None:
    contract = make_contract("cloud", valid_from=start, valid_to=end)
    assert {year for year in range(2025, 2031) if contract.holds(year, AS_OF)} == years


def test_a_contract_is_of_its_programmes_share_of_what_is_billed() -> None:
    """The portal's machines are a quarter of what a cloud bills, and a tenth of what servers must give."""
    pool = replace(make_pool(), programmes=("cloud", "portal"))
    demand = make_demand(pool)
    parts = {"cloud": {"billable_vcpu": 0.75}, "portal": {"billable_vcpu": 0.25}}
    needs = tuple(
        replace(need, programme=name, amount=part.get(need.resource, 0.9 if name == "cloud" else 0.1) * need.amount)
        for need in demand.needs
        for name, part in parts.items()
    )
    clouds = make_clouds(contracts=(make_contract("portal", fraction=0.5),))
    inputs = make_inputs(clouds=clouds, settings=make_settings(as_of=AS_OF))
    assert contracted(inputs, replace(demand, needs=needs), 2027) == {
        ("office", "tender", None): pytest.approx(0.5 * 0.25)
    }


def test_a_zone_without_a_price_is_the_tender_and_one_with_a_price_is_itself() -> None:
    contracts = (make_contract("ai-dc", zone="hcm-1", gpu_price="hcm-h100"), make_contract("cloud", zone="han-1"))
    found = contracted(make_inputs(clouds=make_clouds(contracts=contracts)), make_demand(), 2027)
    assert found == {("ai", "hcm-1", None): 0.5, ("ai", "hcm-1", "hcm-h100"): 0.5, ("office", "tender", None): 0.5}


def test_contracts_at_one_place_add_up_whatever_their_price() -> None:
    contracts = (
        make_contract("ai-dc", id="any", zone="hcm-1", fraction=0.5),
        make_contract("ai-dc", id="h100", zone="hcm-1", gpu_price="hcm-h100", fraction=0.25),
    )
    found = contracted(make_inputs(clouds=make_clouds(contracts=contracts)), make_demand(), 2027)
    assert found == {("ai", "hcm-1", None): 0.75, ("ai", "hcm-1", "hcm-h100"): 0.25}


def test_a_price_that_is_over_binds_no_longer_but_the_place_does() -> None:
    clouds = make_clouds(contracts=(make_contract("ai-dc", zone="hcm-1", gpu_price="hcm-h100"),))
    over = [p.model_copy(update={"valid_to": dt.date(2026, 7, 1)}) if p.id == "hcm-h100" else p for p in clouds.prices]
    inputs = make_inputs(clouds=clouds.model_copy(update={"prices": tuple(over)}))
    assert contracted(inputs, make_demand(), 2027) == {("ai", "hcm-1", None): 0.5}


def test_tenants_and_systems_in_their_room_have_no_contract() -> None:
    contracts = tuple(make_contract(name) for name in ("hyperscale", "systems"))
    demand = make_demand(make_wholesale_pool(), replace(make_state_pool(), in_room=True), make_gpu_pool())
    assert contracted(make_inputs(clouds=make_clouds(contracts=contracts)), demand, 2027) == {}
