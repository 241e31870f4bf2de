"""Asking a weather service: with a deadline, and with every way in which it can fail told apart."""

from __future__ import annotations

import queue
import re
import threading
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from capacity.weather.foreign import connection_said
from capacity.weather.problems import ServiceError, ServiceErrorKind
from capacity.weather.words import same, words

if TYPE_CHECKING:
    import requests

Answer = TypeVar("Answer")

TIMEOUT_S = 120.0
_LONGEST_MESSAGE = 300


def ask(service: str, call: Callable[[], Answer], timeout_s: float = TIMEOUT_S) -> Answer:
    """What ``call`` returns, or ServiceError when it fails or takes longer than ``timeout_s`` seconds in all.

    pvlib asks NASA POWER without any time limit, and a limit of sockets never ends an answer that drips. So the call
    runs in a thread of its own that is left behind at the deadline; it ends with the process.
    """
    answers: queue.Queue[tuple[Answer | None, Exception | None]] = queue.Queue()

    def run() -> None:
        try:
            answers.put((call(), None))
        except Exception as error:  # noqa: BLE001, whatever it is, it is told apart below
            answers.put((None, error))

    threading.Thread(target=run, name=f"ask {service}", daemon=True).start()
    try:
        answer, error = answers.get(timeout=timeout_s)
    except queue.Empty:
        raise ServiceError("timeout", words("service.timeout", service=service, seconds=f"{timeout_s:g}")) from None
    if error is not None:
        raise _told_apart(service, error, timeout_s) from error
    assert answer is not None
    return answer


def unreadable(service: str, what: object) -> ServiceError:
    """An answer that came but is not what the service documents."""
    return ServiceError("unreadable", words("service.unreadable", service=service, what=one_line(what)))


def one_line(text: object) -> str:
    """A text of somebody else's as one line of a sensible length, without what would end a comment or colour it."""
    plain = " ".join(re.sub(r"[^\S ]|[\x00-\x1f\x7f-\x9f]", " ", str(text)).split())
    return plain if len(plain) <= _LONGEST_MESSAGE else plain[: _LONGEST_MESSAGE - 1] + "…"


def _told_apart(service: str, error: Exception, timeout_s: float) -> Exception:
    from requests import exceptions

    if isinstance(error, ServiceError):
        return error
    if isinstance(error, exceptions.MissingSchema | exceptions.InvalidSchema | exceptions.InvalidURL):
        return ServiceError("refused", words("service.address", service=service, what=one_line(error)))
    if isinstance(error, exceptions.Timeout):
        return ServiceError("timeout", words("service.timeout", service=service, seconds=f"{timeout_s:g}"))
    response = _response(error)
    if response is not None and not response.ok:
        return _refusal(service, response)
    if isinstance(error, exceptions.ConnectionError | exceptions.ChunkedEncodingError):
        address, cause = getattr(error.request, "url", None) or service, connection_said(_cause(error))
        reason = words("service.no_network", service=service, what=cause, address=address)
        return ServiceError("no_network", reason, address, cause)
    return unreadable(service, f"{type(error).__name__}: {error}")


def _cause(error: Exception) -> str:
    """The innermost reason of a failed connection, without the objects that urllib3 wraps it in."""
    inner = getattr(error.args[0], "reason", error) if error.args else error
    return one_line(str(inner).rpartition("): ")[2])


def _refusal(service: str, response: requests.Response) -> ServiceError:
    status = response.status_code
    kind: ServiceErrorKind = "rate_limited" if status == 429 else "service_down" if status >= 500 else "refused"
    after = response.headers.get("Retry-After", "")
    wait = words("service.retry_after", seconds=after) if kind == "rate_limited" and after.isdigit() else same("")
    return ServiceError(
        kind, words(f"service.{kind}", service=service, status=status, what=_message(response), wait=wait)
    )


def _message(response: requests.Response) -> str:
    """What the service says: PVGIS ``message``, NASA POWER ``messages`` or ``detail``, else its reason phrase."""
    try:
        said = response.json()
    except ValueError:
        said = None
    return refusal_said(said) or one_line(response.reason or "")


def refusal_said(document: object) -> str | None:
    """Why a service gives no data, of the JSON document that it answers with; None when that is no refusal."""
    if not isinstance(document, dict) or "properties" in document or "outputs" in document:
        return None
    for key in ("message", "messages", "detail", "header"):
        said = document.get(key)
        if key == "header" and not isinstance(said, str):
            continue  # that of an answer with data is an object
        if said:
            parts = said if isinstance(said, list) else [said]
            return one_line(
                "; ".join(str(part["msg"] if isinstance(part, dict) and "msg" in part else part) for part in parts)
            )
    return None


def _response(error: Exception) -> requests.Response | None:
    """The answer that led to an error: pvlib raises without it, but the frames of the traceback still hold it."""
    import requests

    found = getattr(error, "response", None)
    if isinstance(found, requests.Response):
        return found
    for frame, _ in traceback.walk_tb(error.__traceback__):
        for value in frame.f_locals.values():
            if isinstance(value, requests.Response):
                found = value
    return found if isinstance(found, requests.Response) else None
