"""Rents in zones that nothing tells apart are told in the first of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from capacity.inputs.clouds import Provider
from capacity.model.build import build_model
from capacity.plan import Rent
from capacity.solver.extraction import among_equals
from tests.factories import (
    make_clouds,
    make_contract,
    make_demand,
    make_inputs,
    make_network,
    make_pool,
    make_price,
    make_zone,
)

ZONES = ("han-1", "han-2")
SPLIT = [Rent("office", "han-2", 2027, 0.75), Rent("office", "han-1", 2027, 0.25), Rent("office", "han-2", 2028, 1.0)]


def told(*, quota: float | None = None, dearer: float = 0.0, **clouds: Any) -> dict[tuple[str, int], float]:
    """(zone, year) -> fraction, of work that a solver has split between two zones of one city."""
    zones = tuple(make_zone(name, quota_vcpu=quota) for name in ZONES)
    prices = [
        make_price("vcpu_month", 95_000.0 + dearer * place, id=f"vcpu-{name}", zones=(name,))
        for place, name in enumerate(ZONES)
    ]
    market = (make_price("memory_gib_month", 50_000.0), make_price("storage_tb_month", 900_000.0))
    provider = Provider(id="mekong", name="Mekong", domestic=True, zones=zones)
    inputs = make_inputs(clouds=make_clouds(providers=(provider,), prices=(*prices, *market), **clouds))
    model = build_model(inputs, make_demand(make_pool()))
    return {(rent.location, rent.year): rent.fraction for rent in among_equals(model, SPLIT)}


def test_equal_zones_are_one() -> None:
    assert told() == {("han-1", 2027): 1.0, ("han-1", 2028): 1.0}


@pytest.mark.parametrize(
    "apart",
    [{"quota": 1e6}, {"dearer": 1.0}, {"contracts": (make_contract("cloud", zone="han-2"),)}],
    ids=["quota", "price", "contract"],
)
def test_zones_that_something_tells_apart_stay(apart: dict[str, Any]) -> None:
    assert {key: amount for key, amount in told(**apart).items() if key[1] == 2027} == {
        ("han-1", 2027): 0.25,
        ("han-2", 2027): 0.75,
    }


def test_zones_at_two_nodes_stay() -> None:
    clouds = make_clouds()
    prices = tuple(
        price.model_copy(update={"zones": ("hcm-1", "han-1")}) if price.id == "hcm-vcpu" else price
        for price in clouds.prices
    )
    inputs = make_inputs(clouds=clouds.model_copy(update={"prices": prices}))
    rents = [Rent("office", "hcm-1", 2027, 0.5), Rent("office", "han-1", 2027, 0.5)]
    together = among_equals(build_model(inputs, make_demand(make_pool())), rents)
    assert [(rent.location, rent.fraction) for rent in together] == [("han-1", 1.0)]
    over = build_model(replace(inputs, network=make_network()), make_demand(make_pool()))
    assert among_equals(over, rents) == rents
