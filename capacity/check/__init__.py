"""The independent checker: every rule of a plan recomputed by code that knows no model and no solver.

Rules of form are judged first; when one is broken nothing can be recomputed and the others are not judged. Each rule
is one function whose docstring states it in one sentence, and each has a test that makes it fail.
"""

from capacity.check.demand import DEMAND_RULES
from capacity.check.evidence import CheckViolation, Evidence, Rule, Tolerances
from capacity.check.form import FORM_RULES
from capacity.check.halls import HALL_RULES
from capacity.check.hours import HOUR_RULES
from capacity.check.money import MONEY_RULES
from capacity.check.network import NETWORK_FORM_RULES, NETWORK_RULES
from capacity.check.orders import ORDER_RULES
from capacity.check.policy import POLICY_RULES
from capacity.check.resilience import RESILIENCE_RULES
from capacity.demand.needs import Demand
from capacity.inputs.bundle import CapacityInputs
from capacity.plan import Plan

__all__ = ["RULES", "CheckViolation", "Tolerances", "check"]

_JUDGED_FIRST: tuple[Rule, ...] = (*FORM_RULES, *NETWORK_FORM_RULES)
_JUDGED_SECOND: tuple[Rule, ...] = (
    *DEMAND_RULES,
    *HALL_RULES,
    *ORDER_RULES,
    *HOUR_RULES,
    *NETWORK_RULES,
    *POLICY_RULES,
    *RESILIENCE_RULES,
    *MONEY_RULES,
)
RULES: tuple[Rule, ...] = (*_JUDGED_FIRST, *_JUDGED_SECOND)
"""Every rule, in the order in which it is judged; the name of the function is ``CheckViolation.rule``."""


def check(
    inputs: CapacityInputs,
    demand: Demand,
    plan: Plan,
    *,
    objective_vnd: float | None = None,
    tolerances: Tolerances | None = None,
) -> tuple[CheckViolation, ...]:
    """Judges a plan by every rule; empty when it holds. ``objective_vnd``: the total that the plan claims."""
    evidence = Evidence(inputs, demand, plan, tolerances or Tolerances(), objective_vnd)
    broken = tuple(violation for rule in _JUDGED_FIRST for violation in rule(evidence))
    return broken or tuple(violation for rule in _JUDGED_SECOND for violation in rule(evidence))
