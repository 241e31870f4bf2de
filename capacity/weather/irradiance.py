"""The three irradiances of an hour: global, direct normal and diffuse, and any of them from the other two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from capacity.weather.gaps import Flags, interpolated
from capacity.weather.photovoltaics import SunPosition, sun_position
from capacity.weather.samples import MIDDLE_OF_THE_HOUR, Place
from capacity.weather.series import Hours

_LEAST_RATIO_W_M2 = 20.0
"""Below this irradiance outside the atmosphere a ratio to it says nothing of the clouds."""


@dataclass(frozen=True)
class Irradiance:
    """Global, direct normal and diffuse irradiance in W/m2, NaN where missing."""

    ghi_w_m2: Hours
    dni_w_m2: Hours
    dhi_w_m2: Hours


@dataclass(frozen=True)
class Completed:
    """Irradiance without a gap, which hours of the global one were interpolated, and how many were split by Erbs."""

    irradiance: Irradiance
    interpolated: Flags
    split_hours: int


def at_middle_of_hours(found: Irradiance, year: int, place: Place, at_h: float, sun: SunPosition) -> Irradiance:
    """Irradiance of instants ``at_h`` after the beginning of every hour as that of the middles of the hours.

    Its ratio to the irradiance outside the atmosphere is drawn as a straight line through the instants and read at half
    past, times what stands outside then. What is missing stays missing.
    """
    if at_h == MIDDLE_OF_THE_HOUR:
        return found
    then = sun_position(year, place.latitude_deg, place.longitude_deg, at_h)
    hours = np.arange(found.ghi_w_m2.size)

    def moved(values: Hours, outside_then: Hours, outside: Hours) -> Hours:
        known = np.isfinite(values) & (then.horizontal_extraterrestrial_w_m2 > _LEAST_RATIO_W_M2)
        if not known.any():
            return values
        ratios = np.interp(hours + MIDDLE_OF_THE_HOUR, hours[known] + at_h, values[known] / outside_then[known])
        return np.asarray(np.where(np.isnan(values), np.nan, ratios * outside))

    level_then, level = then.horizontal_extraterrestrial_w_m2, sun.horizontal_extraterrestrial_w_m2
    normal = np.where(level > 0, sun.extraterrestrial_w_m2, 0.0)
    return Irradiance(
        moved(found.ghi_w_m2, level_then, level),
        moved(found.dni_w_m2, then.extraterrestrial_w_m2, normal),
        moved(found.dhi_w_m2, level_then, level),
    )


def closed(found: Irradiance, sun: SunPosition) -> Irradiance:
    """Zero at night where nothing was measured; by day each missing one of the three that the other two give.

    Global = diffuse + direct normal × cos(zenith); the direct one by pvlib, which makes it zero near the horizon.
    """
    from pvlib import irradiance

    cos_zenith = np.maximum(np.cos(np.radians(sun.zenith_deg)), 0.0)
    is_night = sun.zenith_deg >= 90
    ghi, dni, dhi = (
        np.where(is_night & np.isnan(values), 0.0, values)
        for values in (found.ghi_w_m2, found.dni_w_m2, found.dhi_w_m2)
    )
    ghi = np.where(np.isnan(ghi), dhi + dni * cos_zenith, ghi)
    dhi = np.where(np.isnan(dhi), np.clip(ghi - dni * cos_zenith, 0.0, None), dhi)
    lacks_direct = np.isnan(dni) & np.isfinite(ghi) & np.isfinite(dhi)
    if lacks_direct.any():
        direct = np.nan_to_num(np.asarray(irradiance.dni(ghi, dhi, sun.zenith_deg), dtype=np.float64))
        dni = np.where(lacks_direct, np.minimum(direct, sun.extraterrestrial_w_m2), dni)
    return Irradiance(ghi, dni, dhi)


def completed(found: Irradiance, sun: SunPosition) -> Completed:
    """The three irradiances of every hour: closed, gaps of the global one interpolated, the rest split by Erbs."""
    from pvlib import irradiance

    near = closed(found, sun)
    missing = np.isnan(near.ghi_w_m2)
    level = interpolated(near.ghi_w_m2, sun.horizontal_extraterrestrial_w_m2)
    near = closed(Irradiance(level, near.dni_w_m2, near.dhi_w_m2), sun)
    split = np.isnan(near.dni_w_m2) | np.isnan(near.dhi_w_m2)
    if not split.any():
        return Completed(near, missing, 0)
    erbs = irradiance.erbs(near.ghi_w_m2, sun.zenith_deg, sun.day_of_year)
    direct, diffuse = (np.nan_to_num(np.asarray(erbs[name], dtype=np.float64)) for name in ("dni", "dhi"))
    whole = Irradiance(
        near.ghi_w_m2,
        np.where(split, np.maximum(direct, 0.0), near.dni_w_m2),
        np.where(split, np.clip(diffuse, 0.0, near.ghi_w_m2), near.dhi_w_m2),
    )
    return Completed(whole, missing, int(split.sum()))
