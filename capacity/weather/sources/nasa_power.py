"""NASA POWER: hourly satellite irradiance and MERRA-2 reanalysis anywhere on Earth, since 2001 in UTC."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from capacity.weather.problems import ServiceError
from capacity.weather.samples import DEW_POINT, PRESSURE, Place, Samples
from capacity.weather.series import Hours
from capacity.weather.sources.service import TIMEOUT_S, ask, one_line, unreadable
from capacity.weather.words import Words, words

if TYPE_CHECKING:
    import pandas as pd

SERVICE = "NASA POWER"
REFERENCE = (
    "NASA Langley Research Center (LaRC) Prediction of Worldwide Energy Resource (POWER) Project, funded through the "
    "NASA Earth Science/Applied Science Program (power.larc.nasa.gov/docs/referencing)"
)
LICENCE = "open data of NASA, free to use with the reference under source"
NOTICE_EN = (
    "Satellite irradiance and reanalysis of a cell of 50 to 100 km, not a measurement at the site; wind on a coast is "
    "known to come out too low. Bring it to known capacity factors, or measure."
)
NOTICE_VI = (
    "Bức xạ vệ tinh và số liệu tái phân tích của một ô lưới 50 đến 100 km, không phải quan trắc tại địa điểm; gió ven "
    "biển thường bị đánh giá thấp. Cần hiệu chỉnh theo hệ số công suất đã biết, hoặc đo đạc."
)
# Parameter of the service: its documented units for renewable energy, our quantity, and the factor to its unit.
PARAMETERS: Mapping[str, tuple[tuple[str, ...], str, float]] = {
    "ALLSKY_SFC_SW_DWN": (("Wh/m^2", "W/m^2"), "ghi_w_m2", 1.0),
    "ALLSKY_SFC_SW_DNI": (("Wh/m^2", "W/m^2"), "dni_w_m2", 1.0),
    "ALLSKY_SFC_SW_DIFF": (("Wh/m^2", "W/m^2"), "dhi_w_m2", 1.0),
    "T2M": (("C",), "temp_air_c", 1.0),
    "T2MDEW": (("C",), DEW_POINT, 1.0),
    "RH2M": (("%",), "relative_humidity_pct", 1.0),
    "PS": (("kPa",), PRESSURE, 10.0),
    "WS50M": (("m/s",), "wind_speed_m_s", 1.0),
    "WS10M": (("m/s",), "wind_speed_m_s", 1.0),
}
HEIGHTS_M = {"WS50M": 50.0, "WS10M": 10.0}


def fetch_nasa_power(
    place: Place,
    first_year: int,
    last_year: int,
    today: dt.date,
    *,
    url: str | None = None,
    timeout_s: float = TIMEOUT_S,
) -> Samples:
    """The hours of some local years, one request a year (the service refuses long ones). Raises ServiceError.

    A local year begins seven hours before that of UTC, so each request begins on 31 December. ``timeout_s`` is for
    each request; ``url`` is the hourly endpoint, by default the one that pvlib knows.
    """
    from pvlib.iotools import get_nasa_power, nasa_power

    address = url or nasa_power.URL
    frames: list[pd.DataFrame] = []
    meta: dict[str, Any] = {}
    for year in range(first_year, last_year + 1):
        try:
            frame, meta = ask(
                SERVICE,
                lambda year=year: get_nasa_power(  # type: ignore[misc]
                    place.latitude_deg,
                    place.longitude_deg,
                    dt.date(year - 1, 12, 31),
                    dt.date(year, 12, 31),
                    parameters=list(PARAMETERS),
                    map_variables=False,
                    url=address,
                ),
                timeout_s,
            )
        except ServiceError as error:
            raise _with_every_address(error, year, first_year, last_year) from error
        frames.append(frame)
    about = {
        "request": (
            f"{one_line(address)}, latitude {place.latitude_deg:g}, longitude {place.longitude_deg:g}, "
            f"{first_year - 1}-12-31 to {last_year}-12-31 in UTC, community re"
        ),
        "retrieved": today.isoformat(),
    }
    try:
        return samples_of(_joined(frames), meta, place, about)
    except ServiceError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise unreadable(SERVICE, f"{type(error).__name__}: {error}") from error


def _with_every_address(error: ServiceError, asked_year: int, first_year: int, last_year: int) -> ServiceError:
    """The same error; when the service cannot be reached for several years, with the address of each of them."""
    days = f"start={asked_year - 1}1231", f"end={asked_year}1231"
    if error.kind != "no_network" or first_year == last_year or not all(day in error.address for day in days):
        return error
    addresses = "\n  ".join(
        error.address.replace(days[0], f"start={year - 1}1231").replace(days[1], f"end={year}1231")
        for year in range(first_year, last_year + 1)
    )
    reason = words("service.no_network_years", service=SERVICE, what=error.cause, addresses=addresses)
    return ServiceError("no_network", reason, error.address, error.cause)


def samples_of(frame: pd.DataFrame, meta: Mapping[str, Any], place: Place, about: Mapping[str, str]) -> Samples:
    """Samples of a table of the service's parameters by UTC hour, with its header. Raises ServiceError when it is not.

    ``meta``: ``parameters`` with units, ``api``, ``sources``, ``time_standard`` as documented; ``about`` is added to
    the provenance.
    """
    import pandas as pd

    if (standard := meta.get("time_standard")) != "UTC":
        raise unreadable(SERVICE, f"time standard {standard or 'missing'}, not UTC")
    columns, steps, height = _columns(frame, meta)
    version = one_line(dict(meta.get("api") or {}).get("version", "")) or "version not given"
    sources = ", ".join(one_line(source) for source in meta.get("sources") or ()) or "sources not given"
    found = Place(
        float(meta.get("latitude", place.latitude_deg)),
        float(meta.get("longitude", place.longitude_deg)),
        float(meta["altitude"]) if "altitude" in meta else place.elevation_m,
    )
    provenance = {
        "standing": "reanalysis",
        "notice_vi": NOTICE_VI,
        "notice_en": NOTICE_EN,
        "service": f"{SERVICE} Hourly API {version}",
        "dataset": sources,
        "quantities": ", ".join(str(name) for name in frame.columns if name in PARAMETERS),
        **about,
        "source": REFERENCE,
        "licence": LICENCE,
    }
    starts = pd.DatetimeIndex(frame.index).tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[h]")
    return Samples(starts, columns, found, height, provenance, steps=steps)


def _columns(frame: pd.DataFrame, meta: Mapping[str, Any]) -> tuple[dict[str, Hours], tuple[Words, ...], float]:
    """Our quantities out of the service's, what was done, and the height of the wind."""
    units = dict(meta.get("parameters") or {})
    columns: dict[str, Hours] = {}
    height = HEIGHTS_M["WS50M"]
    for name, (allowed, quantity, factor) in PARAMETERS.items():
        if name not in frame or quantity in columns:
            continue
        unit = str(dict(units.get(name) or {}).get("units", allowed[0]))
        if unit not in allowed:
            raise unreadable(SERVICE, f"{name} in {unit}, not in {' or '.join(allowed)}")
        values = frame[name].to_numpy(dtype=np.float64) * factor
        if np.isnan(values).all():
            continue
        columns[quantity] = values
        height = HEIGHTS_M.get(name, height)
    return columns, (words("step.power", height=height),), height


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """The requests one after the other; the days that two of them have are taken once."""
    import pandas as pd

    joined = pd.concat(frames).sort_index()
    return joined[~joined.index.duplicated()]
