"""When there is no plan: the least total violation of the policy's constraints, and a proof that it is positive."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from capacity.model.build import SizingModel
from capacity.plan import Violation
from capacity.solver.adequacy import requirements
from capacity.solver.arrays import Selection, Vector, whole_arrays
from capacity.solver.cuts import cut_from_duals
from capacity.solver.integers import Master, MasterAnswer
from capacity.solver.interior import Limits, relax
from capacity.solver.linear import LinearFailureError, solve_linear

POSITIVE = 1e-3
"""Billion VND of priced violation below which a bound is not called positive (a million VND)."""


@dataclass(frozen=True)
class Conflict:
    """total and its proven lower bound in billion VND of slack prices; bound 0 when no conflict is proved."""

    violations: tuple[Violation, ...]
    total: float
    bound: float


def least_violation(
    model: SizingModel, selections: tuple[Selection, ...], *, seconds: float, threads: int, seed: int
) -> Conflict:
    """Minimise the priced violation at no other cost. Blocks take part through cuts of their feasibility."""
    linear = model.frame.model
    cost = np.zeros(len(linear.lower))
    for column, slack in model.frame.slacks.items():
        cost[column] = slack.price
    lower, upper = np.array(linear.lower), np.array(linear.upper)
    master = Master(linear, len(model.blocks), cost, 0.0, upper)
    for index, block in enumerate(model.blocks):
        master.require(requirements(index, block))
    answer = master.solve(gap=1e-3, seconds=min(seconds, 60.0), seed=seed)
    if answer.bound < POSITIVE:
        answer_with_hours = _with_hours(model, selections, cost, lower, upper, master, seconds, threads, seed)
        answer = answer_with_hours or answer
    if answer.solution is None or answer.bound < POSITIVE:
        return Conflict((), answer.objective or 0.0, 0.0)
    return Conflict(_violations(model, answer.solution), answer.objective or 0.0, answer.bound)


def _with_hours(
    model: SizingModel,
    selections: tuple[Selection, ...],
    cost: Vector,
    lower: Vector,
    upper: Vector,
    master: Master,
    seconds: float,
    threads: int,
    seed: int,
) -> MasterAnswer | None:
    arrays, _ = whole_arrays(model.frame.model, model.blocks, selections, cost, lower=lower, upper=upper, priced=False)
    try:
        start = solve_linear(arrays, seconds=seconds)
    except LinearFailureError:
        return None
    relaxation = relax(
        model.frame.model,
        model.blocks,
        cost,
        lower=lower,
        upper=upper,
        start=start,
        limits=Limits(1e-3, 1e-3, seconds, threads),
        priced=False,
    )
    parts = zip(model.blocks, relaxation.layouts, relaxation.duals, strict=True)
    master.require(
        [cut_from_duals(i, block, layout, duals, priced=False) for i, (block, layout, duals) in enumerate(parts)]
    )
    return master.solve(gap=1e-3, seconds=min(seconds, 60.0), seed=seed)


def _violations(model: SizingModel, solution: Vector) -> tuple[Violation, ...]:
    found = []
    for column, slack in model.frame.slacks.items():
        amount = float(solution[column]) * slack.to_unit
        if float(solution[column]) * slack.price > POSITIVE / 10:
            found.append(Violation(slack.policy, slack.year, slack.site, amount, slack.unit))
    return tuple(sorted(found, key=lambda v: (v.year, v.policy, v.site or "")))
