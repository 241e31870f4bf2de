"""List scheduling: one move after the other as early as what is left allows. Quick, and a start for the search."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from heapq import heappop, heappush

import numpy as np

from capacity.waves.ledger import Ledger
from capacity.waves.problem import Move, WaveProblem
from capacity.waves.result import cut_over_end, lateness
from capacity.waves.windows import Windows, masks_of

_MOST_TRIES = 60


def listed(problem: WaveProblem, windows: Windows, priority: Mapping[str, float]) -> dict[str, tuple[int, ...]] | None:
    """A schedule in the order of priority (small first) among moves whose dependencies are in.

    First all cut-overs, then what comes after them. None when one finds no week.
    """
    ledger = Ledger(problem)
    waiting = {move.id: len(set(move.depends_on)) for move in problem.moves}
    followers: dict[str, list[str]] = {}
    for move in problem.moves:
        for name in set(move.depends_on):
            followers.setdefault(name, []).append(move.id)
    # What is pinned is there already: moves that have not come yet must leave it room.
    for move in problem.moves:
        for number, week in move.pins.items():
            ledger.enter_step(move, number, week)
    if ledger.is_overdrawn:
        return None
    queue: list[tuple[float, str]] = []
    for name, open_ones in waiting.items():
        if open_ones == 0:
            heappush(queue, (priority[name], name))
    begun: dict[str, list[int]] = {}
    while queue:
        _, name = heappop(queue)
        move = problem.by_id[name]
        ready = max((_cut_over_end(problem.by_id[each], begun[each]) for each in move.depends_on), default=0)
        found = _placed(ledger, move, windows, ready)
        if found is None:
            return None
        begun[name] = found
        for each in followers.get(name, ()):
            waiting[each] -= 1
            if waiting[each] == 0:
                heappush(queue, (priority[each], each))
    return _all_ended(problem, ledger, windows, begun)


def tightened(
    problem: WaveProblem, windows: Windows, starts: Mapping[str, tuple[int, ...]]
) -> dict[str, tuple[int, ...]] | None:
    """The same cut-overs and what comes before them, with what comes after them as early as can be, one by one."""
    ledger = Ledger(problem)
    begun = {move.id: list(starts[move.id][: _until(move)]) for move in problem.moves}
    for move in problem.moves:
        for number, week in move.pins.items():
            ledger.enter_step(move, number, week)
        _enter(ledger, move, begun[move.id], 0, 1)
    return _all_ended(problem, ledger, windows, begun)


def _all_ended(
    problem: WaveProblem, ledger: Ledger, windows: Windows, begun: dict[str, list[int]]
) -> dict[str, tuple[int, ...]] | None:
    starts: dict[str, tuple[int, ...]] = {}
    for name in sorted(begun, key=lambda each: (_cut_over_end(problem.by_id[each], begun[each]), each)):
        ended = _ended(ledger, problem.by_id[name], windows, begun[name])
        if ended is None:
            return None
        starts[name] = ended
    return starts


def _cut_over_end(move: Move, starts: list[int]) -> int:
    return starts[move.cut_over] + move.steps[move.cut_over].weeks


def _placed(ledger: Ledger, move: Move, windows: Windows, ready: int) -> list[int] | None:
    """The earliest weeks up to the cut-over and what follows it at once, entered; later where that takes too much."""
    from_week = 0
    for _ in range(_MOST_TRIES):
        starts = _chain(ledger, move, windows, range(_until(move)), [], max(ready, from_week))
        if starts is None:
            return None
        _enter(ledger, move, starts, 0, 1)
        if not ledger.lacks_money_or_hours:
            return starts
        _enter(ledger, move, starts, 0, -1)
        from_week = starts[move.cut_over] + 1
    return None


def _until(move: Move) -> int:
    """The first step that others may come before: after the cut-over and what follows it at once."""
    number = move.cut_over + 1
    while number < len(move.steps) and move.steps[number].at_once:
        number += 1
    return number


def _ended(ledger: Ledger, move: Move, windows: Windows, begun: list[int]) -> tuple[int, ...] | None:
    """The whole chain, its last steps as early as what is left allows."""
    rest = range(len(begun), len(move.steps))
    starts = _chain(ledger, move, windows, rest, begun, 0)
    if starts is None:
        return None
    _enter(ledger, move, starts, len(begun), 1)
    if move.both_places_kvnd and move.both_places_fund is not None:
        ledger.enter_both_places(move, starts)
    return None if ledger.lacks_money_or_hours else tuple(starts)


def _enter(ledger: Ledger, move: Move, starts: list[int], first: int, sign: int) -> None:
    """Enters steps from one on, but those that are pinned, which were before."""
    for number in range(first, len(starts)):
        if number not in move.pins:
            ledger.enter_step(move, number, starts[number], sign)


def _chain(
    ledger: Ledger, move: Move, windows: Windows, numbers: range, begun: list[int], ready: int
) -> list[int] | None:
    """The earliest weeks of some steps after those that have theirs; None where there are none."""
    starts = list(begun)
    at = min(0, *move.pins.values()) if move.pins else 0
    if starts:
        at = starts[-1] + move.steps[len(starts) - 1].weeks
    for number in numbers:
        step, window = move.steps[number], windows[move.id][number]
        if number == move.cut_over:
            at = max(at, ready)
        if number in move.pins:
            if at > move.pins[number]:
                return None
            at = move.pins[number]
        elif step.at_once and starts and move.pins.get(number - 1, 0) >= 0:
            pass  # its week was asked for with that of the step before it
        else:
            at = max(at, window.earliest)
            if at > window.latest:
                return None
            together = [number]
            while together[-1] + 1 < len(move.steps) and move.steps[together[-1] + 1].at_once:
                together.append(together[-1] + 1)
            mask = masks_of(ledger, move, together)[0][at : window.latest + 1]
            first = int(mask.argmax()) if mask.size else 0
            if not mask.size or not mask[first]:
                return None
            at += first
        starts.append(at)
        at += step.weeks
    return starts


def best_listed(
    problem: WaveProblem,
    windows: Windows,
    passes: int,
    seed: int,
    seconds: float,
    orders: Iterable[Mapping[str, float]] = (),
) -> dict[str, tuple[int, ...]] | None:
    """The least late of several lists: in given orders, by due dates with what follows on them, then varied at random.

    From the best order known so far, priorities are shaken and late moves brought forward, for no longer than so many
    seconds after the first orders.
    """
    until = time.monotonic() + seconds
    generator = np.random.default_rng(seed)
    slack = _latest_useful(problem)
    ahead = {move.id: sum(step.weeks for step in move.steps[: move.cut_over]) for move in problem.moves}
    rules = [
        {name: week - ahead[name] for name, week in slack.items()},
        {name: week - 0.5 * ahead[name] for name, week in slack.items()},
        {name: week - ahead[name] - 4 * np.log1p(_weight(problem.by_id[name])) for name, week in slack.items()},
        slack,
        {name: week - 4 * np.log1p(_weight(problem.by_id[name])) for name, week in slack.items()},
        {move.id: float(windows[move.id][-1].latest) for move in problem.moves},
        *({name: given.get(name, week) for name, week in slack.items()} for given in orders),
    ]
    best: dict[str, tuple[int, ...]] | None = None
    least = 0
    order: Mapping[str, float] = slack
    for number in range(max(passes, len(rules))):
        if number >= len(rules) and time.monotonic() > until:
            break
        if number < len(rules):
            tried: Mapping[str, float] = rules[number]
        else:
            scale = (2.0, 6.0, 15.0)[number % 3]
            noise = generator.normal(0.0, scale, len(problem.moves))
            late = {} if best is None else _late(problem, best)
            tried = {
                move.id: order[move.id] + float(noise[at]) - (3.0 if late.get(move.id) else 0.0)
                for at, move in enumerate(problem.moves)
            }
        starts = listed(problem, windows, tried)
        if starts is not None and (best is None or lateness(problem, starts) < least):
            best, least, order = starts, lateness(problem, starts), tried
            if least == 0:
                break
    return best


def _weight(move: Move) -> int:
    return sum(due.weight for due in move.dues)


def _late(problem: WaveProblem, starts: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    return {move.id: move.late_weight(cut_over_end(move, starts[move.id])) for move in problem.moves}


def _latest_useful(problem: WaveProblem) -> dict[str, float]:
    """By move the week in which its cut-over should start so that neither it nor what depends on it is late."""
    followers: dict[str, list[str]] = {}
    for move in problem.moves:
        for name in move.depends_on:
            followers.setdefault(name, []).append(move.id)
    found: dict[str, float] = {}

    def of(name: str) -> float:
        stack = [name]
        while stack:
            top = stack[-1]
            open_ones = [each for each in followers.get(top, ()) if each not in found]
            if open_ones:
                stack += open_ones
                continue
            stack.pop()
            move = problem.by_id[top]
            due = min((float(each.week) for each in move.dues if each.weight), default=float(problem.weeks))
            due = min([due, *(found[each] for each in followers.get(top, ()))])
            found[top] = due - move.steps[move.cut_over].weeks
        return found[name]

    for move in problem.moves:
        if move.id not in found:
            of(move.id)
    return found
