"""PyPSA and the structured solver agree on the optimum of one site and one year. Times are shown, never asserted."""

from __future__ import annotations

import dataclasses
import os
import statistics

import pytest

from tests.benchmarks.measure import HIGHS_OPTIONS, SIDES, Measured, run_apart
from tests.benchmarks.problem import HALL, IT_MW, SITE, STEADY_MW, YEAR
from tests.benchmarks.results import write_section

AGREEMENT = 1e-3
CERTIFICATE = 1e-4
VIOLATION_MW = 1e-5
RUNS = 3
Runs = dict[str, list[Measured]]


def check(own: Measured, other: Measured) -> None:
    optimum = other.answer["objective"]
    assert optimum > 0
    assert own.answer["objective"] == pytest.approx(optimum, rel=AGREEMENT)
    assert own.answer["violation"] <= VIOLATION_MW
    assert own.answer["bound"] <= optimum * (1 + CERTIFICATE)
    assert own.answer["objective"] >= optimum * (1 - CERTIFICATE)
    assert own.answer["bound"] == pytest.approx(optimum, rel=AGREEMENT)
    assert own.answer["capacities"].keys() == other.answer["capacities"].keys()


def middle(runs: list[Measured], field: str) -> float:
    return float(statistics.median(getattr(measured, field) for measured in runs))


def table(runs: Runs) -> list[str]:
    own, other = (runs[side] for side in SIDES)
    first, second = own[0].answer, other[0].answer
    rows = [
        ("optimum, tỷ đồng", f"{first['objective']:.4f}", f"{second['objective']:.4f}"),
        ("proven lower bound, tỷ đồng", f"{first['bound']:.4f}", "none"),
        ("rows", f"{first['rows']:,}", f"{second['rows']:,}"),
        ("columns", f"{first['columns']:,}", f"{second['columns']:,}"),
        *((name, f"{value:.2f}", f"{second['capacities'][name]:.2f}") for name, value in first["capacities"].items()),
        ("seconds", f"{middle(own, 'seconds'):.1f}", f"{middle(other, 'seconds'):.1f}"),
        ("seconds of all cores", f"{middle(own, 'cpu_seconds'):.1f}", f"{middle(other, 'cpu_seconds'):.1f}"),
        ("peak memory, MiB", f"{middle(own, 'peak_memory_mib'):.0f}", f"{middle(other, 'peak_memory_mib'):.0f}"),
    ]
    heads = f"median of {len(own)}" if len(own) > 1 else "one run"
    lines = [f"| {heads} | camau-dc | PyPSA and HiGHS |", "|---|---:|---:|"]
    return lines + [f"| {name} | {left} | {right} |" for name, left, right in rows]


def show(capsys: pytest.CaptureFixture[str], lines: list[str]) -> None:
    with capsys.disabled():
        os.write(1, ("\n" + "\n".join(lines) + "\n").encode())


@pytest.mark.parametrize(
    "change", [{"objective": 100.2}, {"objective": 99.98}, {"bound": 100.02}, {"bound": 99.8}, {"violation": 1e-3}]
)
def test_disagreement_is_seen(change: dict[str, float]) -> None:
    answer = {"objective": 100.0, "bound": 99.99, "violation": 0.0, "capacities": {"generation/pv-rooftop": 2.0}}
    other = Measured(answer, 1.0, 1.0, 1.0)
    check(other, other)
    with pytest.raises(AssertionError):
        check(dataclasses.replace(other, answer=answer | change), other)


@pytest.mark.slow
def test_eight_weeks_have_the_optimum_that_pypsa_finds(capsys: pytest.CaptureFixture[str]) -> None:
    runs = {side: [run_apart(side, "weeks", timeout_s=290)] for side in SIDES}
    check(*(runs[side][0] for side in SIDES))
    show(capsys, table(runs))


@pytest.mark.bench
@pytest.mark.timeout(7000)
def test_a_year_has_the_optimum_that_pypsa_finds(capsys: pytest.CaptureFixture[str]) -> None:
    runs: Runs = {side: [] for side in SIDES}
    for _ in range(RUNS):
        for side in SIDES:
            runs[side].append(run_apart(side, "year", timeout_s=1100))
        check(*(runs[side][-1] for side in SIDES))
    lines = table(runs)
    show(capsys, lines)
    load = ", ".join(f"{mw:g} MW {class_id}" for class_id, mw in IT_MW.items())
    text = [
        f"- Problem: {SITE}, {YEAR}, every hour; IT in {HALL}: {STEADY_MW:g} MW at all hours, {load} at full use;",
        "  PV, wind and battery are sized under the clean shares of the year; cost is present value of the year alone",
        f"- HiGHS: {', '.join(f'{key} {value}' for key, value in HIGHS_OPTIONS.items())}, all else default",
        "- Both sides start from the same hourly facts in memory and run alternately, each in a process of its own.",
        "  Reading the folder, making the weather's hours and building the model of the whole province are not in the",
        "  times; writing the linear program of the site and year is.",
        "",
        *lines,
    ]
    write_section("One site and one year of the example, beside PyPSA", text)
