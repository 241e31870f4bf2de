"""One rule alone on a case, and what it tells."""

from __future__ import annotations

from capacity.check.evidence import CheckViolation, Evidence, Rule, Tolerances
from tests.capacity.check.breakers import Case


def evidence_of(case: Case) -> Evidence:
    """What the rules look at."""
    return Evidence(case.inputs, case.demand, case.plan, Tolerances(), case.objective_vnd)


def violations(rule: Rule, case: Case) -> list[CheckViolation]:
    """All that one rule tells of a case."""
    return list(rule(evidence_of(case)))


def told(rule: Rule, case: Case) -> dict[str, tuple[float, float]]:
    """Place -> (amount, allowed) of what one rule tells of a case."""
    return {found.where: (found.amount, found.allowed) for found in violations(rule, case)}
