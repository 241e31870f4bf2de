"""A gap that is asked for is reached also where loads are left open by the whole numbers, and costs no more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from capacity.check import check
from capacity.demand import compute_demand
from capacity.solver import SolveOptions, solve
from orchestrator.province import create_province, load_province
from orchestrator.translate import to_capacity_inputs


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample of ``init`` with GPUs too dear to rent and money to build: halls, two kinds of load, energy."""
    folder = tmp_path_factory.mktemp("tight") / "province"
    create_province(folder)
    clouds, province = folder / "clouds.yaml", folder / "province.yaml"
    text = clouds.read_text(encoding="utf-8")
    dear = text.replace("price_vnd: 60984\n", "price_vnd: 6098400\n").replace(
        "price_vnd: 65000,", "price_vnd: 6500000,"
    )
    assert dear.count("6098400") == dear.count("6500000") == 1
    clouds.write_text(dear, encoding="utf-8")
    rich = province.read_text(encoding="utf-8")
    for before, after in (
        ("{2027: 60e9, 2028: 80e9, 2029: 100e9}", "{2027: 600e9, 2028: 800e9, 2029: 1000e9}"),
        ("{2027: 120e9, 2028: 120e9, 2029: 60e9}", "{2027: 520e9, 2028: 520e9, 2029: 360e9}"),
    ):
        assert rich.count(before) == 1
        rich = rich.replace(before, after)
    without, count = re.subn(r"\n  site_loss:.*?(?=\n\S|\n  \w)", "", rich, flags=re.DOTALL)
    assert count == 1
    province.write_text(without, encoding="utf-8")
    return folder


def test_a_tight_gap_is_reached_and_costs_no_more_than_a_wide_one(folder: Path) -> None:
    inputs = to_capacity_inputs(load_province(folder))
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
