"""A province in which clean energy has a price: one site, one year, a constant load, sun and wind that fail."""

from __future__ import annotations

import datetime as dt

import numpy as np

from capacity.demand.needs import Demand
from capacity.inputs import CapacityInputs
from capacity.weather.series import WeatherYear
from tests.factories.bundle import make_inputs, make_policy, make_settings
from tests.factories.constants import SOURCE
from tests.factories.demand import make_demand, make_wholesale_pool
from tests.factories.energy import make_battery, make_dppa, make_energy, make_generation
from tests.factories.places import make_site, make_weather

CLEAN_YEAR = 2027


def make_fickle_weather(site_id: str = "khanh-an", seed: int = 1) -> WeatherYear:
    """Clouds by the day and wind that comes and goes; four times a year five dark days without wind."""
    stream = np.random.default_rng(seed)
    plain = make_weather(site_id, CLEAN_YEAR)
    days = plain.hours // 24
    clear, wind = stream.uniform(0.6, 1.0, days), stream.uniform(7.0, 12.0, days)
    for first in (40, 130, 220, 310):
        clear[first : first + 5], wind[first : first + 5] = 0.25, 2.0
    dimmed = np.repeat(clear, 24)
    return make_weather(
        site_id,
        CLEAN_YEAR,
        ghi_w_m2=plain.ghi_w_m2 * dimmed,
        dni_w_m2=plain.dni_w_m2 * dimmed,
        dhi_w_m2=plain.dhi_w_m2 * dimmed,
        wind_speed_m_s=np.interp(np.arange(plain.hours) / 24, np.arange(days), wind),
    )


def make_clean_energy_inputs() -> tuple[CapacityInputs, Demand]:
    """Tenants of 5 MW at all hours; PV, wind by private wire, batteries and an on-grid DPPA, more than anyone needs."""
    limits = [
        {"technology": technology, "max_mw": most, "source": SOURCE}
        for technology, most in (("pv", 400.0), ("wind", 400.0), ("battery", 400.0))
    ]
    site = make_site(land_m2=1e6, allowed_halls=("shell",), energy_limits=limits)
    settings = make_settings(
        first_year=CLEAN_YEAR,
        last_year=CLEAN_YEAR,
        as_of=dt.date(2026, 1, 15),
        funding=(),
        policies=(make_policy("hourly_carbon_free_min", {CLEAN_YEAR: 0.5}, slack_price_vnd=1e10),),
        carbon_price_vnd_per_tco2={},
    )
    energy = make_energy(
        generation=(make_generation("pv"), make_generation("wind")),
        battery=make_battery(maximum_hours=8.0),
        dppa=make_dppa(max_mw_per_site=400.0, system_charge_vnd_per_kwh=500.0),
    )
    inputs = make_inputs(settings=settings, sites=(site,), energy=energy, weather={site.id: make_fickle_weather()})
    pool = make_wholesale_pool(amounts={"wholesale_mw": (5.0,)})
    return inputs, make_demand(pool, years=settings.years)
