"""Constraints on who serves which demand: servers, halls for tenants, domestic zones, racks, power, plant and land."""

from __future__ import annotations

from capacity.inputs.hardware import HallType, Sku
from capacity.model.frame import BILLION, Facility, Frame, Slack, belongs, capacity_of, sku_serves
from capacity.model.linear import Expression
from capacity.model.market import rents
from capacity.model.timeline import discount

UNSERVED_VND = {"vcpu": 2e8, "gpu_equivalent": 5e10, "wholesale_mw": 5e12, "storage_tb": 1e9, "memory_gib": 2e7}
"""Price of a unit of demand left unserved for a year: far above any way to serve it, used to rank violations only."""


def demand_is_met(frame: Frame) -> None:
    """Every pool is met in full, every year, by servers or halls of its payer or by rent from eligible zones.

    Pools that are tied to sites stand at no other ones. Systems that have not moved yet stay in existing halls, and
    those that have moved have left them.
    """
    model = frame.model
    for year in frame.years:
        sites = frame.open_sites(year)
        for pool, amounts in frame.pools(year):
            whole = Expression()
            for site in sites:
                existing, moved = site.status == "existing", pool.id in frame.demand.moved
                if belongs(pool, site) and not (moved if existing else pool.in_room):
                    whole.add(model.column(("own", pool.id, site.id, year), upper=1.0), 1.0)
            for offer in rents(frame.inputs, pool, amounts, year):
                column = model.column(("rent", pool.id, offer.location, offer.gpu_price or "", year), upper=1.0)
                model.cost[column] += offer.vnd_per_year * discount(frame.settings, year) / BILLION
                whole.add(column, 1.0)
            price = sum(UNSERVED_VND.get(resource, 0.0) * amount for resource, amount in amounts.items()) / BILLION
            slack = Slack(f"demand:{pool.id}", year, None, "fraction", max(price, 1.0))
            whole.add(frame.elastic(slack, 1.0), 1.0)
            model.row(("demand_is_met", pool.id, year), whole, lower=1.0, upper=1.0)


def work_does_not_move_back(frame: Frame) -> None:
    """Work that has left existing halls does not return: its fraction there never rises from one year to the next."""
    for site in frame.inputs.sites.sites:
        if site.status != "existing":
            continue
        for pool in frame.demand.pools:
            for year in frame.years[1:]:
                before = frame.model.find("own", pool.id, site.id, year - 1)
                after = frame.model.find("own", pool.id, site.id, year)
                if before is not None and after is not None and not pool.in_room:
                    rise = Expression({after: 1.0, before: -1.0})
                    frame.model.row(("work_does_not_move_back", pool.id, site.id, year), rise, upper=0.0)


def owned_servers_carry_their_share(frame: Frame) -> None:
    """The share of a pool that a site takes is covered, in every resource, by the servers placed for it there."""
    model = frame.model
    usable = frame.settings.usable_server_fraction
    for year in frame.years:
        for pool, amounts in frame.pools(year):
            if pool.kind == "wholesale":
                continue
            for site in frame.open_sites(year):
                own = model.find("own", pool.id, site.id, year)
                if own is None:
                    continue
                given: dict[str, Expression] = {}
                for facility in frame.open_facilities(year):
                    if facility.site.id != site.id:
                        continue
                    for sku, _ in frame.servers(facility, year):
                        if not sku_serves(sku, pool):
                            continue
                        key = ("placed", pool.id, site.id, facility.hall.id, sku.id, year)
                        most = frame.most(("server", site.id, facility.hall.id, sku.id), year) * usable
                        column = model.column(key, upper=most)
                        for resource in amounts:
                            given.setdefault(resource, Expression()).add(column, capacity_of(sku, resource))
                for resource in sorted(OWNED & amounts.keys()):
                    balance = given.get(resource, Expression()).add(own, -amounts[resource])
                    model.row(("owned_servers_carry_their_share", pool.id, site.id, year, resource), balance, lower=0.0)


OWNED = frozenset({"vcpu", "memory_gib", "storage_tb", "gpu_equivalent"})


