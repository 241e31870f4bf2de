"""Tables of measurements: minutes to hours, clocks, stamps, spreadsheets' habits, and everything that is wrong."""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.weather import Place, Prepared, SourceError, Wanted, prepare
from capacity.weather.series import HOURLY
from capacity.weather.sources import TableOptions, table
from capacity.weather.sources.table import read_table
from tests.capacity.weather.services import truth
from tests.capacity.weather.source_files import QUANTITIES, TABLE_LEAD, Cells, table_text

TODAY = dt.date(2026, 11, 24)


def year_of(text: str, options: TableOptions | None = None, wanted: Wanted | None = None) -> Prepared:
    samples = read_table(text, options or TableOptions(), {})
    return prepare(samples, "nam-can", wanted or Wanted(), TODAY)


def differences(made: Prepared) -> float:
    return max(float(np.abs(getattr(made.weather, name) - getattr(truth(), name)).max()) for name in HOURLY)


def problems_of(text: str, options: TableOptions | None = None) -> list[tuple[int, str, str, str]]:
    with pytest.raises(SourceError) as refused:
        read_table(text, options or TableOptions(), {})
    return [(each.line, each.field, each.value.en, each.allowed.en) for each in refused.value.problems]


HOURS = table_text()


def test_hours_are_taken_as_they_are() -> None:
    made = year_of(HOURS)
    assert (differences(made), made.weather.year) == (0, 2025)
    assert made.weather.wind_height_m == 100
    assert (made.weather.latitude_deg, made.weather.longitude_deg) == (8.76, 104.99)
    assert made.weather.provenance["standing"] == "measured"
    assert made.weather.provenance["source"] == "a mast of a test"


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (table_text(minutes=10), TableOptions()),
        (table_text(minutes=10, shift_minutes=10), TableOptions(stamps="end")),
        (table_text(minutes=10, shift_minutes=5), TableOptions(stamps="middle")),
        (table_text(shift_minutes=60), TableOptions(stamps="end")),
        (table_text(shift_minutes=30), TableOptions(stamps="middle")),
        (table_text(shift_minutes=-420, suffix="Z"), TableOptions()),
        (table_text(shift_minutes=-420), TableOptions(utc_offset_h=0.0)),
        (table_text(shift_minutes=-90, suffix="+05:30"), TableOptions()),
        (table_text(form="%d/%m/%Y %H:%M"), TableOptions()),
        (table_text(form="%Y-%m-%d %H:%M:%S"), TableOptions()),
        (table_text(separator=";", decimal=","), TableOptions()),
        (table_text(separator="\t"), TableOptions()),
        (HOURS.replace("\n", "\r\n"), TableOptions()),
        (HOURS.replace("\n", "\r\n", 5000), TableOptions()),
        (HOURS + "\n\n", TableOptions()),
        (HOURS.replace("time,", "time , ", 1).replace("T00:00,", "T00:00, "), TableOptions()),
        (HOURS.replace("ghi_w_m2", "GHI_Avg", 1), TableOptions(columns={"ghi_w_m2": "GHI_Avg"})),
        (HOURS.replace("time,", "Datetime,", 1), TableOptions(columns={"time": "Datetime"})),
        (table_text(change=lambda rows: rows.reverse()), TableOptions()),
        (table_text(lead=""), TableOptions(Place(8.76, 104.99), 100.0)),
    ],
    ids=[
        "ten minutes", "ends", "middles", "hours by their end", "hours by their middle", "UTC", "offset given",
        "half an hour off", "day first", "seconds", "semicolons", "tabs", "crlf", "mixed line ends", "empty lines",
        "spaces", "renamed", "renamed time", "backwards", "told by options",
    ],
)  # fmt: skip
def test_what_loggers_and_spreadsheets_write_gives_the_same_hours(text: str, options: TableOptions) -> None:
    assert differences(year_of(text, options)) < 0.06


@pytest.mark.slow
def test_a_year_of_minutes_becomes_hours_in_reasonable_time() -> None:
    text = table_text(minutes=1)
    before = time.monotonic()
    made = year_of(text)
    assert time.monotonic() - before < 120
    assert differences(made) < 0.06
    assert "every 1 min averaged to hours" in made.weather.provenance["transformations_en"]
    assert "cách nhau 1 phút" in made.weather.provenance["transformations_vi"]


