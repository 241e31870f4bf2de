"""Asking a service: every way in which it can fail is told apart, and nothing waits for ever."""

from __future__ import annotations

import datetime as dt
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from capacity.weather import Place, Samples, ServiceError
from capacity.weather.sources import fetch_nasa_power, fetch_pvgis_typical, fetch_pvgis_years
from capacity.weather.sources.service import ask, one_line
from tests.capacity.weather.services import Services, answer_text, envelope, running_services

PLACE = Place(8.76, 104.99)
TODAY = dt.date(2026, 11, 24)


@pytest.fixture
def services() -> Iterator[Services]:
    with running_services() as running:
        yield running


def asked(services: Services, service: str, timeout_s: float) -> Samples:
    """A year of a service."""
    if service == "power":
        return fetch_nasa_power(PLACE, 2024, 2024, TODAY, url=services.power_url, timeout_s=timeout_s)
    if service == "tmy":
        return fetch_pvgis_typical(PLACE, TODAY, url=services.pvgis_url, timeout_s=timeout_s)
    return fetch_pvgis_years(PLACE, 2024, 2024, TODAY, url=services.pvgis_url, timeout_s=timeout_s)


def failure(services: Services, service: str, timeout_s: float = 20.0) -> ServiceError:
    """How asking for a year fails."""
    with pytest.raises(ServiceError) as refused:
        asked(services, service, timeout_s)
    return refused.value


PATHS = {"power": "/power", "tmy": "/api/tmy", "seriescalc": "/api/seriescalc"}
each_service = pytest.mark.parametrize("service", list(PATHS))


@pytest.mark.parametrize(
    ("service", "status", "answer", "said"),
    [
        ("power", 422, "nasa_power_422.json", "Please provide a correct Start Date"),
        ("tmy", 400, "pvgis_400.json", "Location over the sea"),
        ("seriescalc", 400, "pvgis_400.json", "Location over the sea"),
    ],
)
def test_refusals_carry_the_words_of_the_service(
    service: str, status: int, answer: str, said: str, services: Services
) -> None:
    services.answers(PATHS[service], status, answer_text(answer))
    error = failure(services, service)
    assert error.kind == "refused"
    assert f"HTTP {status}" in error.reason.en
    assert said in error.reason.en
    assert "từ chối" in error.reason.vi


@each_service
@pytest.mark.parametrize(
    ("body", "kind"),
    [('{"message": "slow down"}', "application/json"), ("<html>slow</html>", "text/html"), ("", "text")],
)
def test_too_many_requests_say_when_to_come_back(service: str, body: str, kind: str, services: Services) -> None:
    services.headers["Retry-After"] = "37"
    services.answers(PATHS[service], 429, body, kind)
    error = failure(services, service)
    assert error.kind == "rate_limited"
    assert "37 s" in error.reason.en
    assert "37 giây" in error.reason.vi


@each_service
@pytest.mark.parametrize("status", [500, 503, 529])
def test_a_service_that_is_out_of_order_says_so(service: str, status: int, services: Services) -> None:
    services.answers(PATHS[service], status, "<html>down for maintenance</html>", "text/html")
    error = failure(services, service)
    assert (error.kind, f"HTTP {status}" in error.reason.en) == ("service_down", True)


@each_service
def test_an_address_that_is_not_there(service: str, services: Services) -> None:
    del services.routes[PATHS[service]]
    error = failure(services, service)
    assert (error.kind, "HTTP 404" in error.reason.en) == ("refused", True)


@each_service
@pytest.mark.parametrize("body", ["", "{", "null", "[]", "42", "{}", '{"outputs": {"hourly": []}}', "<html></html>"])
def test_an_answer_of_another_kind_is_unreadable(service: str, body: str, services: Services) -> None:
    services.answers(PATHS[service], 200, body)
    assert failure(services, service).kind == "unreadable"


