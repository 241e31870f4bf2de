"""What an import refuses, told so that a person finds the cell and can put it right.

Errors of this room::

    RegisterFileError       a file that cannot be exported, or a folder whose registers cannot be read
    └── RegisterMovedError  the folder changed between reading and writing
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestrator.i18n import Language
from orchestrator.province import Text
from orchestrator.province.problems import visible

_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Rejection:
    """A cell, row or sheet that is refused. ``row`` counts from 1 as spreadsheets do, 0 for a whole sheet or file.

    ``column`` is a letter and ``header`` what stands above it; both are empty for a whole row. ``field`` is the name of
    the column in the folder.
    """

    sheet: str
    row: int
    column: str
    header: str
    field: str
    value: Text
    reason: Text

    def text(self, language: Language = "en") -> str:
        """Where, the wrong value, and what is allowed, on one line without characters that a terminal obeys."""
        row, column = Text("row", "dòng"), Text("column", "cột")
        parts = [f"'{self.sheet}'"]
        if self.row:
            parts.append(f"{row.of(language)} {self.row}")
        if self.column:
            parts.append(f"{column.of(language)} {self.column} ('{self.header}')")
        return visible(f"{', '.join(parts)}: {self.value.of(language)}, {self.reason.of(language)}")


class RegisterFileError(Exception):
    """A register cannot be read, exported or written; ``reason`` says why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


class RegisterMovedError(RegisterFileError):
    """A register was changed by somebody else since it was read."""


def short(value: object) -> str:
    """A value in quotation marks, cut when it is long."""
    text = str(value)
    return f"'{text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}'"
