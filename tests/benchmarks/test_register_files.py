"""Import and export of large registers: time and memory."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median

import openpyxl
import pytest

from tests.benchmarks.registers import EXAMPLE, Ran, folder_of, run
from tests.benchmarks.results import write_section


def edited(file: Path, to: Path) -> Path:
    """The workbook with vCPU raised by one in every tenth row of systems."""
    book = openpyxl.load_workbook(file)
    sheet = book["Information systems"]
    for row in range(2, (sheet.max_row or 0) + 1, 10):
        cell = sheet.cell(row, 12)
        cell.value = float(str(cell.value)) + 1
    book.save(to)
    return to


def exported_and_imported(tmp_path: Path, systems: int) -> dict[str, Ran]:
    """Commands by what they do: export, import of as many new systems, import of changes in every tenth row."""
    large, small = folder_of(tmp_path / "large", systems), folder_of(tmp_path / "small", 142)
    book = tmp_path / "a.xlsx"
    runs = {"export": run("register", "export", large, book)}
    runs["import, nothing changes"] = run("register", "import", large, book, "--json")
    runs["import, most rows are new"] = run("register", "import", small, book, "--apply", "--json")
    assert json.loads(runs["import, most rows are new"].out)["registers"]["systems"]["added"] == systems - 142
    assert (small / "systems.csv").stat().st_size > 200 * systems
    changes = edited(book, tmp_path / "b.xlsx")
    runs["import, every tenth row changes"] = run("register", "import", large, changes, "--apply", "--json")
    counted = json.loads(runs["import, every tenth row changes"].out)["registers"]["systems"]
    assert counted["changed"] == -(-systems // 10)
    assert counted["unchanged"] == systems - counted["changed"]
    for name, each in runs.items():
        assert each.code == 0, name
    return runs


def test_the_folder_of_the_benchmark_is_valid_and_its_import_counts(tmp_path: Path) -> None:
    assert run("validate", folder_of(tmp_path / "small", 142)).code == 0
    assert len(exported_and_imported(tmp_path / "more", 300)) == 4
    assert EXAMPLE.is_dir()


@pytest.mark.bench
@pytest.mark.timeout(1800)
def test_ten_thousand_systems(tmp_path: Path) -> None:
    all_runs = [exported_and_imported(tmp_path / str(number), 10_000) for number in range(3)]
    lines = [
        "- 10,000 systems made from the 142 of the example, and its agencies, in one workbook; medians of 3 runs, each",
        "  in a process of its own. Imports read the workbook, judge the folder in all its scenarios and write it.",
        "",
        "| command | seconds | with the start of the program, s | peak memory, MiB |",
        "|---|---:|---:|---:|",
    ]
    for name in all_runs[0]:
        runs = [each[name] for each in all_runs]
        seconds, started = median(r.command_seconds for r in runs), median(r.seconds for r in runs)
        memory = max(r.memory_mib for r in runs)
        lines.append(f"| {name} | {seconds:.1f} | {started:.1f} | {memory:.0f} |")
    write_section("Registers of 10,000 systems", lines)
