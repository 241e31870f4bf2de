"""`scenarios.yaml`: named variations of the folder, each a list of values that are set before all is validated again.

A path begins with the name of a file and addresses items of lists by what tells them apart, e.g.
``services.programmes[hyperscale].sizing.case`` or ``systems[one-stop-portal].moves_on`` (see ``paths``).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field, JsonValue

from capacity.inputs.base import Fraction, Identifier, Record
from capacity.inputs.base import Source as SourceText
from orchestrator.province.nodes import Book, Node, Place, Source
from orchestrator.province.paths import Path, item_names, split_path
from orchestrator.province.problems import Problem, Text
from orchestrator.province.shapes import Shape, shape_at
from orchestrator.province.words import nearest_key, nearest_name, one_of, shown

BASE = "base"
SCENARIOS_FILE = "scenarios.yaml"


class Override(Record):
    """One value that a scenario sets; null takes an optional value away."""

    path: Annotated[str, Field(description="<file without ending>.<key>.<list>[<id>].<key>")]
    value: JsonValue


class Scenario(Record):
    """A named variation. ``source`` says where its values and its probability come from."""

    id: Identifier
    name_vi: str
    name_en: str
    probability: Fraction | None = None
    source: SourceText = "assumption: a variation to compare, not a forecast"
    overrides: Annotated[tuple[Override, ...], Field(alias="set")]


class ScenariosFile(Record):
    """The whole of ``scenarios.yaml``; ``base`` is the folder as it is and sets nothing."""

    scenarios: Annotated[tuple[Scenario, ...], Field(min_length=1)]


def scenario_nodes(book: Book) -> dict[str, Node]:
    """The first scenario of each id."""
    found: dict[str, Node] = {}
    for node in book.nodes(SCENARIOS_FILE, "scenarios.*"):
        if (name := node.child("id").text) is not None:
            found.setdefault(name, node)
    return found


def base_is_wrong(book: Book) -> Iterator[Problem]:
    """``base`` must be there and set nothing."""
    if not book.has(SCENARIOS_FILE):
        return
    base = scenario_nodes(book).get(BASE)
    if base is None:
        for node in book.nodes(SCENARIOS_FILE, "scenarios"):
            yield node.problem(Text("no scenario 'base'", "thiếu kịch bản 'base'"), _base_words())
    elif (sets := base.child("set")).value:
        yield sets.problem(shown(sets.value), _base_words())


def _base_words() -> Text:
    return Text("'base' is required, with set: []", "bắt buộc có 'base' với set: []")


def apply_scenario(book: Book, scenario: Node, shapes: Mapping[str, Shape]) -> tuple[Book, list[Problem]]:
    """The files with the values of a scenario set, and problems of its paths. The book itself stays as it is."""
    sources = dict(book.sources)
    problems: list[Problem] = []
    seen: dict[tuple[str, Path], Node] = {}
    for override in scenario.child("set").items():
        written = override.child("path")
        if written.text is None or not isinstance(override.value, dict) or "value" not in override.value:
            continue
        target = resolved(Book(sources), written, shapes)
        if isinstance(target, Problem):
            problems.append(target)
            continue
        if target is None:
            continue
        file, path = target
        if (earlier := seen.get((file, path))) is not None:
            words = Text(
                f"each path once: line {earlier.line} sets it already",
                f"mỗi đường dẫn một lần: dòng {earlier.line} đã đặt",
            )
            problems.append(written.problem(shown(written.value), words))
            continue
        seen[file, path] = written
        sources[file] = _set(sources[file], path, override.child("value"), is_register=shapes[file].kind == "list")
    return Book(sources), problems


def resolved(book: Book, written: Node, shapes: Mapping[str, Shape]) -> tuple[str, Path] | Problem | None:
    """File and path that a written path means; None when that cannot be told of a file that could not be read."""

    def refuse(words: Text) -> Problem:
        return written.problem(shown(written.value), words)

    steps = split_path(written.text or "")
    stems = {file.partition(".")[0]: file for file in shapes if file != SCENARIOS_FILE}
    if steps is None or len(steps) < 2:
        return refuse(
            Text(
                "a path such as sites.sites[nam-can].grid.existing_mw",
                "đường dẫn như sites.sites[nam-can].grid.existing_mw",
            )
        )
    if steps[0] not in stems:
        return refuse(
            Text(f"a path begins with {one_of(list(stems)).en}", f"đường dẫn bắt đầu bằng {one_of(list(stems)).vi}")
        )
    file = stems[steps[0]]
    if not book.has(file):
        return None
    data: Any = book.sources[file].data
    path: Path = ()
    shape = shapes[file]
    for position, step in enumerate(steps[1:], start=1):
        around = steps[0] if not path else _target(book.sources[file], path)
        here = shape_at(shape, book.sources[file].data, path)
        is_last = position == len(steps) - 1
        if isinstance(data, list):
            names = item_names(data)
            if step not in names and not book.sources[file].is_complete:
                return None  # it may be in the rows that could not be read
            if step not in names:
                known = nearest_name(step, names)
                return refuse(
                    Text(f"{around} has no item '{step}': {known.en}", f"{around} không có mục '{step}': {known.vi}")
                )
            path, data = (*path, names.index(step)), data[names.index(step)]
        elif isinstance(data, dict) and (step in data or (is_last and _may_hold(here, step))):
            path, data = (*path, step), data.get(step)
        else:
            keys = list(data) if isinstance(data, dict) else []
            known = nearest_key(step, here) if here is not None and here.known() else nearest_name(step, keys)
            return refuse(Text(f"{around} has no '{step}': {known.en}", f"{around} không có '{step}': {known.vi}"))
    return file, path


def _target(source: Source, path: Path) -> str:
    """A path with the name of its file in front."""
    return source.show(path) if isinstance(source.data, list) else f"{source.stem}.{source.show(path)}"


def _may_hold(shape: Shape | None, key: str) -> bool:
    return shape is not None and (shape.kind == "map" or key in shape.known())


def _set(source: Source, path: Path, value: Node, *, is_register: bool) -> Source:
    """The file with one value replaced; its place is that of the scenario's value."""
    data = copy.deepcopy(source.data)
    holder: Any = data
    for step in path[:-1]:
        holder = holder[step]
    if is_register and value.value is None and isinstance(holder, dict):
        holder.pop(path[-1], None)
    else:
        plain_number = is_register and isinstance(value.value, int | float)
        holder[path[-1]] = str(value.value) if plain_number else copy.deepcopy(value.value)
    depth = len(path)
    lines = {known: line for known, line in source.lines.items() if known[:depth] != path}
    moved = {known: place for known, place in source.moved.items() if known[:depth] != path}
    field = value.source.problem(value.path, Text("", ""), Text("", "")).field
    for below in _paths(value.value):
        if (line := value.source.lines.get((*value.path, *below))) is not None:
            moved[(*path, *below)] = Place(SCENARIOS_FILE, line, field)
    return replace(source, data=data, lines=lines, moved=moved)


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every path of a value, itself first."""
    yield path
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield from _paths(inner, (*path, step))
