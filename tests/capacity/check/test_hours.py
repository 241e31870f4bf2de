"""Rules of the hours by hand: which hour breaks them and by how much."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.check.hours import (
    backlog_stays_within_its_window,
    battery_keeps_its_energy,
    battery_keeps_its_power,
    battery_returns_to_its_start,
    deferred_work_is_all_done,
    dppa_is_matched_within_its_contract,
    energy_balances,
    grid_stays_within_the_connection,
    work_never_passes_full_load,
)
from capacity.hourly import SiteHours
from capacity.plan import Dispatch
from tests.capacity.check.breakers import BATCH, SITE, Case, valid_case
from tests.capacity.check.judging import told, violations
from tests.factories import (
    Sizes,
    make_demand,
    make_inputs,
    make_plan,
)

PLACE = f"{SITE}/2027"
CHARGING, NOON, DISCHARGING = 1, 12, 19  # 1 MW is charged at one and two, 902.5 kW are discharged at 19 and 20


@cache
def plain() -> Case:
    return valid_case()


@cache
def windy() -> Case:
    """A contract for 30 MW of wind that makes more than what is bought at noon."""
    inputs, demand = make_inputs(), make_demand()
    return Case(inputs, demand, make_plan(inputs, demand, Sizes(pv_mw=20.0, dppa_mw=30.0)))


def with_watts(case: Case, **watts: tuple[int, int]) -> Case:
    """Series of the candidate's 2027 with (hour, watts) more."""

    def change(series: dict[str, Any], _: Dispatch) -> None:
        for name, (hour, more) in watts.items():
            series[name][hour] += more

    return case.with_hours(change)


def hours_of(case: Case) -> Dispatch:
    return next(row for row in case.plan.dispatches if (row.site, row.year) == (SITE, 2027))


@pytest.mark.parametrize(
    ("watts", "missing_kw"),
    [
        ({"grid_w": (NOON, -5000)}, 5.0),
        ({"charge_w": (CHARGING, 5000)}, 5.0),
        ({"discharge_w": (DISCHARGING, -5000)}, 5.0),
        ({"grid_w": (NOON, -5000), "discharge_w": (NOON, 2000)}, 3.0),
        ({"charge_w": (CHARGING, 5000), "grid_w": (CHARGING, 4000)}, 1.0),
    ],
)
def test_what_an_hour_lacks_is_told(watts: dict[str, tuple[int, int]], missing_kw: float) -> None:
    (found,) = violations(energy_balances, with_watts(plain(), **watts))
    assert (found.where, found.unit) == (PLACE, "kW")
    assert found.amount == pytest.approx(missing_kw, abs=1.1e-3)
    (hour, _), *_ = watts.values()
    assert f"in 1 hours, worst in hour {hour} by" in found.message_en


def test_generation_covers_load() -> None:
    """Without its panels the site lacks what they make at noon."""
    case = plain()
    pv = next(technology for technology in case.inputs.energy.generation if technology.kind == "pv")
    made = 5000 * SiteHours(case.inputs, case.inputs.site(SITE), 2027).capacity_factor(pv)
    without = case.with_plan(builds=tuple(build for build in case.plan.builds if build.item != "pv"))
    assert told(energy_balances, without)[PLACE][0] == pytest.approx(float(made.max()), abs=2e-3)


def test_more_than_the_load_is_curtailed() -> None:
    assert told(energy_balances, with_watts(plain(), grid_w=(NOON, 10**6))) == {}


@pytest.mark.parametrize(("rest_w", "broken"), [(1, False), (3, True)])
def test_import_stays_within_the_connection_to_the_watt_or_two(rest_w: int, broken: bool) -> None:
    most = hours_of(plain()).grid_w[NOON]
    found = told(grid_stays_within_the_connection, with_watts(plain(), grid_w=(NOON, 40_000_000 - most + rest_w)))
    assert found.keys() == ({PLACE} if broken else set())
    if broken:
        assert found[PLACE][0] == pytest.approx(0.003)


@pytest.mark.parametrize(
    ("watts", "excess_kw"),
    [
        ({"charge_w": (CHARGING, 1_100_000)}, 100.0),
        ({"discharge_w": (DISCHARGING, 1_200_000)}, 102.5),
        ({"charge_w": (NOON, 1_900_000), "discharge_w": (NOON, 1_900_000)}, None),
    ],
)
def test_power_of_the_battery_bounds_charge_and_discharge_alone(
    watts: dict[str, tuple[int, int]], excess_kw: float | None
) -> None:
    found = told(battery_keeps_its_power, with_watts(plain(), **watts))
    assert found.keys() == ({PLACE} if excess_kw else set())
    if excess_kw:
        assert found[PLACE][0] == pytest.approx(excess_kw)


def test_most_that_must_be_stored_is_told() -> None:
    """A tenth of 2 MWh must stay in, and two hours of 1 MW at 95 % go in on top: 2.1 MWh at the least."""
    case = plain().with_builds("battery_mwh", "battery", amount=2.0)
    assert told(battery_keeps_its_energy, case)[PLACE] == pytest.approx((200 + 2 * 950, 2000), rel=1e-3)
    enough = plain().with_builds("battery_mwh", "battery", amount=2.15)
    assert told(battery_keeps_its_energy, enough) == {}


