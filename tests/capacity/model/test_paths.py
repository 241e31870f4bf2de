"""Candidate paths against a search of all paths, on networks that hypothesis draws, and each rule by itself."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.inputs import NetworkFile
from capacity.inputs.network import Link
from capacity.model.paths import Network, Route, Stream, disjoint
from tests.factories import make_link, make_network, make_node, make_rule, make_settings

CITIZENS = Stream("enterprise", 2, "citizens", 1000.0, None)
AGENCIES = Stream("state", 3, "agencies", 1000.0, None)


def network_of(year: int = 2027, **overrides: Any) -> Network:
    """The factory's network without rules, and with other fields."""
    return Network(make_network(**{"rules": (), **overrides}), make_settings(), year)


def with_link(name: str, **changes: Any) -> tuple[Link, ...]:
    return tuple(link.model_copy(update=changes) if link.id == name else link for link in make_network().links)


def ways(routes: list[Route]) -> list[tuple[tuple[str, ...], ...]]:
    return [tuple(tuple(link.id for link in path.links) for path in route.paths) for route in routes]


@st.composite
def networks(draw: st.DrawFn) -> NetworkFile:
    """Users, a place, an exchange and junctions, joined at random, often twice and on common routes."""
    nodes = ["citizens", "site", "vnix", "core", "edge"]
    pairs = st.sampled_from(list(itertools.combinations(nodes, 2)))
    drawn = draw(st.lists(st.tuples(pairs, st.integers(1, 9), st.integers(1, 5)), min_size=1, max_size=9))
    links = [
        make_link(f"l{index}", *pair, round_trip_ms=float(ms), routes=[f"r{route}"], kind="leased_line")
        for index, (pair, ms, route) in enumerate(drawn)
    ]
    kinds = {"citizens": "users", "site": "place", "vnix": "exchange"}
    known = [
        make_node(node, kinds.get(node, "junction"), **({"places": ["khanh-an"]} if node == "site" else {}))
        for node in nodes
    ]
    return make_network(nodes=known, links=links, rules=(), candidate_paths=draw(st.integers(1, 3)))


