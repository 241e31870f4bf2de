"""Each import contract of pyproject.toml is proved by breaking it once in a copy of the packages."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]

LAYERS = "cli uses orchestrator, orchestrator uses the cores, and the cores know nobody"
SOLVER = "only capacity.solver and capacity.waves.solver know OR-Tools"
CHECKER = "accounts and checkers reach no solver, not even through others"
WAVES = "waves and the planner do not know each other"
WEATHER = "only capacity.weather knows pvlib and windpowerlib"
PULUMI = "only iac knows Pulumi"
OBSERVE = "only iac.observe and iac.clusters reach the real world"
TYPER = "only cli knows Typer"
CEL = "only policies.rules.expressions knows CEL"
DASK = "only orchestrator.ensemble.cluster knows Dask"

VIOLATIONS = [
    (LAYERS, "orchestrator/violation.py", "import cli"),
    (LAYERS, "capacity/violation.py", "import orchestrator"),
    (LAYERS, "capacity/violation.py", "import iac"),
    (LAYERS, "capacity/violation.py", "import policies"),
    (LAYERS, "iac/violation.py", "import capacity"),
    (LAYERS, "iac/violation.py", "import policies"),
    (LAYERS, "policies/violation.py", "import capacity"),
    (LAYERS, "policies/violation.py", "import iac"),
    (SOLVER, "capacity/violation.py", "from ortools.math_opt.python import mathopt"),
    (SOLVER, "orchestrator/violation.py", "import ortools"),
    (SOLVER, "capacity/waves/violation.py", "from ortools.sat.python import cp_model"),
    (WAVES, "capacity/waves/violation.py", "import capacity.solver.problem"),
    (WAVES, "capacity/solver/violation.py", "import capacity.waves.problem"),
    (CHECKER, "capacity/check/violation.py", "import capacity.solver.allowed"),
    (CHECKER, "capacity/accounts/violation.py", "import capacity.solver.allowed"),
    (WEATHER, "capacity/violation.py", "import pvlib"),
    (WEATHER, "orchestrator/violation.py", "from windpowerlib import power_output"),
    (WEATHER, "orchestrator/violation.py", "import pandas"),
    (PULUMI, "orchestrator/violation.py", "import pulumi"),
    (PULUMI, "capacity/violation.py", "from pulumi import automation"),
    (OBSERVE, "iac/violation.py", "import kubernetes"),
    (OBSERVE, "iac/clusters.py", "import openstack"),
    (OBSERVE, "policies/violation.py", "import prometheus_api_client"),
    (OBSERVE, "cli/violation.py", "import openstack"),
    (TYPER, "orchestrator/violation.py", "import typer"),
    (CEL, "policies/violation.py", "from cel_expr_python import cel"),
    (CEL, "policies/rules/violation.py", "from google.protobuf import descriptor_pool"),
    (DASK, "orchestrator/violation.py", "import distributed"),
    (DASK, "capacity/violation.py", "import dask"),
]

USES_SOLVER = ("capacity/solver/allowed.py", "import ortools.math_opt.python.mathopt")

ALLOWED = [
    ("cli/allowed.py", "import typer, orchestrator"),
    ("orchestrator/allowed.py", "import capacity, iac, policies"),
    USES_SOLVER,
    ("capacity/waves/solver/allowed.py", "from ortools.sat.python import cp_model"),
    ("capacity/weather/allowed.py", "import pandas, pvlib, windpowerlib"),
    ("iac/allowed.py", "import pulumi"),
    ("orchestrator/allowed_policy.py", "import policies.rules"),
    ("iac/observe/allowed.py", "import kubernetes, openstack, prometheus_api_client"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the five packages and of their contracts."""
    for package in LINTER["root_packages"]:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path) -> tuple[int, dict[str, str], str]:
    """Exit code, KEPT or BROKEN by contract, and all that import-linter printed."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    outcomes = re.findall(r"^(.+) (KEPT|BROKEN)(?: \(.+\))?$", done.stdout, re.MULTILINE)
    return done.returncode, dict(outcomes), done.stdout + done.stderr


def add(folder: Path, file: str, text: str) -> None:
    """Writes a module into the copy, with the doors of the rooms on its way that do not exist yet."""
    target = folder / file
    target.parent.mkdir(parents=True, exist_ok=True)
    (target.parent / "__init__.py").touch()
    target.write_text(text + "\n", encoding="utf-8")


def test_packages_keep_every_contract(copy: Path) -> None:
    code, outcomes, output = lint(copy)
    assert outcomes == {contract["name"]: "KEPT" for contract in LINTER["contracts"]}, output
    assert code == 0, output


def test_contracts_allow_what_they_should(copy: Path) -> None:
    for file, text in ALLOWED:
        add(copy, file, text)
    code, outcomes, output = lint(copy)
    assert set(outcomes.values()) == {"KEPT"}, output
    assert code == 0, output


@pytest.mark.slow
@pytest.mark.parametrize(("contract", "file", "text"), VIOLATIONS)
def test_violation_breaks_its_contract_alone(copy: Path, contract: str, file: str, text: str) -> None:
    add(copy, *USES_SOLVER)
    add(copy, file, text)
    code, outcomes, output = lint(copy)
    assert [name for name, outcome in outcomes.items() if outcome == "BROKEN"] == [contract], output
    assert code == 1, output
    assert file.removesuffix(".py").replace("/", ".") in output


def test_every_contract_has_a_violation() -> None:
    assert {contract for contract, _, _ in VIOLATIONS} == {contract["name"] for contract in LINTER["contracts"]}
