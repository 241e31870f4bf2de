"""What was seen of a system, where, when and by whom; and how long it may be believed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, get_args

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from policies.register import RegisterId

EvidenceKind = Literal[
    "running", "gone", "assessment", "move-started", "level-approval", "restore-test", "acceptance", "decommissioned"
]
Collector = Literal[
    "kubernetes", "prometheus", "openstack", "vsphere", "hyperv", "invoice", "probe", "minutes", "attestation"
]
COLLECTORS: tuple[Collector, ...] = get_args(Collector)
PLACED: frozenset[EvidenceKind] = frozenset({"running", "gone", "decommissioned"})
"""Kinds of evidence that are about a place."""
VIET_NAM = dt.timezone(dt.timedelta(hours=7), "ICT")
"""Of dates of the administration; Viet Nam has no summer time."""


class Evidence(BaseModel):
    """One thing that was seen, or that a document says.

    ``running`` and ``gone``: the system was found at ``place``, or was looked for there and not found. ``minutes`` are
    signed minutes, ``attestation`` what a person states; the others are machines. ``place`` is a zone of clouds.yaml, a
    site of sites.yaml, or ``room``, ``agency`` or ``ministry``. ``digest`` is the SHA-256 of what the collector was
    given, ``source`` says what that was: an address, a file, the number and date of a document.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    system: RegisterId
    kind: EvidenceKind
    place: RegisterId | None = None
    collector: Collector
    observed_at: AwareDatetime
    digest: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
    source: Annotated[str, Field(min_length=1)]
    note: str = ""

    @property
    def day(self) -> dt.date:
        """The day in Viet Nam on which it was seen."""
        return self.observed_at.astimezone(VIET_NAM).date()

    @model_validator(mode="after")
    def _has_its_place(self) -> Evidence:
        if (self.kind in PLACED) != (self.place is not None):
            raise ValueError(f"'place' is required with {', '.join(sorted(PLACED))} and allowed nowhere else")
        return self


def until(evidence: Iterable[Evidence], day: dt.date) -> tuple[Evidence, ...]:
    """What had been seen by the end of a day, oldest first; its order does not depend on that of the rows."""
    known = (each for each in evidence if each.day <= day)
    return tuple(sorted(known, key=lambda each: (each.observed_at, each.kind, each.collector, each.digest)))


def is_fresh(evidence: Evidence, day: dt.date, fresh_days: Mapping[Collector, int]) -> bool:
    """Whether what was seen may still be believed: days after that of the observation, by collector."""
    return (day - evidence.day).days <= fresh_days[evidence.collector]


class FreshnessFile(BaseModel):
    """``freshness.yaml`` of the catalogue: for how many days an observation is believed, by collector."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fresh_days: dict[Collector, Annotated[int, Field(ge=1, le=3660)]]
    source: str

    @model_validator(mode="after")
    def _names_all(self) -> FreshnessFile:
        if missing := [each for each in COLLECTORS if each not in self.fresh_days]:
            raise ValueError(f"fresh_days: {', '.join(missing)} missing")
        return self
