"""Rules of the network: every path is one, carries what it should, keeps the rules in force, and fits its links."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterator

from capacity.accounts.network import leased_of, links_by_id, loads_of, payer_of, round_trip_ms
from capacity.accounts.renting import amounts_of, eligible_zones, entries, main_resource
from capacity.accounts.timing import latest_order, stands
from capacity.check.demand import owned_fractions
from capacity.check.evidence import CheckViolation, Evidence, Rule
from capacity.check.words import PAYER_VI
from capacity.demand.needs import Pool
from capacity.inputs.clouds import TENDER
from capacity.inputs.network import NetworkRule, RuleKind
from capacity.plan import Flow


def _where(flow: Flow) -> str:
    return f"{flow.pool or 'broadband'}/{flow.users}/{flow.node}/{flow.year}"


def network_names_are_known(evidence: Evidence) -> Iterator[CheckViolation]:
    """Leases and flows name links, nodes, users and pools of the folder, in years of the horizon, in finite amounts."""
    inputs, plan = evidence.inputs, evidence.plan
    links = links_by_id(inputs)
    nodes = {node.id: node for node in inputs.network.nodes} if inputs.network is not None else {}
    years = set(inputs.settings.years)
    wrong: list[tuple[str, str]] = []
    for lease in plan.leases:
        where = f"{lease.link}/{lease.payer}/{lease.year}"
        wrong += [(where, "link")] if lease.link not in links or links[lease.link].lease is None else []
        wrong += [(where, "year")] if lease.year not in years else []
        wrong += [(where, "mbps")] if not math.isfinite(lease.mbps) or lease.mbps < 0 else []
    for flow in plan.flows:
        where = _where(flow)
        wrong += [(where, f"link {link}") for link in (*flow.links, *flow.second) if link not in links]
        wrong += [(where, f"node {node}") for node in (flow.users, flow.node) if node not in nodes]
        wrong += [(where, "pool")] if flow.pool is not None and flow.pool not in evidence.pools else []
        wrong += [(where, "year")] if flow.year not in years else []
        wrong += [(where, "fraction")] if not math.isfinite(flow.fraction) or flow.fraction < 0 else []
    for where, what in wrong:
        yield CheckViolation(
            "network_names_are_known",
            where,
            1,
            what,
            0,
            f"{where}: {what} is not of the province folder, not offered, or no possible amount.",
            f"{where}: {what} không có trong thư mục của tỉnh, không được cung cấp hoặc không phải lượng hợp lệ.",
        )


def paths_are_connected(evidence: Evidence) -> Iterator[CheckViolation]:
    """Each path runs from its users to its node over links in service, through junctions and exchanges, each once."""
    if evidence.inputs.network is None:
        return
    links, kinds = links_by_id(evidence.inputs), {node.id: node.kind for node in evidence.inputs.network.nodes}
    for flow in evidence.plan.flows:
        for way in (flow.links, flow.second)[: 2 if flow.second else 1]:
            at, seen, right = flow.users, {flow.users}, bool(way)
            for name in way:
                link = links.get(name)
                if link is None or at not in (link.start, link.end):
                    right = False
                    break
                at = link.end if at == link.start else link.start
                passable = at == flow.node or kinds[at] in ("junction", "exchange")
                in_service = stands(link.valid_from, link.valid_to, flow.year)
                right = right and at not in seen and passable and in_service
                seen.add(at)
            if not right or at != flow.node:
                yield CheckViolation(
                    "paths_are_connected",
                    _where(flow),
                    len(way),
                    "links",
                    0,
                    f"{_where(flow)}: {' > '.join(way) or 'no link'} is no path in service from {flow.users} to "
                    f"{flow.node}.",
                    f"{_where(flow)}: {' > '.join(way) or 'không có đường truyền'} không phải đường đi đang phục vụ từ "
                    f"{flow.users} đến {flow.node}.",
                )


def traffic_follows_the_work(evidence: Evidence) -> Iterator[CheckViolation]:
    """All traffic is carried, to the nodes at which the pool is rented or its servers stand, and no more than that."""
    if evidence.inputs.network is None:
        return
    carried: dict[tuple[str | None, int, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for flow in evidence.plan.flows:
        carried[flow.pool, flow.year, flow.users][flow.node] += flow.fraction
    wanted: dict[tuple[str | None, int, str], dict[str, tuple[float, float]]] = {}
    for (pool_id, year), peaks in evidence.traffic.peaks.items():
        if year in evidence.plan.years:
            room = _room_by_node(evidence, evidence.pools[pool_id], year)
            wanted.update({(pool_id, year, users): room for users in peaks})
    growth = evidence.inputs.network.broadband
    if growth is not None:
        room = {growth.exchange: (1.0, 1.0)}
        wanted.update({(None, year, growth.users): room for year in evidence.traffic.broadband_mbps})
    tolerance = evidence.tolerances.share
    for key in dict.fromkeys((*wanted, *carried)):
        name = f"{key[0] or 'broadband'}/{key[2]}/{key[1]}"
        room, total = wanted.get(key, {}), sum(carried[key].values())
        expected = 1.0 if room else 0.0
        places = [name] if abs(total - expected) > tolerance else []
        for node in dict.fromkeys((*room, *carried[key])):
            low, high = room.get(node, (0.0, 0.0))
            if not low - tolerance <= carried[key][node] <= high + tolerance:
                places.append(f"{name} {node}")
        for place in places:
            yield CheckViolation(
                "traffic_follows_the_work",
                place,
                total,
                "fraction",
                expected,
                f"{place}: {total:.4%} of the traffic is carried, or not to where the work is placed and rented.",
                f"{place}: mạng tải {total:.4%} lưu lượng, hoặc không đến đúng nơi đặt máy và nơi thuê.",
            )


def _room_by_node(evidence: Evidence, pool: Pool, year: int) -> dict[str, tuple[float, float]]:
    """Node -> least and greatest fraction of a pool that may be there: rents of its zones; servers and tenders too."""
    network = evidence.inputs.network
    assert network is not None
    low: dict[str, float] = defaultdict(float)
    high: dict[str, float] = defaultdict(float)
    for site, fraction in owned_fractions(evidence, pool, year).items():
        node = network.node_of(site)
        if node is not None:
            high[node] += fraction
    for rent in evidence.plan.rents:
        if (rent.pool, rent.year) != (pool.id, year):
            continue
        if rent.location == TENDER:
            for node in _tender_nodes(evidence, pool, year):
                high[node] += rent.fraction
            continue
        zone = network.node_of(rent.location)
        if zone is not None:
            low[zone] += rent.fraction
            high[zone] += rent.fraction
    return {node: (low[node], high[node]) for node in high}


def _tender_nodes(evidence: Evidence, pool: Pool, year: int) -> set[str]:
    network = evidence.inputs.network
    main = main_resource(amounts_of(evidence.demand, pool, year))
    if network is None or main is None:
        return set()
    zones = eligible_zones(evidence.inputs, pool.security_level)
    nodes = (network.node_of(zone.id) for zone in zones if not entries(evidence.inputs, main, zone.id, year))
    return {node for node in nodes if node is not None}


def links_carry_their_traffic(evidence: Evidence) -> Iterator[CheckViolation]:
    """A payer's busy-hour traffic on a link, second routes in full, is at most what it has and leases there."""
    links, leased = links_by_id(evidence.inputs), leased_of(evidence.plan)
    for (link, payer, year), load in sorted(loads_of(evidence.demand, evidence.traffic, evidence.plan).items()):
        limit = links[link].capacity_mbps.get(payer, 0.0) + leased.get((link, payer, year), 0.0)
        if evidence.exceeds(load, limit):
            where = f"{link}/{payer}/{year}"
            yield CheckViolation(
                "links_carry_their_traffic",
                where,
                load,
                "Mbps",
                limit,
                f"{where}: {load:,.1f} Mbps in the busy hour; '{payer}' has {limit:,.1f} Mbps there.",
                f"{where}: giờ cao điểm {load:,.1f} Mbps; {PAYER_VI[payer]} chỉ có {limit:,.1f} Mbps tại đây.",
            )


