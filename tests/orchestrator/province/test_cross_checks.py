"""The tables of the cross checks name fields that exist; dated records against a day-by-day count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.province.catalogue import FILES
from orchestrator.province.nodes import Book, Source
from orchestrator.province.plausibility import RANGES, implausible_figures
from orchestrator.province.references import CATALOGUES, REFERENCES, UNIQUE, UNIQUE_WITHIN
from orchestrator.province.shapes import Shape
from orchestrator.province.successions import successions_broken
from orchestrator.province.validity import PERIODS, overlapping_validity, tariff_gaps


def reached(shape: Shape, pattern: str) -> list[Shape]:
    """The shapes at a pattern, over all variants."""
    found = [shape]
    for step in pattern.split("."):
        inner: list[Shape | None] = []
        for each in found:
            inner.append(each.item if step == "*" else each.known().get(step))
            inner += [variant.known().get(step) for variant in (each.variants or {}).values()]
        found = [each for each in inner if each is not None]
    return found


def patterns() -> Iterator[tuple[str, str]]:
    yield from ((limits.file, limits.pattern) for limits in RANGES)
    yield from ((file, pattern) for file, pattern, _ in REFERENCES)
    yield from ((file, pattern) for file, every in UNIQUE for pattern in every)
    yield from ((file, f"{outer}.{inner}") for file, outer, inner in UNIQUE_WITHIN)
    yield from ((file, f"{record}.{end}") for file, record, *ends in PERIODS for end in ends)
    for catalogue in CATALOGUES.values():
        yield from ((catalogue.file, pattern) for pattern in catalogue.patterns)
        record = catalogue.patterns[0].rpartition(".")[0]
        yield from ((catalogue.file, f"{record}.{key}") for key, _ in catalogue.where)


@pytest.mark.parametrize(("file", "pattern"), sorted(set(patterns())))
def test_pattern_names_a_field(file: str, pattern: str) -> None:
    assert reached(FILES[file].shape, pattern)


def test_every_reference_has_its_catalogue() -> None:
    assert {name for _, _, name in REFERENCES} <= set(CATALOGUES)
    assert set(CATALOGUES) - {name for _, _, name in REFERENCES} == set()


@pytest.mark.parametrize("limits", RANGES, ids=lambda limits: limits.pattern)
def test_range_allows_its_ends_and_refuses_a_thousandfold(limits: Any) -> None:
    assert limits.low < limits.high
    for number, told in (
        (limits.high, 0),
        (limits.high * 1000, 1),
        (limits.low, 0),
        (limits.low / 1000, limits.low > 0),
    ):
        found = list(implausible_figures(_book_with(limits.file, limits.pattern, number)))
        assert len(found) == told, number


def _book_with(file: str, pattern: str, number: float) -> Book:
    data: Any = number
    for step in reversed(pattern.split(".")):
        data = [data] if step == "*" else {step: data}
    return Book({file: Source(file, data, {})})


FIRST = dt.date(2026, 12, 1)
DAYS = 500
PAIRS = st.lists(st.tuples(st.integers(0, DAYS), st.integers(1, DAYS)), max_size=4)


def _energy(periods: list[tuple[int, int]], voltages: list[tuple[int, int]] | None = None) -> Book:
    tariffs = [
        {
            "id": f"t{place}",
            "tariff_class": "business",
            "voltage_from_kv": voltages[place][0] if voltages else 0,
            "voltage_below_kv": voltages[place][1] if voltages else None,
            "valid_from": (FIRST + dt.timedelta(days=start)).isoformat(),
            "valid_to": (FIRST + dt.timedelta(days=start + length)).isoformat(),
        }
        for place, (start, length) in enumerate(periods)
    ]
    data: dict[str, Any] = {
        "energy.yaml": {"tariff_class": "business", "tariffs": tariffs},
        "province.yaml": {"first_year": 2027, "last_year": 2027},
        "sites.yaml": {"sites": [{"id": "a", "grid": {"voltage_kv": 22}}]},
    }
    return Book({file: Source(file, content, {}) for file, content in data.items()})


@settings(max_examples=200, deadline=None, derandomize=True)
@given(periods=PAIRS)
def test_gaps_are_the_days_without_a_tariff(periods: list[tuple[int, int]]) -> None:
    covered = {FIRST + dt.timedelta(days=start + day) for start, length in periods for day in range(length)}
    year = [dt.date(2027, 1, 1) + dt.timedelta(days=day) for day in range(365)]
    told: list[dt.date] = []
    for problem in tariff_gaps(_energy(periods)):
        first, last = (dt.date.fromisoformat(day) for day in problem.value.en.partition(" from ")[2].split(" to "))
        told += [first + dt.timedelta(days=day) for day in range((last - first).days + 1)]
    assert told == [day for day in year if day not in covered]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    records=st.lists(
        st.tuples(st.integers(0, 60), st.integers(1, 60), st.integers(0, 20), st.integers(1, 20)), max_size=6
    )
)
def test_overlaps_are_pairs_with_a_common_day_and_voltage(records: list[tuple[int, int, int, int]]) -> None:
    def common(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
        days = set(range(a[0], a[0] + a[1])) & set(range(b[0], b[0] + b[1]))
        voltages = set(range(a[2], a[2] + a[3])) & set(range(b[2], b[2] + b[3]))
        return bool(days) and bool(voltages)

    expected = sum(common(a, b) for place, a in enumerate(records) for b in records[place + 1 :])
    book = _energy([record[:2] for record in records], [(low, low + width) for *_, low, width in records])
    assert len(list(overlapping_validity(book))) == expected


def _agencies(*rows: tuple[str, str, str | None, str | None]) -> Book:
    data = [
        {"id": name, "valid_from": start, "valid_to": end, "successor": successor}
        for name, start, end, successor in rows
    ]
    return Book({"agencies.csv": Source("agencies.csv", data, {})})


def test_agency_that_is_set_up_again_is_no_circle() -> None:
    book = _agencies(
        ("a", "2000-01-01", "2010-01-01", "b"),
        ("b", "2000-01-01", "2020-01-01", "a"),
        ("a", "2020-01-01", None, None),
    )
    assert list(successions_broken(book)) == []
    assert list(overlapping_validity(book)) == []


def test_circle_over_three_agencies_is_told_at_each() -> None:
    book = _agencies(
        ("a", "2000-01-01", "2010-01-01", "b"),
        ("b", "2000-01-01", "2010-01-01", "c"),
        ("c", "2000-01-01", "2010-01-01", "a"),
    )
    told = [problem.allowed.en for problem in successions_broken(book)]
    assert told == [
        "successions must not run in a circle: a → b → c → a",
        "successions must not run in a circle: b → c → a → b",
        "successions must not run in a circle: c → a → b → c",
    ]


def test_successor_begins_on_the_day_of_the_succession_at_the_latest() -> None:
    def rows(start: str) -> Book:
        return _agencies(("a", "2000-01-01", "2025-03-01", "b"), ("b", start, None, None))

    assert list(successions_broken(rows("2025-03-01"))) == []
    assert len(list(successions_broken(rows("2025-03-02")))) == 1
