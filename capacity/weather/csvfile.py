"""Weather files: leading ``# key: value`` lines say where the values come from, then one row per hour."""

from __future__ import annotations

import contextlib
import datetime as dt
import math
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from capacity.weather.foreign import reason_of
from capacity.weather.problems import CsvProblem, Problems, SourceError
from capacity.weather.rows import Rows, check_columns, check_times
from capacity.weather.series import HOURLY, WeatherYear, hour_starts
from capacity.weather.words import same, words

PRESSURE = "pressure_hpa"
COLUMNS = ("time", *HOURLY)
STANDINGS = ("synthetic", "measured", "reanalysis")
LARGEST_FILE_BYTES = 16 * 1024 * 1024
# Key: lowest and highest value.
_NUMBERS = {
    "latitude_deg": (-90.0, 90.0),
    "longitude_deg": (-180.0, 180.0),
    "wind_height_m": (1.0, 300.0),
    PRESSURE: (500.0, 1100.0),
}
_ALWAYS = ("site", "standing", "latitude_deg", "longitude_deg", "wind_height_m", "source")
_WHEN_SYNTHETIC = ("method", "seed", "notice_vi", "notice_en")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)


@dataclass(frozen=True)
class _Lead:
    """The leading lines: texts, numbers, and the number of the line after them."""

    texts: dict[str, str]
    numbers: dict[str, float]
    next_line: int


def read_weather(path: Path, site_id: str) -> tuple[WeatherYear | None, list[CsvProblem]]:
    """The weather of a file, or everything that is wrong with it. No content raises.

    The header is `COLUMNS` in any order, ``pressure_hpa`` optional as a column or a leading line (one of the two). The
    year is that of most rows; all its hours are needed, in order. A byte order mark and CRLF are accepted.
    """
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= LARGEST_FILE_BYTES else b""
    except (OSError, ValueError) as error:
        return None, [CsvProblem(0, "file", same(path.name), words("csv.readable", reason=reason_of(error)))]
    if size > LARGEST_FILE_BYTES:
        allowed = words("csv.size", most=LARGEST_FILE_BYTES)
        return None, [CsvProblem(0, "file", words("csv.bytes", size=size), allowed)]
    return parse_weather(content, site_id)


def parse_weather(content: bytes, site_id: str) -> tuple[WeatherYear | None, list[CsvProblem]]:
    """`read_weather` for the bytes of a file."""
    problems = Problems()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The decoder counts from behind a byte order mark.
        position = error.start + (3 if content.startswith(b"\xef\xbb\xbf") else 0)
        line = content.count(b"\n", 0, position) + 1
        byte = content[position]
        value = words("csv.byte_at", byte=f"0x{byte:02x}", position=position)
        return None, [CsvProblem(line, "encoding", value, words("csv.utf8"))]
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    while lines and not lines[-1].strip():
        lines.pop()
    lead = _read_lead(lines, problems)
    _check_lead(lead, problems)
    weather = _read_rows(lines, lead, site_id, problems)
    found = problems.sorted()
    return (None, found) if found else (weather, [])


def _read_lead(lines: list[str], problems: Problems) -> _Lead:
    texts: dict[str, str] = {}
    numbers: dict[str, float] = {}
    number = 0
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            break
        key, colon, value = (part.strip() for part in line.lstrip("#").partition(":"))
        if not key and not colon:
            continue
        if not colon or not _KEY.fullmatch(key):
            problems.add(number, "provenance", line, words("csv.lead_form"))
        elif key in texts or key in numbers:
            problems.add(number, key, value, words("csv.key_once"))
        elif key in _NUMBERS:
            low, high = _NUMBERS[key]
            amount = float(value) if _DECIMAL.fullmatch(value) else math.nan
            if not low <= amount <= high:
                problems.add(number, key, value, words("csv.range", low=f"{low:g}", high=f"{high:g}"))
            numbers[key] = amount
        else:
            texts[key] = value
            _check_text(number, key, value, problems)
    else:
        number += 1
    return _Lead(texts, numbers, number)


def _check_text(number: int, key: str, value: str, problems: Problems) -> None:
    if key == "standing" and value not in STANDINGS:
        problems.add(number, key, value, words("csv.one_of", names=", ".join(STANDINGS)))
    elif key == "seed" and not re.fullmatch(r"[0-9]{1,18}", value):
        problems.add(number, key, value, words("csv.whole_number"))
    elif key == "created" and not _is_date(value):
        problems.add(number, key, value, words("csv.date"))
    elif key in (*_ALWAYS, *_WHEN_SYNTHETIC) and not value:
        problems.add(number, key, value, words("csv.not_empty"))


