"""Candidate paths of traffic: the cheapest and the fastest that the network's rules allow in a year."""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from capacity.inputs.network import Link, NetworkFile, NetworkRule
from capacity.inputs.settings import Payer, Settings
from capacity.model.timeline import first_service_year, stands

PATHS_AT_MOST = 64
"""Simple paths between two nodes that are looked at, by rising round trip: candidates are chosen among them."""


class Path(NamedTuple):
    """Links one after the other from the users to the place, and their round trip together."""

    links: tuple[Link, ...]
    round_trip_ms: float


class Route(NamedTuple):
    """The main path of traffic and, where two are asked for, the second that can carry all of it."""

    main: Path
    second: Path | None

    @property
    def paths(self) -> tuple[Path, ...]:
        """Both, or the one."""
        return (self.main,) if self.second is None else (self.main, self.second)

    @property
    def loads(self) -> dict[str, int]:
        """How many times a link carries the traffic."""
        times: dict[str, int] = defaultdict(int)
        for path in self.paths:
            for link in path.links:
                times[link.id] += 1
        return dict(times)


@dataclass(frozen=True, slots=True)
class Stream:
    """Whose traffic it is, how much, and what is asked of its paths; ``level`` 0: of nobody's systems."""

    payer: Payer
    level: int
    users: str
    mbps: float
    round_trip_ms_max: float | None


