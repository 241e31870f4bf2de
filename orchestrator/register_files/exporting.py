"""Writes the registers as a workbook or a CSV file that an import takes back without loss."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from orchestrator.document.writing import write_atomically
from orchestrator.i18n import Language
from orchestrator.province import Text
from orchestrator.register_files.columns import (
    LISTS,
    NOTES,
    REFERENCES,
    REGISTERS,
    Column,
    RegisterKind,
    RegisterName,
)
from orchestrator.register_files.kept_text import KeptRow, read_kept
from orchestrator.register_files.rejections import RegisterFileError
from orchestrator.register_files.vocabulary import LABELS, shown
from orchestrator.workbook.writing import Styles

_MOST_TEXT = 32_767
"""Letters that fit a cell."""
_LEADERS = ("=", "+", "-", "@", "\t", "\r", "\n")
_GUARDED = re.compile(r"'*[=+\-@\t\r]")
_HEAD = "#DCE6F1"
_FIRST_DAY = dt.date(1900, 3, 1)
"""Before it programs count days differently, and before 1900 not at all: such dates are written as texts."""
_CREATED = dt.datetime(1980, 1, 1)  # noqa: DTZ001, a workbook has no time zone
_SPARE_ROWS = 2_000
_WIDTHS = {"id": 24, "name_vi": 48, "name_en": 36, "source": 60, "owner": 18, "depends_on": 36, "data_classes": 24}
_NOTE_HEADS = Text(
    "Sheet|Column|Column of the folder|Meaning|Required|Allowed",
    "Trang|Cột|Cột trong thư mục|Ý nghĩa|Bắt buộc|Giá trị được phép",
)
_REMARKS = (
    Text(
        "Rows are matched by id. A row that is not in the file stays in the folder.",
        "Các dòng được đối chiếu theo mã. Dòng không có trong tệp vẫn giữ nguyên trong thư mục.",
    ),
    Text(
        "An import shows its difference first and writes nothing without --apply; one wrong cell refuses it all.",
        "Khi nhập, chương trình cho xem khác biệt trước và chỉ ghi khi có --apply; một ô sai thì cả tệp bị từ chối.",
    ),
    Text(
        "An agency is never deleted: what it owned must lead to its successor. Give it a date 'Valid to' instead.",
        "Không xóa cơ quan: hệ thống của cơ quan phải dẫn tới cơ quan kế thừa. Hãy điền 'Hết hiệu lực từ'.",
    ),
)


def export_register(folder: Path, file: Path, language: Language, only: RegisterName | None = None) -> dict[str, int]:
    """Writes the registers of a folder into a file by its ending, .xlsx or .csv, and gives the number of rows of each.

    A CSV file has one register, systems unless ``only`` says otherwise. Raises InvalidProvinceError when a register
    cannot be read, RegisterFileError when it does not fit the format, and OSError when the file cannot be written.
    """
    ending = file.suffix.lower()
    if ending not in (".xlsx", ".csv"):
        raise RegisterFileError(
            Text(f"{file}: the ending must be .xlsx or .csv", f"{file}: đuôi tệp phải là .xlsx hoặc .csv")
        )
    names: tuple[RegisterName, ...] = ("systems", "agencies") if only is None else (only,)
    if ending == ".csv":
        names = names[:1]
    rows = {name: read_kept(folder, REGISTERS[name]).rows for name in names}
    if ending == ".csv":
        name = names[0]
        write_atomically(file, _csv(REGISTERS[name], rows[name], language))
    else:
        write_atomically(file, _workbook({REGISTERS[name]: rows[name] for name in names}, language))
    return {name: len(listed) for name, listed in rows.items()}


def _csv(kind: RegisterKind, rows: Iterable[KeptRow], language: Language) -> bytes:
    """UTF-8 with its mark, which spreadsheet programs need; texts that would be formulas begin with an apostrophe."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(column.heading.of(language) for column in kind.columns)
    for row in rows:
        cells = []
        for column in kind.columns:
            text = row.fields.get(column.field, "")
            is_text = kind.shapes[column.field].kind == "text"
            cells.append(f"'{text}" if is_text and _GUARDED.match(text) else text)
        writer.writerow(cells)
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def _workbook(registers: dict[RegisterKind, Sequence[KeptRow]], language: Language) -> bytes:
    """A sheet for each register and one of notes; the same registers give the same bytes."""
    memory = io.BytesIO()
    book = Workbook(memory, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"author": "camau-dc", "created": _CREATED})
    styles = Styles(book, language)
    for kind, rows in registers.items():
        _SheetOfRegister(book.add_worksheet(kind.title.of(language)), kind, styles, language).write(rows, registers)
    _notes(book.add_worksheet(NOTES.of(language)), tuple(registers), styles, language)
    book.close()
    return memory.getvalue()