def placed_servers_are_installed(frame: Frame) -> None:
    """Servers placed for pools, standing by or extra are installed; the usable fraction leaves the rest as spares."""
    for year in frame.years:
        for facility in frame.open_facilities(year):
            for sku, installed in frame.servers(facility, year):
                use = Expression().plus(installed, -frame.settings.usable_server_fraction)
                for column in _extra_servers(frame, facility, sku, year):
                    use.add(column, 1.0)
                for name in ("placed", "standby_servers"):
                    for key, column in frame.model.matching(name):
                        if key[2:] == (facility.site.id, facility.hall.id, sku.id, year):
                            use.add(column, 1.0)
                row = ("placed_servers_are_installed", facility.site.id, facility.hall.id, sku.id, year)
                frame.model.row(row, use, upper=0.0)


def _extra_servers(frame: Frame, facility: Facility, sku: Sku, year: int) -> list[int]:
    """Columns of servers beyond the need, by each load class that may have them and whose work they can do there."""
    model, place = frame.model, (facility.site.id, facility.hall.id, sku.id, year)
    if sku.peak_kw <= sku.idle_kw:
        return []
    classes = [
        pool.load_class
        for pool, _ in frame.pools(year)
        if pool.kind == sku.kind
        and model.find("placed", pool.id, *place) is not None
        and frame.inputs.load_class(pool.load_class).extra_servers
    ]
    most = frame.most(("server", *place[:3]), year) * frame.settings.usable_server_fraction
    return [model.column(("extra", name, *place), upper=most) for name in dict.fromkeys(classes)]


def tenants_are_housed(frame: Frame) -> None:
    """The share of a wholesale pool that a site takes is let in halls for tenants, and never less than the minimum."""
    model = frame.model
    for year in frame.years:
        for pool, amounts in frame.pools(year):
            if pool.kind != "wholesale":
                continue
            megawatt = amounts["wholesale_mw"]
            for site in frame.open_sites(year):
                own = model.find("own", pool.id, site.id, year)
                if own is None:
                    continue
                let = Expression().add(own, -megawatt)
                for facility in frame.open_facilities(year):
                    if facility.site.id == site.id and facility.hall.wholesale:
                        key = ("let", pool.id, site.id, facility.hall.id, year)
                        let.add(model.column(key, upper=megawatt), 1.0)
                model.row(("tenants_are_housed", pool.id, site.id, year), let, lower=0.0, upper=0.0)
                least = min(frame.settings.minimum_wholesale_mw / megawatt, 1.0)
                opened = model.column(("lets", pool.id, site.id, year), upper=1.0, integer=True)
                model.row(("lets_at_least", pool.id, site.id, year), Expression({own: 1.0, opened: -least}), lower=0.0)
                model.row(("lets_at_most", pool.id, site.id, year), Expression({own: 1.0, opened: -1.0}), upper=0.0)


def critical_it(frame: Frame, site_id: str, hall: HallType, year: int) -> Expression:
    """Nameplate IT kW of a facility: installed servers with fabric, and MW let to tenants."""
    total = Expression()
    for facility in frame.open_facilities(year):
        if (facility.site.id, facility.hall.id) == (site_id, hall.id):
            for sku, installed in frame.servers(facility, year):
                total.plus(installed, sku.peak_kw * (1 + sku.fabric_power_fraction))
    for key, column in frame.model.matching("let"):
        if key[2:] == (site_id, hall.id, year):
            total.add(column, 1000.0)
    return total


def hall_power_is_enough(frame: Frame) -> None:
    """The nameplate IT power in a hall stays within the kW of its modules."""
    for year in frame.years:
        for facility in frame.open_facilities(year):
            load = critical_it(frame, facility.site.id, facility.hall, year)
            load.plus(frame.modules(facility, year), -facility.hall.it_kw)
            scaled = Expression().plus(load, 1e-3)
            frame.model.row(("hall_power_is_enough", facility.site.id, facility.hall.id, year), scaled, upper=0.0)


