"""``plan alternatives`` on a small province that is really sized, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import main
from orchestrator.alternatives import alternatives
from orchestrator.i18n import messages
from orchestrator.report.study_tables import alternatives_table, choices_table
from orchestrator.studied import StudyRequest
from tests.orchestrator.province.test_changes import edited
from tests.orchestrator.test_studies import BUILDS

Captured = pytest.CaptureFixture[str]


@pytest.mark.slow
def test_plans_are_told_with_cost_difference_and_ranges(tmp_path: Path, capsys: Captured) -> None:
    folder = tmp_path / "province"
    edited(folder, *BUILDS)
    request = StudyRequest(gap=0.005, time_limit_s=240.0)
    found = alternatives((folder, "base"), 0.05, 3, request, lambda *_: None)
    assert 2 <= len(found["plans"]) <= 4
    assert all(plan["objective_vnd"] <= found["limit_vnd"] for plan in found["plans"])
    assert found["plans"][0]["objective_vnd"] == found["objective_vnd"]
    assert all(len(plan["amounts"]) == len(found["choices"]) for plan in found["plans"])
    assert len({tuple(plan["amounts"]) for plan in found["plans"]}) == len(found["plans"])
    for row in found["choices"]:
        assert row["least"] <= row["best"] <= row["most"]
    for language in ("vi", "en"):
        for table in (alternatives_table(found, messages(language)), choices_table(found, messages(language))):
            assert table.rows
            assert all(len(row) == len(table.columns) for row in table.rows)
    assert main(["plan", "alternatives", str(folder), "--within", "5%", "--gap", "0.005", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["choices"] == found["choices"]


@pytest.mark.parametrize("share", ["", "0", "101%", "three", "-3%"])
def test_a_share_that_is_none_is_told(share: str, capsys: Captured) -> None:
    assert main(["plan", "alternatives", "anywhere", f"--within={share}", "--lang", "en"]) == 2
    assert "--within is a percentage above 0" in capsys.readouterr().err
