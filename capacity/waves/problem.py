"""What is to be scheduled: moves as chains of steps by the week, and what limits them. Whole numbers throughout.

Week 0 begins on ``first_monday``; a span of weeks is [first, last). A week belongs to the year of its Thursday, as ISO
8601 has it. Money is in thousand VND.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

NOTHING: Mapping[str, int] = MappingProxyType({})


class WaveProblemError(ValueError):
    """A problem that names what it does not hold, or contradicts itself; ``findings`` says each of them."""

    def __init__(self, findings: tuple[str, ...]) -> None:
        super().__init__("; ".join(findings))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a move: ``weeks`` in a row, each of which takes ``persons`` by team.

    With ``at_once`` it starts in the week in which the step before it has ended, else in that or any later one. It is
    paid from ``fund`` in its last week (a step of no weeks: in the week of its start), in a year of
    ``kvnd_by_year`` at that amount. ``downtime_hours`` fall into the same week.
    """

    kind: str
    weeks: int
    persons: Mapping[str, int] = field(default_factory=dict)
    kvnd: int = 0
    kvnd_by_year: Mapping[int, int] = field(default_factory=dict)
    fund: str | None = None
    downtime_hours: int = 0
    at_once: bool = False

    def cost(self, year: int) -> int:
        """Thousand VND when it is paid in a year."""
        return self.kvnd_by_year.get(year, self.kvnd)

    def last_week(self, start: int) -> int:
        """The week in which it is paid and takes its downtime, when it starts in a week."""
        return start + max(0, self.weeks - 1)


@dataclass(frozen=True, slots=True)
class Due:
    """Each week after ``week`` in which the system does not serve at its new place weighs ``weight``."""

    week: int
    weight: int


@dataclass(frozen=True, slots=True)
class Move:
    """A chain of steps, one after the other. With the end of step ``cut_over`` the system serves at its new place.

    From the start of that step on it takes ``needs`` by resource at ``place``, and until the end of the last step it
    is paid in both places, ``both_places_kvnd`` a week from ``both_places_fund``. ``depends_on`` are moves whose
    cut-over has ended when that of this one starts. ``pins`` are starts that are given, by the place in the chain; they
    may lie before week 0. ``agency`` is whose downtime it counts as, ``members`` the systems that move with it.
    """

    id: str
    steps: tuple[Step, ...]
    cut_over: int
    agency: str = ""
    depends_on: tuple[str, ...] = ()
    dues: tuple[Due, ...] = ()
    place: str | None = None
    needs: Mapping[str, int] = field(default_factory=dict)
    both_places_kvnd: int = 0
    both_places_fund: str | None = None
    pins: Mapping[int, int] = field(default_factory=dict)
    members: tuple[str, ...] = ()

    def late_weight(self, end: int) -> int:
        """Weighted weeks of lateness when the cut-over ends before week ``end``."""
        return sum(due.weight * max(0, end - due.week) for due in self.dues)


@dataclass(frozen=True, slots=True)
class Team:
    """``persons`` of one skill, by week."""

    id: str
    persons: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Freeze:
    """In the weeks [first, last) no step of ``kinds`` runs; with ``starts_only`` none starts."""

    id: str
    first: int
    last: int
    kinds: frozenset[str]
    starts_only: bool = False

    def forbids(self, step: Step, start: int) -> bool:
        """Whether a step may not start in a week because of it."""
        reach = 1 if self.starts_only else max(1, step.weeks)
        return step.kind in self.kinds and start < self.last and start + reach > self.first


@dataclass(frozen=True, slots=True)
class DowntimeBudget:
    """In any ``weeks`` weeks in a row moves of the agencies have at most ``hours`` of downtime; no agencies: of all."""

    id: str
    hours: int
    weeks: int = 1
    agencies: frozenset[str] = frozenset()

    def covers(self, move: Move) -> bool:
        """Whether the downtime of a move counts."""
        return not self.agencies or move.agency in self.agencies


@dataclass(frozen=True, slots=True)
class Place:
    """What a site or cloud has for the moves, by resource and week."""

    id: str
    capacity: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Fund:
    """Thousand VND by year. What a year does not spend lapses unless the fund carries over; other years have none."""

    id: str
    kvnd: Mapping[int, int]
    carries_over: bool = False


@dataclass(frozen=True)
class WaveProblem:
    """Moves and what limits them, within ``weeks`` weeks from ``first_monday`` on."""

    first_monday: dt.date
    weeks: int
    moves: tuple[Move, ...]
    teams: tuple[Team, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    downtime: tuple[DowntimeBudget, ...] = ()
    places: tuple[Place, ...] = ()
    funds: tuple[Fund, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Move]:
        """The moves by their ids."""
        return {move.id: move for move in self.moves}

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years of the weeks, in order."""
        return tuple(range(self.year_of(0), self.year_of(max(0, self.weeks - 1)) + 1))

    def year_of(self, week: int) -> int:
        """The year to which a week belongs."""
        return (self.first_monday + dt.timedelta(weeks=week)).isocalendar().year

    def week_of(self, day: dt.date) -> int:
        """The week in which a day lies; negative before week 0."""
        return (day - self.first_monday).days // 7

    def monday(self, week: int) -> dt.date:
        """The first day of a week."""
        return self.first_monday + dt.timedelta(weeks=week)

    def first_week_of(self, year: int) -> int:
        """The first week that belongs to a year; negative when it lies before week 0."""
        return self.week_of(dt.date.fromisocalendar(year, 1, 1))

    def check(self) -> None:
        """Raises WaveProblemError with everything that is wrong with the problem itself."""
        if findings := tuple(self._findings()):
            raise WaveProblemError(findings)

    def _findings(self) -> Iterator[str]:
        if self.first_monday.weekday() != 0:
            yield f"week 0 begins on {self.first_monday}, which is no Monday"
        if len(self.by_id) < len(self.moves):
            yield "two moves have the same id"
        teams, funds = {team.id for team in self.teams}, {fund.id for fund in self.funds}
        places = {place.id: place for place in self.places}
        for team in self.teams:
            if len(team.persons) != self.weeks:
                yield f"team {team.id} has persons for {len(team.persons)} weeks of {self.weeks}"
        for place in self.places:
            for resource, amounts in place.capacity.items():
                if len(amounts) != self.weeks:
                    yield f"place {place.id} has {resource} for {len(amounts)} weeks of {self.weeks}"
        for move in self.moves:
            if not 0 <= move.cut_over < len(move.steps):
                yield f"move {move.id} has no step {move.cut_over}"
            for name in move.depends_on:
                if name not in self.by_id:
                    yield f"move {move.id} depends on {name}, which is no move"
            for step in move.steps:
                if step.weeks < 0:
                    yield f"step {step.kind} of move {move.id} has {step.weeks} weeks"
                yield from (f"move {move.id} needs team {team}" for team in step.persons if team not in teams)
                if step.fund is not None and step.fund not in funds:
                    yield f"move {move.id} is paid from {step.fund}, which is no fund"
            if move.both_places_fund is not None and move.both_places_fund not in funds:
                yield f"move {move.id} is paid from {move.both_places_fund}, which is no fund"
            if move.place is not None and move.place not in places:
                yield f"move {move.id} goes to {move.place}, which is no place"
