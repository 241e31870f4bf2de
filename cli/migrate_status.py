"""The commands ``migrate status`` and ``migrate explain``: where systems stand on a day, and why."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from cli.console import (
    FolderArgument,
    JsonOption,
    LanguageOption,
    chosen_language,
    print_json,
    print_table,
    progress,
    say,
)
from cli.exit_codes import ExitCode
from orchestrator.i18n import Language, messages
from orchestrator.policy import (
    Register,
    counts_of,
    counts_text,
    explain_document,
    explain_lines,
    load_register,
    rows_of,
    status_cells,
    status_document,
    status_headings,
)
from orchestrator.province.words import one_of
from policies import notices

DayOption = Annotated[
    dt.datetime | None,
    typer.Option(
        "--as-of",
        formats=["%Y-%m-%d"],
        metavar="DAY",
        help="The day that is asked about; by default as_of of the folder.",
    ),
]
SystemArgument = Annotated[str, typer.Argument(metavar="SYSTEM", help="The id of a system of the register.")]
SystemFolderArgument = Annotated[Path, typer.Argument(metavar="[DIR]", help="The province folder.")]


def register(group: typer.Typer) -> None:
    """Adds the commands to the group."""
    group.command("status")(status)
    group.command("explain")(explain)


def open_register(folder: Path, day: dt.datetime | None, language: Language) -> Register:
    """The register on a day."""
    with progress(messages(language)("progress.reading")):
        return load_register(folder, None if day is None else day.date())


def status(
    folder: FolderArgument = Path(),
    as_of: DayOption = None,
    agency: Annotated[
        str | None, typer.Option("--agency", metavar="ID", help="Only what this agency has on the day.")
    ] = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show where every system stands on a day: its owner, its level, its status and what is missing.

    The status follows from evidence (the folder evidence and assessments.csv); nothing that is typed in moves it on.
    """
    language = chosen_language(lang)
    text = messages(language)
    found = open_register(folder, as_of, language)
    if agency is not None and agency not in found.agencies:
        say(f"--agency {agency}: {one_of(sorted(found.agencies), agency).of(language)}")
        raise typer.Exit(ExitCode.INPUT)
    rows = rows_of(found, agency)
    if as_json:
        print_json(status_document(found, rows))
        return
    title = text("migrate.title", day=text.date(found.day))
    print_table(status_headings(text), (status_cells(found, row, text) for row in rows), title=title)
    typer.echo(counts_text(counts_of(rows), text))
    for notice in notices(found.province.waivers, found.day):
        key = "policy.waiver_ended" if notice.days <= 0 else "policy.waiver_ends"
        typer.echo(text(key, waiver=notice.waiver.id, day=text.date(notice.waiver.valid_to), days=notice.days))


def explain(
    system: SystemArgument,
    folder: SystemFolderArgument = Path(),
    as_of: DayOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Why a system has its status: its owners over time, its level, the evidence, and what every rule says of it."""
    language = chosen_language(lang)
    found = open_register(folder, as_of, language)
    known = found.system(system)
    if known is None:
        say(f"{system}: {one_of([each.id for each in found.province.systems], system).of(language)}")
        raise typer.Exit(ExitCode.INPUT)
    if as_json:
        print_json(explain_document(found, known))
        return
    for line in explain_lines(found, known, messages(language)):
        typer.echo(line)
