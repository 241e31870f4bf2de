"""Plans for several scenarios at once: which scenarios, the plan, what knowing them is worth, and unseen ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from capacity.accounts import Accounts, compute_accounts
from capacity.check import CheckViolation, check
from capacity.check.common_orders import orders_agree
from capacity.demand import compute_demand
from capacity.inputs import CapacityInputs
from capacity.model.risk import NEUTRAL, Risk
from capacity.model.stages import ForbiddenOrderError
from capacity.plan import Build, SizingResult, Status, StochasticResult
from capacity.reduction import Reduced, features_of, reduced, worst_for_capacity
from orchestrator.draws import Case, DrawError, drawn_cases, scenarios_named
from orchestrator.ensemble import THIS_PROCESS, WorkersRequest
from orchestrator.province import Province, Text, load_province, load_scenarios
from orchestrator.province.scenarios import BASE
from orchestrator.studies import Progress, done_by, no_progress
from orchestrator.translate import to_capacity_inputs

if TYPE_CHECKING:
    from capacity.solver import SolveOptions


@dataclass(frozen=True)
class StochasticRequest:
    """``scenarios``: ids (none: those with a probability, or ``draw`` drawn ones); ``keep``: how many stand for all.

    ``test``: unseen scenarios drawn for the test; ``value``: whether the base plan's orders are tried in the scenarios.
    The gap and the time limit hold for each of the plans; ``workers`` make those with given orders.
    """

    folder: Path
    scenarios: tuple[str, ...] = ()
    draw: int = 0
    keep: int | None = None
    risk: Risk = NEUTRAL
    test: int = 0
    value: bool = True
    gap: float = 0.01
    time_limit_s: float = 600.0
    threads: int = 2
    seed: int = 918
    workers: WorkersRequest = THIS_PROCESS

    def options(self) -> SolveOptions:
        """Those of the solver."""
        from capacity.solver import SolveOptions

        return SolveOptions(self.gap, self.time_limit_s, self.threads, self.seed)


@dataclass(frozen=True)
class Recourse:
    """What can be done with given orders in one scenario. ``cost_vnd`` None: no plan was found that holds.

    ``missed``: what the checker finds missed in the plan that misses least, where none was found that misses nothing.
    """

    case: Case
    status: Status
    cost_vnd: float | None
    missed: tuple[CheckViolation, ...] = ()


@dataclass(frozen=True)
class StochasticPlan:
    """``inputs``: of the base scenario; ``all_cases``: before the reduction; ``cases``: those planned for, with the
    accounts of their plans.

    ``findings``: what the checker refuses, by scenario; then nothing else counts. ``base``: the plan of the base
    scenario alone, and ``of_base`` what its orders come to in the scenarios; ``tested``: the plan's orders in scenarios
    that were left out or are unseen. ``provinces``: the folder in ``base`` and in every scenario that was needed.
    """

    request: StochasticRequest
    inputs: CapacityInputs
    all_cases: tuple[Case, ...]
    reduction: Reduced
    cases: tuple[Case, ...]
    result: StochasticResult
    accounts: tuple[Accounts, ...] = ()
    findings: tuple[tuple[str, CheckViolation], ...] = ()
    base: SizingResult | None = None
    of_base: tuple[Recourse, ...] = ()
    tested: tuple[Recourse, ...] = ()
    provinces: Mapping[str, Province] = field(default_factory=dict)


def plan_scenarios(request: StochasticRequest, progress: Progress = no_progress) -> StochasticPlan:
    """The plan of a folder for several scenarios.

    Raises InvalidProvinceError, DrawError when there is no scenario or nothing to draw from, DemandInputError and
    TooManyLoadClassesError.
    """
    from capacity.solver import Outlook, solve_scenarios

    progress("reading", {"folder": str(request.folder)})
    provinces = _provinces(request)
    cases = drawn_cases(provinces, request.draw, request.seed) if request.draw else _listed(provinces, request)
    reduction = _reduction(cases, request.keep)
    kept = tuple(
        replace(cases[index], probability=weight)
        for index, weight in zip(reduction.kept, reduction.probabilities, strict=True)
    )
    progress("solving", {"scenarios": len(kept)})
    outlooks = [Outlook(case.name, case.probability, case.inputs, case.demand) for case in kept]
    result = solve_scenarios(outlooks, request.risk, request.options(), progress)
    base = to_capacity_inputs(provinces[BASE])
    plan = StochasticPlan(request, base, tuple(cases), reduction, kept, result, provinces=provinces)
    if any(scenario.plan is None for scenario in result.scenarios):
        return plan
    progress("checking", {})
    findings = _findings(kept, result)
    if findings:
        return replace(plan, findings=findings)
    accounts = tuple(
        compute_accounts(case.inputs, case.demand, scenario.plan)
        for case, scenario in zip(kept, result.scenarios, strict=True)
        if scenario.plan is not None
    )
    plan = replace(plan, accounts=accounts)
    if request.value:
        plan = _valued(plan, progress)
    return _tested(plan, provinces, progress)


def _provinces(request: StochasticRequest) -> Mapping[str, Province]:
    """The folder in ``base`` and in every scenario that may be needed."""
    base = load_province(request.folder)
    wanted = [BASE, *request.scenarios]
    if not request.scenarios and not request.draw:
        wanted += [scenario.id for scenario in base.scenarios if scenario.probability]
    if request.draw or request.test:
        wanted += scenarios_named(base.uncertain)
    return load_scenarios(request.folder, list(dict.fromkeys(wanted)))


def _listed(provinces: Mapping[str, Province], request: StochasticRequest) -> list[Case]:
    """Scenarios of the folder with their probabilities; what these leave of 1 is that of ``base``, where it may be.

    Scenarios that were asked for share 1 in proportion, evenly when none has a probability.
    """
    given = {scenario.id: scenario.probability for scenario in provinces[BASE].scenarios}
    if request.scenarios:
        names = list(dict.fromkeys(request.scenarios))
        known = [given[name] for name in names]
        if any(value is None for value in known) and any(value is not None for value in known):
            missing = ", ".join(name for name in names if given[name] is None)
            raise DrawError(
                Text(
                    f"scenarios.yaml gives no probability of {missing}: give one to all of them, or to none",
                    f"scenarios.yaml không có xác suất của {missing}: khai cho tất cả hoặc không kịch bản nào",
                )
            )
        weights = [1.0 if value is None else value for value in known]
    else:
        names = [name for name, value in given.items() if value]
        weights = [given[name] or 0.0 for name in names]
        rest = 1 - sum(weights)
        if names and BASE not in names and rest > 1e-9:
            names, weights = [BASE, *names], [rest, *weights]
    if not names or sum(weights) <= 0:
        raise DrawError(
            Text(
                "no scenario of scenarios.yaml has a probability: give them some, name scenarios, or draw them",
                "không kịch bản nào của scenarios.yaml có xác suất: hãy khai xác suất, nêu tên kịch bản, hoặc rút mẫu",
            )
        )
    cases = []
    for name, weight in zip(names, weights, strict=True):
        if weight > 0:
            inputs = to_capacity_inputs(provinces[name])
            cases.append(Case(name, weight / sum(weights), inputs, compute_demand(inputs)))
    return cases


def _reduction(cases: Sequence[Case], keep: int | None) -> Reduced:
    """Which scenarios are planned for; all, unless fewer are asked for."""
    probabilities = np.array([case.probability for case in cases])
    if keep is None or keep >= len(cases):
        everything = tuple(range(len(cases)))
        return Reduced(everything, tuple(probabilities.tolist()), everything)
    features = [features_of(case.inputs, case.demand) for case in cases]
    values = np.array([each.values for each in features])
    return reduced(values, probabilities, keep, worst_for_capacity(features))


def _findings(cases: Sequence[Case], result: StochasticResult) -> tuple[tuple[str, CheckViolation], ...]:
    """What the checker refuses in the plan of any scenario, and orders that are not the same in all."""
    found: list[tuple[str, CheckViolation]] = []
    plans = {}
    for case, scenario in zip(cases, result.scenarios, strict=True):
        if scenario.plan is not None:
            plans[case.name] = scenario.plan
            broken = check(case.inputs, case.demand, scenario.plan, objective_vnd=scenario.cost_vnd)
            found += [(case.name, violation) for violation in broken]
    return (*found, *(("", violation) for violation in orders_agree(plans)))


def _valued(plan: StochasticPlan, progress: Progress) -> StochasticPlan:
    """With the plan of the base scenario alone, and what its orders come to in the scenarios."""
    from capacity.solver import solve

    progress("base", {})
    sized = solve(plan.inputs, compute_demand(plan.inputs), plan.request.options(), no_progress)
    plan = replace(plan, base=sized)
    if sized.plan is None:
        return plan
    return replace(plan, of_base=_recourses(plan.request, plan.cases, sized.plan.builds, progress))


def _tested(plan: StochasticPlan, provinces: Mapping[str, Province], progress: Progress) -> StochasticPlan:
    """With the plan's orders in the scenarios that were left out, and in unseen ones drawn with another seed."""
    request, (first, *_) = plan.request, plan.result.scenarios
    left_out = [case for index, case in enumerate(plan.all_cases) if index not in plan.reduction.kept]
    unseen = drawn_cases(provinces, request.test, request.seed + 1, "unseen") if request.test else []
    if first.plan is None or not (left_out or unseen):
        return plan
    return replace(plan, tested=_recourses(request, [*left_out, *unseen], first.plan.builds, progress))


