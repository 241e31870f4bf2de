"""Sizing rules by hand: the arithmetic of every expected figure stands in the test."""

from __future__ import annotations

import datetime as dt

import pytest

from capacity.demand import Demand, Resource, compute_demand
from tests.capacity.demand.factories import inputs, load_class, population, programme, storage_rule, system
from tests.capacity.demand.reading import amounts, needs


def amount(demand: Demand, name: str, resource: Resource, year: int) -> float:
    return amounts(demand, name, resource)[year]


def test_connected_things_of_the_administrative_population() -> None:
    demand = compute_demand(inputs(programme("connected_things")))
    vcpu = 2_606_672 * 4 * 0.05 * 96 / 86_400 * 3 / 3_000 / 0.6
    assert vcpu == pytest.approx(0.965434, rel=1e-6)
    assert amount(demand, "connected-things", "vcpu", 2030) == pytest.approx(vcpu)
    assert amount(demand, "connected-things", "memory_gib", 2030) == pytest.approx(4 * vcpu)
    usable_tb = 2_606_672 * 4 * 0.05 * 96 * 0.5e3 * 90 / 1e12
    logs_tb = vcpu * 10 * 3 / 1000
    assert usable_tb == pytest.approx(2.252165, rel=1e-6)
    assert amount(demand, "connected-things", "storage_tb", 2030) == pytest.approx(
        usable_tb * 1.5 * 1.2 / 0.8 + 2 * usable_tb + logs_tb
    )
    assert amount(demand, "connected-things", "billable_storage_tb", 2030) == pytest.approx(3 * usable_tb + logs_tb)


def test_formula_and_source_of_connected_things() -> None:
    source = {"platform_fraction": "assumption: share", "default": "ref:plan", "sizing.peak_factor": "ref:peak"}
    need = needs(compute_demand(inputs(programme("connected_things", source=source))), "connected-things", "vcpu")[2027]
    assert need.formula == (
        "persons 2,606,672 × connections_per_person 2.2 [2025: 1, 2030: 4] × platform_fraction 0.05"
        " × messages_per_day 96 ÷ seconds_per_day 86,400 × peak_factor 3 ÷ messages_per_second_per_vcpu 3,000"
        " ÷ target_utilisation 0.6"
    )
    assert need.source == (
        "persons: ref:merger: head count;"
        " connections_per_person, messages_per_day, messages_per_second_per_vcpu, target_utilisation: ref:plan;"
        " platform_fraction: assumption: share; peak_factor: ref:peak"
    )
    assert need.pool == "state-flat-l3"


def test_resident_population_is_selectable() -> None:
    administrative, resident = (
        compute_demand(inputs(programme("connected_things"), population=population(basis=basis)))
        for basis in ("administrative", "resident")
    )
    ratio = amount(resident, "connected-things", "vcpu", 2030) / amount(
        administrative, "connected-things", "vcpu", 2030
    )
    assert ratio == pytest.approx(2_140_000 / 2_606_672)
    assert "persons 2,140,000" in needs(resident, "connected-things", "vcpu")[2030].formula


def test_source_of_the_head_count_is_that_of_the_selected_basis() -> None:
    source = {"administrative": "ref:resolution", "resident": "derived: census", "default": "assumption: rest"}
    of_basis = [
        compute_demand(inputs(programme("connected_things"), population=population(basis=basis, source=source)))
        for basis in ("administrative", "resident")
    ]
    cited = [needs(demand, "connected-things", "vcpu")[2030].source.split(";")[0] for demand in of_basis]
    assert cited == ["persons: ref:resolution", "persons: derived: census"]


def test_signatures_of_citizens_and_officials() -> None:
    demand = compute_demand(inputs(programme("signatures")))
    daily = 2_606_672 * 0.7 * 0.7 * 1 * 12 / 365 + 5_620 * 20
    assert daily == pytest.approx(154_392, abs=1)
    vcpu = daily / 86_400 * 10 * 0.05 / 0.5
    assert vcpu == pytest.approx(1.78695, rel=1e-5)
    assert amount(demand, "signatures", "vcpu", 2030) == pytest.approx(vcpu)
    usable_tb = daily * 365 * 20e3 * 10 / 1e12
    logs_tb = vcpu * 10 * 3 / 1000
    assert amount(demand, "signatures", "billable_storage_tb", 2030) == pytest.approx(3 * usable_tb + logs_tb)


