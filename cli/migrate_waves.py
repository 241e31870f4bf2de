"""The command ``migrate waves``: when each system moves, why some are late, and what it costs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import typer

from capacity.waves import WaveOptions
from capacity.waves.check import check
from capacity.waves.result import Status
from cli.console import (
    FolderArgument,
    JsonOption,
    LanguageOption,
    ScenarioOption,
    SeedOption,
    ThreadsOption,
    chosen_language,
    print_json,
    progress,
    say,
)
from cli.exit_codes import ExitCode
from cli.province import open_province
from cli.table_view import show_table
from orchestrator.document import dumps, write_atomically
from orchestrator.i18n import messages
from orchestrator.province import Text
from orchestrator.translate_waves import to_wave_problem
from orchestrator.waves_view import conflict_lines, previous_schedule, summary_lines, wave_tables, waves_document

CODE_OF_STATUS: dict[Status, ExitCode] = {
    "optimal": ExitCode.DONE,
    "feasible": ExitCode.DONE,
    "infeasible": ExitCode.INFEASIBLE,
    "unknown": ExitCode.NO_PLAN,
}


def register(group: typer.Typer) -> None:
    """Adds the command."""
    group.command("waves")(waves)


def waves(
    folder: FolderArgument = Path(),
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="DATE", help="Schedule from this day on, YYYY-MM-DD; by default that of province.yaml."
        ),
    ] = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
    scenario: ScenarioOption = "base",
    gap: Annotated[
        float, typer.Option("--gap", min=0.0, max=1.0, help="Relative gap at which each aim is good enough.")
    ] = 0.0,
    time_limit: Annotated[float, typer.Option("--time-limit", min=1.0, help="Seconds for the search.")] = 60.0,
    threads: ThreadsOption = 2,
    seed: SeedOption = 918,
    previous: Annotated[
        Path | None,
        typer.Option(
            "--previous", help="An earlier document of this command: what must not move stays as it was there."
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the document of the waves to this file.")] = None,
) -> None:
    """Schedule every move of the register: least late, then least cost, then smooth, with a proved bound.

    Needs waves.yaml. Exit codes: 0 done, 2 wrong input, 3 infeasible, 4 nothing found in time, 5 check failed.
    """
    language = chosen_language(lang)
    text = messages(language)
    province = open_province(folder, scenario, language)
    if province.waves is None:
        say(Text(f"{folder}: no waves.yaml", f"{folder}: không có waves.yaml").of(language))
        raise typer.Exit(ExitCode.INPUT)
    try:
        day = province.settings.as_of if as_of is None else dt.date.fromisoformat(as_of)
    except ValueError:
        words = Text(
            f"--as-of: '{as_of}', a date as YYYY-MM-DD is expected", f"--as-of: '{as_of}', phải là ngày dạng YYYY-MM-DD"
        )
        say(words.of(language))
        raise typer.Exit(ExitCode.INPUT) from None
    inputs = to_wave_problem(province, day)
    before = None if previous is None else previous_schedule(previous, inputs)
    from capacity.waves.solver import schedule

    options = WaveOptions(gap=gap, seconds=time_limit, threads=threads, seed=seed)
    with progress(Text("Scheduling the waves", "Đang xếp lịch các đợt").of(language)) as shown:

        def tell(stage: str, values: dict[str, Any]) -> None:
            if stage == "stage":
                shown.update(shown.task_ids[0], description=f"{values['name']}: {values['value']} ≥ {values['bound']}")

        found = schedule(inputs.problem, options, tell, before)
    if violations := check(inputs.problem, found, before):
        say(text("line.check_failed"))
        for violation in violations:
            say(f"  {violation.message_vi if language == 'vi' else violation.message_en}")
        raise typer.Exit(ExitCode.CHECK_FAILED)
    document = waves_document(province, inputs, found, day)
    if out is not None:
        write_atomically(out, dumps(document))
    if as_json:
        print_json(document)
    else:
        for line in summary_lines(document, text):
            typer.echo(line)
        if found.status == "infeasible":
            for line in conflict_lines(document, text):
                typer.echo(line)
        elif found.starts is not None:
            typer.echo()
            for table in wave_tables(document, text):
                show_table(table)
    if code := CODE_OF_STATUS[found.status]:
        raise typer.Exit(code)
