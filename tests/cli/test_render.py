"""`camau-dc render`: the files of an earlier plan again, without a solver, and only of a plan that holds."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from capacity.plan import Plan, SizingResult, Violation
from cli.main import main
from orchestrator.i18n import messages
from orchestrator.usecases import PlanRequest, size_province
from tests.cli.province_of_factories import EXAMPLE, answering, province_of_factories, result

Captured = pytest.CaptureFixture[str]
pytestmark = pytest.mark.usefixtures(province_of_factories.__name__)
__all__ = ["province_of_factories"]
FILES = ["plan.json", "plan.xlsx", "report.html"]


def conflicting(_plan: Plan, _objective_vnd: float) -> SizingResult:
    violations = (Violation("hourly-carbon-free-min", 2028, None, 3.25, "percentage point"),)
    values: dict[str, Any] = {"violations": violations, "violation_vnd": 3.75e9, "violation_bound_vnd": 3.7e9}
    return result(None, None, status="infeasible", **values)


@pytest.fixture(scope="module")
def planned(province_of_factories: None, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001
    out = tmp_path_factory.mktemp("planned") / "out"
    outcome = size_province(PlanRequest(EXAMPLE, out, language="vi"), solve=answering(result))
    assert outcome.files is not None
    assert outcome.files.workbook == out / "plan.xlsx"
    return out


def title(folder: Path) -> str:
    book = openpyxl.load_workbook(io.BytesIO((folder / "plan.xlsx").read_bytes()))
    return str(book.worksheets[0]["A1"].value)


def test_files_are_written_in_another_language_and_place(planned: Path, capsys: Captured, tmp_path: Path) -> None:
    out = tmp_path / "en"
    assert main(["render", str(planned / "plan.json"), "--out", str(out), "--lang", "en"]) == 0
    assert (
        capsys.readouterr().out
        == f"Written: {', '.join(str(out / name) for name in ('plan.json', 'report.html', 'plan.xlsx'))}\n"
    )
    assert sorted(path.name for path in out.iterdir()) == FILES
    assert (title(planned), title(out)) == (messages("vi")("report.title"), messages("en")("report.title"))
    assert '<html lang="en">' in (out / "report.html").read_text(encoding="utf-8")
    before, after = (json.loads((folder / "plan.json").read_text(encoding="utf-8")) for folder in (planned, out))
    assert (out / after.pop("folder")).resolve() == (planned / before.pop("folder")).resolve() == EXAMPLE
    assert after == before


def test_rendering_again_gives_the_same_files(planned: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert (
            main(["render", str(planned / "plan.json"), str(EXAMPLE), "--out", str(tmp_path / name), "--lang", "vi"])
            == 0
        )
    for file in FILES:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    assert (tmp_path / "one" / "plan.xlsx").read_bytes() == (planned / "plan.xlsx").read_bytes()


def test_a_plan_that_does_not_hold_is_not_shown(planned: Path, capsys: Captured, tmp_path: Path) -> None:
    document = json.loads((planned / "plan.json").read_text(encoding="utf-8"))
    document["accounts"]["costs"]["rows"][0]["cash_vnd"] += 1e9
    tampered = tmp_path / "plan.json"
    tampered.write_text(json.dumps(document), encoding="utf-8")
    assert main(["render", str(tampered), str(EXAMPLE), "--lang", "en"]) == 5
    captured = capsys.readouterr()
    assert "accounts.costs.rows[0].cash_vnd" in captured.err
    assert captured.out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]


@pytest.mark.slow
def test_a_conflict_is_rendered_too(province_of_factories: None, tmp_path: Path) -> None:  # noqa: ARG001
    size_province(PlanRequest(EXAMPLE, tmp_path / "out"), solve=answering(conflicting))
    assert main(["render", str(tmp_path / "out" / "plan.json"), "--lang", "en", "--out", str(tmp_path / "again")]) == 0
    book = openpyxl.load_workbook(tmp_path / "again" / "plan.xlsx")
    assert book.sheetnames[:2] == ["Summary", "Conflicts"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["absent.json"], "absent.json"), (["plan.json", "no-such-folder"], "no such folder")],
)
def test_wrong_input_is_told(arguments: list[str], told: str, planned: Path, capsys: Captured) -> None:
    assert main(["render", str(planned / arguments[0]), *arguments[1:], "--lang", "en"]) == 2
    captured = capsys.readouterr()
    assert told in captured.err
    assert "Traceback" not in captured.err


def test_a_folder_that_cannot_be_written_is_told(planned: Path, capsys: Captured, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert main(["render", str(planned / "plan.json"), "--out", str(tmp_path / "file"), "--lang", "en"]) == 2
    assert "file" in capsys.readouterr().err