@pytest.mark.parametrize("rule", ["signatures", "transactions"])
def test_platform_has_its_least_processors(rule: str) -> None:
    demand = compute_demand(inputs(programme(rule, "p", {"minimum_vcpu": 500})))
    assert amount(demand, "p", "vcpu", 2030) == 500
    assert amount(demand, "p", "memory_gib", 2030) == 2000


def test_transactions_grow_from_the_base_year() -> None:
    demand = compute_demand(inputs(programme("transactions")))
    requests = 13_700_000 * 2 * 1.5**4
    vcpu = requests / 365 / 86_400 * 8 * 0.5 / 0.6
    assert vcpu == pytest.approx(29.3236, rel=1e-5)
    assert amount(demand, "transactions", "vcpu", 2027) == pytest.approx(vcpu)
    usable_tb, logs_tb = requests * 10e3 * 2 / 1e12, vcpu * 10 * 3 / 1000
    assert amount(demand, "transactions", "billable_storage_tb", 2027) == pytest.approx(3 * usable_tb + logs_tb)


def test_transactions_before_the_base_year_are_those_of_the_base_year() -> None:
    demand = compute_demand(inputs(programme("transactions", sizing={"base_year": 2027})))
    vcpu = amounts(demand, "transactions", "vcpu")
    assert vcpu[2025] == vcpu[2026] == vcpu[2027] == pytest.approx(vcpu[2028] / 1.5)


def test_broadband_serves_the_busy_hour_from_caches() -> None:
    demand = compute_demand(inputs(programme("broadband")))
    gbps = (2_606_672 / 3.6 * 1.0 * 2 + 2_606_672 * 0.99 * 0.2) / 1000 * 0.1
    assert gbps == pytest.approx(196.427, rel=1e-5)
    assert amount(demand, "broadband", "vcpu", 2030) == pytest.approx(gbps / 0.5)
    assert amount(demand, "broadband", "memory_gib", 2030) == pytest.approx(gbps / 0.5 * 2)
    logs_tb = gbps / 0.5 * 10 * 3 / 1000
    assert amount(demand, "broadband", "storage_tb", 2030) == pytest.approx(gbps * 4 / 0.8 + logs_tb)
    assert amount(demand, "broadband", "billable_storage_tb", 2030) == pytest.approx(gbps * 4 + logs_tb)


def test_fixed_platform_is_its_table() -> None:
    demand = compute_demand(inputs(programme("fixed_platform", security_level=2)))
    assert amounts(demand, "fixed-platform", "vcpu") == pytest.approx(
        {2025: 100, 2026: 120, 2027: 140, 2028: 160, 2029: 180, 2030: 200}
    )
    assert amount(demand, "fixed-platform", "memory_gib", 2026) == pytest.approx(480)
    assert amount(demand, "fixed-platform", "storage_tb", 2026) == pytest.approx(
        28 * 1.5 * 1.2 / 0.8 + 28 * 1 + 120 * 10 * 1 / 1000
    )


def test_storage_rule_is_that_of_the_level() -> None:
    rule = storage_rule(backup_copies_by_level={3: 0}, log_months_by_level={3: 0}, snapshot_fraction=0, fill_limit=1)
    demand = compute_demand(inputs(programme("fixed_platform"), storage=rule))
    assert amount(demand, "fixed-platform", "storage_tb", 2030) == pytest.approx(60 * 1.5)
    assert amount(demand, "fixed-platform", "billable_storage_tb", 2030) == pytest.approx(60)


