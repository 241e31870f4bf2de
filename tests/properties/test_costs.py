"""Scaling all costs scales the objective and leaves plans as they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import BaseModel

from capacity.accounts import compute_accounts
from capacity.check import check
from capacity.inputs import CapacityInputs
from tests.properties.answers import certain, feasible, judged, same_optimum, solved
from tests.properties.provinces import Province, inputs_of
from tests.properties.strategies import FEW, MANY, provinces

AnyRecord = TypeVar("AnyRecord", bound=BaseModel)
NOT_A_COST = frozenset({"usd_vnd"})
"""An exchange rate is no cost."""


def scaled(value: Any, factor: float) -> Any:
    """An amount, or the amounts of a table."""
    if isinstance(value, dict):
        return {key: scaled(amount, factor) for key, amount in value.items()}
    return value * factor if isinstance(value, int | float) else value


def dearer(record: AnyRecord, factor: float) -> AnyRecord:
    """The record with every field in VND, here and below, times the factor."""
    changed: dict[str, Any] = {}
    for name in type(record).model_fields:
        value = getattr(record, name)
        if "vnd" in name and name not in NOT_A_COST:
            changed[name] = scaled(value, factor)
        elif isinstance(value, BaseModel):
            changed[name] = dearer(value, factor)
        elif isinstance(value, tuple):
            changed[name] = tuple(dearer(item, factor) if isinstance(item, BaseModel) else item for item in value)
    return record.model_copy(update=changed)


def dearer_inputs(inputs: CapacityInputs, factor: float) -> CapacityInputs:
    """All prices, budgets and prices of violation times the factor."""
    return replace(
        inputs,
        settings=dearer(inputs.settings, factor),
        sites=dearer(inputs.sites, factor),
        hardware=dearer(inputs.hardware, factor),
        energy=dearer(inputs.energy, factor),
        clouds=dearer(inputs.clouds, factor),
    )


def costs_scale_the_objective(province: Province, factor: float) -> None:
    inputs, demand = inputs_of(province)
    one = feasible(province)
    other_inputs = dearer_inputs(inputs, factor)
    assert compute_accounts(other_inputs, demand, one.plan).objective_vnd == pytest.approx(factor * one.objective)
    assert check(other_inputs, demand, one.plan, objective_vnd=factor * one.objective) == ()
    other = judged(other_inputs, demand, solved(other_inputs, demand))
    assert other is not None
    same_optimum(one, other, scale=factor)


def test_every_price_is_scaled() -> None:
    """No cost hides under a name without its unit: with all prices zero a plan costs nothing."""
    province = Province(gpus=48.0, tenants_mw=10.0, ai_mw=0.05, pv_mw=4.0, wind_mw=6.0, battery_mw=4.0, dppa_mw=8.0)
    inputs, demand = inputs_of(province)
    assert compute_accounts(dearer_inputs(inputs, 0.0), demand, certain(province).plan).objective_vnd == 0.0


@FEW
@for_all(provinces(), st.sampled_from([0.5, 1.7, 4.0]))
def test_scaling_all_costs_scales_the_objective(province: Province, factor: float) -> None:
    costs_scale_the_objective(province, factor)


@pytest.mark.soak
@MANY
@for_all(provinces(), st.floats(0.2, 10.0))
def test_scaling_all_costs_scales_the_objective_for_long(province: Province, factor: float) -> None:
    costs_scale_the_objective(province, factor)
