"""Rules of rents by hand: where may be rented, quotas that are used, and contracts in force."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from capacity.check.demand import (
    contracts_hold,
    rents_are_eligible,
    zone_quotas_hold,
)
from capacity.inputs.clouds import Price
from capacity.plan import Rent, StandbyRent
from tests.capacity.check.breakers import Case
from tests.capacity.check.judging import NOTHING, evidence_of, of_2027, told, violations
from tests.capacity.check.resilience_breakers import resilient_case
from tests.factories import (
    make_clouds,
    make_contract,
    make_demand,
    make_gpu_pool,
    make_inputs,
    make_load_class,
    make_pool,
    make_price,
    make_services,
    make_settings,
    make_zone,
)


def quota(*prices: Price, **limits: Any) -> Any:
    """The zones, of which the first has quotas; with further prices."""
    clouds = make_clouds()
    first = clouds.providers[0]
    zones = (make_zone(**limits), *first.zones[1:])
    providers = (first.model_copy(update={"zones": zones}), clouds.providers[1])
    return make_clouds(providers=providers, prices=(*clouds.prices, *prices))


def test_vcpu_of_all_pools_in_a_zone_add_up() -> None:
    """Three quarters of 2,000 vCPU and half of another 2,000 are 2,500 in one year; the tender takes no quota."""
    rents = (
        Rent("office", "hcm-1", 2027, 0.75),
        Rent("second", "hcm-1", 2027, 0.5),
        Rent("second", "tender", 2027, 0.5),
        Rent("office", "hcm-1", 2028, 1.0),
    )
    demand = make_demand(make_pool(), make_pool("second"))
    for limit, expected in ((2501.0, {}), (2499.0, {"hcm-1/2027": (2500, 2499)})):
        case = Case(make_inputs(clouds=quota(quota_vcpu=limit)), demand, replace(NOTHING, rents=rents))
        assert told(zone_quotas_hold, case) == {where: pytest.approx(pair) for where, pair in expected.items()}
        assert all(found.unit == "vCPU" for found in violations(zone_quotas_hold, case))


def test_gpus_of_a_zone_are_those_that_work_all_year() -> None:
    """300,000 hours of H100 in 8,760 hours; of B200, which do the work of 2.5, in 8,784 hours of a leap year."""
    b200 = make_price("gpu_hour", 140_000.0, id="hcm-b200", zones=("hcm-1",), gpu_model="B200", gpu_equivalent=2.5)
    demand = make_demand(make_gpu_pool())
    for year, price, gpus in ((2027, "hcm-h100", 300_000 / 8760), (2028, "hcm-b200", 120_000 / 8784)):
        for fraction in (1.0, 0.5):
            rents = (Rent("ai", "hcm-1", year, fraction, price),)
            used = fraction * gpus
            for limit, expected in ((used + 0.01, {}), (used - 0.01, {f"hcm-1/{year}": (used, used - 0.01)})):
                case = Case(make_inputs(clouds=quota(b200, quota_gpus=limit)), demand, replace(NOTHING, rents=rents))
                assert told(zone_quotas_hold, case) == {k: pytest.approx(v) for k, v in expected.items()}


def test_standby_takes_of_the_quota_what_must_stand_ready() -> None:
    """All of the office's 2,000 vCPU, back within the hour, and half of the systems' 200, back within the day."""
    for limit, broken in ((2101.0, set()), (2099.0, {"hcm-1/2027", "hcm-1/2028"})):
        case = resilient_case().with_inputs(clouds=quota(quota_vcpu=limit))
        found = told(zone_quotas_hold, case)
        assert found.keys() == broken
        assert all(pair == pytest.approx((2100, limit)) for pair in found.values())


@pytest.mark.parametrize(
    ("location", "level", "right"),
    [
        ("hcm-1", 3, True),
        ("hcm-1", 4, False),
        ("han-1", 3, True),
        ("sgp-1", 1, False),
        ("us-1", 1, False),
        ("tender", 3, True),
        ("tender", 4, False),
    ],
)
def test_rent_is_domestic_in_the_country_and_attested(location: str, level: int, right: bool) -> None:
    case = of_2027(pools=(make_pool(security_level=level),), rents=(Rent("office", location, 2027, 0.4),))
    found = told(rents_are_eligible, case)
    assert found == ({} if right else {f"office/{location}/2027": (0.4, 0)})
    unused = case.with_plan(rents=(Rent("office", location, 2027, 0.0),))
    assert told(rents_are_eligible, unused) == {}


def test_a_tender_is_of_zones_that_publish_no_price() -> None:
    """Where every zone has its own price there is nobody left to ask."""
    rents = (Rent("office", "tender", 2027, 1.0),)
    everywhere = make_price("vcpu_month", 90_000.0, id="hanoi", zones=("han-1",), published=True)
    assert told(rents_are_eligible, of_2027(rents=rents)) == {}
    assert told(rents_are_eligible, of_2027(rents=rents, clouds=quota(everywhere))) == {"office/tender/2027": (1.0, 0)}


def test_standby_of_nothing_cannot_be_rented() -> None:
    case = resilient_case().with_plan(standby_rents=(StandbyRent("ai", "tender", 2027, 0.3),))
    assert told(rents_are_eligible, case) == {"ai/tender/2027": (0.3, 0)}
    assert evidence_of(case).standbys.needed.keys().isdisjoint({("ai", 2027)})


@pytest.mark.parametrize(("interactive", "gpus"), [(True, 64 * 0.9 / 0.5), (False, 64.0)])
def test_interactive_work_takes_the_gpus_of_its_busiest_hour(interactive: bool, gpus: float) -> None:
    """64 GPUs on average of a day that is at 90 % for six hours: its mean is 50 %; other work fills the hours."""
    day = (0.9,) * 6 + (11 / 30,) * 18
    shape = make_load_class("batch", weekday=day, weekend=day, interactive=interactive)
    services = make_services(load_classes=(*make_services().load_classes[:1], shape))
    pool = make_gpu_pool(amounts={"gpu_hours": (64.0 * 8760,) * 3})
    rents = (Rent("ai", "hcm-1", 2027, 1.0, "hcm-h100"),)
    for limit, expected in ((gpus + 0.1, {}), (gpus - 0.1, {"hcm-1/2027": (gpus, gpus - 0.1)})):
        inputs = make_inputs(clouds=quota(quota_gpus=limit), services=services)
        case = Case(inputs, make_demand(pool), replace(NOTHING, rents=rents))
        assert told(zone_quotas_hold, case) == {k: pytest.approx(v) for k, v in expected.items()}


def test_quotas_do_not_bind_in_years_that_have_begun() -> None:
    """15 January 2026 is in 2026; a plan of New Year's Day is bound by it."""
    rents = tuple(Rent("office", "hcm-1", year, 1.0) for year in (2026, 2027))
    for day, years in ((dt.date(2026, 1, 15), {2027}), (dt.date(2026, 1, 1), {2026, 2027})):
        inputs = make_inputs(clouds=quota(quota_vcpu=10.0), settings=make_settings(as_of=day))
        found = told(zone_quotas_hold, Case(inputs, make_demand(make_pool()), replace(NOTHING, rents=rents)))
        assert found.keys() == {f"hcm-1/{year}" for year in years}


