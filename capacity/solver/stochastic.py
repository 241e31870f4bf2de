"""``solve_scenarios``: orders that are right for several scenarios; ``solve_recourse``: what can be done with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from capacity.demand.needs import Demand
from capacity.inputs.bundle import CapacityInputs
from capacity.model.build import build_model
from capacity.model.risk import Risk, conditional_value_at_risk
from capacity.model.stages import Scenario, one_stage, two_stages, with_orders
from capacity.plan import Build, ScenarioPlan, SizingResult, StochasticResult
from capacity.solver.conflict import LeastViolation
from capacity.solver.extraction import plan_of
from capacity.solver.prices import shadow_prices
from capacity.solver.problem import Problem, Progress, SolveOptions
from capacity.solver.sizing import METHOD, VND, Search, begin, peak_memory_mib, result_of, status_of, versions


@dataclass(frozen=True)
class Outlook:
    """What one scenario says, and how probable it is."""

    name: str
    probability: float
    inputs: CapacityInputs
    demand: Demand


def solve_scenarios(
    outlooks: Sequence[Outlook], risk: Risk, options: SolveOptions, progress: Progress
) -> StochasticResult:
    """Orders in common at least expected cost, with a price of risk, and a plan of each scenario that has them.

    Raises ValueError unless the outlooks have names of their own and positive probabilities that sum to one, and
    TooManyLoadClassesError.
    """
    started = begin(progress)
    scenarios = [Scenario(o.name, o.probability, build_model(o.inputs, o.demand)) for o in outlooks]
    search = Search(Problem(two_stages(scenarios, risk), options, progress, started))
    return _result(search, search.run(), risk)


def solve_recourse(
    outlook: Outlook, builds: Sequence[Build], options: SolveOptions, progress: Progress
) -> SizingResult:
    """The best plan of a scenario with exactly these orders, missing what they can't hold at least as it is priced.

    What is missed is for the checker to say: the plan's objective is its cost alone, the bound and the gap count what
    is missed too. ``infeasible``: the hours can't be lived with whatever is missed.

    Raises ForbiddenOrderError for an order that the scenario has no room for, and TooManyLoadClassesError.
    """
    started = begin(progress)
    model = with_orders(build_model(outlook.inputs, outlook.demand), builds)
    search = Search(Problem(one_stage(model), options, progress, started, elastic=True))
    return result_of(search, search.run())


def _result(search: Search, conflict: LeastViolation | None, risk: Risk) -> StochasticResult:
    problem, best, status = search.problem, search.best, status_of(search, conflict)
    parts = problem.staged.parts
    missed = conflict if conflict is not None and status == "infeasible" else None
    scenarios = []
    for index, part in enumerate(parts):
        plan = None
        if best is not None:
            plan = plan_of(part.model, part.own(best.master), list(part.of_blocks(best.hours)))
        cost = None if best is None else float(best.costs[index]) * VND
        violations = () if missed is None else missed.violations[index]
        scenarios.append(ScenarioPlan(part.name, part.probability, plan, cost, violations))
    probabilities = np.array([part.probability for part in parts])
    prices, doubt = ((), None) if best is None else shadow_prices(problem, best)
    return StochasticResult(
        status=status,
        scenarios=tuple(scenarios),
        objective_vnd=None if best is None else best.cost * VND,
        bound_vnd=search.bound * VND if np.isfinite(search.bound) else None,
        gap=None if best is None else search.gap,
        expected_vnd=None if best is None else float(best.costs @ probabilities) * VND,
        cvar_vnd=None if best is None else conditional_value_at_risk(best.costs, probabilities, risk.tail) * VND,
        hours=sum(block.hours for block in problem.blocks) if best is not None else 0,
        seconds=problem.seconds,
        peak_memory_mib=peak_memory_mib(),
        seed=search.options.seed,
        method=METHOD,
        versions=versions(),
        violation_vnd=None if missed is None else missed.total * VND,
        violation_bound_vnd=None if missed is None else missed.bound * VND,
        shadow_prices=prices,
        shadow_prices_doubt_vnd=doubt,
    )