def test_an_hour_is_the_mean_of_its_samples() -> None:
    def damage(rows: list[Cells]) -> None:
        for index, value in enumerate(("20", "30", "NA", "-999")):
            rows[4 * 50 + index][4] = value  # two of four samples
        for index, value in enumerate(("20", "30", "40", "")):
            rows[4 * 60 + index][4] = value  # three of four

    samples = read_table(table_text(minutes=15, change=damage), TableOptions(), {})
    temp = samples.columns["temp_air_c"]
    assert np.isnan(temp[50])
    assert temp[60] == 30.0


def test_columns_that_are_not_used_are_said() -> None:
    def with_battery(rows: list[Cells]) -> None:
        for row in rows:
            row.append("3")

    text = table_text(change=with_battery)
    text = text.replace(QUANTITIES[-1], f"{QUANTITIES[-1]},battery_v", 1)
    assert "not used: battery_v" in year_of(text).weather.provenance["transformations_en"]


def test_global_irradiance_and_dew_point_are_enough() -> None:
    text = table_text(quantities=("ghi_w_m2", "temp_air_c", "wind_speed_m_s", "relative_humidity_pct"))
    made = year_of(text)
    assert made.weather.ghi_w_m2 == pytest.approx(truth().ghi_w_m2)
    assert "Erbs" in made.weather.provenance["transformations_en"]
    # The truth itself was split by Erbs.
    assert np.abs(made.weather.dni_w_m2 - truth().dni_w_m2).mean() < 5


def test_several_years_ask_for_a_choice() -> None:
    rows = HOURS.removeprefix(TABLE_LEAD).splitlines()
    more = [row.replace("2025-", f"{year}-", 1) for year in (2022, 2023) for row in rows[1:]]
    text = TABLE_LEAD + "\n".join([rows[0], *more]) + "\n"
    with pytest.raises(Exception, match="--year out of 2022, 2023, or --typical"):
        year_of(text)
    assert year_of(text, wanted=Wanted(year=2022)).weather.year == 2022
    with pytest.raises(Exception, match="at least 3 whole years; there are: 2022, 2023"):
        year_of(text, wanted=Wanted(is_typical=True))


def test_half_a_year_is_none() -> None:
    with pytest.raises(Exception, match="no whole local year"):
        year_of(table_text(days=180))
    with pytest.raises(SourceError) as refused:
        year_of(table_text(days=180), wanted=Wanted(year=2025))
    assert {problem.field for problem in refused.value.problems} == {
        "ghi_w_m2", "relative_humidity_pct", "temp_air_c", "wind_speed_m_s",
    }  # fmt: skip
    temp = next(problem for problem in refused.value.problems if problem.field == "temp_air_c")
    assert temp.value.en == "missing: 2025-06-30T00:00 to 2025-12-31T23:00 (4440 hours)"
    assert temp.value.vi == "thiếu: 2025-06-30T00:00 đến 2025-12-31T23:00 (4440 giờ)"


def test_many_short_gaps_are_too_many() -> None:
    def damage(rows: list[Cells]) -> None:
        for row in rows[::10]:
            row[4] = ""

    with pytest.raises(SourceError) as refused:
        year_of(table_text(change=damage))
    (problem,) = refused.value.problems
    assert problem.value.en == "876 hours are missing in short gaps"


def test_small_errors_of_instruments_are_set_right_and_large_ones_told() -> None:
    def small(rows: list[Cells]) -> None:
        rows[0][1], rows[1][5] = "-2.5", "103"

    made = year_of(table_text(change=small))
    assert (made.weather.ghi_w_m2[0], made.weather.relative_humidity_pct[1]) == (0, 100)
    assert made.weather.provenance["transformations_en"].count("slightly out of range") == 2

    def large(rows: list[Cells]) -> None:
        rows[0][1], rows[1][5], rows[2][4] = "-60", "140", "88"

    with pytest.raises(SourceError) as refused:
        year_of(table_text(change=large))
    assert [(problem.field, problem.value.en) for problem in refused.value.problems] == [
        ("ghi_w_m2", "-60 at 2025-01-01T00:00"),
        ("relative_humidity_pct", "140 at 2025-01-01T01:00"),
        ("temp_air_c", "88 at 2025-01-01T02:00"),
    ]


