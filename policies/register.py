"""The register: state agencies with their successions (`agencies.csv`) and information systems (`systems.csv`)."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

RegisterId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=64)]
Strategy = Literal["retain", "retire", "rehost", "replatform", "refactor", "repurchase", "relocate"]
"""The seven ways of a system (7R)."""
NonNegative = Annotated[float, Field(ge=0)]
_SOURCE = re.compile(r"^(?:ref:[a-z0-9][a-z0-9-]*(?:[:,] .+)?|(?:assumption|derived): .+)$", re.DOTALL)


def _check_source(text: str) -> str:
    if not _SOURCE.match(text):
        raise ValueError(
            "must be 'ref:<reference id>', 'ref:<reference id>: note', 'derived: how' or 'assumption: why'"
        )
    return text


SourceText = Annotated[str, AfterValidator(_check_source)]
"""``ref:<id of a document>[: note]``, ``derived: how`` or ``assumption: why``."""


class RegisterRecord(BaseModel):
    """A frozen row that forbids unknown columns and numbers that are not finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)


class Agency(RegisterRecord):
    """A state agency in [valid_from, valid_to); ``successor`` takes over its systems on ``valid_to``."""

    id: RegisterId
    name_vi: str
    name_en: str
    kind: Literal["department", "office", "police", "district", "commune", "committee", "authority", "ministry"]
    valid_from: dt.date
    valid_to: dt.date | None = None
    successor: RegisterId | None = None
    source: SourceText

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Agency:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError(f"valid_to {self.valid_to} must be after valid_from {self.valid_from}")
        if self.successor is not None and self.valid_to is None:
            raise ValueError("a successor needs valid_to, the day of the succession")
        return self


class System(RegisterRecord):
    """A state information system. Resources are what it uses now, before growth; storage is usable, not raw.

    ``owner`` is the agency that owned it when it was registered; who owns it today follows from the successions.
    ``purpose`` and ``data_subjects`` (persons whose data it holds) are what the criteria of the security level ask for,
    ``level_basis`` the reference to the document under which the level was set. ``hosting`` is where it stands now: the
    existing server room (``room``), a server of the agency itself (``agency``), a domestic cloud (``cloud``) or a
    ministry (``ministry``). ``moves_on`` is the date of the move to the province's shared capacity (server room, hall
    or domestic cloud), missing when none is planned. ``rto_hours`` is within how many hours it must serve again after
    the loss of its place, ``rpo_hours`` of how many hours it may then lose data; where they are missing, the objectives
    by level of services.yaml hold.
    """

    id: RegisterId
    name_vi: str
    name_en: str
    owner: RegisterId
    purpose: (
        Literal["internal", "online-service", "administrative-procedures", "shared-infrastructure", "national"] | None
    ) = None
    security_level: Annotated[int, Field(ge=1, le=5)]
    level_basis: RegisterId | None = None
    data_classes: str = Field(description="Classes separated by ';': public, internal, personal, sensitive-personal")
    data_subjects: Annotated[int, Field(ge=0)] | None = None
    hosting: Literal["room", "agency", "cloud", "ministry"]
    strategy: Strategy
    vcpu: NonNegative
    memory_gib: NonNegative
    storage_tb: NonNegative
    load_class: RegisterId
    depends_on: str = Field(default="", description="Ids of systems separated by ';'")
    in_service_from: dt.date | None = None
    moves_on: dt.date | None = None
    rto_hours: Annotated[float, Field(gt=0)] | None = None
    rpo_hours: NonNegative | None = None
    source: SourceText
