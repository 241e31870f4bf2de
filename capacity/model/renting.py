"""Constraints on what is rented: quotas of zones, and contracts in force."""

from __future__ import annotations

from capacity.demand.contracts import contracted
from capacity.model.frame import BILLION, Frame, Slack
from capacity.model.linear import Expression
from capacity.model.market import offers

BROKEN_CONTRACT_VND = 1e12
"""Price of the whole of a pool not rented as contracted for a year: used to rank violations only."""


def zone_quotas_hold(frame: Frame) -> None:
    """What is rented in a zone, standby too, stays within the quota that the zone gives.

    Years that have begun are as they are.
    """
    for provider in frame.inputs.clouds.providers:
        for zone in provider.zones:
            for year in frame.years:
                if frame.settings.begun(year):
                    continue
                gpus, vcpu = Expression(), Expression()
                for pool, amounts in frame.pools(year):
                    standby = frame.standby.get((pool.id, year), {})
                    for name, rented in (("rent", amounts), ("standby_rent", standby)):
                        for offer in offers(frame.inputs, pool, rented, year):
                            column = frame.model.find(name, pool.id, zone.id, offer.gpu_price or "", year)
                            if offer.location == zone.id and column is not None:
                                gpus.add(column, offer.gpus)
                                vcpu.add(column, rented.get("billable_vcpu", 0.0))
                for name, used, quota in (("gpus", gpus, zone.quota_gpus), ("vcpu", vcpu, zone.quota_vcpu)):
                    if quota is not None and used.terms:
                        frame.model.row(("zone_quotas_hold", zone.id, name, year), used, upper=quota)


def contracts_hold(frame: Frame) -> None:
    """What contracts in force have rented stays rented: in years that have begun, and later until they end.

    It is the least that is rented there, where that is on offer.
    """
    model = frame.model
    for year in frame.years:
        for (pool, location, gpu_price), fraction in contracted(frame.inputs, frame.demand, year).items():
            rented = Expression()
            for key, column in model.matching("rent"):
                if (key[1], key[2], key[4]) == (pool, location, year) and gpu_price in (None, key[3]):
                    rented.add(column, 1.0)
            if rented.terms:
                slack = Slack(f"contract:{pool}", year, None, "fraction", BROKEN_CONTRACT_VND / BILLION)
                rented.add(frame.elastic(slack, 1.0, f"{location}/{gpu_price or ''}"), 1.0)
                row = ("contracts_hold", pool, location, gpu_price or "", year)
                model.row(row, rented, lower=fraction)
