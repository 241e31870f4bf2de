"""Servers beyond the need, and pools that are tied to sites, in the model; and a plan with such servers in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from capacity.accounts import compute_accounts
from capacity.check import check
from capacity.inputs import CapacityInputs
from capacity.model import SizingModel, build_model
from capacity.model.blocks import load_factors_of
from tests.capacity.check.breakers import SITE, Case, valid_case
from tests.capacity.check.flexibility_breakers import tied, with_extra_servers, with_four_hours_at_once
from tests.capacity.model.plan_in_model import solution_of
from tests.capacity.model.test_agreement import ROUNDING_OF_WORK, as_ordered, in_two_parts, unlike
from tests.factories import make_inputs

SWING_MW, IDLE_MW = 8 * 1.1e-3, 2 * 1.1e-3
"""Of a GPU server, with fabric."""


def extra_case() -> Case:
    """The factories' province in which AI work may run on servers beyond the need."""
    return with_extra_servers(valid_case())


def model_of(case: Case) -> SizingModel:
    return build_model(case.inputs, case.demand)


def test_without_the_switch_there_is_nothing_more() -> None:
    model = model_of(valid_case())
    assert not list(model.frame.model.matching("extra"))
    assert not list(model.frame.model.matching("extra_load"))
    assert not any(name.startswith("more:") for block in model.blocks for name in block.columns)


def test_extra_servers_are_had_where_their_work_may_stand_and_of_its_kind() -> None:
    """Wherever GPU servers can be placed for AI, and none that store for it or serve others."""
    model = model_of(extra_case()).frame.model
    placed = {key[2:] for key, _ in model.matching("placed") if key[1] == "ai" and key[4] == "gpu"}
    assert placed
    assert {key[1:] for key, _ in model.matching("extra")} == {("batch", *place) for place in placed}
    away = model_of(tied(extra_case(), "ai", "nam-can")).frame.model
    assert not list(away.matching("extra"))
    assert not [key for key, _ in away.matching("own") if key[1] == "ai"]
    assert [key for key, _ in away.matching("own") if key[1] == "office"]


def test_servers_that_draw_no_more_at_work_do_no_waiting_work() -> None:
    case = extra_case()
    skus = tuple(
        sku.model_copy(update={"idle_kw": sku.peak_kw}) if sku.kind == "gpu" else sku
        for sku in case.inputs.hardware.skus
    )
    even = case.with_inputs(hardware=case.inputs.hardware.model_copy(update={"skus": skus}))
    assert not list(model_of(even).frame.model.matching("extra"))


def test_extra_servers_are_installed_idle_at_all_hours_and_seen_by_the_hours() -> None:
    linear = model_of(extra_case()).frame.model
    place = (SITE, "chilled", "gpu", 2027)
    extra = linear.columns["extra", "batch", *place]
    rows = {key: terms for key, terms, _, _ in linear.rows if extra in terms}
    assert rows == {
        key: rows[key]
        for key in (
            ("placed_servers_are_installed", *place),
            ("hours_see_the_master", "load", SITE, "FLAT", "chilled", 2027),
            ("hours_see_the_master", "extra_load", SITE, "batch", "chilled", 2027),
        )
    }
    assert [terms[extra] for terms in rows.values()] == pytest.approx([1.0, IDLE_MW, SWING_MW])
    installed = linear.upper[linear.columns["build", "server", *place[:3], 2027]]
    assert linear.upper[extra] == pytest.approx(0.9 * installed)


def test_the_hours_have_one_column_more_for_a_class_with_extra_servers() -> None:
    """It stands wherever work that is done stands, by as much, and takes up to the extra MW at any hour."""
    model = model_of(extra_case())
    block = next(block for block in model.blocks if block.key == (SITE, 2027))
    more, done = (block.columns[f"{name}:batch@chilled"] for name in ("more", "done"))
    assert (more.low, more.high, more.cost) == (0.0, 1.0, done.cost)
    assert more.scale == model.frame.model.columns["extra_load", SITE, "batch", "chilled", 2027]
    assert len(list(load_factors_of(model.frame, model.frame.hours(block.site, 2027)))) == len(block.loads)
    for terms in (row.terms for row in [*block.hourly.values(), *block.yearly.values()]):  # type: ignore[attr-defined]
        of = {term.column: term.coefficient for term in terms}
        assert ("more:batch@chilled" in of) == ("done:batch@chilled" in of)
        if "more:batch@chilled" in of:
            assert np.array_equal(of["more:batch@chilled"], of["done:batch@chilled"])


@pytest.mark.parametrize("inputs", [make_inputs, unlike, in_two_parts])
def test_a_plan_with_extra_servers_satisfies_model_and_checker_at_one_cost(
    inputs: Callable[[], CapacityInputs],
) -> None:
    case = replace(valid_case(), inputs=inputs())
    ordered = case.with_plan(builds=as_ordered(case.plan, case.inputs).builds)
    case = with_four_hours_at_once(with_extra_servers(ordered))
    accounts = compute_accounts(case.inputs, case.demand, case.plan)
    assert check(case.inputs, case.demand, case.plan, objective_vnd=accounts.objective_vnd) == ()
    solution = solution_of(model_of(case), case.inputs, case.demand, case.plan)
    assert solution.broken_rows() == []
    assert list(solution.broken_hours(ROUNDING_OF_WORK)) == []
    assert solution.hours[SITE, 2027]["more:batch@chilled"].max() > 0.01
    assert solution.cost * 1e9 == pytest.approx(accounts.objective_vnd, rel=1e-9)
    fewer = case.with_plan(extras=tuple(replace(extra, servers=0.5) for extra in case.plan.extras))
    assert "work_never_passes_full_load" in {v.rule for v in check(fewer.inputs, fewer.demand, fewer.plan)}


def test_the_budget_for_capacity_counts_what_extra_servers_can_draw() -> None:
    """At the largest hour of each month, as for the servers placed."""
    case = with_extra_servers(replace(valid_case(), inputs=in_two_parts()))
    linear = model_of(case).frame.model
    extra, placed = (linear.columns[name, SITE, "batch", "chilled", 2028] for name in ("extra_load", "load"))
    (terms,) = [t for key, t, _, _ in linear.rows if key == ("budgets_hold", "enterprise", "energy", 2028)]
    assert terms[extra] < 0
    energy = model_of(extra_case()).frame.model
    (plain,) = [t for key, t, _, _ in energy.rows if key == ("budgets_hold", "enterprise", "energy", 2028)]
    column = energy.columns["extra_load", SITE, "batch", "chilled", 2028]
    assert column not in plain, "energy counts when work arrives, wherever it runs"
    assert terms[placed] < 0
