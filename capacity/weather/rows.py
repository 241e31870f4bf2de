"""The rows of a weather file: cells, hours and ranges."""

from __future__ import annotations

import contextlib
import datetime as dt
import math
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from capacity.weather.problems import Problems
from capacity.weather.series import UTC_OFFSET_HOURS, Hours, hour_starts, hours_of
from capacity.weather.words import Words, same, words

# Column: lowest and highest hourly mean that can be.
RANGES = {
    "ghi_w_m2": (0.0, 1500.0),
    "dni_w_m2": (0.0, 1500.0),
    "dhi_w_m2": (0.0, 1000.0),
    "temp_air_c": (-60.0, 60.0),
    "relative_humidity_pct": (0.0, 100.0),
    "wind_speed_m_s": (0.0, 100.0),
    "pressure_hpa": (500.0, 1100.0),
}
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}):00(:00)?(\+07:00)?", re.ASCII)
_MINUTE = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(Z|[+-]\d{2}:\d{2})?", re.ASCII)
_SMALLEST_YEARLY_PEAK_W_M2 = 200.0
_FARTHEST_FROM_NOON_HOURS = 2.0


@dataclass(frozen=True)
class Rows:
    """Cells of the known columns and the line of every sound row; the times, with their lines, of all rows."""

    lines: list[int]
    columns: dict[str, list[str]]
    times: list[tuple[int, str]]
    whole: bool

    @staticmethod
    def split(lines: list[str], first_line: int, names: list[str], problems: Problems) -> Rows:
        """Rows with as many cells as the header; the time of any other row still counts as an hour that is there."""
        time_at = names.index("time")
        numbers: list[int] = []
        cells: list[list[str]] = []
        times: list[tuple[int, str]] = []
        whole = True
        for number, line in enumerate(lines[first_line - 1 :], start=first_line):
            if not line or line.isspace():
                continue
            row = line.split(",")
            if len(row) > time_at:
                times.append((number, row[time_at].strip()))
            if len(row) == len(names):
                numbers.append(number)
                cells.append(row)
            else:
                whole = False
                problems.add(number, "row", line, words("csv.cells", count=len(names), found=len(row)))
        columns = {name: [row[index] for row in cells] for index, name in enumerate(names) if name in RANGES}
        return Rows(numbers, columns, times, whole)


def check_times(rows: Rows, header_line: int, problems: Problems) -> int | None:
    """The year of the rows (None when unknown), after checking that its hours are there once and in order."""
    years = Counter(text[:4] for _, text in rows.times if _TIME.fullmatch(text))
    year = int(years.most_common(1)[0][0]) if years else 0
    if year < 1:
        line, value = rows.times[0] if rows.times else (header_line, words("csv.no_rows"))
        problems.add(line, "time", value, words("csv.time"))
        return None
    if len(rows.times) > hours_of(year) and (minutes := _minutes_apart(rows)) < 60:
        problems.add(rows.times[1][0], "time", words("csv.every", minutes=minutes), words("csv.one_an_hour"))
        return year
    expected = np.datetime_as_string(hour_starts(year), unit="m").tolist()
    if [text for _, text in rows.times] != expected:
        _explain_times(rows, year, expected, problems)
    return year


