"""Where every figure comes from: each number of the folder with its place, its source text and the standing of that."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from capacity.inputs.base import SOURCE_PATTERN
from orchestrator.province.catalogue import FILES
from orchestrator.province.nodes import Book, Node, Source
from orchestrator.province.paths import Path, value_at
from orchestrator.province.problems import Problem, Text, joined
from orchestrator.province.references import ASSESSMENTS, PROVINCE, WAIVERS, WAVES
from orchestrator.province.scenarios import SCENARIOS_FILE
from orchestrator.province.shapes import Shape, walk
from orchestrator.province.words import nearest_name, one_of, shown

Standing = Literal["sourced", "derived", "assumption"]
STANDINGS: tuple[Standing, ...] = ("sourced", "derived", "assumption")
PROGRAM_DEFAULT = "assumption: default of the program, the folder does not state it"
_DEFAULT = "default"
_MENTIONS = re.compile(r"\bref:([a-z0-9][a-z0-9-]*)")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the folder, or one list of numbers, and where it comes from.

    ``path`` is written as in problems. ``reference`` is the first entry of province.yaml that the source names, with
    its title and date.
    """

    file: str
    line: int
    path: str
    value: Any
    standing: Standing
    source: str
    reference: str | None = None
    title: str | None = None
    date: dt.date | None = None


@dataclass(frozen=True)
class _Found:
    """A figure in the data: its path, its value, and the path and source of the record that owns it."""

    path: Path
    value: Any
    record: Path = ()
    source: Any = None

    @property
    def names(self) -> list[str]:
        """Keys from the record down to the figure, without positions in lists."""
        return [step for step in self.path[len(self.record) :] if isinstance(step, str)]

    @property
    def field(self) -> str:
        """The dotted name of the figure within its record, without years."""
        return ".".join(name for name in self.names if not name.isdigit())

    @property
    def keys(self) -> list[str]:
        """Keys of a source mapping that cover the figure, the closest first."""
        names = self.names
        return [".".join(names[:end]) for end in range(len(names), 0, -1)] + names[::-1]

    @property
    def text(self) -> str | None:
        """The source text, None when nothing covers the figure."""
        if isinstance(self.source, dict):
            texts = (self.source.get(key) for key in [*self.keys, _DEFAULT])
            return next((text for text in texts if isinstance(text, str)), None)
        return self.source if isinstance(self.source, str) else None


def _figures_in(shape: Shape | None, data: Any, owner: _Found) -> Iterator[_Found]:
    """Figures of the data; ``owner`` stands at the data and carries the record around it."""
    if shape is None or data is None:
        return
    shape = shape.of_data(data)
    if shape.is_figure:
        yield _Found(owner.path, data, owner.record, owner.source)
    elif shape.kind == "record" and isinstance(data, dict):
        if (field := shape.known().get("source")) is not None:
            owner = _Found(owner.path, None, owner.path, data.get("source", field.default))
        for key, inner in shape.known().items():
            here = _Found((*owner.path, key), None, owner.record, owner.source)
            if key in data:
                yield from _figures_in(inner, data[key], _beside(here, data))
            elif inner.is_figure and isinstance(inner.default, int | float) and inner.default:
                yield _Found(here.path, inner.default, owner.record, PROGRAM_DEFAULT)
    elif isinstance(data, dict | list):
        steps: Iterable[tuple[str | int, Any]] = data.items() if isinstance(data, dict) else enumerate(data)
        for step, value in steps:
            yield from _figures_in(shape.item, value, _Found((*owner.path, step), None, owner.record, owner.source))


def _beside(figure: _Found, record: dict[str, Any]) -> _Found:
    """The figure with the text that stands beside it: ``diesel_source`` is for every ``diesel_…`` of its record."""
    text = record.get(f"{str(figure.path[-1]).partition('_')[0]}_source")
    return _Found(figure.path, None, figure.record, text) if isinstance(text, str) else figure


def figures(book: Book) -> Iterator[Figure]:
    """Every numeric figure of the folder by file and line. Those whose source cannot be read are left out."""
    for file in FILES:
        yield from _figures_of(book, file)


