"""Figures of sites, of the province and of its programmes by hand, on hours that are simple."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from capacity.accounts import Accounts, ProvinceYear, SiteYear, compute_accounts
from capacity.accounts.compute import ratio, share
from capacity.accounts.hours import HourlyAccounts
from capacity.accounts.money import energy_cost, money_of, orders_of, rents_of
from capacity.accounts.standing import Standing
from capacity.demand.needs import Demand
from capacity.hourly import SiteHours
from capacity.inputs import CapacityInputs
from capacity.inputs.settings import Payer
from capacity.plan import Build, BuildKind, Dispatch, Placement, Plan, Rent
from tests.factories import (
    make_cooling,
    make_demand,
    make_energy,
    make_existing_site,
    make_gpu_pool,
    make_gpu_sku,
    make_hall,
    make_hardware,
    make_inputs,
    make_load_class,
    make_pool,
    make_room,
    make_services,
    make_shell,
    make_site,
    make_sku,
    make_storage_sku,
    make_wholesale_pool,
)

A, B, ROOM = "khanh-an", "nam-can", "phong-may"
YEARS = (2026, 2027, 2028)
HOURS = 8760
ORDERED = dt.date(2026, 1, 31)
SLOPE = (1 + 0.02 + 0.05 - 0.01) * 1.2 + 0.05


def constant(**kilowatt: float) -> dict[str, np.ndarray]:
    """Series of the same power in every hour."""
    names = ("grid_w", "charge_w", "discharge_w", "dppa_w")
    return {name: np.full(HOURS, round(1000 * kilowatt.get(name, 0.0)), dtype=np.int64) for name in names}


def dispatch(site: str, **kilowatt: float) -> Dispatch:
    return Dispatch(site=site, year=2027, deferred_w={}, **constant(**kilowatt))


def let(site: str, hall: str, megawatt: float, pool: str = "tenants") -> Placement:
    return Placement(pool, site, hall, 2027, None, 0.0, megawatt)


DEMAND = make_demand(
    make_wholesale_pool(),
    make_pool(),
    make_gpu_pool(),
)


def halls(litres: float) -> dict[str, object]:
    thirsty = make_hall(wholesale=True, cooling_model=make_cooling(water_litre_per_kwh_it=litres))
    return {"hardware": make_hardware(halls=(thirsty, make_shell(), make_room()))}


@cache
def province() -> tuple[CapacityInputs, Plan]:
    """1 MW let in one hall and 2 MW in another of the first site, 0.5 MW at the second, and 1 MW of the State."""
    sites = (make_site(), make_site(B), make_existing_site())
    inputs = make_inputs(sites=sites, **halls(2.0))
    builds = (
        Build("generation", A, "wind", 2027, 2.0, ORDERED),
        Build("dppa_mw", A, "wind", 2027, 1.0, ORDERED),
        Build("genset", B, "genset-1000", 2027, 2, ORDERED, "chilled"),
    )
    rows = (let(A, "chilled", 1.0), let(A, "shell", 2.0), let(B, "chilled", 0.5), let(ROOM, "room", 1.0))
    dispatches = (
        dispatch(A, grid_w=3000.0, dppa_w=100.0, charge_w=20.0, discharge_w=10.0),
        dispatch(B, grid_w=600.0, dppa_w=50.0),
        dispatch(ROOM, grid_w=1400.0),
    )
    return inputs, Plan(YEARS, builds, rows, (), dispatches, ())


@cache
def accounts() -> Accounts:
    inputs, plan = province()
    return compute_accounts(inputs, DEMAND, plan)


def site_year(site: str) -> SiteYear:
    (found,) = [row for row in accounts().site_years if (row.site, row.year) == (site, 2027)]
    return found


def province_year(scope: str) -> ProvinceYear:
    (found,) = [row for row in accounts().province_years if (row.scope, row.year) == (scope, 2027)]
    return found


def test_ratios_and_shares_of_nothing_are_unknown() -> None:
    assert (ratio(1.0, 0.5), ratio(1.0, 0.0)) == (2.0, None)
    assert (share(0.25, 0.5), share(0.25, 0.0)) == (0.5, None)


@cache
def wind() -> float:
    """MWh that a MW makes: the same in every hour."""
    inputs, _ = province()
    facts = SiteHours(inputs, inputs.site(A), 2027)
    return float(facts.capacity_factor(inputs.energy.generation[1]).sum())


def test_a_site_by_hand() -> None:
    row = site_year(A)
    load = 3 * SLOPE
    assert (row.it_mwh, row.facility_mwh) == pytest.approx((3 * HOURS, load * HOURS))
    assert (row.grid_mwh, row.charge_mwh, row.discharge_mwh) == pytest.approx((3 * HOURS, 0.02 * HOURS, 0.01 * HOURS))
    assert (row.peak_it_mw, row.peak_facility_mw, row.peak_grid_mw) == pytest.approx((3.0, load, 3.0))
    assert (row.dppa_mw, row.dppa_matched_mwh, row.dppa_generated_mwh) == pytest.approx((1.0, 0.1 * HOURS, wind()))
    assert row.water_m3 == pytest.approx((1.0 * 2 + 2.0 * 1) * HOURS)
    assert row.tco2_location == pytest.approx(0.6592 * 3 * HOURS)
    assert row.tco2_market == pytest.approx(0.6592 * 2.9 * HOURS)
    assert row.renewable_share == pytest.approx(1 - (3 * HOURS - wind()) / (load * HOURS))
    assert row.hourly_carbon_free == pytest.approx(1 - 2.9 / load)
    assert (row.connection_mw, row.voltage_kv, row.critical_it_kw) == (10.0, 22.0, 3000.0)


def test_peaks_are_of_the_busiest_hour() -> None:
    """Ten servers by the office's day: 90 % at work, 30 % at night; bought in one hour alone."""
    inputs, _ = province()
    bought = constant()
    bought["grid_w"][5000] = 7_000_000
    rows = (Placement("office", A, "chilled", 2027, "cpu", 10.0),)
    plan = Plan(YEARS, (), rows, (), (Dispatch(site=A, year=2027, deferred_w={}, **bought),), ())
    (found,) = compute_accounts(inputs, DEMAND, plan).site_years[:1]
    peak = 10 * 1.1 * (0.2 + 0.6 * 0.9) / 1000
    assert (found.peak_it_mw, found.peak_facility_mw, found.peak_grid_mw) == pytest.approx((peak, peak * SLOPE, 7.0))


