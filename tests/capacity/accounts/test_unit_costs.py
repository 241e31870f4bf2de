"""What an owned hour costs and what clouds charge for it, by hand: shares, VAT, sunk capital and leap years."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from capacity.accounts import UnitCost, compute_accounts
from capacity.demand.needs import Pool
from capacity.inputs import CapacityInputs
from capacity.plan import Build, BuildKind, Extra, Placement, Plan, Rent
from tests.factories import (
    make_clouds,
    make_demand,
    make_gpu_pool,
    make_gpu_sku,
    make_hardware,
    make_inputs,
    make_pool,
    make_price,
    make_settings,
    make_site,
    make_sku,
    make_state_pool,
    make_storage_sku,
)

SITE, ROOM = "khanh-an", "phong-may"
YEARS = (2026, 2027, 2028)
DAY = dt.date(2026, 1, 31)
FREE = make_settings(discount_rate=0.0)


def costs(inputs: CapacityInputs, *pools: Pool, **rows: Any) -> dict[tuple[str, str, int], UnitCost]:
    values: dict[str, Any] = {"builds": (), "placements": (), "rents": (), **rows}
    plan = Plan(years=YEARS, dispatches=(), missed=(), **values)
    found = compute_accounts(inputs, make_demand(*pools), plan).unit_costs
    return {(row.payer, row.unit, row.year): row for row in found}


def order(kind: BuildKind, item: str, amount: float, year: int = 2027) -> Build:
    hall = "chilled" if kind in ("module", "server", "ups") else None
    return Build(kind, SITE, item, year, amount, DAY, hall)


def at(pool: str, site: str, hall: str, sku: str, servers: float) -> tuple[Placement, ...]:
    return tuple(Placement(pool, site, hall, year, sku, servers) for year in YEARS)


def test_what_stood_before_has_its_upkeep_and_its_share_of_the_room() -> None:
    """Four CPU servers and one for storage: 80 % of the room's operation, with VAT; a quarter of the work is rented."""
    rows = (*at("systems", ROOM, "room", "cpu", 1.5), *at("systems", ROOM, "room", "storage", 0.2))
    rents = (
        Rent("systems", "tender", 2027, 0.25),
        Rent("systems", "tender", 2028, 0.5),
        Rent("other", "tender", 2027, 0.5),
    )
    pools = (make_state_pool(), make_pool("other"))
    found = costs(make_inputs(), *pools, placements=rows, rents=rents)
    owned = 1.1 * (0.8 * 2e9 + 4 * 440e6 * 0.05)
    for year, hours, part in ((2026, 8760, 1.0), (2027, 8760, 0.75), (2028, 8784, 0.5)):
        row = found["state", "vcpu_hour", year]
        assert row.owned_vnd == pytest.approx(owned)
        assert row.owned_units == pytest.approx(200 * hours * part)
        assert row.owned_vnd_per_unit == pytest.approx(owned / (200 * hours * part))
        zone, market = 95_000 + 1.1 * 4 * 50_000, 1.1 * (100_000 + 4 * 50_000)
        expected = {"hcm-1": zone * 12 / hours, "tender": market * 12 / hours}
        assert row.rent_vnd_per_unit == pytest.approx(expected)


def test_annuities_end_with_the_life_of_what_was_bought() -> None:
    """Servers of one and a half years serve 2027; UPS of fifteen years go on, and only with servers of the kind."""
    skus = (make_sku(lifetime_years=1.5), make_storage_sku(), make_gpu_sku())
    inputs = make_inputs(hardware=make_hardware(skus=skus), settings=FREE)
    builds = (order("server", "cpu", 10), order("ups", "ups-250", 2), order("server", "cpu", 5, 2028))
    found = costs(inputs, make_pool(), builds=builds, placements=at("office", SITE, "chilled", "cpu", 1.0)[1:])
    ups = 2 * (1e9 / 15 + 25e6)
    servers = 440e6 * (1 / 1.5 + 0.05)
    assert found["enterprise", "vcpu_hour", 2026].owned_vnd == 0
    assert found["enterprise", "vcpu_hour", 2027].owned_vnd == pytest.approx(10 * servers + ups)
    assert found["enterprise", "vcpu_hour", 2028].owned_vnd == pytest.approx(5 * servers + ups)


