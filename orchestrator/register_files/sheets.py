"""Sheets of a file as rows of cells, whatever its format, and the limits on what is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from orchestrator.province import Text
from orchestrator.register_files.rejections import Rejection

MOST_FILE_BYTES = 32 * 1024 * 1024
MOST_ROWS = 25_000
MOST_COLUMNS = 256
Format = Literal["xlsx", "csv"]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell without a value that could be taken: an error of a formula, or a formula that was never calculated."""

    value: Text
    reason: Text


Cell = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | Unreadable | None
"""None for an empty cell; texts are cleaned of nothing yet."""


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range; rows and columns count from 1 and are all inside it."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True)
class Sheet:
    """A sheet: rows by number from 1, as in the file, each from its first column on. Blank rows may be left out.

    ``decimal`` is the sign before decimals in numbers written as texts, None when it can be either.
    """

    name: str
    rows: Mapping[int, tuple[Cell, ...]]
    merges: tuple[Merge, ...] = ()
    decimal: Literal[".", ","] | None = None
    escapes_formulas: bool = False


@dataclass(frozen=True)
class Book:
    """The sheets of a file that a person sees, or why it cannot be read; notices say what was left out."""

    sheets: tuple[Sheet, ...]
    rejections: tuple[Rejection, ...] = ()
    notices: tuple[Text, ...] = ()
    names: tuple[str, ...] = field(default=())


def refused_file(name: str, value: Text, reason: Text, row: int = 0) -> Book:
    """A book that cannot be read."""
    return Book((), (Rejection(name, row, "", "", "", value, reason),))


def is_blank(cell: Cell) -> bool:
    """Whether nothing that a person sees stands in a cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip(" \t\r\n\u00a0\u200b\ufeff\u3000\u202f"))


def letter(column: int) -> str:
    """The letter of a column that counts from 1: 1 is A, 27 is AA."""
    name = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
