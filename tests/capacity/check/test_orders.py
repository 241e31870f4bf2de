"""Rules of orders by hand: what the folder offers, when, with whose money, and how much of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from capacity.check.orders import (
    battery_hours_are_limited,
    energy_limits_hold,
    grid_steps_are_taken_once,
    new_halls_are_funded,
    no_order_precedes_as_of,
    orders_are_of_the_catalogue,
    orders_leave_the_lead_time,
)
from capacity.plan import BuildKind
from tests.capacity.check.breakers import ALL_MONEY, HALL_MONEY, SITE
from tests.capacity.check.judging import in_2027, of, order, told
from tests.factories import (
    make_battery,
    make_dppa,
    make_energy,
    make_funding,
    make_settings,
    make_site,
)

PLACE, ROOM = f"{SITE}/chilled/2027", "phong-may/room/2027"


def test_orders_are_of_what_the_site_allows() -> None:
    for case, places in (
        (of(order("module", "chilled", 2)), {}),
        (of(order("module", "chilled", 0), sites=(make_site(allowed_halls=()),)), {}),
        (of(order("module", "chilled", 2), sites=(make_site(allowed_halls=()),)), {PLACE: (2, 0)}),
        (of(order("module", "chilled", 1), sites=(make_site(allowed_halls=()),)), {PLACE: (1, 0)}),
        (of(order("generation", "pv", 2), sites=(make_site(energy_limits=()),)), {f"{SITE}/pv/2027": (2, 0)}),
        (of(order("battery_mw", "battery", 2), sites=(make_site(energy_limits=()),)), {f"{SITE}/battery/2027": (2, 0)}),
    ):
        assert told(orders_are_of_the_catalogue, case) == places


@pytest.mark.parametrize(("day", "early"), [(15, 0), (14, 1), (1, 14)])
def test_orders_are_not_of_the_past(day: int, early: int) -> None:
    found = told(no_order_precedes_as_of, of(order("module", "chilled", order_by=dt.date(2026, 1, day))))
    assert found == ({PLACE: (early, 0)} if early else {})


@pytest.mark.parametrize(
    ("day", "late"), [(dt.date(2026, 2, 1), 0), (dt.date(2026, 2, 2), 1), (dt.date(2026, 3, 1), 28)]
)
def test_eleven_months_before_new_year_is_the_first_of_february(day: dt.date, late: int) -> None:
    found = told(orders_leave_the_lead_time, of(order("module", "chilled", order_by=day)))
    assert found == ({PLACE: (late, 0)} if late else {})


def test_a_grid_step_is_taken_once_in_all_years() -> None:
    once = order("grid_step", "step-110")
    assert told(grid_steps_are_taken_once, of(once, order("module", "chilled", 2))) == {}
    again = order("grid_step", "step-110", 1, 2028)
    assert told(grid_steps_are_taken_once, of(once, again)) == {f"{SITE}/step-110": (2, 1)}
    assert told(grid_steps_are_taken_once, of(order("grid_step", "step-110", 3))) == {f"{SITE}/step-110": (3, 1)}
    elsewhere = order("grid_step", "step-110", site="nam-can")
    assert told(grid_steps_are_taken_once, of(once, elsewhere, sites=(make_site(), make_site("nam-can")))) == {}


@pytest.mark.parametrize(
    ("payer", "sources", "funded"),
    [
        ("enterprise", (("enterprise", ALL_MONEY, 1.0),), True),
        ("enterprise", (("enterprise", ALL_MONEY, 0.0),), False),
        ("enterprise", (("enterprise", HALL_MONEY, 1e12),), False),
        ("enterprise", (("enterprise", HALL_MONEY, 1e12), ("enterprise", ("hall",), 1.0)), True),
        ("enterprise", (), True),
        ("enterprise", (("state", ALL_MONEY, 1e12),), True),
        ("state", (), False),
        ("state", (("enterprise", ALL_MONEY, 1e12),), False),
        ("state", (("state", ALL_MONEY, 1e12),), True),
    ],
)
def test_halls_need_money_that_may_be_spent_on_them(
    payer: str, sources: tuple[tuple[str, tuple[str, ...], float], ...], funded: bool
) -> None:
    funding = tuple(make_funding(f"source-{index}", *source) for index, source in enumerate(sources))
    inputs: dict[str, Any] = {"settings": make_settings(funding=funding), "sites": (make_site(payer=payer),)}
    assert told(new_halls_are_funded, of(order("module", "chilled", 2), **inputs)) == (
        {} if funded else {PLACE: (2, 0)}
    )
    assert told(new_halls_are_funded, of(order("module", "chilled", 0), order("server", "cpu"), **inputs)) == {}


def test_supply_stays_within_the_limits_of_the_site() -> None:
    """20 MW of each behind the meter and 30 MW of contract; two orders add up."""
    kinds: tuple[tuple[BuildKind, str, str, float], ...] = (
        ("generation", "pv", "pv", 20.0),
        ("generation", "wind", "wind", 20.0),
        ("battery_mw", "battery", "battery", 20.0),
        ("dppa_mw", "wind", "DPPA", 30.0),
    )
    for kind, item, name, limit in kinds:
        first = order(kind, item, limit - 5.0)
        assert told(energy_limits_hold, of(first, order(kind, item, 5.0, 2028))) == {}
        assert told(energy_limits_hold, of(first, order(kind, item, 5.1, 2028))) == {
            f"{SITE}/{name}/2028": pytest.approx((limit + 0.1, limit))
        }
    dppa = make_energy(dppa=make_dppa(max_mw_per_site=3.0))
    assert in_2027(energy_limits_hold, of(order("dppa_mw", "wind", 4.0), energy=dppa)) == {
        f"{SITE}/DPPA/2027": (4.0, 3.0)
    }
    nothing = of(order("generation", "pv", 1.0), sites=(make_site(energy_limits=()),))
    assert in_2027(energy_limits_hold, nothing) == {f"{SITE}/pv/2027": (1.0, 0.0)}


def test_a_battery_of_two_megawatts_stores_eight_megawatt_hours_at_most() -> None:
    power = order("battery_mw", "battery", 2.0)
    assert told(battery_hours_are_limited, of(power, order("battery_mwh", "battery", 8.0))) == {}
    found = in_2027(battery_hours_are_limited, of(power, order("battery_mwh", "battery", 8.1)))
    assert found == {f"{SITE}/2027": pytest.approx((8.1, 8.0))}
    shorter = make_energy(battery=make_battery(maximum_hours=2.0))
    found = in_2027(battery_hours_are_limited, of(power, order("battery_mwh", "battery", 5.0), energy=shorter))
    assert found == {f"{SITE}/2027": pytest.approx((5.0, 4.0))}
    without_power = of(order("battery_mwh", "battery", 1.0))
    assert in_2027(battery_hours_are_limited, without_power) == {f"{SITE}/2027": (1.0, 0.0)}
