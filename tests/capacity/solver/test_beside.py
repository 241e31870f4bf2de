"""The keyboard ends a call that runs in machine code; otherwise it answers or fails as it would alone."""

from __future__ import annotations

import os
import signal
from threading import Event

import pytest

from capacity.solver.beside import beside


def test_it_answers_what_the_call_does() -> None:
    assert beside(lambda: 42) == 42


def test_what_the_call_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        beside(lambda: 1 // 0)


def test_an_interrupt_ends_the_waiting_at_once() -> None:
    """The call would wait for what only comes after it."""
    let_go = Event()
    ignored_in_the_background = signal.signal(signal.SIGINT, signal.default_int_handler)

    def call() -> bool:
        os.kill(os.getpid(), signal.SIGINT)
        return let_go.wait(60)

    with pytest.raises(KeyboardInterrupt):
        beside(call)
    let_go.set()
    signal.signal(signal.SIGINT, ignored_in_the_background)
