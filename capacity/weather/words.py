"""What this room says to people, in both languages, from its own catalogues (``messages/*.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Literal, NamedTuple

_SWAP_SIGNS = str.maketrans(",.", ".,")


class Words(NamedTuple):
    """The same words in English and Vietnamese."""

    en: str
    vi: str

    def of(self, language: Literal["vi", "en"]) -> str:
        """The words in one language."""
        return self.vi if language == "vi" else self.en


def same(text: object) -> Words:
    """A name or value that reads the same in both languages."""
    return Words(str(text), str(text))


@lru_cache(maxsize=4096)
def words(key: str, /, **places: object) -> Words:
    """The text of a key with its ``{named}`` places filled.

    A float is written with six significant digits and the decimal sign of the language; what must look as it does in a
    file is given as a text. Raises KeyError for an unknown key or a place without a value.
    """
    english = {name: _shown(value, is_vietnamese=False) for name, value in places.items()}
    vietnamese = {name: _shown(value, is_vietnamese=True) for name, value in places.items()}
    return Words(catalogue("en")[key].format_map(english), catalogue("vi")[key].format_map(vietnamese))


def _shown(value: object, *, is_vietnamese: bool) -> str:
    if isinstance(value, Words):
        return value.vi if is_vietnamese else value.en
    if isinstance(value, float):
        text = f"{value:.6g}"
        return text.translate(_SWAP_SIGNS) if is_vietnamese else text
    return str(value)


@cache
def catalogue(language: Literal["vi", "en"]) -> Mapping[str, str]:
    """The texts of a language by ``table.key``."""
    text = resources.files("capacity.weather").joinpath("messages", f"{language}.toml").read_text("utf-8")
    return {f"{table}.{key}": said for table, keys in tomllib.loads(text).items() for key, said in keys.items()}
