"""The register on a day: who has which system, as rules read it, where it stands, and what the rules say."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from orchestrator.policy.catalogue import criteria_sets, freshness, rule_set, strategy_rules
from orchestrator.policy.evidence_files import read_evidence
from orchestrator.policy.places import place_of_hosting, places_of
from orchestrator.province import Province, load_province
from policies import (
    Agency,
    Assessment,
    Evidence,
    Recommendation,
    Standing,
    Subject,
    System,
    Waiver,
    latest,
    owners_on,
    recommend,
    standing_of,
    tenures_of,
    waived_until,
    with_required_level,
)
from policies.evidence import VIET_NAM
from policies.facts import NO_AGENCY, UNKNOWN, AgencyFacts, Facts, ResourceFacts, SurveyFacts, SystemFacts, ZoneFacts
from policies.rules import Point, Rule, RuleSet, Verdict

PLACEMENT_RULES = ("zone-in-viet-nam", "zone-attested")
"""What makes a zone eligible for a system."""
LEFT_PLACES = ("room", "agency")
"""Kinds of places that a system leaves when it moves."""


@dataclasses.dataclass(frozen=True)
class Register:
    """A province's register with its evidence, on a day."""

    province: Province
    evidence: tuple[Evidence, ...]
    day: dt.date

    @cached_property
    def rules(self) -> RuleSet:
        """The rules of the catalogue."""
        return rule_set()

    @cached_property
    def systems(self) -> tuple[System, ...]:
        """The systems that were in service by the day, in the order of the register."""
        return tuple(
            each for each in self.province.systems if each.in_service_from is None or each.in_service_from <= self.day
        )

    @cached_property
    def owners(self) -> Mapping[str, str]:
        """Who has on the day what an agency of the register owned."""
        return owners_on(tenures_of(self.province.agencies), self.day)

    @cached_property
    def agencies(self) -> Mapping[str, Agency]:
        """Agencies by id; of one that stands in several rows the last that had begun."""
        started = [each for each in self.province.agencies if each.valid_from <= self.day]
        return {each.id: each for each in [*self.province.agencies, *sorted(started, key=lambda one: one.valid_from)]}

    @cached_property
    def places(self) -> Mapping[str, ZoneFacts]:
        """All places by id."""
        return places_of(self.province)

    @cached_property
    def assessments(self) -> Mapping[str, Assessment]:
        """The last assessment of every system that has one."""
        return latest(self.province.assessments, self.day)

    @cached_property
    def evidence_of(self) -> Mapping[str, tuple[Evidence, ...]]:
        """Evidence by system."""
        found: dict[str, list[Evidence]] = defaultdict(list)
        for each in self.evidence:
            found[each.system].append(each)
        return {system: tuple(own) for system, own in found.items()}

    def owner_of(self, system: System) -> str | None:
        """The agency that has a system on the day; None where its successions lead to nobody."""
        return self.owners.get(system.owner)

    def system_facts(self, system: System) -> SystemFacts:
        """A system as rules read it."""
        if system.id not in self._facts:
            self._facts[system.id] = self._system_facts(system)
        return self._facts[system.id]

    @cached_property
    def _facts(self) -> dict[str, SystemFacts]:
        return {}

    def _system_facts(self, system: System) -> SystemFacts:
        seen = self.assessments.get(system.id)
        approved = None if seen is None else seen.level_approved_on
        facts = SystemFacts(
            id=system.id,
            owner=self.owner_of(system) or "",
            purpose=system.purpose or "",
            data_classes=_parts(system.data_classes),
            data_subjects=UNKNOWN if system.data_subjects is None else system.data_subjects,
            security_level=system.security_level,
            level_basis=system.level_basis or "",
            level_approved_on="" if approved is None else approved.isoformat(),
            hosting=system.hosting,
            strategy=system.strategy,
            in_service_from="" if system.in_service_from is None else system.in_service_from.isoformat(),
            moves_on="" if system.moves_on is None else system.moves_on.isoformat(),
        )
        return with_required_level(criteria_sets(), facts, self.day)

    def agency_facts(self, name: str) -> AgencyFacts:
        """An agency as rules read it."""
        agency = self.agencies.get(name)
        if agency is None:
            return NO_AGENCY
        exists = agency.valid_from <= self.day and (agency.valid_to is None or self.day < agency.valid_to)
        return AgencyFacts(agency.id, agency.kind, exists)

    def facts(self, system: System) -> Facts:
        """A system where it stands, as far as assessments say how."""
        own = self.system_facts(system)
        seen = self.assessments.get(system.id)
        place = self.places[seen.place] if seen is not None and seen.place else place_of_hosting(system.hosting)
        return Facts(
            self.day,
            system=own,
            agency=self.agency_facts(own.owner),
            zone=place,
            resource=_resource(system, seen),
        )

    def recommendation(self, system: System) -> Recommendation:
        """The way (7R) that the rules recommend by the last survey."""
        seen = self.assessments.get(system.id)
        place = None if seen is None else seen.place
        eligible = "" if place is None else "yes" if place in self.eligible(system) else "no"
        survey = SurveyFacts(place_is_eligible=eligible) if seen is None else _survey(seen, eligible)
        return recommend(strategy_rules(), dataclasses.replace(self.facts(system), survey=survey))

    def verdicts(self, system: System, point: Point = "register") -> tuple[Verdict, ...]:
        """What the rules about systems say of one, where they apply."""
        facts = self.facts(system)
        return tuple(
            verdict
            for rule in self.rules.at(point, ("system", "resource"))
            if (verdict := self.verdict(rule, system, facts)).outcome != "not_applicable"
        )

    def verdict(self, rule: Rule, system: System, facts: Facts | None = None) -> Verdict:
        """What one rule says of a system, by its waivers of the day."""
        end = waived_until(self.waivers_of(system.id), rule.id, system.id, self.day)
        decided = self.rules.decide(rule, self.facts(system) if facts is None else facts, waived_until=end)
        return Verdict(rule, system.id, decided, end if decided.outcome == "waived" else None)

    def waivers_of(self, system: str) -> tuple[Waiver, ...]:
        """The waivers that name a system."""
        return self._waivers.get(system, ())

    @cached_property
    def _waivers(self) -> Mapping[str, tuple[Waiver, ...]]:
        found: dict[str, list[Waiver]] = defaultdict(list)
        for waiver in self.province.waivers:
            for system in waiver.systems:
                found[system].append(waiver)
        return {system: tuple(own) for system, own in found.items()}

    def eligible(self, system: System) -> frozenset[str]:
        """Zones of clouds where the rules of the day let a system stand, and sites of the province."""
        return self._eligible(self.system_facts(system))

    def _eligible(self, own: SystemFacts) -> frozenset[str]:
        key = (own.data_classes, own.security_level)
        if key not in self._eligible_by:
            rules = [rule for name in PLACEMENT_RULES if (rule := self.rules.get(name)) is not None]
            self._eligible_by[key] = frozenset(
                place.id
                for place in self.places.values()
                if place.kind in ("cloud", "site")
                and not any(
                    self.rules.decide(rule, Facts(self.day, system=own, zone=place)).outcome in ("broken", "unknown")
                    for rule in rules
                )
            )
        return self._eligible_by[key]

    @cached_property
    def _eligible_by(self) -> dict[tuple[tuple[str, ...], int], frozenset[str]]:
        return {}

    def subject(self, system: System) -> Subject:
        """What the status of a system follows from, beside evidence."""
        return Subject(
            id=system.id,
            hosting=system.hosting,
            strategy=system.strategy,
            moves_on=system.moves_on,
            homes=self._homes(system),
            eligible=self.eligible(system),
            blockers=self.blockers(system),
        )

    def _homes(self, system: System) -> frozenset[str]:
        """Places of the State's own where a system stands or stood, as surveyed or seen, else by the register."""
        surveyed = {each.place for each in self._assessments_of.get(system.id, ()) if each.place is not None}
        seen = {each.place for each in self.evidence_of.get(system.id, ()) if each.kind == "running" and each.place}
        own = {place for place in surveyed | seen if self.places[place].kind in LEFT_PLACES}
        if system.hosting in LEFT_PLACES and not any(self.places[place].kind == system.hosting for place in own):
            own.add(system.hosting)
        return frozenset(own)

    @cached_property
    def _assessments_of(self) -> Mapping[str, tuple[Assessment, ...]]:
        found: dict[str, list[Assessment]] = defaultdict(list)
        for each in self.province.assessments:
            if each.assessed_on <= self.day:
                found[each.system].append(each)
        return {system: tuple(own) for system, own in found.items()}

    def blockers(self, system: System) -> tuple[str, ...]:
        """What stops a move: what it depends on and moves later, and rules about the system that are broken."""
        late = [
            name
            for name in _parts(system.depends_on)
            if (other := self._by_id.get(name)) is not None
            and system.moves_on is not None
            and other.moves_on is not None
            and other.moves_on > system.moves_on
        ]
        facts = Facts(self.day, system=self.system_facts(system))
        broken = [
            rule.id
            for rule in self.rules.at("register", ("system",))
            if rule.severity == "deny" and self.verdict(rule, system, facts).outcome == "broken"
        ]
        return (*late, *broken)

    @cached_property
    def _by_id(self) -> Mapping[str, System]:
        return {each.id: each for each in self.province.systems}

    def system(self, name: str) -> System | None:
        """The system of that id, in service or not."""
        return self._by_id.get(name)

    def standing(self, system: System) -> Standing:
        """The status of a system, with its reasons."""
        seen = (*self.evidence_of.get(system.id, ()), *self._assessed(system.id))
        return standing_of(self.subject(system), seen, self.day, freshness().fresh_days)

    def standings(self) -> tuple[Standing, ...]:
        """The status of every system that is in service."""
        return tuple(self.standing(system) for system in self.systems)

    def _assessed(self, system: str) -> Iterable[Evidence]:
        """The last assessment as evidence, with the digest of its row."""
        seen = self.assessments.get(system)
        return () if seen is None else (assessment_evidence(seen),)


