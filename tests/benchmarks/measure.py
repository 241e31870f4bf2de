"""Runs one side in a process of its own, so that its peak memory is its own; writes one JSON object."""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.problem import IT_MW, ca_mau

ROOT = Path(__file__).parents[2]
SIDES = ("camau-dc", "pypsa")
DAYS = {"year": (0, 365), "weeks": (90, 56)}
"""First day and number of days: every run of the tests solves ``weeks``, of little wind; the benchmark ``year``."""
HIGHS_OPTIONS = {"solver": "ipm", "run_crossover": "off"}
"""Interior point without a vertex: the fastest of HiGHS's exact ways here, and what the other side does too."""


@dataclass(frozen=True)
class Measured:
    """Answer of a side; seconds of the wall clock and of all cores from the facts to the answer, and peak memory."""

    answer: dict[str, Any]
    seconds: float
    cpu_seconds: float
    peak_memory_mib: float


def peak_memory_mib() -> float:
    """Peak resident memory of this process. ``getrusage`` would include that of the process which started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return float(line.split()[1]) / 1024


def run(side: str, span: str) -> Measured:
    """Solve in this process. Reading the folder, hourly facts and the province's model are not timed."""
    problem = ca_mau(IT_MW, *DAYS[span])
    if side == "camau-dc":
        from capacity.solver import kernel
        from tests.benchmarks import structured

        one = structured.one_block(problem)
        kernel.make_ready()
        started, cpu = time.monotonic(), time.process_time()
        answer = dataclasses.asdict(structured.solve(one, threads=os.cpu_count() or 1))
    else:
        from tests.benchmarks import network

        network.facts(problem)
        started, cpu = time.monotonic(), time.process_time()
        answer = dataclasses.asdict(network.optimise(problem, HIGHS_OPTIONS))
    return Measured(answer, time.monotonic() - started, time.process_time() - cpu, peak_memory_mib())


def run_apart(side: str, span: str, *, timeout_s: float) -> Measured:
    """Solve in a new process. Raises AssertionError with what it wrote when it fails."""
    command = [sys.executable, "-W", "error", "-m", "tests.benchmarks.measure", side, span]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=timeout_s)
    assert done.returncode == 0, done.stderr
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    measured = run(*sys.argv[1:3])
    sys.stdout.write("\n" + json.dumps(dataclasses.asdict(measured)) + "\n")
