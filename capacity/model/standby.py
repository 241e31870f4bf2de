"""Constraints of the loss of a site: what must run again soon stands ready elsewhere."""

from __future__ import annotations

from capacity.demand.needs import Pool
from capacity.inputs.sites import Site
from capacity.model.frame import BILLION, Frame, Slack, capacity_of
from capacity.model.linear import Expression
from capacity.model.market import offers
from capacity.model.placement import OWNED
from capacity.model.timeline import discount

SITE_LOSS = "resilience:site_loss"


def can_stand_in(site: Site, lost: Site) -> bool:
    """Whether a site can hold standby for another: one payer, and nothing that fails with it."""
    if site.id == lost.id or site.payer != lost.payer:
        return False
    own, other = site.failure_domains, lost.failure_domains
    return own is not None and other is not None and not own.meets(other)


def _owners(frame: Frame, pool: Pool, year: int) -> list[Site]:
    """Sites that may hold a part of a pool."""
    return [s for s in frame.open_sites(year) if frame.model.find("own", pool.id, s.id, year) is not None]


def sites_can_be_lost(frame: Frame) -> None:
    """Whichever site is lost, what must run again soon of its share of a pool stands ready elsewhere."""
    model, rule = frame.model, frame.settings.resilience.site_loss
    if rule is None:
        return
    for year in frame.years:
        for pool, _ in frame.pools(year):
            needed = frame.standby.get((pool.id, year))
            owners = _owners(frame, pool, year)
            if needed is None or not owners:
                continue
            rented = Expression()
            for offer in offers(frame.inputs, pool, needed, year):
                key = ("standby_rent", pool.id, offer.location, offer.gpu_price or "", year)
                column = model.column(key, upper=1.0)
                model.cost[column] += offer.vnd_per_year * discount(frame.settings, year) / BILLION
                rented.add(column, 1.0)
            for site in owners:
                if any(can_stand_in(site, lost) for lost in owners):
                    model.column(("standby", pool.id, site.id, year), upper=1.0)
            for lost in owners:
                lack = Expression({model.columns["own", pool.id, lost.id, year]: 1.0}).plus(rented, -1.0)
                for site in owners:
                    if can_stand_in(site, lost):
                        lack.add(model.columns["standby", pool.id, site.id, year], -1.0)
                price = rule.slack_price_vnd / BILLION
                slack = Slack(f"{SITE_LOSS}:{pool.id}", year, lost.id, "fraction", price)
                lack.add(frame.elastic(slack, 1.0), -1.0)
                model.row(("sites_can_be_lost", pool.id, lost.id, year), lack, upper=0.0)


def standby_servers_carry_their_share(frame: Frame) -> None:
    """The standby share of a pool at a site is covered, in every resource that must be ready, by idle servers there."""
    model = frame.model
    usable = frame.settings.usable_server_fraction
    for year in frame.years:
        for pool, _ in frame.pools(year):
            for site in frame.open_sites(year):
                share = model.find("standby", pool.id, site.id, year)
                if share is None:
                    continue
                needed = frame.standby[pool.id, year]
                given: dict[str, Expression] = {}
                for facility in frame.open_facilities(year):
                    for sku, _ in frame.servers(facility, year) if facility.site.id == site.id else ():
                        gives = {r: c for r in sorted(OWNED & needed.keys()) if (c := capacity_of(sku, r)) > 0}
                        if not gives or sku.kind not in (pool.kind, "storage"):
                            continue
                        key = ("standby_servers", pool.id, site.id, facility.hall.id, sku.id, year)
                        most = frame.most(("server", site.id, facility.hall.id, sku.id), year) * usable
                        column = model.column(key, upper=most)
                        for resource, amount in gives.items():
                            given.setdefault(resource, Expression()).add(column, amount)
                for resource in sorted(OWNED & needed.keys()):
                    balance = given.get(resource, Expression()).add(share, -needed[resource])
                    row = ("standby_servers_carry_their_share", pool.id, site.id, year, resource)
                    model.row(row, balance, lower=0.0)
