"""Hourly weather as a source gives it, before it is a local year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from capacity.weather.series import Hours
from capacity.weather.words import Words

PRESSURE = "pressure_hpa"
DEW_POINT = "dew_point_c"
IRRADIANCES = ("ghi_w_m2", "dni_w_m2", "dhi_w_m2")
QUANTITIES = (*IRRADIANCES, "temp_air_c", "relative_humidity_pct", DEW_POINT, "wind_speed_m_s", PRESSURE)
CALENDAR_YEAR = 2025
"""The common year on which typical years are laid, as those of the example are."""
MIDDLE_OF_THE_HOUR = 0.5

Instants = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Place:
    """Where values hold: degrees north and east, metres above the sea (None: unknown)."""

    latitude_deg: float
    longitude_deg: float
    elevation_m: float | None = None


@dataclass(frozen=True, eq=False)
class Samples:
    """Values of a place in hours that begin at ``starts`` (UTC, whole hours, rising, each once; shape (n,)).

    ``columns`` has quantities of `QUANTITIES` in their units, shape (n,), NaN where a value is missing; what the source
    does not give at all is absent. Irradiance stands for the moment ``irradiance_at_h`` after the hour's beginning:
    0.5 for means of the hour, else the instant of a satellite's picture. A typical year (months of different years)
    is laid on `CALENDAR_YEAR` and goes around: what lies before or after it belongs to its other end. ``provenance``
    holds what the source says of itself, ``steps`` what was done to its values until here. Raises ValueError for what
    breaks this.
    """

    starts: Instants
    columns: Mapping[str, Hours]
    place: Place
    wind_height_m: float
    provenance: Mapping[str, str]
    irradiance_at_h: float = MIDDLE_OF_THE_HOUR
    is_typical: bool = False
    steps: tuple[Words, ...] = field(default=())

    def __post_init__(self) -> None:
        starts = np.asarray(self.starts, dtype="datetime64[h]")
        if starts.ndim != 1 or (np.diff(starts) <= np.timedelta64(0, "h")).any():
            raise ValueError("starts: hours in rising order, each once")
        columns = {}
        for name, values in self.columns.items():
            if name not in QUANTITIES:
                raise ValueError(f"columns: {name!r} is none of {', '.join(QUANTITIES)}")
            columns[name] = np.asarray(values, dtype=np.float64)
            if columns[name].shape != starts.shape:
                raise ValueError(f"columns: {name} has shape {columns[name].shape}, not {starts.shape}")
        object.__setattr__(self, "starts", starts)
        object.__setattr__(self, "columns", MappingProxyType(columns))
        object.__setattr__(self, "provenance", MappingProxyType(dict(self.provenance)))
