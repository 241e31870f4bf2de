"""What the commands share: options, language, tables, JSON and progress."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from orchestrator.i18n import Language

LANGUAGE_VARIABLE = "CAMAU_DC_LANG"
LanguageOption = Annotated[
    Language | None,
    typer.Option("--lang", envvar=LANGUAGE_VARIABLE, help="Language of the output; by default that of the locale."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
ScenarioOption = Annotated[str, typer.Option("--scenario", help="A scenario of scenarios.yaml.")]
PlanFileArgument = Annotated[Path, typer.Argument(metavar="PLAN", help="A plan.json.")]
PlanFolderArgument = Annotated[
    Path | None, typer.Argument(metavar="[DIR]", help="The province folder; by default the one in the plan.")
]
GapOption = Annotated[
    float, typer.Option("--gap", min=0.0, max=1.0, help="Relative gap at which to stop, of each plan that is sized.")
]
TimeOption = Annotated[
    float, typer.Option("--time-limit", min=1.0, help="Seconds for the search, for each plan that is sized.")
]
ThreadsOption = Annotated[int, typer.Option("--threads", min=1, help="Threads of the solvers.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Seed of the solvers.")]
WorkersOption = Annotated[
    int | None,
    typer.Option("--workers", min=1, help="Processes that size plans at the same time; by default one for each core."),
]
DaskOption = Annotated[
    str | None,
    typer.Option(
        "--dask", metavar="ADDRESS", help="Size the plans on a Dask cluster: tcp://HOST:PORT of its scheduler."
    ),
]
FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", help="The province folder.", show_default=True)]

_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def chosen_language(option: Language | None) -> Language:
    """The language that was asked for, else Vietnamese in a Vietnamese locale, else English."""
    if option is not None:
        return option
    locale = next((value for name in _LOCALE_VARIABLES if (value := os.environ.get(name))), "")
    return "vi" if locale.lower().startswith("vi") else "en"


def output_console() -> Console:
    """Standard output for tables; texts are printed as they are, without markup."""
    return Console(markup=False, highlight=False)


def error_console() -> Console:
    """Standard error for progress and remarks."""
    return Console(stderr=True, markup=False, highlight=False)


def say(text: str) -> None:
    """One line to standard error, never wrapped."""
    typer.echo(text, err=True)


def print_json(document: Any) -> None:
    """A document to standard output as JSON, with Vietnamese letters as they are."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


def print_table(headings: Iterable[str], rows: Iterable[Iterable[str]], title: str | None = None) -> None:
    """A table on a terminal; elsewhere lines of cells with tabs between them, which other programs can read.

    Headings that end with ``>`` are of columns aligned to the right.
    """
    console = output_console()
    names = list(headings)
    if not console.is_terminal:
        if title:
            typer.echo(f"# {title}")
        typer.echo("\t".join(name.removesuffix(">") for name in names))
        for row in rows:
            typer.echo("\t".join(row))
        return
    table = Table(title=title, title_justify="left")
    for name in names:
        table.add_column(name.removesuffix(">"), justify="right" if name.endswith(">") else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)


@contextmanager
def progress(description: str, total: float | None = None) -> Iterator[Progress]:
    """Progress on standard error while the block runs, gone afterwards; silent when that is no terminal.

    The one task in it has the given description and total; without a total it only shows the time.
    """
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = error_console()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        shown.add_task(description, total=total)
        yield shown
