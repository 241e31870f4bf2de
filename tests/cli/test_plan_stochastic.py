"""``camau-dc plan stochastic``: what is refused, and a small province planned for drawn scenarios."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from cli.main import main
from orchestrator.document import read_document
from orchestrator.document.reading import published_schema
from orchestrator.stochastic_plans import plan_place
from orchestrator.stochastic_record import write_stochastic
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
    jsonschema.validate(document, published_schema("stochastic"))
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
    assert document["shadow_prices_doubt_vnd"] >= 0
    assert {each["plan"] for each in document["scenarios"]} == {None}
    assert main([*command, "--no-value", "--plans", "--json", "--lang", "en"]) == 0
    told = json.loads(capsys.readouterr().out)
    drawn = tmp_path / told["scenarios"][0]["plan"]
    assert main(["verify", str(drawn), "--lang", "en"]) == 0, capsys.readouterr().out
    assert main(["plan", "whatif", str(drawn), "set", "settings.discount_rate=0.1", "--lang", "en"]) == 2
    assert "a drawn scenario is no variation of the folder" in capsys.readouterr().err
    plan = json.loads(drawn.read_text(encoding="utf-8"))
    name = next(iter(plan["together"]["drawn"]))
    for values in ({"other": 1.0}, {**plan["together"]["drawn"], name: "much"}):
        drawn.write_text(json.dumps({**plan, "together": {**plan["together"], "drawn": values}}), encoding="utf-8")
        for language, said in (("en", "gives no such values"), ("vi", "không cho các giá trị này")):
            assert main(["verify", str(drawn), "--lang", language]) == 2
            assert said in capsys.readouterr().err
    assert told["value"] is None
    assert told["risk"]["weight"] == 0
    assert [each["values"] for each in told["scenarios"]] == [each["values"] for each in document["scenarios"]]


@pytest.mark.slow
def test_named_scenarios_share_their_probabilities(folder: Path, tmp_path: Path, capsys: Captured) -> None:
    command = ["plan", "stochastic", str(folder), "--scenarios", "base,tariff-production", "--out", str(tmp_path)]
    assert main([*command, "--no-value", "--plans", "--lang", "en"]) == 0
    assert "tariff-production\t50.0 %" in capsys.readouterr().out
    document = json.loads((tmp_path / "stochastic.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, published_schema("stochastic"))
    plans = [read_document(tmp_path / each["plan"]) for each in document["scenarios"]]
    for plan, each in zip(plans, document["scenarios"], strict=True):
        assert (plan["scenario"], plan["objective_vnd"]) == (each["name"], each["cost_vnd"])
        assert plan["builds"] == document["orders"]
        assert plan["together"] == {
            "scenarios": ["base", "tariff-production"],
            "probability": 0.5,
            "drawn": None,
        }
        assert plan["notices"][0]["id"] == "together"
        assert 2 * (document["objective_vnd"] - document["bound_vnd"]) == pytest.approx(
            plan["objective_vnd"] - plan["bound_vnd"], abs=1.0
        )
        file = tmp_path / each["plan"]
        assert main(["verify", str(file), "--lang", "en"]) == 0, capsys.readouterr().out
        assert main(["render", str(file), "--out", str(tmp_path / "shown" / each["name"]), "--lang", "vi"]) == 0
        assert (tmp_path / "shown" / each["name"] / "report.html").stat().st_size > 1000


def test_documents_of_scenarios_are_written_together_or_not_at_all(tmp_path: Path) -> None:
    taken = tmp_path / plan_place("late")
    taken.mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        write_stochastic(tmp_path, {}, {tmp_path / plan_place("base"): "{}", taken: "{}"})
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
