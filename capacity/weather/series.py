"""The weather of a site in every hour of a year."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

Hours = npt.NDArray[np.float64]

HOURLY = ("ghi_w_m2", "dni_w_m2", "dhi_w_m2", "temp_air_c", "relative_humidity_pct", "wind_speed_m_s")
UTC_OFFSET_HOURS = 7
END_OF_28_FEBRUARY = 59 * 24


def hours_of(year: int) -> int:
    """8784 in leap years, 8760 otherwise."""
    return 8784 if calendar.isleap(year) else 8760


def hour_starts(year: int) -> npt.NDArray[np.datetime64]:
    """Local start of every hour of a year, minutes resolution, shape (8760 or 8784,)."""
    first = np.datetime64(f"{year:04d}-01-01T00:00", "m")
    return first + np.arange(hours_of(year)) * np.timedelta64(60, "m")


def month_of_hours(year: int) -> npt.NDArray[np.intp]:
    """Month of every hour of a year, 0 for January to 11, shape (8760 or 8784,)."""
    return np.repeat(np.arange(12), [calendar.monthrange(year, month)[1] * 24 for month in range(1, 13)])


@dataclass(frozen=True, eq=False)
class WeatherYear:
    """Hourly means of one site and year, local time UTC+7, hour-beginning; arrays of 8760 (leap year: 8784) entries.

    ``year`` is the calendar that the hours are laid on, not a claim that they were observed then. ``pressure_hpa`` is
    one value for all hours or one for each. Arrays are copied and cannot be written; ``provenance`` says where the
    values come from (``standing``, ``source``, ``notice_vi``, ``notice_en`` …). Raises ValueError for a wrong shape or
    a value that is not finite. Equality is identity.
    """

    site_id: str
    year: int
    ghi_w_m2: Hours
    dni_w_m2: Hours
    dhi_w_m2: Hours
    temp_air_c: Hours
    relative_humidity_pct: Hours
    wind_speed_m_s: Hours
    wind_height_m: float
    pressure_hpa: float | Hours
    latitude_deg: float
    longitude_deg: float
    provenance: Mapping[str, str]
    is_synthetic: bool

    def __post_init__(self) -> None:
        for name in HOURLY:
            object.__setattr__(self, name, self._frozen(name, getattr(self, name)))
        if np.ndim(self.pressure_hpa):
            object.__setattr__(self, "pressure_hpa", self._frozen("pressure_hpa", self.pressure_hpa))
        object.__setattr__(self, "provenance", MappingProxyType(dict(self.provenance)))

    def __reduce__(self) -> tuple[Any, ...]:
        # Mapping proxies cannot be pickled, and unpickled arrays would be writeable.
        values = [getattr(self, field.name) for field in fields(self)]
        return _restore, tuple(dict(value) if isinstance(value, MappingProxyType) else value for value in values)

    def _frozen(self, name: str, values: npt.ArrayLike) -> Hours:
        array = np.array(values, dtype=np.float64)
        if array.shape != (hours_of(self.year),):
            raise ValueError(f"{name}: shape {array.shape}, a year {self.year} has {hours_of(self.year)} hours")
        if not np.isfinite(array).all():
            raise ValueError(f"{name}: hour {int(np.argmin(np.isfinite(array)))} is not a finite number")
        array.flags.writeable = False
        return array

    @property
    def hours(self) -> int:
        """8760 or 8784."""
        return hours_of(self.year)


def _restore(*values: Any) -> WeatherYear:
    return WeatherYear(*values)


def for_year(weather: WeatherYear, year: int) -> WeatherYear:
    """The same weather laid on the calendar of another year.

    29 February of a leap year repeats 28 February; a leap year laid on a common year loses 29 February. Weekdays do not
    matter to weather, so nothing is shifted.
    """
    if year == weather.year:
        return weather
    change = hours_of(year) - weather.hours
    if change > 0:
        hours = np.r_[0:END_OF_28_FEBRUARY, END_OF_28_FEBRUARY - 24 : weather.hours]
    elif change < 0:
        hours = np.r_[0:END_OF_28_FEBRUARY, END_OF_28_FEBRUARY + 24 : weather.hours]
    else:
        return replace(weather, year=year)
    arrays: dict[str, Any] = {name: getattr(weather, name)[hours] for name in HOURLY}
    if isinstance(weather.pressure_hpa, np.ndarray):
        arrays["pressure_hpa"] = weather.pressure_hpa[hours]
    return replace(weather, year=year, **arrays)
