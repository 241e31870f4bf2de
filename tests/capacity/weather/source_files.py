"""Files of other people's formats with the hours of the example's year, made after the documented formats."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from capacity.weather.series import hour_starts
from tests.capacity.weather.services import MONTHS, truth

Cells = list[str]


def epw_text(
    *,
    years: Sequence[int] = MONTHS,
    time_zone: float = 7.0,
    change: Callable[[list[Cells]], None] = lambda _: None,
    location: str | None = None,
    calendar: int = 2025,
) -> str:
    """An EPW file: eight lines of header, then hours 1 to 24 of every day in standard time. ``change`` damages rows."""
    weather = truth()
    head = [
        location or f"LOCATION,Nam Can,CM,VNM,SRC-TMYx,489180,8.76,104.99,{time_zone},1.0",
        "DESIGN CONDITIONS,0",
        "TYPICAL/EXTREME PERIODS,0",
        "GROUND TEMPERATURES,0",
        "HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0",
        "COMMENTS 1,made for a test",
        "COMMENTS 2,",
        "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31",
    ]
    shift = int(7 - time_zone)
    rows = []
    for start in hour_starts(calendar).tolist():
        index = (start.timetuple().tm_yday - 1) * 24 + start.hour
        at = (index + shift) % 8760 if calendar == 2025 else index % 8760
        dew = weather.temp_air_c[at] - 2
        rows.append(
            [
                str(years[start.month - 1] if len(years) == 12 else years[0]),
                str(start.month),
                str(start.day),
                str(start.hour + 1),
                "0",
                "?9?9?9",
                f"{weather.temp_air_c[at]:g}",
                f"{dew:.1f}",
                f"{weather.relative_humidity_pct[at]:g}",
                "101000",
                "0",
                "0",
                "400",
                f"{weather.ghi_w_m2[at]:g}",
                f"{weather.dni_w_m2[at]:g}",
                f"{weather.dhi_w_m2[at]:g}",
                *["0"] * 4,
                "60",
                f"{weather.wind_speed_m_s[at]:g}",
                *["5", "5", "20", "77777", "9", "999999999", "0", "0.1", "0", "88", "0.2", "0", "1"],
            ]
        )
    change(rows)
    return "\n".join([*head, *(",".join(row) for row in rows)]) + "\n"


TABLE_LEAD = "# latitude_deg: 8.76\n# longitude_deg: 104.99\n# wind_height_m: 100\n# source: a mast of a test\n"
QUANTITIES = ("ghi_w_m2", "dni_w_m2", "dhi_w_m2", "temp_air_c", "relative_humidity_pct", "wind_speed_m_s")


def table_text(
    *,
    minutes: int = 60,
    lead: str = TABLE_LEAD,
    shift_minutes: int = 0,
    days: int = 365,
    separator: str = ",",
    decimal: str = ".",
    form: str = "%Y-%m-%dT%H:%M",
    quantities: Sequence[str] = QUANTITIES,
    suffix: str = "",
    change: Callable[[list[Cells]], None] = lambda _: None,
) -> str:
    """A table of measurements, a row every so many minutes, each with the values of its hour."""
    weather = truth()
    first = np.datetime64("2025-01-01T00:00", "m")
    starts = first + np.arange(days * 24 * 60 // minutes) * np.timedelta64(minutes, "m")
    columns = [getattr(weather, name) for name in quantities]
    hours = np.arange(starts.size) * minutes // 60
    stamps = (starts + np.timedelta64(shift_minutes, "m")).tolist()
    texts = [[f"{value:g}".replace(".", decimal) for value in column.tolist()] for column in columns]
    rows = [
        [f"{stamp:{form}}{suffix}", *(text[hour] for text in texts)]
        for stamp, hour in zip(stamps, hours.tolist(), strict=True)
    ]
    change(rows)
    return lead + "\n".join(separator.join(row) for row in [["time", *quantities], *rows]) + "\n"
