"""What the services give, asked by pvlib over 127.0.0.1: the same local hours again, with their provenance."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

import numpy as np
import pytest

from capacity.weather import Place, Samples, ServiceError, SourceError, Wanted, WeatherYear, checked_content, prepare
from capacity.weather.series import HOURLY
from capacity.weather.sources import fetch_nasa_power, fetch_pvgis_typical, fetch_pvgis_years, with_humidity
from tests.capacity.weather.services import (
    Services,
    power_answer,
    running_services,
    series_answer,
    tmy_answer,
    truth,
)

PLACE = Place(8.76, 104.99, 1.0)
TODAY = dt.date(2026, 11, 24)
LEAP_DAY = slice(59 * 24, 60 * 24)


@pytest.fixture(scope="module")
def running() -> Iterator[Services]:
    with running_services() as services:
        yield services


def power(services: Services, first: int, last: int) -> Samples:
    return fetch_nasa_power(PLACE, first, last, TODAY, url=services.power_url)


def differences(weather: WeatherYear) -> dict[str, float]:
    """Largest difference of each quantity from the truth; a leap day is 28 February again."""
    found = {name: getattr(weather, name) for name in HOURLY}
    if weather.hours == 8784:
        found = {name: np.delete(values, LEAP_DAY) for name, values in found.items()}
    return {name: float(np.abs(values - getattr(truth(), name)).max()) for name, values in found.items()}


@pytest.mark.parametrize("year", [2023, 2024])
def test_nasa_power_gives_the_local_hours_of_a_year(year: int, running: Services) -> None:
    made = prepare(power(running, year, year), "nam-can", Wanted(year=year), TODAY)
    assert (made.weather.year, made.weather.hours) == (year, 8784 if year == 2024 else 8760)
    assert max(differences(made.weather).values()) == 0
    assert (made.weather.wind_height_m, made.weather.pressure_hpa) == (50.0, 1010.0)
    provenance = made.weather.provenance
    assert provenance["service"] == "NASA POWER Hourly API v2.8.0"
    assert provenance["dataset"] == "SYN1DEG, MERRA2"
    assert provenance["standing"] == "reanalysis"
    assert provenance["retrieved"] == provenance["created"] == "2026-11-24"
    assert provenance["filled_hours"] == "none"
    assert f"{year - 1}-12-31 to {year}-12-31 in UTC" in provenance["request"]
    assert "LaRC" in provenance["source"]
    assert provenance["licence"]
    assert "UTC+7" in provenance["transformations_en"]
    assert "UTC+7" in provenance["transformations_vi"]


def test_nasa_power_is_asked_a_year_at_a_time(running: Services) -> None:
    running.asked.clear()
    samples = power(running, 2021, 2023)
    spans = [(query["start"], query["end"]) for _, query in running.asked]
    assert spans == [("20201231", "20211231"), ("20211231", "20221231"), ("20221231", "20231231")]
    query = running.asked[0][1]
    assert (query["latitude"], query["longitude"], query["community"]) == ("8.76", "104.99", "re")
    assert query["time-standard"] == "utc"
    assert set(query["parameters"].split(",")) >= {"WS50M", "T2MDEW", "RH2M", "PS"}
    assert np.unique(np.diff(samples.starts)).tolist() == [dt.timedelta(hours=1)]


def test_wind_at_ten_metres_stands_in_where_there_is_none_at_fifty(running: Services) -> None:
    def without_50_m(parameters: dict[str, dict[str, float]]) -> None:
        parameters["WS50M"] = dict.fromkeys(parameters["WS50M"], -999.0)

    running.routes["/ten"] = lambda query: (200, "application/json", power_answer(query, without_50_m))
    samples = fetch_nasa_power(PLACE, 2023, 2023, TODAY, url=f"{running.address}/ten")
    made = prepare(samples, "nam-can", Wanted(year=2023), TODAY)
    assert made.weather.wind_height_m == 10.0
    assert made.weather.wind_speed_m_s == pytest.approx(np.round(truth().wind_speed_m_s * 0.5, 2))


def test_short_gaps_are_filled_and_counted_long_ones_are_told(running: Services) -> None:
    def damage(parameters: dict[str, dict[str, float]]) -> None:
        for key in ("2023031005", "2023031006"):
            parameters["T2M"][key] = -999.0
            parameters["T2MDEW"][key] = -999.0
            parameters["RH2M"][key] = -999.0
        for name in ("ALLSKY_SFC_SW_DWN", "ALLSKY_SFC_SW_DNI", "ALLSKY_SFC_SW_DIFF"):
            parameters[name]["2023062003"] = -999.0

    running.routes["/gaps"] = lambda query: (200, "application/json", power_answer(query, damage))
    samples = fetch_nasa_power(PLACE, 2023, 2023, TODAY, url=f"{running.address}/gaps")
    made = prepare(samples, "nam-can", Wanted(year=2023), TODAY)
    assert dict(made.filled_hours) == {"ghi_w_m2": 1, "temp_air_c": 2, "relative_humidity_pct": 2}
    assert made.weather.provenance["filled_hours"] == "ghi_w_m2 1, temp_air_c 2, relative_humidity_pct 2"
    hour = (dt.date(2023, 6, 20) - dt.date(2023, 1, 1)).days * 24 + 10
    assert made.weather.ghi_w_m2[hour] == pytest.approx(truth().ghi_w_m2[hour], rel=0.5)
    with pytest.raises(SourceError) as refused:
        prepare(samples, "nam-can", Wanted(year=2023, longest_gap_hours=1), TODAY)
    assert [(problem.field, problem.value.en) for problem in refused.value.problems] == [
        ("relative_humidity_pct", "missing: 2023-03-10T12:00 to 2023-03-10T13:00 (2 hours)"),
        ("temp_air_c", "missing: 2023-03-10T12:00 to 2023-03-10T13:00 (2 hours)"),
    ]


def test_humidity_comes_from_the_dew_point_where_it_is_missing(running: Services) -> None:
    def damage(parameters: dict[str, dict[str, float]]) -> None:
        parameters["RH2M"] = dict.fromkeys(parameters["RH2M"], -999.0)

    running.routes["/dew"] = lambda query: (200, "application/json", power_answer(query, damage))
    samples = fetch_nasa_power(PLACE, 2023, 2023, TODAY, url=f"{running.address}/dew")
    made = prepare(samples, "nam-can", Wanted(year=2023), TODAY)
    # 2 K between temperature and dew point is 88 to 90 % at 22 to 34 °C.
    assert made.weather.relative_humidity_pct.min() > 88
    assert made.weather.relative_humidity_pct.max() < 90
    assert "8760 hours from dew point" in made.weather.provenance["transformations_en"]


def test_pvgis_gives_a_typical_year_with_its_months(running: Services) -> None:
    samples = fetch_pvgis_typical(PLACE, TODAY, url=running.pvgis_url.removesuffix("/"))
    made = prepare(samples, "nam-can", Wanted(is_typical=True), TODAY)
    assert max(differences(made.weather).values()) == 0
    assert (made.weather.year, made.weather.wind_height_m) == (2025, 10.0)
    provenance = made.weather.provenance
    assert provenance["dataset"] == "PVGIS-ERA5, ERA5, 2005-2023"
    assert provenance["months_selected"].startswith("1: 2010, 2: 2016")
    assert "period" not in provenance
    assert "typical year" in provenance["title"]


def test_pvgis_bounds_of_a_typical_year_are_passed_on(running: Services) -> None:
    running.asked.clear()
    fetch_pvgis_typical(PLACE, TODAY, years=(2008, 2022), url=running.pvgis_url)
    assert (running.asked[0][1]["startyear"], running.asked[0][1]["endyear"]) == ("2008", "2022")


def test_irradiance_of_instants_is_moved(running: Services) -> None:
    running.routes["/other/tmy"] = lambda query: (200, "application/json", tmy_answer(query, offset_h=0.1761))
    samples = fetch_pvgis_typical(PLACE, TODAY, url=f"{running.address}/other/")
    assert samples.irradiance_at_h == 0.1761
    made = prepare(samples, "nam-can", Wanted(), TODAY)
    found = differences(made.weather)
    assert found["temp_air_c"] == 0
    assert found["ghi_w_m2"] > 20
    # Half past is later than the instant: mornings gain what evenings lose.
    morning = (np.arange(8760) % 24) == 8
    assert made.weather.ghi_w_m2[morning].mean() > truth().ghi_w_m2[morning].mean()
    assert made.weather.ghi_w_m2.mean() == pytest.approx(truth().ghi_w_m2.mean(), rel=0.03)
    assert "11 min after the hour" in made.weather.provenance["transformations_en"]


def test_pvgis_years_take_their_humidity_from_nasa_power(running: Services) -> None:
    running.asked.clear()
    series = fetch_pvgis_years(PLACE, 2023, 2023, TODAY, url=running.pvgis_url)
    assert (running.asked[0][1]["startyear"], running.asked[0][1]["endyear"]) == ("2022", "2023")
    assert (running.asked[0][1]["angle"], running.asked[0][1]["components"]) == ("0", "1")
    both = with_humidity(series, power(running, 2023, 2023))
    made = prepare(both, "nam-can", Wanted(year=2023), TODAY)
    found = differences(made.weather)
    assert found["temp_air_c"] == found["wind_speed_m_s"] == 0
    assert max(found["ghi_w_m2"], found["dhi_w_m2"]) < 2
    high = truth().ghi_w_m2 > 100
    assert np.abs(made.weather.dni_w_m2 - truth().dni_w_m2)[high].max() < 2
    assert made.weather.relative_humidity_pct.min() > 88
    for key in ("service", "dataset", "source", "licence"):
        assert "humidity and pressure: " in made.weather.provenance[key]


def test_pvgis_years_alone_lack_humidity(running: Services) -> None:
    with pytest.raises(SourceError) as refused:
        prepare(fetch_pvgis_years(PLACE, 2023, 2023, TODAY, url=running.pvgis_url), "x", Wanted(year=2023), TODAY)
    (problem,) = refused.value.problems
    assert problem.field == "relative_humidity_pct"
    assert "typical years alone" in problem.allowed.en


def test_two_services_without_an_hour_in_common_are_refused(running: Services) -> None:
    series = fetch_pvgis_years(PLACE, 2023, 2023, TODAY, url=running.pvgis_url)
    with pytest.raises(ServiceError, match="no hour in common"):
        with_humidity(series, power(running, 2020, 2020))


def test_stamps_of_a_satellite_are_instants_and_mixed_ones_unreadable(running: Services) -> None:
    running.routes["/sat/seriescalc"] = lambda query: (200, "application/json", series_answer(query, minute=11))
    samples = fetch_pvgis_years(PLACE, 2023, 2023, TODAY, url=f"{running.address}/sat")
    assert samples.irradiance_at_h == pytest.approx(11 / 60)

    def mixed(query: dict[str, str]) -> tuple[int, str, str]:
        document = json.loads(series_answer(query))
        document["outputs"]["hourly"][5]["time"] = "20220101:0511"
        return 200, "application/json", json.dumps(document)

    def inclined(query: dict[str, str]) -> tuple[int, str, str]:
        document = json.loads(series_answer(query))
        document["inputs"]["mounting_system"]["fixed"]["slope"]["value"] = 10
        return 200, "application/json", json.dumps(document)

    running.routes |= {"/mixed/seriescalc": mixed, "/inclined/seriescalc": inclined}
    for name, said in (("mixed", "different minutes"), ("inclined", "plane of 10 degrees")):
        with pytest.raises(ServiceError, match=said) as refused:
            fetch_pvgis_years(PLACE, 2023, 2023, TODAY, url=f"{running.address}/{name}")
        assert refused.value.kind == "unreadable"


def test_what_was_fetched_can_be_written_and_read(running: Services) -> None:
    made = prepare(power(running, 2023, 2023), "nam-can", Wanted(year=2023, wind_capacity_factor=0.29), TODAY)
    assert b"# service: NASA POWER" in checked_content(made.weather)
