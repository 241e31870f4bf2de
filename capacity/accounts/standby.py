"""What stands ready in case a site is lost, and how much of a pool each loss would leave without a place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from capacity.accounts.records import SiteLossYear, StandbyYear
from capacity.accounts.renting import RentTerms, amounts_of, rent_terms
from capacity.accounts.standing import Standing
from capacity.demand.needs import Demand, Pool
from capacity.demand.standby import standby_amounts
from capacity.hourly import hours_of_year
from capacity.inputs.hardware import Sku
from capacity.inputs.sites import Site
from capacity.plan import StandbyRent

OWNED_RESOURCES = ("vcpu", "memory_gib", "storage_tb", "gpu_equivalent", "wholesale_mw")


def gives(sku: Sku, pool: Pool) -> dict[str, float]:
    """What one server gives of each owned resource to a pool."""
    if sku.kind == "storage":
        return {"storage_tb": sku.raw_storage_tb}
    if sku.kind != pool.kind:
        return {}
    if sku.kind == "gpu":
        return {"gpu_equivalent": sku.gpus * sku.gpu_equivalent}
    return {"vcpu": sku.vcpu, "memory_gib": sku.memory_gib}


def scarcest(given: dict[str, float], amounts: dict[str, float]) -> float:
    """Fraction of the amounts that something covers: the scarcest owned resource decides."""
    return min((given.get(name, 0.0) / amounts[name] for name in OWNED_RESOURCES if name in amounts), default=0.0)


def can_stand_in(site: Site, lost: Site) -> bool:
    """Whether standby at a site counts for another: the same payer, and no failure domain that both have."""
    if site.id == lost.id or site.payer != lost.payer or site.failure_domains is None or lost.failure_domains is None:
        return False
    return not site.failure_domains.meets(lost.failure_domains)


class Standbys:
    """Fractions of pools by place: owned and rented work, and what stands ready of what the rule asks for."""

    def __init__(self, standing: Standing, demand: Demand) -> None:
        self.standing, self.demand = standing, demand
        self.needed = standby_amounts(standing.inputs, demand)
        self.pools = {pool.id: pool for pool in demand.pools}

    def owned(self, pool: Pool, year: int) -> dict[str, float]:
        """Site -> fraction of a pool that its servers carry."""
        given: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for row in self.standing.plan.placements:
            if (row.pool, row.year) == (pool.id, year) and row.sku is not None:
                for resource, amount in gives(self.standing.inputs.sku(row.sku), pool).items():
                    given[row.site][resource] += row.servers * amount
        amounts = amounts_of(self.demand, pool, year)
        return {site: scarcest(by, amounts) for site, by in given.items()}

    def ready(self, pool: Pool, year: int) -> dict[str, float]:
        """Site -> fraction of what must stand ready that its idle servers cover."""
        given: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for row in self.standing.plan.standbys:
            if (row.pool, row.year) == (pool.id, year):
                for resource, amount in gives(self.standing.inputs.sku(row.sku), pool).items():
                    given[row.site][resource] += row.servers * amount
        amounts = self.needed.get((pool.id, year), {})
        return {site: scarcest(by, amounts) for site, by in given.items()}

    def terms(self, row: StandbyRent) -> RentTerms | None:
        """Amounts and cost of all that the pool needs ready in a location, None without a price or a need."""
        amounts = self.needed.get((row.pool, row.year), {})
        return rent_terms(self.standing.inputs, self.pools[row.pool], amounts, row.location, row.gpu_price, row.year)

    def losses(self) -> Iterator[SiteLossYear]:
        """Every site that carries a part of a pool that must run again soon: what its loss leaves, and what is ready.

        Lost is what neither other sites nor rent carry.
        """
        plan, sites = self.standing.plan, self.standing.inputs.sites.sites
        for pool in self.demand.pools:
            for year in plan.years:
                if not self.needed.get((pool.id, year)):
                    continue
                owned, ready = self.owned(pool, year), self.ready(pool, year)
                rented = sum(row.fraction for row in plan.rents if (row.pool, row.year) == (pool.id, year))
                leased = sum(row.fraction for row in plan.standby_rents if (row.pool, row.year) == (pool.id, year))
                for lost in sites:
                    left = rented + sum(fraction for site, fraction in owned.items() if site != lost.id)
                    missing = min(owned.get(lost.id, 0.0), max(0.0, 1.0 - left))
                    if missing > 0:
                        others = sum(ready.get(site.id, 0.0) for site in sites if can_stand_in(site, lost))
                        yield SiteLossYear(lost.id, pool.id, year, missing, leased + others)

    def rows(self) -> Iterator[StandbyYear]:
        """What stands ready by pool, place and year. Raises LookupError for a rent that has no price."""
        plan = self.standing.plan
        for pool in self.demand.pools:
            for year in plan.years:
                amounts = self.needed.get((pool.id, year), {})
                for site, fraction in self.ready(pool, year).items():
                    if fraction > 0:
                        yield StandbyYear(
                            pool=pool.id,
                            payer=pool.payer,
                            location=site,
                            rented=False,
                            year=year,
                            fraction=fraction,
                            vcpu=fraction * amounts.get("vcpu", 0.0),
                            memory_gib=fraction * amounts.get("memory_gib", 0.0),
                            storage_tb=fraction * amounts.get("storage_tb", 0.0),
                            gpus=fraction * amounts.get("gpu_equivalent", 0.0),
                            vnd=None,
                        )
        for row in plan.standby_rents:
            terms = self.terms(row)
            if terms is None:
                raise LookupError(f"no price for standby of pool {row.pool} in {row.location} in {row.year}")
            yield StandbyYear(
                pool=row.pool,
                payer=self.pools[row.pool].payer,
                location=row.location,
                rented=True,
                year=row.year,
                fraction=row.fraction,
                vcpu=row.fraction * terms.vcpu,
                memory_gib=row.fraction * terms.memory_gib,
                storage_tb=row.fraction * terms.storage_tb,
                gpus=row.fraction * terms.gpu_hours / hours_of_year(row.year),
                vnd=row.fraction * terms.vnd,
            )
