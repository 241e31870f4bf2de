"""Items of a plan, and the inputs in which one of them cannot be had: the other way to see what it is worth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from capacity.inputs import CapacityInputs
from capacity.inputs.sites import Site
from capacity.plan import Plan

TENDER = "tender"
PLANT = ("ups", "genset", "chiller")
STORAGE = ("battery_mw", "battery_mwh")


@dataclass(frozen=True, order=True)
class Item:
    """kind: that of a build, or ``rent`` (``of`` is the location), ``site`` and ``programme_rent`` (a pool)."""

    kind: str
    site: str
    of: str

    @property
    def name(self) -> str:
        """``kind/site/id``, without what it does not have."""
        return "/".join(part for part in (self.kind, self.site, self.of) if part)


def items_of(plan: Plan) -> list[Item]:
    """What a plan builds and rents, and the sites on which it builds; UPS, gensets and chillers go with their hall."""
    found: set[Item] = set()
    for build in plan.builds:
        if build.kind in PLANT:
            continue
        kind = "battery" if build.kind in STORAGE else build.kind
        found.add(Item(kind, build.site, build.item))
        if build.kind == "module":
            found.add(Item("site", build.site, ""))
    found |= {Item("rent", "", rent.location) for rent in plan.rents}
    return sorted(found)


def without(inputs: CapacityInputs, items: Iterable[Item]) -> CapacityInputs:
    """The inputs in which the items cannot be bought or rented. What stands already stays; a server type that is
    forbidden at one site is forbidden at all, for the folder prices types and not places; so are UPS batteries."""
    for item in items:
        inputs = _without(inputs, item)
    return inputs


def _without(inputs: CapacityInputs, item: Item) -> CapacityInputs:
    match item.kind:
        case "module":
            return _at_site(
                inputs, item.site, allowed_halls=lambda s: tuple(h for h in s.allowed_halls if h != item.of)
            )
        case "site":
            return _at_site(inputs, item.site, allowed_halls=lambda _: ())
        case "grid_step":
            return _at_site(
                inputs,
                item.site,
                grid=lambda s: s.grid.model_copy(
                    update={"steps": tuple(step for step in s.grid.steps if step.id != item.of)}
                ),
            )
        case "generation" | "battery":
            return _at_site(
                inputs,
                item.site,
                energy_limits=lambda s: tuple(row for row in s.energy_limits if row.technology != item.of),
            )
        case "fuel_tank":
            return _at_site(inputs, item.site, fuel_tank_limit_litres=lambda _: 0.0)
        case "ups_battery":
            return replace(inputs, hardware=inputs.hardware.model_copy(update={"ups_battery": None}))
        case "dppa_mw":
            dppa = inputs.energy.dppa
            refused = None if dppa is None else dppa.model_copy(update={"eligible": False})
            return replace(inputs, energy=inputs.energy.model_copy(update={"dppa": refused}))
        case "server":
            skus = tuple(
                sku.model_copy(update={"orderable": False}) if sku.id == item.of else sku
                for sku in inputs.hardware.skus
            )
            return replace(inputs, hardware=inputs.hardware.model_copy(update={"skus": skus}))
        case "rent":
            return _without_location(inputs, item.of)
    raise ValueError(f"no such kind of item: {item.kind}")


def _at_site(inputs: CapacityInputs, site_id: str, **changes: object) -> CapacityInputs:
    def changed(site: Site) -> Site:
        if site.id != site_id:
            return site
        return site.model_copy(update={name: change(site) for name, change in changes.items()})  # type: ignore[operator]

    sites = tuple(changed(site) for site in inputs.sites.sites)
    return replace(inputs, sites=inputs.sites.model_copy(update={"sites": sites}))


def _without_location(inputs: CapacityInputs, location: str) -> CapacityInputs:
    """Without a zone; without tenders: without the zones that publish no price."""
    priced = {zone for price in inputs.clouds.prices for zone in price.zones}

    def kept(zone_id: str) -> bool:
        return zone_id in priced if location == TENDER else zone_id != location

    providers = tuple(
        provider.model_copy(update={"zones": tuple(zone for zone in provider.zones if kept(zone.id))})
        for provider in inputs.clouds.providers
    )
    return replace(inputs, clouds=inputs.clouds.model_copy(update={"providers": providers}))
