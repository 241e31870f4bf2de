"""The checker agrees with the solver: it accepts every plan at its price, and no plan it accepts is below the bound."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from capacity.accounts import compute_accounts
from capacity.check import check
from capacity.solver import SolveOptions, solve
from tests.factories import Sizes, make_demand, make_inputs, make_plan
from tests.properties.answers import answer, feasible, judged, solved
from tests.properties.provinces import Province, inputs_of
from tests.properties.strategies import FEW, MANY, provinces


@FEW
@for_all(st.one_of(provinces(), provinces(two_sites=True)))
def test_checker_accepts_every_plan_at_its_price(province: Province) -> None:
    found = feasible(province)
    inputs, demand = inputs_of(province)
    assert check(inputs, demand, found.plan, objective_vnd=found.objective) == ()
    assert check(inputs, demand, found.plan, objective_vnd=found.objective * 1.01) != ()


@FEW
@for_all(provinces(), st.randoms(use_true_random=False))
def test_checker_refuses_a_plan_that_lacks_an_order(province: Province, random: Random) -> None:
    """What an optimal plan buys is needed."""
    found = feasible(province)
    inputs, demand = inputs_of(province)
    assert found.plan.builds
    lacking = random.choice(found.plan.builds)
    plan = replace(found.plan, builds=tuple(b for b in found.plan.builds if b is not lacking))
    assert check(inputs, demand, plan) != ()


@FEW
@for_all(provinces(), st.sampled_from([60_000.0, 235_414.0, 1_000_000.0]))
def test_accounts_agree_with_the_solver_on_demand_charges(province: Province, capacity_vnd: float) -> None:
    """``judged`` holds objective, accounts and checker against each other; without the charge the optimum is lower."""
    two_parts = replace(province, capacity_vnd=capacity_vnd)
    found = feasible(two_parts)
    inputs, demand = inputs_of(two_parts)
    accounts = compute_accounts(inputs, demand, found.plan)
    charged = sum(row.vnd for row in accounts.demand_charges)
    assert (charged > 0) == any(row.grid_mwh > 0 for row in accounts.site_years)
    energy_only = inputs.energy.model_copy(
        update={
            "tariffs": tuple(t.model_copy(update={"capacity_vnd_per_kw_month": 0.0}) for t in inputs.energy.tariffs)
        }
    )
    free = judged(replace(inputs, energy=energy_only), demand, solved(replace(inputs, energy=energy_only), demand))
    assert free is not None
    assert free.bound <= found.objective


@pytest.mark.slow
def test_no_plan_that_the_checker_accepts_costs_less_than_the_bound() -> None:
    """Plans by simple arithmetic are dear, but they hold."""
    inputs, demand = make_inputs(), make_demand()
    result = solve(inputs, demand, SolveOptions(time_limit_s=8.0), lambda _event, _about: None)
    assert result.bound_vnd is not None
    for sizes in (Sizes(), Sizes(pv_mw=9, wind_mw=6, battery_mw=0, dppa_mw=0, defer_hours=0)):
        assert compute_accounts(inputs, demand, make_plan(inputs, demand, sizes)).objective_vnd >= result.bound_vnd


@pytest.mark.soak
@MANY
@for_all(provinces())
def test_checker_accepts_every_plan_at_its_price_for_long(province: Province) -> None:
    for years in (1, 2):
        answer(replace(province, years=years))
