"""Imports a file into the registers of a folder: first the difference, then, when asked, all of it or nothing."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from orchestrator.document.writing import write_together
from orchestrator.province import Problem, Text, read_province
from orchestrator.province.nodes import Node, Source
from orchestrator.province.plain_text import decoded
from orchestrator.province.words import allowed
from orchestrator.province.yaml_text import parse_yaml
from orchestrator.register_files.columns import NOTES, REGISTERS, RegisterName
from orchestrator.register_files.csv_reading import read_csv
from orchestrator.register_files.heads import Table, find_table
from orchestrator.register_files.kept_text import KeptText, read_kept
from orchestrator.register_files.merging import Merged, RowChange, merge
from orchestrator.register_files.names import Named, Names, is_current
from orchestrator.register_files.rejections import RegisterMovedError, Rejection, short
from orchestrator.register_files.rows import SheetRow, named_rows, read_rows
from orchestrator.register_files.sheets import MOST_FILE_BYTES, Book, refused_file
from orchestrator.register_files.workbook_reading import read_workbook
from policies import Tenure, owners_on

PROVINCE_FILE = "province.yaml"
_NO_SOURCE = Source("", None, {})


@dataclass(frozen=True)
class Import:
    """What a file would change in a folder.

    ``rejections`` are in the file, ``problems`` in the folder as it would be, at rows that the file does not have; with
    either of them nothing can be written. ``contents`` has by name the bytes of a register before and after.
    """

    folder: Path
    file: Path
    merged: Mapping[RegisterName, Merged]
    rejections: tuple[Rejection, ...]
    problems: tuple[Problem, ...] = ()
    notices: tuple[Text, ...] = ()
    contents: Mapping[str, tuple[bytes, bytes]] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    @property
    def is_accepted(self) -> bool:
        """Whether nothing stands in the way of writing it."""
        return not self.rejections and not self.problems

    @property
    def changes(self) -> tuple[RowChange, ...]:
        """The differences of all registers, agencies first."""
        return tuple(change for merged in self.merged.values() for change in merged.changes)


def read_import(folder: Path, file: Path, sheet: str | None = None, *, remove_missing: bool = False) -> Import:
    """What a file would change, judged by reading the folder as it would be; nothing is written.

    ``sheet`` names the only one that is read, a hidden one too. Systems that the file lacks are removed with
    ``remove_missing`` alone, and only when the file has systems; agencies never. Raises InvalidProvinceError when the
    folder's own registers cannot be read, and OSError when the file cannot.
    """
    texts = {name: read_kept(folder, kind) for name, kind in REGISTERS.items()}
    book = _open(file, sheet)
    notices = list(book.notices)
    rejections = list(book.rejections)
    tables: dict[RegisterName, list[Table]] = {}
    for each in book.sheets:
        found = find_table(each)
        if isinstance(found, list):
            rejections += found
        elif found is not None:
            tables.setdefault(found.kind.name, []).append(found)
            notices += found.notices
        elif each.rows and each.name not in NOTES:
            notices.append(
                Text(
                    f"sheet '{each.name}' holds no register and was left out",
                    f"trang '{each.name}' không có danh mục nên bỏ qua",
                )
            )
    if not tables and not rejections:
        rejections.append(_without_table(file, sheet, book))
    merged: dict[RegisterName, Merged] = {}
    for name in REGISTERS:
        if name in tables:
            merged[name], found_wrong = _merged(folder, name, texts, merged, tables[name], remove_missing)
            rejections += found_wrong
    return _judged(Import(folder, file, merged, tuple(rejections), notices=tuple(notices)))


def apply_import(wanted: Import) -> tuple[str, ...]:
    """Writes the registers that change, agencies first, all or none of them, and gives their names.

    Raises RegisterMovedError when one was changed since it was read, and OSError when one cannot be written.
    """
    assert wanted.is_accepted
    files: dict[Path, str | bytes] = {}
    for name, (before, after) in wanted.contents.items():
        target = Path(os.path.realpath(wanted.folder / name))
        if target.read_bytes() != before:
            raise RegisterMovedError(
                Text(
                    f"{wanted.folder / name}: it was changed since it was read; import again",
                    f"{wanted.folder / name}: tệp vừa bị thay đổi; hãy nhập lại",
                )
            )
        files[target] = after
    write_together(files)
    return tuple(wanted.contents)


def _open(file: Path, sheet: str | None) -> Book:
    """The sheets of a file, by its ending. Raises OSError when it cannot be read."""
    with file.open("rb") as stream:
        content = stream.read(MOST_FILE_BYTES + 1)
    if len(content) > MOST_FILE_BYTES:
        value = Text(f"more than {MOST_FILE_BYTES} bytes", f"hơn {MOST_FILE_BYTES} byte")
        return refused_file(file.name, value, Text("a register is smaller", "danh mục nhỏ hơn thế"))
    ending = file.suffix.lower()
    if ending in (".xlsx", ".xlsm"):
        return read_workbook(content, file.name, sheet)
    if ending in (".csv", ".tsv", ".txt"):
        return read_csv(content, file.name)
    value = Text(f"the ending '{ending}'", f"đuôi tệp '{ending}'")
    return refused_file(file.name, value, Text("a file .xlsx or .csv", "tệp .xlsx hoặc .csv"))


def _without_table(file: Path, sheet: str | None, book: Book) -> Rejection:
    if sheet is not None and sheet not in book.names:
        names = ", ".join(f"'{name}'" for name in book.names)
        value = Text(f"no sheet {short(sheet)}", f"không có trang {short(sheet)}")
        return Rejection(sheet, 0, "", "", "", value, Text(f"one of {names}", f"phải là một trong {names}"))
    heads = {kind: ", ".join(column.heading.vi for column in kind.columns[:4]) for kind in REGISTERS.values()}
    vietnamese = "; ".join(f"{kind.title.vi}: {words}" for kind, words in heads.items())
    english = "; ".join(
        f"{kind.title.en}: {', '.join(column.heading.en for column in kind.columns[:4])}" for kind in REGISTERS.values()
    )
    value = Text("no head row of a register", "không thấy dòng tiêu đề của danh mục")
    reason = Text(f"a row of headings with the id, as {english} …", f"một dòng tiêu đề có cột mã, như {vietnamese} …")
    return Rejection(sheet or file.name, 0, "", "", "", value, reason)


def _merged(
    folder: Path,
    name: RegisterName,
    texts: Mapping[RegisterName, KeptText],
    before: Mapping[RegisterName, Merged],
    tables: list[Table],
    remove_missing: bool,
) -> tuple[Merged, list[Rejection]]:
    """One register with the rows of its tables, and what is wrong with them."""
    names = _names(folder, name, texts, before, tables)
    ids = frozenset(row.fields.get("id", "") for row in texts[name].rows)
    rows: list[SheetRow] = []
    rejections: list[Rejection] = []
    for table in tables:
        found, refused = read_rows(table, names, ids)
        rows += found
        rejections += refused
    heirs = _heirs(_agency_rows(name, texts, before, tables), _as_of(folder))
    merged = merge(texts[name], rows, remove_missing=remove_missing, heirs=heirs)
    return merged, [*rejections, *merged.rejections]


def _names(
    folder: Path,
    name: RegisterName,
    texts: Mapping[RegisterName, KeptText],
    before: Mapping[RegisterName, Merged],
    tables: list[Table],
) -> dict[str, Names]:
    """What rows of a register may refer to: rows of the folder and of the file."""
    agencies = _agency_rows(name, texts, before, tables)
    found = {"agencies": Names(_agencies(agencies, _as_of(folder)))}
    if name == "systems":
        # Rows of the file may refer to each other, so their names are read before what they refer to.
        written = [row for table in tables for row in named_rows(table)]
        systems = [row.fields for row in texts["systems"].rows]
        found["systems"] = Names(
            Named(row.get("id", ""), (row.get("name_vi", ""), row.get("name_en", ""))) for row in (*systems, *written)
        )
    return found


def _agency_rows(
    name: RegisterName,
    texts: Mapping[RegisterName, KeptText],
    before: Mapping[RegisterName, Merged],
    tables: list[Table],
) -> list[Mapping[str, str]]:
    """The agencies as they will be, or while they are being read those of the folder and of the file."""
    if "agencies" in before:
        return [row.fields for row, _ in before["agencies"].rows]
    kept = [row.fields for row in texts["agencies"].rows]
    return kept if name != "agencies" else [*kept, *(row for table in tables for row in named_rows(table))]


def _heirs(agencies: list[Mapping[str, str]], day: dt.date | None) -> dict[str, str]:
    """Who owns on a day what an agency owned; nothing of agencies whose days cannot be read, which the reader tells."""
    if day is None:
        return {}
    tenures = []
    for row in agencies:
        start, end = (Node(_NO_SOURCE, (), row.get(field)).day for field in ("valid_from", "valid_to"))
        if start is not None and "id" in row:
            tenures.append(Tenure(row["id"], start, end, row.get("successor")))
    return owners_on(tenures, day)


def _agencies(rows: list[Mapping[str, str]], day: dt.date | None) -> Iterator[Named]:
    """Each agency once, as it is called in its tenures."""
    by_id: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        by_id.setdefault(row.get("id", ""), []).append(row)
    for name, tenures in by_id.items():
        for row in tenures:
            called = (row.get("name_vi", ""), row.get("name_en", ""))
            yield Named(name, called, any(is_current(each, day) for each in tenures))


def _as_of(folder: Path) -> dt.date | None:
    """The day of the folder, None where province.yaml does not say it."""
    try:
        text = decoded((folder / PROVINCE_FILE).read_bytes(), PROVINCE_FILE)
    except OSError:
        return None
    parsed = parse_yaml(text if isinstance(text, str) else "", PROVINCE_FILE)
    return Node(Source(PROVINCE_FILE, parsed.data, parsed.lines), (), parsed.data).child("as_of").day


def _allowed(source: SheetRow, field_name: str, problem: Problem) -> Text:
    """What a problem of the folder allows, without what is said of quotation marks in files of text."""
    kind = source.table.kind
    shape = kind.shapes.get(field_name)
    is_plain = shape is not None and shape.kind == "text" and problem.allowed == allowed(shape)
    return kind.allowed(field_name) if is_plain else problem.allowed


def _judged(wanted: Import) -> Import:
    """The import with what the folder's own reader finds wrong with the registers as they would be.

    A cell that is rejected already is not told again.
    """
    contents: dict[str, tuple[bytes, bytes]] = {}
    begins: dict[str, dict[int, SheetRow]] = {}
    for merged in wanted.merged.values():
        if any(change.kind != "missing" for change in merged.changes):
            after, begins[merged.text.kind.file] = merged.written()
            contents[merged.text.kind.file] = (merged.text.content, after)
    if not contents:
        return wanted
    result = read_province(wanted.folder, instead={name: after for name, (_, after) in contents.items()})
    told = {(each.sheet, each.row, each.field) for each in wanted.rejections}
    rejections, problems = list(wanted.rejections), []
    for problem in result.problems:
        source = begins.get(problem.file, {}).get(problem.line)
        if source is None:
            problems.append(problem)
            continue
        field_name = problem.field.rpartition("].")[2] if "]." in problem.field else ""
        rejection = source.rejection(field_name, problem.value, _allowed(source, field_name, problem))
        if (rejection.sheet, rejection.row, rejection.field) not in told:
            rejections.append(rejection)
    order = {sheet: number for number, sheet in enumerate(dict.fromkeys(each.sheet for each in rejections))}
    rejections.sort(key=lambda each: (order[each.sheet], each.row))
    return Import(
        wanted.folder, wanted.file, wanted.merged, tuple(rejections), tuple(problems), wanted.notices, contents
    )
