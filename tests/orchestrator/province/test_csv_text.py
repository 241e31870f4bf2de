"""The register reader: lines, quoting, columns."""

from __future__ import annotations

from orchestrator.province.csv_text import parse_csv
from orchestrator.province.shapes import list_of
from policies.register import Agency

SHAPE = list_of(Agency)
HEADER = "id,name_vi,name_en,kind,valid_from,valid_to,successor,source"


def test_rows_keep_the_line_on_which_they_begin() -> None:
    text = f'# comment\n\n{HEADER}\na,"Sở\nA",A,department,2020-01-01,,,x\n\n# b is gone\nc,C,C,office,2020-01-01,,,y\n'
    parsed, absent = parse_csv(text, "agencies.csv", SHAPE)
    assert parsed.problems == ()
    assert absent == frozenset()
    assert [row["id"] for row in parsed.data] == ["a", "c"]
    assert parsed.data[0]["name_vi"] == "Sở\nA"
    assert parsed.lines == {(): 3, (0,): 4, (1,): 8}


def test_empty_cells_are_not_given_and_blanks_are_cut() -> None:
    parsed, _ = parse_csv(f"{HEADER}\n a ,A,A,office,2020-01-01, ,,x\n", "agencies.csv", SHAPE)
    assert parsed.data == [
        {"id": "a", "name_vi": "A", "name_en": "A", "kind": "office", "valid_from": "2020-01-01", "source": "x"}
    ]


def test_columns_may_come_in_any_order_and_optional_ones_may_lack() -> None:
    parsed, absent = parse_csv("source,id,kind,name_en,name_vi,valid_from\nx,a,office,A,A,2020-01-01\n", "a.csv", SHAPE)
    assert parsed.problems == ()
    assert absent == frozenset()
    assert parsed.data[0]["id"] == "a"


def test_column_that_stands_twice_is_told() -> None:
    parsed, _ = parse_csv(f"{HEADER},kind\n", "agencies.csv", SHAPE)
    (problem,) = parsed.problems
    assert (problem.line, problem.field, problem.value.en) == (1, "kind", "the column stands 2 times")


def test_absent_column_is_told_once_whatever_the_number_of_rows() -> None:
    text = "id,name_vi,name_en,valid_from,source\n" + "".join(f"a{n},A,A,2020-01-01,x\n" for n in range(50))
    parsed, absent = parse_csv(text, "agencies.csv", SHAPE)
    assert absent == {"kind"}
    assert [(problem.line, problem.field) for problem in parsed.problems] == [(1, "kind")]
    assert len(parsed.data) == 50


def test_header_alone_is_an_empty_register() -> None:
    parsed, _ = parse_csv(HEADER, "agencies.csv", SHAPE)
    assert parsed.data == []
    assert parsed.readable
