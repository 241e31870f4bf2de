"""Weather files made from services and other people's files: which sites, where the values hold, what is written."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from capacity.inputs.sites import Site
from capacity.weather import (
    FAR_AWAY_KM,
    ChoiceError,
    Place,
    Prepared,
    Samples,
    Wanted,
    Words,
    checked_content,
    distance_km,
    prepare,
    words,
    write_content,
)
from capacity.weather.sources import (
    TIMEOUT_S,
    FileOptions,
    fetch_nasa_power,
    fetch_pvgis_typical,
    fetch_pvgis_years,
    read_source,
    with_humidity,
)

Service = Literal["nasa-power", "pvgis"]
SERVICES: tuple[Service, ...] = ("nasa-power", "pvgis")
YEARS_OF_A_TYPICAL_ONE = 10


class WeatherFileExistsError(Exception):
    """Files that would be overwritten without having been told to; nothing was asked for and nothing written."""

    def __init__(self, paths: Sequence[Path]) -> None:
        super().__init__(", ".join(map(str, paths)))
        self.paths = tuple(paths)


@dataclass(frozen=True)
class Target:
    """A weather file to write: the site it is for, where that is, and the other sites that read the same file."""

    site_id: str
    place: Place | None
    path: Path
    shared_with: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fetching:
    """What to fetch. ``first_year`` and ``last_year`` bound a typical year; addresses are those of pvlib by default."""

    service: Service
    wanted: Wanted
    first_year: int | None = None
    last_year: int | None = None
    nasa_power_url: str | None = None
    pvgis_url: str | None = None
    timeout_s: float = TIMEOUT_S


@dataclass(frozen=True)
class Written:
    """A file that was written, what is in it, and where the one that stood there before is kept."""

    target: Target
    prepared: Prepared
    remarks: tuple[Words, ...]
    kept: Path | None


Progress = Callable[[str], None]


def targets_of(folder: Path, sites: Iterable[Site]) -> tuple[Target, ...]:
    """One target for each weather file that the sites name, at the place of the first site that names it."""
    found: dict[str, Target] = {}
    for site in sites:
        known = found.get(site.weather_file)
        if known is None:
            place = Place(site.latitude_deg, site.longitude_deg, site.elevation_m)
            found[site.weather_file] = Target(site.id, place, folder / site.weather_file)
        else:
            found[site.weather_file] = replace(known, shared_with=(*known.shared_with, site.id))
    return tuple(found.values())


def fetch_weather(
    targets: Sequence[Target],
    asked: Fetching,
    today: dt.date,
    *,
    is_forced: bool = False,
    tell: Progress = lambda _: None,
) -> tuple[Written, ...]:
    """Asks a service for the weather of every target; writes all files once all are there, or none.

    Raises WeatherFileExistsError before anything is asked for, ServiceError, SourceError and ChoiceError as the rooms
    below do, OSError when a file cannot be written.
    """
    refuse_existing(targets, is_forced=is_forced)
    _check_years(asked, today)
    made = []
    for target in targets:
        tell(target.site_id)
        if target.place is None:
            raise ValueError(f"{target.site_id}: no place to ask for")
        samples = _asked(target.place, asked, today)
        made.append((target, samples, prepare(samples, target.site_id, asked.wanted, today)))
    return _write(made)


def import_weather(
    file: Path, target: Target, options: FileOptions, wanted: Wanted, today: dt.date, *, is_forced: bool = False
) -> Written:
    """Turns a file of another format into a weather file.

    Raises WeatherFileExistsError, SourceError with everything that is wrong with the file, ChoiceError, OSError.
    """
    refuse_existing([target], is_forced=is_forced)
    samples = read_source(file, options)
    (written,) = _write([(target, samples, prepare(samples, target.site_id, wanted, today))])
    return written


def refuse_existing(targets: Iterable[Target], *, is_forced: bool) -> None:
    """Raises WeatherFileExistsError when a file would be overwritten."""
    there = [target.path for target in targets if os.path.lexists(target.path)]
    if there and not is_forced:
        raise WeatherFileExistsError(there)


def _check_years(asked: Fetching, today: dt.date) -> None:
    first, last = _years(asked, today)
    if last >= today.year:
        raise ChoiceError(words("choice.year_not_over", year=last, last=today.year - 1))
    if first > last:
        raise ChoiceError(words("choice.years_reversed", first=first, last=last))


def _years(asked: Fetching, today: dt.date) -> tuple[int, int]:
    """First and last local year to ask for; a typical year's last is two years back, as archives lag by months."""
    if asked.wanted.year is not None:
        return asked.wanted.year, asked.wanted.year
    last = asked.last_year if asked.last_year is not None else today.year - 2
    first = asked.first_year if asked.first_year is not None else last - YEARS_OF_A_TYPICAL_ONE + 1
    return first, last


def _asked(place: Place, asked: Fetching, today: dt.date) -> Samples:
    first, last = _years(asked, today)
    if asked.service == "pvgis" and asked.wanted.is_typical:
        bounds = (asked.first_year, asked.last_year)
        return fetch_pvgis_typical(place, today, years=bounds, url=asked.pvgis_url, timeout_s=asked.timeout_s)
    power = fetch_nasa_power(place, first, last, today, url=asked.nasa_power_url, timeout_s=asked.timeout_s)
    if asked.service == "nasa-power":
        return power
    series = fetch_pvgis_years(place, first, last, today, url=asked.pvgis_url, timeout_s=asked.timeout_s)
    return with_humidity(series, power)


def _write(made: Sequence[tuple[Target, Samples, Prepared]]) -> tuple[Written, ...]:
    """Writes all files; what none of them may hold is found before the first is written."""
    contents = [checked_content(prepared.weather) for _, _, prepared in made]
    written = []
    for (target, samples, prepared), content in zip(made, contents, strict=True):
        target.path.parent.mkdir(parents=True, exist_ok=True)
        kept = _kept(target.path)
        write_content(target.path, content)
        remarks = (*prepared.remarks, *_far_away(target, samples))
        written.append(Written(target, prepared, remarks, kept))
    return tuple(written)


def _kept(path: Path) -> Path | None:
    """Keeps the file that stands at a path under the first free name of FILE.bak, FILE.bak1 and so on."""
    if not path.exists():
        return None
    number = 0
    while os.path.lexists(backup := path.with_name(f"{path.name}.bak{number or ''}")):
        number += 1
    try:
        os.link(path, backup)
    except OSError:  # a file system without hard links
        shutil.copy2(path, backup)
    return backup


def _far_away(target: Target, samples: Samples) -> tuple[Words, ...]:
    if target.place is None:
        return ()
    km = distance_km(target.place, samples.place)
    return (words("step.far_away", km=f"{km:.0f}", site=target.site_id),) if km > FAR_AWAY_KM else ()