def leases_are_offered(evidence: Evidence) -> Iterator[CheckViolation]:
    """Leased bandwidth is within what a link offers, and ordered in time but not before the plan."""
    links, as_of = links_by_id(evidence.inputs), evidence.inputs.settings.as_of
    together: dict[tuple[str, int], float] = defaultdict(float)
    for lease in evidence.plan.leases:
        together[lease.link, lease.year] += lease.mbps
        foreign = lease.payer not in links[lease.link].capacity_mbps
        terms = links[lease.link].lease
        assert terms is not None
        late = (lease.order_by - latest_order(lease.year, terms.lead_time_months)).days
        early = (as_of - lease.order_by).days
        in_service = stands(links[lease.link].valid_from, links[lease.link].valid_to, lease.year)
        if lease.mbps > 0 and (late > 0 or early > 0 or foreign or not in_service):
            where = f"{lease.link}/{lease.payer}/{lease.year}"
            yield CheckViolation(
                "leases_are_offered",
                where,
                max(late, early),
                "days",
                0,
                f"{where}: to be ordered {terms.lead_time_months:g} months before a year in which the link serves this "
                f"payer, and not before {as_of}; the order is of {lease.order_by}.",
                f"{where}: phải đặt trước {terms.lead_time_months:g} tháng, cho năm đường truyền phục vụ, không trước "
                f"{as_of:%d/%m/%Y}; ngày đặt là {lease.order_by:%d/%m/%Y}.",
            )
    for (link, year), mbps in sorted(together.items()):
        terms = links[link].lease
        limit = 0.0 if terms is None else terms.max_mbps
        if evidence.exceeds(mbps, limit):
            where = f"{link}/{year}"
            yield CheckViolation(
                "leases_are_offered",
                where,
                mbps,
                "Mbps",
                limit,
                f"{where}: {mbps:,.1f} Mbps are leased, {limit:,.1f} Mbps are offered.",
                f"{where}: thuê {mbps:,.1f} Mbps, chỉ được cung cấp {limit:,.1f} Mbps.",
            )


