"""What the benchmarks write, and what they refuse to write."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks import growth
from tests.benchmarks.results import ORDER, write_section
from tests.benchmarks.runs import Run
from tests.benchmarks.test_reference_problems import check_own, check_peer, median, ratio

OWN = Run("optimal", 100.0, 99.95, 5e-4, None, 4.0, 2.0, 8.0, 6.0, 300.0)
PEER = Run("ok", 99.97, None, None, 1e-9, 80.0, 60.0, 90.0, 70.0, 900.0)


def test_a_section_takes_the_place_of_the_older_one(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    for title, line in ((ORDER[2], "second"), (ORDER[1], "former words"), (ORDER[1], "new")):
        write_section(title, ["", line], path)
    text = path.read_text(encoding="utf-8")
    assert "former words" not in text
    assert text.index(f"## {ORDER[1]}") < text.index("new") < text.index(f"## {ORDER[2]}") < text.index("second")
    with pytest.raises(ValueError, match="must be one of"):
        write_section("Something else", [], path)


@pytest.mark.parametrize("objective", [99.90, 100.2])
def test_a_peer_outside_the_bracket_is_seen(objective: float) -> None:
    check_peer(OWN, "ipm", PEER)
    with pytest.raises(AssertionError):
        check_peer(OWN, "ipm", replace(PEER, objective=objective))


@pytest.mark.parametrize("change", [{"bound": 100.1}, {"status": "feasible"}, {"bound": 99.0}, {"objective": None}])
def test_an_answer_without_its_proof_is_seen(change: dict[str, Any]) -> None:
    check_own(OWN, 1e-3)
    with pytest.raises(AssertionError):
        check_own(replace(OWN, **change), 1e-3)


def test_ratios_are_of_the_fastest_peer_that_ended() -> None:
    late = Run("time_limit", seconds=20.0, solver_seconds=10.0)
    (line,) = ratio({"camau-dc": OWN, "ipm": PEER, "hipo": late})
    assert "(ipm) takes 20 times" in line
    assert "ipm takes 30 times" in line
    assert ratio({"camau-dc": OWN, "hipo": late}) == [
        "No peer ended: stopped when its solver had taken 5 times as long."
    ]


def test_medians_and_growth(tmp_path: Path) -> None:
    assert median([replace(OWN, seconds=seconds) for seconds in (5.0, 1.0, 2.0)]).seconds == 2.0
    runs = {size: replace(OWN, solver_seconds=2.0 * size, memory_mib=100.0) for size in (1, 2, 4)}
    assert growth.exponent(runs, "solver_seconds") == pytest.approx(1.0)
    assert growth.exponent(runs, "memory_mib") == pytest.approx(0.0, abs=1e-9)
    growth.draw(runs, "sites", tmp_path / "growth.svg")
    assert (tmp_path / "growth.svg").read_text(encoding="utf-8").startswith("<svg")
