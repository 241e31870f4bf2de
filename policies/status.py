"""Where a system stands, derived from evidence: nothing typed in moves it forward, time alone only moves it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

from policies.evidence import Collector, Evidence, EvidenceKind, is_fresh, until

Status = Literal[
    "not-assessed",
    "unverified",
    "assessed",
    "blocked",
    "planned",
    "moving",
    "both",
    "migrated",
    "verified",
    "retired",
    "ministry",
]
STATUSES: tuple[Status, ...] = get_args(Status)
MOVED: frozenset[Status] = frozenset({"migrated", "verified"})
PROOFS: tuple[EvidenceKind, ...] = ("level-approval", "restore-test", "acceptance", "decommissioned")
"""What a migrated system needs to be verified."""
_SAME_TIME = dt.timedelta(days=2)
"""Observations of one place that disagree within this time are a conflict, not a change."""

Because = Literal[
    "hosted_by_ministry",
    "seen_gone_and_retired",
    "seen_in_both",
    "seen_new_old_unseen",
    "seen_new_old_gone",
    "seen_new_born_there",
    "all_proofs",
    "seen_not_eligible",
    "not_seen_lately",
    "disputed",
    "claimed_only",
    "move_started",
    "something_stops_it",
    "assessed_with_date",
    "assessed_without_date",
    "never_assessed",
]
"""Why a system has its status: keys of messages."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What status needs to know of a system: the register's ``hosting``, its strategy, the day of its move.

    ``homes`` are places that it must leave; ``eligible`` those where it may stand by the rules of the day.
    ``blockers`` are ids of what stops its move: a rule that is broken, a system that must go first.
    """

    id: str
    hosting: str
    strategy: str
    moves_on: dt.date | None
    homes: frozenset[str]
    eligible: frozenset[str]
    blockers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two collectors that say opposite things of one place at one time."""

    place: str
    running: Evidence
    gone: Evidence


