"""What `uncertain` of `scenarios.yaml` refers to must be there: steps of sites, and figures at paths.

In the folder as it is; a scenario that takes such a figure away is told when it is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orchestrator.province.catalogue import FILES
from orchestrator.province.nodes import Book
from orchestrator.province.paths import Path, value_at
from orchestrator.province.problems import Problem, Text, first_of
from orchestrator.province.references import SCENARIOS, SITES
from orchestrator.province.scenarios import resolved
from orchestrator.province.words import one_of, shown


def uncertain_problems(book: Book) -> list[Problem]:
    """The first problems of each kind."""
    return [*first_of(uncertain_steps_unknown(book)), *first_of(uncertain_figures_unknown(book))]


def uncertain_steps_unknown(book: Book) -> Iterator[Problem]:
    """A grid step that may come late is one of its site."""
    steps = {
        site.child("id").text: [text for step in site.select("grid.steps.*.id") if (text := step.text) is not None]
        for site in book.nodes(SITES, "sites.*")
    }
    for entry in book.nodes(SCENARIOS, "uncertain.*"):
        step, site = entry.child("step"), entry.child("site").text
        if step.text is not None and site in steps and step.text not in steps[site]:
            yield step.problem(shown(step.value), one_of(steps[site], step.text))


def uncertain_figures_unknown(book: Book) -> Iterator[Problem]:
    """The path of an uncertain figure leads to numbers of a YAML file."""
    shapes = {name: kind.shape for name, kind in FILES.items()}
    for entry in book.nodes(SCENARIOS, "uncertain.*"):
        written = entry.child("path")
        if written.text is None:
            continue
        target = resolved(book, written, shapes)
        if isinstance(target, Problem):
            yield target
        elif target is not None:
            file, path = target
            if FILES[file].is_register or not _is_figure_at(book.sources[file].data, path):
                words = Text(
                    "a path to a number of a YAML file, or to a table or list of numbers",
                    "đường dẫn tới một số của tệp YAML, hoặc tới bảng hay danh sách các số",
                )
                yield written.problem(shown(written.value), words)


def _is_figure_at(data: Any, path: Path) -> bool:
    """Whether a path leads to a figure; a key that may stand there but does not is none."""
    try:
        return is_figure(value_at(data, path))
    except LookupError:
        return False


def is_figure(value: Any) -> bool:
    """Whether a value is a number, or a table by year or a list of nothing but numbers."""
    if isinstance(value, dict | list):
        inner = list(value.values()) if isinstance(value, dict) else value
        return bool(inner) and all(is_figure(each) for each in inner)
    return isinstance(value, int | float) and not isinstance(value, bool)
