"""Tables of measurements: any CSV with the quantities by name, hourly or finer, from a mast or a station."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from capacity.weather.foreign import reason_of
from capacity.weather.problems import Problems, SourceError
from capacity.weather.samples import QUANTITIES, Instants, Place, Samples
from capacity.weather.series import UTC_OFFSET_HOURS, Hours
from capacity.weather.sources.file_problems import one_problem
from capacity.weather.words import Words, same, words

if TYPE_CHECKING:
    import pandas as pd

Stamps = Literal["start", "middle", "end"]
STAMPS: tuple[Stamps, ...] = ("start", "middle", "end")
LEAST_SAMPLES_FRACTION = 0.75
"""An hour counts when at least this share of its samples is there."""
MOST_ROWS = 2_000_000
"""Nearly four years of minutes, or 38 of ten minutes."""
MISSING = ("", "NA", "NaN", "nan", "null", "-", "--", "-999", "-999.0", "-9999", "-9999.0")
TIME_FORMATS = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M")
_LEAD = re.compile(r"#\s*([a-z][a-z0-9_]*)\s*:\s*(.*)")
_OFFSET = re.compile(r"(Z|[+-]\d{2}:?\d{2})$")


@dataclass(frozen=True)
class TableOptions:
    """What a table does not say itself: place, height of the wind, clock, what its stamps mean, names of its columns.

    ``columns``: quantity to the table's name for it. What stands in leading ``# key: value`` lines (``latitude_deg``,
    ``longitude_deg``, ``wind_height_m``, ``source``, ``licence``) counts where nothing is given here.
    """

    place: Place | None = None
    wind_height_m: float | None = None
    utc_offset_h: float = float(UTC_OFFSET_HOURS)
    stamps: Stamps = "start"
    columns: Mapping[str, str] = field(default_factory=dict)


def read_table(text: str, options: TableOptions, about: Mapping[str, str]) -> Samples:
    """Samples of a table. Raises SourceError with everything that is wrong in it.

    Commas or, with decimal commas allowed, semicolons or tabs between the cells. Rows finer than hours are averaged to
    the hours they lie in; an hour with less than three quarters of its samples is missing.
    """
    lines = text.splitlines()
    lead, header = _lead(lines)
    if header >= len(lines):
        raise one_problem("header", words("csv.missing"), same(",".join(("time", *QUANTITIES))), line=header + 1)
    separator = next((sign for sign in (";", "\t") if sign in lines[header]), ",")
    frame = _rows(lines, header, separator)
    return _samples(frame, lead, header + 1, options, about, is_decimal_comma=separator != ",")


def _rows(lines: list[str], header: int, separator: str) -> pd.DataFrame:
    """The rows as texts by column, indexed by their line. Raises SourceError with every row of another length."""
    import pandas as pd

    problems = Problems()
    numbers: list[int] = []
    rows: list[list[str]] = []
    reader = csv.reader(lines[header:], delimiter=separator, skipinitialspace=True)
    try:
        names = [name.strip() for name in next(reader)]
        for row in reader:
            if not "".join(row).strip():
                continue
            number = header + reader.line_num
            if len(rows) == MOST_ROWS:
                raise one_problem("rows", same(f"> {MOST_ROWS}"), words("source.most_rows", most=MOST_ROWS), number)
            if len(row) == len(names):
                numbers.append(number)
                rows.append(row)
            else:
                shown = separator.join(row)
                problems.add(number, "row", shown, words("csv.cells", count=len(names), found=len(row)))
    except csv.Error as error:
        raise one_problem("row", reason_of(error), words("source.table"), header + reader.line_num) from error
    for name in sorted({name for name in names if name and names.count(name) > 1}):
        problems.add(header + 1, "header", name, words("csv.column_once"))
    if problems.found:
        raise SourceError(problems.sorted())
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    cells = {name: list(column) for name, column in zip(names, columns, strict=True) if name}
    return pd.DataFrame(cells, index=pd.Index(numbers, dtype=np.int64), dtype=str)


def _lead(lines: list[str]) -> tuple[dict[str, str], int]:
    """The leading lines as a mapping, and the index of the line after them."""
    lead: dict[str, str] = {}
    for index, line in enumerate(lines):
        if line.strip() and not line.startswith("#"):
            return lead, index
        if match := _LEAD.match(line):
            lead.setdefault(match[1], match[2].strip())
    return lead, len(lines)


def _samples(
    frame: pd.DataFrame,
    lead: Mapping[str, str],
    header_line: int,
    options: TableOptions,
    about: Mapping[str, str],
    *,
    is_decimal_comma: bool,
) -> Samples:
    problems = Problems()
    names = {quantity: options.columns.get(quantity, quantity) for quantity in QUANTITIES}
    for quantity, name in options.columns.items():
        if quantity != "time" and name not in frame:
            problems.add(header_line, quantity, words("csv.without", names=name), same(", ".join(frame.columns)))
    time_name = options.columns.get("time", "time")
    used = {name for name in names.values() if name in frame} | {time_name}
    if time_name not in frame:
        problems.add(header_line, "time", words("csv.missing"), same(", ".join(frame.columns)))
    place, height = _place(lead, options, problems), _height(lead, options, problems)
    columns = {
        quantity: _numbers(frame[name], quantity, problems, is_decimal_comma=is_decimal_comma)
        for quantity, name in names.items()
        if name in frame
    }
    if problems.found or place is None or height is None:
        raise SourceError(problems.sorted())
    instants = _instants(frame[time_name], options, problems)
    if problems.found:
        raise SourceError(problems.sorted())
    starts, columns, steps = _hourly(instants, frame.index.to_numpy(), columns, options)
    if ignored := [name for name in frame.columns if name not in used]:
        steps = [words("step.ignored", names=", ".join(ignored)), *steps]
    given = {key: lead[key] for key in ("source", "licence") if lead.get(key)}
    provenance = {"standing": "measured", "service": "table of measurements", **given, **about}
    return Samples(starts, columns, place, height, provenance, steps=tuple(steps))


def _place(lead: Mapping[str, str], options: TableOptions, problems: Problems) -> Place | None:
    if options.place is not None:
        return options.place
    values = []
    for key, most in (("latitude_deg", 90.0), ("longitude_deg", 180.0)):
        value = _lead_number(lead, key, -most, most, problems)
        if value is not None:
            values.append(value)
    return Place(*values) if len(values) == 2 else None


def _height(lead: Mapping[str, str], options: TableOptions, problems: Problems) -> float | None:
    if options.wind_height_m is not None:
        return options.wind_height_m
    return _lead_number(lead, "wind_height_m", 1.0, 300.0, problems)


def _lead_number(lead: Mapping[str, str], key: str, low: float, high: float, problems: Problems) -> float | None:
    try:
        value = float(lead.get(key, ""))
    except ValueError:
        value = np.nan
    if low <= value <= high:
        return value
    problems.add(0, key, lead.get(key) or words("csv.missing"), words("source.lead_or_option", key=key))
    return None


def _numbers(cells: pd.Series, name: str, problems: Problems, *, is_decimal_comma: bool) -> Hours:
    import pandas as pd

    stripped = cells.str.strip()
    if is_decimal_comma:
        stripped = stripped.str.replace(",", ".", regex=False)
    is_missing = stripped.isin(MISSING).to_numpy()
    values = np.array(pd.to_numeric(stripped, errors="coerce"), dtype=np.float64)
    wrong = stripped[~np.isfinite(values) & ~is_missing]
    problems.add_all(wrong.index.tolist(), name, wrong.tolist(), words("source.number"))
    return np.where(is_missing, np.nan, values)


def _instants(cells: pd.Series, options: TableOptions, problems: Problems) -> Instants:
    """Stamps in UTC, datetime64[s]."""
    import pandas as pd

    stripped = cells.str.strip()
    offsets = stripped.str.extract(_OFFSET, expand=False)
    # A date alone may end like an offset: 2025-01-01.
    offsets = offsets.where(stripped.str.len() > 10)
    has_offset = offsets.notna()
    plain = stripped
    if has_offset.any():
        plain = stripped.where(~has_offset, stripped.str.replace(_OFFSET, "", regex=True)).str.strip()
    found = pd.Series(pd.NaT, index=plain.index, dtype="datetime64[s]")
    for form in TIME_FORMATS:
        open_ones = found.isna()
        if not open_ones.any():
            break
        parsed = pd.to_datetime(plain[open_ones], format=form, errors="coerce")
        found[open_ones] = parsed.astype("datetime64[s]")
    unknown = stripped[found.isna()]
    problems.add_all(unknown.index.tolist(), "time", unknown.tolist(), words("source.time"))
    if problems.found:
        return np.empty(0, dtype="datetime64[s]")
    hours = offsets.map(_offset_hours).fillna(options.utc_offset_h).to_numpy(dtype=np.float64)
    shift = np.round(hours * 3600).astype("timedelta64[s]")
    return np.asarray(found.to_numpy().astype("datetime64[s]") - shift)


def _offset_hours(offset: object) -> float:
    if not isinstance(offset, str):
        return np.nan
    if offset == "Z":
        return 0.0
    sign = -1 if offset[0] == "-" else 1
    return sign * (int(offset[1:3]) + int(offset[-2:]) / 60)


def _hourly(
    instants: Instants,
    lines: np.ndarray[tuple[int], np.dtype[np.int64]],
    columns: dict[str, Hours],
    options: TableOptions,
) -> tuple[Instants, dict[str, Hours], list[Words]]:
    """Hours in order: the rows themselves, or the means of finer ones."""
    steps: list[Words] = []
    order = np.argsort(instants, kind="stable")
    if (order != np.arange(order.size)).any():
        steps.append(words("step.sorted"))
    instants, lines = instants[order], lines[order]
    columns = {name: values[order] for name, values in columns.items()}
    apart = np.diff(instants).astype("timedelta64[s]").astype(np.int64)
    if (apart == 0).any():
        raise _twice(instants, lines, apart)
    if instants.size < 2:
        raise one_problem("time", same(instants.size), words("source.table"))
    step_s = int(np.median(apart))
    if step_s > 3600 or 3600 % step_s:
        raise one_problem("time", words("source.every", seconds=step_s), words("source.step"))
    begins = instants - np.timedelta64({"start": 0, "middle": step_s // 2, "end": step_s}[options.stamps], "s")
    hours = begins.astype("datetime64[h]")
    if step_s == 3600:
        off = np.flatnonzero(begins != hours)
        if off.size:
            shown = np.datetime_as_string(instants[off[0]], "m")
            raise one_problem("time", same(f"{shown}Z"), words("source.on_the_hour"), int(lines[off[0]]))
        return hours, columns, [*steps, *_stamp_steps(options)]
    starts, where = np.unique(hours, return_inverse=True)
    needed = LEAST_SAMPLES_FRACTION * 3600 / step_s
    means = {name: _means(values, where, starts.size, needed) for name, values in columns.items()}
    minutes = step_s / 60
    steps.append(words("step.averaged", minutes=minutes, percent=round(100 * LEAST_SAMPLES_FRACTION)))
    return starts, means, [*steps, *_stamp_steps(options)]


def _means(values: Hours, where: np.ndarray[tuple[int], np.dtype[np.intp]], hours: int, needed: float) -> Hours:
    there = np.isfinite(values)
    counts = np.bincount(where[there], minlength=hours)
    sums = np.bincount(where[there], weights=values[there], minlength=hours)
    return np.where(counts >= needed, sums / np.maximum(counts, 1), np.nan)


def _stamp_steps(options: TableOptions) -> list[Words]:
    return [] if options.stamps == "start" else [words(f"step.stamps_{options.stamps}")]


def _twice(
    instants: Instants,
    lines: np.ndarray[tuple[int], np.dtype[np.int64]],
    apart: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> SourceError:
    problems = Problems()
    for index in np.flatnonzero(apart == 0).tolist():
        shown = f"{np.datetime_as_string(instants[index], 'm')}Z"
        problems.add(int(lines[index + 1]), "time", shown, words("csv.hour_once", line=int(lines[index])))
    return SourceError(problems.sorted())
