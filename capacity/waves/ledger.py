"""What is left of everything when some moves have their weeks, and in which weeks a step could start beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from capacity.waves import rules
from capacity.waves.problem import Move, Step, WaveProblem
from capacity.waves.result import weeks_in_both

Weeks = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Ledger:
    """The rest of teams, downtime, places and funds of a problem; moves are entered and taken out.

    ``persons`` is by team and week, ``hours`` by downtime budget and the last week of its weeks in a row, ``room`` by
    place, resource and week, ``money`` by fund and year: what may still be spent by the end of that year.
    """

    def __init__(self, problem: WaveProblem) -> None:
        self.problem = problem
        weeks = problem.weeks
        self.years = {year: number for number, year in enumerate(problem.years)}
        self.persons = {team.id: np.array(team.persons, dtype=np.int64) for team in problem.teams}
        self.hours = {budget.id: np.full(weeks, budget.hours, dtype=np.int64) for budget in problem.downtime}
        self.room = {
            (place.id, resource): np.array(amounts, dtype=np.int64)
            for place in problem.places
            for resource, amounts in place.capacity.items()
        }
        self.carries = {fund.id: fund.carries_over for fund in problem.funds}
        self.money = {}
        for fund in problem.funds:
            before = sum(money for year, money in fund.kvnd.items() if year < problem.years[0])
            budget = np.array([fund.kvnd.get(year, 0) for year in problem.years], dtype=np.int64)
            self.money[fund.id] = np.cumsum(budget) + before if fund.carries_over else budget
        self.year_of_week = np.array([self.years[problem.year_of(week)] for week in range(weeks)], dtype=np.int64)
        self._frozen: dict[tuple[str, int], Mask] = {}

    def enter(self, move: Move, starts: Sequence[int], sign: int = 1) -> None:
        """Takes what a move needs with these starts; with ``sign`` -1 gives it back."""
        for number in range(len(move.steps)):
            self.enter_step(move, number, starts[number], sign)
        self.enter_both_places(move, starts, sign)

    def enter_both_places(self, move: Move, starts: Sequence[int], sign: int = 1) -> None:
        """Takes the money for a move's weeks in both places."""
        if move.both_places_kvnd and move.both_places_fund is not None:
            for year, money in self.both_places(move, starts).items():
                self._pay(move.both_places_fund, year, sign * money)

    def enter_step(self, move: Move, number: int, start: int, sign: int = 1) -> None:
        """Takes what one step needs, without the weeks in both places."""
        step, weeks = move.steps[number], self.problem.weeks
        for team, persons in step.persons.items():
            self.persons[team][max(0, start) : max(0, start + step.weeks)] -= sign * persons
        last = step.last_week(start)
        if step.downtime_hours and 0 <= last < weeks:
            for budget in self.problem.downtime:
                if budget.covers(move):
                    self.hours[budget.id][last : last + budget.weeks] -= sign * step.downtime_hours
        if number == move.cut_over and move.place is not None:
            for resource, amount in move.needs.items():
                if (move.place, resource) in self.room:
                    self.room[move.place, resource][max(0, start) :] -= sign * amount
        if step.fund is not None:
            year = self.problem.year_of(last)
            self._pay(step.fund, year, sign * step.cost(year))

    def _pay(self, fund: str, year: int, kvnd: int) -> None:
        at = self.years.get(year)
        if at is not None:
            self.money[fund][at : None if self.carries[fund] else at + 1] -= kvnd

    @property
    def is_overdrawn(self) -> bool:
        """Whether more was entered than there is."""
        short = any(int(left.min()) < 0 for left in (*self.persons.values(), *self.room.values()))
        return short or self.lacks_money_or_hours

    @property
    def lacks_money_or_hours(self) -> bool:
        """Whether more money or downtime was entered than there is."""
        return any(int(left.min()) < 0 for left in (*self.money.values(), *self.hours.values()))

    def both_places(self, move: Move, starts: Sequence[int]) -> dict[int, int]:
        """Thousand VND by year for the weeks in both places, in the years of the problem."""
        first, last = weeks_in_both(move, tuple(starts))
        found: dict[int, int] = {}
        for year in self.years:
            from_week, to_week = self.problem.first_week_of(year), self.problem.first_week_of(year + 1)
            weeks = min(last, to_week) - max(first, from_week)
            if weeks > 0:
                found[year] = weeks * move.both_places_kvnd
        return found

    def possible(self, move: Move, number: int) -> Mask:
        """In which weeks a step may start by what is left; order, dependencies and pins are not asked."""
        step = move.steps[number]
        mask = self.unfrozen(step).copy()
        for _, allowed in self._limits(move, number, step):
            mask &= allowed
        return mask

    def unfrozen(self, step: Step) -> Mask:
        """The weeks in which a step may start within horizon and freezes."""
        key = step.kind, step.weeks
        if key not in self._frozen:
            weeks = self.problem.weeks
            mask = np.arange(weeks) + step.weeks <= weeks
            for window in self.problem.freezes:
                if step.kind in window.kinds:
                    reach = 1 if window.starts_only else max(1, step.weeks)
                    mask[max(0, window.first - reach + 1) : max(0, window.last)] = False
            self._frozen[key] = mask
        return self._frozen[key]

    def hindrances(self, move: Move, number: int, week: int) -> Iterator[str]:
        """The rules by which a step cannot start in a week beside what is entered."""
        step = move.steps[number]
        if week < 0 or week + step.weeks > self.problem.weeks:
            yield rules.horizon()
            return
        yield from (rules.freeze(window.id) for window in self.problem.freezes if window.forbids(step, week))
        yield from (rule for rule, allowed in self._limits(move, number, step) if not allowed[week])

    def _limits(self, move: Move, number: int, step: Step) -> Iterator[tuple[str, Mask]]:
        weeks = self.problem.weeks
        for team, persons in step.persons.items():
            if step.weeks and persons:
                yield rules.team(team), _all_of(self.persons[team] >= persons, step.weeks)
        pays = np.minimum(np.arange(weeks) + max(0, step.weeks - 1), weeks - 1)
        if step.downtime_hours:
            for budget in self.problem.downtime:
                if budget.covers(move):
                    free = self.hours[budget.id] >= step.downtime_hours
                    padded = np.concatenate([free, np.ones(budget.weeks - 1, dtype=np.bool_)])
                    yield rules.downtime(budget.id), _all_of(padded, budget.weeks)[:weeks][pays]
        if number == move.cut_over and move.place is not None:
            for resource, amount in move.needs.items():
                if amount and (move.place, resource) in self.room:
                    free = self.room[move.place, resource] >= amount
                    yield rules.place(move.place, resource), np.logical_and.accumulate(free[::-1])[::-1]
        if step.fund is not None:
            costs = np.array([step.cost(year) for year in self.problem.years], dtype=np.int64)
            left = self.money[step.fund]
            if self.carries[step.fund]:
                left = np.minimum.accumulate(left[::-1])[::-1]
            enough = (left >= costs) | (costs == 0)
            yield rules.whole_fund(step.fund), enough[self.year_of_week[pays]]


def _all_of(mask: Mask, weeks: int) -> Mask:
    """By start week, whether so many weeks in a row are true; those that would pass the end are not."""
    counts = np.concatenate([[0], np.cumsum(~mask)])
    found = np.zeros(len(mask), dtype=np.bool_)
    if weeks <= len(mask):
        found[: len(mask) - weeks + 1] = counts[weeks:] == counts[: len(counts) - weeks]
    return found
