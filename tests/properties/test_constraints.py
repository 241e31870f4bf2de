"""Relaxing a constraint never raises the cost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from tests.properties.answers import answer, certain, feasible, never_dearer
from tests.properties.provinces import Province
from tests.properties.strategies import FEW, MANY, provinces

STRICT: dict[str, float] = {
    "renewable_share": 0.3,
    "carbon_free_share": 0.25,
    "carbon_cap_t": 55_000.0,
    "pue": 1.45,
    "water_m3": 110_000.0,
    "ai_mw": 0.08,
}
LAX: dict[str, float] = {
    "renewable_share": 0.1,
    "carbon_free_share": 0.1,
    "carbon_cap_t": 70_000.0,
    "pue": 1.6,
    "water_m3": 150_000.0,
    "ai_mw": 0.02,
}


def under(province: Province, policy: str, limit: float | None) -> Province:
    """The province with another limit of one policy, None: without it."""
    changed: dict[str, Any] = {policy: limit}
    return replace(province, **changed)


def relaxing_never_raises_the_cost(strict: Province, policy: str, *, remove: bool) -> None:
    dear = feasible(strict)
    never_dearer(answer(under(strict, policy, None if remove else LAX[policy])), dear)


def greened(province: Province, policy: str) -> Province:
    """The province with much clean supply, and tenants that fill its halls, under the strict policy."""
    tenants = max(province.tenants_mw, 10.0)
    rich = replace(province, tenants_mw=tenants, pv_mw=12.0, wind_mw=12.0, dppa_mw=8.0)
    return under(rich, policy, STRICT[policy])


@FEW
@for_all(provinces(), st.sampled_from(sorted(STRICT)), st.booleans())
def test_relaxing_a_constraint_never_raises_the_cost(province: Province, policy: str, remove: bool) -> None:
    relaxing_never_raises_the_cost(greened(province, policy), policy, remove=remove)


BINDING: dict[str, Province] = {
    "renewable_share": Province(gpus=48.0, tenants_mw=10.0, pv_mw=12.0, wind_mw=12.0, renewable_share=0.3),
    "carbon_free_share": Province(gpus=48.0, tenants_mw=10.0, pv_mw=12.0, dppa_mw=8.0, carbon_free_share=0.2),
    "carbon_cap_t": Province(tenants_mw=10.0, pv_mw=12.0, wind_mw=12.0, carbon_cap_t=55_000.0),
    "ai_mw": Province(gpus=48.0, ai_mw=0.05),
}
"""Provinces in which the policy binds."""


@pytest.mark.parametrize("policy", BINDING)
def test_relaxing_a_binding_constraint_saves_money(policy: str) -> None:
    """Beyond doubt: without it the best found is below the bound with it."""
    strict = BINDING[policy]
    assert certain(under(strict, policy, None)).objective < certain(strict).bound


@pytest.mark.soak
@MANY
@for_all(provinces(), st.sampled_from(sorted(STRICT)), st.booleans())
def test_relaxing_a_constraint_never_raises_the_cost_for_long(province: Province, policy: str, remove: bool) -> None:
    relaxing_never_raises_the_cost(greened(province, policy), policy, remove=remove)
