"""PV output from irradiance: position of the sun, irradiance on the module, cell temperature, inverter."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from capacity.weather.series import UTC_OFFSET_HOURS, Hours, WeatherYear, hours_of

if TYPE_CHECKING:
    import pandas as pd

TILT_DEG = 10.0
AZIMUTH_DEG = 180.0
DC_AC_RATIO = 1.2
SYSTEM_LOSS_FRACTION = 0.14
TEMPERATURE_COEFFICIENT_PER_C = -0.0035
ALBEDO = 0.2
INVERTER_EFFICIENCY = 0.96
_MODULE_WIND_HEIGHT_M = 10.0


@dataclass(frozen=True)
class SunPosition:
    """Position of the sun at a moment of every hour, degrees, and irradiance outside the atmosphere, W/m2."""

    zenith_deg: Hours
    apparent_zenith_deg: Hours
    azimuth_deg: Hours
    extraterrestrial_w_m2: Hours
    day_of_year: Hours

    @property
    def horizontal_extraterrestrial_w_m2(self) -> Hours:
        """Irradiance outside the atmosphere on the horizontal, W/m2; zero while the sun is below the horizon."""
        return np.asarray(self.extraterrestrial_w_m2 * np.maximum(np.cos(np.radians(self.zenith_deg)), 0.0))


def middle_of_hours(year: int, at_h: float = 0.5) -> pd.DatetimeIndex:
    """Half past every hour of a year, or ``at_h`` of an hour after its beginning, with the time zone."""
    import pandas as pd  # pandas and pvlib take seconds to import, which reading a folder should not cost

    zone = dt.timezone(dt.timedelta(hours=UTC_OFFSET_HOURS))
    first = dt.datetime(year, 1, 1, tzinfo=zone) + dt.timedelta(hours=at_h)
    return pd.date_range(first, periods=hours_of(year), freq="h")


def sun_position(year: int, latitude_deg: float, longitude_deg: float, at_h: float = 0.5) -> SunPosition:
    """Where the sun stands at half past every hour of a year (or at ``at_h``), by pvlib's ephemeris (0.01°)."""
    from pvlib import irradiance, solarposition

    middle = middle_of_hours(year, at_h)
    sun = solarposition.get_solarposition(middle, latitude_deg, longitude_deg, method="ephemeris")
    return SunPosition(
        zenith_deg=sun["zenith"].to_numpy(dtype=np.float64),
        apparent_zenith_deg=sun["apparent_zenith"].to_numpy(dtype=np.float64),
        azimuth_deg=sun["azimuth"].to_numpy(dtype=np.float64),
        extraterrestrial_w_m2=np.asarray(irradiance.get_extra_radiation(middle), dtype=np.float64),
        day_of_year=np.asarray(middle.dayofyear, dtype=np.float64),
    )


def pv_capacity_factor(
    weather: WeatherYear,
    *,
    tilt_deg: float = TILT_DEG,
    azimuth_deg: float = AZIMUTH_DEG,
    dc_ac_ratio: float = DC_AC_RATIO,
    system_loss_fraction: float = SYSTEM_LOSS_FRACTION,
    sun: SunPosition | None = None,
) -> Hours:
    """AC power of 1 kWp DC in every hour, kW, in [0, 1 / dc_ac_ratio]; shape (8760 or 8784,).

    Azimuth is clockwise from north. Hay-Davies transposition, Fresnel losses of the beam, SAPM cell temperature of an
    open-rack glass-polymer module, PVWatts V5 module and inverter (Dobos 2014, NREL/TP-6A20-62641), all by pvlib.
    System losses (soiling, shading, mismatch, wiring, availability) come off the DC side; 0.14 is PVWatts' default.
    ``sun`` is that of the weather's place and year when it is known already. Raises ValueError when the DC to AC ratio
    is not positive or losses are outside [0, 1].
    """
    if not dc_ac_ratio > 0:
        raise ValueError(f"dc_ac_ratio: {dc_ac_ratio}, must be above 0")
    if not 0 <= system_loss_fraction <= 1:
        raise ValueError(f"system_loss_fraction: {system_loss_fraction}, must be in 0 to 1")
    sun = sun or sun_position(weather.year, weather.latitude_deg, weather.longitude_deg)
    return ac_power(
        sun,
        ghi_w_m2=weather.ghi_w_m2,
        dni_w_m2=weather.dni_w_m2,
        dhi_w_m2=weather.dhi_w_m2,
        temp_air_c=weather.temp_air_c,
        wind_speed_10_m_m_s=weather.wind_speed_m_s * (_MODULE_WIND_HEIGHT_M / weather.wind_height_m) ** (1 / 7),
        tilt_deg=tilt_deg,
        azimuth_deg=azimuth_deg,
        dc_ac_ratio=dc_ac_ratio,
        system_loss_fraction=system_loss_fraction,
    )


def ac_power(
    sun: SunPosition,
    *,
    ghi_w_m2: Hours,
    dni_w_m2: Hours,
    dhi_w_m2: Hours,
    temp_air_c: Hours,
    wind_speed_10_m_m_s: Hours,
    tilt_deg: float,
    azimuth_deg: float,
    dc_ac_ratio: float,
    system_loss_fraction: float,
) -> Hours:
    """AC kW of 1 kWp for given irradiances and sun (see `pv_capacity_factor`)."""
    from pvlib import iam, inverter, irradiance, pvsystem, temperature

    beam = np.where(sun.zenith_deg < 90, dni_w_m2, 0.0)
    plane = irradiance.get_total_irradiance(
        tilt_deg,
        azimuth_deg,
        sun.apparent_zenith_deg,
        sun.azimuth_deg,
        beam,
        ghi_w_m2,
        dhi_w_m2,
        dni_extra=sun.extraterrestrial_w_m2,
        albedo=ALBEDO,
        model="haydavies",
    )
    incidence = irradiance.aoi(tilt_deg, azimuth_deg, sun.apparent_zenith_deg, sun.azimuth_deg)
    effective = np.nan_to_num(plane["poa_direct"]) * iam.physical(incidence) + np.nan_to_num(plane["poa_diffuse"])
    module = temperature.TEMPERATURE_MODEL_PARAMETERS["sapm"]["open_rack_glass_polymer"]
    cell_c = temperature.sapm_cell(effective, temp_air_c, wind_speed_10_m_m_s, **module)
    dc_kw = pvsystem.pvwatts_dc(effective, cell_c, 1.0, TEMPERATURE_COEFFICIENT_PER_C) * (1 - system_loss_fraction)
    inverter_dc_kw = 1 / dc_ac_ratio / INVERTER_EFFICIENCY
    # The inverter's formula divides by the DC power and overflows for the tiniest; it gives no AC below 0.6 % load.
    usable_kw = np.where(dc_kw > 1e-12 * inverter_dc_kw, dc_kw, 0.0)
    ac_kw = inverter.pvwatts(usable_kw, inverter_dc_kw, eta_inv_nom=INVERTER_EFFICIENCY)
    return np.clip(np.asarray(ac_kw, dtype=np.float64), 0.0, min(1.0, 1 / dc_ac_ratio))
