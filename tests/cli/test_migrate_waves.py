"""The command ``migrate waves`` on a small register beside the example's other files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from cli.exit_codes import ExitCode
from cli.main import main

EXAMPLE = Path(__file__).parents[2] / "examples" / "ca-mau"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the example; tests shorten its time limit."""
    target = tmp_path / "ca-mau"
    shutil.copytree(EXAMPLE, target)
    return target


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["migrate", "waves", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.slow
def test_json_out_and_previous(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "waves.json"
    code, text, _ = run(capsys, str(folder), "--json", "--out", str(out), "--time-limit", "20", "--lang", "en")
    assert code == ExitCode.DONE
    document: dict[str, Any] = json.loads(text)
    assert document == json.loads(out.read_text("utf-8"))
    assert {stage["name"] for stage in document["stages"]} == {"lateness", "cost", "peak"}
    code, text, _ = run(capsys, str(folder), "--json", "--previous", str(out), "--time-limit", "20", "--lang", "en")
    assert code == ExitCode.DONE
    again = json.loads(text)
    assert [stage["name"] for stage in again["stages"]] == ["lateness", "changes", "shift", "cost", "peak"]


@pytest.mark.slow
def test_tables_in_vietnamese(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text, _ = run(capsys, str(folder), "--time-limit", "15", "--lang", "vi")
    assert code == ExitCode.DONE
    assert "Các đợt chuyển đổi" in text
    assert "Thư điện tử" in text or "thư điện tử" in text
    assert "weeks late" not in text


def test_without_the_file_it_is_wrong_input(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "waves.yaml").unlink()
    code, _, error = run(capsys, str(folder), "--lang", "en")
    assert code == ExitCode.INPUT
    assert "waves.yaml" in error


def test_a_wrong_day_is_wrong_input(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, error = run(capsys, str(folder), "--as-of", "1/2/2027", "--lang", "vi")
    assert code == ExitCode.INPUT
    assert "YYYY-MM-DD" in error


def test_a_file_that_is_no_schedule_is_wrong_input(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"schema": "camau-dc/plan/1"}', encoding="utf-8")
    code, _, error = run(capsys, str(folder), "--previous", str(other), "--lang", "en")
    assert code == ExitCode.INPUT
    assert "camau-dc/waves/1" in error


def test_a_horizon_that_is_too_short_is_infeasible_and_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "waves.yaml"
    file.write_text(file.read_text("utf-8").replace("last_day: 2030-12-31", "last_day: 2027-01-31", 1), "utf-8")
    code, text, _ = run(capsys, str(folder), "--lang", "en", "--time-limit", "10")
    assert code == ExitCode.INFEASIBLE
    assert "all ends by" in text


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("place: tender", "place: nowhere", "destinations[0].place"),
        ("persons: {security: 1}", "persons: {sailors: 1}", "steps[dossier].persons"),
        ("fund: recurrent\n    source: {default", "fund: lottery\n    source: {default", "fund"),
        ("systems: [official-email]", "systems: [no-such-system]", "done[1].systems"),
        ("weeks: {appraisal: 2, decommissioning: 2}", "weeks: {holiday: 2}", "chains[0].weeks.holiday"),
        ("cut_over: true", "cut_over: false", "file"),
        ("strategies: [retire]", "strategies: [retain]", "chains"),
    ],
)
def test_every_slip_is_told_with_its_line(
    folder: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, field: str
) -> None:
    file = folder / "waves.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    code, _, error = run(capsys, str(folder), "--lang", "en")
    assert code == ExitCode.INPUT
    assert "waves.yaml:" in error
    assert field in error
