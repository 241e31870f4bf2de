"""Terms of every kind of order and of every rent, as the folder states them."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from typing import Any

import pytest

from capacity.accounts import compute_accounts
from capacity.accounts.catalogue import Terms, fits, nameplate_kw, server_price_vnd, site_plant, terms_of
from capacity.accounts.renting import amounts_of, eligible_zones, entries, monthly_price_vnd, paid_vnd, rent_terms
from capacity.inputs import CapacityInputs
from capacity.inputs.settings import Payer
from capacity.plan import Build, BuildKind, Plan
from tests.factories import (
    SOURCE,
    make_clouds,
    make_demand,
    make_dppa,
    make_energy,
    make_existing_site,
    make_gpu_pool,
    make_gpu_sku,
    make_hall,
    make_hardware,
    make_inputs,
    make_pool,
    make_price,
    make_resilient_inputs,
    make_settings,
    make_site,
    make_sku,
    make_state_pool,
    make_wholesale_pool,
)

SITE = "khanh-an"
YEARS = (2026, 2027, 2028)


def order(kind: BuildKind, item: str, hall: str | None = None, site: str = SITE) -> Build:
    return Build(kind, site, item, 2027, 1, dt.date(2026, 1, 31), hall)


FILL = 1.75 * 300_000
"""VND to raise a m2 of the candidate."""


@pytest.mark.parametrize(
    ("build", "terms"),
    [
        (order("module", "chilled", "chilled"), Terms("hall", 60e9 * 1.1 + 800 * FILL, 2e9, 20.0, 11.0, True)),
        (order("server", "cpu", "chilled"), Terms("server", 440e6, 22e6, 5.0, 4.0, True)),
        (order("ups", "ups-250", "chilled"), Terms("hall", 1e9, 25e6, 15.0, 8.0, True)),
        (order("chiller", "chiller-400", "shell"), Terms("hall", 1.6e9, 40e6, 15.0, 8.0, True)),
        (
            order("genset", "genset-1000", "chilled"),
            Terms("hall", 4e9, 1e8 + 12 * 1000 * 0.27 * 20_000, 15.0, 8.0, True),
        ),
        (order("fuel_tank", "tank-20"), Terms("hall", 600e6 + 20_000 * 20_000 + 50 * FILL, 20e6, 25.0, 6.0, True)),
        (order("ups_battery", "vrla"), Terms("hall", 3e9, 5e7, 10.0, 6.0, True)),
        (order("grid_step", "step-110"), Terms("grid", 90e9, 0.0, 30.0, 10.0, True)),
        (order("generation", "pv"), Terms("energy_asset", 15e9, 3e8, 25.0, 9.0, True)),
        (order("generation", "wind"), Terms("energy_asset", 0.0, 0.0, 25.0, 9.0, True)),
        (order("battery_mw", "battery"), Terms("energy_asset", 3e9, 1e8, 12.0, 9.0, True)),
        (order("battery_mwh", "battery"), Terms("energy_asset", 5e9, 0.0, 12.0, 9.0, True)),
        (order("dppa_mw", "wind"), Terms("energy", 0.0, 0.0, math.inf, 6.0, True)),
    ],
)
def test_terms_of_every_kind_of_order(build: Build, terms: Terms) -> None:
    """Halls by the site's factor with the fill, servers with their fabric, gensets with their tests, tanks filled."""
    found = terms_of(make_resilient_inputs(), build)
    assert (found.category, found.orderable) == (terms.category, terms.orderable)
    figures = ("capex_vnd", "operation_vnd_per_year", "lifetime_years", "lead_time_months")
    assert [getattr(found, name) for name in figures] == pytest.approx([getattr(terms, name) for name in figures])


def limited(**fields: Any) -> CapacityInputs:
    return make_resilient_inputs(sites=(make_site(**fields), make_existing_site()))


@pytest.mark.parametrize(
    ("inputs", "build"),
    [
        (limited(allowed_halls=("shell",)), order("module", "chilled", "chilled")),
        (limited(allowed_halls=("shell",)), order("ups", "ups-250", "chilled")),
        (limited(allowed_halls=("shell", "room")), order("module", "room", "room")),
        (limited(), order("genset", "ups-250", "chilled")),
        (limited(), order("ups", "genset-1000", "chilled")),
        (limited(), order("chiller", "chiller-400", "room")),
        (limited(energy_limits=()), order("generation", "pv")),
        (limited(energy_limits=()), order("battery_mw", "battery")),
        (limited(energy_limits=()), order("battery_mwh", "battery")),
        (limited(fuel_tank_limit_litres=19_999.0), order("fuel_tank", "tank-20")),
        (limited(allowed_halls=()), order("ups_battery", "vrla")),
        (limited(allowed_halls=("room",)), order("ups_battery", "vrla")),
        (replace(limited(), energy=make_energy(dppa=make_dppa(eligible=False))), order("dppa_mw", "wind")),
        (
            replace(limited(), hardware=make_hardware(skus=(make_sku(orderable=False),))),
            order("server", "cpu", "chilled"),
        ),
    ],
)
def test_what_a_site_does_not_allow_cannot_be_ordered(inputs: CapacityInputs, build: Build) -> None:
    assert not terms_of(inputs, build).orderable


