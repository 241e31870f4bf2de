"""Each rule of the network, switched on, moves the plan as an engineer expects, and never makes it cheaper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from capacity.demand.needs import Demand, Pool
from capacity.inputs import CapacityInputs, NetworkFile
from capacity.inputs.network import Link
from capacity.plan import Plan, SizingResult
from tests.factories import (
    SOURCE,
    make_broadband,
    make_clouds,
    make_demand,
    make_network,
    make_pool,
    make_price,
    make_profile,
    make_rule,
    make_services,
    make_state_pool,
)
from tests.factories.network import RULES
from tests.properties.answers import Answer, judged, never_dearer, solved
from tests.properties.provinces import Province, inputs_of
from tests.properties.strategies import FEW, MANY

BASE = Province(vcpu=2000.0, systems_vcpu=200.0, pv_mw=2.0)
"""Office work that a cloud does for less than a new hall, and systems of level 3 that the room holds."""


def province(network: NetworkFile | None, *pools: Pool, **overrides: Any) -> tuple[CapacityInputs, Demand]:
    """The base over a network; ``pools`` instead of its own."""
    inputs, demand = inputs_of(BASE)
    wanted = make_demand(*(_one_year(pool) for pool in pools), years=demand.years) if pools else demand
    return replace(inputs, network=network, **overrides), wanted


def _one_year(pool: Pool) -> Pool:
    return replace(pool, amounts={resource: values[-1:] for resource, values in pool.amounts.items()})


def best(network: NetworkFile | None, *pools: Pool, **overrides: Any) -> Answer:
    """The judged answer over a network; it is known to have a plan."""
    inputs, demand = province(network, *pools, **overrides)
    found = judged(inputs, demand, solved(inputs, demand))
    assert found is not None
    return found


def clearly_dearer(on: Answer, off: Answer) -> bool:
    """Beyond doubt: the best found without the rule is below the bound with it."""
    return off.objective < on.bound


def rented(plan: Plan, pool: str = "office") -> float:
    """Fraction of a pool that is rented."""
    return sum(rent.fraction for rent in plan.rents if rent.pool == pool)


def leased(plan: Plan, *links: str) -> float:
    """Mbps leased on links, on all when none is named."""
    return sum(lease.mbps for lease in plan.leases if not links or lease.link in links)


def used(plan: Plan, pool: str = "office") -> set[str]:
    """Links that carry a pool."""
    return {link for flow in plan.flows if flow.pool == pool for link in (*flow.links, *flow.second)}


def links(names: Iterable[str], **changes: Any) -> tuple[Link, ...]:
    """The factory's links, some with other fields."""
    chosen = set(names)
    return tuple(link.model_copy(update=changes) if link.id in chosen else link for link in make_network().links)


def network(*rules: str, **overrides: Any) -> NetworkFile:
    """The factory's network with only these rules."""
    return make_network(**{"rules": tuple(make_rule(rule) for rule in rules), **overrides})


@cache
def unruled() -> Answer:
    return best(network())


def test_a_network_costs_what_it_leases() -> None:
    without, over = best(None), unruled()
    assert clearly_dearer(over, without)
    assert leased(over.plan) > 0
    assert leased(without.plan) == 0
    assert without.plan.flows == ()


def test_a_latency_limit_forces_a_near_place() -> None:
    near = [profile.model_copy(update={"round_trip_ms_max": 7.0}) for profile in make_network().traffic]
    on, off = best(network("latency", traffic=near)), best(network(traffic=near))
    assert rented(off.plan) == pytest.approx(1)
    assert rented(on.plan) == 0
    assert {flow.node for flow in on.plan.flows if flow.pool == "office"} == {"site"}
    assert clearly_dearer(on, off)


def test_level_three_forces_a_second_route_and_its_lease() -> None:
    office = make_pool(security_level=3)
    on, off = best(network("two-routes"), office), best(network(), office)
    assert {bool(flow.second) for flow in off.plan.flows} == {False}
    assert {bool(flow.second) for flow in on.plan.flows} == {True}
    assert used(on.plan) >= {"access-a", "access-b"}
    assert leased(on.plan) > leased(off.plan) + 500
    assert clearly_dearer(on, off)


def test_ipv6_excludes_a_link() -> None:
    old = links(["access-a", "trunk-a"], ipv6_from=None, capacity_mbps={"state": 100.0, "enterprise": 5000.0})
    on, off = best(network("ipv6", links=old)), best(network(links=old))
    assert used(off.plan) >= {"access-a"}
    assert not used(on.plan) & {"access-a", "trunk-a"}
    assert leased(on.plan, "access-b", "trunk-b") > 0
    assert clearly_dearer(on, off)


def test_agencies_reach_the_state_over_its_own_network() -> None:
    dear = links(["state-access"], capacity_mbps={"state": 0.0})
    systems = make_state_pool(security_level=2)
    on, off = best(network("state-network", links=dear), systems), best(network(links=dear), systems)
    assert leased(off.plan, "state-access") == 0
    assert leased(on.plan, "state-access") == pytest.approx(60)
    mains = {flow.links[0] for flow in on.plan.flows if flow.users == "agencies"}
    assert mains == {"state-access"}
    assert clearly_dearer(on, off)


def test_a_price_of_traffic_out_makes_owned_cheaper() -> None:
    clouds = inputs_of(BASE)[0].clouds
    dear = clouds.model_copy(update={"prices": (*clouds.prices, make_price("egress_gb", 30_000.0))})
    on, off = best(network(), clouds=dear), unruled()
    assert rented(off.plan) == pytest.approx(1)
    assert rented(on.plan) == 0
    assert clearly_dearer(on, off)


