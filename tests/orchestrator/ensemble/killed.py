"""The real solver, killed while it works."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from capacity.demand import Demand
from capacity.inputs import CapacityInputs
from capacity.plan import SizingResult
from capacity.solver import SolveOptions, solve
from tests.orchestrator.ensemble.deadly import kill_once


@dataclass(frozen=True)
class KilledAtWork:
    """The real solver; the first worker that is in its hours is killed there."""

    marker: Path

    def __call__(self, inputs: CapacityInputs, demand: Demand, options: SolveOptions, progress: Any) -> SizingResult:
        del progress

        def tell(event: str, about: dict[str, Any]) -> None:
            del about
            if event == "all_hours":
                kill_once(self.marker)

        return solve(inputs, demand, options, tell)
