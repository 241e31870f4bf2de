"""What stands in which year: grid steps and their voltage, existing servers, and what makes a facility."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from capacity.accounts.standing import Standing
from capacity.inputs.sites import Site
from capacity.plan import Build, BuildKind, Placement, Plan
from tests.factories import SOURCE, make_existing_site, make_inputs, make_site

SITE, ROOM = "khanh-an", "phong-may"
YEARS = (2026, 2027, 2028)
ORDERED = dt.date(2026, 1, 31)


def step(name: str, mw: float, kv: float, lifetime: float = 30.0) -> dict[str, Any]:
    terms = {"capex_vnd": 1e9, "lead_time_months": 6.0, "lifetime_years": lifetime, "source": SOURCE}
    return {"id": name, "add_mw": mw, "voltage_kv": kv, **terms}


def connected(own_kv: float, *steps: dict[str, Any]) -> Site:
    return make_site(grid={"existing_mw": 10.0, "voltage_kv": own_kv, "steps": steps, "source": SOURCE})


def taken(site: Site, **years: int) -> Standing:
    """A plan that takes steps, each for its year."""
    builds = tuple(Build("grid_step", SITE, name, year, 1, ORDERED) for name, year in years.items())
    return Standing(make_inputs(sites=(site,)), Plan(YEARS, builds, (), (), (), ()))


def connection(standing: Standing, site: Site) -> list[tuple[float, float]]:
    return [(standing.connection_mw(site, year), standing.voltage_kv(site, year)) for year in YEARS]


@pytest.mark.parametrize(
    ("own_kv", "low_year", "high_year", "expected"),
    [
        (22.0, None, None, [(10, 22), (10, 22), (10, 22)]),
        (22.0, None, 2027, [(10, 22), (40, 110), (40, 110)]),
        (220.0, None, 2027, [(10, 220), (40, 110), (40, 110)]),
        (220.0, 2027, 2028, [(10, 220), (15, 35), (45, 110)]),
        (22.0, 2028, 2027, [(10, 22), (40, 110), (45, 110)]),
    ],
)
def test_voltage_is_the_highest_of_the_steps_in_service_else_the_own(
    own_kv: float, low_year: int | None, high_year: int | None, expected: list[tuple[float, float]]
) -> None:
    """Also where the connection's own is higher: a step in service sets the price."""
    site = connected(own_kv, step("high", 30.0, 110.0), step("low", 5.0, 35.0))
    years = {name: year for name, year in (("low", low_year), ("high", high_year)) if year is not None}
    assert connection(taken(site, **years), site) == expected


def test_a_step_that_comes_late_serves_from_that_year() -> None:
    site = connected(22.0, step("late", 30.0, 110.0) | {"delay_years": 1})
    assert connection(taken(site, late=2026), site) == [(10, 22), (40, 110), (40, 110)]
    site = connected(22.0, step("late", 30.0, 110.0, lifetime=1.5) | {"delay_years": 1})
    assert connection(taken(site, late=2026), site) == [(10, 22), (40, 110), (10, 22)]


def test_a_step_past_its_lifetime_leaves_the_connection_as_it_was() -> None:
    site = connected(22.0, step("short", 30.0, 110.0, lifetime=1.5))
    assert connection(taken(site, short=2027), site) == [(10, 22), (40, 110), (10, 22)]


def room(*modules: dict[str, Any], **fields: Any) -> Standing:
    values = {"existing_modules": [{"source": SOURCE, **row} for row in modules], **fields}
    return Standing(make_inputs(sites=(make_existing_site(**values),)), Plan(YEARS, (), (), (), (), ()))


def test_existing_servers_serve_whole_years_within_their_dates() -> None:
    servers = [
        {"sku": "cpu", "servers": 4, "from_date": "2020-01-01", "to_date": "2028-01-01", "source": SOURCE},
        {"sku": "cpu", "servers": 3, "from_date": "2026-06-01", "source": SOURCE},
    ]
    modules = [
        {"hall": "room", "modules": 1, "from_date": "2020-01-01"},
        {"hall": "room", "modules": 2, "from_date": "2028-01-01"},
        {"hall": "chilled", "modules": 5, "from_date": "2027-01-01"},
    ]
    standing = room(*modules, existing_servers=servers)
    assert [standing.existing_servers(ROOM, "room", "cpu", year) for year in YEARS] == [4, 7, 3]
    assert [standing.existing_modules(ROOM, "room", year) for year in YEARS] == [1, 1, 3]
    assert [standing.modules(ROOM, "chilled", year) for year in YEARS] == [0, 5, 5]
    assert [standing.existing_servers(ROOM, "chilled", "cpu", year) for year in YEARS] == [0, 0, 0], "in the first hall"


