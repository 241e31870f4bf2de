"""Holds parsed data against a model: each thing that pydantic refuses becomes one problem with its line."""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from capacity.inputs.settings import EARLIEST, LATEST
from orchestrator.province.nodes import Source
from orchestrator.province.paths import Path, value_at
from orchestrator.province.problems import MOST_OF_A_KIND, Problem, Text, plain
from orchestrator.province.shapes import Shape, list_of, shape_at, shape_of, walk
from orchestrator.province.words import allowed, allowed_in_full, nearest_key, shown
from orchestrator.province.yaml_text import LONGEST_NUMBER

_Model = TypeVar("_Model", bound=BaseModel)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_PUNCTUATED = re.compile(r"[-+]?\d[\d.,'\u00a0\u202f ]*[.,'\u00a0\u202f ]\d+")
_BRANCH_OF_MAPPING = "dict["

RULES = (
    (r"idle_kw (\S+) must not be above peak_kw (\S+)", "idle_kw {0} không được lớn hơn peak_kw {1}"),
    (r"gpus, gpu_model and gpu_equivalent go together", "gpus, gpu_model và gpu_equivalent phải khai cùng nhau"),
    (r"cop_min (\S+) must not be above cop_max (\S+)", "cop_min {0} không được lớn hơn cop_max {1}"),
    (r"last_year (\S+) must not be before first_year (\S+)", "last_year {0} không được trước first_year {1}"),
    (
        r"every month from 1 to 12 must stand in one season and no more",
        "mỗi tháng từ 1 đến 12 phải thuộc đúng một mùa",
    ),
    (
        r"structure: two_part and a capacity_vnd_per_kw_month above 0 go together",
        "structure: two_part và capacity_vnd_per_kw_month lớn hơn 0 phải khai cùng nhau",
    ),
    (r"shares must be between 0 and 1", "tỷ lệ phải từ 0 đến 1"),
    (r"tiers must be by rising rto_hours_at_most", "tiers phải xếp theo rto_hours_at_most tăng dần"),
    (r"PUE cannot be below 1", "PUE không thể nhỏ hơn 1"),
    (
        r"'programme' is required for programme_in_province_mw_min and allowed nowhere else",
        "'programme' bắt buộc với programme_in_province_mw_min và không dùng ở loại khác",
    ),
    (
        r"interactive load is never deferrable: deferrable_fraction must be 0",
        "tải tương tác không bao giờ hoãn được: deferrable_fraction phải bằng 0",
    ),
    (
        r"deferrable_fraction and deferrable_hours go together",
        "deferrable_fraction và deferrable_hours phải khai cùng nhau",
    ),
    (
        r"extra_servers run waiting work: deferrable_fraction must be above 0",
        "extra_servers chạy việc hoãn được: deferrable_fraction phải lớn hơn 0",
    ),
    (r"last_day (\S+) must not be before first_day (\S+)", "last_day {0} không được trước first_day {1}"),
    (r"exactly one step has cut_over: true", "đúng một bước có cut_over: true"),
    (
        r"'places' is required with kind: place and allowed nowhere else",
        "'places' bắt buộc với kind: place và không dùng ở loại khác",
    ),
    (r"'government' is allowed with kind: users only", "'government' chỉ dùng với kind: users"),
    (r"latitude_deg and longitude_deg go together", "latitude_deg và longitude_deg phải khai cùng nhau"),
    (r"a link must join two different nodes", "đường truyền phải nối hai nút khác nhau"),
    (
        r"'broadband' is the name of the growth of fibre and 5G, not of a rule",
        "'broadband' là tên của tăng trưởng cáp quang và 5G, không phải của một yêu cầu",
    ),
    (r"the shares of the users must sum to 1", "tổng tỷ lệ của các nhóm người dùng phải bằng 1"),
    (
        r"'min_security_level' is required with kind: two_routes and allowed nowhere else",
        "'min_security_level' bắt buộc với kind: two_routes và không dùng ở loại khác",
    ),
    (r"mode (\S+) must lie between low (\S+) and high (\S+)", "mode {0} phải nằm giữa low {1} và high {2}"),
    (
        r"probabilities must be one for each of values and sum to 1",
        "probabilities phải có một xác suất cho mỗi giá trị, tổng bằng 1",
    ),
    (r"'step' goes with 'site'", "'step' phải đi cùng 'site'"),
    (r"valid_to (\S+) must be after valid_from (\S+)", "valid_to {0} phải sau valid_from {1}"),
    (r"a successor needs valid_to, the day of the succession", "có successor thì phải có valid_to, ngày kế thừa"),
)
"""Rules of the records' own validators in Vietnamese; a rule without an entry is shown in English."""

