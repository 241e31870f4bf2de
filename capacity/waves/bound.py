"""A proved least lateness from chains, dependencies, teams and places alone: what the solver need not prove by itself.

A cut-over that ends before week t has had its steps done by then: by week τ at least so much of each team's work as
the latest chain that ends at t would have done, and so much of a place's capacity as has come by τ. All moves together
cannot have had more by τ than there was. These rows are put into the objective with prices of at least 0 (Lagrange);
whatever the prices, the least cost of each move by itself, added up, less what the rows have, is a bound (Fisher 1981).
Prices are found by subgradients, and are in no proof: the bound is computed anew from them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capacity.waves.problem import DowntimeBudget, Move, Team, WaveProblem
from capacity.waves.windows import Windows

_MARGIN = 1e-6
_PATIENCE = 12
Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Relaxed:
    """``least`` bounds the weighted weeks of lateness of every schedule.

    ``ends`` is by move the mean week in which its cut-over ended over the rounds: an order for lists, without proof.
    ``latest`` is the last end of its cut-over in any schedule that is no later than the known one, which was given.
    """

    least: int
    ends: Mapping[str, float]
    latest: Mapping[str, int]


def relaxed(problem: WaveProblem, windows: Windows, found: int | None, rounds: int = 300) -> Relaxed:
    """The bound, and what led to it; ``found`` is the lateness of a known schedule, None without."""
    moves = [move for move in problem.moves if any(due.weight for due in move.dues)]
    alone = sum(move.late_weight(_first_end(move, windows)) for move in moves)
    ends = {move.id: float(_first_end(move, windows)) for move in moves}
    if not moves or found is None:
        return Relaxed(alone, ends, {})
    latest = {move.id: _latest(move, windows, found - alone) for move in moves}
    if alone >= found:
        return Relaxed(alone, ends, latest)
    least, mean, allowed = _priced(problem, windows, moves, found, rounds)
    return Relaxed(
        max(alone, least),
        {move.id: float(mean[row]) for row, move in enumerate(moves)},
        {move.id: min(latest[move.id], int(allowed[row])) for row, move in enumerate(moves)},
    )


def _latest(move: Move, windows: Windows, rest: int) -> int:
    """The last end of a cut-over that weighs at most ``rest`` more than the first."""
    end = windows[move.id][move.cut_over].latest + move.steps[move.cut_over].weeks
    most = move.late_weight(_first_end(move, windows)) + rest
    while end > _first_end(move, windows) and move.late_weight(end) > most:
        end -= 1
    return end


def least_lateness(problem: WaveProblem, windows: Windows, found: int | None, rounds: int = 300) -> int:
    """A bound on the weighted weeks of lateness of every schedule; ``found`` is that of a known one, None without."""
    return relaxed(problem, windows, found, rounds).least


def _first_end(move: Move, windows: Windows) -> int:
    return windows[move.id][move.cut_over].earliest + move.steps[move.cut_over].weeks


def _priced(
    problem: WaveProblem, windows: Windows, moves: list[Move], found: int, rounds: int
) -> tuple[int, Array, npt.NDArray[np.int64]]:
    weeks = problem.weeks
    late = np.full((len(moves), weeks + 1), np.inf)
    for row, move in enumerate(moves):
        last = windows[move.id][move.cut_over].latest + move.steps[move.cut_over].weeks
        ends = range(_first_end(move, windows), min(last, weeks) + 1)
        late[row, ends.start : ends.stop] = [move.late_weight(end) for end in ends]
    kinds: dict[_Kind, int] = {}
    kind_of = np.array([kinds.setdefault(_kind(problem, move), len(kinds)) for move in moves])
    had = {team.id: _had(team, moves, windows) for team in problem.teams}
    for place in problem.places:
        for resource, amounts in place.capacity.items():
            least = np.minimum.accumulate(np.array(amounts, dtype=np.float64)[::-1])[::-1]
            had[f"{place.id}:{resource}"] = least
    for budget in problem.downtime:
        had[f"downtime:{budget.id}"] = _hours(budget, moves, windows, weeks)
    # Rows are counted in parts of what there is at most, so that persons and gigabytes are of one size.
    scale = {name: max(1.0, float(amounts.max())) for name, amounts in had.items()}
    had = {name: amounts / scale[name] for name, amounts in had.items()}
    work = {
        (name, number): done / scale[name]
        for name in had
        for kind, number in kinds.items()
        if (done := _done(kind, name, weeks)).any()
    }
    names = sorted({name for name, _ in work})
    prices = {name: np.zeros(weeks) for name in names}
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
        slopes = {name: -had[name] for name in names}
        for (name, kind_number), done in work.items():
            slopes[name] = slopes[name] + np.convolve(counts[kind_number], done)[weeks + 1 : 2 * weeks + 1]
        # A row with room to spare and no price has nothing to say about the length of the step.
        slopes = {name: np.where((prices[name] > 0) | (slopes[name] > 0), slopes[name], 0.0) for name in names}
        length = sum(float(slope @ slope) for slope in slopes.values())
        if length == 0 or step < 1e-3 or found - best < 1e-9:
            break
        pace = step * max(found - value, 1e-3 * max(1, found)) / length
        prices = {name: np.maximum(0.0, prices[name] + pace * slopes[name]) for name in names}
    # A move that ends in a week costs at least so much more than where the best prices put it.
    margin = _MARGIN * max(1.0, abs(best), found)
    at_best = _priced_ends(late, kind_of, work, kept)
    regret = at_best - at_best.min(axis=1, keepdims=True)
    possible = best + regret <= found + margin
    allowed = weeks - possible[:, ::-1].argmax(axis=1)
    return max(0, math.ceil(best - margin)), total_ends / max(1, times), allowed


def _had(team: Team, moves: list[Move], windows: Windows) -> Array:
    """Person-weeks that a team can have given by the end of each week: none before the first step that asks for it."""
    starts = [
        windows[move.id][number].earliest
        for move in moves
        for number, step in enumerate(move.steps)
        if step.persons.get(team.id) and number not in move.pins
    ]
    persons = np.array(team.persons, dtype=np.float64)
    persons[: max(0, min(starts, default=0))] = 0.0
    return np.cumsum(persons)


def _hours(budget: DowntimeBudget, moves: list[Move], windows: Windows, weeks: int) -> Array:
    """Hours of downtime that cut-overs can have had by the end of each week.

    Only weeks in which one of them can end count; of k such weeks in a row no more than the budget.
    """
    possible = np.zeros(weeks, dtype=np.bool_)
    for move in moves:
        window, behind = windows[move.id][move.cut_over], max(0, move.steps[move.cut_over].weeks - 1)
        for week in window.weeks:
            if 0 <= week + behind < weeks:
                possible[week + behind] = True
    first = int(possible.argmax())
    if budget.weeks == 1:
        return np.cumsum(possible * float(budget.hours))
    rows = np.ceil(np.maximum(0, np.arange(weeks) - first + 1) / budget.weeks)
    return rows * float(budget.hours)


def _value(
    late: Array,
    kind_of: npt.NDArray[np.int64],
    work: Mapping[tuple[str, int], Array],
    had: Mapping[str, Array],
    prices: Mapping[str, Array],
) -> tuple[float, npt.NDArray[np.int64]]:
    """The bound at some prices, and the end of each move's cut-over in it."""
    total = _priced_ends(late, kind_of, work, prices)
    chosen = total.argmin(axis=1)
    least = float(total[np.arange(len(total)), chosen].sum())
    return least - sum(float(prices[name] @ had[name]) for name in prices), chosen


