"""The commands on a real folder with the factories' inputs, so that a plan can be made without a solver."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import orchestrator.usecases
from capacity.accounts import compute_accounts
from capacity.demand import Demand
from capacity.inputs import CapacityInputs
from capacity.plan import Plan, SizingResult
from orchestrator.province import Province, load_province
from orchestrator.studies import Solve
from tests.factories import make_demand, make_inputs, make_plan

EXAMPLE = Path(__file__).parents[2] / "examples" / "ca-mau"
Answer = Callable[[Plan, float], SizingResult]


@functools.cache
def INPUTS() -> tuple[CapacityInputs, Demand, Plan]:  # noqa: N802, a constant that is made when first asked for
    """Inputs, demand and a valid plan."""
    inputs, demand = make_inputs(scenario="base"), make_demand()
    return inputs, demand, make_plan(inputs, demand)


@functools.cache
def _example(folder: Path, scenario: str) -> Province:
    return load_province(folder, scenario)


@functools.cache
def _objective_vnd() -> float:
    return compute_accounts(*INPUTS()).objective_vnd


@pytest.fixture(scope="module")
def province_of_factories() -> Iterator[None]:
    """Folders are read as ever; what is planned for any of them is the factories' province."""
    inputs, demand, _ = INPUTS()

    def read(folder: Path, scenario: str) -> Province:
        return _example(folder, scenario) if folder.resolve() == EXAMPLE else load_province(folder, scenario)

    def translated(province: Province) -> CapacityInputs:
        return make_inputs(scenario="base", digest=province.digest, weather=inputs.weather)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(orchestrator.usecases, "load_province", read)
        patch.setattr(orchestrator.usecases, "to_capacity_inputs", translated)
        patch.setattr(orchestrator.usecases, "compute_demand", lambda _: demand)
        yield


def answering(answer: Answer) -> Solve:
    """A planner that gives this answer about the factories' plan."""

    def solve(_inputs: CapacityInputs, _demand: Demand, _options: Any, _progress: Any) -> SizingResult:
        return answer(INPUTS()[2], _objective_vnd())

    return solve


def result(plan: Plan | None, objective_vnd: float | None, **overrides: Any) -> SizingResult:
    """An answer with a bound half a percent below the objective."""
    values: dict[str, Any] = {
        "status": "optimal",
        "plan": plan,
        "objective_vnd": objective_vnd,
        "bound_vnd": None if objective_vnd is None else objective_vnd * 0.9951,
        "gap": None if objective_vnd is None else 0.0049,
        "hours": 0 if plan is None else sum(row.grid_w.size for row in plan.dispatches),
        "seconds": 12.5,
        "peak_memory_mib": 512.0,
        "seed": 918,
        "method": "made by hand",
        "versions": {"camau-dc": "0.1.0"},
    }
    return SizingResult(**{**values, **overrides})
