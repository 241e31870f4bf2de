"""Plans that cost little more than the best and differ most from it: the ends of every structural choice.

Modelling to generate alternatives on the model of ``sizing`` itself: its cost becomes a row (total cost <= limit), and
each choice in turn the objective (near-optimal spaces; J. DeCarolis, Energy Economics 33, 2011, 145-152). The master
knows the cost of the hours by the blocks' cuts, so that its end of a choice is proved: no plan within the limit goes
beyond. With its integers and the choice held there, the plan is completed at least cost and rebuilt on all hours; one
that costs more than the limit leaves its cuts, and the end is looked for again, then nearer to the best plan.

``best_of`` finds the best plan, ``ends_of`` says which ends are then to be looked for (``ends.look_for``, anywhere),
``ends_again`` which of them once more, and ``put_together`` makes the answer. ``near_optimal`` does it all here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from capacity.demand.needs import Demand
from capacity.inputs.bundle import CapacityInputs
from capacity.model.choices import Choice
from capacity.model.stages import one_stage
from capacity.plan import Plan, SizingResult
from capacity.solver.ends import Alternative, Best, End, FoundEnd, Province, alternative, look_for, model_of
from capacity.solver.problem import Problem, Progress, SolveOptions
from capacity.solver.sizing import VND, Search, begin, result_of

SIGNS = {"most": 1.0, "least": -1.0}
WORTH_ANOTHER_TRY = 1.0
"""Seconds for an end, below which there is no second search for it."""


@dataclass(frozen=True)
class ChoiceRange:
    """Least and most of a choice: those ``found`` in plans (and which), and those beyond which it is ``proved`` that
    no plan within the limit goes."""

    choice: Choice
    best: float
    found: tuple[float, float]
    proved: tuple[float, float]
    plans: tuple[int, int]


@dataclass(frozen=True)
class NearOptimal:
    """``plans``: the best one first; ``limit_vnd``: what none of them exceeds."""

    result: SizingResult
    limit_vnd: float | None
    plans: tuple[Alternative, ...]
    ranges: tuple[ChoiceRange, ...]


@dataclass(frozen=True)
class BestFound:
    """The answer of the search for the best plan; without one there is no ``best`` and nothing to look for."""

    result: SizingResult
    best: Best | None = None
    plan: Alternative | None = None


@dataclass(frozen=True)
class NearBest:
    """What is asked for: plans of a province within a share ``within`` of the least cost; ``start``: see ``solve``."""

    province: Province
    within: float
    start: Plan | None = None


def best_of(asked: NearBest, options: SolveOptions, progress: Progress = lambda *_: None) -> BestFound:
    """The best plan and the limit of cost, counted from its proved bound."""
    started = begin(progress)
    model, choices = model_of(asked.province)
    search = Search(Problem(one_stage(model), options, progress, started), asked.start)
    result = result_of(search, search.run())
    if search.best is None:
        return BestFound(result)
    # a wide gap must not make the best plan itself one that is too dear
    limit = max((1 + asked.within) * search.bound, search.best.cost)
    best = Best(search.best.master, limit, search.precision, search.problem.master.learnt)
    return BestFound(result, best, alternative(model, choices, search.best))


def ends_of(province: Province, found: BestFound, seconds: float) -> dict[str, End]:
    """All ends by name. Each has an equal part of ``seconds``, so that no answer depends on how many are looked for
    at a time."""
    if found.best is None or found.plan is None:
        return {}
    count = len(SIGNS) * len(found.plan.amounts)
    return {
        _name(choice, side): End(province, found.best, place, sign, seconds / count)
        for place, choice in enumerate(found.plan.amounts)
        for side, sign in SIGNS.items()
    }


def ends_again(ends: Mapping[str, End], answers: Mapping[str, FoundEnd], seconds: float) -> dict[str, End]:
    """Ends that ran out of time, with equal parts of what the others left of ``seconds``."""
    out = [name for name, answer in answers.items() if answer.ran_out]
    left = seconds - sum(answer.seconds for answer in answers.values())
    if not out or left / len(out) < WORTH_ANOTHER_TRY:
        return {}
    return {name: replace(ends[name], seconds=left / len(out), before=answers[name]) for name in out}


def put_together(found: BestFound, *answers: Mapping[str, FoundEnd]) -> NearOptimal:
    """The answer of the best plan and all searches for ends, in their order."""
    if found.best is None or found.plan is None:
        return NearOptimal(found.result, None, (), ())
    each = [answer for search in answers for answer in search.values()]
    plans = (found.plan, *(plan for answer in each for plan in answer.plans))
    ranges = []
    for choice in found.plan.amounts:
        most = min(search[name].proved for search in answers if (name := _name(choice, "most")) in search)
        least = max(search[name].proved for search in answers if (name := _name(choice, "least")) in search)
        ranges.append(_range(choice, plans, (least, most)))
    return NearOptimal(found.result, found.best.limit * VND, plans, tuple(ranges))


def near_optimal(
    inputs: CapacityInputs,
    demand: Demand,
    options: SolveOptions,
    progress: Progress,
    *,
    within: float,
    start: Plan | None = None,
) -> NearOptimal:
    """The ends of every choice among plans within a share ``within`` of the least cost, one after another.

    The time limit is for the best plan, and again for all that follows. Without a plan there are none.
    """
    province = Province(inputs, demand)
    found = best_of(NearBest(province, within, start), options, progress)
    ends = ends_of(province, found, options.time_limit_s)
    first = {name: look_for(end, options) for name, end in ends.items()}
    again = ends_again(ends, first, options.time_limit_s)
    return put_together(found, first, {name: look_for(end, options) for name, end in again.items()})


def _name(choice: Choice, side: str) -> str:
    return f"{choice.kind} {choice.of} {side}"


def _range(choice: Choice, plans: tuple[Alternative, ...], proved: tuple[float, float]) -> ChoiceRange:
    amounts = [plan.amounts[choice] for plan in plans]
    found = (min(amounts), max(amounts))
    # a plan may pass its master by the room that whole watts leave
    ends = (min(proved[0], found[0]), max(proved[1], found[1]))
    return ChoiceRange(choice, amounts[0], found, ends, (amounts.index(found[0]), amounts.index(found[1])))
