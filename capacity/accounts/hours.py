"""Every hour of a site and year, from dispatch and the facts of the hour: load, supply, storage and backlog."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from capacity.accounts.catalogue import site_plant
from capacity.accounts.standing import Standing
from capacity.demand.needs import Demand
from capacity.hourly import Hours, SiteHours
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.services import LoadClass
from capacity.inputs.sites import Site
from capacity.plan import Dispatch, Plan


@dataclass(frozen=True)
class DeferrableWork:
    """Work of a load class in a hall that may wait: kW that never waits, arriving and done in every hour.

    ``full_kw``: full load of the servers placed for it and of those beyond the need.
    """

    load_class: LoadClass
    hall: str
    full_kw: float
    steady_kw: Hours
    arrivals_kw: Hours
    done_kw: Hours

    @property
    def backlog_kwh(self) -> Hours:
        """Work waiting at the end of every hour, from the lowest start that never falls below zero."""
        return from_lowest_start(self.arrivals_kw - self.done_kw, 0.0)[1]

    @property
    def allowed_backlog_kwh(self) -> Hours:
        """Arrivals of the last ``deferrable_hours`` hours, this one included, cyclic: the most that may wait."""
        window = min(self.load_class.deferrable_hours, self.arrivals_kw.size)
        total = np.concatenate(([0.0], np.cumsum(np.concatenate((self.arrivals_kw[-window:], self.arrivals_kw)))))
        return np.asarray(total[window + 1 :] - total[1:-window], dtype=np.float64)


def from_lowest_start(change: Hours, least: float) -> tuple[float, Hours]:
    """Lowest start of a store that never falls below ``least``, and its level at the end of every hour."""
    level = np.cumsum(change)
    start = least - min(0.0, float(level.min(initial=0.0)))
    return start, start + level


@dataclass(frozen=True)
class HourlyAccount:
    """One site and year in kW, arrays of 8760 or 8784 hours. generation_kw is what each technology makes.

    reserve_mw and reserve_mwh (above the minimum charge) of the battery are held back all year for UPS.
    """

    site: Site
    year: int
    facts: SiteHours
    it_kw_by_hall: dict[str, Hours]
    load_kw_by_hall: dict[str, Hours]
    grid_kw: Hours
    charge_kw: Hours
    discharge_kw: Hours
    matched_kw: Hours
    generation_kw: dict[str, Hours]
    dppa_generated_kw: Hours
    deferrable: tuple[DeferrableWork, ...]
    connection_mw: float
    voltage_kv: float
    battery_mw: float
    battery_mwh: float
    reserve_mw: float
    reserve_mwh: float

    @cached_property
    def it_kw(self) -> Hours:
        """IT power of all halls."""
        return sum(self.it_kw_by_hall.values(), np.zeros(self.facts.hours))

    @cached_property
    def load_kw(self) -> Hours:
        """Facility load: IT power of all halls with cooling and losses."""
        return sum(self.load_kw_by_hall.values(), np.zeros(self.facts.hours))

    @cached_property
    def produced_kw(self) -> Hours:
        """Output of all technologies behind the meter, used or not."""
        return sum(self.generation_kw.values(), np.zeros(self.facts.hours))

    @cached_property
    def used_kw(self) -> Hours:
        """Output used or stored: what load and charging need beyond grid and discharge, within what is produced."""
        wanted = self.load_kw + self.charge_kw - self.discharge_kw - self.grid_kw
        return np.asarray(np.clip(wanted, 0.0, self.produced_kw), dtype=np.float64)

    @cached_property
    def price_vnd_per_kwh(self) -> Hours:
        """Grid price of every hour at the voltage of the year, before VAT."""
        return self.facts.price(self.voltage_kv)

    @cached_property
    def battery_change_kw(self) -> Hours:
        """Change of the stored energy: charging times its efficiency less discharging over its efficiency."""
        battery = self.facts.inputs.energy.battery
        if battery is None:
            return self.charge_kw - self.discharge_kw
        return self.charge_kw * battery.charge_efficiency - self.discharge_kw / battery.discharge_efficiency

    @cached_property
    def soc_kwh(self) -> Hours:
        """Stored energy at the end of every hour, from the lowest start that keeps minimum charge and reserve."""
        battery = self.facts.inputs.energy.battery
        least = 0.0 if battery is None else battery.minimum_charge_fraction * 1000 * self.battery_mwh
        return from_lowest_start(self.battery_change_kw, least + 1000 * self.reserve_mwh)[1]


class HourlyAccounts:
    """Hourly accounts of every site and year of a plan, each computed once, when first asked for."""

    def __init__(self, inputs: CapacityInputs, demand: Demand, plan: Plan, standing: Standing) -> None:
        self.inputs = inputs
        self.standing = standing
        self._load_class = {pool.id: pool.load_class for pool in demand.pools}
        self._dispatch = {(row.site, row.year): row for row in plan.dispatches}
        self._cache: dict[tuple[str, int], HourlyAccount] = {}
        self._dppa_factor: dict[int, Hours] = {}

    def stands(self, site: str, year: int) -> bool:
        """Whether anything stands, is placed or is dispatched at a site in a year."""
        standing = self.standing
        return bool(
            (site, year) in self._dispatch
            or standing.halls(site, year)
            or standing.generation_mw(site, year)
            or any(standing.battery(site, year))
            or standing.dppa_mw(site, year)
        )

    def all(self) -> list[HourlyAccount]:
        """Accounts of every site and year at which anything stands, by site, then year."""
        return [
            self.of(site, year)
            for site in self.inputs.sites.sites
            for year in self.standing.plan.years
            if self.stands(site.id, year)
        ]

    def of(self, site: Site, year: int) -> HourlyAccount:
        """Account of one site and year."""
        key = (site.id, year)
        if key not in self._cache:
            self._cache[key] = self._compute(site, year)
        return self._cache[key]

    def _compute(self, site: Site, year: int) -> HourlyAccount:
        facts = SiteHours(self.inputs, site, year)
        dispatch = self._dispatch.get((site.id, year)) or _nothing(site.id, year, facts.hours)
        it_kw, deferrable = self._it_power(site, year, facts, dispatch)
        technologies = {technology.id: technology for technology in self.inputs.energy.generation}
        generation = {
            technology: 1000 * mw * facts.capacity_factor(technologies[technology])
            for technology, mw in self.standing.generation_mw(site.id, year).items()
        }
        dppa_mw = self.standing.dppa_mw(site.id, year)
        battery_mw, battery_mwh = self.standing.battery(site.id, year)
        reserve_mw, reserve_mwh = self.standing.reserve(site, year)
        return HourlyAccount(
            site=site,
            year=year,
            facts=facts,
            it_kw_by_hall=it_kw,
            load_kw_by_hall=self._facility_load(site, year, facts, it_kw),
            grid_kw=dispatch.grid_w / 1000,
            charge_kw=dispatch.charge_w / 1000,
            discharge_kw=dispatch.discharge_w / 1000,
            matched_kw=dispatch.dppa_w / 1000,
            generation_kw=generation,
            dppa_generated_kw=1000 * dppa_mw * self._dppa_capacity_factor(year) if dppa_mw else np.zeros(facts.hours),
            deferrable=deferrable,
            connection_mw=self.standing.connection_mw(site, year),
            voltage_kv=self.standing.voltage_kv(site, year),
            battery_mw=battery_mw,
            battery_mwh=battery_mwh,
            reserve_mw=reserve_mw,
            reserve_mwh=reserve_mwh,
        )

    def _it_power(
        self, site: Site, year: int, facts: SiteHours, dispatch: Dispatch
    ) -> tuple[dict[str, Hours], tuple[DeferrableWork, ...]]:
        """IT kW by hall: idle power at all hours, the rest by the load class, deferrable work when it is done."""
        flat: dict[str, float] = defaultdict(float)
        moving: dict[tuple[str, str], float] = defaultdict(float)
        for row in self.standing.placements(site.id, year):
            key = (self._load_class[row.pool], row.hall)
            if row.sku is not None:
                sku = self.inputs.sku(row.sku)
                fabric = 1 + sku.fabric_power_fraction
                flat[row.hall] += row.servers * sku.idle_kw * fabric
                moving[key] += row.servers * (sku.peak_kw - sku.idle_kw) * fabric
            moving[key] += 1000 * row.wholesale_mw
        for hall, idle_kw in self.standing.idle_kw(site.id, year).items():
            flat[hall] += idle_kw
        extra_kw = self.standing.extra_kw(site.id, year)
        it_kw = {hall: np.full(facts.hours, flat[hall]) for hall in self.standing.halls(site.id, year)}
        deferrable = []
        done_w = {key: power for key, power in dispatch.deferred_w.items() if power.any()}
        for class_id, hall in sorted(moving.keys() | done_w.keys()):
            load_class, full_kw = self.inputs.load_class(class_id), moving.get((class_id, hall), 0.0)
            work_kw = full_kw * facts.utilisation(class_id)
            may_wait = load_class.deferrable_fraction
            running_kw = (1 - may_wait) * work_kw
            if may_wait > 0 or (class_id, hall) in done_w:
                done_kw = np.asarray(done_w.get((class_id, hall), np.zeros(facts.hours)) / 1000, dtype=np.float64)
                most_kw = full_kw + extra_kw.get((class_id, hall), 0.0)
                deferrable.append(DeferrableWork(load_class, hall, most_kw, running_kw, may_wait * work_kw, done_kw))
                running_kw = running_kw + done_kw
            it_kw[hall] = it_kw.get(hall, np.zeros(facts.hours)) + running_kw
        return it_kw, tuple(deferrable)

    def _facility_load(self, site: Site, year: int, facts: SiteHours, it_kw: dict[str, Hours]) -> dict[str, Hours]:
        """Fixed loss per module, no-load loss per bought UPS, and the hour's slope times the IT power, by hall."""
        loads = {}
        for hall_id, power in it_kw.items():
            hall = self.inputs.hall(hall_id)
            ups = self.inputs.plant(site_plant(hall)["ups"])
            units = self.standing.bought("ups", site.id, hall_id, ups.id, year)
            fixed = self.standing.modules(site.id, hall_id, year) * hall.fixed_loss_kw
            fixed += units * ups.unit_kw * ups.no_load_loss_fraction
            loads[hall_id] = fixed + (facts.slope(hall_id) * power if power.any() else np.zeros(facts.hours))
        return loads

    def _dppa_capacity_factor(self, year: int) -> Hours:
        dppa = self.inputs.energy.dppa
        assert dppa is not None
        if year not in self._dppa_factor:
            technology = {technology.id: technology for technology in self.inputs.energy.generation}[dppa.generation]
            generator = SiteHours(self.inputs, self.inputs.site(dppa.generator_weather_site), year)
            self._dppa_factor[year] = generator.capacity_factor(technology)
        return self._dppa_factor[year]


def _nothing(site: str, year: int, hours: int) -> Dispatch:
    zero = np.zeros(hours, dtype=np.int64)
    return Dispatch(site, year, zero, zero, zero, zero, {})