def _minutes_apart(rows: Rows) -> int:
    """Minutes between the first two rows that differ in time; 60 when that cannot be told."""
    clocks = []
    for _, text in rows.times[:100]:
        if match := _MINUTE.fullmatch(text):
            with contextlib.suppress(ValueError):
                clocks.append(dt.datetime.fromisoformat(f"{match[1]}T{match[2]}"))
    steps = [int((later - former).total_seconds() // 60) for former, later in pairwise(clocks)]
    return next((step for step in steps if step > 0), 60)


def _explain_times(rows: Rows, year: int, expected: list[str], problems: Problems) -> None:
    lines: dict[int, int] = {}
    latest = -1
    for line, text in rows.times:
        hour = _hour_of_year(text, year)
        if hour is None:
            problems.add(line, "time", text, words("csv.time"))
        elif not 0 <= hour < hours_of(year):
            problems.add(line, "time", text, words("csv.hour_of_year", year=year))
        elif hour in lines:
            problems.add(line, "time", text, words("csv.hour_once", line=lines[hour]))
        else:
            lines[hour] = line
            if hour < latest:
                problems.add(line, "time", text, words("csv.in_order"))
            latest = max(latest, hour)
    first = None
    for hour in range(hours_of(year) + 1):
        if hour < hours_of(year) and hour not in lines:
            first = hour if first is None else first
        elif first is not None:
            span = hour_span(expected[first], expected[hour - 1], hour - first)
            line = lines.get(first - 1) or (rows.times[0][0] if rows.times else 0)
            problems.add(
                line,
                "time",
                words("csv.missing_after", span=span),
                words("csv.all_hours", hours=hours_of(year), year=year),
            )
            first = None


def hour_span(first: str, last: str, hours: int) -> Words:
    """The hours of a gap, by the beginnings of its first and last one."""
    return words("csv.span", first=first, last=last, hours=hours) if hours > 1 else same(first)


def _hour_of_year(text: str, year: int) -> int | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    try:
        day = dt.date.fromisoformat(match[1])
    except ValueError:
        return None
    hour = int(match[2])
    return (day - dt.date(year, 1, 1)).days * 24 + hour if hour < 24 else None


def check_columns(
    rows: Rows, header_line: int, year: int | None, longitude_deg: float, problems: Problems
) -> dict[str, Hours]:
    """The columns as numbers; cells that are no number or out of range become problems."""
    columns: dict[str, Hours] = {}
    sound = True
    for name, cells in rows.columns.items():
        low, high = RANGES[name]
        values = _numbers(cells)
        if not ((values >= low) & (values <= high)).all():
            sound = False
            wrong = np.flatnonzero(~((values >= low) & (values <= high))).tolist()
            lines, shown = [rows.lines[index] for index in wrong], [cells[index].strip() for index in wrong]
            problems.add_all(lines, name, shown, words("csv.range", low=f"{low:g}", high=f"{high:g}"))
        columns[name] = values
    complete = rows.whole and year is not None and len(rows.lines) == hours_of(year)
    if sound and complete and columns.keys() >= {"ghi_w_m2", "relative_humidity_pct"}:
        _check_units(columns, header_line, longitude_deg, problems)
    return columns


def _numbers(cells: list[str]) -> Hours:
    """Cells as numbers, NaN for what is none."""
    text = "".join(cells)
    if text.isascii() and "_" not in text:
        try:
            return np.array(list(map(float, cells)), dtype=np.float64)
        except ValueError:
            pass
    return np.array([float(cell) if _NUMBER.fullmatch(cell.strip()) else math.nan for cell in cells], dtype=np.float64)


def _check_units(columns: dict[str, Hours], header_line: int, longitude_deg: float, problems: Problems) -> None:
    """Wrong units and clocks that leave every single value in range."""
    ghi = columns["ghi_w_m2"]
    if ghi.max() < _SMALLEST_YEARLY_PEAK_W_M2:
        allowed = words("csv.irradiance_unit", least=f"{_SMALLEST_YEARLY_PEAK_W_M2:g}")
        problems.add(header_line, "ghi_w_m2", words("csv.highest", value=f"{ghi.max():g}"), allowed)
    elif math.isfinite(longitude_deg):
        by_hour = np.bincount(np.arange(ghi.size) % 24, weights=ghi, minlength=24)
        middle = float(by_hour @ (np.arange(24) + 0.5) / by_hour.sum())
        noon = 12 + UTC_OFFSET_HOURS - longitude_deg / 15
        if abs((middle - noon + 12) % 24 - 12) > _FARTHEST_FROM_NOON_HOURS:
            allowed = words("csv.clock", offset=UTC_OFFSET_HOURS, noon=f"{noon % 24:.1f}")
            problems.add(header_line, "time", words("csv.irradiance_middle", hour=f"{middle:.1f}"), allowed)
    humidity = columns["relative_humidity_pct"]
    if humidity.max() <= 1:
        problems.add(
            header_line,
            "relative_humidity_pct",
            words("csv.highest", value=f"{humidity.max():g}"),
            words("csv.per_cent"),
        )
