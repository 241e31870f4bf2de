"""Every kind of broken folder through the command line: all lines on standard error, code 2, no traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import main
from tests.broken import BROKEN, Broken, template, write_folder

Captured = pytest.CaptureFixture[str]


@pytest.mark.slow
@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_every_problem_is_listed_and_nothing_else(case: Broken, tmp_path: Path, capsys: Captured) -> None:
    contents = case.contents(template())
    write_folder(tmp_path, contents)
    assert main(["validate", str(tmp_path), "--lang", "en"]) == 2
    captured = capsys.readouterr()
    *lines, summary = captured.err.splitlines()
    assert lines == case.lines(contents)
    files = len({line.partition(":")[0] for line in lines})
    assert summary == f"{tmp_path}: {len(lines)} problem(s) in {files} file(s)"
    assert captured.out == ""
    assert "Traceback" not in captured.err


def test_kinds_that_were_asked_for_are_there() -> None:
    names = {case.name for case in BROKEN}
    assert names >= {
        "unknown key",
        "duplicate id",
        "duplicate key",
        "dangling reference",
        "overlapping validity",
        "MW for kW in the key",
        "MW for kW in the value",
        "NaN",
        "negative",
        "missing hours",
        "broken UTF-8",
        "YAML alias bomb",
        "scenario path to no key",
        "unknown column",
        "cyclic successor",
    }
    assert len(names) == len(BROKEN)


@pytest.mark.parametrize("command", ["sources", "demand"])
def test_other_commands_list_the_problems_too(command: str, tmp_path: Path, capsys: Captured) -> None:
    case = next(case for case in BROKEN if case.name == "negative")
    contents = case.contents(template())
    write_folder(tmp_path, contents)
    assert main([command, str(tmp_path), "--lang", "en"]) == 2
    captured = capsys.readouterr()
    assert captured.err.splitlines()[0] == case.lines(contents)[0]
    assert captured.out == ""


def test_problems_in_vietnamese(tmp_path: Path, capsys: Captured) -> None:
    case = next(case for case in BROKEN if case.name == "negative")
    write_folder(tmp_path, case.contents(template()))
    assert main(["validate", str(tmp_path), "--lang", "vi"]) == 2
    line, summary = capsys.readouterr().err.splitlines()
    assert line.endswith("halls[chilled-n1].capex_vnd: -75000000000, số từ 0 trở lên (VND)")
    assert summary == f"{tmp_path}: 1 lỗi trong 1 tệp"


def test_problems_as_json(tmp_path: Path, capsys: Captured) -> None:
    case = next(case for case in BROKEN if case.name == "negative")
    contents = case.contents(template())
    write_folder(tmp_path, contents)
    assert main(["validate", str(tmp_path), "--json"]) == 2
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert (document["valid"], document["digest"], document["counts"]) == (False, None, None)
    (problem,) = document["problems"]
    file, line = problem["file"], problem["line"]
    told = f"{file}:{line}: {problem['field']}: {problem['value']['en']}, {problem['allowed']['en']}"
    assert [told] == case.lines(contents)
    assert captured.err == ""