def test_what_a_site_allows_can_be_ordered_up_to_its_limit() -> None:
    assert terms_of(limited(fuel_tank_limit_litres=20_000.0), order("fuel_tank", "tank-20")).orderable
    zero = [{"technology": "pv", "max_mw": 0.0, "source": "assumption: none"}]
    assert not terms_of(limited(energy_limits=zero), order("generation", "pv")).orderable
    base = make_resilient_inputs()
    plant = tuple(unit.model_copy(update={"autonomy_minutes": 0.0}) for unit in base.hardware.plant)
    without = replace(base, hardware=base.hardware.model_copy(update={"plant": plant}))
    assert not terms_of(without, order("ups_battery", "vrla")).orderable, "no UPS asks for batteries"


@pytest.mark.parametrize(
    ("inputs", "build"),
    [
        (make_resilient_inputs(), order("module", "shell", "chilled")),
        (make_resilient_inputs(), order("module", "chilled")),
        (make_resilient_inputs(), order("fuel_tank", "another")),
        (make_resilient_inputs(), order("ups_battery", "another")),
        (make_resilient_inputs(), order("battery_mw", "another")),
        (make_resilient_inputs(), order("dppa_mw", "pv")),
        (make_resilient_inputs(), order("grid_step", "another")),
        (make_inputs(), order("fuel_tank", "tank-20")),
        (make_inputs(), order("ups_battery", "vrla")),
        (make_inputs(energy=make_energy(battery=None)), order("battery_mwh", "battery")),
        (make_inputs(energy=make_energy(dppa=None)), order("dppa_mw", "wind")),
    ],
)
def test_what_the_folder_does_not_hold_is_an_error(inputs: CapacityInputs, build: Build) -> None:
    with pytest.raises(KeyError):
        terms_of(inputs, build)


def test_plant_of_a_hall_and_figures_of_a_server() -> None:
    assert site_plant(make_hall()) == {"ups": "ups-250", "genset": "genset-1000", "chiller": "chiller-400"}
    assert site_plant(make_hall(chiller=None)).keys() == {"ups", "genset"}
    assert (server_price_vnd(make_sku()), nameplate_kw(make_sku())) == pytest.approx((440e6, 0.88))
    assert fits(make_gpu_sku(), make_hall(max_rack_kw=22.0)), "a rack of exactly the limit"


def test_zones_are_eligible_at_their_level_and_below() -> None:
    inputs = make_inputs()
    for level, zones in ((1, ["hcm-1", "han-1"]), (3, ["hcm-1", "han-1"]), (4, [])):
        assert [zone.id for zone in eligible_zones(inputs, level)] == zones


def test_amounts_leave_out_what_is_not_needed() -> None:
    pool = make_pool(amounts={"storage_tb": (0.0, 5.0, 7.0), "memory_gib": (1.0, 0.0, 2.0)})
    demand = make_demand(pool)
    assert [amounts_of(demand, pool, year) for year in YEARS] == [
        {"memory_gib": 1.0},
        {"storage_tb": 5.0},
        {"storage_tb": 7.0, "memory_gib": 2.0},
    ]
    with pytest.raises(ValueError, match="not in tuple"):
        amounts_of(demand, pool, 2029)


def test_the_lowest_price_of_a_location_as_paid_else_the_planning_price() -> None:
    """109 with VAT are cheaper than 100 without for whoever reclaims it, and dearer for nobody else."""
    inclusive = make_price("vcpu_month", 109.0, id="in", zones=("hcm-1",), includes_vat=True)
    exclusive = make_price("vcpu_month", 100.0, id="out", zones=("hcm-1",))
    market = make_price("vcpu_month", 50.0)
    inputs = make_inputs(clouds=make_clouds(prices=(exclusive, inclusive, market)))
    assert monthly_price_vnd(inputs, "enterprise", "vcpu_month", "hcm-1", 2027) == pytest.approx(109 / 1.1)
    assert monthly_price_vnd(inputs, "state", "vcpu_month", "hcm-1", 2027) == pytest.approx(109)
    assert monthly_price_vnd(inputs, "state", "vcpu_month", "han-1", 2027) == pytest.approx(55)
    assert [price.id for price in entries(inputs, "vcpu_month", "tender", 2027)] == [market.id]
    assert [price.id for price in entries(inputs, "vcpu_month", "hcm-1", 2027)] == ["out", "in"]


