"""Fewer scenarios that stand for many: forward selection with the weights of what is left out.

Dupačová, Gröwe-Kuska and Römisch, Scenario reduction in stochastic programming (Mathematical Programming 95, 2003), and
Heitsch and Römisch, Scenario reduction algorithms in stochastic programming (Computational Optimization and
Applications 24, 2003): the scenario that lowers the Kantorovich distance to all of them most is kept next; in the end
each scenario that was not kept gives its probability to the nearest that was. The distance of two scenarios is that of
their standardised features.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capacity.demand.needs import OWNED_RESOURCES, Demand
from capacity.hourly import SiteHours
from capacity.inputs.bundle import CapacityInputs
from capacity.model.limits import load_scale_mw
from capacity.weather import pv_capacity_factor, wet_bulb_c, wind_capacity_factor

Vector = npt.NDArray[np.float64]
CALM_HOURS = 7 * 24


@dataclass(frozen=True)
class Reduced:
    """``kept`` scenarios in their order, what each now weighs, and for all which of them stands for it."""

    kept: tuple[int, ...]
    probabilities: tuple[float, ...]
    stands_for: tuple[int, ...]


@dataclass(frozen=True)
class Features:
    """What tells scenarios apart: ``values`` to measure distance by; the load in MW, the clean energy of the calmest
    week, per MW of sun and wind, and the years by which grid steps are late decide which are the worst for capacity."""

    values: tuple[float, ...]
    load_mw: float
    calm: float
    late_years: float = 0.0


def features_of(inputs: CapacityInputs, demand: Demand) -> Features:
    """Features of one scenario: needs by resource, prices, delays, and the weather of all sites."""
    needs = [sum(sum(pool.amounts.get(resource, ())) for pool in demand.pools) for resource in OWNED_RESOURCES]
    year, energy = inputs.settings.last_year, inputs.energy
    battery = energy.battery
    prices = [
        float(
            np.mean([SiteHours(inputs, site, year).price(site.grid.voltage_kv).mean() for site in inputs.sites.sites])
        ),
        float(np.mean([price.price_vnd for price in inputs.clouds.prices] or [0.0])),
        sum(sku.price_vnd for sku in inputs.hardware.skus),
        sum(hall.capex_vnd for hall in inputs.hardware.halls),
        sum(technology.capex_vnd_per_mw for technology in energy.generation),
        0.0 if battery is None else battery.capex_vnd_per_mwh,
        energy.diesel_vnd_per_litre,
    ]
    delays = [float(sum(step.delay_years for site in inputs.sites.sites for step in site.grid.steps))]
    weather: list[float] = []
    calmest = []
    for year_of_site in {id(each): each for each in inputs.weather.values()}.values():
        sun, wind = pv_capacity_factor(year_of_site), wind_capacity_factor(year_of_site)
        calmest.append(_calmest(sun + wind))
        bulb = wet_bulb_c(year_of_site.temp_air_c, year_of_site.relative_humidity_pct)
        weather += [float(sun.mean()), float(wind.mean()), calmest[-1], float(bulb.mean())]
    calm = float(np.mean(calmest)) if calmest else 0.0
    return Features((*needs, *prices, *delays, *weather), load_scale_mw(inputs, demand), calm, delays[0])


def _calmest(output: Vector) -> float:
    """Least mean of a week."""
    sums = np.cumsum(np.concatenate([[0.0], output]))
    return float((sums[CALM_HOURS:] - sums[:-CALM_HOURS]).min() / CALM_HOURS)


def worst_for_capacity(features: list[Features]) -> set[int]:
    """The scenario with the largest load, that with the least clean energy in its calmest week, and the latest grid.

    Of equally late ones it is the one with the largest load.
    """
    most = max(range(len(features)), key=lambda index: features[index].load_mw)
    least = min(range(len(features)), key=lambda index: features[index].calm)
    late = max(range(len(features)), key=lambda index: (features[index].late_years, features[index].load_mw))
    return {most, least, late}


def reduced(values: Vector, probabilities: Vector, keep: int, always: Collection[int]) -> Reduced:
    """``keep`` of the scenarios, ``always`` among them (all of those, when there are more than ``keep``).

    values: features, shape (scenarios, features); probabilities: shape (scenarios,). Probabilities keep their sum.
    """
    spread = values.std(axis=0)
    standard = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    distance = np.linalg.norm(standard[:, None, :] - standard[None, :, :], axis=2)
    kept = sorted(always)
    while len(kept) < min(keep, len(probabilities)):
        nearest = distance[:, kept].min(axis=1) if kept else np.full(len(probabilities), np.inf)
        others = [index for index in range(len(probabilities)) if index not in kept]
        left = [float(probabilities @ np.minimum(nearest, distance[:, index])) for index in others]
        kept = sorted([*kept, others[int(np.argmin(left))]])
    owner = np.argmin(distance[:, kept], axis=1)
    owner[kept] = np.arange(len(kept))
    weights = np.bincount(owner, weights=probabilities, minlength=len(kept))
    return Reduced(tuple(kept), tuple(weights.tolist()), tuple(owner.tolist()))
