"""What the commands do: size a province, and verify a plan against its folder."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from capacity.accounts import Accounts, compute_accounts
from capacity.check import CheckViolation, check
from capacity.demand import Demand, compute_demand
from capacity.inputs import CapacityInputs
from capacity.plan import Plan, SizingResult
from orchestrator.archive import archived_inputs
from orchestrator.conflicts import TriedConflict, explained_conflict
from orchestrator.document import Document, DocumentError, from_document, read_document, to_document
from orchestrator.document.comparison import differences
from orchestrator.document.conflict import conflict_record
from orchestrator.document.doubt import doubt_record
from orchestrator.doubt import Doubt, doubt
from orchestrator.ensemble import THIS_PROCESS, WorkersRequest
from orchestrator.i18n import Language
from orchestrator.notices import plan_notices
from orchestrator.outputs import Outputs, hours_of_plan, way, write_outputs
from orchestrator.province import Province, Text, load_province, plan_figures, standing_counts
from orchestrator.province.scenarios import BASE
from orchestrator.report import NO_HOURS
from orchestrator.stochastic_plans import drawn_again
from orchestrator.stored import claimed_result
from orchestrator.studies import Progress, Sized, Solve, no_progress
from orchestrator.translate import to_capacity_inputs

if TYPE_CHECKING:
    from capacity.solver import SolveOptions

Explain = Callable[[CapacityInputs, Demand, "SolveOptions", Progress], TriedConflict | None]


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What to size and where to write it: gap is relative, ``threads`` and ``seed`` are the solver's.

    ``doubt``: how many assumptions are tried at both ends of their range (0: none), by ``workers``.
    ``start``: a plan.json from which the search begins; of other inputs too.
    """

    folder: Path
    out: Path
    scenario: str = BASE
    language: Language = "vi"
    gap: float = 0.001
    time_limit_s: float = 600.0
    threads: int = 2
    seed: int = 918
    doubt: int = 0
    workers: WorkersRequest = THIS_PROCESS
    start: Path | None = None


@dataclass(frozen=True)
class PlanOutcome:
    """The answer. ``findings``: what the independent check found; then there is no document and nothing was written.

    ``files`` is None when nothing was written: a failed check, or no plan in time; ``earlier_plan`` is what an earlier
    run left in the same place then. ``had_time_left``: no plan, and the search ended by itself before the time limit.
    """

    result: SizingResult
    document: Document | None
    findings: tuple[CheckViolation, ...] = ()
    files: Outputs | None = None
    earlier_plan: Path | None = None
    had_time_left: bool = False


def size_province(
    request: PlanRequest,
    *,
    solve: Solve | None = None,
    explain: Explain = explained_conflict,
    progress: Progress = no_progress,
) -> PlanOutcome:
    """Reads, sizes, checks, writes. ``solve`` and ``explain`` stand in for the planner's own.

    Raises InvalidProvince, DemandInputError, DocumentError of the plan to start from, and OSError when the results
    cannot be written.
    """
    progress("reading", {"folder": str(request.folder)})
    province = load_province(request.folder, request.scenario)
    start = None if request.start is None else plan_to_start_from(request.start)
    _writable(request.out)
    inputs = to_capacity_inputs(province)
    progress("demand", {})
    demand = compute_demand(inputs)
    progress("solving", {})
    result = _answer(request, inputs, demand, start, solve, progress)
    plan = result.plan if result.status in ("optimal", "feasible") else None
    accounts: Accounts | None = None
    if plan is not None:
        progress("checking", {})
        findings = check(inputs, demand, plan, objective_vnd=result.objective_vnd)
        if findings:
            return PlanOutcome(result, None, findings)
        accounts = compute_accounts(inputs, demand, plan)
    conflict = explain(inputs, demand, _options(request), progress) if result.status == "infeasible" else None
    doubted = None
    if accounts is not None and request.doubt:
        base = Sized(inputs, demand, result, accounts)
        with request.workers.opened() as workers:
            doubted = doubt(
                province, request.doubt, _options(request), progress, base=base, workers=workers, solve=solve
            )
    document = _document(province, inputs, demand, result, accounts, request, conflict, doubted)
    files = Outputs.in_folder(request.out)
    if result.status == "no_plan":
        earlier = files.plan if files.plan.exists() else None
        had_time_left = result.seconds < request.time_limit_s
        return PlanOutcome(result, document, earlier_plan=earlier, had_time_left=had_time_left)
    progress("writing", {"folder": str(request.out)})
    hours = hours_of_plan(inputs, demand, plan, accounts)
    archive = archived_inputs(province, request.folder)
    write_outputs(files, document, request.language, province, inputs, hours, archive)
    return PlanOutcome(result, document, files=files)


