"""What differs between two provinces, field by field, and a province with some of the differences applied.

A field is one difference; so is a table by year, a row that one of them lacks, and the weather of a site. Rows are
matched by what tells them apart (see ``paths``). Texts that only say where a figure comes from are not compared.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from capacity.weather import WeatherYear
from orchestrator.province.folder import Province
from orchestrator.province.judging import Findings, judge
from orchestrator.province.nodes import Book, Source
from orchestrator.province.paths import Path, item_names
from orchestrator.province.problems import Problem
from orchestrator.province.scenarios import SCENARIOS_FILE

WEATHER = "weather"
SETTINGS = "province.yaml"
WORDS = frozenset({"source", "citation", "diesel_source", "references"})
ABSENT = None


@dataclass(frozen=True)
class Change:
    """A difference: ``steps`` lead to it in the file by keys and names of rows; a side without it is None.

    ``lines`` are those of the old and the new value where there is one.
    """

    file: str
    steps: tuple[str | int, ...]
    shown: str
    old: Any
    new: Any
    lines: tuple[int | None, int | None]

    @property
    def key(self) -> str:
        """File and path."""
        return f"{self.file}:{self.shown}"


def changes_between(old: Province, new: Province) -> tuple[Change, ...]:
    """Every difference from ``old`` to ``new``, in the order of the files."""
    found: list[Change] = []
    for file in old.book.sources.keys() | new.book.sources.keys():
        if file == SCENARIOS_FILE:
            continue
        left, right = old.book.sources.get(file), new.book.sources.get(file)
        if left is not None and right is not None:
            found += _walk(left, right, (), (), ())
    for site in sorted(old.weather.keys() & new.weather.keys()):
        if not _same_weather(old.weather[site], new.weather[site]):
            names = [province.weather[site].provenance.get("digest", site) for province in (old, new)]
            found.append(Change(WEATHER, (site,), f"weather[{site}]", names[0], names[1], (None, None)))
    return tuple(sorted(found, key=lambda change: change.key))


def _same_weather(left: WeatherYear, right: WeatherYear) -> bool:
    return left.year == right.year and all(
        np.array_equal(getattr(left, field.name), getattr(right, field.name))
        for field in fields(left)
        if isinstance(getattr(left, field.name), np.ndarray)
    )


def _walk(left: Source, right: Source, steps: tuple[str | int, ...], a: Path, b: Path) -> Iterator[Change]:
    old, new = _at(left.data, a), _at(right.data, b)
    if isinstance(old, dict) and isinstance(new, dict) and not _by_year(old) and not _by_year(new):
        for key in dict.fromkeys((*old, *new)):
            if key in WORDS:
                continue
            if key in old and key in new:
                yield from _walk(left, right, (*steps, key), (*a, key), (*b, key))
            else:
                yield _change(left, right, (*steps, key), (*a, key), (*b, key))
    elif isinstance(old, list) and isinstance(new, list) and _named(old) and _named(new):
        here, there = item_names(old), item_names(new)
        for name in dict.fromkeys((*here, *there)):
            one = (*a, here.index(name)) if name in here else (*a, len(old))
            other = (*b, there.index(name)) if name in there else (*b, len(new))
            if name in here and name in there:
                yield from _walk(left, right, (*steps, name), one, other)
            else:
                yield _change(left, right, (*steps, name), one, other)
    elif old != new:
        yield _change(left, right, steps, a, b)


def _change(left: Source, right: Source, steps: tuple[str | int, ...], a: Path, b: Path) -> Change:
    old, new = _at(left.data, a), _at(right.data, b)
    shown = left.show(a) if old is not ABSENT else right.show(b)
    lines = (
        None if old is ABSENT else left.place(a).line,
        None if new is ABSENT else right.place(b).line,
    )
    return Change(left.file, steps, shown, old, new, lines)


def _by_year(data: dict[Any, Any]) -> bool:
    return bool(data) and all(str(key).isdigit() for key in data)


def _named(items: list[Any]) -> bool:
    return all(isinstance(item, dict) for item in items) and not any(name.isdigit() for name in item_names(items))


def _at(data: Any, path: Path) -> Any:
    for step in path:
        if isinstance(data, dict):
            data = data.get(step, ABSENT)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return ABSENT
    return data


def with_changes(province: Province, other: Province, changes: Sequence[Change]) -> Province | None:
    """``province`` with differences to ``other`` applied, or None when they make no valid province without the rest."""
    sources = dict(province.book.sources)
    weather = dict(province.weather)
    for change in changes:
        if change.file == WEATHER:
            weather[str(change.steps[0])] = other.weather[str(change.steps[0])]
            continue
        data = copy.deepcopy(sources[change.file].data)
        _put(data, change.steps, change.new)
        sources[change.file] = replace(sources[change.file], data=data)
    whole = judged_province(province, Book(sources), {**other.weather, **weather})
    return whole if isinstance(whole, Province) else None


def judged_province(
    province: Province, book: Book, weather: Mapping[str, WeatherYear]
) -> Province | tuple[Problem, ...]:
    """``province`` with the files of another book, or all that is wrong with them. ``weather``: of every site.

    The digest stays that of ``province``.
    """
    known: dict[str, tuple[Source, Any, list[Problem]]] = {
        file: (source, _model(province, file), []) for file, source in province.book.sources.items()
    }
    judged = judge(book, {}, {file: entry for file, entry in known.items() if entry[1] is not None}, Findings())
    if judged.problems:
        return judged.problems
    models = {("settings" if file == SETTINGS else file.partition(".")[0]): m for file, m in judged.models.items()}
    models.pop("scenarios", None)
    kept = {site.id: weather[site.id] for site in models["sites"].sites if site.id in weather}
    if len(kept) < len(models["sites"].sites):
        return ()
    return replace(province, **models, weather=MappingProxyType(kept), book=book)


def _model(province: Province, file: str) -> Any:
    """What the province holds of a file; None when it keeps it in another form."""
    return (
        getattr(province, "settings" if file == SETTINGS else file.partition(".")[0], None)
        if file != SCENARIOS_FILE
        else None
    )


def _put(data: Any, steps: tuple[str | int, ...], value: Any) -> None:
    """Sets, adds or takes away the value at the steps."""
    for step in steps[:-1]:
        data = data[item_names(data).index(str(step))] if isinstance(data, list) else data[step]
    last = steps[-1]
    if isinstance(data, dict):
        if value is ABSENT:
            data.pop(last, None)
        else:
            data[last] = copy.deepcopy(value)
        return
    names = item_names(data)
    if str(last) not in names:
        data.append(copy.deepcopy(value))
    elif value is ABSENT:
        del data[names.index(str(last))]
    else:
        data[names.index(str(last))] = copy.deepcopy(value)