@pytest.mark.parametrize(
    ("since", "applies"), [(dt.date(2027, 1, 1), True), (dt.date(2027, 1, 2), False), (dt.date(2027, 2, 1), False)]
)
def test_a_price_of_new_years_day_is_that_of_the_year(since: dt.date, applies: bool) -> None:
    """A later one leaves the year at that of the date of the plan."""
    old = make_price("vcpu_month", 100.0, id="old", valid_to=dt.date(2027, 1, 1))
    inputs = make_inputs(clouds=make_clouds(prices=(old, make_price("vcpu_month", 90.0, id="new", valid_from=since))))
    assert [price.id for price in entries(inputs, "vcpu_month", "tender", 2027)] == ["new" if applies else "old"]


@pytest.mark.parametrize(("payer", "vat"), [("enterprise", 1.0), ("state", 1.1)])
def test_rent_has_the_vat_of_its_payer(payer: Payer, vat: float) -> None:
    pool = make_gpu_pool(payer=payer)
    amounts = {"gpu_hours": 300_000.0, "billable_storage_tb": 300.0}
    terms = rent_terms(make_inputs(), pool, amounts, "tender", "market-gpu-hour", 2027)
    assert terms is not None
    assert terms.vnd == pytest.approx(vat * (300_000 * 70_000 + 12 * 300 * 900_000))
    assert (terms.gpu_hours, terms.storage_tb, terms.vcpu, terms.memory_gib) == (300_000, 300, 0, 0)
    inclusive = rent_terms(make_inputs(), pool, amounts, "hcm-1", "hcm-h100", 2027)
    assert inclusive is not None
    assert inclusive.vnd == pytest.approx(vat * (300_000 * 66_000 / 1.1 + 12 * 300 * 900_000))


def test_storage_alone_is_rented_where_it_has_a_price() -> None:
    zone = make_price("storage_tb_month", 700_000.0, id="hcm-storage", zones=("hcm-1",))
    inputs = make_inputs(clouds=make_clouds(prices=(*make_clouds().prices, zone)))
    amounts = {"billable_storage_tb": 10.0}
    found = rent_terms(inputs, make_state_pool(), amounts, "hcm-1", None, 2027)
    assert found is not None
    assert found.vnd == pytest.approx(1.1 * 12 * 10 * 700_000)
    assert rent_terms(inputs, make_state_pool(), amounts, "han-1", None, 2027) is None


def test_nothing_and_tenants_cannot_be_rented() -> None:
    assert rent_terms(make_inputs(), make_pool(), {}, "tender", None, 2027) is None
    assert rent_terms(make_inputs(), make_pool(), {"storage_tb": 5.0}, "tender", None, 2027) is None
    assert rent_terms(make_inputs(), make_wholesale_pool(), {"memory_gib": 5.0}, "tender", None, 2027) is None


VAT_FALLS = {"rate_by_year": {2025: 0.1, 2027: 0.08}, "is_cost_to": ["state"], "source": SOURCE}


@pytest.mark.parametrize(
    ("payer", "price", "year", "expected"),
    [
        ("state", {}, 2026, 110.0),
        ("state", {}, 2027, 108.0),
        ("enterprise", {}, 2027, 100.0),
        ("state", {"includes_vat": True}, 2026, 100.0),
        ("state", {"includes_vat": True}, 2028, 100 / 1.1 * 1.08),
        ("enterprise", {"includes_vat": True}, 2028, 100 / 1.1),
        ("state", {"includes_vat": True, "valid_from": dt.date(2027, 1, 1)}, 2028, 100.0),
        ("state", {"vat_rate": 0.05}, 2027, 105.0),
        ("enterprise", {"vat_rate": 0.05}, 2027, 100.0),
        ("state", {"includes_vat": True, "vat_rate": 0.05}, 2027, 100.0),
        ("enterprise", {"includes_vat": True, "vat_rate": 0.05}, 2027, 100 / 1.05),
    ],
)
def test_a_price_with_vat_has_that_of_its_date_and_is_paid_with_that_of_the_year(
    payer: Payer, price: dict[str, Any], year: int, expected: float
) -> None:
    settings = make_settings(vat=VAT_FALLS)
    assert paid_vnd(settings, payer, make_price("vcpu_month", 100.0, **price), year) == pytest.approx(expected)


def test_vat_is_that_of_the_year_in_which_something_is_paid() -> None:
    """A server ordered in 2026 for 2027 is paid with 10 %, its upkeep with 8 %, and its salvage has the 10 %."""
    inputs = make_inputs(settings=make_settings(vat=VAT_FALLS, discount_rate=0.0), sites=(make_site(payer="state"),))
    plan = Plan(YEARS, (order("server", "cpu", "chilled"),), (), (), (), ())
    found = compute_accounts(inputs, make_demand(), plan)
    parts = {part.key: part.present_value_vnd for part in found.parts}
    assert parts["server"] == pytest.approx(1.1 * 440e6)
    assert found.orders[0].capex_vnd == pytest.approx(1.1 * 440e6)
    assert parts["salvage"] == pytest.approx(-1.1 * 440e6 * 3 / 5)
    assert parts["operation"] == pytest.approx(2 * 1.08 * 22e6)
