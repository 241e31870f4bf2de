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
