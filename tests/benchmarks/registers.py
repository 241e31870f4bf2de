"""A register of many systems in a province folder, and commands on it, each in a process of its own."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "ca-mau"
_RUN = """
import json, sys, time
from tests.benchmarks.measure import peak_memory_mib
started = time.monotonic()
from cli.main import main
loaded = time.monotonic()
code = main(sys.argv[1:])
ended = time.monotonic()
print(json.dumps({"code": code, "seconds": ended - started, "command_seconds": ended - loaded,
                  "memory_mib": peak_memory_mib()}), file=sys.stderr)
"""


@dataclass(frozen=True)
class Ran:
    """How a command ended: what it printed, its seconds with and without loading the program, and its peak memory."""

    code: int
    seconds: float
    command_seconds: float
    memory_mib: float
    out: str


def folder_of(path: Path, systems: int) -> Path:
    """The example with so many systems: its own, and copies of them under other ids that need each other as they do."""
    shutil.copytree(EXAMPLE, path)
    register = path / "systems.csv"
    text = register.read_text(encoding="utf-8")
    notes = "".join(line for line in text.splitlines(keepends=True) if line.startswith("#"))
    reader = csv.DictReader(line for line in io.StringIO(text, newline="") if not line.startswith("#"))
    rows, fields = list(reader), list(reader.fieldnames or ())
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, fields, lineterminator="\n")
    writer.writeheader()
    numbers = [divmod(number, len(rows)) for number in range(systems)]
    there = {f"{rows[place]['id']}-{copy}" for copy, place in numbers}
    for copy, place in numbers:
        writer.writerow(rows[place] if copy == 0 else _copied(rows[place], copy, there))
    register.write_text(notes + stream.getvalue(), encoding="utf-8")
    return path


def _copied(row: dict[str, Any], copy: int, there: set[str]) -> dict[str, Any]:
    names = (f"{name}-{copy}" for name in row["depends_on"].split(";") if name)
    needed = ";".join(name for name in names if name in there)
    small = {field: str(round(float(row[field]) / 100, 4)) for field in ("vcpu", "memory_gib", "storage_tb")}
    changed = {"id": f"{row['id']}-{copy}", "name_vi": f"{row['name_vi']} {copy}", "depends_on": needed}
    return row | changed | small


def run(*arguments: str | Path) -> Ran:
    """A command line in a new process. Raises AssertionError with what it wrote when it does not end by itself."""
    command = [sys.executable, "-W", "error", "-c", _RUN, *map(str, arguments), "--lang", "en"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    return Ran(**json.loads(done.stderr.splitlines()[-1]), out=done.stdout)
