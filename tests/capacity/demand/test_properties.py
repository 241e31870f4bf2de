"""What holds for every demand."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from capacity.demand import RESOURCES, Demand, Resource, compute_demand
from capacity.inputs.bundle import CapacityInputs, SystemLoad
from capacity.inputs.services import Programme
from tests.capacity.demand.factories import LOAD_CLASSES, SIZINGS, inputs, population, programme, system
from tests.capacity.demand.reading import claims

UNHURRIED = settings(deadline=None, max_examples=60)
"""A busy machine is no reason to fail."""

YEARS = range(2025, 2031)
CLASSES = st.sampled_from([load_class.id for load_class in LOAD_CLASSES])
LEVELS = st.integers(1, 5)
PAYERS = st.sampled_from(["state", "enterprise"])
RULES_WITH_AMOUNTS = sorted(SIZINGS)


def amounts_up_to(most: float) -> st.SearchStrategy[float]:
    """Zero, or a number that has its full precision."""
    return st.just(0.0) | st.floats(1e-6, most)


def tables(least: float, most: float) -> st.SearchStrategy[dict[int, float]]:
    values = st.floats(least, most) if least else amounts_up_to(most)
    return st.dictionaries(st.integers(2023, 2032), values, min_size=1, max_size=4)


OVERRIDES: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "connected_things": st.fixed_dictionaries(
        {
            "connections_per_person": tables(0, 10),
            "platform_fraction": amounts_up_to(1),
            "peak_factor": st.floats(1, 20),
        }
    ),
    "signatures": st.fixed_dictionaries({"adult_adoption": tables(0, 1), "minimum_vcpu": amounts_up_to(100)}),
    "transactions": st.fixed_dictionaries({"growth_per_year": st.floats(0, 2), "base_year": st.integers(2020, 2030)}),
    "broadband": st.fixed_dictionaries({"fibre_household_fraction": tables(0, 1), "gbps_per_vcpu": st.floats(0.1, 10)}),
    "fixed_platform": st.fixed_dictionaries({"vcpu": tables(0, 1e5), "storage_tb": tables(0, 1e4)}),
    "gpu_hours": st.fixed_dictionaries({"gpu_hours": tables(0, 1e8), "utilisation": tables(0.05, 1)}),
    "wholesale": st.fixed_dictionaries({"it_mw": st.fixed_dictionaries({"base": tables(10, 500)})}),
    "register_systems": st.fixed_dictionaries({"vcpu_overcommit": st.floats(1, 8), "growth_per_year": st.floats(0, 1)}),
}


@st.composite
def programmes(draw: st.DrawFn) -> tuple[Programme, ...]:
    rules = draw(st.lists(st.sampled_from(RULES_WITH_AMOUNTS), min_size=1, max_size=6))
    if rules.count("register_systems") > 1:
        rules = [rule for rule in rules if rule != "register_systems"] + ["register_systems"]
    return tuple(
        programme(
            rule,
            f"p{index}",
            draw(OVERRIDES[rule]),
            payer=draw(PAYERS),
            security_level=draw(LEVELS),
            load_class=draw(CLASSES),
            first_year=draw(st.integers(2023, 2032)),
        )
        for index, rule in enumerate(rules)
    )


@st.composite
def systems(draw: st.DrawFn) -> tuple[SystemLoad, ...]:
    moves = st.none() | st.dates(dt.date(2023, 1, 1), dt.date(2032, 12, 31))
    return tuple(
        system(
            f"s{index}",
            security_level=draw(LEVELS),
            load_class=draw(CLASSES),
            vcpu=draw(amounts_up_to(500)),
            storage_tb=draw(amounts_up_to(100)),
            in_room_now=draw(st.booleans()),
            retires=draw(st.booleans()),
            moves_on=draw(moves),
        )
        for index in range(draw(st.integers(0, 5)))
    )


@st.composite
def any_inputs(draw: st.DrawFn) -> CapacityInputs:
    return inputs(
        *draw(programmes()),
        systems=draw(systems()),
        population=population(basis=draw(st.sampled_from(["administrative", "resident"]))),
    )


def total(demand: Demand, resource: Resource, year: int) -> float:
    return math.fsum(n.amount for n in demand.needs if (n.resource, n.year) == (resource, year))


@UNHURRIED
@for_all(any_inputs())
def test_needs_sum_up_to_the_pools(given: CapacityInputs) -> None:
    demand = compute_demand(given)
    for index, year in enumerate(demand.years):
        for resource in RESOURCES:
            pooled = math.fsum(pool.amounts[resource][index] for pool in demand.pools if resource in pool.amounts)
            assert pooled == pytest.approx(total(demand, resource, year))
            for pool in demand.pools:
                mine = [n for n in demand.needs if (n.pool, n.resource, n.year) == (pool.id, resource, year)]
                assert pool.amounts.get(resource, (0.0,) * 6)[index] == math.fsum(n.amount for n in mine)
                assert {n.programme for n in mine} <= set(pool.programmes)


@UNHURRIED
@for_all(any_inputs(), st.randoms())
def test_order_of_the_folder_does_not_matter(given: CapacityInputs, random: Any) -> None:
    shuffled_programmes, shuffled_systems = list(given.services.programmes), list(given.systems)
    random.shuffle(shuffled_programmes)
    random.shuffle(shuffled_systems)
    services = given.services.model_copy(update={"programmes": tuple(shuffled_programmes)})
    shuffled = dataclasses.replace(given, services=services, systems=tuple(shuffled_systems))
    assert compute_demand(shuffled) == compute_demand(given)


@UNHURRIED
@for_all(any_inputs())
def test_nothing_is_negative_or_before_its_first_year(given: CapacityInputs) -> None:
    demand = compute_demand(given)
    first_year = {p.id: p.first_year for p in given.services.programmes}
    for need in demand.needs:
        assert need.amount >= 0
        assert need.year >= first_year[need.programme]
    for pool in demand.pools:
        for by_year in pool.amounts.values():
            assert all(math.isfinite(value) and value >= 0 for value in by_year)
            begins = min(first_year[name] for name in pool.programmes)
            assert all(value == 0 for year, value in zip(demand.years, by_year, strict=True) if year < begins)


@UNHURRIED
@for_all(any_inputs())
def test_written_formula_is_the_amount(given: CapacityInputs) -> None:
    for need in compute_demand(given).needs:
        (_, amount), *steps = claims(need.formula)
        assert amount == pytest.approx(need.amount, rel=1e-4, abs=1e-9), need
        for stated, step in steps:
            assert step == pytest.approx(stated, rel=1e-4, abs=1e-9), need
        assert need.source, need


@UNHURRIED
@for_all(st.sampled_from(["connected_things", "signatures", "broadband"]), st.floats(1e5, 1e7), st.floats(0, 1e7))
def test_more_people_never_need_less(rule: str, persons: float, more: float) -> None:
    few, many = (
        compute_demand(inputs(programme(rule), population=population(administrative=count)))
        for count in (persons, persons + more)
    )
    for year in YEARS:
        for resource in RESOURCES:
            assert total(few, resource, year) <= total(many, resource, year) * (1 + 1e-12)


def test_more_people_need_more() -> None:
    for rule in ("connected_things", "signatures", "broadband"):
        few, many = (
            compute_demand(inputs(programme(rule), population=population(administrative=n))) for n in (1e6, 2e6)
        )
        assert total(few, "vcpu", 2030) < total(many, "vcpu", 2030), rule
        assert total(few, "storage_tb", 2030) < total(many, "storage_tb", 2030), rule


GROWING = [
    ("signatures", "adult_adoption", 1.0),
    ("connected_things", "connections_per_person", 10.0),
    ("broadband", "fibre_household_fraction", 1.0),
    ("broadband", "mobile_5g_population_fraction", 1.0),
    ("gpu_hours", "gpu_hours", 1e8),
    ("fixed_platform", "storage_tb", 1e4),
]


@pytest.mark.parametrize(("rule", "field", "most"), GROWING)
@UNHURRIED
@for_all(st.data())
def test_more_of_a_driver_never_needs_less(rule: str, field: str, most: float, data: st.DataObject) -> None:
    table = data.draw(tables(0, most))
    share = data.draw(amounts_up_to(1))
    larger = {year: value + (most - value) * share for year, value in table.items()}
    less, more = (
        compute_demand(inputs(programme(rule, sizing={field: values}, load_class="inference")))
        for values in (table, {year: min(value, most) for year, value in larger.items()})
    )
    for year in YEARS:
        for resource in RESOURCES:
            assert total(less, resource, year) <= total(more, resource, year) * (1 + 1e-9)


@UNHURRIED
@for_all(amounts_up_to(1e8), st.floats(0.05, 1), CLASSES)
def test_installed_gpus_can_do_the_work(work: float, utilised: float, load_class: str) -> None:
    sizing = {"gpu_hours": {2030: work}, "utilisation": {2030: utilised}}
    demand = compute_demand(inputs(programme("gpu_hours", sizing=sizing, load_class=load_class)))
    assert total(demand, "gpu_equivalent", 2030) * 8760 >= total(demand, "gpu_hours", 2030) * (1 - 1e-9)