def plan_figures(book: Book) -> Iterator[Figure]:
    """Those that a plan rests on.

    Distributions and probabilities of scenarios.yaml are none of them, nor are the files of the migration: no plan of
    the folder or of one of its scenarios changes with them. What a scenario sets is the figure whose place it takes.
    """
    for file in FILES:
        if file not in (SCENARIOS_FILE, WAVES, ASSESSMENTS, WAIVERS):
            yield from _figures_of(book, file)


def _figures_of(book: Book, file: str) -> list[Figure]:
    """Those of the data of a file, wherever a scenario has set them."""
    if (source := book.sources.get(file)) is None:
        return []
    references = {node.child("id").text: node for node in book.nodes(PROVINCE, "references.*")}
    shape = FILES[file].shape
    found = [_figure(each, source, references) for each in _figures_in(shape, source.data, _Found((), None))]
    known = [figure for figure in found if figure is not None]
    return sorted(known, key=lambda figure: (figure.line, figure.path))


def _figure(found: _Found, source: Source, references: dict[str | None, Node]) -> Figure | None:
    text = found.text
    if text is None or (match := SOURCE_PATTERN.match(text)) is None:
        return None
    named = match["ref"] or next(iter(_MENTIONS.findall(text)), None)
    entry = references.get(named) if named is not None else None
    place = source.place(found.path)
    standing: Standing = "sourced" if match["ref"] else "derived" if match["kind"] == "derived" else "assumption"
    return Figure(
        file=place.file,
        line=place.line,
        path=source.show(found.path),
        value=found.value,
        standing=standing,
        source=text,
        reference=named,
        title=entry.child("title").text if entry is not None else None,
        date=entry.child("date").day if entry is not None else None,
    )


def uncovered_figures(book: Book, file: str) -> Iterator[Problem]:
    """Figures of a file that no source text covers, and source texts of fields that their record does not have."""
    if (source := book.sources.get(file)) is None:
        return
    known: dict[Path, set[str]] = {}
    bare: dict[Path, list[str]] = {}
    for found in _figures_in(FILES[file].shape, source.data, _Found((), None)):
        if not isinstance(found.source, dict):
            continue
        known.setdefault(found.record, set()).update(found.keys)
        if found.text is None:
            bare.setdefault(found.record, []).append(found.field)
    for record, fields in bare.items():
        names = ", ".join(dict.fromkeys(fields))
        words = Text(
            "'default', or a text for each figure of the record",
            "'default', hoặc nguồn cho từng số liệu của bản ghi",
        )
        yield source.problem((*record, "source"), Text(f"no source for {names}", f"thiếu nguồn cho {names}"), words)
    for record, keys in known.items():
        data = value_at(source.data, record)
        for key in data["source"]:
            if key != _DEFAULT and key not in keys and key not in data:
                value = Text("no such field in the record", "bản ghi không có trường này")
                yield source.problem((*record, "source", key), value, nearest_name(key, sorted(keys)))


def unknown_references(book: Book, file: str) -> Iterator[Problem]:
    """``ref:`` of documents that province.yaml does not list. (The form of a source has its own validator.)"""
    if not book.has(PROVINCE):
        return
    ids = [text for node in book.nodes(PROVINCE, "references.*.id") if (text := node.text) is not None]
    known = frozenset(ids)
    where = Text("references of province.yaml", "references trong province.yaml")
    for node in _source_texts(book, file, FILES[file].shape):
        text = node.text or ""
        if not SOURCE_PATTERN.match(text):
            continue
        for name in dict.fromkeys(_MENTIONS.findall(text)):
            if name not in known:
                yield node.problem(shown(name), joined(one_of(ids, name), " (", where, ")"))


def _source_texts(book: Book, file: str, shape: Shape) -> Iterator[Node]:
    """Source texts of a file."""
    if (source := book.sources.get(file)) is None:
        return
    for path, inner, value in walk(shape, source.data):
        if inner.kind == "source":
            node = Node(source, path, value)
            yield from [node] if isinstance(value, str) else node.items()
        elif inner.kind == "text" and inner.name.endswith("source") and isinstance(value, str):
            yield Node(source, path, value)


def standing_counts(listed: Iterable[Figure]) -> dict[str, int]:
    """How many figures are sourced, derived and assumed."""
    counts: dict[str, int] = dict.fromkeys(STANDINGS, 0)
    for figure in listed:
        counts[figure.standing] += 1
    return counts
