"""This solver, HiGHS and PDLP on the same small provinces: no bracket leaves out the optimum, and the checker agrees.

HiGHS has the whole model over all hours with its whole numbers, once as it is (within a time; then its own bracket
counts) and once with the plan's orders, which it ends. PDLP then has the hours under the master that HiGHS found. 200
of them in `make soak`, a few in `make test`, where the orders are those of the plan to the MW, which is faster.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all

from capacity.check import check
from capacity.plan import SizingResult
from capacity.solver import SolveOptions, solve
from tests.properties.cases import Case, cases, inputs_of_case
from tests.properties.other_solvers import BILLION, Bracket, Whole, by_highs, by_pdlp, hours_under, whole
from tests.properties.provinces import Province
from tests.properties.strategies import MANY, PHASES

GAP = 1e-3
TOUCH = 1e-6
"""Relative: HiGHS's feasibility is 1e-7 in every row, and a year has many."""
WHOLE_WATTS = 1e-5
"""Relative: a plan is in whole watts and buys nothing below 20 kW."""
PDLP_TOLERANCE, PDLP_CLAIM = 1e-6, 1e-4
SLOW = settings(
    deadline=None, derandomize=True, max_examples=4, database=None, phases=PHASES,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
LONG = settings(MANY, max_examples=200, suppress_health_check=list(HealthCheck))


class Effort(NamedTuple):
    """Seconds for HiGHS on the whole, with the plan's orders, and for PDLP; whether MW and MWh are orders too."""

    whole: float
    orders: float
    pdlp: float
    amounts: bool


QUICK, THOROUGH = Effort(10.0, 300.0, 60.0, True), Effort(300.0, 1200.0, 300.0, False)


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


def agree(case: Case, effort: Effort) -> SizingResult:
    """All solvers agree on a case; returns this project's answer."""
    inputs, demand = inputs_of_case(case)
    result = solve(inputs, demand, SolveOptions(gap=GAP, time_limit_s=120.0), lambda *_: None)
    problem = whole(inputs, demand)
    if result.status == "infeasible":
        assert result.violation_bound_vnd is not None
        assert result.violation_bound_vnd > 0
        assert math.isinf(by_highs(problem, effort.whole).upper), "HiGHS has a plan"
        return result
    if result.status == "no_plan":
        assert math.isinf(by_highs(problem, effort.orders).upper), "no plan and no proof, but HiGHS has a plan"
        return result
    assert result.plan is not None
    assert result.objective_vnd is not None
    assert result.bound_vnd is not None
    assert check(inputs, demand, result.plan, objective_vnd=result.objective_vnd) == ()
    bound, objective = result.bound_vnd / BILLION, result.objective_vnd / BILLION
    assert bound <= objective * (1 + 1e-9)
    contains(bound, objective, by_highs(problem, effort.whole))
    ordered = problem.with_orders_of(result.plan, amounts=effort.amounts)
    best = by_highs(ordered, effort.orders)
    assert not best.infeasible, "HiGHS has no plan with these orders"
    # these orders are one choice: a solution with them is a solution, a proof for them is one for this plan alone
    contains(bound, objective, best)
    if best.ended:
        assert objective >= best.lower * (1 - WHOLE_WATTS), "a plan is cheaper than its orders allow"
        assert objective <= best.upper * (1 + 2 * GAP), "the hours of the plan are far from their best"
    if best.solution is not None:
        _agrees_with_pdlp(bound, objective, ordered, best, effort)
    return result


def _agrees_with_pdlp(bound: float, objective: float, ordered: Whole, best: Bracket, effort: Effort) -> None:
    """PDLP's hours under the master of a solution of HiGHS: proven below that solution, and as good."""
    assert best.solution is not None
    arrays, decided = hours_under(ordered, best.solution)
    proof, claimed = (decided + value for value in by_pdlp(arrays, effort.pdlp, PDLP_TOLERANCE))
    assert proof <= best.upper * (1 + TOUCH), f"PDLP proves {proof} under a master of {best.upper}"
    if math.isnan(claimed):
        return
    assert bound <= claimed * (1 + PDLP_CLAIM), f"bound {bound} above the hours that PDLP finds, {claimed}"
    assert claimed <= best.upper * (1 + PDLP_CLAIM), f"PDLP finds {claimed}, HiGHS {best.upper}"
    if best.ended:
        assert claimed >= best.lower * (1 - PDLP_CLAIM), f"PDLP finds {claimed}, HiGHS {best.lower}"
        assert objective >= claimed * (1 - PDLP_CLAIM), f"a plan of {objective}, cheaper than its hours, {claimed}"


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
