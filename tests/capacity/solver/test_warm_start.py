"""A search that begins at a stored plan: the same proofs, its whole numbers first, and never a worse answer."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from capacity.check import check
from capacity.model.build import build_model
from capacity.model.stages import one_stage
from capacity.plan import Plan, SizingResult
from capacity.solver import SolveOptions, sizing, solve
from capacity.solver.candidate import candidate as found
from capacity.solver.integers import Master
from capacity.solver.problem import Problem
from capacity.solver.warm_start import starts_from
from tests.capacity.solver.test_sizing import AI_AND_TENANTS, as_data
from tests.properties.provinces import Province, inputs_of

OPTIONS = SolveOptions(gap=5e-3)


@cache
def cold() -> tuple[SizingResult, Plan]:
    result = solve(*inputs_of(AI_AND_TENANTS), OPTIONS, lambda *_: None)
    assert result.plan is not None
    return result, result.plan


def problem_of(province: Province) -> Problem:
    return Problem(one_stage(build_model(*inputs_of(province))), OPTIONS, lambda *_: None, time.monotonic())


def whole_orders(problem: Problem, integers: Any) -> dict[Any, float]:
    keys = [key for key, whole in zip(problem.keys, problem.whole, strict=True) if whole]
    return {key[1:]: amount for key, amount in zip(keys, integers, strict=True) if key[0] == "build" and amount}


def test_whole_numbers_come_back_as_the_plan_has_them() -> None:
    problem = problem_of(AI_AND_TENANTS)
    integers = next(starts_from(problem, cold()[1]))
    whole = {key[1:] for key, is_whole in zip(problem.keys, problem.whole, strict=True) if is_whole}
    ordered = {(b.kind, b.site, b.hall or "", b.item, b.year): b.amount for b in cold()[1].builds}
    assert whole_orders(problem, integers) == {key: amount for key, amount in ordered.items() if key in whole}


def test_a_start_saves_masters_and_proves_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    solved: list[int] = []
    plain = Master.solve

    def counted(self: Master, **more: Any) -> Any:
        solved.append(1)
        return plain(self, **more)

    monkeypatch.setattr(Master, "solve", counted)
    without = solve(*inputs_of(AI_AND_TENANTS), OPTIONS, lambda *_: None)
    needed = len(solved)
    solved.clear()
    inputs, demand = inputs_of(AI_AND_TENANTS)
    warm = solve(inputs, demand, OPTIONS, lambda *_: None, start=cold()[1])
    assert len(solved) < needed
    assert warm.status == without.status == "optimal"
    assert warm.plan is not None
    assert (warm.objective_vnd or 0.0) <= (without.objective_vnd or 0.0) * (1 + 1e-3)
    assert (warm.bound_vnd or 0.0) <= (without.objective_vnd or 0.0)
    assert (without.bound_vnd or 0.0) <= (warm.objective_vnd or 0.0)
    assert check(inputs, demand, warm.plan, objective_vnd=warm.objective_vnd) == ()
    again = solve(inputs, demand, OPTIONS, lambda *_: None, start=cold()[1])
    assert again.plan is not None
    assert as_data(again.plan) == as_data(warm.plan), "the same input, seed and start give the same plan"


MORE = replace(AI_AND_TENANTS, ai_mw=0.08)
"""Work for which the servers of the plan are too few."""


@pytest.mark.parametrize(
    ("province", "what"),
    [
        (MORE, "more work than the plan has servers for"),
        (replace(AI_AND_TENANTS, tenants_mw=0.0), "halls that may no longer be built"),
        (replace(AI_AND_TENANTS, gpus=48.0, ai_mw=None, seed=3), "another year of weather"),
    ],
)
def test_a_plan_of_other_inputs_is_a_start_too(province: Province, what: str) -> None:
    inputs, demand = inputs_of(province)
    warm = solve(inputs, demand, OPTIONS, lambda *_: None, start=cold()[1])
    plain = solve(inputs, demand, OPTIONS, lambda *_: None)
    assert warm.status == plain.status == "optimal", what
    assert warm.plan is not None
    assert check(inputs, demand, warm.plan, objective_vnd=warm.objective_vnd) == ()
    assert (warm.bound_vnd or 0.0) <= (plain.objective_vnd or 0.0)
    assert (plain.bound_vnd or 0.0) <= (warm.objective_vnd or 0.0)


def test_orders_that_do_not_fit_leave_the_structure() -> None:
    problem = problem_of(MORE)
    (integers,) = starts_from(problem, cold()[1])
    modules = {key: amount for key, amount in whole_orders(problem, integers).items() if key[0] == "module"}
    assert modules == {
        (b.kind, b.site, b.hall, b.item, b.year): b.amount for b in cold()[1].builds if b.kind == "module"
    }


def test_a_start_does_not_hide_that_there_is_no_plan() -> None:
    result = solve(*inputs_of(replace(AI_AND_TENANTS, ai_mw=5_000.0)), OPTIONS, lambda *_: None, start=cold()[1])
    assert result.status == "infeasible"
    assert (result.violation_bound_vnd or 0.0) > 0


def test_a_bad_start_costs_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found of a plan that is twice as large as needed is replaced by what the search finds."""
    plan = cold()[1]
    doubled = replace(plan, builds=tuple(replace(b, amount=2 * b.amount) for b in plan.builds))
    costs: list[float] = []

    def seen(*args: Any, **more: Any) -> Any:
        candidate = found(*args, **more)
        costs.extend([candidate.cost] if candidate is not None else [])
        return candidate

    monkeypatch.setattr(sizing, "candidate", seen)
    result = solve(*inputs_of(AI_AND_TENANTS), OPTIONS, lambda *_: None, start=doubled)
    assert costs[0] * 1e9 > 1.05 * (cold()[0].objective_vnd or 0.0), "it was tried first"
    assert result.status == "optimal"
    assert (result.objective_vnd or 0.0) <= (cold()[0].objective_vnd or 0.0) * (1 + 5e-3)
