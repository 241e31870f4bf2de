"""Every kind of broken folder through the command line: all lines on standard error, code 2, no traceback."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from pathlib import Path

import pytest

from cli.main import main
from tests.broken import BROKEN, DAMAGED, Broken, Damaged, template, write_folder
from tests.broken.damages import longer
from tests.broken.folders import WEATHER
from tests.broken.kinds import KINDS
from tests.languages import english_in

Captured = pytest.CaptureFixture[str]


def places(lines: list[str]) -> list[str]:
    """The parts of lines that no language changes: file, line and field."""
    return [": ".join(line.split(": ")[:2]) for line in lines]


def told(folder: Path, language: str, capsys: Captured) -> list[str]:
    """The lines of `validate`, after checking how it ends: code 2, a summary, nothing else and no traceback."""
    assert main(["validate", str(folder), "--lang", language]) == 2
    captured = capsys.readouterr()
    *lines, summary = captured.err.splitlines()
    files = len({line.partition(":")[0] for line in lines})
    words = {"en": f"{len(lines)} problem(s) in {files} file(s)", "vi": f"{len(lines)} lỗi trong {files} tệp"}
    assert summary == f"{folder}: {words[language]}"
    assert captured.out == ""
    assert "Traceback" not in captured.err
    return lines


def told_in_both(folder: Path, expected: list[str], capsys: Captured) -> None:
    assert told(folder, "en", capsys) == expected
    vietnamese = told(folder, "vi", capsys)
    assert places(vietnamese) == places(expected)
    assert not set(vietnamese) & set(expected)
    for line, place in zip(vietnamese, places(vietnamese), strict=True):
        assert not line.removeprefix(place).isascii()
        assert english_in(line.removeprefix(place)) == []


@pytest.mark.slow
@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_every_problem_is_listed_and_nothing_else(case: Broken, tmp_path: Path, capsys: Captured) -> None:
    contents = case.contents(template())
    told_in_both(write_folder(tmp_path, contents), case.lines(contents), capsys)


@pytest.mark.slow
@pytest.mark.parametrize("case", DAMAGED, ids=lambda case: case.name)
def test_every_problem_of_a_damaged_folder_is_listed(case: Damaged, tmp_path: Path, capsys: Captured) -> None:
    folder = write_folder(tmp_path / "province", template())
    case.damage(folder)
    told_in_both(folder, list(case.lines), capsys)


def test_there_are_more_than_thirty_kinds_and_each_has_its_cases() -> None:
    names = [case.name for case in BROKEN] + [case.name for case in DAMAGED]
    assert len(set(names)) == len(names)
    assert len(KINDS) >= 30
    grouped = [name for cases in KINDS.values() for name in cases]
    assert len(set(grouped)) == len(grouped)
    assert set(grouped) <= set(names)
    assert all(KINDS.values())


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


def test_folders_that_are_none(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for folder in (tmp_path / "nowhere", tmp_path / "file"):
        (line,) = told(folder, "en", capsys)
        assert (
            line
            == f"{folder.name}:1: folder: no such folder, a province folder is expected; 'camau-dc init' writes one"
        )


def test_file_that_nobody_may_read(capsys: Captured) -> None:
    """As another user when this one may read everything."""
    with tempfile.TemporaryDirectory() as name:
        folder = write_folder(Path(name), template())
        folder.chmod(0o755)
        (folder / "clouds.yaml").chmod(0)
        is_root = os.geteuid() == 0
        try:
            if is_root:
                os.seteuid(65534)
            (line,) = told(folder, "en", capsys)
            (vietnamese,) = told(folder, "vi", capsys)
        finally:
            if is_root:
                os.seteuid(0)
    assert line == "clouds.yaml:1: file: no permission to read it, a readable file is expected"
    assert vietnamese == "clouds.yaml:1: file: không có quyền đọc, phải là tệp đọc được"


def test_a_hundred_megabytes_are_refused_at_once_without_being_read(tmp_path: Path, capsys: Captured) -> None:
    folder = write_folder(tmp_path, template())
    for name in ("energy.yaml", "systems.csv", WEATHER):
        longer(name, 100_000_000)(folder)
    begun = time.process_time()
    lines = told(folder, "en", capsys)
    assert time.process_time() - begun < 5
    assert len(lines) == 3


def test_nothing_is_written_for_a_broken_folder(tmp_path: Path, capsys: Captured) -> None:
    case = next(case for case in BROKEN if case.name == "negative")
    folder = write_folder(tmp_path / "province", case.contents(template()))
    out = tmp_path / "out"
    assert main(["plan", str(folder), "--out", str(out)]) == 2
    assert "halls[chilled-n1].capex_vnd" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["province"]
    assert {path.name for path in folder.iterdir()} == {name.partition("/")[0] for name in template()}


def test_new_folder_is_not_written_over_what_stands_there(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "province").mkdir()
    (tmp_path / "province" / "notes.txt").write_text("mine", encoding="utf-8")
    assert main(["init", str(tmp_path / "province"), "--lang", "en"]) == 2
    assert "nothing is overwritten" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "province").iterdir()] == ["notes.txt"]
    shutil.rmtree(tmp_path / "province")


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