def every_path(file: NetworkFile, at: str, seen: tuple[str, ...], links: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """All simple paths to the site, by depth."""
    if at == "site":
        yield links
        return
    if at == "citizens" and links:
        return
    for link in file.links:
        if at in (link.start, link.end):
            other = link.end if at == link.start else link.start
            if other not in seen:
                yield from every_path(file, other, (*seen, other), (*links, link.id))


@settings(max_examples=200)
@given(networks())
def test_paths_are_all_simple_paths_fastest_first(file: NetworkFile) -> None:
    found = Network(file, make_settings(), 2027).paths("citizens", "site", state_network=False)
    assert {tuple(link.id for link in path.links) for path in found} == set(
        every_path(file, "citizens", ("citizens",), ())
    )
    times = [path.round_trip_ms for path in found]
    assert times == sorted(times)
    assert times == pytest.approx([sum(link.round_trip_ms for link in path.links) for path in found])


@settings(max_examples=200)
@given(networks())
def test_pairs_have_no_route_in_common_and_none_is_overlooked(file: NetworkFile) -> None:
    ruled = file.model_copy(update={"rules": (make_rule("two-routes", min_security_level=1),)})
    network = Network(ruled, make_settings(), 2027)
    routes = network.routes(CITIZENS, "site")
    paths = network.paths("citizens", "site", state_network=False)
    assert bool(routes) == any(disjoint(one, other) for one, other in itertools.combinations(paths, 2))
    for route in routes:
        assert route.second is not None
        assert disjoint(route.main, route.second)
    assert len(routes) <= 2 * file.candidate_paths
    assert len(set(ways(routes))) == len(routes)


@settings(max_examples=200)
@given(networks())
def test_the_fastest_and_the_cheapest_are_candidates(file: NetworkFile) -> None:
    network = Network(file, make_settings(), 2027)
    routes, paths = network.routes(CITIZENS, "site"), network.paths("citizens", "site", state_network=False)
    assert bool(routes) == bool(paths)
    if paths:
        assert paths[0].round_trip_ms in {route.main.round_trip_ms for route in routes}
        assert min(len(path.links) for path in paths) in {len(route.main.links) for route in routes}


@pytest.mark.parametrize(("middle", "passable"), [("agencies", False), ("room", False), ("core", True), ("vnix", True)])
def test_traffic_passes_through_junctions_and_exchanges_only(middle: str, passable: bool) -> None:
    links = (make_link("first", "citizens", middle), make_link("last", middle, "site"))
    assert bool(network_of(links=links).routes(CITIZENS, "site")) == passable


def test_the_state_network_is_for_the_state_and_its_agencies() -> None:
    network = network_of()
    assert {way[0][0] for way in ways(network.routes(AGENCIES, "room"))} == {"state-access", "office-access"}
    enterprise = Stream("enterprise", 3, "agencies", 1000.0, None)
    assert {way[0][0] for way in ways(network.routes(enterprise, "site"))} == {"office-access"}


def test_the_main_path_of_the_state_stays_off_the_internet() -> None:
    rules = (make_rule("state-network"), make_rule("two-routes"))
    routes = ways(network_of(rules=rules).routes(AGENCIES, "room"))
    assert {(main[0], second[0]) for main, second in routes} == {("state-access", "office-access")}
    assert network_of(rules=rules[:1]).routes(Stream("state", 3, "citizens", 1.0, None), "room")


def test_latency_excludes_the_far_city() -> None:
    rules = (make_rule("latency"),)
    near, far = Stream("enterprise", 2, "citizens", 1.0, 37.9), Stream("enterprise", 2, "citizens", 1.0, 38.0)
    assert network_of(rules=rules).routes(near, "hanoi") == []
    assert ways(network_of(rules=rules).routes(far, "hanoi")) == [(("access-a", "trunk-a", "hanoi-a"),)]
    assert network_of().routes(near, "hanoi")


@pytest.mark.parametrize(("level", "routes"), [(2, 1), (3, 2), (4, 2)])
def test_two_routes_are_asked_for_from_a_level_on(level: int, routes: int) -> None:
    stream = Stream("enterprise", level, "citizens", 1.0, None)
    found = network_of(rules=(make_rule("two-routes"),)).routes(stream, "site")
    assert {len(route.paths) for route in found} == {routes}


def test_ipv6_excludes_a_link_until_it_carries_it() -> None:
    links = with_link("access-a", ipv6_from=dt.date(2027, 1, 2))
    rules = (make_rule("ipv6"),)
    assert {way[0][0] for way in ways(network_of(2027, links=links, rules=rules).routes(CITIZENS, "site"))} == {
        "access-b"
    }
    assert {way[0][0] for way in ways(network_of(2028, links=links, rules=rules).routes(CITIZENS, "site"))} >= {
        "access-a"
    }


@pytest.mark.parametrize(
    "change", [{"enabled": False}, {"valid_from": dt.date(2027, 1, 2)}, {"valid_to": dt.date(2027, 1, 1)}], ids=repr
)
def test_a_rule_that_is_off_or_not_in_force_asks_for_nothing(change: dict[str, Any]) -> None:
    rule = make_rule("two-routes", min_security_level=1, **change)
    assert {len(route.paths) for route in network_of(rules=(rule,)).routes(CITIZENS, "site")} == {1}


@pytest.mark.parametrize(
    "change",
    [
        {"valid_from": dt.date(2027, 1, 2)},
        {"valid_to": dt.date(2027, 12, 31)},
        {"capacity_mbps": {"state": 100.0}},
        {"capacity_mbps": {"enterprise": 0.0}, "lease": None},
    ],
    ids=repr,
)
def test_a_link_that_does_not_serve_is_on_no_path(change: dict[str, Any]) -> None:
    found = ways(network_of(links=with_link("site-a", **change)).routes(CITIZENS, "site"))
    assert {way[0][-1] for way in found} == {"site-b"}


def test_a_lease_that_comes_too_late_carries_nothing() -> None:
    terms = make_network().links[0].lease
    assert terms is not None
    lease = terms.model_copy(update={"lead_time_months": 12.0})
    links = with_link("site-a", capacity_mbps={"enterprise": 0.0}, lease=lease)
    assert {way[0][-1] for way in ways(network_of(2026, links=links).routes(CITIZENS, "site"))} == {"site-b"}
    assert "site-a" in {way[0][-1] for way in ways(network_of(2028, links=links).routes(CITIZENS, "site"))}


def test_what_is_there_goes_before_what_must_be_leased() -> None:
    links = with_link("site-b", capacity_mbps={"enterprise": 1000.0})
    cheapest = ways(network_of(links=links, candidate_paths=1).routes(CITIZENS, "site"))[0]
    assert cheapest[0][-1] == "site-b"
