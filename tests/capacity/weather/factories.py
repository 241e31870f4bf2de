"""Weather to test with: constant years with overrides, and the years that ship with the example."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from capacity.weather import WeatherYear, read_weather
from capacity.weather.series import hours_of

FOLDER = Path(__file__).parents[3] / "examples" / "ca-mau" / "weather"
SITES = ("bac-lieu", "ca-mau-city", "khanh-an", "nam-can")
NEAR_SHORE = ("bac-lieu", "nam-can")
MEASURED = {"site": "test", "standing": "measured", "source": "a mast"}


def weather_year(year: int = 2025, **overrides: Any) -> WeatherYear:
    """A year of one hour; scalars of hourly quantities are repeated."""
    hourly = {
        "ghi_w_m2": 0.0,
        "dni_w_m2": 0.0,
        "dhi_w_m2": 0.0,
        "temp_air_c": 25.0,
        "relative_humidity_pct": 80.0,
        "wind_speed_m_s": 0.0,
    }
    values: dict[str, Any] = {
        "site_id": "test",
        "wind_height_m": 100.0,
        "pressure_hpa": 1010.0,
        "latitude_deg": 9.0,
        "longitude_deg": 105.0,
        "provenance": MEASURED,
        "is_synthetic": False,
    } | overrides
    for name, constant in hourly.items():
        values[name] = np.broadcast_to(values.get(name, constant), (hours_of(year),))
    return WeatherYear(year=year, **values)


@cache
def shipped(site_id: str) -> WeatherYear:
    """The year of a site of the example."""
    weather, problems = read_weather(FOLDER / f"{site_id}.csv", site_id)
    assert problems == []
    assert weather is not None
    return weather
