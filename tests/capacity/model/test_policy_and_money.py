"""Programmes that lead times rule out, allotments of shares, and budgets."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity.check import Tolerances
from capacity.check import policy as check
from capacity.check.evidence import Evidence
from capacity.model import Frame
from capacity.model.build import SizingModel, build_model
from capacity.model.policy import first_possible_year
from capacity.plan import Plan
from tests.factories import (
    make_demand,
    make_energy,
    make_funding,
    make_gpu_pool,
    make_gpu_sku,
    make_hall,
    make_hardware,
    make_inputs,
    make_policy,
    make_settings,
    make_site,
    make_tariff,
)

EVERY = ("hall", "server", "energy_asset", "grid", "rent", "operation", "energy")


def model_of(**overrides: Any) -> SizingModel:
    values = {"sites": (make_site(allowed_halls=("chilled",)),), **overrides}
    return build_model(make_inputs(**values), make_demand(make_gpu_pool()))


def with_lead(kind: str, months: float) -> Any:
    hardware = make_hardware()
    plant = tuple(
        unit.model_copy(update={"lead_time_months": months}) if unit.kind == kind else unit for unit in hardware.plant
    )
    return hardware.model_copy(update={"plant": plant})


@pytest.mark.parametrize("kind", ["ups", "genset", "chiller"])
def test_a_programme_waits_for_the_plant_of_its_hall(kind: str) -> None:
    model = model_of(hardware=with_lead(kind, 20))
    assert first_possible_year(model.frame, "ai-dc") == 2028
    assert [(row.year, row.earliest_year) for row in model.missed] == [(2026, 2028)]
    never = model_of(hardware=with_lead(kind, 40))
    assert [(row.year, row.earliest_year) for row in never.missed] == [(2026, None), (2028, None)]


LEADS = st.sampled_from([0.0, 4.0, 11.0, 11.5, 13.0, 23.0, 24.0, 40.0])


@given(hall=LEADS, ups=LEADS, chiller=LEADS, server=LEADS, land=st.sampled_from([700.0, 1e5]), funded=st.booleans())
def test_the_checker_finds_the_same_first_year(
    hall: float, ups: float, chiller: float, server: float, land: float, funded: bool
) -> None:
    hardware = make_hardware()
    halls = (make_hall(lead_time_months=hall), *hardware.halls[1:])
    leads = {"ups": ups, "chiller": chiller, "genset": 8.0}
    plant = tuple(unit.model_copy(update={"lead_time_months": leads[unit.kind]}) for unit in hardware.plant)
    hardware = make_hardware(halls=halls, plant=plant, skus=(make_gpu_sku(lead_time_months=server),))
    covers = EVERY if funded else EVERY[1:]
    settings = make_settings(funding=(make_funding("equity", "enterprise", covers, 1e12),))
    site = make_site(allowed_halls=("chilled",), land_m2=land)
    inputs, demand = make_inputs(sites=(site,), hardware=hardware, settings=settings), make_demand(make_gpu_pool())
    nothing = Plan(settings.years, (), (), (), (), ())
    checked = check.first_possible_year(Evidence(inputs, demand, nothing, Tolerances(), None), "ai-dc")
    assert first_possible_year(Frame(inputs, demand), "ai-dc") == checked


def test_a_missed_target_binds_from_the_first_possible_year_on() -> None:
    model = model_of()
    rows = {key[2]: low for key, _, low, _ in model.frame.model.rows if key[0] == "programmes_stand_in_the_province"}
    assert rows == {2027: 0.05, 2028: 0.06}
    assert [(row.policy, row.year, row.required) for row in model.missed] == [
        ("programme-in-province-mw-min", 2026, 0.05)
    ]


def test_a_target_within_reach_is_not_missed() -> None:
    rule = make_policy("programme_in_province_mw_min", {2027: 1.0}, programme="ai-dc")
    assert model_of(settings=make_settings(policies=(rule,))).missed == ()


def test_an_allotment_may_be_all_the_load_that_a_site_can_have() -> None:
    """A site that runs on its own supply alone has its whole load to give, work that waits included."""
    grid = {"existing_mw": 0.0, "voltage_kv": 22.0, "source": "assumption: round figure of a test"}
    site = make_site(allowed_halls=("chilled",), grid=grid)
    rule = make_policy("renewable_share_min", {2027: 0.0})
    model = model_of(sites=(site,), settings=make_settings(policies=(rule,)))
    block = next(block for block in model.blocks if block.year == 2027)
    columns = model.frame.model
    load = columns.upper[columns.columns["fixed", "khanh-an", 2027]]
    for factor in block.loads:
        load += columns.upper[factor.column] * float((factor.slope * factor.utilisation).mean())
    assert any(factor.deferrable_fraction for factor in block.loads)
    assert -columns.lower[columns.columns["allotment", "renewable-share-min", "khanh-an", 2027]] >= load - 1e-9


def test_orders_paid_before_the_horizon_need_money_of_their_year() -> None:
    budgets = make_funding("equity", "enterprise", EVERY, 1e12)
    settings = make_settings(as_of=dt.date(2025, 1, 1), funding=(budgets,))
    columns = model_of(settings=settings).frame.model
    row = next(terms for key, terms, _, _ in columns.rows if key == ("budgets_hold", "enterprise", "hall", 2025))
    module = columns.columns["build", "module", "khanh-an", "chilled", "chilled", 2026]
    assert row[module] == pytest.approx(-66.0)
    assert columns.upper[columns.columns["paid", "equity", "hall", 2025]] == 0
    assert columns.upper[columns.columns["paid", "equity", "hall", 2026]] > 0


def test_a_payer_without_sources_is_not_limited() -> None:
    rows = model_of(settings=make_settings(funding=())).frame.model.rows
    assert not [key for key, *_ in rows if key[0] in ("budgets_hold", "source_is_not_overspent")]


def test_energy_is_budgeted_at_the_mean_tariff_and_never_below_its_load() -> None:
    hardware = make_hardware()
    cooling = hardware.halls[0].cooling_model.model_copy(update={"cop_per_degree": 0.3, "reference_c": 20.0})
    chilled = hardware.halls[0].model_copy(update={"cooling_model": cooling})
    hardware = hardware.model_copy(update={"halls": (chilled, *hardware.halls[1:])})
    inputs = make_inputs(sites=(make_site(allowed_halls=("chilled",)),), hardware=hardware)
    hours = np.arange(8760)
    warm = inputs.weather["khanh-an"]
    weather = {"khanh-an": replace(warm, temp_air_c=26 + 4 * np.sin(hours / 24 * 2 * np.pi))}
    varied = make_inputs(sites=inputs.sites, hardware=hardware, weather=weather)
    model = build_model(varied, make_demand(make_gpu_pool()))
    block = next(block for block in model.blocks if block.year == 2027)
    factor = next(load for load in block.loads if load.deferrable_fraction)
    assert np.ptp(factor.slope) > 0.01
    terms = next(t for key, t, _, _ in model.frame.model.rows if key == ("budgets_hold", "enterprise", "energy", 2027))
    price = float(model.frame.hours(varied.site("khanh-an"), 2027).price(22.0).mean())
    per_mean_mw = price * 8760 * 1000 / 1e9
    fixed = float((factor.slope * factor.fixed_utilisation).mean())
    waiting = float(factor.slope.max()) * float(factor.arrivals.mean())
    assert -terms[factor.column] == pytest.approx((fixed + waiting) * per_mean_mw)
    column = model.frame.model.columns["fixed", "khanh-an", 2027]
    assert -terms[column] == pytest.approx(per_mean_mw)


@pytest.mark.parametrize(("own_kv", "step_kv"), [(22.0, 110.0), (110.0, 22.0)])
@pytest.mark.parametrize("dear_kv", [22.0, 110.0])
def test_energy_is_budgeted_at_the_dearest_voltage_that_the_site_can_have(
    own_kv: float, step_kv: float, dear_kv: float
) -> None:
    """Whether that is the connection's own or a step's, and whether it is the higher one or the lower."""
    flat = {kv: 3000.0 if kv == dear_kv else 2000.0 for kv in (22.0, 110.0)}
    low = make_tariff("business", *[flat[22.0]] * 3).model_copy(update={"id": "low", "voltage_below_kv": 110.0})
    high = make_tariff("business", *[flat[110.0]] * 3).model_copy(update={"id": "high", "voltage_from_kv": 110.0})
    steps = make_site().model_dump(mode="json")["grid"]["steps"]
    grid = {"existing_mw": 10.0, "voltage_kv": own_kv, "steps": [{**steps[0], "voltage_kv": step_kv}]}
    site = make_site(allowed_halls=("chilled",), grid={**grid, "source": "assumption: round figure of a test"})
    model = model_of(sites=(site,), energy=make_energy(tariffs=(low, high)))
    terms = next(t for key, t, _, _ in model.frame.model.rows if key == ("budgets_hold", "enterprise", "energy", 2027))
    assert -terms[model.frame.model.columns["fixed", "khanh-an", 2027]] == pytest.approx(3000 * 8760 * 1000 / 1e9)
