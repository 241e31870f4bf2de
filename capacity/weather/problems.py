"""What is wrong with weather, all of it at once.

Errors of this room::

    WeatherError
    ├── SourceError        a file or an answer that gives no usable year; carries every problem
    ├── ChoiceError        what was asked for does not exist or is out of reach (a year, a capacity factor)
    └── ServiceError       a weather service did not give the data; ``kind`` says why
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from capacity.weather.words import Words, same, words

MOST_PER_FIELD = 10
_LONGEST_VALUE = 80

ServiceErrorKind = Literal["no_network", "timeout", "rate_limited", "refused", "service_down", "unreadable"]


@dataclass(frozen=True, slots=True)
class CsvProblem:
    """One wrong value. ``line`` counts from 1, 0 is the file itself; ``field`` is a column or a leading key."""

    line: int
    field: str
    value: Words
    allowed: Words


@dataclass
class Problems:
    """Collects problems: ten of a field in full, then one that counts the rest."""

    found: list[CsvProblem] = field(default_factory=list)
    _counts: dict[str, int] = field(default_factory=dict)
    _beyond: dict[str, CsvProblem] = field(default_factory=dict)

    def add(self, line: int, name: str, value: object, allowed: Words) -> None:
        """Records one problem; values are cut when they are long."""
        said = value if isinstance(value, Words) else same(value)
        shown = Words(*(text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…" for text in said))
        self._counts[name] = self._counts.get(name, 0) + 1
        problem = CsvProblem(line, name, shown, allowed)
        if self._counts[name] <= MOST_PER_FIELD:
            self.found.append(problem)
        else:
            self._beyond.setdefault(name, problem)

    def add_all(self, lines: Sequence[int], name: str, values: Sequence[object], allowed: Words) -> None:
        """Records problems of one kind, each at its line; of millions only those that are told cost anything."""
        room = max(0, MOST_PER_FIELD + 1 - self._counts.get(name, 0))
        for line, value in zip(lines[:room], values[:room], strict=True):
            self.add(line, name, value, allowed)
        self._counts[name] = self._counts.get(name, 0) + max(0, len(lines) - room)

    def sorted(self) -> list[CsvProblem]:
        """All problems by line, with one more for each field that has further ones, at the first line left out."""
        rest = [
            CsvProblem(
                first.line, name, words("problem.further", count=self._counts[name] - MOST_PER_FIELD), first.allowed
            )
            for name, first in self._beyond.items()
        ]
        return sorted(self.found + rest, key=lambda problem: (problem.line, problem.field))


class WeatherError(Exception):
    """Base of what this room raises; ``reason`` says it to people."""

    def __init__(self, reason: Words) -> None:
        super().__init__(reason.en)
        self.reason = reason


class SourceError(WeatherError):
    """A file or an answer gives no usable year; ``problems`` holds all that is wrong."""

    def __init__(self, problems: list[CsvProblem]) -> None:
        super().__init__(words("problem.count", count=len(problems)))
        self.problems = tuple(problems)


class ChoiceError(WeatherError):
    """What was asked for does not exist, or is out of reach."""


class ServiceError(WeatherError):
    """A weather service did not give the data.

    ``address`` and ``cause`` are there when it could not be reached: what was asked for, and why it failed.
    """

    def __init__(self, kind: ServiceErrorKind, reason: Words, address: str = "", cause: Words | None = None) -> None:
        super().__init__(reason)
        self.kind = kind
        self.address = address
        self.cause = cause
