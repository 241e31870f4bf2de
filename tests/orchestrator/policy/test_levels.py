"""The criteria of the levels, by the decree that binds on the day."""

from __future__ import annotations

import datetime as dt

import pytest

from orchestrator.policy.catalogue import criteria_sets
from policies import required_level, with_required_level
from policies.facts import UNKNOWN, SystemFacts

UNDER_85, UNDER_331 = "decree-85-2016", "decree-331-2026"


def system(
    persons: int = UNKNOWN,
    classes: tuple[str, ...] = ("personal",),
    basis: str = UNDER_85,
    purpose: str = "online-service",
) -> SystemFacts:
    return SystemFacts(
        id="x", purpose=purpose, data_classes=classes, data_subjects=persons, level_basis=basis, security_level=1
    )


@pytest.mark.parametrize(
    ("day", "basis", "level", "decree"),
    [
        ("2016-06-30", "", None, None),
        ("2016-07-01", "", 3, UNDER_85),
        ("2026-08-18", UNDER_85, 3, UNDER_85),
        # a level that was set under the old decree is kept until 1 July 2027
        ("2026-08-19", UNDER_85, 3, UNDER_85),
        ("2027-06-30", UNDER_85, 3, UNDER_85),
        ("2027-07-01", UNDER_85, 2, UNDER_331),
        # a new one is set by the new criteria
        ("2026-08-18", UNDER_331, 3, UNDER_85),
        ("2026-08-19", UNDER_331, 2, UNDER_331),
        ("2026-08-19", "", 2, UNDER_331),
    ],
)
def test_45_000_persons_are_level_3_under_one_decree_and_2_under_the_next(
    day: str, basis: str, level: int | None, decree: str | None
) -> None:
    found = required_level(criteria_sets(), system(45_000, basis=basis), dt.date.fromisoformat(day))
    assert (None if found is None else (found.level, found.criteria.id)) == (
        None if decree is None else (level, decree)
    )


@pytest.mark.parametrize(
    ("persons", "classes", "old", "new"),
    [
        (9_999, ("personal",), 2, 2),
        (10_000, ("personal",), 3, 2),
        (99_999, ("personal",), 3, 2),
        (100_000, ("personal",), 3, 3),
        (9_999, ("sensitive-personal",), 2, 2),
        (10_000, ("sensitive-personal",), 3, 3),
        (UNKNOWN, ("public",), 2, 2),
        (UNKNOWN, ("personal",), None, None),
        (UNKNOWN, (), None, None),
    ],
)
def test_the_thresholds_of_online_services(
    persons: int, classes: tuple[str, ...], old: int | None, new: int | None
) -> None:
    for basis, level in ((UNDER_85, old), (UNDER_331, new)):
        found = required_level(criteria_sets(), system(persons, classes, basis), dt.date(2026, 11, 24))
        assert found is not None
        assert found.level == level, basis


@pytest.mark.parametrize(
    ("purpose", "classes", "level"),
    [
        ("internal", ("public",), 1),
        ("internal", ("public", "internal"), 2),
        ("administrative-procedures", ("public",), 3),
        ("shared-infrastructure", ("internal",), 3),
        ("national", ("internal",), 4),
        ("", ("internal",), None),
    ],
)
def test_other_purposes(purpose: str, classes: tuple[str, ...], level: int | None) -> None:
    facts = system(0, classes, UNDER_331, purpose)
    found = required_level(criteria_sets(), facts, dt.date(2026, 11, 24))
    assert found is not None
    assert found.level == level
    filled = with_required_level(criteria_sets(), facts, dt.date(2026, 11, 24))
    assert filled.level_required == (UNKNOWN if level is None else level)


def test_every_set_says_what_it_leaves_out_and_where_its_criteria_stand() -> None:
    for each in criteria_sets():
        assert each.left_out
        assert all(criterion.article.startswith("Điều ") for criterion in each.criteria)
