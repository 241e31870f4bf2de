"""Where things stand on the sheets: names that spreadsheets accept, and references that hit their cells."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.report import Column, Table
from orchestrator.workbook.layout import MOST_LETTERS, Sheet, place, sheet_name


@given(st.lists(st.text(max_size=60), max_size=12))
def test_sheet_names_are_accepted_and_differ(wanted: list[str]) -> None:
    names: list[str] = []
    for each in wanted:
        names.append(sheet_name(each, names))
    assert len({name.lower() for name in names}) == len(names)
    for name in names:
        assert 0 < len(name) <= MOST_LETTERS
        assert not re.search(r"[\[\]:*?/\\]", name)
        assert not name.startswith("'")
        assert not name.endswith("'")


@given(st.sets(st.integers(0, 40)))
def test_neighbours_are_joined_and_nobody_is_left_out(rows: set[int]) -> None:
    columns = (Column("a"), Column("b", numeric=True))
    placed = place([Sheet("Data", (Table("t", "T", columns, (("x", "1"),) * 41),))])["t"]
    named: list[int] = []
    for reference in placed.run(rows, 1):
        ends = [int(row) for row in re.findall(r"B(\d+)", reference)]
        named += range(ends[0], ends[-1] + 1)
        assert len(ends) == 1 or ends[0] < ends[1]
    assert named == [row + placed.first + 1 for row in sorted(rows)]


def test_tables_stand_below_each_other() -> None:
    columns = (Column("a"), Column("2030", numeric=True))
    first = Table("one", "One", columns, (("x", "1"), ("y", "2")), "A note.", unit="MW")
    second = Table("two", "Two", columns, (("z", "3"),))
    book = place([Sheet("It's here", (first, second))])
    one, two = book["one"], book["two"]
    assert (one.title, one.note, one.unit, one.head, one.first, one.end) == (0, 2, 3, 4, 5, 7)
    assert (two.title, two.note, two.unit, two.head) == (8, None, None, 9)
    assert one.cell(1, 1) == "'It''s here'!$B$7"
    assert two.here(0, 1) == "B11"
    assert two.heading(1) == "B$10"
