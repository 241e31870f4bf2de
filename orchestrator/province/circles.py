"""Circles among names that follow one another."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

_MOST_SHOWN = 8


def circle(following: Mapping[str, Collection[str]], start: str) -> list[str]:
    """A shortest way from a name back to itself over those that follow it; empty when there is none."""
    came_from: dict[str, str] = {}
    edge = [start]
    while edge:
        reached = []
        for name in edge:
            for step in sorted(following.get(name, ())):
                if step == start:
                    way = [name]
                    while way[-1] != start:
                        way.append(came_from[way[-1]])
                    return [*reversed(way), start]
                if step not in came_from:
                    came_from[step] = name
                    reached.append(step)
        edge = reached
    return []


def shown_circle(way: Sequence[str]) -> str:
    """The names of a circle with arrows; of a long one the first and the last."""
    names = list(way)
    if len(names) > _MOST_SHOWN:
        names = [*names[: _MOST_SHOWN - 2], "…", names[-1]]
    return " → ".join(names)


def entangled(following: Mapping[str, Collection[str]]) -> list[list[str]]:
    """Groups of two or more names each of which leads to every other of its group, in the order of the mapping."""
    places = {name: place for place, name in enumerate(following)}
    edges = [(places[name], places[step]) for name, steps in following.items() for step in steps if step in places]
    if not edges:
        return []
    rows, columns = np.array(edges).T
    graph = coo_array((np.ones(len(edges)), (rows, columns)), shape=(len(places), len(places)))
    _, labels = connected_components(graph, directed=True, connection="strong")
    groups: dict[int, list[str]] = {}
    for name, label in zip(places, labels.tolist(), strict=True):
        groups.setdefault(label, []).append(name)
    return [group for group in groups.values() if len(group) > 1]
