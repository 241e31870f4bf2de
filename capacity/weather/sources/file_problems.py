"""Problems of files that other people's programs wrote."""

from __future__ import annotations

from capacity.weather.problems import Problems, SourceError
from capacity.weather.sources.service import one_line
from capacity.weather.words import Words


def one_problem(field: str, value: Words, allowed: Words, line: int = 0) -> SourceError:
    """An error with one problem in it, its value on one line."""
    problems = Problems()
    problems.add(line, field, Words(one_line(value.en), one_line(value.vi)), allowed)
    return SourceError(problems.sorted())
