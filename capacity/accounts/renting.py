"""What a pool rents in a location and what that costs its payer, from the dated price book."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from capacity.accounts.timing import vat_factor
from capacity.demand.needs import Demand, Pool
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.clouds import TENDER, Price, RentResource, Zone
from capacity.inputs.settings import Payer, Settings

_BY_MONTH: dict[str, RentResource] = {
    "billable_vcpu": "vcpu_month",
    "memory_gib": "memory_gib_month",
    "billable_storage_tb": "storage_tb_month",
}


@dataclass(frozen=True, slots=True)
class RentTerms:
    """The whole of a pool for one year in one location: billed amounts and VND as its payer pays it."""

    vcpu: float
    memory_gib: float
    storage_tb: float
    gpu_hours: float
    vnd: float


def amounts_of(demand: Demand, pool: Pool, year: int) -> dict[str, float]:
    """Amounts of a pool in a year, without zeros. Raises ValueError when the year is not in the demand."""
    index = demand.years.index(year)
    return {str(resource): values[index] for resource, values in pool.amounts.items() if values[index] > 0}


def eligible_zones(inputs: CapacityInputs, security_level: int) -> list[Zone]:
    """Zones of domestic providers that stand in Viet Nam and are attested for the level or a higher one."""
    return [
        zone
        for provider in inputs.clouds.providers
        if provider.domestic
        for zone in provider.zones
        if zone.country == "VN" and zone.attested_level >= security_level
    ]


def entries(inputs: CapacityInputs, resource: RentResource, location: str, year: int) -> list[Price]:
    """Price entries of a resource in a location (``tender``: the planning prices) that apply to a year.

    They are those in force on 1 January of the year, or else those in force at ``as_of``.
    """
    here = [
        price
        for price in inputs.clouds.prices
        if price.resource == resource and (location in price.zones if location != TENDER else not price.zones)
    ]
    in_force = [price for price in here if price.in_force(dt.date(year, 1, 1))]
    return in_force or [price for price in here if price.in_force(inputs.settings.as_of)]


def paid_vnd(settings: Settings, payer: Payer, price: Price, year: int) -> float:
    """What a payer pays for one unit in a year: with VAT where that is a cost, without it where it is reclaimed."""
    before_vat = price.price_vnd
    if price.includes_vat:
        then = price.vat_rate if price.vat_rate is not None else settings.vat.rate(price.valid_from.year)
        before_vat /= 1 + then
    return before_vat * vat_factor(settings, payer, year, price.vat_rate)


def main_resource(amounts: Mapping[str, float]) -> RentResource | None:
    """The resource that a zone must publish to be a location of its own: GPU hours, else vCPU, memory, storage."""
    if amounts.get("gpu_hours", 0) > 0:
        return "gpu_hour"
    return next((resource for name, resource in _BY_MONTH.items() if amounts.get(name, 0) > 0), None)


def monthly_price_vnd(
    inputs: CapacityInputs, payer: Payer, resource: RentResource, location: str, year: int
) -> float | None:
    """Lowest price of a resource in a location for a payer; zones without one of their own use the planning price."""
    prices = entries(inputs, resource, location, year) or entries(inputs, resource, TENDER, year)
    return min((paid_vnd(inputs.settings, payer, price, year) for price in prices), default=None)


def rent_terms(
    inputs: CapacityInputs, pool: Pool, amounts: Mapping[str, float], location: str, gpu_price: str | None, year: int
) -> RentTerms | None:
    """Amounts and cost of the whole pool in a location, or None when a resource that it needs has no price there."""
    main = main_resource(amounts)
    if pool.kind == "wholesale" or main is None:
        return None
    if location != TENDER and not entries(inputs, main, location, year):
        return None
    vnd = 0.0
    for name, resource in _BY_MONTH.items():
        amount = amounts.get(name, 0.0)
        if amount > 0:
            price = monthly_price_vnd(inputs, pool.payer, resource, location, year)
            if price is None:
                return None
            vnd += 12 * amount * price
    hours = 0.0
    if amounts.get("gpu_hours", 0.0) > 0:
        entry = {price.id: price for price in entries(inputs, "gpu_hour", location, year)}.get(gpu_price or "")
        if entry is None:
            return None
        hours = amounts["gpu_hours"] / (entry.gpu_equivalent or 1.0)
        vnd += hours * paid_vnd(inputs.settings, pool.payer, entry, year)
    return RentTerms(
        vcpu=amounts.get("billable_vcpu", 0.0),
        memory_gib=amounts.get("memory_gib", 0.0),
        storage_tb=amounts.get("billable_storage_tb", 0.0),
        gpu_hours=hours,
        vnd=vnd,
    )
