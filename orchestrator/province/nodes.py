"""Parsed files with their lines, and a tolerant way to look into them: what has the wrong type is simply not there.

Cross checks look at parsed data rather than at models, so that a slip in one record hides no other problem.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from orchestrator.province.paths import Path, show_path, value_at
from orchestrator.province.problems import Problem, Text


@dataclass(frozen=True)
class Place:
    """Where a value was written: a line of a file, and the field's own name when it is not the path of the value."""

    file: str
    line: int
    field: str | None = None


@dataclass(frozen=True)
class Source:
    """The parsed data of one file.

    ``moved`` holds places of values that a scenario has set. A register of which some rows could not be read is not
    complete: what it lacks may be in those.
    """

    file: str
    data: Any
    lines: Mapping[Path, int]
    moved: Mapping[Path, Place] = field(default_factory=dict)
    is_complete: bool = True
    _names: dict[int, list[str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def show(self, path: Path) -> str:
        """The path as people read it; the rows of a register stand under its name, ``systems[lgsp].owner``."""
        shown = show_path(path, self.data, self._names)
        return f"{self.stem}{shown}" if isinstance(self.data, list) else shown

    @property
    def stem(self) -> str:
        """The name of the file without its ending."""
        return self.file.rpartition(".")[0]

    def place(self, path: Path) -> Place:
        """Where the value at a path, or the nearest thing around it, was written."""
        for end in range(len(path), -1, -1):
            if (place := self.moved.get(path[:end])) is not None:
                return place
            if (line := self.lines.get(path[:end])) is not None:
                return Place(self.file, line)
        return Place(self.file, 1)

    def problem(self, path: Path, value: Text, allowed: Text) -> Problem:
        """A problem of the value at a path."""
        place, where = self.place(path), self.show(path)
        if place.field is None:
            return Problem(place.file, place.line, where or "file", value, allowed)
        target = where if isinstance(self.data, list) else f"{self.stem}.{where}"
        words = Text(f"{allowed.en} (set for {target})", f"{allowed.vi} (đặt cho {target})")
        return Problem(place.file, place.line, place.field, value, words)


@dataclass(frozen=True)
class Node:
    """One value of a file."""

    source: Source
    path: Path
    value: Any

    def child(self, key: str) -> Node:
        """The value under a key; None when there is none."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return Node(self.source, (*self.path, key), value)

    def items(self) -> Iterator[Node]:
        """Items of a list, values of a mapping."""
        if isinstance(self.value, list):
            for position, value in enumerate(self.value):
                yield Node(self.source, (*self.path, position), value)
        elif isinstance(self.value, dict):
            for key, value in self.value.items():
                yield Node(self.source, (*self.path, key), value)

    def select(self, pattern: str) -> list[Node]:
        """Values at a dotted pattern in which ``*`` stands for every item; the last key may be missing."""
        found = [self]
        for step in pattern.split("."):
            if step == "*":
                found = [item for node in found for item in node.items()]
            else:
                found = [node.child(step) for node in found if isinstance(node.value, dict)]
        return found

    def parent(self) -> Node:
        """The record or list that holds this value."""
        return Node(self.source, self.path[:-1], value_at(self.source.data, self.path[:-1]))

    @property
    def text(self) -> str | None:
        """The value if it is a text."""
        return self.value.strip() if isinstance(self.value, str) else None

    @property
    def number(self) -> float | None:
        """The value if it is a finite number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            return None
        try:
            return float(self.value) if math.isfinite(self.value) else None
        except OverflowError:
            return None

    @property
    def day(self) -> dt.date | None:
        """The value if it is a date as YYYY-MM-DD."""
        try:
            return dt.date.fromisoformat(self.value) if isinstance(self.value, str) else None
        except ValueError:
            return None

    @property
    def line(self) -> int:
        """Line on which the value, or the nearest thing around it, was written."""
        return self.source.place(self.path).line

    def problem(self, value: Text, allowed: Text) -> Problem:
        """A problem of this value."""
        return self.source.problem(self.path, value, allowed)


@dataclass(frozen=True)
class Book:
    """The files of a folder that could be parsed, by name."""

    sources: Mapping[str, Source]

    def has(self, file: str) -> bool:
        """Whether a file could be parsed."""
        return file in self.sources

    def nodes(self, file: str, pattern: str) -> list[Node]:
        """Values of a file at a pattern, see ``Node.select``; none when the file could not be parsed."""
        source = self.sources.get(file)
        return [] if source is None else Node(source, (), source.data).select(pattern)
