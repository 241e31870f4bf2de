"""Texts with characters that nobody sees: escapes of YAML make them where the file itself has none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestrator.province.catalogue import FILES
from orchestrator.province.nodes import Book
from orchestrator.province.plain_text import UNSEEN
from orchestrator.province.problems import Problem, Text
from orchestrator.province.shapes import walk
from orchestrator.province.words import shown

_BREAKS = re.compile(r"[\t\n\r\x85]")


def unseen_in_texts(book: Book, file: str) -> Iterator[Problem]:
    """Controls and marks of direction in any text, and line breaks and tabs in names, which stand in tables."""
    if (source := book.sources.get(file)) is None:
        return
    for path, shape, value in walk(FILES[file].shape, source.data):
        if shape.kind not in ("text", "source") or not isinstance(value, str):
            continue
        is_name = shape.name.startswith("name")
        found = UNSEEN.search(value) or (_BREAKS.search(value.strip()) if is_name else None)
        if found is not None:
            code = f"U+{ord(found.group()):04X}"
            words = Text(
                f"characters that can be seen; delete {code}", f"chỉ được dùng ký tự nhìn thấy được; hãy xóa {code}"
            )
            yield source.problem(path, shown(value), words)
