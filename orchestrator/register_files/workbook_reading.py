"""Reads XLSX files: values as stored, merged ranges, and what cannot be taken for a value.

A file from elsewhere is not trusted: its unpacked size is limited before anything is unpacked, XML with a document type
is refused (a workbook has none, and entities need one), and neither macros nor links to other files are followed.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any
from xml.etree.ElementTree import ParseError, iterparse

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import range_boundaries

from orchestrator.province import Text
from orchestrator.register_files.rejections import Rejection
from orchestrator.register_files.sheets import (
    MOST_COLUMNS,
    MOST_ROWS,
    Book,
    Cell,
    Merge,
    Sheet,
    Unreadable,
    letter,
    refused_file,
)

MOST_UNPACKED_BYTES = 192 * 1024 * 1024
MOST_RATIO, FREE_BYTES = 200, 8 * 1024 * 1024
"""An archive that unpacks to more than so many times its size is a bomb, unless it is small all the same."""
MOST_PARTS = 5_000
MOST_MERGES = 50_000
_LAST_ROW = 1_048_576
_OLE = b"\xd0\xcf\x11\xe0"
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([^"'>]*)""")
_ENCODINGS = (b"utf-8", b"utf-16", b"us-ascii")
"""Those of workbooks; another could hide a document type from who looks for it."""
_ERROR = Text("a value is expected: put the formula right", "phải là giá trị: hãy sửa công thức")
_UNSTORED = Unreadable(
    Text("a formula without a stored result", "công thức chưa có kết quả lưu trong tệp"),
    Text(
        "a value is expected: open the file in a spreadsheet program, let it calculate, and save it",
        "phải là giá trị: hãy mở tệp bằng chương trình bảng tính để tính lại rồi lưu",
    ),
)
_NOT_A_WORKBOOK = Text("an .xlsx workbook is expected", "phải là tệp bảng tính .xlsx")
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)
"""What the library raises when a workbook is damaged: it has no error of its own for that."""


def read_workbook(content: bytes, name: str, only: str | None = None) -> Book:
    """The sheets of a workbook that are not hidden, or the one that is named; never raises for what the file holds."""
    if content.startswith(_OLE):
        value = Text("an old .xls file, or one with a password", "tệp .xls đời cũ, hoặc tệp có mật khẩu")
        reason = Text("save it as .xlsx without a password", "hãy lưu thành .xlsx không có mật khẩu")
        return refused_file(name, value, reason)
    try:
        if (refused := _distrusted(content, name)) is not None:
            return refused
        with _quiet():
            return _read(content, only)
    except _FAULTS:
        value = Text("a damaged file, or no workbook", "tệp hỏng hoặc không phải bảng tính")
        return refused_file(name, value, _NOT_A_WORKBOOK)


@contextmanager
def _quiet() -> Iterator[None]:
    """The library remarks on parts of a workbook that it does not know; none of them holds values."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _distrusted(content: bytes, name: str) -> Book | None:
    """A refusal of an archive that is too large, or of XML that declares a document type."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED_BYTES or unpacked > _most_unpacked(len(content)):
            value = Text(f"{len(parts)} parts of {unpacked} bytes", f"{len(parts)} phần, {unpacked} byte khi giải nén")
            most = _most_unpacked(len(content))
            reason = Text(
                f"a workbook of at most {most} bytes unpacked; delete empty formatted cells",
                f"bảng tính nhiều nhất {most} byte khi giải nén; hãy xóa các ô trống có định dạng",
            )
            return refused_file(name, value, reason)
        if any(part.flag_bits & 1 for part in parts):
            value = Text("a file with a password", "tệp có mật khẩu")
            return refused_file(name, value, Text("save it without one", "hãy lưu không có mật khẩu"))
        for part in parts:
            if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
                continue
            xml = archive.read(part)
            start = xml[:200].replace(b"\0", b"")
            declared = _ENCODING.search(start)
            if declared is not None and declared[1].lower() not in _ENCODINGS:
                value = Text(f"another encoding in {part.filename}", f"bảng mã khác trong {part.filename}")
                return refused_file(name, value, _NOT_A_WORKBOOK)
            if _DOCTYPE.search(xml) or (b"\0" in xml[:200] and _DOCTYPE.search(xml.replace(b"\0", b""))):
                value = Text(
                    f"XML with a document type in {part.filename}", f"XML có khai báo DOCTYPE trong {part.filename}"
                )
                return refused_file(name, value, _NOT_A_WORKBOOK)
    return None


def _most_unpacked(size: int) -> int:
    return min(MOST_UNPACKED_BYTES, max(FREE_BYTES, MOST_RATIO * size))