class Network:
    """The links of one year, and paths over them."""

    def __init__(self, network: NetworkFile, settings: Settings, year: int) -> None:
        self.file, self.settings, self.year = network, settings, year
        self.nodes = {node.id: node for node in network.nodes}
        self.links = [link for link in network.links if stands(link.valid_from, link.valid_to, year)]
        self.day = dt.date(year, 1, 1)
        self.rules = [rule for rule in network.rules if rule.enabled and rule.in_force(self.day)]
        self._ends: dict[str, list[tuple[Link, str]]] = defaultdict(list)
        for link in self.links:
            self._ends[link.start].append((link, link.end))
            self._ends[link.end].append((link, link.start))
        self._known: dict[tuple[str, str, bool], list[Path]] = {}

    def paths(self, users: str, node: str, *, state_network: bool) -> list[Path]:
        """Simple paths by rising round trip; over links of the state network only where it may be used."""
        key = (users, node, state_network)
        if key not in self._known:
            self._known[key] = list(itertools.islice(self._by_round_trip(*key), PATHS_AT_MOST))
        return self._known[key]

    def _by_round_trip(self, users: str, node: str, state_network: bool) -> Iterator[Path]:
        order = itertools.count()
        waiting: list[tuple[float, int, str, tuple[Link, ...], frozenset[str]]] = []
        heapq.heappush(waiting, (0.0, next(order), users, (), frozenset({users})))
        while waiting:
            round_trip, _, at, links, seen = heapq.heappop(waiting)
            if at == node and links:
                yield Path(links, round_trip)
                continue
            for link, other in self._ends[at]:
                through = other == node or self.nodes[other].kind in ("junction", "exchange")
                if other in seen or not through or (link.kind == "state_network" and not state_network):
                    continue
                entry = (round_trip + link.round_trip_ms, next(order), other, (*links, link), seen | {other})
                heapq.heappush(waiting, entry)

    def capacity_mbps(self, link: Link, payer: Payer) -> float:
        """What a payer has on a link now."""
        return link.capacity_mbps.get(payer, 0.0)

    def leasable_mbps(self, link: Link) -> float:
        """What may be leased on a link in the year, all payers together: nothing before its lead time is over."""
        terms = link.lease
        if terms is None or self.year < first_service_year(self.settings, terms.lead_time_months):
            return 0.0
        return terms.max_mbps

    def _carries(self, path: Path, payer: Payer) -> bool:
        return all(
            payer in link.capacity_mbps and self.capacity_mbps(link, payer) + self.leasable_mbps(link) > 0
            for link in path.links
        )

    def rules_of(self, stream: Stream) -> list[NetworkRule]:
        """The rules in force that ask something of a stream."""
        state = stream.payer == "state" and self.nodes[stream.users].government
        return [
            rule
            for rule in self.rules
            if (rule.kind == "latency" and stream.round_trip_ms_max is not None)
            or (rule.kind == "two_routes" and stream.level >= (rule.min_security_level or 0) and stream.level > 0)
            or rule.kind == "ipv6"
            or (rule.kind == "state_network" and state)
        ]

    def routes(self, stream: Stream, node: str, *, without: str | None = None) -> list[Route]:
        """The candidates of a stream to a node, the cheapest first; ``without``: as if this rule did not exist."""
        rules = [rule for rule in self.rules_of(stream) if rule.id != without]
        kinds = {rule.kind for rule in rules}
        state = stream.payer == "state" and self.nodes[stream.users].government
        possible = [
            path
            for path in self.paths(stream.users, node, state_network=state)
            if self._carries(path, stream.payer)
            and not (
                ("latency" in kinds and path.round_trip_ms > (stream.round_trip_ms_max or 0) * (1 + 1e-9))
                or ("ipv6" in kinds and not all(carries_ipv6(link, self.day) for link in path.links))
            )
        ]
        main = [path for path in possible if "state_network" not in kinds or not _is_public(path)]
        if "two_routes" in kinds:
            routes = [Route(one, other) for one in main for other in possible if disjoint(one, other)]
            routes = [route for route in routes if not self._is_twin(route, main)]
        else:
            routes = [Route(path, None) for path in main]
        return self._chosen(routes, stream)

    def _vnd_per_mbps_month(self, link: Link, stream: Stream) -> float:
        """Lease of a link per Mbps of a stream that has it for itself: what is there is free."""
        if link.lease is None:
            return 0.0
        return link.lease.vnd_per_mbps_month * max(0.0, 1 - self.capacity_mbps(link, stream.payer) / stream.mbps)

    def _chosen(self, routes: list[Route], stream: Stream) -> list[Route]:
        """Some of the cheapest, each over links that those before it use least, and some of the fastest."""

        def cost(route: Route) -> tuple[float, float]:
            links = [link for path in route.paths for link in path.links]
            vnd = sum(self._vnd_per_mbps_month(link, stream) for link in links)
            return (vnd, sum(path.round_trip_ms for path in route.paths))

        def time(route: Route) -> tuple[float, float]:
            return (route.main.round_trip_ms, cost(route)[0])

        chosen: list[Route] = []
        used: dict[str, int] = defaultdict(int)
        while len(chosen) < min(self.file.candidate_paths, len(routes)):
            left = (route for route in routes if route not in chosen)
            best = min(left, key=lambda route: (sum(used[link] for link in route.loads), *cost(route)))
            for link in best.loads:
                used[link] += 1
            chosen.append(best)
        fastest = sorted(routes, key=time)[: self.file.candidate_paths]
        return chosen + [route for route in fastest if route not in chosen]

    def _is_twin(self, route: Route, main: list[Path]) -> bool:
        """Whether the same two paths stand the other way round too, the faster in front."""
        assert route.second is not None
        one, other = _order(route.main), _order(route.second)
        return route.second in main and other < one


def _order(path: Path) -> tuple[float, tuple[str, ...]]:
    return (path.round_trip_ms, tuple(link.id for link in path.links))


def _is_public(path: Path) -> bool:
    return any(link.kind == "internet" for link in path.links)


def carries_ipv6(link: Link, day: dt.date) -> bool:
    """Whether a link carries IPv6 on a day."""
    return link.ipv6_from is not None and link.ipv6_from <= day


def disjoint(one: Path, other: Path) -> bool:
    """Whether two paths have no physical route in common."""
    routes = {route for link in one.links for route in link.routes}
    return not any(route in routes for link in other.links for route in link.routes)
