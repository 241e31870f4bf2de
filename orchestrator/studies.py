"""Studies: named variations of a province, each sized and checked on its own, as many at a time as asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from capacity.accounts import Accounts, compute_accounts
from capacity.check import check
from capacity.demand import Demand, compute_demand
from capacity.inputs import CapacityInputs
from capacity.plan import SizingResult

if TYPE_CHECKING:
    from capacity.solver import SolveOptions

Progress = Callable[[str, dict[str, Any]], None]
Solve = Callable[[CapacityInputs, Demand, "SolveOptions", Progress], SizingResult]


def no_progress(event: str, about: dict[str, Any]) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class Variation:
    """A province to size; ``demand`` None: that of the inputs."""

    inputs: CapacityInputs
    demand: Demand | None = None


@dataclass(frozen=True)
class Sized:
    """The answer to a variation, with the accounts of its plan. A plan that the checker refuses is none."""

    inputs: CapacityInputs
    demand: Demand
    result: SizingResult
    accounts: Accounts | None

    @property
    def has_plan(self) -> bool:
        """Whether there is a checked plan."""
        return self.accounts is not None

    @property
    def objective_vnd(self) -> float | None:
        """Cost of the checked plan."""
        return self.result.objective_vnd if self.has_plan else None

    @property
    def error_vnd(self) -> float:
        """By how much the cost can be above the least cost: objective less proved bound."""
        if self.result.objective_vnd is None or self.result.bound_vnd is None:
            return 0.0
        return max(self.result.objective_vnd - self.result.bound_vnd, 0.0)


def size(variation: Variation, options: SolveOptions, solve: Solve | None = None) -> Sized:
    """One variation. Raises DemandInputError and TooManyLoadClassesError."""
    from capacity import solver

    demand = compute_demand(variation.inputs) if variation.demand is None else variation.demand
    result = (solve or solver.solve)(variation.inputs, demand, options, no_progress)
    accounts = None
    if result.plan is not None and not check(variation.inputs, demand, result.plan, objective_vnd=result.objective_vnd):
        accounts = compute_accounts(variation.inputs, demand, result.plan)
    return Sized(variation.inputs, demand, result, accounts)


def run_study(
    variations: Mapping[str, Variation],
    options: SolveOptions,
    progress: Progress,
    *,
    workers: int = 1,
    executor: Executor | None = None,
    solve: Solve | None = None,
) -> dict[str, Sized]:
    """The answer to each variation by its name, in the order given. The options hold for each of them.

    ``executor`` runs them where the caller wants; without one, ``workers`` threads do (the solvers release the
    interpreter while they work).
    """
    if executor is None:
        with ThreadPoolExecutor(workers) as threads:
            return run_study(variations, options, progress, executor=threads, solve=solve)
    waiting = {executor.submit(size, variation, options, solve): name for name, variation in variations.items()}
    answers: dict[str, Sized] = {}
    for done in as_completed(waiting):
        answers[waiting[done]] = done.result()
        progress("study", {"done": len(answers), "all": len(waiting)})
    return {name: answers[name] for name in variations}
