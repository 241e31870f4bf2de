"""What a plan survives, from what stands and the hours' facts, and what it pays to stand above the flood."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from capacity.accounts.fill import fill_height_m, fill_vnd
from capacity.accounts.hours import HourlyAccount, HourlyAccounts
from capacity.accounts.records import OutageYear, PadLine
from capacity.accounts.standing import Standing
from capacity.accounts.timing import payment_year, vat_factor
from capacity.demand.needs import Demand
from capacity.hourly import Hours
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.resilience import Outage

LITRES_PER_M3 = 1000.0


def stretches(values: Hours, hours: int) -> Hours:
    """Sum of every ``hours`` consecutive hours, by the first of them; the year is a circle."""
    around = np.concatenate((values, values[: hours - 1]))
    total = np.concatenate(([0.0], np.cumsum(around)))
    return np.asarray(total[hours:] - total[:-hours], dtype=np.float64)


def pad_lines(standing: Standing) -> Iterator[PadLine]:
    """What of each order's capital raises the ground."""
    inputs = standing.inputs
    tank = inputs.hardware.fuel_tank
    for build, _ in standing.orders:
        site = inputs.site(build.site)
        land_m2 = 0.0
        if build.kind == "module":
            land_m2 = inputs.hall(build.item).land_m2
        elif build.kind == "fuel_tank" and tank is not None:
            land_m2 = tank.land_m2
        height = fill_height_m(inputs.settings, site)
        if land_m2 * height > 0:
            vat = vat_factor(inputs.settings, site.payer, payment_year(inputs.settings, build.order_by))
            capital = fill_vnd(inputs.settings, site, land_m2) * vat
            yield PadLine(
                site=site.id,
                kind=build.kind,
                item=build.item,
                year=build.year,
                order_by=build.order_by,
                amount=build.amount,
                height_m=height,
                fill_m3=build.amount * land_m2 * height,
                capex_vnd=build.amount * capital,
            )


