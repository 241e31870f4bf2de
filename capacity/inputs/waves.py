"""`waves.yaml`: the steps of a migration, who does them, when they may not run, and what pays for them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, model_validator

from capacity.inputs.base import Identifier, NonNegative, Positive, Record, Source, SourcedRecord, Year

Strategy = Literal["retain", "retire", "rehost", "replatform", "refactor", "repurchase", "relocate"]
SecurityLevel = Annotated[int, Field(ge=1, le=5)]
WeeksOfStep = Annotated[int, Field(ge=0, le=260)]
Persons = Annotated[int, Field(ge=0, le=10_000)]


class StepKind(SourcedRecord):
    """One kind of step, in the order of the file. Figures hold for each week, or for the step where they say so.

    ``persons`` are of each team while it runs. ``cost_vnd`` is of the step as a whole, with ``cost_vnd_per_vcpu`` for
    each vCPU of the system, with VAT, paid from ``fund`` in its last week; ``price_factor`` by year changes both.
    ``downtime_hours`` fall into the last week. With ``at_once`` it starts as soon as the step before it ends.
    With the end of the one kind that is the ``cut_over`` the system serves
    at its new place.
    """

    id: Identifier
    name_vi: str
    name_en: str
    cut_over: bool = False
    at_once: bool = False
    persons: dict[Identifier, Persons] = Field(default_factory=dict)
    cost_vnd: NonNegative = 0
    cost_vnd_per_vcpu: NonNegative = 0
    price_factor: dict[Year, Positive] = Field(default_factory=dict)
    fund: Identifier | None = None
    downtime_hours: Annotated[int, Field(ge=0, le=168)] = 0


class Chain(SourcedRecord):
    """The steps of the systems of some strategies and security levels: weeks by kind; a kind without weeks is left out.

    The first chain that fits a system is its chain.
    """

    strategies: Annotated[tuple[Strategy, ...], Field(min_length=1)]
    levels: Annotated[tuple[SecurityLevel, ...], Field(min_length=1)] = (1, 2, 3, 4, 5)
    weeks: Annotated[dict[Identifier, WeeksOfStep], Field(min_length=1)]


class Staffing(Record):
    """So many persons from a day on."""

    from_day: dt.date
    persons: Persons


class Team(SourcedRecord):
    """Persons of one skill, each number until the next day that is listed; none before the first."""

    id: Identifier
    name_vi: str
    name_en: str
    staff: Annotated[tuple[Staffing, ...], Field(min_length=1)]


class FreezeWindow(SourcedRecord):
    """In the weeks that [first_day, last_day] touches no step of ``steps`` runs; with ``starts_only`` none starts."""

    id: Identifier
    name_vi: str
    name_en: str
    first_day: dt.date
    last_day: dt.date
    steps: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    starts_only: bool = False

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> FreezeWindow:
        if self.last_day < self.first_day:
            raise ValueError(f"last_day {self.last_day} must not be before first_day {self.first_day}")
        return self


class DowntimeLimit(SourcedRecord):
    """At most ``hours`` of downtime in any ``weeks`` weeks in a row, of systems of the agencies; none: of all."""

    id: Identifier
    name_vi: str
    name_en: str
    agencies: tuple[Identifier, ...] = ()
    hours: Annotated[int, Field(ge=0, le=100_000)]
    weeks: Annotated[int, Field(ge=1, le=260)] = 1


class Capacity(Record):
    """What a place has for the moves from a day on, until the next day that is listed."""

    from_day: dt.date
    vcpu: NonNegative
    memory_gib: NonNegative
    storage_tb: NonNegative


class Destination(SourcedRecord):
    """Where systems of some levels and strategies move to: the first destination that fits; without one no limit holds.

    ``place`` is a site, a cloud zone, or ``tender``: the zones without a published price. ``capacity`` is what it has
    for the moves, nothing before the first day; without any it is no limit. ``both_places_vnd_per_vcpu_month`` is what
    each vCPU costs a month while the old place is still on, paid from ``fund``.
    """

    place: Identifier
    name_vi: str
    name_en: str
    strategies: tuple[Strategy, ...] = ("rehost", "replatform", "refactor", "repurchase", "relocate")
    levels: Annotated[tuple[SecurityLevel, ...], Field(min_length=1)] = (1, 2, 3, 4, 5)
    capacity: tuple[Capacity, ...] = ()
    both_places_vnd_per_vcpu_month: NonNegative = 0
    fund: Identifier | None = None


class WaveFund(SourcedRecord):
    """Money for the moves by year; what a year does not spend lapses unless ``carries_over``. Other years have none."""

    id: Identifier
    name_vi: str
    name_en: str
    budget_vnd: dict[Year, NonNegative]
    carries_over: bool = False


class Weights(SourcedRecord):
    """What a week of lateness weighs, by security level; a level that is not listed weighs 1."""

    by_level: dict[SecurityLevel, Annotated[int, Field(ge=0, le=1_000)]]


class Deadline(SourcedRecord):
    """By this day a system serves at its new place, not on its ``moves_on``; ``weight`` of each week after it."""

    system: Identifier
    day: dt.date
    weight: Annotated[int, Field(ge=0, le=1_000)] | None = None


class Pin(SourcedRecord):
    """A step of a system starts in the week of this day."""

    system: Identifier
    step: Identifier
    day: dt.date


class Done(SourcedRecord):
    """Steps that lie behind these systems already."""

    systems: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    steps: Annotated[tuple[Identifier, ...], Field(min_length=1)]


class Group(SourcedRecord):
    """Systems that move together, as one move."""

    id: Identifier
    systems: Annotated[tuple[Identifier, ...], Field(min_length=2)]


class WavesFile(Record):
    """The whole of ``waves.yaml``. All moves end by ``last_day``."""

    last_day: dt.date
    source: Source = "assumption: the end of the plan's last year"
    steps: Annotated[tuple[StepKind, ...], Field(min_length=1)]
    chains: Annotated[tuple[Chain, ...], Field(min_length=1)]
    teams: tuple[Team, ...] = ()
    freezes: tuple[FreezeWindow, ...] = ()
    downtime: tuple[DowntimeLimit, ...] = ()
    destinations: tuple[Destination, ...] = ()
    funds: tuple[WaveFund, ...] = ()
    weights: Weights | None = None
    deadlines: tuple[Deadline, ...] = ()
    pins: tuple[Pin, ...] = ()
    together: tuple[Group, ...] = ()
    done: tuple[Done, ...] = ()

    @model_validator(mode="after")
    def _one_kind_is_the_cut_over(self) -> WavesFile:
        if sum(step.cut_over for step in self.steps) != 1:
            raise ValueError("exactly one step has cut_over: true")
        return self
