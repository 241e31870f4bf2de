"""English where Vietnamese is asked for: by words that every English sentence has, and by texts that never change."""

from __future__ import annotations

import re
from collections.abc import Iterable

_QUOTED = re.compile(r"'[^']*'|`[^`]*`")
_WORD = re.compile(r"(?<![\w./\[\]<>-])[A-Za-z]+(?![\w\[\]<>/-]|\.\w)")
_SAID = (
    "the of is are was were not must have has had be been with for from that this these than then who which when where "
    "while only each every any all one none there their they its into out by at as and or but if else after before "
    "between above below more most less least should would could will does did unknown missing expected allowed "
    "invalid error warning value values line lines file folder column row number text list"
)
_FUNCTION_WORDS = frozenset(_SAID.split())
_LETTERS = re.compile(r"[A-Za-zÀ-ỹ]{3,}")


def english_in(text: str) -> list[str]:
    """Words of a Vietnamese text that are English ones, apart from what it quotes, names of files and ids."""
    return [word for word in _WORD.findall(_QUOTED.sub("", text)) if word.lower() in _FUNCTION_WORDS]


def untranslated(vietnamese: Iterable[str], english: Iterable[str], terms: frozenset[str]) -> set[str]:
    """Texts that are the same in both languages although they have words besides ``terms``."""
    both = set(vietnamese) & set(english)
    return {text for text in both if any(word not in terms for word in _LETTERS.findall(text))}
