"""EPW files: their hours in local time, typical or of one year, and every line that is not as it should be."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.weather import Prepared, SourceError, Wanted, WeatherError, prepare
from capacity.weather.series import HOURLY
from capacity.weather.sources.epw import read_epw
from tests.capacity.weather.services import truth
from tests.capacity.weather.source_files import Cells, epw_text

ABOUT = {"source": "a test"}
TODAY = dt.date(2026, 11, 24)


def year_of(text: str, wanted: Wanted | None = None) -> Prepared:
    return prepare(read_epw(text, ABOUT), "nam-can", wanted or Wanted(), TODAY)


def differences(made: Prepared) -> float:
    return max(float(np.abs(getattr(made.weather, name) - getattr(truth(), name)).max()) for name in HOURLY)


@pytest.mark.parametrize("time_zone", [7.0, 8.0, 0.0])
def test_a_typical_file_gives_the_local_hours(time_zone: float) -> None:
    made = year_of(epw_text(time_zone=time_zone))
    assert differences(made) == 0
    assert (made.weather.year, made.weather.wind_height_m, made.weather.pressure_hpa) == (2025, 10.0, 1010.0)
    assert made.weather.provenance["service"] == "EPW file of Nam Can, CM, VNM"
    assert made.weather.provenance["dataset"] == "SRC-TMYx, station 489180"
    assert made.weather.provenance["standing"] == "reanalysis"
    assert "months of different years" not in made.weather.provenance["transformations_en"]


def test_a_file_of_one_year_is_that_year() -> None:
    made = year_of(epw_text(years=[2019]))
    assert (made.weather.year, differences(made)) == (2019, 0)
    with pytest.raises(WeatherError, match="2020"):
        year_of(epw_text(years=[2019]), Wanted(year=2020))


def test_a_file_of_a_leap_year_without_its_leap_day_repeats_the_day_before() -> None:
    made = year_of(epw_text(years=[2020]))
    assert (made.weather.year, made.weather.hours) == (2020, 8784)
    temp = made.weather.temp_air_c
    assert np.array_equal(temp[59 * 24 : 60 * 24], temp[58 * 24 : 59 * 24])
    assert "29 February 2020" in made.weather.provenance["transformations_en"]


def test_a_typical_file_with_a_leap_day_loses_it() -> None:
    made = year_of(epw_text(calendar=2024))
    assert made.weather.hours == 8760
    assert "29 February left out" in made.weather.provenance["transformations_en"]


def test_a_year_cannot_be_chosen_from_a_typical_file() -> None:
    with pytest.raises(WeatherError, match="typical year"):
        year_of(epw_text(), Wanted(year=2018))


def test_codes_for_missing_values_are_missing() -> None:
    def damage(rows: list[Cells]) -> None:
        rows[5000][6] = "99.9"
        rows[5001][6] = "99.9"
        rows[6000][21] = "999."
        rows[12][13] = rows[12][14] = rows[12][15] = "9999"

    made = year_of(epw_text(change=damage))
    assert dict(made.filled_hours) == {"ghi_w_m2": 1, "temp_air_c": 2, "wind_speed_m_s": 1}


def test_pressure_that_is_always_missing_is_that_of_the_height() -> None:
    def damage(rows: list[Cells]) -> None:
        for row in rows:
            row[9] = "999999"

    assert year_of(epw_text(change=damage)).weather.pressure_hpa == 1013.1


def set_cell(row: int, column: int, text: str) -> Callable[[list[Cells]], None]:
    def change(rows: list[Cells]) -> None:
        rows[row][column] = text

    return change


@pytest.mark.parametrize(
    ("text", "line", "field", "value", "allowed"),
    [
        ("", 1, "LOCATION", "", "latitude"),
        ("hello\n", 1, "LOCATION", "hello", "latitude"),
        (epw_text(location="LOCATION,a,b,c,d,e,95,104.99,7,1"), 1, "latitude", "95", "from -90 to 90"),
        (epw_text(location="LOCATION,a,b,c,d,e,9,x,7,1"), 1, "longitude", "x", "from -180 to 180"),
        (epw_text(location="LOCATION,a,b,c,d,e,9,105,5.5,1"), 1, "time zone", "5.5", "whole hours"),
        (epw_text().replace("DATA PERIODS,1,1,", "DATA PERIODS,1,4,"), 8, "DATA PERIODS", "4", "1 record an hour"),
        (epw_text(change=lambda rows: rows.__delitem__(-1)), 0, "rows", "8759", "8760"),
        (epw_text(change=set_cell(10, 13, "sunny")), 19, "column 14", "sunny", "a number"),
        (epw_text(change=set_cell(10, 1, "13")), 19, "month", "13", "from 1 to 12"),
        (epw_text(change=set_cell(10, 3, "0")), 19, "hour", "0", "from 1 to 24"),
        (epw_text(change=lambda rows: rows[10].__delitem__(slice(5, None))), 19, "row", "5", "cells"),
        (epw_text(change=set_cell(10, 3, "10")), 19, "hour", "2025-01-01T02", "in order"),
        (epw_text(change=set_cell(1000, 2, "31")), 0, "file", "ValueError", "an EPW file"),
    ],
)
def test_lines_that_are_not_as_they_should_be(text: str, line: int, field: str, value: str, allowed: str) -> None:
    with pytest.raises(SourceError) as refused:
        read_epw(text, ABOUT)
    matching = [
        problem
        for problem in refused.value.problems
        if (problem.line, problem.field) == (line, field)
        and problem.value.en.startswith(value)
        and allowed in problem.allowed.en
    ]
    assert matching, refused.value.problems


def test_all_problems_are_told_at_once() -> None:
    def damage(rows: list[Cells]) -> None:
        rows[3][6] = "x"
        rows[4][1] = "14"
        rows[5] = rows[5][:4]

    with pytest.raises(SourceError) as refused:
        read_epw(epw_text(change=damage), ABOUT)
    assert [(problem.line, problem.field) for problem in refused.value.problems] == [
        (12, "column 7"),
        (13, "month"),
        (14, "row"),
    ]


EPW = epw_text()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, len(EPW)), st.integers(0, 200), st.text(max_size=20))
def test_no_damage_raises_anything_else(position: int, length: int, inserted: str) -> None:
    with contextlib.suppress(SourceError):
        samples = read_epw(EPW[:position] + inserted + EPW[position + length :], ABOUT)
        assert samples.starts.size == 8760
