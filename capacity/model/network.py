"""Constraints on the network: traffic follows the work to where it runs, over links that can carry it.

Columns: ``flow`` (a fraction of a pool's traffic with a group of users on one candidate of ``paths``), ``lease``
(Gbit/s of a payer on a link in a year), ``tender_at`` (at which node a tender takes a zone). Nothing here has an hour.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

import numpy as np
import numpy.typing as npt

from capacity.demand.needs import Pool
from capacity.inputs.clouds import TENDER
from capacity.inputs.network import Link
from capacity.inputs.settings import Payer
from capacity.model.frame import BILLION, Frame, Slack
from capacity.model.linear import Expression, Key
from capacity.model.market import egress_vnd_per_year, eligible_zones, main_resource, prices_at, rents
from capacity.model.paths import Network, Stream
from capacity.model.timeline import discount, order_by, vat_factor
from capacity.plan import Flow, LinkLease

MBPS_PER_GBPS = 1000.0
MONTHS = 12
NO_PATH = "path"
"""Policy of a slack: no path keeps all the rules, and none would with one of them less."""
PAST_ALL_LINKS_VND = 1e9
"""Price of an Mbps for a year past the capacity of a link, or without a path: far above any lease, only to rank."""
BROADBAND = ""
"""In the place of a pool: fibre and 5G."""
BETWEEN_LINKS = ">"
PAYERS: tuple[Payer, ...] = get_args(Payer)


@dataclass(frozen=True, slots=True)
class Haul:
    """Traffic of a year between users and a node: ``share`` of the whole stream goes there."""

    pool: str
    stream: Stream
    node: str
    share: Expression


def networks(frame: Frame) -> Iterator[tuple[int, Network]]:
    """The network of every year; none without ``network.yaml``."""
    if frame.inputs.network is not None:
        for year in frame.years:
            yield year, Network(frame.inputs.network, frame.settings, year)


def hauls(frame: Frame, network: Network, year: int) -> Iterator[Haul]:
    """All traffic of a year, by whose it is and where it may go. What else must be carried (copies) is added here."""
    for pool, _ in frame.pools(year):
        peaks = frame.traffic.of(pool.id, year)
        shares = shares_by_node(frame, network, pool, year) if peaks else {}
        for users, traffic in peaks.items():
            stream = Stream(pool.payer, pool.security_level, users, traffic.mbps, traffic.round_trip_ms_max)
            for node, share in shares.items():
                yield Haul(pool.id, stream, node, share)
    growth = network.file.broadband
    mbps = frame.traffic.broadband_mbps.get(year, 0.0)
    if growth is not None and mbps > 0:
        stream = Stream("enterprise", 0, growth.users, mbps, None)
        yield Haul(BROADBAND, stream, growth.exchange, Expression(constant=1.0))


def shares_by_node(frame: Frame, network: Network, pool: Pool, year: int) -> dict[str, Expression]:
    """Node -> fraction of a pool that runs at its sites and in its zones. A tender is at the nodes of its zones."""
    shares: dict[str, Expression] = defaultdict(Expression)
    for site in frame.inputs.sites.sites:
        column, node = frame.model.find("own", pool.id, site.id, year), network.file.node_of(site.id)
        if column is not None and node is not None:
            shares[node].add(column, 1.0)
    for key, column in frame.model.matching("rent"):
        if key[1] == pool.id and key[4] == year and key[2] != TENDER:
            node = network.file.node_of(str(key[2]))
            if node is not None:
                shares[node].add(column, 1.0)
    for node in tender_nodes(frame, network, pool, year):
        column = frame.model.find("tender_at", pool.id, node, year)
        if column is not None:
            shares[node].add(column, 1.0)
    return dict(shares)


def tender_nodes(frame: Frame, network: Network, pool: Pool, year: int) -> list[str]:
    """Nodes of the eligible zones without a price of their own, which a tender asks for."""
    amounts = {str(name): values[frame.years.index(year)] for name, values in pool.amounts.items()}
    main = main_resource(amounts)
    if main is None:
        return []
    zones = (zone.id for zone in eligible_zones(frame.inputs, pool) if not prices_at(frame.inputs, main, zone.id, year))
    return sorted({node for zone in zones if (node := network.file.node_of(zone)) is not None})


def tenders_have_a_place(frame: Frame) -> None:
    """What a tender rents stands at nodes of the zones that it asks for."""
    for year, network in networks(frame):
        for pool, _ in frame.pools(year):
            rented = Expression()
            for key, column in frame.model.matching("rent"):
                if (key[1], key[2], key[4]) == (pool.id, TENDER, year):
                    rented.add(column, -1.0)
            if rented.terms:
                for node in tender_nodes(frame, network, pool, year):
                    rented.add(frame.model.column(("tender_at", pool.id, node, year), upper=1.0), 1.0)
                frame.model.row(("tenders_have_a_place", pool.id, year), rented, lower=0.0, upper=0.0)


def traffic_follows_the_work(frame: Frame) -> None:
    """The traffic of the part of a pool that runs at a node is carried there, over paths that keep the rules."""
    for year, network in networks(frame):
        for haul in hauls(frame, network, year):
            place = (haul.pool, haul.node, haul.stream.users)
            carried = Expression().plus(haul.share, -1.0)
            routes = network.routes(haul.stream, haul.node)
            for route in routes:
                ways = [BETWEEN_LINKS.join(link.id for link in path.links) for path in route.paths]
                key = ("flow", *place, ways[0], ways[1] if len(ways) > 1 else "", year)
                carried.add(frame.model.column(key, upper=1.0), 1.0)
            if not routes:
                carried.add(_breach(frame, network, haul, year), 1.0)
            frame.model.row(("traffic_follows_the_work", *place, year), carried, lower=0.0, upper=0.0)


def _breach(frame: Frame, network: Network, haul: Haul, year: int) -> int:
    """A slack that uses the node all the same, in the name of the cheapest rule without which a path would do."""
    policy, price = NO_PATH, PAST_ALL_LINKS_VND
    for rule in sorted(network.rules_of(haul.stream), key=lambda rule: (rule.slack_price_vnd, rule.id)):
        if network.routes(haul.stream, haul.node, without=rule.id):
            policy, price = rule.id, rule.slack_price_vnd
            break
    key = ("slack", policy, haul.pool, haul.node, haul.stream.users, year)
    column = frame.model.column(key, upper=1.0)
    frame.slacks[column] = Slack(policy, year, None, "Mbps", price * haul.stream.mbps / BILLION, haul.stream.mbps)
    return column


def links_carry_their_traffic(frame: Frame) -> None:
    """A payer's traffic on a link stays within what it has there and what it leases; the second path counts in full."""
    for year, network in networks(frame):
        links = {link.id: link for link in network.links}
        flows: dict[tuple[str | int, ...], list[tuple[Key, int]]] = defaultdict(list)
        for key, column in frame.model.matching("flow"):
            if key[6] == year:
                flows[key[1:4]].append((key, column))
        loads: dict[tuple[str, Payer], Expression] = defaultdict(Expression)
        # a pool's nodes share its traffic: what a link may carry of it is the most of any of them
        most: dict[tuple[str, Payer], dict[tuple[str, str], float]] = defaultdict(lambda: defaultdict(float))
        for haul in hauls(frame, network, year):
            whole = (haul.pool, haul.stream.users)
            for key, column in flows[haul.pool, haul.node, haul.stream.users]:
                carried = links_of(key[4]) + links_of(key[5])
                for link_id in dict.fromkeys(carried):
                    at, gbps = (link_id, haul.stream.payer), haul.stream.mbps * carried.count(link_id) / MBPS_PER_GBPS
                    loads[at].add(column, gbps)
                    most[at][whole] = max(most[at][whole], gbps)
        for link_id, payer in sorted(loads):
            at_most = sum(most[link_id, payer].values())
            _link_carries(frame, network, links[link_id], payer, loads[link_id, payer], at_most)


