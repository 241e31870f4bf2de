"""Humid air: wet-bulb temperature, which decides what cooling plants can do, and humidity from the dew point."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def wet_bulb_c(
    temp_air_c: npt.NDArray[np.float64], relative_humidity_pct: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Wet-bulb temperature in °C from dry bulb in °C and relative humidity in per cent; arrays of one shape.

    R. Stull, "Wet-Bulb Temperature from Relative Humidity and Air Temperature", J. Appl. Meteor. Climatol. 50 (2011),
    equation 1, at 1013.25 hPa. Valid for 5 to 99 % and −20 to 50 °C (except cold, dry air); its error there is −1.0 to
    +0.65 °C, less than 0.3 °C on average. Humidity is held at 5 % and 100 %, and the result never exceeds the dry bulb
    (the regression does by up to 0.2 °C near saturation).
    """
    humidity = np.clip(relative_humidity_pct, 5.0, 100.0)
    wet_bulb = (
        temp_air_c * np.arctan(0.151977 * np.sqrt(humidity + 8.313659))
        + np.arctan(temp_air_c + humidity)
        - np.arctan(humidity - 1.676331)
        + 0.00391838 * humidity**1.5 * np.arctan(0.023101 * humidity)
        - 4.686035
    )
    return np.minimum(wet_bulb, temp_air_c)


def vapour_pressure_hpa(temp_c: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Saturation vapour pressure over water in hPa at a temperature in °C, WMO No. 8 (2018), annex 4.B."""
    return np.asarray(6.112 * np.exp(17.62 * temp_c / (243.12 + temp_c)))


def relative_humidity_pct(
    temp_air_c: npt.NDArray[np.float64], dew_point_c: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Relative humidity in per cent, at most 100, of air in °C with a dew point in °C; arrays of one shape."""
    return np.minimum(100 * vapour_pressure_hpa(dew_point_c) / vapour_pressure_hpa(temp_air_c), 100.0)
