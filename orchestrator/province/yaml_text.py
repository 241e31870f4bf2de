"""Reads YAML into plain data with the line of every value, and refuses what a data file has no use for.

Scalars follow the core schema of YAML 1.2 (so ``22:30`` and ``no`` stay texts and ``1e9`` is a number), with ``_``
allowed between digits. Aliases, tags, duplicate keys, several documents and deep nesting are problems. The tree is
built from the parser's events without recursion, so no text can exhaust the stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from capacity.weather import by_pattern
from orchestrator.province.paths import Path, show_path
from orchestrator.province.problems import Problem, Text

DEEPEST = 24
MOST_VALUES = 100_000
LONGEST_NUMBER = 300
MOST_PROBLEMS = 100
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?[0-9](?:_?[0-9])*")
_FLOAT = re.compile(r"[-+]?(?:[0-9](?:_?[0-9])*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_SPECIAL: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_OF_LIBYAML = {
    r"mapping values are not allowed in this context": "dấu hai chấm ':' không được ở đây",
    r"block sequence entries are not allowed in this context": "mục '- ' không được ở đây",
    r"did not find expected <document start>": "còn nội dung sau tài liệu",
    r"did not find expected key": "thiếu khóa ở mức thụt này",
    r"did not find expected '-' indicator": "thiếu dấu '- ' ở mức thụt này",
    r"did not find expected ',' or '(.)'": "thiếu dấu phẩy ',' hoặc dấu đóng '{0}'",
    r"did not find expected node content": "thiếu giá trị",
    r"did not find expected whitespace or line break": "thiếu dấu cách hoặc xuống dòng",
    r"did not find expected alphabetic or numeric character": "thiếu chữ hoặc số sau '*' hoặc '&'",
    r"did not find expected hexdecimal number": "thiếu số thập lục phân trong chuỗi thoát",
    r"could not find expected ':'": "thiếu dấu hai chấm ':' sau khóa",
    r"could not find expected directive name": "thiếu tên chỉ thị sau '%'",
    r"found character that cannot start any token": "ký tự không thể mở đầu một giá trị",
    r"found unexpected end of stream": "hết tệp giữa chừng, thiếu dấu đóng",
    r"found unexpected document indicator": "dấu '---' ở giữa một chuỗi",
    r"found unexpected ':'": "dấu hai chấm ':' không được ở đây",
    r"found unknown escape character": "chuỗi thoát '\\' không hợp lệ",
    r"found undefined tag handle": "nhãn '!' không được khai báo",
    r"found a tab character that violates? indentation": "thụt dòng bằng tab",
    r"found invalid Unicode character escape code": "mã ký tự Unicode không hợp lệ",
    r"invalid leading UTF-8 octet": "không phải UTF-8",
    r"control characters are not allowed": "có ký tự điều khiển",
}
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


@dataclass(frozen=True)
class Parsed:
    """Data of a file, line of every path, and problems of its form. ``readable``: whether ``data`` can be judged."""

    data: Any
    lines: dict[Path, int]
    problems: tuple[Problem, ...]
    readable: bool


@dataclass
class _Open:
    """A mapping or list that is being read."""

    path: Path
    value: dict[str, Any] | list[Any]
    key: str | None = None
    key_line: int = 0
    skip: bool = False


@dataclass
class _Reading:
    file: str
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    aliases: set[str] = field(default_factory=set)
    readable: bool = True
    root: Any = None

    def refuse(self, line: int, where: str, value: Text, allowed: Text) -> None:
        self.problems.append(Problem(self.file, line, where, value, allowed))


def parse_yaml(text: str, file: str) -> Parsed:
    """Plain data of a YAML text. Never raises."""
    reading = _Reading(file)
    try:
        _read(reading, iter(yaml.parse(text, Loader=_LOADER)))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        _refuse_syntax(reading, line, str(error.problem or error.context), text)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1 if isinstance(error.position, int) else 1
        character = f"U+{error.character:04X}" if isinstance(error.character, int) else repr(error.character)
        allowed = Text("printable characters are allowed", "chỉ được dùng ký tự in được")
        reading.refuse(line, "syntax", Text(f"the character {character}", f"ký tự {character}"), allowed)
        reading.readable = False
    return Parsed(reading.root, reading.lines, tuple(reading.problems), reading.readable)


def _refuse_syntax(reading: _Reading, line: int, words: str, text: str) -> None:
    source = text.splitlines()[line - 1] if line <= len(text.splitlines()) else ""
    if "\t" in source[: len(source) - len(source.lstrip())] or "'\\t'" in words:
        value = Text("a tab character", "ký tự tab")
        allowed = Text("indent with spaces", "hãy thụt dòng bằng dấu cách")
    else:
        value = Text(f"not YAML ({words})", f"không phải YAML ({by_pattern(words, _OF_LIBYAML)})")
        allowed = Text(
            "lines must be 'key: value' or '- item', indented with spaces; quote texts with ': ' or '#'",
            "mỗi dòng là 'khóa: giá trị' hoặc '- mục', thụt bằng dấu cách; đặt trong nháy chuỗi có ': ' hoặc '#'",
        )
    reading.refuse(line, "syntax", value, allowed)
    reading.readable = False


def _read(reading: _Reading, events: Iterator[Any]) -> None:
    stack: list[_Open] = []
    documents = 0
    for event in events:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                allowed = Text("one document in a file: take out '---'", "mỗi tệp một tài liệu: hãy bỏ '---'")
                reading.refuse(line, "document", Text("a second document", "tài liệu thứ hai"), allowed)
                reading.readable = False
                return
        elif len(reading.problems) >= MOST_PROBLEMS:
            value = Text(f"more than {MOST_PROBLEMS} problems of form", f"hơn {MOST_PROBLEMS} lỗi về hình thức")
            words = Text("put those above right first", "hãy sửa các lỗi ở trên trước")
            reading.refuse(line, "form", value, words)
            reading.readable = False
            return
        elif len(reading.lines) > MOST_VALUES:
            value = Text(f"more than {MOST_VALUES} values", f"hơn {MOST_VALUES} giá trị")
            allowed = Text("no file of the folder needs so many", "không tệp nào của thư mục cần nhiều như vậy")
            reading.refuse(line, "size", value, allowed)
            reading.readable = False
            return
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            _open(reading, stack, event, line)
            if len(stack) > DEEPEST:
                value = Text(f"nested more than {DEEPEST} deep", f"lồng nhau quá {DEEPEST} cấp")
                allowed = Text("no file of the folder needs that", "không tệp nào của thư mục cần như vậy")
                reading.refuse(line, "nesting", value, allowed)
                reading.readable = False
                return
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            stack.pop()
        elif isinstance(event, yaml.AliasEvent):
            _refuse_alias(reading, stack, str(event.anchor), line)
            _put(reading, stack, None, line)
        elif isinstance(event, yaml.ScalarEvent):
            _scalar(reading, stack, event, line)


def _refuse_alias(reading: _Reading, stack: list[_Open], anchor: str, line: int) -> None:
    """Tells of the first use of each anchor: a text that multiplies itself uses a few of them many times."""
    reading.readable = False
    if anchor not in reading.aliases:
        reading.aliases.add(anchor)
        where = show_path(_place(stack, line)[0], reading.root)
        value = Text(f"the alias *{anchor}", f"bí danh *{anchor}")
        allowed = Text("aliases are not allowed: write the value out", "không cho phép bí danh: hãy viết rõ giá trị")
        reading.refuse(line, where or "alias", value, allowed)


def _place(stack: list[_Open], line: int) -> tuple[Path, int]:
    """Path and line of the value that comes next."""
    if not stack:
        return (), line
    top = stack[-1]
    if isinstance(top.value, list):
        return (*top.path, len(top.value)), line
    return (*top.path, top.key or ""), top.key_line or line


def _put(reading: _Reading, stack: list[_Open], value: Any, line: int) -> tuple[Path, bool]:
    """Hangs a value into the tree; returns its path and whether it is to be left out with all that it holds."""
    path, place_line = _place(stack, line)
    if not stack:
        reading.root = value
        reading.lines[path] = line
        return path, False
    top = stack[-1]
    skip = top.skip
    if isinstance(top.value, list):
        top.value.append(value)
    elif top.key is None:
        allowed = Text("keys are plain texts", "khóa phải là chuỗi đơn giản")
        where = show_path(top.path, reading.root) or "syntax"
        reading.refuse(line, where, Text("a key that is not a text", "khóa không phải là chuỗi"), allowed)
        reading.readable = False
        top.key, top.key_line = "", line
        return path, True
    else:
        skip = skip or top.key in top.value
        if not skip:
            top.value[top.key] = value
        top.key = None
    if not skip:
        reading.lines[path] = place_line
    return path, skip


def _open(reading: _Reading, stack: list[_Open], event: Any, line: int) -> None:
    _refuse_tag(reading, stack, event, line)
    value: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
    path, skip = _put(reading, stack, value, line)
    stack.append(_Open(path, value, skip=skip))


def _scalar(reading: _Reading, stack: list[_Open], event: yaml.ScalarEvent, line: int) -> None:
    top = stack[-1] if stack else None
    if top is not None and isinstance(top.value, dict) and top.key is None:
        top.key, top.key_line = event.value, line
        if event.value in top.value and not top.skip:
            path = (*top.path, event.value)
            value = Text("written twice", "viết hai lần")
            first = reading.lines[path]
            allowed = Text(
                f"each key once: it stands in line {first} already", f"mỗi khóa một lần: đã có ở dòng {first}"
            )
            reading.refuse(line, show_path(path, reading.root), value, allowed)
        return
    _refuse_tag(reading, stack, event, line)
    _put(reading, stack, _value(event), line)


def _refuse_tag(reading: _Reading, stack: list[_Open], event: Any, line: int) -> None:
    if event.tag not in (None, "!"):
        where = show_path(_place(stack, line)[0], reading.root) or "tag"
        value = Text(f"the tag {event.tag}", f"thẻ {event.tag}")
        reading.refuse(line, where, value, Text("tags are not allowed", "không cho phép thẻ"))
        reading.readable = False


def _value(event: yaml.ScalarEvent) -> Any:
    """A plain scalar as null, boolean, number or text; a quoted one, or one too long for a number, is a text."""
    text: str = event.value
    if event.style:
        return text
    if text in _SPECIAL:
        return _SPECIAL[text]
    if len(text) > LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text.replace("_", ""))
    if _NOT_FINITE.fullmatch(text):
        return float(text.replace(".", "", 1))
    return text
