"""The demand as a document for programs: keys in a fixed order, amounts unrounded, years in order."""

from __future__ import annotations

import math
from typing import Any

from capacity.demand import RESOURCES, Demand, Need, Pool, Resource
from capacity.inputs.bundle import CapacityInputs
from orchestrator.demand_view.explanations import cited_references
from orchestrator.demand_view.words import demand_words

SCHEMA = "camau-dc/demand/1"


def demand_document(inputs: CapacityInputs, demand: Demand, year: int | None = None) -> dict[str, Any]:
    """Needs with their formulas and sources, pools and totals, of all years or of one.

    Raises ValueError for a year outside the horizon. A year in which a programme loads nothing has no need; in
    pools and totals it is 0.
    """
    years = demand.years if year is None else (year,)
    indices = [demand.years.index(each) for each in years]
    needs = [need for need in demand.needs if need.year in years]
    settings = inputs.settings
    return {
        "schema": SCHEMA,
        "inputs_digest": inputs.digest,
        "scenario": inputs.scenario,
        "as_of": settings.as_of.isoformat(),
        "population": {"basis": settings.population.basis, "persons": settings.population.persons},
        "years": list(years),
        "units": {resource: demand_words("en")(f"unit.{resource}") for resource in RESOURCES},
        "programmes": [
            {
                "id": programme.id,
                "name_vi": programme.name_vi,
                "name_en": programme.name_en,
                "owner": programme.owner,
                "payer": programme.payer,
                "target": programme.target,
                "rule": programme.sizing.rule,
                "first_year": programme.first_year,
                "security_level": programme.security_level,
                "load_class": programme.load_class,
                "sites": list(programme.sites),
            }
            for programme in inputs.services.programmes
        ],
        "needs": [_need(need) for need in needs],
        "pools": [_pool(pool, indices) for pool in demand.pools],
        "totals": {
            resource: [math.fsum(_amount(pool, resource, index) for pool in demand.pools) for index in indices]
            for resource in RESOURCES
        },
        "references": [
            {
                "id": reference.id,
                "title": reference.title,
                "where": reference.where,
                "date": None if reference.date is None else reference.date.isoformat(),
                "confidence": reference.confidence,
            }
            for reference in cited_references(inputs, needs)
        ],
    }


def _need(need: Need) -> dict[str, Any]:
    return {
        "programme": need.programme,
        "system": need.system,
        "year": need.year,
        "resource": need.resource,
        "amount": need.amount,
        "formula": need.formula,
        "sources": dict(need.cited),
        "pool": need.pool,
    }


def _pool(pool: Pool, indices: list[int]) -> dict[str, Any]:
    return {
        "id": pool.id,
        "kind": pool.kind,
        "payer": pool.payer,
        "load_class": pool.load_class,
        "security_level": pool.security_level,
        "in_room": pool.in_room,
        "sites": list(pool.sites),
        "programmes": list(pool.programmes),
        "amounts": {
            resource: [pool.amounts[resource][index] for index in indices]
            for resource in RESOURCES
            if resource in pool.amounts
        },
    }


def _amount(pool: Pool, resource: Resource, index: int) -> float:
    return pool.amounts[resource][index] if resource in pool.amounts else 0.0
