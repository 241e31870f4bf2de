"""Rules of halls by hand: what stands against what a hall, its plant and the land allow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from capacity.check.halls import (
    hall_power_is_enough,
    land_is_enough,
    plant_is_redundant,
    racks_fit_the_hall,
    required_units_kw,
    servers_fit_their_hall,
    spares_are_kept,
)
from capacity.inputs.hardware import Tier
from capacity.plan import Build, BuildKind, Extra, Placement, Standby
from tests.capacity.check.breakers import SITE
from tests.capacity.check.judging import in_2027, of, one_year, order, told, violations
from tests.factories import (
    SOURCE,
    make_cooling,
    make_existing_site,
    make_fuel_tank,
    make_gpu_sku,
    make_hall,
    make_hardware,
    make_room,
    make_shell,
    make_site,
    make_sku,
    make_storage_sku,
)

PLACE, ROOM = f"{SITE}/chilled/2027", "phong-may/room/2027"


@pytest.mark.parametrize(
    ("sku", "hall", "fits"),
    [
        ({}, {}, True),
        ({}, {"max_rack_kw": 10 * 0.8 * 1.1}, True),
        ({}, {"max_rack_kw": 10 * 0.8 * 1.1 - 0.01}, False),
        ({}, {"max_rack_weight_kg": 700.0}, True),
        ({}, {"max_rack_weight_kg": 699.0}, False),
        ({"liquid_cooled": True}, {}, False),
        ({"liquid_cooled": True}, {"cooling": "direct_liquid"}, True),
        ({}, {"cooling": "direct_liquid"}, True),
    ],
)
def test_a_rack_fits_by_power_weight_and_cooling(sku: dict[str, Any], hall: dict[str, Any], fits: bool) -> None:
    hardware = make_hardware(
        skus=(make_sku(**sku), make_storage_sku(), make_gpu_sku()), halls=(make_hall(**hall), make_shell(), make_room())
    )
    found = told(servers_fit_their_hall, of(order("server", "cpu"), hardware=hardware))
    assert found == ({} if fits else {PLACE: pytest.approx((8.8, hall.get("max_rack_kw", 30.0)))})


def test_gpus_cooled_by_air_stay_out_of_liquid_halls() -> None:
    liquid = make_hall(cooling="direct_liquid")
    for cooled, fits in ((False, False), (True, True)):
        skus = (make_sku(), make_storage_sku(), make_gpu_sku(liquid_cooled=cooled))
        hardware = make_hardware(skus=skus, halls=(liquid, make_shell(), make_room()))
        assert (told(servers_fit_their_hall, of(order("server", "gpu"), hardware=hardware)) == {}) is fits


def placed(servers: float, sku: str = "cpu", site: str = SITE, hall: str = "chilled") -> Placement:
    return Placement("office", site, hall, 2027, sku, servers)


def test_a_tenth_of_the_servers_is_spare() -> None:
    """Of 20 servers 18 may work, stand by or be extra; those of another hall, kind or year do not count."""
    twenty = (order("server", "cpu", 20), order("server", "storage", 20), order("server", "cpu", 20, hall="shell"))
    standby = Standby("office", SITE, "chilled", 2027, "cpu", 8.0)
    elsewhere = Standby("office", SITE, "shell", 2027, "cpu", 18.0)
    assert told(spares_are_kept, of(*twenty, placements=(placed(18.0),))) == {}
    assert told(spares_are_kept, of(*twenty, placements=(placed(10.0),), standbys=(standby, elsewhere))) == {}
    assert told(spares_are_kept, of(*twenty, placements=(placed(10.1),), standbys=(standby, elsewhere))) == {
        PLACE: pytest.approx((18.1, 18.0))
    }
    assert told(spares_are_kept, of(*twenty, standbys=(standby, standby, standby))) == {
        PLACE: pytest.approx((24.0, 18.0))
    }
    extra = Extra("batch", SITE, "chilled", 2027, "cpu", 8.0)
    both = of(*twenty, placements=(placed(5.0),), standbys=(replace(standby, servers=5.0),))
    assert told(spares_are_kept, both.with_plan(extras=(extra,))) == {}
    assert told(spares_are_kept, both.with_plan(extras=(replace(extra, servers=8.5),))) == {
        PLACE: pytest.approx((18.5, 18.0))
    }
    assert told(spares_are_kept, of(placements=(placed(1.0),))) == {PLACE: (1.0, 0.0)}
    room = placed(3.7, site="phong-may", hall="room")
    assert told(spares_are_kept, of(placements=(room,))) == {ROOM: pytest.approx((3.7, 3.6))}


def test_racks_are_whole_by_kind_of_server() -> None:
    """11 CPU servers are two racks, 5 storage servers two and 2 GPU servers one."""
    builds = (
        order("server", "cpu", 11),
        order("server", "storage", 5),
        order("server", "gpu", 2),
        order("module", "chilled"),
    )
    for racks, broken in ((5, False), (4, True)):
        halls = (make_hall(racks=racks), make_shell(), make_room())
        found = in_2027(racks_fit_the_hall, of(*builds, hardware=make_hardware(halls=halls)))
        assert found == ({PLACE: (5, 4)} if broken else {})
    two = make_hardware(halls=(make_hall(racks=3), make_shell(), make_room()))
    assert told(racks_fit_the_hall, of(*builds, order("module", "chilled"), hardware=two)) == {}
    assert in_2027(racks_fit_the_hall, of(order("server", "cpu", 10))) == {PLACE: (1, 0)}


def test_power_of_a_hall_is_nameplate_with_fabric_and_tenants() -> None:
    """40 GPU servers of 11 kW are 440 kW; 60 kW are left of 500."""
    builds = (order("server", "gpu", 40), order("module", "chilled"))
    tenants = Placement("tenants", SITE, "chilled", 2027, None, 0.0, 0.06)
    assert in_2027(hall_power_is_enough, of(*builds, placements=(tenants,))) == {}
    more = Placement("tenants", SITE, "chilled", 2027, None, 0.0, 0.061)
    assert in_2027(hall_power_is_enough, of(*builds, placements=(more,))) == {PLACE: pytest.approx((501.0, 500.0))}
    modules = (*builds, order("module", "chilled"))
    assert in_2027(hall_power_is_enough, of(*modules, placements=(more,))) == {}
    assert in_2027(hall_power_is_enough, of(placements=(tenants,))) == {PLACE: pytest.approx((60.0, 0.0))}


def test_servers_left_in_a_room_that_has_closed_are_not_in_use() -> None:
    since = {"hall": "room", "modules": 1, "from_date": "2020-01-01", "source": SOURCE}
    closed = make_existing_site(existing_modules=[{**since, "to_date": "2027-01-01"}])
    case = of(sites=(make_site(), closed))
    assert told(hall_power_is_enough, case) == told(racks_fit_the_hall, case) == {}
    work = placed(1.0, site="phong-may", hall="room")
    used = of(placements=(work,), sites=(make_site(), closed))
    assert told(hall_power_is_enough, used) == {ROOM: pytest.approx((5 * 0.88, 0.0))}
    assert told(racks_fit_the_hall, used) == {ROOM: (2, 0)}


@pytest.mark.parametrize(
    ("tier", "kind", "in_use", "expected"),
    [
        ("N", "ups", True, 1000.0),
        ("N", "genset", True, 1000.0),
        ("N+1", "ups", True, 1250.0),
        ("N+1", "ups", False, 1000.0),
        ("2N", "ups", True, 2000.0),
        ("2N", "ups", False, 2000.0),
        ("2N", "chiller", True, 2000.0),
        ("2N", "genset", True, 1250.0),
        ("2N", "genset", False, 1000.0),
    ],
)
def test_units_that_a_tier_asks_for(tier: Tier, kind: BuildKind, in_use: bool, expected: float) -> None:
    assert required_units_kw(tier, kind, 1000.0, 250.0, in_use) == expected


IT_KW = 40 * 11.0
UNITS: dict[BuildKind, tuple[str, float]] = {
    "ups": ("ups-250", 250.0),
    "chiller": ("chiller-400", 400.0),
    "genset": ("genset-1000", 1000.0),
}


@pytest.mark.parametrize("kind", list(UNITS))
@pytest.mark.parametrize(("tier", "times", "spare"), [("N", 1, 0), ("N+1", 1, 1), ("2N", 2, 0)])
def test_plant_carries_critical_load_heat_and_all_power(kind: BuildKind, tier: Tier, times: int, spare: int) -> None:
    """UPS 440 kW; chillers its heat with losses at 90 % of their rating; gensets all with cooling and fixed losses.

    Without UPS there are no losses of theirs at no load.
    """
    unit, unit_kw = UNITS[kind]
    heat = 1 + 0.02 + 0.05 - 0.01
    needs = {"ups": IT_KW, "chiller": IT_KW * heat / 0.9, "genset": 5.0 + IT_KW * (heat * 1.2 + 0.05)}
    if kind == "genset" and tier == "2N":
        times, spare = 1, 1
    least = times * needs[kind] + spare * unit_kw
    hardware = make_hardware(halls=(make_hall(tier=tier), make_shell(), make_room()))
    base = (order("server", "gpu", 40), order("module", "chilled"))
    for amount, broken in ((least / unit_kw + 1e-3, False), (least / unit_kw - 1e-3, True)):
        case = of(*base, order(kind, unit, amount), hardware=hardware)
        found = [row for row in violations(plant_is_redundant, case) if row.where == PLACE and unit in row.message_en]
        assert [(row.amount, row.allowed) for row in found] == (
            [pytest.approx((amount * unit_kw, least))] if broken else []
        )


def test_plant_is_asked_of_halls_that_can_be_ordered_and_have_such_units() -> None:
    halls = (make_hall(chiller=None), make_shell(), make_room())
    builds = (
        order("server", "gpu", 40),
        order("module", "chilled"),
        order("ups", "ups-250", 3),
        order("genset", "genset-1000", 2),
    )
    assert in_2027(plant_is_redundant, of(*builds, hardware=make_hardware(halls=halls))) == {}
    assert told(plant_is_redundant, of()) == {}, "the room brings its own"


def test_a_module_without_servers_has_a_spare_unit_of_each_kind() -> None:
    found = violations(plant_is_redundant, of(order("module", "chilled")))
    needed = {row.message_en.split()[2].removesuffix(":"): row.allowed for row in found if row.where == PLACE}
    assert needed == {"ups-250": 250, "genset-1000": 1005, "chiller-400": 400}


def test_gensets_carry_the_losses_of_every_module_and_servers_without_one_need_no_spare_unit() -> None:
    """Two modules of 5 kW are 10 kW; servers that wait for their module are carried and no more."""
    servers = order("server", "gpu", 40)

    def needed(*builds: Build) -> float:
        found = violations(plant_is_redundant, of(servers, *builds))
        return next(row.allowed for row in found if row.where == PLACE and "genset" in row.message_en)

    all_power = IT_KW * (1.06 * 1.2 + 0.05)
    assert needed(order("module", "chilled", 2)) == pytest.approx(all_power + 10 + 1000)
    assert needed() == pytest.approx(all_power)


def test_what_ups_lose_without_load_is_heat_for_chillers_and_load_for_gensets() -> None:
    """Four UPS of 250 kW lose 10 kW at no load."""
    case = of(order("server", "gpu", 40), order("module", "chilled"), order("ups", "ups-250", 4))
    found = [row for row in violations(plant_is_redundant, case) if row.where == PLACE]
    needed = {unit: row.allowed for row in found for unit in ("chiller-400", "genset-1000") if unit in row.message_en}
    chillers, gensets = (IT_KW * 1.06 + 10) / 0.9 + 400, IT_KW * (1.06 * 1.2 + 0.05) + 5 + 10 + 1000
    assert needed == pytest.approx({"chiller-400": chillers, "genset-1000": gensets})


def test_gensets_carry_the_hottest_hour() -> None:
    """COP 5 at 25 °C and half less for every degree above: 3 in the one hour of 29 °C."""
    cooling = make_cooling(temperature="dry_bulb", cop_per_degree=0.5)
    halls = (make_hall(tier="N", cooling_model=cooling), make_shell(), make_room())
    hot = one_year().weather[SITE]
    temperature = hot.temp_air_c.copy()
    temperature[4000] = 29.0
    weather = {**one_year().weather, SITE: type(hot)(**{**vars(hot), "temp_air_c": temperature})}
    builds = (order("server", "gpu", 40), order("module", "chilled"))
    case = of(*builds, hardware=make_hardware(halls=halls), weather=weather)
    least = 5.0 + IT_KW * (1.06 * (1 + 1 / 3) + 0.05)
    found = [row for row in violations(plant_is_redundant, case) if row.where == PLACE and "genset" in row.message_en]
    assert [row.allowed for row in found] == [pytest.approx(least)]


def test_land_is_for_modules_panels_and_tanks() -> None:
    """800 m2 a module, 1,000 m2 a MW of PV, 50 m2 a tank; turbines of this folder and existing rooms take none."""
    hardware = make_hardware(fuel_tank=make_fuel_tank())
    builds = (
        order("module", "chilled", 2),
        order("generation", "pv", 3),
        order("generation", "wind", 3),
        order("fuel_tank", "tank-20", 4),
    )
    for land, broken in ((4800.0, False), (4799.0, True)):
        case = of(*builds, hardware=hardware, sites=(make_site(land_m2=land), make_existing_site(land_m2=1.0)))
        assert in_2027(land_is_enough, case) == ({f"{SITE}/2027": pytest.approx((4800, land))} if broken else {})
