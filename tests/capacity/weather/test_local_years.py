"""From UTC hours to local years: every hour where it belongs, year ends and leap days said."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity.weather import ChoiceError, Place, Samples
from capacity.weather.local_years import local_year, whole_years
from capacity.weather.samples import CALENDAR_YEAR
from capacity.weather.series import hours_of


def samples(first: str, last: str, **overrides: Any) -> Samples:
    """Hourly UTC samples whose temperature is the number of hours since 1 January 1970."""
    starts = overrides.pop("starts", None)
    if starts is None:
        starts = np.arange(np.datetime64(first, "h"), np.datetime64(last, "h") + 1)
    columns = {"temp_air_c": starts.astype("datetime64[h]").astype(np.int64).astype(float)}
    return Samples(starts, columns, Place(9.0, 105.0), 10.0, {"standing": "measured"}, **overrides)


def utc_hour(value: float) -> str:
    return str(np.datetime64(int(value), "h"))


@given(st.integers(1971, 2099), st.integers(0, 8759))
def test_every_local_hour_is_the_utc_hour_seven_before(year: int, hour: int) -> None:
    found = local_year(samples(f"{year - 1}-12-31T00", f"{year}-12-31T23"), year).columns["temp_air_c"]
    assert found.size == hours_of(year)
    local = dt.datetime(year, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=7))) + dt.timedelta(hours=hour)
    assert utc_hour(found[hour]) == f"{local.astimezone(dt.UTC):%Y-%m-%dT%H}"


def test_the_first_hours_of_a_utc_year_are_those_of_the_next_new_year() -> None:
    found = local_year(samples("2023-01-01T00", "2023-12-31T23"), 2023)
    assert utc_hour(found.columns["temp_air_c"][7]) == "2023-01-01T00"
    assert [utc_hour(value) for value in found.columns["temp_air_c"][:7]] == [
        f"2023-12-31T{hour}" for hour in range(17, 24)
    ]
    assert any("1 January 2024" in step.en for step in found.steps)


def test_hours_before_a_source_that_begins_later_stay_missing() -> None:
    found = local_year(samples("2023-01-01T01", "2023-12-31T23"), 2023)
    assert np.isnan(found.columns["temp_air_c"][:8]).all()
    assert len(found.steps) == 1


def test_missing_rows_are_missing_hours() -> None:
    whole = samples("2022-12-31T00", "2023-12-31T23")
    kept = np.r_[0:1000, 1010 : whole.starts.size]
    found = local_year(samples("", "", starts=whole.starts[kept]), 2023).columns["temp_air_c"]
    assert np.flatnonzero(np.isnan(found)).tolist() == list(range(1000 - 17, 1010 - 17))


def test_a_leap_day_that_is_not_there_repeats_the_day_before() -> None:
    whole = samples("2023-12-31T00", "2024-12-31T23")
    local = whole.starts + np.timedelta64(7, "h")
    kept = (local < np.datetime64("2024-02-29T00")) | (local >= np.datetime64("2024-03-01T00"))
    found = local_year(samples("", "", starts=whole.starts[kept]), 2024)
    values = found.columns["temp_air_c"]
    assert values.size == 8784
    assert np.array_equal(values[59 * 24 : 60 * 24], values[58 * 24 : 59 * 24])
    assert any("29 February 2024" in step.en and "29 tháng 2 năm 2024" in step.vi for step in found.steps)


def test_a_leap_day_that_is_half_there_is_a_gap() -> None:
    whole = samples("2023-12-31T00", "2024-12-31T23")
    local = whole.starts + np.timedelta64(7, "h")
    kept = (local < np.datetime64("2024-02-29T12")) | (local >= np.datetime64("2024-03-01T00"))
    found = local_year(samples("", "", starts=whole.starts[kept]), 2024).columns["temp_air_c"]
    assert int(np.isnan(found).sum()) == 12


def test_whole_years_are_those_with_nearly_all_hours() -> None:
    assert whole_years(samples("2021-12-31T17", "2024-06-30T00")) == (2022, 2023)
    assert whole_years(samples("2023-01-01T00", "2023-12-31T23")) == (2023,)
    assert whole_years(samples("2023-02-01T00", "2023-12-31T23")) == ()


def test_a_year_without_any_hour_is_refused_with_what_there_is() -> None:
    with pytest.raises(ChoiceError, match=r"2020.*2022-12-31T07:00 to 2024-01-01T06:00"):
        local_year(samples("2022-12-31T00", "2023-12-31T23"), 2020)


@pytest.mark.parametrize("offset", [-7, 0, 7, 8])
def test_a_typical_year_goes_around(offset: int) -> None:
    local = np.arange(np.datetime64(f"{CALENDAR_YEAR}-01-01T00"), np.datetime64(f"{CALENDAR_YEAR + 1}-01-01T00"))
    found = local_year(samples("", "", starts=local - np.timedelta64(offset, "h"), is_typical=True), 0)
    values = found.columns["temp_air_c"]
    assert (found.year, values.size) == (CALENDAR_YEAR, 8760)
    assert np.isfinite(values).all()
    shift = 7 - offset
    assert utc_hour(values[max(shift, 0) + 100]) == str(
        local[max(shift, 0) + 100 - shift] - np.timedelta64(offset, "h")
    )


@pytest.mark.parametrize(
    ("starts", "columns", "message"),
    [
        (["2023-01-01T01", "2023-01-01T00"], {}, "rising"),
        (["2023-01-01T01", "2023-01-01T01"], {}, "each once"),
        (["2023-01-01T01"], {"gusts": np.zeros(1)}, "gusts"),
        (["2023-01-01T01"], {"temp_air_c": np.zeros(2)}, "shape"),
    ],
)
def test_samples_refuse_what_they_do_not_promise(starts: list[str], columns: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Samples(np.array(starts, dtype="datetime64[h]"), columns, Place(9, 105), 10, {})
