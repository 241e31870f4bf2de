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

    With the same seed and number of threads the schedule is the same whenever no limit of time ends the search: the
    solver then takes its strategies in turns (``interleave_search``), and the rest is drawn from the seed. What the
    clock cuts short depends on the machine. ``costs`` False leaves it at least lateness.
    """

    gap: float = 0.0
    seconds: float = 60.0
    threads: int = 2
    seed: int = 918
    costs: bool = True
