"""What must stand ready of a pool: tiers by RTO, replicas by RPO, and whose objectives count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from capacity.demand.needs import Demand, Need
from capacity.demand.standby import objectives, standby_amounts, standby_share
from capacity.inputs import CapacityInputs, SystemLoad
from capacity.inputs.services import RecoveryRule
from tests.factories import (
    SOURCE,
    make_demand,
    make_pool,
    make_programme,
    make_resilience,
    make_resilient_inputs,
    make_services,
    make_site_loss,
    make_wholesale_pool,
)


def system(system_id: str, rto_hours: float | None, rpo_hours: float | None) -> SystemLoad:
    return SystemLoad(
        id=system_id,
        name_vi=system_id,
        name_en=system_id,
        security_level=3,
        vcpu=8.0,
        memory_gib=32.0,
        storage_tb=1.0,
        load_class="office",
        in_room_now=True,
        retires=False,
        moves_on=None,
        source=SOURCE,
        rto_hours=rto_hours,
        rpo_hours=rpo_hours,
    )


def need(resource: str, amount: float, *, programme: str = "cloud", of: str | None = None, year: int = 2027) -> Need:
    return Need(programme, of, year, resource, amount, f"{amount:g}", SOURCE, "office")  # type: ignore[arg-type]


def with_programmes(**by_level: dict[int, float]) -> CapacityInputs:
    """A programme with objectives of its own, one that leaves them to its level, and the levels' (None: no rule)."""
    recovery = RecoveryRule.model_validate({**by_level, "source": SOURCE}) if by_level else None
    services = make_services(
        programmes=(make_programme("cloud", rto_hours=2.0, rpo_hours=0.0), make_programme("plain"))
    )
    inputs = make_resilient_inputs()
    return replace(inputs, services=services.model_copy(update={"recovery": recovery}))


@pytest.mark.parametrize(
    ("rto_hours", "share"), [(None, 0.0), (0.5, 1.0), (4.0, 1.0), (4.1, 0.5), (24.0, 0.5), (24.5, 0.0)]
)
def test_share_is_that_of_the_first_tier_that_is_not_shorter_than_the_rto(
    rto_hours: float | None, share: float
) -> None:
    assert standby_share(make_site_loss(), rto_hours) == share


def test_objectives_are_those_of_the_system_else_of_the_programme_else_of_its_level() -> None:
    inputs = with_programmes(rto_hours_by_level={2: 24.0}, rpo_hours_by_level={2: 12.0})
    inputs = replace(inputs, systems=(system("portal", 6.0, None),))
    assert objectives(inputs, need("vcpu", 1.0, of="portal")) == (6.0, None)
    assert objectives(inputs, need("vcpu", 1.0)) == (2.0, 0.0)
    assert objectives(inputs, need("vcpu", 1.0, programme="plain")) == (24.0, 12.0)
    assert objectives(with_programmes(), need("vcpu", 1.0, programme="plain")) == (None, None)
    assert objectives(inputs, need("vcpu", 1.0, programme="unheard-of")) == (None, None)


def test_amounts_are_shares_of_the_needs_of_a_pool() -> None:
    """8 vCPU within an hour, half of 8 within a day, none of 8 later; only a short RPO has a replica."""
    systems = (system("fast", 1.0, 24.0), system("slow", 24.0, 1.0), system("late", 100.0, None))
    inputs = replace(make_resilient_inputs(), systems=systems)
    needs = tuple(
        need(resource, amount, of=each.id)
        for each in systems
        for resource, amount in (("vcpu", 8.0), ("storage_tb", 3.0), ("billable_storage_tb", 2.0))
    )
    found = standby_amounts(inputs, Demand((2027,), needs, (make_pool(),)))
    assert found == {("office", 2027): {"vcpu": 12.0, "storage_tb": 3.0, "billable_storage_tb": 2.0}}


def test_nothing_is_asked_before_the_first_year_of_tenants_or_without_the_rule() -> None:
    demand = make_demand(make_pool(), make_wholesale_pool())
    inputs = make_resilient_inputs()
    assert set(standby_amounts(inputs, demand)) == {("office", 2027), ("office", 2028)}
    late = make_resilient_inputs(resilience=make_resilience(site_loss=make_site_loss(from_year=2028)))
    assert set(standby_amounts(late, demand)) == {("office", 2028)}
    assert standby_amounts(make_resilient_inputs(resilience=make_resilience(site_loss=None)), demand) == {}
