"""``stochastic.json``: a plan for several scenarios, what it does in each, and how it fares in unseen ones."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from capacity.accounts import Accounts
from capacity.check import CheckViolation
from capacity.demand import compute_demand
from capacity.plan import ScenarioPlan
from orchestrator.document import Document, dumps
from orchestrator.document.accounts_tables import plain, record
from orchestrator.document.labels import labels
from orchestrator.document.writing import write_together
from orchestrator.draws import Case
from orchestrator.stochastic import Recourse, StochasticPlan

STOCHASTIC_FILE = "stochastic.json"
STOCHASTIC_SCHEMA = "camau-dc/stochastic/1"


def write_stochastic(out: Path, document: Document, plans: Mapping[Path, str] | None = None) -> Path:
    """Writes the document into a folder, and the ``plans`` of its scenarios: all or nothing. Raises OSError."""
    file = out / STOCHASTIC_FILE
    write_together({**(plans or {}), file: dumps(document)})
    return file


def stochastic_document(plan: StochasticPlan, places: Mapping[str, str] | None = None) -> Document:
    """The document; what there is no plan for is null. Money in VND of the price year, present value.

    ``places``: the plan documents of scenarios by their names, as paths from the folder of this one.
    """
    result, inputs = plan.result, plan.inputs
    first = result.scenarios[0].plan
    return {
        "schema": STOCHASTIC_SCHEMA,
        "inputs_digest": inputs.digest,
        "as_of": inputs.settings.as_of.isoformat(),
        "price_year": inputs.settings.price_year,
        "status": result.status,
        "objective_vnd": result.objective_vnd,
        "bound_vnd": result.bound_vnd,
        "gap": result.gap,
        "expected_vnd": result.expected_vnd,
        "cvar_vnd": result.cvar_vnd,
        "risk": {"weight": plan.request.risk.weight, "tail": plan.request.risk.tail},
        "hours": result.hours,
        "seconds": round(result.seconds, 3),
        "peak_memory_mib": round(result.peak_memory_mib, 1),
        "seed": result.seed,
        "method": result.method,
        "versions": dict(result.versions),
        "drawn": plan.request.draw,
        "considered": len(plan.all_cases),
        "scenarios": _scenarios(plan, places or {}),
        "orders": None if first is None else [_plain(build) for build in first.builds],
        "shadow_prices": [_plain(price) for price in result.shadow_prices],
        "shadow_prices_doubt_vnd": plain(result.shadow_prices_doubt_vnd),
        "violation_vnd": result.violation_vnd,
        "violation_bound_vnd": result.violation_bound_vnd,
        "value": _value(plan),
        "test": _test(plan),
        "labels": labels(inputs, compute_demand(inputs)),
    }


def _plain(value: object) -> dict[str, Any]:
    return {name: plain(field) for name, field in record(value).items()}


def _scenarios(plan: StochasticPlan, places: Mapping[str, str]) -> list[dict[str, Any]]:
    rows = []
    for index, (case, scenario) in enumerate(zip(plan.cases, plan.result.scenarios, strict=True)):
        accounts = plan.accounts[index] if plan.accounts else None
        stands_for = [
            each.name
            for each, owner in zip(plan.all_cases, plan.reduction.stands_for, strict=True)
            if owner == index and each.name != case.name
        ]
        place = places.get(case.name) if accounts is not None else None
        rows.append({**_scenario(case, scenario, accounts, stands_for), "plan": place})
    return rows


def _scenario(case: Case, scenario: ScenarioPlan, accounts: Accounts | None, stands_for: list[str]) -> dict[str, Any]:
    return {
        "name": case.name,
        "probability": case.probability,
        "stands_for": stands_for,
        "values": dict(case.values),
        "cost_vnd": scenario.cost_vnd,
        "years": None if accounts is None else _years(accounts),
        "violations": [_plain(violation) for violation in scenario.violations],
    }


def _years(accounts: Accounts) -> list[dict[str, Any]]:
    """What answers to the scenario, by year: rent, the largest hour of all sites, and the shares of new sites."""
    rows = []
    for year in accounts.years:
        of_year = next(row for row in accounts.province_years if (row.year, row.scope) == (year, "new"))
        sites = [row for row in accounts.site_years if row.year == year]
        rows.append(
            {
                "year": year,
                "rent_vnd": plain(sum(row.vnd for row in accounts.rents if row.year == year)),
                "peak_grid_mw": plain(sum(row.peak_grid_mw for row in sites)),
                "peak_it_mw": plain(sum(row.peak_it_mw for row in sites)),
                "renewable_share": plain(of_year.renewable_share),
                "hourly_carbon_free": plain(of_year.hourly_carbon_free),
                "tco2_location": plain(of_year.tco2_location),
            }
        )
    return rows


def _recourse(recourse: Recourse) -> dict[str, Any]:
    return {
        "name": recourse.case.name,
        "values": dict(recourse.case.values),
        "status": recourse.status,
        "cost_vnd": recourse.cost_vnd,
        "missed": [_missed(violation) for violation in recourse.missed],
    }


def _missed(violation: CheckViolation) -> dict[str, Any]:
    """What the checker found; an amount that is none (a PUE without IT load) is null."""
    amount = violation.amount if math.isfinite(violation.amount) else None
    return {**record(violation), "amount": amount}


def _value(plan: StochasticPlan) -> dict[str, Any] | None:
    """What the base plan's orders come to in the scenarios, and what is saved against them, as far as that is known."""
    if plan.base is None:
        return None
    costs = [recourse.cost_vnd for recourse in plan.of_base]
    objective = None
    if costs and all(cost is not None for cost in costs):
        weights = np.array([case.probability for case in plan.cases])
        objective = plan.request.risk.value(np.array(costs, dtype=np.float64), weights)
    own = plan.result.objective_vnd
    return {
        "base_status": plan.base.status,
        "base_objective_vnd": plan.base.objective_vnd,
        "objective_vnd": objective,
        "saved_vnd": None if objective is None or own is None else objective - own,
        "scenarios": [_recourse(recourse) for recourse in plan.of_base],
    }


def _test(plan: StochasticPlan) -> dict[str, Any] | None:
    """How the plan's orders fare in scenarios that it was not made for: those left out, and unseen ones."""
    if not plan.tested:
        return None
    known = {case.name for case in plan.all_cases}
    costs = _costs(plan.tested)
    return {
        "scenarios": [{**_recourse(each), "unseen": each.case.name not in known} for each in plan.tested],
        "held": len(costs),
        "of": len(plan.tested),
        "least_vnd": min(costs, default=None),
        "mean_vnd": float(np.mean(costs)) if costs else None,
        "most_vnd": max(costs, default=None),
    }


def _costs(recourses: Sequence[Recourse]) -> list[float]:
    return [recourse.cost_vnd for recourse in recourses if recourse.cost_vnd is not None]