def _priced_ends(
    late: Array, kind_of: npt.NDArray[np.int64], work: Mapping[tuple[str, int], Array], prices: Mapping[str, Array]
) -> Array:
    """What each end of each move's cut-over costs with the prices."""
    by_kind = np.zeros((int(kind_of.max()) + 1, late.shape[1]))
    for (name, number), done in work.items():
        by_kind[number] += np.correlate(done, prices[name], "valid")[1:][::-1]
    return late + by_kind[kind_of]


_Kind = tuple[tuple[int, int, tuple[tuple[str, int], ...]], ...]
"""Of the work of a move: weeks before the end of the cut-over at which each part begins, its weeks, its amounts."""


def _kind(problem: WaveProblem, move: Move) -> _Kind:
    """What moves of the same work have in common: steps up to the cut-over as late as can be, and what follows at once.

    What a place gives for ever lasts no weeks, and neither do hours of downtime, in the last week of the cut-over.
    """
    parts: list[tuple[int, int, tuple[tuple[str, int], ...]]] = []
    ahead = 0
    for number in range(move.cut_over, -1, -1):
        step = move.steps[number]
        ahead += step.weeks
        if number not in move.pins and step.weeks:  # a step without weeks takes nobody's
            parts.append((ahead, step.weeks, tuple(sorted(step.persons.items()))))
        if number == move.cut_over and number not in move.pins and step.downtime_hours:
            hours = (f"downtime:{budget.id}" for budget in problem.downtime if budget.covers(move))
            parts.append((min(1, step.weeks), 0, tuple(sorted((name, step.downtime_hours) for name in hours))))
        if number == move.cut_over and move.place is not None:
            parts.append((ahead, 0, tuple(sorted((f"{move.place}:{name}", n) for name, n in move.needs.items()))))
    ahead = 0
    for number in range(move.cut_over + 1, len(move.steps)):
        if not move.steps[number].at_once or number in move.pins:
            break
        if move.steps[number].weeks:
            parts.append((ahead, move.steps[number].weeks, tuple(sorted(move.steps[number].persons.items()))))
        ahead -= move.steps[number].weeks
    return tuple(parts)


def _done(kind: _Kind, name: str, weeks: int) -> Array:
    """What is taken by the end of week τ at least, when the cut-over ends before week t, at τ + 1 − t + ``weeks``."""
    past = np.arange(2 * weeks + 1) - weeks
    done = np.zeros(2 * weeks + 1)
    for ahead, length, amounts in kind:
        if used := dict(amounts).get(name):
            gone = past + ahead
            done += used * (np.clip(gone, 0, length) if length else np.where(gone > 0, 1.0, 0.0))
    return done
