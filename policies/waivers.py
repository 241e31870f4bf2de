"""Waivers: exceptions from a rule that somebody answers for, with an end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

from policies.register import RegisterId

NOTICE_DAYS = (90, 30, 7)
"""Before its end a waiver is told of in three steps."""


class Waiver(BaseModel):
    """``systems`` need not keep ``rule`` from ``valid_from`` until the day before ``valid_to``.

    ``owner`` is the agency that answers for it, ``document`` the decision that grants it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    id: RegisterId
    rule: RegisterId
    systems: Annotated[tuple[RegisterId, ...], Field(min_length=1)]
    owner: RegisterId
    reason_vi: Annotated[str, Field(min_length=10)]
    reason_en: str = ""
    document: Annotated[str, Field(min_length=3)]
    valid_from: dt.date
    valid_to: dt.date

    def in_force(self, day: dt.date) -> bool:
        """Whether the waiver is in force on a day."""
        return self.valid_from <= day < self.valid_to

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Waiver:
        if self.valid_to <= self.valid_from:
            raise ValueError(f"valid_to {self.valid_to} must be after valid_from {self.valid_from}")
        return self


class WaiversFile(BaseModel):
    """The whole of ``waivers.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    waivers: tuple[Waiver, ...]


class WaiverNotice(NamedTuple):
    """A waiver that ends within ``within`` days, or has ended (0); ``days`` are those left."""

    waiver: Waiver
    days: int
    within: int


def waived_until(waivers: Iterable[Waiver], rule: str, system: str, day: dt.date) -> dt.date | None:
    """The first day without a waiver of a rule for a system, None when none is in force on ``day``.

    Waivers that follow one another without a day between them count as one.
    """
    own = sorted(
        (each for each in waivers if each.rule == rule and system in each.systems), key=lambda each: each.valid_from
    )
    end: dt.date | None = None
    for each in own:
        if each.in_force(day if end is None else end):
            end = max(each.valid_to, end or each.valid_to)
    return end


def notices(waivers: Iterable[Waiver], day: dt.date) -> tuple[WaiverNotice, ...]:
    """Waivers that have ended or end soon, the most urgent first."""
    found = []
    for each in waivers:
        days = (each.valid_to - day).days
        steps = [step for step in (*NOTICE_DAYS, 0) if days <= step]
        if each.valid_from <= day and steps:
            found.append(WaiverNotice(each, days, min(steps)))
    return tuple(sorted(found, key=lambda notice: (notice.days, notice.waiver.id)))
