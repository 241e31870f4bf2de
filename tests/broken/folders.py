"""The factory: copies the template into a folder and breaks one thing in one file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from orchestrator.province.creation import template_contents
from tests.broken.damages import Damage

WEATHER = "weather/khu-cong-nghe-so.csv"


@cache
def template() -> Mapping[str, bytes]:
    """The files of a valid folder by name."""
    return MappingProxyType(template_contents())


def write_folder(folder: Path, contents: Mapping[str, bytes]) -> Path:
    """Writes files by name into a folder that is made."""
    for name, content in contents.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder


@dataclass(frozen=True)
class Wrong:
    """One problem that must be told, at the first line of the broken file that has the text ``at``."""

    at: str | bytes
    field: str
    value: str
    allowed: str
    file: str = ""


@dataclass(frozen=True)
class Broken:
    """A folder in which what ``old`` matches, once in ``file``, is replaced by ``new``, and all that must be told.

    ``old`` is a text, or with ``is_pattern`` a regular expression.
    """

    name: str
    file: str
    old: str
    new: str | bytes
    problems: tuple[Wrong, ...]
    is_pattern: bool = False

    def contents(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """The files with the one thing broken."""
        pattern = self.old if self.is_pattern else re.escape(self.old)
        new = _bytes(self.new)
        content, times = re.subn(pattern.encode(), lambda _: new, files[self.file])
        assert times == 1, f"{self.name}: {self.old!r} stands {times} times in {self.file}"
        return {**files, self.file: content}

    def lines(self, files: Mapping[str, bytes]) -> list[str]:
        """The lines that must be printed, in order; ``files`` are the broken ones."""
        told = []
        for wrong in self.problems:
            name = wrong.file or self.file
            content = files[name]
            line = content.count(b"\n", 0, content.index(_bytes(wrong.at))) + 1
            told.append((name, line, f"{name}:{line}: {wrong.field}: {wrong.value}, {wrong.allowed}"))
        return [text for _, _, text in sorted(told)]


@dataclass(frozen=True)
class Damaged:
    """A folder that is damaged beyond one text in one file, and the lines that must be printed, in order."""

    name: str
    damage: Damage
    lines: tuple[str, ...]


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
