"""The status of a system by what was seen of it."""

from __future__ import annotations

import datetime as dt
import random
from typing import get_args

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from policies import Evidence, Standing, Subject, standing_of
from policies.evidence import COLLECTORS, PLACED, VIET_NAM, EvidenceKind
from policies.status import STATUSES

DAY = dt.date(2026, 11, 24)
FRESH = dict.fromkeys(COLLECTORS, 30)
PLACES = ("room", "fpt-han", "vng-bkk-1a")
SYSTEM = Subject("lgsp", "room", "rehost", dt.date(2027, 1, 1), frozenset({"room"}), frozenset({"fpt-han"}))


def seen(
    kind: EvidenceKind, place: str | None = None, day: dt.date = DAY, collector: str = "kubernetes", hour: int = 8
) -> Evidence:
    at = dt.datetime.combine(day, dt.time(hour), VIET_NAM)
    return Evidence.model_validate(
        {"system": "lgsp", "kind": kind, "place": place, "collector": collector, "observed_at": at,
         "digest": "sha256:" + "0" * 64, "source": "a test"}
    )  # fmt: skip


def before(days: int) -> dt.date:
    return DAY - dt.timedelta(days=days)


def status(*evidence: Evidence, subject: Subject = SYSTEM, day: dt.date = DAY) -> Standing:
    return standing_of(subject, evidence, day, FRESH)


NEW, OLD = seen("running", "fpt-han"), seen("running", "room", collector="vsphere")
GONE = seen("gone", "room", before(3), "vsphere")
ASSESSED = seen("assessment", day=before(200), collector="minutes")
STARTED = seen("move-started", day=before(20), collector="minutes")
PROOFS = [
    seen("level-approval", day=before(90), collector="minutes"),
    seen("restore-test", day=before(5), collector="minutes"),
    seen("acceptance", day=before(2), collector="minutes"),
    seen("decommissioned", "room", before(1), "minutes"),
]


@pytest.mark.parametrize(
    ("evidence", "expected", "because"),
    [
        ([], "not-assessed", "never_assessed"),
        ([ASSESSED], "planned", "assessed_with_date"),
        ([ASSESSED, STARTED], "moving", "move_started"),
        ([ASSESSED, STARTED, OLD, NEW], "both", "seen_in_both"),
        ([NEW], "unverified", "seen_new_old_unseen"),
        ([NEW, GONE], "migrated", "seen_new_old_gone"),
        ([NEW, GONE, *PROOFS], "verified", "all_proofs"),
        ([NEW, GONE, *PROOFS[:-1]], "migrated", "seen_new_old_gone"),
        ([seen("running", "fpt-han", before(31)), GONE], "unverified", "not_seen_lately"),
        ([seen("running", "vng-bkk-1a"), GONE], "unverified", "seen_not_eligible"),
        ([NEW, seen("gone", "fpt-han", collector="probe"), GONE], "unverified", "disputed"),
        ([NEW, GONE, seen("running", "room", collector="probe")], "both", "seen_in_both"),
        ([PROOFS[-1], NEW], "migrated", "seen_new_old_gone"),
    ],
)
def test_status_follows_from_evidence(evidence: list[Evidence], expected: str, because: str) -> None:
    found = status(*evidence)
    assert (found.status, found.because) == (expected, because)


def test_what_the_register_says_of_the_cloud_is_a_claim() -> None:
    claimed = Subject("lgsp", "cloud", "retain", None, frozenset(), frozenset({"fpt-han"}))
    assert status(subject=claimed).because == "claimed_only"
    assert status(NEW, subject=claimed).because == "seen_new_born_there"
    assert status(NEW, *PROOFS[:3], subject=claimed).status == "verified"


def test_a_system_that_retires_is_retired_when_its_home_is_empty() -> None:
    retires = Subject("lgsp", "room", "retire", None, frozenset({"room"}), frozenset({"fpt-han"}))
    assert status(ASSESSED, subject=retires).status == "assessed"
    assert status(ASSESSED, GONE, subject=retires).status == "retired"
    assert status(ASSESSED, GONE, OLD, subject=retires).status == "assessed"


def test_a_ministry_is_a_status_of_its_own() -> None:
    hosted = Subject("lgsp", "ministry", "retain", None, frozenset(), frozenset({"fpt-han"}))
    assert status(NEW, subject=hosted).status == "ministry"


