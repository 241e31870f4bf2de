"""The files in which a plan is handed over, all made whole before any is written.

plan.json, report.html and plan.xlsx, and beside a plan that was sized inputs.zip.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from capacity.accounts import Accounts, site_series
from capacity.demand import Demand
from capacity.inputs import CapacityInputs
from capacity.plan import Plan
from orchestrator.document import dumps
from orchestrator.document.writing import write_together
from orchestrator.i18n import Language
from orchestrator.province import Province, plan_figures
from orchestrator.report import NO_HOURS, HourlyFigures, geography_of, hourly_figures, render_report
from orchestrator.workbook import render_workbook

PLAN_FILE = "plan.json"
REPORT_FILE = "report.html"
WORKBOOK_FILE = "plan.xlsx"
INPUTS_FILE = "inputs.zip"


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where the files of a plan are."""

    plan: Path
    report: Path
    workbook: Path
    inputs: Path

    @classmethod
    def in_folder(cls, folder: Path) -> Outputs:
        """The files under their usual names."""
        return cls(folder / PLAN_FILE, folder / REPORT_FILE, folder / WORKBOOK_FILE, folder / INPUTS_FILE)


def way(folder: Path, out: Path) -> str:
    """The way to a folder from the one of a document."""
    return Path(os.path.relpath(folder.resolve(), out.resolve())).as_posix()


def write_outputs(
    files: Outputs,
    document: Mapping[str, Any],
    language: Language,
    province: Province,
    inputs: CapacityInputs,
    hours: HourlyFigures,
    archive: bytes | None = None,
) -> None:
    """Writes inputs, report and workbook, then plan.json; without an archive the inputs stay as they are.

    Raises OSError when one cannot be written, and then none has changed.
    """
    kept: dict[Path, str | bytes] = {} if archive is None else {files.inputs: archive}
    write_together(
        {
            **kept,
            files.report: render_report(document, language, hours, _kinds(inputs), geography_of(inputs, document)),
            files.workbook: render_workbook(document, language, plan_figures(province.book)),
            files.plan: dumps(dict(document)),
        }
    )


def hours_of_plan(
    inputs: CapacityInputs, demand: Demand, plan: Plan | None, accounts: Accounts | None
) -> HourlyFigures:
    """Hours for the charts of the report; none without a plan."""
    if plan is None or accounts is None:
        return NO_HOURS
    series = (site_series(inputs, demand, plan, row.site, row.year) for row in accounts.site_years)
    return hourly_figures(accounts.carbon_free_hours, series)


def _kinds(inputs: CapacityInputs) -> dict[str, str]:
    return {technology.id: technology.kind for technology in inputs.energy.generation}