def test_a_full_link_makes_a_lease() -> None:
    wide = links(["access-a", "access-b", "hcm-a", "trunk-a"], capacity_mbps={"state": 100.0, "enterprise": 5000.0})
    narrow = [
        link.model_copy(update={"capacity_mbps": {"enterprise": 400.0}}) if link.id == "trunk-a" else link
        for link in wide
    ]
    closed = [link.model_copy(update={"lease": None}) if link.id.startswith("trunk-b") else link for link in narrow]
    off, on = best(network(links=wide)), best(network(links=closed))
    assert leased(off.plan, "trunk-a") == 0
    assert leased(on.plan, "trunk-a") == pytest.approx(1000 - 400 - 100, abs=1e-3)


def test_a_full_link_that_cannot_grow_makes_a_move() -> None:
    full = links(["trunk-a", "trunk-b"], lease=None)
    on, off = best(network(links=full)), unruled()
    assert rented(off.plan) == pytest.approx(1)
    assert rented(on.plan) <= 0.2 + 1e-6
    assert "site" in {flow.node for flow in on.plan.flows if flow.pool == "office"}
    assert clearly_dearer(on, off)


def test_caches_in_the_province_relieve_the_links_to_the_exchange() -> None:
    """472 Gbit/s come from the exchange anyway; what caches serve comes over the trunk only from a city's cloud."""
    terms = make_network().links[0].lease
    assert terms is not None
    trunk = terms.model_copy(update={"max_mbps": 5e6, "vnd_per_mbps_month": 8000.0})
    wide = [
        link.model_copy(update={"lease": trunk, "capacity_mbps": {"enterprise": 0.0}})
        if link.id.startswith("trunk-")
        else link.model_copy(update={"capacity_mbps": {"state": 1e3, "enterprise": 5e6}})
        for link in make_network().links
    ]
    traffic = (make_profile(mbps_per_vcpu=1000.0),)
    growth = {"exchange": "vnix", "users": "citizens", "source": SOURCE}
    caches = make_pool("caches", programmes=("caches",), amounts={"vcpu": (472.0,), "memory_gib": (1900.0,)})
    services = make_services(programmes=(make_broadband(),))
    grown = best(network(links=wide, traffic=traffic, broadband=growth), caches, services=services)
    free = [link.model_copy(update={"capacity_mbps": {"enterprise": 5e6}}) for link in wide]
    idle = best(network(links=free, traffic=traffic, broadband=growth), caches, services=services)
    assert rented(idle.plan, "caches") == pytest.approx(1)
    assert rented(grown.plan, "caches") == 0
    assert leased(grown.plan, "trunk-a", "trunk-b") == pytest.approx(472_105, rel=1e-4)
    assert {flow.node for flow in grown.plan.flows if flow.pool is None} == {"vnix"}


def test_a_place_that_no_path_reaches_is_no_plan_in_the_rules_words() -> None:
    near = [profile.model_copy(update={"round_trip_ms_max": 1.0}) for profile in make_network().traffic]
    inputs, demand = province(network("latency", traffic=near))
    result: SizingResult = solved(inputs, demand)
    assert result.status == "infeasible"
    assert result.violation_bound_vnd is not None
    assert result.violation_bound_vnd > 0
    assert {violation.policy for violation in result.violations} == {"latency"}
    assert {violation.unit for violation in result.violations} == {"Mbps"}
    assert rented(best(network("latency", traffic=near).without("latency")).plan) == pytest.approx(1)


def test_links_that_cannot_carry_it_are_named() -> None:
    full = links([link.id for link in make_network().links], lease=None)
    inputs, demand = province(network(links=full))
    result = solved(inputs, demand)
    assert result.status == "infeasible"
    assert {violation.policy.split(":")[0] for violation in result.violations} <= {"link", "demand"}
    assert any(violation.policy.startswith("link:") for violation in result.violations)


@st.composite
def narrow_networks(draw: st.DrawFn) -> NetworkFile:
    """All rules, limits and capacities that bind here and there."""
    limit = draw(st.sampled_from([12.0, 20.0, 100.0]))
    traffic = [profile.model_copy(update={"round_trip_ms_max": limit}) for profile in make_network().traffic]
    old = draw(st.sampled_from(["site-b", "trunk-b", "hcm-b", "hanoi-b"]))
    there = draw(st.sampled_from([100.0, 400.0, 1500.0]))
    changed = [
        link.model_copy(
            update={
                "capacity_mbps": {"state": 300.0, "enterprise": there},
                "ipv6_from": None if link.id == old else link.ipv6_from,
            }
        )
        for link in make_network().links
    ]
    return network(*RULES, links=changed, traffic=traffic)


def switching_off_never_raises_the_cost(file: NetworkFile, switch: str) -> None:
    office = make_pool(security_level=3)
    never_dearer(best(file.without(switch), office, make_state_pool()), best(file, office, make_state_pool()))


@FEW
@for_all(narrow_networks(), st.sampled_from(RULES))
def test_switching_a_rule_off_never_raises_the_cost(file: NetworkFile, switch: str) -> None:
    switching_off_never_raises_the_cost(file, switch)


@pytest.mark.soak
@MANY
@for_all(narrow_networks(), st.sampled_from(RULES))
def test_switching_a_rule_off_never_raises_the_cost_for_long(file: NetworkFile, switch: str) -> None:
    switching_off_never_raises_the_cost(file, switch)


def test_clouds_of_the_factories_have_no_price_of_traffic_out() -> None:
    """Else the comparison above would compare nothing."""
    assert not [price for price in make_clouds().prices if price.resource == "egress_gb"]
