"""A valid plan by simple arithmetic, for the inputs and the demand of these factories and for overrides near them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capacity.demand.needs import Demand, Pool, Resource
from capacity.demand.standby import standby_amounts
from capacity.hourly import Hours, SiteHours
from capacity.inputs import CapacityInputs
from capacity.inputs.sites import Site
from capacity.plan import Build, BuildKind, Dispatch, MissedTarget, Placement, Plan, Rent, StandbyRent

Watts = npt.NDArray[np.int64]
ORDER_BY = {2027: dt.date(2026, 1, 31), 2028: dt.date(2027, 1, 31)}
USED: dict[str, tuple[Resource, ...]] = {
    "cpu": ("vcpu", "memory_gib"),
    "storage": ("storage_tb",),
    "gpu": ("gpu_equivalent",),
}


@dataclass(frozen=True)
class Sizes:
    """What the plan buys for the candidate site beside halls and servers, and how long batch work waits."""

    pv_mw: float = 5.0
    wind_mw: float = 2.0
    battery_mw: float = 2.0
    battery_mwh: float = 6.0
    dppa_mw: float = 4.0
    defer_hours: int = 2


def make_plan(inputs: CapacityInputs, demand: Demand, sizes: Sizes | None = None) -> Plan:
    """Enterprise pools are rented in the first year and owned at the first site afterwards; state pools use the room.

    The battery is charged after midnight and discharged at night; deferrable work waits ``defer_hours``; the DPPA
    matches what it can; the grid brings the rest in whole watts, rounded up.
    """
    sizes = sizes or Sizes()
    years = inputs.settings.years
    placements = [*_room_placements(inputs, demand), *_site_placements(inputs, demand)]
    builds = [*_hall_builds(inputs, placements), *_supply_builds(inputs, sizes)]
    builds += _tank_builds(inputs, builds)
    builds += _ups_battery_builds(inputs, placements, builds)
    dispatches = [_dispatch(inputs, demand, placements, builds, sizes, site.id, year) for site, year in _loads(inputs)]
    missed = tuple(
        MissedTarget(policy.id, years[0], policy.by_year[years[0]], years[1], "lead time of the hall")
        for policy in inputs.settings.policies
        if policy.kind == "programme_in_province_mw_min" and years[0] in policy.by_year
    )
    return Plan(
        years=years,
        builds=tuple(builds),
        placements=tuple(placements),
        rents=tuple(_first_year_rents(inputs, demand)),
        dispatches=tuple(dispatches),
        missed=missed,
        standby_rents=tuple(_standby_rents(inputs, demand, placements)),
    )


def _loads(inputs: CapacityInputs) -> Iterator[tuple[Site, int]]:
    for site in inputs.sites.sites:
        for year in inputs.settings.years:
            if site.existing_modules or year > inputs.settings.years[0]:
                yield site, year


def _first_year_rents(inputs: CapacityInputs, demand: Demand) -> Iterator[Rent]:
    first = inputs.settings.years[0]
    for pool in demand.pools:
        if pool.payer == "enterprise" and pool.kind == "cpu":
            yield Rent(pool.id, "hcm-1", first, 0.75)
            yield Rent(pool.id, "tender", first, 0.25)
        if pool.payer == "enterprise" and pool.kind == "gpu":
            yield Rent(pool.id, "hcm-1", first, 1.0, "hcm-h100")


def _standby_rents(inputs: CapacityInputs, demand: Demand, placements: list[Placement]) -> Iterator[StandbyRent]:
    """All that must stand ready of what is placed is rented in the zone with published prices."""
    placed = {(row.pool, row.year) for row in placements}
    for (pool, year), amounts in standby_amounts(inputs, demand).items():
        if (pool, year) in placed:
            yield StandbyRent(pool, "hcm-1", year, 1.0, "hcm-h100" if "gpu_hours" in amounts else None)


def _servers(inputs: CapacityInputs, pool: Pool, index: int) -> Iterator[tuple[str, float]]:
    """SKU and (fractional) servers that carry the whole pool in a year."""
    for sku in inputs.hardware.skus:
        gives: dict[Resource, float] = {
            "vcpu": sku.vcpu,
            "memory_gib": sku.memory_gib,
            "storage_tb": sku.raw_storage_tb,
            "gpu_equivalent": sku.gpus * sku.gpu_equivalent,
        }
        if sku.kind in (pool.kind, "storage"):
            count = max(pool.amounts[name][index] / gives[name] for name in USED[sku.kind] if name in pool.amounts)
            if count > 0:
                yield sku.id, count


def _room_placements(inputs: CapacityInputs, demand: Demand) -> Iterator[Placement]:
    for site in inputs.sites.sites:
        for existing in site.existing_modules[:1]:
            for pool in demand.pools:
                for index, year in enumerate(inputs.settings.years):
                    if pool.payer == site.payer:
                        for sku, count in _servers(inputs, pool, index):
                            yield Placement(pool.id, site.id, existing.hall, year, sku, count)


def _site_placements(inputs: CapacityInputs, demand: Demand) -> Iterator[Placement]:
    site = inputs.sites.sites[0]
    for pool in demand.pools:
        for index, year in enumerate(inputs.settings.years):
            if pool.payer == site.payer and index > 0:
                if pool.kind == "wholesale":
                    yield Placement(pool.id, site.id, "shell", year, None, 0.0, pool.amounts["wholesale_mw"][index])
                else:
                    for sku, count in _servers(inputs, pool, index):
                        yield Placement(pool.id, site.id, "chilled", year, sku, count)


def _hall_builds(inputs: CapacityInputs, placements: list[Placement]) -> Iterator[Build]:
    """Servers, modules and plant for the second year's placements at the first site, all bought for that year."""
    site, year = inputs.sites.sites[0], inputs.settings.years[1]
    for hall_id in site.allowed_halls:
        hall = inputs.hall(hall_id)
        here = [row for row in placements if (row.site, row.hall, row.year) == (site.id, hall_id, year)]
        critical = 1000 * sum(row.wholesale_mw for row in here)
        racks = 0
        for sku_id in dict.fromkeys(row.sku for row in here if row.sku is not None):
            sku = inputs.sku(sku_id)
            placed = sum(row.servers for row in here if row.sku == sku_id)
            installed = math.ceil(placed / inputs.settings.usable_server_fraction - 1e-9)
            critical += installed * sku.peak_kw * (1 + sku.fabric_power_fraction)
            racks += math.ceil(installed / sku.servers_per_rack)
            yield _build("server", site.id, sku_id, year, installed, hall_id)
        if critical == 0:
            continue
        modules = max(math.ceil(critical / hall.it_kw), math.ceil(racks / hall.racks))
        yield _build("module", site.id, hall_id, year, modules, hall_id)
        heat = critical * (1 + hall.distribution_loss_fraction + _ups_loss(inputs, hall.ups))
        slope = float(SiteHours(inputs, site, year).slope(hall_id).max())
        need = {
            hall.ups: critical,
            hall.genset: modules * hall.fixed_loss_kw + critical * slope,
            **({hall.chiller: heat / site.cooling_capacity_factor} if hall.chiller else {}),
        }
        for unit_id, required in need.items():
            unit = inputs.plant(unit_id)
            if hall.tier == "2N" and unit.kind != "genset":
                required *= 2
            units = math.ceil(required / unit.unit_kw) + (hall.tier == "N+1" or unit.kind == "genset")
            if unit.kind == "ups":
                lost = units * unit.unit_kw * unit.no_load_loss_fraction
                need[hall.genset] += lost
                if hall.chiller is not None:
                    need[hall.chiller] += lost / site.cooling_capacity_factor
            yield _build(unit.kind, site.id, unit_id, year, units, hall_id)


