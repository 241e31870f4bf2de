"""``solve``: the relaxation over all hours gives prices and a bound, integers follow, the hours are rebuilt exactly.

1. The linear relaxation of the whole problem on all hours (``interior.py``), started from representative days (GLOP).
2. Its duals give every block a bound of its cost that is linear in the master's columns (``cuts.py``). The master with
   these bounds is a mixed-integer program (SCIP); its proven bound is a bound of the whole problem on all hours.
3. With its integers fixed, step 1 again finds the best capacities and hours; the master is completed exactly (GLOP),
   and the hours are rebuilt in whole watts (``dispatch.py``): a plan. Its duals sharpen step 2. Repeat until the gap.

What the hours lack with integers that have no plan becomes cuts of the master. A master at the very edge of what the
hours allow has no plan in whole watts: until there is a first plan, it is asked to keep room from that edge when the
same integers come again. What it answers then is in no bound.
"""

from __future__ import annotations

import platform
import resource
import time
from importlib import metadata

import numpy as np
import numpy.typing as npt

from capacity.demand.needs import Demand
from capacity.inputs.bundle import CapacityInputs
from capacity.model.build import build_model
from capacity.model.stages import one_stage
from capacity.plan import Plan, SizingResult, Status
from capacity.solver import kernel
from capacity.solver.arrays import Vector
from capacity.solver.candidate import Candidate, candidate, only_energy_is_open, seen_beside_energy
from capacity.solver.conflict import LeastViolation, integer_cuts, least_violation
from capacity.solver.extraction import plan_of
from capacity.solver.linear import LinearFailureError
from capacity.solver.prices import shadow_prices
from capacity.solver.problem import Problem, Progress, SolveOptions
from capacity.solver.relaxation import Relaxation
from capacity.solver.warm_start import starts_from

VND = 1e9
METHOD = "interior point on all hours by blocks; cuts from repaired duals; SCIP for integers; GLOP to complete"
"""Its steps, as plan.json names them; people read them in the words of the catalogues, ``method.<step>``."""
ROUNDS_AT_MOST = 16
SAME_DIGITS = 5
ROUNDS_WITHOUT_PLAN = 40
ROOMS = (0.0, 0.003, 0.01, 0.03, 0.1)
"""Shares by which the master does more than the hours are known to ask while it finds no plan; in no bound."""
SHARE_OF_GAP_FOR_HOURS = 0.4
SHARE_OF_GAP_FOR_INTEGERS = 0.15
SHARPEST = 0.01
FINEST = 1e-6
SHARPER = 0.2
FIRST = 0.002
"""Precision of the first relaxation: its prices are those of no plan, and sharper ones follow with the plans."""
PRECISION_WITH_START = 0.005
"""Of the first relaxation where a plan is known: its prices are those of the plan, and sharper."""
SHARE_OF_TIME_FOR_PRICES = 0.4
"""Of the time limit, for the first relaxation, so that time is left for a plan."""
SHARE_OF_TIME_TO_LEARN = 0.1
"""Of the time limit, for what the hours lack with whole numbers that have no plan."""
MARGINS = (0.125, 0.75)
"""Shares, per unit of the relaxation's gap, by which limits on hours are tightened while looking for a plan, so that
whole watts hold; in no bound."""
MARGIN_OF_ALL = 0.4
"""The same where the first relaxation is that of the plan: one that misses by a hair would be a whole one in vain."""


def solve(
    inputs: CapacityInputs, demand: Demand, options: SolveOptions, progress: Progress, *, start: Plan | None = None
) -> SizingResult:
    """The plan of least present value with a proven bound, or the least violation when there is none.

    ``start``: a plan, of these or other inputs, whose whole numbers are tried first; it changes no proof.
    Raises TooManyLoadClassesError when a site has more load classes than the hours have room for. Every other
    outcome is a status of the result.
    """
    started = begin(progress)
    search = Search(Problem(one_stage(build_model(inputs, demand)), options, progress, started), start)
    conflict = search.run()
    return result_of(search, conflict)


