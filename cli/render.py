"""The command ``render``: report and workbook of a plan that was made before, without a solver."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.console import LanguageOption, PlanFileArgument, PlanFolderArgument, chosen_language, progress
from cli.endings import fail_check
from cli.plan import files_line
from orchestrator.i18n import messages
from orchestrator.usecases import render_plan


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("render")(render)


def render(
    plan: PlanFileArgument,
    folder: PlanFolderArgument = None,
    lang: LanguageOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder of the three files; by default that of the plan.")
    ] = None,
) -> None:
    """Write report.html and plan.xlsx of a plan again, in another language or place, without solving.

    The plan is verified first. Exit codes: 0 done, 2 wrong input, 5 check failed.
    """
    language = chosen_language(lang)
    text = messages(language)
    with progress(text("progress.writing")):
        rendering = render_plan(plan, plan.parent if out is None else out, language, folder)
    if rendering.files is None:
        fail_check(rendering.findings, text)
    typer.echo(files_line(rendering.files, text))
