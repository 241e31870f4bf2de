"""Which sites have hours, what their battery holds, and what of their generation is used, by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from capacity.accounts.hours import HourlyAccount, HourlyAccounts
from capacity.accounts.standing import Standing
from capacity.inputs import CapacityInputs
from capacity.plan import Build, BuildKind, Dispatch, Extra, Placement, Plan, Standby
from tests.factories import (
    make_demand,
    make_energy,
    make_gpu_pool,
    make_inputs,
    make_pool,
    make_resilient_inputs,
    make_site,
)

SITE = "khanh-an"
YEARS = (2026, 2027, 2028)
HOURS = 8760


def hourly(inputs: CapacityInputs, *builds: Build, **rows: Any) -> HourlyAccounts:
    values: dict[str, Any] = {"placements": (), "rents": (), "dispatches": (), "missed": (), **rows}
    plan = Plan(years=YEARS, builds=builds, **values)
    return HourlyAccounts(inputs, make_demand(make_pool(), make_gpu_pool()), plan, Standing(inputs, plan))


def order(kind: BuildKind, item: str, amount: float, hall: str | None = None) -> Build:
    return Build(kind, SITE, item, 2028, amount, dt.date(2026, 1, 31), hall)


def dispatch(year: int = 2027, **watts: dict[int, int]) -> Dispatch:
    """Watts by hour; all other hours are zero."""
    hours = 8784 if year == 2028 else HOURS
    series = {name: np.zeros(hours, dtype=np.int64) for name in ("grid_w", "charge_w", "discharge_w", "dppa_w")}
    for name, changes in watts.items():
        for hour, value in changes.items():
            series[name][hour] = value
    return Dispatch(site=SITE, year=year, deferred_w={}, **series)


@pytest.mark.parametrize(
    ("builds", "rows"),
    [
        ((), {"dispatches": (dispatch(2028),)}),
        ((order("module", "chilled", 1, "chilled"),), {}),
        ((order("generation", "pv", 1),), {}),
        ((order("battery_mw", "battery", 1),), {}),
        ((order("battery_mwh", "battery", 1),), {}),
        ((order("dppa_mw", "wind", 1),), {}),
        ((), {"placements": (Placement("office", SITE, "chilled", 2028, "cpu", 1.0),)}),
    ],
)
def test_a_site_has_hours_from_whatever_stands_first(builds: tuple[Build, ...], rows: dict[str, Any]) -> None:
    found = hourly(make_inputs(sites=(make_site(),)), *builds, **rows)
    assert [(hour.site.id, hour.year, hour.load_kw.size) for hour in found.all()] == [(SITE, 2028, 8784)]
    assert [found.stands(SITE, year) for year in YEARS] == [False, False, True]


def account(inputs: CapacityInputs, *builds: Build, **rows: Any) -> HourlyAccount:
    return hourly(inputs, *builds, **rows).of(inputs.site(SITE), 2027)


CYCLE: dict[str, Any] = {"charge_w": {1: 1_000_000}, "discharge_w": {19: 500_000}}


def test_a_store_loses_on_both_ways_and_keeps_its_minimum() -> None:
    """A tenth of 6 MWh stays in: 950 kWh go in at one, 526 come out at 19; the start is the lowest that allows it."""
    builds = tuple(Build(kind, SITE, "battery", 2027, size, dt.date(2026, 1, 31)) for kind, size in SIZES)
    found = account(make_inputs(), *builds, dispatches=(dispatch(**CYCLE),))
    assert found.battery_change_kw[[0, 1, 19]].tolist() == pytest.approx([0, 950, -500 / 0.95])
    assert found.soc_kwh[[0, 1, 18, 19, 8759]].tolist() == pytest.approx([600, 1550, 1550, *[1550 - 500 / 0.95] * 2])


SIZES: tuple[tuple[BuildKind, float], ...] = (("battery_mw", 2.0), ("battery_mwh", 6.0))


def test_a_reserve_lies_above_the_minimum() -> None:
    """88 kW for five minutes, 7.7 kWh at 95 %, stay in as well."""
    builds = tuple(Build(kind, SITE, "battery", 2027, size, dt.date(2026, 1, 31)) for kind, size in SIZES)
    server = Build("server", SITE, "gpu", 2027, 8, dt.date(2026, 1, 31), "chilled")
    found = account(make_resilient_inputs(), *builds, server, dispatches=(dispatch(**CYCLE),))
    assert (found.reserve_mw, found.reserve_mwh) == pytest.approx((0.088, 0.088 * 5 / 60 / 0.95))
    assert found.soc_kwh[0] == pytest.approx(600 + 88 * 5 / 60 / 0.95)


def test_a_folder_without_a_battery_takes_charge_as_it_is() -> None:
    found = account(make_inputs(energy=make_energy(battery=None)), dispatches=(dispatch(**CYCLE),))
    assert found.battery_change_kw[[0, 1, 19]].tolist() == [0.0, 1000.0, -500.0]
    assert found.soc_kwh[[0, 1, 19]].tolist() == [0.0, 1000.0, 500.0]


def test_generation_is_used_as_far_as_there_is_need_of_it() -> None:
    """Charging takes it too; where the grid brings more than the load, none is used, and never more than is made."""
    wind = Build("generation", SITE, "wind", 2027, 2.0, dt.date(2026, 1, 31))
    module = Build("module", SITE, "chilled", 2027, 1, dt.date(2026, 1, 31), "chilled")
    rows = dispatch(grid_w={2: 9000, 3: 1000, 4: 1000}, charge_w={1: 100_000_000, 3: 4000}, discharge_w={4: 3000})
    found = account(make_inputs(), wind, module, dispatches=(rows,))
    made = float(found.produced_kw[0])
    assert made > 100
    assert found.load_kw[0] == 5.0
    assert found.used_kw[:5].tolist() == pytest.approx([5.0, made, 0.0, 5 + 4 - 1, 5 - 3 - 1])


def test_standby_draws_idle_power_and_work_by_its_class() -> None:
    """Six servers work and four wait, all with a tenth of fabric; the hall has no UPS of its own in the plan."""
    work = Placement("office", SITE, "chilled", 2027, "cpu", 6.0)
    standby = Standby("office", SITE, "chilled", 2027, "cpu", 4.0)
    found = account(make_inputs(), placements=(work,), standbys=(standby,))
    idle = 10 * 0.2 * 1.1
    assert found.it_kw[[0, 9, 48]].tolist() == pytest.approx(
        [idle + 6 * 0.6 * 1.1 * share for share in (0.3, 0.9, 0.3)]
    ), "Friday's night and morning, and a Sunday"
    slope = (1 + 0.02 + 0.05 - 0.01) * 1.2 + 0.05
    assert found.load_kw[9] == pytest.approx(slope * found.it_kw[9])


def test_extra_servers_draw_idle_power_and_let_more_work_be_done_at_a_time() -> None:
    """Two servers of 10 kW work, three are extra: 8 kW of each may do waiting work, with a tenth of fabric."""
    work = Placement("ai", SITE, "chilled", 2027, "gpu", 2.0)
    extra = Extra("batch", SITE, "chilled", 2027, "gpu", 3.0)
    elsewhere = Extra("batch", SITE, "shell", 2027, "gpu", 4.0)
    (without,) = account(make_inputs(), placements=(work,)).deferrable
    found = account(make_inputs(), placements=(work,), extras=(extra, elsewhere))
    assert without.full_kw == pytest.approx(2 * 8 * 1.1)
    (there,) = found.deferrable
    assert there.full_kw == pytest.approx(5 * 8 * 1.1)
    assert there.arrivals_kw == pytest.approx(without.arrivals_kw), "no more work arrives"
    assert there.steady_kw == pytest.approx(without.steady_kw)
    assert found.it_kw_by_hall["chilled"] == pytest.approx(5 * 2.0 * 1.1 + there.steady_kw)


def test_ups_and_modules_draw_without_any_load() -> None:
    ups = Build("ups", SITE, "ups-250", 2027, 3, dt.date(2026, 1, 31), "chilled")
    module = Build("module", SITE, "chilled", 2027, 2, dt.date(2026, 1, 31), "chilled")
    found = account(make_inputs(), ups, module)
    assert found.it_kw.max() == 0
    assert set(found.load_kw.tolist()) == {2 * 5 + 3 * 250 * 0.01}
