"""The words of the demand: names of resources, rules and fields, and formulas in the signs of a language."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from orchestrator.i18n import Language, Messages

_STEP = "; "
_GIVEN_YEARS = re.compile(r"\[[^]]*\]")
_FIELD = re.compile(r"\b[a-z][a-z0-9_.]*(?= -?\d)")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_SWAP_SIGNS = str.maketrans(",.", ".,")


@cache
def demand_words(language: Language) -> Messages:
    """The catalogue of a language. English has no names of fields: they read as they stand in ``services.yaml``."""
    folder = resources.files("orchestrator.demand_view").joinpath("messages")
    tables = tomllib.loads(folder.joinpath(f"{language}.toml").read_text("utf-8"))
    return Messages(
        language, {f"{table}.{key}": word for table, words in tables.items() for key, word in words.items()}
    )


def field_name(text: Messages, field: str) -> str:
    """A field of the inputs in words."""
    return text.find(f"field.{field}", field)


def formula_lines(text: Messages, formula: str) -> tuple[str, ...]:
    """The formula of a need, then each of its intermediate figures, with the numbers and names of the language."""
    return tuple(_said(text, step) for step in formula.split(_STEP))


def _said(text: Messages, arithmetic: str) -> str:
    if text.language == "vi":
        arithmetic = _GIVEN_YEARS.sub(lambda match: match.group().replace(", ", "; "), arithmetic)
        arithmetic = re.sub(r"(max\(.*), ", r"\1; ", arithmetic)
        arithmetic = _NUMBER.sub(lambda match: match.group().translate(_SWAP_SIGNS), arithmetic)
    return _FIELD.sub(lambda match: field_name(text, match.group()), arithmetic)