def _tank_builds(inputs: CapacityInputs, builds: list[Build]) -> Iterator[Build]:
    """Tanks for all gensets at full power through the whole outage, when there is a rule for one."""
    rule, tank = inputs.settings.resilience.outage, inputs.hardware.fuel_tank
    if rule is None or tank is None:
        return
    litres = 0.0
    for build in builds:
        if build.kind == "genset":
            unit = inputs.plant(build.item)
            litres += build.amount * unit.unit_kw * unit.fuel_litre_per_kwh * rule.hours
    site, year = inputs.sites.sites[0], inputs.settings.years[1]
    yield _build("fuel_tank", site.id, tank.id, year, math.ceil(litres / tank.litres))


def _ups_battery_builds(inputs: CapacityInputs, placements: list[Placement], builds: list[Build]) -> Iterator[Build]:
    """Batteries of UPS that need some: a quarter of the battery's power is held back for the rest."""
    battery, site, year = inputs.hardware.ups_battery, inputs.sites.sites[0], inputs.settings.years[1]
    critical_mw = sum(row.wholesale_mw for row in placements if (row.site, row.year) == (site.id, year))
    for build in builds:
        if build.kind == "server":
            sku = inputs.sku(build.item)
            critical_mw += build.amount * sku.peak_kw * (1 + sku.fabric_power_fraction) / 1000
    if battery is not None and any(inputs.plant(inputs.hall(h).ups).autonomy_minutes for h in site.allowed_halls):
        held = min(critical_mw, 0.25 * _amount(builds, "battery_mw", site.id))
        yield _build("ups_battery", site.id, battery.id, year, critical_mw - held)


def _ups_loss(inputs: CapacityInputs, unit_id: str) -> float:
    unit = inputs.plant(unit_id)
    return unit.loss_fraction_at_full_load - unit.no_load_loss_fraction


def _build(kind: BuildKind, site: str, item: str, year: int, amount: float, hall: str | None = None) -> Build:
    return Build(kind, site, item, year, amount, ORDER_BY[year], hall)


