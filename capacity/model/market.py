"""What domestic clouds offer a pool in a year, by law, level, place and price. Nothing is ranked without a price."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from capacity.demand.needs import Pool
from capacity.hourly import hours_of_year, utilisation
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.clouds import TENDER, Price, RentResource, Zone
from capacity.model.timeline import vat_factor

MONTHLY: tuple[tuple[str, RentResource], ...] = (
    ("billable_vcpu", "vcpu_month"),
    ("memory_gib", "memory_gib_month"),
    ("billable_storage_tb", "storage_tb_month"),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """The whole pool rented for one year in one location: VND with the payer's VAT, and its GPUs.

    GPUs are billed by the hour of use; ``gpus`` are what a zone's quota must hold: those of the busiest hour of
    interactive work, else the mean.
    """

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


def main_resource(amounts: Mapping[str, float]) -> RentResource | None:
    """What a zone must price to be a location: GPU hours, else the first by the month; None: no need."""
    if amounts.get("gpu_hours", 0.0) > 0:
        return "gpu_hour"
    return next((resource for name, resource in MONTHLY if amounts.get(name, 0.0) > 0), None)


def prices_at(inputs: CapacityInputs, resource: RentResource, location: str, year: int) -> list[Price]:
    """Prices of a resource in a location (``tender``: planning prices) on 1 January, or else at ``as_of``."""
    here = [
        price
        for price in inputs.clouds.prices
        if price.resource == resource and (location in price.zones or (location == TENDER and not price.zones))
    ]
    in_force = [price for price in here if price.in_force(dt.date(year, 1, 1))]
    return in_force or [price for price in here if price.in_force(inputs.settings.as_of)]


def paid_vnd(inputs: CapacityInputs, pool: Pool, price: Price, year: int) -> float:
    """What the pool's payer pays for one unit in a year, with the VAT of the year where that is a cost."""
    vat = vat_factor(inputs.settings, pool.payer, year, price.vat_rate)
    if not price.includes_vat:
        return price.price_vnd * vat
    included = inputs.settings.vat.rate(price.valid_from.year) if price.vat_rate is None else price.vat_rate
    return price.price_vnd * vat / (1 + included)


def offers(inputs: CapacityInputs, pool: Pool, amounts: Mapping[str, float], year: int) -> list[Offer]:
    """Every location in which the whole pool can be rented in a year, with its cost for the pool's payer.

    A zone is a location of its own when it has a price of the pool's main resource; its other resources may use the
    planning price. The eligible zones without one, if any, are together the one location ``tender`` at planning prices.
    """
    main = main_resource(amounts)
    if pool.kind == "wholesale" or main is None:
        return []
    zones = [zone.id for zone in eligible_zones(inputs, pool)]
    priced = [zone for zone in zones if prices_at(inputs, main, zone, year)]
    found: list[Offer] = []
    for location in (*priced, *([TENDER] if len(priced) < len(zones) else [])):
        base = _monthly_vnd_per_year(inputs, pool, amounts, location, year)
        if base is None:
            continue
        if main != "gpu_hour":
            found.append(Offer(location, None, base, 0.0))
            continue
        for price in prices_at(inputs, main, location, year):
            rented = amounts["gpu_hours"] / (price.gpu_equivalent or 1.0)
            vnd = base + rented * paid_vnd(inputs, pool, price, year)
            found.append(Offer(location, price.id, vnd, rented / hours_of_year(year) * _busiest(inputs, pool, year)))
    return found


def rents(inputs: CapacityInputs, pool: Pool, amounts: Mapping[str, float], year: int) -> list[Offer]:
    """The offers that a pool may take: none while its systems stay in their room (standby is another matter)."""
    return [] if pool.in_room else offers(inputs, pool, amounts, year)


def _busiest(inputs: CapacityInputs, pool: Pool, year: int) -> float:
    """Work of the busiest hour over that of the mean hour; work that may wait is spread, so that it is 1."""
    load_class = inputs.load_class(pool.load_class)
    if not load_class.interactive:
        return 1.0
    shape = utilisation(load_class, year)
    return float(shape.max() / shape.mean()) if shape.any() else 1.0


def _monthly_vnd_per_year(
    inputs: CapacityInputs, pool: Pool, amounts: Mapping[str, float], location: str, year: int
) -> float | None:
    """Twelve months of all that is rented by the month, each at its lowest price; None when something has no price."""
    total = 0.0
    for name, resource in MONTHLY:
        amount = amounts.get(name, 0.0)
        if amount <= 0:
            continue
        usable = prices_at(inputs, resource, location, year) or prices_at(inputs, resource, TENDER, year)
        if not usable:
            return None
        total += 12 * amount * min(paid_vnd(inputs, pool, price, year) for price in usable)
    return total


def egress_vnd_per_year(inputs: CapacityInputs, pool: Pool, gb_per_month: float, location: str, year: int) -> float:
    """Twelve months of traffic out of a location, at its lowest price or the planning price; nothing without either."""
    prices = prices_at(inputs, "egress_gb", location, year) or prices_at(inputs, "egress_gb", TENDER, year)
    return 12 * gb_per_month * min((paid_vnd(inputs, pool, price, year) for price in prices), default=0.0)
