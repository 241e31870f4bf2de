"""Wind output from wind speed: hub height, air density, the turbine's power curve, cut-out."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from capacity.weather.series import Hours, WeatherYear

TURBINE = "V117/3450"
HUB_HEIGHT_M = 120.0
LOSS_FRACTION = 0.12
ROUGHNESS_LENGTH_M = 0.005


@dataclass(frozen=True)
class PowerCurve:
    """Electrical power of a turbine by wind speed at hub height, at 1.225 kg/m3."""

    wind_speed_m_s: tuple[float, ...]
    power_fraction: tuple[float, ...]


@lru_cache(maxsize=64)
def power_curve(turbine: str) -> PowerCurve:
    """The curve of a turbine type of the OpenEnergy turbine library that windpowerlib ships, relative to rated power.

    Raises ValueError for an unknown type.
    """
    from windpowerlib import WindTurbine

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an unknown type is a warning there and an error here
        curve = WindTurbine(turbine_type=turbine, hub_height=HUB_HEIGHT_M)
    if curve.power_curve is None:
        raise ValueError(f"turbine: {turbine!r} has no power curve in windpowerlib's library")
    speeds = tuple(float(speed) for speed in curve.power_curve["wind_speed"])
    return PowerCurve(speeds, tuple(float(watts) / curve.nominal_power for watts in curve.power_curve["value"]))


def wind_capacity_factor(
    weather: WeatherYear,
    *,
    hub_height_m: float = HUB_HEIGHT_M,
    loss_fraction: float = LOSS_FRACTION,
    turbine: str = TURBINE,
    roughness_length_m: float = ROUGHNESS_LENGTH_M,
    cut_out_m_s: float | None = None,
) -> Hours:
    """Net output of 1 kW of rated wind power in every hour, kW, in [0, 1]; shape (8760 or 8784,).

    windpowerlib's logarithmic profile from the measuring height to the hub (roughness 0.005 m: mudflats and shallow
    water), barometric density with a linear temperature gradient, and its density-corrected power curve. Losses are
    wake, availability and electrical together. Above ``cut_out_m_s`` at hub height (default: the end of the curve,
    25 m/s for the default turbine) the output is zero. The default turbine (117 m rotor, 3.45 MW) is an assumption:
    with it the published wind of 6.5 to 7 m/s gives the fleet's published 0.28 to 0.30. Raises ValueError for
    an unknown turbine, losses outside [0, 1] or a hub that is not above the roughness length.
    """
    from windpowerlib import density, power_output, temperature, wind_speed

    if not 0 <= loss_fraction <= 1:
        raise ValueError(f"loss_fraction: {loss_fraction}, must be in 0 to 1")
    if not hub_height_m > roughness_length_m > 0:
        raise ValueError(f"hub_height_m: {hub_height_m}, must be above the roughness length {roughness_length_m} m")
    curve = power_curve(turbine)
    at_hub = wind_speed.logarithmic_profile(
        weather.wind_speed_m_s, weather.wind_height_m, hub_height_m, roughness_length_m
    )
    hub_k = temperature.linear_gradient(weather.temp_air_c + 273.15, 2.0, hub_height_m)
    pressure_pa = np.broadcast_to(np.asarray(weather.pressure_hpa, dtype=np.float64) * 100, (weather.hours,))
    air = density.barometric(pressure_pa, 0.0, hub_height_m, hub_k)
    # Density correction moves the curve's end too; cut-out is at a speed, so the curve goes on and is cut below.
    speeds = np.array([*curve.wind_speed_m_s, 2 * curve.wind_speed_m_s[-1]])
    fractions = np.array([*curve.power_fraction, curve.power_fraction[-1]])
    gross = power_output.power_curve(at_hub, speeds, fractions, air, density_correction=True)
    cut_out = curve.wind_speed_m_s[-1] if cut_out_m_s is None else cut_out_m_s
    net = np.where(at_hub > cut_out, 0.0, gross) * (1 - loss_fraction)
    return np.clip(np.asarray(net, dtype=np.float64), 0.0, 1.0)
