"""The security level that the criteria ask for, by the decree that binds a system on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from policies.facts import Facts, SystemFacts
from policies.register import RegisterId
from policies.rules import compiled, evaluated, to_message

_PERSONAL = frozenset({"personal", "sensitive-personal"})


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Criterion(_Record):
    """A criterion of a level: ``when`` is an expression over ``variables.system``."""

    level: Annotated[int, Field(ge=1, le=5)]
    article: str
    when: str
    text_vi: str
    text_en: str


class CriteriaSet(_Record):
    """The criteria of a decree, in force from ``effective_from`` until the day before ``effective_to``.

    A system whose level was set under them keeps it until the day before ``kept_until``. ``left_out`` are criteria
    that the register has no field for.
    """

    id: RegisterId
    document: str
    title_vi: str
    effective_from: dt.date
    effective_to: dt.date | None = None
    kept_until: dt.date | None = None
    confidence: Literal["high", "medium", "low"]
    note: str = ""
    left_out: tuple[str, ...] = ()
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]

    def in_force(self, day: dt.date) -> bool:
        """Whether levels are set by these criteria on a day."""
        return self.effective_from <= day and (self.effective_to is None or day < self.effective_to)


class LevelsFile(_Record):
    """The whole of ``levels.yaml``."""

    sets: Annotated[tuple[CriteriaSet, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class RequiredLevel:
    """The level that a set of criteria asks for and the criterion of it; None where the facts do not decide it."""

    criteria: CriteriaSet
    criterion: Criterion | None

    @property
    def level(self) -> int | None:
        """1 to 5."""
        return None if self.criterion is None else self.criterion.level


def binding_set(sets: Iterable[CriteriaSet], level_basis: str, day: dt.date) -> CriteriaSet | None:
    """The criteria that bind a system on a day: those its level was set under while they are kept, else those in force.

    None before the first set was in force.
    """
    known = tuple(sets)
    own = next((each for each in known if each.id == level_basis), None)
    if own is not None and own.effective_from <= day and own.kept_until is not None and day < own.kept_until:
        return own
    return next((each for each in known if each.in_force(day)), None)


def required_level(sets: Sequence[CriteriaSet], system: SystemFacts, day: dt.date) -> RequiredLevel | None:
    """The level of the highest criterion that a system meets; None before there were any criteria.

    An online service with personal data of nobody knows how many persons is undecided, as is a system without purpose.
    """
    binding = binding_set(sets, system.level_basis, day)
    if binding is None:
        return None
    if system.purpose == "online-service" and system.data_subjects < 0 and _PERSONAL & set(system.data_classes):
        return RequiredLevel(binding, None)
    if not system.data_classes:
        return RequiredLevel(binding, None)
    message = to_message(Facts(day, system=system))
    falling = sorted(binding.criteria, key=lambda each: -each.level)
    return RequiredLevel(binding, next((each for each in falling if evaluated(compiled(each.when), message)), None))


def with_required_level(sets: Sequence[CriteriaSet], system: SystemFacts, day: dt.date) -> SystemFacts:
    """The facts of a system with what the criteria ask for."""
    required = required_level(sets, system, day)
    level = None if required is None else required.level
    return system if level is None else replace(system, level_required=level)
