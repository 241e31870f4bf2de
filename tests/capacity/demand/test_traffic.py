"""Traffic of pools by hand, and whose profile counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from capacity.demand.traffic import traffic_of
from capacity.inputs import NetworkFile
from tests.factories import (
    SOURCE,
    make_broadband,
    make_demand,
    make_gpu_pool,
    make_inputs,
    make_network,
    make_pool,
    make_profile,
    make_services,
    make_wholesale_pool,
)


def with_traffic(*profiles: object) -> NetworkFile:
    return make_network(traffic=profiles)


def test_no_network_has_no_traffic() -> None:
    found = traffic_of(make_inputs(), make_demand())
    assert (found.peaks, found.egress_gb_per_month, found.broadband_mbps) == ({}, {}, {})


def test_every_resource_counts_its_own_peak() -> None:
    profile = make_profile(
        users={"citizens": 0.75, "vnix": 0.25},
        mbps_per_vcpu=0.5,
        mbps_per_gpu=10.0,
        mbps_per_tb=2.0,
        mbps_per_mw=50.0,
        egress_gb_per_vcpu_month=100.0,
        egress_gb_per_gpu_month=7.0,
        egress_gb_per_tb_month=3.0,
    )
    demand = make_demand(make_pool(), make_gpu_pool(), make_wholesale_pool())
    found = traffic_of(make_inputs(network=with_traffic(profile)), demand)
    office, ai = 2000 * 0.5 + 900 * 2.0, 64 * 10.0 + 300 * 2.0
    assert {users: t.mbps for users, t in found.of("office", 2027).items()} == pytest.approx(
        {"citizens": 0.75 * office, "vnix": 0.25 * office}
    )
    assert found.of("ai", 2027)["citizens"].mbps == pytest.approx(0.75 * ai)
    assert found.of("tenants", 2028)["vnix"].mbps == pytest.approx(0.25 * 12 * 50)
    assert found.of("tenants", 2026) == {}
    assert found.egress_gb_per_month["office", 2027] == pytest.approx(2000 * 100 + 900 * 3)
    assert found.egress_gb_per_month["ai", 2027] == pytest.approx(64 * 7 + 300 * 3)
    assert ("tenants", 2027) not in found.egress_gb_per_month


def test_programme_goes_before_load_class_and_that_before_the_rest() -> None:
    profiles = (
        make_profile(id="rest", mbps_per_vcpu=1.0),
        make_profile(id="class", load_classes=("office",), mbps_per_vcpu=2.0),
        make_profile(id="programme", programmes=("cloud",), mbps_per_vcpu=3.0),
    )
    pools = (
        make_pool(),
        make_pool("other", programmes=("web",)),
        make_pool("flat", programmes=("web",), load_class="flat"),
    )
    found = traffic_of(make_inputs(network=with_traffic(*profiles)), make_demand(*pools))
    peaks = {name: found.of(name, 2027)["citizens"].mbps for name in ("office", "other", "flat")}
    assert peaks == {"office": 6000.0, "other": 4000.0, "flat": 2000.0}


def test_no_profile_is_no_traffic() -> None:
    network = with_traffic(make_profile(programmes=("nobody",)))
    assert traffic_of(make_inputs(network=network), make_demand()).peaks == {}


def test_programmes_of_a_pool_add_up_and_keep_the_tightest_limit() -> None:
    demand = make_demand(make_pool())
    other = replace(demand.needs[0], programme="web", amount=500.0)
    profiles = (
        make_profile(programmes=("cloud",), round_trip_ms_max=40.0, users={"citizens": 0.5, "agencies": 0.5}),
        make_profile(id="web", programmes=("web",), round_trip_ms_max=15.0),
    )
    found = traffic_of(make_inputs(network=with_traffic(*profiles)), replace(demand, needs=(*demand.needs, other))).of(
        "office", other.year
    )
    assert found["citizens"].mbps == pytest.approx(2000 * 0.5 * 0.5 + 500 * 0.5)
    assert (found["citizens"].round_trip_ms_max, found["agencies"].round_trip_ms_max) == (15.0, 40.0)


def test_fibre_and_5g_need_what_caches_do_not_serve() -> None:
    growth = {"exchange": "vnix", "users": "citizens", "source": SOURCE}
    services = make_services(programmes=(make_broadband(),))
    found = traffic_of(make_inputs(network=make_network(broadband=growth), services=services), make_demand())
    gbps = (2.6e6 / 3.8 * 0.5 * 2.0 + 2.6e6 * 0.5 * 0.2) / 1000
    assert found.broadband_mbps == pytest.approx(dict.fromkeys((2026, 2027, 2028), 1000 * gbps * 0.5))


@pytest.mark.parametrize(
    "growth", [None, {"enabled": False, "exchange": "vnix", "users": "citizens", "source": SOURCE}]
)
def test_fibre_and_5g_can_be_left_out(growth: dict[str, object] | None) -> None:
    services = make_services(programmes=(make_broadband(),))
    inputs = make_inputs(network=make_network(broadband=growth), services=services)
    assert traffic_of(inputs, make_demand()).broadband_mbps == {}


def test_fibre_and_5g_begin_with_their_programme() -> None:
    growth = {"exchange": "vnix", "users": "citizens", "source": SOURCE}
    services = make_services(programmes=(make_broadband(first_year=2028),))
    inputs = make_inputs(network=make_network(broadband=growth), services=services)
    assert list(traffic_of(inputs, make_demand()).broadband_mbps) == [2028]
