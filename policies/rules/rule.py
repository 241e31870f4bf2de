"""A rule as it stands in a file of the catalogue, with its examples."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from policies.register import RegisterId

Severity = Literal["deny", "warn", "inform"]
"""What a gate does with what does not hold: refuse it, let it pass with a warning, only tell it."""
Subject = Literal["system", "resource", "site", "province"]
Point = Literal["register", "preview", "cluster"]
POINTS: tuple[Point, ...] = get_args(Point)
Outcome = Literal["not_applicable", "unknown", "holds", "broken", "waived"]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)


class Citation(_Record):
    """Where a rule comes from; in force from ``effective_from`` until the day before ``effective_to``.

    ``confidence`` as in the references of the province: what was read (high), reported (medium), or hinted at (low).
    """

    document: str
    article: str
    title_vi: str
    effective_from: dt.date
    effective_to: dt.date | None = None
    confidence: Literal["high", "medium", "low"]
    note: str = ""


class Example(_Record):
    """Facts and what the rule says of them. Facts that are not named are unknown.

    ``given`` holds fields by record: ``{system: {security_level: 3}}``.
    """

    name: str
    today: dt.date
    given: dict[str, dict[str, Any]] = {}
    waived_until: dt.date | None = None
    expect: Outcome


class Rule(_Record):
    """A rule. It is in force from ``valid_from`` until the day before ``valid_to``; ``applies`` sees no other day.

    ``known``: what must be known to decide. Messages may name facts in braces, ``{system.id}``.
    """

    id: RegisterId
    name_vi: str
    name_en: str
    message_vi: str
    message_en: str
    severity: Severity
    subject: Subject
    points: Annotated[tuple[Point, ...], Field(min_length=1)]
    valid_from: dt.date
    valid_to: dt.date | None = None
    applies: str
    known: str = "true"
    holds: str
    citations: Annotated[tuple[Citation, ...], Field(min_length=1)]
    examples: Annotated[tuple[Example, ...], Field(min_length=2)]

    def in_force(self, day: dt.date) -> bool:
        """Whether the rule is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @model_validator(mode="after")
    def _is_whole(self) -> Rule:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError(f"valid_to {self.valid_to} must be after valid_from {self.valid_from}")
        if "cluster" in self.points and self.subject not in ("system", "resource"):
            raise ValueError(f"points: a rule about a {self.subject} has no point in a cluster")
        expected = {example.expect for example in self.examples}
        if not {"holds", "broken"} <= expected:
            raise ValueError("examples: at least one in which the rule holds and one in which it is broken")
        return self


class RulesFile(_Record):
    """The whole of a file of the catalogue."""

    rules: tuple[Rule, ...]
