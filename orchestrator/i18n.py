"""Vietnamese and English: the catalogues of messages, and how numbers and dates are written in each language."""

from __future__ import annotations

import datetime as dt
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from orchestrator.shown import Shown

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")
MISSING = "—"
BILLION = 1e9
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SWAP_SIGNS = str.maketrans(",.", ".,")


@dataclass(frozen=True)
class Messages:
    """The catalogue of one language: dotted keys to texts with ``{named}`` places."""

    language: Language
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Text of a key with its places filled. Raises KeyError for an unknown key or a place without a value."""
        return self.texts[key].format_map(values) if values else self.texts[key]

    def find(self, key: str, otherwise: str) -> str:
        """Text of a key, or ``otherwise`` when the catalogue has none."""
        return self.texts.get(key, otherwise)

    def pick(self, texts: Mapping[str, str]) -> str:
        """The text of this language out of ``{"vi": …, "en": …}``."""
        return texts[self.language]

    def number(self, value: float | None, decimals: int = 0) -> str:
        """1.234,5 in Vietnamese and 1,234.5 in English; a dash for a missing value, which is not zero.

        A value that rounds to zero gets up to three decimals more to show that it is not.
        """
        if value is None:
            return MISSING
        shown = ((f"{value:,.{more}f}", more) for more in range(decimals, decimals + 4))
        text, more = next(((text, more) for text, more in shown if re.search("[1-9]", text)), ("0", decimals))
        return Shown.of(self._signed(text), value, "number", more)

    def _signed(self, text: str) -> str:
        text = text.replace("-", "\N{MINUS SIGN}")
        return text.translate(_SWAP_SIGNS) if self.language == "vi" else text

    def amount(self, value: float | None, most_decimals: int = 2) -> str:
        """A number with no more decimals than it needs."""
        if value is None:
            return MISSING
        decimals = next(
            (d for d in range(most_decimals) if abs(round(value, d) - value) < 10**-most_decimals / 2), None
        )
        return self.number(value, most_decimals if decimals is None else decimals)

    def significant(self, value: float | None, digits: int = 3) -> str:
        """A number with ``digits`` significant digits, or all of those before the decimal mark."""
        if value is None:
            return MISSING
        if value == 0:
            return self.number(value)
        return self.number(value, max(0, digits - 1 - math.floor(math.log10(abs(value)))))

    def percent(self, fraction: float | None, decimals: int = 1) -> str:
        """A fraction as percent."""
        if fraction is None:
            return MISSING
        text = f"{100 * fraction:,.{decimals}f}"
        text = f"{self._signed(text if re.search('[1-9]', text) else text.lstrip('-'))} %"
        return Shown.of(text, fraction, "percent", decimals)

    def billion(self, vnd: float | None, decimals: int = 1) -> str:
        """VND as a number of billions (tỷ đồng)."""
        return MISSING if vnd is None else self.number(vnd / BILLION, decimals)

    def date(self, day: dt.date | str | None) -> str:
        """24/11/2026 in Vietnamese and 24 Nov 2026 in English, of a date or its ISO text."""
        if day is None:
            return MISSING
        day = dt.date.fromisoformat(day) if isinstance(day, str) else day
        if self.language == "vi":
            return Shown.of(f"{day.day:02d}/{day.month:02d}/{day.year}", day, "date")
        return Shown.of(f"{day.day} {_MONTHS[day.month - 1]} {day.year}", day, "date")


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    texts: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            texts.update(_flat(value, f"{prefix}{key}."))
        else:
            texts[prefix + key] = value
    return texts


@cache
def messages(language: Language) -> Messages:
    """The catalogue of a language."""
    text = resources.files("orchestrator").joinpath("messages", f"{language}.toml").read_text("utf-8")
    return Messages(language, _flat(tomllib.loads(text)))
