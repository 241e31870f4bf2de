"""The two-part tariff by hand: the tariff in force, the price of a month, the peak that is paid, what is budgeted."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from capacity.accounts import Accounts, compute_accounts
from capacity.accounts.hours import HourlyAccounts
from capacity.accounts.money import energy_cost
from capacity.accounts.standing import Standing
from capacity.hourly import capacity_vnd_per_kw_month, hours_of_month, tariff_in_force
from capacity.inputs import CapacityInputs
from capacity.inputs.energy import EnergyFile
from capacity.plan import Plan
from tests.factories import (
    Sizes,
    make_demand,
    make_energy,
    make_inputs,
    make_plan,
    make_tariff,
    make_two_part_tariff,
)

MARCH = dt.date(2027, 3, 1)


def in_two_parts(*two_part: dict[str, object], **overrides: object) -> EnergyFile:
    tariffs = tuple(make_two_part_tariff(**values) for values in two_part or ({},))  # type: ignore[arg-type]
    return make_energy(**{"tariff_structure": "two_part", "tariffs": (*make_energy().tariffs, *tariffs), **overrides})


def test_two_parts_apply_where_they_are_asked_for_and_in_force() -> None:
    energy = in_two_parts({"voltage_from_kv": 22.0})
    assert tariff_in_force(energy, "business", 22.0, MARCH).id == "two-part"
    assert tariff_in_force(energy, "business", 22.0, MARCH - dt.timedelta(days=1)).id == "business"
    assert tariff_in_force(energy, "business", 10.0, MARCH).id == "business"
    assert tariff_in_force(energy, "administrative", 22.0, MARCH).id == "administrative"
    one_part = energy.model_copy(update={"tariff_structure": "one_part"})
    assert tariff_in_force(one_part, "business", 22.0, MARCH).id == "business"
    assert not capacity_vnd_per_kw_month(one_part, "business", 22.0, 2028).any()
    only = make_energy(tariffs=(make_two_part_tariff(), make_tariff("administrative", *[2138] * 3)))
    with pytest.raises(LookupError, match="no tariff of class business"):
        tariff_in_force(only, "business", 22.0, MARCH)


def test_a_month_in_which_the_price_changes_counts_by_days() -> None:
    energy = in_two_parts(
        {"id": "first", "valid_from": dt.date(2028, 2, 11), "valid_to": dt.date(2028, 4, 1), "capacity": 290_000.0},
        {"id": "second", "valid_from": dt.date(2028, 4, 1), "capacity": 100_000.0},
    )
    prices = capacity_vnd_per_kw_month(energy, "business", 22.0, 2028)
    assert prices.tolist() == pytest.approx([0.0, 290_000.0 * 19 / 29, 290_000.0, *[100_000.0] * 9])


@pytest.mark.parametrize("year", [2027, 2028])
def test_hours_of_the_months_are_those_of_the_calendar(year: int) -> None:
    months = hours_of_month(year)
    assert [int(of_month.sum()) for of_month in months] == [
        24 * calendar.monthrange(year, month)[1] for month in range(1, 13)
    ]
    assert np.all(np.sum(months, axis=0) == 1)
    assert np.flatnonzero(months[2])[0] == 24 * (59 + calendar.isleap(year))


def example(**overrides: object) -> tuple[CapacityInputs, Plan, Accounts]:
    inputs, demand = make_inputs(energy=in_two_parts(**overrides)), make_demand()
    plan = make_plan(inputs, demand, Sizes(dppa_mw=4.0))
    return inputs, plan, compute_accounts(inputs, demand, plan)


def test_every_month_pays_for_its_largest_import() -> None:
    """The import of one hour of May is raised by 3 MW: that month alone pays 3 MW x 200,000 VND/kW more."""
    inputs, plan, accounts = example()
    charges = {(row.site, row.year, row.month): row for row in accounts.demand_charges}
    assert {key[1:] for key in charges} == {(2027, m) for m in range(3, 13)} | {(2028, m) for m in range(1, 13)}
    assert {row.site for row in accounts.demand_charges} == {"khanh-an"}, "the room's class has no such tariff"
    row = next(d for d in plan.dispatches if (d.site, d.year) == ("khanh-an", 2027))
    hour = int(np.flatnonzero(hours_of_month(2027)[4])[100])
    grid = row.grid_w.copy()
    before = charges["khanh-an", 2027, 5]
    assert before.peak_mw == pytest.approx(row.grid_w[hours_of_month(2027)[4]].max() / 1e6)
    assert before.vnd == pytest.approx(before.peak_mw * 1000 * 200_000)
    grid[hour] = round(before.peak_mw * 1e6) + 3_000_000
    raised = tuple(replace(d, grid_w=grid) if d is row else d for d in plan.dispatches)
    after = compute_accounts(inputs, make_demand(), replace(plan, dispatches=raised))
    more = {
        (new.site, new.year, new.month): new.vnd - old.vnd
        for new, old in zip(after.demand_charges, accounts.demand_charges, strict=True)
        if new.vnd != old.vnd
    }
    assert more == {("khanh-an", 2027, 5): pytest.approx(600e6)}


def test_the_charge_is_a_part_of_the_cost_of_energy() -> None:
    inputs, _, accounts = example()
    charged = {year: sum(r.vnd for r in accounts.demand_charges if r.year == year) for year in (2027, 2028)}
    present = sum(vnd / 1.08 ** (year - 2026) for year, vnd in charged.items())
    parts = {part.key: part.present_value_vnd for part in accounts.parts}
    assert parts["capacity_charge"] == pytest.approx(present)
    assert accounts.objective_vnd == pytest.approx(sum(parts.values()))
    hand = 200_000 * 1000 * sum(r.peak_mw for r in accounts.demand_charges if r.year == 2028)
    assert charged[2028] == pytest.approx(hand)
    assert inputs.energy.tariff_structure == "two_part"


def test_budgets_count_the_largest_load_of_every_month_without_own_generation() -> None:
    inputs, plan, _ = example()
    demand = make_demand()
    hour = HourlyAccounts(inputs, demand, plan, Standing(inputs, plan)).of(inputs.site("khanh-an"), 2028)
    bill = energy_cost(hour)
    largest = sum(float(hour.load_kw[of_month].max()) for of_month in hours_of_month(2028))
    at_mean = float(hour.price_vnd_per_kwh.mean()) * float(hour.load_kw.sum())
    assert bill.budgeted_vnd == pytest.approx(at_mean + 200_000 * largest)


def test_two_parts_and_a_capacity_price_go_together() -> None:
    with pytest.raises(ValidationError, match="go together"):
        make_two_part_tariff(0.0)
    with pytest.raises(ValidationError, match="go together"):
        make_two_part_tariff(structure="one_part")
