"""Texts that people read and that still know the number or the day they show: a spreadsheet gets the value itself."""

from __future__ import annotations

import datetime as dt
from typing import Literal, Self

Form = Literal["number", "percent", "date"]


class Shown(str):
    """A text in one language with what it shows.

    ``value``: the number in the unit that is shown (of a percentage the fraction), or the day. ``decimals``: those of
    the text. ``unit``: what stands after the number, empty where the heading says it.
    """

    value: float | dt.date
    form: Form
    decimals: int
    unit: str

    @classmethod
    def of(cls, text: str, value: float | dt.date, form: Form = "number", decimals: int = 0, unit: str = "") -> Self:
        """The text of a value."""
        shown = cls(text)
        shown.value, shown.form, shown.decimals, shown.unit = value, form, decimals, unit
        return shown

    def with_unit(self, unit: str) -> Self:
        """The same value with a unit after it."""
        return self.of(f"{self} {unit}", self.value, self.form, self.decimals, unit)


def with_unit(text: str, unit: str) -> str:
    """A text with a unit after it; one that shows a value goes on knowing it."""
    return text.with_unit(unit) if isinstance(text, Shown) else f"{text} {unit}"
