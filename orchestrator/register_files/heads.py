"""Finds the table of a register in a sheet: its head below any titles, its columns, and the rows under it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from orchestrator.province import Text
from orchestrator.register_files.columns import REGISTERS, UNITS, RegisterKind
from orchestrator.register_files.folding import cleaned, folded
from orchestrator.register_files.rejections import Rejection, short
from orchestrator.register_files.sheets import Cell, Sheet, is_blank, letter

_ROWS_LOOKED_AT = 60
_FEWEST_COLUMNS = 3
_MOST_OF_A_FOOTER = 2
"""Words below the last row that forms end with: place and date, who drew it up and who signs."""
_NUMBERING = frozenset(("stt", "tt", "so tt", "so thu tu", "no", "#", ""))
_TOTALS = frozenset(
    (
        "tong",
        "tong cong",
        "tong so",
        "cong",
        "cong tong",
        "tong cong so",
        "total",
        "totals",
        "grand total",
        "sum",
        "subtotal",
    )
)
_ID = re.compile("[a-z0-9][a-z0-9-]*")
_ORDINAL = re.compile(r"\(?\s*(\d{1,3}|[A-Z])\s*\)?")


@dataclass(frozen=True)
class Table:
    """A register in a sheet. ``columns`` has the position from 0 and the heading of each field that stands there."""

    sheet: Sheet
    kind: RegisterKind
    head: int
    columns: Mapping[str, tuple[int, str]]
    rows: Mapping[int, Mapping[str, Cell]]
    notices: tuple[Text, ...]


def find_table(sheet: Sheet) -> Table | list[Rejection] | None:
    """The register in a sheet; None where there is none, rejections where it has a head that leaves doubt."""
    filled = _filled(sheet)
    best: tuple[int, int, RegisterKind, dict[int, str]] | None = None
    nameless: tuple[int, int, RegisterKind] | None = None
    for row in sorted(sheet.rows)[:_ROWS_LOOKED_AT]:
        for kind in REGISTERS.values():
            headings = _headings(filled, row, kind)
            known = {field for heading in headings.values() if (field := kind.field_of(heading)) is not None}
            if "id" in known and len(known) >= _FEWEST_COLUMNS and (best is None or len(known) > best[0]):
                best = (len(known), row, kind, headings)
            elif "id" not in known and len(known) > _FEWEST_COLUMNS and (nameless is None or len(known) > nameless[0]):
                nameless = (len(known), row, kind)
    if best is None:
        return None if nameless is None else [_without_ids(sheet, nameless[1], nameless[2])]
    _, head, kind, headings = best
    columns: dict[str, tuple[int, str]] = {}
    rejections, notices = [], []
    for position, heading in headings.items():
        field = kind.field_of(heading)
        if field is None:
            rejection = _doubtful(sheet, head, position, heading, kind)
            if rejection is not None:
                rejections.append(rejection)
            elif folded(heading) not in _NUMBERING:
                notices.append(_left_out(sheet, position, heading))
        elif field in columns:
            first = letter(columns[field][0] + 1)
            reason = Text(f"each column once: {first} has it already", f"mỗi cột một lần: cột {first} đã có")
            value = Text("a second column of this name", "cột thứ hai có tên này")
            rejections.append(Rejection(sheet.name, head, letter(position + 1), heading, field, value, reason))
        else:
            columns[field] = (position, heading)
    if rejections:
        return rejections
    rows, remarks = _rows_below(sheet, filled, head, columns)
    return Table(sheet, kind, head, columns, rows, (*notices, *remarks))


def _without_ids(sheet: Sheet, row: int, kind: RegisterKind) -> Rejection:
    """A register of which no row can be told from another."""
    wanted = kind.by_field["id"].heading
    value = Text("no column of ids", "không có cột mã")
    reason = Text(
        f"a column '{wanted.en}', by which rows are matched", f"phải có cột '{wanted.vi}' để đối chiếu các dòng"
    )
    return Rejection(sheet.name, row, "", "", "id", value, reason)


def _filled(sheet: Sheet) -> dict[int, list[Cell]]:
    """The rows with the value of a merged range in all its rows, in its first column."""
    filled = {number: list(cells) for number, cells in sheet.rows.items()}
    for merge in sheet.merges:
        first = sheet.rows.get(merge.first_row, ())
        column = merge.first_column - 1
        value = first[column] if column < len(first) else None
        if merge.last_row == merge.first_row or value is None:
            continue
        for row in range(merge.first_row + 1, merge.last_row + 1):
            cells = filled.get(row)
            if cells is None:
                continue  # a blank row inside a merged range is no row of the register
            cells += [None] * (column + 1 - len(cells))
            if cells[column] is None:
                cells[column] = value
    return filled


def _headings(filled: Mapping[int, list[Cell]], row: int, kind: RegisterKind) -> dict[int, str]:
    """What stands above each column when a row is the head; of two rows with a common heading, both together."""
    above = filled.get(row - 1, [])
    found: dict[int, str] = {}
    for position, cell in enumerate(filled[row]):
        if is_blank(cell):
            continue
        heading = cleaned(str(cell), one_line=True)
        if kind.field_of(heading) is None and position < len(above) and isinstance(above[position], str):
            both = f"{cleaned(str(above[position]), one_line=True)} {heading}"
            heading = both if kind.field_of(both) is not None else heading
        found[position] = heading
    return found


def _doubtful(sheet: Sheet, head: int, position: int, heading: str, kind: RegisterKind) -> Rejection | None:
    """A heading that is nearly a known one: a slip of the pen must not leave a column out."""
    name = folded(heading)
    near = difflib.get_close_matches(name, kind.spellings, n=1, cutoff=0.9) if len(name) > 3 else []
    bare = " ".join(word for word in name.split() if word not in UNITS)
    inside = [bare] if bare != name and kind.field_of(bare) is not None else []
    if not near and not inside:
        return None
    field = kind.field_of((near or inside)[0])
    wanted = kind.by_field[field or "id"].heading
    reason = Text(
        f"did you mean '{wanted.en}'? Other columns need another heading",
        f"có phải là '{wanted.vi}'? Cột khác phải có tiêu đề khác",
    )
    value = Text(f"the heading {short(heading)}", f"tiêu đề {short(heading)}")
    return Rejection(sheet.name, head, letter(position + 1), heading, field or "", value, reason)


def _left_out(sheet: Sheet, position: int, heading: str) -> Text:
    at = letter(position + 1)
    return Text(
        f"sheet '{sheet.name}': column {at} ({short(heading)}) is not of the register and was left out",
        f"trang '{sheet.name}': cột {at} ({short(heading)}) không thuộc danh mục nên bỏ qua",
    )


def _rows_below(
    sheet: Sheet, filled: Mapping[int, list[Cell]], head: int, columns: Mapping[str, tuple[int, str]]
) -> tuple[dict[int, dict[str, Cell]], list[Text]]:
    """The rows of the register by number, without blank ones, numberings of columns, titles of groups and totals."""
    rows: dict[int, dict[str, Cell]] = {}
    notices: list[Text] = []
    wide = {merge.first_row: merge for merge in sheet.merges if merge.last_column > merge.first_column}
    below = [number for number in sorted(filled) if number > head]
    for number in below:
        cells = filled[number]
        written = [cell for cell in cells if not is_blank(cell)]
        fields = {field: cells[position] if position < len(cells) else None for field, (position, _) in columns.items()}
        if all(is_blank(cell) for cell in fields.values()):
            continue
        if number == below[0] and _is_numbering(written):
            continue
        if _is_total(cells, fields) or (len(written) == 1 and number in wide and " " in str(written[0]).strip()):
            notices.append(_passed_over(sheet, number, written[0]))
            continue
        rows[number] = fields
    last = max((number for number, fields in rows.items() if not is_blank(fields["id"])), default=0)
    for number in [number for number in rows if number > last]:
        words = [cell for cell in rows[number].values() if not is_blank(cell)]
        if last and len(words) <= _MOST_OF_A_FOOTER:
            notices.append(_passed_over(sheet, number, words[0]))
            del rows[number]
    return rows, notices


def _passed_over(sheet: Sheet, number: int, cell: Cell) -> Text:
    told = short(cleaned(str(cell), one_line=True))
    return Text(
        f"sheet '{sheet.name}': row {number} ({told}) is a total, a title or a signature and was left out",
        f"trang '{sheet.name}': dòng {number} ({told}) là dòng tổng, tiêu đề nhóm hoặc chữ ký nên bỏ qua",
    )


def _is_numbering(written: list[Cell]) -> bool:
    """Whether a row numbers the columns, as forms do below their head: (1) (2) (3), or A B 1 2."""
    texts = [str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip() for cell in written]
    matches = [_ORDINAL.fullmatch(text) for text in texts]
    if len(texts) < _FEWEST_COLUMNS or not all(matches):
        return False
    numbers = [int(match[1]) for match in matches if match is not None and match[1].isdigit()]
    return len(numbers) >= 2 and all(after == before + 1 for before, after in pairwise(numbers))


def _is_total(cells: list[Cell], fields: Mapping[str, Cell]) -> bool:
    """Whether a row adds up those above it: it is called so and has no id."""
    name = fields.get("id")
    if not is_blank(name) and (not isinstance(name, str) or _ID.fullmatch(name.strip()) is not None):
        return False
    called = {_total_word(cell) for cell in cells if isinstance(cell, str)}
    return bool(called & _TOTALS) and (is_blank(name) or _total_word(str(name)) in _TOTALS)


def _total_word(cell: str) -> str:
    return " ".join(word for word in folded(cell).split() if not word.isdigit())
