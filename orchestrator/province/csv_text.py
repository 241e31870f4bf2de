"""Reads the CSV registers into rows of texts with the line on which each begins.

Comma-separated with a header; a byte order mark, CRLF and lines that begin with ``#`` are passed over. An empty cell
is a value that is not given.
"""

from __future__ import annotations

import csv
import io
from collections import Counter

from orchestrator.province.paths import Path
from orchestrator.province.problems import Problem, Text, first_of
from orchestrator.province.shapes import Shape
from orchestrator.province.words import allowed, nearest_key
from orchestrator.province.yaml_text import Parsed

MOST_ROWS = 20_000


def parse_csv(text: str, file: str, shape: Shape) -> tuple[Parsed, frozenset[str]]:
    """Rows of a register as mappings of the cells that are filled, and required columns that are absent. Never raises.

    ``shape`` is that of the register, a list of records.
    """
    record = shape.item or shape
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    line = 1

    def refused(where: int, field: str, value: Text, words: Text) -> tuple[Parsed, frozenset[str]]:
        return Parsed([], {(): 1}, (Problem(file, where, field, value, words),), readable=False), frozenset()

    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) and not cells[0].startswith("#"):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        value = Text(f"not CSV ({error})", f"không phải CSV ({error})")
        words = Text(
            "cells separated by commas; quote cells with commas or line breaks",
            "các ô cách nhau bằng dấu phẩy; đặt trong dấu nháy kép các ô có dấu phẩy hoặc xuống dòng",
        )
        return refused(line, "syntax", value, words)
    if not rows:
        return refused(1, "header", Text("no header", "thiếu dòng tiêu đề"), _columns(record))
    if len(rows) > MOST_ROWS:
        value = Text(f"more than {MOST_ROWS} rows", f"hơn {MOST_ROWS} dòng")
        return refused(rows[MOST_ROWS][0], "size", value, Text("a register is smaller", "danh mục nhỏ hơn thế"))
    header_line, header = rows[0][0], [cell.strip() for cell in rows[0][1]]
    if len(header) == 1 and ";" in header[0]:
        value = Text("columns separated by semicolons", "các cột cách nhau bằng dấu chấm phẩy")
        return refused(header_line, "header", value, _columns(record))
    return _read_rows(rows[1:], header, header_line, file, record)


def _read_rows(
    rows: list[tuple[int, list[str]]], header: list[str], header_line: int, file: str, record: Shape
) -> tuple[Parsed, frozenset[str]]:
    known = record.known()
    problems = _header_problems(file, header_line, header, record)
    data: list[dict[str, str]] = []
    lines: dict[Path, int] = {(): header_line}
    for line, cells in rows:
        if len(cells) == len(header):
            lines[(len(data),)] = line
            named = zip(header, cells, strict=True)
            data.append({name: cell.strip() for name, cell in named if name in known and cell.strip()})
        else:
            value = Text(f"{len(cells)} cells", f"{len(cells)} ô")
            words = Text(f"{len(header)} cells as in the header", f"{len(header)} ô như dòng tiêu đề")
            row = f"{file.rpartition('.')[0]}[{_name(header, cells, len(data))}]"
            problems.append(Problem(file, line, row, value, words))
    absent = frozenset(name for name, field in known.items() if field.required and name not in header)
    return Parsed(data, lines, tuple(first_of(problems)), readable=True), absent


def _columns(record: Shape) -> Text:
    names = ",".join(record.known())
    return Text(f"the columns are {names}, with commas", f"các cột là {names}, cách nhau bằng dấu phẩy")


def _name(header: list[str], cells: list[str], position: int) -> str:
    column = header.index("id") if "id" in header else len(cells)
    return cells[column].strip() if column < len(cells) and cells[column].strip() else str(position)


def _header_problems(file: str, line: int, header: list[str], record: Shape) -> list[Problem]:
    problems = []
    for name, times in Counter(header).items():
        if name not in record.known():
            value = Text("unknown column", "cột không có trong danh mục")
            problems.append(Problem(file, line, name or "header", value, nearest_key(name, record)))
        elif times > 1:
            value = Text(f"the column stands {times} times", f"cột xuất hiện {times} lần")
            problems.append(Problem(file, line, name, value, Text("each column once", "mỗi cột một lần")))
    for name, field in record.known().items():
        if field.required and name not in header:
            problems.append(Problem(file, line, name, Text("missing column", "thiếu cột"), allowed(field)))
    return problems