def test_servers_of_a_site_whose_halls_have_closed_stay_in_the_first() -> None:
    standing = room({"hall": "room", "modules": 1, "from_date": "2020-01-01", "to_date": "2027-01-01"})
    assert [standing.modules(ROOM, "room", year) for year in YEARS] == [1, 0, 0]
    assert [standing.existing_servers(ROOM, "room", "cpu", year) for year in YEARS] == [4, 4, 4]
    assert [standing.halls(ROOM, year) for year in YEARS] == [["room"]] * 3


def order(kind: BuildKind, item: str, hall: str = "chilled", amount: float = 2, year: int = 2027) -> Build:
    return Build(kind, SITE, item, year, amount, ORDERED, hall)


@pytest.mark.parametrize(
    ("builds", "placements"),
    [
        ((order("module", "chilled"),), ()),
        ((order("server", "cpu"),), ()),
        ((order("ups", "ups-250"),), ()),
        ((order("genset", "genset-1000"),), ()),
        ((order("chiller", "chiller-400"),), ()),
        (
            (),
            (
                Placement("office", SITE, "chilled", 2027, "cpu", 1.0),
                Placement("office", SITE, "chilled", 2028, "cpu", 1.0),
            ),
        ),
    ],
)
def test_anything_makes_a_facility(builds: tuple[Build, ...], placements: tuple[Placement, ...]) -> None:
    standing = Standing(make_inputs(sites=(make_site(),)), Plan(YEARS, builds, placements, (), (), ()))
    assert [standing.halls(SITE, year) for year in YEARS] == [[], ["chilled"], ["chilled"]]
    assert [(site.id, hall, year) for site, hall, year in standing.facilities()] == [
        (SITE, "chilled", 2027),
        (SITE, "chilled", 2028),
    ]


def test_what_is_placed_and_let_is_of_the_hall() -> None:
    rows = (
        Placement("office", SITE, "chilled", 2027, "cpu", 3.0),
        Placement("second", SITE, "chilled", 2027, "cpu", 4.0),
        Placement("office", SITE, "shell", 2027, "cpu", 9.0),
        Placement("office", SITE, "chilled", 2028, "cpu", 8.0),
        Placement("tenants", SITE, "shell", 2027, None, 0.0, 12.0),
        Placement("tenants", SITE, "chilled", 2027, None, 0.0, 0.1),
    )
    bought = (order("server", "cpu", amount=10), order("server", "cpu", "shell", 20))
    standing = Standing(make_inputs(sites=(make_site(),)), Plan(YEARS, bought, rows, (), (), ()))
    assert standing.placed(SITE, "chilled", 2027) == {"cpu": 7.0}
    assert standing.placed(SITE, "shell", 2027) == {"cpu": 9.0}
    assert standing.wholesale_mw(SITE, "shell", 2027) == 12.0
    assert standing.critical_it_kw(SITE, "chilled", 2027) == pytest.approx(10 * 0.88 + 100)
    assert standing.critical_it_kw(SITE, "shell", 2027) == pytest.approx(20 * 0.88 + 12_000)
    assert standing.critical_it_kw(SITE, "shell", 2026) == 0.0


def test_plant_and_generation_are_told_without_zeros() -> None:
    builds = (
        order("ups", "ups-250", amount=3),
        order("ups", "ups-250", amount=2, year=2028),
        Build("generation", SITE, "pv", 2028, 4.5, ORDERED),
        Build("generation", SITE, "pv", 2028, 0.5, ORDERED),
    )
    standing = Standing(make_inputs(sites=(make_site(),)), Plan(YEARS, builds, (), (), (), ()))
    assert [standing.plant("ups", SITE, "chilled", year) for year in YEARS] == [{}, {"ups-250": 3}, {"ups-250": 5}]
    assert standing.plant("genset", SITE, "chilled", 2028) == standing.plant("ups", SITE, "shell", 2028) == {}
    assert [standing.generation_mw(SITE, year) for year in YEARS] == [{}, {}, {"pv": 5.0}]
