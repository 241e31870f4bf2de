"""Where everything stands in the workbook: rows and columns of tables on their sheets, and references to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from xlsxwriter.utility import quote_sheetname, xl_range_abs, xl_rowcol_to_cell

from orchestrator.report import Table

MOST_LETTERS = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


@dataclass(frozen=True)
class Sheet:
    """A sheet with its tables, one below the other; the first one's heading is frozen and repeated in print."""

    name: str
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Placed:
    """A table on a sheet; rows and columns count from 0. ``note`` and ``unit`` are None where there is none."""

    sheet: str
    table: Table
    title: int
    note: int | None
    unit: int | None
    head: int

    @property
    def first(self) -> int:
        """Row of the sheet in which the first row of the table stands."""
        return self.head + 1

    @property
    def end(self) -> int:
        """Row of the sheet after the table."""
        return self.first + len(self.table.rows)

    def row_of(self, key: str) -> int | None:
        """Row of the table that has a key."""
        return self.table.keys.index(key) if key in self.table.keys else None

    @property
    def columns(self) -> dict[str, int]:
        """Columns of the table by their keys."""
        return {column.key: number for number, column in enumerate(self.table.columns) if column.key}

    def cell(self, row: int, column: int) -> str:
        """Reference to a cell of the table from any sheet."""
        return f"{quote_sheetname(self.sheet)}!{xl_rowcol_to_cell(self.first + row, column, True, True)}"

    def column(self, column: int) -> str:
        """Reference to all cells of a column from any sheet."""
        return f"{quote_sheetname(self.sheet)}!{xl_range_abs(self.first, column, self.end - 1, column)}"

    def here(self, row: int, column: int, *, fixed_row: bool = False, fixed_column: bool = False) -> str:
        """Reference to a cell of the table from its own sheet."""
        return str(xl_rowcol_to_cell(self.first + row, column, fixed_row, fixed_column))

    def heading(self, column: int) -> str:
        """Reference to a heading from the table's own sheet; its row is fixed."""
        return str(xl_rowcol_to_cell(self.head, column, row_abs=True))

    def run(self, rows: Iterable[int], column: int) -> list[str]:
        """References to cells of a column from the table's own sheet, neighbours as ranges."""
        return [
            self.here(first, column) if first == last else f"{self.here(first, column)}:{self.here(last, column)}"
            for first, last in _runs(rows)
        ]


Book = Mapping[str, Placed]
"""Table key -> where it stands."""


def _runs(rows: Iterable[int]) -> Iterator[tuple[int, int]]:
    """First and last of rows that follow each other."""
    first = last = None
    for row in sorted(rows):
        if last is not None and row == last + 1:
            last = row
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = row
    if first is not None and last is not None:
        yield first, last


def place(sheets: Iterable[Sheet]) -> dict[str, Placed]:
    """Places the tables of all sheets: title and subtitle of the sheet, then note, unit, headings and rows of each."""
    book: dict[str, Placed] = {}
    for sheet in sheets:
        row = 0
        for index, table in enumerate(sheet.tables):
            title, row = row, row + (2 if index == 0 else 1)
            note, row = (row, row + 1) if table.note else (None, row)
            unit, row = (row, row + 1) if table.unit else (None, row)
            book[table.key] = Placed(sheet.name, table, title, note, unit, row)
            row = book[table.key].end + 1
    return book


def sheet_name(wanted: str, taken: Iterable[str]) -> str:
    """A name that spreadsheets accept and no other sheet has: 31 letters at most, without ``[]:*?/\\``."""
    others = {name.lower() for name in taken}
    name = _FORBIDDEN.sub(" ", wanted).strip(" '")[:MOST_LETTERS].strip(" '") or "-"
    number = 1
    while name.lower() in others:
        number += 1
        name = f"{name[: MOST_LETTERS - 4].strip()} ({number})"
    return name
