"""What the commands do: size a province, and verify a plan against its folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from capacity.accounts import Accounts, compute_accounts, site_series
from capacity.check import CheckViolation, check
from capacity.demand import Demand, compute_demand
from capacity.inputs import CapacityInputs
from capacity.plan import Plan, SizingResult
from orchestrator.archive import INPUTS_FILE, write_inputs
from orchestrator.conflicts import TriedConflict, explained_conflict
from orchestrator.document import Document, DocumentError, dumps, from_document, read_document, to_document
from orchestrator.document.comparison import differences
from orchestrator.document.conflict import conflict_record
from orchestrator.document.doubt import doubt_record
from orchestrator.document.writing import write_atomically
from orchestrator.doubt import doubt
from orchestrator.i18n import Language
from orchestrator.notices import plan_notices
from orchestrator.province import Province, Text, load_province, standing_counts
from orchestrator.province.scenarios import BASE
from orchestrator.report import NO_HOURS, HourlyFigures, hourly_figures, render_report
from orchestrator.studies import Sized
from orchestrator.translate import to_capacity_inputs

if TYPE_CHECKING:
    from capacity.solver import SolveOptions

Progress = Callable[[str, dict[str, Any]], None]
Solve = Callable[[CapacityInputs, Demand, "SolveOptions", Progress], SizingResult]
Explain = Callable[[CapacityInputs, Demand, "SolveOptions", Progress], TriedConflict | None]
PLAN_FILE = "plan.json"
REPORT_FILE = "report.html"


def no_progress(event: str, about: dict[str, Any]) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What to size and where to write it: gap is relative, ``threads`` and ``seed`` are the solver's.

    ``doubt``: how many assumptions are tried at both ends of their range (0: none).
    """

    folder: Path
    out: Path
    scenario: str = BASE
    language: Language = "vi"
    gap: float = 0.01
    time_limit_s: float = 600.0
    threads: int = 2
    seed: int = 918
    doubt: int = 0


@dataclass(frozen=True)
class PlanOutcome:
    """The answer. ``findings``: what the independent check found; then there is no document and nothing was written.

    ``plan_file`` and ``report_file`` are None when nothing was written: a failed check, or no plan in time.
    """

    result: SizingResult
    document: Document | None
    findings: tuple[CheckViolation, ...] = ()
    plan_file: Path | None = None
    report_file: Path | None = None


def size_province(
    request: PlanRequest,
    *,
    solve: Solve | None = None,
    explain: Explain = explained_conflict,
    progress: Progress = no_progress,
) -> PlanOutcome:
    """Reads, sizes, checks, writes. ``solve`` and ``explain`` stand in for the planner's own.

    Raises InvalidProvince, DemandInputError, and OSError when the results cannot be written.
    """
    progress("reading", {"folder": str(request.folder)})
    province = load_province(request.folder, request.scenario)
    request.out.mkdir(parents=True, exist_ok=True)  # A folder that cannot be made is told before the search, not after.
    inputs = to_capacity_inputs(province)
    progress("demand", {})
    demand = compute_demand(inputs)
    progress("solving", {})
    result = _answer(request, inputs, demand, solve, progress)
    plan = result.plan if result.status in ("optimal", "feasible") else None
    accounts: Accounts | None = None
    if plan is not None:
        progress("checking", {})
        findings = check(inputs, demand, plan, objective_vnd=result.objective_vnd)
        if findings:
            return PlanOutcome(result, None, findings)
        accounts = compute_accounts(inputs, demand, plan)
    conflict = explain(inputs, demand, _options(request), progress) if result.status == "infeasible" else None
    document = _document(province, inputs, demand, result, accounts, request, conflict)
    if result.status == "no_plan":
        return PlanOutcome(result, document)
    if accounts is not None and request.doubt:
        base = Sized(inputs, demand, result, accounts)
        found = doubt(province, request.doubt, _options(request), progress, base=base, solve=solve)
        document["doubt"] = None if found is None else doubt_record(found)
    progress("writing", {"folder": str(request.out)})
    hours = NO_HOURS if plan is None or accounts is None else _hours(inputs, demand, plan, accounts)
    plan_file, report_file = request.out / PLAN_FILE, request.out / REPORT_FILE
    report = render_report(document, request.language, hours, _kinds(inputs))
    write_atomically(report_file, report)
    write_inputs(province, request.folder, request.out / INPUTS_FILE)
    write_atomically(plan_file, dumps(document))
    return PlanOutcome(result, document, (), plan_file, report_file)


