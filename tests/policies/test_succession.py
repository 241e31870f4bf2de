"""Who owns today what an agency owned."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies import Agency, Tenure, owners_on, tenures_of

OLD, MERGED, TODAY = dt.date(1997, 1, 1), dt.date(2025, 3, 1), dt.date(2026, 11, 24)
JOINED = dt.date(2025, 7, 1)
CHAIN = (
    Tenure("bl-tttt", OLD, MERGED, "bl-khcn"),
    Tenure("bl-khcn", MERGED, JOINED, "khcn"),
    Tenure("tttt", OLD, MERGED, "khcn"),
    Tenure("khcn", MERGED),
)


@pytest.mark.parametrize(
    ("day", "owner"),
    [
        (dt.date(2019, 5, 1), "bl-tttt"),
        (MERGED - dt.timedelta(days=1), "bl-tttt"),
        (MERGED, "bl-khcn"),
        (JOINED - dt.timedelta(days=1), "bl-khcn"),
        (JOINED, "khcn"),
        (TODAY, "khcn"),
    ],
)
def test_successors_are_followed_to_the_day(day: dt.date, owner: str) -> None:
    assert owners_on(CHAIN, day)["bl-tttt"] == owner


def test_agency_that_ended_without_a_successor_leaves_its_systems_to_nobody() -> None:
    assert owners_on([Tenure("gone", OLD, MERGED)], TODAY) == {}
    assert owners_on([Tenure("gone", OLD, MERGED, "not-listed")], TODAY) == {}


def test_agency_that_is_set_up_later_holds_its_own() -> None:
    assert owners_on(CHAIN, OLD)["khcn"] == "khcn"


def test_circle_of_successors_leads_to_nobody() -> None:
    assert owners_on([Tenure("a", OLD, MERGED, "b"), Tenure("b", OLD, MERGED, "a")], TODAY) == {}


def test_name_that_is_used_again_is_the_agency_of_that_day() -> None:
    """The department is merged into another, and set up again under its old name."""
    tenures = (
        Tenure("so-a", OLD, MERGED, "so-b"),
        Tenure("so-b", OLD, JOINED, "so-a"),
        Tenure("so-a", JOINED),
    )
    assert owners_on(tenures, TODAY) == {"so-a": "so-a", "so-b": "so-a"}


def test_rows_of_the_register_become_tenures() -> None:
    row = Agency(
        id="so-tttt",
        name_vi="Sở Thông tin và Truyền thông",
        name_en="Department of Information and Communications",
        kind="department",
        valid_from=OLD,
        valid_to=MERGED,
        successor="so-khcn",
        source="assumption: x",
    )
    assert tenures_of([row]) == (Tenure("so-tttt", OLD, MERGED, "so-khcn"),)


NAMES = st.sampled_from("abcdef")
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2030, 1, 1))


@st.composite
def tenures(draw: st.DrawFn) -> Tenure:
    start = draw(DAYS)
    end = draw(st.none() | st.dates(start + dt.timedelta(days=1), dt.date(2031, 1, 1)))
    return Tenure(draw(NAMES), start, end, draw(st.none() | NAMES) if end is not None else None)


@given(register=st.lists(tenures(), max_size=12), day=DAYS)
def test_whoever_owns_is_not_over_on_the_day_and_owns_what_is_its_own(register: list[Tenure], day: dt.date) -> None:
    owners = owners_on(register, day)
    for heir in owners.values():
        assert any(each.agency == heir and (each.end is None or each.end > day) for each in register)
        assert owners[heir] == heir
