"""Years as frozen values, laid on other calendars."""

from __future__ import annotations

import dataclasses
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity.weather import for_year
from capacity.weather.series import HOURLY, hour_starts, hours_of, month_of_hours
from tests.capacity.weather.factories import weather_year

COUNTING = np.arange(8760.0)
COUNTING_LEAP = np.arange(8784.0)


def test_29_february_repeats_28_february() -> None:
    leap = for_year(weather_year(2025, ghi_w_m2=COUNTING), 2028)
    assert (leap.year, leap.hours) == (2028, 8784)
    days = leap.ghi_w_m2.reshape(366, 24)
    assert np.array_equal(days[59], days[58])
    assert np.array_equal(np.delete(days, 59, axis=0).reshape(-1), COUNTING)


def test_29_february_is_lost_in_a_common_year() -> None:
    common = for_year(weather_year(2024, ghi_w_m2=COUNTING_LEAP), 2025)
    assert np.array_equal(common.ghi_w_m2, np.r_[0 : 59 * 24, 60 * 24 : 8784].astype(float))


def test_pressure_of_every_hour_follows() -> None:
    leap = for_year(weather_year(2025, pressure_hpa=COUNTING), 2028)
    assert isinstance(leap.pressure_hpa, np.ndarray)
    assert leap.pressure_hpa.shape == (8784,)
    assert for_year(weather_year(2025), 2028).pressure_hpa == 1010


def test_the_same_year_is_the_same_value() -> None:
    weather = weather_year(2025)
    assert for_year(weather, 2025) is weather
    assert for_year(weather, 2026).year == 2026


@given(st.integers(1, 9999), st.integers(1, 9999))
def test_every_year_has_its_hours(of: int, to: int) -> None:
    weather = for_year(weather_year(of), to)
    assert weather.hours == hours_of(to)
    assert all(getattr(weather, name).shape == (hours_of(to),) for name in HOURLY)
    assert hour_starts(to).shape == month_of_hours(to).shape == (hours_of(to),)
    assert str(hour_starts(to)[-1]) == f"{to:04d}-12-31T23:00"


def test_a_year_cannot_be_changed() -> None:
    source = np.zeros(8760)
    weather = weather_year(ghi_w_m2=source, pressure_hpa=np.full(8760, 1000.0))
    source[0] = 5
    assert weather.ghi_w_m2[0] == 0
    with pytest.raises(ValueError, match="read-only"):
        weather.ghi_w_m2[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        weather.pressure_hpa[0] = 1  # type: ignore[index]
    with pytest.raises(TypeError):
        weather.provenance["source"] = "else"  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        weather.year = 2026  # type: ignore[misc]


def test_a_year_survives_pickling_and_stays_frozen() -> None:
    weather = weather_year(ghi_w_m2=COUNTING)
    copy = pickle.loads(pickle.dumps(weather))
    assert np.array_equal(copy.ghi_w_m2, COUNTING)
    assert dict(copy.provenance) == dict(weather.provenance)
    assert not copy.ghi_w_m2.flags.writeable


def test_wrong_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"temp_air_c: shape \(8760,\), a year 2028 has 8784 hours"):
        dataclasses.replace(weather_year(2028), temp_air_c=COUNTING)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_not_finite_are_refused(value: float) -> None:
    values = COUNTING.copy()
    values[17] = value
    with pytest.raises(ValueError, match="wind_speed_m_s: hour 17 is not a finite number"):
        weather_year(wind_speed_m_s=values)
