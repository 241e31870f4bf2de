"""Weather of the reference provinces: the published recipe, turned into what a weather file holds.

The recipe: clearness of a day and of an hour and the logarithm of wind speed are AR(1) series, part of them common to
all sites; the rainy season is in the middle of the year, the strong monsoon at its turn. Two things are fixed
afterwards, on the capacity factors of the planner's own PV and wind models: PV has a mean of 0.17, wind of 0.32 (from
site to site 2 % more) in a year of average wind, and the year's wind is then a few per cent better or worse.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq
from scipy.signal import lfilter

from capacity.hourly import Hours
from capacity.weather import WeatherYear, pv_capacity_factor, wet_bulb_c, wind_capacity_factor

HOURS, DAYS = 8760, 365
CALENDAR = 2026
"""A common year; other years lay the same hours on their calendar."""
LATITUDE_DEG, LONGITUDE_DEG = 9.18, 105.0
"""Solar noon is at 12:00 of UTC+7."""
HUB_M = 100.0
"""Height of the wind speeds: that of the hub, so that no profile changes them."""
PV_MEAN, WIND_MEAN, WIND_BY_SITE = 0.17, 0.32, 0.02
TILT_DEG, AZIMUTH_DEG, DC_AC_RATIO = 10.0, 180.0, 1.0
HUMIDITY_PCT = 80.0
PRESSURE_HPA = 1010.0
SOLAR_CONSTANT_W_M2 = 1361.0
LOWEST_SUN = 0.065
"""Sine of the sun's height below which light is counted as diffuse."""


def ar1(stream: np.random.Generator, size: int, persistence: float) -> Hours:
    """A stationary AR(1) series of unit variance."""
    noise = stream.standard_normal(size + 200)
    series = lfilter([np.sqrt(1 - persistence**2)], [1, -persistence], noise)[200:]
    return np.asarray(series, dtype=np.float64)


def reference_weather(site_ids: list[str], seed: int, scenario: int = 0) -> dict[str, WeatherYear]:
    """The year of every site; sites of one seed and scenario share the province's clouds, wind and quality of the year.

    A site's own part depends on its place in the list alone, so that more sites change nothing of the first.
    """
    common = np.random.default_rng([seed, 1000 * scenario])
    cloudy_days, windy, wind_of_year = ar1(common, DAYS, 0.5), ar1(common, HOURS, 0.985), common.standard_normal()
    return {
        site_id: _of_site(
            site_id, place, seed, np.random.default_rng([seed, 1000 * scenario + 1 + place]),
            np.repeat(cloudy_days, 24), windy, 1 + 0.04 * wind_of_year,
        )
        for place, site_id in enumerate(site_ids)
    }  # fmt: skip


def _of_site(
    site_id: str, place: int, seed: int, own: np.random.Generator, cloudy: Hours, windy: Hours, of_year: float
) -> WeatherYear:
    hour, day = np.arange(HOURS) % 24, np.arange(HOURS) // 24
    rainy = 0.5 - 0.5 * np.cos(2 * np.pi * (day - 30) / DAYS)
    clearness = 0.80 - 0.22 * rainy + 0.13 * cloudy + 0.07 * ar1(own, HOURS, 0.8)
    log_wind = 0.33 * (0.93 * windy + 0.37 * ar1(own, HOURS, 0.95))
    year_angle = 2 * np.pi * (day - 10) / DAYS
    monsoon = 1 + 0.30 * np.cos(year_angle) - 0.08 * np.cos(2 * year_angle)
    speed = 7.0 * monsoon * (1 + 0.10 * np.sin(2 * np.pi * (hour - 10) / 24)) * np.exp(log_wind)
    wet_bulb = (
        24.6
        + 1.2 * np.sin(2 * np.pi * (day - 60) / DAYS)
        + 1.4 * np.sin(2 * np.pi * (hour - 9) / 24)
        + 0.8 * ar1(own, HOURS, 0.97)
    )

    def weather(clear_factor: float, wind_factor: float) -> WeatherYear:
        return _weather(site_id, seed, clear_factor * clearness, wind_factor * speed, wet_bulb)

    mean_wind = WIND_MEAN * (1 + WIND_BY_SITE * (place % 4 - 1.5))
    wind = _reach(mean_wind, lambda factor: _wind(weather(1.0, factor)))
    clear = _reach(PV_MEAN, lambda factor: _pv(weather(factor, wind * of_year)))
    return weather(clear, wind * of_year)


