"""The hours of a site and year: waiting work, loads, prices and the rows between them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity.model import Block
from capacity.model.blocks import LoadFactor, dppa_capacity_factor, recent_arrivals
from capacity.model.build import SizingModel, build_model
from tests.factories import (
    make_demand,
    make_energy,
    make_gpu_pool,
    make_inputs,
    make_load_class,
    make_pool,
    make_services,
    make_site,
    make_state_pool,
)


def model_of(*, load_class: str = "batch", **overrides: object) -> SizingModel:
    inputs = make_inputs(sites=(make_site(allowed_halls=("chilled",)),), **overrides)
    return build_model(inputs, make_demand(make_gpu_pool(load_class=load_class)))


def block_of(model: SizingModel, year: int = 2027) -> Block:
    return next(block for block in model.blocks if block.year == year)


@pytest.mark.parametrize(
    ("hours", "sums"),
    [(1, [1.0, 2, 4, 8]), (2, [9.0, 3, 6, 12]), (3, [13.0, 11, 7, 14]), (4, [15.0, 15, 15, 15])],
)
def test_recent_arrivals_are_those_of_the_last_hours_round_the_year(hours: int, sums: list[float]) -> None:
    assert recent_arrivals(np.array([1.0, 2, 4, 8]), hours).tolist() == sums


@given(arrivals=st.lists(st.floats(0, 10), min_size=24, max_size=60), hours=st.integers(1, 24))
def test_recent_arrivals_are_sums_of_a_window(arrivals: list[float], hours: int) -> None:
    size = len(arrivals)
    windows = [sum(arrivals[(t - back) % size] for back in range(hours)) for t in range(size)]
    assert recent_arrivals(np.array(arrivals), hours) == pytest.approx(np.array(windows), abs=1e-9)


def test_work_is_split_in_what_cannot_wait_and_what_arrives_to_wait() -> None:
    use = np.array([0.4, 0.8])
    factor = LoadFactor(0, "batch", "chilled", use, np.ones(2), deferrable_fraction=0.25, deferrable_hours=3)
    assert factor.fixed_utilisation.tolist() == pytest.approx([0.3, 0.6])
    assert factor.arrivals.tolist() == pytest.approx([0.1, 0.2])
    assert factor.name == "batch@chilled"


def test_the_class_of_constant_power_is_no_class_of_the_folder() -> None:
    services = make_services()
    varying = make_load_class("flat")
    classes = (*services.load_classes[:2], varying)
    block = block_of(model_of(load_class="flat", services=services.model_copy(update={"load_classes": classes})))
    by_class = {load.class_id: load.utilisation for load in block.loads}
    assert set(by_class) == {"FLAT", "flat"}
    assert by_class["FLAT"].tolist() == [1.0] * 8760
    assert by_class["flat"][:24].tolist() == list(varying.weekday)


def test_the_grid_costs_price_and_carbon_with_vat_at_present_value() -> None:
    inputs = make_inputs()
    model = build_model(inputs, make_demand(make_state_pool()))
    room = next(block for block in model.blocks if block.key == ("phong-may", 2028))
    carbon = 100_000 * 0.6592 / 1000  # VND per kWh
    per_mwh = (2138 + carbon) * 1000 / 1e9 * 1.1 / 1.08**2
    assert room.columns["grid:0"].cost == pytest.approx(np.full(8784, per_mwh))
    assert room.columns["dppa:0"].cost == pytest.approx(np.full(8784, 500 * 1e-6 * 1.1 / 1.08**2 - per_mwh))


def test_a_contract_that_is_not_eligible_leaves_no_trace() -> None:
    energy = make_energy()
    assert energy.dppa is not None
    closed = energy.model_copy(update={"dppa": energy.dppa.model_copy(update={"eligible": False})})
    model = model_of(energy=closed)
    assert not [key for key in model.frame.model.columns if "dppa_mw" in key]
    assert not [name for name in (*block_of(model).columns, *block_of(model).hourly) if "dppa" in name]


def test_the_contract_blows_at_the_place_of_its_generator() -> None:
    inputs = make_inputs()
    calm = replace(inputs.weather["phong-may"], wind_speed_m_s=np.full(8760, 1.0))
    inputs = replace(inputs, weather={**inputs.weather, "phong-may": calm})
    model = build_model(inputs, make_demand(make_state_pool()))
    at_generator = model.frame.hours(inputs.site("khanh-an"), 2027)
    wind = inputs.energy.generation[1]
    assert dppa_capacity_factor(model.frame, 2027).tolist() == at_generator.capacity_factor(wind).tolist()
    room = next(block for block in model.blocks if block.key == ("phong-may", 2027))
    limit = room.hourly["dppa_within_contract"].master[0][1]
    assert np.all(np.asarray(limit) > 0.1)


def test_the_master_columns_of_a_block_are_those_that_its_columns_and_rows_name() -> None:
    model = model_of()
    block = block_of(model)
    names = {key for key, column in model.frame.model.columns.items() if column in block.masters()}
    kinds = {"connection", "fixed", "load", "generation", "battery_mw", "battery_mwh", "dppa_mw", "allotment", "slack"}
    assert {key[0] for key in names} == kinds
    assert all(2027 in key for key in names)
    assert block.masters() == sorted(block.masters())


def test_a_block_has_room_for_every_site_and_year_that_can_hold_a_hall() -> None:
    model = build_model(make_inputs(), make_demand(make_pool(), make_state_pool()))
    assert [block.key for block in model.blocks] == [
        ("phong-may", 2026),
        ("khanh-an", 2027),
        ("phong-may", 2027),
        ("khanh-an", 2028),
        ("phong-may", 2028),
    ]
