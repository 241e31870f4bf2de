"""One run of CP-SAT, and what each of its answers means here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model

from capacity.waves.options import WaveOptions
from capacity.waves.result import Status
from capacity.waves.solver.model import WaveModel

STATUS_OF: dict[Any, Status] = {
    cp_model.OPTIMAL: "optimal",
    cp_model.FEASIBLE: "feasible",
    cp_model.INFEASIBLE: "infeasible",
    cp_model.UNKNOWN: "unknown",
}
"""Every status but MODEL_INVALID, which is an error of the model room."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What CP-SAT said: ``starts`` by move where it found a schedule, ``bound`` proved for its aim."""

    status: Status
    starts: dict[str, tuple[int, ...]] | None
    bound: int


def run(
    model: WaveModel, seconds: float, options: WaveOptions, *, work: float | None = None, gap: float | None = None
) -> Answer:
    """Solves for at most so many seconds, and ``work`` of the solver's own deterministic time.

    Raises RuntimeError when CP-SAT calls the model invalid.
    """
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.01, seconds)
    solver.parameters.random_seed = options.seed % 2**31
    solver.parameters.num_workers = 1 if work is not None else options.threads
    solver.parameters.relative_gap_limit = options.gap if gap is None else gap
    if work is not None:
        solver.parameters.max_deterministic_time = work
    code = solver.solve(model.model)
    if code not in STATUS_OF:
        raise RuntimeError(f"CP-SAT calls the model of the waves invalid: {model.model.validate()}")
    status = STATUS_OF[code]
    starts: dict[str, tuple[int, ...]] | None = None
    if status in ("optimal", "feasible"):
        starts = {
            move.id: tuple(solver.value(model.starts[move.id, number]) for number in range(len(move.steps)))
            for move in model.problem.moves
        }
    bound = solver.best_objective_bound if model.model.has_objective() else 0.0
    return Answer(status, starts, math.ceil(bound - 1e-6) if math.isfinite(bound) else 0)
