"""The examples that rules carry, run as tests."""

from __future__ import annotations

from typing import NamedTuple

from policies.rules import RuleSet, facts_of


class Failure(NamedTuple):
    """An example of which a rule says something else."""

    rule: str
    example: str
    expected: str
    found: str


def failures(rules: RuleSet) -> tuple[Failure, ...]:
    """The examples that do not come out as they say."""
    found = []
    for rule in rules:
        for example in rule.examples:
            facts = facts_of(example.today, example.given)
            outcome = rules.decide(rule, facts, waived_until=example.waived_until).outcome
            if outcome != example.expect:
                found.append(Failure(rule.id, example.name, example.expect, outcome))
    return tuple(found)
