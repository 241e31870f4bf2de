"""Why there is no plan: a minimal set of requirements that cannot hold together, and what relaxes them at least.

A set cannot hold when the proved bound of its least priced violation is positive, everything outside it being free; it
can when a plan is found that holds in every hour. The deletion filter (Chinneck, Feasibility and Infeasibility in
Optimization, 2008) drops members one by one; it starts from those with positive duals, and what the hours ask of the
master is kept as cuts from one test to the next. What time does not let be told stays unknown and is said so.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Mapping

import numpy as np

from capacity.demand.needs import Demand
from capacity.inputs.bundle import CapacityInputs
from capacity.model.requirements import Elastic, RelaxableModel, relaxable_model, told_amount
from capacity.model.stages import one_stage
from capacity.plan import Conflict, Relaxation, Relaxed, Requirement
from capacity.solver.adequacy import requirements as adequacy_cuts
from capacity.solver.arrays import Vector
from capacity.solver.candidate import Candidate, candidate
from capacity.solver.conflict import hour_cuts
from capacity.solver.integers import MasterAnswer
from capacity.solver.linear import LinearFailureError
from capacity.solver.problem import Problem, Progress, SolveOptions
from capacity.solver.violation import POSITIVE, ViolationMaster

VND = 1e9
ROUNDS_AT_MOST = 4
MARGINS = (0.125, 0.75)
ANY_PLAN = 0.3
"""Gap of the master where any plan will do."""
PRECISION = 4e-3
STRETCHES = (1e-4, 1e-4, 3e-3, 1e-2, 3e-2, 0.1, 0.3)
"""Shares by which an amount is raised until a plan is found: the bound knows whole hours only through its cuts."""
TIME_OF_A_RELAXATION = 0.2
"""Share of the time limit after which an amount is told without a plan."""
TIME_TO_PROVE = 0.5
"""Share of the time left that the hours have for the first proof: without it nothing is explained."""
QUICK_TRIAL, TRIAL = 0.02, 0.06
"""Shares of the time limit that one step of the test of a set may take."""
TIME_OF_DELETION = 0.3
"""Share of the time left that the deletion filter may take, so that time is left for what relaxes the set."""
Columns = Collection[int]


def explain_conflict(
    inputs: CapacityInputs, demand: Demand, options: SolveOptions, progress: Progress
) -> Conflict | None:
    """The conflict of a province without a plan; None when no violation was proved in time.

    ``options``: time limit, threads and seed; the gap is not used. Raises TooManyLoadClassesError.
    """
    started = time.monotonic()
    progress("building", {})
    filter_ = _Filter(relaxable_model(inputs, demand), options, progress, started)
    return filter_.run()


def rounded_up(amount: float, unit: str) -> float:
    """An amount as it is told: four significant digits, whole months, never less than what suffices."""
    if amount <= 0:
        return 0.0
    if unit == "month":
        return float(math.ceil(amount - 0.01))
    size = 10.0 ** (math.floor(math.log10(amount)) - 3)
    return round(math.ceil(amount / size) * size, 12)


def stretched(least: Mapping[int, float], stretch: float, elastics: Mapping[int, Elastic]) -> dict[int, float]:
    """Amounts of columns a little above the least, at most all of them.

    Beside others an amount that is worth no more than rounding is none: a plan is looked for without it.
    """
    together = len(least) > 1
    return {
        column: 0.0
        if together and amount * elastics[column].price <= POSITIVE / 10
        else min(amount * (1 + stretch) + 1e-9, elastics[column].most)
        for column, amount in least.items()
    }


class _Trial(Problem):
    """A problem whose steps may each take a share of the time limit only: a set that takes long stays unknown."""

    until: float | None = None

    def left(self) -> float:
        """Wall seconds until the end of the trial, or until the time limit."""
        left = super().left()
        return left if self.until is None else min(left, self.until - time.monotonic())

    def allow(self, share: float | None) -> None:
        """Seconds for what comes next, as a share of the time limit (None: all that are left)."""
        self.until = None if share is None else time.monotonic() + max(share * self.options.time_limit_s, 5.0)


class _Filter:
    """Tests of sets of requirements on one relaxable model. Sets are of columns."""

    def __init__(self, relaxable: RelaxableModel, options: SolveOptions, progress: Progress, started: float) -> None:
        self.relaxable, self.options = relaxable, options
        self.problem = _Trial(one_stage(relaxable.model), options, progress, started)
        self.linear = relaxable.model.frame.model
        self.elastic = {elastic.column: elastic for elastic in relaxable.elastics}
        self.violation = ViolationMaster(self.linear, len(relaxable.model.blocks), options.seed)
        for index, block in enumerate(relaxable.model.blocks):
            self.violation.require(adequacy_cuts(index, block))
        self.required = len(self.violation.cuts)
        """Cuts that the master of plans has too."""
        self.lower, self.upper = np.array(self.linear.lower), np.array(self.linear.upper)

    def run(self) -> Conflict | None:
        """The conflict, or None when none was proved."""
        everything = frozenset(self.elastic)
        answer = self._violation(everything)
        if not self._is_positive(answer, everything):
            return None
        members = self._supported(everything)
        self._tell(members, set())
        members, needed = self._minimal(members)
        relaxations = self._relaxations(members, answer)
        return Conflict(
            tuple(self._told(column) for column in members),
            tuple(self._told(column) for column in members if column in needed),
            answer.bound * VND,
            tuple(relaxations),
            self.problem.seconds,
        )

    def _told(self, column: int) -> Requirement:
        return self.elastic[column].requirement

    def _tell(self, members: list[int], needed: Collection[int]) -> None:
        """A set that is proved, as soon as it is, and those of it that are known to be needed."""
        about = {
            name: tuple(self._told(c) for c in members if c in of)
            for name, of in (("members", members), ("needed", needed))
        }
        self.problem.tell("members", about)

    # violation of a set

    def _violation(self, kept: Columns) -> MasterAnswer:
        """The least violation of ``kept``, the rest being free, with what all hours ask of it.

        Cuts at even prices are asked first; where they prove nothing, sharper ones at real prices.
        """
        answer = self._violation_by_cuts(kept, None)
        for at_real_prices in (False, True):
            if self._is_positive(answer, kept) or self.problem.left() <= 0:
                break
            seconds = TIME_TO_PROVE * self.problem.left()
            if self._learn(kept, at_real_prices=at_real_prices, seconds=seconds):
                answer = self._violation_by_cuts(kept, None)
        return answer

    def _is_positive(self, answer: MasterAnswer, kept: Columns) -> bool:
        return self.violation.is_positive(answer, self._priced(kept, None)[0])

    def _priced(self, kept: Columns, among: Columns | None) -> tuple[Vector, Vector, Vector]:
        cost, upper = np.zeros(self.lower.size), self.upper.copy()
        for column in kept:
            if among is None or column in among:
                cost[column] = self.elastic[column].price
            else:
                upper[column] = 0.0
        return cost, self.lower, upper

    def _violation_by_cuts(self, kept: Columns, among: Columns | None) -> MasterAnswer:
        cost, _, upper = self._priced(kept, among)
        return self.violation.least(cost, upper, seconds=self._seconds())

    def _seconds(self) -> float:
        return min(max(self.problem.left(), 1.0), 60.0)

    def _learn(
        self,
        kept: Columns,
        among: Columns | None = None,
        integers: Vector | None = None,
        *,
        at_real_prices: bool = False,
        seconds: float | None = None,
    ) -> bool:
        """What all hours ask of the master (with these whole numbers) becomes cuts; whether there are more now.

        ``seconds``: how long that may take, a tenth of the time limit without.
        """
        cost, lower, upper = self._priced(kept, among)
        free = [column for column in self.elastic if column not in kept and not self._is_demand(column)]
        lower = lower.copy()
        lower[free] = upper[free]
        if integers is not None:
            lower[self.problem.whole] = upper[self.problem.whole] = integers
        found = hour_cuts(
            self.problem.staged,
            self.problem.starts,
            cost,
            lower,
            upper,
            seconds=max(min(self.problem.left(), seconds or 0.1 * self.options.time_limit_s), 5.0),
            threads=self.options.threads,
            at_real_prices=at_real_prices,
        )
        self.violation.require(found)
        return bool(found)

    # deletion

    def _supported(self, kept: frozenset[int]) -> list[int]:
        """Members that a proof needs, of some hundreds: by linear duals, else by chunks with whole numbers."""
        proved = self._proved_by(sorted(kept))
        if not proved:
            return self._halved(sorted(kept))
        return min((self._thinned(proved), self._thinned(proved[::-1])), key=len)

    def _thinned(self, proved: list[int]) -> list[int]:
        """Members of a linear proof without those that it does without, tried in this order."""
        members = sorted(proved)
        for column in proved:
            if column in members and self.problem.left() > 0:
                members = self._proved_by([other for other in members if other != column]) or members
        return members

    def _proved_by(self, kept: list[int]) -> list[int]:
        """Those of ``kept`` that linear duals use to prove that they cannot all hold; none without such a proof."""
        used: list[int] = []
        while kept and kept != used:
            cost, _, upper = self._priced(kept, None)
            proof = self.violation.linear_proof(cost, upper, seconds=self._seconds())
            if proof.bound < POSITIVE:
                break
            used, kept = kept, sorted(set(kept) & set(proof.columns))
        return used

    def _cannot_hold(self, kept: Columns) -> bool:
        cost, _, upper = self._priced(kept, None)
        return self.violation.is_proved(cost, upper, seconds=self._seconds())

    def _holds(self, kept: Columns, *, thoroughly: bool) -> bool | None:
        """Whether a set can hold: proved impossible, shown by a plan, or None when neither was found.

        What costs least is tried first; ``thoroughly``: the hours are asked too, and each failure leaves cuts that may
        prove it.
        """
        cost, _, upper = self._priced(kept, None)
        if self.violation.linear_proof(cost, upper, seconds=self._seconds()).bound >= POSITIVE:
            return False
        if not thoroughly:
            if self._can_hold(kept, quickly=True):
                return True
            return False if self._cannot_hold(kept) else None
        if self._learn(kept, seconds=TRIAL * self.options.time_limit_s) and self._cannot_hold(kept):
            return False
        if self._can_hold(kept):
            return True
        return False if self._cannot_hold(kept) else None

    def _minimal(self, members: list[int]) -> tuple[list[int], set[int]]:
        """Members left by the deletion filter, and those that a plan without them shows to be needed.

        All are tried quickly before any is tried thoroughly: one that takes long leaves no others untried.
        """
        needed: set[int] = set()
        ends = (1 - TIME_OF_DELETION) * self.problem.left()
        for thoroughly in (False, True):
            for column in [column for column in members if column not in needed]:
                rest = [other for other in members if other != column]
                self.problem.tell("conflict", {"members": len(members)})
                if self.problem.left() <= max(ends, 0.0):
                    return members, needed
                holds = self._holds(rest, thoroughly=thoroughly) if rest else True
                if holds is False:
                    members = rest
                elif holds:
                    needed.add(column)
                if holds is not None:
                    self._tell(members, needed)
        return members, needed

    def _halved(self, members: list[int]) -> list[int]:
        """Large sets lose whole chunks first: what is needed is a handful of some hundreds."""
        size = len(members) // 2
        while size > 2 and self.problem.left() > 0:
            for start in range(0, len(members), size):
                rest = members[:start] + members[start + size :]
                if rest and self._cannot_hold(rest):
                    members = rest
                    break
            else:
                size //= 2
            size = min(size, len(members) // 2)
        return members

    # plans

    def _can_hold(self, kept: Columns, *, quickly: bool = False) -> bool:
        """Whether a plan was found in which ``kept`` hold and nothing else need."""
        fixed = {column: 0.0 if column in kept else elastic.most for column, elastic in self.elastic.items()}
        return self._plan(fixed, quickly=quickly) is not None

    def _plan(self, fixed: Mapping[int, float], *, quickly: bool = False) -> Candidate | None:
        """Any plan with these values of the elastic columns; ``quickly``: the first whole numbers that come."""
        self.problem.allow(QUICK_TRIAL if quickly else TRIAL)
        try:
            return self._planned(fixed, quickly=quickly)
        finally:
            self.problem.allow(None)
            self._share()
            self.violation.require(self.problem.rays)
            self.problem.rays, self.required = [], len(self.violation.cuts)

    def _share(self) -> None:
        """What is known of the hours since the last time goes to the master of plans."""
        self.problem.master.require(self.violation.cuts[self.required :])
        self.required = len(self.violation.cuts)

    def _planned(self, fixed: Mapping[int, float], *, quickly: bool) -> Candidate | None:
        problem = self.problem
        lower, upper = self.lower.copy(), self.upper.copy()
        for column, value in fixed.items():
            lower[column] = upper[column] = min(value, self.upper[column])
        free = list(self.relaxable.always)
        lower[free] = [0.0 if self._is_demand(column) else self.upper[column] for column in free]
        upper[free] = self.upper[free]
        problem.lower, problem.upper = lower, upper
        problem.master.ask(problem.cost, lower, upper)
        self._share()
        everywhere = problem.may_be_loaded(lower, upper)
        if not quickly:
            try:
                relaxation = problem.relaxed(lower, upper, everywhere, precision=PRECISION)
            except LinearFailureError:
                return None
            problem.master.add(problem.cuts(relaxation, everywhere))
        tried: set[bytes] = set()
        for _ in range(1 if quickly else ROUNDS_AT_MOST):
            answer = problem.master.solve(
                gap=ANY_PLAN, seconds=min(max(problem.left(), 1.0), 60.0), seed=self.options.seed
            )
            if answer.solution is None or problem.left() <= 0:
                return None
            integers = np.round(answer.solution[problem.whole])
            if integers.tobytes() in tried:
                return None
            tried.add(integers.tobytes())
            for margin in MARGINS:
                found = candidate(problem, integers, precision=PRECISION, margin=margin * PRECISION)
                if found is not None:
                    return found
            if not quickly:
                self._learn([c for c, value in fixed.items() if value < self.elastic[c].most], None, integers)
                self._share()
        return None

    def _is_demand(self, column: int) -> bool:
        key = self.problem.keys[column]
        return key[0] == "slack" and str(key[1]).startswith("demand:")

    # relaxations

    def _relaxations(self, members: list[int], least: MasterAnswer) -> list[Relaxation]:
        """The cheapest violation of all, and each member alone, cheapest first."""
        everything = frozenset(self.elastic)
        wanted: list[tuple[int, ...]] = []
        if least.solution is not None:
            violated = [c for c in everything if least.solution[c] * self.elastic[c].price > POSITIVE / 10]
            wanted.append(tuple(sorted(violated)))
        wanted += [(column,) for column in members if (column,) not in wanted]
        found = []
        for columns in wanted:
            if self.problem.left() <= 0:
                break
            self.problem.tell("conflict", {"members": len(members)})
            relaxation = self._relaxed(columns)
            if relaxation is not None:
                found.append(relaxation)
        return sorted(found, key=lambda r: (r.priced_vnd, len(r.parts)))

    def _relaxed(self, columns: tuple[int, ...]) -> Relaxation | None:
        """The least amounts of these columns with which all other requirements hold, or None when none suffice."""
        everything = frozenset(self.elastic)
        answer = self._violation_by_cuts(everything, columns)
        if answer.infeasible or answer.solution is None:
            return None
        least = {column: float(answer.solution[column]) for column in columns}
        plan, amounts = None, least
        until = self.problem.left() - TIME_OF_A_RELAXATION * self.options.time_limit_s
        for step, stretch in enumerate(STRETCHES):
            if self.problem.left() <= max(until, 0.0):
                break
            amounts = stretched(least, stretch, self.elastic)
            plan = self._plan({c: amounts.get(c, 0.0) for c in everything}, quickly=step == 0)
            if plan is not None:
                break
            if step == 0:
                self._learn(everything, columns)
            again = self._violation_by_cuts(everything, columns)
            if again.infeasible:
                return None
            if again.solution is not None:
                least = {column: float(again.solution[column]) for column in columns}
        master = answer.solution if plan is None else plan.master
        parts = tuple(
            Relaxed(
                self._told(column),
                rounded_up(self._amount(self.elastic[column], amounts[column], master), self._told(column).unit),
                self._amount(self.elastic[column], least[column] if len(columns) == 1 else 0.0, master),
            )
            for column in columns
            if amounts[column] > 0
        )
        priced = sum(self.elastic[column].price * amount for column, amount in amounts.items())
        return Relaxation(parts, priced * VND, plan is not None) if parts else None

    def _amount(self, elastic: Elastic, amount: float, master: Vector) -> float:
        return told_amount(self.relaxable.model, elastic.requirement, elastic.to_unit, amount, master)