def links_of(way: str | int) -> tuple[str, ...]:
    """The links of a path as it stands in the key of a column."""
    return tuple(str(way).split(BETWEEN_LINKS)) if way else ()


def _link_carries(frame: Frame, network: Network, link: Link, payer: Payer, load: Expression, most_gbps: float) -> None:
    """The row of a link and payer, unless what is there carries all that could ever come."""
    there, year = network.capacity_mbps(link, payer) / MBPS_PER_GBPS, network.year
    if most_gbps <= there:
        return
    limit = min(network.leasable_mbps(link) / MBPS_PER_GBPS, most_gbps)
    if limit > 0:
        load.add(frame.model.column(("lease", link.id, payer, year), upper=limit), -1.0)
    price = PAST_ALL_LINKS_VND * MBPS_PER_GBPS / BILLION
    slack = Slack(f"link:{link.id}:{payer}", year, None, "Mbps", price, MBPS_PER_GBPS)
    load.add(frame.elastic(slack, most_gbps), -1.0)
    frame.model.row(("links_carry_their_traffic", link.id, payer, year), load, upper=there)


def leases_stay_within_the_link(frame: Frame) -> None:
    """All payers together lease no more of a link than may be leased."""
    for year, network in networks(frame):
        for link in network.links:
            leased = Expression()
            for payer in PAYERS:
                column = frame.model.find("lease", link.id, payer, year)
                if column is not None:
                    leased.add(column, 1.0)
            if len(leased.terms) > 1:
                limit = network.leasable_mbps(link) / MBPS_PER_GBPS
                frame.model.row(("leases_stay_within_the_link", link.id, year), leased, upper=limit)


