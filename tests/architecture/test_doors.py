"""The doors of the packages: every name opens, and opening one loads no more than it needs."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("package", ["capacity", "cli", "iac", "orchestrator", "policies"])
def test_every_public_name_opens(package: str) -> None:
    door = importlib.import_module(package)
    for name in door.__all__:
        assert getattr(door, name).__name__ == name


@pytest.mark.parametrize("package", ["capacity", "orchestrator"])
def test_an_unknown_name_is_an_attribute_error(package: str) -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        importlib.import_module(package).nothing  # noqa: B018


def loaded_by(statement: str) -> set[str]:
    """Top-level packages in memory after a statement, in a process of its own."""
    code = f"{statement}; import sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "statement",
    [
        "import capacity, orchestrator, policies, iac, cli",
        "from capacity import CapacityInputs, Plan, SizingResult, compute_accounts, compute_demand",
        "from orchestrator import load_province, size_province, verify_plan",
        "import cli.main",
    ],
)
def test_reading_and_checking_load_no_solver(statement: str) -> None:
    assert "ortools" not in loaded_by(statement)


@pytest.mark.slow
def test_sizing_loads_the_solver() -> None:
    assert "ortools" in loaded_by("from capacity import solve")
