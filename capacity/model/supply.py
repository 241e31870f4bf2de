"""Constraints on supply, and the vector of capacities and load-class factors through which hours see the master."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from capacity.hourly import Hours, SiteHours
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.services import LoadClass
from capacity.inputs.sites import Site
from capacity.model.frame import FLAT, Frame
from capacity.model.linear import Expression

LOAD_CLASSES_AT_MOST = 6


class TooManyLoadClassesError(ValueError):
    """A site would have more load classes (load class x hall type) than the hourly model has room for.

    ``pairs`` are those of the site in that year; ``message_vi`` says the same in Vietnamese.
    """

    def __init__(self, site: str, year: int, pairs: Sequence[tuple[str, str]]) -> None:
        en = ", ".join(f"{load_class} in {hall}" for load_class, hall in pairs)
        vi = ", ".join(f"{load_class} ở {hall}" for load_class, hall in pairs)
        super().__init__(
            f"site {site} in {year}: {len(pairs)} load classes ({en}), at most {LOAD_CLASSES_AT_MOST} are possible; "
            "allow fewer hall types at the site or use fewer load classes"
        )
        self._of = (site, year, tuple(pairs))
        self.message_vi = (
            f"địa điểm {site} năm {year}: {len(pairs)} lớp tải ({vi}), nhiều nhất {LOAD_CLASSES_AT_MOST}; "
            "hãy cho phép ít loại phòng máy hơn ở địa điểm hoặc dùng ít lớp tải hơn"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        # it is told where it was not raised, when a worker process sizes the plan
        return type(self), self._of


@dataclass(frozen=True)
class VoltageGroup:
    """Voltages of a site at which the tariff is the same: the lowest of them, the price of every hour, VND/kWh, and
    that of the largest import of every month, VND/kW, shape (12,)."""

    voltage_kv: float
    price: Hours
    capacity_price: Hours

    def is_as(self, other: VoltageGroup) -> bool:
        """Whether the tariffs are the same."""
        same = np.array_equal(self.price, other.price)
        return same and np.array_equal(self.capacity_price, other.capacity_price)


def voltage_groups(hours: SiteHours) -> list[VoltageGroup]:
    """The distinct prices that a site can have in a year, by rising voltage."""
    grid = hours.site.grid
    groups: list[VoltageGroup] = []
    for voltage in sorted({grid.voltage_kv, *(step.voltage_kv for step in grid.steps)}):
        group = VoltageGroup(voltage, hours.price(voltage), hours.capacity_price(voltage))
        if not groups or not group.is_as(groups[-1]):
            groups.append(group)
    return groups


def _group_of(groups: list[VoltageGroup], voltage_kv: float) -> int:
    return max(index for index, group in enumerate(groups) if group.voltage_kv <= voltage_kv)


def grid_steps_are_taken_once(frame: Frame) -> None:
    """Each upgrade step of a connection is ordered at most once."""
    for key, asset in frame.assets.items():
        if asset.kind == "grid_step":
            orders = Expression({column: 1.0 for _, column in frame.bought(asset)})
            if orders.terms:
                frame.model.row(("grid_steps_are_taken_once", key[1], key[3]), orders, upper=1.0)


def connection_follows_the_steps(frame: Frame) -> None:
    """A connection has its existing MW and those of steps in service, and buys at the highest voltage in service."""
    model = frame.model
    for year in frame.years:
        for site in frame.open_sites(year):
            groups = voltage_groups(frame.hours(site, year))
            megawatt = Expression(constant=site.grid.existing_mw)
            by_group: dict[int, Expression] = {}
            for step in site.grid.steps:
                taken = frame.standing(("grid_step", site.id, "", step.id), year)
                megawatt.plus(taken, step.add_mw)
                by_group.setdefault(_group_of(groups, step.voltage_kv), Expression()).plus(taken)
            most = site.grid.existing_mw + sum(step.add_mw for step in site.grid.steps)
            total, active = Expression(), Expression()
            own = _group_of(groups, site.grid.voltage_kv)
            for index in range(len(groups)):
                column = model.column(("connection", site.id, index, year), upper=most)
                total.add(column, 1.0)
                if len(groups) == 1:
                    continue
                chosen = model.column(("voltage", site.id, index, year), upper=1.0, integer=True)
                active.add(chosen, 1.0)
                model.row(
                    ("connection_at_voltage", site.id, index, year), Expression({column: 1.0, chosen: -most}), upper=0.0
                )
                steps = by_group.get(index, Expression())
                if index != own:
                    reached = Expression({chosen: 1.0}).plus(steps, -1.0)
                    model.row(("voltage_is_reached", site.id, index, year), reached, upper=0.0)
                elif lower := [taken for group, taken in by_group.items() if group < own and taken.terms]:
                    # A step below the connection's own voltage sets the price too, unless one at its own is in service.
                    for taken in lower:
                        size = float(len(taken.terms))
                        kept = Expression({chosen: size}).plus(taken).plus(steps, -size)
                        model.row(("voltage_is_that_of_a_step", site.id, index, year), kept, upper=size)
                for higher, taken in by_group.items():
                    if higher > index and taken.terms:
                        below = Expression({chosen: float(len(taken.terms))}).plus(taken)
                        row = ("voltage_is_the_highest", site.id, index, higher, year)
                        model.row(row, below, upper=float(len(taken.terms)))
            model.row(("connection_follows_the_steps", site.id, year), total.plus(megawatt, -1.0), lower=0.0, upper=0.0)
            if len(groups) > 1:
                model.row(("one_voltage", site.id, year), active, lower=1.0, upper=1.0)


def battery_hours_are_limited(frame: Frame) -> None:
    """A battery stores no more than its maximum hours of its power."""
    battery = frame.inputs.energy.battery
    if battery is None:
        return
    for year in frame.years:
        for site in frame.open_sites(year):
            energy = frame.standing(("battery_mwh", site.id, "", battery.id), year)
            energy.plus(frame.standing(("battery_mw", site.id, "", battery.id), year), -battery.maximum_hours)
            if energy.terms:
                frame.model.row(("battery_hours_are_limited", site.id, year), energy, upper=0.0)


def energy_limits_hold(frame: Frame) -> None:
    """What stands of a technology stays within the limit of the site."""
    for key, asset in frame.assets.items():
        if asset.kind in (
            "generation",
            "battery_mw",
            "battery_mwh",
            "dppa_mw",
            "module",
            "server",
            "fuel_tank",
            "ups_battery",
        ):
            for year in frame.years:
                standing = frame.standing(key, year)
                if len(standing.terms) > 1:
                    limit = asset.upper + asset.existing.get(year, 0.0)
                    frame.model.row(("energy_limits_hold", *key, year), standing, upper=limit)


def constant_utilisation(load_class: LoadClass) -> float | None:
    """The utilisation of a class that is the same in every hour and cannot wait, else None."""
    values = {*load_class.weekday, *load_class.weekend}
    return values.pop() if len(values) == 1 and load_class.deferrable_fraction == 0 else None


def load_factors(frame: Frame, site: Site, year: int) -> dict[tuple[str, str], Expression]:
    """(load class, hall) -> MW of IT at full utilisation. Idle power and constant classes are ``FLAT``."""
    found: dict[tuple[str, str], Expression] = {}
    pools = {pool.id: pool for pool in frame.demand.pools}

    def draw(class_id: str, hall_id: str, column: int, megawatt: float) -> None:
        constant = constant_utilisation(frame.inputs.load_class(class_id))
        key = (class_id if constant is None else FLAT, hall_id)
        found.setdefault(key, Expression()).add(column, megawatt * (1.0 if constant is None else constant))

    for key, column in frame.model.matching("placed"):
        if key[2] == site.id and key[5] == year:
            sku = frame.inputs.sku(str(key[4]))
            fabric = (1 + sku.fabric_power_fraction) * 1e-3
            found.setdefault((FLAT, str(key[3])), Expression()).add(column, sku.idle_kw * fabric)
            swing = (sku.peak_kw - sku.idle_kw) * fabric
            draw(pools[str(key[1])].load_class, str(key[3]), column, swing)
    for name in ("standby_servers", "extra"):
        for key, column in frame.model.matching(name):
            if key[2] == site.id and key[5] == year:
                sku = frame.inputs.sku(str(key[4]))
                idle = sku.idle_kw * (1 + sku.fabric_power_fraction) * 1e-3
                found.setdefault((FLAT, str(key[3])), Expression()).add(column, idle)
    for key, column in frame.model.matching("let"):
        if key[2] == site.id and key[4] == year:
            draw(pools[str(key[1])].load_class, str(key[3]), column, 1.0)
    found = {key: expression for key, expression in found.items() if expression.terms}
    if len(found) > LOAD_CLASSES_AT_MOST:
        raise TooManyLoadClassesError(site.id, year, sorted(found))
    return found


def extra_loads(frame: Frame, site: Site, year: int) -> dict[tuple[str, str], Expression]:
    """(load class, hall) -> MW of waiting work that servers beyond the need can do at a time."""
    found: dict[tuple[str, str], Expression] = {}
    for key, column in frame.model.matching("extra"):
        if key[2] == site.id and key[5] == year:
            sku = frame.inputs.sku(str(key[4]))
            swing = (sku.peak_kw - sku.idle_kw) * (1 + sku.fabric_power_fraction) * 1e-3
            found.setdefault((str(key[1]), str(key[3])), Expression()).add(column, swing)
    return found


def fixed_load(frame: Frame, site: Site, year: int) -> Expression:
    """MW drawn at all hours by energised modules and by UPS units at no load."""
    total = Expression()
    for facility in frame.open_facilities(year):
        if facility.site.id == site.id:
            total.plus(frame.modules(facility, year), facility.hall.fixed_loss_kw * 1e-3)
            ups = frame.inputs.plant(facility.hall.ups)
            units = frame.standing(("ups", site.id, facility.hall.id, ups.id), year)
            total.plus(units, ups.unit_kw * ups.no_load_loss_fraction * 1e-3)
    return total


def _less_the_reserve(frame: Frame, site: Site, year: int) -> dict[tuple[str | int, ...], Expression]:
    """What hours may use of a battery that holds back a reserve: MW of discharge, and MWh above what stays in it."""
    reserve = frame.model.find("reserve", site.id, year)
    battery = frame.inputs.energy.battery
    if reserve is None or battery is None:
        return {}
    power = frame.standing(("battery_mw", site.id, "", battery.id), year)
    energy = frame.standing(("battery_mwh", site.id, "", battery.id), year)
    usable = Expression().plus(energy, 1 - battery.minimum_charge_fraction)
    return {
        ("battery_discharge", site.id, battery.id, year): power.add(reserve, -1.0),
        ("battery_usable", site.id, battery.id, year): usable.add(reserve, -reserve_hours(frame.inputs, site)),
    }


def autonomy_minutes(inputs: CapacityInputs, site: Site) -> float:
    """The longest autonomy of the UPS of the halls that a site allows."""
    halls = [hall for hall in inputs.hardware.halls if hall.orderable and hall.id in site.allowed_halls]
    return max((inputs.plant(hall.ups).autonomy_minutes for hall in halls), default=0.0)


def reserve_hours(inputs: CapacityInputs, site: Site) -> float:
    """MWh that stay in a battery for each MW of its reserve: the autonomy, with the loss of discharging."""
    battery = inputs.energy.battery
    return 0.0 if battery is None else autonomy_minutes(inputs, site) / 60 / battery.discharge_efficiency


def hours_see_the_master(frame: Frame) -> None:
    """The hours of a site and year see the master through capacities, fixed load and at most six load-class factors.

    A class with servers beyond the need has one more: the MW of waiting work that they can do.
    """
    model = frame.model
    for year in frame.years:
        for site in frame.open_sites(year):
            vector: dict[tuple[str | int, ...], Expression] = {("fixed", site.id, year): fixed_load(frame, site, year)}
            for (class_id, hall_id), factor in load_factors(frame, site, year).items():
                vector["load", site.id, class_id, hall_id, year] = factor
            for (class_id, hall_id), extra in extra_loads(frame, site, year).items():
                vector["extra_load", site.id, class_id, hall_id, year] = extra
            for kind in ("generation", "battery_mw", "battery_mwh", "dppa_mw"):
                for key in frame.assets:
                    if key[:2] == (kind, site.id) and frame.most(key, year) > 0:
                        vector[kind, site.id, key[3], year] = frame.standing(key, year)
            vector |= _less_the_reserve(frame, site, year)
            for name, expression in vector.items():
                most = expression.constant + sum(
                    max(v * model.upper[c], v * model.lower[c]) for c, v in expression.terms.items()
                )
                column = model.column(name, upper=max(most, 0.0))
                row = Expression({column: -1.0}).plus(expression)
                model.row(("hours_see_the_master", *name), row, lower=0.0, upper=0.0)
