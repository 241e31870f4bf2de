"""Finds the row of a register that a cell names: by its id, its name, or an abbreviation such as 'Sở KH&CN'."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orchestrator.province import Text
from orchestrator.province.words import nearest_name
from orchestrator.register_files.folding import folded

_LINKING = frozenset(("va", "and", "of", "the"))
_PLACE = frozenset(("tinh", "thanh"))
_MOST_TOLD = 6


@dataclass(frozen=True, slots=True)
class Named:
    """A row that can be named; ``is_current`` when it exists on the day of the register."""

    id: str
    names: tuple[str, ...]
    is_current: bool = True


class Names:
    """The rows of a register that other rows may name."""

    def __init__(self, rows: Iterable[Named]) -> None:
        self._rows = tuple(rows)
        self._ids = {row.id: row.id for row in self._rows} | {folded(row.id): row.id for row in self._rows}
        self._exact: dict[str, set[str]] = {}
        for row in self._rows:
            for name in row.names:
                self._exact.setdefault(folded(name), set()).add(row.id)
        self._current = {row.id for row in self._rows if row.is_current}
        self._answers: dict[str, str | Text] = {}

    def find(self, text: str, *, abbreviated: bool) -> str | Text:
        """The id that a text means, or what is allowed instead when it means none or several.

        A name that several rows have means the one of them that exists today, if there is only one.
        """
        if text not in self._answers:
            self._answers[text] = self._find(text, abbreviated=abbreviated)
        return self._answers[text]

    def knows(self, text: str) -> bool:
        """Whether a text is an id."""
        return text in self._ids

    def _find(self, text: str, *, abbreviated: bool) -> str | Text:
        if text in self._ids:
            return text
        key = folded(text)
        candidates = self._exact.get(key, set())
        if not candidates and abbreviated:
            words = _words(text)
            candidates = {
                row.id for row in self._rows if any(_abbreviates(words, _words(name)) for name in row.names[:1])
            }
        if len(candidates) > 1 and len(candidates & self._current) == 1:
            candidates = candidates & self._current
        if len(candidates) == 1:
            return next(iter(candidates))
        if candidates:
            listed = ", ".join(sorted(candidates)[:_MOST_TOLD])
            return Text(f"an id: this name fits {listed}", f"phải ghi mã: tên này khớp với {listed}")
        if (known := self._ids.get(key)) is not None and " " not in text.strip():
            return known
        near = nearest_name(text, [row.id for row in self._rows])
        return Text(f"an id or a name of the register; {near.en}", f"mã hoặc tên trong danh mục; {near.vi}")


def is_current(row: Mapping[str, str], day: dt.date | None) -> bool:
    """Whether an agency exists on a day; any does when the day is not known."""
    if day is None:
        return True
    start, end = row.get("valid_from", ""), row.get("valid_to", "")
    return (not start or start <= day.isoformat()) and (not end or day.isoformat() < end)


def _words(text: str) -> list[str]:
    """Folded words; an ampersand joins initials and is no word, and neither is 'và'."""
    return [word for word in folded(re.sub("[&]", " ", text)).split() if word not in _LINKING]


def _abbreviates(short: list[str], full: list[str]) -> bool:
    """Whether words shorten a name: each is a word of it or the initials of several, and only its place is left out."""

    def fits(at: int, done: int) -> bool:
        if at == len(short):
            return done == len(full) or bool(_PLACE & set(full[max(0, done - 1) : done + 1]))
        word = short[at]
        if done < len(full) and full[done] == word and fits(at + 1, done + 1):
            return True
        end = done + len(word)
        initials = "".join(each[0] for each in full[done:end])
        return len(word) > 1 and initials == word and fits(at + 1, end)

    return bool(short) and fits(0, 0)
