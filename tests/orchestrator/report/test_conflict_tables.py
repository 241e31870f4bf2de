"""A conflict in plan.json, in the report and in the terminal, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from capacity.plan import Conflict, Relaxation, Relaxed, Requirement, Violation
from cli.plan import explanation_lines
from orchestrator.conflicts import TriedConflict
from orchestrator.document import to_document, validate
from orchestrator.document.conflict import conflict_record
from orchestrator.i18n import Language, messages
from orchestrator.report import render_report
from orchestrator.report.conflict_tables import member_table, relaxation_table
from tests.cli.province_of_factories import result
from tests.factories import make_demand, make_inputs

SHARE = Requirement("renewable-share-min", 2028, None, "percentage point")
PV = Requirement("limit:pv", None, "khanh-an", "MW")
MONEY = Requirement("budget:state:rent", 2027, None, "VND")
LEAD = Requirement("lead_times", None, None, "month")
QUOTA = Requirement("quota:hcm-1:gpus", None, None, "GPU")


def document(*, is_minimal: bool = True) -> dict[str, Any]:
    members = (SHARE, PV, QUOTA)
    relaxations = (
        Relaxation((Relaxed(MONEY, 3.14e9, 3.1e9),), 3.14e9, found=True),
        Relaxation((Relaxed(SHARE, 1.5, 0.0), Relaxed(LEAD, 6.0, 0.0)), 9e9, found=False),
    )
    conflict = Conflict(members, members if is_minimal else (SHARE,), 3.1e9, relaxations, 12.3456)
    return to_document(
        make_inputs(),
        make_demand(),
        result(
            None,
            None,
            status="infeasible",
            violations=(Violation("renewable-share-min", 2028, None, 1.5, "percentage point"),),
            violation_vnd=3.2e9,
            violation_bound_vnd=3.1e9,
        ),
        None,
        conflict=conflict_record(TriedConflict(conflict, (True, False))),
    )


def test_the_document_keeps_the_schema() -> None:
    found = document()
    validate(found)
    assert found["conflict"]["minimal"]
    assert [member["name"] for member in found["conflict"]["members"]] == [SHARE.name, PV.name, QUOTA.name]
    assert [r["tried"] for r in found["conflict"]["relaxations"]] == [True, False]
    assert not document(is_minimal=False)["conflict"]["minimal"]


@pytest.mark.parametrize(
    ("language", "share", "pv", "months", "all_years"),
    [
        ("vi", "Yêu cầu renewable_share_min", "Giới hạn", "6 tháng", "mọi năm"),
        ("en", "Requirement renewable_share_min", "Limit", "6 months", "all years"),
    ],
)
def test_members_and_relaxations_are_told_in_the_words_of_the_policy(
    language: Language, share: str, pv: str, months: str, all_years: str
) -> None:
    text = messages(language)
    members = member_table(document(), text)
    assert members.rows[0][:3] == (share, "Decision 1", "2028")
    assert pv in members.rows[1][0]
    assert members.rows[1][2] == all_years
    assert "HCM-1" in members.rows[2][0]
    enough = text("conflict.others_can_stay")
    assert members.note == f"{text('conflict.members_note')} {enough}"
    assert member_table(document(is_minimal=False), text).note == f"{text('conflict.members_not_minimal')} {enough}"
    relaxations = relaxation_table(document(), text)
    assert [row[0] for row in relaxations.rows] == ["1", "2", "2"]
    assert months in relaxations.rows[2][4]
    assert relaxations.rows[0][4].startswith(text.number(3.1, 1))
    lines = explanation_lines(document(), text)
    assert any(share in line for line in lines)
    html = render_report(document(), language)
    assert members.title in html
    assert relaxations.title in html


def test_a_conflict_that_was_not_explained_says_so() -> None:
    found = document() | {"conflict": None}
    text = messages("en")
    assert explanation_lines(found, text) == [text("line.not_explained")]
    assert member_table(found, text).rows == ()
    validate(found)
