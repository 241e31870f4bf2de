"""From a cell to the text that the folder has for it: numbers, dates, levels, choices and ids as people write them."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import Literal

from orchestrator.province import Text
from orchestrator.province.problems import joined
from orchestrator.province.shapes import Shape
from orchestrator.province.words import allowed
from orchestrator.register_files.folding import cleaned
from orchestrator.register_files.rejections import short
from orchestrator.register_files.sheets import Cell, Unreadable
from orchestrator.register_files.vocabulary import LABELS, choice, security_level, words_of

Decimal = Literal[".", ","] | None
_PLAIN = re.compile(r"[-+]?\d+")
_EXPONENT = re.compile(r"[-+]?\d+(?:\.\d+)?[eE][-+]?\d+")
_BOTH = re.compile(r"([-+]?\d{1,3})((?:\.\d{3})+),(\d+)|([-+]?\d{1,3})((?:,\d{3})+)\.(\d+)")
_GROUPS = re.compile(r"[-+]?\d{1,3}(?:(?:\.\d{3}){2,}|(?:,\d{3}){2,})")
_ONE = re.compile(r"([-+]?)(\d*)([.,])(\d+)")
_BLANKS_BETWEEN_DIGITS = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f](?=\d{3}(?:\D|$))")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: 0?0:00(?::00)?)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?:[T ]0?0:00(?::00(?:\.0+)?)?)?")
_IN_WORDS = re.compile(r"(?:ngày )?(\d{1,2}) tháng (\d{1,2}) năm (\d{4})")
_DATE = Text(
    "a date as dd/mm/yyyy or YYYY-MM-DD, or a date cell", "ngày dạng dd/mm/yyyy hoặc YYYY-MM-DD, hoặc ô kiểu ngày"
)
_LARGEST_EXACT = 1e15


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a cell is not taken, and the text that stands there."""

    value: Text
    reason: Text
    text: str


def value_of(field: str, shape: Shape, cell: Cell, decimal: Decimal) -> str | Refused:
    """The text of a cell for a field, empty for an empty cell. References are told apart from names elsewhere."""
    if isinstance(cell, Unreadable):
        return Refused(cell.value, cell.reason, "")
    if cell is None or (isinstance(cell, str) and not cleaned(cell).strip()):
        return ""
    if field == "security_level":
        found = security_level(_written(cell))
        reason = Text("a level from 1 to 5, as '3' or 'Level 3'", "cấp độ từ 1 đến 5, như '3' hoặc 'Cấp độ 3'")
        return found if found is not None else _refused(cell, reason)
    if shape.kind in ("number", "integer"):
        return _number(cell, shape, decimal)
    if shape.kind == "date":
        return _date(cell)
    if isinstance(cell, bool | dt.date | dt.time | dt.timedelta):
        return _refused(cell, joined(allowed(shape), Text(": format the cell as text", ": hãy định dạng ô là văn bản")))
    text = cleaned(_written(cell), one_line=field != "source")
    if field == "data_classes":
        return _classes(text, cell)
    if field in LABELS:
        meant = choice(field, text)
        return meant if meant is not None else _refused(cell, words_of(field))
    return text


def same(shape: Shape, before: str, after: str) -> bool:
    """Whether two texts of a field mean the same: 0.90 and 0.9, or texts that differ in blanks alone."""
    if before == after:
        return True
    if shape.kind in ("number", "integer"):
        try:
            return math.isclose(float(before), float(after), rel_tol=1e-14)
        except ValueError:
            return False
    return _comparable(before) == _comparable(after)


def same_list(before: str, after: str) -> bool:
    """Whether two lists of ids have the same items in the same order."""
    return _items(before) == _items(after)


def _items(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _comparable(text: str) -> str:
    # The library that reads workbooks drops this escape wherever it stands.
    return cleaned(text.replace("x005F_", ""), one_line=True)


def _written(cell: Cell) -> str:
    """A cell as a text: whole numbers without decimals."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _LARGEST_EXACT:
        return str(int(cell))
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)


def _refused(cell: Cell, reason: Text) -> Refused:
    text = cleaned(_written(cell), one_line=True)
    if isinstance(cell, dt.date):
        text = cell.isoformat()
    return Refused(Text(short(text), short(text)), reason, text)


def _number(cell: Cell, shape: Shape, decimal: Decimal) -> str | Refused:
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return _refused(cell, allowed(shape))
    if not isinstance(cell, str):
        if not math.isfinite(cell) or (shape.kind == "integer" and cell != int(cell)):
            return _refused(cell, allowed(shape))
        return _written(cell)
    text = _BLANKS_BETWEEN_DIGITS.sub("", cleaned(cell, one_line=True)).replace("\N{MINUS SIGN}", "-")
    found = _number_text(text, decimal, whole=shape.kind == "integer")
    if found is not None:
        return found
    match = _ONE.fullmatch(text)
    if match is None:
        return _refused(cell, allowed(shape))
    thousands, fraction = f"{match[1]}{match[2]}{match[4]}", f"{match[1]}{match[2]}.{match[4]}"
    doubt = Text(
        f"; it can be {thousands} or {fraction}: make it a number cell",
        f"; có thể là {thousands} hoặc {fraction.replace('.', ',')}: hãy đổi thành ô kiểu số",
    )
    return _refused(cell, joined(allowed(shape), doubt))


def _number_text(text: str, decimal: Decimal, *, whole: bool) -> str | None:
    """A number written as a text, None when it is none or can be read in two ways."""
    if _PLAIN.fullmatch(text):
        return text.removeprefix("+")
    if decimal != "," and _EXPONENT.fullmatch(text):
        return text
    if (match := _BOTH.fullmatch(text)) is not None:
        first, groups, rest = [part for part in match.groups() if part is not None]
        return f"{first}{groups.replace('.', '').replace(',', '')}.{rest}"
    if _GROUPS.fullmatch(text):
        return text.replace(".", "").replace(",", "")
    match = _ONE.fullmatch(text)
    if match is None:
        return None
    sign, before, mark, after = match.groups()
    looks_like_thousands = 1 <= len(before) <= 3 and len(after) == 3 and not before.startswith("0")
    if looks_like_thousands and whole:
        return f"{sign}{before}{after}"
    if looks_like_thousands and mark != decimal:
        return None
    if whole and after.strip("0"):
        return None
    return f"{sign}{before or '0'}" if whole else f"{sign}{before or '0'}.{after}"


def _date(cell: Cell) -> str | Refused:
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else _refused(cell, _DATE)
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if not isinstance(cell, str):
        return _refused(cell, _DATE)
    text = cleaned(cell, one_line=True)
    if (match := _YEAR_FIRST.fullmatch(text)) is not None:
        year, month, day = map(int, match.groups())
    elif (match := _DAY_FIRST.fullmatch(text) or _IN_WORDS.fullmatch(text.lower())) is not None:
        day, month, year = map(int, match.groups())
    else:
        return _refused(cell, _DATE)
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return _refused(cell, _DATE)


def _classes(text: str, cell: Cell) -> str | Refused:
    parts = [part.strip() for part in re.split("[;,\n/]", text) if part.strip()]
    meant = [choice("data_classes", part) for part in parts]
    if None in meant:
        unknown = parts[meant.index(None)]
        refused = _refused(cell, words_of("data_classes"))
        return Refused(Text(short(unknown), short(unknown)), refused.reason, refused.text)
    return ";".join(each for each in meant if each is not None)
