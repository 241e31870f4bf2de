"""One block: the hours of a site and year, described once for every solver, bound and test.

A block has bounded variables lo(t)·z ≤ x(t) ≤ hi(t)·z (z is a column of the master, or 1), hourly balance rows, storage
transitions (cyclic over the year) and year-long rows. It sees the master only through the columns z.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from capacity.hourly import Hours, SiteHours
from capacity.inputs.sites import Site
from capacity.model.frame import FLAT, Frame
from capacity.model.supply import voltage_groups
from capacity.model.timeline import discount, vat_factor

Coefficient = float | npt.NDArray[np.float64]
VND_PER_KWH_TO_BILLION_PER_MWH = 1e-6


@dataclass(frozen=True)
class HourlyColumn:
    """x(t) in MW or MWh; ``scale`` is the master column z (None: z = 1); cost in billion VND per MWh, present value."""

    scale: int | None
    low: Coefficient
    high: Coefficient
    cost: Coefficient = 0.0


@dataclass(frozen=True)
class Term:
    """coefficient(t) x column(t - lag), cyclic."""

    column: str
    coefficient: Coefficient
    lag: int = 0


@dataclass(frozen=True)
class HourlyRow:
    """Σ terms(t) + Σ z·coefficient(t) >= 0 (or = 0) in every hour."""

    terms: tuple[Term, ...]
    master: tuple[tuple[int, Coefficient], ...] = ()
    equality: bool = False


@dataclass(frozen=True)
class YearRow:
    """mean over the hours of Σ terms(t) + Σ z·coefficient >= 0 (MW)."""

    terms: tuple[Term, ...]
    master: tuple[tuple[int, float], ...]


@dataclass
class Block:
    """The description; ``columns`` and rows are by name, in a fixed order.

    ``whole``: year-long rows that want all energy of every hour, which nothing can exceed.
    """

    site: Site
    year: int
    hours: int
    columns: dict[str, HourlyColumn] = field(default_factory=dict)
    hourly: dict[str, HourlyRow] = field(default_factory=dict)
    yearly: dict[str, YearRow] = field(default_factory=dict)
    loads: tuple[LoadFactor, ...] = ()
    generation: dict[int, Hours] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)

    @property
    def key(self) -> tuple[str, int]:
        """site, year."""
        return (self.site.id, self.year)

    def masters(self) -> list[int]:
        """The master columns that the block sees, sorted: the short vector."""
        seen = {c.scale for c in self.columns.values() if c.scale is not None}
        for row in self.hourly.values():
            seen.update(column for column, _ in row.master)
        for yearly in self.yearly.values():
            seen.update(column for column, _ in yearly.master)
        return sorted(seen)


@dataclass(frozen=True)
class LoadFactor:
    """A load-class factor of a block: MW of a master column draw slope(t) x utilisation(t); some work may wait.

    ``extra``: master column of the MW of waiting work that servers beyond the need can do, if there may be any.
    """

    column: int
    class_id: str
    hall: str
    utilisation: Hours
    slope: Hours
    deferrable_fraction: float
    deferrable_hours: int
    extra: int | None = None

    @property
    def fixed_utilisation(self) -> Hours:
        """The part of the utilisation that cannot wait."""
        return self.utilisation * (1 - self.deferrable_fraction)

    @property
    def arrivals(self) -> Hours:
        """Deferrable work arriving in every hour, per MW."""
        return self.utilisation * self.deferrable_fraction

    @property
    def name(self) -> str:
        """Name in column keys."""
        return f"{self.class_id}@{self.hall}"


def load_factors_of(frame: Frame, hours: SiteHours) -> list[LoadFactor]:
    """The load-class factors of a site and year."""
    found = []
    for key, column in frame.model.matching("load"):
        if key[1] != hours.site.id or key[4] != hours.year:
            continue
        class_id, hall = str(key[2]), str(key[3])
        flat = class_id == FLAT
        load_class = None if flat else frame.inputs.load_class(class_id)
        found.append(
            LoadFactor(
                column,
                class_id,
                hall,
                np.ones(hours.hours) if flat else hours.utilisation(class_id),
                hours.slope(hall),
                load_class.deferrable_fraction if load_class else 0.0,
                load_class.deferrable_hours if load_class else 0,
                frame.model.find("extra_load", *key[1:]),
            )
        )
    return found


def recent_arrivals(arrivals: Hours, hours: int) -> Hours:
    """Sum of the arrivals of the last ``hours`` hours (t - hours + 1 … t), cyclic over the year."""
    tail = np.concatenate([arrivals[-(hours - 1) :], arrivals]) if hours > 1 else arrivals
    sums = np.concatenate([[0.0], np.cumsum(tail)])
    return np.asarray(sums[hours:] - sums[:-hours], dtype=np.float64)


def build_block(frame: Frame, site: Site, year: int) -> Block:
    """The hours of a site and year: balance, DPPA, battery, waiting work; policies add their rows later."""
    hours = frame.hours(site, year)
    block = Block(site, year, hours.hours)
    model, energy = frame.model, frame.inputs.energy
    weight = (
        discount(frame.settings, year) * vat_factor(frame.settings, site.payer, year) * VND_PER_KWH_TO_BILLION_PER_MWH
    )
    carbon = frame.settings.carbon_price_vnd_per_tco2.get(year, 0.0) * hours.emission_factor / 1000
    supply: list[Term] = []
    master: list[tuple[int, Coefficient]] = []
    dppa = model.find("dppa_mw", site.id, energy.dppa.generation if energy.dppa else "", year)
    matched: list[Term] = []
    for index, group in enumerate(voltage_groups(hours)):
        connection = model.columns["connection", site.id, index, year]
        block.columns[f"grid:{index}"] = HourlyColumn(connection, 0.0, 1.0, weight * (group.price + carbon))
        supply.append(Term(f"grid:{index}", 1.0))
        if dppa is not None and energy.dppa is not None:
            saved = weight * (energy.dppa.system_charge_vnd_per_kwh - group.price - carbon)
            block.columns[f"dppa:{index}"] = HourlyColumn(connection, 0.0, 1.0, saved)
            within = (Term(f"grid:{index}", 1.0), Term(f"dppa:{index}", -1.0))
            block.hourly[f"dppa_within_grid:{index}"] = HourlyRow(within)
            matched.append(Term(f"dppa:{index}", -1.0))
    if dppa is not None and energy.dppa is not None:
        block.hourly["dppa_within_contract"] = HourlyRow(tuple(matched), ((dppa, dppa_capacity_factor(frame, year)),))
    for technology in energy.generation:
        column = model.find("generation", site.id, technology.id, year)
        if column is not None:
            block.generation[column] = hours.capacity_factor(technology)
    master += block.generation.items()
    battery = energy.battery
    power = model.find("battery_mw", site.id, battery.id, year) if battery else None
    stored = model.find("battery_mwh", site.id, battery.id, year) if battery else None
    if battery is not None and power is not None and stored is not None:
        block.columns["charge"] = HourlyColumn(power, 0.0, 1.0)
        discharge = model.find("battery_discharge", site.id, battery.id, year)
        usable = model.find("battery_usable", site.id, battery.id, year)
        if discharge is not None and usable is not None:
            # a reserve stays in the battery: ``energy`` counts from the level below which it never falls
            block.columns["discharge"] = HourlyColumn(discharge, 0.0, 1.0)
            block.columns["energy"] = HourlyColumn(usable, 0.0, 1.0)
        else:
            block.columns["discharge"] = HourlyColumn(power, 0.0, 1.0)
            block.columns["energy"] = HourlyColumn(stored, battery.minimum_charge_fraction, 1.0)
        supply += [Term("discharge", 1.0), Term("charge", -1.0)]
        transition = (
            Term("energy", 1.0),
            Term("energy", -1.0, lag=1),
            Term("charge", -battery.charge_efficiency),
            Term("discharge", 1 / battery.discharge_efficiency),
        )
        block.hourly["battery"] = HourlyRow(transition, equality=True)
    block.loads = tuple(load_factors_of(frame, hours))
    for factor in block.loads:
        master.append((factor.column, -factor.slope * factor.fixed_utilisation))
        if factor.deferrable_fraction > 0:
            done, backlog = f"done:{factor.name}", f"backlog:{factor.name}"
            block.columns[done] = HourlyColumn(factor.column, 0.0, 1 - factor.fixed_utilisation)
            waiting = recent_arrivals(factor.arrivals, factor.deferrable_hours)
            block.columns[backlog] = HourlyColumn(factor.column, 0.0, waiting)
            supply.append(Term(done, -factor.slope))
            queue = [Term(backlog, 1.0), Term(backlog, -1.0, lag=1), Term(done, 1.0)]
            if factor.extra is not None:
                more = f"more:{factor.name}"
                block.columns[more] = HourlyColumn(factor.extra, 0.0, 1.0)
                supply.append(Term(more, -factor.slope))
                queue.append(Term(more, 1.0))
            of_work = ((factor.column, -factor.arrivals),)
            block.hourly[f"queue:{factor.name}"] = HourlyRow(tuple(queue), of_work, equality=True)
    master.append((model.columns["fixed", site.id, year], -1.0))
    block.hourly["balance"] = HourlyRow(tuple(supply), tuple(master))
    return block


def dppa_capacity_factor(frame: Frame, year: int) -> Hours:
    """Output of 1 MW of the on-grid DPPA's generator in every hour, at the place of the generator."""
    energy = frame.inputs.energy
    assert energy.dppa is not None
    generator = next(g for g in energy.generation if g.id == energy.dppa.generation)
    at = frame.hours(frame.inputs.site(energy.dppa.generator_weather_site), year)
    return at.capacity_factor(generator)
