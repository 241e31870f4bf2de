"""What is wrong with a weather file, all of it at once."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_PER_FIELD = 10
_LONGEST_VALUE = 80


@dataclass(frozen=True, slots=True)
class CsvProblem:
    """One wrong value. ``line`` counts from 1, 0 is the file itself; ``field`` is a column or a leading key."""

    line: int
    field: str
    value: str
    allowed: str


@dataclass
class Problems:
    """Collects problems: ten of a field in full, then one that counts the rest."""

    found: list[CsvProblem] = field(default_factory=list)
    _counts: dict[str, int] = field(default_factory=dict)
    _beyond: dict[str, CsvProblem] = field(default_factory=dict)

    def add(self, line: int, name: str, value: object, allowed: str) -> None:
        """Records one problem; long values are cut."""
        text = str(value)
        shown = text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
        self._counts[name] = self._counts.get(name, 0) + 1
        problem = CsvProblem(line, name, shown, allowed)
        if self._counts[name] <= MOST_PER_FIELD:
            self.found.append(problem)
        else:
            self._beyond.setdefault(name, problem)

    def sorted(self) -> list[CsvProblem]:
        """All problems by line, with one more for each field that has further ones, at the first line left out."""
        rest = [
            CsvProblem(first.line, name, f"{self._counts[name] - MOST_PER_FIELD} further wrong values", first.allowed)
            for name, first in self._beyond.items()
        ]
        return sorted(self.found + rest, key=lambda problem: (problem.line, problem.field))