def test_generation_of_a_site_is_used_as_far_as_load_and_charge_need_it() -> None:
    (made,) = site_year(A).generation
    assert (made.technology, made.mw) == ("wind", 2.0)
    assert made.produced_mwh == pytest.approx(2 * wind())
    needed = (3 * SLOPE + 0.02 - 0.01 - 3.0) * HOURS
    assert made.used_mwh == pytest.approx(min(needed, 2 * wind()))
    assert made.curtailed_mwh == pytest.approx(made.produced_mwh - made.used_mwh)


def test_what_is_made_beyond_the_need_is_curtailed_and_shared_by_output() -> None:
    inputs, plan = province()
    more = Build("generation", A, "pv", 2027, 6.0, ORDERED)
    larger = replace(plan, builds=(replace(plan.builds[0], amount=12.0), *plan.builds[1:], more))
    found = next(
        row for row in compute_accounts(inputs, DEMAND, larger).site_years if (row.site, row.year) == (A, 2027)
    )
    facts = SiteHours(inputs, inputs.site(A), 2027)
    sun, blow = (
        size * facts.capacity_factor(kind) for size, kind in zip((6, 12), inputs.energy.generation, strict=True)
    )
    part = np.minimum(1.0, (3 * SLOPE + 0.01 - 3.0) / (sun + blow))
    rows = {row.technology: row for row in found.generation}
    assert rows["pv"].used_mwh == pytest.approx(float((sun * part).sum()))
    assert rows["wind"].used_mwh == pytest.approx(float((blow * part).sum()))
    assert rows["wind"].curtailed_mwh == pytest.approx(float((blow * (1 - part)).sum()))


