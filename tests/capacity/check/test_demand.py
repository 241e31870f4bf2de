"""Rules of demand by hand: fractions that are carried, who stands where, and megawatts that are let."""

from __future__ import annotations

from dataclasses import replace

import pytest

from capacity.check.demand import (
    demand_is_met,
    pools_stand_where_their_payer_pays,
    servers_serve_their_kind_of_pool,
    systems_stay_until_they_move,
    wholesale_sites_have_the_minimum,
)
from capacity.plan import Placement, Rent
from tests.capacity.check.breakers import SITE
from tests.capacity.check.judging import of_2027, told, violations
from tests.factories import (
    make_existing_site,
    make_gpu_pool,
    make_gpu_sku,
    make_hardware,
    make_pool,
    make_settings,
    make_site,
    make_sku,
    make_state_pool,
    make_storage_sku,
    make_wholesale_pool,
)


def office(servers: float, sku: str, site: str = SITE, year: int = 2027) -> Placement:
    return Placement("office", site, "chilled", year, sku, servers)


CPU, STORAGE = 2000 / 128, 1500 / 500
"""Servers that carry all of the office pool: by vCPU (its memory needs half of that), and its storage."""


@pytest.mark.parametrize(
    ("cpu", "storage", "rented", "carried"),
    [
        (CPU, STORAGE, 0.0, None),
        (0.5 * CPU, STORAGE, 0.0, 0.5),
        (CPU, 0.5 * STORAGE, 0.0, 0.5),
        (0.5 * CPU, 0.5 * STORAGE, 0.5, None),
        (0.5 * CPU, STORAGE, 0.499, 0.999),
        (CPU, 0.0, 0.0, 0.0),
        (0.0, 0.0, 1.0, None),
        (0.0, 0.0, 1 + 5e-7, None),
        (0.0, 0.0, 1.001, 1.001),
        (2 * CPU, 2 * STORAGE, 0.0, None),
    ],
)
def test_scarcest_resource_decides_what_is_carried(
    cpu: float, storage: float, rented: float, carried: float | None
) -> None:
    rents = (Rent("office", "tender", 2027, rented),)
    found = told(demand_is_met, of_2027(office(cpu, "cpu"), office(storage, "storage"), rents=rents))
    assert found.keys() == (set() if carried is None else {"office/2027"})
    if carried is not None:
        assert found["office/2027"] == pytest.approx((carried, 1))


def test_memory_decides_where_servers_have_little() -> None:
    hardware = make_hardware(skus=(make_sku(memory_gib=256.0), make_storage_sku(), make_gpu_sku()))
    found = told(demand_is_met, of_2027(office(CPU, "cpu"), office(STORAGE, "storage"), hardware=hardware))
    assert found["office/2027"][0] == pytest.approx(CPU * 256 / 8000)


def test_gpu_servers_carry_by_equivalents() -> None:
    rows = (
        Placement("ai", SITE, "chilled", 2027, "gpu", 64 / (8 * 1.25)),
        Placement("ai", SITE, "chilled", 2027, "storage", 0.8),
    )
    assert told(demand_is_met, of_2027(*rows, pools=(make_gpu_pool(),))) == {}
    fewer = (replace(rows[0], servers=5.0), rows[1])
    found = told(demand_is_met, of_2027(*fewer, pools=(make_gpu_pool(),)))
    assert found["ai/2027"][0] == pytest.approx(50 / 64)


def test_what_counts_is_of_the_pool_the_year_and_the_payer() -> None:
    """Servers of another year, of the State's room and for other pools carry nothing; sites add up."""
    other = make_site("nam-can")
    sites = (make_site(), other, make_existing_site())
    half = (office(0.5 * CPU, "cpu"), office(0.5 * STORAGE, "storage"))
    there = tuple(replace(row, site="nam-can") for row in half)
    assert told(demand_is_met, of_2027(*half, *there, sites=sites)) == {}
    for field in ({"year": 2028}, {"site": "phong-may"}):
        elsewhere = tuple(replace(row, **field) for row in half)
        found = told(demand_is_met, of_2027(*half, *elsewhere, sites=sites))
        assert found["office/2027"][0] == pytest.approx(0.5), field
    others = tuple(replace(row, pool="second") for row in half)
    pools = (make_pool(), make_pool("second"))
    assert told(demand_is_met, of_2027(*half, *others, pools=pools)) == {
        name: pytest.approx((0.5, 1)) for name in ("office/2027", "second/2027")
    }
    unmatched = (office(CPU, "cpu"), replace(office(STORAGE, "storage"), site="nam-can"))
    assert told(demand_is_met, of_2027(*unmatched, sites=sites))["office/2027"][0] == 0, "work without its storage"


def test_rent_of_other_years_and_pools_carries_nothing() -> None:
    rents = (Rent("office", "tender", 2028, 1.0), Rent("second", "tender", 2027, 1.0))
    found = told(demand_is_met, of_2027(rents=rents, pools=(make_pool(), make_pool("second"))))
    assert found == {"office/2027": (0.0, 1)}


def let(megawatt: float, site: str = SITE) -> Placement:
    return Placement("tenants", site, "shell", 2027, None, 0.0, megawatt)


@pytest.mark.parametrize(("megawatt", "carried"), [(12.0, None), (11.0, 11 / 12), (13.0, 13 / 12)])
def test_tenants_are_let_what_they_ask_for_and_no_more(megawatt: float, carried: float | None) -> None:
    found = told(demand_is_met, of_2027(let(megawatt), pools=(make_wholesale_pool(),)))
    assert found.keys() == (set() if carried is None else {"tenants/2027"})
    if carried is not None:
        assert found["tenants/2027"][0] == pytest.approx(carried)


