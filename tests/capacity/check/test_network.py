"""Rules of the network by hand: what just holds, and what is told when it does not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from capacity.check.evidence import Rule
from capacity.check.network import (
    high_levels_have_two_routes,
    latency_limits_hold,
    leases_are_offered,
    links_carry_their_traffic,
    network_names_are_known,
    paths_are_connected,
    paths_carry_ipv6,
    state_network_is_for_the_state,
    state_traffic_stays_off_the_internet,
    traffic_follows_the_work,
)
from capacity.plan import Flow, LinkLease, Rent
from tests.capacity.check.breakers import Case
from tests.capacity.check.judging import told
from tests.capacity.check.network_breakers import (
    HCM,
    SITE,
    network_case,
    network_of,
    with_flow,
    with_leases,
    with_limit,
    with_link,
    with_more,
)
from tests.factories import make_node

BOTH = (2027, 2028)


def changed(change: Callable[[Case], Case]) -> Case:
    return change(network_case())


def with_rule(rule_id: str, **changes: Any) -> Callable[[Case], Case]:
    """One rule with other fields, in a case that is given."""

    def change(case: Case) -> Case:
        rules = [r.model_copy(update=changes) if r.id == rule_id else r for r in network_of(case).rules]
        return case.with_inputs(network=network_of(case).model_copy(update={"rules": tuple(rules)}))

    return change


LOAD = 2000 * 0.5 + 64 * 10 + 12 * 50


@pytest.mark.parametrize(
    ("leased", "expected"),
    [
        (1240.0, {}),
        (1239.0, {f"site-a/enterprise/{year}": (LOAD, 2239) for year in BOTH}),
        (599.0, {f"{link}/enterprise/{year}": (LOAD, has + 599) for year in BOTH for link, has in
                 (("site-a", 1000), ("access-a", 1640))}),
    ],
)  # fmt: skip
def test_what_a_payer_has_and_leases_carries_its_peaks(leased: float, expected: dict[str, tuple[float, float]]) -> None:
    found = told(links_carry_their_traffic, changed(with_leases(mbps=leased)))
    assert found == {where: pytest.approx(pair) for where, pair in expected.items()}


def test_a_lease_helps_its_own_payer_and_year() -> None:
    case = network_case()
    for change in ({"payer": "state"}, {"year": 2028}):
        leases = tuple(replace(lease, **change) if lease.year == 2027 else lease for lease in case.plan.leases)
        found = told(links_carry_their_traffic, case.with_plan(leases=leases))
        assert found.keys() == {"access-a/enterprise/2027", "site-a/enterprise/2027"}
    halves = tuple(replace(lease, mbps=620.0) for lease in case.plan.leases)
    assert told(links_carry_their_traffic, case.with_plan(leases=(*halves, *halves))) == {}


def test_leases_of_all_payers_stay_within_what_is_offered() -> None:
    assert told(leases_are_offered, changed(with_leases(mbps=10_000.0))) == {}
    assert told(leases_are_offered, changed(with_leases(mbps=10_001.0))) == {
        f"{link}/{year}": (10_001.0, 10_000.0) for link in ("access-a", "site-a") for year in BOTH
    }
    case = network_case()
    states = tuple(replace(lease, payer="state", mbps=8761.0) for lease in case.plan.leases if lease.year == 2028)
    found = told(leases_are_offered, case.with_plan(leases=(*case.plan.leases, *states)))
    assert found == {f"{link}/2028": (10_001.0, 10_000.0) for link in ("access-a", "site-a")}


@pytest.mark.parametrize(
    ("ordered", "late"),
    [(dt.date(2026, 10, 1), 0), (dt.date(2026, 10, 2), 1), (dt.date(2026, 1, 15), 0), (dt.date(2026, 1, 13), 2)],
)
def test_leases_are_ordered_three_months_before_and_not_before_the_plan(ordered: dt.date, late: int) -> None:
    lease = LinkLease("access-a", "enterprise", 2027, 10.0, ordered)
    case = network_case().with_plan(leases=(lease,))
    assert told(leases_are_offered, case) == ({"access-a/enterprise/2027": (late, 0)} if late else {})
    assert told(leases_are_offered, case.with_plan(leases=(replace(lease, mbps=0.0),))) == {}


def test_leases_are_of_links_that_serve_the_payer_all_year() -> None:
    for change, years in (
        (with_link("site-a", valid_from=dt.date(2027, 1, 1)), ()),
        (with_link("site-a", valid_from=dt.date(2027, 1, 2)), (2027,)),
        (with_link("site-a", valid_to=dt.date(2028, 12, 31)), (2028,)),
        (with_link("site-a", capacity_mbps={"state": 200.0}), BOTH),
        (with_link("site-a", capacity_mbps={"enterprise": 0.0}), ()),
    ):
        assert told(leases_are_offered, changed(change)).keys() == {f"site-a/enterprise/{year}" for year in years}


@pytest.mark.parametrize(
    ("profile", "limit", "slowest"),
    [
        ("everything", 38.0, None),
        ("everything", 37.0, {"office/citizens/hanoi/2026": 38.0}),
        ("systems", 4.0 + 1.0, None),
        ("systems", 4.9, {f"systems/citizens/room/{year}": 5.0 for year in (2026, *BOTH)}),
        ("systems", 3.9, {f"systems/{users}/room/{year}": ms for year in (2026, *BOTH) for users, ms in
                          (("citizens", 5.0), ("agencies", 4.0))}),
    ],
)  # fmt: skip
def test_both_paths_keep_the_round_trip(profile: str, limit: float, slowest: dict[str, float] | None) -> None:
    case = changed(with_limit(profile, limit))
    expected = {f"latency/{where}": pytest.approx((ms, limit)) for where, ms in (slowest or {}).items()}
    assert told(latency_limits_hold, case) == expected
    assert told(latency_limits_hold, with_rule("latency", enabled=False)(case)) == {}


def everything_public() -> Case:
    """Traffic that breaks the rules of the network in each year: no IPv6, one route, Internet all the way."""
    case = network_case()
    links = [link.model_copy(update={"ipv6_from": None, "kind": "internet"}) for link in network_of(case).links]
    flows = [replace(flow, second=()) if flow.pool == "systems" else flow for flow in case.plan.flows]
    network = network_of(case).model_copy(update={"links": tuple(links)})
    return case.with_inputs(network=network).with_plan(flows=tuple(flows))


@pytest.mark.parametrize(
    ("rule", "rule_id", "of"),
    [
        (high_levels_have_two_routes, "two-routes", {"systems"}),
        (paths_carry_ipv6, "ipv6", {"systems", "office", "ai", "tenants"}),
        (state_traffic_stays_off_the_internet, "state-network", {"systems"}),
    ],
)
def test_rules_bind_while_they_are_in_force(rule: Rule, rule_id: str, of: set[str]) -> None:
    case = everything_public()

    def years(**changes: Any) -> set[int]:
        found = told(rule, with_rule(rule_id, **changes)(case))
        assert {where.split("/")[1] for where in found} <= of
        return {int(where.split("/")[-1]) for where in found}

    assert {where.split("/")[1] for where in told(rule, case)} == of
    assert years() == {2026, 2027, 2028}
    assert years(enabled=False) == set()
    assert years(valid_from=dt.date(2027, 1, 1)) == {2027, 2028}
    assert years(valid_from=dt.date(2027, 1, 2)) == {2028}
    assert years(valid_to=dt.date(2028, 1, 1)) == {2026, 2027}


def test_two_routes_are_asked_from_a_level_on_and_have_nothing_in_common() -> None:
    one = changed(with_flow("systems", 2027, second=()))
    assert told(high_levels_have_two_routes, one) == {
        f"two-routes/systems/{users}/room/2027": (1, 2) for users in ("agencies", "citizens")
    }
    assert told(high_levels_have_two_routes, with_rule("two-routes", min_security_level=4)(one)) == {}
    lower = with_rule("two-routes", min_security_level=2)(network_case())
    assert {where.split("/")[1] for where in told(high_levels_have_two_routes, lower)} == {"office", "ai", "tenants"}
    common = changed(with_link("room-b", routes=("another", "route-room-a")))
    assert len(told(high_levels_have_two_routes, common)) == 6
    assert told(high_levels_have_two_routes, changed(with_link("room-b", routes=("another",)))) == {}


@pytest.mark.parametrize(("day", "years"), [(dt.date(2027, 1, 1), {2026}), (dt.date(2027, 1, 2), {2026, 2027})])
def test_ipv6_is_there_on_new_years_day_on_every_link(day: dt.date, years: set[int]) -> None:
    found = told(paths_carry_ipv6, changed(with_link("room-b", ipv6_from=day)))
    assert found == {
        f"ipv6/systems/{users}/room/{year}": (1, 0) for users in ("agencies", "citizens") for year in years
    }


def test_internet_links_are_for_second_paths_and_for_citizens() -> None:
    """The agencies' own second way is by the Internet; citizens come by it."""
    assert told(state_traffic_stays_off_the_internet, network_case()) == {}
    swapped = with_flow("systems", 2027, links=("office-access", "room-b"))(network_case())
    assert told(state_traffic_stays_off_the_internet, swapped) == {"state-network/systems/agencies/room/2027": (1, 0)}


