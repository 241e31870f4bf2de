"""Studies: named variations of a province, each sized and checked on its own, as many at a time as workers are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from capacity.accounts import Accounts, compute_accounts
from capacity.check import CheckViolation, check
from capacity.demand import Demand, compute_demand
from capacity.inputs import CapacityInputs
from capacity.plan import Plan, SizingResult
from orchestrator.ensemble import Workers, run_work

if TYPE_CHECKING:
    from capacity.solver import SolveOptions

Progress = Callable[[str, dict[str, Any]], None]
Solve = Callable[[CapacityInputs, Demand, "SolveOptions", Progress], SizingResult]


def no_progress(event: str, about: dict[str, Any]) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class Variation:
    """A province to size; ``demand`` None: that of the inputs. ``start``: a plan from which the search begins."""

    inputs: CapacityInputs
    demand: Demand | None = None
    start: Plan | None = None


@dataclass(frozen=True)
class Sized:
    """The answer to a variation, with the accounts of its plan. A plan that the checker refuses is none.

    ``findings`` are what the checker found in the plan.
    """

    inputs: CapacityInputs
    demand: Demand
    result: SizingResult
    accounts: Accounts | None
    findings: tuple[CheckViolation, ...] = ()

    @property
    def has_plan(self) -> bool:
        """Whether there is a checked plan."""
        return self.accounts is not None

    @property
    def plan(self) -> Plan | None:
        """The checked plan."""
        return self.result.plan if self.has_plan else None

    @property
    def start(self) -> Plan | None:
        """The plan from which other searches begin: its orders, without hours, so that it is small to send."""
        return None if self.plan is None else replace(self.plan, dispatches=())

    @property
    def objective_vnd(self) -> float | None:
        """Cost of the checked plan."""
        return self.result.objective_vnd if self.has_plan else None

    @property
    def status_told(self) -> Literal["infeasible", "no_plan"]:
        """What is said of a variation without a plan; one that the check refused is none in time."""
        return "infeasible" if self.result.status == "infeasible" else "no_plan"

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
    if solve is None:
        result = solver.solve(variation.inputs, demand, options, no_progress, start=variation.start)
    else:
        result = solve(variation.inputs, demand, options, no_progress)
    if result.plan is None:
        return Sized(variation.inputs, demand, result, None)
    findings = check(variation.inputs, demand, result.plan, objective_vnd=result.objective_vnd)
    accounts = None if findings else compute_accounts(variation.inputs, demand, result.plan)
    return Sized(variation.inputs, demand, result, accounts, findings)


def run_study(
    variations: Mapping[str, Variation],
    options: SolveOptions,
    progress: Progress,
    *,
    workers: Workers | None = None,
    solve: Solve | None = None,
) -> dict[str, Sized]:
    """The answer to each variation by its name, in the order given. The options hold for each of them.

    ``workers`` None: they are sized in this process one after another. ``progress`` is told with every answer how many
    are ``done`` of ``all``, how many of these ``failed`` (have no plan), and which were begun ``again`` because their
    worker died. Raises what ``size`` raises, and WorkersError.
    """
    answers: dict[str, Sized] = {}
    again: list[str] = []

    def tell() -> None:
        failed = sum(not sized.has_plan for sized in answers.values())
        progress("study", {"done": len(answers), "all": len(variations), "failed": failed, "again": list(again)})

    def begun_again(name: str) -> None:
        again.append(name)
        tell()

    for name, sized in _sized(variations, options, progress, workers, solve, begun_again):
        answers[name] = sized
        tell()
    return {name: answers[name] for name in variations}


def _sized(
    variations: Mapping[str, Variation],
    options: SolveOptions,
    progress: Progress,
    workers: Workers | None,
    solve: Solve | None,
    begun_again: Callable[[str], None],
) -> Iterator[tuple[str, Sized]]:
    if workers is None or (workers.is_here and len(variations) < 2):
        for name, variation in variations.items():
            yield name, size(variation, options, solve)
        return
    # they need not send back what they were sent
    taken_apart = (Variation, CapacityInputs)
    for name, answer in done_by(
        workers,
        _sized_there,
        variations,
        options,
        (solve,),
        taken_apart=taken_apart,
        progress=progress,
        tell=begun_again,
    ):
        asked = variations[name]
        demand = answer.demand if asked.demand is None else asked.demand
        yield name, Sized(asked.inputs, demand, *answer.rest)


def done_by(
    workers: Workers | None,
    function: Callable[..., Any],
    values: Mapping[str, Any],
    options: SolveOptions,
    constants: tuple[Any, ...] = (),
    *,
    taken_apart: tuple[type, ...],
    progress: Progress,
    tell: Callable[[str], None],
) -> Iterator[tuple[str, Any]]:
    """(name, ``function(value, options, *constants)``) as each is done: by workers, with the threads that each has, or
    here one after another where there are none, or where one piece of work needs none of this machine's.

    ``taken_apart``, ``tell`` and what is raised: see ``run_work``.
    """
    if workers is None or (workers.is_here and len(values) < 2):
        for name, value in values.items():
            yield name, function(value, options, *constants)
        return
    if workers.is_here:
        _compile(progress)
    if workers.threads is not None:
        options = replace(options, threads=workers.threads)
    yield from run_work(workers, function, values, (options, *constants), taken_apart=taken_apart, tell=tell)


def _compile(progress: Progress) -> None:
    """So that the workers of this machine load the kernels instead of compiling them each."""
    from capacity.solver import kernel

    if not kernel.is_compiled():
        progress("compiling", {})
        kernel.make_ready()


@dataclass(frozen=True)
class _Answer:
    """What a worker sends back: a ``Sized`` without what its asker has. ``demand`` None: that of the variation."""

    demand: Demand | None
    rest: tuple[SizingResult, Accounts | None, tuple[CheckViolation, ...]]


def _sized_there(variation: Variation, options: SolveOptions, solve: Solve | None) -> _Answer:
    sized = size(variation, options, solve)
    demand = sized.demand if variation.demand is None else None
    return _Answer(demand, (sized.result, sized.accounts, sized.findings))
