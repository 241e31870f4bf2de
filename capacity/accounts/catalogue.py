"""What the catalogue says of each kind of order: price, life, lead time, category and yearly operation."""

from __future__ import annotations

import math
from dataclasses import dataclass

from capacity.accounts.fill import fill_vnd
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.hardware import HallType, Sku
from capacity.inputs.settings import CostCategory
from capacity.inputs.sites import Site
from capacity.plan import Build, BuildKind

WHOLE: frozenset[BuildKind] = frozenset({"module", "ups", "genset", "chiller", "server", "grid_step", "fuel_tank"})
PLANT: frozenset[BuildKind] = frozenset({"ups", "genset", "chiller"})


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of one unit (piece, MW or MWh) of an order, VND before VAT. ``orderable``: it may be ordered here.

    ``delay_years``: how much later than ordered it serves.
    """

    category: CostCategory
    capex_vnd: float
    operation_vnd_per_year: float
    lifetime_years: float
    lead_time_months: float
    orderable: bool
    delay_years: int = 0


def site_plant(hall: HallType) -> dict[BuildKind, str]:
    """Plant units of a hall type by kind."""
    units: dict[BuildKind, str] = {"ups": hall.ups, "genset": hall.genset}
    if hall.chiller is not None:
        units["chiller"] = hall.chiller
    return units


def fits(sku: Sku, hall: HallType) -> bool:
    """Whether a full rack of the SKU keeps the power, weight and cooling limits of the hall.

    Liquid-cooled servers need a direct-liquid hall, and of those cooled by air, GPUs do not stand in one.
    """
    liquid_hall = hall.cooling == "direct_liquid"
    misplaced = sku.liquid_cooled if not liquid_hall else sku.kind == "gpu" and not sku.liquid_cooled
    return (
        not misplaced and sku.rack_kw <= hall.max_rack_kw * (1 + 1e-9) and sku.rack_weight_kg <= hall.max_rack_weight_kg
    )


def server_price_vnd(sku: Sku) -> float:
    """Price of a server with its share of the fabric, before VAT."""
    return sku.price_vnd * (1 + sku.fabric_price_fraction)


def nameplate_kw(sku: Sku) -> float:
    """IT power of a server at full load, with its share of the fabric."""
    return sku.peak_kw * (1 + sku.fabric_power_fraction)


def terms_of(inputs: CapacityInputs, build: Build) -> Terms:
    """Terms of an order. Raises KeyError when its site, hall or item is not in the folder."""
    site = inputs.site(build.site)
    if build.kind == "ups_battery":
        return _ups_battery_terms(inputs, site, build.item)
    if build.kind == "fuel_tank":
        return _tank_terms(inputs, site, build.item)
    if build.kind in ("generation", "battery_mw", "battery_mwh", "dppa_mw", "grid_step"):
        return _supply_terms(inputs, site, build.kind, build.item)
    if build.hall is None:
        raise KeyError(f"hall of {build.kind} {build.item}")
    hall = inputs.hall(build.hall)
    here = hall.orderable and hall.id in site.allowed_halls
    if build.kind == "module":
        if build.item != hall.id:
            raise KeyError(build.item)
        return Terms(
            "hall",
            hall.capex_vnd * site.hall_capex_factor + fill_vnd(inputs.settings, site, hall.land_m2),
            hall.operation_vnd_per_year,
            hall.lifetime_years,
            hall.lead_time_months,
            here,
        )
    if build.kind == "server":
        sku = inputs.sku(build.item)
        price = server_price_vnd(sku)
        upkeep = price * sku.maintenance_fraction_per_year
        return Terms("server", price, upkeep, sku.lifetime_years, sku.lead_time_months, sku.orderable)
    unit = inputs.plant(build.item)
    fuel_vnd = unit.test_hours_per_year * unit.unit_kw * unit.fuel_litre_per_kwh * inputs.energy.diesel_vnd_per_litre
    return Terms(
        "hall",
        unit.capex_vnd,
        unit.operation_vnd_per_year + fuel_vnd,
        unit.lifetime_years,
        unit.lead_time_months,
        here and site_plant(hall).get(build.kind) == unit.id,
    )


def _tank_terms(inputs: CapacityInputs, site: Site, item: str) -> Terms:
    tank = inputs.hardware.fuel_tank
    if tank is None or item != tank.id:
        raise KeyError(item)
    filling = tank.litres * inputs.energy.diesel_vnd_per_litre
    limit = site.fuel_tank_limit_litres
    return Terms(
        "hall",
        tank.capex_vnd + filling + fill_vnd(inputs.settings, site, tank.land_m2),
        tank.operation_vnd_per_year,
        tank.lifetime_years,
        tank.lead_time_months,
        limit is None or limit >= tank.litres,
    )


def _ups_battery_terms(inputs: CapacityInputs, site: Site, item: str) -> Terms:
    battery = inputs.hardware.ups_battery
    if battery is None or item != battery.id:
        raise KeyError(item)
    halls = [inputs.hall(hall) for hall in site.allowed_halls]
    return Terms(
        "hall",
        battery.capex_vnd_per_mw,
        battery.operation_vnd_per_mw_year,
        battery.lifetime_years,
        battery.lead_time_months,
        any(hall.orderable and inputs.plant(hall.ups).autonomy_minutes > 0 for hall in halls),
    )


def _supply_terms(inputs: CapacityInputs, site: Site, kind: BuildKind, item: str) -> Terms:
    if kind == "grid_step":
        step = {step.id: step for step in site.grid.steps}[item]
        return Terms("grid", step.capex_vnd, 0.0, step.lifetime_years, step.lead_time_months, True, step.delay_years)
    limited = {limit.technology for limit in site.energy_limits if limit.max_mw > 0}
    if kind == "generation":
        technology = {technology.id: technology for technology in inputs.energy.generation}[item]
        return Terms(
            "energy_asset",
            technology.capex_vnd_per_mw,
            technology.operation_vnd_per_mw_year,
            technology.lifetime_years,
            technology.lead_time_months,
            technology.id in limited,
        )
    if kind == "dppa_mw":
        dppa = inputs.energy.dppa
        if dppa is None or item != dppa.generation:
            raise KeyError(item)
        return Terms("energy", 0.0, 0.0, math.inf, dppa.lead_time_months, dppa.eligible)
    battery = inputs.energy.battery
    if battery is None or item != battery.id:
        raise KeyError(item)
    power = kind == "battery_mw"
    return Terms(
        "energy_asset",
        battery.capex_vnd_per_mw if power else battery.capex_vnd_per_mwh,
        battery.operation_vnd_per_mw_year if power else 0.0,
        battery.lifetime_years,
        battery.lead_time_months,
        battery.id in limited,
    )
