"""The command ``demand``: what drives what, needs, pools and totals, each figure with its formula and sources."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from capacity.demand import Demand, compute_demand
from capacity.inputs import CapacityInputs
from cli.console import (
    FolderArgument,
    JsonOption,
    LanguageOption,
    ScenarioOption,
    chosen_language,
    output_console,
    print_json,
    print_table,
    say,
)
from cli.exit_codes import ExitCode
from cli.province import open_province
from orchestrator.demand_view import (
    cited_references,
    demand_document,
    demand_tables,
    demand_words,
    explanations,
    population_line,
)
from orchestrator.i18n import Messages
from orchestrator.report import Table
from orchestrator.translate import to_capacity_inputs


def register(app: typer.Typer) -> None:
    """Adds the command of this group."""
    app.command("demand")(demand)


def demand(
    folder: FolderArgument = Path(),
    year: Annotated[int | None, typer.Option("--year", help="Only this year of the horizon.")] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Formula and sources of every figure of --year, or of the last year.")
    ] = False,
    scenario: ScenarioOption = "base",
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what the programmes and systems of the province need by year, what drives it, and the pools of it."""
    language = chosen_language(lang)
    text = demand_words(language)
    inputs = to_capacity_inputs(open_province(folder, scenario, language))
    years = inputs.settings.years
    if year is not None and year not in years:
        say(text("line.year_outside", year=year, first=years[0], last=years[-1]))
        raise typer.Exit(ExitCode.INPUT)
    computed = compute_demand(inputs)
    if as_json:
        print_json(demand_document(inputs, computed, year))
        return
    typer.echo(population_line(inputs, text))
    for table in demand_tables(inputs, computed, text, year):
        _print_table(table)
    if explain:
        _print_explanations(inputs, computed, text, years[-1] if year is None else year)


def _print_table(table: Table) -> None:
    """On a terminal a cell that repeats the one above it is left empty; other programs get every cell."""
    typer.echo()
    headings = [f"{column.heading}>" if column.numeric else column.heading for column in table.columns]
    rows: list[tuple[str, ...]] = list(table.rows)
    if output_console().is_terminal:
        rows = [
            tuple("" if table.repeats(place, column) else cell for column, cell in enumerate(row))
            for place, row in enumerate(table.rows)
        ]
    print_table(headings, rows, title=table.title)
    if table.note:
        typer.echo(table.note)


def _print_explanations(inputs: CapacityInputs, computed: Demand, text: Messages, year: int) -> None:
    typer.echo()
    typer.echo(text("note.explain"))
    for each in explanations(inputs, computed, text, year):
        typer.echo()
        typer.echo(each.heading)
        typer.echo(f"  = {each.formula}")
        for step in each.steps:
            typer.echo(f"  {text('line.where')} {step}")
        for source in each.sources:
            typer.echo(f"  {text('line.sources')} {source}")
    needs = [need for need in computed.needs if need.year == year]
    headings = [text(f"column.{name}") for name in ("reference", "document", "place", "date", "confidence")]
    rows = (
        (
            reference.id,
            reference.title,
            " ".join(reference.where.split()),
            text.date(reference.date),
            text(f"confidence.{reference.confidence}"),
        )
        for reference in cited_references(inputs, needs)
    )
    typer.echo()
    print_table(headings, rows, title=text("title.references"))
