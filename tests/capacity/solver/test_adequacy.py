"""Requirements say something, and never cut off a plan that holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from capacity.solver.adequacy import requirements
from tests.capacity.model.plan_in_model import solution_of
from tests.capacity.solver.problems import cost_of, random_master, shortened, valid
from tests.factories import Sizes, make_plan

FLOATING = 1e-9
SIZES = (Sizes(), Sizes(pv_mw=9, wind_mw=6, battery_mw=0, dppa_mw=0, defer_hours=0), Sizes(defer_hours=5))


@pytest.mark.parametrize("sizes", SIZES, ids=repr)
def test_a_plan_that_holds_meets_every_requirement(sizes: Sizes) -> None:
    inputs, demand, model = valid().inputs, valid().demand, valid().model
    master = solution_of(model, inputs, demand, make_plan(inputs, demand, sizes)).master
    found = 0
    for index, block in enumerate(model.blocks):
        for cut in requirements(index, block):
            size = sum(abs(v * float(master[c])) for c, v in cut.terms.items())
            assert cut.value(master) <= FLOATING * size, (block.key, cut)
            found += bool(cut.terms)
    assert found > len(model.blocks)


@settings(deadline=None, max_examples=20)
@for_all(st.integers(0, 10**6), st.booleans(), st.booleans())
def test_a_master_that_the_hours_can_live_with_meets_every_requirement(
    seed: int, generous: bool, flexible: bool
) -> None:
    stream = np.random.default_rng(seed)
    block = shortened(valid(flexible=flexible).block(), 240, int(stream.integers(0, 300)) * 24)
    master = random_master(block, stream, generous=generous, flexible=flexible)
    if cost_of(block, master, priced=False) is None:
        assert not generous
        return
    for cut in requirements(0, block):
        assert cut.value(master) <= FLOATING * sum(abs(v * float(master[c])) for c, v in cut.terms.items())


@pytest.mark.parametrize("short", ["connection", "allotment"])
def test_a_master_without_supply_breaks_a_requirement(short: str) -> None:
    """No connection for 12 MW of tenants; or an allotment of clean energy that would need negative grid energy."""
    block, master = valid().block(), np.array(valid().solution.master)
    linear = valid().model.frame.model
    if short == "connection":
        master[linear.columns["connection", block.site.id, 0, block.year]] = 0.0
        for column in block.generation:
            master[column] = 0.0
    else:
        master[linear.columns["allotment", "carbon-cap-tco2", *block.key]] = 0.1
        for column in block.generation:
            master[column] = 0.0
    index = valid().model.blocks.index(block)
    assert max(cut.value(master) for cut in requirements(index, block)) > 1e-3