def lease_vnd_per_gbps_year(frame: Frame, link: Link, payer: Payer, year: int) -> float:
    """Twelve months of a leased Gbit/s as the payer pays it in a year."""
    lease = link.lease
    assert lease is not None
    vat = vat_factor(frame.settings, payer, year)
    if lease.includes_vat:
        vat /= 1 + frame.settings.vat.rate(link.valid_from.year)
    return lease.vnd_per_mbps_month * MBPS_PER_GBPS * MONTHS * vat


def network_cash(frame: Frame, payer: Payer, year: int) -> Expression:
    """What a payer pays in a year for leased bandwidth and for traffic out of clouds, billion VND."""
    cash = Expression()
    if frame.inputs.network is None or year not in frame.years:
        return cash
    for link in frame.inputs.network.links:
        column = frame.model.find("lease", link.id, payer, year)
        if column is not None:
            cash.add(column, lease_vnd_per_gbps_year(frame, link, payer, year) / BILLION)
    for pool, amounts in frame.pools(year):
        if pool.payer == payer:
            egress = frame.traffic.egress_gb_per_month.get((pool.id, year), 0.0)
            for offer in rents(frame.inputs, pool, amounts, year):
                column = frame.model.columns["rent", pool.id, offer.location, offer.gpu_price or "", year]
                cash.add(column, egress_vnd_per_year(frame.inputs, pool, egress, offer.location, year) / BILLION)
    return cash


def network_is_paid(frame: Frame) -> None:
    """Leased bandwidth is paid by the month, and so is every GB that leaves a cloud zone."""
    for year in frame.years:
        for payer in PAYERS:
            frame.model.add_cost(network_cash(frame, payer, year), discount(frame.settings, year))


def leases_and_flows(
    frame: Frame, solution: npt.NDArray[np.float64], small: float
) -> tuple[list[LinkLease], list[Flow]]:
    """What a solution leases and where it sends traffic; up to ``small`` (Gbit/s, fractions) is nothing."""
    terms = {link.id: link.lease for link in frame.inputs.network.links} if frame.inputs.network is not None else {}
    leases: list[LinkLease] = []
    for key, column in frame.model.matching("lease"):
        lease, amount = terms[str(key[1])], float(solution[column])
        if lease is not None and amount > small:
            payer: Payer = "state" if key[2] == "state" else "enterprise"
            ordered = order_by(int(key[3]), lease.lead_time_months)
            leases.append(LinkLease(str(key[1]), payer, int(key[3]), amount * MBPS_PER_GBPS, ordered))
    flows: list[Flow] = []
    for key, column in frame.model.matching("flow"):
        fraction = float(solution[column])
        if fraction > small:
            pool, node, users = (str(part) for part in key[1:4])
            ways = (links_of(key[4]), links_of(key[5]))
            flows.append(Flow(pool or None, users, node, int(key[6]), min(fraction, 1.0), *ways))
    leases.sort(key=lambda lease: (lease.year, lease.link, lease.payer))
    flows.sort(key=lambda flow: (flow.year, flow.pool or "", flow.node, flow.users, flow.links, flow.second))
    return leases, flows
