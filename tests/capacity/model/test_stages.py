"""Several scenarios as one model: orders in common, everything else side by side, cost as it is expected."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from capacity.model import build_model
from capacity.model.build import SizingModel
from capacity.model.stages import ForbiddenOrderError, Scenario, StagedModel, one_stage, two_stages, with_orders
from tests.capacity.solver.problems import valid
from tests.factories import make_demand, make_inputs, make_site

COMMON = {"build", "open", "racks"}


@cache
def other() -> SizingModel:
    """The factories' province without room for any grid step at its sites, and with more land."""
    sites = [make_site(site.id, land_m2=2 * site.land_m2) for site in make_inputs().sites.sites]
    sites = [site.model_copy(update={"grid": site.grid.model_copy(update={"steps": ()})}) for site in sites]
    return build_model(make_inputs(sites=sites), make_demand())


@cache
def staged() -> StagedModel:
    return two_stages([Scenario("dry", 0.25, valid().model), Scenario("wet", 0.75, valid().model)])


def test_one_scenario_is_its_own_model() -> None:
    model = valid().model
    whole = one_stage(model)
    assert whole.linear is model.frame.model
    assert whole.blocks is model.blocks
    assert whole.keys == tuple(model.frame.model.keys)


def test_orders_are_one_column_and_everything_else_stands_side_by_side() -> None:
    own = valid().model.frame.model
    common = [key for key in own.columns if key[0] in COMMON]
    assert {key[0] for key in common} == COMMON
    assert len(staged().linear.lower) == 2 * len(own.lower) - len(common)
    dry, wet = staged().parts
    for key, column in own.columns.items():
        assert (dry.columns[column] == wet.columns[column]) == (key[0] in COMMON)
        assert staged().keys[int(wet.columns[column])] == key


def test_a_row_of_orders_alone_stands_once() -> None:
    own = valid().model.frame.model
    keys = own.keys
    alone = [row for row in own.rows if all(keys[column][0] in COMMON for column in row[1])]
    assert alone
    assert len(staged().linear.rows) == 2 * len(own.rows) - len(alone)
    for part in staged().parts:
        for row, place in zip(own.rows, part.rows, strict=True):
            moved = {int(part.columns[column]): value for column, value in row[1].items()}
            assert staged().linear.rows[int(place)] == (row[0], moved, *row[2:])


def test_the_cost_is_what_is_expected() -> None:
    own, solution = valid().model.frame.model, valid().solution.master
    both = np.empty(len(staged().linear.lower))
    for part in staged().parts:
        both[part.columns] = solution
    alone = float(np.array(own.cost) @ solution) + own.offset
    assert float(np.array(staged().linear.cost) @ both) + staged().linear.offset == pytest.approx(alone)
    blocks = len(valid().model.blocks)
    costs = staged().costs(both, [1.0] * blocks + [2.0] * blocks)
    assert costs == pytest.approx([alone + blocks, alone + 2 * blocks])
    assert staged().objective(costs) == pytest.approx(alone + 1.75 * blocks)


def test_blocks_see_the_columns_of_their_scenario_at_their_weight() -> None:
    for part in staged().parts:
        for block, own in zip(part.of_blocks(staged().blocks), part.model.blocks, strict=True):
            assert block.masters() == sorted(int(part.columns[column]) for column in own.masters())
            for name, column in own.columns.items():
                assert np.all(block.columns[name].cost == part.probability * np.asarray(column.cost))
            assert [load.column for load in block.loads] == [int(part.columns[load.column]) for load in own.loads]
            assert list(block.generation) == [int(part.columns[column]) for column in own.generation]


def test_an_order_that_a_scenario_forbids_is_forbidden() -> None:
    """Steps that exist in one of them only; modules stay within the smaller land, and racks are counted apart then."""
    both = two_stages([Scenario("plain", 0.5, valid().model), Scenario("other", 0.5, other())])
    steps = [c for c, key in enumerate(both.keys) if key[:2] == ("build", "grid_step")]
    assert steps
    assert all(both.linear.upper[column] == 0 for column in steps)
    for key, column in valid().model.frame.model.columns.items():
        if key[0] == "build":
            theirs = other().frame.model.find(*key)
            most = (
                0.0
                if theirs is None
                else min(valid().model.frame.model.upper[column], other().frame.model.upper[theirs])
            )
            assert both.linear.upper[int(both.parts[0].columns[column])] == most
    assert len([key for key in both.keys if key[0] == "racks"]) > len(
        [key for key in valid().model.frame.model.keys if key[0] == "racks"]
    )


@pytest.mark.parametrize(
    ("names", "weights"),
    [(("a", "a"), (0.5, 0.5)), (("a", "b"), (0.5, 0.4)), (("a", "b"), (1.0, 0.0)), ((), ())],
)
def test_scenarios_have_names_and_probabilities_that_sum_to_one(
    names: tuple[str, ...], weights: tuple[float, ...]
) -> None:
    scenarios = [Scenario(name, weight, valid().model) for name, weight in zip(names, weights, strict=True)]
    with pytest.raises(ValueError, match=r"scenarios|probabilities"):
        two_stages(scenarios)


def test_a_single_scenario_keeps_its_name() -> None:
    (only,) = two_stages([Scenario("dry", 1.0, valid().model)]).parts
    assert (only.name, only.probability, only.model) == ("dry", 1.0, valid().model)
    assert only.places == one_stage(valid().model).parts[0].places


def test_given_orders_leave_no_other() -> None:
    inputs, demand = make_inputs(), make_demand()
    model = with_orders(build_model(inputs, demand), valid().plan.builds)
    linear = model.frame.model
    amounts: dict[tuple[str | int, ...], float] = {
        (b.kind, b.site, b.hall or "", b.item, b.year): b.amount for b in valid().plan.builds
    }
    for key, column in linear.columns.items():
        if key[0] == "build":
            assert linear.lower[column] == linear.upper[column] == amounts.pop(key[1:], 0.0)
    assert amounts == {}


def test_an_order_without_a_column_is_refused() -> None:
    early = replace(valid().plan.builds[0], year=1999)
    with pytest.raises(ForbiddenOrderError, match="1999"):
        with_orders(build_model(make_inputs(), make_demand()), (early,))
