"""Hours for the charts: the carbon-free heat map of every year, and every site's week of the peak grid import."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from capacity.accounts import SiteSeries

WEEK = 168
HourlyMw = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Week:
    """One week of a site (None: all sites together) from ``start``, MW by series; ``price``: VND/kWh, one site only.

    series: grid (without the matched DPPA), dppa, each technology as used, discharge; load and charge beside them.
    """

    site: str | None
    year: int
    start: dt.date
    sources: Mapping[str, HourlyMw]
    load: HourlyMw
    charge: HourlyMw
    price: HourlyMw | None


@dataclass(frozen=True)
class HourlyFigures:
    """``carbon_free``: year -> carbon-free fraction of every hour, NaN without load."""

    carbon_free: Mapping[int, HourlyMw]
    weeks: tuple[Week, ...]


NO_HOURS = HourlyFigures({}, ())


def hourly_figures(carbon_free: Mapping[int, HourlyMw], series: Iterable[SiteSeries]) -> HourlyFigures:
    """Weeks of all sites together, then of every site, by year."""
    by_year: dict[int, list[SiteSeries]] = defaultdict(list)
    for one in series:
        by_year[one.year].append(one)
    weeks = [_week(None, year, many) for year, many in sorted(by_year.items())]
    weeks += [_week(one.site, year, [one]) for year, many in sorted(by_year.items()) for one in many]
    # a site that draws nothing has no axis to be drawn on
    weeks = [week for week in weeks if week.sources]
    return HourlyFigures(carbon_free, tuple(weeks))


def _week(site: str | None, year: int, series: list[SiteSeries]) -> Week:
    grid = np.sum([one.grid_mw for one in series], axis=0)
    first = _first_hour(year, int(np.argmax(grid)), grid.size)
    hours = slice(first, first + WEEK)
    matched = np.sum([one.dppa_matched_mw for one in series], axis=0)
    sources: dict[str, HourlyMw] = {"grid": grid - matched, "dppa": matched}
    for one in series:
        for technology, used in _used(one).items():
            sources[technology] = sources.get(technology, 0.0) + used
    sources["discharge"] = np.sum([one.discharge_mw for one in series], axis=0)
    return Week(
        site,
        year,
        dt.date(year, 1, 1) + dt.timedelta(hours=first),
        {name: values[hours] for name, values in sources.items() if values.any()},
        np.sum([one.load_mw for one in series], axis=0)[hours],
        np.sum([one.charge_mw for one in series], axis=0)[hours],
        series[0].price_vnd_per_kwh[hours] if site is not None else None,
    )


def _first_hour(year: int, peak: int, hours: int) -> int:
    """First hour of the Monday-to-Sunday week of an hour, moved into the year at its ends."""
    monday = peak // 24 - (dt.date(year, 1, 1) + dt.timedelta(days=peak // 24)).weekday()
    return min(max(monday, 0) * 24, hours - WEEK)


def _used(series: SiteSeries) -> dict[str, HourlyMw]:
    """Output of every technology that is used or stored; what is curtailed is taken off in proportion."""
    produced = (
        np.sum(list(series.generation_mw.values()), axis=0) if series.generation_mw else np.zeros_like(series.load_mw)
    )
    kept = np.divide(produced - series.curtailed_mw, produced, out=np.zeros_like(series.load_mw), where=produced > 0)
    return {technology: output * kept for technology, output in series.generation_mw.items()}


def hourly_data(figures: HourlyFigures) -> dict[str, Any]:
    """The hours as compact lists: CFE in whole percent (None without load), MW to the kW."""
    return {
        "heat": {
            str(year): [None if np.isnan(value) else round(100 * float(value)) for value in values]
            for year, values in figures.carbon_free.items()
        },
        "weeks": [
            {
                "site": week.site,
                "year": week.year,
                "start": week.start.isoformat(),
                "sources": {name: _rounded(values) for name, values in week.sources.items()},
                "load": _rounded(week.load),
                "charge": _rounded(week.charge),
                "price": None if week.price is None else [round(float(value), 1) for value in week.price],
            }
            for week in figures.weeks
        ],
    }


def _rounded(values: HourlyMw) -> list[float]:
    return [round(float(value), 3) for value in values]
