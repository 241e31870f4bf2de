"""What must hold of any folder, however broken."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from orchestrator.province import FILES, read_province
from orchestrator.province.yaml_text import parse_yaml
from tests.broken import template, write_folder
from tests.broken.folders import WEATHER

FAST = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SNIPPETS = (
    *(
        "\t",
        "\n",
        "\r",
        ": ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        "'",
        '"',
        "#",
        "|\n",
        ">",
        "&a ",
        "*a",
        "!!str ",
        "? ",
        "---\n",
        "...",
    ),
    *(
        "null",
        "true",
        ".nan",
        "-.inf",
        "1e400",
        "-1",
        "0",
        "9" * 400,
        "2026-02-30",
        "ref:x",
        ",",
        ";",
        "\x00",
        "\ufeff",
        "\u2028",
    ),
)


@st.composite
def mutations(draw: st.DrawFn, names: tuple[str, ...]) -> tuple[str, bytes]:
    """A file of the template with bytes cut out, doubled, replaced or put in, a few times."""
    name = draw(st.sampled_from(names))
    content = template()[name]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.sampled_from((0, 1, 2, 8, 40, 400))))
        new = draw(
            st.one_of(st.binary(max_size=4), st.sampled_from(SNIPPETS).map(str.encode), st.just(content[start:end] * 2))
        )
        content = content[:start] + new + content[end:]
    return name, content


def told_properly(folder: Path) -> None:
    """Either a province, or problems in order, each in one line of the form that is promised."""
    result = read_province(folder)
    assert (result.province is None) == bool(result.problems)
    assert list(result.problems) == sorted(result.problems, key=lambda problem: (problem.file, problem.line))
    for problem in result.problems:
        assert problem.line >= 1
        assert problem.field
        assert problem.value.en
        assert problem.value.vi
        assert problem.allowed.en
        assert problem.allowed.vi
        content = (folder / problem.file).read_bytes()
        assert problem.line <= len(content.decode(errors="replace").splitlines()) + 1
        assert str(problem).startswith(f"{problem.file}:{problem.line}: ")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template with a weather file of one line, so that reading is fast."""
    return write_folder(tmp_path_factory.mktemp("bare"), {**template(), WEATHER: b"time\n"})


@pytest.mark.slow
@FAST
@given(mutation=mutations(tuple(FILES)))
def test_no_bytes_of_a_file_raise(bare: Path, mutation: tuple[str, bytes]) -> None:
    name, content = mutation
    write_folder(bare, {name: content})
    try:
        told_properly(bare)
    finally:
        write_folder(bare, {name: template()[name]})


@settings(FAST, max_examples=15)
@given(mutation=mutations((WEATHER,)))
def test_no_bytes_of_the_weather_raise(shared_folder: Path, mutation: tuple[str, bytes]) -> None:
    name, content = mutation
    write_folder(shared_folder, {name: content})
    try:
        told_properly(shared_folder)
    finally:
        write_folder(shared_folder, {name: template()[name]})


ANYTHING = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**20), 10**20),
        st.floats(),
        st.text(max_size=8),
        st.sampled_from(("base", "tender", "2026-01-01", "cpu-server", "ref:nowhere", "2027", "assumption: x")),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=6,
)


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path of plain data."""
    found = [path]
    steps = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in steps:
        found += places(value, (*path, step))
    return found


YAML_FILES = tuple(name for name in FILES if name.endswith(".yaml"))
DATA = {name: parse_yaml(template()[name].decode(), name).data for name in YAML_FILES}
PLACES = {name: places(data) for name, data in DATA.items()}


@pytest.mark.slow
@FAST
@given(name=st.sampled_from(YAML_FILES), choice=st.integers(0, 10**6), value=ANYTHING)
def test_no_value_in_any_place_raises(bare: Path, name: str, choice: int, value: Any) -> None:
    """Cross checks meet values of the wrong kind everywhere."""
    path = PLACES[name][choice % len(PLACES[name])]
    data = json.loads(json.dumps(DATA[name]))
    holder = {"root": data}
    step: Any = "root"
    target: Any = holder
    for following in path:
        target, step = target[step], following
    target[step] = value
    # JSON is YAML, except for numbers that are none and characters that YAML does not print.
    text = json.dumps(holder["root"], ensure_ascii=True).replace("NaN", ".nan").replace("Infinity", ".inf")
    assume("\\ud" not in text)
    write_folder(bare, {name: text.encode()})
    try:
        told_properly(bare)
    finally:
        write_folder(bare, {name: template()[name]})


@FAST
@given(number=st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_read_as_python_writes_them(number: float) -> None:
    read = parse_yaml(f"a: {number!r}\n", "x.yaml").data["a"]
    assert math.isclose(read, number, rel_tol=0, abs_tol=0)


@FAST
@given(value=ANYTHING)
def test_yaml_text_reads_what_json_writes(value: Any) -> None:
    text = json.dumps(value)
    assume("NaN" not in text)
    assume("Infinity" not in text)
    assume("\\ud" not in text)
    assert parse_yaml(text, "x.yaml").data == value
