"""Texts of spreadsheets: cleaned of what a person does not see, and folded so that spellings of one name meet."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_UNSEEN = re.compile("[\u200b\u2060\ufeff\u00ad\u200e\u200f]")
_ESCAPED_RETURN = re.compile("_x000[dD]_\n?")
_PARENTHESES = re.compile(r"\([^()]*\)")


def cleaned(text: str, *, one_line: bool = False) -> str:
    """The text composed (NFC), each run of blanks of any kind one space, without characters of no width.

    Line breaks stay unless ``one_line``; those that a workbook escapes (``_x000D_``) are line breaks too.
    """
    if text.isprintable() and "  " not in text and "_x000" not in text and text == text.strip():
        return unicodedata.normalize("NFC", text)  # of all blanks and unseen signs the space alone is printable
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", _ESCAPED_RETURN.sub("\n", text)))
    if one_line:
        return " ".join(text.split())
    lines = (" ".join(line.split()) for line in re.split("\r\n|\r|\n", text))
    return "\n".join(lines).strip("\n")


@lru_cache(maxsize=50_000)
def folded(text: str) -> str:
    """Small letters without marks, digits, and one space for all between them: 'CẤP ĐỘ*' and 'Cap do' are the same."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join("".join(letter if letter.isalnum() else " " for letter in bare).split())


def without_parentheses(text: str) -> tuple[str, str]:
    """The text without what stands in parentheses, and that."""
    inside = " ".join(match.group()[1:-1] for match in _PARENTHESES.finditer(text))
    return _PARENTHESES.sub(" ", text), inside