def _pv(weather: WeatherYear) -> float:
    output = pv_capacity_factor(
        weather, tilt_deg=TILT_DEG, azimuth_deg=AZIMUTH_DEG, dc_ac_ratio=DC_AC_RATIO, system_loss_fraction=0.0
    )
    return float(output.mean())


def _wind(weather: WeatherYear) -> float:
    return float(wind_capacity_factor(weather, hub_height_m=HUB_M, loss_fraction=0.0).mean())


def _reach(target: float, mean: Callable[[float], float]) -> float:
    """The factor at which a rising mean is the target, to a millionth."""
    return float(brentq(lambda factor: mean(factor) - target, 0.3, 2.5, xtol=1e-6))


def _weather(site_id: str, seed: int, clearness: Hours, speed: Hours, wet_bulb: Hours) -> WeatherYear:
    hour, day = np.arange(HOURS) % 24, np.arange(HOURS) // 24
    declination = np.radians(23.45) * np.sin(2 * np.pi * (284 + day + 1) / DAYS)
    angle = np.radians(15) * (hour + 0.5 - 12)
    latitude = np.radians(LATITUDE_DEG)
    sine = np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.cos(angle)
    up = np.clip(sine, 0.0, 1.0)
    outside = SOLAR_CONSTANT_W_M2 * up
    global_light = np.minimum(1000.0 * up**1.15 * np.clip(clearness, 0.08, 1.1), outside)
    diffuse = global_light * diffuse_fraction(np.divide(global_light, outside, out=np.zeros(HOURS), where=outside > 0))
    low_sun = up < LOWEST_SUN
    diffuse = np.where(low_sun, global_light, diffuse)
    direct = np.divide(global_light - diffuse, up, out=np.zeros(HOURS), where=~low_sun)
    return WeatherYear(
        site_id=site_id,
        year=CALENDAR,
        ghi_w_m2=np.round(global_light, 2),
        dni_w_m2=np.round(direct, 2),
        dhi_w_m2=np.round(diffuse, 2),
        temp_air_c=np.round(dry_bulb_c(wet_bulb), 3),
        relative_humidity_pct=np.full(HOURS, HUMIDITY_PCT),
        wind_speed_m_s=np.round(speed, 3),
        wind_height_m=HUB_M,
        pressure_hpa=PRESSURE_HPA,
        latitude_deg=LATITUDE_DEG,
        longitude_deg=LONGITUDE_DEG,
        provenance={
            "standing": "synthetic",
            "source": "assumption: random series with the means and persistence of the reference problems",
            "method": "AR(1) clearness and wind speed, calibrated on capacity factors (tests/benchmarks)",
            "seed": str(seed),
            "notice_vi": "Khí tượng ngẫu nhiên của bài toán chuẩn, không phải số đo",
            "notice_en": "Random weather of a reference problem, not measured",
        },
        is_synthetic=True,
    )


def diffuse_fraction(clearness_index: Hours) -> Hours:
    """Diffuse share of global light by Erbs, Klein and Duffie, Solar Energy 28 (1982)."""
    k = clearness_index
    middle = 0.9511 - 0.1604 * k + 4.388 * k**2 - 16.638 * k**3 + 12.336 * k**4
    return np.asarray(np.where(k <= 0.22, 1.0 - 0.09 * k, np.where(k <= 0.80, middle, 0.165)), dtype=np.float64)


def dry_bulb_c(wet_bulb: Hours) -> Hours:
    """Air temperature at which Stull's wet bulb is the given one, at the humidity of the file."""
    dry = np.linspace(10.0, 45.0, 3501)
    wet = wet_bulb_c(dry, np.full(dry.size, HUMIDITY_PCT))
    return np.asarray(np.interp(wet_bulb, wet, dry), dtype=np.float64)
