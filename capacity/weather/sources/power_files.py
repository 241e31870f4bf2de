"""NASA POWER's answers saved as files, JSON or CSV, for machines that fetch nothing themselves."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from capacity.weather.foreign import reader_said, reason_of
from capacity.weather.problems import ServiceError
from capacity.weather.samples import Place, Samples
from capacity.weather.sources.file_problems import one_problem
from capacity.weather.sources.nasa_power import PARAMETERS, samples_of
from capacity.weather.words import same, words

if TYPE_CHECKING:
    import pandas as pd

HEADER_BEGINS, HEADER_ENDS = "-BEGIN HEADER-", "-END HEADER-"
_LOCATION = re.compile(r"Location:\s*[Ll]atitude\s+(-?[\d.]+)\s+[Ll]ongitude\s+(-?[\d.]+)")
_ELEVATION = re.compile(r"Elevation.*=\s*(-?[\d.]+)\s*meters", re.IGNORECASE)
_STANDARD = re.compile(r"\bin\s+(UTC|LST)\s*$", re.MULTILINE)
_FILL = re.compile(r"availability range:\s*(-?[\d.]+)")
_PARAMETER = re.compile(r"^(\w+)\s+(.*?)\s+\(([^()]+)\)\s*$", re.MULTILINE)
_HOURS = ("YEAR", "MO", "DY", "HR")
LAST_YEAR = 9999


def read_power_json(text: str, about: Mapping[str, str]) -> Samples:
    """Samples of a saved JSON answer. Raises SourceError when it is none."""
    import pandas as pd

    try:
        document = json.loads(text)
        header = dict(document["header"])
        frame = pd.DataFrame(document["properties"]["parameter"])
        frame.index = pd.to_datetime(frame.index, format="%Y%m%d%H").tz_localize("UTC")
        frame = frame.replace(header.get("fill_value", -999.0), np.nan)
        longitude, latitude, *altitude = document["geometry"]["coordinates"]
        meta = header | {"parameters": document["parameters"], "latitude": latitude, "longitude": longitude}
        return _samples(frame, meta | ({"altitude": altitude[0]} if altitude else {}), about)
    except RecursionError as error:
        raise one_problem("file", reason_of(error), words("source.power_json")) from None
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise one_problem("file", reader_said(error), words("source.power_json")) from error


def read_power_csv(text: str, about: Mapping[str, str]) -> Samples:
    """Samples of a saved CSV answer. Raises SourceError when it is none."""
    import pandas as pd

    header, _, rows = text.partition(HEADER_ENDS)
    place, standard = _LOCATION.search(header), _STANDARD.search(header)
    if place is None or standard is None:
        lacking = words("source.power_location") if place is None else words("source.power_standard")
        raise one_problem("header", words("csv.missing"), lacking)
    elevation, fill = _ELEVATION.search(header), _FILL.search(header)
    described = {name: (about_it, unit) for name, about_it, unit in _PARAMETER.findall(header) if name in PARAMETERS}
    meta: dict[str, Any] = {
        "time_standard": standard[1],
        "latitude": float(place[1]),
        "longitude": float(place[2]),
        "parameters": {name: {"units": unit} for name, (_, unit) in described.items()},
        "sources": sorted({"MERRA2" if "MERRA" in said else "SYN1DEG" for said, _ in described.values()}),
    } | ({"altitude": float(elevation[1])} if elevation else {})
    try:
        frame = pd.read_csv(io.StringIO(rows.lstrip("\r\n ")))
        frame.columns = [str(name).strip() for name in frame.columns]
        missing = [name for name in _HOURS if name not in frame]
        if missing:
            raise one_problem("header", words("csv.without", names=", ".join(missing)), same(",".join(_HOURS)))
        parts = frame[list(_HOURS)].apply(pd.to_numeric, errors="raise")
        whole = np.isfinite(parts) & (parts >= 0) & (parts <= LAST_YEAR) & (parts % 1 == 0)
        for name in _HOURS:
            if not whole[name].all():
                wrong = parts[name][~whole[name]].iloc[0]
                raise one_problem(name, same(f"{wrong:g}"), words("csv.whole_number"))
        parts.columns = ["year", "month", "day", "hour"]
        frame.index = pd.DatetimeIndex(pd.to_datetime(parts.astype(int))).tz_localize("UTC")
        values = frame.drop(columns=list(_HOURS)).apply(pd.to_numeric, errors="raise")
        return _samples(values.replace(float(fill[1]) if fill else -999.0, np.nan), meta, about)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise one_problem("file", reader_said(error), words("source.power_csv")) from error


def _samples(frame: pd.DataFrame, meta: dict[str, Any], about: Mapping[str, str]) -> Samples:
    """The samples in UTC. Local solar time, the website's default, is that of the 15° swath around the place."""
    import pandas as pd

    place = Place(float(meta["latitude"]), float(meta["longitude"]))
    steps = []
    if meta.get("time_standard") == "LST":
        offset = round(place.longitude_deg / 15)
        frame.index = pd.DatetimeIndex(frame.index) - pd.Timedelta(hours=offset)
        meta = meta | {"time_standard": "UTC"}
        steps.append(words("step.solar_time", offset=f"{offset:+d}"))
    duplicates = frame.index.duplicated()
    if duplicates.any():
        shown = str(frame.index[int(np.argmax(duplicates))])
        raise one_problem("time", same(shown), words("source.hour_once"))
    try:
        found = samples_of(frame.sort_index(), meta, place, about)
    except ServiceError as error:
        raise one_problem("file", error.reason, words("source.power_json")) from error
    return replace(found, steps=(*steps, *found.steps))
