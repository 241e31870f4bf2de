"""Plans that cost little more than the best one and differ most, and how far every structural choice goes in them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from capacity.accounts import compute_accounts
from capacity.check import check
from capacity.demand import Demand, compute_demand
from capacity.inputs import CapacityInputs
from capacity.plan import SizingResult
from orchestrator.document import Document
from orchestrator.document.labels import labels
from orchestrator.stored import Where, stored_at
from orchestrator.studies import Progress, Sized
from orchestrator.what_if import changes_between

if TYPE_CHECKING:
    from capacity.solver import Alternative, ChoiceRange
    from orchestrator.studied import StudyRequest

SCHEMA = "camau-dc/alternatives/1"


def alternatives(where: Where, within: float, most: int, request: StudyRequest, progress: Progress) -> Document:
    """The answer of ``plan alternatives``: the best plan and at most ``most`` others within a share of the least cost.

    Every plan is checked; one that the checker refuses is left out, with what it shows. Raises DocumentError,
    InvalidProvinceError and TooManyLoadClassesError.
    """
    from capacity.solver import near_optimal

    stored, options = stored_at(where), request.options()
    inputs = stored.inputs
    demand = compute_demand(inputs)
    found = near_optimal(inputs, demand, options, progress, within=within, start=stored.start)
    kept = [
        place
        for place, plan in enumerate(found.plans)
        if not check(inputs, demand, plan.plan, objective_vnd=plan.objective_vnd)
    ]
    base = None if 0 not in kept else found.plans[0]
    chosen = _most_different(found.plans, found.ranges, kept, most) if base is not None else []
    status = "infeasible" if found.result.status == "infeasible" else "no_plan"
    best = None if base is None else _sized(base, stored.inputs, demand, found.result)
    return {
        "schema": SCHEMA,
        **({"status": status} if base is None else {}),
        "inputs_digest": inputs.digest,
        "scenario": inputs.scenario,
        "within": within,
        "objective_vnd": None if base is None else base.objective_vnd,
        "bound_vnd": found.result.bound_vnd if base is not None else None,
        "limit_vnd": found.limit_vnd,
        "plans": [
            {
                "objective_vnd": found.plans[place].objective_vnd,
                "amounts": [found.plans[place].amounts[each.choice] for each in found.ranges],
                "changes": {}
                if best is None
                else changes_between(best, _sized(found.plans[place], inputs, demand, found.result)),
            }
            for place in chosen
        ],
        "choices": [_range(each, found.plans, kept) for each in found.ranges] if base is not None else [],
        "labels": labels(inputs, demand),
    }


def _sized(plan: Alternative, inputs: CapacityInputs, demand: Demand, result: SizingResult) -> Sized:
    own = replace(result, plan=plan.plan, objective_vnd=plan.objective_vnd)
    return Sized(inputs, demand, own, compute_accounts(inputs, demand, plan.plan))


def _range(each: ChoiceRange, plans: Sequence[Alternative], kept: Sequence[int]) -> dict[str, Any]:
    amounts = [plans[place].amounts[each.choice] for place in kept]
    return {
        "kind": each.choice.kind,
        "of": each.choice.of,
        "unit": each.choice.unit,
        "best": each.best,
        "least": min(amounts),
        "most": max(amounts),
        "proved_least": each.proved[0],
        "proved_most": each.proved[1],
    }


def _most_different(
    plans: Sequence[Alternative], ranges: Sequence[ChoiceRange], kept: Sequence[int], most: int
) -> list[int]:
    """The best plan, then one by one the plan that is farthest from those chosen; amounts count by their range."""
    widths = {}
    for each in ranges:
        amounts = [plans[place].amounts[each.choice] for place in kept]
        widths[each.choice] = max(amounts) - min(amounts)

    def apart(one: int, other: int) -> float:
        return math.fsum(
            abs(plans[one].amounts[choice] - plans[other].amounts[choice]) / width
            for choice, width in widths.items()
            if width > 0
        )

    chosen = [0]
    left = [place for place in kept if place != 0]
    while left and len(chosen) <= most:
        farthest = max(left, key=lambda place: (min(apart(place, other) for other in chosen), -place))
        if min(apart(farthest, other) for other in chosen) <= 0:
            break
        chosen.append(farthest)
        left.remove(farthest)
    return chosen
