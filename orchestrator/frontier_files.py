"""``frontier.json`` beside plan.json, and the same curve in the plan of the same inputs and its report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from capacity.accounts import compute_accounts
from capacity.demand import compute_demand
from capacity.inputs import CapacityInputs
from orchestrator.document import Document, dumps, from_document, read_document, write_atomically
from orchestrator.document.writing import DIGEST, document_digest
from orchestrator.frontier import Over, frontier, frontier_record
from orchestrator.i18n import Language
from orchestrator.outputs import Outputs, hours_of_plan, write_outputs
from orchestrator.province import Province
from orchestrator.stored import Where
from orchestrator.studied import StudyRequest, province_at
from orchestrator.studies import Progress, Solve
from orchestrator.translate import to_capacity_inputs

FRONTIER_FILE = "frontier.json"
FRONTIER_SCHEMA = "camau-dc/frontier/1"


@dataclass(frozen=True)
class FrontierOutcome:
    """The curve, the file that it was written to, and the plan that shows it now (None: none of these inputs there)."""

    document: Document
    file: Path
    plan: Path | None


def frontier_of(
    where: Where,
    over: Over,
    targets: Sequence[float],
    out: Path,
    language: Language,
    request: StudyRequest,
    progress: Progress,
    *,
    solve: Solve | None = None,
) -> FrontierOutcome:
    """The curve of a province, written to ``out``; a plan of the same inputs in ``out`` takes it up.

    Raises DocumentError, InvalidProvinceError, TooManyLoadClassesError, and OSError when a file cannot be written.
    """
    province = province_at(where)
    inputs = to_capacity_inputs(province)
    with request.workers.opened() as workers:
        found = frontier(inputs, over, targets, request.options(), progress, workers=workers, solve=solve)
    record = frontier_record(found)
    document = {
        "schema": FRONTIER_SCHEMA,
        "inputs_digest": inputs.digest,
        "scenario": inputs.scenario,
        "as_of": inputs.settings.as_of.isoformat(),
        "price_year": inputs.settings.price_year,
        **record,
    }
    file = out / FRONTIER_FILE
    write_atomically(file, dumps(document))
    return FrontierOutcome(document, file, _taken_up(record, out, language, province, inputs))


def _taken_up(
    record: Mapping[str, Any], out: Path, language: Language, province: Province, inputs: CapacityInputs
) -> Path | None:
    """Puts the curve into the plan in a folder and writes report and workbook anew, when it is of these inputs."""
    files = Outputs.in_folder(out)
    if not files.plan.is_file():
        return None
    document = read_document(files.plan)
    if document["inputs_digest"] != inputs.digest or document["dispatch"] is None:
        return None
    plan, demand = from_document(document), compute_demand(inputs)
    document["frontier"] = dict(record)
    document[DIGEST] = document_digest(document)
    hours = hours_of_plan(inputs, demand, plan, compute_accounts(inputs, demand, plan))
    write_outputs(files, document, language, province, inputs, hours)
    return files.plan
