"""What stands where: facilities, programmes, lifetimes; and what an owned hour costs."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from capacity.accounts import Accounts, compute_accounts
from capacity.accounts.standing import Standing
from capacity.plan import Build, Placement, Plan
from tests.factories import (
    make_demand,
    make_existing_site,
    make_gpu_sku,
    make_hardware,
    make_inputs,
    make_plan,
    make_pool,
    make_settings,
    make_sku,
    make_storage_sku,
)


@pytest.fixture(scope="module")
def accounts() -> Accounts:
    inputs, demand = make_inputs(), make_demand()
    return compute_accounts(inputs, demand, make_plan(inputs, demand))


def test_facility_holds_what_was_bought(accounts: Accounts) -> None:
    row = next(r for r in accounts.facility_years if (r.hall, r.year) == ("chilled", 2027))
    assert (row.modules, row.ups, row.gensets, row.chillers) == (1, 2, 2, 2)
    assert row.servers == {"cpu": 18, "storage": 5, "gpu": 8}
    assert row.racks == {"cpu": 2, "storage": 2, "gpu": 4}
    assert row.placed == pytest.approx({"cpu": 2000 / 128, "storage": 3.8, "gpu": 6.4})
    assert row.critical_it_kw == pytest.approx((18 * 0.8 + 5 * 0.8 + 8 * 10) * 1.1)
    assert row.it_capacity_kw == 500
    shell = next(r for r in accounts.facility_years if (r.hall, r.year) == ("shell", 2028))
    assert (shell.modules, shell.wholesale_mw, shell.critical_it_kw) == (3, 12.0, 12_000.0)
    assert shell.it_capacity_kw == 3 * 5000


def test_nothing_stands_before_it_is_bought_and_the_room_stands_from_the_start(accounts: Accounts) -> None:
    assert {(r.site, r.hall) for r in accounts.facility_years if r.year == 2026} == {("phong-may", "room")}
    room = next(r for r in accounts.facility_years if r.site == "phong-may")
    assert (room.modules, room.ups, room.gensets, room.servers) == (1, 0, 0, {"cpu": 4, "storage": 1})
    site = next(r for r in accounts.site_years if r.site == "phong-may")
    assert room.peak_facility_kw == pytest.approx(1000 * site.peak_facility_mw)


def test_programmes_in_the_province_count_nameplate_of_placed_servers(accounts: Accounts) -> None:
    gpu, storage = 6.4 * 10 * 1.1, 400 / 500 * 0.8 * 1.1
    assert accounts.programme_mw["ai-dc"] == pytest.approx((0.0, (gpu + storage) / 1000, (gpu + storage) / 1000))
    assert accounts.programme_mw["hyperscale"] == (0.0, 12.0, 12.0)


def test_build_list_is_by_date_of_order(accounts: Accounts) -> None:
    dates = [order.order_by for order in accounts.orders]
    assert dates == sorted(dates)
    step = next(order for order in accounts.orders if order.kind == "grid_step")
    assert (step.category, step.payer, step.capex_vnd) == ("grid", "enterprise", 90e9)


def test_servers_leave_after_their_lifetime() -> None:
    inputs = make_inputs(
        hardware=make_hardware(skus=(make_sku(lifetime_years=1.5), make_storage_sku(), make_gpu_sku())),
        sites=(make_inputs().sites.sites[0],),
    )
    build = Build("server", "khanh-an", "cpu", 2027, 3, dt.date(2026, 6, 1), "chilled")
    again = replace(build, year=2028, amount=2)
    plan = Plan((2026, 2027, 2028), (build, build, again), (), (), (), ())
    standing = Standing(inputs, plan)
    counts = [standing.bought("server", "khanh-an", "chilled", "cpu", year) for year in plan.years]
    assert counts == [0, 6, 2], "two equal orders are two orders, and 1.5 years are one whole year"


def test_existing_servers_stand_in_the_hall_that_is_in_service() -> None:
    since = {"modules": 1, "source": "assumption: test"}
    site = make_existing_site(
        existing_modules=[
            {"hall": "room", "from_date": "2015-01-01", "to_date": "2027-01-01", **since},
            {"hall": "chilled", "from_date": "2026-05-01", **since},
        ]
    )
    plan = Plan((2026, 2027, 2028), (), (), (), (), ())
    standing = Standing(make_inputs(sites=(site,)), plan)
    assert [standing.modules(site.id, "room", year) for year in plan.years] == [1, 0, 0]
    assert [standing.modules(site.id, "chilled", year) for year in plan.years] == [0, 1, 1]
    assert [standing.existing_servers(site.id, "room", "cpu", year) for year in plan.years] == [4, 0, 0]
    assert [standing.existing_servers(site.id, "chilled", "cpu", year) for year in plan.years] == [0, 4, 4]


def test_voltage_and_connection_follow_the_steps(accounts: Accounts) -> None:
    row = next(r for r in accounts.site_years if r.site == "khanh-an")
    assert (row.connection_mw, row.voltage_kv) == (40.0, 110.0)
    room = next(r for r in accounts.site_years if r.site == "phong-may")
    assert (room.connection_mw, room.voltage_kv) == (0.2, 22.0)


def test_cost_of_an_owned_vcpu_hour_by_hand() -> None:
    """Ten servers without interest, in a hall of their own, without energy: servers, hall and maintenance of a year."""
    inputs = make_inputs(settings=make_settings(discount_rate=0.0))
    pool = make_pool(amounts={"vcpu": (0.0, 1000.0, 1000.0), "memory_gib": (0.0, 4000.0, 4000.0)})
    day = dt.date(2026, 2, 1)
    plan = Plan(
        years=(2026, 2027, 2028),
        builds=(
            Build("server", "khanh-an", "cpu", 2027, 10, day, "chilled"),
            Build("module", "khanh-an", "chilled", 2027, 1, day, "chilled"),
        ),
        placements=tuple(Placement(pool.id, "khanh-an", "chilled", year, "cpu", 7.9) for year in (2027, 2028)),
        rents=(),
        dispatches=(),
        missed=(),
    )
    cost = next(c for c in compute_accounts(inputs, make_demand(pool), plan).unit_costs if c.year == 2027)
    servers = 10 * 400e6 * 1.1 * (1 / 5 + 0.05)
    hall = 60e9 * 1.1 / 20 + 2e9
    assert (cost.payer, cost.unit, cost.owned_units) == ("enterprise", "vcpu_hour", 1000 * 8760)
    assert cost.owned_vnd == pytest.approx(servers + hall)
    assert cost.owned_vnd_per_unit == pytest.approx((servers + hall) / 8_760_000)
    zone, market = 95_000 / 1.1 + 4 * 50_000, 100_000 + 4 * 50_000
    assert cost.rent_vnd_per_unit == pytest.approx({"hcm-1": zone * 12 / 8760, "tender": market * 12 / 8760})


def test_rented_capacity_has_no_owned_cost(accounts: Accounts) -> None:
    row = next(c for c in accounts.unit_costs if (c.year, c.payer, c.unit) == (2026, "enterprise", "gpu_hour"))
    assert (row.owned_units, row.owned_vnd, row.owned_vnd_per_unit) == (0.0, 0.0, None)
    assert row.rent_vnd_per_unit == pytest.approx({"hcm-1": 66_000 / 1.1, "tender": 70_000})


def test_cost_of_an_owned_gpu_hour_has_its_share_of_hall_and_energy(accounts: Accounts) -> None:
    def yearly(capital: float, lifetime: float) -> float:
        return capital * 0.08 / float(1 - 1.08**-lifetime)

    servers = yearly(8 * 8e9 * 1.1, 5) + 0.05 * 8 * 8e9 * 1.1
    tests = 2 * 12 * 1000 * 0.27 * 20_000
    plant_kw = 2 * 250 + 2 * 1000 + 2 * 400
    hall = yearly(60e9 * 1.1, 20) + 2e9 + yearly(plant_kw * 4e6, 15) + plant_kw * 1e5 + tests
    nameplate_share = 8 * 10 * 1.1 / ((18 * 0.8 + 5 * 0.8 + 8 * 10) * 1.1)
    energy = next(c.cash_vnd for c in accounts.costs if (c.year, c.payer, c.category) == (2027, "enterprise", "energy"))
    site = energy + yearly(90e9, 30) + yearly(75e9, 25) + 5 * 3e8 + yearly(36e9, 12) + 2 * 1e8
    weekdays, weekends = 261, 104  # 2027 begins on a Friday
    busy = 24 * (0.7 * weekdays + 0.5 * weekends)
    it_mwh = next(r.it_mwh for r in accounts.site_years if (r.site, r.year) == ("khanh-an", 2027))
    energy_share = 6.4 * 1.1 * (2 * 8760 + 8 * busy) / 1000 / it_mwh
    row = next(c for c in accounts.unit_costs if (c.year, c.payer, c.unit) == (2027, "enterprise", "gpu_hour"))
    assert row.owned_units == 300_000
    assert row.owned_vnd == pytest.approx(servers + nameplate_share * hall + energy_share * site)
