"""Figures that write themselves: a number, the arithmetic that made it and the sources of what went in.

A rule computes with figures, so that the written formula can never differ from the amount. In the text every number
stands behind the name of its input field; numbers in square brackets are the given years of an interpolated field; what
follows ``;`` says how an intermediate figure came about.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

_ATOM, _PRODUCT, _SUM = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its formula. ``steps``: formulas of intermediate figures; ``cited``: (field, source) of inputs."""

    value: float
    text: str
    steps: tuple[str, ...] = ()
    cited: tuple[tuple[str, str], ...] = ()
    rank: int = _ATOM

    @property
    def formula(self) -> str:
        """The arithmetic with its numbers, and that of the intermediate figures after it."""
        return "; ".join((self.text, *self.steps))

    @property
    def source(self) -> str:
        """The sources of the inputs, each behind the fields that it stands for (without them when there is but one)."""
        fields: dict[str, list[str]] = {}
        for field, source in self.cited:
            fields.setdefault(source, []).append(field)
        if len(fields) == 1:
            return next(iter(fields))
        return "; ".join(f"{', '.join(names)}: {source}" for source, names in fields.items())

    def __mul__(self, other: Figure) -> Figure:
        return self._joined(other, self.value * other.value, f"{self._within(_SUM)} × {other._within(_SUM)}", _PRODUCT)

    def __truediv__(self, other: Figure) -> Figure:
        text = f"{self._within(_SUM)} ÷ {other._within(_PRODUCT)}"
        return self._joined(other, self.value / other.value, text, _PRODUCT)

    def __add__(self, other: Figure) -> Figure:
        return self._joined(other, self.value + other.value, f"{self.text} + {other.text}", _SUM)

    def to_the(self, power: int) -> Figure:
        """The figure multiplied by itself ``power`` times."""
        return Figure(self.value**power, f"{self._within(_PRODUCT)}^{power}", self.steps, self.cited)

    def or_at_least(self, least: Figure) -> Figure:
        """The larger of two figures."""
        return self._joined(least, max(self.value, least.value), f"max({self.text}, {least.text})", _ATOM)

    def called(self, name: str) -> Figure:
        """The same figure under a name of its own, its formula kept as a step; an input field of that name stays."""
        text = f"{name} {written(self.value)}"
        if self.rank == _ATOM and self.text.startswith(f"{name} "):
            return self
        return Figure(self.value, text, (f"{text} = {self.text}", *self.steps), self.cited)

    def _within(self, rank: int) -> str:
        return f"({self.text})" if self.rank >= rank else self.text

    def _joined(self, other: Figure, value: float, text: str, rank: int) -> Figure:
        steps = tuple(dict.fromkeys(self.steps + other.steps))
        cited = tuple(dict.fromkeys(self.cited + other.cited))
        return Figure(value, text, steps, cited, rank)


def written(value: float) -> str:
    """A number with six significant digits at least, and thousands separated by commas."""
    if value == math.floor(value):
        return f"{value:,.0f}"
    decimals = max(0, 5 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals else text


def given(field: str, value: float, source: str) -> Figure:
    """An input field with its source."""
    return Figure(float(value), f"{field} {written(value)}", cited=((field, source),))


def given_by_year(field: str, table: dict[int, float], year: int, source: str) -> Figure:
    """An input field by year: between given years on a straight line, outside them the nearest given value."""
    value = value_in_year(table, year)
    text = f"{field} {written(value)}"
    if year not in table:
        text += f" [{', '.join(f'{each}: {written(table[each])}' for each in sorted(table))}]"
    return Figure(value, text, cited=((field, source),))


def constant(name: str, value: float) -> Figure:
    """A number by definition, such as a conversion of units."""
    return Figure(float(value), f"{name} {written(value)}")


ONE = Figure(1.0, "1")


def value_in_year(table: dict[int, float], year: int) -> float:
    """Linear interpolation between given years; before the first and after the last given year the nearest value.

    Raises ValueError when no year is given.
    """
    if not table:
        raise ValueError("no year is given")
    years = sorted(table)
    if year <= years[0]:
        return float(table[years[0]])
    if year >= years[-1]:
        return float(table[years[-1]])
    if year in table:
        return float(table[year])
    after = next(each for each in years if each > year)
    before = years[years.index(after) - 1]
    share = (year - before) / (after - before)
    return float(table[before] + (table[after] - table[before]) * share)
