"""Paths into the parsed data of a file: ``sites[nam-can].grid.steps[first].add_mw``.

Items of a list are addressed by their ``id``; items without one by the field that tells them apart (technology, SKU,
hall or year); all others, and any that are not unique, by their position from 0.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

Path = tuple[str | int, ...]
"""Keys of mappings as text, positions in lists as numbers."""

NATURAL_KEYS = ("id", "technology", "sku", "hall", "year")
_STEP = re.compile(r"\.?(?P<key>[^.\[\]\s]+)|\[(?P<item>[^\[\]]+)\]")


def item_names(items: list[Any]) -> list[str]:
    """How each item of a list is addressed, in order."""
    keys = [_natural_key(item) for item in items]
    times = Counter(keys)
    return [key if key is not None and times[key] == 1 else str(i) for i, key in enumerate(keys)]


def _natural_key(item: Any) -> str | None:
    if not isinstance(item, dict):
        return None
    for key in NATURAL_KEYS:
        if isinstance(value := item.get(key), str | int) and not isinstance(value, bool):
            return str(value)
    return None


def show_path(path: Path, data: Any, names: dict[int, list[str]] | None = None) -> str:
    """The path as people read it; ``data`` is the parsed file and may lack the end of the path.

    ``names`` keeps the names of the items of each list, by the list's identity, from one call to the next.
    """
    known = {} if names is None else names
    shown = ""
    for step in path:
        if isinstance(step, int):
            name = str(step)
            if isinstance(data, list) and step < len(data):
                if id(data) not in known:
                    known[id(data)] = item_names(data)
                name = known[id(data)][step]
            shown += f"[{name}]"
            data = data[step] if isinstance(data, list) and step < len(data) else None
        else:
            shown += f".{step}" if shown else step
            data = data.get(step) if isinstance(data, dict) else None
    return shown


def split_path(text: str) -> list[str] | None:
    """The steps of a written path, brackets taken off; None when it is not a path."""
    steps = []
    position = 0
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None or (position == 0 and match.group().startswith(".")):
            return None
        steps.append(match["key"] or match["item"])
        position = match.end()
    return steps or None


def value_at(data: Any, path: Path) -> Any:
    """The value at a path. Raises LookupError when there is none."""
    for step in path:
        data = data[step]
    return data
