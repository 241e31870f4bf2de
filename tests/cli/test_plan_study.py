"""``camau-dc plan diff|explain|doubt|frontier``: what is refused, and how; and that ``plan DIR`` still sizes."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from cli.exit_codes import ExitCode
from cli.main import main
from cli.plan_study import studied
from orchestrator.document import read_document
from orchestrator.document.reading import published_schema
from orchestrator.i18n import messages
from tests.cli.province_of_factories import EXAMPLE

Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    "command",
    [("diff", "{0}", "{0}"), ("explain", "pv", "{0}"), ("doubt", "{0}"), ("frontier", "{0}"), ("{0}",)],
)
def test_a_folder_that_is_none_is_told(command: tuple[str, ...], capsys: Captured, tmp_path: Path) -> None:
    arguments = [word.format(tmp_path / "nowhere") for word in command]
    assert main(["plan", *arguments, "--lang", "en"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "no such folder" in captured.err
    assert "Traceback" not in captured.err


def test_a_file_that_is_no_plan_is_told(capsys: Captured, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text("{}", encoding="utf-8")
    assert main(["plan", "diff", str(file), str(file), "--lang", "en"]) == 2
    assert "plan.json: not a plan" in capsys.readouterr().err


def test_help_names_the_commands(capsys: Captured) -> None:
    assert main(["plan", "--help"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in ("size", "diff", "explain", "doubt", "frontier", "stochastic"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--dask", "localhost:8786"), "'localhost:8786' is no address of a scheduler: tcp://HOST:PORT"),
        (("--dask", "tcp://127.0.0.1:8786", "--workers", "2"), "either processes of this machine or a cluster"),
    ],
)
def test_workers_that_cannot_be_are_told(options: tuple[str, ...], words: str, capsys: Captured) -> None:
    assert main(["plan", "doubt", str(EXAMPLE), *options, "--lang", "en"]) == ExitCode.INPUT
    captured = capsys.readouterr()
    assert (captured.out, words in captured.err, "Traceback" in captured.err) == ("", True, False)


def test_progress_says_what_failed_and_what_was_begun_again() -> None:
    about = {"done": 3, "all": 5, "failed": 1, "again": ["PV −20 %", "PV −20 %"]}
    assert studied(about, messages("en")) == (
        "Sizing variations: 3 of 5; 1 without a plan; begun again because a worker died: PV −20 %"
    )
    assert studied({"done": 3, "all": 5}, messages("vi")) == "Đang tính các biến thể: 3 trên 5"


@pytest.mark.parametrize("targets", ["", "0,50", "70,101", "a", "70;80"])
def test_targets_that_are_none_are_told(targets: str, capsys: Captured, tmp_path: Path) -> None:
    assert main(["plan", "frontier", str(tmp_path), "--targets", targets, "--lang", "en"]) == 2
    assert "--targets are percentages above 0 and up to 100" in capsys.readouterr().err


@pytest.mark.parametrize(
    "options",
    [
        ("--from", "0.7"),
        ("--to", "0.9"),
        ("--from", "0.9", "--to", "0.7"),
        ("--from", "0", "--to", "0.7"),
        ("--from", "0.7", "--to", "0.9", "--targets", "70,90"),
    ],
)
def test_a_range_that_is_none_is_told(options: tuple[str, ...], capsys: Captured, tmp_path: Path) -> None:
    assert main(["plan", "frontier", str(tmp_path), *options, "--lang", "en"]) == 2
    assert "--from and --to are fractions of the load" in capsys.readouterr().err


@pytest.mark.slow
def test_the_curve_is_written_and_taken_up_by_the_plan_beside_it(capsys: Captured, tmp_path: Path) -> None:
    folder, out = tmp_path / "province", tmp_path / "out"
    assert main(["init", str(folder), "--lang", "en"]) == 0
    settings = folder / "province.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("last_year: 2029", "last_year: 2027"), encoding="utf-8")
    assert main(["plan", str(folder), "--out", str(out), "--quiet", "--lang", "en"]) == 0
    capsys.readouterr()
    command = ["plan", "frontier", str(folder), "--targets", "10,20", "--out", str(out), "--lang", "en"]
    assert main([*command, "--gap", "0.01"]) == 0
    shown = capsys.readouterr().out
    assert "The curve stands in" in shown
    found = json.loads((out / "frontier.json").read_text(encoding="utf-8"))
    jsonschema.validate(found, published_schema("frontier"))
    assert [point["target"] for point in found["points"]] == [0.1, 0.2, 1.0]
    plan = read_document(out / "plan.json")
    assert plan["frontier"]["points"] == found["points"]
    assert main(["verify", str(out / "plan.json"), "--lang", "en"]) == 0
    assert 'id="en-frontier"' in (out / "report.html").read_text(encoding="utf-8")
