"""JSON Schemas for editors agree with the reader."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from orchestrator.province import FILES, file_schema, schema_name
from orchestrator.province.yaml_text import parse_yaml
from tests.broken import template

YAML_FILES = [file for file in FILES if file.endswith(".yaml")]


def data_of(file: str) -> Any:
    return parse_yaml(template()[file].decode(), file).data


@pytest.mark.parametrize("file", FILES)
def test_schema_is_one(file: str) -> None:
    Draft202012Validator.check_schema(file_schema(file))
    assert file_schema(file)["title"] == file


@pytest.mark.parametrize("file", YAML_FILES)
def test_schema_accepts_the_template(file: str) -> None:
    Draft202012Validator(file_schema(file)).validate(data_of(file))


@pytest.mark.parametrize("file", YAML_FILES)
def test_schema_refuses_an_unknown_key(file: str) -> None:
    assert not Draft202012Validator(file_schema(file)).is_valid({**data_of(file), "surprise": 1})


def test_schema_refuses_a_source_in_no_form_and_a_year_that_is_none() -> None:
    validator = Draft202012Validator(file_schema("province.yaml"))
    data = data_of("province.yaml")
    assert validator.is_valid(data)
    wrong = copy.deepcopy(data)
    wrong["vat"]["source"] = "the law"
    assert not validator.is_valid(wrong)
    wrong = copy.deepcopy(data)
    wrong["policies"][0]["by_year"] = {"27": 1.4}
    assert not validator.is_valid(wrong)


def _short_day(data: Any) -> None:
    data["load_classes"][0]["weekday"].pop()


def _high_level(data: Any) -> None:
    data["programmes"][0]["security_level"] = 6


def _no_such_payer(data: Any) -> None:
    data["programmes"][0]["payer"] = "somebody"


def _incomplete_rule(data: Any) -> None:
    del data["programmes"][1]["sizing"]["officials"]


@pytest.mark.parametrize("change", [_short_day, _high_level, _no_such_payer, _incomplete_rule])
def test_schema_knows_bounds_choices_and_lengths(change: Callable[[Any], None]) -> None:
    data = data_of("services.yaml")
    change(data)
    assert not Draft202012Validator(file_schema("services.yaml")).is_valid(data)


def test_names_of_schema_files() -> None:
    assert schema_name("systems.csv") == "systems.schema.json"
    assert len({schema_name(file) for file in FILES}) == len(FILES)
