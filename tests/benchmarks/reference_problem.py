"""The reference problems as numbers: loads, shares and carbon prices by site, year and scenario. See ``reference``."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from capacity.hourly import Hours
from capacity.weather import WeatherYear, wet_bulb_c
from tests.benchmarks.reference_weather import reference_weather

FIRST_YEAR = 2026
SERVER_KW = 20.0
FULL_LOAD = 1.3
"""AI servers per mean AI load."""
AI_USE = 0.92
SHARES = (0.40, 0.90)
SITES_MW = ((4.0, 2.0), (8.0, 4.0), (6.0, 3.0), (12.0, 5.0))
"""AI and other IT load of the first year by site, repeated for more sites."""
GROWTH = (1.30, 1.22, 1.35, 1.18)
LOAD_SPREAD = 0.02
"""Standard deviation of a site's load from seed to seed."""
DEMAND = (1.0, 0.97, 1.03, 0.95, 1.05)
"""Yearly growth of demand by scenario, relative; scenarios beyond repeat them."""
COOLING = {"reference_c": 24.6, "cop_reference": 3.2, "cop_per_degree": 0.47, "cop_min": 1 / 0.45, "cop_max": 5.0}
AUXILIARY = 0.05


@dataclass(frozen=True)
class Reference:
    """A reference problem. ``halls``: to be bought in modules; ``scenarios``: of weather and demand, with equal weight.

    ``ai_mw`` and ``other_mw`` have shape (sites, years), MW of the first scenario.
    """

    name: str
    seed: int
    sites: int
    years: tuple[int, ...]
    halls: bool = False
    scenarios: int = 1
    weather: dict[int, dict[str, WeatherYear]] = field(default_factory=dict)

    @property
    def full_load(self) -> float:
        """AI servers that the need asks for per mean AI load: with halls to be bought, more are a decision."""
        return 1.0 if self.halls else FULL_LOAD

    @property
    def site_ids(self) -> list[str]:
        """site-1, site-2 …"""
        return [f"site-{number + 1}" for number in range(self.sites)]

    def shares(self) -> dict[int, float]:
        """Renewable share by year."""
        if len(self.years) == 1:
            return {self.years[0]: 0.80}
        return dict(zip(self.years, np.linspace(*SHARES, len(self.years)).round(6).tolist(), strict=True))

    def carbon_usd(self) -> dict[int, float]:
        """Carbon price by year, USD/t."""
        if len(self.years) == 1:
            return {self.years[0]: 10.0}
        return {year: 5.0 + 3.0 * index for index, year in enumerate(self.years)}

    def load_mw(self, scenario: int = 0) -> tuple[Hours, Hours]:
        """AI and other IT load by site and year, shape (sites, years), MW."""
        spread = 1 + LOAD_SPREAD * np.random.default_rng([self.seed, 7]).standard_normal((64, 2))
        if len(self.years) == 1:
            sizes, growth = np.array([[10.0, 5.0]] * self.sites), np.ones(self.sites)
        else:
            sizes = np.array([SITES_MW[site % 4] for site in range(self.sites)])
            growth = np.array([GROWTH[site % 4] for site in range(self.sites)])
        factor = math.sqrt(DEMAND[scenario % len(DEMAND)])
        grown = (growth * factor)[:, None] ** np.arange(len(self.years))[None]
        sizes = sizes * spread[: self.sites]
        return sizes[:, :1] * grown, sizes[:, 1:] * grown

    def servers(self, scenario: int = 0) -> tuple[Hours, Hours]:
        """AI and other servers by site and year that the need asks for, never fewer than the year before."""
        ai, other = self.load_mw(scenario)
        counts = [np.round(load * 1000 / SERVER_KW) for load in (self.full_load * AI_USE * ai, other)]
        return np.maximum.accumulate(counts[0], axis=1), np.maximum.accumulate(counts[1], axis=1)

    def weather_of(self, scenario: int) -> dict[str, WeatherYear]:
        """Weather by site, made once."""
        if scenario not in self.weather:
            self.weather[scenario] = reference_weather(self.site_ids, self.seed, scenario)
        return self.weather[scenario]


def cm1(seed: int) -> Reference:
    """One site, one year."""
    return Reference("CM-1", seed, 1, (FIRST_YEAR,))


def cm6(seed: int, *, sites: int = 4, years: int = 6, scenarios: int = 1, halls: bool = False) -> Reference:
    """Sites by six years, decided loads; or with halls in modules; or with scenarios."""
    name = "CM-6-S" if scenarios > 1 else "CM-6 with integer halls" if halls else "CM-6"
    return Reference(name, seed, sites, tuple(range(FIRST_YEAR, FIRST_YEAR + years)), halls, scenarios)


def other_shape(*, weekend: bool) -> list[float]:
    """Utilisation of the servers that are not AI by hour of the day."""
    hour = np.arange(24)
    use = (0.72 + 0.22 * np.sin(2 * np.pi * (hour - 9) / 24)) * (0.85 if weekend else 1.0)
    return [round(value, 6) for value in np.clip(use, 0.3, 1.0).tolist()]


def slope(weather: WeatherYear) -> Hours:
    """Facility MW per IT MW in every hour."""
    wet_bulb = wet_bulb_c(weather.temp_air_c, weather.relative_humidity_pct)
    cop = COOLING["cop_reference"] - COOLING["cop_per_degree"] * (wet_bulb - COOLING["reference_c"])
    return np.asarray(1 + 1 / np.clip(cop, COOLING["cop_min"], COOLING["cop_max"]) + AUXILIARY, dtype=np.float64)
