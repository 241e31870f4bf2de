"""A gap that is asked for is reached also where loads are left open by the whole numbers, and costs no more."""

from __future__ import annotations

import re
from pathlib import Path

from capacity.check import check
from capacity.demand import compute_demand
from capacity.solver import SolveOptions, solve
from orchestrator.province import Province
from orchestrator.translate import to_capacity_inputs
from tests.broken.folders import template
from tests.orchestrator.province.test_changes import edited

RULE = r"\n  site_loss:.*?(?=\n\S|\n  \w)"
DEAR = (
    ("clouds.yaml", "price_vnd: 60984\n", "price_vnd: 6098400\n"),
    ("clouds.yaml", "price_vnd: 65000,", "price_vnd: 6500000,"),
    ("province.yaml", "{2027: 60e9, 2028: 80e9, 2029: 100e9}", "{2027: 600e9, 2028: 800e9, 2029: 1000e9}"),
    ("province.yaml", "{2027: 120e9, 2028: 120e9, 2029: 60e9}", "{2027: 520e9, 2028: 520e9, 2029: 360e9}"),
)
"""GPUs too dear to rent and money to build: halls, two kinds of load, energy."""


def test_a_tight_gap_is_reached_and_costs_no_more_than_a_wide_one(tmp_path: Path) -> None:
    (rule,) = re.findall(RULE, template()["province.yaml"].decode(), flags=re.DOTALL)
    province: Province = edited(tmp_path / "province", *DEAR, ("province.yaml", rule, ""))
    inputs = to_capacity_inputs(province)
    demand = compute_demand(inputs)
    costs = []
    for gap in (1e-3, 1e-5):
        found = solve(inputs, demand, SolveOptions(gap=gap, time_limit_s=300.0), lambda *_: None)
        assert found.status == "optimal", (gap, found.gap)
        assert found.plan is not None
        assert found.objective_vnd is not None
        assert check(inputs, demand, found.plan, objective_vnd=found.objective_vnd) == ()
        costs.append(found.objective_vnd)
    assert costs[1] <= costs[0] * (1 + 1e-5)