def test_the_province_is_the_sum_of_its_sites() -> None:
    """Candidates alone: 3.6 MW are bought for 3.5 MW of IT; with the State's room 5 MW for 4.5 MW."""
    tests = 2 * 12 * 1000 * 0.27 * 0.00268
    for scope, bought, it, fixed in (("new", 3.6, 3.5, 0.0), ("all", 5.0, 4.5, 0.005)):
        row, load = province_year(scope), (it * SLOPE + fixed) * HOURS
        assert (row.grid_mwh, row.it_mwh, row.facility_mwh) == pytest.approx((bought * HOURS, it * HOURS, load))
        assert row.pue == pytest.approx(load / (it * HOURS))
        assert (row.dppa_generated_mwh, row.dppa_matched_mwh) == pytest.approx((wind(), 0.15 * HOURS))
        assert row.renewable_share == pytest.approx(1 - (bought * HOURS - wind()) / load)
        assert row.hourly_carbon_free == pytest.approx(1 - (bought - 0.15) * HOURS / load)
        assert row.tco2_location == pytest.approx(0.6592 * bought * HOURS + tests)
        assert row.tco2_market == pytest.approx(0.6592 * (bought - 0.15) * HOURS + tests)
        assert row.water_m3 == pytest.approx((2 + 2 + 1 + (it == 4.5)) * HOURS)
        (made,) = site_year(A).generation
        used, curtailed = row.generation_used_mwh, row.generation_curtailed_mwh
        assert (used, curtailed) == pytest.approx((made.used_mwh, made.curtailed_mwh))


def test_a_programme_adds_up_its_pools_by_year_whichever_of_the_pool_it_is() -> None:
    """All tenants are of the second programme of their pool, which has servers of its own too."""
    inputs, plan = province()
    tenants = make_wholesale_pool(programmes=("nobody", "hyperscale"))
    demand = make_demand(tenants, make_pool(programmes=("hyperscale",)), make_gpu_pool())
    needs = tuple(replace(n, programme="hyperscale") if n.pool == tenants.id else n for n in demand.needs)
    servers = Placement("office", A, "chilled", 2027, "cpu", 10.0)
    placements = (*plan.placements, servers, replace(servers, year=2028, servers=20.0))
    found = compute_accounts(inputs, replace(demand, needs=needs), replace(plan, placements=placements)).programme_mw
    assert found.keys() == {"ai-dc", "hyperscale", "nobody"}
    assert found["hyperscale"] == pytest.approx((0.0, 4.5 + 0.0088, 0.0176))
    assert found["ai-dc"] == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("payer", "vat"), [("enterprise", 1.0), ("state", 1.1)])
def test_every_part_of_the_energy_bill_has_the_vat_of_its_payer(payer: Payer, vat: float) -> None:
    """At one price for all hours; the carbon price is that of 2028 alone."""
    inputs = make_inputs(sites=(make_site(payer=payer, tariff_class="administrative"),), **halls(1.0))
    contracts: tuple[tuple[BuildKind, float], ...] = (("generation", 2.0), ("dppa_mw", 1.0))
    builds = tuple(Build(kind, A, "wind", 2027, size, ORDERED) for kind, size in contracts)
    for year, hours in ((2027, 8760), (2028, 8784)):
        watts = {
            name: np.full(hours, value, dtype=np.int64) for name, value in (("grid_w", 3_000_000), ("dppa_w", 100_000))
        }
        zero = np.zeros(hours, dtype=np.int64)
        rows = (Dispatch(A, year, watts["grid_w"], zero, zero, watts["dppa_w"], {}),)
        plan = Plan(YEARS, builds, (replace(let(A, "chilled", 1.0), year=year),), (), rows, ())
        bill = energy_cost(HourlyAccounts(inputs, DEMAND, plan, Standing(inputs, plan)).of(inputs.site(A), year))
        made = float(SiteHours(inputs, inputs.site(A), year).capacity_factor(inputs.energy.generation[1]).sum()) * 1000
        assert bill.grid_vnd == pytest.approx(vat * 2138 * 2900 * hours)
        assert bill.dppa_vnd == pytest.approx(vat * (1800 * made + 500 * 100 * hours))
        assert bill.private_wire_vnd == pytest.approx(vat * 1900 * 2 * made)
        assert bill.carbon_vnd == pytest.approx(vat * (100_000 if year == 2028 else 0) * 0.6592 * 2.9 * hours)
        assert bill.budgeted_vnd == pytest.approx(vat * 2138 * 1000 * SLOPE * hours)
        assert bill.total_vnd == bill.grid_vnd + bill.dppa_vnd + bill.private_wire_vnd + bill.carbon_vnd


