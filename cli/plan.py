"""The command ``plan``: sizes a province, shows the plan, and writes plan.json, report.html and plan.xlsx."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cli.console import (
    DaskOption,
    FolderArgument,
    GapOption,
    JsonOption,
    LanguageOption,
    ScenarioOption,
    SeedOption,
    ThreadsOption,
    TimeOption,
    WorkersOption,
    chosen_language,
    progress,
)
from cli.endings import fail_check
from cli.exit_codes import CODE_OF_STATUS
from cli.table_view import show_table
from orchestrator.document import Document, dumps
from orchestrator.ensemble import WorkersRequest
from orchestrator.i18n import BILLION, Messages, messages
from orchestrator.outputs import Outputs
from orchestrator.report import tables_in_order
from orchestrator.report.conflict_tables import member_table, relaxation_table
from orchestrator.report.figure_tables import violation_amount
from orchestrator.report.table import Names
from orchestrator.studies import no_progress
from orchestrator.usecases import PlanOutcome, PlanRequest, size_province

Tell = Callable[[str, dict[str, Any]], None]


def register(app: typer.Typer) -> None:
    """Adds the command, and those that study a plan beside it: ``plan DIR`` is ``plan size DIR``."""
    group = typer.Typer(cls=_SizesByDefault, no_args_is_help=False)
    group.command("size")(plan)
    from cli import plan_stochastic, plan_study, plan_what_if

    plan_study.register(group)
    plan_stochastic.register(group)
    plan_what_if.register(group)
    app.add_typer(group, name="plan", help=plan.__doc__)


class _SizesByDefault(TyperGroup):
    """Words that begin with no name of a command are those of ``size``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Puts ``size`` in front where no command is named."""
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = ["size", *args]
        return super().parse_args(ctx, args)


def plan(
    folder: FolderArgument = Path(),
    lang: LanguageOption = None,
    as_json: JsonOption = False,
    scenario: ScenarioOption = "base",
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder of the three files of a plan; by default out/<name of DIR>.")
    ] = None,
    gap: GapOption = 0.001,
    time_limit: TimeOption = 600.0,
    threads: ThreadsOption = 2,
    seed: SeedOption = 918,
    doubt: Annotated[
        int,
        typer.Option("--doubt", min=0, help="Assumptions to try at -30 % and +30 % for the report; each sizes twice."),
    ] = 0,
    workers: WorkersOption = None,
    dask: DaskOption = None,
    start: Annotated[
        Path | None,
        typer.Option("--start", help="A plan.json from which the search begins; it may be of other inputs."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show neither progress nor tables.")] = False,
) -> None:
    """Size the data centres and clouds of a province: what to build, rent, power and pay, with a proved bound.

    Exit codes: 0 done, 2 wrong input, 3 infeasible, 4 no plan in time, 5 check failed, 7 workers lost.
    """
    language = chosen_language(lang)
    text = messages(language)
    folder_of_results = Path("out") / folder.resolve().name if out is None else out
    request = PlanRequest(
        folder,
        folder_of_results,
        scenario,
        language,
        gap,
        time_limit,
        threads,
        seed,
        doubt,
        WorkersRequest(workers, dask),
        start,
    )
    with _telling(text, is_silent=as_json or quiet) as tell:
        outcome = size_province(request, progress=tell)
    if outcome.document is None:
        fail_check(outcome.findings, text)
    if as_json:
        typer.echo(dumps(outcome.document), nl=False)
    else:
        _show(outcome, outcome.document, text, with_tables=not quiet)
    raise typer.Exit(CODE_OF_STATUS[outcome.result.status])


@contextmanager
def _telling(text: Messages, *, is_silent: bool) -> Iterator[Tell]:
    """Tells on standard error what is being done; says nothing when silent or when that is no terminal."""
    if is_silent:
        yield no_progress
        return
    with progress(text("progress.reading")) as shown:
        (task,) = shown.task_ids

        def tell(event: str, about: dict[str, Any]) -> None:
            shown.update(task, description=described(event, about, text))

        yield tell


def described(event: str, about: dict[str, Any], text: Messages) -> str:
    """What is being done, and the best plan and bound as far as they are known."""
    doing = text.find(f"progress.{event}", text("progress.solving"))
    objective, bound, gap = (about.get(name) for name in ("objective_vnd", "bound_vnd", "gap"))
    if not isinstance(objective, float) or not isinstance(bound, float) or not isinstance(gap, float):
        return doing
    best = text("progress.best", objective=text.billion(objective), bound=text.billion(bound), gap=text.percent(gap, 2))
    return f"{doing}: {best}"


def _show(outcome: PlanOutcome, document: Document, text: Messages, *, with_tables: bool) -> None:
    if outcome.result.status == "infeasible":
        for line in conflict_lines(document, text):
            typer.echo(line)
    elif outcome.result.status == "no_plan":
        line = "line.no_plan_ended" if outcome.had_time_left else "line.no_plan"
        typer.echo(text(line, seconds=text.number(document["seconds"])))
        if outcome.earlier_plan is not None:
            typer.echo(text("line.earlier_files", folder=outcome.earlier_plan.parent))
    elif with_tables:
        for table in tables_in_order(document, text):
            show_table(table)
    if with_tables and document["notices"]:
        typer.echo(f"{text('line.notices')}:")
        for notice in document["notices"]:
            typer.echo(f"  – {text.pick(notice)}")
    for line in closing_lines(outcome, document, text):
        typer.echo(line)


def conflict_lines(document: Document, text: Messages) -> list[str]:
    """The constraints that cannot hold together: name, citation, year, place, amount, and what was proved."""
    names = Names(document, text)
    total, bound = (text.amount(document[key] / BILLION, 6) for key in ("violation_vnd", "violation_bound_vnd"))
    lines = [text("line.infeasible", total=total, bound=bound)]
    for row in document["violations"]:
        place = names.of("sites", row["site"]) if row["site"] is not None else text("scope.province")
        amount, unit = violation_amount(row, text)
        values = {"policy": names.policy(row["policy"]), "citation": names.citation(row["policy"]), "place": place}
        lines.append("  – " + text("line.violation", year=row["year"], amount=amount, unit=unit, **values))
    return [*lines, *explanation_lines(document, text)]


def explanation_lines(document: Document, text: Messages) -> list[str]:
    """The minimal set of requirements, and what relaxes them; nothing when no conflict was explained."""
    if document["conflict"] is None:
        return [text("line.not_explained")]
    lines = []
    for table in (member_table(document, text), relaxation_table(document, text)):
        lines += [
            "",
            table.title,
            *("  – " + "; ".join(cell for cell in row if cell) for row in table.rows),
            table.note,
        ]
    return lines


def files_line(files: Outputs, text: Messages) -> str:
    """Where the files are that people open."""
    return text("line.files", plan=files.plan, report=files.report, workbook=files.workbook)


def closing_lines(outcome: PlanOutcome, document: Document, text: Messages) -> list[str]:
    """Status with objective, bound and gap; hours, seconds, memory; the check; where the files are."""
    lines = []
    if document["objective_vnd"] is not None:
        lines.append(
            text(
                "line.status",
                status=text(f"status.{document['status']}"),
                objective=text.billion(document["objective_vnd"]),
                bound=text.billion(document["bound_vnd"]),
                gap=text.percent(document["gap"], 2),
            )
        )
    lines.append(
        text(
            "line.effort",
            hours=text.number(document["hours"]),
            seconds=text.number(document["seconds"], 1),
            memory=text.number(document["peak_memory_mib"]),
            seed=document["seed"],
        )
    )
    if document["accounts"] is not None:
        lines.append(text("line.check_passed"))
    if outcome.files is not None:
        lines.append(files_line(outcome.files, text))
    return lines
