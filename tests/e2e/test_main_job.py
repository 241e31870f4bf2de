"""The main job on real input: size Ca Mau, verify, tamper, contradict. Each test runs the installed command."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from orchestrator.document import plan_schema

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "ca-mau"
COMMAND = Path(sys.executable).with_name("camau-dc")
pytestmark = pytest.mark.slow


def run(*arguments: str | Path, seconds: float = 1500) -> subprocess.CompletedProcess[str]:
    """The command as a person runs it."""
    return subprocess.run(
        [str(COMMAND), *map(str, arguments)], capture_output=True, text=True, timeout=seconds, check=False
    )


@dataclass(frozen=True)
class Sized:
    """What sizing the example gave."""

    done: subprocess.CompletedProcess[str]
    out: Path
    document: dict[str, Any]


@pytest.fixture(scope="module")
def sized(tmp_path_factory: pytest.TempPathFactory) -> Sized:
    """The example sized once, with --json."""
    out = tmp_path_factory.mktemp("plan")
    done = run("plan", EXAMPLE, "--out", out, "--json", "--time-limit", "1200")
    assert done.returncode == 0, done.stderr
    return Sized(done, out, json.loads(done.stdout))


@pytest.mark.timeout(1600)
def test_the_plan_is_certified_on_all_hours(sized: Sized) -> None:
    import jsonschema

    document = sized.document
    jsonschema.validate(document, plan_schema())
    assert document["status"] == "optimal"
    assert 0 <= document["gap"] <= 0.01
    assert document["bound_vnd"] <= document["objective_vnd"]
    # all hours of every site and year that can have load: the room from the start, new sites when lead times allow
    site_years = document["dispatch"]["site_years"]
    assert document["hours"] == sum(row["hours"] for row in site_years)
    assert {row["year"] for row in site_years if row["site"] == "provincial-room"} == set(range(2025, 2031))
    assert {row["site"] for row in site_years if row["year"] == 2030} == set(document["labels"]["sites"])
    names = list(document)
    first = ["schema", "inputs_digest", "status", "objective_vnd", "bound_vnd", "gap", "hours", "seconds"]
    first += ["peak_memory_mib", "seed", "versions"]
    assert names[: len(first)] == first
    assert json.loads((sized.out / "plan.json").read_text(encoding="utf-8")) == document
    assert (sized.out / "report.html").stat().st_size > 100_000


@pytest.mark.timeout(1600)
def test_the_ai_data_centre_of_2025_is_missed_and_nothing_is_ordered_in_the_past(sized: Sized) -> None:
    missed = {(row["policy"], row["year"]) for row in sized.document["missed_targets"]}
    assert ("ai-data-centre", 2025) in missed
    assert all(build["order_by"] >= "2026-11-24" for build in sized.document["builds"])


@pytest.mark.timeout(1600)
def test_verify_accepts_the_plan_and_refuses_a_tampered_one(sized: Sized, tmp_path: Path) -> None:
    plan = sized.out / "plan.json"
    good = run("verify", plan, EXAMPLE)
    assert good.returncode == 0, good.stdout + good.stderr
    document = json.loads(plan.read_text(encoding="utf-8"))
    modules = next(build for build in document["builds"] if build["kind"] == "module")
    modules["amount"] -= 1
    tampered = tmp_path / "plan.json"
    tampered.write_text(json.dumps(document), encoding="utf-8")
    bad = run("verify", tampered, EXAMPLE)
    assert bad.returncode == 5
    assert modules["site"] in bad.stdout + bad.stderr
    assert "Traceback" not in bad.stderr


@pytest.mark.timeout(1600)
def test_a_contradictory_target_is_named_with_its_amount(tmp_path: Path) -> None:
    folder = tmp_path / "province"
    shutil.copytree(EXAMPLE, folder)
    province = folder / "province.yaml"
    text = province.read_text(encoding="utf-8")
    assert text.count("by_year: {2030: 10}") == 1
    province.write_text(text.replace("by_year: {2030: 10}", "by_year: {2030: 25}"), encoding="utf-8")
    # the programme lets 20 MW: 25 MW of it cannot stand in the province
    done = run("plan", folder, "--out", tmp_path / "out", "--json", "--lang", "en")
    assert done.returncode == 3, done.stderr
    document = json.loads(done.stdout)
    assert document["status"] == "infeasible"
    assert document["builds"] is None
    (violation,) = document["violations"]
    assert (violation["policy"], violation["year"], violation["unit"]) == ("hyperscale-data-centre", 2030, "MW")
    assert violation["amount"] == pytest.approx(5.0, rel=1e-3)
