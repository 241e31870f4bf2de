"""The facts themselves, one record for each thing that a rule can be about."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

UNKNOWN = -1
"""A number that nobody has stated."""


@dataclass(frozen=True, slots=True)
class FactsRecord:
    """Base of the records: texts, whole numbers, shares, truths and lists of texts, all of them present."""


@dataclass(frozen=True, slots=True)
class AgencyFacts(FactsRecord):
    """A state agency. ``exists``: it holds systems on the day."""

    id: str = ""
    kind: str = ""
    exists: bool = False


@dataclass(frozen=True, slots=True)
class SystemFacts(FactsRecord):
    """A system of the register on a day; its owner is who has it that day.

    ``security_level`` is the level that was set, ``level_required`` that of the criteria which bind the system on the
    day (``policies.levels``), ``level_approved_on`` the day of its approval. ``hosting`` is the class of place where
    the register has it.
    """

    id: str = ""
    owner: str = ""
    purpose: str = ""
    data_classes: tuple[str, ...] = ()
    data_subjects: int = UNKNOWN
    security_level: int = UNKNOWN
    level_basis: str = ""
    level_required: int = UNKNOWN
    level_approved_on: str = ""
    hosting: str = ""
    strategy: str = ""
    in_service_from: str = ""
    moves_on: str = ""


@dataclass(frozen=True, slots=True)
class ZoneFacts(FactsRecord):
    """Where something stands: a zone of a cloud, or a place of the State's own.

    ``kind`` is cloud, site (a hall of the province), room, agency or ministry.
    """

    id: str = ""
    kind: str = ""
    provider: str = ""
    country: str = ""
    is_domestic: bool = False
    attested_level: int = UNKNOWN


@dataclass(frozen=True, slots=True)
class ResourceFacts(FactsRecord):
    """What holds a system: what is known of it as it stands (``kind`` system), or a resource that is to be made.

    ``kind`` is system, tenant, workload, service or volume. ``isolation`` is none, logical or physical.
    ``ip_families`` are IPv4 and IPv6. Of truths that may be unknown the fact is yes, no or ``''``.
    """

    id: str = ""
    kind: str = ""
    isolation: str = ""
    log_months: int = UNKNOWN
    provider_log_months: int = UNKNOWN
    backup_copies: int = UNKNOWN
    backup_media: int = UNKNOWN
    backup_offsite: int = UNKNOWN
    backup_encrypted: str = ""
    encrypted_at_rest: str = ""
    encrypted_in_transit: str = ""
    ip_families: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SurveyFacts(FactsRecord):
    """What a survey found that decides the way a system goes (7R).

    ``runs_on`` is physical, vm, container or service. ``replaced_by`` names what replaces it. The others are yes, no
    or ``''``; ``place_is_eligible`` follows from the rules about places.
    """

    runs_on: str = ""
    vendor_supported: str = ""
    source_available: str = ""
    offered_as_service: str = ""
    in_use: str = ""
    replaced_by: str = ""
    place_is_eligible: str = ""


@dataclass(frozen=True, slots=True)
class SiteFacts(FactsRecord):
    """A data centre in a year of the capacity plan; ``pue`` over the year."""

    id: str = ""
    year: int = UNKNOWN
    is_new: bool = False
    pue: float = float(UNKNOWN)


@dataclass(frozen=True, slots=True)
class ProvinceFacts(FactsRecord):
    """Shares over the whole register on the day, and money of the year; ``UNKNOWN`` where there is no denominator."""

    existing_on_cloud: float = float(UNKNOWN)
    new_on_cloud: float = float(UNKNOWN)
    cybersecurity_budget: float = float(UNKNOWN)


NO_AGENCY, NO_SYSTEM, NO_ZONE = AgencyFacts(), SystemFacts(), ZoneFacts()
NO_RESOURCE, NO_SURVEY, NO_SITE, NO_PROVINCE = ResourceFacts(), SurveyFacts(), SiteFacts(), ProvinceFacts()


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a rule may read: on the day ``today``, in the places that it is not about records of unknowns."""

    today: dt.date
    system: SystemFacts = NO_SYSTEM
    agency: AgencyFacts = NO_AGENCY
    zone: ZoneFacts = NO_ZONE
    resource: ResourceFacts = NO_RESOURCE
    survey: SurveyFacts = NO_SURVEY
    site: SiteFacts = NO_SITE
    province: ProvinceFacts = NO_PROVINCE