def _recourses(
    request: StochasticRequest, cases: Sequence[Case], builds: tuple[Build, ...], progress: Progress
) -> tuple[Recourse, ...]:
    done: dict[str, Recourse] = {}
    again: list[str] = []
    named = {case.name: case for case in cases}

    def tell() -> None:
        progress("study", {"done": len(done), "all": len(cases), "again": list(again)})

    def begun_again(name: str) -> None:
        again.append(name)
        tell()

    with request.workers.opened() as workers:
        for name, recourse in done_by(
            workers,
            recourse_of,
            named,
            request.options(),
            (builds,),
            taken_apart=(Case, CapacityInputs),
            progress=progress,
            tell=begun_again,
        ):
            done[name] = recourse
            tell()
    return tuple(done[case.name] for case in cases)


def recourse_of(case: Case, options: SolveOptions, builds: Sequence[Build]) -> Recourse:
    """What can be done with these orders in a scenario, and what the checker finds missed where that is not enough."""
    from capacity.solver import Outlook, solve_recourse

    outlook = Outlook(case.name, case.probability, case.inputs, case.demand)
    try:
        result = solve_recourse(outlook, builds, options, no_progress)
    except ForbiddenOrderError:
        return Recourse(case, "infeasible", None)
    if result.plan is None:
        return Recourse(case, result.status, None)
    missed = check(case.inputs, case.demand, result.plan, objective_vnd=result.objective_vnd)
    if missed:
        return Recourse(case, result.status, None, missed)
    return Recourse(case, result.status, result.objective_vnd)
