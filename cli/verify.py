"""The command ``verify``: recomputes a plan from its inputs, without a solver."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli.console import JsonOption, LanguageOption, chosen_language, print_json, progress, say
from cli.exit_codes import ExitCode
from cli.province import list_problems
from orchestrator.document import DocumentError
from orchestrator.i18n import messages
from orchestrator.province import InvalidProvinceError
from orchestrator.usecases import verify_plan


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("verify")(verify)


def verify(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan.json.")],
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="The province folder; by default the one in the plan.")
    ] = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Recompute a plan from its province folder without a solver: OK, or every violation and exit code 5."""
    language = chosen_language(lang)
    text = messages(language)
    try:
        with progress(text("progress.checking")):
            found = verify_plan(plan, folder)
    except DocumentError as error:
        for problem in error.problems:
            say(problem.of(language))
        raise typer.Exit(ExitCode.INPUT) from None
    except InvalidProvinceError as error:
        list_problems(Path(error.folder), error.problems, language)
        raise typer.Exit(ExitCode.INPUT) from None
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
    elif not found.findings:
        typer.echo(text("line.verified"))
    else:
        say(text("line.check_failed"))
        for finding in found.findings:
            typer.echo(text.pick({"vi": finding.message_vi, "en": finding.message_en}))
    if found.findings:
        raise typer.Exit(ExitCode.CHECK_FAILED)
