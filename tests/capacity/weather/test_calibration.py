"""Weather brought to known capacity factors: the target is met, order and physical limits are kept."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from capacity.weather import ChoiceError, WeatherYear, pv_capacity_factor, wind_capacity_factor
from capacity.weather.calibration import MOST_WIND_M_S, calibrated, scaled_irradiance, scaled_wind
from capacity.weather.clear_sky import ClearSky, clear_sky
from capacity.weather.photovoltaics import SunPosition, sun_position
from tests.capacity.weather.factories import shipped, weather_year

IRRADIANCES = ("ghi_w_m2", "dni_w_m2", "dhi_w_m2")


@pytest.fixture(scope="module")
def weather() -> WeatherYear:
    return shipped("nam-can")


@pytest.fixture(scope="module")
def sky(weather: WeatherYear) -> tuple[SunPosition, ClearSky]:
    sun = sun_position(weather.year, weather.latitude_deg, weather.longitude_deg)
    return sun, clear_sky(weather.year, weather.latitude_deg, weather.longitude_deg, sun)


def test_both_capacity_factors_are_met(weather: WeatherYear) -> None:
    done = calibrated(weather, pv_capacity_factor=0.165, wind_capacity_factor=0.25)
    assert pv_capacity_factor(done.weather).mean() == pytest.approx(0.165, abs=2e-5)
    assert wind_capacity_factor(done.weather).mean() == pytest.approx(0.25, abs=2e-5)
    assert len(done.steps) == 2
    assert "0.165" in done.steps[1].en
    assert "0,165" in done.steps[1].vi
    assert done.remarks == ()
    for name in ("temp_air_c", "relative_humidity_pct"):
        assert np.array_equal(getattr(done.weather, name), getattr(weather, name))


def test_what_is_met_already_is_left_alone(weather: WeatherYear) -> None:
    found = float(wind_capacity_factor(weather).mean())
    done = calibrated(weather, wind_capacity_factor=found)
    assert done.weather.wind_speed_m_s == pytest.approx(weather.wind_speed_m_s, rel=1e-4)


def test_nothing_asked_is_nothing_done(weather: WeatherYear) -> None:
    done = calibrated(weather)
    assert (done.weather, done.steps, done.remarks) == (weather, (), ())


@pytest.mark.parametrize("factor", [0.5, 0.9, 1.1, 2.0, 5.0])
def test_irradiance_keeps_to_what_can_be(
    factor: float, weather: WeatherYear, sky: tuple[SunPosition, ClearSky]
) -> None:
    sun, clear = sky
    scaled = scaled_irradiance(weather, factor, sun, clear)
    assert (scaled.ghi_w_m2 <= np.maximum(clear.ghi_w_m2, weather.ghi_w_m2) + 1e-9).all()
    assert (scaled.dni_w_m2 <= np.maximum(clear.dni_w_m2, weather.dni_w_m2) + 1e-9).all()
    for name in IRRADIANCES:
        assert (getattr(scaled, name) >= 0).all()
        assert (getattr(scaled, name)[weather.ghi_w_m2 == 0] == 0).all()
    cos_zenith = np.maximum(np.cos(np.radians(sun.zenith_deg)), 0.0)
    lit = weather.ghi_w_m2 > 0
    before = (weather.dhi_w_m2 + weather.dni_w_m2 * cos_zenith)[lit] / weather.ghi_w_m2[lit]
    after = (scaled.dhi_w_m2 + scaled.dni_w_m2 * cos_zenith)[lit] / scaled.ghi_w_m2[lit]
    assert after == pytest.approx(before, abs=1e-9)


def test_direct_light_beyond_a_cloudless_sky_turns_diffuse(
    weather: WeatherYear, sky: tuple[SunPosition, ClearSky]
) -> None:
    sun, clear = sky
    cos_zenith = np.maximum(np.cos(np.radians(sun.zenith_deg)), 0.0)
    ghi, dni = (
        0.8 * clear.ghi_w_m2,
        np.minimum(0.95 * clear.dni_w_m2, 0.75 * clear.ghi_w_m2 / np.maximum(cos_zenith, 0.1)),
    )
    bright = dataclasses.replace(weather, ghi_w_m2=ghi, dni_w_m2=dni, dhi_w_m2=ghi - dni * cos_zenith)
    scaled = scaled_irradiance(bright, 1.2, sun, clear)
    limited = 1.2 * dni > clear.dni_w_m2 + 1
    assert limited.sum() > 1000
    assert scaled.dni_w_m2[limited] == pytest.approx(clear.dni_w_m2[limited])
    assert scaled.dhi_w_m2 + scaled.dni_w_m2 * cos_zenith == pytest.approx(1.2 * ghi)


def test_every_hour_rises_with_the_factor(weather: WeatherYear, sky: tuple[SunPosition, ClearSky]) -> None:
    sun, clear = sky
    years = [scaled_irradiance(weather, factor, sun, clear) for factor in (0.4, 0.8, 1.0, 1.2, 2.0, 4.0)]
    for lower, higher in itertools.pairwise(years):
        for name in IRRADIANCES:
            assert (getattr(lower, name) <= getattr(higher, name) + 1e-9).all()
    assert years[2].ghi_w_m2 == pytest.approx(weather.ghi_w_m2)


def test_order_of_the_hours_of_wind_stays_and_storms_are_limited(weather: WeatherYear) -> None:
    wind = weather.wind_speed_m_s.copy()
    wind[100], wind[200] = 40.0, 70.0
    stormy = dataclasses.replace(weather, wind_speed_m_s=wind)
    scaled = scaled_wind(stormy, 2.0).wind_speed_m_s
    assert (scaled[100], scaled[200]) == (MOST_WIND_M_S, 70.0)
    order = np.argsort(wind, kind="stable")
    assert (np.diff(scaled[order]) >= 0).all()
    assert scaled_wind(stormy, 0.5).wind_speed_m_s == pytest.approx(0.5 * wind)


@pytest.mark.parametrize(("wind", "target"), [(0.0, 0.3), (8.0, 0.9)])
def test_wind_out_of_reach_says_what_can_be_had(wind: float, target: float) -> None:
    with pytest.raises(ChoiceError, match="out of reach") as refused:
        calibrated(weather_year(wind_speed_m_s=wind), wind_capacity_factor=target)
    assert "không đạt được" in refused.value.reason.vi


def test_sun_out_of_reach_says_what_can_be_had(weather: WeatherYear) -> None:
    with pytest.raises(ChoiceError, match="cloudless sky"):
        calibrated(weather, pv_capacity_factor=0.45)


def test_a_large_factor_is_remarked(weather: WeatherYear) -> None:
    weak = dataclasses.replace(weather, wind_speed_m_s=weather.wind_speed_m_s * 0.6)
    (remark,) = calibrated(weak, wind_capacity_factor=0.287).remarks
    assert "is outside 0.75 to 1.33" in remark.en
