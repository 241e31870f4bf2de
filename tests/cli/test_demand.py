from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from cli.main import main

CA_MAU = str(Path(__file__).parents[2] / "examples" / "ca-mau")
Captured = pytest.CaptureFixture[str]
pytestmark = pytest.mark.slow


def run(captured: Captured, *options: str) -> tuple[int, str, str]:
    code = main(["demand", CA_MAU, *options])
    output = captured.readouterr()
    return code, output.out, output.err


def document(captured: Captured, *options: str) -> dict[str, Any]:
    code, out, _ = run(captured, "--json", *options)
    assert code == 0
    loaded: dict[str, Any] = json.loads(out)
    return loaded


def test_json_is_one_document_whose_needs_sum_up_to_its_pools(capsys: Captured) -> None:
    found = document(capsys)
    assert list(found) == [
        "schema", "inputs_digest", "scenario", "as_of", "population", "years", "units", "programmes", "needs", "pools",
        "totals", "references",
    ]  # fmt: skip
    for index, year in enumerate(found["years"]):
        for resource, totals in found["totals"].items():
            needs = [n["amount"] for n in found["needs"] if (n["year"], n["resource"]) == (year, resource)]
            assert math.fsum(needs) == pytest.approx(totals[index])
    assert all(need["formula"] and need["sources"] for need in found["needs"])


def test_json_is_the_same_every_time_and_in_every_language(capsys: Captured) -> None:
    assert run(capsys, "--json", "--lang", "vi") == run(capsys, "--json", "--lang", "en")


def test_json_of_a_year_is_of_that_year_alone(capsys: Captured) -> None:
    found = document(capsys, "--year", "2030")
    assert found["years"] == [2030]
    assert {need["year"] for need in found["needs"]} == {2030}
    assert all(len(amounts) == 1 for amounts in found["totals"].values())


def test_iot_platform_of_ca_mau_follows_the_targets_of_the_plan(capsys: Captured) -> None:
    formulas = [
        need["formula"]
        for need in document(capsys, "--year", "2030")["needs"]
        if need["resource"] == "vcpu" and "connections_per_person" in need["formula"]
    ]
    assert len(formulas) == 1
    assert formulas[0].startswith("persons 2,606,672 × connections_per_person 4 × platform_fraction ")


def test_scenarios_change_the_demand(capsys: Captured) -> None:
    base = document(capsys, "--year", "2030")
    resident = document(capsys, "--year", "2030", "--scenario", "population-resident")
    none = document(capsys, "--year", "2030", "--scenario", "hyperscale-none")
    assert base["population"]["basis"] == "administrative"
    assert resident["population"]["basis"] == "resident"
    assert resident["totals"]["vcpu"][0] < base["totals"]["vcpu"][0]
    assert base["totals"]["wholesale_mw"][0] >= 10
    assert none["totals"]["wholesale_mw"] == [0]


def test_tables_are_in_the_chosen_language(capsys: Captured) -> None:
    code, out, err = run(capsys, "--lang", "vi")
    assert (code, err) == (0, "")
    for title in ("Chương trình và cách tính", "Yếu tố quyết định", "Nhu cầu theo", "Nhóm nhu cầu", "Tổng nhu cầu"):
        assert f"# {title}" in out
    assert "2.606.672 người" in out
    _, out, _ = run(capsys, "--lang", "en", "--year", "2030")
    assert "# Needs by programme" in out
    assert "Programme\tResource\t2030\n" in out


def test_explain_shows_formula_source_and_documents(capsys: Captured) -> None:
    _, plain, _ = run(capsys, "--lang", "vi")
    code, out, _ = run(capsys, "--lang", "vi", "--explain")
    assert code == 0
    assert out.startswith(plain)
    explained = out.removeprefix(plain)
    assert "  = dân số 2.606.672 × số kết nối IoT mỗi người 4 × " in explained
    assert "  nguồn: dân số: ref:" in explained
    assert "# Tài liệu làm căn cứ của số liệu" in explained
    assert "· 2030: " in explained
    assert "· 2029: " not in explained


def test_explain_is_of_the_chosen_year(capsys: Captured) -> None:
    _, out, _ = run(capsys, "--lang", "en", "--explain", "--year", "2027")
    assert "· 2027: " in out
    assert "· 2030: " not in out
    assert "connections_per_person 2.2 [2025: 1, 2030: 4]" in out


def test_year_outside_the_horizon_is_refused(capsys: Captured) -> None:
    code, out, err = run(capsys, "--lang", "en", "--year", "2031")
    assert (code, out) == (2, "")
    assert err.strip() == "--year 2031: a year of the horizon, 2025 to 2030"


def test_broken_folder_is_refused_with_its_problems(capsys: Captured, tmp_path: Path) -> None:
    assert main(["demand", str(tmp_path / "nowhere"), "--lang", "en"]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert "no such folder" in output.err


def test_repeated_cells_are_empty_on_a_terminal(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    _, plain, _ = run(capsys, "--lang", "en")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "300")
    code, out, _ = run(capsys, "--lang", "en")
    assert code == 0
    pool = "enterprise-ai-interactive-l2"
    assert plain.count(pool) == 5
    assert out.count(pool) == 1