@pytest.mark.parametrize(("payer", "vat"), [("enterprise", 1.0), ("state", 1.1)])
def test_only_what_stands_at_the_site_counts_with_the_vat_of_its_payer(payer: str, vat: float) -> None:
    """A second site buys the same and serves nobody."""
    sites = (make_site(payer=payer), make_site("nam-can"))
    inputs = make_inputs(settings=FREE, sites=sites)
    here = (order("server", "cpu", 10), order("ups", "ups-250", 2), order("grid_step", "step-110", 1))
    there = tuple(replace(build, site="nam-can") for build in here if build.kind != "server")
    pool = make_pool(payer=payer)
    found = costs(inputs, pool, builds=(*here, *there), placements=at("office", SITE, "chilled", "cpu", 1.0)[1:])
    expected = 10 * 440e6 * (1 / 5 + 0.05) + 2 * (1e9 / 15 + 25e6) + 90e9 / 30
    assert found[payer, "vcpu_hour", 2027].owned_vnd == pytest.approx(vat * expected)


def test_kinds_share_a_hall_by_nameplate_and_a_site_by_energy() -> None:
    """10 CPU servers of 0.88 kW and 8 GPU servers of 11 kW; 5 and 4 of them work for office and AI."""
    inputs = make_inputs(settings=FREE)
    site_wide = (order("generation", "pv", 2), order("grid_step", "step-110", 1))
    builds = (order("server", "cpu", 10), order("server", "gpu", 8), order("module", "chilled", 1), *site_wide)
    rows = (*at("office", SITE, "chilled", "cpu", 5.0)[1:], *at("ai", SITE, "chilled", "gpu", 4.0)[1:])
    found = costs(inputs, make_pool(), make_gpu_pool(), builds=builds, placements=rows)
    hall = 60e9 * 1.1 / 20 + 2e9
    site = 2 * (15e9 / 25 + 3e8) + 90e9 / 30
    office_hours = 261 * (7 * 0.3 + 11 * 0.9 + 6 * 0.5) + 104 * 24 * 0.3
    batch_hours = 261 * (12 * 0.6 + 12 * 0.8) + 104 * 24 * 0.5
    cpu_kwh = 5 * 1.1 * (0.2 * 8760 + 0.6 * office_hours)
    gpu_kwh = 4 * 1.1 * (2 * 8760 + 8 * batch_hours)
    # half of the batch work waits, and a plan without dispatch never does it: it is not drawn
    drawn = cpu_kwh + gpu_kwh - 4 * 1.1 * 8 * 0.5 * batch_hours
    for unit, price, kilowatt, energy in (
        ("vcpu_hour", 440e6 * 10, 8.8, cpu_kwh),
        ("gpu_hour", 8.8e9 * 8, 88.0, gpu_kwh),
    ):
        expected = price * (1 / 5 + 0.05) + hall * kilowatt / 96.8 + site * energy / drawn
        assert found["enterprise", unit, 2027].owned_vnd == pytest.approx(expected)


def test_what_extra_servers_draw_idle_is_of_their_kind() -> None:
    """Four GPU servers work beside five CPU servers, two are extra: their idle energy is a part of the GPUs' share."""
    inputs = make_inputs(settings=FREE)
    step = (order("grid_step", "step-110", 1),)
    work = (*at("ai", SITE, "chilled", "gpu", 4.0)[1:], *at("office", SITE, "chilled", "cpu", 5.0)[1:])
    builds = (order("server", "gpu", 8), order("server", "cpu", 10))
    pools = (make_pool(), make_gpu_pool())
    extras = tuple(Extra("batch", SITE, "chilled", year, "gpu", 2.0) for year in YEARS[1:])
    alone, without = (costs(inputs, *pools, builds=(*builds, *more), placements=work) for more in ((), step))
    found = costs(inputs, *pools, builds=(*builds, *step), placements=work, extras=extras)
    key = ("enterprise", "gpu_hour", 2027)
    shares = [(row[key].owned_vnd - alone[key].owned_vnd) / (90e9 / 30) for row in (without, found)]
    office_hours = 261 * (7 * 0.3 + 11 * 0.9 + 6 * 0.5) + 104 * 24 * 0.3
    batch_hours = 261 * (12 * 0.6 + 12 * 0.8) + 104 * 24 * 0.5
    gpu_kwh, cpu_kwh = 4 * (2 * 8760 + 8 * batch_hours), 5 * (0.2 * 8760 + 0.6 * office_hours)
    drawn, idle = cpu_kwh + gpu_kwh - 4 * 8 * 0.5 * batch_hours, 2 * 2 * 8760
    assert shares == pytest.approx([gpu_kwh / drawn, (gpu_kwh + idle) / (drawn + idle)])


