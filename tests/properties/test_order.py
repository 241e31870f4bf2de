"""The order of sites and loads, and of whatever else is listed, does not matter."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from capacity.check import check
from capacity.demand.needs import Demand
from capacity.inputs import CapacityInputs
from tests.properties.answers import feasible, judged, same_optimum, solved
from tests.properties.provinces import Province, inputs_of
from tests.properties.strategies import FEW, MANY, provinces


def shuffled(inputs: CapacityInputs, demand: Demand, seed: int) -> tuple[CapacityInputs, Demand]:
    """Every list of things in another order: sites, loads, halls, servers, plant, energy, zones, prices, policies."""
    random = Random(seed)

    def other(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        turned = list(reversed(rows))
        if len(turned) > 2:
            random.shuffle(turned)
        return tuple(turned)

    hardware, energy, clouds, services = inputs.hardware, inputs.energy, inputs.clouds, inputs.services
    providers = tuple(p.model_copy(update={"zones": other(p.zones)}) for p in clouds.providers)
    sites = tuple(s.model_copy(update={"allowed_halls": other(s.allowed_halls)}) for s in inputs.sites.sites)
    parts: dict[str, Any] = {
        "settings": inputs.settings.model_copy(
            update={"policies": other(inputs.settings.policies), "funding": other(inputs.settings.funding)}
        ),
        "sites": inputs.sites.model_copy(update={"sites": other(sites)}),
        "hardware": hardware.model_copy(
            update={"skus": other(hardware.skus), "plant": other(hardware.plant), "halls": other(hardware.halls)}
        ),
        "energy": energy.model_copy(update={"generation": other(energy.generation), "tariffs": other(energy.tariffs)}),
        "clouds": clouds.model_copy(update={"providers": other(providers), "prices": other(clouds.prices)}),
        "services": services.model_copy(update={"load_classes": other(services.load_classes)}),
    }
    return replace(inputs, **parts), replace(demand, pools=other(demand.pools), needs=other(demand.needs))


def order_does_not_matter(province: Province, seed: int) -> None:
    inputs, demand = inputs_of(province)
    other_inputs, other_demand = shuffled(inputs, demand, seed)
    one = feasible(province)
    other = judged(other_inputs, other_demand, solved(other_inputs, other_demand))
    assert other is not None
    same_optimum(one, other)
    # the plan of one order is a plan of the other
    assert check(other_inputs, other_demand, one.plan, objective_vnd=one.objective) == ()
    assert check(inputs, demand, other.plan, objective_vnd=other.objective) == ()


@FEW
@for_all(provinces(two_sites=True), st.integers(0, 99))
def test_order_of_sites_and_loads_does_not_matter(province: Province, seed: int) -> None:
    order_does_not_matter(province, seed)


@pytest.mark.soak
@MANY
@for_all(provinces(two_sites=True), st.integers(0, 9999))
def test_order_of_sites_and_loads_does_not_matter_for_long(province: Province, seed: int) -> None:
    order_does_not_matter(province, seed)
