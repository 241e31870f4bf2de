"""Circles among names, against a search that tries every way."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.province.circles import circle, entangled, shown_circle

NAMES = "abcdefg"
GRAPHS = st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=3), max_size=7)


def reached(following: dict[str, list[str]], start: str) -> set[str]:
    """Names that lie on some way from a name, at least one step away."""
    found: set[str] = set()
    edge = set(following.get(start, ()))
    while edge:
        found |= edge
        edge = {step for name in edge for step in following.get(name, ())} - found
    return found


@given(following=GRAPHS, start=st.sampled_from(NAMES))
def test_circle_is_a_way_back_whenever_there_is_one(following: dict[str, list[str]], start: str) -> None:
    way = circle(following, start)
    assert bool(way) == (start in reached(following, start))
    if way:
        assert way[0] == way[-1] == start
        assert all(step in following[name] for name, step in pairwise(way))
        assert len(set(way[:-1])) == len(way) - 1


@given(following=GRAPHS)
def test_entangled_names_reach_each_other_and_no_other_pair_does(following: dict[str, list[str]]) -> None:
    inside = {name: [step for step in steps if step in following] for name, steps in following.items()}
    pairs = {(a, b) for group in entangled(following) for a in group for b in group if a != b}
    expected = {(a, b) for a in inside for b in reached(inside, a) if a != b and a in reached(inside, b)}
    assert pairs == expected


def test_long_circle_is_shown_by_its_beginning_and_its_end() -> None:
    following = {str(n): [str((n + 1) % 5000)] for n in range(5000)}
    way = circle(following, "0")
    assert len(way) == 5001
    assert shown_circle(way) == "0 → 1 → 2 → 3 → 4 → 5 → … → 0"
    assert len(entangled(following)[0]) == 5000
