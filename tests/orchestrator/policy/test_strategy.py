"""Which of the seven ways a system goes, with the trace of the rules."""

from __future__ import annotations

import datetime as dt

import pytest

from orchestrator.policy.catalogue import strategy_rules
from policies import recommend
from policies.facts import Facts, SurveyFacts, SystemFacts
from policies.register import Strategy

SURVEYED = {"vendor_supported": "yes", "source_available": "yes", "offered_as_service": "no", "in_use": "yes"}


def facts(hosting: str = "room", **survey: str) -> Facts:
    given = {**SURVEYED, "runs_on": "vm", "place_is_eligible": "no", **survey}
    return Facts(dt.date(2026, 11, 24), system=SystemFacts(hosting=hosting), survey=SurveyFacts(**given))


@pytest.mark.parametrize(
    ("given", "strategy", "rule"),
    [
        (facts("ministry"), "retain", "run-by-a-ministry"),
        (facts(in_use="no"), "retire", "replaced"),
        (facts(replaced_by="lgsp-moi"), "retire", "replaced"),
        (facts("cloud", place_is_eligible="yes"), "retain", "in-an-eligible-cloud"),
        (facts("cloud"), "relocate", "in-another-cloud"),
        (facts(offered_as_service="yes"), "repurchase", "offered-as-a-service"),
        (facts(vendor_supported="no"), "refactor", "foundation-without-support"),
        (facts(runs_on="physical"), "replatform", "bound-to-a-machine"),
        (facts(runs_on="container"), "replatform", "bound-to-a-machine"),
        (facts(), "rehost", "virtual-machine"),
        (facts(vendor_supported="no", source_available="no"), "rehost", "virtual-machine"),
    ],
)
def test_the_first_rule_that_applies_recommends(given: Facts, strategy: Strategy, rule: str) -> None:
    found = recommend(strategy_rules(), given)
    assert (found.strategy, found.trace[-1].rule.id) == (strategy, rule)
    assert not found.is_provisional
    assert [step.outcome for step in found.trace[:-1]] == ["does_not"] * (len(found.trace) - 1)
    assert [step.rule for step in found.trace] == list(strategy_rules()[: len(found.trace)])


def test_a_recommendation_after_an_undecided_rule_is_provisional() -> None:
    found = recommend(strategy_rules(), facts(offered_as_service=""))
    assert found.strategy == "rehost"
    assert found.is_provisional
    (undecided,) = [step for step in found.trace if step.outcome == "unknown"]
    assert (undecided.rule.id, undecided.lacking) == ("offered-as-a-service", ("survey.offered_as_service",))


def test_without_a_survey_there_is_no_recommendation() -> None:
    found = recommend(strategy_rules(), Facts(dt.date(2026, 11, 24), system=SystemFacts(hosting="room")))
    assert found.strategy is None
    assert len(found.trace) == len(strategy_rules())
    assert all(step.lacking for step in found.trace if step.outcome == "unknown")


def test_every_one_of_the_seven_ways_is_recommended_by_some_rule() -> None:
    ways = {rule.strategy for rule in strategy_rules()}
    assert ways == {"retain", "retire", "rehost", "replatform", "refactor", "repurchase", "relocate"}
