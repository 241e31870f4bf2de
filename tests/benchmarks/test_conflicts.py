"""How long it takes to tell that a province of six years is infeasible, and why: the example, broken in several ways.

Times are written, never asserted; that it is proved infeasible is, and that members name what was broken. A conflict
that was not explained is written as that.
"""

from __future__ import annotations

import copy
import datetime as dt
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from capacity.demand import compute_demand
from capacity.solver import SolveOptions, explain_conflict, kernel, solve
from orchestrator.province import load_province
from orchestrator.translate import to_capacity_inputs
from tests.benchmarks.problem import FOLDER
from tests.benchmarks.results import write_section

CANDIDATES = ("ca-mau-city", "khanh-an", "nam-can", "bac-lieu")
HALLS = ("chilled-n1", "liquid-n1")
LIMIT_S = 600.0
BUDGETS = (30e9, 40e9, 8e9, 10e9, 12e9, 15e9)
"""A seventh of the example's in the last years, VND."""
Sets = dict[str, Any]


def at_all(field: str, value: Any) -> Sets:
    """A field of all candidate sites."""
    return {f"sites.sites[{site}].{field}": copy.copy(value) for site in CANDIDATES}


BROKEN: dict[str, tuple[Sets, set[str]]] = {
    "budget": (
        {"province.funding[state-recurrent].budget_vnd": dict(zip(range(2025, 2031), BUDGETS, strict=True))},
        {"budget"},
    ),
    "grid": ({**at_all("grid.steps", []), **at_all("grid.existing_mw", 2.0)}, {"connection"}),
    "land": (at_all("land_m2", 9000.0), {"land"}),
    "lead times": ({f"hardware.halls[{hall}].lead_time_months": 50.0 for hall in HALLS}, {"lead_times"}),
    "latency": ({"network.traffic[identity-and-signing].round_trip_ms_max": 3.0}, {"network-latency"}),
    "fuel": ({"province.resilience.outage.hours": 400, **at_all("fuel_tank_limit_litres", 150_000.0)}, {"resilience"}),
    "hourly clean energy": (
        {
            "province.policies[hourly-carbon-free].by_year": {2028: 0.30, 2029: 0.37, 2030: 0.97},
            **{f"sites.sites[{site}].energy_limits[wind-nearshore].max_mw": 60.0 for site in ("nam-can", "bac-lieu")},
        },
        {"hourly-carbon-free"},
    ),
    "cooling and water": (
        {"province.policies[pue-new-sites].by_year": dict.fromkeys(range(2026, 2031), 1.12),
         **at_all("cooling_water_m3_per_year", 2000.0)},
        {"pue-new-sites"},
    ),
    "orders too late": ({"province.as_of": dt.date(2030, 3, 1)}, {"lead_times"}),
}  # fmt: skip
"""What is set, and the first words of names of which one at least must be among the members."""


def broken(path: Path) -> Path:
    """The example with a scenario for each way to break it."""
    shutil.copytree(FOLDER, path)
    file = path / "scenarios.yaml"
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    for name, (sets, _) in BROKEN.items():
        listed = [{"path": field, "value": value} for field, value in sets.items()]
        document["scenarios"].append({"id": name.replace(" ", "-"), "name_vi": name, "name_en": name, "set": listed})
    file.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


@pytest.mark.bench
@pytest.mark.timeout(9000)
def test_conflicts_of_six_years(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = broken(tmp_path / "broken")
    kernel.make_ready()
    lines = [
        "- examples/ca-mau, broken in one way at a time; seconds (CPU in brackets) until it is told infeasible,",
        "  and from there until its conflicting set is known; `shown`: members that a plan shows to be needed",
        "",
        "| broken | infeasible, s | set, s | members | shown |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, (_, words) in BROKEN.items():
        lines.append(measured(name, folder, words))
    write_section("Conflicts of six years", lines)
    with capsys.disabled():
        os.write(1, ("\n" + "\n".join(lines) + "\n").encode())


def measured(name: str, folder: Path, words: set[str]) -> str:
    """One way to break it: a row of the table."""
    inputs = to_capacity_inputs(load_province(folder, name.replace(" ", "-")))
    demand = compute_demand(inputs)
    options = SolveOptions(gap=0.05, time_limit_s=LIMIT_S, threads=os.cpu_count() or 1)
    begun, cpu = time.monotonic(), time.process_time()
    result = solve(inputs, demand, options, lambda *_: None)
    told, told_cpu = time.monotonic(), time.process_time()
    assert result.status == "infeasible", (name, result.status)
    known: list[tuple[float, float]] = []

    def tell(event: str, _: dict[str, Any]) -> None:
        if event == "members":
            known.append((time.monotonic(), time.process_time()))

    conflict = explain_conflict(inputs, demand, options, tell)
    until_told = f"{told - begun:.1f} ({told_cpu - cpu:.1f})"
    if conflict is None:
        return f"| {name} | {until_told} | not explained | - | - |"
    assert {member.name.split(":")[0] for member in conflict.members} & words, (name, conflict.members)
    (at, at_cpu), shown = known[-1], len(conflict.needed)
    times = f"{until_told} | {at - told:.1f} ({at_cpu - told_cpu:.1f})"
    return f"| {name} | {times} | {len(conflict.members)} | {shown} |"
