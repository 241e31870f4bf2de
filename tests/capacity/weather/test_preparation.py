"""From samples to a year that can be planned with: what is chosen, computed, refused, and written down."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from capacity.weather import (
    ChoiceError,
    Place,
    Samples,
    SourceError,
    Wanted,
    checked_content,
    describe,
    parse_weather,
    prepare,
    pv_capacity_factor,
    wind_capacity_factor,
)
from capacity.weather.series import HOURLY
from tests.capacity.weather.services import truth

TODAY = dt.date(2026, 11, 24)


def samples(years: tuple[int, ...] = (2025,), **overrides: Any) -> Samples:
    """The example's hours in each of some years, in UTC; a year's temperature is raised by its place in the row."""
    starts, columns = [], {name: [] for name in HOURLY}  # type: ignore[var-annotated]
    for index, year in enumerate(years):
        first = np.datetime64(f"{year}-01-01T00") - np.timedelta64(7, "h")
        starts.append(first + np.arange(8760))
        for name in HOURLY:
            columns[name].append(getattr(truth(), name) + (index if name == "temp_air_c" else 0))
    given = {name: np.concatenate(parts) for name, parts in columns.items()} | overrides.pop("columns", {})
    return Samples(
        np.concatenate(starts),
        {name: values for name, values in given.items() if values is not None},
        overrides.pop("place", Place(8.76, 104.99, 1.0)),
        100.0,
        {"standing": "measured", "source": "a test", "service": "a mast"},
        **overrides,
    )


def test_a_year_passes_unchanged_with_its_provenance() -> None:
    made = prepare(samples(), "nam-can", Wanted(), TODAY)
    for name in HOURLY:
        assert np.array_equal(getattr(made.weather, name), getattr(truth(), name))
    provenance = made.weather.provenance
    assert provenance["title"] == "Hourly weather of nam-can: a mast, 2025"
    assert provenance["period"] == "2024-12-31T17:00Z to 2025-12-31T16:00Z"
    assert provenance["created"] == "2026-11-24"
    weather, problems = parse_weather(checked_content(made.weather), "nam-can")
    assert problems == []
    assert weather is not None
    assert dict(weather.provenance) == dict(provenance)
    described = describe(weather)
    assert described["hours"] == {"count": 8760, "missing": 0, "filled": {}}


def test_filled_hours_are_described() -> None:
    temp = truth().temp_air_c.copy()
    temp[[100, 101, 500]] = np.nan
    made = prepare(samples(columns={"temp_air_c": temp}), "x", Wanted(), TODAY)
    assert describe(made.weather)["hours"]["filled"] == {"temp_air_c": 3}
    assert made.weather.temp_air_c[100] == pytest.approx(truth().temp_air_c[100], abs=1)


def test_capacity_factors_hold_in_the_file_itself() -> None:
    wanted = Wanted(pv_capacity_factor=0.165, wind_capacity_factor=0.29)
    made = prepare(samples(), "nam-can", wanted, TODAY)
    weather, _ = parse_weather(checked_content(made.weather), "nam-can")
    assert weather is not None
    assert pv_capacity_factor(weather).mean() == pytest.approx(0.165, abs=2e-4)
    assert wind_capacity_factor(weather).mean() == pytest.approx(0.29, abs=2e-4)
    said = weather.provenance["transformations_en"]
    assert "so that the wind capacity factor is 0.29 (before: 0.28" in said
    assert "so that the PV capacity factor is 0.165 (before: 0.16" in said
    assert "hệ số công suất gió là 0,29" in weather.provenance["transformations_vi"]


def test_the_only_whole_year_is_taken_and_of_several_one_is_asked_for() -> None:
    assert prepare(samples((2021,)), "x", Wanted(), TODAY).weather.year == 2021
    with pytest.raises(ChoiceError, match="2021, 2022") as refused:
        prepare(samples((2021, 2022)), "x", Wanted(), TODAY)
    assert "hãy chọn --year" in refused.value.reason.vi
    assert prepare(samples((2021, 2022)), "x", Wanted(year=2022), TODAY).weather.year == 2022


def test_a_typical_year_is_made_of_the_years_without_long_gaps() -> None:
    given = samples((2021, 2022, 2023, 2025))
    wind = given.columns["wind_speed_m_s"].copy()
    wind[8760 + 100 : 8760 + 200] = np.nan
    broken = samples((2021, 2022, 2023, 2025), columns={"wind_speed_m_s": wind})
    made = prepare(broken, "x", Wanted(is_typical=True), TODAY)
    assert made.weather.year == 2025
    # Temperatures are 0, 2 and 3 K above the truth: the middle one is the typical year.
    assert made.weather.temp_air_c == pytest.approx(truth().temp_air_c + 2)
    said = [remark.en for remark in made.remarks]
    assert said[0].startswith("2022 is left out of the typical year: 1 problem(s)")
    assert said[1].startswith("a typical year out of 3 years; 10 or more")
    assert "1: 2023, 2: 2023" in made.weather.provenance["transformations_en"]
    assert made.weather.provenance["title"].endswith("typical year on the calendar of 2025")


def test_too_few_whole_years_make_no_typical_one() -> None:
    with pytest.raises(ChoiceError, match="at least 3 whole years; there are: 2021, 2022"):
        prepare(samples((2021, 2022)), "x", Wanted(is_typical=True), TODAY)
    wind = samples((2021, 2022, 2023)).columns["wind_speed_m_s"].copy()
    wind[100:200] = np.nan
    with pytest.raises(SourceError):
        prepare(samples((2021, 2022, 2023), columns={"wind_speed_m_s": wind}), "x", Wanted(is_typical=True), TODAY)


@pytest.mark.parametrize(
    ("columns", "pressure", "said"),
    [
        ({}, 1013.1, "the standard atmosphere at 1 m"),
        ({"pressure_hpa": np.r_[np.full(8000, 1005.0), np.full(760, np.nan)]}, 1005.0, "long gaps: its mean, 1005 hPa"),
        ({"pressure_hpa": np.r_[np.full(8758, 1005.0), np.full(2, np.nan)]}, 1005.0, "pressure_hpa: 2 missing"),
        ({"pressure_hpa": np.full(8760, 1004.2)}, 1004.2, ""),
    ],
)
def test_pressure_is_found_for_every_hour(columns: dict[str, Any], pressure: float, said: str) -> None:
    made = prepare(samples(columns=columns), "x", Wanted(), TODAY)
    assert made.weather.pressure_hpa == pressure
    assert said in made.weather.provenance["transformations_en"]


def test_humidity_is_taken_before_the_dew_point() -> None:
    dew = np.full(8760, -10.0)
    humidity = truth().relative_humidity_pct.copy()
    humidity[50] = np.nan
    made = prepare(samples(columns={"dew_point_c": dew, "relative_humidity_pct": humidity}), "x", Wanted(), TODAY)
    assert made.weather.relative_humidity_pct[49] == truth().relative_humidity_pct[49]
    assert made.weather.relative_humidity_pct[50] < 15
    assert "relative humidity of 1 hours" in made.weather.provenance["transformations_en"]


def test_a_night_that_was_not_measured_is_no_gap() -> None:
    dark = truth().ghi_w_m2 == 0
    columns = {name: np.where(dark, np.nan, getattr(truth(), name)) for name in ("ghi_w_m2", "dni_w_m2", "dhi_w_m2")}
    made = prepare(samples(columns=columns), "x", Wanted(longest_gap_hours=1), TODAY)
    assert (made.weather.ghi_w_m2[dark] < 25).all()
    assert made.filled_hours.get("ghi_w_m2", 0) < 400


def test_every_long_gap_is_told_ten_of_a_quantity_in_full() -> None:
    temp, wind = truth().temp_air_c.copy(), truth().wind_speed_m_s.copy()
    for start in range(0, 12 * 50, 50):
        temp[start : start + 5] = np.nan
    wind[8756:] = np.nan
    with pytest.raises(SourceError) as refused:
        prepare(samples(columns={"temp_air_c": temp, "wind_speed_m_s": wind}), "x", Wanted(), TODAY)
    told = [(problem.field, problem.value.en) for problem in refused.value.problems]
    assert told.count(("temp_air_c", "2 further wrong values")) == 1
    assert told[-1] == ("wind_speed_m_s", "missing: 2025-12-31T20:00 to 2025-12-31T23:00 (4 hours)")
    assert len(told) == 12
    assert "3 h" in refused.value.problems[0].allowed.en


def test_a_clock_that_is_wrong_is_not_written() -> None:
    given = samples()
    shifted = {name: np.roll(values, 7) for name, values in given.columns.items()}
    made = prepare(samples(columns=shifted), "x", Wanted(), TODAY)
    with pytest.raises(SourceError) as refused:
        checked_content(made.weather)
    assert refused.value.problems[0].field == "time"


def test_only_what_is_needed_is_asked_for() -> None:
    columns = {"dni_w_m2": None, "dhi_w_m2": None}
    made = prepare(samples(columns=columns), "x", Wanted(), TODAY)
    assert "Erbs" in made.weather.provenance["transformations_en"]
    with pytest.raises(SourceError) as refused:
        prepare(samples(columns={"ghi_w_m2": None, "wind_speed_m_s": None, "dni_w_m2": None}), "x", Wanted(), TODAY)
    assert [problem.field for problem in refused.value.problems] == ["ghi_w_m2", "wind_speed_m_s"]


@pytest.mark.parametrize("value", [np.inf, -np.inf, -243.12, 1e300])
def test_a_value_of_no_weather_is_told_and_upsets_nothing(value: float) -> None:
    """The dew point's formula divides by 243.12 °C + temperature."""
    dew_point = truth().temp_air_c - 3
    dew_point[100] = value
    with pytest.raises(SourceError) as caught:
        prepare(samples(columns={"relative_humidity_pct": None, "dew_point_c": dew_point}), "nam-can", Wanted(), TODAY)
    (problem,) = caught.value.problems
    assert (problem.field, f"{value:g}" in problem.value.en) == ("dew_point_c", True)
