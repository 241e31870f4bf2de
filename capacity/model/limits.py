"""Limits that people can relax: what they are, how the inputs read when one is wider, and the row that holds it.

The model itself has no slack for them: land, connections, quotas and lead times are facts, not policy. To explain a
conflict the model is built from inputs in which every limit is wider, and a row with an elastic column holds each at
its own value again. ``LIMIT_KINDS`` is the registry: a new kind of limit is one entry.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from capacity.demand.needs import Demand
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.clouds import Price
from capacity.inputs.settings import FundingSource
from capacity.inputs.sites import EnergyLimit, Site
from capacity.model.frame import AssetKey, Frame
from capacity.model.linear import Expression, Key
from capacity.model.timeline import order_by

LEAD_TIMES = "lead_times"
GENERATION_PER_MW, STORAGE_PER_MW, GRID_PER_MW = 12.0, 8.0, 4.0
"""MW by which a limit is widened per MW of load: a year of sun alone is about eight times the load (assumption)."""
LAND_M2_PER_MW = 12_000.0
WATER_M3_PER_MW = 40_000.0


@dataclass(frozen=True)
class Limit:
    """A limit of a place (or of the province): ``most`` is how much wider it is tried, in ``unit``."""

    kind: str
    site: str | None
    item: str
    unit: str
    most: float

    @property
    def name(self) -> str:
        """Its name as a requirement, e.g. ``land`` or ``limit:pv``."""
        return f"{self.kind}:{self.item}" if self.item else self.kind


@dataclass(frozen=True)
class LimitKind:
    """``price_vnd`` of a unit only ranks relaxations that have no price of their own (assumptions of 2026).

    find: its limits in the inputs, given MW of load; widen: the inputs with a limit wider by an amount;
    hold: puts the limit back into the model of the widened inputs, with a column that relaxes it.
    """

    name: str
    price_vnd: float
    find: Callable[[CapacityInputs, float], Iterator[Limit]]
    widen: Callable[[CapacityInputs, Limit, float], CapacityInputs]
    hold: Callable[[Frame, Limit, int], None]


def load_scale_mw(inputs: CapacityInputs, demand: Demand) -> float:
    """Rough facility MW of the largest year, with what programmes ask for: how far limits are widened."""
    most = 1.0
    for index in range(len(demand.years)):
        megawatt = 1.0
        for pool in demand.pools:
            for resource, factor in (("wholesale_mw", 1.5), ("gpu_equivalent", 2e-3), ("vcpu", 1e-5)):
                values = pool.amounts.get(resource)  # type: ignore[call-overload]
                megawatt += factor * values[index] if values else 0.0
        most = max(most, megawatt)
    for policy in inputs.settings.policies:
        if policy.kind == "programme_in_province_mw_min":
            most = max(most, 1.5 * max(policy.by_year.values(), default=0.0))
    return most


def _with_site(inputs: CapacityInputs, site_id: str | None, change: Callable[[Site], Site]) -> CapacityInputs:
    sites = tuple(change(site) if site.id == site_id else site for site in inputs.sites.sites)
    return dataclasses.replace(inputs, sites=inputs.sites.model_copy(update={"sites": sites}))


def _row_with(frame: Frame, column: int, scale: float, most: float, matches: Callable[[Key], bool]) -> None:
    """In every matching row (of widened inputs), ``scale`` x column takes the place of the width."""
    for place, (key, terms, low, high) in enumerate(frame.model.rows):
        if matches(key):
            width = scale * most
            frame.model.rows[place] = (key, {**terms, column: -scale}, low - width, high - width)


def _land(inputs: CapacityInputs, load_mw: float) -> Iterator[Limit]:
    for site in inputs.sites.sites:
        if site.allowed_halls:
            yield Limit("land", site.id, "", "m2", LAND_M2_PER_MW * load_mw)


def _more_land(inputs: CapacityInputs, limit: Limit, amount: float) -> CapacityInputs:
    return _with_site(inputs, limit.site, lambda s: s.model_copy(update={"land_m2": s.land_m2 + amount}))


def _hold_land(frame: Frame, limit: Limit, column: int) -> None:
    _row_with(frame, column, 1e-3, limit.most, lambda key: key[:2] == ("land_is_enough", limit.site))


def _water(inputs: CapacityInputs, load_mw: float) -> Iterator[Limit]:
    for site in inputs.sites.sites:
        yield Limit("water", site.id, "", "m3", WATER_M3_PER_MW * load_mw)


def _more_water(inputs: CapacityInputs, limit: Limit, amount: float) -> CapacityInputs:
    def change(site: Site) -> Site:
        return site.model_copy(update={"cooling_water_m3_per_year": site.cooling_water_m3_per_year + amount})

    return _with_site(inputs, limit.site, change)


def _hold_water(frame: Frame, limit: Limit, column: int) -> None:
    _row_with(frame, column, 1e-3, limit.most, lambda key: key[:2] == ("water_is_enough", limit.site))


def _connections(inputs: CapacityInputs, load_mw: float) -> Iterator[Limit]:
    for site in inputs.sites.sites:
        yield Limit("connection", site.id, "", "MW", GRID_PER_MW * load_mw)


def _more_connection(inputs: CapacityInputs, limit: Limit, amount: float) -> CapacityInputs:
    def change(site: Site) -> Site:
        grid = site.grid.model_copy(update={"existing_mw": site.grid.existing_mw + amount})
        return site.model_copy(update={"grid": grid})

    return _with_site(inputs, limit.site, change)


def _hold_connection(frame: Frame, limit: Limit, column: int) -> None:
    _row_with(frame, column, 1.0, limit.most, lambda key: key[:2] == ("connection_follows_the_steps", limit.site))


def _quotas(inputs: CapacityInputs, load_mw: float) -> Iterator[Limit]:
    for provider in inputs.clouds.providers:
        for zone in provider.zones:
            for name, quota, per_mw in (("gpus", zone.quota_gpus, 1000.0), ("vcpu", zone.quota_vcpu, 1e5)):
                if quota is not None:
                    yield Limit(
                        "quota", None, f"{zone.id}:{name}", "GPU" if name == "gpus" else "vCPU", per_mw * load_mw
                    )


def _more_quota(inputs: CapacityInputs, limit: Limit, amount: float) -> CapacityInputs:
    zone_id, name = limit.item.split(":")
    field = f"quota_{name}"
    providers = tuple(
        provider.model_copy(
            update={
                "zones": tuple(
                    zone.model_copy(update={field: getattr(zone, field) + amount}) if zone.id == zone_id else zone
                    for zone in provider.zones
                )
            }
        )
        for provider in inputs.clouds.providers
    )
    return dataclasses.replace(inputs, clouds=inputs.clouds.model_copy(update={"providers": providers}))


def _hold_quota(frame: Frame, limit: Limit, column: int) -> None:
    wanted = tuple(limit.item.split(":"))
    _row_with(frame, column, 1.0, limit.most, lambda key: key[0] == "zone_quotas_hold" and key[1:3] == wanted)


def _technologies(inputs: CapacityInputs, load_mw: float) -> Iterator[Limit]:
    storage = inputs.energy.battery.id if inputs.energy.battery is not None else None
    for site in inputs.sites.sites:
        for limit in site.energy_limits:
            per_mw = STORAGE_PER_MW if limit.technology == storage else GENERATION_PER_MW
            yield Limit("limit", site.id, limit.technology, "MW", per_mw * load_mw)


def _more_technology(inputs: CapacityInputs, limit: Limit, amount: float) -> CapacityInputs:
    def change(site: Site) -> Site:
        def wider(row: EnergyLimit) -> EnergyLimit:
            return row.model_copy(update={"max_mw": row.max_mw + amount}) if row.technology == limit.item else row

        return site.model_copy(update={"energy_limits": tuple(wider(row) for row in site.energy_limits)})

    return _with_site(inputs, limit.site, change)


def _hold_technology(frame: Frame, limit: Limit, column: int) -> None:
    battery = frame.inputs.energy.battery
    _hold_standing(frame, limit, column, ("generation", str(limit.site), "", limit.item), 1.0)
    if battery is not None and battery.id == limit.item:
        _hold_standing(frame, limit, column, ("battery_mw", str(limit.site), "", limit.item), 1.0)
        _hold_standing(frame, limit, column, ("battery_mwh", str(limit.site), "", limit.item), battery.maximum_hours)


def _hold_standing(frame: Frame, limit: Limit, column: int, key: AssetKey, per_mw: float) -> None:
    asset = frame.assets.get(key)
    if asset is None:
        return
    for year in frame.years:
        standing = frame.standing(key, year).add(column, -per_mw)
        most = asset.upper - per_mw * limit.most + asset.existing.get(year, 0.0)
        frame.model.row(("limit_is_held", limit.name, *key, year), standing, upper=most)


def _contracts(inputs: CapacityInputs, load_mw: float) -> Iterator[Limit]:
    if inputs.energy.dppa is not None and inputs.energy.dppa.eligible:
        yield Limit("dppa", None, "", "MW", GENERATION_PER_MW * load_mw)


def _more_contract(inputs: CapacityInputs, _limit: Limit, amount: float) -> CapacityInputs:
    dppa = inputs.energy.dppa
    assert dppa is not None
    wider = dppa.model_copy(update={"max_mw_per_site": dppa.max_mw_per_site + amount})
    return dataclasses.replace(inputs, energy=inputs.energy.model_copy(update={"dppa": wider}))


def _hold_contract(frame: Frame, limit: Limit, column: int) -> None:
    for key in frame.assets:
        if key[0] == "dppa_mw":
            _hold_standing(frame, limit, column, key, 1.0)


def _lead_times(inputs: CapacityInputs, _load_mw: float) -> Iterator[Limit]:
    hardware, energy = inputs.hardware, inputs.energy
    months = [sku.lead_time_months for sku in hardware.skus]
    months += [unit.lead_time_months for unit in hardware.plant]
    months += [hall.lead_time_months for hall in hardware.halls]
    months += [technology.lead_time_months for technology in energy.generation]
    months += [step.lead_time_months for site in inputs.sites.sites for step in site.grid.steps]
    months += [energy.battery.lead_time_months] if energy.battery is not None else []
    months += [energy.dppa.lead_time_months] if energy.dppa is not None else []
    settings = inputs.settings
    most = math.ceil(max(months, default=0.0)) - (settings.first_year * 12 - _first_month(settings.as_of))
    if most > 0:
        yield Limit(LEAD_TIMES, None, "", "month", float(most))


def _first_month(as_of: dt.date) -> int:
    """The first month (counted from year 0) on whose first day an order can be placed."""
    return as_of.year * 12 + as_of.month - 1 + (as_of.day > 1)


def _ordered_earlier(inputs: CapacityInputs, _limit: Limit, amount: float) -> CapacityInputs:
    """Orders from the first day of the month that lies so many months earlier, paid from budgets like this year's.

    Prices in force at ``as_of`` stay in force: only the order moves.
    """
    settings, clouds = inputs.settings, inputs.clouds
    month = _first_month(settings.as_of) - math.ceil(amount - 1e-6)
    as_of = dt.date(month // 12, month % 12 + 1, 1)

    def kept(price: Price) -> Price:
        since = min(price.valid_from, as_of) if price.in_force(settings.as_of) else price.valid_from
        return price.model_copy(update={"valid_from": since})

    def paying(source: FundingSource) -> FundingSource:
        before = dict.fromkeys(range(as_of.year, settings.as_of.year), source.budget_vnd.get(settings.as_of.year, 0.0))
        return source.model_copy(update={"budget_vnd": {**before, **source.budget_vnd}})

    prices = tuple(kept(price) for price in clouds.prices)
    funding = tuple(paying(source) for source in settings.funding)
    return dataclasses.replace(
        inputs,
        settings=settings.model_copy(update={"as_of": as_of, "funding": funding}),
        clouds=clouds.model_copy(update={"prices": prices}),
    )


def _hold_lead_times(frame: Frame, limit: Limit, column: int) -> None:
    """A purchase that would have been ordered too late waits for as many months as it is late."""
    model, own = frame.model, _first_month(frame.settings.as_of) + round(limit.most)
    waived: dict[int, int] = {}
    for asset in frame.assets.values():
        for year, build in frame.bought(asset):
            ordered = order_by(year, asset.lead_time_months)
            late = own - (ordered.year * 12 + ordered.month - 1)
            if late <= 0:
                continue
            if late not in waived:
                waived[late] = model.column(("ordered_earlier", late), upper=1.0, integer=True)
                wait = Expression({waived[late]: float(late), column: -1.0})
                model.row(("lead_times_are_held", late), wait, upper=0.0)
            held = Expression({build: 1.0, waived[late]: -model.upper[build]})
            model.row(("late_orders_wait", *asset.key, year), held, upper=0.0)


LIMIT_KINDS: tuple[LimitKind, ...] = (
    LimitKind("land", 20e6, _land, _more_land, _hold_land),
    LimitKind("water", 1e5, _water, _more_water, _hold_water),
    LimitKind("connection", 50e9, _connections, _more_connection, _hold_connection),
    LimitKind("quota", 2e9, _quotas, _more_quota, _hold_quota),
    LimitKind("limit", 30e9, _technologies, _more_technology, _hold_technology),
    LimitKind("dppa", 30e9, _contracts, _more_contract, _hold_contract),
    LimitKind(LEAD_TIMES, 200e9, _lead_times, _ordered_earlier, _hold_lead_times),
)
"""Every kind of limit that a conflict may be explained by."""
