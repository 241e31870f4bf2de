"""Rules of halls: what fits, power, racks, redundant plant and land."""

from __future__ import annotations

import math
from collections.abc import Iterator

from capacity.accounts.catalogue import fits, site_plant
from capacity.check.evidence import CheckViolation, Evidence, Rule
from capacity.check.words import KIND_VI
from capacity.inputs.hardware import HallType, Tier
from capacity.inputs.sites import Site
from capacity.plan import BuildKind, Extra, Standby


def servers_fit_their_hall(evidence: Evidence) -> Iterator[CheckViolation]:
    """A server is ordered only for halls that take its rack: power, weight, and the cooling that it is made for."""
    inputs = evidence.inputs
    for build in evidence.plan.builds:
        if build.kind == "server" and build.hall is not None:
            sku, hall = inputs.sku(build.item), inputs.hall(build.hall)
            if not fits(sku, hall):
                where = f"{build.site}/{hall.id}/{build.year}"
                cooled = ("liquid", "chất lỏng") if sku.liquid_cooled else ("air", "không khí")
                yield CheckViolation(
                    "servers_fit_their_hall",
                    where,
                    sku.rack_kw,
                    "kW per rack",
                    hall.max_rack_kw,
                    f"{where}: a rack of {sku.id} is {sku.rack_kw:.1f} kW and {sku.rack_weight_kg:,.0f} kg, "
                    f"cooled by {cooled[0]}; the hall ({hall.cooling}) takes "
                    f"{hall.max_rack_kw:.1f} kW and {hall.max_rack_weight_kg:,.0f} kg.",
                    f"{where}: tủ {sku.id} cần {sku.rack_kw:.1f} kW, nặng {sku.rack_weight_kg:,.0f} kg, "
                    f"làm mát bằng {cooled[1]}; phòng máy ({hall.cooling}) chỉ chịu "
                    f"{hall.max_rack_kw:.1f} kW và {hall.max_rack_weight_kg:,.0f} kg.",
                )


def spares_are_kept(evidence: Evidence) -> Iterator[CheckViolation]:
    """Servers placed, standing by or extra are installed, and the fraction that is not usable stays as spares."""
    usable = evidence.inputs.settings.usable_server_fraction
    for site, hall, year in evidence.standing.facilities():
        installed = {sku.id: count for sku, count in evidence.standing.servers(site.id, hall, year)}
        used = evidence.standing.placed(site.id, hall, year)
        others: list[Standby | Extra] = [
            *evidence.standing.standbys(site.id, year),
            *evidence.standing.extras(site.id, year),
        ]
        for row in others:
            if row.hall == hall:
                used[row.sku] = used.get(row.sku, 0.0) + row.servers
        for sku_id, placed in used.items():
            limit = usable * installed.get(sku_id, 0.0)
            if evidence.exceeds(placed, limit):
                where = f"{site.id}/{hall}/{year}"
                yield CheckViolation(
                    "spares_are_kept",
                    where,
                    placed,
                    "servers",
                    limit,
                    f"{where}: {placed:.3f} servers {sku_id} serve pools, stand by or are extra; {limit:.3f} may "
                    f"({installed.get(sku_id, 0):g} installed, {usable:.0%} usable).",
                    f"{where}: {placed:.3f} máy chủ {sku_id} đang phục vụ, dự phòng hoặc bổ sung; chỉ được {limit:.3f} "
                    f"(lắp đặt {installed.get(sku_id, 0):g}, tỷ lệ sử dụng {usable:.0%}).",
                )


def racks_fit_the_hall(evidence: Evidence) -> Iterator[CheckViolation]:
    """Whole racks of the installed servers stand within the rack places of the modules."""
    for site, hall, year in _occupied(evidence):
        servers = evidence.standing.servers(site.id, hall.id, year)
        racks = sum(math.ceil(count / sku.servers_per_rack - 1e-9) for sku, count in servers)
        places = evidence.standing.modules(site.id, hall.id, year) * hall.racks
        if racks > places:
            where = f"{site.id}/{hall.id}/{year}"
            yield CheckViolation(
                "racks_fit_the_hall",
                where,
                racks,
                "racks",
                places,
                f"{where}: {racks} racks stand in {places:g} rack places.",
                f"{where}: {racks} tủ máy chủ nhưng chỉ có {places:g} vị trí.",
            )


def hall_power_is_enough(evidence: Evidence) -> Iterator[CheckViolation]:
    """Nameplate IT power of installed servers, with fabric, and of what is let stays within the kW of the modules."""
    for site, hall, year in _occupied(evidence):
        critical = evidence.standing.critical_it_kw(site.id, hall.id, year)
        limit = evidence.standing.modules(site.id, hall.id, year) * hall.it_kw
        if evidence.exceeds(critical, limit):
            where = f"{site.id}/{hall.id}/{year}"
            yield CheckViolation(
                "hall_power_is_enough",
                where,
                critical,
                "kW",
                limit,
                f"{where}: {critical:,.1f} kW of IT in halls for {limit:,.1f} kW.",
                f"{where}: công suất CNTT {critical:,.1f} kW vượt công suất phòng máy {limit:,.1f} kW.",
            )