def racks_fit_the_hall(frame: Frame) -> None:
    """Whole racks hold the installed servers, and a hall has no more racks than its modules have places."""
    model = frame.model
    for year in frame.years:
        for facility in frame.open_facilities(year):
            place = (facility.site.id, facility.hall.id)
            total = Expression().plus(frame.modules(facility, year), -float(facility.hall.racks))
            for sku, installed in frame.servers(facility, year):
                most = frame.most(("module", *place, facility.hall.id), year) * facility.hall.racks
                racks = model.column(("racks", *place, sku.id, year), upper=most, integer=True)
                full = Expression().plus(installed, 1.0).add(racks, -float(sku.servers_per_rack))
                model.row(("racks_hold_servers", *place, sku.id, year), full, upper=0.0)
                total.add(racks, 1.0)
            model.row(("racks_fit_the_hall", *place, year), total, upper=0.0)


def ups_losses(frame: Frame, facility: Facility, year: int) -> Expression:
    """kW lost at all hours by the UPS units of a facility at no load."""
    ups = frame.inputs.plant(facility.hall.ups)
    units = frame.standing(("ups", facility.site.id, facility.hall.id, ups.id), year)
    return Expression().plus(units, ups.unit_kw * ups.no_load_loss_fraction)


def hall_losses(frame: Frame, facility: Facility, year: int) -> Expression:
    """kW drawn at all hours by the modules of a facility and by its UPS units at no load."""
    losses = Expression().plus(frame.modules(facility, year), facility.hall.fixed_loss_kw)
    return losses.plus(ups_losses(frame, facility, year))


def plant_is_redundant(frame: Frame) -> None:
    """UPS, chillers and gensets carry the load with the redundancy of the tier: N, one unit more, or twice.

    What UPS units lose at no load is heat for the chillers and load for the gensets.
    """
    model = frame.model
    for year in frame.years:
        for facility in frame.open_facilities(year):
            hall, site = facility.hall, facility.site
            if ("ups", site.id, hall.id, hall.ups) not in frame.assets:
                continue
            opened = model.column(("open", site.id, hall.id, year), upper=1.0, integer=True)
            modules = frame.modules(facility, year)
            most = frame.most(("module", site.id, hall.id, hall.id), year)
            row = ("open_when_built", site.id, hall.id, year)
            model.row(row, Expression().plus(modules, 1.0).add(opened, -most), upper=0.0)
            hours = frame.hours(site, year)
            ups = frame.inputs.plant(hall.ups)
            heat = 1 + hall.distribution_loss_fraction + ups.loss_fraction_at_full_load - ups.no_load_loss_fraction
            critical = critical_it(frame, site.id, hall, year)
            needs = {hall.ups: critical}
            if hall.chiller is not None:
                hot = Expression().plus(critical, heat).plus(ups_losses(frame, facility, year))
                needs[hall.chiller] = Expression().plus(hot, 1 / site.cooling_capacity_factor)
            facility_kw = Expression().plus(critical, float(hours.slope(hall.id).max()))
            needs[hall.genset] = facility_kw.plus(hall_losses(frame, facility, year))
            for unit_id, need in needs.items():
                unit = frame.inputs.plant(unit_id)
                times = 2.0 if hall.tier == "2N" and unit.kind != "genset" else 1.0
                spare = unit.unit_kw if hall.tier == "N+1" or (hall.tier == "2N" and unit.kind == "genset") else 0.0
                units = frame.standing((unit.kind, site.id, hall.id, unit_id), year)
                lack = Expression().plus(need, times * 1e-3).plus(units, -unit.unit_kw * 1e-3)
                lack.add(opened, spare * 1e-3)
                model.row(("plant_is_redundant", unit.kind, site.id, hall.id, year), lack, upper=0.0)


def land_is_enough(frame: Frame) -> None:
    """Modules, ground-mounted generation and fuel tanks stand on the site's land."""
    tank = frame.inputs.hardware.fuel_tank
    for year in frame.years:
        for site in frame.open_sites(year):
            used = Expression()
            for facility in frame.open_facilities(year):
                if facility.site.id == site.id and facility.hall.orderable:
                    used.plus(frame.modules(facility, year), facility.hall.land_m2 * 1e-3)
            for technology in frame.inputs.energy.generation:
                area = technology.land_m2_per_mw * 1e-3
                used.plus(frame.standing(("generation", site.id, "", technology.id), year), area)
            if tank is not None:
                used.plus(frame.standing(("fuel_tank", site.id, "", tank.id), year), tank.land_m2 * 1e-3)
            frame.model.row(("land_is_enough", site.id, year), used, upper=site.land_m2 * 1e-3)