def _read(content: bytes, only: str | None) -> Book:
    reader = ExcelReader(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    reader.read()
    parts = {sheet.name: relation.target for sheet, relation in reader.parser.find_sheets()}
    listed: list[Any] = list(reader.wb.worksheets)
    names = tuple(sheet.title for sheet in listed)
    sheets: list[Sheet] = []
    rejections: list[Rejection] = []
    notices: list[Text] = []
    for sheet in listed:
        if only is not None and sheet.title != only:
            continue
        if only is None and sheet.sheet_state != "visible":
            notices.append(
                Text(
                    f"sheet '{sheet.title}' is hidden and was left out; --sheet names it",
                    f"trang '{sheet.title}' đang ẩn nên bỏ qua; dùng --sheet để chỉ định",
                )
            )
            continue
        with reader.archive.open(parts[sheet.title]) as source:
            structure = _structure(source)
        if (rejection := _too_large(sheet.title, structure)) is not None:
            rejections.append(rejection)
            continue
        sheets.append(Sheet(sheet.title, _rows(sheet, structure), tuple(structure.merges)))
    reader.archive.close()
    return Book(tuple(sheets), tuple(rejections), tuple(notices), names)


@dataclass
class _Structure:
    """What the library's reader of rows does not tell of a sheet."""

    merges: list[Merge] = field(default_factory=list)
    unstored: set[tuple[int, int]] = field(default_factory=set)
    last_row: int = 0
    last_column: int = 0


def _structure(source: IO[bytes]) -> _Structure:
    """Merged ranges, formulas without a stored result, and the last row and column with anything in them."""
    found, row = _Structure(), 0
    for _, element in iterparse(source):
        tag = element.tag.rpartition("}")[2]
        if tag == "row":
            row = int(element.get("r") or row + 1)
            if not 1 <= row <= _LAST_ROW:
                raise ValueError(row)
            column = 0
            for cell in element:
                column = _column_of(cell.get("r"), column)
                children = {child.tag.rpartition("}")[2]: child for child in cell}
                value = children.get("v")
                stored = (value is not None and value.text) or "is" in children
                if stored or "f" in children:
                    found.last_row = row
                    found.last_column = max(found.last_column, column)
                if "f" in children and not stored and cell.get("t") != "str":
                    found.unstored.add((row, column))
            element.clear()
        elif tag == "mergeCell" and len(found.merges) < MOST_MERGES:
            left, top, right, bottom = range_boundaries(element.get("ref") or "")
            if None not in (left, top, right, bottom):
                found.merges.append(Merge(int(top or 0), int(left or 0), int(bottom or 0), int(right or 0)))
    return found


def _column_of(reference: str | None, before: int) -> int:
    if not reference:
        return before + 1
    column = 0
    for sign in reference:
        if not sign.isalpha():
            break
        column = column * 26 + ord(sign.upper()) - 64
    return column


def _too_large(name: str, structure: _Structure) -> Rejection | None:
    if structure.last_row > MOST_ROWS:
        value = Text(f"{structure.last_row} rows", f"{structure.last_row} dòng")
        return Rejection(name, 0, "", "", "", value, Text(f"at most {MOST_ROWS}", f"nhiều nhất {MOST_ROWS}"))
    if structure.last_column > MOST_COLUMNS:
        at = letter(structure.last_column)
        value = Text(f"columns up to {at}", f"các cột đến {at}")
        most = letter(MOST_COLUMNS)
        return Rejection(name, 0, "", "", "", value, Text(f"columns up to {most}", f"nhiều nhất đến cột {most}"))
    return None


def _rows(sheet: Any, structure: _Structure) -> dict[int, tuple[Cell, ...]]:
    """The rows that have anything in them. The size that a sheet states is not trusted: programs write wrong ones."""
    if structure.last_row == 0:
        return {}
    sheet.reset_dimensions()
    rows: dict[int, tuple[Cell, ...]] = {}
    listed = sheet.iter_rows(max_row=structure.last_row, max_col=structure.last_column)
    for number, cells in enumerate(listed, start=1):
        values = tuple(_value(cell, number, column, structure) for column, cell in enumerate(cells, start=1))
        if any(value is not None for value in values):
            rows[number] = values
    return rows


def _value(cell: object, row: int, column: int, structure: _Structure) -> Cell:
    value: Cell = getattr(cell, "value", None)
    if value is None:
        return _UNSTORED if (row, column) in structure.unstored else None
    if getattr(cell, "data_type", "") == "e":
        return Unreadable(Text(f"the error {value}", f"lỗi {value}"), _ERROR)
    return value