def _occupied(evidence: Evidence) -> Iterator[tuple[Site, HallType, int]]:
    """Facilities in use: those with modules, and those with more than servers left in a room that has closed."""
    standing = evidence.standing
    for site, hall, year in standing.facilities():
        bought = any(standing.bought("server", site.id, hall, sku.id, year) for sku in evidence.inputs.hardware.skus)
        placed = any(row.hall == hall for row in standing.placements(site.id, year))
        if standing.modules(site.id, hall, year) or bought or placed:
            yield site, evidence.inputs.hall(hall), year


def required_units_kw(tier: Tier, kind: BuildKind, requirement_kw: float, unit_kw: float, in_use: bool) -> float:
    """kW of units that a tier asks for: N the requirement, N+1 one unit more once there is a module, 2N twice.

    Gensets of 2N halls have N+1.
    """
    if tier == "2N" and kind != "genset":
        return 2 * requirement_kw
    if tier == "N" or not in_use:
        return requirement_kw
    return requirement_kw + unit_kw


def plant_is_redundant(evidence: Evidence) -> Iterator[CheckViolation]:
    """UPS, chillers and gensets of a hall that can be ordered carry their load with the redundancy of its tier.

    What UPS units lose at no load is heat for the chillers and load for the gensets.
    """
    inputs, standing = evidence.inputs, evidence.standing
    for site, hall, year in _occupied(evidence):
        if not hall.orderable:
            continue
        modules, critical = standing.modules(site.id, hall.id, year), standing.critical_it_kw(site.id, hall.id, year)
        ups = inputs.plant(hall.ups)
        heat = 1 + hall.distribution_loss_fraction + ups.loss_fraction_at_full_load - ups.no_load_loss_fraction
        no_load = standing.bought("ups", site.id, hall.id, ups.id, year) * ups.unit_kw * ups.no_load_loss_fraction
        most_slope = float(evidence.hourly.of(site, year).facts.slope(hall.id).max())
        requirement: dict[BuildKind, float] = {
            "ups": critical,
            "chiller": (critical * heat + no_load) / site.cooling_capacity_factor,
            "genset": modules * hall.fixed_loss_kw + no_load + critical * most_slope,
        }
        for kind, unit_id in site_plant(hall).items():
            unit_kw = inputs.plant(unit_id).unit_kw
            least = required_units_kw(hall.tier, kind, requirement[kind], unit_kw, modules > 0)
            present = standing.bought(kind, site.id, hall.id, unit_id, year) * unit_kw
            if evidence.exceeds(least, present):
                where = f"{site.id}/{hall.id}/{year}"
                yield CheckViolation(
                    "plant_is_redundant",
                    where,
                    present,
                    "kW",
                    least,
                    f"{where}: {kind} {unit_id} has {present:,.0f} kW; {hall.tier} needs {least:,.0f} kW.",
                    f"{where}: {KIND_VI[kind]} {unit_id} có {present:,.0f} kW; mức dự phòng {hall.tier} cần "
                    f"{least:,.0f} kW.",
                )


def land_is_enough(evidence: Evidence) -> Iterator[CheckViolation]:
    """Ordered kinds of modules, ground-mounted generation and fuel tanks stand on the site's land."""
    inputs, standing = evidence.inputs, evidence.standing
    tank = inputs.hardware.fuel_tank
    area = {technology.id: technology.land_m2_per_mw for technology in inputs.energy.generation}
    for site in inputs.sites.sites:
        for year in evidence.plan.years:
            used = sum(mw * area[name] for name, mw in standing.generation_mw(site.id, year).items())
            if tank is not None:
                used += standing.bought("fuel_tank", site.id, "", tank.id, year) * tank.land_m2
            for hall in inputs.hardware.halls:
                if hall.orderable:
                    used += standing.modules(site.id, hall.id, year) * hall.land_m2
            if evidence.exceeds(used, site.land_m2):
                where = f"{site.id}/{year}"
                yield CheckViolation(
                    "land_is_enough",
                    where,
                    used,
                    "m2",
                    site.land_m2,
                    f"{where}: {used:,.0f} m2 are built on; the site has {site.land_m2:,.0f} m2.",
                    f"{where}: sử dụng {used:,.0f} m2 đất; địa điểm chỉ có {site.land_m2:,.0f} m2.",
                )


HALL_RULES: tuple[Rule, ...] = (
    servers_fit_their_hall,
    spares_are_kept,
    racks_fit_the_hall,
    hall_power_is_enough,
    plant_is_redundant,
    land_is_enough,
)
