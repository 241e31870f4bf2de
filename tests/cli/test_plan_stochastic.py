"""``camau-dc plan stochastic``: what is refused, and a small province planned for drawn scenarios."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from cli.main import main
from orchestrator.stochastic_record import stochastic_schema
from tests.broken.folders import template, write_folder
from tests.languages import english_in

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template's folder with a horizon of two years."""
    contents = dict(template())
    contents["province.yaml"] = contents["province.yaml"].replace(b"last_year: 2029", b"last_year: 2028")
    return write_folder(tmp_path_factory.mktemp("province"), contents)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("{0}/nowhere",), "no such folder"),
        (("{0}", "--scenarios", "base", "--draw", "3"), "exclude each other"),
        (("{0}", "--scenarios", "base,nobody"), "'nobody'"),
        (("{0}",), "no scenario of scenarios.yaml has a probability"),
    ],
)
def test_what_cannot_be_planned_for_is_told(
    arguments: tuple[str, ...], words: str, folder: Path, capsys: Captured
) -> None:
    given = [word.format(folder) for word in arguments]
    assert main(["plan", "stochastic", *given, "--lang", "en"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
    assert "Traceback" not in captured.err
    assert main(["plan", "stochastic", *given, "--lang", "vi"]) == 2
    assert english_in(capsys.readouterr().err.replace(": folder: ", ": ")) == []


def test_a_scenario_without_a_probability_beside_others_is_told(folder: Path, tmp_path: Path, capsys: Captured) -> None:
    contents = dict(template())
    old, new = b"    set: []\n", b"    probability: 0.6\n    set: []\n"
    assert contents["scenarios.yaml"].count(old) == 1
    contents["scenarios.yaml"] = contents["scenarios.yaml"].replace(old, new)
    mixed = write_folder(tmp_path, contents)
    assert main(["plan", "stochastic", str(mixed), "--scenarios", "base,late-portal", "--lang", "en"]) == 2
    assert "no probability of late-portal" in capsys.readouterr().err
    assert folder != mixed


@pytest.mark.slow
def test_a_province_is_planned_for_scenarios_valued_and_tested(folder: Path, tmp_path: Path, capsys: Captured) -> None:
    command = ["plan", "stochastic", str(folder), "--draw", "4", "--keep", "3", "--test", "2", "--out", str(tmp_path)]
    assert main([*command, "--risk", "0.3", "--tail", "0.3", "--lang", "vi"]) == 0
    shown = capsys.readouterr().out
    assert {line: words for line in shown.splitlines() if (words := english_in(line))} == {}
    assert "CVaR" in shown
    document = json.loads((tmp_path / "stochastic.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, stochastic_schema())
    assert document["status"] == "optimal"
    assert document["bound_vnd"] <= document["objective_vnd"] * (1 + 1e-7)
    expected = sum(each["probability"] * each["cost_vnd"] for each in document["scenarios"])
    assert document["expected_vnd"] == pytest.approx(expected)
    assert document["objective_vnd"] == pytest.approx(0.7 * expected + 0.3 * document["cvar_vnd"])
    names = [name for each in document["scenarios"] for name in (each["name"], *each["stands_for"])]
    assert sorted(names) == ["draw-1", "draw-2", "draw-3", "draw-4"]
    assert sum(each["probability"] for each in document["scenarios"]) == pytest.approx(1.0)
    assert [row["unseen"] for row in document["test"]["scenarios"]] == [False, True, True]
    assert document["test"]["held"] <= document["test"]["of"] == 3
    assert document["value"]["base_status"] == "optimal"
    assert main([*command, "--no-value", "--json", "--lang", "en"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["value"] is None
    assert told["risk"]["weight"] == 0
    assert [each["values"] for each in told["scenarios"]] == [each["values"] for each in document["scenarios"]]


@pytest.mark.slow
def test_named_scenarios_share_their_probabilities(folder: Path, tmp_path: Path, capsys: Captured) -> None:
    command = ["plan", "stochastic", str(folder), "--scenarios", "base,tariff-production", "--out", str(tmp_path)]
    assert main([*command, "--no-value", "--lang", "en"]) == 0
    assert "tariff-production\t50.0 %" in capsys.readouterr().out