def test_the_state_network_carries_the_state_alone() -> None:
    assert told(state_network_is_for_the_state, network_case()) == {}
    citizens = changed(with_link("access-b", kind="state_network"))
    assert told(state_network_is_for_the_state, citizens) == {
        f"systems/citizens/room/{year}": (1, 0) for year in (2026, *BOTH)
    }
    rooms = changed(with_link("room-a", kind="state_network"))
    assert told(state_network_is_for_the_state, rooms).keys() == {f"systems/citizens/room/{y}" for y in (2026, *BOTH)}
    office = with_more(Flow("office", "agencies", "site", 2027, 0.0, ("state-access", "site-a")))(network_case())
    assert told(state_network_is_for_the_state, office).keys() == {"office/agencies/site/2027"}, "the enterprise's"


def flows_of(pool: str | None, year: int, *parts: tuple[str, float]) -> Case:
    """The flows of a pool in a year go to these nodes in these fractions."""
    case = network_case()
    kept = [flow for flow in case.plan.flows if (flow.pool, flow.year) != (pool, year)]
    ways = {"site": SITE, "hcm": HCM, "hanoi": (("access-a", "trunk-a", "hanoi-a"), ())}
    more = [Flow(pool, "citizens", node, year, fraction, *ways[node]) for node, fraction in parts]
    return case.with_plan(flows=(*kept, *more))