def set_cell(row: int, column: int, text: str) -> Callable[[list[Cells]], None]:
    def change(rows: list[Cells]) -> None:
        rows[row][column] = text

    return change


def swap_time(row: int, text: str) -> Callable[[list[Cells]], None]:
    return set_cell(row, 0, text)


FIRST = TABLE_LEAD.count("\n") + 2


@pytest.mark.parametrize(
    ("text", "line", "field", "value", "allowed"),
    [
        ("", 1, "header", "missing", "time,ghi_w_m2"),
        (TABLE_LEAD, FIRST - 1, "header", "missing", "time"),
        ("a,b\n1,2\n", 1, "time", "missing", "a, b"),
        (table_text(lead="", days=2), 0, "latitude_deg", "missing", "# latitude_deg"),
        (table_text(lead="", days=2), 0, "wind_height_m", "missing", "option"),
        (table_text(lead=TABLE_LEAD.replace("100", "tall"), days=2), 0, "wind_height_m", "tall", "option"),
        (table_text(days=2, change=swap_time(3, "noon")), FIRST + 3, "time", "noon", "YYYY-MM-DDThh:mm"),
        (table_text(days=2, change=swap_time(3, "2025-02-30T00:00")), FIRST + 3, "time", "2025-02-30", "YYYY"),
        (table_text(days=2, change=swap_time(3, "2025-01-01T02:00")), FIRST + 3, "time", "2024-12-31T19:00Z", "line 8"),
        (
            table_text(days=2, change=swap_time(3, "2025-01-01T03:20")),
            FIRST + 3,
            "time",
            "2024-12-31T20:20Z",
            "--stamps",
        ),
        (table_text(days=2, change=set_cell(1, 2, "x")), FIRST + 1, "dni_w_m2", "x", "a number"),
        (table_text(days=2, change=set_cell(1, 2, "inf")), FIRST + 1, "dni_w_m2", "inf", "a number"),
        (table_text(days=2, change=set_cell(1, 2, "0,0")), FIRST + 1, "row", "2025-01-01T01:00,0,0,0", "7 cells"),
        (table_text(days=2).replace("dni_w_m2", "ghi_w_m2", 1), FIRST - 1, "header", "ghi_w_m2", "each column once"),
        (table_text(days=30, change=lambda rows: rows.__delitem__(slice(None))), 0, "time", "0", "two rows"),
        (table_text(minutes=180, days=30), 0, "time", "a row every 10800 s", "divides"),
        (table_text(minutes=7, days=30), 0, "time", "a row every 420 s", "divides"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, field: str, value: str, allowed: str) -> None:
    found = problems_of(text)
    assert any((each[0], each[1]) == (line, field) and value in each[2] and allowed in each[3] for each in found), found


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_ROWS", 40)
    assert problems_of(table_text(days=2)) == [
        (FIRST + 40, "rows", "> 40", "at most 40 rows; split the table by years")
    ]


def test_a_renamed_column_must_be_there() -> None:
    (problem,) = problems_of(table_text(days=2), TableOptions(columns={"ghi_w_m2": "GHI"}))
    assert problem[:3] == (FIRST - 1, "ghi_w_m2", "without GHI")


def test_missing_quantities_are_told_together() -> None:
    samples = read_table(table_text(quantities=("dni_w_m2",)), TableOptions(), {})
    with pytest.raises(SourceError) as refused:
        prepare(samples, "x", Wanted(), TODAY)
    assert [problem.field for problem in refused.value.problems] == [
        "ghi_w_m2", "relative_humidity_pct", "temp_air_c", "wind_speed_m_s",
    ]  # fmt: skip


SHORT = table_text(days=2)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(SHORT)), st.integers(0, 200), st.text(max_size=20))
def test_no_damage_raises_anything_else(position: int, length: int, inserted: str) -> None:
    with contextlib.suppress(SourceError):
        samples = read_table(SHORT[:position] + inserted + SHORT[position + length :], TableOptions(), {})
        assert samples.starts.size > 0


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_no_text_raises_anything_else(text: str) -> None:
    with pytest.raises(SourceError):
        read_table(text, TableOptions(), {})