def assessment_evidence(seen: Assessment) -> Evidence:
    """A row of assessments.csv as evidence of what it says: minutes of its day."""
    at = dt.datetime.combine(seen.assessed_on, dt.time(), VIET_NAM)
    digest = sha256(seen.model_dump_json().encode()).hexdigest()
    return Evidence(
        system=seen.system, kind="assessment", collector="minutes", observed_at=at, digest=f"sha256:{digest}",
        source=seen.source,
    )  # fmt: skip


def load_register(folder: Path, day: dt.date | None = None) -> Register:
    """The register of a province folder on a day, by default its ``as_of``. Raises InvalidProvinceError."""
    province = load_province(folder)
    return Register(province, read_evidence(folder, province), province.settings.as_of if day is None else day)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _resource(system: System, seen: Assessment | None) -> ResourceFacts:
    """What holds a system, as far as its assessment says."""
    if seen is None:
        return ResourceFacts(id=system.id, kind="system")

    def number(value: int | None) -> int:
        return UNKNOWN if value is None else value

    return ResourceFacts(
        id=system.id,
        kind="system",
        isolation=seen.isolation or "",
        log_months=number(seen.log_months),
        provider_log_months=number(seen.provider_log_months),
        backup_copies=number(seen.backup_copies),
        backup_media=number(seen.backup_media),
        backup_offsite=number(seen.backup_offsite),
        backup_encrypted=seen.backup_encrypted or "",
        encrypted_at_rest=seen.encrypted_at_rest or "",
        encrypted_in_transit=seen.encrypted_in_transit or "",
        ip_families=_parts(seen.ip_families),
    )


def _survey(seen: Assessment, eligible: str) -> SurveyFacts:
    return SurveyFacts(
        runs_on=seen.runs_on or "",
        vendor_supported=seen.vendor_supported or "",
        source_available=seen.source_available or "",
        offered_as_service=seen.offered_as_service or "",
        in_use=seen.in_use or "",
        replaced_by=seen.replaced_by,
        place_is_eligible=eligible,
    )