def test_a_gpu_hour_of_a_cloud_is_the_cheapest_for_the_same_work() -> None:
    """A B200 for 150,000 before VAT does the work of three H100 at 60,000 each."""
    b200 = make_price(
        "gpu_hour", 165_000.0, id="b200", zones=("hcm-1",), gpu_model="B200", gpu_equivalent=3.0, includes_vat=True
    )
    inputs = make_inputs(clouds=make_clouds(prices=(*make_clouds().prices, b200)))
    row = costs(inputs, make_gpu_pool())["enterprise", "gpu_hour", 2027]
    assert row.rent_vnd_per_unit == pytest.approx({"hcm-1": 150_000 / 3, "tender": 70_000})
    assert (row.owned_units, row.owned_vnd_per_unit) == (0.0, None)


def test_pools_that_no_zone_may_hold_have_no_price_beside_them() -> None:
    """The highest level of a payer's pools of a kind decides."""
    strict = make_pool("strict", security_level=4)
    found = costs(make_inputs(), make_pool(), strict, make_gpu_pool())
    assert found["enterprise", "vcpu_hour", 2027].rent_vnd_per_unit == {}
    assert found["enterprise", "gpu_hour", 2027].rent_vnd_per_unit.keys() == {"hcm-1", "tender"}


def test_vcpu_is_priced_with_the_memory_of_all_pools_of_the_payer() -> None:
    """2,000 vCPU with 4 GiB each and 2,000 with none: 2 GiB each."""
    bare = make_pool("bare", amounts={"vcpu": (2000.0,) * 3})
    row = costs(make_inputs(), make_pool(), bare)["enterprise", "vcpu_hour", 2027]
    assert row.rent_vnd_per_unit["tender"] == pytest.approx((100_000 + 2 * 50_000) * 12 / 8760)
    alone = costs(make_inputs(), bare)["enterprise", "vcpu_hour", 2027]
    assert alone.rent_vnd_per_unit["tender"] == pytest.approx(100_000 * 12 / 8760)


def test_what_has_no_price_has_none_beside_it() -> None:
    """Memory without any price leaves vCPU without one, and storage alone is no hour of a vCPU."""
    prices = tuple(price for price in make_clouds().prices if price.resource != "memory_gib_month")
    inputs = make_inputs(clouds=make_clouds(prices=prices))
    assert costs(inputs, make_pool())["enterprise", "vcpu_hour", 2027].rent_vnd_per_unit == {}
    bare = make_pool("bare", amounts={"vcpu": (2000.0,) * 3})
    assert costs(inputs, bare)["enterprise", "vcpu_hour", 2027].rent_vnd_per_unit.keys() == {"hcm-1", "tender"}
    stored = make_pool("stored", amounts={"billable_storage_tb": (5.0,) * 3})
    row = costs(make_inputs(), stored)["enterprise", "vcpu_hour", 2027]
    assert (row.rent_vnd_per_unit, row.owned_units, row.owned_vnd_per_unit) == ({}, 0.0, None)


def test_costs_are_told_where_there_is_a_demand() -> None:
    late = replace(make_gpu_pool(), amounts={"gpu_hours": (0.0, 0.0, 300_000.0), "gpu_equivalent": (0.0, 0.0, 64.0)})
    found = costs(make_inputs(), late, make_state_pool())
    assert found.keys() == {("enterprise", "gpu_hour", 2028), *(("state", "vcpu_hour", year) for year in YEARS)}
