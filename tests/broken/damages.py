"""Ways to damage a folder beyond one text in one file: other bytes, other kinds of file."""

from __future__ import annotations

import csv
import io
import os
import unicodedata
from collections.abc import Callable
from pathlib import Path

Damage = Callable[[Path], None]

_TONES = "\u0300\u0301\u0303\u0309\u0323"


def rewritten(file: str, change: Callable[[bytes], bytes]) -> Damage:
    """The file with its bytes changed."""

    def damage(folder: Path) -> None:
        content = (folder / file).read_bytes()
        changed = change(content)
        assert changed != content
        (folder / file).write_bytes(changed)

    return damage


def replaced(file: str, old: str, new: str | bytes, most: int = 1) -> Damage:
    """The file with a text that stands in it replaced, ``most`` times at most."""
    after = new if isinstance(new, bytes) else new.encode()
    return rewritten(file, lambda content: content.replace(old.encode(), after, most))


def appended(file: str, more: str | bytes) -> Damage:
    """The file with something behind its end."""
    return rewritten(file, lambda content: content + (more if isinstance(more, bytes) else more.encode()))


def all_of(*damages: Damage) -> Damage:
    """One damage after the other."""

    def damage(folder: Path) -> None:
        for each in damages:
            each(folder)

    return damage


def without(file: str) -> Damage:
    """The file is not there."""
    return lambda folder: (folder / file).unlink()


def directory_for(file: str) -> Damage:
    """A folder stands where the file should."""

    def damage(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).mkdir()

    return damage


def pipe_for(file: str) -> Damage:
    """A pipe stands where the file should: who opens it waits for ever."""

    def damage(folder: Path) -> None:
        (folder / file).unlink()
        os.mkfifo(folder / file)

    return damage


def link_for(file: str, target: str) -> Damage:
    """A link stands where the file should; the target is relative to the folder, the file moves beside the folder."""

    def damage(folder: Path) -> None:
        (folder / file).rename(folder.parent / "elsewhere")
        (folder / file).symlink_to(target)

    return damage


def longer(file: str, size: int) -> Damage:
    """The file with so many bytes, zeros behind its end that take no room on the disk."""

    def damage(folder: Path) -> None:
        os.truncate(folder / file, size)

    return damage


def windows_1258(content: bytes) -> bytes:
    """The text as old Windows in Viet Nam wrote it: tones are characters of their own."""
    letters = []
    for letter in content.decode():
        try:
            letter.encode("cp1258")
            letters.append(letter)
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            tones = "".join(part for part in parts if part in _TONES)
            base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
            letters.append(base + tones)
    return "".join(letters).encode("cp1258", errors="replace")


def of_excel(content: bytes) -> bytes:
    """The register as Excel in Viet Nam saves it: a mark, semicolons, decimal commas, line ends of Windows."""
    text = content.decode()
    notes = [line for line in text.splitlines() if line.startswith("#")]
    rows = list(csv.reader(line for line in text.splitlines() if not line.startswith("#")))
    numbers = [rows[0].index(name) for name in ("vcpu", "memory_gib", "storage_tb", "rpo_hours") if name in rows[0]]
    for row in rows[1:]:
        for column in numbers:
            row[column] = row[column].replace(".", ",")
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerows([[note, *[""] * (len(rows[0]) - 1)] for note in notes])
    writer.writerows(rows)
    return "\ufeff".encode() + written.getvalue().encode()


def renamed(file: str, name: str) -> Damage:
    """The file under another name."""

    def damage(folder: Path) -> None:
        (folder / file).rename(folder / name)

    return damage
