"""The commands ``plan diff``, ``plan explain`` and ``plan doubt``: what a plan rests on, solved and not guessed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.console import (
    GapOption,
    JsonOption,
    LanguageOption,
    ScenarioOption,
    TimeOption,
    chosen_language,
    print_json,
    progress,
    say,
)
from cli.exit_codes import CODE_OF_STATUS
from cli.table_view import show_table
from orchestrator.i18n import Language, Messages, messages
from orchestrator.report.difference_tables import changes_table, decisions_table, doubt_table, lines_table, worth_table
from orchestrator.studied import StudyRequest, compare_plans, doubt_of, worth_of

PlanArgument = Annotated[Path, typer.Argument(metavar="PLAN", help="A plan.json, or a province folder.")]
WorkersOption = Annotated[int, typer.Option("--workers", min=1, help="Plans that are sized at the same time.")]


def register(app: typer.Typer) -> None:
    """Adds the commands to those of ``plan``."""
    app.command("diff")(diff)
    app.command("explain")(explain)
    app.command("doubt")(doubt)


def diff(
    old: PlanArgument,
    new: PlanArgument,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
    scenario: ScenarioOption = "base",
    new_scenario: Annotated[
        str | None, typer.Option("--new-scenario", help="Scenario of the second folder; by default that of the first.")
    ] = None,
    gap: GapOption = 0.001,
    time_limit: TimeOption = 600.0,
    workers: WorkersOption = 1,
) -> None:
    """What changed from one plan to another, and which change of the inputs explains which part of the cost."""
    request = StudyRequest(gap, time_limit, workers)

    def run(tell: Any) -> dict[str, Any]:
        return compare_plans((old, scenario), (new, new_scenario or scenario), request, tell)

    _show(run, (changes_table, lines_table), chosen_language(lang), as_json=as_json)


def explain(
    item: Annotated[str, typer.Argument(metavar="ITEM", help="As the tables name it, or kind/site/item.")],
    plan: PlanArgument = Path(),
    lang: LanguageOption = None,
    as_json: JsonOption = False,
    scenario: ScenarioOption = "base",
    gap: GapOption = 0.001,
    time_limit: TimeOption = 600.0,
) -> None:
    """Why an item is in the plan: what the plan costs without it, what replaces it, and what needs it."""
    request = StudyRequest(gap, time_limit)

    def run(tell: Any) -> dict[str, Any]:
        return worth_of(item, (plan, scenario), request, tell)

    _show(run, (worth_table, lines_table), chosen_language(lang), as_json=as_json)


def doubt(
    folder: PlanArgument = Path(),
    lang: LanguageOption = None,
    as_json: JsonOption = False,
    scenario: ScenarioOption = "base",
    top: Annotated[int, typer.Option("--top", min=1, help="Assumptions to try.")] = 10,
    gap: GapOption = 0.005,
    time_limit: TimeOption = 600.0,
    workers: WorkersOption = 1,
) -> None:
    """Which assumptions change what is built within their range, and which decisions are therefore not decided."""
    request = StudyRequest(gap, time_limit, workers)

    def run(tell: Any) -> dict[str, Any]:
        return doubt_of((folder, scenario), top, request, tell)

    _show(run, (doubt_table, decisions_table), chosen_language(lang), as_json=as_json)


def _show(run: Any, tables: tuple[Any, ...], language: Language, *, as_json: bool) -> None:
    text = messages(language)
    document = _told(run, text)
    if as_json:
        print_json(document)
    else:
        for table in tables:
            show_table(table(document, text))
    status = document.get("status")
    if status in ("infeasible", "no_plan"):
        say(text(f"status.{status}"))
        raise typer.Exit(CODE_OF_STATUS[status])


def _told(run: Any, text: Messages) -> dict[str, Any]:
    with progress(text("progress.study")) as shown:
        (task,) = shown.task_ids

        def tell(event: str, about: dict[str, Any]) -> None:
            if event == "study":
                shown.update(task, description=text("progress.studied", done=about["done"], all=about["all"]))

        return dict(run(tell))
