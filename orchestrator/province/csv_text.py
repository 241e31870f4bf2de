"""Reads the CSV registers into rows of texts with the line on which each begins.

Comma-separated with a header; a byte order mark, CRLF and lines that begin with ``#`` are passed over. An empty cell
is a value that is not given.
"""

from __future__ import annotations

import csv
import io
from collections import Counter

from orchestrator.province.paths import Path
from orchestrator.province.problems import Problem, Text
from orchestrator.province.shapes import Shape
from orchestrator.province.words import allowed, nearest_key
from orchestrator.province.yaml_text import Parsed


def parse_csv(text: str, file: str, shape: Shape) -> tuple[Parsed, frozenset[str]]:
    """Rows of a register as mappings of the cells that are filled, and required columns that are absent. Never raises.

    ``shape`` is that of the register, a list of records.
    """
    record = shape.item or shape
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    line = 1
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
        return Parsed([], {(): 1}, (Problem(file, line, "syntax", value, words),), readable=False), frozenset()
    if not rows:
        value, words = Text("no header", "thiếu dòng tiêu đề"), _columns(record)
        return Parsed([], {(): 1}, (Problem(file, 1, "header", value, words),), readable=False), frozenset()
    header_line, header = rows[0][0], [cell.strip() for cell in rows[0][1]]
    if len(header) == 1 and ";" in header[0]:
        value, words = Text("columns separated by semicolons", "các cột cách nhau bằng dấu chấm phẩy"), _columns(record)
        return Parsed([], {(): 1}, (Problem(file, header_line, "header", value, words),), readable=False), frozenset()
    problems = _header_problems(file, header_line, header, record)
    known = record.known()
    data: list[dict[str, str]] = []
    lines: dict[Path, int] = {(): header_line}
    for line, cells in rows[1:]:
        if len(cells) != len(header):
            value = Text(f"{len(cells)} cells", f"{len(cells)} ô")
            words = Text(f"{len(header)} cells as in the header", f"{len(header)} ô như dòng tiêu đề")
            problems.append(
                Problem(file, line, f"{file.rpartition('.')[0]}[{_name(header, cells, len(data))}]", value, words)
            )
            continue
        lines[(len(data),)] = line
        data.append(
            {name: cell.strip() for name, cell in zip(header, cells, strict=True) if name in known and cell.strip()}
        )
    absent = frozenset(name for name, field in known.items() if field.required and name not in header)
    return Parsed(data, lines, tuple(problems), readable=True), absent


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