@pytest.mark.parametrize(("name", "sign"), [("charge_w", 0.95), ("discharge_w", -1 / 0.95)])
def test_what_is_left_in_the_battery_is_told_with_losses(name: str, sign: float) -> None:
    found = told(battery_returns_to_its_start, with_watts(plain(), **{name: (DISCHARGING, 50_000)}))
    amount, allowed = found[PLACE]
    assert amount == pytest.approx(50 * sign, abs=0.4)
    assert allowed == pytest.approx(8.76), "a watt-hour for every hour"
    assert told(battery_returns_to_its_start, with_watts(plain(), **{name: (DISCHARGING, 8_000)})) == {}


def moved_work(change: Callable[[Any], None]) -> Case:
    return plain().with_hours(lambda _, dispatch: change(dispatch.deferred_w[BATCH]))


WORK = f"{SITE}/batch@chilled/2027"
WAITING_KW = 0.5 * 1.1 * (6.4 * 8 + 0.8 * 0.2)
"""Half of what 6.4 GPU servers and 0.8 storage servers draw above idle, with their fabric."""


@pytest.mark.parametrize(("watts", "broken"), [(-20_000, True), (20_000, True), (-8_000, False), (8_000, False)])
def test_work_that_is_left_over_or_done_twice_is_told(watts: int, broken: bool) -> None:
    def change(done: Any) -> None:
        done[NOON] += watts

    found = told(deferred_work_is_all_done, moved_work(change))
    assert found.keys() == ({WORK} if broken else set())
    if broken:
        assert found[WORK][0] == pytest.approx(-watts / 1000, abs=1.0), "whole watts round the rest"


def test_longest_wait_is_told_by_the_hour() -> None:
    """Nothing is done for eight hours of a Monday and then all of it, where work may wait for six."""

    def change(done: Any) -> None:
        monday = slice(72, 80)
        done[80] += done[monday].sum()
        done[monday] = 0

    (found,) = violations(backlog_stays_within_its_window, moved_work(change))
    assert (found.where, found.unit) == (WORK, "kWh")
    assert found.allowed == pytest.approx(6 * 0.6 * WAITING_KW, rel=1e-3), "six hours of the night's 60 %"
    # what waits all year long is nothing from the lowest start: Monday's eight hours are left
    assert found.amount == pytest.approx(8 * 0.6 * WAITING_KW, rel=1e-3)
    assert "wait in hour 79" in found.message_en


def test_work_above_full_load_is_told_with_what_never_waits() -> None:
    """At noon 80 % of the half that never waits run; deferrable work may fill the rest and no more."""
    room_kw = 2 * WAITING_KW - 0.8 * WAITING_KW
    was_kw = hours_of(plain()).deferred_w[BATCH][NOON] / 1000

    def to(kilowatt: float) -> Callable[[Any], None]:
        def change(done: Any) -> None:
            done[NOON] += round(1000 * (kilowatt - was_kw))

        return change

    assert told(work_never_passes_full_load, moved_work(to(room_kw))) == {}
    (found,) = violations(work_never_passes_full_load, moved_work(to(room_kw + 1)))
    assert found.where == WORK
    assert found.amount == pytest.approx(1.0, abs=2e-3)
    assert f"full load of {2 * WAITING_KW:,.1f} kW in 1 hours" in found.message_en


def test_no_more_is_matched_than_is_bought_whatever_the_contract_makes() -> None:
    case, row = windy(), hours_of(windy())
    wind = next(technology for technology in case.inputs.energy.generation if technology.kind == "wind")
    made_kw = 30_000 * SiteHours(case.inputs, case.inputs.site(SITE), 2027).capacity_factor(wind)
    bought_kw = row.grid_w[NOON] / 1000
    assert made_kw[NOON] > bought_kw + 100
    assert row.dppa_w[NOON] == row.grid_w[NOON]
    found = told(dppa_is_matched_within_its_contract, with_watts(case, dppa_w=(NOON, 50_000)))
    assert found[PLACE] == pytest.approx((50.0, 0.002))
    assert told(dppa_is_matched_within_its_contract, with_watts(case, dppa_w=(NOON, 1))) == {}


def test_no_more_is_matched_than_the_contract_makes_whatever_is_bought() -> None:
    case = windy()
    unmatched = with_watts(case, grid_w=(NOON, 10**8))
    assert told(dppa_is_matched_within_its_contract, unmatched) == {}
    found = told(dppa_is_matched_within_its_contract, with_watts(unmatched, dppa_w=(NOON, 10**8)))
    wind = next(technology for technology in case.inputs.energy.generation if technology.kind == "wind")
    made_kw = 30_000 * SiteHours(case.inputs, case.inputs.site(SITE), 2027).capacity_factor(wind)[NOON]
    assert found[PLACE][0] == pytest.approx(hours_of(case).grid_w[NOON] / 1000 + 1e5 - made_kw)


@settings(max_examples=10)
@given(st.integers(0, 8759), st.integers(4, 10**6))
def test_hours_that_are_short_are_counted(hour: int, watts: int) -> None:
    """Two hours short: the worse one is told."""
    other = (hour + 100) % 8760
    case = with_watts(with_watts(plain(), grid_w=(hour, -watts)), grid_w=(other, -watts - 10))
    (found,) = violations(energy_balances, case)
    assert f"in 2 hours, worst in hour {other} by" in found.message_en
    assert np.isclose(found.amount, (watts + 10) / 1000, atol=1.1e-3)