def _is_of_the_state(evidence: Evidence, flow: Flow) -> bool:
    network = evidence.inputs.network
    return network is not None and payer_of(evidence.demand, flow) == "state" and network.node(flow.users).government


def state_network_is_for_the_state(evidence: Evidence) -> Iterator[CheckViolation]:
    """Links of the dedicated state network carry only systems of the State for government users."""
    links = links_by_id(evidence.inputs)
    for flow in evidence.plan.flows:
        misused = [name for name in (*flow.links, *flow.second) if links[name].kind == "state_network"]
        if misused and not _is_of_the_state(evidence, flow):
            where = _where(flow)
            yield CheckViolation(
                "state_network_is_for_the_state",
                where,
                len(misused),
                "links",
                0,
                f"{where}: {', '.join(misused)} of the state network must not carry this traffic.",
                f"{where}: {', '.join(misused)} thuộc mạng truyền số liệu chuyên dùng, không được tải lưu lượng này.",
            )


def _in_force(evidence: Evidence, kind: RuleKind, year: int) -> list[NetworkRule]:
    network = evidence.inputs.network
    day = dt.date(year, 1, 1)
    rules = () if network is None else network.rules
    return [rule for rule in rules if rule.kind == kind and rule.enabled and rule.in_force(day)]


def _broken(name: str, rule: NetworkRule, flow: Flow, amount: float, unit: str, allowed: float) -> CheckViolation:
    where = f"{rule.id}/{_where(flow)}"
    return CheckViolation(
        name,
        where,
        amount,
        unit,
        allowed,
        f"{where}: {rule.statement_en} ({rule.citation}) does not hold: {amount:,.6g} {unit}, required {allowed:,.6g}.",
        f"{where}: không đạt yêu cầu {rule.statement_vi} ({rule.citation}): {amount:,.6g} {unit}, "
        f"yêu cầu {allowed:,.6g}.",
    )


def latency_limits_hold(evidence: Evidence) -> Iterator[CheckViolation]:
    """The round trip of every path is within the limit of its traffic, where the rule is in force."""
    links = links_by_id(evidence.inputs)
    for flow in evidence.plan.flows:
        traffic = evidence.traffic.of(flow.pool, flow.year).get(flow.users) if flow.pool is not None else None
        limit = traffic.round_trip_ms_max if traffic is not None else None
        slowest = max(round_trip_ms(links, flow.links), round_trip_ms(links, flow.second))
        for rule in _in_force(evidence, "latency", flow.year):
            if limit is not None and evidence.exceeds(slowest, limit):
                yield _broken("latency_limits_hold", rule, flow, slowest, "ms", limit)


def high_levels_have_two_routes(evidence: Evidence) -> Iterator[CheckViolation]:
    """Traffic of systems of the rule's level has a second path that has no physical route in common with the first."""
    links = links_by_id(evidence.inputs)
    for flow in evidence.plan.flows:
        level = evidence.pools[flow.pool].security_level if flow.pool is not None else 0
        for rule in _in_force(evidence, "two_routes", flow.year):
            if level < (rule.min_security_level or 0) or level == 0:
                continue
            first = {route for name in flow.links for route in links[name].routes}
            second = {route for name in flow.second for route in links[name].routes}
            if not flow.second or first & second:
                yield _broken("high_levels_have_two_routes", rule, flow, 1, "routes", 2)


def paths_carry_ipv6(evidence: Evidence) -> Iterator[CheckViolation]:
    """Every link of every path carries IPv6 on 1 January of a year in which the rule is in force."""
    links = links_by_id(evidence.inputs)
    for flow in evidence.plan.flows:
        for rule in _in_force(evidence, "ipv6", flow.year):
            since = [links[name].ipv6_from for name in (*flow.links, *flow.second)]
            without = sum(day is None or day > dt.date(flow.year, 1, 1) for day in since)
            if without:
                yield _broken("paths_carry_ipv6", rule, flow, without, "links", 0)


def state_traffic_stays_off_the_internet(evidence: Evidence) -> Iterator[CheckViolation]:
    """Between government users and systems of the State the main path has no Internet link."""
    links = links_by_id(evidence.inputs)
    for flow in evidence.plan.flows:
        if _is_of_the_state(evidence, flow):
            for rule in _in_force(evidence, "state_network", flow.year):
                public = sum(links[name].kind == "internet" for name in flow.links)
                if public:
                    yield _broken("state_traffic_stays_off_the_internet", rule, flow, public, "links", 0)


NETWORK_FORM_RULES: tuple[Rule, ...] = (network_names_are_known, paths_are_connected)
NETWORK_RULES: tuple[Rule, ...] = (
    traffic_follows_the_work,
    links_carry_their_traffic,
    leases_are_offered,
    state_network_is_for_the_state,
    latency_limits_hold,
    high_levels_have_two_routes,
    paths_carry_ipv6,
    state_traffic_stays_off_the_internet,
)
