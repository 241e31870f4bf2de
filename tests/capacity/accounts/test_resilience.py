"""What a site survives, by hand: fuel of the worst stretch, gensets that start, the reserve for UPS, raised ground."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity.accounts import Accounts, OutageYear, compute_accounts
from capacity.accounts.fill import fill_height_m, fill_vnd
from capacity.accounts.resilience import stretches
from capacity.accounts.standing import Standing
from capacity.hourly import SiteHours
from capacity.inputs import CapacityInputs
from capacity.inputs.hardware import PlantUnit
from capacity.plan import Build, BuildKind, Extra, Placement, Plan, Standby
from tests.factories import (
    make_demand,
    make_existing_site,
    make_fuel_tank,
    make_gpu_pool,
    make_hall,
    make_hardware,
    make_outage,
    make_pad,
    make_plant,
    make_pool,
    make_resilience,
    make_resilient_inputs,
    make_room,
    make_settings,
    make_shell,
    make_site,
    make_wholesale_pool,
)

SITE = "khanh-an"
YEARS = (2026, 2027, 2028)
HALL_KINDS = ("module", "ups", "genset", "chiller", "server")


@given(st.lists(st.integers(0, 9), min_size=1, max_size=30), st.data())
def test_stretches_are_sums_of_consecutive_hours_around_the_year(values: list[int], data: st.DataObject) -> None:
    hours = data.draw(st.integers(1, len(values)))
    expected = [sum(values[(first + step) % len(values)] for step in range(hours)) for first in range(len(values))]
    assert stretches(np.array(values, dtype=float), hours).tolist() == expected


def order(kind: BuildKind, item: str, amount: float, hall: str = "chilled", year: int = 2027) -> Build:
    at = hall if kind in HALL_KINDS else None
    return Build(kind, SITE, item, year, amount, dt.date(2026, 1, 31), at)


PLANT = (order("module", "chilled", 1), order("ups", "ups-250", 3), order("genset", "genset-1000", 3))
SERVERS = order("server", "gpu", 8)
WORK = Placement("ai", SITE, "chilled", 2027, "gpu", 6.4)
SLOPE = (1 + 0.02 + 0.05 - 0.01) * 1.2 + 0.05
LOSSES_KW = 5 + 3 * 250 * 0.01
IDLE_KW, MOVING_KW, CRITICAL_KW = 6.4 * 2 * 1.1, 6.4 * 8 * 1.1, 8 * 11.0
BUSIEST = 24 * 0.8 + 12 * 0.6
"""Of 36 hours of batch work: from noon of a work day to the midnight after the next."""
LOAD_KWH = SLOPE * (36 * IDLE_KW + BUSIEST * MOVING_KW) + 36 * LOSSES_KW
HELD_KWH = 5 / 60 * CRITICAL_KW


def inputs_of(
    *, rule: dict[str, Any] | None = None, plant: tuple[PlantUnit, ...] = (), **fields: Any
) -> CapacityInputs:
    """Under an outage of 36 hours; with further plant for the shell."""
    outage = make_outage(**{"hours": 36, **(rule or {})})
    hardware = make_hardware()
    if plant:
        halls = (make_hall(), make_shell(genset=plant[0].id), make_room())
        hardware = make_hardware(plant=(*hardware.plant, *plant), halls=halls)
    return make_resilient_inputs(resilience=make_resilience(outage=outage), hardware=hardware, **fields)


def survived(
    inputs: CapacityInputs,
    *builds: Build,
    work: tuple[Placement, ...] = (WORK,),
    standbys: tuple[Standby, ...] = (),
    extras: tuple[Extra, ...] = (),
) -> OutageYear:
    """The outage of 2027 at the candidate, which has to be the only one of that year."""
    demand = make_demand(make_gpu_pool(), make_wholesale_pool(), make_pool())
    plan = Plan(YEARS, builds, work, (), (), (), standbys=standbys, extras=extras)
    (found,) = [row for row in compute_accounts(inputs, demand, plan).outages if row.year == 2027]
    return found


def test_load_and_fuel_of_an_outage() -> None:
    """Each load class in its busiest 36 hours and 0.27 l/kWh, less what the UPS hold for five minutes."""
    found = survived(inputs_of(), *PLANT, SERVERS, order("fuel_tank", "tank-20", 2))
    assert (found.site, found.outage_hours) == (SITE, 36)
    assert found.load_mwh == pytest.approx(LOAD_KWH / 1000)
    assert found.held_mwh == pytest.approx(HELD_KWH / 1000)
    assert found.storm_generation_mwh == 0
    assert found.fuel_needed_m3 == pytest.approx(0.27 * (LOAD_KWH - HELD_KWH) / 1000)
    assert found.fuel_stored_m3 == pytest.approx(40)


@pytest.mark.parametrize(("failed", "margin_units"), [(0, 3), (1, 2), (2, 1), (4, -1)])
def test_gensets_that_start_carry_the_most_that_can_be_drawn(failed: int, margin_units: int) -> None:
    found = survived(inputs_of(rule={"failed_units": failed}), *PLANT, SERVERS)
    assert found.genset_margin_kw == pytest.approx(margin_units * 1000 - CRITICAL_KW * SLOPE - LOSSES_KW)


def test_the_hall_with_the_least_margin_is_told_and_an_empty_one_loses_no_genset() -> None:
    small, let = order("genset", "genset-1000", 1, "shell"), Placement("tenants", SITE, "shell", 2027, None, 0.0, 0.5)
    found = survived(inputs_of(), *PLANT, SERVERS, small, work=(WORK, let))
    assert found.genset_margin_kw == pytest.approx(1000 - 500 * SLOPE), "no module there, so the unit is not in use"
    used = survived(inputs_of(), *PLANT, SERVERS, small, order("module", "shell", 1, "shell"), work=(WORK, let))
    assert used.genset_margin_kw == pytest.approx(-500 * SLOPE - 5)


def test_tenants_idle_standby_and_extra_servers_draw_all_the_time() -> None:
    let = Placement("tenants", SITE, "chilled", 2027, None, 0.0, 0.5)
    elsewhere = Placement("tenants", SITE, "chilled", 2028, None, 0.0, 0.5)
    ready = Standby("office", SITE, "chilled", 2027, "cpu", 10.0)
    extra = Extra("batch", SITE, "chilled", 2027, "gpu", 3.0)
    found = survived(inputs_of(), *PLANT, SERVERS, work=(WORK, let, elsewhere), standbys=(ready,))
    assert found.load_mwh == pytest.approx((LOAD_KWH + 36 * SLOPE * (500 + 10 * 0.2 * 1.1)) / 1000)
    found = survived(inputs_of(), *PLANT, SERVERS, work=(WORK, let, elsewhere), standbys=(ready,), extras=(extra,))
    assert found.load_mwh == pytest.approx((LOAD_KWH + 36 * SLOPE * (500 + (10 * 0.2 + 3 * 2.0) * 1.1)) / 1000)


def test_each_hall_burns_at_its_own_gensets_and_saves_at_the_thriftiest() -> None:
    """0.27 l/kWh in the small hall and 0.2 in the shell; what is held saves at 0.2, also where the shell is empty."""
    thrifty = make_plant("genset-2000", "genset", 2000, fuel_litre_per_kwh=0.2)
    inputs = inputs_of(plant=(thrifty,))
    alone = survived(inputs, *PLANT, SERVERS)
    assert alone.fuel_needed_m3 == pytest.approx((0.27 * LOAD_KWH - 0.2 * HELD_KWH) / 1000)
    let = Placement("tenants", SITE, "shell", 2027, None, 0.0, 0.5)
    both = survived(inputs, *PLANT, SERVERS, order("genset", "genset-2000", 2, "shell"), work=(WORK, let))
    held = HELD_KWH + 5 / 60 * 500
    assert both.held_mwh == pytest.approx(held / 1000)
    assert both.fuel_needed_m3 == pytest.approx((0.27 * LOAD_KWH + 0.2 * 36 * 500 * SLOPE - 0.2 * held) / 1000)
    not_allowed = inputs_of(plant=(thrifty,), sites=(make_site(allowed_halls=("chilled",)), make_existing_site()))
    assert survived(not_allowed, *PLANT, SERVERS).fuel_needed_m3 == pytest.approx(0.27 * (LOAD_KWH - HELD_KWH) / 1000)


@pytest.mark.parametrize("turbines_run", [False, True])
def test_storm_gives_a_part_of_the_least_sun_and_of_turbines_that_run_their_least(turbines_run: bool) -> None:
    inputs = inputs_of(rule={"turbines_run": turbines_run})
    facts = SiteHours(inputs, inputs.site(SITE), 2027)
    sun, wind = (facts.capacity_factor(technology) for technology in inputs.energy.generation)
    darkest = min(float(np.roll(sun, -first)[:36].sum()) for first in range(8760))
    calmest = min(float(np.roll(wind, -first)[:36].sum()) for first in range(0, 8760, 24))
    expected = 0.2 * 3000 * darkest + turbines_run * 2000 * calmest
    found = survived(inputs, *PLANT, SERVERS, order("generation", "pv", 3), order("generation", "wind", 2))
    assert found.storm_generation_mwh == pytest.approx(expected / 1000)
    assert found.fuel_needed_m3 == pytest.approx(max(0.27 * (LOAD_KWH - HELD_KWH - expected), 0.0) / 1000)


def test_no_fuel_is_needed_where_a_storm_gives_enough() -> None:
    found = survived(inputs_of(rule={"turbines_run": True}), *PLANT, SERVERS, order("generation", "wind", 20))
    assert found.fuel_needed_m3 == 0


def test_outage_is_told_from_its_first_year_and_of_new_halls_alone() -> None:
    work = tuple(replace(WORK, year=year) for year in (2027, 2028))
    plan = Plan(YEARS, (*PLANT, SERVERS), work, (), (), ())
    demand = make_demand(make_gpu_pool())

    def told(**rule: Any) -> list[tuple[str, int]]:
        rows = compute_accounts(inputs_of(rule=rule), demand, plan).outages
        return [(row.site, row.year) for row in rows]

    assert told() == [(SITE, 2027), (SITE, 2028)], "neither the State's room nor the year before the hall"
    assert told(from_year=2028) == [(SITE, 2028)]
    without = make_resilient_inputs(resilience=make_resilience(outage=None))
    assert compute_accounts(without, demand, plan).outages == ()


def standing_of(inputs: CapacityInputs, *builds: Build) -> Standing:
    return Standing(inputs, Plan(YEARS, builds, (WORK, replace(WORK, year=2028)), (), (), ()))


def test_reserve_of_the_battery_is_what_the_ups_batteries_lack() -> None:
    """88 kW of critical load for five minutes, 60 kW of it in UPS batteries: 28 kW, and 2.33 kWh over 95 %."""
    inputs = make_resilient_inputs()
    site, room = inputs.site(SITE), inputs.site("phong-may")
    bought = (*PLANT, SERVERS, order("ups_battery", "vrla", 0.06), order("battery_mw", "battery", 2))
    standing = standing_of(inputs, *bought, order("battery_mwh", "battery", 6))
    assert standing.autonomous_it_mw(SITE, 2027) == pytest.approx(0.088)
    assert standing.ups_battery_mw(SITE, 2027) == 0.06
    assert standing.battery(SITE, 2027) == (2, 6)
    assert standing.reserve(site, 2027) == pytest.approx((0.028, 0.028 * 5 / 60 / 0.95))
    assert standing.reserve(site, 2026) == (0.0, 0.0)
    assert standing.autonomous_it_mw("phong-may", 2027) == 0.0, "an existing room has its own"
    assert standing.reserve(room, 2027) == (0.0, 0.0)
    more = standing_of(inputs, *bought, order("ups_battery", "vrla", 0.04))
    assert more.reserve(site, 2027) == (0.0, 0.0), "never below nothing"
    assert standing.fuel_litres(SITE, 2027) == 0.0
    assert standing_of(inputs, order("fuel_tank", "tank-20", 3)).fuel_litres(SITE, 2027) == 60_000.0


def test_reserve_lasts_for_the_longest_autonomy_of_the_halls_allowed() -> None:
    """The shell's UPS hold for 15 minutes; a room that cannot be ordered has none to hold for."""
    base = make_resilient_inputs()
    longer = base.plant("ups-250").model_copy(update={"id": "ups-500", "autonomy_minutes": 15.0})
    none = base.plant("ups-250").model_copy(update={"id": "ups-old", "autonomy_minutes": 60.0})
    plant = (*base.hardware.plant, longer, none)
    halls = (make_hall(), make_shell(ups="ups-500"), make_room(ups="ups-old"))
    hardware = base.hardware.model_copy(update={"plant": plant, "halls": halls})
    for allowed, minutes in ((("chilled", "shell"), 15), (("chilled",), 5), (("chilled", "room"), 5)):
        sites = (make_site(allowed_halls=allowed), make_existing_site())
        inputs = replace(make_resilient_inputs(sites=sites), hardware=hardware)
        found = standing_of(inputs, *PLANT, SERVERS).reserve(inputs.site(SITE), 2027)
        assert found == pytest.approx((0.088, 0.088 * minutes / 60 / 0.95))
        assert standing_of(inputs, *PLANT, SERVERS).reserve(inputs.site("phong-may"), 2027) == (0.0, 0.0)


