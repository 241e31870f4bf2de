"""EnergyPlus weather files (EPW): 8760 hours of a typical or of one actual year, in local standard time."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping

import numpy as np

from capacity.weather.foreign import reader_said
from capacity.weather.problems import Problems, SourceError
from capacity.weather.samples import CALENDAR_YEAR, DEW_POINT, PRESSURE, Instants, Place, Samples
from capacity.weather.series import hours_of
from capacity.weather.sources.file_problems import one_problem
from capacity.weather.sources.service import one_line
from capacity.weather.words import Words, same, words

WIND_HEIGHT_M = 10.0
HEADER_LINES = 8
FEWEST_CELLS, MOST_CELLS = 22, 35
NOTICE_EN = (
    "From an EPW file made for building simulation; irradiance in such files is mostly modelled, and the station may "
    "be far from the site. Bring it to known capacity factors, or measure."
)
NOTICE_VI = (
    "Từ tệp EPW dùng cho mô phỏng công trình; bức xạ trong các tệp này phần lớn là tính toán, và trạm có thể xa địa "
    "điểm. Cần hiệu chỉnh theo hệ số công suất đã biết, hoặc đo đạc."
)
# pvlib's column: our quantity, the code for a missing value, and the factor to our unit.
_COLUMNS = {
    "ghi": ("ghi_w_m2", 9999.0, 1.0),
    "dni": ("dni_w_m2", 9999.0, 1.0),
    "dhi": ("dhi_w_m2", 9999.0, 1.0),
    "temp_air": ("temp_air_c", 99.9, 1.0),
    "temp_dew": (DEW_POINT, 99.9, 1.0),
    "relative_humidity": ("relative_humidity_pct", 999.0, 1.0),
    "wind_speed": ("wind_speed_m_s", 999.0, 1.0),
    "atmospheric_pressure": (PRESSURE, 999999.0, 0.01),
}


def read_epw(text: str, about: Mapping[str, str]) -> Samples:
    """Samples of an EPW file. Raises SourceError with every line that is not as the format says.

    Hour 1 is 0:00 to 1:00: irradiance is its mean, temperature, humidity and wind are its end's and stand for it.
    """
    from pvlib import iotools

    lines = text.splitlines()
    _check_form(lines)
    try:
        frame, meta = iotools.read_epw(io.StringIO("\n".join(line for line in lines if line.strip())))
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise one_problem("file", reader_said(error), words("source.epw")) from error
    offset_h = int(meta["TZ"])
    years = np.unique(frame["year"].to_numpy())
    is_typical = years.size > 1
    steps: list[Words] = [words("step.epw", offset=f"{offset_h:+d}")]
    if is_typical:
        is_leap_day = ((frame["month"] == 2) & (frame["day"] == 29)).to_numpy()
        if is_leap_day.any():
            frame = frame[~is_leap_day]
            steps.append(words("step.leap_day_dropped"))
    year = [CALENDAR_YEAR] * len(frame) if is_typical else frame["year"]
    parts = zip(year, frame["month"], frame["day"], frame["hour"] - 1, strict=True)
    local = np.array([f"{y:04d}-{m:02d}-{d:02d}T{h:02d}" for y, m, d, h in parts], dtype="datetime64[h]")
    starts: Instants = np.asarray(local - np.timedelta64(offset_h, "h"), dtype="datetime64[h]")
    _check_order(starts, hours_of(CALENDAR_YEAR) if is_typical else None)
    columns = {}
    for name, (quantity, missing, factor) in _COLUMNS.items():
        values = frame[name].to_numpy(dtype=np.float64)
        columns[quantity] = np.where(values >= missing, np.nan, values) * factor
    where = ", ".join(one_line(meta[key]) for key in ("city", "state-prov", "country") if meta[key].strip("- "))
    station = one_line(meta["WMO_code"])
    provenance = {
        "standing": "reanalysis",
        "notice_vi": NOTICE_VI,
        "notice_en": NOTICE_EN,
        "service": f"EPW file of {where or 'a place without a name'}",
        "dataset": f"{one_line(meta['data_type'])}, station {station}",
        "years": ", ".join(map(str, years.tolist())),
        **about,
    }
    place = Place(meta["latitude"], meta["longitude"], meta["altitude"])
    return Samples(starts, columns, place, WIND_HEIGHT_M, provenance, is_typical=is_typical, steps=tuple(steps))


def _check_form(lines: list[str]) -> None:
    """Raises SourceError with every line that the format does not allow."""
    problems = Problems()
    head = lines[0].split(",") if lines else [""]
    if head[0].strip().upper() != "LOCATION" or len(head) < 10:
        raise one_problem("LOCATION", same(lines[0] if lines else ""), words("source.epw_location"), line=1)
    ranges = ((6, "latitude", 90.0), (7, "longitude", 180.0), (8, "time zone", 14.0), (9, "elevation", 9000.0))
    for index, name, most in ranges:
        number = _number(head[index])
        if not abs(number) <= most:
            problems.add(1, name, head[index], words("csv.range", low=f"{-most:g}", high=f"{most:g}"))
        elif name == "time zone" and number != int(number):
            problems.add(1, name, head[index], words("source.whole_offset"))
    for number, line in enumerate(lines[1:HEADER_LINES], start=2):
        cells = line.split(",")
        if cells[0].strip().upper() == "DATA PERIODS" and len(cells) > 2 and _number(cells[2]) != 1:
            problems.add(number, "DATA PERIODS", cells[2], words("source.epw_records"))
    rows = [(number, line) for number, line in enumerate(lines[HEADER_LINES:], HEADER_LINES + 1) if line.strip()]
    if len(rows) not in (8760, 8784):
        problems.add(0, "rows", len(rows), words("source.epw_rows"))
    for number, line in rows[:8784]:
        _check_row(number, line.split(","), problems)
    if problems.found:
        raise SourceError(problems.sorted())


def _check_row(number: int, cells: list[str], problems: Problems) -> None:
    if not FEWEST_CELLS <= len(cells) <= MOST_CELLS:
        problems.add(number, "row", len(cells), words("source.epw_cells", fewest=FEWEST_CELLS, most=MOST_CELLS))
        return
    for index, name, low, high in ((0, "year", 1800, 2200), (1, "month", 1, 12), (2, "day", 1, 31), (3, "hour", 1, 24)):
        value = _number(cells[index])
        if not (low <= value <= high and value == int(value)):
            problems.add(number, name, cells[index], words("csv.range", low=low, high=high))
    for index in (6, 7, 8, 9, 13, 14, 15, 21):
        if math.isnan(_number(cells[index])):
            problems.add(number, f"column {index + 1}", cells[index], words("source.number"))


def _check_order(starts: Instants, hours: int | None) -> None:
    wrong = np.flatnonzero(np.diff(starts) <= np.timedelta64(0, "h"))
    if wrong.size:
        row = HEADER_LINES + 2 + int(wrong[0])
        raise one_problem("hour", same(np.datetime_as_string(starts[wrong[0] + 1], "h")), words("csv.in_order"), row)
    if hours is not None and starts.size != hours:
        raise one_problem("rows", same(starts.size), words("source.epw_rows"))


def _number(cell: str) -> float:
    try:
        return float(cell) if cell.strip().isascii() and "_" not in cell else math.nan
    except ValueError:
        return math.nan
