"""A workbook read back: what is written in its cells, what viewers show, and what its formulas give when calculated."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet


@dataclass(frozen=True)
class Opened:
    """``written`` has formulas as they stand, ``shown`` the results that are stored with them."""

    written: Workbook
    shown: Workbook

    def sheet(self, name: str) -> Worksheet:
        """A sheet as written."""
        found = self.written[name]
        assert isinstance(found, Worksheet)
        return found

    def cells(self) -> list[tuple[str, Cell]]:
        """All cells with something in them, with their sheet."""
        return [
            (sheet.title, cell)
            for sheet in self.written.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if isinstance(cell, Cell) and cell.value is not None
        ]

    def formulas(self) -> dict[tuple[str, str], str]:
        """(sheet, cell) -> formula."""
        return {(name, cell.coordinate): str(cell.value) for name, cell in self.cells() if cell.data_type == "f"}

    def result(self, sheet: str, cell: str) -> Any:
        """What a viewer that doesn't calculate shows."""
        return self.shown[sheet][cell].value

    def find(self, sheet: str, *texts: str) -> int:
        """Row that begins with these texts."""
        rows = [
            row[0].row
            for row in self.sheet(sheet).iter_rows()
            if tuple(str(cell.value) for cell in row[: len(texts)]) == texts
        ]
        assert len(rows) == 1, (sheet, texts, rows)
        assert isinstance(rows[0], int)
        return rows[0]


def opened(content: bytes) -> Opened:
    """A workbook read twice."""
    return Opened(
        openpyxl.load_workbook(io.BytesIO(content)), openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    )


def calculated(content: bytes, folder: Path) -> dict[tuple[str, str], float]:
    """(sheet in capitals, cell) -> what each formula gives, by a library that knows nothing of how it was written."""
    path = folder / "book.xlsx"
    path.write_bytes(content)
    with warnings.catch_warnings():
        # The library compares with a literal by ``is``, which the compiler remarks the first time that it is loaded.
        warnings.simplefilter("ignore", SyntaxWarning)
        import formulas

        solution = formulas.ExcelModel().loads(str(path)).finish().calculate()
    results: dict[tuple[str, str], float] = {}
    for sheet, cell in opened(content).formulas():
        found = solution[f"'[{path.name}]{sheet.upper()}'!{cell}"].value[0, 0]
        results[sheet, cell] = float(found)
    return results
