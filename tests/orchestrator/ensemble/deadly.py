"""What workers do in the tests: some of it kills them."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Number:
    """A value that is sent by its parts."""

    shared: bytes
    own: int


def doubled(number: Number, deadly: int | None, marker: Path | None) -> tuple[int, int]:
    """Twice the number, and the process; the ``deadly`` one kills its worker, once where there is a marker for it."""
    if number.own == deadly:
        kill_once(marker)
    return 2 * number.own + len(number.shared), os.getpid()


def kill_once(marker: Path | None) -> None:
    if marker is None:
        os.kill(os.getpid(), signal.SIGKILL)
    else:
        try:
            marker.touch(exist_ok=False)
        except FileExistsError:
            return
        os.kill(os.getpid(), signal.SIGKILL)


def refused(number: Number) -> int:
    """An error that many executors cannot bring back."""
    from capacity.model import TooManyLoadClassesError  # workers that never get here start sooner

    raise TooManyLoadClassesError("khanh-an", 2027 + number.own, [("office", "chilled")])


class UnportableError(Exception):
    """Cannot be unpickled: its constructor takes more than it keeps."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(one + other)


def endless(number: Number) -> None:
    del number
    threading.Event().wait()


def unportable(number: Number) -> int:
    raise UnportableError("never", str(number.own))
