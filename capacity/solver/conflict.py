"""When there is no plan: the least total violation of the policy's constraints, and a proof that it is positive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from capacity.model.blocks import Block
from capacity.model.requirements import told_amount
from capacity.model.stages import Part, StagedModel
from capacity.plan import Requirement, Violation
from capacity.solver.adequacy import requirements
from capacity.solver.arrays import Selection, Vector, priced_slacks, whole_arrays
from capacity.solver.cuts import Cut, cut_from_duals
from capacity.solver.interior import relax
from capacity.solver.linear import LinearFailureError, solve_linear
from capacity.solver.relaxation import Limits, Relaxation
from capacity.solver.violation import POSITIVE, ViolationMaster

WHOLE_RANGE = 100.0
"""Price of all that a slack can be, where cuts are looked for."""


@dataclass(frozen=True)
class LeastViolation:
    """violations: of each scenario; total and its proven lower bound in billion VND of slack prices, all scenarios
    together; bound 0 when no conflict is proved."""

    violations: tuple[tuple[Violation, ...], ...]
    total: float
    bound: float


def ray_cuts(names: Sequence[int], blocks: Sequence[Block], relaxation: Relaxation) -> list[Cut]:
    """What the duals of a relaxation of ``blocks`` ask of the master whatever the hours cost: cuts that must be at most
    zero. ``names``: places of the blocks in the model.

    Where there is no solution the duals grow without end: their direction is the proof.
    """
    cuts = []
    for index, block, layout, duals in zip(names, blocks, relaxation.layouts, relaxation.duals, strict=True):
        size = float(np.abs(duals).max(initial=0.0))
        if np.isfinite(size) and size > 0:
            cuts.append(cut_from_duals(index, block, layout, duals / size, priced=False))
    return cuts


def even_prices(cost: Vector, lower: Vector, upper: Vector) -> Vector:
    """Prices of the same columns by what each can be, shape (columns,).

    Real prices of violations lie five powers of ten apart, and between them the interior point finds no way. Which
    prices a cut was found with does not matter: it asks what it asks.
    """
    free = (cost > 0) & (upper > lower)
    return np.where(free, WHOLE_RANGE / np.maximum(upper - lower, 1e-9), 0.0)


def hour_cuts(
    staged: StagedModel,
    selections: tuple[Selection, ...],
    cost: Vector,
    lower: Vector,
    upper: Vector,
    *,
    seconds: float,
    threads: int,
    at_real_prices: bool = False,
) -> list[Cut]:
    """What all hours ask of the master where violations with a ``cost`` are as few as can be: cuts that must be at
    most zero. Even prices find most of them; ``at_real_prices`` they are sharper where little is missed.

    With whole numbers fixed by the bounds they tell the master what those lack. No cut when no answer was found: even
    violations at their bounds do not let the hours live.
    """
    if not at_real_prices:
        cost = even_prices(cost, lower, upper)
    arrays, _ = whole_arrays(staged.linear, staged.blocks, selections, cost, lower=lower, upper=upper, priced=False)
    try:
        start = solve_linear(arrays, seconds=seconds)
    except LinearFailureError:
        return []
    relaxation = relax(
        staged.linear,
        staged.blocks,
        cost,
        lower=lower,
        upper=upper,
        start=start,
        limits=Limits(1e-3, 1e-3, seconds, threads),
        priced=False,
    )
    return ray_cuts(range(len(staged.blocks)), staged.blocks, relaxation)


def integer_cuts(
    staged: StagedModel,
    selections: tuple[Selection, ...],
    integers: Vector,
    *,
    seconds: float,
    threads: int,
) -> list[Cut]:
    """What the hours lack with these whole numbers: cuts that tell the master to choose others."""
    linear = staged.linear
    cost = priced_slacks(staged.slacks, np.zeros(len(linear.lower)))
    lower, upper = np.array(linear.lower), np.array(linear.upper)
    whole = np.array(linear.integer, dtype=bool)
    lower[whole] = upper[whole] = integers
    return hour_cuts(staged, selections, cost, lower, upper, seconds=seconds, threads=threads)


def least_violation(
    staged: StagedModel, selections: tuple[Selection, ...], *, seconds: float, threads: int, seed: int,
    known: Sequence[Cut] = (),
) -> LeastViolation:  # fmt: skip
    """Minimise the priced violation at no other cost. Blocks take part through cuts of their feasibility.

    ``known``: cuts of their feasibility that somebody has found already.
    """
    linear = staged.linear
    cost = priced_slacks(staged.slacks, np.zeros(len(linear.lower)))
    lower, upper = np.array(linear.lower), np.array(linear.upper)
    cuts = [cut for index, block in enumerate(staged.blocks) for cut in requirements(index, block)]
    violation = ViolationMaster(linear, len(staged.blocks), seed)
    violation.require([*cuts, *known])
    for at_real_prices in (False, True):
        if violation.is_proved(cost, upper, seconds=min(seconds, 60.0)):
            break
        violation.require(
            hour_cuts(
                staged, selections, cost, lower, upper, seconds=seconds, threads=threads, at_real_prices=at_real_prices
            )
        )
    answer = violation.least(cost, upper, seconds=min(seconds, 60.0))
    bound = violation.certified(answer, cost, upper, seconds=min(seconds, 60.0))
    if answer.solution is None or bound < POSITIVE:
        return LeastViolation((), answer.objective or 0.0, 0.0)
    return LeastViolation(
        tuple(_violations(part, part.own(answer.solution)) for part in staged.parts), answer.objective or 0.0, bound
    )


def _violations(part: Part, own: Vector) -> tuple[Violation, ...]:
    found = []
    for column, slack in part.model.frame.slacks.items():
        about = Requirement(slack.policy, slack.year, slack.site, slack.unit)
        amount = told_amount(part.model, about, slack.to_unit, float(own[column]), own)
        if float(own[column]) * slack.price > POSITIVE / 10:
            found.append(Violation(slack.policy, slack.year, slack.site, amount, slack.unit))
    return tuple(sorted(found, key=lambda v: (v.year, v.policy, v.site or "")))
