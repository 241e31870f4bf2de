"""Why there is no schedule: a minimal set of named rules that cannot hold together within the horizon."""

from __future__ import annotations

import time

from capacity.waves.ledger import Ledger
from capacity.waves.options import WaveOptions
from capacity.waves.problem import WaveProblem
from capacity.waves.rules import horizon, rules_of, without
from capacity.waves.solver.model import WaveModel
from capacity.waves.solver.run import run
from capacity.waves.windows import windows_of

_LEAST_SECONDS, _MOST_SECONDS = 1.0, 20.0


def conflict_of(problem: WaveProblem, options: WaveOptions, seconds: float) -> tuple[str, ...]:
    """Rules of which each is needed for the contradiction, and the horizon; empty when time ran out before.

    Deletion filter: halves of the rules are left out while the rest is still proved infeasible, then smaller parts,
    at last each rule by itself. What cannot be proved in its time counts as needed, so that every set that is told
    contradicts itself, and is minimal as far as CP-SAT could prove it.
    """
    until = time.monotonic() + seconds
    needed = list(rules_of(problem))
    everything = tuple(needed)
    size = len(needed)
    while size >= 1:
        at = 0
        while at < len(needed):
            if time.monotonic() > until:
                return ()
            kept = [*needed[:at], *needed[at + size :]]
            left_out = frozenset(everything) - frozenset(kept)
            if _is_infeasible(without(problem, left_out), options, until):
                needed = kept
            else:
                at += size
        size = size // 2 if size > 1 else 0
    return (*needed, horizon())


def _is_infeasible(problem: WaveProblem, options: WaveOptions, until: float) -> bool:
    """Whether it is proved that no schedule keeps the rules that are left."""
    windows = windows_of(problem)
    if any(window.is_empty for of_move in windows.values() for window in of_move):
        return True
    seconds = min(_MOST_SECONDS, max(_LEAST_SECONDS, until - time.monotonic()))
    return run(WaveModel(problem, windows, Ledger(problem)), seconds, options).status == "infeasible"
