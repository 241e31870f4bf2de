"""What an hour of owned capacity costs, beside what the clouds charge for the same.

Levelised cost of a year = annuities of what was bought + operation + energy, of the servers of a kind and of their
share of the rest: halls and plant by nameplate kW in the facility, energy, generation, battery, UPS batteries, fuel
tanks and grid steps by IT energy at the site. Annuity = capital with VAT x r / (1 - (1 + r)^-lifetime); what stood
before the plan is sunk and has no annuity. Storage servers are in neither side; servers that stand by for the loss of a
site cost like others. Units served are those of the demand that is not rented: GPU-hours of work in H100-equivalents,
and vCPU reserved for every hour of the year.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Literal

from capacity.accounts.catalogue import nameplate_kw, server_price_vnd
from capacity.accounts.hours import HourlyAccount
from capacity.accounts.money import energy_cost
from capacity.accounts.records import Unit, UnitCost
from capacity.accounts.renting import (
    amounts_of,
    eligible_zones,
    entries,
    monthly_price_vnd,
    paid_vnd,
)
from capacity.accounts.standing import Standing
from capacity.accounts.timing import annuity_factor, payment_year, vat_factor
from capacity.demand.needs import Demand, Pool
from capacity.hourly import hours_of_year
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.clouds import TENDER
from capacity.inputs.settings import Payer
from capacity.inputs.sites import Site

Kind = Literal["gpu", "cpu"]
_UNIT_OF: dict[Kind, Unit] = {"gpu": "gpu_hour", "cpu": "vcpu_hour"}


def unit_costs_of(standing: Standing, demand: Demand, hours: list[HourlyAccount]) -> list[UnitCost]:
    """Cost of an owned GPU-hour and vCPU-hour by year and payer, where there is a demand for it."""
    inputs = standing.inputs
    owned_vnd: dict[tuple[int, Payer, Kind], float] = defaultdict(float)
    for hour in hours:
        for kind in _UNIT_OF:
            owned_vnd[hour.year, hour.site.payer, kind] += _levelised_vnd(standing, demand, hour, kind)
    payers: tuple[Payer, ...] = ("state", "enterprise")
    found = []
    for year in standing.plan.years:
        for payer in payers:
            for kind, unit in _UNIT_OF.items():
                pools = [pool for pool in demand.pools if pool.payer == payer and pool.kind == kind]
                wanted = [(pool, amounts) for pool in pools if (amounts := amounts_of(demand, pool, year))]
                if not wanted:
                    continue
                units = sum(
                    _units(pool, amounts, year) * (1 - _rented(standing, pool, year)) for pool, amounts in wanted
                )
                vnd = owned_vnd[year, payer, kind]
                owned = units > 1e-6 and vnd > 0
                found.append(
                    UnitCost(
                        year=year,
                        payer=payer,
                        unit=unit,
                        owned_units=units if owned else 0.0,
                        owned_vnd=vnd,
                        owned_vnd_per_unit=vnd / units if owned else None,
                        rent_vnd_per_unit=_rent_prices(inputs, payer, kind, wanted, year),
                    )
                )
    return found


def _units(pool: Pool, amounts: dict[str, float], year: int) -> float:
    return (
        amounts.get("gpu_hours", 0.0) if pool.kind == "gpu" else amounts.get("billable_vcpu", 0.0) * hours_of_year(year)
    )


def _rented(standing: Standing, pool: Pool, year: int) -> float:
    return sum(row.fraction for row in standing.plan.rents if row.pool == pool.id and row.year == year)


def _annuities_vnd(standing: Standing, site: Site, year: int, hall: str | None, server_kind: Kind | None) -> float:
    """Annuities and operation of what was bought for a place (None: site-wide): servers of a kind, or the rest."""
    inputs, total = standing.inputs, 0.0
    for build, terms in standing.orders:
        wanted = build.kind == "server" and inputs.sku(build.item).kind == server_kind
        if server_kind is None:
            wanted = build.kind != "server"
        if wanted and build.site == site.id and build.hall == hall and year in standing.years_served(build, terms):
            capital = terms.capex_vnd
            if capital:
                paid_in = payment_year(inputs.settings, build.order_by)
                capital *= annuity_factor(inputs.settings.discount_rate, terms.lifetime_years)
                capital *= vat_factor(inputs.settings, site.payer, paid_in)
            operation = terms.operation_vnd_per_year * vat_factor(inputs.settings, site.payer, year)
            total += build.amount * (capital + operation)
    return total


def _levelised_vnd(standing: Standing, demand: Demand, hour: HourlyAccount, kind: Kind) -> float:
    inputs, site, year = standing.inputs, hour.site, hour.year
    vat = vat_factor(inputs.settings, site.payer, year)
    total = 0.0
    for hall_id in standing.halls(site.id, year):
        installed = standing.servers(site.id, hall_id, year)
        of_kind = sum(count * nameplate_kw(sku) for sku, count in installed if sku.kind == kind)
        if of_kind <= 0:
            continue
        share = of_kind / standing.critical_it_kw(site.id, hall_id, year)
        sunk = standing.existing_modules(site.id, hall_id, year) * inputs.hall(hall_id).operation_vnd_per_year * vat
        total += _annuities_vnd(standing, site, year, hall_id, kind)
        total += share * (_annuities_vnd(standing, site, year, hall_id, None) + sunk)
        for sku in inputs.hardware.skus:
            if sku.kind == kind:
                upkeep = server_price_vnd(sku) * sku.maintenance_fraction_per_year * vat
                total += standing.existing_servers(site.id, hall_id, sku.id, year) * upkeep
    it_kwh = float(hour.it_kw.sum())
    if it_kwh > 0:
        site_wide = _annuities_vnd(standing, site, year, None, None) + energy_cost(hour).total_vnd
        total += site_wide * _it_kwh_of(standing, demand, hour, kind) / it_kwh
    return total


def _it_kwh_of(standing: Standing, demand: Demand, hour: HourlyAccount, kind: Kind) -> float:
    """IT energy of placed and extra servers of a kind in the year; when and where work waits does not change it."""
    inputs, energy = standing.inputs, 0.0
    load_class = {pool.id: pool.load_class for pool in demand.pools}
    for row in standing.placements(hour.site.id, hour.year):
        if row.sku is not None and (sku := inputs.sku(row.sku)).kind == kind:
            busy = float(hour.facts.utilisation(load_class[row.pool]).sum())
            fabric = 1 + sku.fabric_power_fraction
            energy += row.servers * fabric * (sku.idle_kw * hour.facts.hours + (sku.peak_kw - sku.idle_kw) * busy)
    for extra in standing.extras(hour.site.id, hour.year):
        if (sku := inputs.sku(extra.sku)).kind == kind:
            energy += extra.servers * (1 + sku.fabric_power_fraction) * sku.idle_kw * hour.facts.hours
    return energy


def _rent_prices(
    inputs: CapacityInputs, payer: Payer, kind: Kind, wanted: list[tuple[Pool, dict[str, float]]], year: int
) -> dict[str, float]:
    """Location -> VND for one unit, where all pools may be rented: the lowest GPU price, or vCPU with its memory."""
    zones = eligible_zones(inputs, max(pool.security_level for pool, _ in wanted))
    if not zones:
        return {}
    vcpu = sum(amounts.get("billable_vcpu", 0.0) for _, amounts in wanted)
    memory = sum(amounts.get("memory_gib", 0.0) for _, amounts in wanted)
    prices: dict[str, float] = {}
    for location in (*(zone.id for zone in zones), TENDER):
        if kind == "gpu":
            offers = entries(inputs, "gpu_hour", location, year)
            if offers:
                prices[location] = min(
                    paid_vnd(inputs.settings, payer, p, year) / (p.gpu_equivalent or 1.0) for p in offers
                )
        elif vcpu > 0 and entries(inputs, "vcpu_month", location, year):
            cpu = monthly_price_vnd(inputs, payer, "vcpu_month", location, year)
            ram = monthly_price_vnd(inputs, payer, "memory_gib_month", location, year) if memory else 0.0
            if cpu is not None and ram is not None:
                prices[location] = (cpu + ram * memory / vcpu) * 12 / hours_of_year(year)
    return prices
