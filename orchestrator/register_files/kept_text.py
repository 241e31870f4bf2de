"""The text of a register in the folder, row by row as it was written, so that an import changes only what changed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestrator.province import InvalidProvinceError
from orchestrator.province.catalogue import FILES
from orchestrator.province.csv_text import Lines, parse_csv, separator_of
from orchestrator.province.plain_text import decoded
from orchestrator.province.problems import Problem
from orchestrator.province.raw_files import read_bytes
from orchestrator.register_files.columns import RegisterKind

_LINE_END = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A row of the folder: its first and last line, its cells as written, and the texts by field that are not empty."""

    first: int
    last: int
    cells: tuple[str, ...]
    fields: Mapping[str, str]


@dataclass(frozen=True)
class KeptText:
    """A register as its file has it. ``lines`` are all lines with their ends, ``header`` the row of column names."""

    kind: RegisterKind
    content: bytes
    lines: tuple[str, ...]
    separator: str
    header: KeptRow
    rows: tuple[KeptRow, ...]

    @property
    def line_end(self) -> str:
        """How the header ends, which new rows do too."""
        match = _LINE_END.search(self.lines[self.header.last - 1])
        return "\n" if match is None else match.group()

    @property
    def first_field(self) -> str:
        """The field of the first column."""
        return self.header.cells[0].strip()


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row as it is to be: in the place of ``kept``, or at the end when that is None."""

    kept: KeptRow | None
    fields: Mapping[str, str]


def read_kept(folder: Path, kind: RegisterKind) -> KeptText:
    """A register of a folder. Raises InvalidProvinceError with all problems when it cannot be read."""
    content = read_bytes(folder, kind.file, FILES[kind.file].most_bytes)
    if isinstance(content, Problem):
        raise InvalidProvinceError(str(folder), (content,))
    text = decoded(content, kind.file)
    if not isinstance(text, str):
        raise InvalidProvinceError(str(folder), tuple(text))
    shape = FILES[kind.file].shape
    parsed, absent = parse_csv(text, kind.file, shape)
    if parsed.problems or absent:
        raise InvalidProvinceError(str(folder), parsed.problems)
    written = content.decode("utf-8")  # as it is, not composed: rows that stay keep their bytes
    separator = separator_of(text, shape.item or shape)
    spans = _spans(written.removeprefix("\ufeff"), separator)
    by_line = {parsed.lines[(number,)]: row for number, row in enumerate(parsed.data)}
    header_line = parsed.lines[()]
    kept = {first: KeptRow(first, last, cells, by_line.get(first, {})) for first, last, cells in spans}
    rows = tuple(kept[line] for line in sorted(by_line))
    return KeptText(kind, content, tuple(io.StringIO(written, newline="")), separator, kept[header_line], rows)


def _spans(text: str, separator: str) -> list[tuple[int, int, tuple[str, ...]]]:
    """First line, last line and cells of everything in the file but notes."""
    lines, found = Lines(text), []
    for cells in csv.reader(lines, delimiter=separator, strict=True):
        found.append((lines.row_begins_at, lines.number, tuple(cells)))
        lines.row_begins_at = 0
    return found


def rewritten(text: KeptText, changed: Iterable[NewRow], removed: Iterable[KeptRow]) -> tuple[bytes, dict[int, NewRow]]:
    """The file with rows changed, added and removed, all others to the byte, and the line on which each new row begins.

    Columns that the file lacks and a row needs are added at the end of all rows.
    """
    changes = list(changed)
    instead = {row.kept.first: row for row in changes if row.kept is not None}
    gone = {row.first for row in removed}
    names = [cell.strip() for cell in text.header.cells]
    needed = {field for row in changes for field, value in row.fields.items() if value}
    more = [column.field for column in text.kind.columns if column.field in needed - set(names)]
    spans = {row.first: row for row in (text.header, *text.rows)}
    parts: list[str] = []
    begins: dict[int, NewRow] = {}
    line, at = 1, 1
    while at <= len(text.lines):
        row = spans.get(at)
        last = at if row is None else row.last
        part = "".join(text.lines[at - 1 : last])
        if at in gone:
            part = ""
        elif at in instead:
            begins[line] = instead[at]
            part = _row(text, [*names, *more], instead[at].fields, _end_of(part))
        elif more and row is not None:
            ends = _end_of(part)
            extra = more if row is text.header else [""] * len(more)
            part = part.removesuffix(ends) + "".join(text.separator + cell for cell in extra) + ends
        parts.append(part)
        line += len(_LINE_END.findall(part))
        at = last + 1
    added = [row for row in changes if row.kept is None]
    if added and (before := "".join(parts)) and _end_of(before) == "":
        parts.append(text.line_end)
        line += 1
    for new in added:
        begins[line] = new
        parts.append(_row(text, [*names, *more], new.fields, text.line_end))
        line += len(_LINE_END.findall(parts[-1]))
    return "".join(parts).encode(), begins


def _end_of(part: str) -> str:
    return next((end for end in ("\r\n", "\n", "\r") if part.endswith(end)), "")


def _row(text: KeptText, names: Sequence[str], fields: Mapping[str, str], line_end: str) -> str:
    """A row in the writing of the file: with a decimal comma where semicolons separate."""
    shapes, cells = text.kind.shapes, []
    for name in names:
        cell = fields.get(name, "")
        if text.separator == ";" and name in shapes and shapes[name].kind in ("number", "integer"):
            cell = cell.replace(".", ",")
        cells.append(cell)
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=text.separator, lineterminator="\r\n").writerow(cells)
    return stream.getvalue().removesuffix("\r\n") + line_end
