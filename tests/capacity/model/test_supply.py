"""Connections, voltages, load classes and what the hours see."""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
import pytest

from capacity.inputs.services import LoadClass
from capacity.model import LinearModel, TooManyLoadClassesError
from capacity.model.build import build_model
from capacity.model.supply import constant_utilisation, fixed_load, load_factors, voltage_groups
from tests.factories import (
    FLAT_DAY,
    make_demand,
    make_gpu_pool,
    make_inputs,
    make_load_class,
    make_pool,
    make_services,
    make_site,
    make_wholesale_pool,
)
from tests.golden.cases import voltages

STEPS = ("step-22", "step-35", "step-110")


def test_voltages_of_one_price_are_one_group() -> None:
    inputs, demand = make_inputs(), make_demand()
    hours = build_model(inputs, demand).frame.hours(inputs.site("khanh-an"), 2027)
    assert [group.voltage_kv for group in voltage_groups(hours)] == [22.0]


def test_voltages_of_different_prices_are_groups_by_rising_voltage() -> None:
    inputs, demand = voltages()
    groups = voltage_groups(build_model(inputs, demand).frame.hours(inputs.site("khanh-an"), 2027))
    assert [group.voltage_kv for group in groups] == [22.0, 35.0, 110.0]
    assert [group.price[0] for group in groups] == [1700.0, 1600.0, 1500.0]
    assert [group.price[18] for group in groups] == [5200.0, 5000.0, 4800.0]


@cache
def model_of_voltages() -> LinearModel:
    return build_model(*voltages()).frame.model


@pytest.mark.parametrize("year", [2027, 2028])
@pytest.mark.parametrize("taken", list(product((0, 1), repeat=3)))
def test_the_price_follows_the_highest_step_in_service_or_else_the_connection(
    taken: tuple[int, int, int], year: int
) -> None:
    model = model_of_voltages()
    solution = np.zeros(len(model.lower))
    for step, ordered in zip(STEPS, taken, strict=True):
        solution[model.columns["build", "grid_step", "khanh-an", "", step, 2027]] = ordered
    megawatt = 10 + 4 * taken[0] + 6 * taken[1] + 30 * taken[2]
    possible = []
    for group in range(3):
        trial = solution.copy()
        trial[model.columns["voltage", "khanh-an", group, year]] = 1
        trial[model.columns["connection", "khanh-an", group, year]] = megawatt
        rows = [
            row for row in model.rows if row[0][-1] == year and ("volt" in str(row[0][0]) or "conn" in str(row[0][0]))
        ]
        assert len(rows) == 11
        values = [sum(trial[c] * v for c, v in terms.items()) for _, terms, _, _ in rows]
        if all(low <= value <= high for value, (_, _, low, high) in zip(values, rows, strict=True)):
            possible.append(group)
    highest = max((index for index in range(3) if taken[index]), default=1)
    assert possible == [highest]


@pytest.mark.parametrize(
    ("load_class", "constant"),
    [
        (make_load_class(weekday=FLAT_DAY, weekend=FLAT_DAY), 1.0),
        (make_load_class(weekday=(0.5,) * 24, weekend=(0.5,) * 24), 0.5),
        (make_load_class(weekday=(0.5,) * 24, weekend=(0.4,) * 24), None),
        (
            make_load_class(
                weekday=(0.5,) * 24, weekend=(0.5,) * 24, interactive=False, deferrable_fraction=0.1, deferrable_hours=2
            ),
            None,
        ),
    ],
)
def test_constant_work_that_cannot_wait_is_flat(load_class: LoadClass, constant: float | None) -> None:
    assert constant_utilisation(load_class) == constant


def test_constant_classes_draw_their_share_of_the_swing_at_all_hours() -> None:
    services = make_services()
    steady = make_load_class("steady", weekday=(0.5,) * 24, weekend=(0.5,) * 24)
    services = services.model_copy(update={"load_classes": (*services.load_classes, steady)})
    inputs = make_inputs(sites=(make_site(allowed_halls=("chilled",)),), services=services)
    frame = build_model(inputs, make_demand(make_pool(load_class="steady"))).frame
    factors = load_factors(frame, inputs.site("khanh-an"), 2027)
    placed = frame.model.columns["placed", "office", "khanh-an", "chilled", "cpu", 2027]
    assert set(factors) == {("FLAT", "chilled")}
    assert factors["FLAT", "chilled"].terms[placed] == pytest.approx((0.2 + 0.5 * 0.6) * 1.1 / 1000)


def test_tenants_draw_their_megawatts() -> None:
    inputs = make_inputs(sites=(make_site(allowed_halls=("shell",)),))
    frame = build_model(inputs, make_demand(make_wholesale_pool())).frame
    factors = load_factors(frame, inputs.site("khanh-an"), 2027)
    assert factors["FLAT", "shell"].terms == {frame.model.columns["let", "tenants", "khanh-an", "shell", 2027]: 1.0}


def test_modules_and_ups_draw_their_fixed_losses() -> None:
    inputs = make_inputs(sites=(make_site(allowed_halls=("chilled",)),))
    frame = build_model(inputs, make_demand(make_pool())).frame
    solution = np.zeros(len(frame.model.lower))
    solution[frame.model.columns["build", "module", "khanh-an", "chilled", "chilled", 2027]] = 2
    solution[frame.model.columns["build", "ups", "khanh-an", "chilled", "ups-250", 2028]] = 5
    site = inputs.site("khanh-an")
    assert fixed_load(frame, site, 2027).value(solution) == pytest.approx(2 * 0.005)
    assert fixed_load(frame, site, 2028).value(solution) == pytest.approx(2 * 0.005 + 5 * 0.0025)


def test_more_than_six_load_classes_at_a_site_are_told_by_name() -> None:
    services = make_services()
    classes = [make_load_class(f"shape-{index}") for index in range(6)]
    services = services.model_copy(update={"load_classes": (*services.load_classes, *classes)})
    pools = [make_pool(f"pool-{index}", load_class=f"shape-{index}") for index in range(6)]
    inputs = make_inputs(sites=(make_site(allowed_halls=("chilled",)),), services=services)
    with pytest.raises(TooManyLoadClassesError, match=r"site khanh-an in 2027: 7 load classes .*shape-5 in chilled"):
        build_model(inputs, make_demand(*pools))
    assert build_model(inputs, make_demand(*pools[:5])).missed


def test_the_vector_of_the_hours_has_the_values_of_the_master() -> None:
    inputs = make_inputs(sites=(make_site(allowed_halls=("chilled",)),))
    model = build_model(inputs, make_demand(make_gpu_pool())).frame.model
    rows = [(key, terms, low, high) for key, terms, low, high in model.rows if key[0] == "hours_see_the_master"]
    solution = np.random.default_rng(7).uniform(0, 1, len(model.lower))
    for key, terms, low, high in rows:
        column = model.columns[key[1:]]
        assert (terms[column], low) == (-1.0, high)
        value = sum(solution[c] * v for c, v in terms.items() if c != column) - high
        assert 0 <= value <= model.upper[column] + 1e-9
