"""What binding constraints cost: told where there is something that they bind, and proved with the plan's integers."""

from __future__ import annotations

import time
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from capacity.model.build import build_model
from capacity.model.stages import one_stage
from capacity.plan import ShadowPrice
from capacity.solver import SolveOptions
from capacity.solver.candidate import Candidate, candidate
from capacity.solver.prices import prices_of, shadow_prices
from capacity.solver.problem import Problem
from capacity.solver.sizing import VND, Search
from tests.capacity.solver.test_sizing import AI_AND_TENANTS
from tests.factories import make_demand, make_resilient_inputs
from tests.properties.provinces import Province, inputs_of

OPTIONS = SolveOptions(gap=1e-3, time_limit_s=240.0)
SUN = Province(tenants_mw=10.0, pv_mw=40.0, battery_mw=10.0, renewable_share=0.25)
"""Tenants whose sun is dearer than the grid, so that the share binds."""


@pytest.mark.parametrize(("standing", "told"), [(0.0, set()), (1.0, {"ups_load_is_held", "resilience:outage"})])
def test_where_nothing_stands_its_reserves_have_no_price(standing: float, told: set[str]) -> None:
    problem = problem_of(build_model(make_resilient_inputs(), make_demand()))
    rows, columns = len(problem.linear.rows), len(problem.linear.cost)
    nothing = SimpleNamespace(layouts=(), duals=())
    best = cast(Candidate, SimpleNamespace(master=np.full(columns, standing), relaxation=nothing, busy=[]))
    (part,) = problem.staged.parts
    found = prices_of(problem, part, best, np.ones(rows), 0.0)
    assert {price.constraint for price in found} & {"ups_load_is_held", "resilience:outage"} == told


def problem_of(model: Any) -> Problem:
    return Problem(one_stage(model), OPTIONS, lambda *_: None, time.monotonic())


def searched(province: Province) -> tuple[Search, Candidate, dict[str, ShadowPrice], float]:
    search = Search(problem_of(build_model(*inputs_of(province))))
    search.run()
    assert search.best is not None
    found, doubt = shadow_prices(search.problem, search.best)
    assert doubt is not None
    return search, search.best, {price.constraint: price for price in found}, doubt / VND


@pytest.mark.parametrize("points", [-2.0, 1.0, 4.0])
def test_a_price_proves_what_other_limits_cost_with_the_same_integers(points: float) -> None:
    search, best, prices, doubt = searched(SUN)
    price = prices["renewable-share-min"].vnd_per_unit / VND
    assert price > 1.0
    other = problem_of(build_model(*inputs_of(replace(SUN, renewable_share=0.25 + points / 100))))
    integers = np.round(best.master[search.problem.whole])
    plan = candidate(other, integers, precision=1e-4, margin=0.125 * 1e-4)
    assert plan is not None
    proved = best.cost - doubt + points * price
    assert plan.cost >= proved - 1e-6 * best.cost
    assert plan.cost <= proved + 2 * doubt + 0.4 * abs(points) * price, (
        "and not far above it: cost is convex in a limit"
    )


def test_what_was_decided_before_the_hours_has_a_price_too() -> None:
    """The programme's servers are settled when hours are relaxed, where its row has a dual of nothing."""
    search, best, prices, doubt = searched(replace(AI_AND_TENANTS, second_site=True))
    (row,) = [
        place
        for place, (key, *_) in enumerate(search.problem.linear.rows)
        if key[0] == "programmes_stand_in_the_province"
    ]
    assert best.relaxation.row_duals[row] == 0.0
    assert prices["programme-in-province-mw-min"].vnd_per_unit > 1e9
    assert search.gap <= OPTIONS.gap
    assert 0.0 <= doubt <= OPTIONS.gap * best.cost
