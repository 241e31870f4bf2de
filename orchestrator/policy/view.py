"""The register's standing as documents and tables, in the words of the administration."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from orchestrator.i18n import Messages
from orchestrator.policy.catalogue import criteria_sets
from orchestrator.policy.standing import Register
from policies import (
    Agency,
    Conflict,
    Evidence,
    Standing,
    System,
    notices,
    owners_on,
    required_level,
    tenures_of,
)
from policies.rules import Verdict
from policies.status import MOVED, STATUSES


@dataclass(frozen=True)
class Row:
    """A system with where it stands."""

    system: System
    owner: Agency | None
    standing: Standing


def rows_of(register: Register, agency: str | None = None) -> tuple[Row, ...]:
    """The systems in service, those of one agency when it is named: what it has on the day."""
    found = []
    for system in register.systems:
        owner = register.owner_of(system)
        if agency is None or owner == agency:
            found.append(Row(system, register.agencies.get(owner or ""), register.standing(system)))
    return tuple(found)


def status_document(register: Register, rows: Sequence[Row]) -> dict[str, Any]:
    """``migrate status --json``."""
    return {
        "as_of": register.day.isoformat(),
        "digest": register.province.digest,
        "counts": counts_of(rows)._asdict(),
        "systems": [
            {
                "id": row.system.id,
                "name_vi": row.system.name_vi,
                "name_en": row.system.name_en,
                "owner": None if row.owner is None else row.owner.id,
                "registered_owner": row.system.owner,
                "security_level": row.system.security_level,
                "level_required": _level(register, row.system),
                "hosting": row.system.hosting,
                "strategy": row.system.strategy,
                "moves_on": _day(row.system.moves_on),
                **standing_document(row.standing),
            }
            for row in rows
        ],
        "waivers": [
            {"id": notice.waiver.id, "rule": notice.waiver.rule, "days_left": notice.days, "within": notice.within}
            for notice in notices(register.province.waivers, register.day)
        ],
    }


def standing_document(standing: Standing) -> dict[str, Any]:
    """A status with its reasons."""
    return {
        "status": standing.status,
        "because": standing.because,
        "missing": list(standing.missing),
        "evidence": [evidence_document(each) for each in standing.evidence],
        "stale": [evidence_document(each) for each in standing.stale],
        "conflicts": [
            {
                "place": conflict.place,
                "running": evidence_document(conflict.running),
                "gone": evidence_document(conflict.gone),
            }
            for conflict in standing.conflicts
        ],
    }


def evidence_document(evidence: Evidence) -> dict[str, Any]:
    """One thing that was seen."""
    found: dict[str, Any] = evidence.model_dump(mode="json")
    return found


class Counts(NamedTuple):
    """Systems, and how many were assessed, classified (with a date of their move) and moved, each for itself."""

    systems: int
    assessed: int
    classified: int
    moved: int
    by_status: dict[str, int]


def counts_of(rows: Iterable[Row]) -> Counts:
    """How many systems have come how far."""
    listed = list(rows)
    by_status = Counter(row.standing.status for row in listed)
    return Counts(
        systems=len(listed),
        assessed=sum(_is_assessed(row.standing) for row in listed),
        classified=sum(_is_assessed(row.standing) and row.system.moves_on is not None for row in listed),
        moved=sum(row.standing.status in MOVED for row in listed),
        by_status={status: by_status[status] for status in STATUSES},
    )


def _is_assessed(standing: Standing) -> bool:
    return standing.status not in ("not-assessed", "unverified", "ministry")


def status_headings(text: Messages) -> list[str]:
    """Headings of ``status_cells``."""
    names = ("system", "name", "owner", "level", "hosting", "status", "because", "moves_on")
    return [text(f"migrate.column.{name}") for name in names]


def status_cells(register: Register, row: Row, text: Messages) -> list[str]:
    """A row of the table of ``migrate status``."""
    required = _level(register, row.system)
    level = str(row.system.security_level)
    if required is not None and required != row.system.security_level:
        level = text("migrate.level_other", level=level, required=required)
    return [
        row.system.id,
        name_of(row.system, text),
        agency_name(row.owner, text),
        level,
        text(f"migrate.hosting.{row.system.hosting}"),
        text(f"migrate.status.{row.standing.status}"),
        because_text(row.standing, text),
        text.date(row.system.moves_on),
    ]


def because_text(standing: Standing, text: Messages) -> str:
    """Why a system has its status, and what is missing."""
    said = text(f"migrate.because.{standing.because}")
    if standing.missing:
        wanted = ", ".join(text(f"migrate.evidence.{kind}") for kind in standing.missing)
        said = text("migrate.because_missing", because=said, missing=wanted)
    if standing.conflicts:
        said = f"{said}; {text('migrate.disputed', places=', '.join(each.place for each in standing.conflicts))}"
    return said


def counts_text(counts: Counts, text: Messages) -> str:
    """The line below the table: how many of how many."""
    shown = text("migrate.counts", **counts._asdict())
    parts = [
        f"{text(f'migrate.status.{status}').lower()} {number}" for status, number in counts.by_status.items() if number
    ]
    return f"{shown} {', '.join(parts)}." if parts else f"{shown.rstrip(';')}."


def name_of(named: System | Agency, text: Messages) -> str:
    """The name in the language of the words."""
    return named.name_vi if text.language == "vi" else named.name_en


def agency_name(agency: Agency | None, text: Messages) -> str:
    """The name of the agency, or that there is none."""
    return text("migrate.nobody") if agency is None else name_of(agency, text)


# ------------------------------------------------------------------------------------------------ one system


def explain_document(register: Register, system: System) -> dict[str, Any]:
    """``migrate explain --json``."""
    required = required_level(criteria_sets(), register.system_facts(system), register.day)
    criterion = None if required is None else required.criterion
    return {
        "as_of": register.day.isoformat(),
        "digest": register.province.digest,
        "system": system.model_dump(mode="json"),
        "owners": [
            {"agency": name, "from": _day(start), "to": _day(end)}
            for name, start, end in owners_over_time(register, system)
        ],
        "level": {
            "set": system.security_level,
            "basis": system.level_basis,
            "required": None if criterion is None else criterion.level,
            "criteria": None if required is None else required.criteria.id,
            "document": None if required is None else required.criteria.document,
            "article": None if criterion is None else criterion.article,
            "text_vi": None if criterion is None else criterion.text_vi,
            "text_en": None if criterion is None else criterion.text_en,
        },
        **standing_document(register.standing(system)),
        "strategy": strategy_document(register, system),
        "blockers": list(register.blockers(system)),
        "eligible": sorted(register.eligible(system)),
        "verdicts": [verdict_document(each) for each in register.verdicts(system)],
    }


def verdict_document(verdict: Verdict) -> dict[str, Any]:
    """What a rule says of a system."""
    return {
        "rule": verdict.rule.id,
        "subject": verdict.subject_id,
        "outcome": verdict.outcome,
        "severity": verdict.rule.severity,
        "message_vi": verdict.decided.message_vi,
        "message_en": verdict.decided.message_en,
        "lacking": list(verdict.decided.lacking),
        "waived_until": _day(verdict.until),
        "citations": [each.model_dump(mode="json") for each in verdict.rule.citations],
    }


def owners_over_time(register: Register, system: System) -> list[tuple[str, dt.date | None, dt.date | None]]:
    """Who had a system from when to when, by the successions up to the day; the last is open."""
    tenures = tenures_of(register.province.agencies)
    days = sorted({tenure.end for tenure in tenures if tenure.end is not None and tenure.end <= register.day})
    start = system.in_service_from
    found: list[tuple[str, dt.date | None, dt.date | None]] = []
    for day in [start, *(each for each in days if start is None or each > start)]:
        owner = owners_on(tenures, dt.date.min if day is None else day).get(system.owner)
        if owner is not None and (not found or found[-1][0] != owner):
            if found:
                found[-1] = (found[-1][0], found[-1][1], day)
            found.append((owner, day, None))
    return found


def explain_lines(register: Register, system: System, text: Messages) -> list[str]:
    """``migrate explain`` for people."""
    standing = register.standing(system)
    lines = [
        f"{system.id}: {name_of(system, text)}",
        "",
        text("migrate.explain.status", status=text(f"migrate.status.{standing.status}"), day=text.date(register.day)),
        f"  {because_text(standing, text)}",
        *(f"  - {evidence_text(each, text)}" for each in standing.evidence),
        *(f"  - {text('migrate.explain.stale')} {evidence_text(each, text)}" for each in standing.stale),
        *(f"  ! {conflict_text(each, text)}" for each in standing.conflicts),
    ]
    if blockers := register.blockers(system):
        lines.append(f"  ! {text('migrate.explain.blockers', blockers=', '.join(blockers))}")
    lines += ["", text("migrate.explain.owners")]
    for name, start, end in owners_over_time(register, system):
        period = text("migrate.explain.period", start=text.date(start), end=text.date(end))
        lines.append(f"  - {agency_name(register.agencies.get(name), text)} ({name}): {period}")
    lines += ["", *_level_lines(register, system, text)]
    lines += ["", *_strategy_lines(register, system, text)]
    lines += ["", text("migrate.explain.rules")]
    lines += [f"  {line}" for verdict in register.verdicts(system) for line in verdict_lines(verdict, text)]
    return lines


def strategy_document(register: Register, system: System) -> dict[str, Any]:
    """The way that the register has, the one that is recommended, and the rules that led there."""
    found = register.recommendation(system)
    return {
        "register": system.strategy,
        "recommended": found.strategy,
        "provisional": found.is_provisional,
        "trace": [
            {
                "rule": step.rule.id,
                "strategy": step.rule.strategy,
                "outcome": step.outcome,
                "lacking": list(step.lacking),
                "reason_vi": step.rule.reason_vi,
                "reason_en": step.rule.reason_en,
            }
            for step in found.trace
        ],
    }


def _strategy_lines(register: Register, system: System, text: Messages) -> list[str]:
    found = register.recommendation(system)
    own = text(f"migrate.strategy.{system.strategy}")
    if found.strategy is None:
        lines = [text("migrate.explain.strategy_open", own=own)]
    else:
        key = "migrate.explain.strategy_provisional" if found.is_provisional else "migrate.explain.strategy"
        lines = [text(key, own=own, recommended=text(f"migrate.strategy.{found.strategy}"))]
    for step in found.trace:
        reason = text.pick({"vi": step.rule.reason_vi, "en": step.rule.reason_en})
        way = text(f"migrate.strategy.{step.rule.strategy}")
        lines.append(f"  [{text(f'migrate.step.{step.outcome}')}] {way}: {reason}")
        if step.lacking:
            lines.append(f"      {text('policy.lacking', facts=', '.join(step.lacking))}")
    return lines


def _level_lines(register: Register, system: System, text: Messages) -> list[str]:
    required = required_level(criteria_sets(), register.system_facts(system), register.day)
    said = text("migrate.explain.level", level=system.security_level, basis=system.level_basis or "—")
    if required is None:
        return [said]
    document, criterion = required.criteria.document, required.criterion
    if criterion is None:
        return [said, f"  {text('migrate.explain.level_unknown', document=document)}"]
    words = text.pick({"vi": criterion.text_vi, "en": criterion.text_en})
    found = {"level": criterion.level, "document": document, "article": criterion.article, "text": words}
    return [said, f"  {text('migrate.explain.level_required', **found)}"]


def verdict_lines(verdict: Verdict, text: Messages) -> list[str]:
    """A verdict with its message and where the rule comes from."""
    rule = verdict.rule
    name = rule.name_vi if text.language == "vi" else rule.name_en
    lines = [f"[{text(f'policy.outcome.{verdict.outcome}')}] {rule.id}: {name}"]
    if verdict.decided.message_vi:
        lines.append(f"    {text.pick({'vi': verdict.decided.message_vi, 'en': verdict.decided.message_en})}")
    if verdict.decided.lacking:
        lines.append(f"    {text('policy.lacking', facts=', '.join(verdict.decided.lacking))}")
    if verdict.until is not None:
        lines.append(f"    {text('policy.waived_until', day=text.date(verdict.until))}")
    if verdict.outcome in ("broken", "unknown", "waived"):
        cited = "; ".join(f"{each.document}, {each.article}" for each in rule.citations)
        lines.append(f"    {text('policy.cited', cited=cited)}")
    return lines


def evidence_text(evidence: Evidence, text: Messages) -> str:
    """One thing that was seen, by whom, when, with the digest that it can be traced by."""
    return text(
        "migrate.explain.evidence",
        kind=text(f"migrate.evidence.{evidence.kind}"), place=evidence.place or "—", day=text.date(evidence.day),
        collector=text(f"migrate.collector.{evidence.collector}"), source=evidence.source, digest=evidence.digest[7:19],
    )  # fmt: skip


def conflict_text(conflict: Conflict, text: Messages) -> str:
    """Two observations that cannot both be so."""
    return text(
        "migrate.explain.conflict",
        place=conflict.place, running=evidence_text(conflict.running, text), gone=evidence_text(conflict.gone, text),
    )  # fmt: skip


def _level(register: Register, system: System) -> int | None:
    required = required_level(criteria_sets(), register.system_facts(system), register.day)
    return None if required is None else required.level


def _day(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()
