"""A small network: two routes from users to a junction, and from there to the site and the clouds of two cities."""

from __future__ import annotations

import datetime as dt
from typing import Any

from capacity.inputs import NetworkFile
from capacity.inputs.network import Link, NetworkRule, Node, TrafficProfile
from tests.factories.constants import SOURCE

RULES = ("latency", "two-routes", "ipv6", "state-network")


def make_node(node_id: str, kind: str, **overrides: Any) -> Node:
    """A node with its id as its name."""
    values: dict[str, Any] = {"id": node_id, "name_vi": node_id, "name_en": node_id, "kind": kind, "source": SOURCE}
    if kind != "place":
        values |= {"latitude_deg": 9.18, "longitude_deg": 105.15}
    return Node.model_validate({**values, **overrides})


def make_link(link_id: str, start: str, end: str, **overrides: Any) -> Link:
    """An Internet link that both payers have 100 Mbps of and may lease 10 Gbps more of, on a route of its own."""
    lease = {"max_mbps": 10_000.0, "vnd_per_mbps_month": 100_000.0, "includes_vat": False, "lead_time_months": 3.0}
    values = {
        "id": link_id,
        "name_vi": link_id,
        "name_en": link_id,
        "from": start,
        "to": end,
        "kind": "internet",
        "capacity_mbps": {"state": 100.0, "enterprise": 100.0},
        "lease": lease,
        "round_trip_ms": 2.0,
        "routes": [f"route-{link_id}"],
        "ipv6_from": dt.date(2020, 1, 1),
        "valid_from": dt.date(2020, 1, 1),
        "source": SOURCE,
    }
    return Link.model_validate({**values, **overrides})


def make_profile(**overrides: Any) -> TrafficProfile:
    """Of everything: half a Mbps and 100 GB a month of traffic out for a vCPU, with citizens."""
    values = {
        "id": "everything",
        "users": {"citizens": 1.0},
        "mbps_per_vcpu": 0.5,
        "mbps_per_gpu": 10.0,
        "mbps_per_mw": 50.0,
        "egress_gb_per_vcpu_month": 100.0,
        "round_trip_ms_max": 100.0,
        "source": SOURCE,
    }
    return TrafficProfile.model_validate({**values, **overrides})


def make_rule(rule_id: str, **overrides: Any) -> NetworkRule:
    """A rule of the kind that its id says, in force from 2020."""
    values = {
        "id": rule_id,
        "kind": rule_id.replace("-", "_"),
        "min_security_level": 3 if rule_id == "two-routes" else None,
        "statement_vi": f"Yêu cầu {rule_id}",
        "statement_en": f"Requirement {rule_id}",
        "citation": "Decision 2",
        "slack_price_vnd": 1e8,
        "valid_from": dt.date(2020, 1, 1),
        "source": SOURCE,
    }
    return NetworkRule.model_validate({**values, **overrides})


def make_network(**overrides: Any) -> NetworkFile:
    """Agencies and citizens; the site, the room and two cities with the zones of ``make_clouds``; all rules.

    Round trips: site 4 ms, room 3 ms, Ho Chi Minh City 8 ms, Ha Noi 38 ms.
    """
    values = {
        "nodes": (
            make_node("citizens", "users"),
            make_node("agencies", "users", government=True),
            make_node("core", "junction"),
            make_node("vnix", "exchange", latitude_deg=10.78, longitude_deg=106.7),
            make_node("site", "place", places=("khanh-an",)),
            make_node("room", "place", places=("phong-may",)),
            make_node("hcm", "place", places=("hcm-1",), latitude_deg=10.8, longitude_deg=106.7),
            make_node("hanoi", "place", places=("han-1",), latitude_deg=21.0, longitude_deg=105.8),
        ),
        "links": (
            make_link("access-a", "citizens", "core"),
            make_link("access-b", "citizens", "core", round_trip_ms=3.0),
            make_link("state-access", "agencies", "core", kind="state_network", round_trip_ms=1.0),
            make_link("office-access", "agencies", "core"),
            make_link("site-a", "site", "core", kind="dark_fibre"),
            make_link("site-b", "site", "core", kind="leased_line", round_trip_ms=3.0),
            make_link("room-a", "room", "core", kind="leased_line", round_trip_ms=1.0),
            make_link("room-b", "room", "core", kind="leased_line", round_trip_ms=2.0),
            make_link("trunk-a", "core", "vnix", round_trip_ms=5.0),
            make_link("trunk-b", "core", "vnix", round_trip_ms=6.0),
            make_link("trunk-state", "core", "vnix", kind="state_network", round_trip_ms=5.0),
            make_link("hcm-a", "vnix", "hcm", kind="leased_line", round_trip_ms=1.0),
            make_link("hcm-b", "vnix", "hcm", kind="leased_line", round_trip_ms=1.0),
            make_link("hanoi-a", "vnix", "hanoi", kind="leased_line", round_trip_ms=31.0),
            make_link("hanoi-b", "vnix", "hanoi", kind="leased_line", round_trip_ms=33.0),
        ),
        "traffic": (
            make_profile(),
            make_profile(id="systems", programmes=("systems",), users={"agencies": 0.6, "citizens": 0.4}),
        ),
        "rules": tuple(make_rule(rule) for rule in RULES),
    }
    return NetworkFile.model_validate({**values, **overrides})
