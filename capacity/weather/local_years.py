"""From hours in UTC to whole local years: UTC+7, hours by their beginning, 8760 or 8784 of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from capacity.weather.problems import ChoiceError
from capacity.weather.samples import CALENDAR_YEAR, Samples
from capacity.weather.series import END_OF_28_FEBRUARY, UTC_OFFSET_HOURS, Hours, hour_starts, hours_of
from capacity.weather.words import Words, words

WHOLE_FRACTION = 0.95
"""A year counts as one that the source holds when at least this share of its hours has a row."""


@dataclass(frozen=True)
class LocalYear:
    """Quantities by name in every local hour of a year, NaN where missing; what was done to get there."""

    year: int
    columns: dict[str, Hours]
    steps: tuple[Words, ...]


def whole_years(samples: Samples) -> tuple[int, ...]:
    """The local years that the samples cover."""
    years, counts = np.unique(_local_years(samples), return_counts=True)
    pairs = zip(years.tolist(), counts.tolist(), strict=True)
    return tuple(year for year, count in pairs if count >= WHOLE_FRACTION * hours_of(year))


def local_year(samples: Samples, year: int) -> LocalYear:
    """One local year of the samples. Hours without a row are NaN.

    When the source begins with the UTC year, its local year lacks the first seven hours: those of the next 1 January,
    which the source still has, stand in. A leap year without any row on 29 February takes 28 February again.
    Raises ChoiceError when the samples have no hour of the year.
    """
    if samples.is_typical:
        return _typical(samples)
    position = _position(samples, year)
    inside = (position >= 0) & (position < hours_of(year))
    if not inside.any():
        raise ChoiceError(words("choice.no_hour", year=year, first=_first(samples), last=_last(samples)))
    source = np.full(hours_of(year), -1, dtype=np.intp)
    source[position[inside]] = np.flatnonzero(inside)
    steps = [words("step.shifted", offset=UTC_OFFSET_HOURS, year=year, hours=hours_of(year))]
    if (source[:UTC_OFFSET_HOURS] < 0).all() and source[UTC_OFFSET_HOURS] >= 0:
        following = np.flatnonzero((position >= hours_of(year)) & (position < hours_of(year) + UTC_OFFSET_HOURS))
        if following.size == UTC_OFFSET_HOURS:
            source[:UTC_OFFSET_HOURS] = following
            steps.append(words("step.wrapped", hours=UTC_OFFSET_HOURS, year=year, next=year + 1))
    leap_day = slice(END_OF_28_FEBRUARY, END_OF_28_FEBRUARY + 24)
    if hours_of(year) == 8784 and (source[leap_day] < 0).all():
        source[leap_day] = source[END_OF_28_FEBRUARY - 24 : END_OF_28_FEBRUARY]
        steps.append(words("step.leap_day_repeated", year=year))
    return LocalYear(year, _taken(samples, source), tuple(steps))


def _typical(samples: Samples) -> LocalYear:
    """A typical year rolled to local time: the hours that leave it at one end come back at the other."""
    hours = hours_of(CALENDAR_YEAR)
    source = np.full(hours, -1, dtype=np.intp)
    source[_position(samples, CALENDAR_YEAR) % hours] = np.arange(samples.starts.size)
    steps = (words("step.typical_calendar", offset=UTC_OFFSET_HOURS, year=CALENDAR_YEAR),)
    return LocalYear(CALENDAR_YEAR, _taken(samples, source), steps)


def _taken(samples: Samples, source: np.ndarray[tuple[int], np.dtype[np.intp]]) -> dict[str, Hours]:
    """Every column in the order of ``source``, NaN where that is negative."""
    there = source >= 0
    columns = {}
    for name, values in samples.columns.items():
        columns[name] = np.full(source.size, np.nan)
        columns[name][there] = values[source[there]]
    return columns


def _position(samples: Samples, year: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Hours between the local beginning of the year and each sample."""
    first = hour_starts(year)[0].astype("datetime64[h]")
    local = samples.starts + np.timedelta64(UTC_OFFSET_HOURS, "h")
    return np.asarray((local - first).astype(np.int64), dtype=np.intp)


def _local_years(samples: Samples) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    local = samples.starts + np.timedelta64(UTC_OFFSET_HOURS, "h")
    return np.asarray(local.astype("datetime64[Y]").astype(np.int64) + 1970)


def _first(samples: Samples) -> str:
    return _shown(samples.starts[0])


def _last(samples: Samples) -> str:
    return _shown(samples.starts[-1])


def _shown(start: np.datetime64) -> str:
    return str(np.datetime_as_string(start + np.timedelta64(UTC_OFFSET_HOURS, "h"), unit="m"))
