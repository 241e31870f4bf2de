"""Reads the CSV registers into rows of texts with the line on which each begins.

The separator is the comma, or the semicolon of Excel in Viet Nam: the header decides. In a file of commas decimals have
a point; in one of semicolons they may have a comma, and a point in a number is refused there, since Excel writes it
between thousands. A line ``sep=;`` before the header, lines that begin with ``#``, empty cells at the end of a row and
every kind of line end are passed over. An empty cell is a value that is not given.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from capacity.weather import reason_of
from orchestrator.province.paths import Path
from orchestrator.province.problems import Problem, Text, first_of, joined
from orchestrator.province.shapes import Shape
from orchestrator.province.words import allowed, nearest_key, shown
from orchestrator.province.yaml_text import Parsed

MOST_ROWS = 20_000
SEPARATORS = {",": Text("commas", "dấu phẩy"), ";": Text("semicolons", "dấu chấm phẩy"), "\t": Text("tabs", "tab")}
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")
_POINT_IN_NUMBER = re.compile(r"[-+]?[\d,]*\.[\d.,]*")


class Lines:
    """The lines of a text for the CSV reader; between rows it passes over notes, and it knows which line it is on."""

    def __init__(self, text: str) -> None:
        self._lines = iter(io.StringIO(text, newline=""))
        self.number = 0
        self.row_begins_at = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        while True:
            line = next(self._lines)
            self.number += 1
            if self.row_begins_at:
                return line
            if not line.startswith("#"):
                self.row_begins_at = self.number
                return line


def parse_csv(text: str, file: str, shape: Shape) -> tuple[Parsed, frozenset[str]]:
    """Rows of a register as mappings of the cells that are filled, and required columns that are absent. Never raises.

    ``shape`` is that of the register, a list of records.
    """
    record = shape.item or shape

    def refused(where: int, field: str, value: Text, words: Text) -> tuple[Parsed, frozenset[str]]:
        return Parsed([], {(): 1}, (Problem(file, where, field, value, words),), readable=False), frozenset()

    separator = separator_of(text, record)
    if separator == "\t":
        value = Text("columns separated by tabs", "các cột cách nhau bằng tab")
        return refused(_header(text)[0], "header", value, _columns(record))
    lines = Lines(text)
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in csv.reader(lines, delimiter=separator, strict=True):
            if any(cell.strip() for cell in cells) and not cells[0].startswith("#") and not _is_hint(rows, cells):
                rows.append((lines.row_begins_at, cells))
                if len(rows) > MOST_ROWS + 1:
                    value = Text(f"more than {MOST_ROWS} rows", f"hơn {MOST_ROWS} dòng")
                    return refused(rows[-1][0], "size", value, Text("a register is smaller", "danh mục nhỏ hơn thế"))
            lines.row_begins_at = 0
    except csv.Error as error:
        value = joined(Text("not CSV (", "không phải CSV ("), Text(*reason_of(error)), ")")
        name = SEPARATORS[separator]
        words = Text(
            f"cells separated by {name.en}; quote cells with {name.en} or line breaks",
            f"các ô cách nhau bằng {name.vi}; đặt trong dấu nháy kép các ô có {name.vi} hoặc xuống dòng",
        )
        return refused(max(1, lines.row_begins_at), "syntax", value, words)
    if not rows:
        return refused(1, "header", Text("no header", "thiếu dòng tiêu đề"), _columns(record))
    return _read_rows(rows, file, record, separator)


def _is_hint(rows: list[tuple[int, list[str]]], cells: list[str]) -> bool:
    """Whether the row is Excel's note of its separator."""
    return not rows and "".join(cells).strip().lower() in ("sep=", "sep=,", "sep=;")


def _header(text: str) -> tuple[int, str]:
    """Number and text of the line that should be the header."""
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        content = line.strip().strip(',;"').strip()
        if content and not content.startswith("#") and not content.lower().startswith("sep="):
            return number, line.strip()
    return 1, ""


def separator_of(text: str, record: Shape) -> str:
    """The separator that gives the header most columns that are known; the comma when there is a tie."""
    header = _header(text)[1]
    known = record.known()

    def columns(separator: str) -> int:
        return sum(name.strip().strip('"') in known for name in header.split(separator))

    return max(SEPARATORS, key=lambda separator: (columns(separator), separator == ","))


def _read_rows(
    rows: list[tuple[int, list[str]]], file: str, record: Shape, separator: str
) -> tuple[Parsed, frozenset[str]]:
    header_line, header = rows[0][0], [cell.strip() for cell in rows[0][1]]
    while header and not header[-1]:
        header.pop()
    known = record.known()
    problems = _header_problems(file, header_line, header, record)
    numbers = {name for name, field in known.items() if field.kind in ("number", "integer")} if separator == ";" else ()
    data: list[dict[str, str]] = []
    lines: dict[Path, int] = {(): header_line}
    width = len(header)
    for line, cells in rows[1:]:
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            value = Text(f"{len(cells)} cells", f"{len(cells)} ô")
            words = Text(f"{width} cells as in the header", f"{width} ô như dòng tiêu đề")
            problems.append(Problem(file, line, _row(file, header, cells, len(data)), value, words))
            continue
        lines[(len(data),)] = line
        named = zip(header, cells[:width], strict=True)
        row = {name: cell.strip() for name, cell in named if name in known and cell.strip()}
        for name in numbers:
            if (cell := row.get(name)) is not None and _DECIMAL_COMMA.fullmatch(cell):
                row[name] = cell.replace(",", ".")
            elif cell is not None and _POINT_IN_NUMBER.fullmatch(cell):
                words = Text(
                    "a comma before decimals and nothing between thousands, in a file of semicolons",
                    "dấu phẩy trước phần thập phân, không ngăn cách hàng nghìn, trong tệp dùng dấu chấm phẩy",
                )
                where = f"{_row(file, header, cells, len(data))}.{name}"
                problems.append(Problem(file, line, where, shown(cell), words))
        data.append(row)
    absent = frozenset(name for name, field in known.items() if field.required and name not in header)
    return Parsed(data, lines, tuple(first_of(problems)), readable=True), absent


def _columns(record: Shape) -> Text:
    names = ",".join(record.known())
    return Text(f"the columns are {names}, with commas", f"các cột là {names}, cách nhau bằng dấu phẩy")


def _row(file: str, header: list[str], cells: list[str], position: int) -> str:
    """How a row is addressed, as ``systems[lgsp]``."""
    column = header.index("id") if "id" in header else len(cells)
    name = cells[column].strip() if column < len(cells) and cells[column].strip() else str(position)
    return f"{file.rpartition('.')[0]}[{name}]"


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
