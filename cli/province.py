"""Commands of the province folder: ``init``, ``validate``, ``schema`` and ``sources``."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.console import (
    FolderArgument,
    JsonOption,
    LanguageOption,
    ScenarioOption,
    chosen_language,
    print_json,
    print_table,
    progress,
    say,
)
from cli.endings import list_problems
from cli.exit_codes import ExitCode
from orchestrator.document import plan_schema, write_atomically
from orchestrator.i18n import Language, messages
from orchestrator.outputs import PLAN_FILE
from orchestrator.province import (
    FILES,
    STANDINGS,
    Figure,
    Problem,
    Province,
    Standing,
    Text,
    create_province,
    figures,
    file_schema,
    read_province,
    schema_name,
    standing_counts,
)

STANDING_WORDS = {
    "sourced": Text("sourced", "có nguồn"),
    "derived": Text("derived", "suy ra"),
    "assumption": Text("assumption", "giả định"),
}

HEADINGS = Text(
    "place|figure|value>|standing|source|document|date",
    "vị trí|số liệu|giá trị>|cơ sở|nguồn|tài liệu|ngày",
)


def register(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    app.command("init")(init)
    app.command("validate")(validate)
    app.command("schema")(schema)
    app.command("sources")(sources)


def open_province(folder: Path, scenario: str, language: Language) -> Province:
    """The folder in one scenario. Lists all problems on standard error and ends with code 2 when there is any."""
    reading = Text(f"Reading {folder}", f"Đang đọc {folder}")
    with progress(reading.of(language)):
        result = read_province(folder, scenario)
    if result.province is None:
        list_problems(folder, result.problems, language)
        raise typer.Exit(ExitCode.INPUT)
    return result.province


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that does not exist yet, or is empty.")],
    lang: LanguageOption = None,
) -> None:
    """Write a new province folder: small, complete, valid, with comments in Vietnamese and English."""
    language = chosen_language(lang)
    with progress(Text("Writing the folder and its weather", "Đang tạo thư mục và khí tượng").of(language)):
        names = create_province(folder)
    for name in names:
        typer.echo(f"{folder / name}")
    words = Text(
        f"Edit these files, then: camau-dc validate {folder}", f"Hãy sửa các tệp này, rồi: camau-dc validate {folder}"
    )
    say(words.of(language))


def validate(folder: FolderArgument = Path(), lang: LanguageOption = None, as_json: JsonOption = False) -> None:
    """Check a province folder in every scenario.

    Each problem is a line file:line: field: wrong value, what is allowed.
    """
    language = chosen_language(lang)
    with progress(Text(f"Reading {folder}", f"Đang đọc {folder}").of(language)):
        result = read_province(folder)
    if as_json:
        print_json(
            {
                "folder": str(folder),
                "valid": result.province is not None,
                "digest": result.province.digest if result.province else None,
                "counts": _counts(result.province) if result.province else None,
                "problems": [_problem_record(problem) for problem in result.problems],
            }
        )
    elif result.province is not None:
        typer.echo(_in_order(folder, result.province, language))
    if result.province is None:
        if not as_json:
            list_problems(folder, result.problems, language)
        raise typer.Exit(ExitCode.INPUT)


def _problem_record(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.file,
        "line": problem.line,
        "field": problem.field,
        "value": problem.value._asdict(),
        "allowed": problem.allowed._asdict(),
    }


def _counts(province: Province) -> dict[str, int]:
    return {
        "sites": len(province.sites.sites),
        "halls": len(province.hardware.halls),
        "skus": len(province.hardware.skus),
        "tariffs": len(province.energy.tariffs),
        "zones": sum(len(provider.zones) for provider in province.clouds.providers),
        "prices": len(province.clouds.prices),
        "programmes": len(province.services.programmes),
        "agencies": len(province.agencies),
        "systems": len(province.systems),
        "scenarios": len(province.scenarios),
    }


def _in_order(folder: Path, province: Province, language: Language) -> str:
    count = _counts(province)
    words = Text(
        f"{folder}: OK: {count['sites']} sites, {count['halls']} halls, {count['skus']} SKUs, {count['tariffs']} "
        f"tariffs, {count['zones']} cloud zones, {count['prices']} prices, {count['programmes']} programmes, "
        f"{count['agencies']} agencies, {count['systems']} systems, {count['scenarios']} scenarios; "
        f"digest {province.digest}",
        f"{folder}: hợp lệ: {count['sites']} địa điểm, {count['halls']} loại phòng máy, {count['skus']} cấu hình, "
        f"{count['tariffs']} biểu giá điện, {count['zones']} vùng đám mây, {count['prices']} giá thuê, "
        f"{count['programmes']} chương trình, {count['agencies']} cơ quan, {count['systems']} hệ thống, "
        f"{count['scenarios']} kịch bản; mã băm {province.digest}",
    )
    return words.of(language)


def schema(
    file: Annotated[str | None, typer.Argument(metavar="FILE", help=f"One of {', '.join(FILES)}, {PLAN_FILE}.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write one schema per file into this folder.")] = None,
    lang: LanguageOption = None,
) -> None:
    """Print the JSON Schema of a file of the folder, for editors, or of plan.json; of all when none is named."""
    language = chosen_language(lang)
    schemas: dict[str, Callable[[], dict[str, Any]]] = {name: partial(file_schema, name) for name in FILES}
    schemas[PLAN_FILE] = plan_schema
    names = [file] if file is not None else list(schemas)
    unknown = [name for name in names if name not in schemas]
    if unknown:
        known = ", ".join(schemas)
        say(Text(f"{unknown[0]}: not one of {known}", f"{unknown[0]}: không phải một trong {known}").of(language))
        raise typer.Exit(ExitCode.INPUT)
    if out is None:
        print_json(schemas[file]() if file is not None else {name: schemas[name]() for name in names})
        return
    out.mkdir(parents=True, exist_ok=True)
    for name in names:
        target = out / schema_name(name)
        write_atomically(target, json.dumps(schemas[name](), ensure_ascii=False, indent=2) + "\n")
        typer.echo(str(target))


def sources(
    folder: FolderArgument = Path(),
    standing: Annotated[Standing | None, typer.Option("--standing", help="Only figures of this standing.")] = None,
    scenario: ScenarioOption = "base",
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """List every numeric figure of the folder with its place, value, standing and source."""
    language = chosen_language(lang)
    province = open_province(folder, scenario, language)
    listed = [figure for figure in figures(province.book) if standing in (None, figure.standing)]
    if as_json:
        print_json([_figure_record(figure) for figure in listed])
        return
    print_table(HEADINGS.of(language).split("|"), (_figure_row(figure, language) for figure in listed))
    counts = standing_counts(figures(province.book))
    say(", ".join(f"{STANDING_WORDS[name].of(language)}: {counts[name]}" for name in STANDINGS))


def _figure_record(figure: Figure) -> dict[str, Any]:
    return dataclasses.asdict(figure) | {"date": figure.date.isoformat() if figure.date else None}


def _figure_row(figure: Figure, language: Language) -> tuple[str, ...]:
    text = messages(language)
    value = ", ".join(f"{item:g}" for item in figure.value) if isinstance(figure.value, list) else _plain(figure.value)
    return (
        f"{figure.file}:{figure.line}",
        figure.path,
        value,
        STANDING_WORDS[figure.standing].of(language),
        " ".join(figure.source.split()),
        figure.title or "",
        text.date(figure.date) if figure.date else "",
    )


def _plain(value: object) -> str:
    """The figure as the file has it; registers hold texts."""
    return f"{value:.12g}" if isinstance(value, int | float) else str(value)
