"""How far an iterate steps: as far as nearly all of it allows, the few that would not being stopped on their way.

Of millions of pairs a handful always would make every step short. They end at a share of their distance to the bound;
what the rows miss by that is a residual, which the next steps make up for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from capacity.solver import kernel
from capacity.solver.arrays import Places, Vector
from capacity.solver.pace import Pace

FARTHEST = kernel.FARTHEST


class Steps(NamedTuple):
    """Longest steps in [0, FARTHEST] of a block, primal and dual: of each year-long row (rows,), of all its hours, and
    how many of them allow no more than so much, ``short`` (2, bins)."""

    primal: Vector
    dual: Vector
    hourly_primal: float
    hourly_dual: float
    short: Places


def lengths(values: Vector, change: Vector) -> Vector:
    """Longest steps in [0, FARTHEST] that keep values + step x change >= 0, of each of them."""
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        steps = np.where(change < 0, -values / change, FARTHEST)
    return np.minimum(steps, FARTHEST)


def whole_step(few: Vector, hourly: float, short: Places, pairs: int, pace: Pace) -> float:
    """The step of the whole, in [0, FARTHEST].

    ``few``: what each pair beside the hours allows; ``hourly``, ``short`` (bins,): what all hours allow, and how many
    of them allow no more than so much; ``pairs``: all there are.
    """
    own = np.sort(few)
    least = float(own[0]) if own.size else FARTHEST
    if own.size and pace.stopped_beside:
        least = min(float(own[int(pace.stopped_beside * own.size)]), pace.stretch * least)
    within = int(np.sum(np.cumsum(short) <= pace.stopped * pairs))
    nearly_all = FARTHEST if within == short.size else within / short.size
    return min(least, max(hourly, min(nearly_all, pace.stretch * hourly)))


def sum_of(steps: Sequence[Steps]) -> tuple[float, float, Places]:
    """What the hours of all blocks allow, primal and dual, and the counts (2, bins) of those that allow less than 1."""
    primal = min([FARTHEST, *(step.hourly_primal for step in steps)])
    dual = min([FARTHEST, *(step.hourly_dual for step in steps)])
    counts = np.zeros((2, kernel.LENGTHS), dtype=np.int64)
    for step in steps:
        counts += step.short
    return primal, dual, counts
