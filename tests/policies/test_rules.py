"""Expressions over facts: what is refused when a rule is loaded, and what rules say."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from policies.facts import KINDS, Facts, FieldKind, SystemFacts, ZoneFacts, fields_of
from policies.rules import ExpressionError, Rule, RuleSet, compiled, errors_of, evaluated, facts_of, read_by, to_message

DAY = dt.date(2026, 11, 24)
EXAMPLES = [
    {"name": "yes", "today": "2026-11-24", "given": {"system": {"security_level": 3}}, "expect": "holds"},
    {"name": "no", "today": "2026-11-24", "given": {"system": {"security_level": 1}}, "expect": "broken"},
]


def rule(**changes: Any) -> Rule:
    return Rule.model_validate(
        {
            "id": "at-least-3",
            "name_vi": "Cấp độ ít nhất là 3",
            "name_en": "The level is 3 at least",
            "message_vi": "Hệ thống {system.id} cấp độ {system.security_level} ngày {today}",
            "message_en": "System {system.id} has level {system.security_level} on {today}",
            "severity": "deny",
            "subject": "system",
            "points": ["register", "preview", "cluster"],
            "valid_from": "2026-01-01",
            "applies": "true",
            "known": "variables.system.security_level > 0",
            "holds": "variables.system.security_level >= 3",
            "citations": [
                {
                    "document": "Nghị định 1/2026/NĐ-CP",
                    "article": "Điều 1",
                    "title_vi": "Một nghị định",
                    "effective_from": "2026-01-01",
                    "confidence": "low",
                }
            ],
            "examples": EXAMPLES,
            **changes,
        }
    )


def says(text: str, facts: Facts) -> bool:
    return evaluated(compiled(text), to_message(facts))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("variables.system.levl >= 3", "undefined field 'levl' not found in struct 'facts.SystemFacts'"),
        ("variables.sistem.id == ''", "undefined field 'sistem'"),
        ("system.security_level >= 3", "undeclared reference to 'system.security_level'"),
        ("variables.system.security_level >= 3.0", "no matching overload"),
        ("variables.system.security_level == '3'", "no matching overload"),
        ("variables.system.security_level", "a truth is expected, this gives INT"),
        ("timestamp(variables.today) > timestamp('2026-01-01T00:00:00Z')", "undeclared reference to 'timestamp'"),
        ("variables.system.id.matches('a.*')", "undeclared reference to 'matches'"),
        ("variables.system.id + 'a' == 'ba'", "undeclared reference to '_+_'"),
        ("size(variables.system.id) == 3", "no matching overload"),
        ("variables.system.data_classes.map(c, c).exists(c, c == 'a')", "undeclared reference"),
        ("has(variables.system.id)", "undeclared reference to 'has'"),
        ("now() > variables.today", "undeclared reference to 'now'"),
        ("variables.today >", "Syntax error"),
    ],
)
def test_what_is_not_of_the_subset_is_refused_when_it_is_compiled(text: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compiled(text)
    assert reason in caught.value.reason
    assert "\n" not in caught.value.reason


def test_a_rule_set_with_an_unknown_field_is_not_made() -> None:
    with pytest.raises(ValueError, match=r"rule at-least-3: holds: .*undefined field 'levl'"):
        RuleSet([rule(holds="variables.system.levl >= 3")])


def test_all_errors_of_rules_are_told_at_once() -> None:
    example = {"name": "x", "today": "2026-01-01", "given": {"system": {"levl": 3, "id": 5}, "sys": {"id": "a"}}}
    broken = rule(
        applies="now()", holds="1", message_vi="{system.levl}",
        examples=[*EXAMPLES, {**example, "expect": "holds"}],
    )  # fmt: skip
    found = [(error.rule, error.field) for error in errors_of([broken, broken])]
    each = [
        ("at-least-3", "applies"),
        ("at-least-3", "holds"),
        ("at-least-3", "message_vi"),
        ("at-least-3", "examples[2].given.system.levl"),
        ("at-least-3", "examples[2].given.system.id"),
        ("at-least-3", "examples[2].given.sys.id"),
    ]
    assert found == [*each, ("at-least-3", "id"), *each]


@pytest.mark.parametrize("kind", ["survey", "site", "province"])
def test_what_is_known_of_no_object_is_not_read_in_a_cluster(kind: str) -> None:
    field = {"survey": "in_use == ''", "site": "is_new", "province": "new_on_cloud > 0.5"}[kind]
    (error,) = errors_of([rule(applies=f"variables.{kind}.{field}")])
    assert (error.field, error.value) == ("applies", kind)
    assert "may read agency, resource, system, today, zone only" in error.reason
    assert list(errors_of([rule(applies=f"variables.{kind}.{field}", points=["register"])])) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"subject": "province"}, "a rule about a province has no point in a cluster"),
        ({"valid_to": "2026-01-01"}, "must be after valid_from"),
        ({"examples": [EXAMPLES[0], EXAMPLES[0]]}, "in which the rule holds and one in which it is broken"),
        ({"hodls": "true"}, "Extra inputs are not permitted"),
        ({"citations": []}, "at least 1 item"),
    ],
)
def test_a_rule_that_is_not_whole_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        rule(**changes)


@pytest.mark.parametrize(
    ("day", "level", "waived", "outcome"),
    [
        (DAY, 3, None, "holds"),
        (DAY, 2, None, "broken"),
        (DAY, 2, dt.date(2026, 11, 25), "waived"),
        (DAY, 2, DAY, "broken"),
        (DAY, 3, dt.date(2026, 11, 25), "holds"),
        (DAY, -1, None, "unknown"),
        (DAY, -1, dt.date(2026, 11, 25), "waived"),
        (dt.date(2025, 12, 31), 2, None, "not_applicable"),
    ],
)
def test_what_a_rule_says(day: dt.date, level: int, waived: dt.date | None, outcome: str) -> None:
    rules = RuleSet([rule()])
    facts = Facts(day, system=SystemFacts(id="gis", security_level=level))
    decided = rules.decide(rules.rules[0], facts, waived_until=waived)
    assert decided.outcome == outcome
    if outcome == "broken":
        assert decided.message_vi == "Hệ thống gis cấp độ 2 ngày 2026-11-24"
    assert decided.lacking == (("system.security_level",) if level == -1 else ())


def test_texts_are_counted_in_letters_and_compared_as_dates() -> None:
    facts = Facts(DAY, system=SystemFacts(data_classes=("công khai", "nội bộ")))
    assert says("size(variables.system.data_classes) == 2 && 'nội bộ' in variables.system.data_classes", facts)
    assert says("variables.today >= '2026-11-24' && variables.today < '2026-11-25'", facts)


def test_facts_that_nobody_gives_are_unknown() -> None:
    for name, record in KINDS.items():
        for field, kind in fields_of(record).items():
            empty = {
                FieldKind.TEXT: f"variables.{name}.{field} == ''",
                FieldKind.NUMBER: f"variables.{name}.{field} == -1",
                FieldKind.SHARE: f"variables.{name}.{field} == -1.0",
                FieldKind.TRUTH: f"!variables.{name}.{field}",
                FieldKind.TEXTS: f"size(variables.{name}.{field}) == 0",
            }
            assert says(empty[kind], Facts(DAY)), (name, field)


def test_facts_of_examples_are_those_that_are_given() -> None:
    facts = facts_of(DAY, {"system": {"data_classes": ["public"]}, "zone": {"country": "VN"}})
    assert facts == Facts(DAY, system=SystemFacts(data_classes=("public",)), zone=ZoneFacts(country="VN"))


def test_the_facts_that_an_expression_reads() -> None:
    text = "variables.today > '2026' && variables.system.security_level > 1 || 'a' in variables.resource.ip_families"
    assert read_by(text) == {"today", "system.security_level", "resource.ip_families"}
