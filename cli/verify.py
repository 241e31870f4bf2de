"""The command ``verify``: recomputes a plan from its inputs, without a solver."""

from __future__ import annotations

from dataclasses import asdict

import typer

from cli.console import (
    JsonOption,
    LanguageOption,
    PlanFileArgument,
    PlanFolderArgument,
    chosen_language,
    print_json,
    progress,
)
from cli.endings import fail_check
from cli.exit_codes import ExitCode
from orchestrator.i18n import messages
from orchestrator.usecases import verify_plan


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("verify")(verify)


def verify(
    plan: PlanFileArgument,
    folder: PlanFolderArgument = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Recompute a plan from its province folder without a solver: OK, or every violation and exit code 5."""
    text = messages(chosen_language(lang))
    with progress(text("progress.checking")):
        found = verify_plan(plan, folder)
    if as_json:
        print_json(
            {
                "plan": str(found.plan_file),
                "folder": str(found.folder),
                "inputs_digest": found.digest,
                "valid": not found.findings,
                "violations": [asdict(finding) for finding in found.findings],
            }
        )
        if found.findings:
            raise typer.Exit(ExitCode.CHECK_FAILED)
    elif found.findings:
        # here the findings are the answer, which may be piped on
        fail_check(found.findings, text, typer.echo)
    else:
        typer.echo(text("line.verified"))