class _SheetOfRegister:
    """One register on a sheet."""

    def __init__(self, sheet: Worksheet, kind: RegisterKind, styles: Styles, language: Language) -> None:
        self._sheet, self._kind, self._styles, self._language = sheet, kind, styles, language
        self._text = styles.of(num_format="@")
        self._guarded = styles.of(num_format="@", quote_prefix=True)
        self._day = styles.of(num_format="dd/mm/yyyy")
        self._number = styles.of(num_format="General")

    def write(self, rows: Sequence[KeptRow], registers: dict[RegisterKind, Sequence[KeptRow]]) -> None:
        """The head, the rows, and what each column allows."""
        head = self._styles.of(bold=True, bg_color=_HEAD, bottom=2, text_wrap=True)
        for place, column in enumerate(self._kind.columns):
            kind = self._kind.shapes[column.field].kind
            is_plain = kind in ("number", "integer") or column.field == "security_level"
            style = self._number if is_plain else self._day if kind == "date" else self._text
            self._sheet.set_column(place, place, _WIDTHS.get(column.field, 16), style)
            self._sheet.write_string(0, place, column.heading.of(self._language), head)
            self._validate(place, column, len(rows) + _SPARE_ROWS, registers)
        for number, row in enumerate(rows, start=1):
            for place, column in enumerate(self._kind.columns):
                if text := row.fields.get(column.field):
                    self._cell(number, place, column, text)
        self._sheet.freeze_panes(1, 2)
        self._sheet.autofilter(0, 0, max(1, len(rows)), len(self._kind.columns) - 1)

    def _cell(self, row: int, place: int, column: Column, text: str) -> None:
        kind = self._kind.shapes[column.field].kind
        if kind in ("number", "integer") and (number := _number(text)) is not None:
            self._sheet.write_number(row, place, number, self._number)
        elif kind == "date" and (day := _day(text)) is not None:
            self._sheet.write_datetime(row, place, day, self._day)
        else:
            text = shown(column.field, text.replace("\r\n", "\n").replace("\r", "\n"), self._language)
            if len(text.encode("utf-16-le")) // 2 > _MOST_TEXT:
                where = f"{self._kind.file}: {column.field}"
                raise RegisterFileError(
                    Text(
                        f"{where}: a text of {len(text)} characters does not fit a cell; export CSV",
                        f"{where}: văn bản {len(text)} ký tự không vừa một ô; hãy xuất CSV",
                    )
                )
            self._sheet.write_string(row, place, text, self._guarded if text.startswith(_LEADERS) else self._text)

    def _validate(
        self, place: int, column: Column, last: int, registers: dict[RegisterKind, Sequence[KeptRow]]
    ) -> None:
        """A list to choose from, where the values are known."""
        options: dict[str, object] = {"validate": "list", "input_title": column.heading.of(self._language)[:32]}
        options["input_message"] = column.meaning.of(self._language)[:255]
        shape = self._kind.shapes[column.field]
        if column.field in LABELS and column.field not in LISTS:
            options["source"] = [words.of(self._language) for words in LABELS[column.field].values()]
        elif column.field == "security_level":
            options["source"] = [1, 2, 3, 4, 5]
        elif column.field in ("owner", "successor") and (source := _ids_of(column, registers, self._language)):
            # A name is taken too, so that the list only proposes.
            options |= {"source": source, "error_type": "information"}
        elif shape.kind in ("number", "integer") and shape.lower is not None:
            sign = ">" if shape.lower_exclusive else ">="
            whole = "integer" if shape.kind == "integer" else "decimal"
            options |= {"validate": whole, "criteria": sign, "value": shape.lower}
        else:
            options["validate"] = "any"
        self._sheet.data_validation(1, place, last, place, options)


def _ids_of(column: Column, registers: dict[RegisterKind, Sequence[KeptRow]], language: Language) -> str | None:
    """The cells of the register that a column refers to, when the workbook has it."""
    for kind, rows in registers.items():
        if kind.name == REFERENCES[column.field] and rows:
            return f"='{kind.title.of(language)}'!$A$2:$A${len(rows) + _SPARE_ROWS + 1}"
    return None


def _number(text: str) -> float | None:
    """The number that a text of the folder is, None when a cell would show another one."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 1e300 else None


def _day(text: str) -> dt.datetime | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return dt.datetime.combine(day, dt.time()) if day >= _FIRST_DAY and len(text) == 10 else None


def _notes(sheet: Worksheet, kinds: Sequence[RegisterKind], styles: Styles, language: Language) -> None:
    """What every column means and allows."""
    wrapped, head = styles.of(text_wrap=True), styles.of(bold=True, bg_color=_HEAD, bottom=2, text_wrap=True)
    for place, width in enumerate((22, 26, 18, 54, 10, 64)):
        sheet.set_column(place, place, width)
    for number, remark in enumerate(_REMARKS):
        sheet.write_string(number, 0, remark.of(language), styles.of())
    row = len(_REMARKS) + 1
    for place, heading in enumerate(_NOTE_HEADS.of(language).split("|")):
        sheet.write_string(row, place, heading, head)
    for kind in kinds:
        for column in kind.columns:
            row += 1
            shape = kind.shapes[column.field]
            required = Text("yes", "có") if shape.required else Text("no", "không")
            cells: tuple[Text | str, ...] = (
                kind.title,
                column.heading,
                column.field,
                column.meaning,
                required,
                kind.allowed(column.field),
            )
            for place, cell in enumerate(cells):
                sheet.write_string(row, place, cell.of(language) if isinstance(cell, Text) else cell, wrapped)
