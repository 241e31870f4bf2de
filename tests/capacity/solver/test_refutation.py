"""Provinces at the edge of what is possible: beyond it they are told infeasible with a proof, on it never."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from capacity.accounts import compute_accounts
from capacity.demand import compute_demand
from capacity.inputs import CapacityInputs
from capacity.solver import SolveOptions, solve
from orchestrator.province import load_province
from orchestrator.translate import to_capacity_inputs
from tests.benchmarks import reference_folder
from tests.benchmarks.reference_problem import cm6
from tests.factories import make_policy
from tests.properties.provinces import Province, inputs_of

OPTIONS = SolveOptions(gap=0.01, time_limit_s=120.0)
ENOUGH = 1.001
"""Of what a known plan takes: the cap that it just keeps."""
HALF_USD_PER_MW = 5.7e6
"""Half of the budget of the reference problem."""
EDGES = [
    Province(tenants_mw=10.0, pv_mw=20.0, battery_mw=5.0, carbon_free_share=0.15),
    Province(gpus=48.0, pv_mw=10.0, wind_mw=10.0, renewable_share=0.5),
    Province(gpus=16.0, tenants_mw=10.0, wind_mw=30.0, battery_mw=10.0, renewable_share=0.4, years=2),
]


def reference(path: Path) -> CapacityInputs:
    """One site and three years of the reference problem, with half of its budget for energy assets."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reference_folder, "BUDGET_USD_PER_MW", HALF_USD_PER_MW)
        reference_folder.write(cm6(918, sites=1, years=3), path)
    return to_capacity_inputs(load_province(path))


def test_half_the_budget_is_told_infeasible_with_a_proof(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Its prices of violations lie five powers of ten apart, which once hid the proof from the interior point."""
    inputs = reference(tmp_path_factory.mktemp("reference") / "province")
    result = solve(inputs, compute_demand(inputs), OPTIONS, lambda *_: None)
    assert result.status == "infeasible"
    assert result.violation_bound_vnd is not None
    assert result.violation_vnd is not None
    assert 1e9 < result.violation_bound_vnd <= result.violation_vnd * (1 + 1e-6)
    assert result.bound_vnd is None
    assert {violation.policy.split(":")[0] for violation in result.violations} <= {"budget", "carbon", "renewable"}


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("province", EDGES)
def test_a_province_whose_plan_is_known_is_never_told_infeasible(province: Province) -> None:
    """Carbon is capped at what a checked plan emits: that plan keeps all, so its cost is above any bound too."""
    inputs, demand = inputs_of(province)
    known = solve(inputs, demand, OPTIONS, lambda *_: None)
    assert known.plan is not None
    accounts = compute_accounts(inputs, demand, known.plan)
    tonnes = {row.year: ENOUGH * row.tco2_location for row in accounts.province_years if row.scope == "all"}
    cap = make_policy("carbon_cap_tco2", tonnes, scope="all", slack_price_vnd=2e6)
    policies = (*inputs.settings.policies, cap)
    edged = dataclasses.replace(inputs, settings=inputs.settings.model_copy(update={"policies": policies}))
    result = solve(edged, demand, OPTIONS, lambda *_: None)
    assert result.status != "infeasible"
    assert result.bound_vnd is not None
    assert known.objective_vnd is not None
    assert result.bound_vnd <= known.objective_vnd * (1 + 1e-6)