class NewHalls:
    """What the new halls of a site draw in a year. Existing halls bring their plant and are left out."""

    def __init__(self, standing: Standing, demand: Demand, hour: HourlyAccount) -> None:
        self.standing, self.hour = standing, hour
        self.site, self.year = hour.site, hour.year
        self.inputs: CapacityInputs = standing.inputs
        self.halls = [
            hall for name in standing.halls(self.site.id, self.year) if (hall := self.inputs.hall(name)).orderable
        ]
        self._load_class = {pool.id: pool.load_class for pool in demand.pools}

    def losses_kw(self, hall_id: str) -> float:
        """Drawn at all hours by modules, and by UPS units at no load."""
        hall = self.inputs.hall(hall_id)
        ups = self.inputs.plant(hall.ups)
        units = self.standing.bought("ups", self.site.id, hall_id, ups.id, self.year)
        modules = self.standing.modules(self.site.id, hall_id, self.year)
        return modules * hall.fixed_loss_kw + units * ups.unit_kw * ups.no_load_loss_fraction

    def most_kw(self, hall_id: str) -> float:
        """The most that a hall can draw: nameplate IT power in the hour of its steepest slope, and losses."""
        critical = self.standing.critical_it_kw(self.site.id, hall_id, self.year)
        return critical * float(self.hour.facts.slope(hall_id).max()) + self.losses_kw(hall_id)

    def surviving_genset_kw(self, hall_id: str, failed_units: int) -> float:
        """kW of the gensets of a hall once some of them do not start; below zero when there are fewer than that."""
        hall = self.inputs.hall(hall_id)
        unit = self.inputs.plant(hall.genset)
        units = self.standing.bought("genset", self.site.id, hall_id, unit.id, self.year)
        in_use = self.standing.modules(self.site.id, hall_id, self.year) > 0
        return (units - (failed_units if in_use else 0)) * unit.unit_kw

    def load_kwh(self, hall_id: str, hours: int) -> float:
        """Most energy of a hall in a stretch of hours: losses, and each load class in the stretch that is its worst."""
        flat_kw = 0.0
        moving_kw: dict[str, float] = defaultdict(float)
        for row in self.standing.placements(self.site.id, self.year):
            if row.hall != hall_id:
                continue
            class_id = self._load_class[row.pool]
            moving_kw[class_id] += 1000 * row.wholesale_mw
            if row.sku is not None:
                sku = self.inputs.sku(row.sku)
                fabric = 1 + sku.fabric_power_fraction
                flat_kw += row.servers * sku.idle_kw * fabric
                moving_kw[class_id] += row.servers * (sku.peak_kw - sku.idle_kw) * fabric
        flat_kw += self.standing.idle_kw(self.site.id, self.year).get(hall_id, 0.0)
        slope = self.hour.facts.slope(hall_id)
        energy = flat_kw * float(stretches(slope, hours).max()) + hours * self.losses_kw(hall_id)
        for class_id, power in moving_kw.items():
            drawn = slope * self.hour.facts.utilisation(class_id)
            energy += power * float(stretches(drawn, hours).max())
        return energy

    def storm_kwh(self, rule: Outage) -> float:
        """Energy that generation behind the meter is sure to give in the outage."""
        total = 0.0
        technologies = {technology.id: technology for technology in self.inputs.energy.generation}
        for name, megawatt in self.standing.generation_mw(self.site.id, self.year).items():
            technology = technologies[name]
            share = rule.storm_pv_fraction if technology.kind == "pv" else float(rule.turbines_run)
            output = self.hour.facts.capacity_factor(technology)
            total += share * 1000 * megawatt * float(stretches(output, rule.hours).min())
        return total

    def held_kwh(self) -> float:
        """What is held for the autonomy of the UPS of each hall."""
        total = 0.0
        for hall in self.halls:
            minutes = self.inputs.plant(hall.ups).autonomy_minutes
            total += minutes / 60 * self.standing.critical_it_kw(self.site.id, hall.id, self.year)
        return total

    def fuel_litres(self, rule: Outage) -> float:
        """Fuel for the outage: each hall at its gensets, less what is saved at the thriftiest of those allowed.

        Generation behind the meter and the energy held for the autonomy of UPS save fuel.
        """
        burnt = sum(
            self.load_kwh(hall.id, rule.hours) * self.inputs.plant(hall.genset).fuel_litre_per_kwh
            for hall in self.halls
        )
        allowed = [h for h in self.inputs.hardware.halls if h.orderable and h.id in self.site.allowed_halls]
        thriftiest = min((self.inputs.plant(h.genset).fuel_litre_per_kwh for h in allowed), default=0.0)
        return max(0.0, burnt - thriftiest * (self.storm_kwh(rule) + self.held_kwh()))


def outage_years(standing: Standing, demand: Demand, hourly: HourlyAccounts) -> Iterator[OutageYear]:
    """How every site with new halls survives the outage, in the years of the rule."""
    rule = standing.inputs.settings.resilience.outage
    if rule is None:
        return
    for hour in hourly.all():
        new = NewHalls(standing, demand, hour)
        if hour.year < rule.from_year or not new.halls:
            continue
        margins = [new.surviving_genset_kw(hall.id, rule.failed_units) - new.most_kw(hall.id) for hall in new.halls]
        yield OutageYear(
            site=hour.site.id,
            year=hour.year,
            outage_hours=rule.hours,
            load_mwh=sum(new.load_kwh(hall.id, rule.hours) for hall in new.halls) / 1000,
            storm_generation_mwh=new.storm_kwh(rule) / 1000,
            held_mwh=new.held_kwh() / 1000,
            fuel_needed_m3=new.fuel_litres(rule) / LITRES_PER_M3,
            fuel_stored_m3=standing.fuel_litres(hour.site.id, hour.year) / LITRES_PER_M3,
            genset_margin_kw=min(margins),
        )
