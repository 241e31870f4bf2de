"""The model's rows of resilience hold for the figures that accounts and checker find on their own road."""

from __future__ import annotations

from dataclasses import replace

import pytest

from capacity.accounts import compute_accounts
from capacity.accounts.catalogue import terms_of
from capacity.accounts.fill import fill_height_m
from capacity.inputs import CapacityInputs
from capacity.model import build_model
from capacity.model.frame import AssetKey
from capacity.model.pad import pad_height_m
from capacity.model.resilience import OUTAGE, ups_lack
from capacity.plan import Plan
from tests.capacity.model.plan_in_model import Solution, solution_of
from tests.factories import (
    Sizes,
    make_demand,
    make_hall,
    make_hardware,
    make_outage,
    make_pad,
    make_plan,
    make_plant,
    make_resilience,
    make_resilient_inputs,
    make_room,
    make_shell,
    make_site,
    resilient_hardware,
)

SITE = "khanh-an"


def solved(inputs: CapacityInputs, sizes: Sizes | None = None) -> tuple[Solution, Plan]:
    demand = make_demand()
    plan = make_plan(inputs, demand, sizes)
    return solution_of(build_model(inputs, demand), inputs, demand, plan), plan


def row_value(solution: Solution, *key: str | int) -> float:
    """Left-hand side less right-hand side of a row that asks for at most zero."""
    (found,) = [row for row in solution.model.frame.model.rows if row[0] == key]
    _, terms, _, upper = found
    return float(sum(solution.master[column] * value for column, value in terms.items()) - upper)


def unlike_gensets() -> CapacityInputs:
    """Halls of tenants have gensets of their own, that burn less."""
    thrifty = make_plant("genset-2000", "genset", 2000, fuel_litre_per_kwh=0.2)
    hardware = make_hardware()
    halls = (make_hall(), make_shell(genset="genset-2000"), make_room())
    return make_resilient_inputs(
        hardware=hardware.model_copy(update={"plant": (*hardware.plant, thrifty), "halls": halls}),
        resilience=make_resilience(outage=make_outage(hours=30, turbines_run=True, storm_pv_fraction=0.5)),
    )


@pytest.mark.parametrize("inputs", [make_resilient_inputs(), unlike_gensets()], ids=["plain", "unlike gensets"])
def test_fuel_of_the_model_is_that_of_the_accounts(inputs: CapacityInputs) -> None:
    solution, plan = solved(inputs)
    outages = compute_accounts(inputs, make_demand(), plan).outages
    assert [(row.site, row.year) for row in outages] == [(SITE, 2027), (SITE, 2028)]
    for row in outages:
        assert row.fuel_needed_m3 > 50
        excess = row_value(solution, "fuel_lasts_the_outage", SITE, row.year)
        assert excess == pytest.approx(row.fuel_needed_m3 - row.fuel_stored_m3, rel=1e-9)


@pytest.mark.parametrize("inputs", [make_resilient_inputs(), unlike_gensets()], ids=["plain", "unlike gensets"])
def test_gensets_of_the_model_are_those_of_the_accounts(inputs: CapacityInputs) -> None:
    solution, plan = solved(inputs)
    for row in compute_accounts(inputs, make_demand(), plan).outages:
        values = [
            row_value(solution, "gensets_survive_a_failure", SITE, hall, row.year) for hall in ("chilled", "shell")
        ]
        assert -1000 * max(values) == pytest.approx(row.genset_margin_kw, rel=1e-9)


def test_without_rules_nothing_is_asked_and_nothing_is_sold() -> None:
    frame = build_model(make_resilient_inputs(resilience=make_resilience(outage=None, pad=None)), make_demand()).frame
    assert not [key for key in frame.assets if key[0] == "fuel_tank"]
    assert not [slack for slack in frame.slacks.values() if slack.policy == OUTAGE]


def test_existing_halls_bring_their_plant() -> None:
    model = build_model(make_resilient_inputs(), make_demand()).frame.model
    assert {key[1] for key, _, _, _ in model.rows if key[0] == "fuel_lasts_the_outage"} == {SITE}
    assert {key[1] for key, _, _, _ in model.rows if key[0] == "gensets_survive_a_failure"} == {SITE}


@pytest.mark.parametrize(("limit", "most"), [(None, 57.0), (79_999.0, 3.0), (80_000.0, 4.0), (19_999.0, None)])
def test_tanks_are_bounded_by_the_gensets_and_by_the_site(limit: float | None, most: float | None) -> None:
    sites = (make_site(fuel_tank_limit_litres=limit, allowed_halls=("chilled",), land_m2=40_000.0),)
    frame = build_model(make_resilient_inputs(sites=sites), make_demand()).frame
    tank = frame.assets.get(("fuel_tank", SITE, "", "tank-20"))
    assert (None if tank is None else tank.upper) == most


