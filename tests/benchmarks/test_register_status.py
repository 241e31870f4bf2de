"""The status of large registers: time and memory, after the folder and its evidence have been read."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

from tests.benchmarks.registers import ROOT, folder_of
from tests.benchmarks.results import write_section

_RUN = """
import json, sys, time
from pathlib import Path
from orchestrator.policy import load_register
from tests.benchmarks.measure import peak_memory_mib
started = time.monotonic()
register = load_register(Path(sys.argv[1]))
read = time.monotonic()
standings = register.standings()
known = time.monotonic()
verdicts = sum(len(register.verdicts(system)) for system in register.systems)
judged = time.monotonic()
print(json.dumps({"systems": len(standings), "evidence": len(register.evidence), "verdicts": verdicts,
                  "read": read - started, "status": known - read, "judged": judged - known,
                  "memory_mib": peak_memory_mib()}))
"""


def seen(folder: Path) -> None:
    """Three observations of every system: in its home, in a cloud, and gone from its home."""
    lines = (folder / "systems.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    with (folder / "evidence" / "many.jsonl").open("w", encoding="utf-8") as file:
        for row in rows:
            for place, kind, day in (("room", "running", 20), ("fpt-han", "running", 22), ("room", "gone", 23)):
                at = f"2026-11-{day}T08:00:00+07:00"
                one = {"system": row["id"], "kind": kind, "place": place, "collector": "vsphere", "observed_at": at}
                file.write(json.dumps({**one, "digest": "sha256:" + "0" * 64, "source": "a benchmark"}) + "\n")


def measured(folder: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", _RUN, str(folder)], cwd=ROOT, capture_output=True, text=True, check=True, timeout=600
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def test_a_small_register_is_measured(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "small", 200)
    seen(folder)
    found = measured(folder)
    assert found["systems"] <= 200
    assert found["evidence"] >= 600
    assert found["verdicts"] > 1000


@pytest.mark.bench
@pytest.mark.timeout(1800)
def test_status_of_ten_thousand_systems(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "large", 10_000)
    seen(folder)
    runs = [measured(folder) for _ in range(3)]
    shown = {name: median(run[name] for run in runs) for name in runs[0]}
    lines = [
        f"- {shown['systems']:,.0f} systems in service with {shown['evidence']:,.0f} observations; medians of 3 runs,",
        f"  each in a process of its own; {shown['verdicts']:,.0f} verdicts of rules that apply.",
        "",
        "| step | seconds |",
        "|---|---:|",
        f"| reading the folder in all its scenarios, and the evidence | {shown['read']:.1f} |",
        f"| status of all | {shown['status']:.2f} |",
        f"| all rules on all | {shown['judged']:.2f} |",
        "",
        f"Peak memory {shown['memory_mib']:.0f} MiB.",
    ]
    write_section("Status of 10,000 systems", lines)
