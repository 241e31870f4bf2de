"""Commands of the registers as spreadsheet files: ``register export`` and ``register import``."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.console import JsonOption, LanguageOption, chosen_language, print_json, print_table, progress, say
from cli.exit_codes import ExitCode
from orchestrator.i18n import Language
from orchestrator.province import Text
from orchestrator.province.problems import visible
from orchestrator.register_files import (
    REGISTERS,
    ChangeKind,
    Import,
    RegisterName,
    apply_import,
    export_register,
    read_import,
)
from orchestrator.register_files.vocabulary import shown

FolderOfRegisters = Annotated[Path, typer.Argument(metavar="DIR", help="The province folder.")]
HEADINGS = Text(
    "register|change|id|name|column|before|after|row of the file>",
    "danh mục|thay đổi|mã|tên|cột|trước|sau|dòng trong tệp>",
)
CHANGES: dict[ChangeKind, Text] = {
    "added": Text("added", "thêm"),
    "changed": Text("changed", "sửa"),
    "missing": Text("not in the file, stays", "không có trong tệp, giữ nguyên"),
    "removed": Text("removed", "xóa"),
}


def register(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    group = typer.Typer(no_args_is_help=True)
    group.callback()(registers)
    group.command("export")(export)
    group.command("import")(import_)
    app.add_typer(group, name="register")


def registers() -> None:
    """The registers of systems and agencies as XLSX and CSV files: exported, compared, imported."""


def export(
    folder: FolderOfRegisters,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write, .xlsx or .csv.")],
    only: Annotated[
        RegisterName | None,
        typer.Option("--only", help="One register alone; a CSV file has one, by default the systems."),
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Write the registers as a workbook, or one of them as CSV, that 'register import' takes back without loss."""
    language = chosen_language(lang)
    counts = export_register(folder, file, language, only)
    typer.echo(str(file))
    listed = (
        f"{kind.title.of(language).lower()}: {counts[name]}" for name, kind in REGISTERS.items() if name in counts
    )
    say(", ".join(listed))


def import_(
    folder: FolderOfRegisters,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to read, .xlsx or .csv.")],
    apply: Annotated[
        bool, typer.Option("--apply", help="Write the registers; without it the difference is shown.")
    ] = False,
    sheet: Annotated[
        str | None, typer.Option("--sheet", help="Only this sheet of a workbook, a hidden one too.")
    ] = None,
    remove_missing: Annotated[
        bool, typer.Option("--remove-missing", help="Remove systems that the file lacks; agencies are never removed.")
    ] = False,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a file would change in the registers; with --apply write all of it, or nothing when a row is wrong.

    Columns are known by their headings in either language. Exit code 2 lists every rejected cell by sheet, row and
    column.
    """
    language = chosen_language(lang)
    with progress(Text(f"Reading {file}", f"Đang đọc {file}").of(language)):
        wanted = read_import(folder, file, sheet, remove_missing=remove_missing)
    written = apply_import(wanted) if apply and wanted.is_accepted else ()
    if as_json:
        print_json(_document(wanted, written))
    else:
        _show(wanted, language)
    if not wanted.is_accepted:
        if not as_json:
            _list_refused(wanted, language)
        raise typer.Exit(ExitCode.INPUT)
    if not as_json:
        say(_ending(wanted, written, apply).of(language))


def _show(wanted: Import, language: Language) -> None:
    """The difference, how many rows of each kind it has, and what was left out of the file."""
    for notice in wanted.notices:
        say(visible(notice.of(language)))
    if wanted.changes and wanted.is_accepted:
        print_table(HEADINGS.of(language).split("|"), _lines(wanted, language))
    for name, merged in wanted.merged.items():
        counts = [
            Text(f"{merged.count('added')} added", f"thêm {merged.count('added')}"),
            Text(f"{merged.count('changed')} changed", f"sửa {merged.count('changed')}"),
            Text(f"{merged.unchanged} the same", f"không đổi {merged.unchanged}"),
            Text(f"{merged.count('missing')} not in the file", f"không có trong tệp {merged.count('missing')}"),
            Text(f"{merged.count('removed')} removed", f"xóa {merged.count('removed')}"),
        ]
        title = REGISTERS[name].title.of(language)
        say(f"{title}: {', '.join(each.of(language) for each in counts)}")


def _lines(wanted: Import, language: Language) -> Iterator[tuple[str, ...]]:
    """A line for every field that changes, and one for every row that comes or goes."""
    for change in wanted.changes:
        kind = REGISTERS[change.register]
        start = tuple(
            visible(text)
            for text in (kind.row_word.of(language), CHANGES[change.kind].of(language), change.id, change.name)
        )
        row = str(change.row) if change.row else ""
        if change.kind != "changed":
            yield (*start, "", "", "", row)
            continue
        for each in change.fields:
            heading = kind.by_field[each.field].heading.of(language)
            values = (visible(shown(each.field, text, language)) for text in (each.before, each.after))
            yield (*start, heading, *values, row)


def _list_refused(wanted: Import, language: Language) -> None:
    for rejection in wanted.rejections:
        say(rejection.text(language))
    for problem in wanted.problems:
        say(problem.text(language))
    count = len(wanted.rejections) + len(wanted.problems)
    rows = len({(each.sheet, each.row) for each in wanted.rejections})
    words = Text(
        f"{wanted.file}: {count} problem(s), {rows} row(s) rejected; nothing was written",
        f"{wanted.file}: {count} lỗi, {rows} dòng bị từ chối; không ghi gì",
    )
    say(words.of(language))


def _ending(wanted: Import, written: tuple[str, ...], apply: bool) -> Text:
    if written:
        names = ", ".join(written)
        return Text(f"{wanted.folder}: written: {names}", f"{wanted.folder}: đã ghi {names}")
    if not wanted.contents:
        return Text(f"{wanted.folder}: nothing changes", f"{wanted.folder}: không có gì thay đổi")
    assert not apply
    return Text("Nothing was written; --apply writes it.", "Chưa ghi gì; thêm --apply để ghi.")


def _document(wanted: Import, written: tuple[str, ...]) -> dict[str, Any]:
    return {
        "folder": str(wanted.folder),
        "file": str(wanted.file),
        "accepted": wanted.is_accepted,
        "written": list(written),
        "registers": {
            name: {"unchanged": merged.unchanged} | {kind: merged.count(kind) for kind in CHANGES}
            for name, merged in wanted.merged.items()
        },
        "changes": [dataclasses.asdict(change) for change in wanted.changes],
        "rejections": [
            dataclasses.asdict(each) | {"value": each.value._asdict(), "reason": each.reason._asdict()}
            for each in wanted.rejections
        ],
        "problems": [
            dataclasses.asdict(each) | {"value": each.value._asdict(), "allowed": each.allowed._asdict()}
            for each in wanted.problems
        ],
        "notices": [notice._asdict() for notice in wanted.notices],
    }
