"""Waivers end, are told of before, and never reach beyond their rule, their systems and their days."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from policies import Waiver, notices, waived_until

DAY = dt.date(2026, 11, 24)


def waiver(
    name: str = "a", start: int = -10, end: int = 10, rule: str = "ipv6", systems: tuple[str, ...] = ("portal",)
) -> Waiver:
    return Waiver(
        id=name, rule=rule, systems=systems, owner="so-khcn", reason_vi="Chờ hạ tầng mới", document="Công văn 1",
        valid_from=DAY + dt.timedelta(start), valid_to=DAY + dt.timedelta(end),
    )  # fmt: skip


def test_a_waiver_is_in_force_until_the_day_before_its_end() -> None:
    end = DAY + dt.timedelta(10)
    assert waived_until([waiver()], "ipv6", "portal", end - dt.timedelta(1)) == end
    assert waived_until([waiver()], "ipv6", "portal", end) is None
    assert waived_until([waiver()], "ipv6", "portal", DAY - dt.timedelta(11)) is None


def test_another_rule_and_another_system_are_not_waived() -> None:
    assert waived_until([waiver()], "separation", "portal", DAY) is None
    assert waived_until([waiver()], "ipv6", "gis", DAY) is None


def test_waivers_that_follow_one_another_count_as_one() -> None:
    both = [waiver("b", 10, 20), waiver("a")]
    assert waived_until(both, "ipv6", "portal", DAY) == DAY + dt.timedelta(20)
    assert waived_until([waiver(), waiver("b", 11, 20)], "ipv6", "portal", DAY) == DAY + dt.timedelta(10)


def test_a_waiver_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="must be after valid_from"):
        waiver(start=5, end=5)


@pytest.mark.parametrize(
    ("days", "within"), [(91, None), (90, 90), (31, 90), (30, 30), (8, 30), (7, 7), (1, 7), (0, 0)]
)
def test_the_end_is_told_in_three_steps(days: int, within: int | None) -> None:
    found = notices([waiver(end=days)], DAY)
    assert [notice.within for notice in found] == ([] if within is None else [within])
    assert [notice.days for notice in found] == ([] if within is None else [days])


def test_one_that_has_not_begun_is_not_told_of() -> None:
    assert notices([waiver(start=1, end=5)], DAY) == ()


@for_all(st.lists(st.tuples(st.integers(-40, 40), st.integers(1, 40)), max_size=5), st.integers(-60, 60))
def test_a_day_is_waived_exactly_when_a_waiver_covers_it(periods: list[tuple[int, int]], offset: int) -> None:
    given = [waiver(str(place), start, start + length) for place, (start, length) in enumerate(periods)]
    day = DAY + dt.timedelta(offset)
    end = waived_until(given, "ipv6", "portal", day)
    assert (end is not None) == any(each.in_force(day) for each in given)
    if end is not None:
        assert end > day
        assert not any(each.in_force(end) for each in given)
        assert all(
            any(each.in_force(day + dt.timedelta(step)) for each in given) for step in range((end - day).days)
        ), "no day between has no waiver"
