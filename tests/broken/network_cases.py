"""Networks that are wrong: in one record, towards sites, clouds and services, or towards themselves."""

from __future__ import annotations

from tests.broken.folders import Broken, Wrong

FILE = "network.yaml"
_NODES = "one of agencies, citizens, core, zone, hcm, hanoi, vnix-hcm (nodes of network.yaml)"

NETWORKS = (
    Broken(
        "link to no node",
        FILE,
        "from: zone\n    to: core",
        "from: zone\n    to: cora",
        (Wrong("to: cora", "links[zone-a].to", "'cora'", _NODES),),
    ),
    Broken(
        "link between a node and itself",
        FILE,
        "from: zone\n    to: core",
        "from: core\n    to: core",
        (Wrong("- id: zone-a", "links[zone-a]", "does not fit together", "a link must join two different nodes"),),
    ),
    Broken(
        "link that carries nothing",
        FILE,
        "capacity_mbps: {state: 1000}, round_trip_ms: 1, routes: [duct-a]",
        "capacity_mbps: {state: 0}, round_trip_ms: 1, routes: [duct-a]",
        (
            Wrong(
                "id: agencies-state",
                "links[agencies-state].capacity_mbps",
                "a mapping",
                "capacity of one payer at least, or a lease",
            ),
        ),
    ),
    Broken(
        "capacity of nobody",
        FILE,
        "capacity_mbps: {state: 1000}, round_trip_ms: 1, routes: [duct-a]",
        "capacity_mbps: {city: 1000}, round_trip_ms: 1, routes: [duct-a]",
        (
            Wrong(
                "id: agencies-state", "links[agencies-state].capacity_mbps.city", "'city'", "one of state, enterprise"
            ),
        ),
    ),
    Broken(
        "seconds for milliseconds",
        FILE,
        "round_trip_ms: 7,",
        "round_trip_ms: 0.007,",
        (
            Wrong(
                "id: trunk-a",
                "links[trunk-a].round_trip_ms",
                "0.007",
                "ms expected; looks like s: allowed is 0.01–1000 ms",
            ),
        ),
    ),
    Broken(
        "Gbps for Mbps in the key",
        FILE,
        "lease: {max_mbps: 10000, vnd_per_mbps_month: 76000,",
        "lease: {max_gbps: 10000, vnd_per_mbps_month: 76000,",
        (
            Wrong("max_gbps", "links[zone-a].lease.max_mbps", "missing", "a number of at least 0 (Mbit/s)"),
            Wrong(
                "max_gbps",
                "links[zone-a].lease.max_gbps",
                "unknown key",
                "the key is 'max_mbps', in Mbit/s: convert the value",
            ),
        ),
    ),
    Broken(
        "link without a physical route",
        FILE,
        "routes: [road-north]",
        "routes: []",
        (
            Wrong(
                "routes: []",
                "links[zone-a].routes",
                "a list of 0",
                "a list of at least 1 (an id of small letters a-z, digits and hyphens, at most 64)",
            ),
        ),
    ),
    Broken(
        "place that is nowhere",
        FILE,
        "places: [fpt-sgn]",
        "places: [fpt-hcm]",
        (
            Wrong(
                "nodes:",
                "nodes",
                "no node for 'fpt-sgn'",
                "a node that names it in 'places': without one nothing reaches it",
            ),
            Wrong(
                "[fpt-hcm]",
                "nodes[hcm].places[0]",
                "'fpt-hcm'",
                "one of khu-cong-nghe-so, fpt-han, fpt-sgn (sites of sites.yaml and zones of clouds.yaml)",
            ),
        ),
    ),
    Broken(
        "place at two nodes",
        FILE,
        "places: [fpt-han]",
        "places: [fpt-han, fpt-sgn]",
        (
            Wrong(
                "[fpt-han, fpt",
                "nodes[hanoi].places[1]",
                "'fpt-sgn'",
                "each of them once: it stands in line 14 already",
            ),
        ),
    ),
    Broken(
        "users with places",
        FILE,
        "name_en: Citizens, kind: users,",
        "name_en: Citizens, kind: users, places: [khu-cong-nghe-so],",
        (
            Wrong(
                "id: citizens",
                "nodes[citizens].places",
                "does not fit together",
                "'places' is required with kind: place and allowed nowhere else",
            ),
            Wrong(
                "places: [khu-cong-nghe-so], source",
                "nodes[zone].places[0]",
                "'khu-cong-nghe-so'",
                "each of them once: it stands in line 11 already",
            ),
        ),
    ),
    Broken(
        "node without a position",
        FILE,
        "kind: junction, latitude_deg: 9.18, longitude_deg: 105.15,",
        "kind: junction,",
        (
            Wrong(
                "id: core",
                "nodes[core].latitude_deg",
                "missing",
                "latitude_deg and longitude_deg are required where no site stands",
            ),
        ),
    ),
    Broken(
        "half a position",
        FILE,
        "kind: junction, latitude_deg: 9.18, longitude_deg: 105.15,",
        "kind: junction, latitude_deg: 9.18,",
        (
            Wrong(
                "id: core",
                "nodes[core].latitude_deg",
                "does not fit together",
                "latitude_deg and longitude_deg go together",
            ),
        ),
    ),
    Broken(
        "traffic with no users",
        FILE,
        "users: {agencies: 0.6, citizens: 0.4}",
        "users: {agencies: 0.6, core: 0.4}",
        (
            Wrong(
                "core: 0.4",
                "traffic[office-work].users.core",
                "'core'",
                "one of agencies, citizens, vnix-hcm (users and exchanges among the nodes)",
            ),
        ),
    ),
    Broken(
        "shares of users",
        FILE,
        "users: {agencies: 0.6, citizens: 0.4}",
        "users: {agencies: 0.6, citizens: 0.5}",
        (
            Wrong(
                "- id: office-work",
                "traffic[office-work]",
                "does not fit together",
                "the shares of the users must sum to 1",
            ),
        ),
    ),
    Broken(
        "programme without traffic",
        FILE,
        "  - id: office-work\n",
        "  - id: office-work\n    load_classes: [office-hours]\n",
        (
            Wrong(
                "traffic:\n",
                "traffic",
                "no traffic of 'ai-assistants'",
                "a profile that names it or its load class 'ai-batch', or one that names neither and is for the rest",
            ),
        ),
    ),
    Broken(
        "rule without its level",
        FILE,
        "kind: two_routes, min_security_level: 3,",
        "kind: two_routes,",
        (
            Wrong(
                "id: network-two-routes",
                "rules[network-two-routes]",
                "does not fit together",
                "'min_security_level' is required with kind: two_routes and allowed nowhere else",
            ),
        ),
    ),
    Broken(
        "rule named like a policy",
        FILE,
        "id: network-ipv6",
        "id: pue-new-sites",
        (
            Wrong(
                "id: pue-new-sites",
                "rules[pue-new-sites].id",
                "'pue-new-sites'",
                "an id that no policy has: it stands in line 71 of province.yaml",
            ),
        ),
    ),
    Broken(
        "rule that ends before it begins",
        FILE,
        "slack_price_vnd: 1e9, valid_from: 2028-01-01,",
        "slack_price_vnd: 1e9, valid_from: 2028-01-01, valid_to: 2027-01-01,",
        (
            Wrong(
                "id: network-ipv6",
                "rules[network-ipv6].valid_to",
                "'2027-01-01'",
                "a date after valid_from 2028-01-01, or nothing",
            ),
        ),
    ),
)
