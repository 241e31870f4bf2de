"""A schedule as data: when each step starts, how well, and with which proof. Units as in ``problem``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from capacity.waves.problem import Move, WaveProblem

Status = Literal["optimal", "feasible", "infeasible", "unknown"]
StageName = Literal["lateness", "changes", "shift", "cost", "peak"]
Starts = Mapping[str, tuple[int, ...]]
"""The start week of every step, by move."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One aim in its turn: what was found and the least that any schedule with the earlier aims could have.

    lateness: weighted weeks; changes: moves of which a step starts in another week than before; shift: weeks between
    old and new starts, added up over the steps; cost: thousand VND; peak: persons, the largest number in one week of
    each team, added up.
    """

    name: StageName
    value: int
    bound: int

    @property
    def gap(self) -> float:
        """(value − bound) ÷ value; 0 when both agree."""
        return 0.0 if self.value <= self.bound else (self.value - self.bound) / max(1, self.value)


@dataclass(frozen=True)
class WaveSchedule:
    """What became of a problem. ``starts`` is None without a schedule, ``conflict`` names rules when there can be none.

    ``optimal``: every stage is proved; ``feasible``: each has its bound. ``infeasible`` is proved; ``conflict`` is then
    a minimal set of rules (ids as in ``rules``) that cannot hold together, empty when time ran out over it. ``unknown``
    is neither. The bound of a stage after the first holds among schedules at least as good as the found one in the
    stages before it.
    """

    status: Status
    first_monday: dt.date
    starts: Starts | None
    stages: tuple[Stage, ...]
    seconds: float
    seed: int
    conflict: tuple[str, ...] = ()

    @property
    def gap(self) -> float | None:
        """The gap of the first aim, None without a schedule."""
        return self.stages[0].gap if self.stages else None

    def stage(self, name: StageName) -> Stage:
        """The stage of this name. Raises KeyError when it was not asked for."""
        return {stage.name: stage for stage in self.stages}[name]


def cut_over_end(move: Move, starts: tuple[int, ...]) -> int:
    """The week from which on the system serves at its new place."""
    return starts[move.cut_over] + move.steps[move.cut_over].weeks


def lateness(problem: WaveProblem, starts: Starts) -> int:
    """Weighted weeks of lateness of all moves."""
    return sum(move.late_weight(cut_over_end(move, starts[move.id])) for move in problem.moves)


def weeks_in_both(move: Move, starts: tuple[int, ...]) -> tuple[int, int]:
    """The weeks [first, last) in which a move is paid in both places."""
    return starts[move.cut_over], starts[-1] + move.steps[-1].weeks


def spending(problem: WaveProblem, starts: Starts) -> dict[tuple[str | None, int], int]:
    """Thousand VND by fund (None: from none) and year."""
    spent: dict[tuple[str | None, int], int] = {}
    for move in problem.moves:
        for step, start in zip(move.steps, starts[move.id], strict=True):
            year = problem.year_of(step.last_week(start))
            if step.cost(year):
                spent[step.fund, year] = spent.get((step.fund, year), 0) + step.cost(year)
        if move.both_places_kvnd:
            for week in range(*weeks_in_both(move, starts[move.id])):
                key = move.both_places_fund, problem.year_of(week)
                spent[key] = spent.get(key, 0) + move.both_places_kvnd
    return spent


def cost(problem: WaveProblem, starts: Starts) -> int:
    """Thousand VND of all steps and of all weeks in both places."""
    return sum(spending(problem, starts).values())


def team_use(problem: WaveProblem, starts: Starts) -> dict[str, list[int]]:
    """Persons of each team that are at work, by week; weeks before week 0 do not count."""
    use = {team.id: [0] * problem.weeks for team in problem.teams}
    for move in problem.moves:
        for step, start in zip(move.steps, starts[move.id], strict=True):
            for team, persons in step.persons.items():
                for week in range(max(0, start), min(problem.weeks, start + step.weeks)):
                    use[team][week] += persons
    return use


def peak(problem: WaveProblem, starts: Starts) -> int:
    """The largest use of each team, added up."""
    return sum(max(weeks, default=0) for weeks in team_use(problem, starts).values())


def changes(before: Starts, starts: Starts) -> tuple[int, int]:
    """How many moves of an earlier schedule have a step elsewhere, and by how many weeks all steps have moved."""
    moved = 0
    weeks = 0
    for name, old in before.items():
        if name in starts and len(starts[name]) == len(old):
            shift = sum(abs(new - earlier) for new, earlier in zip(starts[name], old, strict=True))
            moved += shift > 0
            weeks += shift
    return moved, weeks
