"""Plans that cost little more than the best one and differ most, and how far every structural choice goes in them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from capacity.accounts import compute_accounts
from capacity.check import check
from capacity.demand import Demand, compute_demand
from capacity.inputs import CapacityInputs
from capacity.plan import SizingResult
from orchestrator.document import Document
from orchestrator.document.labels import labels
from orchestrator.ensemble import Workers
from orchestrator.stored import Stored, Where, stored_at
from orchestrator.studies import Progress, Sized, done_by
from orchestrator.what_if import changes_between

if TYPE_CHECKING:
    from capacity.solver import Alternative, ChoiceRange, NearOptimal, SolveOptions
    from orchestrator.studied import StudyRequest

SCHEMA = "camau-dc/alternatives/1"


def alternatives(where: Where, within: float, most: int, request: StudyRequest, progress: Progress) -> Document:
    """The answer of ``plan alternatives``: the best plan and at most ``most`` others within a share of the least cost.

    Every plan is checked; one that the checker refuses is left out, with what it shows. Raises DocumentError,
    InvalidProvinceError, TooManyLoadClassesError and WorkersError.
    """
    stored, options = stored_at(where), request.options()
    inputs = stored.inputs
    demand = compute_demand(inputs)
    with request.workers.opened() as workers:
        found = _found(stored, demand, within, options, progress, workers)
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


def _found(
    stored: Stored,
    demand: Demand,
    within: float,
    options: SolveOptions,
    progress: Progress,
    workers: Workers | None,
) -> NearOptimal:
    """The best plan, then all ends of all choices, each for itself; those that ran out of time once more."""
    from capacity import solver

    province = solver.Province(stored.inputs, demand)
    asked = solver.NearBest(province, within, stored.start)
    told = _Told(progress)

    def done(function: Callable[..., Any], values: Mapping[str, Any]) -> dict[str, Any]:
        kinds = (solver.NearBest, solver.End)
        told.all += len(values)
        found = {}
        for name, answer in done_by(
            workers, function, values, options, taken_apart=kinds, progress=progress, tell=told.again
        ):
            found[name] = answer
            told.one()
        return {name: found[name] for name in values}

    best = done(solver.best_of, {"best": asked})["best"]
    ends = solver.ends_of(province, best, options.time_limit_s)
    first = done(solver.look_for, ends)
    again = solver.ends_again(ends, first, options.time_limit_s)
    return solver.put_together(best, first, done(solver.look_for, again))


@dataclass
class _Told:
    """Says how many plans and ends are done of ``all``, and which were begun again because their worker died."""

    progress: Progress
    all: int = 0
    done: int = 0
    names: list[str] = field(default_factory=list)

    def one(self) -> None:
        """One more is done."""
        self.done += 1
        self._tell()

    def again(self, name: str) -> None:
        """A worker died over it."""
        self.names.append(name)
        self._tell()

    def _tell(self) -> None:
        self.progress("alternatives", {"done": self.done, "all": self.all, "again": list(self.names)})


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
