"""Irradiance of a cloudless sky."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from capacity.weather.photovoltaics import SunPosition, middle_of_hours
from capacity.weather.series import Hours


@dataclass(frozen=True)
class ClearSky:
    """Global and direct normal irradiance in the middle of every hour, W/m2, shape (8760 or 8784,)."""

    ghi_w_m2: Hours
    dni_w_m2: Hours


def clear_sky(year: int, latitude_deg: float, longitude_deg: float, sun: SunPosition) -> ClearSky:
    """Ineichen and Perez' model with the turbidity that pvlib ships; zero while the sun is below the horizon."""
    from pvlib import atmosphere, clearsky

    middle = middle_of_hours(year)
    turbidity = np.asarray(clearsky.lookup_linke_turbidity(middle, latitude_deg, longitude_deg))
    zenith = np.minimum(sun.apparent_zenith_deg, 89.9)
    airmass = atmosphere.get_absolute_airmass(atmosphere.get_relative_airmass(zenith))
    clear = clearsky.ineichen(zenith, airmass, turbidity, dni_extra=sun.extraterrestrial_w_m2)
    is_up = sun.apparent_zenith_deg < 90
    ghi, dni = (np.where(is_up, np.asarray(clear[name], dtype=np.float64), 0.0) for name in ("ghi", "dni"))
    return ClearSky(ghi, dni)