def _supply_builds(inputs: CapacityInputs, sizes: Sizes) -> Iterator[Build]:
    site, year = inputs.sites.sites[0], inputs.settings.years[1]
    for step in site.grid.steps:
        yield _build("grid_step", site.id, step.id, year, 1)
    mw = {"pv": sizes.pv_mw, "wind": sizes.wind_mw}
    for technology in inputs.energy.generation:
        if mw[technology.kind]:
            yield _build("generation", site.id, technology.id, year, mw[technology.kind])
    if inputs.energy.battery is not None and sizes.battery_mw:
        yield _build("battery_mw", site.id, inputs.energy.battery.id, year, sizes.battery_mw)
        yield _build("battery_mwh", site.id, inputs.energy.battery.id, year, sizes.battery_mwh)
    if inputs.energy.dppa is not None and inputs.energy.dppa.eligible and sizes.dppa_mw:
        yield _build("dppa_mw", site.id, inputs.energy.dppa.generation, year, sizes.dppa_mw)


def _amount(builds: list[Build], kind: str, site: str, hall: str | None = None, item: str | None = None) -> float:
    return sum(
        b.amount
        for b in builds
        if b.kind == kind and b.site == site and (hall is None or b.hall == hall) and (item is None or b.item == item)
    )


def _dispatch(
    inputs: CapacityInputs,
    demand: Demand,
    placements: list[Placement],
    builds: list[Build],
    sizes: Sizes,
    site_id: str,
    year: int,
) -> Dispatch:
    site = inputs.site(site_id)
    facts = SiteHours(inputs, site, year)
    load_class = {pool.id: inputs.load_class(pool.load_class) for pool in demand.pools}
    deferred: dict[tuple[str, str], Watts] = {}
    it_kw: dict[str, Hours] = {row.hall: np.zeros(facts.hours) for row in site.existing_modules}
    work_kw: dict[tuple[str, str], Hours] = {}
    for row in placements:
        if (row.site, row.year) != (site_id, year):
            continue
        idle, swing = 0.0, 1000 * row.wholesale_mw
        if row.sku is not None:
            sku = inputs.sku(row.sku)
            idle = row.servers * sku.idle_kw * (1 + sku.fabric_power_fraction)
            swing = row.servers * (sku.peak_kw - sku.idle_kw) * (1 + sku.fabric_power_fraction)
        it_kw[row.hall] = it_kw.get(row.hall, np.zeros(facts.hours)) + idle
        key = (load_class[row.pool].id, row.hall)
        work_kw[key] = work_kw.get(key, np.zeros(facts.hours)) + swing * facts.utilisation(key[0])
    for key, work in work_kw.items():
        waits = inputs.load_class(key[0]).deferrable_fraction
        it_kw[key[1]] = it_kw[key[1]] + (1 - waits) * work
        if waits:
            deferred[key] = np.rint(1000 * waits * np.roll(work, sizes.defer_hours)).astype(np.int64)
            it_kw[key[1]] = it_kw[key[1]] + deferred[key] / 1000
    load_kw = np.zeros(facts.hours)
    for hall_id, power in it_kw.items():
        hall = inputs.hall(hall_id)
        ups = inputs.plant(hall.ups)
        modules = sum(row.modules for row in site.existing_modules if row.hall == hall_id)
        modules += round(_amount(builds, "module", site_id, hall_id))
        no_load = _amount(builds, "ups", site_id, hall_id) * ups.unit_kw * ups.no_load_loss_fraction
        load_kw += modules * hall.fixed_loss_kw + no_load + facts.slope(hall_id) * power
    clock = np.arange(facts.hours) % 24
    charge, discharge = np.zeros(facts.hours, dtype=np.int64), np.zeros(facts.hours, dtype=np.int64)
    battery = inputs.energy.battery
    if battery is not None and _amount(builds, "battery_mw", site_id):
        power_w = 500_000 * sizes.battery_mw
        charge[(clock == 1) | (clock == 2)] = round(power_w)
        efficiency = battery.charge_efficiency * battery.discharge_efficiency
        discharge[(clock == 19) | (clock == 20)] = round(power_w * efficiency)
    produced_kw = np.zeros(facts.hours)
    for technology in inputs.energy.generation:
        megawatt = _amount(builds, "generation", site_id, item=technology.id)
        if megawatt:
            produced_kw += 1000 * megawatt * facts.capacity_factor(technology)
    need_w = 1000 * (load_kw - produced_kw) + charge - discharge
    grid = np.maximum(0, np.ceil(need_w)).astype(np.int64)
    matched = np.zeros(facts.hours, dtype=np.int64)
    dppa_mw = _amount(builds, "dppa_mw", site_id)
    if inputs.energy.dppa is not None and dppa_mw:
        generator = SiteHours(inputs, inputs.site(inputs.energy.dppa.generator_weather_site), year)
        wind = next(g for g in inputs.energy.generation if g.id == inputs.energy.dppa.generation)
        matched = np.minimum(grid, np.floor(1e6 * dppa_mw * generator.capacity_factor(wind)).astype(np.int64))
    return Dispatch(site_id, year, grid, charge, discharge, matched, deferred)
