"""A typical year out of several: for every month the one that is most like all of its kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from capacity.weather.samples import CALENDAR_YEAR, PRESSURE
from capacity.weather.series import HOURLY, Hours, month_of_hours

FEWEST_YEARS = 3
ADVISED_YEARS = 10
WEIGHTS = {"ghi_w_m2": 0.4, "wind_speed_m_s": 0.4, "temp_air_c": 0.1, "relative_humidity_pct": 0.1}
"""Assumption: sun and wind decide the energy of a plan alike, temperature and humidity its cooling.

Sandia's weights (SAND78-1601) are those of solar heating, which hardly asks for wind.
"""


def typical_months(years: Mapping[int, Mapping[str, Hours]]) -> tuple[int, ...]:
    """The year of each of the twelve months, January first, out of years without gaps.

    Finkelstein and Schafer's statistic (Biometrika 58, 1971), as in the method of Sandia's typical years: the mean
    distance between the distribution of a month's daily means and that of the same month in all years, weighted over
    the quantities by `WEIGHTS`. Of equals the earliest year is taken.
    """
    chosen = []
    for month in range(12):
        daily = {
            year: {name: _daily_means(columns[name], year, month) for name in WEIGHTS}
            for year, columns in sorted(years.items())
        }
        distances = {
            year: sum(
                weight * _distance(daily[year][name], [other[name] for other in daily.values()])
                for name, weight in WEIGHTS.items()
            )
            for year in daily
        }
        chosen.append(min(distances, key=lambda year: (distances[year], year)))
    return tuple(chosen)


def joined_months(years: Mapping[int, Mapping[str, Hours]], chosen: Sequence[int]) -> dict[str, Hours]:
    """The chosen months in a row on the calendar of `CALENDAR_YEAR`; 29 February is left out. Nothing is smoothed."""
    counts = np.bincount(month_of_hours(CALENDAR_YEAR), minlength=12)
    names = [name for name in (*HOURLY, PRESSURE) if all(name in columns for columns in years.values())]
    return {
        name: np.concatenate(
            [_month(years[year][name], year, month)[: counts[month]] for month, year in enumerate(chosen)]
        )
        for name in names
    }


def _month(values: Hours, year: int, month: int) -> Hours:
    return np.asarray(values[month_of_hours(year) == month])


def _daily_means(values: Hours, year: int, month: int) -> Hours:
    return np.asarray(_month(values, year, month).reshape(-1, 24).mean(axis=1))


def _distance(days: Hours, all_years: list[Hours]) -> float:
    """Mean distance between the empirical distribution of some days and that of all years' days, at all of them."""
    pooled = np.sort(np.concatenate(all_years))
    return float(np.abs(_distribution(days, pooled) - _distribution(pooled, pooled)).mean())


def _distribution(sample: Hours, at: Hours) -> npt.NDArray[np.float64]:
    return np.asarray(np.searchsorted(np.sort(sample), at, side="right") / sample.size)
