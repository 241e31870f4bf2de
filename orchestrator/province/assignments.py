"""Values that are set from outside the folder, ``path=value``, before all is validated again: what a what-if changes.

Paths are those of scenarios.yaml (``scenarios.resolved``). ``path=value`` sets a value as YAML writes it; with a sign
before a number it changes what is there, ``=+5`` and ``=-5`` by an amount, ``=+10%`` and ``=-20%`` by a share; a table
by year is changed in every year. A last key may be short for the numbers whose names begin with it, ``capex`` for
``capex_vnd_per_mw`` and ``capex_vnd_per_mwh``: a share changes all of them, an amount or a value must mean one.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from orchestrator.province.catalogue import FILES
from orchestrator.province.changes import judged_province
from orchestrator.province.folder import Province
from orchestrator.province.nodes import Book, Node, Source
from orchestrator.province.paths import Path, value_at
from orchestrator.province.problems import InvalidProvinceError, Problem, Text
from orchestrator.province.scenarios import resolved
from orchestrator.province.shapes import Shape
from orchestrator.province.words import shown
from orchestrator.province.yaml_text import parse_yaml

WEATHER_FILE = "weather_file"
_CHANGE = re.compile(r"(?P<sign>[+-])(?P<amount>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)(?P<share>%?)")
_EXAMPLE = Text(
    "write path=value, path=+5 or path=-20%, such as sites.sites[nam-can].grid.existing_mw=+5",
    "hãy viết đường_dẫn=giá_trị, đường_dẫn=+5 hoặc đường_dẫn=-20%, như sites.sites[nam-can].grid.existing_mw=+5",
)
_ONE = Text("name one of them", "hãy nêu một trong số đó")


@dataclass(frozen=True)
class Written:
    """An assignment as it is written, and where: a line of a file, or its place on the command line (file ``set``)."""

    text: str
    file: str = "set"
    line: int = 1


@dataclass(frozen=True)
class Assigned:
    """One value that was set: the field of a file as people read it, and the values before and after."""

    file: str
    field: str
    old: Any
    new: Any


def assigned(province: Province, written: Sequence[Written]) -> tuple[Province, tuple[Assigned, ...]]:
    """The province with all values set, in their order, and what was set.

    Raises InvalidProvinceError with everything that is wrong with the assignments or with what comes of them.
    """
    book, done = province.book, list[Assigned]()
    problems: list[Problem] = []
    for each in written:
        try:
            book = _set(book, each, done)
        except _RefusedError as refused:
            problems.append(refused.problem)
    if problems:
        raise InvalidProvinceError(province.settings.name_en, tuple(problems))
    found = judged_province(province, book, province.weather)
    if not isinstance(found, Province):
        raise InvalidProvinceError(province.settings.name_en, tuple(_at(problem, written) for problem in found))
    return found, tuple(done)


class _RefusedError(Exception):
    """An assignment that cannot be made."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def _at(problem: Problem, written: Sequence[Written]) -> Problem:
    """A problem of the folder, told where the assignments are: the folder itself is right."""
    where = f"{problem.file}: {problem.field}: "
    words = Text(where + problem.value.en, where + problem.value.vi)
    together = "; ".join(each.text for each in written)
    return Problem(written[0].file, written[0].line, together, words, problem.allowed)


