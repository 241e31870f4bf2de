"""Large neighbourhoods: some moves are scheduled anew by CP-SAT while all others stay, again and again."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from capacity.waves.ledger import Ledger
from capacity.waves.options import Progress, WaveOptions
from capacity.waves.problem import Move, WaveProblem
from capacity.waves.result import Starts, cut_over_end, lateness
from capacity.waves.solver.model import WaveModel
from capacity.waves.solver.run import run
from capacity.waves.windows import Windows, windows_of

_MOVES = 24
_REACH = 26
_WORK = 1.0
"""Of CP-SAT's deterministic time, about as many seconds: what a part may take does not depend on the clock."""


def improved(
    problem: WaveProblem,
    starts: Starts,
    least: int,
    options: WaveOptions,
    seconds: float,
    progress: Progress,
) -> dict[str, tuple[int, ...]]:
    """A schedule that is no later, found within so many seconds or when the gap to ``least`` is small enough."""
    until = time.monotonic() + seconds
    generator = np.random.default_rng(options.seed)
    found = dict(starts)
    value = lateness(problem, found)
    ledger = Ledger(problem)
    for move in problem.moves:
        ledger.enter(move, found[move.id])
    neighbours = _neighbours(problem)
    rounds = 0
    while value > least + options.gap * max(1, value) and time.monotonic() < until:
        free = _part(problem, found, neighbours, generator, by_time=rounds % 2 == 0)
        better = _scheduled_anew(problem, found, free, ledger, options, until - time.monotonic())
        for name, weeks in better.items():
            ledger.enter(problem.by_id[name], found[name], -1)
            ledger.enter(problem.by_id[name], weeks)
            found[name] = weeks
        rounds += 1
        if better:
            value = lateness(problem, found)
            progress("stage", {"name": "lateness", "value": value, "bound": least, "rounds": rounds})
    return found


def _neighbours(problem: WaveProblem) -> dict[str, list[str]]:
    """What a move depends on, and what depends on it."""
    found: dict[str, list[str]] = {move.id: list(move.depends_on) for move in problem.moves}
    for move in problem.moves:
        for name in move.depends_on:
            found[name].append(move.id)
    return found


def _part(
    problem: WaveProblem,
    starts: Starts,
    neighbours: dict[str, list[str]],
    generator: np.random.Generator,
    *,
    by_time: bool,
) -> list[str]:
    """A late move, by its weight, with those that cut over about the same time or are tied to it."""
    late = {move.id: move.late_weight(cut_over_end(move, starts[move.id])) for move in problem.moves}
    names = [name for name, weight in late.items() if weight]
    weights = np.sqrt(np.array([late[name] for name in names], dtype=np.float64))
    first = names[int(generator.choice(len(names), p=weights / weights.sum()))]
    chosen = [first]
    if not by_time:
        at = 0
        while at < len(chosen) and len(chosen) < _MOVES // 2:
            chosen += [name for name in neighbours[chosen[at]] if name not in chosen]
            at += 1
        chosen = chosen[: _MOVES // 2]
    centre = starts[first][problem.by_id[first].cut_over]
    centre -= int(generator.integers(0, 12))
    known = set(chosen)
    others = [move for move in problem.moves if move.id not in known]
    noise = generator.random(len(others)) * 6
    far = [abs(starts[move.id][move.cut_over] - centre) + noise[at] for at, move in enumerate(others)]
    for at in np.argsort(far)[: _MOVES - len(chosen)]:
        chosen.append(others[int(at)].id)
    return chosen


def _near(windows: Windows, starts: Starts) -> Windows:
    """The windows, no farther than so many weeks from where the steps are now."""
    return {
        name: tuple(
            replace(window, earliest=max(window.earliest, week - _REACH), latest=min(window.latest, week + _REACH))
            for window, week in zip(of_move, starts[name], strict=True)
        )
        for name, of_move in windows.items()
    }


def _scheduled_anew(
    problem: WaveProblem, starts: Starts, names: list[str], ledger: Ledger, options: WaveOptions, seconds: float
) -> dict[str, tuple[int, ...]]:
    """New weeks of these moves that are no later together; none when nothing was found."""
    free = set(names)
    for name in names:
        ledger.enter(problem.by_id[name], starts[name], -1)
    not_before: dict[str, int] = {}
    not_after: dict[str, int] = {}
    moves: list[Move] = []
    for name in sorted(free):
        move = problem.by_id[name]
        moves.append(replace(move, depends_on=tuple(each for each in move.depends_on if each in free)))
        fixed = [each for each in move.depends_on if each not in free]
        not_before[name] = max((cut_over_end(problem.by_id[each], starts[each]) for each in fixed), default=0)
    for move in problem.moves:
        if move.id not in free:
            for name in move.depends_on:
                if name in free:
                    week = starts[move.id][move.cut_over]
                    not_after[name] = min(not_after.get(name, week), week)
    part = replace(problem, moves=tuple(moves))
    windows = _near(windows_of(part, ledger, not_before, not_after), starts)
    model = WaveModel(part, windows, ledger)
    aim = model.lateness()
    value = lateness(part, starts)
    model.model.add(aim <= value)
    model.model.minimize(aim)
    model.hint(starts)
    answer = run(model, seconds, options, work=_WORK, gap=0.0)
    for name in names:
        ledger.enter(problem.by_id[name], starts[name])
    return {} if answer.starts is None else answer.starts