def begin(progress: Progress) -> float:
    """Compiles the loops over hours where they are not; the monotonic time at which the search starts."""
    if not kernel.is_compiled():
        progress("compiling", {})
    kernel.make_ready()
    started = time.monotonic()
    progress("building", {})
    return started


class Search:
    """Rounds that raise the bound and find better plans of one problem."""

    def __init__(self, problem: Problem, start: Plan | None = None) -> None:
        self.problem, self.options, self.start = problem, problem.options, start
        self.precision = max(SHARE_OF_GAP_FOR_HOURS * problem.options.gap, FINEST)
        self.bound = -np.inf
        self.best: Candidate | None = None
        self.tried: set[tuple[float, bytes]] = set()
        self.rooms = list(ROOMS)
        self.rounds_left = ROUNDS_AT_MOST
        self.near: Relaxation | None = None
        self.given = seen_beside_energy(problem)
        self.whole: tuple[Relaxation, list[int]] | None = None

    @property
    def gap(self) -> float:
        """(best - bound) / best; infinite before the first plan."""
        # a province that needs nothing costs nothing
        return (self.best.cost - self.bound) / max(abs(self.best.cost), 1e-6) if self.best is not None else np.inf

    def run(self) -> LeastViolation | None:
        """Rounds until the gap, the time limit, or a proof that there is no plan."""
        problem = self.problem
        whole = problem.master.solve_linear_within(problem.lower, problem.upper, seconds=max(problem.left(), 1.0))
        if whole.infeasible:
            return self._conflict()
        everywhere = problem.may_be_loaded(problem.lower, problem.upper)
        # with nothing but energy to decide, the first relaxation is that of the plan
        is_all = only_energy_is_open(problem)
        first = max(self.precision, FIRST if self.start is None else PRECISION_WITH_START)
        try:
            relaxation = problem.relaxed(
                problem.lower,
                problem.upper,
                everywhere,
                precision=self.precision if is_all else first,
                margin=MARGIN_OF_ALL * self.precision if is_all else 0.0,
                share=SHARE_OF_TIME_FOR_PRICES,
            )
        except LinearFailureError as failure:
            # a linear program that did not end says nothing: unknown stays unknown
            return self._conflict() if failure.infeasible else None
        problem.master.add(problem.cuts(relaxation, everywhere))
        self.near, self.whole = relaxation, (relaxation, everywhere) if is_all else None
        self._begin()
        for _ in range(ROUNDS_WITHOUT_PLAN):
            self._tell()
            room = self.rooms[0] if self.best is None else 0.0
            answer = problem.master.solve(
                gap=self.options.gap * SHARE_OF_GAP_FOR_INTEGERS,
                seconds=min(max(problem.left(), 1.0), 60.0),
                seed=self.options.seed,
                room=room,
                known=None if self.best is None else self.best.master,
            )
            if room == 0.0:
                if answer.infeasible:
                    return self._conflict()
                self.bound = max(self.bound, answer.bound)
            over = self.best is not None and (self.gap <= self.options.gap or self.rounds_left <= 0)
            if over or answer.solution is None or problem.left() <= 0:
                break
            integers = np.round(answer.solution[problem.whole])
            what = self._decisions(answer.solution)
            if (room, what) in self.tried:
                if not self._goes_on():
                    break
                if self.best is None:
                    continue
            self.tried.add((room, what))
            self._try(integers)
            self.rounds_left -= self.best is not None
        self._tell()
        return self._conflict() if self.best is None and problem.left() > 0 else None

    def _begin(self) -> None:
        """Look first at the whole numbers of the plan that the search starts from."""
        for integers in starts_from(self.problem, self.start) if self.start is not None else ():
            self._look_at(integers)
            if self.best is not None:
                self.tried.add((0.0, self._decisions(self.best.master)))
                return

    def _decisions(self, master: Vector) -> bytes:
        """What a plan is found for: whole numbers, and loads as far as these leave them open."""
        whole, given = np.round(master[self.problem.whole]), np.round(master[self.given], SAME_DIGITS)
        return bytes(whole.tobytes() + (given + 0.0).tobytes())  # no negative zeros

    def _goes_on(self) -> bool:
        """What is done when the same decisions come again, and whether there is anything left to do.

        Sharper prices of the hours, which close the gap once a plan is known. Until then the master keeps more room.
        """
        sharpest = max(SHARPEST * self.options.gap, FINEST)
        if self.best is None:
            self.precision = max(self.precision * SHARPER, sharpest)
            del self.rooms[0]
            return bool(self.rooms)
        self.rooms[0] *= SHARPER
        self.precision *= SHARPER
        return self.precision >= sharpest

    def _try(self, integers: npt.NDArray[np.float64]) -> None:
        """Keep the plan of these whole numbers when there is one and it is better; else learn what the hours lack."""
        if self._look_at(integers) or self.problem.left() <= 0:
            return
        if self.best is None or self.rooms[0] > 0:
            seconds = SHARE_OF_TIME_TO_LEARN * self.options.time_limit_s
            self.problem.master.require(
                integer_cuts(
                    self.problem.staged,
                    self.problem.selections,
                    integers,
                    seconds=min(seconds, max(self.problem.left(), 1.0)),
                    threads=self.options.threads,
                )
            )

    def _look_at(self, integers: npt.NDArray[np.float64]) -> bool:
        """Whether there is a plan of these whole numbers; it is kept when it is better."""
        for margin, known in zip(MARGINS, (self.whole, None), strict=True):
            found = candidate(
                self.problem,
                integers,
                precision=self.precision,
                margin=margin * self.precision,
                room=self.rooms[0],
                near=self.near,
                known=known,
            )
            if found is not None and (self.best is None or found.cost < self.best.cost):
                self.best = found
            if found is not None:
                return True
            if self.problem.left() <= 0:
                return False
        return False

    def _tell(self) -> None:
        """Progress, with plan and bound once both are known."""
        about = {}
        if self.best is not None and np.isfinite(self.bound):
            about = {"objective_vnd": self.best.cost * VND, "bound_vnd": self.bound * VND, "gap": self.gap}
        self.problem.tell("integers", about)

    def _conflict(self) -> LeastViolation | None:
        problem = self.problem
        problem.tell("conflict")
        return least_violation(
            problem.staged,
            problem.starts,
            seconds=max(problem.left(), 5.0),
            threads=self.options.threads,
            seed=self.options.seed,
            known=problem.rays,
        )


