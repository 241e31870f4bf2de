"""Rules of resilience by hand: just enough holds, and a little less is told with its figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from capacity.check.evidence import Rule
from capacity.check.resilience import (
    fuel_lasts_the_outage,
    fuel_tanks_are_allowed,
    gensets_survive_a_failure,
    sites_can_be_lost,
    ups_load_is_held,
)
from capacity.inputs import CapacityInputs
from capacity.plan import Build, Placement, Plan, StandbyRent
from tests.capacity.check.breakers import SITE, Case
from tests.capacity.check.judging import order, told, violations
from tests.factories import (
    make_demand,
    make_existing_site,
    make_fuel_tank,
    make_gpu_pool,
    make_outage,
    make_pool,
    make_resilience,
    make_resilient_inputs,
    make_site,
)

YEARS = (2026, 2027, 2028)
BOTH = (2027, 2028)
SLOPE = (1 + 0.02 + 0.05 - 0.01) * 1.2 + 0.05
CRITICAL_KW, LOSSES_KW = 8 * 11.0, 5 + 3 * 250 * 0.01
MOST_KW = CRITICAL_KW * SLOPE + LOSSES_KW
HALL = (order("module", "chilled"), order("ups", "ups-250", 3), order("server", "gpu", 8))
WORK = tuple(Placement("ai", SITE, "chilled", year, "gpu", 6.4) for year in BOTH)


def of(
    *builds: Build, inputs: CapacityInputs | None = None, placements: tuple[Placement, ...] = WORK, **rows: Any
) -> Case:
    """A hall of 88 kW from 2027 on under every rule, with further orders."""
    plan = Plan(YEARS, (*HALL, *builds), placements, (), (), (), **rows)
    return Case(inputs or make_resilient_inputs(), make_demand(make_gpu_pool(), make_pool()), plan)


def under(**rule: Any) -> CapacityInputs:
    return make_resilient_inputs(resilience=make_resilience(outage=make_outage(**rule)))


def in_years(found: dict[str, tuple[float, float]], place: str, years: tuple[int, ...], pair: Any) -> None:
    assert found == {f"{place}/{year}": pytest.approx(pair) for year in years}


@pytest.mark.parametrize(("failed", "units"), [(0, 0.0), (1, 1.0), (2, 2.0)])
def test_gensets_that_are_left_carry_all_that_can_be_drawn(failed: int, units: float) -> None:
    exact = units + MOST_KW / 1000
    assert (
        told(gensets_survive_a_failure, of(order("genset", "genset-1000", exact), inputs=under(failed_units=failed)))
        == {}
    )
    less = order("genset", "genset-1000", exact - 0.001)
    found = told(gensets_survive_a_failure, of(less, inputs=under(failed_units=failed)))
    in_years(found, f"{SITE}/chilled", BOTH, (MOST_KW - 1, MOST_KW))


@pytest.mark.parametrize("rule", [gensets_survive_a_failure, fuel_lasts_the_outage])
def test_the_outage_is_asked_of_new_halls_from_its_first_year(rule: Rule) -> None:
    assert {found.where.split("/")[-1] for found in violations(rule, of())} == {"2027", "2028"}
    assert {found.where.split("/")[-1] for found in violations(rule, of(inputs=under(from_year=2028)))} == {"2028"}
    without = make_resilient_inputs(resilience=make_resilience(outage=None))
    assert violations(rule, of(inputs=without)) == []
    room = of(inputs=make_resilient_inputs(sites=(make_site(), make_existing_site())))
    assert {found.where.split("/")[0] for found in violations(rule, room)} == {SITE}


def test_tanks_hold_the_fuel_of_the_worst_hours() -> None:
    """36 hours of batch work, its busiest, at 0.27 l/kWh, less five minutes of the critical load."""
    load = SLOPE * (36 * 6.4 * 2.2 + (24 * 0.8 + 12 * 0.6) * 6.4 * 8.8) + 36 * LOSSES_KW
    litres = 0.27 * (load - 5 / 60 * CRITICAL_KW)
    enough = order("fuel_tank", "tank-20", litres / 20_000 + 1e-5)
    assert told(fuel_lasts_the_outage, of(enough, inputs=under(hours=36))) == {}
    less = of(order("fuel_tank", "tank-20", (litres - 1) / 20_000), inputs=under(hours=36))
    in_years(told(fuel_lasts_the_outage, less), SITE, BOTH, (litres - 1, litres))


@pytest.mark.parametrize(("limit", "broken"), [(60_000.0, False), (59_000.0, True), (None, False)])
def test_tanks_stay_within_the_limit_of_the_site(limit: float | None, broken: bool) -> None:
    inputs = make_resilient_inputs(sites=(make_site(fuel_tank_limit_litres=limit), make_existing_site()))
    found = told(fuel_tanks_are_allowed, of(order("fuel_tank", "tank-20", 3), inputs=inputs))
    in_years(found, SITE, BOTH if broken else (), (60_000, limit))


@pytest.mark.parametrize(
    ("ups_mw", "battery_mw", "battery_mwh", "told_mw"),
    [
        (0.088, 0.0, 0.0, None),
        (0.087, 0.0, 0.0, 0.087),
        (0.0, 0.088, 1.0, None),
        (0.0, 0.080, 1.0, 0.080),
        (0.040, 0.048, 1.0, None),
        (0.040, 0.047, 1.0, 0.087),
        (0.0, 5.0, 0.088 * 5 / 60 / 0.95 / 0.9, None),
        (0.0, 5.0, 0.080 * 5 / 60 / 0.95 / 0.9, 0.080),
    ],
)
def test_ups_batteries_and_the_reserve_carry_the_critical_load(
    ups_mw: float, battery_mw: float, battery_mwh: float, told_mw: float | None
) -> None:
    """The reserve is bound by the power of the battery, and by what five minutes take of nine tenths of its energy."""
    case = of(
        order("ups_battery", "vrla", ups_mw),
        order("battery_mw", "battery", battery_mw),
        order("battery_mwh", "battery", battery_mwh),
    )
    in_years(told(ups_load_is_held, case), SITE, BOTH if told_mw is not None else (), (told_mw, 0.088))


def office(fraction: float) -> tuple[Placement, ...]:
    return tuple(
        Placement("office", SITE, "chilled", year, sku, fraction * servers)
        for year in BOTH
        for sku, servers in (("cpu", 2000 / 128), ("storage", 3.0))
    )


@pytest.mark.parametrize(("ready", "broken"), [(1.0, False), (0.6, False), (0.599, True)])
def test_what_a_loss_takes_stands_ready(ready: float, broken: bool) -> None:
    leased = tuple(StandbyRent("office", "tender", year, ready) for year in BOTH)
    found = told(sites_can_be_lost, of(placements=office(0.6), standby_rents=leased))
    assert found.keys() == ({f"office/{SITE}/{year}" for year in BOTH} if broken else set())
    for pair in found.values():
        assert pair == pytest.approx((0.599, 0.6))


def test_without_the_rule_a_site_may_be_lost() -> None:
    without = make_resilient_inputs(resilience=make_resilience(site_loss=None))
    assert told(sites_can_be_lost, of(placements=office(0.6), inputs=without)) == {}
    assert told(sites_can_be_lost, of(placements=office(0.6))).keys() == {f"office/{SITE}/{year}" for year in BOTH}


def test_tanks_of_the_year_count() -> None:
    later = replace(order("fuel_tank", "tank-20", 3, 2028), order_by=dt.date(2027, 1, 31))
    site = make_site(fuel_tank_limit_litres=make_fuel_tank().litres)
    inputs = make_resilient_inputs(sites=(site, make_existing_site()))
    in_years(told(fuel_tanks_are_allowed, of(later, inputs=inputs)), SITE, (2028,), (60_000, 20_000))
