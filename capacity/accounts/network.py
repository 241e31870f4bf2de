"""What the network of a plan carries and costs, from its flows and leases, without the model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from capacity.accounts.records import EgressYear, LinkYear, PathYear, RentYear
from capacity.accounts.renting import entries, paid_vnd
from capacity.accounts.timing import stands, vat_factor
from capacity.demand.needs import Demand
from capacity.demand.traffic import TrafficBook, traffic_of
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.clouds import TENDER
from capacity.inputs.network import Link
from capacity.inputs.settings import Payer
from capacity.plan import Flow, Plan

PAYERS: tuple[Payer, ...] = ("state", "enterprise")
Loads = dict[tuple[str, Payer, int], float]


def links_by_id(inputs: CapacityInputs) -> dict[str, Link]:
    """Links of the network by id, none without one."""
    return {} if inputs.network is None else {link.id: link for link in inputs.network.links}


def payer_of(demand: Demand, flow: Flow) -> Payer:
    """Who pays for the traffic of a flow: the payer of its pool; fibre and 5G are the enterprises'."""
    return {pool.id: pool.payer for pool in demand.pools}[flow.pool] if flow.pool is not None else "enterprise"


def whole_mbps(traffic: TrafficBook, flow: Flow) -> float:
    """Busy-hour traffic of the whole of what a flow is a fraction of, Mbit/s; 0 when there is none."""
    if flow.pool is None:
        return traffic.broadband_mbps.get(flow.year, 0.0)
    found = traffic.of(flow.pool, flow.year).get(flow.users)
    return 0.0 if found is None else found.mbps


def round_trip_ms(links: dict[str, Link], ways: Iterable[str]) -> float:
    """Round trip over links one after the other."""
    return sum(links[link].round_trip_ms for link in ways)


def loads_of(demand: Demand, traffic: TrafficBook, plan: Plan) -> Loads:
    """Busy-hour Mbit/s by link, payer and year; a second route is loaded in full too."""
    loads: Loads = defaultdict(float)
    for flow in plan.flows:
        amount, payer = flow.fraction * whole_mbps(traffic, flow), payer_of(demand, flow)
        for link in (*flow.links, *flow.second):
            loads[link, payer, flow.year] += amount
    return dict(loads)


def leased_of(plan: Plan) -> Loads:
    """Leased Mbit/s by link, payer and year."""
    leased: Loads = defaultdict(float)
    for lease in plan.leases:
        leased[lease.link, lease.payer, lease.year] += lease.mbps
    return dict(leased)


def without_idle_leases(inputs: CapacityInputs, demand: Demand, plan: Plan) -> Plan:
    """The same plan with leases of what its flows take beyond what is there, and no more."""
    loads, links = loads_of(demand, traffic_of(inputs, demand), plan), links_by_id(inputs)
    leases = []
    for lease in plan.leases:
        beyond = loads.get((lease.link, lease.payer, lease.year), 0.0)
        if lease.link in links:
            beyond -= links[lease.link].capacity_mbps.get(lease.payer, 0.0)
        if beyond > 0:
            leases.append(replace(lease, mbps=min(lease.mbps, beyond)))
    return replace(plan, leases=tuple(leases))


def lease_vnd(inputs: CapacityInputs, link: Link, payer: Payer, mbps: float, year: int) -> float:
    """Twelve months of leased bandwidth on a link as the payer pays it in a year; 0 where nothing is leased out."""
    terms, settings = link.lease, inputs.settings
    if terms is None:
        return 0.0
    before_vat = terms.vnd_per_mbps_month
    if terms.includes_vat:
        before_vat /= 1 + settings.vat.rate(link.valid_from.year)
    return 12 * mbps * before_vat * vat_factor(settings, payer, year)


def link_years(inputs: CapacityInputs, demand: Demand, traffic: TrafficBook, plan: Plan) -> Iterator[LinkYear]:
    """Every link in service on which a payer has, leases or sends anything, by year."""
    loads, leased = loads_of(demand, traffic, plan), leased_of(plan)
    for link in links_by_id(inputs).values():
        for payer in PAYERS:
            for year in plan.years:
                if not stands(link.valid_from, link.valid_to, year):
                    continue
                existing, more = link.capacity_mbps.get(payer, 0.0), leased.get((link.id, payer, year), 0.0)
                load = loads.get((link.id, payer, year), 0.0)
                if existing + more + load > 0:
                    whole = existing + more
                    yield LinkYear(
                        link=link.id,
                        kind=link.kind,
                        start=link.start,
                        end=link.end,
                        payer=payer,
                        year=year,
                        existing_mbps=existing,
                        leased_mbps=more,
                        load_mbps=load,
                        utilisation=load / whole if whole > 0 else None,
                        round_trip_ms=link.round_trip_ms,
                        vnd=lease_vnd(inputs, link, payer, more, year),
                    )


def path_years(inputs: CapacityInputs, demand: Demand, traffic: TrafficBook, plan: Plan) -> Iterator[PathYear]:
    """Every path of the plan with its traffic and round trips."""
    links = links_by_id(inputs)
    for flow in plan.flows:
        limit = None if flow.pool is None else traffic.of(flow.pool, flow.year).get(flow.users)
        yield PathYear(
            pool=flow.pool,
            payer=payer_of(demand, flow),
            users=flow.users,
            node=flow.node,
            year=flow.year,
            fraction=flow.fraction,
            mbps=flow.fraction * whole_mbps(traffic, flow),
            links=flow.links,
            round_trip_ms=round_trip_ms(links, flow.links),
            second=flow.second,
            second_round_trip_ms=round_trip_ms(links, flow.second) if flow.second else None,
            round_trip_ms_max=limit.round_trip_ms_max if limit is not None else None,
        )


def egress_years(inputs: CapacityInputs, traffic: TrafficBook, rents: Iterable[RentYear]) -> Iterator[EgressYear]:
    """Traffic out of what is rented, and its price as paid; nothing where neither zone nor market has a price."""
    for rent in rents:
        gb = 12 * rent.fraction * traffic.egress_gb_per_month.get((rent.pool, rent.year), 0.0)
        here = entries(inputs, "egress_gb", rent.location, rent.year)
        prices = here or entries(inputs, "egress_gb", TENDER, rent.year)
        price = min((paid_vnd(inputs.settings, rent.payer, entry, rent.year) for entry in prices), default=0.0)
        if gb > 0:
            yield EgressYear(rent.pool, rent.payer, rent.location, rent.year, gb, gb * price)
