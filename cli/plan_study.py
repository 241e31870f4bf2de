"""The commands ``plan diff``, ``explain``, ``doubt`` and ``frontier``: what a plan rests on, solved and not guessed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.console import (
    DaskOption,
    GapOption,
    JsonOption,
    LanguageOption,
    ScenarioOption,
    TimeOption,
    WorkersOption,
    chosen_language,
    print_json,
    progress,
    say,
)
from cli.exit_codes import CODE_OF_STATUS, ExitCode
from cli.table_view import show_table
from orchestrator.ensemble import WorkersRequest
from orchestrator.frontier import TARGETS, Over, targets_between
from orchestrator.frontier_files import FrontierOutcome, frontier_of
from orchestrator.i18n import Language, Messages, messages
from orchestrator.report.difference_tables import changes_table, decisions_table, doubt_table, lines_table, worth_table
from orchestrator.report.frontier_tables import frontier_table
from orchestrator.studied import StudyRequest, compare_plans, doubt_of, worth_of

PlanArgument = Annotated[Path, typer.Argument(metavar="PLAN", help="A plan.json, or a province folder.")]
DEFAULT_TARGETS = ",".join(f"{100 * target:g}" for target in TARGETS)


def register(app: typer.Typer) -> None:
    """Adds the commands to those of ``plan``."""
    app.command("diff")(diff)
    app.command("explain")(explain)
    app.command("doubt")(doubt)
    app.command("frontier")(frontier)


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
    workers: WorkersOption = None,
    dask: DaskOption = None,
) -> None:
    """What changed from one plan to another, and which change of the inputs explains which part of the cost."""
    request = StudyRequest(gap, time_limit, WorkersRequest(workers, dask))

    def run(tell: Any) -> dict[str, Any]:
        return compare_plans((old, scenario), (new, new_scenario or scenario), request, tell)

    show_study(run, (changes_table, lines_table), chosen_language(lang), as_json=as_json)


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

    show_study(run, (worth_table, lines_table), chosen_language(lang), as_json=as_json)


def doubt(
    folder: PlanArgument = Path(),
    lang: LanguageOption = None,
    as_json: JsonOption = False,
    scenario: ScenarioOption = "base",
    top: Annotated[int, typer.Option("--top", min=1, help="Assumptions to try.")] = 10,
    gap: GapOption = 0.005,
    time_limit: TimeOption = 600.0,
    workers: WorkersOption = None,
    dask: DaskOption = None,
) -> None:
    """Which assumptions change what is built within their range, and which decisions are therefore not decided."""
    request = StudyRequest(gap, time_limit, WorkersRequest(workers, dask))

    def run(tell: Any) -> dict[str, Any]:
        return doubt_of((folder, scenario), top, request, tell)

    show_study(run, (doubt_table, decisions_table), chosen_language(lang), as_json=as_json)


def frontier(
    folder: PlanArgument = Path(),
    lang: LanguageOption = None,
    as_json: JsonOption = False,
    scenario: ScenarioOption = "base",
    over: Annotated[
        Over, typer.Option("--over", help="cfe: hourly carbon-free energy; renewable: the share of the year.")
    ] = "cfe",
    targets: Annotated[
        str | None,
        typer.Option(
            "--targets",
            help="Percentages of the last year's load, with commas between them.",
            show_default=DEFAULT_TARGETS,
        ),
    ] = None,
    lowest: Annotated[
        float | None,
        typer.Option("--from", min=0.0, max=1.0, help="Lowest target as a fraction, in place of --targets."),
    ] = None,
    highest: Annotated[
        float | None, typer.Option("--to", min=0.0, max=1.0, help="Highest target as a fraction.")
    ] = None,
    steps: Annotated[int, typer.Option("--steps", min=2, max=200, help="Targets from --from to --to.")] = 7,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder of frontier.json; by default that of PLAN, or out/<name of the folder>."),
    ] = None,
    gap: GapOption = 0.005,
    time_limit: TimeOption = 600.0,
    workers: WorkersOption = None,
    dask: DaskOption = None,
) -> None:
    """What a rising share of clean energy costs: the province sized at every target, as a curve in the report."""
    language = chosen_language(lang)
    text = messages(language)
    shares = _shares(DEFAULT_TARGETS if targets is None else targets)
    if shares is None:
        say(text("frontier.bad_targets", value=targets))
        raise typer.Exit(ExitCode.INPUT)
    if lowest is not None or highest is not None:
        if targets is not None or lowest is None or highest is None or not 0 < lowest < highest:
            say(text("frontier.bad_range"))
            raise typer.Exit(ExitCode.INPUT)
        shares = list(targets_between(lowest, highest, steps))
    beside = folder.parent if folder.is_file() else Path("out") / folder.resolve().name
    place = beside if out is None else out
    request = StudyRequest(gap, time_limit, WorkersRequest(workers, dask))
    written: list[FrontierOutcome] = []

    def run(tell: Any) -> dict[str, Any]:
        written.append(frontier_of((folder, scenario), over, shares, place, language, request, tell))
        document = written[0].document
        return document if as_json else {"frontier": document}

    show_study(run, (frontier_table,), language, as_json=as_json)
    if not as_json:
        typer.echo(text("frontier.saved", file=written[0].file))
        if written[0].plan is not None:
            typer.echo(text("frontier.in_plan", plan=written[0].plan))


def _shares(percentages: str) -> list[float] | None:
    """Fractions of a list of percentages, None when it is none."""
    try:
        shares = [float(part) / 100 for part in percentages.split(",")]
    except ValueError:
        return None
    return shares if all(0 < share <= 1 for share in shares) else None


def show_study(run: Any, tables: tuple[Any, ...], language: Language, *, as_json: bool) -> None:
    """Runs a study with its progress told, prints its document or tables, and ends with the code of its status."""
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
                shown.update(task, description=studied(about, text))
            elif event == "alternatives":
                shown.update(task, description=studied(about, text, "progress.alternatives"))

        return dict(run(tell))


def studied(about: Mapping[str, Any], text: Messages, words: str = "progress.studied") -> str:
    """How far a study is: what is done, what of it has no plan, and what was begun again because a worker died."""
    said = text(words, done=about["done"], all=about["all"])
    if about.get("failed"):
        said += text("progress.failed", failed=about["failed"])
    if about.get("again"):
        said += text("progress.again", names=", ".join(dict.fromkeys(about["again"])))
    return said
