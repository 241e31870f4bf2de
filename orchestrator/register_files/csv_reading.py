"""Reads CSV files of other programs: UTF-8 with or without its mark, separated by commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from capacity.weather import reason_of
from orchestrator.province import Text
from orchestrator.province.csv_text import SEPARATORS
from orchestrator.province.plain_text import decoded
from orchestrator.province.problems import joined
from orchestrator.register_files.columns import REGISTERS
from orchestrator.register_files.rejections import Rejection
from orchestrator.register_files.sheets import MOST_COLUMNS, MOST_ROWS, Book, Cell, Sheet, refused_file

_LINES_LOOKED_AT = 40


def read_csv(content: bytes, name: str) -> Book:
    """The one sheet of a CSV file, named as the file; never raises for what the file holds. Rows are its lines."""
    text = decoded(content, name if name.lower().endswith(".csv") else f"{name}.csv")
    if not isinstance(text, str):
        problems = (Rejection(name, each.line, "", "", each.field, each.value, each.allowed) for each in text)
        return Book((), tuple(problems))
    separator = _separator(text)
    rows: dict[int, tuple[Cell, ...]] = {}
    begins = 1
    reader = csv.reader(_without_notes(text), delimiter=separator, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows[begins] = tuple(cell or None for cell in cells)
            begins = reader.line_num + 1
            if len(rows) > MOST_ROWS or len(cells) > MOST_COLUMNS:
                value = Text(
                    f"more than {MOST_ROWS} rows or {MOST_COLUMNS} columns",
                    f"hơn {MOST_ROWS} dòng hoặc {MOST_COLUMNS} cột",
                )
                return refused_file(name, value, Text("a register is smaller", "danh mục nhỏ hơn thế"))
    except csv.Error as error:
        value = joined(Text("not CSV (", "không phải CSV ("), Text(*reason_of(error)), ")")
        words = SEPARATORS[separator]
        reason = Text(
            f"cells separated by {words.en}; quote cells with {words.en} or line breaks",
            f"các ô cách nhau bằng {words.vi}; đặt trong dấu nháy kép các ô có {words.vi} hoặc xuống dòng",
        )
        return refused_file(name, value, reason, begins)
    sheet = Sheet(name, rows, (), {",": ".", ";": ","}.get(separator), escapes_formulas=True)  # type: ignore[arg-type]
    return Book((sheet,), names=(name,))


def _separator(text: str) -> str:
    """The separator under which one of the first lines has most headings that are known; commas when none has."""
    best, most = ",", 0
    for line in text.split("\n", _LINES_LOOKED_AT)[:_LINES_LOOKED_AT]:
        for separator in SEPARATORS:
            names = [name.strip().strip('"') for name in line.split(separator)]
            known = max(sum(kind.field_of(name) is not None for name in names) for kind in REGISTERS.values())
            if known > most:
                best, most = separator, known
    return best


def _without_notes(text: str) -> Iterator[str]:
    """The lines; notes before the table and Excel's hint of its separator are blank, whatever quotes they have."""
    is_above = True
    for line in io.StringIO(text, newline=""):
        is_note = line.startswith("# ") or line.strip().lower().startswith("sep=")
        is_above = is_above and (is_note or not line.strip())
        yield "\n" if is_above else line