def test_halls_whose_ups_have_no_autonomy_to_hold_ask_for_none() -> None:
    base = make_resilient_inputs()
    plant = tuple(unit.model_copy(update={"autonomy_minutes": 0.0}) for unit in base.hardware.plant)
    inputs = replace(
        base, hardware=base.hardware.model_copy(update={"plant": plant, "fuel_tank": None, "ups_battery": None})
    )
    standing = standing_of(inputs, *PLANT, SERVERS)
    assert standing.autonomous_it_mw(SITE, 2027) == 0.0
    assert (standing.ups_battery_mw(SITE, 2027), standing.fuel_litres(SITE, 2027)) == (0.0, 0.0)


def test_a_folder_without_a_battery_leaves_the_lack_as_it_is() -> None:
    base = make_resilient_inputs()
    inputs = replace(base, energy=base.energy.model_copy(update={"battery": None, "dppa": None}))
    standing = standing_of(inputs, *PLANT, SERVERS)
    assert standing.battery(SITE, 2027) == (0.0, 0.0)
    assert standing.dppa_mw(SITE, 2027) == 0.0
    assert standing.reserve(inputs.site(SITE), 2027) == pytest.approx((0.088, 0.0))


@pytest.mark.parametrize(
    ("flood_m", "mm_per_year", "pad_m", "height"),
    [
        (0.8, 15.0, 0.0, 1.75),
        (0.8, 15.0, 0.5, 1.25),
        (0.8, 15.0, 2.0, 0.0),
        (0.0, 0.0, 0.0, 0.5),
        (1.2, 40.0, 0.0, 2.9),
    ],
)
def test_fill_is_what_flood_freeboard_and_thirty_years_of_subsidence_lack(
    flood_m: float, mm_per_year: float, pad_m: float, height: float
) -> None:
    site = make_site(flood_depth_100_year_m=flood_m, subsidence_mm_per_year=mm_per_year, existing_pad_m=pad_m)
    settings = make_settings(resilience=make_resilience(pad=make_pad()))
    assert fill_height_m(settings, site) == pytest.approx(height)
    assert fill_vnd(settings, site, 800.0) == pytest.approx(800 * height * 300_000)
    without = make_settings(resilience=make_resilience(pad=None))
    assert (fill_height_m(without, site), fill_vnd(without, site, 800.0)) == (0.0, 0.0)


