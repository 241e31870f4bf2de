"""What a plan costs: cash by year, payer and category, present value, and the steps of the waterfall."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from capacity.accounts.catalogue import server_price_vnd
from capacity.accounts.demand_charge import budgeted_charge_vnd, demand_charges
from capacity.accounts.hours import HourlyAccount
from capacity.accounts.records import (
    PARTS,
    CostLine,
    CostPart,
    EgressYear,
    LinkYear,
    Order,
    PartKey,
    RentYear,
    StandbyYear,
)
from capacity.accounts.renting import amounts_of, rent_terms
from capacity.accounts.resilience import pad_lines
from capacity.accounts.standing import Standing
from capacity.accounts.timing import discount_factor, payment_year, salvage_fraction, vat_factor
from capacity.demand.needs import Demand
from capacity.hourly import hours_of_year
from capacity.inputs.settings import CostCategory, Payer

CashKey = tuple[int, Payer, CostCategory]


@dataclass(frozen=True, slots=True)
class EnergyCost:
    """Energy bill of a site and year, VND with VAT where it is a cost: grid, demand charge, DPPA, private wire and
    carbon price.

    ``budgeted_vnd`` is the prudent figure that budgets count: the year's mean tariff x facility load, and the capacity
    price of every month x its largest facility load.
    """

    grid_vnd: float
    capacity_vnd: float
    dppa_vnd: float
    private_wire_vnd: float
    carbon_vnd: float
    budgeted_vnd: float

    @property
    def total_vnd(self) -> float:
        """What is paid."""
        return self.grid_vnd + self.capacity_vnd + self.dppa_vnd + self.private_wire_vnd + self.carbon_vnd


def energy_cost(hour: HourlyAccount) -> EnergyCost:
    """Grid price x (grid - matched), demand charge, DPPA price x generation + system charge x matched, private wire,
    carbon price."""
    inputs = hour.facts.inputs
    vat = vat_factor(inputs.settings, hour.site.payer, hour.year)
    price = hour.price_vnd_per_kwh
    paid_kwh = hour.grid_kw - hour.matched_kw
    dppa = inputs.energy.dppa
    dppa_vnd = 0.0
    if dppa is not None:
        dppa_vnd += dppa.price_vnd_per_kwh * float(hour.dppa_generated_kw.sum())
        dppa_vnd += dppa.system_charge_vnd_per_kwh * float(hour.matched_kw.sum())
    contracts = {technology.id: technology.price_vnd_per_kwh for technology in inputs.energy.generation}
    private = sum(contracts[technology] * float(output.sum()) for technology, output in hour.generation_kw.items())
    carbon_price = inputs.settings.carbon_price_vnd_per_tco2.get(hour.year, 0.0)
    carbon = carbon_price * hour.facts.emission_factor / 1000 * float(paid_kwh.sum())
    return EnergyCost(
        grid_vnd=vat * float(np.dot(price, paid_kwh)),
        capacity_vnd=sum(charge.vnd for charge in demand_charges(hour)),
        dppa_vnd=vat * dppa_vnd,
        private_wire_vnd=vat * private,
        carbon_vnd=vat * carbon,
        budgeted_vnd=vat * float(price.mean()) * float(hour.load_kw.sum()) + budgeted_charge_vnd(hour),
    )


def orders_of(standing: Standing) -> list[Order]:
    """The build list, by date of order."""
    inputs = standing.inputs
    orders = []
    for build, terms in standing.orders:
        payer = inputs.site(build.site).payer
        vat = vat_factor(inputs.settings, payer, payment_year(inputs.settings, build.order_by))
        orders.append(
            Order(
                kind=build.kind,
                site=build.site,
                hall=build.hall,
                item=build.item,
                amount=build.amount,
                year=build.year,
                order_by=build.order_by,
                payer=payer,
                category=terms.category,
                capex_vnd=build.amount * terms.capex_vnd * vat,
            )
        )
    return sorted(orders, key=lambda o: (o.order_by, o.site, o.kind, o.hall or "", o.item, o.year))


def rents_of(standing: Standing, demand: Demand) -> list[RentYear]:
    """What is rented, in billed units. Raises LookupError for a rent that the price book has no price for."""
    pools = {pool.id: pool for pool in demand.pools}
    rents = []
    for row in standing.plan.rents:
        pool = pools[row.pool]
        amounts = amounts_of(demand, pool, row.year)
        terms = rent_terms(standing.inputs, pool, amounts, row.location, row.gpu_price, row.year)
        if terms is None:
            raise LookupError(f"no price for pool {row.pool} in {row.location} in {row.year}")
        share = row.fraction
        rents.append(
            RentYear(
                pool=row.pool,
                payer=pool.payer,
                location=row.location,
                year=row.year,
                fraction=share,
                gpu_price=row.gpu_price,
                vcpu=share * terms.vcpu,
                memory_gib=share * terms.memory_gib,
                storage_tb=share * terms.storage_tb,
                gpu_hours=share * terms.gpu_hours,
                gpus=share * terms.gpu_hours / hours_of_year(row.year),
                vnd=share * terms.vnd,
            )
        )
    return rents


def operation_vnd(standing: Standing) -> dict[tuple[int, Payer], float]:
    """Yearly operation of all that stands: modules, plant, generation, battery, servers and genset tests, VAT in."""
    inputs, totals = standing.inputs, defaultdict[tuple[int, Payer], float](float)
    for build, terms in standing.orders:
        payer = inputs.site(build.site).payer
        yearly = build.amount * terms.operation_vnd_per_year
        for year in standing.years_served(build, terms):
            totals[year, payer] += yearly * vat_factor(inputs.settings, payer, year)
    for site, hall_id, year in standing.facilities():
        vat = vat_factor(inputs.settings, site.payer, year)
        modules = standing.existing_modules(site.id, hall_id, year)
        totals[year, site.payer] += modules * inputs.hall(hall_id).operation_vnd_per_year * vat
        for sku in inputs.hardware.skus:
            upkeep = server_price_vnd(sku) * sku.maintenance_fraction_per_year
            totals[year, site.payer] += standing.existing_servers(site.id, hall_id, sku.id, year) * upkeep * vat
    return dict(totals)


@dataclass(frozen=True)
class Money:
    """Cash by (year, payer, category), the cash that budgets count, and the parts of the present value."""

    cash: Mapping[CashKey, float]
    budgeted: Mapping[CashKey, float]
    lines: tuple[CostLine, ...]
    parts: tuple[CostPart, ...]

    @property
    def objective_vnd(self) -> float:
        """Present value of everything, less salvage."""
        return sum(part.present_value_vnd for part in self.parts)


def money_of(
    standing: Standing,
    orders: list[Order],
    rents: list[RentYear],
    hours: list[HourlyAccount],
    links: Iterable[LinkYear],
    egress: Iterable[EgressYear],
    standbys: Iterable[StandbyYear] = (),
) -> Money:
    """Adds up capital (in the year of the order), operation, rent (standby too), bandwidth, traffic out, and energy."""
    settings = standing.inputs.settings
    cash: dict[CashKey, float] = defaultdict(float)
    budgeted_energy: dict[CashKey, float] = defaultdict(float)
    parts: dict[PartKey, float] = dict.fromkeys(PARTS, 0.0)
    capital: dict[CostCategory, PartKey] = {
        "hall": "hall",
        "server": "server",
        "energy_asset": "energy_asset",
        "grid": "grid",
    }
    for order in orders:
        if order.category in capital:
            year = payment_year(settings, order.order_by)
            cash[year, order.payer, order.category] += order.capex_vnd
            parts[capital[order.category]] += order.capex_vnd * discount_factor(settings, year)
    for pad in pad_lines(standing):
        # part of the capital of its order, told apart
        factor = discount_factor(settings, payment_year(settings, pad.order_by))
        parts["hall"] -= pad.capex_vnd * factor
        parts["pad"] += pad.capex_vnd * factor
    end = discount_factor(settings, settings.last_year + 1)
    for build, terms in standing.orders:
        paid_in = payment_year(settings, build.order_by)
        vat = vat_factor(settings, standing.inputs.site(build.site).payer, paid_in)
        left = salvage_fraction(settings, build.year, terms.lifetime_years) if terms.capex_vnd else 0.0
        parts["salvage"] -= build.amount * terms.capex_vnd * vat * left * end
    for (year, payer), vnd in operation_vnd(standing).items():
        cash[year, payer, "operation"] += vnd
        parts["operation"] += vnd * discount_factor(settings, year)
    for rent in rents:
        cash[rent.year, rent.payer, "rent"] += rent.vnd
        parts["rent"] += rent.vnd * discount_factor(settings, rent.year)
    network: list[tuple[PartKey, LinkYear | EgressYear]] = [("network_lease", link) for link in links]
    for part, row in (*network, *(("egress", out) for out in egress)):
        cash[row.year, row.payer, "network"] += row.vnd
        parts[part] += row.vnd * discount_factor(settings, row.year)
    for ready in standbys:
        if ready.vnd is not None:
            cash[ready.year, ready.payer, "rent"] += ready.vnd
            parts["rent"] += ready.vnd * discount_factor(settings, ready.year)
    for hour in hours:
        bill, factor = energy_cost(hour), discount_factor(settings, hour.year)
        cash[hour.year, hour.site.payer, "energy"] += bill.total_vnd
        budgeted_energy[hour.year, hour.site.payer, "energy"] += bill.budgeted_vnd
        parts["grid_energy"] += bill.grid_vnd * factor
        parts["capacity_charge"] += bill.capacity_vnd * factor
        parts["dppa_energy"] += bill.dppa_vnd * factor
        parts["private_wire_energy"] += bill.private_wire_vnd * factor
        parts["carbon"] += bill.carbon_vnd * factor
    lines = tuple(
        CostLine(*key, cash_vnd=vnd, present_value_vnd=vnd * discount_factor(settings, key[0]))
        for key, vnd in sorted(cash.items())
        if vnd
    )
    return Money(
        cash=dict(cash),
        budgeted={**cash, **budgeted_energy},
        lines=lines,
        parts=tuple(CostPart(key, parts[key]) for key in PARTS),
    )