def test_the_ground_is_raised_by_what_is_missing() -> None:
    """0.8 m of flood, 0.5 m of freeboard, 15 mm x 30 years of subsidence."""
    settings = make_resilient_inputs().settings
    for existing, height in ((0.0, 1.75), (1.0, 0.75), (2.0, 0.0)):
        site = make_site(existing_pad_m=existing)
        assert pad_height_m(settings, site) == pytest.approx(height)
        assert fill_height_m(settings, site) == pytest.approx(height)
    bare = settings.model_copy(update={"resilience": make_resilience(pad=None)})
    assert pad_height_m(bare, make_site()) == fill_height_m(bare, make_site()) == 0.0


def test_fill_is_part_of_the_price_of_halls_and_tanks() -> None:
    """800 m2 of hall and 50 m2 of tank under 1.75 m of fill at 300,000 VND/m3; a tank is bought full."""
    inputs = make_resilient_inputs()
    frame = build_model(inputs, make_demand()).frame
    golden: dict[AssetKey, float] = {
        ("module", SITE, "chilled", "chilled"): 60e9 * 1.1 + 800 * 1.75 * 300_000,
        ("fuel_tank", SITE, "", "tank-20"): 600e6 + 20_000 * 20_000 + 50 * 1.75 * 300_000,
    }
    plan = make_plan(inputs, make_demand())
    for key, price in golden.items():
        assert frame.assets[key].unit_capex_vnd == pytest.approx(price)
        (build, *_) = [b for b in plan.builds if (b.kind, b.item) == (key[0], key[3])]
        assert terms_of(inputs, build).capex_vnd == pytest.approx(price)


def test_fill_is_told_apart_and_stays_in_the_total() -> None:
    inputs = make_resilient_inputs()
    flat = make_resilient_inputs(resilience=make_resilience(pad=make_pad(fill_vnd_per_m3=0.0)))
    plan = make_plan(inputs, make_demand())
    accounts, without = (compute_accounts(given, make_demand(), plan) for given in (inputs, flat))
    parts = {part.key: part.present_value_vnd for part in accounts.parts}
    others = {part.key: part.present_value_vnd for part in without.parts}
    assert parts["hall"] == pytest.approx(others["hall"])
    assert parts["pad"] > 0
    assert others["pad"] == 0
    assert sum(parts.values()) == pytest.approx(accounts.objective_vnd)
    modules = next(line for line in accounts.pads if line.item == "chilled")
    assert modules.fill_m3 == pytest.approx(modules.amount * 800 * 1.75)
    assert modules.capex_vnd == pytest.approx(modules.fill_m3 * 300_000)
    order = next(row for row in accounts.orders if row.item == "chilled")
    assert order.capex_vnd == pytest.approx(modules.amount * 60e9 * 1.1 + modules.capex_vnd)


def test_later_years_and_shorter_outages_ask_for_less() -> None:
    demand = make_demand()
    inputs = make_resilient_inputs()
    plan = make_plan(inputs, demand)
    late = make_resilient_inputs(resilience=make_resilience(outage=make_outage(from_year=2028)))
    assert [row.year for row in compute_accounts(late, demand, plan).outages] == [2028]
    day = make_resilient_inputs(resilience=make_resilience(outage=make_outage(hours=24)))
    long, short = (compute_accounts(given, demand, plan).outages[0] for given in (inputs, day))
    assert short.load_mwh < 0.4 * long.load_mwh
    sunny = make_resilient_inputs(resilience=make_resilience(outage=make_outage(storm_pv_fraction=1.0)))
    assert compute_accounts(sunny, demand, plan).outages[0].fuel_needed_m3 < long.fuel_needed_m3
    dark = replace(plan, builds=tuple(b for b in plan.builds if b.kind != "generation"))
    assert compute_accounts(inputs, demand, dark).outages[0].storm_generation_mwh == 0.0


def test_reserve_is_what_the_ups_batteries_lack() -> None:
    """A quarter of 2 MW is held back, and five minutes of it with the loss of discharging."""
    inputs = make_resilient_inputs()
    solution, plan = solved(inputs)
    rows = {(row.site, row.year): row for row in compute_accounts(inputs, make_demand(), plan).site_years}
    for year in (2027, 2028):
        assert rows[SITE, year].ups_reserve_mw == pytest.approx(0.5)
        assert ups_lack(solution.model.frame, inputs.site(SITE), year).value(solution.master) == pytest.approx(0.5)
        usable = solution.master[solution.model.frame.model.columns["battery_usable", SITE, "battery", year]]
        assert usable == pytest.approx(0.9 * 6.0 - 0.5 * 5 / 60 / 0.95)
    assert rows["phong-may", 2027].ups_reserve_mw == 0.0


def test_a_ups_with_its_own_batteries_asks_for_none() -> None:
    inputs = make_resilient_inputs()
    plain = replace(inputs, hardware=resilient_hardware(make_hardware(), autonomy_minutes=0.0))
    model = build_model(plain, make_demand()).frame.model
    assert not list(model.matching("reserve"))
    assert not [key for key, _, _, _ in model.rows if key[0] == "ups_load_is_held"]
