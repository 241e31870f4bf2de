"""The YAML reader: scalars of the core schema, lines, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import pytest

from orchestrator.province.paths import Path
from orchestrator.province.yaml_text import parse_yaml


def read(text: str) -> Any:
    parsed = parse_yaml(text, "x.yaml")
    assert parsed.problems == ()
    assert parsed.readable
    return parsed.data


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-12", -12),
        ("1_000_000", 1_000_000),
        ("12.5e9", 12.5e9),
        ("1e9", 1e9),
        (".5", 0.5),
        ("5.", 5.0),
        ("1_000.25", 1000.25),
        ("007", 7),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("22:30", "22:30"),
        ("2026-11-24", "2026-11-24"),
        ("no", "no"),
        ("on", "on"),
        ("N+1", "N+1"),
        ("2N", "2N"),
        ("e5", "e5"),
        (".", "."),
        ("1e", "1e"),
        ("_1", "_1"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("Cà Mau", "Cà Mau"),
        (">\n  two\n  lines\n", "two lines\n"),
    ],
)
def test_scalars(text: str, value: object) -> None:
    found = read(f"key: {text}")["key"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("text", "sign"), [(".inf", 1), ("-.inf", -1), ("+.INF", 1)])
def test_infinity_is_a_number_that_models_refuse(text: str, sign: int) -> None:
    assert read(f"key: {text}")["key"] == sign * math.inf


def test_nan_is_a_number_that_models_refuse() -> None:
    assert math.isnan(read("key: .NaN")["key"])


def test_every_place_has_its_line() -> None:
    text = "a: 1\nb:\n  - x\n  - c: 2\n    d: {e: 3,\n      f: 4}\ng: >\n  words\n"
    parsed = parse_yaml(text, "x.yaml")
    expected: dict[Path, int] = {
        (): 1,
        ("a",): 1,
        ("b",): 2,
        ("b", 0): 3,
        ("b", 1): 4,
        ("b", 1, "c"): 4,
        ("b", 1, "d"): 5,
        ("b", 1, "d", "e"): 5,
        ("b", 1, "d", "f"): 6,
        ("g",): 7,
    }
    assert parsed.lines == expected


def test_duplicate_key_keeps_the_first_value_and_tells_of_the_second() -> None:
    parsed = parse_yaml("a: {x: 1}\nb: 2\na:\n  x: 3\n  y: 4\n", "x.yaml")
    assert parsed.data == {"a": {"x": 1}, "b": 2}
    assert ("a", "y") not in parsed.lines
    assert [str(problem) for problem in parsed.problems] == [
        "x.yaml:3: a: written twice, each key once: it stands in line 1 already"
    ]
    assert parsed.readable


def test_same_year_as_number_and_text_is_a_duplicate() -> None:
    (problem,) = parse_yaml("2026: 1\n'2026': 2\n", "x.yaml").problems
    assert (problem.line, problem.field) == (2, "2026")


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ("a: &x 1\nb: *x\n", 2, "b"),
        ("a: !!int 1\n", 1, "a"),
        ("a: !secret 1\n", 1, "a"),
        ("a:\n\t- 1\n", 2, "syntax"),
        ("a: [1, 2\nb: 3\n", 2, "syntax"),
        ("a: 'x\n", 2, "syntax"),
        ("a: 1\n...\nb: 2\n", 3, "syntax"),
        ("? [a, b]\n: 1\n", 1, "syntax"),
        ("a: \x01\n", 1, "syntax"),
        ("a: 1\n---\nb: 2\n", 2, "document"),
        ("%YAML 9.0\n---\na: 1\n", 1, "syntax"),
    ],
)
def test_what_data_files_have_no_use_for_is_refused(text: str, line: int, field: str) -> None:
    parsed = parse_yaml(text, "x.yaml")
    assert not parsed.readable
    assert (parsed.problems[0].line, parsed.problems[0].field) == (line, field)


def test_alias_bomb_stays_small_and_is_told_once_for_each_anchor() -> None:
    levels = "\n".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9)}]" for n in range(1, 10))
    parsed = parse_yaml(f"k0: &k0 [x, x]\n{levels}\n", "x.yaml")
    assert [problem.value.en for problem in parsed.problems] == [f"the alias *k{n}" for n in range(9)]
    assert parsed.data["k9"] == [None] * 9


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_exhausts_no_stack(opening: str) -> None:
    parsed = parse_yaml(opening * 20_000, "x.yaml")
    assert not parsed.readable
    assert parsed.problems


def test_number_of_many_digits_is_a_text_that_nobody_computes() -> None:
    parsed = parse_yaml(f"a: {'9' * 5000}\n", "x.yaml")
    assert parsed.data == {"a": "9" * 5000}
    assert not parsed.problems