def status_of(search: Search, conflict: LeastViolation | None) -> Status:
    """What a finished search came to."""
    if search.best is not None:
        return "optimal" if search.gap <= search.options.gap else "feasible"
    return "infeasible" if conflict is not None and conflict.bound > 0 else "no_plan"


def result_of(search: Search, conflict: LeastViolation | None) -> SizingResult:
    """The answer of a finished search of one scenario."""
    problem, best = search.problem, search.best
    model = problem.staged.parts[0].model
    status = status_of(search, conflict)
    prices, doubt = ((), None) if best is None else shadow_prices(problem, best)
    return SizingResult(
        status=status,
        plan=plan_of(model, best.master, best.hours) if best is not None else None,
        objective_vnd=problem.staged.objective(best.costs) * VND if best is not None else None,
        bound_vnd=search.bound * VND if np.isfinite(search.bound) else None,
        gap=search.gap if best is not None else None,
        hours=sum(block.hours for block in model.blocks) if best is not None else 0,
        seconds=problem.seconds,
        peak_memory_mib=peak_memory_mib(),
        seed=search.options.seed,
        method=METHOD,
        versions=versions(),
        violations=conflict.violations[0] if conflict is not None and status == "infeasible" else (),
        violation_vnd=conflict.total * VND if conflict is not None and status == "infeasible" else None,
        violation_bound_vnd=conflict.bound * VND if conflict is not None and status == "infeasible" else None,
        shadow_prices=prices,
        shadow_prices_doubt_vnd=doubt,
    )


def peak_memory_mib() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def versions() -> dict[str, str]:
    """Of what makes a plan."""
    found = {name: _version(name) for name in ("camau-dc", "numpy", "ortools", "scipy")}
    return dict(sorted({**found, "python": platform.python_version()}.items()))


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "unknown"