def test_gpus_for_work_that_may_wait() -> None:
    demand = compute_demand(inputs(programme("gpu_hours", load_class="batch")))
    assert amount(demand, "gpu-hours", "gpu_equivalent", 2030) == pytest.approx(876_000 / (8_760 * 0.6))
    assert amount(demand, "gpu-hours", "gpu_equivalent", 2028) == pytest.approx(525_600 / (8_784 * 0.48))
    assert amount(demand, "gpu-hours", "gpu_hours", 2030) == 876_000
    gpus = 876_000 / (8_760 * 0.6)
    assert amount(demand, "gpu-hours", "storage_tb", 2030) == pytest.approx(4 * gpus * (1.5 * 1.2 / 0.8 + 2))
    assert amount(demand, "gpu-hours", "billable_storage_tb", 2030) == pytest.approx(4 * gpus * 3)


def test_interactive_gpus_are_there_in_the_busiest_hour() -> None:
    """Mean 0.5 and peak 0.75 of the shape: 100 busy GPUs on average are 150 at the peak."""
    busy = programme("gpu_hours", sizing={"utilisation": {2025: 0.9}}, load_class="inference")
    demand = compute_demand(inputs(busy))
    assert amount(demand, "gpu-hours", "gpu_equivalent", 2030) == pytest.approx(876_000 / 8_760 / 0.5 * 0.75)


def test_headroom_of_interactive_gpus_is_not_counted_twice() -> None:
    """A fleet used at 40 % has room for a peak of 1.5 times the mean already."""
    idle = programme("gpu_hours", sizing={"utilisation": {2025: 0.4}}, load_class="inference")
    demand = compute_demand(inputs(idle))
    assert amount(demand, "gpu-hours", "gpu_equivalent", 2030) == pytest.approx(876_000 / (8_760 * 0.4))


def test_shape_weighs_workdays_and_weekends_by_the_calendar() -> None:
    """2028 begins on a Saturday and has 366 days: 260 work days and 106 days of weekends."""
    shapes = (load_class("flat", weekday=[0.9] * 24, weekend=[0.3] * 24, interactive=True),)
    busy = programme("gpu_hours", sizing={"utilisation": {2025: 1}}, load_class="flat")
    demand = compute_demand(inputs(busy, load_classes=shapes))
    mean = (260 * 0.9 + 106 * 0.3) / 366
    assert amount(demand, "gpu-hours", "gpu_equivalent", 2028) == pytest.approx(525_600 / 8_784 / mean * 0.9)


@pytest.mark.parametrize(("case", "megawatt"), [("none", 0), ("low", 10), ("base", 20)])
def test_wholesale_is_that_of_the_case(case: str, megawatt: float) -> None:
    demand = compute_demand(inputs(programme("wholesale", sizing={"case": case})))
    assert amounts(demand, "wholesale", "wholesale_mw") == {**dict.fromkeys(range(2025, 2030), 0.0), 2030: megawatt}


def test_system_moves_in_with_its_growth() -> None:
    """As of 2026, 12 vCPU overcommitted 3:1 grow by 10 % and 2 TB by 30 % a year; 2028 is the first whole year."""
    demand = compute_demand(inputs(programme("register_systems"), systems=[system("portal")]))
    vcpu = amounts(demand, "register-systems", "vcpu")
    assert vcpu == pytest.approx({2028: 4 * 1.1**2, 2029: 4 * 1.1**3, 2030: 4 * 1.1**4})
    assert amount(demand, "register-systems", "memory_gib", 2028) == pytest.approx(48 * 1.1**2)
    usable_tb, logs_tb = 2 * 1.3**2, 12 * 1.1**2 * 10 * 1 / 1000
    assert amount(demand, "register-systems", "storage_tb", 2028) == pytest.approx(
        usable_tb * 1.5 * 1.2 / 0.8 + usable_tb + logs_tb
    )
    assert {need.system for need in demand.needs} == {"portal"}