def _set(book: Book, written: Written, done: list[Assigned]) -> Book:
    path, sign, value_text = written.text.partition("=")
    path = path.strip()

    def refuse(value: Text, allowed: Text) -> _RefusedError:
        return _RefusedError(Problem(written.file, written.line, path or "path", value, allowed))

    if not sign or not path or not value_text.strip():
        raise refuse(shown(written.text), _EXAMPLE)
    change = _CHANGE.fullmatch(value_text.strip())
    targets = _targets(book, path, refuse)
    if len(targets) > 1 and (change is None or not change["share"]):
        names = ", ".join(
            f"{target[0].partition('.')[0]}.{book.sources[target[0]].show(target[1])}" for target in targets
        )
        raise refuse(Text(f"short for {names}", f"viết tắt của {names}"), _ONE)
    sources = dict(book.sources)
    for file, steps in targets:
        source = sources[file]
        holder = value_at(source.data, steps[:-1])
        old = holder.get(steps[-1]) if isinstance(holder, Mapping) else holder[steps[-1]]
        if steps[-1] == WEATHER_FILE:
            words = Text("a scenario of the folder can set it", "kịch bản của thư mục có thể đặt giá trị này")
            raise refuse(Text("other weather", "khí tượng khác"), words)
        new = _value(value_text.strip(), refuse) if change is None else _changed(old, change)
        if new is None and change is not None:
            words = Text(
                "a number, or a table of numbers by year, can be changed", "chỉ thay đổi được số hoặc bảng số theo năm"
            )
            raise refuse(shown(old), words)
        sources[file] = _with(source, steps, new)
        done.append(Assigned(file, source.show(steps), old, new))
    return Book(sources)


def _targets(book: Book, path: str, refuse: Any) -> list[tuple[str, Path]]:
    """Files and paths that a written path means: its own, or those that its last key is short for."""
    shapes: dict[str, Shape] = {file: FILES[file].shape for file in book.sources}
    found = _resolved(book, path, shapes)
    if not isinstance(found, Problem):
        return [found]
    head, dot, last = path.rpartition(".")
    around = _resolved(book, head, shapes) if dot and "." in head else None
    if dot and "." not in head and f"{head}.yaml" in book.sources:
        around = (f"{head}.yaml", ())
    if isinstance(around, tuple):
        file, steps = around
        holder = value_at(book.sources[file].data, steps)
        if isinstance(holder, dict):
            keys = [key for key, value in holder.items() if str(key).startswith(f"{last}_") and _numbers(value)]
            if keys:
                return [(file, (*steps, key)) for key in keys]
    raise refuse(found.value, found.allowed)


def _resolved(book: Book, path: str, shapes: Mapping[str, Shape]) -> tuple[str, Path] | Problem:
    found = resolved(book, Node(Source("set", [path], {}), (0,), path), shapes)
    assert found is not None, "all files of a province could be read"
    return found


def _numbers(value: Any) -> bool:
    """Whether a value is a number or a table of numbers; those of registers are written as texts."""
    return _scaled(value, lambda number: number) is not None


def _value(text: str, refuse: Any) -> Any:
    parsed = parse_yaml(f"value: {text}", "set")
    if parsed.problems or not isinstance(parsed.data, dict) or set(parsed.data) != {"value"}:
        first = parsed.problems[0] if parsed.problems else None
        raise refuse(shown(text), first.allowed if first is not None else _EXAMPLE)
    return parsed.data["value"]


def _changed(old: Any, change: re.Match[str]) -> Any:
    amount = float(change["sign"] + change["amount"])
    return _scaled(
        old, (lambda number: number * (1 + amount / 100)) if change["share"] else (lambda number: number + amount)
    )


def _scaled(value: Any, rule: Any) -> Any:
    """A number or a table of numbers by the rule; None for anything else. Whole numbers that stay whole stay so."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        changed = rule(float(value))
        exact = round(changed)
        return exact if isinstance(value, int) and math.isclose(changed, exact, rel_tol=1e-12) else changed
    if isinstance(value, str):
        try:
            return f"{rule(float(value)):.12g}"
        except ValueError:
            return None
    if isinstance(value, Mapping) and value:
        parts = {key: _scaled(entry, rule) for key, entry in value.items() if not isinstance(entry, str)}
        return parts if len(parts) == len(value) and all(part is not None for part in parts.values()) else None
    return None


def _with(source: Source, path: Path, value: Any) -> Source:
    data = copy.deepcopy(source.data)
    holder = value_at(data, path[:-1])
    is_register = FILES[source.file].is_register
    if is_register and value is None:
        holder.pop(path[-1], None)
    else:
        holder[path[-1]] = str(value) if is_register and isinstance(value, int | float) else value
    return replace(source, data=data)
