"""Weather services on 127.0.0.1: the documented envelopes of ``answers/`` with the hours that are asked for."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np

from capacity.weather import WeatherYear
from capacity.weather.photovoltaics import sun_position
from tests.capacity.weather.factories import shipped

ANSWERS = Path(__file__).with_name("answers")
Query = dict[str, str]
MONTHS = (2010, 2016, 2008, 2013, 2019, 2007, 2021, 2012, 2006, 2018, 2009, 2015)


@cache
def answer_text(name: str) -> str:
    """A file of ``answers/``."""
    return (ANSWERS / name).read_text(encoding="utf-8")


def envelope(name: str) -> dict[str, Any]:
    """A JSON answer of ``answers/``, to be changed."""
    document: dict[str, Any] = json.loads(answer_text(name))
    return document


def truth() -> WeatherYear:
    """The year whose hours the services give, whatever year is asked for."""
    return shipped("nam-can")


def hour_of_truth(utc: dt.datetime) -> int:
    """Index of an UTC hour in the local hours of the truth; 29 February is 28 February."""
    local = utc + dt.timedelta(hours=7)
    day = 28 if (local.month, local.day) == (2, 29) else local.day
    first = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    return int((dt.datetime(2025, local.month, day, local.hour, tzinfo=dt.UTC) - first).total_seconds() // 3600)


def hours_between(first: dt.datetime, last: dt.datetime) -> list[dt.datetime]:
    """Every hour from the first to the last, both included."""
    return [first + dt.timedelta(hours=hour) for hour in range(int((last - first).total_seconds() // 3600) + 1)]


def power_answer(query: Query, change: Callable[[dict[str, dict[str, float]]], None] = lambda _: None) -> str:
    """An hourly answer of NASA POWER; ``change`` may damage its values by parameter and hour."""
    weather = truth()
    series = {
        "ALLSKY_SFC_SW_DWN": weather.ghi_w_m2,
        "ALLSKY_SFC_SW_DNI": weather.dni_w_m2,
        "ALLSKY_SFC_SW_DIFF": weather.dhi_w_m2,
        "T2M": weather.temp_air_c,
        "RH2M": weather.relative_humidity_pct,
        "PS": np.full(8760, 101.0),
        "WS10M": weather.wind_speed_m_s * 0.5,
        "WS50M": weather.wind_speed_m_s,
        "T2MDEW": weather.temp_air_c - 2.0,
    }
    document = envelope("nasa_power_hourly.json")
    first = dt.datetime.strptime(query["start"], "%Y%m%d").replace(tzinfo=dt.UTC)
    last = dt.datetime.strptime(query["end"], "%Y%m%d").replace(tzinfo=dt.UTC) + dt.timedelta(hours=23)
    hours = [(f"{hour:%Y%m%d%H}", hour_of_truth(hour)) for hour in hours_between(first, last)]
    parameters = {name: {key: float(series[name][at]) for key, at in hours} for name in query["parameters"].split(",")}
    change(parameters)
    document["geometry"]["coordinates"] = [float(query["longitude"]), float(query["latitude"]), 3.21]
    document["header"] |= {"start": query["start"], "end": query["end"]}
    document["properties"]["parameter"] = parameters
    return json.dumps(document)


def tmy_answer(query: Query, offset_h: float = 0.5) -> str:
    """A typical year of PVGIS."""
    weather = truth()
    document = envelope("pvgis_tmy.json")
    document["inputs"]["location"] |= {
        "latitude": float(query["lat"]),
        "longitude": float(query["lon"]),
        "irradiance_time_offset": offset_h,
    }
    rows = []
    for hour in hours_between(dt.datetime(2025, 1, 1, tzinfo=dt.UTC), dt.datetime(2025, 12, 31, 23, tzinfo=dt.UTC)):
        at = hour_of_truth(hour)
        rows.append(
            {
                "time(UTC)": f"{MONTHS[hour.month - 1]}{hour:%m%d:%H}00",
                "T2m": float(weather.temp_air_c[at]),
                "RH": float(weather.relative_humidity_pct[at]),
                "G(h)": float(weather.ghi_w_m2[at]),
                "Gb(n)": float(weather.dni_w_m2[at]),
                "Gd(h)": float(weather.dhi_w_m2[at]),
                "IR(h)": 400.0,
                "WS10m": float(weather.wind_speed_m_s[at]),
                "WD10m": 60.0,
                "SP": 101000.0,
            }
        )
    document["outputs"]["tmy_hourly"] = rows
    return json.dumps(document)


def series_answer(query: Query, minute: int = 30) -> str:
    """An hourly series of PVGIS on the horizontal."""
    weather = truth()
    document = envelope("pvgis_seriescalc.json")
    cos_zenith = np.maximum(np.cos(np.radians(sun_position(2025, 8.76, 104.99).zenith_deg)), 0.0)
    first = dt.datetime(int(query["startyear"]), 1, 1, tzinfo=dt.UTC)
    last = dt.datetime(int(query["endyear"]), 12, 31, 23, tzinfo=dt.UTC)
    rows = []
    for hour in hours_between(first, last):
        at = hour_of_truth(hour)
        rows.append(
            {
                "time": f"{hour:%Y%m%d:%H}{minute:02d}",
                "Gb(i)": float(weather.dni_w_m2[at] * cos_zenith[at]),
                "Gd(i)": float(weather.dhi_w_m2[at]),
                "Gr(i)": 0.0,
                "H_sun": 0.0,
                "T2m": float(weather.temp_air_c[at]),
                "WS10m": float(weather.wind_speed_m_s[at]),
                "Int": 0.0,
            }
        )
    document["outputs"]["hourly"] = rows
    document["inputs"]["location"] |= {"latitude": float(query["lat"]), "longitude": float(query["lon"])}
    return json.dumps(document)


class Services:
    """A local server: ``routes`` by path give status, content type and text; every request is kept in ``asked``."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.asked: list[tuple[str, Query]] = []
        self.released = threading.Event()
        self.headers: dict[str, str] = {}
        self.routes: dict[str, Callable[[Query], tuple[int, str, str]]] = {
            "/power": lambda query: (200, "application/json", power_answer(query)),
            "/api/tmy": lambda query: (200, "application/json", tmy_answer(query)),
            "/api/seriescalc": lambda query: (200, "application/json", series_answer(query)),
        }

    @property
    def power_url(self) -> str:
        """NASA POWER's hourly data."""
        return f"{self.address}/power"

    @property
    def pvgis_url(self) -> str:
        """PVGIS' tools."""
        return f"{self.address}/api/"

    def answers(self, path: str, status: int, text: str, kind: str = "application/json") -> None:
        """From now on a path answers this."""
        self.routes[path] = lambda _: (status, kind, text)

    def is_silent(self, path: str) -> None:
        """From now on a path does not answer until the test is over."""

        def wait(_: Query) -> tuple[int, str, str]:
            self.released.wait(60)
            return 200, "application/json", "{}"

        self.routes[path] = wait


@contextmanager
def running_services() -> Iterator[Services]:
    """Services on a free port of 127.0.0.1."""
    services: list[Services] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            services[0].asked.append((parts.path, query))
            missing = (404, "text/html", "<html>not here</html>")
            route = services[0].routes.get(parts.path)
            status, kind, text = missing if route is None else route(query)
            content = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            for name, value in services[0].headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    services.append(Services(f"http://127.0.0.1:{server.server_address[1]}"))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield services[0]
    finally:
        services[0].released.set()
        server.shutdown()
        thread.join()
        server.server_close()
