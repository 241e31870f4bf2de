"""Bounds from duals hold, whatever the duals; good duals make them tight."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from capacity.model import Block
from capacity.solver.arrays import Vector, whole_arrays
from capacity.solver.cuts import Cut, cut_from_duals
from capacity.solver.linear import solve_linear
from tests.capacity.solver.problems import (
    all_hours,
    cost_of,
    layout_of,
    random_master,
    rowless,
    shortened,
    valid,
)

UNHURRIED = settings(deadline=None, max_examples=25)
SCALE = 1e-2
"""Billion VND per MWh: dual values of a dear hour."""


def short_block(hours: int = 48, start: int = 24 * 40, *, flexible: bool = False) -> Block:
    return shortened(valid(flexible=flexible).block(), hours, start)


def random_duals(block: Block, stream: np.random.Generator) -> Vector:
    """Duals of any sign and size, many of them zero."""
    size = len(block.hourly) * block.hours + len(block.yearly)
    return stream.normal(0.0, SCALE, size) * stream.integers(0, 2, size) * 10.0 ** stream.integers(-3, 2)


def optimal_duals(block: Block, master: Vector, *, priced: bool = True) -> Vector:
    """GLOP's duals of the block's rows at a master solution, in ``layout_of``."""
    arrays, layouts = whole_arrays(
        rowless(master.size),
        (block,),
        (all_hours(block),),
        np.zeros(master.size),
        lower=master,
        upper=master,
        priced=priced,
    )
    dual = solve_linear(arrays).dual
    order = [layouts[0].hourly[name] + np.arange(block.hours) for name in block.hourly]
    order += [np.array([layouts[0].yearly[name]]) for name in block.yearly]
    return np.asarray(dual[np.concatenate(order)])


@UNHURRIED
@for_all(st.integers(0, 10**6), st.sampled_from([24, 48, 72]), st.booleans())
def test_any_duals_bound_the_cost_from_below(seed: int, hours: int, flexible: bool) -> None:
    stream = np.random.default_rng(seed)
    block = short_block(hours, int(stream.integers(0, 8760 - hours)), flexible=flexible)
    master = random_master(block, stream, generous=True, flexible=flexible)
    cost = cost_of(block, master)
    assert cost is not None
    for _ in range(5):
        cut = cut_from_duals(0, block, layout_of(block), random_duals(block, stream))
        assert cut.value(master) <= cost + 1e-9 * (1 + abs(cost))


@UNHURRIED
@for_all(st.integers(0, 10**6))
def test_optimal_duals_of_one_master_bound_every_other(seed: int) -> None:
    stream = np.random.default_rng(seed)
    block = short_block()
    here = np.array(valid().solution.master)
    there = random_master(block, stream, generous=True)
    cut = cut_from_duals(0, block, layout_of(block), optimal_duals(block, here))
    cost = cost_of(block, there)
    assert cost is not None
    assert cut.value(there) <= cost + 1e-9 * (1 + abs(cost))


def test_optimal_duals_are_tight_at_their_master() -> None:
    block, master = short_block(), np.array(valid().solution.master)
    cost = cost_of(block, master)
    assert cost is not None
    assert cost > 0
    cut = cut_from_duals(0, block, layout_of(block), optimal_duals(block, master))
    assert cut.value(master) == pytest.approx(cost, rel=1e-6)


@pytest.mark.parametrize("row", ["balance", "dppa_within_contract", "pue-max", "renewable-share-min"])
def test_a_dual_of_the_wrong_sign_proves_nothing(row: str) -> None:
    """Where a requirement has room whatever the hours do, a negative dual would claim that the room costs money."""
    block, layout = short_block(), layout_of(short_block())
    master = random_master(block, np.random.default_rng(1), generous=True)
    for column in block.generation:
        master[column] = 1e4
    for column, _ in block.hourly["dppa_within_contract"].master:
        master[column] = 1e4
    duals = np.zeros(len(block.hourly) * block.hours + len(block.yearly))
    if row in layout.hourly:
        duals[layout.hourly[row] : layout.hourly[row] + block.hours] = -1.0
    else:
        duals[layout.yearly[row]] = -1e4
    cost = cost_of(block, master)
    assert cost is not None
    assert cut_from_duals(0, block, layout, duals).value(master) <= cost + 1e-9 * (1 + abs(cost))


@UNHURRIED
@for_all(st.integers(0, 10**6))
def test_duals_of_hours_without_price_never_rule_out_a_master_that_the_block_can_live_with(seed: int) -> None:
    stream = np.random.default_rng(seed)
    block = short_block(24, int(stream.integers(0, 300)) * 24)
    master = random_master(block, stream, generous=True)
    assert cost_of(block, master, priced=False) is not None
    for _ in range(5):
        cut = cut_from_duals(0, block, layout_of(block), random_duals(block, stream), priced=False)
        assert cut.value(master) <= 1e-9 * sum(abs(v * master[c]) for c, v in cut.terms.items())


def test_a_block_without_a_connection_is_ruled_out_by_some_duals() -> None:
    """Load that nothing can serve: the dual of the balance proves it."""
    block, master = short_block(), np.array(valid().solution.master)
    for column in [*block.generation, *(c.scale for n, c in block.columns.items() if n.startswith("grid:"))]:
        assert column is not None
        master[column] = 0.0
    master[[c.scale or 0 for n, c in block.columns.items() if n in ("discharge", "charge", "energy")]] = 0.0
    assert cost_of(block, master, priced=False) is None
    layout = layout_of(block)
    duals = np.zeros(len(block.hourly) * block.hours + len(block.yearly))
    duals[layout.hourly["balance"]] = 1.0
    assert cut_from_duals(0, block, layout, duals, priced=False).value(master) > 0


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2])
def test_any_duals_bound_the_cost_of_a_whole_year(seed: int) -> None:
    stream = np.random.default_rng(seed)
    block = valid().block()
    master = np.array(valid().solution.master)
    cost = cost_of(block, master)
    assert cost is not None
    for _ in range(20):
        assert cut_from_duals(0, block, layout_of(block), random_duals(block, stream)).value(master) <= cost


def test_the_value_of_a_cut_is_its_constant_and_terms() -> None:
    assert Cut(0, 2.0, {0: 3.0, 2: -1.0}).value(np.array([1.0, 9.0, 4.0])) == 1.0