@pytest.mark.parametrize(
    ("parts", "total", "wrong"),
    [
        ((("hcm", 0.75), ("hanoi", 0.25)), 1.0, set()),
        ((("hcm", 0.75), ("hanoi", 0.15), ("hanoi", 0.1)), 1.0, set()),
        ((("hcm", 0.5), ("hanoi", 0.5)), 1.0, {" hcm", " hanoi"}),
        ((("hcm", 1.0),), 1.0, {" hcm"}),
        ((("hcm", 0.75),), 0.75, {""}),
        ((("hcm", 0.75), ("hanoi", 0.25), ("site", 0.1)), 1.1, {"", " site"}),
    ],
)
def test_traffic_goes_where_the_work_is_rented(
    parts: tuple[tuple[str, float], ...], total: float, wrong: set[str]
) -> None:
    """Three quarters at the zone with prices; the rest by tender in the zone without, of the other city."""
    found = told(traffic_follows_the_work, flows_of("office", 2026, *parts))
    assert found == {f"office/citizens/2026{place}": pytest.approx((total, 1.0)) for place in wrong}


def test_servers_may_serve_less_than_they_could_and_rent_beside_them_serves_all_that_is_paid() -> None:
    """A quarter rented beside servers for all: 75 % at the site, for what is rented works."""
    rents = (*network_case().plan.rents, Rent("office", "hcm-1", 2027, 0.25))
    right = flows_of("office", 2027, ("site", 0.75), ("hcm", 0.25)).with_plan(rents=rents)
    assert told(traffic_follows_the_work, right) == {}
    less = flows_of("office", 2027, ("site", 0.9), ("hcm", 0.1)).with_plan(rents=rents)
    assert told(traffic_follows_the_work, less).keys() == {"office/citizens/2027 hcm"}


