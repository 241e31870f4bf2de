"""One rule alone on a case, and what it tells; and cases of a few orders."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from typing import Any

from capacity.check.evidence import CheckViolation, Evidence, Rule, Tolerances
from capacity.inputs import CapacityInputs
from capacity.plan import Build, BuildKind, Placement, Plan, Rent
from tests.capacity.check.breakers import SITE, Case
from tests.factories import make_demand, make_inputs, make_pool, make_settings

YEARS = (2026, 2027, 2028)
NOTHING = Plan(YEARS, (), (), (), (), ())
ORDERED = dt.date(2026, 1, 31)


def evidence_of(case: Case) -> Evidence:
    """What the rules look at."""
    return Evidence(case.inputs, case.demand, case.plan, Tolerances(), case.objective_vnd)


def violations(rule: Rule, case: Case) -> list[CheckViolation]:
    """All that one rule tells of a case."""
    return list(rule(evidence_of(case)))


def told(rule: Rule, case: Case) -> dict[str, tuple[float, float]]:
    """Place -> (amount, allowed) of what one rule tells of a case."""
    return {found.where: (found.amount, found.allowed) for found in violations(rule, case)}


def order(kind: BuildKind, item: str, amount: float = 1, year: int = 2027, **fields: Any) -> Build:
    """For the small hall where the kind belongs to one."""
    hall = "chilled" if kind in ("module", "ups", "genset", "chiller", "server") else None
    values = {"site": SITE, "order_by": ORDERED, "hall": hall, **fields}
    return Build(kind=kind, item=item, amount=amount, year=year, **values)


@cache
def one_year() -> CapacityInputs:
    return make_inputs(settings=make_settings(policies=()))


def of(*builds: Build, placements: tuple[Placement, ...] = (), standbys: Any = (), **inputs: Any) -> Case:
    """Nothing but these orders; the State's room stands too."""
    plan = Plan(YEARS, builds, placements, (), (), (), standbys=standbys)
    return Case(make_inputs(**inputs) if inputs else one_year(), make_demand(), plan)


def in_2027(rule: Rule, case: Case) -> dict[str, tuple[float, float]]:
    return {where: pair for where, pair in told(rule, case).items() if where.endswith("2027")}


def of_2027(*rows: Placement, pools: tuple[Any, ...] = (), rents: tuple[Rent, ...] = (), **inputs: Any) -> Case:
    """Nothing but these rows, with demand in 2027 alone."""
    chosen = [
        replace(pool, amounts={name: (0.0, values[1], 0.0) for name, values in pool.amounts.items()})
        for pool in pools or (make_pool(),)
    ]
    return Case(make_inputs(**inputs), make_demand(*chosen), replace(NOTHING, placements=rows, rents=rents))
