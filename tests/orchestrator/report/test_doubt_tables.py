"""The table of the assumptions that were tried, and the values of inputs in it."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.i18n import messages
from orchestrator.report.difference_tables import doubt_table, shown_value
from tests.orchestrator.report.sample import sample_document

VI, EN = messages("vi"), messages("en")


def tried(field: str, *flips: dict[str, str], value: Any = 0.08) -> dict[str, Any]:
    return {
        "file": "province.yaml",
        "line": 3,
        "field": field,
        "value": value,
        "low": 0.7,
        "high": 1.3,
        "doubt": 0.1,
        "low_vnd": 1e9,
        "high_vnd": 2e9,
        "flips": list(flips),
    }


def document(*rows: dict[str, Any]) -> dict[str, Any]:
    return sample_document() | {"assumptions": list(rows), "decisions": []}


FLIP = {"kind": "technology", "of": "battery", "choice": "unused"}


def test_assumptions_that_flip_a_decision_come_first() -> None:
    table = doubt_table(document(tried("a"), tried("b", FLIP), tried("c")), EN)
    assert table.title == "Assumptions that were tried"
    assert [row[1] for row in table.rows] == ["b", "a", "c"]
    assert "None of them" not in table.note


def test_a_sentence_says_that_none_changes_what_is_built() -> None:
    assert doubt_table(document(tried("a")), EN).note.startswith("None of them changes what is built.")
    table = doubt_table(document(tried("a")), VI)
    assert table.title == "Các giả định đã thử"
    assert table.note.startswith("Không giả định nào trong số này làm thay đổi phương án xây dựng.")


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [
        (0.08, "0,08", "0.08"),
        (2027, "2027", "2027"),
        (-3, "−3", "−3"),
        (75e9, "75.000.000.000", "75,000,000,000"),
        (0.000005, "0,000005", "0.000005"),
        ({2027: 0.4, 2029: 0.6}, "2027: 0,4; 2029: 0,6", "2027: 0.4; 2029: 0.6"),
        ("2026-01-01", "2026-01-01", "2026-01-01"),
        (True, "true", "true"),
        (None, "—", "—"),
    ],
)
def test_values_of_inputs_have_the_signs_of_the_language(value: Any, vietnamese: str, english: str) -> None:
    assert (shown_value(value, VI), shown_value(value, EN)) == (vietnamese, english)
    assert doubt_table(document(tried("a", value=value)), VI).rows[0][2] == vietnamese
