"""What may be rented where, and what it costs, by hand and against the accounts' own code."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity.accounts import renting
from capacity.demand.needs import Pool
from capacity.inputs import CapacityInputs
from capacity.inputs.clouds import TENDER, Price, Provider, Zone
from capacity.model.market import Offer, eligible_zones, offers
from tests.factories import (
    make_clouds,
    make_gpu_pool,
    make_inputs,
    make_pool,
    make_price,
    make_wholesale_pool,
    make_zone,
)

YEAR = 2027
OFFICE = {"billable_vcpu": 100.0, "memory_gib": 400.0}
MARKET = (make_price("vcpu_month", 100_000.0), make_price("memory_gib_month", 50_000.0))
H100 = {"gpu_model": "H100", "gpu_equivalent": 1.0}


def market(prices: tuple[Price, ...], *zones: Zone, domestic: bool = True) -> CapacityInputs:
    provider = Provider(id="mekong", name="Mekong", domestic=domestic, zones=zones or (make_zone(),))
    return make_inputs(clouds=make_clouds(providers=(provider,), prices=prices))


def found(inputs: CapacityInputs, pool: Pool | None = None, year: int = YEAR, **amounts: float) -> dict[str, Offer]:
    chosen = offers(inputs, pool or make_pool(), amounts or OFFICE, year)
    assert len({(offer.location, offer.gpu_price) for offer in chosen}) == len(chosen)
    return {offer.location if offer.gpu_price is None else offer.gpu_price: offer for offer in chosen}


def zone_price(resource: str, price_vnd: float, *zones: str, **overrides: Any) -> Price:
    values: dict[str, Any] = {
        "id": f"own-{resource.replace('_', '-')}",
        "zones": zones or ("hcm-1",),
        "published": True,
    }
    return make_price(resource, price_vnd, **{**values, **overrides})


@pytest.mark.parametrize(
    ("payer", "includes_vat", "vnd"),
    [
        ("enterprise", False, 110_000.0),
        ("enterprise", True, 100_000.0),
        ("state", False, 121_000.0),
        ("state", True, 110_000.0),
    ],
)
def test_vat_is_added_for_the_state_and_taken_out_for_the_enterprise(
    payer: str, includes_vat: bool, vnd: float
) -> None:
    inputs = market((zone_price("vcpu_month", 110_000.0, includes_vat=includes_vat),))
    offer = found(inputs, make_pool(payer=payer), billable_vcpu=10.0)["hcm-1"]
    assert offer.vnd_per_year == pytest.approx(12 * 10 * vnd)


def test_resources_by_the_month_are_paid_twelve_times_and_may_use_the_planning_price() -> None:
    inputs = market((*MARKET, zone_price("vcpu_month", 90_000.0)))
    assert found(inputs)["hcm-1"].vnd_per_year == pytest.approx(12 * (100 * 90_000 + 400 * 50_000))


def test_the_lowest_of_several_prices_is_paid() -> None:
    dearer = zone_price("vcpu_month", 95_000.0, id="dearer")
    inputs = market((dearer, zone_price("vcpu_month", 90_000.0)))
    assert found(inputs, billable_vcpu=1.0)["hcm-1"].vnd_per_year == pytest.approx(12 * 90_000)


@pytest.mark.parametrize(
    ("zone", "domestic"),
    [
        (make_zone("bkk-1", country="TH", region="hcm", attested_level=5), True),  # abroad inside a domestic region
        (make_zone("hcm-9", attested_level=5), False),  # here, but of a foreign provider
        (make_zone("hcm-2", attested_level=2), True),  # not attested for the level
    ],
)
def test_traps_are_not_eligible_at_any_price(zone: Zone, domestic: bool) -> None:
    inputs = market((*MARKET, zone_price("vcpu_month", 1.0, zone.id)), zone, domestic=domestic)
    pool = make_pool(security_level=3)
    assert eligible_zones(inputs, pool) == []
    assert offers(inputs, pool, OFFICE, YEAR) == []


def test_a_trap_beside_an_eligible_zone_makes_no_tender() -> None:
    trap = make_zone("bkk-1", country="TH", attested_level=5)
    inputs = market((*MARKET, zone_price("vcpu_month", 90_000.0, "hcm-1", "bkk-1")), make_zone(), trap)
    assert set(found(inputs)) == {"hcm-1"}


def test_a_zone_attested_for_a_higher_level_is_eligible() -> None:
    inputs = market(MARKET, make_zone("hcm-4", attested_level=4))
    assert [zone.id for zone in eligible_zones(inputs, make_pool(security_level=3))] == ["hcm-4"]


def test_tender_is_where_an_eligible_zone_has_no_price_of_the_main_resource() -> None:
    own = zone_price("vcpu_month", 90_000.0)
    assert set(found(market((*MARKET, own), make_zone()))) == {"hcm-1"}
    assert set(found(market((*MARKET, own), make_zone(), make_zone("han-1")))) == {"hcm-1", TENDER}
    assert set(found(market(MARKET, make_zone()))) == {TENDER}


def test_a_zone_that_prices_only_memory_is_no_location_of_its_own() -> None:
    inputs = market((*MARKET, zone_price("memory_gib_month", 1.0)))
    assert found(inputs)[TENDER].vnd_per_year == pytest.approx(12 * (100 * 100_000 + 400 * 50_000))


def test_without_a_planning_price_there_is_no_tender_and_no_incomplete_zone() -> None:
    inputs = market((zone_price("vcpu_month", 90_000.0),), make_zone(), make_zone("han-1"))
    assert found(inputs) == {}
    assert set(found(inputs, billable_vcpu=1.0)) == {"hcm-1"}


def test_a_price_that_ends_is_used_on_when_its_location_has_no_later_one() -> None:
    ends = zone_price("vcpu_month", 80_000.0, valid_from=dt.date(2025, 1, 1), valid_to=dt.date(2026, 7, 1))
    inputs = market((*MARKET, ends), make_zone(), make_zone("han-1"))
    assert found(inputs, billable_vcpu=1.0)["hcm-1"].vnd_per_year == pytest.approx(12 * 80_000)
    follows = zone_price("vcpu_month", 85_000.0, id="next", valid_from=dt.date(2026, 7, 1))
    later = market((*MARKET, ends, follows), make_zone())
    assert found(later, billable_vcpu=1.0)["hcm-1"].vnd_per_year == pytest.approx(12 * 85_000)


def test_a_price_that_neither_applies_in_the_year_nor_at_as_of_is_none() -> None:
    gone = zone_price("vcpu_month", 1.0, valid_from=dt.date(2025, 1, 1), valid_to=dt.date(2026, 1, 15))
    late = zone_price("vcpu_month", 1.0, id="late", valid_from=dt.date(2028, 1, 1))
    assert set(found(market((*MARKET, gone, late)), billable_vcpu=1.0)) == {TENDER}
    assert set(found(market((*MARKET, gone, late)), year=2028, billable_vcpu=1.0)) == {"hcm-1"}


def test_gpu_work_is_paid_by_the_hour_of_the_rented_model() -> None:
    h200 = zone_price("gpu_hour", 120_000.0, id="h200", gpu_model="H200", gpu_equivalent=2.0)
    h100 = zone_price("gpu_hour", 70_000.0, id="h100", **H100)
    inputs = market((h200, h100, make_price("storage_tb_month", 900_000.0)))
    offered = found(inputs, make_gpu_pool(), gpu_hours=87_600.0, billable_storage_tb=10.0)
    storage = 12 * 10 * 900_000
    assert {name: offer.location for name, offer in offered.items()} == {"h200": "hcm-1", "h100": "hcm-1"}
    assert offered["h200"].vnd_per_year == pytest.approx(43_800 * 120_000 + storage)
    assert offered["h100"].vnd_per_year == pytest.approx(87_600 * 70_000 + storage)
    assert offered["h200"].gpus == pytest.approx(5)
    assert offered["h100"].gpus == pytest.approx(10)


def test_nothing_is_offered_for_no_need_or_for_tenants() -> None:
    inputs = make_inputs()
    assert offers(inputs, make_pool(), {}, YEAR) == []
    assert offers(inputs, make_pool(), {"billable_vcpu": 0.0, "storage_tb": 5.0}, YEAR) == []
    assert offers(inputs, make_wholesale_pool(), {"wholesale_mw": 12.0}, YEAR) == []
    assert offers(inputs, make_wholesale_pool(), {"wholesale_mw": 12.0, "billable_vcpu": 1.0}, YEAR) == []


@st.composite
def price_books(draw: st.DrawFn) -> tuple[Price, ...]:
    prices = []
    for index in range(draw(st.integers(0, 8))):
        resource = draw(st.sampled_from(["vcpu_month", "memory_gib_month", "storage_tb_month", "gpu_hour"]))
        since = draw(st.sampled_from([dt.date(2025, 1, 1), dt.date(2026, 6, 1), dt.date(2027, 6, 1)]))
        until = draw(st.sampled_from([None, dt.date(2026, 3, 1), dt.date(2028, 1, 1)]))
        values: dict[str, Any] = {
            "id": f"p{index}",
            "zones": tuple(draw(st.sets(st.sampled_from(["hcm-1", "han-1", "sgp-1"])))),
            "includes_vat": draw(st.booleans()),
            "valid_from": since,
            "valid_to": until if until is None or until > since else None,
            **(
                {"gpu_model": "X", "gpu_equivalent": draw(st.sampled_from([0.5, 1.0, 2.0]))}
                if resource == "gpu_hour"
                else {}
            ),
        }
        prices.append(make_price(resource, draw(st.sampled_from([10.0, 20.0, 35.0])), **values))
    return tuple(prices)


@given(
    prices=price_books(),
    amounts=st.dictionaries(
        st.sampled_from(["billable_vcpu", "memory_gib", "billable_storage_tb", "gpu_hours"]),
        st.sampled_from([1.0, 7.5]),
    ),
    payer=st.sampled_from(["state", "enterprise"]),
    year=st.sampled_from([2026, 2027, 2028]),
)
def test_the_accounts_price_every_offer_alike(
    prices: tuple[Price, ...], amounts: dict[str, float], payer: str, year: int
) -> None:
    inputs = market(prices, make_zone(), make_zone("han-1"), make_zone("sgp-1", country="SG"))
    pool = make_pool(payer=payer)
    offered = {(o.location, o.gpu_price): o.vnd_per_year for o in offers(inputs, pool, amounts, year)}
    main = renting.main_resource(amounts)
    expected = {}
    for location in ("hcm-1", "han-1", TENDER):
        if location == TENDER and (
            main is None or all(renting.entries(inputs, main, zone, year) for zone in ("hcm-1", "han-1"))
        ):
            continue
        for gpu_price in (price.id for price in prices) if main == "gpu_hour" else (None,):
            terms = renting.rent_terms(inputs, pool, amounts, location, gpu_price, year)
            if terms is not None:
                expected[location, gpu_price] = terms.vnd
    assert offered == pytest.approx(expected)
