"""A weather year in a few figures, for people and for reports."""

from __future__ import annotations

from typing import Any

import numpy as np

from capacity.weather.humid_air import wet_bulb_c
from capacity.weather.photovoltaics import pv_capacity_factor
from capacity.weather.series import Hours, WeatherYear, month_of_hours
from capacity.weather.wind import wind_capacity_factor


def describe(weather: WeatherYear) -> dict[str, Any]:
    """Yearly and monthly means, design temperatures and provenance, as plain numbers, strings, lists and dictionaries.

    Capacity factors are those of the default plants. Each of the series under ``means`` holds ``year`` and
    ``months`` (12 values, January first). The design temperatures are exceeded in 0.4 % of the hours. ``hours`` holds
    how many there are, how many are missing (none in a year that could be read) and how many were interpolated in the
    source by quantity, as its provenance says (None when it does not).
    """
    wet_bulb = wet_bulb_c(weather.temp_air_c, weather.relative_humidity_pct)
    series = {
        "pv_capacity_factor": pv_capacity_factor(weather),
        "wind_capacity_factor": wind_capacity_factor(weather),
        "ghi_kwh_m2_day": weather.ghi_w_m2 * 24 / 1000,
        "temp_air_c": weather.temp_air_c,
        "relative_humidity_pct": weather.relative_humidity_pct,
        "wet_bulb_c": wet_bulb,
        "wind_speed_m_s": weather.wind_speed_m_s,
    }
    return {
        "site_id": weather.site_id,
        "year": weather.year,
        "is_synthetic": weather.is_synthetic,
        "notice_vi": weather.provenance.get("notice_vi", ""),
        "notice_en": weather.provenance.get("notice_en", ""),
        "means": {name: _means(values, weather.year) for name, values in series.items()},
        "design": {
            "temp_air_c_0_4_pct": float(np.quantile(weather.temp_air_c, 0.996)),
            "temp_air_c_maximum": float(weather.temp_air_c.max()),
            "wet_bulb_c_0_4_pct": float(np.quantile(wet_bulb, 0.996)),
            "wet_bulb_c_maximum": float(wet_bulb.max()),
            "wet_bulb_c_minimum": float(wet_bulb.min()),
        },
        "hours": {"count": weather.hours, "missing": 0, "filled": _filled(weather)},
        "provenance": dict(weather.provenance),
    }


def _filled(weather: WeatherYear) -> dict[str, int] | None:
    """``filled_hours: temp_air_c 3, wind_speed_m_s 2`` as a mapping; ``none`` is an empty one."""
    said = weather.provenance.get("filled_hours", "none" if weather.is_synthetic else None)
    if said is None:
        return None
    pairs = (part.rpartition(" ") for part in said.split(", "))
    return {name: int(count) for name, _, count in pairs if name and count.isdigit()}


def _means(values: Hours, year: int) -> dict[str, Any]:
    month = month_of_hours(year)
    months = np.bincount(month, weights=values, minlength=12) / np.bincount(month, minlength=12)
    return {"year": float(values.mean()), "months": [float(mean) for mean in months]}