@pytest.mark.parametrize(
    ("rents", "rented"),
    [
        ((("tender", 0.5),), None),
        ((("tender", 0.2), ("tender", 0.3)), None),
        ((("tender", 0.4),), 0.4),
        ((("tender", 0.6),), None),
        ((("hcm-1", 0.5),), 0.0),
        ((("tender", 0.5), ("hcm-1", 0.5)), None),
        ((), 0.0),
    ],
)
def test_what_is_under_contract_is_rented_there_at_least(
    rents: tuple[tuple[str, float], ...], rented: float | None
) -> None:
    """Half of the cloud programme at planning prices until the end of 2027."""
    clouds = make_clouds(contracts=(make_contract("cloud"),))
    rows = tuple(Rent("office", location, 2027, fraction) for location, fraction in rents)
    later = (Rent("office", "tender", 2028, 0.9), Rent("second", "tender", 2027, 0.9))
    case = of_2027(
        rents=(*rows, *later), pools=(make_pool(), make_pool("second", programmes=("other",))), clouds=clouds
    )
    found = told(contracts_hold, case)
    assert found == ({} if rented is None else {"office/tender/2027": pytest.approx((rented, 0.5))})


def test_a_contract_for_a_model_of_gpu_is_held_by_that_model() -> None:
    b200 = make_price("gpu_hour", 140_000.0, id="market-b200", gpu_model="B200", gpu_equivalent=2.5)
    contract = make_contract("ai-dc", gpu_price="market-gpu-hour")
    clouds = make_clouds(prices=(*make_clouds().prices, b200), contracts=(contract,))
    for price, right in (("market-gpu-hour", True), ("market-b200", False)):
        case = of_2027(rents=(Rent("ai", "tender", 2027, 0.5, price),), pools=(make_gpu_pool(),), clouds=clouds)
        assert (told(contracts_hold, case) == {}) is right
