"""More supply never worsens the optimum."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from tests.properties.answers import answer, certain, feasible, never_dearer
from tests.properties.provinces import Province
from tests.properties.strategies import FEW, MANY, provinces

MORE = ("land", "grid", "step", "water", "pv", "wind", "battery", "dppa", "site", "quota")
"""What there can be more of."""


def with_more(province: Province, what: str, factor: float) -> Province:
    """The province with ``factor`` >= 1 times as much of one supply, or with another candidate site."""
    grown: dict[str, dict[str, Any]] = {
        "land": {"land_m2": factor * province.land_m2},
        "grid": {"grid_mw": factor * province.grid_mw},
        "step": {"step_mw": factor * province.step_mw},
        "water": {"cooling_water_m3": factor * province.cooling_water_m3},
        "pv": {"pv_mw": factor * province.pv_mw + 2.0},
        "wind": {"wind_mw": factor * province.wind_mw + 2.0},
        "battery": {"battery_mw": factor * province.battery_mw + 1.0},
        "dppa": {"dppa_mw": factor * province.dppa_mw + 2.0},
        "site": {"second_site": True},
        "quota": {"rent_quota_gpus": None},
    }
    return replace(province, **grown[what])


def scarce(province: Province) -> Province:
    """The province where grid, land and rented GPUs are short, so that more of them is worth something."""
    grid = 5.0 if province.tenants_mw else 0.3
    return replace(province, grid_mw=grid, land_m2=35_000.0, cooling_water_m3=1.5e5, rent_quota_gpus=24.0)


def more_supply_never_worsens_the_optimum(province: Province, what: str, factor: float) -> None:
    never_dearer(answer(with_more(scarce(province), what, factor)), feasible(scarce(province)))


@FEW
@for_all(provinces(), st.sampled_from(MORE), st.sampled_from([1.1, 2.0]))
def test_more_supply_never_worsens_the_optimum(province: Province, what: str, factor: float) -> None:
    more_supply_never_worsens_the_optimum(province, what, factor)


@pytest.mark.parametrize("what", MORE)
def test_more_of_each_supply_never_worsens_the_optimum(what: str) -> None:
    """The scarce province: every supply once."""
    province = Province(gpus=48.0, tenants_mw=10.0, ai_mw=0.05, pv_mw=4.0, seed=2)
    never_dearer(answer(with_more(scarce(province), what, 1.5)), certain(scarce(province)))


def test_supply_that_is_short_has_a_price() -> None:
    """The scarce province is dearer than the plenty one, beyond doubt: its bound is above the other's objective."""
    province = Province(gpus=48.0, tenants_mw=10.0, ai_mw=0.05, pv_mw=4.0, seed=2)
    assert certain(scarce(province)).bound > certain(replace(province, grid_mw=20.0)).objective


@pytest.mark.soak
@MANY
@for_all(provinces(), st.sampled_from(MORE), st.floats(1.0, 3.0))
def test_more_supply_never_worsens_the_optimum_for_long(province: Province, what: str, factor: float) -> None:
    more_supply_never_worsens_the_optimum(province, what, factor)
