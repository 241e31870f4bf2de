"""The climate that synthetic years follow: the coast of the southern Mekong delta, month by month.

Nothing here is a measurement at a site. Published are the two national monthly shapes (ZNES hourly profiles of Viet
Nam, as means of the months) and the yearly figures that a site names as its targets; the rest is general knowledge of
the region, an assumption that a measured or reanalysis file in the province folder replaces.
"""

from __future__ import annotations

import numpy as np

from capacity.weather.series import Hours, hours_of, month_of_hours

NATIONAL_PV_BY_MONTH = (0.212, 0.222, 0.210, 0.177, 0.133, 0.129, 0.122, 0.132, 0.139, 0.163, 0.205, 0.168)
NATIONAL_WIND_BY_MONTH = (0.296, 0.172, 0.189, 0.071, 0.052, 0.225, 0.242, 0.143, 0.077, 0.156, 0.277, 0.411)

# Assumption: the national shape with half its swing (the delta's rainy season is less cloudy than the north's winter
# and the centre's autumn), its best months moved to February-April and its worst to June-October.
PV_SHAPE = (1.06, 1.17, 1.19, 1.12, 0.98, 0.91, 0.90, 0.93, 0.90, 0.91, 0.97, 0.97)

# Assumption: wind energy of a month above that of the lulls (April-May, September-October), for a coast that faces the
# north-east monsoon (November-March) or the south-west monsoon (June-August) fully.
LULL_WIND = 0.4
NORTHEAST_MONSOON = (1.0, 0.9, 0.65, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.1, 0.65, 1.0)
SOUTHWEST_MONSOON = (0.0, 0.0, 0.0, 0.0, 0.1, 0.75, 1.0, 0.95, 0.25, 0.0, 0.0, 0.0)
WEIBULL_SHAPE = (2.4, 2.4, 2.3, 2.0, 1.9, 2.0, 2.1, 2.1, 1.9, 1.9, 2.2, 2.4)

# Assumption: monthly means; yearly means of about 27 °C and 80 to 85 % are what is known of the province.
TEMP_AIR_C = (25.6, 26.2, 27.3, 28.5, 28.3, 27.7, 27.3, 27.2, 27.1, 27.0, 26.8, 25.9)
DEW_POINT_C = (21.8, 22.0, 22.9, 24.1, 25.0, 24.9, 24.7, 24.6, 24.7, 24.6, 23.9, 22.6)
DAILY_SWING_C = (3.4, 3.8, 4.0, 4.1, 3.7, 3.4, 3.2, 3.2, 3.2, 3.1, 3.0, 3.0)
RAINY_SEASON = (0.0, 0.0, 0.0, 0.3, 0.8, 1.0, 1.0, 1.0, 1.0, 1.0, 0.6, 0.1)
MEAN_SEA_LEVEL_PRESSURE_HPA = 1010.0


def wind_shape(northeast_exposure: float, southwest_exposure: float) -> Hours:
    """Wind energy of the months of a coast, shape (12,); only the ratios matter."""
    northeast, southwest = np.array(NORTHEAST_MONSOON), np.array(SOUTHWEST_MONSOON)
    return np.asarray(LULL_WIND + northeast_exposure * northeast + southwest_exposure * southwest)


def monthly_targets(shape: Hours, yearly: float, year: int) -> Hours:
    """Monthly means with the ratios of ``shape`` whose mean over the hours of the year is ``yearly``, shape (12,)."""
    hours = np.bincount(month_of_hours(year), minlength=12)
    return np.asarray(shape * yearly * hours.sum() / (shape @ hours))


def seasonal(monthly: tuple[float, ...] | Hours, year: int) -> Hours:
    """Hourly values on the straight lines between the middles of the months, around the year; shape (8760 or 8784,)."""
    hours = np.bincount(month_of_hours(year), minlength=12)
    middles = np.cumsum(hours) - hours / 2
    hour = np.arange(hours_of(year)) + 0.5
    return np.asarray(np.interp(hour, middles, monthly, period=float(hours_of(year))), dtype=np.float64)