@each_service
def test_an_answer_of_one_day_is_no_year(service: str, services: Services) -> None:
    """The envelope itself: whole, but with a day or two in it."""
    names = {"power": "nasa_power_hourly.json", "tmy": "pvgis_tmy.json", "seriescalc": "pvgis_seriescalc.json"}
    services.answers(PATHS[service], 200, answer_text(names[service]))
    if service == "tmy":
        assert "24 hours, not the 8760" in failure(services, service).reason.en
    elif service == "power":
        samples = fetch_nasa_power(PLACE, 2024, 2024, TODAY, url=services.power_url)
        assert samples.starts.size == 48
    else:
        samples = fetch_pvgis_years(PLACE, 2024, 2024, TODAY, url=services.pvgis_url)
        assert samples.starts.size == 24


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"header": {"fill_value": -999.0, "time_standard": "LST"}}, "time standard LST"),
        ({"parameters": {"ALLSKY_SFC_SW_DWN": {"units": "MJ/hr"}}}, "ALLSKY_SFC_SW_DWN in MJ/hr, not in Wh/m^2"),
        ({"parameters": {"WS50M": {"units": "mph"}}}, "WS50M in mph"),
        ({"properties": {"parameter": {"T2M": {"2025010100": "warm"}}}}, "warm"),
        ({"properties": {"parameter": {"T2M": {"yesterday": 1.0}}}}, "yesterday"),
    ],
)
def test_units_and_clocks_that_are_not_as_documented_are_unreadable(
    change: dict[str, Any], said: str, services: Services
) -> None:
    services.answers("/power", 200, json.dumps(envelope("nasa_power_hourly.json") | change))
    error = failure(services, "power")
    assert error.kind == "unreadable"
    assert said in error.reason.en


@each_service
def test_silence_ends_at_the_deadline(service: str, services: Services) -> None:
    services.is_silent(PATHS[service])
    before = time.monotonic()
    error = failure(services, service, timeout_s=0.3)
    assert time.monotonic() - before < 10
    assert error.kind == "timeout"
    assert "0.3 s" in error.reason.en
    assert "--timeout" in error.reason.vi


@each_service
def test_no_network_says_what_to_do(service: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        error = failure(Services(f"http://127.0.0.1:{port}"), service)
    assert error.kind == "no_network"
    assert f"open http://127.0.0.1:{port}{PATHS[service]}?" in error.reason.en
    assert "object at" not in error.reason.en
    assert "weather import" in error.reason.en
    assert "weather import" in error.reason.vi


def test_no_network_lists_the_address_of_every_year() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = Services(f"http://127.0.0.1:{unused.getsockname()[1]}").power_url
        with pytest.raises(ServiceError) as refused:
            fetch_nasa_power(PLACE, 2015, 2024, TODAY, url=url)
    for said in refused.value.reason:
        addresses = [line.strip() for line in said.splitlines()[1:]]
        assert all(address.startswith(f"{url}?") for address in addresses)
        days = [re.search(r"start=(\d+)&end=(\d+)", address) for address in addresses]
        assert [found and found.groups() for found in days] == [
            (f"{year - 1}1231", f"{year}1231") for year in range(2015, 2025)
        ]


@each_service
@pytest.mark.parametrize("address", ["power", "ftp://127.0.0.1", "http://"])
def test_what_is_no_address_is_refused(service: str, address: str) -> None:
    assert failure(Services(address), service).kind == "refused"


def test_a_connection_that_breaks_off_is_no_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def break_off() -> None:
            connection, _ = server.accept()
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
            connection.close()

        thread = threading.Thread(target=break_off)
        thread.start()
        error = failure(Services(f"http://127.0.0.1:{server.getsockname()[1]}"), "power")
        thread.join()
    assert error.kind == "no_network"


def test_an_error_of_the_program_itself_is_not_hidden() -> None:
    with pytest.raises(ServiceError, match="ZeroDivisionError") as refused:
        ask("test", lambda: 1 / 0)
    assert isinstance(refused.value.__cause__, ZeroDivisionError)


@pytest.mark.parametrize(
    ("text", "line"),
    [("a\nb\tc", "a b c"), ("\x1b[31mred\x07", "[31mred"), ("x" * 400, "x" * 299 + "…"), (42, "42"), (" é ", "é")],
)
def test_foreign_words_become_one_line(text: object, line: str) -> None:
    assert one_line(text) == line