def part(accounts: Accounts, key: str) -> float:
    return next(row.present_value_vnd for row in accounts.parts if row.key == key)


@pytest.mark.parametrize(("payer", "vat"), [("enterprise", 1.0), ("state", 1.1)])
def test_ground_is_raised_under_modules_and_tanks_and_told_apart(payer: str, vat: float) -> None:
    """1.75 m under 2 x 800 m2 and 3 x 50 m2; servers stand in the hall. Ordered in 2027 for 2028."""
    inputs = make_resilient_inputs(sites=(make_site(payer=payer),))
    halls = (order("module", "chilled", 2), order("fuel_tank", "tank-20", 3))
    others = (order("server", "gpu", 8), order("ups_battery", "vrla", 0.1))
    builds = [replace(build, year=2028, order_by=dt.date(2027, 1, 31)) for build in (*halls, *others)]
    found = compute_accounts(inputs, make_demand(make_gpu_pool()), Plan(YEARS, tuple(builds), (), (), (), ()))
    rows = {row.kind: row for row in found.pads}
    assert rows.keys() == {"module", "fuel_tank"}
    assert [row.fill_m3 for row in rows.values()] == pytest.approx([2 * 800 * 1.75, 3 * 50 * 1.75])
    assert {row.height_m for row in rows.values()} == {1.75}
    assert [row.capex_vnd for row in rows.values()] == pytest.approx(
        [vat * 2 * 800 * 1.75 * 300_000, vat * 3 * 50 * 1.75 * 300_000]
    )
    assert part(found, "pad") == pytest.approx(vat * 1.75 * 300_000 * (2 * 800 + 3 * 50) / 1.08)
    tank = make_fuel_tank()
    rest = 2 * 60e9 * 1.1 + 3 * (tank.capex_vnd + tank.litres * 20_000) + 0.1 * 3e9
    assert part(found, "hall") == pytest.approx(vat * rest / 1.08)
    hall = next(line for line in found.costs if line.category == "hall")
    assert hall.year == 2027
    assert hall.cash_vnd == pytest.approx(vat * rest + sum(row.capex_vnd for row in rows.values()))
    raised = compute_accounts(
        make_resilient_inputs(sites=(make_site(payer=payer, existing_pad_m=3.0),)),
        make_demand(make_gpu_pool()),
        Plan(YEARS, tuple(builds), (), (), (), ()),
    )
    assert raised.pads == ()
