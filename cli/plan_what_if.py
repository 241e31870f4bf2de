"""The commands ``plan whatif``, ``sensitivity`` and ``alternatives``: what other values, limits and plans would be."""

from __future__ import annotations

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
    say,
)
from cli.exit_codes import ExitCode
from cli.plan_study import PlanArgument, show_study
from orchestrator.alternatives import alternatives as alternatives_of
from orchestrator.ensemble import WorkersRequest
from orchestrator.i18n import messages
from orchestrator.report.study_tables import (
    alternatives_table,
    choices_table,
    sensitivity_table,
    values_table,
    what_if_lines,
    what_if_table,
)
from orchestrator.sensitivity import sensitivity as sensitivity_of
from orchestrator.studied import StudyRequest
from orchestrator.what_if import what_if, what_ifs_in, what_ifs_of

SET = "set"


def register(app: typer.Typer) -> None:
    """Adds the commands to those of ``plan``."""
    app.command("whatif")(whatif)
    app.command("sensitivity")(sensitivity)
    app.command("alternatives")(alternatives)


def whatif(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PLAN] set PATH=VALUE…",
            help="A plan.json or a province folder, and what is set: path=value, path=+5 or path=-20%.",
            show_default=False,
        ),
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="What-ifs of a YAML file: what_ifs, each with name and set.")
    ] = None,
    each: Annotated[bool, typer.Option("--each", help="Every assignment by itself, instead of all together.")] = False,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
    scenario: ScenarioOption = "base",
    gap: GapOption = 0.001,
    time_limit: TimeOption = 600.0,
    workers: WorkersOption = None,
    dask: DaskOption = None,
) -> None:
    """What other values would change: the province is sized with them, from the plan that there is.

    Paths are those of scenarios.yaml, such as sites.sites[nam-can].grid.existing_mw; a last key may be short, as
    energy.battery.capex is for both capex_vnd_per_mw and capex_vnd_per_mwh. Exit codes: 0 done, 2 wrong input,
    3 infeasible, 4 no plan in time, 7 workers lost.
    """
    language = chosen_language(lang)
    text = messages(language)
    split = _split(words or [])
    if split is None or (not split[1] and file is None):
        say(text("what_if.usage"))
        raise typer.Exit(ExitCode.INPUT)
    place, texts = split
    what_ifs = (*what_ifs_of(texts, each=each), *(what_ifs_in(file) if file is not None else ()))
    request = StudyRequest(gap, time_limit, WorkersRequest(workers, dask))

    def run(tell: Any) -> dict[str, Any]:
        return what_if((place, scenario), what_ifs, request, tell)

    tables = (what_if_table, values_table, *((what_if_lines,) if len(what_ifs) == 1 else ()))
    show_study(run, tables, language, as_json=as_json)


def sensitivity(
    plan: PlanArgument = Path(),
    duals: Annotated[
        bool, typer.Option("--duals", help="By the duals alone, without a new plan for each step.")
    ] = False,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
    scenario: ScenarioOption = "base",
    gap: GapOption = 0.001,
    time_limit: TimeOption = 600.0,
    workers: WorkersOption = None,
    dask: DaskOption = None,
) -> None:
    """What a step of each limit is worth: 1 MW of grid, a point of clean energy, 1 bn VND of a budget, 1 % of land.

    By the duals with the plan's integers fixed, and by a new plan for the step with the error that the gaps leave.
    """
    request = StudyRequest(gap, time_limit, WorkersRequest(workers, dask))

    def run(tell: Any) -> dict[str, Any]:
        return sensitivity_of((plan, scenario), request, tell, duals_only=duals)

    show_study(run, (sensitivity_table,), chosen_language(lang), as_json=as_json)


def alternatives(
    plan: PlanArgument = Path(),
    within: Annotated[
        str, typer.Option("--within", metavar="SHARE", help="How much more than the least cost, such as 3%.")
    ] = "3%",
    most: Annotated[int, typer.Option("--plans", min=1, max=100, help="Plans to show beside the best one.")] = 5,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
    scenario: ScenarioOption = "base",
    gap: GapOption = 0.001,
    time_limit: TimeOption = 600.0,
    workers: WorkersOption = None,
    dask: DaskOption = None,
) -> None:
    """Plans that cost little more than the best and differ most from it, and how far every choice can go.

    The limit is on the cost of the checked plan, above the proved bound. The time limit is for the best plan, and
    again for all others, in equal parts of the time that the workers spend.
    """
    language = chosen_language(lang)
    share = _share(within)
    if share is None:
        say(messages(language)("alternatives.bad_share", value=within))
        raise typer.Exit(ExitCode.INPUT)

    request = StudyRequest(gap, time_limit, WorkersRequest(workers, dask))

    def run(tell: Any) -> dict[str, Any]:
        return alternatives_of((plan, scenario), share, most, request, tell)

    show_study(run, (alternatives_table, choices_table), language, as_json=as_json)


def _share(written: str) -> float | None:
    """A fraction of a percentage with or without its sign; None when it is none."""
    try:
        share = float(written.strip().removesuffix("%")) / 100
    except ValueError:
        return None
    return share if 0 < share <= 1 else None


def _split(words: list[str]) -> tuple[Path, list[str]] | None:
    """The place, here by default, and the assignments; None when the words are no such thing."""
    before, after = (words[: words.index(SET)], words[words.index(SET) + 1 :]) if SET in words else (words, [])
    if len(before) > 1 or (SET in words and not after):
        return None
    return Path(before[0]) if before else Path(), after
