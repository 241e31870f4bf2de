"""The table of cases at the points that need no cluster: the register, and resources that are to be made."""

from __future__ import annotations

import dataclasses
from collections import defaultdict

import pytest

from orchestrator.policy import rule_set
from policies.facts import Facts
from policies.rules import Point
from tests.policies.cases import PolicyCase, policy_cases

CASES = policy_cases()
KINDS_OF_RULES = {"encryption-at-rest": "volume", "ipv6": "service"}
"""Rules about one kind of resource; of a system as it stands they are asked too."""


def says(case: PolicyCase, point: Point, facts: Facts) -> dict[str, set[str]]:
    """Rules that refuse (deny) and warn at a point, by severity; unknown counts as broken."""
    rules = rule_set()
    found: dict[str, set[str]] = defaultdict(set)
    for rule in rules.at(point, ("system", "resource")):
        decided = rules.decide(rule, facts, waived_until=case.waived.get(rule.id))
        if decided.outcome in ("broken", "unknown"):
            found[rule.severity].add(rule.id)
    return found


def test_there_are_at_least_60_cases_and_their_names_differ() -> None:
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)


def test_every_rule_with_a_point_in_a_cluster_refuses_or_warns_somewhere() -> None:
    told = {rule for case in CASES for rule in case.refused | case.warned}
    assert told == {rule.id for rule in rule_set() if "cluster" in rule.points}
    for rule in told:
        assert any(rule not in case.refused | case.warned for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_resource_that_is_to_be_made(case: PolicyCase) -> None:
    found = says(case, "preview", case.facts)
    assert found["deny"] == case.refused
    assert found["warn"] == case.warned


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_same_system_as_it_stands(case: PolicyCase) -> None:
    """At the register a system is asked of all that holds it; of a volume or service only what is about one."""
    stands = dataclasses.replace(case.facts, resource=dataclasses.replace(case.facts.resource, kind="system"))
    found = says(case, "register", stands)
    about = {rule for rule, kind in KINDS_OF_RULES.items() if kind != case.facts.resource.kind} | {"cloud-first-new"}
    if case.facts.resource.kind != "tenant":
        about |= {"log-retention", "provider-logs", "backup-separate", "backup-3-2-1", "encryption-in-transit"}
    assert found["deny"] - about == case.refused
    assert found["warn"] - about == case.warned
