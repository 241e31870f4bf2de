"""How long and how closely to look for a schedule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Progress = Callable[[str, dict[str, Any]], None]
"""Told by the search: ``listed`` and ``stage`` with value and bound so far."""


def no_progress(stage: str, values: dict[str, Any]) -> None:
    """Tells nobody."""
    del stage, values


@dataclass(frozen=True, slots=True)
class WaveOptions:
    """``gap`` is the relative gap at which each aim is done; ``seconds`` is for all aims together.

    With one thread the same seed gives the same schedule, unless the limit of time ends the search. With more threads
    CP-SAT's workers race: what is proved is the same every time, as values of aims that are ``optimal``, but of several
    schedules as good another one may be found. (Taking turns, ``interleave_search``, was tried: it found in a minute
    what the race finds in seconds.) ``costs`` False leaves it at least lateness.
    """

    gap: float = 0.0
    seconds: float = 60.0
    threads: int = 2
    seed: int = 918
    costs: bool = True