def test_blockers_hold_back_what_is_planned_and_nothing_that_was_seen() -> None:
    blocked = Subject("lgsp", "room", "rehost", DAY, frozenset({"room"}), frozenset({"fpt-han"}), ("level-set",))
    assert status(ASSESSED, subject=blocked).status == "blocked"
    assert status(ASSESSED, NEW, GONE, subject=blocked).status == "migrated"


def test_conflicts_are_shown_with_both_observations() -> None:
    found = status(OLD, seen("gone", "room", collector="hyperv"))
    (conflict,) = found.conflicts
    assert (conflict.place, conflict.running.collector, conflict.gone.collector) == ("room", "vsphere", "hyperv")


def test_the_day_of_an_observation_is_that_of_viet_nam() -> None:
    late = dt.datetime(2026, 11, 23, 18, tzinfo=dt.UTC)
    assert seen("assessment", collector="minutes").model_copy(update={"observed_at": late}).day == DAY


@pytest.mark.parametrize(("kind", "place"), [("running", None), ("assessment", "room")])
def test_a_place_goes_with_what_is_seen_at_one(kind: EvidenceKind, place: str | None) -> None:
    with pytest.raises(ValueError, match="'place' is required with decommissioned, gone, running"):
        seen(kind, place)


# ------------------------------------------------------------------------------------------------ what always holds

RANK = {name: rank for rank, name in enumerate(STATUSES)}
"""In the order of ``STATUSES``; what was retired has nowhere to go."""


@st.composite
def observations(draw: st.DrawFn) -> Evidence:
    kind = draw(st.sampled_from(get_args(EvidenceKind)))
    place = draw(st.sampled_from(PLACES)) if kind in PLACED else None
    collector = draw(st.sampled_from(("kubernetes", "vsphere", "probe", "minutes")))
    return seen(kind, place, before(draw(st.integers(0, 60))), collector, draw(st.integers(0, 23)))


@st.composite
def subjects(draw: st.DrawFn) -> Subject:
    hosting = draw(st.sampled_from(("room", "cloud")))
    return Subject(
        "lgsp", hosting, draw(st.sampled_from(("rehost", "retire"))), draw(st.sampled_from((None, DAY))),
        frozenset({"room"} if hosting == "room" else ()), frozenset({"fpt-han"}),
    )  # fmt: skip


@for_all(subjects(), st.lists(observations(), max_size=8), st.integers(1, 400))
def test_time_alone_moves_nothing_forward(subject: Subject, evidence: list[Evidence], days: int) -> None:
    now, later = status(*evidence, subject=subject), status(*evidence, subject=subject, day=DAY + dt.timedelta(days))
    assert RANK[later.status] <= RANK[now.status], (now.status, later.status)


@for_all(subjects(), st.lists(observations(), max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(subject: Subject, evidence: list[Evidence], chance: random.Random) -> None:
    shuffled = evidence.copy()
    chance.shuffle(shuffled)
    now, again = status(*evidence, subject=subject), status(*shuffled, subject=subject)
    assert (now.status, now.because, now.missing) == (again.status, again.because, again.missing)


@for_all(subjects(), st.lists(observations(), max_size=8))
def test_a_status_of_what_runs_somewhere_has_an_observation_that_shows_it(
    subject: Subject, evidence: list[Evidence]
) -> None:
    found = status(*evidence, subject=subject)
    if found.status in ("both", "migrated", "verified"):
        assert any(each.kind == "running" and each.place == "fpt-han" for each in found.evidence)
        assert all((DAY - each.day).days <= 30 for each in found.evidence if each.kind == "running")
    if found.status in ("retired", "migrated", "verified") and subject.homes:
        assert any(each.kind in ("gone", "decommissioned") and each.place == "room" for each in found.evidence)


@for_all(subjects(), st.lists(observations(), max_size=6), observations())
def test_what_was_seen_after_the_day_changes_nothing(subject: Subject, evidence: list[Evidence], one: Evidence) -> None:
    ahead = one.model_copy(update={"observed_at": one.observed_at + dt.timedelta(days=100)})
    assert status(*evidence, ahead, subject=subject) == status(*evidence, subject=subject)
