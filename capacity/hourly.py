"""The hours of a site and year: prices, weather-dependent slopes, generation and utilisation. Facts, no decisions.

Facility power of a hall type h with IT load IT_h(t), N_h energised modules and U_h UPS units is

    N_h x fixed_loss_kw + U_h x unit_kw x no_load_loss_fraction + slope_h(t) x IT_h(t)

with slope_h(t) = heat x (1 + liquid_fraction / COP(t) + (1 - liquid_fraction) / air_side_cop) + auxiliary_fraction and
heat = 1 + distribution_loss_fraction + (UPS loss at full load - UPS no-load loss). It is linear in N, U and IT: a PUE
that depends on load, times load, would be bilinear. Redundant (2N) UPS units show as further no-load losses.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.energy import EmissionFactor, EnergyFile, Generation, Tariff, TariffClass, TimeOfUse
from capacity.inputs.hardware import HallType, PlantUnit
from capacity.inputs.services import LoadClass
from capacity.inputs.sites import Site
from capacity.weather import WeatherYear, for_year, pv_capacity_factor, wet_bulb_c, wind_capacity_factor

Hours = npt.NDArray[np.float64]


def hours_of_year(year: int) -> int:
    """8784 in leap years, 8760 otherwise."""
    return 8784 if calendar.isleap(year) else 8760


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _day_shares(schedule: TimeOfUse, sunday: bool) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Share of each clock hour that is off-peak and that is peak on a day, shape (24,) each."""
    band_of_minute = np.zeros(1440, dtype=np.int8)
    for window in schedule.windows:
        if window.days == ("monday_to_saturday" if sunday else "sunday"):
            continue
        start, end = _minutes(window.start), _minutes(window.end)
        minutes = np.arange(start, end if end > start else end + 1440) % 1440
        band_of_minute[minutes] = 1 if window.band == "off_peak" else 2
    by_hour = band_of_minute.reshape(24, 60)
    return (by_hour == 1).mean(axis=1), (by_hour == 2).mean(axis=1)


def tariff_in_force(energy: EnergyFile, tariff_class: TariffClass, voltage_kv: float, day: dt.date) -> Tariff:
    """The tariff of a class and voltage on a day: of the structure that the file asks for, else a one-part tariff.

    Raises LookupError when the folder has none.
    """
    found: Tariff | None = None
    for tariff in energy.tariffs:
        if (
            tariff.tariff_class == tariff_class
            and tariff.in_force(day)
            and tariff.voltage_from_kv <= voltage_kv
            and (tariff.voltage_below_kv is None or voltage_kv < tariff.voltage_below_kv)
        ):
            if tariff.structure == energy.tariff_structure:
                return tariff
            if tariff.structure == "one_part":
                found = tariff
    if found is not None:
        return found
    raise LookupError(f"no tariff of class {tariff_class} for {voltage_kv:g} kV on {day.isoformat()}")


def schedule_in_force(energy: EnergyFile, day: dt.date) -> TimeOfUse:
    """The time-of-use schedule on a day. Raises LookupError when the folder has none."""
    for schedule in energy.time_of_use:
        if schedule.in_force(day):
            return schedule
    raise LookupError(f"no time-of-use schedule on {day.isoformat()}")


