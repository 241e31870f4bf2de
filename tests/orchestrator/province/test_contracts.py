"""Contracts are told when their zone may not hold what they rent there."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestrator.province.creation import create_province
from orchestrator.province.reader import read_province
from tests.orchestrator.province.editing import edit

CONTRACT = (
    "contracts:\n  - {id: a, programme: ai-assistants, zone: fpt-sgn, valid_from: 2026-01-01, "
    'source: "assumption: a test"}'
)
SGN = "region: VN/SGN, country: VN, attested_level: 3"


@pytest.mark.parametrize(
    ("zone", "refused"),
    [
        (SGN, False),
        (SGN.replace("3", "4"), False),
        (SGN.replace("3", "2"), True),
        (SGN.replace("country: VN", "country: SG"), True),
    ],
)
def test_a_contract_is_in_a_zone_that_its_programme_may_use(tmp_path: Path, zone: str, *, refused: bool) -> None:
    folder = tmp_path / "province"
    create_province(folder)
    edit(folder, "clouds.yaml", SGN, zone)
    edit(folder, "clouds.yaml", "\ncontracts: []", f"\n{CONTRACT}")
    problems = [problem for problem in read_province(folder).problems if "contracts" in problem.field]
    assert [problem.field for problem in problems] == ["contracts[a].zone"] * refused
    assert all("attested for level 3" in problem.allowed.en for problem in problems)


def test_the_contract_that_the_template_shows_is_valid(tmp_path: Path) -> None:
    folder = tmp_path / "province"
    create_province(folder)
    text = (folder / "clouds.yaml").read_text(encoding="utf-8")
    shown = text.replace("# contracts:\n#   - {id: ca-signatures", "contracts:\n  - {id: ca-signatures")
    (folder / "clouds.yaml").write_text(shown.replace("\ncontracts: []", ""), encoding="utf-8")
    assert "  - {id: ca-signatures" in shown
    assert read_province(folder).problems == ()


def test_a_contract_without_a_zone_needs_a_planning_price(tmp_path: Path) -> None:
    folder = tmp_path / "province"
    create_province(folder)
    edit(folder, "clouds.yaml", "\ncontracts: []", f"\n{CONTRACT.replace('zone: fpt-sgn, ', '')}")
    assert read_province(folder).problems == ()
    lines = (folder / "clouds.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
    rest = [line for line in lines if "id: planning-gpu" not in line]
    (folder / "clouds.yaml").write_text("".join(rest), encoding="utf-8")
    (problem,) = read_province(folder).problems
    assert (problem.field, problem.value.en) == ("contracts[a].zone", "missing")
