"""A proved least lateness from chains, dependencies and teams alone: what the solver need not prove by itself.

A cut-over that ends before week t has had its steps done by then: by week τ at least so much of each team's work as
the latest chain that ends at t would have done. All moves together cannot have had more by τ than the team had. These
rows are put into the objective with prices of at least 0 (Lagrange); whatever the prices, the least cost of each move
by itself, added up, less what the rows have, is a bound (Fisher 1981). Prices are found by subgradients, and are in no
proof: the bound is computed anew from them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capacity.waves.problem import Move, WaveProblem
from capacity.waves.windows import Windows

_MARGIN = 1e-6
_PATIENCE = 12
Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Relaxed:
    """``least`` bounds the weighted weeks of lateness of every schedule.

    ``ends`` is by move the mean week in which its cut-over ended over the rounds: an order for lists, without proof.
    """

    least: int
    ends: Mapping[str, float]


def relaxed(problem: WaveProblem, windows: Windows, found: int | None, rounds: int = 300) -> Relaxed:
    """The bound, and what led to it; ``found`` is the lateness of a known schedule, None without."""
    moves = [move for move in problem.moves if any(due.weight for due in move.dues)]
    alone = sum(move.late_weight(_first_end(move, windows)) for move in moves)
    ends = {move.id: float(_first_end(move, windows)) for move in moves}
    if not moves or found is None or alone >= found:
        return Relaxed(alone, ends)
    least, mean = _priced(problem, windows, moves, found, rounds)
    return Relaxed(max(alone, least), {move.id: float(mean[row]) for row, move in enumerate(moves)})


def least_lateness(problem: WaveProblem, windows: Windows, found: int | None, rounds: int = 300) -> int:
    """A bound on the weighted weeks of lateness of every schedule; ``found`` is that of a known one, None without."""
    return relaxed(problem, windows, found, rounds).least


def _first_end(move: Move, windows: Windows) -> int:
    return windows[move.id][move.cut_over].earliest + move.steps[move.cut_over].weeks


def _priced(problem: WaveProblem, windows: Windows, moves: list[Move], found: int, rounds: int) -> tuple[int, Array]:
    weeks = problem.weeks
    ends = np.arange(weeks + 1)
    late = np.full((len(moves), weeks + 1), np.inf)
    for row, move in enumerate(moves):
        last = windows[move.id][move.cut_over].latest + move.steps[move.cut_over].weeks
        part = slice(_first_end(move, windows), min(last, weeks) + 1)
        late[row, part] = [move.late_weight(int(end)) for end in ends[part]]
    kinds: dict[tuple[tuple[int, tuple[tuple[str, int], ...]], ...], int] = {}
    kind_of = np.array([kinds.setdefault(_kind(move), len(kinds)) for move in moves])
    work = {
        team.id: np.stack([_work(kind, team.id, weeks) for kind in kinds])
        for team in problem.teams
        if any(team.id in dict(persons) for kind in kinds for _, persons in kind)
    }
    had = {team.id: np.cumsum(np.array(team.persons, dtype=np.float64)) for team in problem.teams if team.id in work}
    prices = {name: np.zeros(weeks) for name in work}
    best, step, stale = -math.inf, 1.0, 0
    kept = prices
    total_ends, times = np.zeros(len(moves)), 0
    for number in range(rounds):
        value, chosen = _value(late, kind_of, work, had, prices)
        if value > best + 1e-9:
            best, kept, stale = value, prices, 0
        else:
            stale += 1
            if stale == _PATIENCE:
                step, stale, prices = step / 2, 0, kept
                value, chosen = _value(late, kind_of, work, had, prices)
        if number >= rounds // 3 or not times:
            total_ends += chosen
            times += 1
        counts = np.zeros((len(kinds), weeks + 1))
        np.add.at(counts, (kind_of, chosen), 1.0)
        slopes = {name: np.tensordot(counts, work[name], axes=([0, 1], [0, 1])) - had[name] for name in work}
        length = sum(float(slope @ slope) for slope in slopes.values())
        if length == 0 or step < 1e-4 or found - best < 1e-9:
            break
        pace = step * max(found - value, 1e-3 * max(1, found)) / length
        prices = {name: np.maximum(0.0, prices[name] + pace * slopes[name]) for name in work}
    return max(0, math.ceil(best - _MARGIN * max(1.0, abs(best)))), total_ends / max(1, times)


def _value(
    late: Array, kind_of: npt.NDArray[np.int64], work: dict[str, Array], had: dict[str, Array], prices: dict[str, Array]
) -> tuple[float, npt.NDArray[np.int64]]:
    """The bound at some prices, and the end of each move's cut-over in it."""
    by_kind = sum(work[name] @ prices[name] for name in work)
    total = late + np.asarray(by_kind)[kind_of]
    chosen = total.argmin(axis=1)
    least = float(total[np.arange(len(total)), chosen].sum())
    return least - sum(float(prices[name] @ had[name]) for name in work), chosen


def _kind(move: Move) -> tuple[tuple[int, tuple[tuple[str, int], ...]], ...]:
    """What moves of the same work by the same weeks have in common: steps up to the cut-over, the last first."""
    steps = [
        () if number in move.pins else tuple(sorted(step.persons.items()))
        for number, step in enumerate(move.steps[: move.cut_over + 1])
    ]
    weeks = [step.weeks for step in move.steps[: move.cut_over + 1]]
    return tuple(zip(reversed(weeks), reversed(steps), strict=True))


def _work(kind: tuple[tuple[int, tuple[tuple[str, int], ...]], ...], team: str, weeks: int) -> Array:
    """Person-weeks that a team has at least done by the end of each week, by the week before which the cut-over ends."""
    behind = np.arange(weeks)[None, :] + 1 - np.arange(weeks + 1)[:, None]
    done = np.zeros((weeks + 1, weeks))
    tail = 0
    for length, persons in kind:
        tail += length
        if used := dict(persons).get(team):
            done += used * np.clip(behind + tail, 0, length)
    return done
