"""Waves: in which week each step of each migration starts, with a proved bound; pure, on its own inputs.

``schedule`` is the door. ``problem`` is what is to be scheduled and ``result`` what comes of it, both as data;
``cycles`` makes one move of systems that must move together; ``windows``, ``ledger`` and ``listing`` find a first
schedule, ``bound`` a least lateness without a solver, ``solver`` (the only user of CP-SAT) the rest; ``check.check``
judges a schedule by itself, and ``reasons`` tells why a move is late.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from capacity.waves.check import WaveViolation
    from capacity.waves.cycles import Together, joined
    from capacity.waves.options import WaveOptions
    from capacity.waves.problem import WaveProblem, WaveProblemError
    from capacity.waves.result import WaveSchedule
    from capacity.waves.solver import schedule
else:
    _ROOMS = {
        "Together": "cycles",
        "WaveOptions": "options",
        "WaveProblem": "problem",
        "WaveProblemError": "problem",
        "WaveSchedule": "result",
        "WaveViolation": "check",
        "schedule": "solver",
        "joined": "cycles",
    }

    def __getattr__(name: str) -> object:
        """OR-Tools takes long to load, and reading and checking do without it."""
        from importlib import import_module

        if name not in _ROOMS:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)


__all__ = [
    "Together",
    "WaveOptions",
    "WaveProblem",
    "WaveProblemError",
    "WaveSchedule",
    "WaveViolation",
    "joined",
    "schedule",
]
