"""What other commands begin with: the province of a plan.json or of a folder, and the plan that is stored there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from capacity.accounts import compute_accounts
from capacity.check import check
from capacity.demand import compute_demand
from capacity.inputs import CapacityInputs
from capacity.plan import Plan, ShadowPrice, SizingResult
from orchestrator.archive import inputs_of_plan
from orchestrator.document import Document, from_document, read_document
from orchestrator.ensemble import Workers
from orchestrator.province import Province, load_province
from orchestrator.studies import Progress, Sized, Solve, Variation, run_study
from orchestrator.translate import to_capacity_inputs

if TYPE_CHECKING:
    from capacity.solver import SolveOptions

Where = tuple[Path, str]
"""A plan.json or a province folder, and the scenario of a folder."""


@dataclass(frozen=True)
class Stored:
    """A province, and its plan where one is stored and passes the check."""

    province: Province
    inputs: CapacityInputs
    sized: Sized | None

    @property
    def start(self) -> Plan | None:
        """The plan from which searches begin."""
        return None if self.sized is None else self.sized.start

    def base(self, options: SolveOptions, progress: Progress, workers: Workers | None, solve: Solve | None) -> Sized:
        """The stored plan where its gap is as small as asked for, else the province sized anew from it."""
        if self.sized is not None and (self.sized.result.gap or 0.0) <= options.gap:
            return self.sized
        base = {"base": Variation(self.inputs, start=self.start)}
        return run_study(base, options, progress, workers=workers, solve=solve)["base"]


def stored_at(where: Where) -> Stored:
    """What is at a place. Raises DocumentError and InvalidProvinceError."""
    path, scenario = where
    if not path.is_file():
        province = load_province(path, scenario)
        return Stored(province, to_capacity_inputs(province), None)
    document = read_document(path)
    province = inputs_of_plan(document, path)
    inputs = to_capacity_inputs(province)
    if document["dispatch"] is None:
        return Stored(province, inputs, None)
    plan, demand = from_document(document), compute_demand(inputs)
    prices = tuple(ShadowPrice(**row) for row in document["shadow_prices"])
    doubt = document["shadow_prices_doubt_vnd"]
    result = replace(claimed_result(document, plan), shadow_prices=prices, shadow_prices_doubt_vnd=doubt)
    if check(inputs, demand, plan, objective_vnd=result.objective_vnd):
        return Stored(province, inputs, None)
    return Stored(province, inputs, Sized(inputs, demand, result, compute_accounts(inputs, demand, plan)))


def claimed_result(document: Document, plan: Plan) -> SizingResult:
    """The certificate of a document as it stands there, for all the hours that its dispatch holds."""
    names = ("status", "objective_vnd", "bound_vnd", "gap", "seconds", "peak_memory_mib", "seed", "method")
    hours = sum(row.grid_w.size for row in plan.dispatches)
    return SizingResult(
        plan=plan, versions=document["versions"], hours=hours, **{name: document[name] for name in names}
    )
