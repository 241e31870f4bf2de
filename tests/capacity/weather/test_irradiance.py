"""The three irradiances: each from the other two, instants moved to the middle of the hour, gaps by the sun."""

from __future__ import annotations

import numpy as np
import pytest

from capacity.weather import Place
from capacity.weather.irradiance import Irradiance, at_middle_of_hours, closed, completed
from capacity.weather.photovoltaics import SunPosition, sun_position
from capacity.weather.series import Hours

PLACE = Place(9.0, 105.0)
HIGH = 75.0  # degrees from the zenith below which ratios are well behaved


@pytest.fixture(scope="module")
def sun() -> SunPosition:
    return sun_position(2025, PLACE.latitude_deg, PLACE.longitude_deg)


def sky(sun: SunPosition, seed: int = 1) -> Irradiance:
    """A year of consistent irradiance: a share of the sun outside, of which another share is direct."""
    random = np.random.default_rng(seed)
    clearness = np.repeat(random.uniform(0.2, 0.75, 365), 24)
    ghi = clearness * sun.horizontal_extraterrestrial_w_m2
    dhi = ghi * (1.1 - clearness)
    cos_zenith = np.cos(np.radians(sun.zenith_deg))
    dni = np.divide(ghi - dhi, cos_zenith, out=np.zeros(ghi.shape), where=sun.zenith_deg < 87)
    dni = np.maximum(dni, 0.0)
    return Irradiance(dhi + dni * np.maximum(cos_zenith, 0.0), dni, dhi)


def without(irradiance: Irradiance, name: str, hours: slice | Hours = slice(None)) -> Irradiance:
    values = {key: value.copy() for key, value in vars(irradiance).items()}
    values[name][hours] = np.nan
    return Irradiance(**values)


@pytest.mark.parametrize("name", ["ghi_w_m2", "dni_w_m2", "dhi_w_m2"])
def test_each_of_the_three_comes_from_the_other_two(name: str, sun: SunPosition) -> None:
    whole = sky(sun)
    found = closed(without(whole, name), sun)
    high = sun.zenith_deg < HIGH
    assert getattr(found, name)[high] == pytest.approx(getattr(whole, name)[high], abs=0.5)
    assert np.isfinite(getattr(found, name)).all()
    assert (getattr(found, name) >= 0).all()


def test_nothing_measured_at_night_is_zero_and_by_day_is_missing(sun: SunPosition) -> None:
    nothing = np.full(8760, np.nan)
    found = closed(Irradiance(nothing, nothing, nothing), sun)
    assert (found.ghi_w_m2[sun.zenith_deg >= 90] == 0).all()
    assert np.isnan(found.ghi_w_m2[sun.zenith_deg < 90]).all()


def test_short_gaps_follow_the_sun(sun: SunPosition) -> None:
    whole = sky(sun)
    hours = np.array([100 * 24 + 10, 100 * 24 + 11, 200 * 24 + 12])
    gap = without(without(without(whole, "ghi_w_m2", hours), "dni_w_m2", hours), "dhi_w_m2", hours)
    done = completed(gap, sun)
    assert done.irradiance.ghi_w_m2[hours] == pytest.approx(whole.ghi_w_m2[hours], rel=0.01)
    assert np.flatnonzero(done.interpolated).tolist() == hours.tolist()
    assert done.split_hours == 3


def test_global_alone_is_split_so_that_the_parts_make_the_whole(sun: SunPosition) -> None:
    whole = sky(sun)
    done = completed(without(without(whole, "dni_w_m2"), "dhi_w_m2"), sun)
    parts = done.irradiance
    high = sun.zenith_deg < HIGH
    made = parts.dhi_w_m2 + parts.dni_w_m2 * np.cos(np.radians(sun.zenith_deg))
    assert made[high] == pytest.approx(whole.ghi_w_m2[high], abs=0.5)
    assert done.split_hours == int((sun.zenith_deg < 90).sum())
    assert (parts.dhi_w_m2 <= parts.ghi_w_m2 + 1e-9).all()


@pytest.mark.parametrize("at_h", [0.0, 1 / 6, 0.9])
def test_instants_are_moved_to_the_middle_of_the_hour(at_h: float, sun: SunPosition) -> None:
    """A sky of one clearness, sampled at another minute, gives the same hours again."""
    then = sun_position(2025, PLACE.latitude_deg, PLACE.longitude_deg, at_h)
    level_then, level = then.horizontal_extraterrestrial_w_m2, sun.horizontal_extraterrestrial_w_m2
    sampled = Irradiance(0.6 * level_then, 0.5 * then.extraterrestrial_w_m2, 0.2 * level_then)
    found = at_middle_of_hours(sampled, 2025, PLACE, at_h, sun)
    assert found.ghi_w_m2 == pytest.approx(0.6 * level, rel=1e-6)
    assert found.dhi_w_m2 == pytest.approx(0.2 * level, rel=1e-6)
    assert found.dni_w_m2[level > 0] == pytest.approx(0.5 * sun.extraterrestrial_w_m2[level > 0], rel=1e-3)
    if at_h == 0.0:
        assert np.abs(sampled.ghi_w_m2 - found.ghi_w_m2).max() > 50


def test_moved_instants_keep_their_gaps(sun: SunPosition) -> None:
    found = at_middle_of_hours(without(sky(sun), "ghi_w_m2", np.array([500, 501])), 2025, PLACE, 0.2, sun)
    assert np.flatnonzero(np.isnan(found.ghi_w_m2)).tolist() == [500, 501]


def test_means_of_the_hour_are_left_alone(sun: SunPosition) -> None:
    whole = sky(sun)
    assert at_middle_of_hours(whole, 2025, PLACE, 0.5, sun) is whole


def test_a_sky_that_clears_is_read_at_half_past(sun: SunPosition) -> None:
    at_h = 0.1
    then = sun_position(2025, PLACE.latitude_deg, PLACE.longitude_deg, at_h)
    clock = np.arange(8760) % 24
    sampled = (0.2 + 0.02 * (clock + at_h)) * then.horizontal_extraterrestrial_w_m2
    found = at_middle_of_hours(Irradiance(sampled, sampled, sampled), 2025, PLACE, at_h, sun)
    inside = (clock >= 8) & (clock <= 15)
    expected = (0.2 + 0.02 * (clock + 0.5)) * sun.horizontal_extraterrestrial_w_m2
    assert found.ghi_w_m2[inside] == pytest.approx(expected[inside], rel=1e-9)
