"""Calls that the keyboard can end while they run in machine code."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

Answer = TypeVar("Answer")


def beside(call: Callable[[], Answer]) -> Answer:
    """What ``call`` answers, made in a thread of its own: an interrupt raises KeyboardInterrupt here at once.

    The call goes on then, unheard, until it ends or the process does.
    """
    future: Future[Answer] = Future()

    def run() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 (told to whoever waits)
            future.set_exception(error)

    Thread(target=run, daemon=True).start()
    return future.result()