def test_system_is_traced_to_the_register_and_both_growths() -> None:
    demand = compute_demand(inputs(programme("register_systems"), systems=[system("portal")]))
    need = needs(demand, "register-systems", "storage_tb")[2028]
    assert "usable_tb 3.38 = storage_tb 2 × (1 + storage.growth_per_year 0.3)^2" in need.formula
    assert "vcpu 14.52 = vcpu 12 × (1 + growth_per_year 0.1)^2" in need.formula
    assert "storage_tb, vcpu: assumption: register" in need.source


def test_system_uses_before_as_of_what_it_uses_then() -> None:
    demand = compute_demand(
        inputs(programme("register_systems"), systems=[system("room", in_room_now=True, moves_on=None)])
    )
    vcpu = amounts(demand, "register-systems", "vcpu")
    assert set(vcpu.values()) == {4.0}, "a room is not extended"


def test_a_system_leaves_the_room_for_the_pool_of_all_and_grows_then() -> None:
    """It moves in the middle of 2028, so that 2029 is its first year outside, with the growth of three years."""
    room = system("room", in_room_now=True, moves_on=dt.date(2028, 7, 1))
    demand = compute_demand(inputs(programme("register_systems"), systems=[room]))
    by_pool = {pool.id: dict(zip(demand.years, pool.amounts["vcpu"], strict=True)) for pool in demand.pools}
    stays, moved = (next(p for p in demand.pools if p.in_room is in_room) for in_room in (True, False))
    assert stays.id == f"{moved.id}-room"
    assert by_pool[stays.id] == {**dict.fromkeys(range(2025, 2029), 4.0), 2029: 0.0, 2030: 0.0}
    assert by_pool[moved.id] == {
        **dict.fromkeys(range(2025, 2029), 0.0),
        2029: pytest.approx(4 * 1.1**3),
        2030: pytest.approx(4 * 1.1**4),
    }


@pytest.mark.parametrize(
    ("in_room_now", "retires", "moves_on", "years"),
    [
        (False, False, dt.date(2028, 1, 1), {2028, 2029, 2030}),
        (False, False, dt.date(2028, 1, 2), {2029, 2030}),
        (False, False, dt.date(2020, 5, 5), set(range(2025, 2031))),
        (False, False, dt.date(2030, 6, 1), set()),
        (False, False, None, set()),
        (True, False, None, set(range(2025, 2031))),
        (True, False, dt.date(2028, 1, 1), set(range(2025, 2031))),
        (True, True, dt.date(2028, 1, 1), {2025, 2026, 2027}),
        (True, True, dt.date(2028, 1, 2), {2025, 2026, 2027, 2028}),
        (True, True, None, set(range(2025, 2031))),
        (False, True, dt.date(2028, 1, 1), set()),
    ],
)
def test_years_that_a_system_loads(in_room_now: bool, retires: bool, moves_on: dt.date | None, years: set[int]) -> None:
    row = system("s", in_room_now=in_room_now, retires=retires, moves_on=moves_on)
    demand = compute_demand(inputs(programme("register_systems"), systems=[row]))
    assert set(amounts(demand, "register-systems", "vcpu")) == years


def test_systems_wait_for_the_programme() -> None:
    rows = [system("room", in_room_now=True)]
    demand = compute_demand(inputs(programme("register_systems", first_year=2029), systems=rows))
    assert set(amounts(demand, "register-systems", "vcpu")) == {2029, 2030}


def test_rented_processors_of_a_system_are_billed_without_overcommit() -> None:
    demand = compute_demand(inputs(programme("register_systems"), systems=[system("portal")]))
    assert amount(demand, "register-systems", "billable_vcpu", 2028) == pytest.approx(12 * 1.1**2)
    assert amount(demand, "register-systems", "vcpu", 2028) == pytest.approx(12 * 1.1**2 / 3)


@pytest.mark.parametrize("rule", ["connected_things", "signatures", "transactions", "broadband", "fixed_platform"])
def test_platforms_are_billed_what_they_need(rule: str) -> None:
    demand = compute_demand(inputs(programme(rule)))
    by_resource = {need.resource: need.amount for need in demand.needs if need.year == 2030}
    assert by_resource["billable_vcpu"] == by_resource["vcpu"] > 0
