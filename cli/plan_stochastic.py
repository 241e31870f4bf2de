"""The command ``plan stochastic``: orders that are right for several scenarios at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from capacity.model.risk import Risk
from cli.console import (
    DaskOption,
    FolderArgument,
    GapOption,
    JsonOption,
    LanguageOption,
    ThreadsOption,
    TimeOption,
    WorkersOption,
    chosen_language,
    print_json,
    progress,
    say,
)
from cli.endings import fail_check
from cli.exit_codes import CODE_OF_STATUS, ExitCode
from cli.plan_study import studied
from cli.table_view import show_table
from orchestrator.ensemble import WorkersRequest
from orchestrator.i18n import Messages, messages
from orchestrator.report.figure_tables import shadow_table
from orchestrator.report.stochastic_tables import (
    stochastic_orders,
    stochastic_scenarios,
    stochastic_summary,
    stochastic_test,
    stochastic_violations,
)
from orchestrator.report.table import Table
from orchestrator.stochastic import StochasticPlan, StochasticRequest, plan_scenarios
from orchestrator.stochastic_plans import plan_place, scenario_files
from orchestrator.stochastic_record import stochastic_document, write_stochastic

TABLES = (stochastic_summary, stochastic_scenarios, stochastic_orders, shadow_table, stochastic_test)


def register(app: typer.Typer) -> None:
    """Adds the command to those of ``plan``."""
    app.command("stochastic")(stochastic)


def stochastic(
    folder: FolderArgument = Path(),
    lang: LanguageOption = None,
    as_json: JsonOption = False,
    scenarios: Annotated[
        str | None,
        typer.Option("--scenarios", help="Ids with commas between them; by default those that have a probability."),
    ] = None,
    draw: Annotated[
        int, typer.Option("--draw", min=0, help="Draw so many scenarios from what scenarios.yaml calls uncertain.")
    ] = 0,
    keep: Annotated[
        int | None, typer.Option("--keep", min=1, help="Plan for so many, which stand for all of them.")
    ] = None,
    risk: Annotated[
        float, typer.Option("--risk", min=0.0, max=0.99, help="Weight of the dearest outcomes (CVaR) in the objective.")
    ] = 0.0,
    tail: Annotated[
        float, typer.Option("--tail", min=0.001, max=1.0, help="Share of outcomes that are the dearest ones.")
    ] = 0.1,
    test: Annotated[
        int, typer.Option("--test", min=0, help="Try the orders in so many unseen scenarios, drawn with another seed.")
    ] = 0,
    value: Annotated[
        bool, typer.Option("--value/--no-value", help="Compare with the orders of the base scenario's own plan.")
    ] = True,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder of stochastic.json; by default out/<name of DIR>.")
    ] = None,
    plans: Annotated[
        bool, typer.Option("--plans", help="Write the plan.json of every scenario too, each into a folder of its own.")
    ] = False,
    gap: GapOption = 0.01,
    time_limit: TimeOption = 600.0,
    threads: ThreadsOption = 2,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the draws and of the solvers.")] = 918,
    workers: WorkersOption = None,
    dask: DaskOption = None,
) -> None:
    """One set of orders for several scenarios: least expected cost, every requirement held in each, with a proof.

    Exit codes: 0 done, 2 wrong input, 3 infeasible, 4 no plan in time, 5 check failed, 7 workers lost.
    """
    language = chosen_language(lang)
    text = messages(language)
    named = tuple(part.strip() for part in (scenarios or "").split(",") if part.strip())
    if named and draw:
        say(text("stochastic.bad_scenarios"))
        raise typer.Exit(ExitCode.INPUT)
    request = StochasticRequest(
        folder=folder,
        scenarios=named,
        draw=draw,
        keep=keep,
        risk=Risk(risk, tail),
        test=test,
        value=value,
        gap=gap,
        time_limit_s=time_limit,
        threads=threads,
        seed=seed,
        workers=WorkersRequest(workers, dask),
    )
    plan = _planned(request, text)
    if plan.findings:
        for scenario in dict.fromkeys(name for name, _ in plan.findings):
            say(text("stochastic.findings", scenario=scenario or "*"))
        fail_check([violation for _, violation in plan.findings], text)
    place = Path("out") / folder.resolve().name if out is None else out
    document = stochastic_document(plan, {case.name: plan_place(case.name) for case in plan.cases} if plans else {})
    file = write_stochastic(place, document, scenario_files(plan, place) if plans else {})
    if as_json:
        print_json(document)
    else:
        for table in _tables(document):
            show_table(table(document, text))
        typer.echo(text("stochastic.saved_to", file=file))
        for each in document["scenarios"]:
            if each["plan"] is not None:
                typer.echo(text("stochastic.saved_to", file=place / each["plan"]))
    code = CODE_OF_STATUS[plan.result.status]
    if code is not ExitCode.DONE:
        say(text(f"status.{plan.result.status}"))
        raise typer.Exit(code)


def _tables(document: dict[str, Any]) -> tuple[Callable[[dict[str, Any], Messages], Table], ...]:
    """Without a plan there are no orders to show, and nothing that could be tested."""
    if document["violation_vnd"] is not None:
        return stochastic_summary, stochastic_violations
    return TABLES if document["objective_vnd"] is not None else (stochastic_summary,)


def _planned(request: StochasticRequest, text: Messages) -> StochasticPlan:
    with progress(text("progress.reading")) as shown:
        (task,) = shown.task_ids

        def tell(event: str, about: dict[str, Any]) -> None:
            if event == "study":
                words = studied(about, text)
            elif "gap" in about:
                words = text(
                    "progress.best",
                    objective=text.billion(about["objective_vnd"]),
                    bound=text.billion(about["bound_vnd"]),
                    gap=text.percent(about["gap"], 2),
                )
            else:
                words = text(f"progress.{event}")
            shown.update(task, description=words)

        return plan_scenarios(request, tell)
