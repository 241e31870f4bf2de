"""Weather, a candidate site and the room that stands already."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from capacity.hourly import hours_of_year
from capacity.inputs.sites import Site
from capacity.weather.series import WeatherYear
from tests.factories.constants import SOURCE


def make_weather(site_id: str = "khanh-an", year: int = 2027, **overrides: Any) -> WeatherYear:
    """Every day the same: 27 °C, 80 % humidity, 6 m/s at 100 m, a sun that shines from 6 to 18."""
    hours = hours_of_year(year)
    sun = np.clip(np.sin((np.arange(hours) % 24 - 5.5) / 12 * np.pi), 0, None)
    values: dict[str, Any] = {
        "site_id": site_id,
        "year": year,
        "ghi_w_m2": 800 * sun,
        "dni_w_m2": 600 * sun,
        "dhi_w_m2": 250 * sun,
        "temp_air_c": np.full(hours, 27.0),
        "relative_humidity_pct": np.full(hours, 80.0),
        "wind_speed_m_s": np.full(hours, 6.0),
        "wind_height_m": 100.0,
        "pressure_hpa": 1010.0,
        "latitude_deg": 9.2,
        "longitude_deg": 105.1,
        "provenance": {"standing": "test"},
        "is_synthetic": True,
    }
    return WeatherYear(**{**values, **overrides})


def make_site(site_id: str = "khanh-an", **overrides: Any) -> Site:
    """A candidate of 100,000 m2 with 10 MW at 22 kV and a step of 30 MW at 110 kV."""
    values = {
        "id": site_id,
        "name_vi": "Khánh An",
        "name_en": "Khanh An",
        "status": "candidate",
        "payer": "enterprise",
        "latitude_deg": 9.2,
        "longitude_deg": 105.1,
        "elevation_m": 1.0,
        "land_m2": 100_000.0,
        "flood_depth_100_year_m": 0.8,
        "subsidence_mm_per_year": 15.0,
        "salinity": "moderate",
        "hall_capex_factor": 1.1,
        "cooling_capacity_factor": 0.9,
        "cooling_water_m3_per_year": 2e6,
        "failure_domains": {
            "substation": f"tba-{site_id}",
            "flood_basin": f"luu-vuc-{site_id}",
            "cable_routes": (f"tuyen-{site_id}",),
        },
        "allowed_halls": ("chilled", "shell"),
        "grid": {
            "existing_mw": 10.0,
            "voltage_kv": 22.0,
            "steps": [
                {
                    "id": "step-110",
                    "add_mw": 30.0,
                    "voltage_kv": 110.0,
                    "capex_vnd": 90e9,
                    "lead_time_months": 10.0,
                    "lifetime_years": 30.0,
                    "source": SOURCE,
                }
            ],
            "source": SOURCE,
        },
        "energy_limits": [
            {"technology": technology, "max_mw": 20.0, "source": SOURCE} for technology in ("pv", "wind", "battery")
        ],
        "weather_file": f"weather/{site_id}.csv",
        "source": SOURCE,
    }
    return Site.model_validate({**values, **overrides})


def make_existing_site(site_id: str = "phong-may", **overrides: Any) -> Site:
    """The state's server room, in service since 2020."""
    since = {"from_date": dt.date(2020, 1, 1), "source": SOURCE}
    values = {
        "status": "existing",
        "payer": "state",
        "allowed_halls": (),
        "grid": {"existing_mw": 0.2, "voltage_kv": 22.0, "source": SOURCE},
        "energy_limits": (),
        "tariff_class": "administrative",
        "existing_modules": [{"hall": "room", "modules": 1, **since}],
        "existing_servers": [{"sku": "cpu", "servers": 4, **since}, {"sku": "storage", "servers": 1, **since}],
    }
    return make_site(site_id, **{**values, **overrides})
