"""One golden file per constraint: what it adds to a small model, in full."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from capacity.model import build, demand_charge, money, placement, policy, resilience, standby, supply
from capacity.model.blocks import build_block
from tests.golden.cases import CASES, CASES_OF
from tests.golden.rendering import golden_text

HERE = Path(__file__).parent
CONSTRAINTS: tuple[Callable[..., Any], ...] = (
    *build.MASTER_CONSTRAINTS,
    build_block,
    *build.BLOCK_CONSTRAINTS,
    policy.programmes_stand_in_the_province,
    *build.MONEY,
)


def without_golden_file(constraints: tuple[Callable[..., Any], ...], folder: Path) -> list[str]:
    """Constraints of which the folder has no golden file."""
    return [function.__name__ for function in constraints if not (folder / f"{function.__name__}.lp").is_file()]


@pytest.mark.parametrize("constraint", CONSTRAINTS, ids=lambda function: str(function.__name__))
def test_constraint_adds_what_its_golden_file_says(constraint: Callable[..., Any], update_golden: bool) -> None:
    path, text = HERE / f"{constraint.__name__}.lp", golden_text(constraint)
    if update_golden:
        path.write_text(text, encoding="utf-8")
    assert text.splitlines() == path.read_text(encoding="utf-8").splitlines()


def test_every_constraint_has_a_golden_file() -> None:
    assert without_golden_file(CONSTRAINTS, HERE) == []


def test_a_constraint_without_a_golden_file_is_told() -> None:
    def new_rule() -> None: ...

    assert without_golden_file((*CONSTRAINTS, new_rule), HERE) == ["new_rule"]


def test_no_golden_file_is_left_of_a_constraint_that_is_gone() -> None:
    assert {path.stem for path in HERE.glob("*.lp")} <= {function.__name__ for function in CONSTRAINTS}


def test_every_constraint_and_case_is_used() -> None:
    assert set(CASES_OF) == {function.__name__ for function in CONSTRAINTS}
    assert {case for cases in CASES_OF.values() for case in cases} == set(CASES)


@pytest.mark.parametrize("constraint", CONSTRAINTS, ids=lambda function: str(function.__name__))
def test_every_case_of_a_golden_file_shows_something(constraint: Callable[..., Any]) -> None:
    sections = golden_text(constraint).split("\\ case ")
    assert len(sections) == 1 + len(CASES_OF[constraint.__name__])
    assert all(len(section.splitlines()) > 2 for section in sections[1:])


@pytest.mark.parametrize(
    "module",
    [placement, supply, policy, demand_charge, resilience, standby, money],
    ids=lambda module: str(module.__name__),
)
def test_every_public_function_that_changes_the_model_is_registered(module: object) -> None:
    changing = {
        function.__name__
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == getattr(module, "__name__", "")
        and not name.startswith("_")
        and inspect.signature(function).return_annotation == "None"
    }
    assert changing <= {function.__name__ for function in CONSTRAINTS}
    assert changing


@pytest.mark.parametrize("constraint", CONSTRAINTS, ids=lambda function: str(function.__name__))
def test_a_constraint_states_its_rule_in_one_sentence(constraint: Callable[..., Any]) -> None:
    first = (constraint.__doc__ or "").strip().splitlines()[0]
    assert first.endswith(".")
    assert ". " not in first
