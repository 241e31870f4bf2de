"""The stochastic model: same seed, same year; targets met or refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from capacity.weather import SyntheticSite, pv_capacity_factor, regenerate, synthesize, wind_capacity_factor
from capacity.weather.climate import monthly_targets, seasonal, wind_shape
from capacity.weather.random_streams import Streams
from capacity.weather.series import month_of_hours
from tests.capacity.weather.factories import shipped, weather_year


def site(**overrides: Any) -> SyntheticSite:
    values: dict[str, Any] = {
        "site_id": "test",
        "name_vi": "Thử",
        "name_en": "Test",
        "latitude_deg": 9.0,
        "longitude_deg": 105.0,
        "northeast_exposure": 0.8,
        "southwest_exposure": 0.4,
        "maritime": 0.5,
        "pv_capacity_factor": 0.16,
        "wind_capacity_factor": 0.29,
        "wind_basis": "a test",
        "seed_basis": "a test",
        "temp_air_c": 26.5,
        "relative_humidity_pct": 81.0,
        "year": 2025,
        "created": dt.date(2026, 1, 2),
    }
    return SyntheticSite(**values | overrides)


@pytest.mark.slow
def test_targets_are_met_in_a_leap_year_too() -> None:
    weather = synthesize(site(year=2028), 7)
    assert weather.hours == 8784
    assert pv_capacity_factor(weather).mean() == pytest.approx(0.16, abs=5e-4)
    assert wind_capacity_factor(weather).mean() == pytest.approx(0.29, abs=5e-4)
    assert weather.temp_air_c.mean() == pytest.approx(26.5, abs=0.01)
    assert weather.relative_humidity_pct.mean() == pytest.approx(81, abs=0.1)


@pytest.mark.slow
def test_another_seed_is_another_year() -> None:
    made = shipped("nam-can")
    other = synthesize(
        SyntheticSite.model_validate_json(made.provenance["parameters"]), int(made.provenance["seed"]) + 1
    )
    neighbour = shipped("bac-lieu").wind_speed_m_s
    same_seed = np.corrcoef(made.wind_speed_m_s, neighbour)[0, 1]
    assert np.corrcoef(other.wind_speed_m_s, neighbour)[0, 1] < same_seed - 0.3
    assert wind_capacity_factor(other).mean() == pytest.approx(wind_capacity_factor(made).mean(), abs=1e-3)


def test_a_target_out_of_reach_is_refused() -> None:
    with pytest.raises(ValueError, match="out of reach"):
        synthesize(site(relative_humidity_pct=40), 1)


@pytest.mark.parametrize(
    "wrong",
    [{"northeast_exposure": 1.5}, {"site_id": "Test Site"}, {"pv_capacity_factor": float("nan")}, {"colour": "blue"}],
)
def test_wrong_sites_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        site(**wrong)


def test_what_was_not_synthesized_cannot_be_regenerated() -> None:
    with pytest.raises(ValueError, match="not made by synthesize"):
        regenerate(weather_year())


def test_streams_are_fixed_for_ever() -> None:
    """The stated construction by hand, from the raw outputs of PCG64: these numbers must never change."""
    assert Streams(1).uniforms("a", 2).tolist() == [0.5220974528031557, 0.0287189763207219]
    assert Streams(1).uniforms("a", 1)[0] != Streams(1).uniforms("b", 1)[0] != Streams(2).uniforms("b", 1)[0]


def test_streams_have_their_moments() -> None:
    series = Streams(3).shared("x", "here", 40_000, 0.8, 0.6)
    other = Streams(3).shared("x", "there", 40_000, 0.8, 0.6)
    assert series.mean() == pytest.approx(0, abs=0.05)
    assert series.std() == pytest.approx(1, abs=0.05)
    assert np.corrcoef(series[1:], series[:-1])[0, 1] == pytest.approx(0.8, abs=0.02)
    assert np.corrcoef(series, other)[0, 1] == pytest.approx(0.6, abs=0.05)


def test_monthly_targets_keep_the_ratios_and_the_year() -> None:
    targets = monthly_targets(wind_shape(1, 0), 0.3, 2028)
    assert targets[0] / targets[4] == pytest.approx(1.4 / 0.4)
    assert targets[month_of_hours(2028)].mean() == pytest.approx(0.3)


def test_seasons_close_the_year() -> None:
    hourly = seasonal(tuple(range(12)), 2025)
    assert hourly[0] == pytest.approx(hourly[-1], abs=0.02)
    assert hourly[15 * 24 + 11 : 15 * 24 + 13].mean() == pytest.approx(0, abs=0.01)