def _writable(folder: Path) -> None:
    """Tells before the search, not after it, that the results have no place. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    files = Outputs.in_folder(folder)
    for file in (files.plan, files.report, files.workbook, files.inputs):
        if file.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))


def _answer(
    request: PlanRequest,
    inputs: CapacityInputs,
    demand: Demand,
    start: Plan | None,
    solve: Solve | None,
    progress: Progress,
) -> SizingResult:
    # Reading, verifying and rendering do without OR-Tools, which takes long to load.
    from capacity import solver

    if solve is not None:
        return solve(inputs, demand, _options(request), progress)
    return solver.solve(inputs, demand, _options(request), progress, start=start)


def plan_to_start_from(file: Path) -> Plan | None:
    """The plan in a plan.json; None when it has none, as that of an infeasible province. Raises DocumentError."""
    document = read_document(file)
    return None if document["dispatch"] is None else from_document(document)


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
    doubted: Doubt | None,
) -> Document:
    standing = standing_counts(plan_figures(province.book))
    return to_document(
        inputs,
        demand,
        result,
        accounts,
        notices=plan_notices(inputs, standing, accounts),
        standing=standing,
        folder=way(request.folder, request.out),
        conflict=conflict_record(conflict),
        doubt=None if doubted is None else doubt_record(doubted),
    )


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
    found = _inputs_of(plan_file, document, folder)
    findings = _findings(document, found, plan)
    return Verification(plan_file, found.folder, found.inputs.digest, findings)


@dataclass(frozen=True)
class _Read:
    """What a plan was made from."""

    folder: Path
    province: Province
    inputs: CapacityInputs
    demand: Demand


def _inputs_of(plan_file: Path, document: Document, folder: Path | None) -> _Read:
    """What is in the folder that a plan was made from; None: the one that the plan remembers.

    Raises DocumentError when it is another, and InvalidProvince.
    """
    if folder is None:
        if document["folder"] is None:
            en = f"{plan_file}: folder: the plan remembers no province folder; name it on the command line"
            vi = f"{plan_file}: folder: kế hoạch không ghi thư mục dữ liệu của tỉnh; hãy nêu trên dòng lệnh"
            raise DocumentError([Text(en, vi)])
        folder = plan_file.parent / document["folder"]
    drawn = None if document["together"] is None else document["together"]["drawn"]
    if drawn is None:
        province = load_province(folder, document["scenario"])
        inputs = to_capacity_inputs(province)
        demand = compute_demand(inputs)
    else:
        province, case = drawn_again(plan_file, document, folder)
        inputs, demand = case.inputs, case.demand
    if inputs.digest != document["inputs_digest"]:
        raise DocumentError([_other_inputs(plan_file, folder, document["inputs_digest"], inputs.digest)])
    return _Read(folder, province, inputs, demand)


def _findings(document: Document, read: _Read, plan: Plan) -> tuple[CheckViolation, ...]:
    findings = check(read.inputs, read.demand, plan, objective_vnd=document["objective_vnd"])
    return findings or tuple(_changed(document, read, plan))


@dataclass(frozen=True)
class Rendering:
    """The files that were written, or None and what the check found."""

    files: Outputs | None
    findings: tuple[CheckViolation, ...] = ()


def render_plan(plan_file: Path, out: Path, language: Language, folder: Path | None = None) -> Rendering:
    """Writes the files of a plan that was made before, without a solver; ``folder`` as in ``verify_plan``.

    The plan is verified first, for its figures are shown as they stand in the document. In ``out`` the plan remembers
    the way to the province folder from there. Raises DocumentError, InvalidProvince, and OSError when a file cannot be
    written.
    """
    document = read_document(plan_file)
    plan = None if document["dispatch"] is None else from_document(document)
    read = _inputs_of(plan_file, document, folder)
    hours = NO_HOURS
    if plan is not None:
        if findings := _findings(document, read, plan):
            return Rendering(None, findings)
        hours = hours_of_plan(read.inputs, read.demand, plan, compute_accounts(read.inputs, read.demand, plan))
    files = Outputs.in_folder(out)
    document = {**document, "folder": way(read.folder, out)}
    write_outputs(files, document, language, read.province, read.inputs, hours)
    return Rendering(files)


def _other_inputs(plan_file: Path, folder: Path, claimed: str, found: str) -> Text:
    return Text(
        f"{plan_file}: inputs_digest: {claimed}, that of {folder} is {found}: the plan was made from other inputs",
        f"{plan_file}: inputs_digest: {claimed}, của {folder} là {found}: kế hoạch được lập từ dữ liệu khác",
    )


def _changed(document: Document, read: _Read, plan: Plan) -> Iterator[CheckViolation]:
    """What the document says otherwise than plan and inputs do."""
    standing = standing_counts(plan_figures(read.province.book))
    accounts = compute_accounts(read.inputs, read.demand, plan)
    again = to_document(
        read.inputs,
        read.demand,
        claimed_result(document, plan),
        accounts,
        notices=plan_notices(read.inputs, standing, accounts, document["together"]),
        standing=standing,
        folder=document["folder"],
    )
    yield from differences(document, again)