def _answer(
    request: PlanRequest, inputs: CapacityInputs, demand: Demand, solve: Solve | None, progress: Progress
) -> SizingResult:
    # Reading, verifying and rendering do without OR-Tools, which takes long to load.
    from capacity import solver

    return (solve or solver.solve)(inputs, demand, _options(request), progress)


def _options(request: PlanRequest) -> SolveOptions:
    from capacity.solver import SolveOptions

    return SolveOptions(gap=request.gap, time_limit_s=request.time_limit_s, threads=request.threads, seed=request.seed)


def _document(
    province: Province,
    inputs: CapacityInputs,
    demand: Demand,
    result: SizingResult,
    accounts: Accounts | None,
    request: PlanRequest,
    conflict: TriedConflict | None,
) -> Document:
    standing = standing_counts(province.book)
    return to_document(
        inputs,
        demand,
        result,
        accounts,
        notices=plan_notices(inputs, standing),
        standing=standing,
        folder=Path(os.path.relpath(request.folder.resolve(), request.out.resolve())).as_posix(),
        conflict=conflict_record(conflict),
    )


def _hours(inputs: CapacityInputs, demand: Demand, plan: Plan, accounts: Accounts) -> HourlyFigures:
    series = (site_series(inputs, demand, plan, row.site, row.year) for row in accounts.site_years)
    return hourly_figures(accounts.carbon_free_hours, series)


def _kinds(inputs: CapacityInputs) -> dict[str, str]:
    return {technology.id: technology.kind for technology in inputs.energy.generation}


@dataclass(frozen=True)
class Verification:
    """What verifying a plan found: empty when it holds."""

    plan_file: Path
    folder: Path
    digest: str
    findings: tuple[CheckViolation, ...] = field(default_factory=tuple)


def verify_plan(plan_file: Path, folder: Path | None = None) -> Verification:
    """Recomputes a plan from its folder without a solver; ``folder`` None: the one that the plan remembers.

    Raises DocumentError when the file is no plan or was made from other inputs, and InvalidProvince.
    """
    document = read_document(plan_file)
    plan = from_document(document)
    if folder is None:
        if document["folder"] is None:
            en = f"{plan_file}: folder: the plan remembers no province folder; name it on the command line"
            vi = f"{plan_file}: folder: kế hoạch không ghi thư mục dữ liệu của tỉnh; hãy nêu trên dòng lệnh"
            raise DocumentError([Text(en, vi)])
        folder = plan_file.parent / document["folder"]
    province = load_province(folder, document["scenario"])
    inputs = to_capacity_inputs(province)
    if inputs.digest != document["inputs_digest"]:
        raise DocumentError([_other_inputs(plan_file, folder, document["inputs_digest"], inputs.digest)])
    demand = compute_demand(inputs)
    findings = check(inputs, demand, plan, objective_vnd=document["objective_vnd"])
    if not findings:
        findings = tuple(_changed(document, inputs, demand, plan))
    return Verification(plan_file, folder, inputs.digest, findings)


def _other_inputs(plan_file: Path, folder: Path, claimed: str, found: str) -> Text:
    return Text(
        f"{plan_file}: inputs_digest: {claimed}, that of {folder} is {found}: the plan was made from other inputs",
        f"{plan_file}: inputs_digest: {claimed}, của {folder} là {found}: kế hoạch được lập từ dữ liệu khác",
    )


def _changed(document: Document, inputs: CapacityInputs, demand: Demand, plan: Plan) -> Iterator[CheckViolation]:
    """What the document says otherwise than plan and inputs do."""
    again = to_document(
        inputs, demand, _claimed(document, plan), compute_accounts(inputs, demand, plan), folder=document["folder"]
    )
    yield from differences(document, again)


def _claimed(document: Document, plan: Plan) -> SizingResult:
    """The certificate of a document as it stands there."""
    names = ("status", "objective_vnd", "bound_vnd", "gap", "hours", "seconds", "peak_memory_mib", "seed", "method")
    return SizingResult(plan=plan, versions=document["versions"], **{name: document[name] for name in names})
