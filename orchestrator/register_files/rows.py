"""Rows of a register as a file has them: every cell turned into the folder's text, or rejected with its reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.province import Text
from orchestrator.register_files.columns import LISTS, REFERENCES
from orchestrator.register_files.heads import Table
from orchestrator.register_files.names import Names
from orchestrator.register_files.rejections import Rejection, short
from orchestrator.register_files.sheets import Cell, letter
from orchestrator.register_files.values import Refused, value_of

_LEADER = re.compile(r"'+[=+\-@\t\r]")
_ABBREVIATED = frozenset(("agencies",))
_KNOWN_BY = ("id", "name_vi", "name_en", "valid_from", "valid_to")


@dataclass(frozen=True)
class SheetRow:
    """A row with the texts of the columns that its sheet has; a rejected cell has the text that stands there.

    ``by_name`` are the fields that name another row by something else than its id.
    """

    table: Table
    row: int
    fields: Mapping[str, str]
    by_name: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """The id, empty when there is none."""
        return self.fields["id"]

    def rejection(self, field: str, value: Text, reason: Text) -> Rejection:
        """A rejection of one cell of this row, or of the row when the sheet has no such column."""
        position, heading = self.table.columns.get(field, (-1, ""))
        column = letter(position + 1) if position >= 0 else ""
        return Rejection(self.table.sheet.name, self.row, column, heading, field, value, reason)

    def where(self) -> Text:
        """The row in the words of a message."""
        name = self.table.sheet.name
        return Text(f"row {self.row} of sheet '{name}'", f"dòng {self.row} của trang '{name}'")


def named_rows(table: Table) -> list[dict[str, str]]:
    """Of each row with an id what others may know it by, and the days on which it exists; nothing is rejected here."""
    found = []
    for cells in table.rows.values():
        texts = {field: _text(table, field, cells[field]) for field in _KNOWN_BY if field in cells}
        fields = {field: text for field, text in texts.items() if isinstance(text, str) and text}
        if "id" in fields:
            found.append(fields)
    return found


def read_rows(table: Table, names: Mapping[str, Names], ids: frozenset[str]) -> tuple[list[SheetRow], list[Rejection]]:
    """All rows of a table. ``names`` finds what references mean, by register; ``ids`` are those of the folder's rows.

    A row without an id is rejected and left out.
    """
    rows: list[SheetRow] = []
    rejections: list[Rejection] = []
    for number, cells in table.rows.items():
        fields: dict[str, str] = {}
        refused: list[tuple[str, Text, Text]] = []
        by_name: set[str] = set()
        for field, cell in cells.items():
            text = _text(table, field, cell)
            if isinstance(text, Refused):
                refused.append((field, text.value, text.reason))
                fields[field] = text.text
                continue
            if field == "id" and text not in ids and text.lower() in ids:
                text = text.lower()
            if text and (register := REFERENCES.get(field)) is not None:
                found = _referred(text, names[register], field, abbreviated=register in _ABBREVIATED)
                if isinstance(found, Refused):
                    refused.append((field, found.value, found.reason))
                    found = found.text
                elif found != text:
                    by_name.add(field)
                text = found
            fields[field] = text
        row = SheetRow(table, number, fields, frozenset(by_name))
        if not fields["id"] and not any(field == "id" for field, _, _ in refused):
            value = Text("a row without an id", "dòng không có mã")
            refused.append(("id", value, Text("an id: new rows need one too", "phải có mã, dòng mới cũng vậy")))
        rejections += [row.rejection(*each) for each in refused]
        if fields["id"]:
            rows.append(row)
    return rows, rejections


def _text(table: Table, field: str, cell: Cell) -> str | Refused:
    """The text of a cell; one that an export has guarded against formulas loses its guard."""
    shape = table.kind.shapes[field]
    if table.sheet.escapes_formulas and isinstance(cell, str) and shape.kind == "text" and _LEADER.match(cell):
        cell = cell[1:]
    return value_of(field, shape, cell, table.sheet.decimal)


def _referred(text: str, names: Names, field: str, *, abbreviated: bool) -> str | Refused:
    """The ids that a cell means."""
    if field not in LISTS:
        found = names.find(text, abbreviated=abbreviated)
        return found if isinstance(found, str) else Refused(Text(short(text), short(text)), found, text)
    parts = [part.strip() for part in re.split("[;\n]", text) if part.strip()]
    ids: list[str] = []
    for part in parts:
        among = [each.strip() for each in part.split(",") if each.strip()]
        found = names.find(part, abbreviated=abbreviated)
        if isinstance(found, Text) and len(among) > 1 and all(names.knows(each) for each in among):
            ids += [str(names.find(each, abbreviated=False)) for each in among]
        elif isinstance(found, Text):
            return Refused(Text(short(part), short(part)), found, text)
        else:
            ids.append(found)
    return ";".join(ids)
