"""The rules of a wave problem as constraints of CP-SAT, one method each; freezes, pins and horizon are in windows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from ortools.sat.python import cp_model

from capacity.waves.ledger import Ledger, Weeks
from capacity.waves.problem import Move, Step, WaveProblem
from capacity.waves.result import StageName, Starts, cut_over_end, team_use
from capacity.waves.windows import Windows

Expression = cp_model.LinearExpr | int


class WaveModel:
    """Variables are the start weeks of the problem's moves; what other moves take is out of the ledger already."""

    def __init__(self, problem: WaveProblem, windows: Windows, ledger: Ledger) -> None:
        self.problem = problem
        self.windows = windows
        self.ledger = ledger
        self.model = cp_model.CpModel()
        self.starts: dict[tuple[str, int], cp_model.IntVar] = {}
        self._literals: dict[tuple[str, int, int], cp_model.IntVar] = {}
        self._others: list[tuple[cp_model.IntVar, Callable[[Starts], int]]] = []
        for move in problem.moves:
            for number, window in enumerate(windows[move.id]):
                domain = cp_model.Domain.from_values(window.weeks)
                self.starts[move.id, number] = self.model.new_int_var_from_domain(domain, f"{move.id}.{number}")
        self.uses = {team.id: self._uses(team.id) for team in problem.teams}
        self.steps_follow_each_other()
        self.dependencies_are_in_place()
        self.teams_are_large_enough()
        self.downtime_is_within_budget()
        self.places_have_room()
        self.funds_are_not_overdrawn()

    def steps_follow_each_other(self) -> None:
        """A step starts when the one before it has ended, in the same week where it follows at once."""
        for move in self.problem.moves:
            for number, step in enumerate(move.steps[:-1]):
                then, end = self.starts[move.id, number + 1], self.starts[move.id, number] + step.weeks
                self.model.add(then == end if move.steps[number + 1].at_once else then >= end)

    def dependencies_are_in_place(self) -> None:
        """A cut-over starts when those of all that the system depends on have ended."""
        for move in self.problem.moves:
            for name in move.depends_on:
                self.model.add(self.starts[move.id, move.cut_over] >= self._cut_over_end(self.problem.by_id[name]))

    def teams_are_large_enough(self) -> None:
        """In no week more persons of a team are at work than it has."""
        for team in self.problem.teams:
            intervals, persons = self.uses[team.id]
            self._within(intervals, persons, self.ledger.persons[team.id])

    def downtime_is_within_budget(self) -> None:
        """In any weeks in a row the downtime of a budget's moves stays within it."""
        for budget in self.problem.downtime:
            intervals, hours = [], []
            for move in self.problem.moves:
                if not budget.covers(move):
                    continue
                for number, step in enumerate(move.steps):
                    if step.downtime_hours and step.last_week(self.windows[move.id][number].earliest) >= 0:
                        last = self.starts[move.id, number] + max(0, step.weeks - 1)
                        intervals.append(self.model.new_fixed_size_interval_var(last, budget.weeks, ""))
                        hours.append(step.downtime_hours)
            self._within(intervals, hours, self.ledger.hours[budget.id])

    def places_have_room(self) -> None:
        """What has come to a place by a week never takes more than the place has in it and later."""
        for (place, resource), room in self.ledger.room.items():
            needed = [(move, move.needs[resource]) for move in self.problem.moves if _takes(move, place, resource)]
            least = np.minimum.accumulate(room[::-1])[::-1]
            total = sum(amount for _, amount in needed)
            for week in range(self.problem.weeks):
                is_last = week + 1 == self.problem.weeks or least[week + 1] > least[week]
                if is_last and total > least[week]:
                    taken = [amount * self._by(move, move.cut_over, week) for move, amount in needed]
                    self.model.add(cp_model.LinearExpr.sum(taken) <= int(least[week]))

    def funds_are_not_overdrawn(self) -> None:
        """A year's payments from a fund stay within its budget, with what earlier years left where it carries over."""
        for fund in self.problem.funds:
            before: list[Expression] = []
            for year in self.problem.years:
                paid = self._paid(fund.id, year)
                before = [*before, *paid] if fund.carries_over else paid
                left = int(self.ledger.money[fund.id][self.ledger.years[year]])
                if before:
                    self.model.add(cp_model.LinearExpr.sum(before) <= left)

    def lateness(self) -> Expression:
        """Weighted weeks of lateness."""
        parts: list[Expression] = [0]
        for move in self.problem.moves:
            first, last = self._ends(move)
            for due in move.dues:
                if due.weight and last > due.week:
                    late = self.model.new_int_var(max(0, first - due.week), last - due.week, "")
                    self.model.add(late >= self._cut_over_end(move) - due.week)
                    self._others.append((late, partial(_weeks_late, move, due.week)))
                    parts.append(due.weight * late)
        return cp_model.LinearExpr.sum(parts)

    def cost(self) -> Expression:
        """Thousand VND of all steps and of all weeks in both places."""
        parts: list[Expression] = [0]
        for move in self.problem.moves:
            for number, step in enumerate(move.steps):
                parts += self._payments(move, number, step)
            if move.both_places_kvnd:
                end = self.starts[move.id, len(move.steps) - 1] + move.steps[-1].weeks
                parts.append(move.both_places_kvnd * (end - self.starts[move.id, move.cut_over]))
        return cp_model.LinearExpr.sum(parts)

    def peak(self) -> Expression:
        """The largest use of each team, added up."""
        parts: list[Expression] = [0]
        for team in self.problem.teams:
            intervals, persons = self.uses[team.id]
            if intervals:
                most = self.model.new_int_var(max(persons), max(team.persons), f"peak {team.id}")
                self.model.add_cumulative(intervals, persons, most)
                self._others.append((most, partial(_peak_of, self.problem, team.id)))
                parts.append(most)
        return cp_model.LinearExpr.sum(parts)

    def changes(self, before: Starts) -> tuple[Expression, Expression]:
        """How many moves have a step in another week than before, and by how many weeks all steps have moved."""
        moved: list[Expression] = [0]
        shifts: list[Expression] = [0]
        for move in self.problem.moves:
            if move.id not in before:
                continue
            is_moved = self.model.new_bool_var("")
            self._others.append((is_moved, partial(_is_moved, move.id, before[move.id])))
            for number, old in enumerate(before[move.id]):
                start, window = self.starts[move.id, number], self.windows[move.id][number]
                most = max(abs(window.earliest - old), abs(window.latest - old))
                shift = self.model.new_int_var(0, most, "")
                self.model.add_abs_equality(shift, start - old)
                self._others.append((shift, partial(_shift, move.id, number, old)))
                self.model.add(start == old).only_enforce_if(~is_moved)
                shifts.append(shift)
            moved.append(is_moved)
        return cp_model.LinearExpr.sum(moved), cp_model.LinearExpr.sum(shifts)

    def aim(self, stage: StageName, before: Starts) -> Expression:
        """What a stage makes least."""
        if stage in ("changes", "shift"):
            return self.changes(before)[0 if stage == "changes" else 1]
        aims = {"lateness": self.lateness, "cost": self.cost, "peak": self.peak}
        return aims[stage]()

    def hint(self, starts: Starts) -> None:
        """Begins the search at a schedule."""
        self.model.clear_hints()
        for (move, number), start in self.starts.items():
            self.model.add_hint(start, starts[move][number])
        for variable, value in self._others:
            self.model.add_hint(variable, value(starts))

    def _uses(self, team: str) -> tuple[list[cp_model.IntervalVar], list[int]]:
        """The steps that take persons of a team; of one that was begun before week 0 what is left."""
        intervals, persons = [], []
        for move in self.problem.moves:
            for number, step in enumerate(move.steps):
                number_of_persons = step.persons.get(team, 0)
                past = max(0, -self.windows[move.id][number].earliest)
                if number_of_persons and step.weeks > past:
                    start = self.starts[move.id, number] + past
                    intervals.append(self.model.new_fixed_size_interval_var(start, step.weeks - past, ""))
                    persons.append(number_of_persons)
        return intervals, persons

    def _within(self, intervals: list[cp_model.IntervalVar], amounts: list[int], left: Weeks) -> None:
        """The amounts of the intervals that hold a week stay within what is left in it."""
        if not intervals:
            return
        most = int(left.max())
        taken, all_amounts = list(intervals), list(amounts)
        first = 0
        for week in range(1, len(left) + 1):
            if week == len(left) or left[week] != left[first]:
                if left[first] < most:
                    taken.append(self.model.new_fixed_size_interval_var(first, week - first, ""))
                    all_amounts.append(most - int(left[first]))
                first = week
        self.model.add_cumulative(taken, all_amounts, most)

    def _cut_over_end(self, move: Move) -> Expression:
        return self.starts[move.id, move.cut_over] + move.steps[move.cut_over].weeks

    def _ends(self, move: Move) -> tuple[int, int]:
        window, weeks = self.windows[move.id][move.cut_over], move.steps[move.cut_over].weeks
        return window.earliest + weeks, window.latest + weeks

    def _by(self, move: Move, number: int, week: int) -> Expression:
        """1 when a step starts in a week or before, else 0."""
        window = self.windows[move.id][number]
        if week < window.earliest:
            return 0
        if week >= window.latest:
            return 1
        key = move.id, number, week
        if key not in self._literals:
            literal = self.model.new_bool_var("")
            self.model.add(self.starts[move.id, number] <= week).only_enforce_if(literal)
            self.model.add(self.starts[move.id, number] > week).only_enforce_if(~literal)
            self._literals[key] = literal
            self._others.append((literal, partial(_has_started, move.id, number, week)))
        return self._literals[key]

    def _in_year(self, move: Move, number: int, step: Step, year: int) -> Expression:
        """1 when a step is paid in a year, else 0."""
        back = max(0, step.weeks - 1) + 1
        last = self.problem.first_week_of(year + 1) - back
        return self._by(move, number, last) - self._by(move, number, self.problem.first_week_of(year) - back)

    def _payments(self, move: Move, number: int, step: Step) -> list[Expression]:
        """What a step costs, in whatever year."""
        if not step.kvnd_by_year:
            return [step.kvnd]
        window = self.windows[move.id][number]
        first = self.problem.year_of(step.last_week(window.earliest))
        last = self.problem.year_of(step.last_week(window.latest))
        return [step.cost(year) * self._in_year(move, number, step, year) for year in range(first, last + 1)]

    def _paid(self, fund: str, year: int) -> list[Expression]:
        """What is paid from a fund in a year."""
        parts: list[Expression] = []
        for move in self.problem.moves:
            for number, step in enumerate(move.steps):
                if step.fund == fund and step.cost(year):
                    parts.append(step.cost(year) * self._in_year(move, number, step, year))
            if move.both_places_kvnd and move.both_places_fund == fund:
                first, last = self.problem.first_week_of(year), self.problem.first_week_of(year + 1)
                start, end = move.cut_over, len(move.steps) - 1
                until = self._clamped(move, end, move.steps[-1].weeks, first, last)
                parts.append(move.both_places_kvnd * (until - self._clamped(move, start, 0, first, last)))
        return parts

    def _clamped(self, move: Move, number: int, ahead: int, first: int, last: int) -> Expression:
        """The start of a step and so many weeks, but no less than one week and no more than another."""
        window = self.windows[move.id][number]
        least, most = window.earliest + ahead, window.latest + ahead
        if most <= first:
            return first
        if least >= last:
            return last
        week: Expression = self.starts[move.id, number] + ahead
        if most > last:
            low = self.model.new_int_var(least, last, "")
            self.model.add_min_equality(low, [week, last])
            self._others.append((low, partial(_clamped, move.id, number, ahead, least, last)))
            week = low
        if least < first:
            high = self.model.new_int_var(first, min(most, last), "")
            self.model.add_max_equality(high, [week, first])
            self._others.append((high, partial(_clamped, move.id, number, ahead, first, min(most, last))))
            week = high
        return week


def _weeks_late(move: Move, due: int, starts: Starts) -> int:
    return max(0, cut_over_end(move, starts[move.id]) - due)


def _peak_of(problem: WaveProblem, team: str, starts: Starts) -> int:
    return max(team_use(problem, starts)[team], default=0)


def _is_moved(move: str, before: tuple[int, ...], starts: Starts) -> int:
    return int(starts[move] != before)


def _shift(move: str, number: int, old: int, starts: Starts) -> int:
    return abs(starts[move][number] - old)


def _has_started(move: str, number: int, week: int, starts: Starts) -> int:
    return int(starts[move][number] <= week)


def _clamped(move: str, number: int, ahead: int, first: int, last: int, starts: Starts) -> int:
    return max(first, min(last, starts[move][number] + ahead))


def _takes(move: Move, place: str, resource: str) -> bool:
    return move.place == place and bool(move.needs.get(resource))
