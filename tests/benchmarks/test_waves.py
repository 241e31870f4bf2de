"""Waves: the example, 2,000 generated systems, projects of the literature beside PyJobShop. No time is asserted."""

from __future__ import annotations

import statistics
import time
from importlib import metadata
from pathlib import Path

import pytest

from capacity.waves import WaveOptions, WaveProblem, WaveSchedule, schedule
from capacity.waves.check import check
from orchestrator.province import load_province
from orchestrator.translate_waves import to_wave_problem
from tests.benchmarks.rcpsp import Project, as_waves, drawn
from tests.benchmarks.results import write_section
from tests.benchmarks.wave_problems import generated

EXAMPLE = Path(__file__).parents[2] / "examples" / "ca-mau"
SYSTEMS, DEPENDENCIES, SEED = 2_000, 6_000, 918
CELLS = ((1.5, 0.5, 0.2), (1.5, 1.0, 0.2), (1.8, 0.75, 0.5), (1.8, 0.25, 0.7), (2.1, 0.75, 0.2), (2.1, 1.0, 0.5))
"""NC, RF and RS: those that the literature finds hard (RS 0.2), and easier ones."""
REPEATS = 2
LIMIT_S = 60.0


def row(name: str, problem: WaveProblem, found: WaveSchedule) -> str:
    """A line of the table of a schedule."""
    stages = " | ".join(f"{stage.value:,} ≥ {stage.bound:,} ({stage.gap:.2%})" for stage in found.stages)
    steps = sum(len(move.steps) for move in problem.moves)
    needed = sum(len(move.depends_on) for move in problem.moves)
    size = f"{len(problem.moves):,} | {steps:,} | {needed:,}"
    return f"| {name} | {size} | {found.status} | {stages} | {found.seconds:.0f} |"


HEAD = [
    "",
    "| | moves | steps | dependencies | status | lateness ≥ bound (gap) | cost ≥ bound | peak ≥ bound | seconds |",
    "|---|---:|---:|---:|---|---:|---:|---:|---:|",
]


def test_generated_problems_are_those_of_their_seed() -> None:
    problem = generated(40, 100, 3)
    assert problem == generated(40, 100, 3)
    assert problem != generated(40, 100, 4)
    assert sum(len(move.depends_on) for move in problem.moves) == 100
    found = schedule(problem, WaveOptions(seconds=20.0))
    assert found.starts is not None
    assert check(problem, found) == ()


def test_drawn_projects_have_their_parameters() -> None:
    project = drawn(30, 1.8, 0.5, 0.2, 1)
    arcs = sum(map(len, project.before))
    assert abs(arcs + 6 - 1.8 * 32) <= 2
    assert {sum(amount > 0 for amount in demand) for demand in project.demands} == {2}
    assert all(max(d[r] for d in project.demands) <= project.capacities[r] for r in range(4))
    found = schedule(as_waves(project), WaveOptions(seconds=30.0, costs=False))
    assert found.status == "optimal"


@pytest.mark.bench
@pytest.mark.timeout(600)
def test_bench_waves_of_the_example() -> None:
    problem = to_wave_problem(load_province(EXAMPLE)).problem
    found = schedule(problem, WaveOptions(seconds=60.0))
    assert check(problem, found) == ()
    assert found.gap is not None
    assert found.gap <= 0.02
    write_section("The waves of the example", [*HEAD, row("examples/ca-mau", problem, found)])


@pytest.mark.bench
@pytest.mark.timeout(1500)
def test_bench_waves_of_2000_systems() -> None:
    problem = generated(SYSTEMS, DEPENDENCIES, SEED)
    found = schedule(problem, WaveOptions(seconds=590.0, gap=0.0))
    assert check(problem, found) == ()
    write_section("Waves of 2,000 systems", [*HEAD, row(f"seed {SEED}", problem, found)])


def peer(project: Project) -> tuple[str, int | None, float | None, float]:
    """PyJobShop's status, makespan, bound and seconds for a project."""
    from pyjobshop import Model

    model = Model()
    resources = [model.add_renewable(capacity) for capacity in project.capacities]
    tasks = [model.add_task() for _ in project.durations]
    for task, duration, demand in zip(tasks, project.durations, project.demands, strict=True):
        used = [number for number, amount in enumerate(demand) if amount]
        model.add_mode(task, [resources[n] for n in used], duration, [demand[n] for n in used])
    for task, before in zip(tasks, project.before, strict=True):
        for first in before:
            model.add_end_before_start(tasks[first], task)
    began = time.monotonic()
    result = model.solve(time_limit=LIMIT_S, display=False, num_workers=2)
    seconds = time.monotonic() - began
    value = None if result.best is None else round(result.objective)
    return str(result.status.value), value, result.lower_bound, seconds


@pytest.mark.bench
@pytest.mark.timeout(7200)
def test_bench_projects_beside_pyjobshop() -> None:
    lines = [
        "- No package on PyPI was found that ships the instances of PSPLIB; these are drawn by the parameters of its",
        "  sets J30 and J60 (see rcpsp.py)",
        f"- PyJobShop {metadata.version('pyjobshop')}: the same OR-Tools, 2 workers, {LIMIT_S:.0f} s; run alternately",
        "",
        "| set | projects | proved here | proved by PyJobShop | same makespan | median s here | median s PyJobShop "
        "| largest gap here |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for activities in (30, 60):
        ours: list[WaveSchedule] = []
        theirs: list[tuple[str, int | None, float | None, float]] = []
        for cell in CELLS:
            for repeat in range(REPEATS):
                project = drawn(activities, *cell, repeat)
                problem = as_waves(project)
                found = schedule(problem, WaveOptions(seconds=LIMIT_S, costs=False))
                assert check(problem, found) == ()
                other = peer(project)
                value = found.stage("lateness")
                if other[1] is not None and other[2] is not None:
                    assert other[2] - 1e-6 <= value.value
                    assert value.bound <= other[1]
                ours.append(found)
                theirs.append(other)
        same = sum(a.stage("lateness").value == b[1] for a, b in zip(ours, theirs, strict=True))
        lines.append(
            f"| J{activities} | {len(ours)} | {sum(a.status == 'optimal' for a in ours)} "
            f"| {sum(b[0] == 'Optimal' for b in theirs)} | {same} "
            f"| {statistics.median(a.seconds for a in ours):.2f} | {statistics.median(b[3] for b in theirs):.2f} "
            f"| {max(a.gap or 0.0 for a in ours):.2%} |"
        )
    write_section("Projects of the literature, beside PyJobShop", lines)