@pytest.mark.parametrize(
    ("asked", "parts", "told_parts"),
    [
        (24.0, (12.0, 12.0), {}),
        (24.0, (14.5, 9.5), {"nam-can": (9.5, 10.0)}),
        (24.0, (10.0, 14.0), {}),
        (12.0, (8.0, 4.0), {SITE: (8.0, 10.0), "nam-can": (4.0, 10.0)}),
        (8.0, (8.0, 0.0), {}),
        (8.0, (7.0, 0.0), {SITE: (7.0, 8.0)}),
    ],
)
def test_a_site_lets_the_minimum_or_all(
    asked: float, parts: tuple[float, float], told_parts: dict[str, tuple[float, float]]
) -> None:
    pool = make_wholesale_pool(amounts={"wholesale_mw": (0.0, asked, 0.0)})
    sites = (make_site(), make_site("nam-can"))
    two_halls = (let(parts[0] / 2), let(parts[0] / 2), let(parts[1], "nam-can"))
    found = told(wholesale_sites_have_the_minimum, of_2027(*two_halls, pools=(pool,), sites=sites))
    assert found == {f"tenants/{site}/2027": pytest.approx(pair) for site, pair in told_parts.items()}


@pytest.mark.parametrize(
    ("row", "amount"),
    [
        (Placement("office", SITE, "chilled", 2027, "gpu", 2.0), 2.0),
        (Placement("ai", SITE, "chilled", 2027, "cpu", 3.0), 3.0),
        (Placement("office", SITE, "chilled", 2027, "cpu", 1.0, 5.0), 1.0),
        (Placement("office", SITE, "chilled", 2027, None, 0.0, 5.0), 5.0),
        (Placement("tenants", SITE, "shell", 2027, "cpu", 1.0, 5.0), 1.0),
        (Placement("tenants", SITE, "shell", 2027, None, 1.0, 5.0), 1.0),
        (Placement("tenants", SITE, "chilled", 2027, None, 0.0, 5.0), 5.0),
        (Placement("tenants", SITE, "shell", 2027, None, 0.0, 5.0), None),
        (Placement("office", SITE, "chilled", 2027, "cpu", 1.0), None),
        (Placement("ai", SITE, "chilled", 2027, "gpu", 1.0), None),
        (Placement("ai", SITE, "chilled", 2027, "storage", 1.0), None),
    ],
)
def test_servers_and_halls_are_of_the_kind_of_the_pool(row: Placement, amount: float | None) -> None:
    pools = (make_pool(), make_gpu_pool(), make_wholesale_pool())
    found = violations(servers_serve_their_kind_of_pool, of_2027(row, pools=pools))
    assert [violation.amount for violation in found] == ([] if amount is None else [amount])
    for violation in found:
        assert violation.unit == ("MW" if row.sku is None else "servers")


def test_a_pool_at_the_others_site_is_told_in_servers_or_megawatts() -> None:
    rows = (
        Placement("office", "phong-may", "room", 2027, "cpu", 3.0),
        Placement("tenants", "phong-may", "room", 2028, None, 0.0, 12.0),
        Placement("systems", "phong-may", "room", 2027, "cpu", 1.0),
        Placement("office", SITE, "chilled", 2027, "cpu", 1.0),
    )
    case = of_2027(*rows, pools=(make_pool(), make_wholesale_pool(), make_state_pool()))
    found = violations(pools_stand_where_their_payer_pays, case)
    assert [(row.where, row.amount, row.unit) for row in found] == [
        ("office/phong-may/2027", 3.0, "servers"),
        ("tenants/phong-may/2028", 12.0, "MW"),
    ]


def test_minimum_of_tenants_is_a_setting() -> None:
    settings = make_settings(minimum_wholesale_mw=12.5)
    case = of_2027(let(12.0), pools=(make_wholesale_pool(amounts={"wholesale_mw": (0.0, 24.0, 0.0)}),))
    assert told(wholesale_sites_have_the_minimum, case) == {}
    assert told(wholesale_sites_have_the_minimum, case.with_inputs(settings=settings)) == {
        f"tenants/{SITE}/2027": (12.0, 12.5)
    }


def test_systems_that_have_not_moved_stay_in_their_room() -> None:
    """Placed at the existing site all is well; rent and a candidate count what is away, of such systems alone."""
    pool, moved = make_state_pool(in_room=True), make_pool()
    room = tuple(
        Placement("systems", "phong-may", "room", 2027, sku, count)
        for sku, count in (("cpu", 200 / 128), ("storage", 0.2))
    )
    sites = (make_site(payer="state"), make_existing_site())
    at_home = of_2027(*room, pools=(pool, moved), rents=(Rent("office", "tender", 2027, 1.0),), sites=sites)
    assert told(systems_stay_until_they_move, at_home) == {}
    rented = at_home.with_plan(rents=(Rent("systems", "tender", 2027, 0.2), Rent("systems", "hcm-1", 2027, 0.1)))
    assert told(systems_stay_until_they_move, rented) == {"systems/2027": pytest.approx((0.3, 0))}
    half = tuple(replace(row, site=SITE, hall="chilled", servers=0.5 * row.servers) for row in room)
    away = at_home.with_plan(placements=(*room, *half), rents=(Rent("systems", "tender", 2027, 0.2),))
    assert told(systems_stay_until_they_move, away) == {"systems/2027": pytest.approx((0.7, 0))}
    pools = (replace(pool, in_room=False), moved)
    assert told(systems_stay_until_they_move, of_2027(*half, pools=pools, sites=sites)) == {}