def test_a_folder_without_dppa_has_no_bill_of_one() -> None:
    inputs, plan = province()
    without = replace(inputs, energy=make_energy(dppa=None))
    builds = tuple(build for build in plan.builds if build.kind != "dppa_mw")
    plain = replace(plan, builds=builds)
    bill = energy_cost(HourlyAccounts(without, DEMAND, plain, Standing(without, plain)).of(without.site(A), 2027))
    assert bill.dppa_vnd == 0.0


def rented(*rents: Rent, demand: Demand = DEMAND) -> Accounts:
    return compute_accounts(make_inputs(), demand, Plan(YEARS, (), (), rents, (), ()))


def test_what_is_rented_is_told_in_billed_units() -> None:
    """A quarter of the office, and 40 % of 300,000 hours in a leap year: 13.7 H100 that work all the time."""
    found = rented(Rent("office", "tender", 2027, 0.25), Rent("ai", "tender", 2028, 0.4, "market-gpu-hour"))
    office, ai = found.rents
    assert (office.vcpu, office.memory_gib, office.storage_tb) == (500.0, 2000.0, 225.0)
    assert (office.gpu_hours, office.gpus) == (0.0, 0.0)
    office_vnd = 0.25 * 12 * (2000 * 100_000 + 8000 * 50_000 + 900 * 900_000)
    assert office.vnd == pytest.approx(office_vnd)
    assert (ai.gpu_hours, ai.gpus) == pytest.approx((120_000, 120_000 / 8784))
    ai_vnd = 0.4 * (300_000 * 70_000 + 12 * 300 * 900_000)
    assert ai.vnd == pytest.approx(ai_vnd)
    parts = {part.key: part.present_value_vnd for part in found.parts}
    assert parts["rent"] == pytest.approx(office_vnd / 1.08 + ai_vnd / 1.08**2)
    cash = {(line.year, line.category): line for line in found.costs}
    assert cash.keys() >= {(2027, "rent"), (2028, "rent")}
    assert cash[2028, "rent"].cash_vnd == pytest.approx(ai_vnd)
    assert cash[2028, "rent"].present_value_vnd == pytest.approx(ai_vnd / 1.08**2)


def test_budgets_count_energy_at_the_mean_tariff_and_all_else_as_paid() -> None:
    inputs, plan = province()
    standing = Standing(inputs, plan)
    hours = HourlyAccounts(inputs, DEMAND, plan, standing).all()
    money = money_of(standing, orders_of(standing), rents_of(standing, DEMAND), hours, (), ())
    bills = [energy_cost(hour) for hour in hours if hour.year == 2027 and hour.site.payer == "enterprise"]
    assert money.cash[2027, "enterprise", "energy"] == pytest.approx(sum(bill.total_vnd for bill in bills))
    assert money.budgeted[2027, "enterprise", "energy"] == pytest.approx(sum(bill.budgeted_vnd for bill in bills))
    mean = float(SiteHours(inputs, inputs.site(A), 2027).price(22.0).mean())
    assert money.budgeted[2027, "enterprise", "energy"] == pytest.approx(mean * 3500 * SLOPE * HOURS)
    others = [key for key in money.cash if key[2] != "energy"]
    assert others
    assert all(money.budgeted[key] == money.cash[key] for key in others)


def test_hours_without_load_have_no_carbon_free_share() -> None:
    """Servers without idle power that work from noon on, half of it matched; the other year has no load at all."""
    noon_on = make_load_class("office", weekday=(0.0,) * 12 + (1.0,) * 12, weekend=(0.0,) * 12 + (1.0,) * 12)
    skus = (make_sku(idle_kw=0.0), make_storage_sku(), make_gpu_sku())
    services = make_services(load_classes=(noon_on, *make_services().load_classes[1:]))
    inputs = make_inputs(hardware=make_hardware(skus=skus), services=services, sites=(make_site(),))
    power = 10 * 0.88 * SLOPE
    rows = (Placement("office", A, "chilled", 2027, "cpu", 10.0),)
    idle = Build("generation", A, "wind", 2028, 1.0, ORDERED)
    bought = (dispatch(A, grid_w=power, dppa_w=0.5 * power),)
    plan = Plan(YEARS, (idle,), rows, (), bought, ())
    found = compute_accounts(inputs, DEMAND, plan).carbon_free_hours
    assert found.keys() == {2027}
    by_hour = found[2027].reshape(-1, 24)
    assert np.isnan(by_hour[:, :12]).all()
    np.testing.assert_allclose(by_hour[:, 12:], 0.5, atol=1e-3)