_CHECKED_ELSEWHERE = re.compile(r"dppa\.generation ")


def validate_file(model: type[_Model], source: Source) -> tuple[_Model | None, list[Problem]]:
    """The model of a YAML file. Values must have their type: a number in quotes is a text."""
    shape = shape_of(model)
    problems = _loose_dates(shape, source, ())
    try:
        value = model.model_validate_json(json.dumps(source.data), strict=True)
    except ValidationError as error:
        return None, problems + _translated(error, shape, source, ())
    return (None if problems else value), problems


def validate_rows(
    model: type[_Model], source: Source, absent: frozenset[str]
) -> tuple[tuple[_Model, ...] | None, list[Problem]]:
    """The rows of a register, whose cells are texts; problems of ``absent`` columns are told at the header alone."""
    shape = list_of(model)
    rows: list[_Model] = []
    problems = _loose_dates(shape, source, ())
    for position, cells in enumerate(source.data):
        try:
            rows.append(model.model_validate_strings(cells, strict=True))
        except ValidationError as error:
            refused = _translated(error, shape, source, (position,))
            problems += [p for p in refused if p.field.rpartition(".")[2] not in absent]
            if len(problems) > MOST_OF_A_KIND:
                break
    return (tuple(rows) if len(rows) == len(source.data) and not problems else None), problems


def _loose_dates(shape: Shape, source: Source, prefix: Path) -> list[Problem]:
    """Texts that pydantic would take for a date although they are not written as one, such as a count of seconds."""
    return [
        source.problem(path, shown(value), allowed(inner))
        for path, inner, value in walk(shape, source.data, prefix)
        if inner.kind == "date"
        and isinstance(value, str)
        and not _DAY.fullmatch(value)
        and value.strip("-+.0123456789") == ""
    ]


def _translated(error: ValidationError, shape: Shape, source: Source, prefix: Path) -> list[Problem]:
    problems: dict[Path, Problem] = {}
    for details in error.errors(include_url=False):
        found = _problem(details, shape, source, prefix)
        if found is not None:
            problems.setdefault(*found)
        if len(problems) > MOST_OF_A_KIND:
            break
    return list(problems.values())


def _problem(details: ErrorDetails, shape: Shape, source: Source, prefix: Path) -> tuple[Path, Problem] | None:
    steps, is_key = _steps((*prefix, *details["loc"]), shape, source.data)
    if steps is None:
        return None
    path: Path = steps
    kind, value = details["type"], details["input"]
    here = shape_at(shape, source.data, path)
    if kind == "missing":
        words = allowed(here)
        return path, _at_parent(source, path, Text("missing", "thiếu"), words)
    if kind == "extra_forbidden":
        parent = shape_at(shape, source.data, path[:-1])
        return path, source.problem(
            path, Text("unknown key", "khóa không có trong danh mục"), nearest_key(str(path[-1]), parent)
        )
    if kind.startswith("union_tag") and here is not None:
        tag = (*path, here.discriminator)
        if kind == "union_tag_invalid":
            return tag, source.problem(tag, shown(value.get(here.discriminator)), allowed(here))
        return tag, _at_parent(source, tag, Text("missing", "thiếu"), allowed(here))
    if kind == "too_short" and here is not None and isinstance(value, list) and len(value) >= (here.fewest or 0):
        return None  # pydantic counts the items that it could not read as not there
    if kind == "value_error":
        return _rule(details, source, path)
    if not is_key and here is not None and here.kind in ("number", "integer") and isinstance(value, str):
        return path, source.problem(path, shown(value), _with_hint(value, allowed(here)))
    if is_key:
        key_shape = shape_at(shape, source.data, path[:-1])
        return path, source.problem(path, shown(str(path[-1])), allowed(key_shape.key if key_shape else None))
    if here is not None and here.kind == "date" and kind in ("greater_than_equal", "less_than_equal"):
        if not _DAY.fullmatch(str(value)):
            return None  # told already: it is no date
        words = Text(f"a day from {EARLIEST} to {LATEST}", f"ngày từ {EARLIEST} đến {LATEST}")
        return path, source.problem(path, shown(str(value)), words)
    if kind == "less_than_equal" and here is not None:
        return path, source.problem(path, shown(value), allowed_in_full(here))
    return path, source.problem(path, shown(value), allowed(here))


