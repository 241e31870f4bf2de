"""What-ifs on a small province that is really sized."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from orchestrator.i18n import messages
from orchestrator.province import InvalidProvinceError, load_province
from orchestrator.report.study_tables import values_table, what_if_lines, what_if_table
from orchestrator.stored import stored_at
from orchestrator.studied import StudyRequest
from orchestrator.studies import Variation, run_study
from orchestrator.translate import to_capacity_inputs
from orchestrator.what_if import what_if, what_ifs_in, what_ifs_of
from tests.orchestrator.province.test_changes import edited
from tests.orchestrator.test_studies import BUILDS

Captured = pytest.CaptureFixture[str]
REQUEST = StudyRequest(gap=0.001, time_limit_s=240.0)
DEARER = "hardware.skus[cpu-server].price_vnd=+50%"
CHEAPER = "hardware.halls[chilled-n1].capex_vnd=-30%"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("provinces") / "building"
    edited(place, *BUILDS)
    return place


@pytest.fixture(scope="module")
def plan(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    assert main(["plan", str(folder), "--out", str(out), "--quiet", "--gap", "0.001", "--lang", "en"]) == 0
    return out / "plan.json"


@pytest.mark.slow
def test_each_what_if_costs_what_the_province_with_it_costs(folder: Path, plan: Path) -> None:
    found = what_if((plan, "base"), what_ifs_of([DEARER, CHEAPER], each=True), REQUEST, lambda *_: None)
    assert found["base"]["objective_vnd"] == json.loads(plan.read_text("utf-8"))["objective_vnd"], "the stored plan"
    dearer, cheaper = found["what_ifs"]
    assert (dearer["name"], cheaper["name"]) == (DEARER, CHEAPER)
    assert dearer["difference_vnd"] > 5e7
    assert cheaper["difference_vnd"] < -1e9
    for row in (dearer, cheaper):
        assert row["at_least_vnd"] <= row["difference_vnd"] <= row["at_most_vnd"]
    alone = edited(folder.parent / "dearer", *BUILDS, ("hardware.yaml", "price_vnd: 0.50e9", "price_vnd: 0.75e9"))
    again = run_study({"": Variation(to_capacity_inputs(alone))}, REQUEST.options(), lambda *_: None)[""]
    assert again.objective_vnd is not None
    effect = again.objective_vnd - found["base"]["objective_vnd"]
    assert dearer["at_least_vnd"] - again.error_vnd <= effect <= dearer["at_most_vnd"] + again.error_vnd
    for language in ("vi", "en"):
        text = messages(language)
        tables = [table(found, text) for table in (what_if_table, values_table, what_if_lines)]
        assert all(len(row) == len(table.columns) for table in tables for row in table.rows)
        assert [row[0] for row in tables[0].rows] == [text("what_if.base"), DEARER, CHEAPER]


@pytest.mark.slow
def test_the_command_shows_what_if_and_says_what_cannot_be(plan: Path, capsys: Captured) -> None:
    command = ["plan", "whatif", str(plan), "set", DEARER, CHEAPER, "--gap", "0.01", "--lang", "en"]
    assert main(command) == 0
    shown = capsys.readouterr().out
    assert f"{DEARER}; {CHEAPER}\t" in shown
    assert "hardware.yaml: halls[chilled-n1].capex_vnd" in shown
    assert main([*command, "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["what_ifs"]
    assert {line["table"] for line in row["lines"]} >= {"parts"}


def test_stored_plans_are_starts_and_folders_have_none(folder: Path) -> None:
    stored = stored_at((folder, "base"))
    assert (stored.sized, stored.start) == (None, None)
    assert stored.inputs.digest == load_province(folder).digest


@pytest.mark.parametrize(
    "words", [(), ("set",), ("a", "b", "set", "c=1"), ("a",)], ids=["nothing", "no assignment", "two places", "no set"]
)
def test_a_command_line_that_sets_nothing_is_told(words: tuple[str, ...], capsys: Captured) -> None:
    assert main(["plan", "whatif", *words, "--lang", "en"]) == 2
    assert "plan whatif [PLAN] set PATH=VALUE" in capsys.readouterr().err


def test_nothing_is_sized_when_an_assignment_cannot_be(folder: Path, capsys: Captured) -> None:
    assert main(["plan", "whatif", str(folder), "set", "a.b=1", DEARER, "--each", "--lang", "vi"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "set:1: a.b: 'a.b', đường dẫn bắt đầu bằng" in captured.err


def test_what_ifs_of_a_file_have_names(tmp_path: Path) -> None:
    file = tmp_path / "what-ifs.yaml"
    file.write_text(f"what_ifs:\n  - name: dear\n    set: ['{DEARER}']\n  - name: both\n    set:\n      - '{DEARER}'\n"
                    f"      - '{CHEAPER}'\n", encoding="utf-8")  # fmt: skip
    dear, both = what_ifs_in(file)
    assert (dear.name, [each.text for each in dear.written]) == ("dear", [DEARER])
    assert [(each.text, each.line) for each in both.written] == [(DEARER, 6), (CHEAPER, 7)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no list"),
        ("what_ifs: []", "no list"),
        ("what_ifs: [{name: a}]", "file.yaml:1: what_ifs[0]: not a name and a list of assignments"),
        ("what_ifs:\n- {name: a, set: [b=1]}\n- {name: a, set: [c=1]}", "'a' twice"),
        ("what_ifs: [", "file.yaml:2: syntax"),
        ("what_ifs:\n- name: a\n  set: [5]", "file.yaml:2: what_ifs[0]"),
    ],
)
def test_files_that_are_none_are_told(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "file.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidProvinceError) as told:
        what_ifs_in(tmp_path / "file.yaml")
    problems: tuple[Any, ...] = told.value.problems
    assert any(words in problem.text("en") for problem in problems), [problem.text("en") for problem in problems]
