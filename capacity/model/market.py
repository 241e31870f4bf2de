"""What domestic clouds offer a pool in a year, by law, level, place and price. Nothing is ranked without a price."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from capacity.demand.needs import Pool
from capacity.hourly import hours_of_year
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.clouds import Price, RentResource, Zone
from capacity.model.timeline import vat_factor

TENDER = "tender"
MONTHLY: tuple[tuple[str, RentResource], ...] = (
    ("vcpu", "vcpu_month"),
    ("memory_gib", "memory_gib_month"),
    ("billable_storage_tb", "storage_tb_month"),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """The whole pool rented for one year in one location: VND with the payer's VAT, and the mean number of GPUs."""

    location: str
    gpu_price: str | None
    vnd_per_year: float
    gpus: float


def eligible_zones(inputs: CapacityInputs, pool: Pool) -> list[Zone]:
    """Zones of domestic providers that stand in Viet Nam and are attested for the pool's security level."""
    return [
        zone
        for provider in inputs.clouds.providers
        if provider.domestic
        for zone in provider.zones
        if zone.country == "VN" and zone.attested_level >= pool.security_level
    ]


def prices_of_year(inputs: CapacityInputs, resource: RentResource, year: int) -> list[Price]:
    """Prices in force on 1 January of the year; when none is, those in force at ``as_of``."""
    of_resource = [price for price in inputs.clouds.prices if price.resource == resource]
    in_force = [price for price in of_resource if price.in_force(dt.date(year, 1, 1))]
    return in_force or [price for price in of_resource if price.in_force(inputs.settings.as_of)]


def offers(inputs: CapacityInputs, pool: Pool, amounts: Mapping[str, float], year: int) -> list[Offer]:
    """Every location in which the whole pool can be rented in a year, with its cost for the pool's payer.

    A zone is a location of its own when it publishes a price of the pool's main resource (GPU hours, else vCPU or storage);
    its other resources may use the planning price. All the other eligible zones are the one location ``tender``.
    """
    if pool.kind == "wholesale":
        return []
    zones = eligible_zones(inputs, pool)
    if not zones:
        return []
    vat = vat_factor(inputs.settings, pool.payer)

    def paid(price: Price) -> float:
        if price.includes_vat:
            return price.price_vnd / (1.0 if vat > 1 else 1 + inputs.settings.vat.rate)
        return price.price_vnd * vat

    monthly = [(amount, resource) for name, resource in MONTHLY if (amount := amounts.get(name, 0.0)) > 0]
    gpu_hours = amounts.get("gpu_hours", 0.0)
    main: RentResource = "gpu_hour" if gpu_hours > 0 else (monthly[0][1] if monthly else "vcpu_month")
    found: list[Offer] = []
    for location in (*(zone.id for zone in zones), TENDER):
        base = 0.0
        for amount, resource in monthly:
            entries = prices_of_year(inputs, resource, year)
            own = [p for p in entries if location in p.zones]
            if resource == main and location != TENDER and not own:
                break
            usable = own or [p for p in entries if not p.zones]
            if not usable:
                break
            base += 12 * amount * min(paid(p) for p in usable)
        else:
            if gpu_hours <= 0:
                found.append(Offer(location, None, base, 0.0))
                continue
            for price in prices_of_year(inputs, "gpu_hour", year):
                if (location in price.zones) if location != TENDER else not price.zones:
                    rented = gpu_hours / (price.gpu_equivalent or 1.0)
                    found.append(Offer(location, price.id, base + rented * paid(price), rented / hours_of_year(year)))
    return found
