"""Servers and halls beyond the need pay for themselves through work that waits for cheap hours, or are not there."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from capacity.plan import Extra, Placement, Plan
from tests.properties.answers import Answer, certain, judged, never_dearer, solved
from tests.properties.provinces import Province, inputs_of

DEAR_HALLS = Province(gpus=380.0, rent_quota_gpus=0.0, extra_servers=True)
"""38 servers of 11 kW, busy at all hours, and spares nearly fill the one hall of 500 kW that the need takes."""
CHEAP_HALLS = replace(DEAR_HALLS, hall_price=0.02)


@cache
def without_extra_servers(province: Province) -> Answer:
    """The answer of the same province in which all servers are for the need."""
    inputs, demand = inputs_of(province)
    classes = tuple(c.model_copy(update={"extra_servers": False}) for c in inputs.services.load_classes)
    strict = replace(inputs, services=inputs.services.model_copy(update={"load_classes": classes}))
    found = judged(strict, demand, solved(strict, demand))
    assert found is not None
    return found


def modules(plan: Plan) -> float:
    """Hall modules ordered."""
    return sum(build.amount for build in plan.builds if build.kind == "module")


def extra_servers(plan: Plan) -> float:
    """Servers beyond the need."""
    return sum(row.servers for row in plan.extras)


def test_a_cheap_hall_pays_for_itself() -> None:
    """Half of the work leaves the dear hours once there is room for it in others: cheaper beyond doubt."""
    found, need = certain(CHEAP_HALLS), without_extra_servers(CHEAP_HALLS)
    assert modules(need.plan) == 1
    assert modules(found.plan) > 1
    assert extra_servers(found.plan) > 10
    assert found.objective < need.bound


def swing_kw(rows: tuple[Placement, ...] | tuple[Extra, ...]) -> float:
    """Of servers of all kinds, idle to peak, with fabric."""
    inputs, _ = inputs_of(CHEAP_HALLS)
    kinds = [(row.servers, inputs.sku(row.sku)) for row in rows if row.sku is not None]
    return sum(servers * (sku.peak_kw - sku.idle_kw) * (1 + sku.fabric_power_fraction) for servers, sku in kinds)


def test_waiting_work_runs_on_extra_servers() -> None:
    """Its busiest hour does more than the placed servers can beside the work that never waits."""
    plan = certain(CHEAP_HALLS).plan
    (dispatch,) = plan.dispatches
    (done_w,) = dispatch.deferred_w.values()
    placed_kw, extra_kw = swing_kw(plan.placements), swing_kw(plan.extras)
    assert 0.5 * placed_kw + 0.5 * extra_kw < done_w.max() / 1000 <= 0.5 * placed_kw + extra_kw + 0.001


def test_a_dear_hall_does_not_pay_for_itself() -> None:
    """What the one hall has room for is used; a second one is not there."""
    found = certain(DEAR_HALLS)
    assert modules(found.plan) == modules(without_extra_servers(DEAR_HALLS).plan) == 1
    assert 0 < extra_servers(found.plan) < 2


@pytest.mark.parametrize("province", [DEAR_HALLS, CHEAP_HALLS], ids=["dear", "cheap"])
def test_extra_servers_never_worsen_the_optimum(province: Province) -> None:
    strict = without_extra_servers(province)
    assert not strict.plan.extras
    never_dearer(certain(province), strict)
