"""What is wrong with a province folder, said so that a person can put it right.

Errors of this room::

    ProvinceError
    ├── InvalidProvinceError   the folder has problems; carries all of them
    └── CreationRefusedError   ``init`` would overwrite something, or cannot write
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from orchestrator.i18n import Language

MOST_OF_A_KIND = 1000
_LONGEST_FIELD = 200


class Text(NamedTuple):
    """The same words in English and Vietnamese."""

    en: str
    vi: str

    def of(self, language: Language) -> str:
        """The words in one language."""
        return self.vi if language == "vi" else self.en


def visible(text: str) -> str:
    """The text with line breaks, controls and unseen characters written as escapes, ``\\n`` for a line break."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in text
    )


def plain(text: object) -> Text:
    """A name or value that reads the same in both languages."""
    return Text(str(text), str(text))


def joined(*parts: Text | str, separator: str = "") -> Text:
    """Words strung together, part by part."""
    texts = [part if isinstance(part, Text) else plain(part) for part in parts]
    return Text(separator.join(part.en for part in texts), separator.join(part.vi for part in texts))


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right: where it stands, the wrong value, and what is allowed there.

    ``file`` is relative to the province folder, ``line`` counts from 1, ``field`` is a path such as
    ``sites[nam-can].grid.existing_mw``.
    """

    file: str
    line: int
    field: str
    value: Text
    allowed: Text

    def text(self, language: Language = "en") -> str:
        """``file:line: field: wrong value, what is allowed``, on one line without characters that a terminal obeys."""
        field = self.field if len(self.field) <= _LONGEST_FIELD else f"{self.field[:_LONGEST_FIELD]}…"
        return visible(f"{self.file}:{self.line}: {field}: {self.value.of(language)}, {self.allowed.of(language)}")

    def __str__(self) -> str:
        return self.text()


def first_of(problems: Iterable[Problem], most: int = MOST_OF_A_KIND) -> list[Problem]:
    """The first problems of one kind; when there are more, one last line says so, and no work is done for them."""
    found = list(islice(problems, most + 1))
    if len(found) <= most:
        return found
    next_one = found.pop()
    value = Text(f"more than {most} problems of this kind", f"hơn {most} lỗi loại này")
    words = Text("put those above right first", "hãy sửa các lỗi ở trên trước")
    return [*found, Problem(next_one.file, next_one.line, next_one.field, value, words)]


def sorted_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once, by file and line."""
    return tuple(sorted(set(problems), key=lambda problem: (problem.file, problem.line, problem.field, problem.value)))


class ProvinceError(Exception):
    """Base of what this room raises."""


class InvalidProvinceError(ProvinceError):
    """The folder has problems."""

    def __init__(self, folder: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{folder} has {len(problems)} problems")
        self.folder = folder
        self.problems = problems


class CreationRefusedError(ProvinceError):
    """A new province folder is not written; ``reason`` says why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason
