"""Weather files: what is read, what is refused and where, and how they are written."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.weather import CsvProblem, WeatherYear, format_weather, parse_weather, read_weather, write_weather
from capacity.weather.csvfile import LARGEST_FILE_BYTES
from capacity.weather.problems import Problems
from capacity.weather.series import HOURLY
from capacity.weather.words import Words
from tests.capacity.weather.factories import FOLDER, SITES, shipped, weather_year

FILE = (FOLDER / "nam-can.csv").read_text(encoding="utf-8")
LINES = FILE.splitlines()
HEADER = next(number for number, line in enumerate(LINES, start=1) if not line.startswith("#"))
FIRST = HEADER + 1  # line of 1 January, 0:00
GHI, HUMIDITY, WIND = 1, 5, 6


def problems_of(content: str | bytes) -> list[CsvProblem]:
    weather, problems = parse_weather(content.encode() if isinstance(content, str) else content, "nam-can")
    assert (weather is None) == bool(problems)
    return problems


def with_lines(change: Callable[[list[str]], object]) -> str:
    lines = list(LINES)
    change(lines)
    return "\n".join(lines) + "\n"


def with_cell(line: int, column: int, value: str) -> str:
    def change(lines: list[str]) -> None:
        cells = lines[line - 1].split(",")
        cells[column] = value
        lines[line - 1] = ",".join(cells)

    return with_lines(change)


def with_column(column: int, value: Callable[[float], str]) -> str:
    def change(lines: list[str]) -> None:
        for index in range(HEADER, len(lines)):
            cells = lines[index].split(",")
            cells[column] = value(float(cells[column]))
            lines[index] = ",".join(cells)

    return with_lines(change)


def with_lead(key: str, value: str | None) -> str:
    index = next(index for index, line in enumerate(LINES) if line.startswith(f"# {key}:"))
    return "\n".join([*LINES[:index], *([] if value is None else [f"# {key}: {value}"]), *LINES[index + 1 :]])


def same(first: WeatherYear, second: WeatherYear) -> bool:
    return (
        all(np.array_equal(getattr(first, name), getattr(second, name)) for name in (*HOURLY, "pressure_hpa"))
        and (first.year, first.wind_height_m, first.latitude_deg, first.longitude_deg, first.is_synthetic)
        == (second.year, second.wind_height_m, second.latitude_deg, second.longitude_deg, second.is_synthetic)
        and dict(first.provenance) == dict(second.provenance)
    )


def test_a_file_is_read_fast() -> None:
    path = FOLDER / "nam-can.csv"
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        read_weather(path, "nam-can")
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.2


def test_a_file_can_serve_another_site() -> None:
    weather, problems = read_weather(FOLDER / "ca-mau-city.csv", "server-room")
    assert (problems, weather and weather.site_id) == ([], "server-room")
    assert weather is not None
    assert weather.provenance["site"] == "ca-mau-city"


@pytest.mark.parametrize("site", SITES)
def test_writing_what_was_read_gives_the_same_bytes(site: str, tmp_path: Path) -> None:
    write_weather(tmp_path / "weather.csv", shipped(site))
    assert (tmp_path / "weather.csv").read_bytes() == (FOLDER / f"{site}.csv").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["weather.csv"]


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([2024, 2025]), st.booleans())
def test_what_is_written_is_read(seed: int, year: int, hourly_pressure: bool) -> None:
    random = np.random.default_rng(seed)
    hours = weather_year(year).hours
    sun = np.maximum(np.sin(2 * np.pi * (np.arange(hours) % 24 - 5.5) / 24), 0)
    weather = weather_year(
        year,
        ghi_w_m2=900 * sun * random.random(hours),
        dni_w_m2=800 * sun * random.random(hours),
        temp_air_c=random.uniform(-20, 45, hours),
        relative_humidity_pct=random.uniform(0, 100, hours),
        wind_speed_m_s=random.exponential(6, hours),
        pressure_hpa=random.uniform(980, 1030, hours) if hourly_pressure else 1008.5,
    )
    again, problems = parse_weather(format_weather(weather), "test")
    assert problems == []
    assert again is not None
    assert same(weather, again)


@pytest.mark.parametrize(
    "variant",
    [
        FILE.replace("\n", "\r\n"),
        "\ufeff" + FILE,
        "\ufeff" + FILE.replace("\n", "\r\n") + "\r\n\r\n",
        FILE.rstrip("\n"),
        FILE.replace(":00,", ":00:00,").replace("T", " "),
        FILE.replace(":00,", ":00+07:00,"),
        with_lines(lambda lines: lines.insert(3, "#")),
        with_lines(lambda lines: lines.insert(HEADER - 1, "")),
        with_column(GHI, lambda value: f" {value:.3f}"),
    ],
    ids=["crlf", "bom", "bom and crlf", "no end", "seconds", "offset", "empty comment", "empty line", "spaces"],
)
def test_what_editors_and_spreadsheets_do_is_tolerated(variant: str) -> None:
    weather, problems = parse_weather(variant.encode(), "nam-can")
    assert problems == []
    assert weather is not None
    assert np.array_equal(weather.ghi_w_m2, shipped("nam-can").ghi_w_m2)


HUGE = "9" * 400


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "line", "field", "value", "allowed"),
    [
        (with_cell(FIRST + 5, GHI, "-3"), FIRST + 5, "ghi_w_m2", "-3", "from 0 to 1500"),
        (with_cell(FIRST + 5, GHI, "NaN"), FIRST + 5, "ghi_w_m2", "NaN", "a number"),
        (with_cell(FIRST + 5, GHI, "inf"), FIRST + 5, "ghi_w_m2", "inf", "a number"),
        (with_cell(FIRST + 5, GHI, HUGE), FIRST + 5, "ghi_w_m2", "9" * 79 + "…", "a number"),
        (with_cell(FIRST + 5, GHI, ""), FIRST + 5, "ghi_w_m2", "", "a number"),
        (with_cell(FIRST + 5, GHI, "bão"), FIRST + 5, "ghi_w_m2", "bão", "a number"),
        (with_cell(FIRST + 5, GHI, "1_0"), FIRST + 5, "ghi_w_m2", "1_0", "a number"),
        (with_cell(FIRST + 5, GHI, "٣"), FIRST + 5, "ghi_w_m2", "٣", "a number"),
        (with_cell(FIRST + 9, HUMIDITY, "100.1"), FIRST + 9, "relative_humidity_pct", "100.1", "from 0 to 100"),
        (with_cell(FIRST + 9, HUMIDITY, "-1"), FIRST + 9, "relative_humidity_pct", "-1", "from 0 to 100"),
        (with_cell(FIRST + 8759, WIND, "-0.5"), FIRST + 8759, "wind_speed_m_s", "-0.5", "from 0 to 100"),
        (with_cell(FIRST, 4, "300.15"), FIRST, "temp_air_c", "300.15", "from -60 to 60"),
        (with_cell(FIRST + 5, 0, "5 January"), FIRST + 5, "time", "5 January", "YYYY-MM-DDThh:00"),
        (with_cell(FIRST + 5, 0, "2025-01-01T05:30"), FIRST + 5, "time", "2025-01-01T05:30", "local beginning"),
        (with_cell(FIRST + 5, 0, "2025-01-01T24:00"), FIRST + 5, "time", "2025-01-01T24:00", "local beginning"),
        (with_cell(FIRST + 5, 0, "2025-02-29T05:00"), FIRST + 5, "time", "2025-02-29T05:00", "local beginning"),
        (with_cell(FIRST + 5, 0, "2025-01-01T05:00Z"), FIRST + 5, "time", "2025-01-01T05:00Z", "local beginning"),
        (with_cell(FIRST, 0, "2024-12-31T23:00"), FIRST, "time", "2024-12-31T23:00", "an hour of 2025"),
        (with_cell(FIRST + 6, 0, "2025-01-01T05:00"), FIRST + 6, "time", "2025-01-01T05:00", f"on line {FIRST + 5}"),
        (with_lines(lambda lines: lines.insert(FIRST, lines[FIRST])), FIRST + 2, "time", "2025-01-01T01:00", "once"),
        (
            with_lines(lambda lines: lines.append(lines.pop(FIRST + 99))),
            FIRST + 8759,
            "time",
            "2025-01-05T04:00",
            "in order",
        ),
        (
            with_lines(lambda lines: lines.pop(FIRST + 99)),
            FIRST + 99,
            "time",
            "missing after this line: 2025-01-05T04:00",
            "all 8760 hours of 2025",
        ),
        (
            with_lines(lambda lines: lines.__delitem__(slice(FIRST + 9, FIRST + 12))),
            FIRST + 9,
            "time",
            "missing after this line: 2025-01-01T10:00 to 2025-01-01T12:00 (3 hours)",
            "all 8760 hours of 2025",
        ),
        (
            with_lines(lambda lines: lines.__delitem__(slice(-24, None))),
            FIRST + 8735,
            "time",
            "missing after this line: 2025-12-31T00:00 to 2025-12-31T23:00 (24 hours)",
            "all 8760 hours",
        ),
        (
            with_lines(lambda lines: lines.__setitem__(FIRST, "2025-01-01T01:00,0,0")),
            FIRST + 1,
            "row",
            "2025-01-01T01:00,0,0",
            "7 cells",
        ),
        (
            with_lines(lambda lines: lines.__setitem__(FIRST, lines[FIRST] + ",")),
            FIRST + 1,
            "row",
            LINES[FIRST] + ",",
            "7 cells",
        ),
        (FILE.replace("ghi_w_m2", "ghi_kw_m2"), HEADER, "header", "ghi_kw_m2", "one of time, ghi_w_m2"),
        (FILE.replace("time,ghi", "time,ghi_w_m2,ghi"), HEADER, "header", "ghi_w_m2", "each column once"),
        (FILE.replace(",", ";"), HEADER, "header", LINES[HEADER - 1].replace(",", ";"), "commas"),
        (with_lines(lambda lines: lines.pop(HEADER - 1)), HEADER, "header", "2025-01-01T00:00", "one of"),
        (with_column(GHI, lambda value: f"{value / 1000:.3f}"), HEADER, "ghi_w_m2", "highest ", "W/m2"),
        (with_column(HUMIDITY, lambda value: f"{value / 100:.3f}"), HEADER, "relative_humidity_pct", "highest ", "per"),
        (with_lead("standing", "guessed"), 7, "standing", "guessed", "synthetic, measured, reanalysis"),
        (with_lead("latitude_deg", "95"), 3, "latitude_deg", "95", "from -90 to 90"),
        (with_lead("latitude_deg", "9.18 N"), 3, "latitude_deg", "9.18 N", "a number"),
        (with_lead("wind_height_m", HUGE), 5, "wind_height_m", "9" * 79 + "…", "from 1 to 300"),
        (with_lead("created", "24/11/2026"), 18, "created", "24/11/2026", "YYYY-MM-DD"),
        (with_lead("seed", "-1"), 12, "seed", "-1", "a whole number"),
        (with_lead("source", ""), 17, "source", "", "not empty"),
        (with_lead("source", None), HEADER - 1, "source", "missing", "# source: …"),
        (with_lead("notice_vi", None), HEADER - 1, "notice_vi", "missing", "# notice_vi: …"),
        (with_lead("wind_height_m", None), HEADER - 1, "wind_height_m", "missing", "# wind_height_m: …"),
        (with_lead("pressure_hpa", None), HEADER - 1, "pressure_hpa", "missing", "a column or a leading line"),
        (with_lines(lambda lines: lines.insert(2, lines[1])), 3, "site", "nam-can", "each key once"),
        (with_lines(lambda lines: lines.insert(2, "# hello")), 3, "provenance", "# hello", "# key: value"),
        (with_lines(lambda lines: lines.__delitem__(slice(HEADER, None))), HEADER, "time", "no rows", "beginning"),
        (with_lines(lambda lines: lines.__delitem__(slice(HEADER - 1, None))), HEADER, "header", "missing", "time,ghi"),
        ("", 1, "header", "missing", "time,ghi"),
        (FILE.encode().replace(b"2025-01-01T02:00", b"2025-01-01\xff02:00"), FIRST + 2, "encoding", "byte 0xff", "UTF"),
        (FILE.encode("utf-16"), 1, "encoding", "byte 0xff at position 0", "UTF-8"),
        (b"\xef\xbb\xbf# a: b\n\xe9", 2, "encoding", "byte 0xe9 at position 10", "UTF-8"),
        (FILE.encode("cp1258", errors="replace"), 1, "encoding", "byte 0x", "UTF-8"),
    ],
)
def test_wrong_content_is_told_with_its_place(
    content: str | bytes, line: int, field: str, value: str, allowed: str
) -> None:
    problems = problems_of(content)
    matching = [
        problem
        for problem in problems
        if (problem.line, problem.field) == (line, field)
        and problem.value.en.startswith(value)
        and allowed in problem.allowed.en
    ]
    assert matching, problems


def test_a_clock_of_another_zone_is_seen() -> None:
    def change(lines: list[str]) -> None:
        rows = lines[HEADER:]
        values = [row.partition(",")[2] for row in rows]
        shifted = values[7:] + values[:7]
        lines[HEADER:] = [f"{row.partition(',')[0]},{value}" for row, value in zip(rows, shifted, strict=True)]

    (problem,) = problems_of(with_lines(change))
    assert (problem.line, problem.field) == (HEADER, "time")
    assert "UTC+7" in problem.allowed.en


def test_all_problems_are_told_at_once_and_in_order() -> None:
    content = with_lead("latitude_deg", "95").replace("wind_speed_m_s\n", "gusts_m_s\n", 1)
    lines = content.split("\n")
    lines[FIRST + 50] = lines[FIRST + 50].replace(",", ",x", 1)
    lines.pop(FIRST + 70)
    problems = problems_of("\n".join(lines))
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)
    assert [(problem.line, problem.field) for problem in problems] == [
        (3, "latitude_deg"),
        (HEADER, "header"),
        (HEADER, "header"),
        (FIRST + 51, "ghi_w_m2"),
        (FIRST + 70, "time"),
    ]


def test_many_problems_are_counted_not_listed() -> None:
    problems = problems_of(with_column(GHI, lambda _: "-1"))
    assert len(problems) == 11
    assert problems[-1] == CsvProblem(
        FIRST + 10,
        "ghi_w_m2",
        Words("8750 further wrong values", "thêm 8750 giá trị sai khác"),
        Words("a number from 0 to 1500", "số từ 0 đến 1500"),
    )


def test_measured_files_need_no_seed() -> None:
    content = "\n".join(line for line in LINES if not line.startswith(("# seed", "# method", "# notice")))
    weather, problems = parse_weather(content.replace("standing: synthetic", "standing: measured").encode(), "nam-can")
    assert problems == []
    assert weather is not None
    assert not weather.is_synthetic


@pytest.mark.parametrize("is_folder", [False, True], ids=["absent", "folder"])
def test_what_cannot_be_read_is_a_problem(is_folder: bool, tmp_path: Path) -> None:
    if is_folder:
        (tmp_path / "weather.csv").mkdir()
    weather, (problem,) = read_weather(tmp_path / "weather.csv", "x")
    assert weather is None
    assert (problem.line, problem.field, problem.value.en) == (0, "file", "weather.csv")
    assert problem.allowed.en.startswith("a readable file (")


def test_huge_files_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "weather.csv"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE_BYTES + 1)
    weather, (problem,) = read_weather(path, "x")
    assert weather is None
    assert problem.value.en == f"{LARGEST_FILE_BYTES + 1} bytes"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_raise(content: bytes) -> None:
    assert problems_of(content)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, len(FILE.encode())), st.integers(0, 200), st.binary(max_size=20))
def test_no_damage_raises(position: int, length: int, inserted: bytes) -> None:
    content = FILE.encode()
    weather, problems = parse_weather(content[:position] + inserted + content[position + length :], "nam-can")
    assert (weather is None) == bool(problems)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"provenance": {"standing": "measured"}}, "source"),
        ({"provenance": {"standing": "synthetic", "source": "x"}}, "contradicts"),
        ({"provenance": {"standing": "measured", "source": "two\nlines"}}, "header"),
        ({"provenance": {"standing": "measured", "source": "x", "Key": "y"}}, "provenance"),
        ({"relative_humidity_pct": 120.0}, "relative_humidity_pct"),
    ],
)
def test_what_could_not_be_read_again_is_not_written(overrides: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        write_weather(tmp_path / "weather.csv", weather_year(**overrides))
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "weather.csv"
    path.write_text("old", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_weather(path, shipped("nam-can"))
    assert path.read_text(encoding="utf-8") == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["weather.csv"]


def test_of_many_problems_only_those_that_are_told_are_kept() -> None:
    one_by_one, at_once = Problems(), Problems()
    allowed = Words("a number", "một số")
    for line in range(1, 31):
        one_by_one.add(line, "x", f"v{line}", allowed)
    at_once.add(1, "x", "v1", allowed)
    at_once.add_all(range(2, 31), "x", [f"v{line}" for line in range(2, 31)], allowed)
    assert one_by_one.sorted() == at_once.sorted()
    assert at_once.sorted()[-1].value.en == "20 further wrong values"
