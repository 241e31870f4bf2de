"""Weather brought to capacity factors that are known, by scaling wind speed and irradiance within what can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from capacity.weather import photovoltaics, wind
from capacity.weather.clear_sky import ClearSky, clear_sky
from capacity.weather.photovoltaics import SunPosition, pv_capacity_factor, sun_position
from capacity.weather.problems import ChoiceError
from capacity.weather.series import WeatherYear
from capacity.weather.wind import wind_capacity_factor
from capacity.weather.words import Words, words

LEAST_FACTOR, LARGEST_FACTOR = 0.2, 5.0
USUAL_FACTORS = (0.75, 1.33)
"""Assumption: beyond these the source and the known capacity factor describe different places or plants."""
MOST_WIND_M_S = 60.0
"""Assumption: no hourly mean wind above it is made; the strongest typhoons of the region had such 10-minute means."""
_STEP = 1.25


@dataclass(frozen=True)
class Calibrated:
    """The scaled weather, what was done (for the provenance) and remarks to the person who asked."""

    weather: WeatherYear
    steps: tuple[Words, ...]
    remarks: tuple[Words, ...]


def calibrated(
    weather: WeatherYear, *, pv_capacity_factor: float | None = None, wind_capacity_factor: float | None = None
) -> Calibrated:
    """The weather whose default plants have the given yearly capacity factors (those of ``describe``), None: as it is.

    Wind first, for PV feels the wind. Every hour's value rises with the factor that is found, so the order of the hours
    stays. Raises ChoiceError when a capacity factor is out of reach.
    """
    steps: list[Words] = []
    factors: list[float] = []
    if wind_capacity_factor is not None:
        weather, factor, step = _with_wind(weather, wind_capacity_factor)
        steps.append(step)
        factors.append(factor)
    if pv_capacity_factor is not None:
        weather, factor, step = _with_pv(weather, pv_capacity_factor)
        steps.append(step)
        factors.append(factor)
    low, high = USUAL_FACTORS
    remarks = [
        words("step.unusual_factor", factor=factor, low=low, high=high)
        for factor in factors
        if not low <= factor <= high
    ]
    return Calibrated(weather, tuple(steps), tuple(remarks))


def scaled_wind(weather: WeatherYear, factor: float) -> WeatherYear:
    """Wind speed times a factor; no hour is brought above `MOST_WIND_M_S`, none that is there already lowered by it."""
    most = np.maximum(weather.wind_speed_m_s, MOST_WIND_M_S)
    return replace(weather, wind_speed_m_s=np.minimum(factor * weather.wind_speed_m_s, most))


def scaled_irradiance(weather: WeatherYear, factor: float, sun: SunPosition, clear: ClearSky) -> WeatherYear:
    """Irradiance times a factor; no hour is brought above a cloudless sky, none that is there already lowered by it.

    The direct part keeps its share up to what a cloudless sky lets through; the rest of the global is diffuse.
    """
    ghi, dni, dhi = weather.ghi_w_m2, weather.dni_w_m2, weather.dhi_w_m2
    level = np.minimum(factor * ghi, np.maximum(ghi, clear.ghi_w_m2))
    ratio = np.divide(level, ghi, out=np.full(ghi.shape, min(factor, 1.0)), where=ghi > 0)
    direct = np.minimum(ratio * dni, np.maximum(dni, clear.dni_w_m2))
    turned_diffuse = (ratio * dni - direct) * np.maximum(np.cos(np.radians(sun.zenith_deg)), 0.0)
    return replace(weather, ghi_w_m2=level, dni_w_m2=direct, dhi_w_m2=ratio * dhi + turned_diffuse)


def _with_wind(weather: WeatherYear, target: float) -> tuple[WeatherYear, float, Words]:
    before = float(wind_capacity_factor(weather).mean())
    factor = _factor("wind", target, lambda factor: float(wind_capacity_factor(scaled_wind(weather, factor)).mean()))
    scaled = scaled_wind(weather, factor)
    said = words(
        "step.wind_scaled",
        factor=factor,
        target=target,
        before=round(before, 4),
        plant=f"{wind.TURBINE}, {wind.HUB_HEIGHT_M:g} m",
        loss=100 * wind.LOSS_FRACTION,
        most=MOST_WIND_M_S,
    )
    return scaled, factor, said


def _with_pv(weather: WeatherYear, target: float) -> tuple[WeatherYear, float, Words]:
    sun = sun_position(weather.year, weather.latitude_deg, weather.longitude_deg)
    clear = clear_sky(weather.year, weather.latitude_deg, weather.longitude_deg, sun)

    def output(factor: float) -> float:
        return float(pv_capacity_factor(scaled_irradiance(weather, factor, sun, clear), sun=sun).mean())

    before = float(pv_capacity_factor(weather, sun=sun).mean())
    factor = _factor("pv", target, output)
    said = words(
        "step.irradiance_scaled",
        factor=factor,
        target=target,
        before=round(before, 4),
        tilt=photovoltaics.TILT_DEG,
        ratio=photovoltaics.DC_AC_RATIO,
        loss=100 * photovoltaics.SYSTEM_LOSS_FRACTION,
    )
    return scaled_irradiance(weather, factor, sun, clear), factor, said


def _factor(what: str, target: float, output: Callable[[float], float]) -> float:
    """A factor at which the output meets its target, the nearest to 1 in steps of a quarter more or less.

    Output need not rise throughout (more wind is more hours of cut-out), so the step that passes the target is
    searched, not the whole range.
    """
    from scipy.optimize import brentq

    outputs = {1.0: output(1.0)}
    goes_down = outputs[1.0] >= target
    factor = 1.0
    while (outputs[factor] >= target) == goes_down:
        before, factor = factor, factor / _STEP if goes_down else factor * _STEP
        if not LEAST_FACTOR <= factor <= LARGEST_FACTOR:
            reached = outputs.values()
            places = {"least": round(min(reached), 4), "most": round(max(reached), 4)}
            limits = {"low": LEAST_FACTOR, "high": LARGEST_FACTOR}
            raise ChoiceError(words(f"choice.{what}_out_of_reach", target=target, **places, **limits))
        outputs[factor] = output(factor)
    low, high = sorted((before, factor))
    return float(brentq(lambda factor: output(factor) - target, low, high, xtol=1e-6, rtol=1e-6))
