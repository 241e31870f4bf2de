"""Small provinces as a few numbers, so that one can be drawn, changed in one respect and solved once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from capacity.demand.needs import Demand, Pool
from capacity.hourly import Hours
from capacity.inputs import CapacityInputs, HardwareFile, ServicesFile
from capacity.inputs.base import Record
from capacity.inputs.sites import Site
from capacity.weather.series import WeatherYear
from tests.factories import (
    SOURCE,
    make_battery,
    make_clouds,
    make_demand,
    make_dppa,
    make_energy,
    make_existing_site,
    make_generation,
    make_gpu_pool,
    make_hardware,
    make_inputs,
    make_load_class,
    make_policy,
    make_pool,
    make_services,
    make_settings,
    make_site,
    make_state_pool,
    make_two_part_tariff,
    make_weather,
    make_wholesale_pool,
)

FIRST_YEAR = 2027


@dataclass(frozen=True)
class Province:
    """Amounts of demand (0: no such pool), what the sites offer, and the policies of every year (None: no such policy).

    Money is not limited.

    ``pv_mw``, ``wind_mw``, ``battery_mw``: most of each behind the meter of a site; ``dppa_mw``: most of the contract.
    ``capacity_vnd``: VND/kW/month of a two-part tariff for business (0: one of one part), a tenth less at 110 kV.
    ``rent_quota_gpus``: GPUs that the only zone with a published price has; ``second_site``: another candidate.
    ``tied``: the enterprise's work may stand at the first site only. ``extra_servers``: AI work of every hour, half of
    which may wait, fills its servers, and more of them cost next to nothing; ``hall_price``: of halls and plant,
    relative.
    """

    vcpu: float = 0.0
    gpus: float = 0.0
    tenants_mw: float = 0.0
    systems_vcpu: float = 0.0
    years: int = 1
    second_site: bool = False
    land_m2: float = 100_000.0
    grid_mw: float = 10.0
    step_mw: float = 30.0
    cooling_water_m3: float = 2e6
    pv_mw: float = 0.0
    wind_mw: float = 0.0
    battery_mw: float = 0.0
    dppa_mw: float = 0.0
    capacity_vnd: float = 0.0
    rent_quota_gpus: float | None = None
    renewable_share: float | None = None
    carbon_free_share: float | None = None
    carbon_cap_t: float | None = None
    pue: float | None = None
    water_m3: float | None = None
    ai_mw: float | None = None
    tied: bool = False
    extra_servers: bool = False
    hall_price: float = 1.0
    seed: int = 1


@cache
def weather(site_id: str, seed: int) -> WeatherYear:
    """Days that differ: clouds, calms of several days and a hot season."""
    stream = np.random.default_rng([seed, *site_id.encode()])
    plain = make_weather(site_id, FIRST_YEAR)
    clear = np.repeat(stream.uniform(0.3, 1.0, plain.hours // 24), 24)
    season = np.sin(np.arange(plain.hours) / plain.hours * 2 * np.pi)
    wind = np.repeat(stream.weibull(2.0, plain.hours // 24) * 7.0, 24) * stream.uniform(0.8, 1.2, plain.hours)

    def dimmed(light: Hours) -> Hours:
        return np.asarray(light * clear, dtype=np.float64)

    return make_weather(
        site_id,
        FIRST_YEAR,
        ghi_w_m2=dimmed(plain.ghi_w_m2),
        dni_w_m2=dimmed(plain.dni_w_m2),
        dhi_w_m2=dimmed(plain.dhi_w_m2),
        temp_air_c=27.0 + 3.0 * season,
        wind_speed_m_s=wind,
    )


def _pools(province: Province) -> tuple[Pool, ...]:
    years = province.years

    def amounts(like: Pool, factor: float) -> dict[Any, tuple[float, ...]]:
        return {resource: (factor * values[-1],) * years for resource, values in like.amounts.items()}

    wanted = (
        (make_pool(), province.vcpu / 2000.0),
        (make_gpu_pool(), province.gpus / 64.0),
        (make_wholesale_pool(), province.tenants_mw / 12.0),
        (make_state_pool(), province.systems_vcpu / 200.0),
    )
    pools = tuple(replace(pool, amounts=amounts(pool, factor)) for pool, factor in wanted if factor > 0)
    return tuple(replace(p, sites=("khanh-an",)) if province.tied and p.payer == "enterprise" else p for p in pools)


def _candidate(province: Province, site_id: str, **overrides: Any) -> Site:
    step = {"id": "step-110", "add_mw": province.step_mw, "voltage_kv": 110.0, "capex_vnd": 90e9}
    step |= {"lead_time_months": 10.0, "lifetime_years": 30.0, "source": SOURCE}
    most = {"pv": province.pv_mw, "wind": province.wind_mw, "battery": province.battery_mw}
    return make_site(
        site_id,
        land_m2=province.land_m2,
        cooling_water_m3_per_year=province.cooling_water_m3,
        grid={"existing_mw": province.grid_mw, "voltage_kv": 22.0, "steps": [step], "source": SOURCE},
        energy_limits=[{"technology": name, "max_mw": mw, "source": SOURCE} for name, mw in most.items()],
        **overrides,
    )


def _policies(province: Province) -> tuple[Any, ...]:
    limits = {
        "renewable_share_min": (province.renewable_share, 1e10),
        "hourly_carbon_free_min": (province.carbon_free_share, 1e10),
        "carbon_cap_tco2": (province.carbon_cap_t, 2e6),
        "pue_max": (province.pue, 1e10),
        "water_max_m3": (province.water_m3, 1e5),
    }
    years = range(FIRST_YEAR, FIRST_YEAR + province.years)
    found = [
        make_policy(kind, dict.fromkeys(years, limit), slack_price_vnd=price)
        for kind, (limit, price) in limits.items()
        if limit is not None
    ]
    if province.ai_mw is not None:
        ai = {FIRST_YEAR: province.ai_mw}
        found.append(make_policy("programme_in_province_mw_min", ai, programme="ai-dc", slack_price_vnd=5e10))
    return tuple(found)


def _two_parts(capacity_vnd: float) -> dict[str, Any]:
    """The tariffs of the factories, and those of two parts beside them where there is a capacity price."""
    if not capacity_vnd:
        return {}
    low = make_two_part_tariff(capacity_vnd, id="two-part-22", voltage_below_kv=110.0)
    high = make_two_part_tariff(0.9 * capacity_vnd, id="two-part-110", voltage_from_kv=110.0)
    return {"tariff_structure": "two_part", "tariffs": (*make_energy().tariffs, low, high)}


def _services(province: Province) -> ServicesFile:
    services = make_services()
    if not province.extra_servers:
        return services
    busy = {"weekday": (1.0,) * 24, "weekend": (1.0,) * 24, "interactive": False, "extra_servers": True}
    batch = make_load_class("batch", **busy, deferrable_fraction=0.5, deferrable_hours=12)
    classes = tuple(batch if each.id == batch.id else each for each in services.load_classes)
    return services.model_copy(update={"load_classes": classes})


def _hardware(province: Province) -> HardwareFile:
    hardware = make_hardware()

    def priced(record: Record, *fields: str) -> Any:
        return record.model_copy(update={name: province.hall_price * getattr(record, name) for name in fields})

    free = {"price_vnd": 8e6, "idle_kw": 0.5}
    skus = (s.model_copy(update=free) if province.extra_servers and s.kind == "gpu" else s for s in hardware.skus)
    return hardware.model_copy(
        update={
            "skus": tuple(skus),
            "halls": tuple(priced(hall, "capex_vnd", "operation_vnd_per_year") for hall in hardware.halls),
            "plant": tuple(priced(unit, "capex_vnd", "operation_vnd_per_year") for unit in hardware.plant),
        }
    )


@cache
def inputs_of(province: Province) -> tuple[CapacityInputs, Demand]:
    """Inputs and demand of a province."""
    halls = ("chilled", *(("shell",) if province.tenants_mw else ()))
    sites = [_candidate(province, "khanh-an", allowed_halls=halls)]
    if province.second_site:
        sites.append(_candidate(province, "nam-can", allowed_halls=halls, hall_capex_factor=1.2))
    if province.systems_vcpu:
        sites.append(make_existing_site())
    clouds = make_clouds()
    first, other = clouds.providers
    zone = first.zones[0].model_copy(update={"quota_gpus": province.rent_quota_gpus})
    first = first.model_copy(update={"zones": (zone, *first.zones[1:])})
    # tenders would be a way around the quota
    prices = tuple(p for p in clouds.prices if p.resource != "gpu_hour" or p.zones)
    technologies = [
        name for name, mw in (("pv", province.pv_mw), ("wind", max(province.wind_mw, province.dppa_mw))) if mw
    ]
    last = FIRST_YEAR + province.years - 1
    settings = make_settings(
        first_year=FIRST_YEAR, last_year=last, as_of=dt.date(2026, 1, 15), funding=(), policies=_policies(province)
    )
    return make_inputs(
        settings=settings,
        sites=sites,
        clouds=clouds.model_copy(update={"providers": (first, other), "prices": prices}),
        energy=make_energy(
            **_two_parts(province.capacity_vnd),
            generation=tuple(make_generation(name) for name in technologies),
            battery=make_battery() if province.battery_mw else None,
            dppa=make_dppa(max_mw_per_site=province.dppa_mw) if province.dppa_mw else None,
        ),
        services=_services(province),
        hardware=_hardware(province),
        weather={site.id: weather(site.id, province.seed) for site in sites},
    ), make_demand(*_pools(province), years=settings.years)