def test_traffic_of_nobody_is_told() -> None:
    found = told(traffic_follows_the_work, changed(with_more(Flow("office", "agencies", "site", 2027, 0.2, *SITE))))
    assert found["office/agencies/2027"] == pytest.approx((0.2, 0.0))


@pytest.mark.parametrize(
    ("links", "right"),
    [
        (("access-a", "site-a"), True),
        (("access-b", "site-b"), True),
        (("site-a", "access-a"), False),
        (("access-a",), False),
        (("access-a", "trunk-a"), False),
        (("access-a", "room-a", "room-b", "site-a"), False),
        (("access-a", "trunk-a", "trunk-b", "site-a"), False),
        ((), False),
    ],
)
def test_a_path_runs_from_users_to_its_node_through_junctions_once(links: tuple[str, ...], right: bool) -> None:
    found = told(paths_are_connected, changed(with_flow("office", 2027, links=links)))
    assert found == ({} if right else {"office/citizens/site/2027": (len(links), 0)})


@pytest.mark.parametrize(
    ("change", "years"),
    [
        ({"valid_from": dt.date(2027, 1, 1)}, set()),
        ({"valid_from": dt.date(2028, 1, 1)}, {2027}),
        ({"valid_to": dt.date(2029, 1, 1)}, set()),
        ({"valid_to": dt.date(2028, 6, 1)}, {2028}),
    ],
)
def test_links_of_a_path_serve_all_year(change: dict[str, dt.date], years: set[int]) -> None:
    found = told(paths_are_connected, changed(with_link("site-a", **change)))
    assert {int(where.split("/")[-1]) for where in found} == years


def test_a_node_of_places_is_no_way_to_another() -> None:
    """Through the junction everything passes; as a place of its own it does not."""
    nodes = [
        make_node("core", "place", places=("nam-can",)) if node.id == "core" else node
        for node in network_of(network_case()).nodes
    ]
    network = network_of(network_case()).model_copy(update={"nodes": tuple(nodes)})
    found = told(paths_are_connected, network_case().with_inputs(network=network))
    assert len(found) == len({(f.pool, f.users, f.node, f.year) for f in network_case().plan.flows})


@pytest.mark.parametrize(
    "change",
    [
        with_flow("office", 2027, users="unheard-of"),
        with_flow("office", 2027, second=("unheard-of",)),
        with_flow("office", 2027, fraction=float("inf")),
        with_leases(link="unheard-of"),
        with_leases(year=2031),
        with_leases(mbps=-1.0),
    ],
)
def test_names_and_amounts_of_flows_and_leases_are_possible(change: Callable[[Case], Case]) -> None:
    assert told(network_names_are_known, changed(change))
    assert told(network_names_are_known, network_case()) == {}


def test_nothing_is_a_possible_amount_and_fibre_belongs_to_no_pool() -> None:
    nothing = changed(with_leases(mbps=0.0))
    assert told(network_names_are_known, nothing) == {}
    fibre = Flow(None, "citizens", "vnix", 2027, 0.0, ("access-a", "trunk-a"))
    assert told(network_names_are_known, changed(with_more(fibre))) == {}
