"""Why a province has no plan: the conflict found by the planner, with every relaxation tried on the province itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from capacity.check import check
from capacity.demand import Demand
from capacity.inputs import CapacityInputs
from capacity.model.requirements import relaxed_together
from capacity.plan import Conflict, Relaxation

if TYPE_CHECKING:
    from capacity.solver import SolveOptions

TRIAL_GAP = 0.05
"""A plan is all that a trial asks for, not a cheap one."""
Progress = Callable[[str, dict[str, Any]], None]


@dataclass(frozen=True)
class TriedConflict:
    """A conflict, and for each of its relaxations whether the relaxed province was sized and its plan checked.

    None: the inputs of a province cannot say the relaxation, so that it cannot be tried.
    """

    conflict: Conflict
    tried: tuple[bool | None, ...]


def explained_conflict(
    inputs: CapacityInputs, demand: Demand, limits: SolveOptions, progress: Progress
) -> TriedConflict | None:
    """The conflict of a province without a plan, None when none was proved in time.

    ``limits``: time limit (of the explanation and of each trial), threads and seed.
    """
    from capacity import solver

    options = replace(limits, gap=TRIAL_GAP)
    conflict = solver.explain_conflict(inputs, demand, options, progress)
    if conflict is None:
        return None

    def holds(relaxation: Relaxation) -> bool | None:
        progress("conflict", {})
        relaxed = relaxed_together(inputs, demand, relaxation.parts)
        if relaxed is None:
            return None
        if not relaxation.found:
            return False
        result = solver.solve(*relaxed, options, progress)
        return result.plan is not None and not check(*relaxed, result.plan, objective_vnd=result.objective_vnd)

    return TriedConflict(conflict, tuple(holds(relaxation) for relaxation in conflict.relaxations))
