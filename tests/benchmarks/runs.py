"""One run of one side on a province folder, in a process of its own; writes one JSON object.

``python -m tests.benchmarks.runs own FOLDER GAP LIMIT`` goes the way that the command goes: read the folder, needs,
plan. ``scenarios`` for ``own``: one plan for all scenarios that have a probability, as ``plan stochastic`` makes it.
``python -m tests.benchmarks.runs peer FOLDER METHOD LIMIT``: the same folder as a PyPSA network, solved by
HiGHS's ``ipm``, ``hipo`` or ``pdlp`` (to 1e-4). ``seconds`` are those from the folder's records in memory to the
answer: hourly facts, model and solution. ``all_seconds`` begin before libraries are loaded and the folder is read;
``solver_seconds`` begin when the model is there: HiGHS's own time, this project's from its first relaxation on.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.measure import ROOT, peak_memory_mib

HIPO = "CAMAU_DC_HIGHSPY_WITH_HIPO"
"""Names a folder with a highspy that has HiPO (``pip install --target``), where the installed one has none."""
PEERS: dict[str, dict[str, Any]] = {
    "ipm": {"solver": "ipm", "run_crossover": "off"},
    "hipo": {"solver": "hipo", "run_crossover": "off"},
    "pdlp": {"solver": "pdlp", "kkt_tolerance": 1e-4, "pdlp_optimality_tolerance": 1e-4},
}
GRACE_S = 600.0
"""For what comes before and after a solver that keeps its time limit."""
OUT_OF_TIME, FAILED = "out of time", "failed"


@dataclass(frozen=True)
class Run:
    """One answer. Money in VND of present value; ``bound`` is proven and None for peers, ``violation`` is theirs.

    Seconds are as the module says; ``cpu_seconds`` those of all cores in ``seconds``.
    ``status``: of the plan, ``ok`` for a peer that claims an optimum, else how it ended.
    """

    status: str
    objective: float | None = None
    bound: float | None = None
    gap: float | None = None
    violation: float | None = None
    seconds: float = 0.0
    solver_seconds: float = 0.0
    all_seconds: float = 0.0
    cpu_seconds: float = 0.0
    memory_mib: float = 0.0


def own(folder: Path, gap: float, limit_s: float) -> Run:
    """Read and solve by this project. A plan that the checker refuses is an AssertionError."""
    begun = time.monotonic()
    import pvlib
    import windpowerlib

    from capacity.check import check
    from capacity.demand import compute_demand
    from capacity.solver import SolveOptions, kernel, solve
    from orchestrator.province import load_province
    from orchestrator.translate import to_capacity_inputs

    assert pvlib, windpowerlib  # the weather models load them when they are first used
    kernel.make_ready()
    province = load_province(folder)
    started, cpu = time.monotonic(), time.process_time()
    events: list[tuple[str, float]] = []
    inputs = to_capacity_inputs(province)
    demand = compute_demand(inputs)
    options = SolveOptions(gap=gap, time_limit_s=limit_s, threads=os.cpu_count() or 1)
    found = solve(inputs, demand, options, lambda event, _: events.append((event, time.monotonic())))
    ended, cpu_seconds, memory = time.monotonic(), time.process_time() - cpu, peak_memory_mib()
    if found.plan is not None:
        assert check(inputs, demand, found.plan, objective_vnd=found.objective_vnd) == ()
    built = next((at for event, at in events if event != "building"), started)
    return Run(
        found.status, found.objective_vnd, found.bound_vnd, found.gap, None, ended - started, ended - built,
        ended - begun, cpu_seconds, memory,
    )  # fmt: skip


def scenarios(folder: Path, gap: float, limit_s: float) -> Run:
    """One plan for all scenarios of the folder. A plan that the checker refuses is an AssertionError."""
    begun = time.monotonic()
    import pvlib
    import windpowerlib

    from capacity.solver import kernel
    from orchestrator.stochastic import StochasticRequest, plan_scenarios

    assert pvlib, windpowerlib
    kernel.make_ready()
    started, cpu = time.monotonic(), time.process_time()
    events: list[tuple[str, float]] = []
    threads = os.cpu_count() or 1
    request = StochasticRequest(folder, gap=gap, time_limit_s=limit_s, threads=threads, value=False)
    found = plan_scenarios(request, lambda event, _: events.append((event, time.monotonic())))
    ended, cpu_seconds, memory = time.monotonic(), time.process_time() - cpu, peak_memory_mib()
    assert found.findings == ()
    times = dict(reversed(events))
    built, solved = times["representative_days"], times.get("checking", ended)
    result = found.result
    return Run(
        result.status, result.objective_vnd, result.bound_vnd, result.gap, None, ended - started, solved - built,
        ended - begun, cpu_seconds, memory,
    )  # fmt: skip


def peer(folder: Path, method: str, limit_s: float) -> Run:
    """Read and solve by PyPSA and HiGHS."""
    begun = time.monotonic()
    import pvlib
    import windpowerlib

    from orchestrator.province import load_province
    from orchestrator.translate import to_capacity_inputs
    from tests.benchmarks.reference_network import ReferenceNetwork

    assert pvlib, windpowerlib
    province = load_province(folder)
    started, cpu = time.monotonic(), time.process_time()
    network = ReferenceNetwork(to_capacity_inputs(province))
    found = network.optimise({**PEERS[method], "time_limit": limit_s})
    ended, cpu_seconds = time.monotonic(), time.process_time() - cpu
    objective = None if found.objective is None else found.objective * 1e6
    return Run(
        found.status, objective, None, None, found.violation, ended - started, found.seconds, ended - begun,
        cpu_seconds, peak_memory_mib(),
    )  # fmt: skip


def run_apart(side: str, folder: Path, what: str, limit_s: float) -> Run:
    """A run in a new process, which ends with its limit and a grace. What fails is a status, with its last words."""
    command = [sys.executable, "-m", "tests.benchmarks.runs", side, str(folder), what, str(limit_s)]
    paths = [os.environ[HIPO]] if what == "hipo" and HIPO in os.environ else []
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*paths, os.environ.get("PYTHONPATH", "")])}
    started = time.monotonic()
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as process:  # fmt: skip
        try:
            written, words = process.communicate(timeout=limit_s + GRACE_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return Run(OUT_OF_TIME, seconds=time.monotonic() - started)
    if process.returncode != 0:
        sys.stderr.write(words[-2000:])
        return Run(f"{FAILED} ({process.returncode})", seconds=time.monotonic() - started)
    return Run(**json.loads(written.splitlines()[-1]))


def has_hipo() -> bool:
    """Whether a highspy with HiPO is at hand: the installed one, or one that the environment names."""
    if HIPO in os.environ:
        return True
    import highspy

    engine = highspy.Highs()  # type: ignore[no-untyped-call]
    return bool(engine.setOptionValue("solver", "hipo") == highspy.HighsStatus.kOk)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    side, folder, what, limit = sys.argv[1:5]
    if side == "peer":
        found = peer(Path(folder), what, float(limit))
    else:
        found = (own if side == "own" else scenarios)(Path(folder), float(what), float(limit))
    sys.stdout.write("\n" + json.dumps(dataclasses.asdict(found)) + "\n")