@dataclass(frozen=True, slots=True)
class Standing:
    """A system's status on a day, why, by what evidence, and what is missing to go on.

    ``stale`` is evidence that would count if it were younger.
    """

    system: str
    status: Status
    because: Because
    evidence: tuple[Evidence, ...] = ()
    stale: tuple[Evidence, ...] = ()
    missing: tuple[EvidenceKind, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


class _Make(Protocol):
    def __call__(
        self, status: Status, because: Because, *by: Evidence | None, missing: tuple[EvidenceKind, ...] = ()
    ) -> Standing: ...


def standing_of(
    subject: Subject, evidence: Iterable[Evidence], day: dt.date, fresh_days: Mapping[Collector, int]
) -> Standing:
    """The status on ``day`` by what had been seen of this system by then."""
    known = until(evidence, day)
    seen = _Seen(subject, known, day, fresh_days)

    def standing(
        status: Status, because: Because, *by: Evidence | None, missing: tuple[EvidenceKind, ...] = ()
    ) -> Standing:
        shown = tuple(each for each in by if each is not None)
        return Standing(subject.id, status, because, shown, seen.stale, missing, seen.conflicts)

    if subject.hosting == "ministry":
        return standing("ministry", "hosted_by_ministry", *seen.running_at("ministry"))
    if subject.strategy == "retire" and seen.left and not seen.was_new:
        return standing("retired", "seen_gone_and_retired", *seen.left)
    if seen.new and seen.old:
        return standing("both", "seen_in_both", *seen.new, *seen.old)
    if seen.new and (seen.left or not subject.homes):
        proofs = {kind: next((each for each in reversed(known) if each.kind == kind), None) for kind in PROOFS}
        wanted = tuple(kind for kind in PROOFS if kind != "decommissioned" or subject.homes)
        missing = tuple(kind for kind in wanted if proofs[kind] is None)
        if not missing:
            return standing("verified", "all_proofs", *seen.new, *seen.left, *(proofs[kind] for kind in wanted))
        because: Because = "seen_new_old_gone" if seen.left else "seen_new_born_there"
        return standing("migrated", because, *seen.new, *seen.left, missing=missing)
    if seen.new:
        return standing("unverified", "seen_new_old_unseen", *seen.new, missing=("gone",))
    if seen.elsewhere:
        return standing("unverified", "seen_not_eligible", *seen.elsewhere, missing=("running",))
    if seen.was_new:
        return standing("unverified", "disputed" if seen.disputed else "not_seen_lately", missing=("running",))
    if subject.hosting == "cloud":
        return standing("unverified", "claimed_only", missing=("running",))
    return _before_the_move(subject, known, standing)


def _before_the_move(subject: Subject, known: tuple[Evidence, ...], standing: _Make) -> Standing:
    started = [each for each in known if each.kind == "move-started"]
    if started:
        return standing("moving", "move_started", started[-1], missing=("running",))
    assessed = [each for each in known if each.kind == "assessment"]
    if not assessed:
        return standing("not-assessed", "never_assessed", missing=("assessment",))
    if subject.moves_on is None:
        return standing("assessed", "assessed_without_date", assessed[-1])
    if subject.blockers:
        return standing("blocked", "something_stops_it", assessed[-1])
    return standing("planned", "assessed_with_date", assessed[-1], missing=("move-started",))


class _Seen:
    """What observations of running and gone come to, place by place."""

    def __init__(
        self, subject: Subject, known: tuple[Evidence, ...], day: dt.date, fresh_days: Mapping[Collector, int]
    ) -> None:
        self._day, self._fresh_days = day, fresh_days
        self._last: dict[tuple[str, Collector], Evidence] = {}
        for each in known:
            if each.place is not None:
                self._last[each.place, each.collector] = each
        places = sorted({place for place, _ in self._last})
        self.conflicts = tuple(conflict for place in places for conflict in self._conflicts(place))
        disputed = {conflict.place for conflict in self.conflicts}
        self.disputed = bool(disputed & subject.eligible)
        homes, eligible = subject.homes, subject.eligible - subject.homes
        self.new = [each for place in places if place in eligible - disputed for each in self.running_at(place)]
        # a home that somebody still sees is no home that was left
        self.old = [each for place in places if place not in eligible for each in self.running_at(place)]
        # what stood where it may not is not known to have left by being looked for no more
        self.elsewhere = [
            each for place in places if place not in eligible | homes for each in self.running_at(place, is_old=True)
        ]
        self.was_new = any(each.kind == "running" for (place, _), each in self._last.items() if place in eligible)
        left = {home: self._left(home) for home in sorted(homes)}
        self.left = [each for each in left.values() if each is not None] if all(left.values()) else []
        self.stale = tuple(
            each for each in self._last.values() if each.kind == "running" and not is_fresh(each, day, fresh_days)
        )

    def running_at(self, place: str, *, is_old: bool = False) -> list[Evidence]:
        """Fresh observations of the system at a place, or old ones too, unless a later one says that it has gone."""
        here = self._at(place)
        gone = max((each.observed_at for each in here if each.kind != "running"), default=None)
        return [
            each
            for each in here
            if each.kind == "running"
            and (is_old or is_fresh(each, self._day, self._fresh_days))
            and (gone is None or each.observed_at >= gone - _SAME_TIME)
        ]

    def _left(self, place: str) -> Evidence | None:
        """The observation that the system has gone from a place where nobody has seen it since."""
        here = self._at(place)
        gone = [each for each in here if each.kind != "running"]
        last = max(gone, key=lambda each: each.observed_at, default=None)
        if last is None or any(
            each.kind == "running" and each.observed_at >= last.observed_at - _SAME_TIME for each in here
        ):
            return None
        return last

    def _at(self, place: str) -> list[Evidence]:
        return [each for (where, _), each in self._last.items() if where == place]

    def _conflicts(self, place: str) -> list[Conflict]:
        here = self._at(place)
        running = [each for each in here if each.kind == "running"]
        gone = [each for each in here if each.kind != "running"]
        return [
            Conflict(place, one, other)
            for one in running
            for other in gone
            if abs(one.observed_at - other.observed_at) <= _SAME_TIME
        ]
