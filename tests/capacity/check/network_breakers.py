"""For every rule of the network, changes to a valid plan or to its network that break it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from capacity.inputs import NetworkFile
from capacity.inputs.network import Link
from capacity.plan import Flow, LinkLease, Rent
from tests.capacity.check.breakers import Case, valid_case
from tests.factories import make_network

SITE = (("access-a", "site-a"), ())
ROOM = (("state-access", "room-a"), ("office-access", "room-b"))
ROOM_OF_CITIZENS = (("access-a", "room-a"), ("access-b", "room-b"))
HCM = (("access-a", "trunk-a", "hcm-a"), ())
LEASED = ("access-a", "site-a")


@cache
def network_case() -> Case:
    """The valid plan with a network: its pools' traffic by the shortest paths, all of it leased where it is much.

    2026 comes before any lease, so that links have a Gbps for the enterprise already.
    """
    links = tuple(_link(link) for link in make_network().links)
    case = valid_case().with_inputs(network=make_network(links=links))
    flows = [Flow("systems", "agencies", "room", year, 1.0, *ROOM) for year in (2026, 2027, 2028)]
    flows += [Flow("systems", "citizens", "room", year, 1.0, *ROOM_OF_CITIZENS) for year in (2026, 2027, 2028)]
    for pool in ("office", "ai"):
        flows += [Flow(pool, "citizens", "hcm", 2026, 0.75 if pool == "office" else 1.0, *HCM)]
        flows += [Flow(pool, "citizens", "site", year, 1.0, *SITE) for year in (2027, 2028)]
    flows += [Flow("office", "citizens", "hanoi", 2026, 0.25, ("access-a", "trunk-a", "hanoi-a"))]
    flows += [Flow("tenants", "citizens", "site", year, 1.0, *SITE) for year in (2027, 2028)]
    leases = [
        LinkLease(link, "enterprise", year, 1240.0, dt.date(year - 1, 10, 1))
        for link in LEASED
        for year in (2027, 2028)
    ]
    return case.with_plan(flows=tuple(flows), leases=tuple(leases))


def _link(link: Link) -> Link:
    enterprise = 1000.0 if link.kind == "dark_fibre" else 1640.0
    return link.model_copy(update={"capacity_mbps": {"state": 200.0, "enterprise": enterprise}})


def network_of(case: Case) -> NetworkFile:
    """The network of a case."""
    assert case.inputs.network is not None
    return case.inputs.network


def with_link(name: str, **changes: Any) -> Callable[[Case], Case]:
    """One link with other fields."""

    def change(_: Case) -> Case:
        case = network_case()
        links = [link.model_copy(update=changes) if link.id == name else link for link in network_of(case).links]
        return case.with_inputs(network=network_of(case).model_copy(update={"links": tuple(links)}))

    return change


def with_flow(pool: str | None, year: int, **changes: Any) -> Callable[[Case], Case]:
    """Every flow of a pool in a year with other fields."""

    def change(_: Case) -> Case:
        case = network_case()
        flows = [replace(f, **changes) if (f.pool, f.year) == (pool, year) else f for f in case.plan.flows]
        return case.with_plan(flows=tuple(flows))

    return change


def with_leases(**changes: Any) -> Callable[[Case], Case]:
    """Every lease with other fields."""

    def change(_: Case) -> Case:
        case = network_case()
        return case.with_plan(leases=tuple(replace(lease, **changes) for lease in case.plan.leases))

    return change


def with_more(*flows: Flow) -> Callable[[Case], Case]:
    """More flows than there is traffic."""

    def change(_: Case) -> Case:
        case = network_case()
        return case.with_plan(flows=(*case.plan.flows, *flows))

    return change


def with_limit(profile_id: str, limit_ms: float) -> Callable[[Case], Case]:
    """One profile with another limit of its round trips."""

    def change(_: Case) -> Case:
        case = network_case()
        limited = {"round_trip_ms_max": limit_ms}
        traffic = [p.model_copy(update=limited) if p.id == profile_id else p for p in network_of(case).traffic]
        return case.with_inputs(network=network_of(case).model_copy(update={"traffic": tuple(traffic)}))

    return change


def _rented_beside(_: Case) -> Case:
    """A quarter is rented although the servers carry everything."""
    case = network_case()
    return case.with_plan(rents=(*case.plan.rents, Rent("office", "hcm-1", 2027, 0.25)))


def _all_to_one_city(_: Case) -> Case:
    """What is rented by tender in the other city gets nothing."""
    case = network_case()
    flows = [f for f in case.plan.flows if f.node != "hanoi"]
    return case.with_plan(flows=tuple(replace(f, fraction=1.0) if f.node == "hcm" else f for f in flows))


def _no_network(_: Case) -> Case:
    return network_case().with_inputs(network=None)


NETWORK_BREAKERS: tuple[tuple[str, str, Callable[[Case], Case]], ...] = (
    ("network_names_are_known", "no network", _no_network),
    ("network_names_are_known", "a node", with_flow("office", 2027, node="unheard-of")),
    ("network_names_are_known", "a link", with_flow("office", 2027, links=("access-a", "unheard-of"))),
    ("network_names_are_known", "a pool", with_more(Flow("unheard-of", "citizens", "site", 2027, 0.0, *SITE))),
    ("network_names_are_known", "a year", with_more(Flow("office", "citizens", "site", 2031, 0.0, *SITE))),
    ("network_names_are_known", "less than nothing", with_flow("office", 2027, fraction=-1.0)),
    ("network_names_are_known", "not a number", with_leases(mbps=float("nan"))),
    ("network_names_are_known", "no lease offered", with_link("access-a", lease=None)),
    ("paths_are_connected", "a gap", with_flow("office", 2027, links=("access-a", "hcm-a"))),
    ("paths_are_connected", "ends elsewhere", with_flow("office", 2027, links=("access-a", "room-a"))),
    ("paths_are_connected", "no link", with_flow("office", 2027, links=())),
    (
        "paths_are_connected",
        "there and back",
        with_flow("office", 2027, links=("access-a", "access-b", "access-a", "site-a")),
    ),
    (
        "paths_are_connected",
        "through users",
        with_flow("office", 2027, links=("access-a", "office-access", "state-access", "site-a")),
    ),
    ("paths_are_connected", "second route", with_flow("systems", 2027, second=("office-access",))),
    ("paths_are_connected", "not in service", with_link("site-a", valid_from=dt.date(2027, 1, 2))),
    ("traffic_follows_the_work", "nothing is carried", lambda _: network_case().with_plan(flows=())),
    ("traffic_follows_the_work", "half", with_flow("ai", 2027, fraction=0.5)),
    ("traffic_follows_the_work", "no work there", with_flow("ai", 2027, node="hcm", links=HCM[0])),
    ("traffic_follows_the_work", "nothing to what is rented beside", _rented_beside),
    ("traffic_follows_the_work", "more than is rented", _all_to_one_city),
    ("traffic_follows_the_work", "not as rented", with_flow("office", 2026, fraction=0.5)),
    (
        "traffic_follows_the_work",
        "no traffic",
        with_more(Flow(None, "citizens", "vnix", 2027, 1.0, ("access-a", "trunk-a"))),
    ),
    ("links_carry_their_traffic", "less leased", with_leases(mbps=500.0)),
    ("links_carry_their_traffic", "second route", with_link("room-b", capacity_mbps={"state": 99.0})),
    ("leases_are_offered", "more than offered", with_leases(mbps=10_001.0)),
    ("leases_are_offered", "before the plan", with_leases(order_by=dt.date(2026, 1, 14))),
    ("leases_are_offered", "too late", with_leases(order_by=dt.date(2026, 10, 2))),
    ("leases_are_offered", "not for this payer", with_link("site-a", capacity_mbps={"state": 200.0})),
    (
        "state_network_is_for_the_state",
        "citizens",
        with_link("access-a", kind="state_network"),
    ),
    ("latency_limits_hold", "a tenth of a millisecond", with_limit("everything", 7.9)),
    ("latency_limits_hold", "the second route alone", with_limit("systems", 3.9)),
    ("high_levels_have_two_routes", "one", with_flow("systems", 2027, second=())),
    ("high_levels_have_two_routes", "a common route", with_link("room-b", routes=("route-room-a",))),
    ("paths_carry_ipv6", "never", with_link("access-a", ipv6_from=None)),
    ("paths_carry_ipv6", "the second route alone", with_link("office-access", ipv6_from=None)),
    ("paths_carry_ipv6", "too late", with_link("access-a", ipv6_from=dt.date(2028, 1, 2))),
    ("state_traffic_stays_off_the_internet", "main path", with_link("room-a", kind="internet")),
)
