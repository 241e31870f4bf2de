"""The network of examples/ca-mau: figures by hand, and what its topology must offer."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from capacity.demand import Demand, compute_demand
from capacity.demand.traffic import traffic_of
from capacity.inputs import CapacityInputs, NetworkFile
from capacity.model.paths import Network, Stream
from orchestrator.province import load_province
from orchestrator.translate import to_capacity_inputs

FOLDER = Path(__file__).parents[2] / "examples" / "ca-mau"


@cache
def inputs() -> CapacityInputs:
    return to_capacity_inputs(load_province(FOLDER))


@cache
def demand() -> Demand:
    return compute_demand(inputs())


def network() -> NetworkFile:
    found = inputs().network
    assert found is not None
    return found


def places(kind: str) -> list[str]:
    """Nodes of sites, or of clouds."""
    sites = {site.id for site in inputs().sites.sites}
    return [node.id for node in network().nodes if node.places and (node.places[0] in sites) == (kind == "site")]


def test_prices_of_links_are_those_of_their_sources() -> None:
    price = {link.id: link.lease.vnd_per_mbps_month for link in network().links if link.lease is not None}
    assert price["state-trunk"] == price["communes-state"] == 492_000 / 2 * 0.6
    assert price["hcm-clouds-state"] == price["agencies-internet"] == 146_930_000 / 1000
    assert price["room-east"] == 764_030_000 / 10_000
    assert {link.id: link.capacity_mbps for link in network().links}["communes-state"] == {"state": 64 * 200}


def test_no_cloud_of_the_country_stands_in_the_province() -> None:
    """And every zone stands in the city of its region."""
    zones = {z.id: z for provider in inputs().clouds.providers for z in provider.zones if z.country == "VN"}
    nodes = {node.id: node for node in network().nodes}
    for zone in zones.values():
        city = nodes[network().node_of(zone.id) or ""]
        far_south = city.latitude_deg is not None and city.latitude_deg < 12
        assert far_south == any(word in zone.region.lower() for word in ("hcm", "sgn", "hochiminh")), zone.id
        assert city.latitude_deg is not None
        assert city.latitude_deg > 10.5


def test_busy_hour_of_fibre_and_5g() -> None:
    fibre = 2_606_672 / 3.6 * 0.95 * 2.5
    mobile = 2_606_672 * 0.99 * 0.1
    found = traffic_of(inputs(), demand()).broadband_mbps[2030]
    assert found == pytest.approx((fibre + mobile) * 0.7)
    assert found == pytest.approx(1.384e6, rel=1e-3)


def test_caches_send_what_they_serve() -> None:
    """1.5 Gbps per vCPU to citizens, whatever the sizing rule makes of it."""
    traffic = traffic_of(inputs(), demand())
    pool = next(pool for pool in demand().pools if "broadband-caches" in pool.programmes)
    served = 3 / 7 * traffic.broadband_mbps[2030]
    assert traffic.of(pool.id, 2030)["citizens"].mbps == pytest.approx(served, rel=2e-3)


@pytest.mark.parametrize("users", ["provincial-agencies", "communes", "citizens"])
@pytest.mark.parametrize("year", [2027, 2028, 2030])
def test_every_place_of_the_state_has_two_routes(users: str, year: int) -> None:
    found = Network(network(), inputs().settings, year)
    for node in ("room", *places("cloud")):
        routes = found.routes(Stream("state", 3, users, 100.0, 60.0), node)
        assert routes, f"{users} to {node}"
        assert all(len(route.paths) == 2 for route in routes)


@pytest.mark.parametrize("year", [2028, 2030])
def test_every_place_of_enterprises_has_two_routes(year: int) -> None:
    found = Network(network(), inputs().settings, year)
    for node in (*(node for node in places("site") if node != "room"), *places("cloud")):
        for users in ("citizens", "vnix-hcm"):
            assert found.routes(Stream("enterprise", 3, users, 1000.0, 100.0), node), f"{users} to {node}"


def test_agencies_use_the_state_network_in_the_first_place() -> None:
    found = Network(network(), inputs().settings, 2028)
    for users in ("provincial-agencies", "communes"):
        for node in ("room", *places("cloud")):
            for route in found.routes(Stream("state", 3, users, 100.0, 60.0), node):
                assert {link.kind for link in route.main.links} <= {"state_network", "leased_line"}


def test_every_rule_has_its_switch() -> None:
    assert network().switches == ("network-latency", "network-two-routes", "network-ipv6", "network-state", "broadband")
    for switch in network().switches:
        assert set(network().without(switch).switches) == set(network().switches) - {switch}
    with pytest.raises(KeyError):
        network().without("network-nothing")
