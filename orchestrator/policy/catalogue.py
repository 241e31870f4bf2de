"""Reads the catalogue of rules and of level criteria that comes with the program, as files of a province are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TypeVar

from pydantic import BaseModel

from orchestrator.province import InvalidProvinceError, Problem, Text
from orchestrator.province.nodes import Source
from orchestrator.province.paths import Path
from orchestrator.province.plain_text import decoded
from orchestrator.province.problems import plain, sorted_problems
from orchestrator.province.validation import validate_file
from orchestrator.province.yaml_text import parse_yaml
from policies.evidence import FreshnessFile
from policies.levels import CriteriaSet, LevelsFile
from policies.rules import ExpressionError, Rule, RuleSet, RulesFile, compiled, errors_of
from policies.strategy import StrategiesFile, StrategyRule

LEVELS_FILE = "levels.yaml"
FRESHNESS_FILE = "freshness.yaml"
STRATEGIES_FILE = "strategies.yaml"
_USABLE = Text("an expression over the facts that rules may read", "biểu thức trên các dữ kiện mà quy tắc được đọc")
_Model = TypeVar("_Model", bound=BaseModel)


@cache
def rule_set() -> RuleSet:
    """The rules of the catalogue. Raises InvalidProvinceError with all that is wrong with it."""
    return RuleSet(read_rules(_catalogue()))


@cache
def criteria_sets() -> tuple[CriteriaSet, ...]:
    """The criteria of the levels, oldest first. Raises InvalidProvinceError."""
    file = _catalogue() / LEVELS_FILE
    source = _parsed(file)
    levels = _checked(LevelsFile, source, file.name)
    expressions: dict[Path, str] = {
        ("sets", place, "criteria", number, "when"): criterion.when
        for place, each in enumerate(levels.sets)
        for number, criterion in enumerate(each.criteria)
    }
    _refuse(_uncompiled(source, expressions))
    return tuple(sorted(levels.sets, key=lambda each: each.effective_from))


@cache
def freshness() -> FreshnessFile:
    """For how many days what a collector saw is believed. Raises InvalidProvinceError."""
    file = _catalogue() / FRESHNESS_FILE
    return _checked(FreshnessFile, _parsed(file), file.name)


@cache
def strategy_rules() -> tuple[StrategyRule, ...]:
    """The rules of the seven ways, in the order in which they are asked. Raises InvalidProvinceError."""
    file = _catalogue() / STRATEGIES_FILE
    source = _parsed(file)
    rules = _checked(StrategiesFile, source, file.name).rules
    fields = ("known", "when")
    expressions: dict[Path, str] = {
        ("rules", place, name): getattr(rule, name) for place, rule in enumerate(rules) for name in fields
    }
    _refuse(_uncompiled(source, expressions))
    return rules


def _uncompiled(source: Source, expressions: Mapping[Path, str]) -> list[Problem]:
    """The expressions, by their paths, that are not of the subset."""
    problems = []
    for path, text in expressions.items():
        try:
            compiled(text)
        except ExpressionError as error:
            problems.append(source.problem(path, plain(error.expression), _unusable(error.reason)))
    return problems


def read_rules(folder: Traversable) -> tuple[Rule, ...]:
    """The rules of a folder, by file and place, without other data of the catalogue. Raises InvalidProvinceError."""
    files = sorted((each for each in folder.iterdir() if each.name.endswith(".yaml")), key=lambda each: each.name)
    found: list[Rule] = []
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    for file in files:
        if file.name in (FRESHNESS_FILE, LEVELS_FILE, STRATEGIES_FILE):
            continue
        try:
            source = _parsed(file)
            rules = _checked(RulesFile, source, file.name).rules
        except InvalidProvinceError as error:
            problems += error.problems
            continue
        sources |= {rule.id: source for rule in rules}
        found += rules
    problems += rule_problems(found, sources)
    _refuse(problems)
    return tuple(found)


def rule_problems(rules: list[Rule], sources: dict[str, Source]) -> Iterator[Problem]:
    """What keeps rules from being used, at their lines; ``sources`` by rule id."""
    for error in errors_of(rules):
        source = sources[error.rule]
        place = [rule["id"] for rule in source.data["rules"]].index(error.rule)
        field = error.field.split(".")[0].split("[")[0]
        problem = source.problem(("rules", place, field), plain(error.value), _unusable(error.reason))
        yield Problem(problem.file, problem.line, f"rules[{error.rule}].{error.field}", problem.value, problem.allowed)


def _unusable(reason: str) -> Text:
    return Text(f"{_USABLE.en}: {reason}", f"{_USABLE.vi}: {reason}")


def _catalogue() -> Traversable:
    return resources.files("policies") / "catalogue"


def _parsed(file: Traversable) -> Source:
    text = decoded(file.read_bytes(), file.name)
    if not isinstance(text, str):
        raise InvalidProvinceError(file.name, tuple(text))
    parsed = parse_yaml(text, file.name)
    _refuse(parsed.problems)
    return Source(file.name, parsed.data, parsed.lines)


def _checked(model: type[_Model], source: Source, name: str) -> _Model:
    value, problems = validate_file(model, source)
    _refuse(problems)
    if value is None:
        raise InvalidProvinceError(name, tuple(problems))
    return value


def _refuse(problems: list[Problem] | tuple[Problem, ...]) -> None:
    if problems:
        raise InvalidProvinceError("catalogue", sorted_problems(problems))
