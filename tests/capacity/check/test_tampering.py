"""Whatever hour is tampered with, the checker sees it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.check import check
from capacity.plan import Plan
from tests.capacity.check.breakers import Case, valid_case


@pytest.fixture(scope="module")
def case() -> Case:
    return valid_case()


def shifted(plan: Plan, index: int, hour: int, watts: int) -> Plan:
    row = plan.dispatches[index]
    grid = row.grid_w.copy()
    grid[hour % grid.size] += watts
    changed = replace(row, grid_w=grid)
    return replace(plan, dispatches=(*plan.dispatches[:index], changed, *plan.dispatches[index + 1 :]))


@pytest.mark.slow
@given(index=st.integers(0, 4), hour=st.integers(0, 8783), watts=st.integers(4, 10**6))
@settings(deadline=None, max_examples=25)
def test_missing_power_in_any_hour_is_seen(case: Case, index: int, hour: int, watts: int) -> None:
    plan = shifted(case.plan, index, hour, -watts)
    rules = {violation.rule for violation in check(case.inputs, case.demand, plan)}
    assert rules in ({"energy_balances"}, {"nothing_is_negative"})


@given(order=st.permutations(range(5)))
@settings(deadline=None, max_examples=5)
def test_order_of_rows_does_not_matter(case: Case, order: list[int]) -> None:
    plan = replace(
        case.plan,
        dispatches=tuple(case.plan.dispatches[index] for index in order),
        builds=case.plan.builds[::-1],
        placements=case.plan.placements[::-1],
        rents=case.plan.rents[::-1],
    )
    assert check(case.inputs, case.demand, plan) == ()
