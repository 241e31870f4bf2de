"""PVGIS of the European Commission's Joint Research Centre: irradiance by year, and typical years with humidity."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from capacity.weather.foreign import reader_said, reason_of
from capacity.weather.problems import ServiceError
from capacity.weather.samples import CALENDAR_YEAR, DEW_POINT, MIDDLE_OF_THE_HOUR, PRESSURE, Place, Samples
from capacity.weather.series import Hours
from capacity.weather.sources.file_problems import one_problem
from capacity.weather.sources.service import TIMEOUT_S, ask, one_line, unreadable
from capacity.weather.words import Words, words

if TYPE_CHECKING:
    import pandas as pd

SERVICE = "PVGIS"
WIND_HEIGHT_M = 10.0
SOURCE = "PVGIS © European Communities, European Commission, Joint Research Centre (re.jrc.ec.europa.eu/pvg_tools)"
LICENCE = "free to use without restriction on the results (PVGIS users manual, 1.1), the source is named"
NOTICE_EN = (
    "Satellite or reanalysis irradiance with ERA5 temperature and wind, not a measurement at the site; wind at 10 m is "
    "carried up to the hub by a profile. Bring it to known capacity factors, or measure."
)
NOTICE_VI = (
    "Bức xạ vệ tinh hoặc tái phân tích cùng nhiệt độ và gió của ERA5, không phải quan trắc tại địa điểm; gió ở 10 m "
    "được ngoại suy lên độ cao trục tuabin. Cần hiệu chỉnh theo hệ số công suất đã biết, hoặc đo đạc."
)
_TYPICAL = {
    "ghi": ("ghi_w_m2", 1.0),
    "dni": ("dni_w_m2", 1.0),
    "dhi": ("dhi_w_m2", 1.0),
    "temp_air": ("temp_air_c", 1.0),
    "relative_humidity": ("relative_humidity_pct", 1.0),
    "wind_speed": ("wind_speed_m_s", 1.0),
    "pressure": (PRESSURE, 0.01),
}
_BAD_TABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError)


def fetch_pvgis_typical(
    place: Place,
    today: dt.date,
    *,
    years: tuple[int | None, int | None] = (None, None),
    url: str | None = None,
    timeout_s: float = TIMEOUT_S,
) -> Samples:
    """The service's own typical year (ISO 15927-4) of some years, by default all that it has. Raises ServiceError.

    The service wants a span of ten years at least. ``url`` is the address of the tools, by default the one that pvlib
    knows.
    """
    from pvlib.iotools import get_pvgis_tmy, pvgis

    address = _with_slash(url or pvgis.URL)
    frame, meta = ask(
        SERVICE,
        lambda: get_pvgis_tmy(
            place.latitude_deg,
            place.longitude_deg,
            startyear=years[0],
            endyear=years[1],
            coerce_year=None,
            url=address,
            timeout=timeout_s,
        ),
        timeout_s,
    )
    try:
        span = f", {years[0] or 'first'} to {years[1] or 'last'} year" if any(years) else ""
        return typical_samples(frame, meta, _request(f"{address}tmy", place, span, today))
    except _BAD_TABLE as error:
        raise unreadable(SERVICE, f"{type(error).__name__}: {error}") from error


def fetch_pvgis_years(
    place: Place,
    first_year: int,
    last_year: int,
    today: dt.date,
    *,
    url: str | None = None,
    timeout_s: float = TIMEOUT_S,
) -> Samples:
    """The hours of some local years on the horizontal, without humidity, which the service has in typical years alone.

    The UTC year before is asked for too, for a local year begins seven hours before that of UTC. Raises ServiceError.
    """
    from pvlib.iotools import get_pvgis_hourly, pvgis

    address = _with_slash(url or pvgis.URL)
    frame, meta = ask(
        SERVICE,
        lambda: get_pvgis_hourly(
            place.latitude_deg,
            place.longitude_deg,
            start=first_year - 1,
            end=last_year,
            components=True,
            surface_tilt=0,
            url=address,
            timeout=timeout_s,
        ),
        timeout_s,
    )
    try:
        span = f", {first_year - 1} to {last_year} in UTC"
        return hourly_samples(frame, meta, _request(f"{address}seriescalc", place, span, today))
    except _BAD_TABLE as error:
        raise unreadable(SERVICE, f"{type(error).__name__}: {error}") from error


def with_humidity(samples: Samples, other: Samples) -> Samples:
    """Samples with the dew point and the pressure that another source has for the same hours and place."""
    shared, here, there = np.intersect1d(samples.starts, other.starts, return_indices=True)
    if shared.size == 0:
        raise ServiceError("unreadable", words("service.no_shared_hour"))
    columns = dict(samples.columns)
    for name in (DEW_POINT, PRESSURE):
        if name in other.columns:
            columns[name] = np.full(samples.starts.size, np.nan)
            columns[name][here] = other.columns[name][there]
    provenance = dict(samples.provenance)
    for key in ("service", "dataset", "source", "licence"):
        provenance[key] = f"{provenance[key]}; humidity and pressure: {other.provenance[key]}"
    return Samples(
        samples.starts,
        columns,
        samples.place,
        samples.wind_height_m,
        provenance,
        samples.irradiance_at_h,
        steps=(*samples.steps, words("step.humidity_from", service=other.provenance["service"])),
    )


def read_pvgis(text: str, about: Mapping[str, str]) -> Samples:
    """Samples of a file saved from PVGIS: typical year or hourly series, JSON or CSV. Raises SourceError."""
    from pvlib.iotools import read_pvgis_hourly, read_pvgis_tmy

    is_json = text.lstrip().startswith("{")
    is_typical = "time(UTC)" in text
    kind = "json" if is_json else "csv"
    try:
        if is_typical:
            buffer = io.StringIO(text) if is_json else io.BytesIO(text.replace("\r\n", "\n").encode())
            frame, meta = read_pvgis_tmy(buffer, pvgis_format=kind)
            return typical_samples(frame, meta, about)
        frame, meta = read_pvgis_hourly(io.StringIO(text), pvgis_format=kind)
        return hourly_samples(frame, meta, about)
    except RecursionError as error:
        raise one_problem("file", reason_of(error), words("source.pvgis")) from None
    except _BAD_TABLE as error:
        raise one_problem("file", reader_said(error), words("source.pvgis")) from error


def typical_samples(frame: pd.DataFrame, meta: Mapping[str, Any], about: Mapping[str, str]) -> Samples:
    """Samples of a typical year as pvlib gives it. Raises KeyError, TypeError or ValueError for another table."""
    import pandas as pd

    columns = {
        quantity: frame[name].to_numpy(dtype=np.float64) * factor for name, (quantity, factor) in _TYPICAL.items()
    }
    index = pd.DatetimeIndex(frame.index).tz_convert("UTC")
    if len(index) != 8760:
        raise ValueError(f"{len(index)} hours, not the 8760 of a typical year")
    parts = zip(index.month, index.day, index.hour, strict=True)
    starts = np.array(
        [f"{CALENDAR_YEAR}-{month:02d}-{day:02d}T{hour:02d}" for month, day, hour in parts], dtype="datetime64[h]"
    )
    inputs = meta["inputs"]
    place, databases = _place_and_databases(inputs)
    offset = inputs.get("irradiance time offset", inputs.get("location", {}).get("irradiance_time_offset"))
    months = ", ".join(f"{int(entry['month'])}: {int(entry['year'])}" for entry in meta["months_selected"])
    provenance = _provenance("TMY tool", databases, about) | {"months_selected": months}
    at_h = MIDDLE_OF_THE_HOUR if offset is None else float(offset)
    if not -1 <= at_h <= 1:
        raise ValueError(f"irradiance time offset {at_h}, not in -1 to 1 h")
    steps = (words("step.pvgis_typical", months=months),)
    return Samples(starts, columns, place, WIND_HEIGHT_M, provenance, at_h, is_typical=True, steps=steps)


def hourly_samples(frame: pd.DataFrame, meta: Mapping[str, Any], about: Mapping[str, str]) -> Samples:
    """Samples of an hourly series on the horizontal as pvlib gives it.

    Raises KeyError, TypeError or ValueError for another table.
    """
    import pandas as pd

    inputs = meta["inputs"]
    place, databases = _place_and_databases(inputs)
    beam, diffuse = (frame[name].to_numpy(dtype=np.float64) for name in ("poa_direct", "poa_sky_diffuse"))
    _check_horizontal(inputs, frame)
    columns: dict[str, Hours] = {
        "ghi_w_m2": beam + diffuse,
        "dhi_w_m2": diffuse,
        "temp_air_c": frame["temp_air"].to_numpy(dtype=np.float64),
        "wind_speed_m_s": frame["wind_speed"].to_numpy(dtype=np.float64),
    }
    index = pd.DatetimeIndex(frame.index).tz_convert("UTC").tz_localize(None)
    minutes = np.unique(np.asarray(index.minute))
    if minutes.size != 1:
        raise ValueError(f"stamps at {minutes.size} different minutes of the hour")
    starts = index.to_numpy().astype("datetime64[h]")
    provenance = _provenance("seriescalc tool, horizontal plane", databases, about)
    steps: tuple[Words, ...] = (words("step.pvgis_hourly"),)
    return Samples(starts, columns, place, WIND_HEIGHT_M, provenance, float(minutes[0]) / 60, steps=steps)


def _check_horizontal(inputs: Mapping[str, Any], frame: pd.DataFrame) -> None:
    """Raises ValueError for irradiance on an inclined or moving plane, which says nothing of the horizontal."""
    fixed = inputs.get("mounting_system", {}).get("fixed", {})
    slope = fixed.get("slope", {}).get("value", inputs.get("Slope"))
    angle = float(str(slope).split("deg", maxsplit=1)[0]) if slope is not None else 0.0
    if angle or float(frame.get("poa_ground_diffuse", np.zeros(1)).sum()) > 0:
        raise ValueError(f"irradiance on a plane of {angle:g} degrees, not on the horizontal")


def _place_and_databases(inputs: Mapping[str, Any]) -> tuple[Place, str]:
    """Position and names of the databases; JSON nests them, CSV does not."""
    location = inputs.get("location", inputs)
    meteo = inputs.get("meteo_data", {})
    named = (
        meteo.get("radiation_db") or inputs.get("radiation_database"),
        meteo.get("meteo_db"),
        f"{meteo['year_min']}-{meteo['year_max']}" if "year_min" in meteo and "year_max" in meteo else None,
    )
    place = Place(float(location["latitude"]), float(location["longitude"]), float(location["elevation"]))
    return place, ", ".join(one_line(name) for name in named if name) or "databases not given"


def _with_slash(address: str) -> str:
    return address if address.endswith("/") else f"{address}/"


def _request(address: str, place: Place, span: str, today: dt.date) -> dict[str, str]:
    where = f"latitude {place.latitude_deg:g}, longitude {place.longitude_deg:g}"
    return {"request": f"{one_line(address)}, {where}{span}", "retrieved": today.isoformat()}


def _provenance(tool: str, databases: str, about: Mapping[str, str]) -> dict[str, str]:
    return {
        "standing": "reanalysis",
        "notice_vi": NOTICE_VI,
        "notice_en": NOTICE_EN,
        "service": f"{SERVICE}, {tool}",
        "dataset": databases,
        **about,
        "source": SOURCE,
        "licence": LICENCE,
    }