def _is_date(value: str) -> bool:
    try:
        return dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _check_lead(lead: _Lead, problems: Problems) -> None:
    needed = _ALWAYS + (_WHEN_SYNTHETIC if lead.texts.get("standing") == "synthetic" else ())
    for key in needed:
        if key not in lead.texts and key not in lead.numbers:
            problems.add(lead.next_line, key, words("csv.missing"), words("csv.leading_line", key=key))


def _read_rows(lines: list[str], lead: _Lead, site_id: str, problems: Problems) -> WeatherYear | None:
    header_line = lead.next_line
    if header_line > len(lines):
        problems.add(header_line, "header", words("csv.missing"), same(",".join(COLUMNS)))
        return None
    names = [name.strip() for name in lines[header_line - 1].split(",")]
    _check_header(header_line, names, PRESSURE in lead.numbers, problems)
    if "time" not in names:
        return None
    rows = Rows.split(lines, header_line + 1, names, problems)
    year = check_times(rows, header_line, problems)
    columns = check_columns(rows, header_line, year, lead.numbers.get("longitude_deg", math.nan), problems)
    if problems.found or year is None:
        return None
    return WeatherYear(
        site_id=site_id,
        year=year,
        wind_height_m=lead.numbers["wind_height_m"],
        pressure_hpa=columns[PRESSURE] if PRESSURE in columns else lead.numbers[PRESSURE],
        latitude_deg=lead.numbers["latitude_deg"],
        longitude_deg=lead.numbers["longitude_deg"],
        provenance=lead.texts,
        is_synthetic=lead.texts["standing"] == "synthetic",
        **{name: columns[name] for name in HOURLY},
    )


def _check_header(line: int, names: list[str], pressure_leads: bool, problems: Problems) -> None:
    allowed = (*COLUMNS, PRESSURE)
    if len(names) == 1 and any(sign in names[0] for sign in ";\t"):
        problems.add(line, "header", names[0], words("csv.commas"))
        return
    for position, name in enumerate(names):
        if name not in allowed:
            problems.add(line, "header", name, words("csv.one_of", names=", ".join(allowed)))
        elif name in names[:position]:
            problems.add(line, "header", name, words("csv.column_once"))
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        problems.add(line, "header", words("csv.without", names=", ".join(missing)), same(",".join(COLUMNS)))
    if pressure_leads == (PRESSURE in names):
        value = words("csv.twice") if pressure_leads else words("csv.missing")
        problems.add(line, PRESSURE, value, words("csv.column_or_lead", key=PRESSURE))


def write_weather(path: Path, weather: WeatherYear) -> None:
    """Writes a weather year so that reading gives the same values; a reader sees the old file or the whole new one.

    Raises ValueError when the provenance lacks what a file must say or does not fit on its lines; OSError as usual.
    """
    write_content(path, format_weather(weather))


def write_content(path: Path, content: bytes) -> None:
    """Writes the bytes of a weather file; a reader sees the old file or the whole new one. Raises OSError as usual."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def format_weather(weather: WeatherYear) -> bytes:
    """The bytes of a weather file. Raises ValueError as `write_weather` does."""
    try:
        return checked_content(weather)
    except SourceError as error:
        shown = error.problems[:5]
        raise ValueError("; ".join(f"{p.field}: {p.value.en!r}, allowed: {p.allowed.en}" for p in shown)) from error


def checked_content(weather: WeatherYear) -> bytes:
    """The bytes of a weather file. Raises SourceError with everything that a reader would refuse in it."""
    texts = {"title": "", "site": weather.site_id, "standing": ""} | dict(weather.provenance)
    if (texts["standing"] == "synthetic") != weather.is_synthetic:
        raise ValueError(f"standing {texts['standing']!r} contradicts is_synthetic={weather.is_synthetic}")
    numbers = {name: _shortest(getattr(weather, name)) for name in ("latitude_deg", "longitude_deg", "wind_height_m")}
    columns = {name: getattr(weather, name) for name in HOURLY}
    if isinstance(weather.pressure_hpa, np.ndarray):
        columns[PRESSURE] = weather.pressure_hpa
    else:
        numbers[PRESSURE] = _shortest(weather.pressure_hpa)
    order = {key: texts.pop(key) for key in ("title", "site") if texts[key]} | numbers
    lead = [f"# {key}: {value}" for key, value in (order | {k: v for k, v in texts.items() if k != "title"}).items()]
    times = np.datetime_as_string(hour_starts(weather.year), unit="m").tolist()
    cells = [times, *([_shortest(value) for value in values.tolist()] for values in columns.values())]
    rows = [",".join(row) for row in zip(*cells, strict=True)]
    content = ("\n".join([*lead, ",".join(["time", *columns]), *rows]) + "\n").encode()
    _, problems = parse_weather(content, weather.site_id)
    if problems:
        raise SourceError(problems)
    return content


def _shortest(value: float) -> str:
    return repr(float(value)).removesuffix(".0")