def price_vnd_per_kwh(energy: EnergyFile, tariff_class: TariffClass, voltage_kv: float, year: int) -> Hours:
    """Retail price of every hour of a year before VAT, shape (8760 or 8784,); hours that a window cuts are weighted."""
    prices = np.empty((hours_of_year(year) // 24, 24))
    shares: dict[tuple[str, bool], tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]] = {}
    first = dt.date(year, 1, 1)
    for index in range(prices.shape[0]):
        day = first + dt.timedelta(days=index)
        tariff = tariff_in_force(energy, tariff_class, voltage_kv, day)
        schedule = schedule_in_force(energy, day)
        key = (schedule.id, day.weekday() == 6)
        if key not in shares:
            shares[key] = _day_shares(schedule, key[1])
        off_peak, peak = shares[key]
        prices[index] = (
            tariff.normal_vnd_per_kwh * (1 - off_peak - peak)
            + tariff.off_peak_vnd_per_kwh * off_peak
            + tariff.peak_vnd_per_kwh * peak
        )
    return prices.reshape(-1)


@cache
def hours_of_month(year: int) -> tuple[npt.NDArray[np.bool_], ...]:
    """For each month of a year, which of its hours are the month's."""
    first = dt.date(year, 1, 1)
    days = hours_of_year(year) // 24
    month = np.repeat([(first + dt.timedelta(days=day)).month for day in range(days)], 24)
    found = tuple(month == number for number in range(1, 13))
    for hours in found:
        hours.setflags(write=False)
    return found


def capacity_vnd_per_kw_month(energy: EnergyFile, tariff_class: TariffClass, voltage_kv: float, year: int) -> Hours:
    """Capacity price of every month before VAT, shape (12,), 0 in one part; days count in a month of change."""
    if energy.tariff_structure == "one_part":
        return np.zeros(12)
    prices = np.zeros(12)
    for month in range(1, 13):
        days = calendar.monthrange(year, month)[1]
        for day in range(1, days + 1):
            tariff = tariff_in_force(energy, tariff_class, voltage_kv, dt.date(year, month, day))
            prices[month - 1] += tariff.capacity_vnd_per_kw_month
        prices[month - 1] /= days
    return prices


def emission_entry(energy: EnergyFile, year: int) -> EmissionFactor:
    """The grid's factor in a year: the entry of the year, else the latest earlier one, else the earliest."""
    entries = sorted(energy.emission_factors, key=lambda entry: entry.year)
    earlier = [entry for entry in entries if entry.year <= year]
    return earlier[-1] if earlier else entries[0]


def emission_factor(energy: EnergyFile, year: int) -> float:
    """tCO2/MWh of the grid in a year, its mean."""
    return emission_entry(energy, year).tco2_per_mwh


def hourly_emission_factor(energy: EnergyFile, year: int) -> Hours | None:
    """Estimated tCO2/MWh of the grid in every hour of a year, whose mean is the year's; None without an estimate."""
    if energy.hourly_grid_carbon is None:
        return None
    days = hours_of_year(year) // 24
    first = dt.date(year, 1, 1)
    of_month = {month: season.by_hour for season in energy.hourly_grid_carbon.seasons for month in season.months}
    shape = np.array([of_month[(first + dt.timedelta(days=day)).month] for day in range(days)]).reshape(-1)
    return np.asarray(emission_factor(energy, year) * shape / shape.mean(), dtype=np.float64)


def utilisation(load_class: LoadClass, year: int) -> Hours:
    """Utilisation of a load class in every hour of a year (Saturday and Sunday are weekend), in [0, 1]."""
    days = hours_of_year(year) // 24
    first = dt.date(year, 1, 1).weekday()
    weekend = (np.arange(days) + first) % 7 >= 5
    table = np.where(weekend[:, None], np.array(load_class.weekend), np.array(load_class.weekday))
    return table.reshape(-1)


def slope(hall: HallType, ups: PlantUnit, weather: WeatherYear) -> Hours:
    """Facility kW per IT kW of a hall type in every hour, without fixed losses (formula in the module's docstring)."""
    model = hall.cooling_model
    temperature = (
        wet_bulb_c(weather.temp_air_c, weather.relative_humidity_pct)
        if model.temperature == "wet_bulb"
        else weather.temp_air_c
    )
    cop = np.clip(
        model.cop_reference - model.cop_per_degree * (temperature - model.reference_c), model.cop_min, model.cop_max
    )
    heat = 1 + hall.distribution_loss_fraction + ups.loss_fraction_at_full_load - ups.no_load_loss_fraction
    cooling = model.liquid_fraction / cop + (1 - model.liquid_fraction) / model.air_side_cop
    return np.asarray(heat * (1 + cooling) + model.auxiliary_fraction, dtype=np.float64)


def capacity_factor(generation: Generation, weather: WeatherYear, year: int) -> Hours:
    """Output of 1 MW of a technology in every hour of a year, MW, in [0, 1]; a MW of PV is 1 MWp of modules."""
    return _output_of(_Plant(*(getattr(generation, name) for name in _Plant._fields)), weather, year)


class _Plant(NamedTuple):
    """What the output of 1 MW depends on, beside the weather."""

    kind: str
    tilt_deg: float
    azimuth_deg: float
    dc_ac_ratio: float
    hub_height_m: float
    loss_fraction: float


@lru_cache(maxsize=512)
def _output_of(plant: _Plant, weather: WeatherYear, year: int) -> Hours:
    """Known for as long as the weather is the same object: model, accounts and checker ask for the same hours."""
    fitted = for_year(weather, year)
    if plant.kind == "pv":
        values = pv_capacity_factor(
            fitted,
            tilt_deg=plant.tilt_deg,
            azimuth_deg=plant.azimuth_deg,
            dc_ac_ratio=plant.dc_ac_ratio,
            system_loss_fraction=plant.loss_fraction,
        )
    else:
        values = wind_capacity_factor(fitted, hub_height_m=plant.hub_height_m, loss_fraction=plant.loss_fraction)
    values.setflags(write=False)
    return values


@dataclass(frozen=True)
class SiteHours:
    """Hourly facts of one site and year; arrays have ``hours`` entries and are computed once, when first asked for."""

    inputs: CapacityInputs
    site: Site
    year: int
    _known: dict[tuple[str, str], Hours] = field(default_factory=dict, compare=False, repr=False)

    def _once(self, kind: str, key: str, compute: Callable[[], Hours]) -> Hours:
        if (kind, key) not in self._known:
            values = compute()
            values.setflags(write=False)
            self._known[kind, key] = values
        return self._known[kind, key]

    @property
    def hours(self) -> int:
        """8760 or 8784."""
        return hours_of_year(self.year)

    @property
    def tariff_class(self) -> TariffClass:
        """Class of the site: its own, or that of the energy file."""
        return self.site.tariff_class or self.inputs.energy.tariff_class

    @cached_property
    def weather(self) -> WeatherYear:
        """Weather of the site fitted to the year's calendar."""
        return for_year(self.inputs.weather[self.site.id], self.year)

    def price(self, voltage_kv: float) -> Hours:
        """Grid price at a voltage, VND/kWh before VAT."""
        return self._once(
            "price",
            f"{voltage_kv}",
            lambda: price_vnd_per_kwh(self.inputs.energy, self.tariff_class, voltage_kv, self.year),
        )

    def capacity_price(self, voltage_kv: float) -> Hours:
        """Capacity price of every month at a voltage, VND/kW before VAT, shape (12,)."""
        return self._once(
            "capacity price",
            f"{voltage_kv}",
            lambda: capacity_vnd_per_kw_month(self.inputs.energy, self.tariff_class, voltage_kv, self.year),
        )

    def slope(self, hall_id: str) -> Hours:
        """Facility kW per IT kW of a hall type."""
        hall = self.inputs.hall(hall_id)
        return self._once("slope", hall_id, lambda: slope(hall, self.inputs.plant(hall.ups), self.weather))

    def utilisation(self, class_id: str) -> Hours:
        """Utilisation of a load class."""
        return self._once("use", class_id, lambda: utilisation(self.inputs.load_class(class_id), self.year))

    def capacity_factor(self, generation: Generation) -> Hours:
        """Output of 1 MW behind this site's meter."""
        return capacity_factor(generation, self.inputs.weather[self.site.id], self.year)

    @property
    def emission_factor(self) -> float:
        """tCO2/MWh of the grid."""
        return emission_factor(self.inputs.energy, self.year)

    @cached_property
    def hourly_emission_factor(self) -> Hours | None:
        """Estimated tCO2/MWh of the grid in every hour, None without an estimate."""
        return hourly_emission_factor(self.inputs.energy, self.year)
