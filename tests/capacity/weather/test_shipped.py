"""The four synthetic years of the example: calibrated, seasonal, labelled and reproducible."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from capacity.weather import describe, for_year, format_weather, pv_capacity_factor, regenerate, wind_capacity_factor
from capacity.weather.climate import NATIONAL_PV_BY_MONTH, NATIONAL_WIND_BY_MONTH
from tests.capacity.weather.factories import FOLDER, NEAR_SHORE, SITES, shipped

NORTHEAST, SOUTHWEST, LULLS = [0, 1, 2, 10, 11], [5, 6, 7], [3, 4, 8, 9]


@pytest.fixture(scope="module")
def figures() -> dict[str, dict[str, Any]]:
    return {site: describe(shipped(site)) for site in SITES}


def months(figures: dict[str, Any], name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array(figures["means"][name]["months"])


def test_every_file_of_the_example_is_tested() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(SITES)


@pytest.mark.parametrize("site", SITES)
def test_files_are_small(site: str) -> None:
    assert (FOLDER / f"{site}.csv").stat().st_size < 600_000


@pytest.mark.slow
@pytest.mark.parametrize("site", SITES)
def test_files_are_made_again_from_what_they_say_byte_for_byte(site: str) -> None:
    assert format_weather(regenerate(shipped(site))) == (FOLDER / f"{site}.csv").read_bytes()


@pytest.mark.parametrize("site", SITES)
def test_files_say_that_they_are_synthetic(site: str) -> None:
    weather = shipped(site)
    assert weather.is_synthetic
    assert weather.provenance["standing"] == "synthetic"
    assert "not measured" in weather.provenance["notice_en"]
    assert "không phải số liệu quan trắc" in weather.provenance["notice_vi"]
    assert "chosen from nine" in weather.provenance["seed_basis"]


@pytest.mark.parametrize("year", [2025, 2028])
@pytest.mark.parametrize("site", SITES)
def test_pv_is_in_the_published_band(site: str, year: int) -> None:
    assert 0.158 <= pv_capacity_factor(for_year(shipped(site), year)).mean() <= 0.175


@pytest.mark.parametrize("year", [2025, 2028])
@pytest.mark.parametrize("site", NEAR_SHORE)
def test_near_shore_wind_is_in_the_published_band(site: str, year: int) -> None:
    assert 0.28 <= wind_capacity_factor(for_year(shipped(site), year)).mean() <= 0.30


def test_wind_is_best_on_the_east_coast_and_weaker_inland(figures: dict[str, dict[str, Any]]) -> None:
    yearly = {site: figures[site]["means"]["wind_capacity_factor"]["year"] for site in SITES}
    assert max(yearly, key=yearly.__getitem__) == "bac-lieu"
    assert 0.2 < max(yearly["khanh-an"], yearly["ca-mau-city"]) < min(yearly[site] for site in NEAR_SHORE)


@pytest.mark.parametrize("site", NEAR_SHORE)
def test_near_shore_wind_speed_is_the_published_resource(site: str, figures: dict[str, dict[str, Any]]) -> None:
    assert 6.4 <= figures[site]["means"]["wind_speed_m_s"]["year"] <= 7.0


@pytest.mark.parametrize("site", SITES)
def test_global_irradiance_is_the_published_resource(site: str, figures: dict[str, dict[str, Any]]) -> None:
    assert 4.8 <= figures[site]["means"]["ghi_kwh_m2_day"]["year"] <= 5.4


@pytest.mark.parametrize("site", SITES)
def test_pv_is_best_february_to_april_and_worst_june_to_october(site: str, figures: dict[str, dict[str, Any]]) -> None:
    monthly = months(figures[site], "pv_capacity_factor")
    best, worst, others = monthly[1:4], monthly[5:10], monthly[[0, 4, 10, 11]]
    assert best.min() > others.max() > others.min() > worst.max()


@pytest.mark.parametrize("site", SITES)
def test_both_monsoons_blow_above_the_lulls(site: str, figures: dict[str, dict[str, Any]]) -> None:
    monthly = months(figures[site], "wind_capacity_factor")
    assert min(monthly[NORTHEAST].min(), monthly[SOUTHWEST].min()) > monthly[LULLS].max()


def test_the_east_has_the_northeast_monsoon_and_the_west_the_southwest(figures: dict[str, dict[str, Any]]) -> None:
    east, west = (months(figures[site], "wind_capacity_factor") for site in ("bac-lieu", "khanh-an"))
    assert east[NORTHEAST].min() > east[SOUTHWEST].max()
    assert west[SOUTHWEST].min() > west[NORTHEAST].max()


@pytest.mark.parametrize("site", SITES)
def test_pv_follows_the_published_national_months(site: str, figures: dict[str, dict[str, Any]]) -> None:
    assert np.corrcoef(months(figures[site], "pv_capacity_factor"), NATIONAL_PV_BY_MONTH)[0, 1] > 0.7


@pytest.mark.parametrize("site", NEAR_SHORE)
def test_near_shore_wind_follows_the_published_national_months(site: str, figures: dict[str, dict[str, Any]]) -> None:
    assert np.corrcoef(months(figures[site], "wind_capacity_factor"), NATIONAL_WIND_BY_MONTH)[0, 1] > 0.7


@pytest.mark.parametrize("site", SITES)
def test_air_is_that_of_the_province(site: str, figures: dict[str, dict[str, Any]]) -> None:
    means, design = figures[site]["means"], figures[site]["design"]
    assert means["temp_air_c"]["year"] == pytest.approx(27, abs=0.3)
    assert 80 <= means["relative_humidity_pct"]["year"] <= 85
    assert 33 < design["temp_air_c_maximum"] <= 37
    assert design["wet_bulb_c_0_4_pct"] == pytest.approx(28, abs=0.5)


@pytest.mark.parametrize("site", SITES)
def test_storms_stop_the_turbines_in_a_few_hours_at_most(site: str) -> None:
    weather = shipped(site)
    stopped = (weather.wind_speed_m_s > 20) & (wind_capacity_factor(weather) == 0)
    assert 1 <= stopped.sum() <= 24


def test_neighbouring_sites_have_the_same_weather_but_not_the_same_hours() -> None:
    near, far = shipped("nam-can").wind_speed_m_s, shipped("bac-lieu").wind_speed_m_s
    assert 0.6 < np.corrcoef(near, far)[0, 1] < 0.99


def test_no_irradiance_at_night() -> None:
    clock = np.arange(8760) % 24
    weather = shipped("nam-can")
    for values in (weather.ghi_w_m2, weather.dni_w_m2, weather.dhi_w_m2):
        assert values[(clock < 5) | (clock >= 19)].max() == 0


def test_a_description_is_plain_data_and_names_the_standing(figures: dict[str, dict[str, Any]]) -> None:
    figure = figures["nam-can"]
    assert json.loads(json.dumps(figure)) == figure
    assert figure["notice_vi"] == shipped("nam-can").provenance["notice_vi"]
    assert figure["notice_en"] == shipped("nam-can").provenance["notice_en"]
    for mean in figure["means"].values():
        hours = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
        assert mean["year"] == pytest.approx(np.average(mean["months"], weights=hours))
