"""Which of the seven ways (7R) a system goes, with the trace of the rules that led there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from policies.facts import Facts
from policies.register import RegisterId, Strategy
from policies.rules import compiled, evaluated, lacking_in, to_message


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class StrategyRule(_Record):
    """A way, and when it is recommended. ``known``: what must be known to say whether it is."""

    id: RegisterId
    strategy: Strategy
    known: str = "true"
    when: str
    reason_vi: str
    reason_en: str


class StrategiesFile(_Record):
    """The whole of ``strategies.yaml``: rules in the order in which they are asked."""

    source: str
    rules: Annotated[tuple[StrategyRule, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Step:
    """What one rule said: that it applies, that it does not, or that the facts ``lacking`` do not tell."""

    rule: StrategyRule
    outcome: Literal["applies", "does_not", "unknown"]
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The way of the first rule that applies, None when none does; every rule up to it. With an unknown one before it
    the recommendation is provisional.
    """

    strategy: Strategy | None
    trace: tuple[Step, ...]

    @property
    def is_provisional(self) -> bool:
        """Whether a rule before the one that applies could not be decided."""
        return any(step.outcome == "unknown" for step in self.trace)


def recommend(rules: Sequence[StrategyRule], facts: Facts) -> Recommendation:
    """The way that the rules recommend by some facts."""
    message = to_message(facts)
    trace: list[Step] = []
    for rule in rules:
        # a rule may apply by what is known although it does not know all
        if evaluated(compiled(rule.when), message):
            trace.append(Step(rule, "applies"))
            return Recommendation(rule.strategy, tuple(trace))
        if evaluated(compiled(rule.known), message):
            trace.append(Step(rule, "does_not"))
        else:
            trace.append(Step(rule, "unknown", lacking_in(rule.known, facts)))
    return Recommendation(None, tuple(trace))
