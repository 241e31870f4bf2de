"""The search: aims one after the other, each proved or with its bound, then the next among schedules as good."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from graphlib import CycleError

from capacity.waves.bound import least_lateness, relaxed
from capacity.waves.check import shifted
from capacity.waves.ledger import Ledger
from capacity.waves.listing import best_listed, tightened
from capacity.waves.options import Progress, WaveOptions, no_progress
from capacity.waves.problem import WaveProblem, WaveProblemError
from capacity.waves.result import Stage, StageName, Starts, Status, WaveSchedule, changes, cost, lateness, peak
from capacity.waves.solver.conflict import conflict_of
from capacity.waves.solver.improvement import improved
from capacity.waves.solver.model import WaveModel
from capacity.waves.solver.run import run
from capacity.waves.windows import Windows, in_order, windows_of

MOST_STEPS_AT_ONCE = 4_000
"""Larger problems are improved part by part; the bound is then that of chains and teams."""
_SHARES: Mapping[StageName, float] = {"lateness": 0.6, "changes": 0.7, "shift": 0.8, "cost": 0.9, "peak": 1.0}
_PASSES = 40
_LEAST_SECONDS_OF_CONFLICT = 10.0
Weeks = Mapping[str, tuple[int, ...]]


def schedule(
    problem: WaveProblem,
    options: WaveOptions | None = None,
    progress: Progress = no_progress,
    previous: WaveSchedule | None = None,
) -> WaveSchedule:
    """When each step of each move starts: least weighted lateness, then least cost, then the least peak of the teams.

    With a ``previous`` schedule, after lateness: as few moves changed as possible, then by as few weeks. What had
    started before week 0 stays where it was. Raises WaveProblemError for a problem that contradicts itself; a circle of
    dependencies is one (see ``cycles.joined``).
    """
    began = time.monotonic()
    problem.check()
    before: Starts = {} if previous is None else shifted(previous, problem)
    problem = with_history(problem, before)
    try:
        in_order(problem)
    except CycleError as error:
        way = " → ".join(reversed(error.args[1]))
        raise WaveProblemError((f"moves depend on each other in a circle: {way}",)) from error
    search = _Search(problem, before, WaveOptions() if options is None else options, progress, began)
    return search.found()


def with_history(problem: WaveProblem, before: Starts) -> WaveProblem:
    """The problem with the steps that had started before week 0 pinned where they were."""
    moves = []
    for move in problem.moves:
        past = {number: week for number, week in enumerate(before.get(move.id, ())) if week < 0}
        moves.append(replace(move, pins={**past, **move.pins}) if past else move)
    return replace(problem, moves=tuple(moves))


@dataclass
class _Search:
    """One search; ``began`` in seconds of the monotonic clock."""

    problem: WaveProblem
    before: Starts
    options: WaveOptions
    progress: Progress
    began: float

    def found(self) -> WaveSchedule:
        """The schedule, or that there is none, or neither."""
        windows = windows_of(self.problem)
        if any(window.is_empty for of_move in windows.values() for window in of_move):
            return self._infeasible()
        starts = self._listed(windows)
        self.progress("listed", {"value": None if starts is None else lateness(self.problem, starts)})
        if starts is not None and sum(len(move.steps) for move in self.problem.moves) > MOST_STEPS_AT_ONCE:
            return self._by_parts(windows, starts)
        return self._at_once(windows, starts)

    def _listed(self, windows: Windows) -> Weeks | None:
        """The best of several lists, one of them in the order in which a relaxation ends the moves."""
        seed = self.options.seed
        starts = best_listed(self.problem, windows, 0, seed, 0.0)
        if starts is None:
            return best_listed(self.problem, windows, _PASSES, seed, self._until(0.1))
        order = relaxed(self.problem, windows, lateness(self.problem, starts)).ends
        return best_listed(self.problem, windows, _PASSES, seed, self._until(0.1), [order])

    def _until(self, share: float) -> float:
        """Seconds until a share of the limit is over."""
        return max(0.0, self.options.seconds * share - (time.monotonic() - self.began))

    def _ended(self, status: Status, starts: Starts | None = None, stages: tuple[Stage, ...] = ()) -> WaveSchedule:
        seconds = time.monotonic() - self.began
        return WaveSchedule(status, self.problem.first_monday, starts, stages, seconds, self.options.seed)

    def _infeasible(self) -> WaveSchedule:
        conflict = conflict_of(self.problem, self.options, max(_LEAST_SECONDS_OF_CONFLICT, self._until(1.0)))
        return replace(self._ended("infeasible"), conflict=conflict)

    def _names(self) -> tuple[StageName, ...]:
        if not self.options.costs:
            return ("lateness",)
        return ("lateness", "changes", "shift", "cost", "peak") if self.before else ("lateness", "cost", "peak")

    def _values(self, starts: Starts) -> dict[StageName, int]:
        moved, shift = changes(self.before, starts)
        return {
            "lateness": lateness(self.problem, starts),
            "changes": moved,
            "shift": shift,
            "cost": cost(self.problem, starts),
            "peak": peak(self.problem, starts),
        }

    def _at_once(self, windows: Windows, starts: Weeks | None) -> WaveSchedule:
        """All moves in one model, aim by aim."""
        if starts is not None:
            windows = self._narrowed(windows, starts)
        model = WaveModel(self.problem, windows, Ledger(self.problem))
        bounds: dict[StageName, int] = {}
        for name in self._names():
            known = None if starts is None else self._values(starts)[name]
            aim = model.aim(name, self.before)
            least = self._least(name, windows, known)
            if known is None or known > least + self.options.gap * known:
                model.model.add(aim >= least)
                model.model.minimize(aim)
                if starts is not None:
                    model.hint(starts)
                answer = run(model, self._until(_SHARES[name]), self.options)
                if answer.status == "infeasible":
                    if starts is None:
                        return self._infeasible()
                    raise RuntimeError(f"CP-SAT calls the waves infeasible at {name}, beside a schedule")
                if answer.starts is not None:
                    found = self._values(answer.starts)[name]
                    if known is None or found <= known:
                        starts, known = answer.starts, found
                least = max(least, answer.bound)
            if starts is None or known is None:
                return self._ended("unknown")
            bounds[name] = least
            self.progress("stage", {"name": name, "value": known, "bound": min(least, known)})
            if name == "lateness":
                windows = self._narrowed(windows, starts)
                starts = self._tightened(windows, starts)
                model = WaveModel(self.problem, windows, Ledger(self.problem))
                aim = model.aim(name, self.before)
            model.model.add(aim <= known)
        assert starts is not None
        return self._ended(*self._judged(starts, bounds))

    def _narrowed(self, windows: Windows, starts: Weeks) -> Windows:
        """Without what would be later than the schedule at hand."""
        latest = relaxed(self.problem, windows, lateness(self.problem, starts)).latest
        return windows_of(self.problem, not_after=latest)

    def _tightened(self, windows: Windows, starts: Weeks) -> Weeks:
        """The schedule with what follows its cut-overs as early as can be, where that does not change more moves."""
        if self.before:
            return starts
        tight = tightened(self.problem, windows, starts)
        return starts if tight is None or cost(self.problem, tight) > cost(self.problem, starts) else tight

    def _least(self, name: StageName, windows: Windows, known: int | None) -> int:
        """What chains and teams alone say of an aim."""
        if name == "lateness":
            return least_lateness(self.problem, windows, known)
        if name == "cost":
            return least_cost(self.problem, windows)
        return least_peak(self.problem) if name == "peak" else 0

    def _judged(self, starts: Weeks, bounds: Mapping[StageName, int]) -> tuple[Status, Weeks, tuple[Stage, ...]]:
        """A later aim may have found a schedule that is better in an earlier one than was known of it."""
        values = self._values(starts)
        stages = tuple(Stage(name, values[name], min(bound, values[name])) for name, bound in bounds.items())
        is_proved = all(stage.value == stage.bound for stage in stages)
        return "optimal" if is_proved else "feasible", starts, stages

    def _by_parts(self, windows: Windows, starts: Weeks) -> WaveSchedule:
        """Part by part: the moves of a time or around a late one are scheduled anew among the others."""
        value = lateness(self.problem, starts)
        least = least_lateness(self.problem, windows, value)
        self.progress("stage", {"name": "lateness", "value": value, "bound": least})
        starts = improved(self.problem, starts, least, self.options, self._until(0.9), self.progress)
        values = self._values(starts)
        bounds = {name: self._least(name, windows, values[name]) for name in self._names()}
        bounds["lateness"] = max(least, bounds["lateness"])
        return self._ended(*self._judged(starts, bounds))


def least_cost(problem: WaveProblem, windows: Windows) -> int:
    """Thousand VND with each step in its cheapest year, and each move in both places no longer than its steps take."""
    total = 0
    for move in problem.moves:
        for step, window in zip(move.steps, windows[move.id], strict=True):
            first = problem.year_of(step.last_week(window.earliest))
            last = problem.year_of(step.last_week(window.latest))
            total += min(step.cost(year) for year in range(first, last + 1))
        total += move.both_places_kvnd * sum(step.weeks for step in move.steps[move.cut_over :])
    return total


def least_peak(problem: WaveProblem) -> int:
    """Persons of all teams: work ÷ weeks of each, or its largest single step."""
    total = 0
    for team in problem.teams:
        steps = [
            (step.weeks, step.persons.get(team.id, 0))
            for move in problem.moves
            for number, step in enumerate(move.steps)
            if move.pins.get(number, 0) >= 0
        ]
        work = sum(weeks * persons for weeks, persons in steps)
        total += max([-(-work // max(1, problem.weeks)), *(persons for weeks, persons in steps if weeks)], default=0)
    return total
