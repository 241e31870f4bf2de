"""A province's certified answer, solved once, and how answers are compared: as intervals from bound to objective."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from hypothesis import reject

from capacity.accounts import compute_accounts
from capacity.check import check
from capacity.demand.needs import Demand
from capacity.inputs import CapacityInputs
from capacity.plan import Plan, SizingResult
from capacity.solver import SolveOptions, solve
from tests.properties.provinces import Province, inputs_of

GAP = 5e-3
TOUCH = 1e-7
"""Relative: two proofs of one number that differ by floating point."""


@dataclass(frozen=True)
class Answer:
    """The optimum lies in [bound, objective], VND of present value."""

    plan: Plan
    bound: float
    objective: float


def solved(inputs: CapacityInputs, demand: Demand) -> SizingResult:
    """The result to a gap of half a per cent."""
    return solve(inputs, demand, SolveOptions(gap=GAP, time_limit_s=60.0), lambda _event, _about: None)


def judged(inputs: CapacityInputs, demand: Demand, result: SizingResult) -> Answer | None:
    """The answer, None when no plan exists; fails unless it is certified, and the checker and the accounts agree."""
    if result.status == "infeasible":
        assert result.violation_bound_vnd is not None
        assert result.violation_bound_vnd > 0
        return None
    assert result.status == "optimal", f"{result.status} after {result.seconds:.1f} s, gap {result.gap}"
    assert result.plan is not None
    assert result.objective_vnd is not None
    assert result.bound_vnd is not None
    assert result.bound_vnd <= result.objective_vnd * (1 + TOUCH)
    assert check(inputs, demand, result.plan, objective_vnd=result.objective_vnd) == ()
    total = compute_accounts(inputs, demand, result.plan).objective_vnd
    assert abs(total - result.objective_vnd) <= TOUCH * abs(total)
    return Answer(result.plan, result.bound_vnd, result.objective_vnd)


@cache
def answer(province: Province) -> Answer | None:
    """The judged answer of a province."""
    inputs, demand = inputs_of(province)
    return judged(inputs, demand, solved(inputs, demand))


def feasible(province: Province) -> Answer:
    """The answer of a province that has a plan; others are no examples."""
    found = answer(province)
    if found is None:
        reject()
    return found


def certain(province: Province) -> Answer:
    """The answer of a province that is known to have a plan."""
    found = answer(province)
    assert found is not None
    return found


def never_dearer(better: Answer | None, worse: Answer) -> None:
    """A plan of ``worse`` is one of ``better`` too: the optimum is not above it, and what was found not by more than
    the gap."""
    assert better is not None, "more freedom left no plan"
    assert better.bound <= worse.objective * (1 + TOUCH)
    assert better.objective <= worse.objective * (1 + GAP + TOUCH) / (1 - GAP)


def same_optimum(one: Answer, other: Answer, scale: float = 1.0) -> None:
    """The intervals of one optimum overlap; ``scale``: the other's money is that many times the first's."""
    assert scale * one.bound <= other.objective * (1 + TOUCH)
    assert other.bound <= scale * one.objective * (1 + TOUCH)
