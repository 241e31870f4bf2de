"""``camau-dc plan diff|explain|doubt``: what is refused, and how; and that ``plan DIR`` still sizes."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.main import main

Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize("command", [("diff", "{0}", "{0}"), ("explain", "pv", "{0}"), ("doubt", "{0}"), ("{0}",)])
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
    assert all(name in shown for name in ("size", "diff", "explain", "doubt"))
