"""A valid plan satisfies the model and costs there what the accounts find; a spoilt one breaks the right constraint."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from capacity.accounts import compute_accounts
from capacity.demand.needs import Demand
from capacity.inputs import CapacityInputs
from capacity.model.build import build_model
from capacity.model.timeline import order_by
from capacity.plan import Plan
from tests.capacity.model.plan_in_model import Solution, solution_of
from tests.factories import (
    Sizes,
    make_demand,
    make_energy,
    make_inputs,
    make_plan,
    make_resilient_inputs,
    make_settings,
    make_tariff,
    make_two_part_tariff,
)

ROUNDING_OF_WORK = 5e-3
"""MWh: half a watt of rounding in each hour of a year."""


def as_ordered(plan: Plan, inputs: CapacityInputs) -> Plan:
    """The plan with each order on the last day that its lead time allows."""
    assets = build_model(inputs, make_demand()).frame.assets
    leads = {key: asset.lead_time_months for key, asset in assets.items()}
    builds = tuple(
        replace(b, order_by=order_by(b.year, leads[b.kind, b.site, b.hall or "", b.item])) for b in plan.builds
    )
    return replace(plan, builds=builds)


def by_voltage() -> CapacityInputs:
    """The step at 110 kV has a tariff of its own."""
    low = make_tariff().model_copy(update={"id": "low", "voltage_below_kv": 110.0})
    high = make_tariff("business", 1500, 2700, 4800).model_copy(update={"id": "high", "voltage_from_kv": 110.0})
    return make_inputs(energy=make_energy(tariffs=(low, high, make_tariff("administrative", *[2138] * 3))))


def unlike() -> CapacityInputs:
    """Other money: a discount rate of a fifth, VAT a cost to both, a carbon price in every year."""
    settings = make_settings(discount_rate=0.2, carbon_price_vnd_per_tco2={2026: 5e4, 2027: 2e5, 2028: 1e5})
    vat = settings.vat.model_copy(
        update={"is_cost_to": ("state", "enterprise"), "rate_by_year": {2025: 0.08, 2028: 0.1}}
    )
    return make_inputs(settings=settings.model_copy(update={"vat": vat, "price_year": 2025}))


def in_two_parts() -> CapacityInputs:
    """From March 2027 enterprises pay in two parts, at 110 kV from 2028 less."""
    low, high = (
        make_two_part_tariff(capacity, id=f"from-{voltage:g}", voltage_from_kv=voltage, voltage_below_kv=below)
        for capacity, voltage, below in ((235_414.0, 0.0, 110.0), (209_459.0, 110.0, None))
    )
    return make_inputs(
        energy=make_energy(
            tariff_structure="two_part",
            tariffs=(*make_energy().tariffs, low, high),
        )
    )


CASES = {
    "plain": make_inputs,
    "by voltage": by_voltage,
    "two parts": in_two_parts,
    "unlike": unlike,
    "resilient": make_resilient_inputs,
}


@cache
def plain() -> Solution:
    return solved(make_inputs())[0]


def copy_of_plain() -> Solution:
    """A valid solution to spoil."""
    return Solution(plain().model, plain().master.copy(), {key: dict(hours) for key, hours in plain().hours.items()})


def solved(inputs: CapacityInputs, sizes: Sizes | None = None) -> tuple[Solution, Demand, Plan]:
    demand = make_demand()
    plan = as_ordered(make_plan(inputs, demand, sizes), inputs)
    return solution_of(build_model(inputs, demand), inputs, demand, plan), demand, plan


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(
    "sizes", [Sizes(), Sizes(pv_mw=9, wind_mw=6, battery_mw=0, dppa_mw=0, defer_hours=0)], ids=repr
)
def test_a_valid_plan_satisfies_the_model_at_the_cost_that_the_accounts_find(case: str, sizes: Sizes) -> None:
    inputs = CASES[case]()
    solution, demand, plan = solved(inputs, sizes)
    assert solution.broken_rows() == []
    assert list(solution.broken_hours(ROUNDING_OF_WORK)) == []
    assert solution.model.missed[0].year == plan.missed[0].year
    accounts = compute_accounts(inputs, demand, plan)
    assert solution.cost * 1e9 == pytest.approx(accounts.objective_vnd, rel=1e-9)


SPOILT: dict[str, tuple[tuple[str | int, ...], float]] = {
    "plant_is_redundant": (("build", "ups", "khanh-an", "chilled", "ups-250", 2027), -1),
    "racks_hold_servers": (("racks", "khanh-an", "chilled", "cpu", 2027), -1),
    "placed_servers_are_installed": (("build", "server", "khanh-an", "chilled", "cpu", 2027), -1),
    "owned_servers_carry_their_share": (("placed", "office", "khanh-an", "chilled", "cpu", 2027), -0.01),
    "demand_is_met": (("rent", "office", "hcm-1", "", 2026), -0.01),
    "tenants_are_housed": (("let", "tenants", "khanh-an", "shell", 2028), -0.01),
    "hall_power_is_enough": (("build", "module", "khanh-an", "shell", "shell", 2027), -1),
    "battery_hours_are_limited": (("build", "battery_mwh", "khanh-an", "", "battery", 2027), 3),
    "grid_steps_are_taken_once": (("build", "grid_step", "khanh-an", "", "step-110", 2028), 1),
    "energy_limits_hold": (("build", "generation", "khanh-an", "", "pv", 2028), 16),
    "land_is_enough": (("build", "module", "khanh-an", "shell", "shell", 2028), 18),
    "connection_follows_the_steps": (("connection", "khanh-an", 0, 2027), 1),
    "hours_see_the_master": (("load", "khanh-an", "batch", "chilled", 2027), -0.001),
    "budgets_hold": (("paid", "equity", "hall", 2026), -1),
    "programmes_stand_in_the_province": (("placed", "ai", "khanh-an", "chilled", "gpu", 2028), -5),
    "water_is_enough": (("load", "khanh-an", "FLAT", "shell", 2027), 300),
    "clean_energy_shares_are_reached": (("allotment", "renewable-share-min", "khanh-an", 2027), 60),
    "open_when_built": (("open", "khanh-an", "chilled", 2027), -1),
    "lets_at_most": (("lets", "tenants", "khanh-an", 2027), -1),
}


@pytest.mark.parametrize("constraint", SPOILT)
def test_a_spoilt_solution_breaks_the_constraint(constraint: str) -> None:
    solution = copy_of_plain()
    key, change = SPOILT[constraint]
    assert solution.broken_rows() == []
    solution.set(float(solution.master[solution.model.frame.model.columns[key]]) + change, *key)
    assert constraint in {str(row[0]) for row in solution.broken_rows()}


@pytest.mark.parametrize(
    ("column", "hour", "change", "broken"),
    [
        ("grid:0", 5, -0.01, "khanh-an 2027: balance"),
        ("dppa:0", 5, 9.0, "khanh-an 2027: dppa_within_contract"),
        ("energy", 5, 0.1, "khanh-an 2027: battery"),
        ("energy", 5, -9.0, "khanh-an 2027: energy too low"),
        ("charge", 5, 9.0, "khanh-an 2027: charge too high"),
        ("done:batch@chilled", 5, 0.1, "khanh-an 2027: queue:batch@chilled"),
        ("backlog:batch@chilled", 5, 9.0, "khanh-an 2027: backlog:batch@chilled too high"),
        ("grid:0", slice(None), 30.0, "khanh-an 2027: renewable-share-min"),
        ("done:batch@chilled", slice(None), 30.0, "khanh-an 2027: pue-max"),
    ],
)
def test_a_spoilt_hour_breaks_its_row(column: str, hour: int | slice, change: float, broken: str) -> None:
    solution = copy_of_plain()
    values = solution.hours["khanh-an", 2027][column].copy()
    values[hour] += change
    solution.hours["khanh-an", 2027][column] = values
    assert broken in set(solution.broken_hours(ROUNDING_OF_WORK))
