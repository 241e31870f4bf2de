"""What rules say of facts."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from policies.facts import IN_A_CLUSTER, KINDS, UNKNOWN, Facts, FieldKind, fields_of
from policies.rules.expressions import Expression, ExpressionError, compiled, evaluated, read_by, to_message
from policies.rules.rule import Outcome, Point, Rule, Subject

_PLACE = re.compile(r"\{([a-z_]+)(?:\.([a-z_]+))?\}")


class RuleError(NamedTuple):
    """A field of a rule that cannot be used: ``value`` is what stands there, ``reason`` why not."""

    rule: str
    field: str
    value: str
    reason: str


class Decided(NamedTuple):
    """A rule's outcome: of one that is broken its messages, of one that cannot be decided the facts that lack."""

    outcome: Outcome
    message_vi: str = ""
    message_en: str = ""
    lacking: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of one subject on a day. ``until``: the end of the waiver of one that is waived."""

    rule: Rule
    subject_id: str
    decided: Decided
    until: dt.date | None = None

    @property
    def outcome(self) -> Outcome:
        """The outcome alone."""
        return self.decided.outcome


class RuleSet:
    """Rules with their compiled expressions."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Raises ValueError with the first of ``errors_of``."""
        self.rules = tuple(rules)
        for error in errors_of(self.rules):
            raise ValueError(f"rule {error.rule}: {error.field}: {error.value}: {error.reason}")
        self._compiled = {rule.id: _expressions(rule) for rule in self.rules}

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    def get(self, name: str) -> Rule | None:
        """The rule of that id."""
        return next((rule for rule in self.rules if rule.id == name), None)

    def at(self, point: Point, subjects: Iterable[Subject]) -> tuple[Rule, ...]:
        """The rules that are asked at a point about such subjects."""
        wanted = set(subjects)
        return tuple(rule for rule in self.rules if point in rule.points and rule.subject in wanted)

    def decide(self, rule: Rule, facts: Facts, *, waived_until: dt.date | None = None) -> Decided:
        """What a rule says. A waiver is in force through the day before ``waived_until``."""
        if not rule.in_force(facts.today):
            return Decided("not_applicable")
        applies, known, holds = self._compiled[rule.id]
        message = to_message(facts)
        if not evaluated(applies, message):
            return Decided("not_applicable")
        is_waived = waived_until is not None and facts.today < waived_until
        if not evaluated(known, message):
            return Decided("waived" if is_waived else "unknown", lacking=lacking_in(rule.known, facts))
        if evaluated(holds, message):
            return Decided("holds")
        outcome: Outcome = "waived" if is_waived else "broken"
        return Decided(outcome, filled(rule.message_vi, facts), filled(rule.message_en, facts))


def errors_of(rules: Iterable[Rule]) -> Iterator[RuleError]:
    """All that keeps rules from being used: expressions, places in messages, facts of examples, ids given twice."""
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            yield RuleError(rule.id, "id", rule.id, "another rule has this id")
        seen.add(rule.id)
        for field in ("applies", "known", "holds"):
            try:
                compiled(getattr(rule, field))
            except ExpressionError as error:
                yield RuleError(rule.id, field, error.expression, error.reason)
                continue
            foreign = {name.split(".")[0] for name in read_by(getattr(rule, field))} - IN_A_CLUSTER
            if "cluster" in rule.points and foreign:
                may = f"a rule with a point in a cluster may read {', '.join(sorted(IN_A_CLUSTER))} only"
                yield RuleError(rule.id, field, ", ".join(sorted(foreign)), may)
        for field in ("message_vi", "message_en"):
            for kind, name in _PLACE.findall(getattr(rule, field)):
                if not _is_fact(kind, name):
                    yield RuleError(rule.id, field, f"{{{kind}.{name}}}", "no such fact")
        for place, example in enumerate(rule.examples):
            for kind, fields in example.given.items():
                for name, value in fields.items():
                    reason = _misfit(kind, name, value)
                    if reason:
                        yield RuleError(rule.id, f"examples[{place}].given.{kind}.{name}", str(value), reason)


def facts_of(example_today: dt.date, given: Mapping[str, Mapping[str, Any]]) -> Facts:
    """The facts of an example, a case or a fixture: what is not given is unknown."""
    records = {
        kind: KINDS[kind](**{name: _as_fact(value) for name, value in fields.items()}) for kind, fields in given.items()
    }
    return Facts(example_today, **records)  # type: ignore[arg-type]


def filled(message: str, facts: Facts) -> str:
    """A message with its places filled by facts."""

    def fact(place: re.Match[str]) -> str:
        kind, name = place[1], place[2]
        if kind == "today":
            return facts.today.isoformat()
        value = getattr(getattr(facts, kind), name)
        return ", ".join(value) if isinstance(value, tuple) else str(value)

    return _PLACE.sub(fact, message)


def lacking_in(expression: str, facts: Facts) -> tuple[str, ...]:
    """The facts that an expression reads and nobody has stated."""
    names = sorted(read_by(expression) - {"today"})
    values = {name: getattr(getattr(facts, name.split(".")[0]), name.split(".")[1]) for name in names}
    return tuple(name for name, value in values.items() if value in ("", (), UNKNOWN))


def _expressions(rule: Rule) -> tuple[Expression, Expression, Expression]:
    return compiled(rule.applies), compiled(rule.known), compiled(rule.holds)


def _is_fact(kind: str, name: str) -> bool:
    return (kind, name) == ("today", "") or (kind in KINDS and name in fields_of(KINDS[kind]))


def _as_fact(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    return tuple(value) if isinstance(value, list) else value


def _misfit(kind: str, name: str, value: Any) -> str | None:
    """Why a value cannot stand for a fact."""
    if not _is_fact(kind, name) or name == "":
        known = sorted(fields_of(KINDS[kind])) if kind in KINDS else sorted(KINDS)
        return f"no such fact; known are {', '.join(known)}"
    wanted = fields_of(KINDS[kind])[name]
    fact = _as_fact(value)
    fits = {
        FieldKind.TEXT: isinstance(fact, str),
        FieldKind.NUMBER: isinstance(fact, int) and not isinstance(fact, bool),
        FieldKind.SHARE: isinstance(fact, int | float) and not isinstance(fact, bool),
        FieldKind.TRUTH: isinstance(fact, bool),
        FieldKind.TEXTS: isinstance(fact, tuple) and all(isinstance(part, str) for part in fact),
    }
    return None if fits[wanted] else f"{wanted.name.lower()} is expected"
