"""Colours of charts: neighbours in a stack differ in grey too, for a report printed without colour."""

from __future__ import annotations

from collections.abc import Mapping

PALETTE = ("#2f66ad", "#f0b35a", "#2b7f74", "#e7a8cd", "#5b6a1f", "#b9a5e2", "#9c3522", "#9fc3dc", "#6b5322", "#a6d6a0")
"""Dark and light in turn."""
GRID, DPPA, STORED, LOST = "#6d7885", "#46307f", "#14594f", "#c8553d"
UP, DOWN, TOTAL = "#2f66ad", "#8cc7b5", "#4d5a69"
PRICE = "#f0b35a"
_KIND_COLOURS = {"pv": ("#f2b632", "#a86d0e"), "wind": ("#1f5a99", "#8fc1ec")}


def source_colours(technologies: Mapping[str, object], kinds: Mapping[str, str]) -> dict[str, str]:
    """A colour for every source of energy; ``kinds``: technology -> pv or wind."""
    colours = {"grid": GRID, "dppa": DPPA, "discharge": STORED, "battery_losses": LOST}
    seen: dict[str, int] = {}
    for technology in technologies:
        kind = kinds.get(technology, "")
        shades = _KIND_COLOURS.get(kind, PALETTE)
        colours[technology] = shades[seen.get(kind, 0) % len(shades)]
        seen[kind] = seen.get(kind, 0) + 1
    return colours


def grey(colour: str) -> float:
    """How light a colour is when printed grey, 0 to 255 (the weights of ITU-R BT.601)."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue
