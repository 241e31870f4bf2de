"""`camau-dc rules`: the table, JSON and exit codes. The planner is replaced."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from orchestrator.rules import RulePrice, RulePrices, Solved

Captured = pytest.CaptureFixture[str]
WITHOUT = Solved("optimal", 90e9, 89.5e9, None)
PRICES = RulePrices(
    Solved("optimal", 100e9, 99e9, None),
    (RulePrice("outage", WITHOUT, 10e9, 9e9, 10.5e9, changes={"fuel_tank": 12, "battery_mw": -1.5}),),
)


@pytest.fixture
def _answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.rules.price_rules", lambda *_args, **_options: PRICES)


@pytest.mark.usefixtures("_answered")
def test_prices_are_a_table(capsys: Captured) -> None:
    assert main(["rules", "anywhere", "--lang", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "# The price of each rule"
    assert lines[2].split("\t") == [
        "Alone without the grid",
        "100.00",
        "90.00",
        "10.00",
        "9.00",
        "10.50",
        "fuel tanks +12; battery (MW) −1.50",
    ]


@pytest.mark.usefixtures("_answered")
def test_prices_are_json(capsys: Captured) -> None:
    assert main(["rules", "anywhere", "--json", "--lang", "vi"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["objective_vnd"] == 100e9
    (rule,) = document["rules"]
    assert rule["rule"] == "outage"
    assert rule["name"] == "Tự duy trì khi mất điện lưới kéo dài"
    assert (rule["price_at_least_vnd"], rule["price_vnd"], rule["price_at_most_vnd"]) == (9e9, 10e9, 10.5e9)


def test_prices_are_solved_finely_so_that_they_have_a_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    gaps: list[float] = []

    def answered(*_args: Any, options: Any, **_more: Any) -> RulePrices:
        gaps.append(options.gap)
        return PRICES

    monkeypatch.setattr("cli.rules.price_rules", answered)
    main(["rules", "anywhere"])
    main(["rules", "anywhere", "--gap", "0.02"])
    assert gaps == [0.003, 0.02]


@pytest.mark.parametrize(("status", "code"), [("infeasible", 3), ("no_plan", 4), ("optimal", 0)])
def test_without_prices_the_status_is_told(
    status: Any, code: int, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "cli.rules.price_rules", lambda *_args, **_options: RulePrices(Solved(status, None, None, None), ())
    )
    assert main(["rules", "anywhere", "--lang", "en"]) == code
    assert capsys.readouterr().out.strip()


def test_a_folder_that_is_not_there_is_wrong_input(capsys: Captured, tmp_path: Path) -> None:
    assert main(["rules", str(tmp_path / "nowhere")]) == 2
    assert "Traceback" not in capsys.readouterr().err