def _with_hint(written: str, words: Text) -> Text:
    """What is allowed, and how to write a number: without a decimal comma, separators of thousands, endless digits."""
    if len(written) > LONGEST_NUMBER:
        most = LONGEST_NUMBER
        return Text(f"{words.en}: of at most {most} characters", f"{words.vi}: nhiều nhất {most} ký tự")
    if _PUNCTUATED.fullmatch(written) is None:
        return words
    return Text(
        f"{words.en}: with a decimal point and nothing between thousands, as in 1234.5",
        f"{words.vi}: dùng dấu chấm thập phân, không ngăn cách hàng nghìn, ví dụ 1234.5",
    )


def _at_parent(source: Source, path: Path, value: Text, words: Text) -> Problem:
    """A problem of something that is not there, at the line of what lacks it."""
    problem = source.problem(path[:-1], value, words)
    if source.place(path[:-1]).field is not None:
        return problem
    return Problem(problem.file, problem.line, source.show(path), value, words)


def _rule(details: ErrorDetails, source: Source, path: Path) -> tuple[Path, Problem] | None:
    words = details["msg"].removeprefix("Value error, ")
    if _CHECKED_ELSEWHERE.match(words):
        return None
    if words.startswith("must be 'ref:"):
        return path, source.problem(path, shown(details["input"]), allowed(Shape("source")))
    path = _blamed(words, source, path)
    for pattern, vietnamese in RULES:
        if (match := re.fullmatch(pattern, words)) is not None:
            value = Text("does not fit together", "không khớp nhau")
            return path, source.problem(path, value, Text(words, vietnamese.format(*match.groups())))
    return path, source.problem(path, Text("does not fit together", "không khớp nhau"), plain(words))


def _blamed(words: str, source: Source, path: Path) -> Path:
    """The field that a rule of a record begins with, where it is given; else the record."""
    record = value_at(source.data, path)
    name = words.split(" ", 1)[0].strip("',")
    return (*path, name) if isinstance(record, dict) and name in record else path


def _steps(loc: tuple[int | str, ...], shape: Shape | None, data: Any) -> tuple[Path | None, bool]:
    """The path of a pydantic location, without the labels of union branches, and whether it is a mapping's key.

    None for the branch of a union that the data does not choose.
    """
    path: list[str | int] = []
    for step in loc:
        if step == "[key]":
            return tuple(path), True
        if shape is not None and shape.kind == "variants":
            shape = shape.of_data(data)
            continue
        if shape is not None and shape.kind == "source":
            chooses_mapping = isinstance(data, dict)
            if str(step).startswith(_BRANCH_OF_MAPPING) != chooses_mapping:
                return None, False
            shape = Shape("map", item=Shape("source")) if chooses_mapping else None
            continue
        path.append(step)
        if shape is not None:
            shape = shape.item if isinstance(step, int) or shape.kind == "map" else shape.known().get(step)
        if isinstance(data, dict):
            data = data.get(str(step))
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            data = None
    return tuple(path), False
