"""Assessments: what a survey found of a system on a day (`assessments.csv`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from policies.register import RegisterId, RegisterRecord, SourceText

Count = Annotated[int, Field(ge=0, le=1000)]
YesNo = Literal["yes", "no"]


class Assessment(RegisterRecord):
    """How a system stood on ``assessed_on``. What the survey did not find out is missing; a later row replaces this.

    ``place`` is where it was found: a zone of clouds.yaml, a site of sites.yaml, or ``room``, ``agency``, ``ministry``.
    ``log_months`` are months of logs that are kept, ``provider_log_months`` those that the cloud's provider keeps.
    ``backup_copies`` counts the data itself too; ``backup_offsite`` of them stand elsewhere. ``level_approved_on`` is
    the day on which the level was approved, by ``level_document``. The fields after it decide the way that the system
    goes (7R): what it runs on, whether that has support, whether the source code is at hand, whether domestic providers
    offer the same as a service, whether it is used, and what replaces it.
    """

    system: RegisterId
    assessed_on: dt.date
    place: RegisterId | None = None
    isolation: Literal["none", "logical", "physical"] | None = None
    log_months: Count | None = None
    provider_log_months: Count | None = None
    backup_copies: Count | None = None
    backup_media: Count | None = None
    backup_offsite: Count | None = None
    backup_encrypted: YesNo | None = None
    encrypted_at_rest: YesNo | None = None
    encrypted_in_transit: YesNo | None = None
    ip_families: str = Field(default="", description="IPv4, IPv6 separated by ';'")
    level_approved_on: dt.date | None = None
    level_document: str = ""
    runs_on: Literal["physical", "vm", "container", "service"] | None = None
    vendor_supported: YesNo | None = None
    source_available: YesNo | None = None
    offered_as_service: YesNo | None = None
    in_use: YesNo | None = None
    replaced_by: str = ""
    source: SourceText


def latest(assessments: Iterable[Assessment], day: dt.date) -> dict[str, Assessment]:
    """Of every system the last assessment by ``day``."""
    found: dict[str, Assessment] = {}
    for each in sorted(assessments, key=lambda one: one.assessed_on):
        if each.assessed_on <= day:
            found[each.system] = each
    return found
