"""This solver, HiGHS and PDLP on the same small provinces: no bracket leaves out the optimum, and the checker agrees.

HiGHS has the whole model over all hours with its whole numbers, once as it is (within a time; then its own bracket
counts) and once with the plan's orders, which it then always ends. 200 of them in `make soak`, a few in `make test`.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all

from capacity.check import check
from capacity.plan import SizingResult
from capacity.solver import SolveOptions, solve
from tests.properties.cases import Case, cases, inputs_of_case
from tests.properties.other_solvers import BILLION, Bracket, Whole, by_highs, by_pdlp, whole
from tests.properties.provinces import Province
from tests.properties.strategies import MANY, PHASES

GAP = 1e-3
TOUCH = 1e-6
"""Relative: HiGHS's feasibility is 1e-7 in every row, and a year has many."""
WHOLE_WATTS = 1e-5
"""Relative: a plan is in whole watts and buys nothing below 20 kW."""
PDLP_TOLERANCE, PDLP_CLAIM = 1e-5, 2e-3
SLOW = settings(
    deadline=None, derandomize=True, max_examples=4, database=None, phases=PHASES,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
LONG = settings(MANY, max_examples=200, suppress_health_check=list(HealthCheck))


class Seconds(NamedTuple):
    """For HiGHS with the orders of the plan, for HiGHS as it is, and for PDLP."""

    orders: float
    whole: float
    pdlp: float


QUICK, THOROUGH = Seconds(300.0, 20.0, 20.0), Seconds(900.0, 300.0, 120.0)


def test_a_wrong_bracket_is_seen() -> None:
    contains(100.0, 100.05, Bracket(99.99, 100.01))
    with pytest.raises(AssertionError, match="bound"):
        contains(100.0, 100.05, Bracket(99.0, 99.9))
    with pytest.raises(AssertionError, match="plan"):
        contains(100.0, 100.05, Bracket(100.2, 100.3))


def contains(bound: float, objective: float, other: Bracket) -> None:
    """No proof of either solver contradicts a solution of the other."""
    assert bound <= other.upper + TOUCH * abs(bound), f"bound {bound} above a solution of {other.upper}"
    assert other.lower <= objective + TOUCH * abs(objective), f"plan of {objective} below a proof of {other.lower}"


def agree(case: Case, seconds: Seconds) -> SizingResult:
    """All solvers agree on a case; returns this project's answer."""
    inputs, demand = inputs_of_case(case)
    result = solve(inputs, demand, SolveOptions(gap=GAP, time_limit_s=120.0), lambda *_: None)
    problem = whole(inputs, demand)
    if result.status == "infeasible":
        assert result.violation_bound_vnd is not None
        assert result.violation_bound_vnd > 0
        assert math.isinf(by_highs(problem, seconds.whole).upper), "HiGHS has a plan"
        return result
    assert result.status in ("optimal", "feasible"), result.status
    assert result.plan is not None
    assert result.objective_vnd is not None
    assert result.bound_vnd is not None
    assert check(inputs, demand, result.plan, objective_vnd=result.objective_vnd) == ()
    bound, objective = result.bound_vnd / BILLION, result.objective_vnd / BILLION
    assert bound <= objective * (1 + 1e-9)
    contains(bound, objective, by_highs(problem, seconds.whole))
    ordered = problem.with_orders_of(result.plan)
    same_orders = by_highs(ordered, seconds.orders)
    assert not same_orders.infeasible, "HiGHS has no plan with these orders"
    # these orders are one choice: a solution with them is a solution, a proof for them is none for all
    contains(bound, objective, replace(same_orders, lower=min(same_orders.lower, objective)))
    if same_orders.ended:
        assert objective >= same_orders.lower * (1 - WHOLE_WATTS), "a plan is cheaper than its orders allow"
        assert objective <= same_orders.upper * (1 + 2 * GAP), "the hours of the plan are far from their best"
    _agrees_with_pdlp(objective, ordered, same_orders, seconds.pdlp)
    return result


def _agrees_with_pdlp(objective: float, ordered: Whole, best: Bracket, seconds: float) -> None:
    """PDLP has the relaxation of everything but the orders: what it proves and claims is below the best with them."""
    proof, claimed = by_pdlp(ordered, seconds, PDLP_TOLERANCE)
    assert proof.lower <= objective * (1 + TOUCH), f"PDLP proves {proof.lower} of the orders of {objective}"
    if best.ended:
        assert proof.lower <= best.upper * (1 + TOUCH)
    if not math.isnan(claimed):
        assert claimed <= min(objective, best.upper) * (1 + PDLP_CLAIM)


@pytest.mark.slow
def test_whole_numbers_agree_where_highs_ends() -> None:
    """Without storage and waiting work HiGHS proves the optimum of the whole province."""
    found = agree(Case(Province(vcpu=2000.0, systems_vcpu=100.0, pv_mw=2.0), network=True), QUICK)
    assert found.status == "optimal"


@pytest.mark.slow
@pytest.mark.timeout(3000)
@SLOW
@for_all(cases(small=True))
def test_solvers_agree(case: Case) -> None:
    agree(case, QUICK)


@pytest.mark.soak
@pytest.mark.timeout(200_000)
@LONG
@for_all(cases())
def test_solvers_agree_on_many(case: Case) -> None:
    agree(case, THOROUGH)
