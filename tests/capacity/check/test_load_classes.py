"""The pairs of load class and hall type of a site are counted as the model counts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from capacity.check.hours import load_classes_are_few
from capacity.inputs.services import LoadClass
from capacity.model.build import build_model
from capacity.model.supply import TooManyLoadClassesError
from capacity.plan import Placement, Plan, Standby
from tests.capacity.check.breakers import SITE, Case
from tests.capacity.check.judging import told
from tests.factories import (
    make_demand,
    make_hall,
    make_hardware,
    make_inputs,
    make_load_class,
    make_pool,
    make_services,
    make_settings,
    make_shell,
    make_site,
    make_sku,
    make_storage_sku,
    make_wholesale_pool,
)

PLACE = f"{SITE}/2027"
HALLS = ("chilled", "second")
MOVING = tuple(make_load_class(f"moving-{index}", weekday=(0.1 * index, 0.9) * 12) for index in range(1, 5))
STEADY = make_load_class("steady", weekday=(0.4,) * 24, weekend=(0.4,) * 24)
WEEKLY = make_load_class("weekly", weekday=(0.4,) * 24, weekend=(0.3,) * 24)
PATIENT = make_load_class(
    "patient", weekday=(0.4,) * 24, weekend=(0.4,) * 24, interactive=False, deferrable_fraction=0.5, deferrable_hours=4
)


def placed_everywhere(
    classes: Sequence[LoadClass], halls: Sequence[str], standby: bool = False, **sku: Any
) -> tuple[Case, set[str]]:
    """A pool of every class with a server in every hall; what the checker tells of pairs, and of which sites."""
    hardware = make_hardware(
        skus=(make_sku(**sku), make_storage_sku(**sku)), halls=(make_hall(), make_hall("second"), make_shell())
    )
    services = make_services(load_classes=classes)
    site = make_site(allowed_halls=tuple(halls))
    inputs = make_inputs(sites=(site,), hardware=hardware, services=services, settings=make_settings(policies=()))
    demand = make_demand(*(make_pool(row.id, load_class=row.id) for row in classes))
    rows = tuple(
        Placement(row.id, SITE, hall, 2027, sku_id, 1.0)
        for row in classes
        for hall in halls
        for sku_id in ("cpu", "storage")
    )
    standbys = tuple(Standby(classes[0].id, SITE, hall, 2027, "cpu", 1.0) for hall in halls) if standby else ()
    case = Case(inputs, demand, Plan((2026, 2027, 2028), (), rows, (), (), (), standbys=standbys))
    return case, set(told(load_classes_are_few, case))


@pytest.mark.parametrize(
    ("classes", "halls", "pairs"),
    [
        (MOVING[:2], HALLS, 6),
        ((*MOVING[:2], STEADY), HALLS, 6),
        (MOVING[:3], HALLS, 8),
        ((*MOVING[:2], WEEKLY), HALLS, 8),
        ((*MOVING[:2], PATIENT), HALLS, 8),
        ((*MOVING, STEADY), HALLS[:1], 5),
        ((*MOVING, STEADY, WEEKLY, PATIENT), HALLS[:1], 7),
    ],
)
def test_pairs_of_load_class_and_hall_are_counted_as_the_model_does(
    classes: Sequence[LoadClass], halls: Sequence[str], pairs: int
) -> None:
    """Idle power and what is the same in every hour and cannot wait are one class, in each hall."""
    case, broken = placed_everywhere(classes, halls)
    assert broken == ({PLACE} if pairs > 6 else set())
    if pairs > 6:
        assert told(load_classes_are_few, case) == {PLACE: (pairs, 6)}
        with pytest.raises(TooManyLoadClassesError, match=f"{pairs} load classes"):
            build_model(case.inputs, case.demand)
    else:
        build_model(case.inputs, case.demand)


def test_servers_without_idle_power_and_servers_that_only_idle_are_one_pair() -> None:
    assert told(load_classes_are_few, placed_everywhere(MOVING[:3], HALLS, idle_kw=0.0)[0]) == {}
    assert placed_everywhere(MOVING[:3], HALLS, idle_kw=0.8)[1] == set()
    assert told(load_classes_are_few, placed_everywhere(MOVING[:3], HALLS, standby=True, idle_kw=0.0)[0]) == {}


def test_servers_that_stand_by_idle_in_their_hall() -> None:
    """Three classes in two halls are six pairs; a server that stands by in a third hall is a seventh."""
    case, broken = placed_everywhere(MOVING[:3], HALLS, idle_kw=0.0)
    assert broken == set()
    hardware = case.inputs.hardware
    idle = make_sku("idle")
    with_idle = case.with_inputs(hardware=hardware.model_copy(update={"skus": (*hardware.skus, idle)}))
    standby = Standby(MOVING[0].id, SITE, "shell", 2027, "idle", 1.0)
    assert told(load_classes_are_few, with_idle.with_plan(standbys=(standby,))) == {PLACE: (7, 6)}


def test_tenants_are_a_class_of_their_hall() -> None:
    """Two classes and idle power in two halls are six pairs; tenants who vary are a seventh, tenants who do not are
    an idle pair of a third hall."""
    case, _ = placed_everywhere(MOVING[:2], HALLS)
    for name, pool_class in (("moving", MOVING[0]), ("steady", STEADY)):
        services = make_services(load_classes=(*MOVING[:2], STEADY))
        pool = make_wholesale_pool(load_class=pool_class.id)
        row = Placement(pool.id, SITE, "shell", 2027, None, 0.0, 12.0)
        with_tenants = replace(
            case.with_inputs(services=services).with_plan(placements=(*case.plan.placements, row)),
            demand=make_demand(*case.demand.pools, pool),
        )
        assert told(load_classes_are_few, with_tenants) == {PLACE: (7, 6)}, name
        in_the_same_hall = replace(row, hall=HALLS[0])
        there = with_tenants.with_plan(placements=(*case.plan.placements, in_the_same_hall))
        assert told(load_classes_are_few, there) == {}, name
