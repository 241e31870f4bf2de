"""A plan of four sites and six years made by hand: enough of everything for a report, checked for nothing.

Batteries are charged from 10 to 14 and discharged from 18 to 22; the grid meets what is left of the load.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from capacity.accounts import Accounts, SiteSeries, compute_accounts, site_series
from capacity.demand.needs import Demand, Pool
from capacity.hourly import hours_of_year
from capacity.inputs import CapacityInputs
from capacity.inputs.settings import Settings
from capacity.plan import (
    Build,
    Dispatch,
    MissedTarget,
    Placement,
    Plan,
    Rent,
    ShadowPrice,
    SizingResult,
    Standby,
    StandbyRent,
    Violation,
)
from capacity.weather import WeatherYear
from orchestrator.document import to_document
from orchestrator.document.writing import Document
from orchestrator.report import HourlyFigures, hourly_figures
from tests.factories import (
    SOURCE,
    make_battery,
    make_demand,
    make_energy,
    make_existing_site,
    make_fuel_tank,
    make_generation,
    make_gpu_pool,
    make_gpu_sku,
    make_hall,
    make_hardware,
    make_hourly_grid_carbon,
    make_inputs,
    make_policy,
    make_pool,
    make_resilience,
    make_room,
    make_services,
    make_settings,
    make_shell,
    make_site,
    make_sku,
    make_state_pool,
    make_storage_sku,
    make_weather,
    make_wholesale_pool,
)

YEARS = tuple(range(2025, 2031))
NOTICES = (
    {
        "id": "weather_synthetic",
        "kind": "data",
        "vi": "Thời tiết là chuỗi tổng hợp, không phải số đo.",
        "en": "The weather is a stochastic series, not a measurement.",
    },
)
_SITES = (
    ("khanh-an", "Khu công nghiệp Khánh An", "Khanh An industrial park", 9.27, 105.05),
    ("nam-can", "Khu kinh tế Năm Căn", "Nam Can economic zone", 8.76, 104.98),
    ("bac-lieu", "Bạc Liêu", "Bac Lieu", 9.29, 105.72),
)


def _weather(site_id: str, seed: int) -> WeatherYear:
    hours = hours_of_year(2027)
    random = np.random.default_rng(seed)
    day = np.repeat(np.arange(hours // 24), 24)
    season = np.cos(2 * np.pi * (day - 20) / 365)
    gusts = np.convolve(random.normal(0, 1, hours + 47), np.ones(48) / 7, mode="valid")
    clouds = np.repeat(random.uniform(0.45, 1, hours // 24), 24)
    plain = make_weather(site_id)
    return make_weather(
        site_id,
        wind_speed_m_s=np.clip(6.2 + 1.6 * season + 1.5 * gusts, 0, 24),
        **{name: getattr(plain, name) * clouds for name in ("ghi_w_m2", "dni_w_m2", "dhi_w_m2")},
        temp_air_c=27 - season + 3 * np.sin((np.arange(hours) % 24 - 9) / 12 * np.pi),
    )


def _settings() -> Settings:
    policies = (
        make_policy(
            "hourly_carbon_free_min",
            {2028: 0.4, 2030: 0.6},
            id="cfe",
            statement_vi="Điện không phát thải các-bon theo giờ của trung tâm dữ liệu mới",
            statement_en="Hourly carbon-free energy of new data centres",
            citation="Kế hoạch phát triển hạ tầng số, mục III.2",
        ),
        make_policy(
            "programme_in_province_mw_min",
            {2025: 1.0},
            id="ai-2025",
            programme="ai-dc",
            statement_vi="Hình thành trung tâm dữ liệu hỗ trợ ứng dụng trí tuệ nhân tạo",
            statement_en="An AI data centre is formed",
            citation="Kế hoạch phát triển hạ tầng số, mục II.1",
        ),
    )
    return make_settings(
        name_vi="Tỉnh Cà Mau",
        name_en="Ca Mau province",
        as_of=dt.date(2026, 11, 24),
        first_year=YEARS[0],
        last_year=YEARS[-1],
        funding=(),
        policies=policies,
        resilience=make_resilience(),
    )


def _programme(programme: str, name_vi: str, name_en: str, payer: str, load_class: str) -> dict[str, Any]:
    return {
        "id": programme,
        "name_vi": name_vi,
        "name_en": name_en,
        "owner": "so-khcn",
        "payer": payer,
        "target": "III.4",
        "first_year": 2025,
        "security_level": 3,
        "load_class": load_class,
        "sizing": {"rule": "fixed_platform", "vcpu": {}, "memory_gib": {}, "storage_tb": {}},
        "source": SOURCE,
    }


def sample_inputs(**overrides: Any) -> CapacityInputs:
    """Four sites and six years; names are real, figures are round."""
    sites = (
        make_existing_site(
            name_vi="Trung tâm dữ liệu tỉnh (thành phố Cà Mau)", name_en="Provincial server room, Ca Mau"
        ),
        *(
            make_site(site, name_vi=vi, name_en=en, latitude_deg=latitude, longitude_deg=longitude)
            for site, vi, en, latitude, longitude in _SITES
        ),
    )
    halls = (
        make_hall(name_vi="Phòng máy làm mát bằng nước lạnh, N+1", name_en="Chilled-water hall, N+1"),
        make_shell(name_vi="Mô-đun cho thuê 5 MW, 2N", name_en="Wholesale module 5 MW, 2N"),
        make_room(name_vi="Phòng máy hiện hữu", name_en="Existing room"),
    )
    skus = (
        make_sku(name="2 × 64 core, 1 TiB", name_vi="2 × 64 nhân, 1 TiB"),
        make_storage_sku(name="500 TB"),
        make_gpu_sku(name="8 × H200"),
    )
    ready = {"rto_hours": 4.0, "rpo_hours": 1.0}
    programmes = (
        ready | _programme("cloud", "Nền tảng số dùng chung", "Shared platforms", "enterprise", "office"),
        _programme("ai-dc", "Trung tâm dữ liệu trí tuệ nhân tạo", "AI data centre", "enterprise", "office"),
        _programme("hyperscale", "Trung tâm dữ liệu siêu lớn", "Hyperscale data centre", "enterprise", "flat"),
        _programme(
            "systems", "Hệ thống thông tin của cơ quan nhà nước", "Systems of state agencies", "state", "office"
        ),
    )
    (factor,) = make_energy().emission_factors
    energy = make_energy(
        emission_factors=(factor.model_copy(update={"uncertainty_fraction": 0.1}),),
        hourly_grid_carbon=make_hourly_grid_carbon(),
        generation=(
            make_generation("pv", name_vi="Điện mặt trời mái nhà", name_en="Rooftop PV"),
            make_generation("wind", name_vi="Điện gió gần bờ", name_en="Near-shore wind"),
        ),
        battery=make_battery(),
    )
    tariffs = tuple(tariff.model_copy(update={"valid_from": dt.date(2025, 1, 1)}) for tariff in energy.tariffs)
    values: dict[str, Any] = {
        "settings": _settings(),
        "sites": sites,
        "hardware": make_hardware(halls=halls, skus=skus, fuel_tank=make_fuel_tank()),
        "services": make_services(programmes=programmes),
        "energy": energy.model_copy(update={"tariffs": tariffs}),
        "weather": {site.id: _weather(site.id, index) for index, site in enumerate(sites)},
        "scenario": "base",
        "digest": "3f7a" * 16,
    }
    return make_inputs(**{**values, **overrides})


def sample_demand() -> Demand:
    """Four pools that grow."""

    def grown(pool: Pool, *shares: float) -> Pool:
        amounts = {name: tuple(values[-1] * share for share in shares) for name, values in pool.amounts.items()}
        return replace(pool, amounts=amounts)

    pools = (
        grown(make_pool(), 0.3, 0.5, 1, 1.6, 2.3, 3),
        grown(make_gpu_pool(load_class="office"), 0, 0.3, 1, 2, 3, 4),
        grown(make_wholesale_pool(), 0, 0, 0, 0, 0.5, 1),
        grown(make_state_pool(), 1, 1.2, 1.4, 1.6, 1.8, 2),
    )
    return make_demand(*pools, years=YEARS)


def _build(kind: Any, site: str, item: str, year: int, amount: float, months: int, hall: str | None = None) -> Build:
    before = year * 12 - months
    return Build(kind, site, item, year, amount, dt.date(before // 12, before % 12 + 1, 1), hall)


def _builds() -> tuple[Build, ...]:
    builds = []
    for site, scale in (("khanh-an", 2), ("bac-lieu", 1)):
        first = 2028 if scale == 2 else 2029
        builds += [
            _build("module", site, "chilled", first, scale, 11, "chilled"),
            _build("ups", site, "ups-250", first, 2 * scale + 1, 8, "chilled"),
            _build("genset", site, "genset-1000", first, scale + 1, 8, "chilled"),
            _build("chiller", site, "chiller-400", first, 2 * scale + 1, 8, "chilled"),
            _build("server", site, "gpu", first, 16 * scale, 4, "chilled"),
            _build("server", site, "cpu", first, 24 * scale, 4, "chilled"),
            _build("server", site, "storage", first, 4 * scale, 4, "chilled"),
            _build("generation", site, "pv", first, 1.5 * scale, 9),
            _build("battery_mw", site, "battery", first, 0.4 * scale, 9),
            _build("battery_mwh", site, "battery", first, 1.6 * scale, 9),
            _build("fuel_tank", site, "tank-20", first, scale, 6),
        ]
    return (
        *builds,
        _build("module", "nam-can", "shell", 2029, 3, 11, "shell"),
        _build("ups", "nam-can", "ups-250", 2029, 110, 8, "shell"),
        _build("genset", "nam-can", "genset-1000", 2029, 36, 8, "shell"),
        _build("chiller", "nam-can", "chiller-400", 2029, 46, 8, "shell"),
        _build("grid_step", "nam-can", "step-110", 2029, 1, 10),
        _build("generation", "nam-can", "wind", 2029, 20, 9),
        _build("dppa_mw", "nam-can", "wind", 2029, 12.5, 6),
    )


def _placements() -> tuple[Placement, ...]:
    placed = [Placement("systems", "phong-may", "room", year, "cpu", 3) for year in YEARS]
    for year in (2028, 2029, 2030):
        placed += [
            Placement("ai", "khanh-an", "chilled", year, "gpu", 8.0 + 8 * (year - 2028)),
            Placement("office", "khanh-an", "chilled", year, "cpu", 20.0 + 8 * (year - 2028)),
            Placement("office", "khanh-an", "chilled", year, "storage", 6.0),
        ]
        if year > 2028:
            placed.append(Placement("ai", "bac-lieu", "chilled", year, "gpu", 12.0))
            placed.append(Placement("tenants", "nam-can", "shell", year, None, 0.0, 6.0 * (year - 2028)))
    return tuple(placed)


def _rents() -> tuple[Rent, ...]:
    rents = []
    for index, year in enumerate(YEARS):
        rents.append(Rent("systems", "hcm-1", year, 0.1 * index))
        rents.append(Rent("office", "tender", year, 1.0 if year < 2028 else 0.3))
        if 2025 < year < 2028:
            rents.append(Rent("ai", "hcm-1", year, 1.0, "hcm-h100"))
    return tuple(rents)


def _standbys() -> tuple[Standby, ...]:
    return tuple(
        Standby("office", "bac-lieu", "chilled", year, sku, servers)
        for year in (2029, 2030)
        for sku, servers in (("cpu", 12.0), ("storage", 2.5))
    )


def _standby_rents() -> tuple[StandbyRent, ...]:
    return tuple(StandbyRent("office", "tender", year, 0.2) for year in (2028, 2029, 2030))


def _dispatch(series: SiteSeries, battery_mw: float) -> Dispatch:
    hour = np.arange(series.load_mw.size) % 24
    charge = np.where((hour >= 10) & (hour < 14), battery_mw, 0.0)
    discharge = np.where((hour >= 18) & (hour < 22), np.minimum(battery_mw * 0.9, series.load_mw), 0.0)
    produced = np.sum(list(series.generation_mw.values()), axis=0) if series.generation_mw else 0.0
    grid = np.clip(series.load_mw + charge - discharge - produced, 0, None)

    def watts(values: Any) -> Any:
        return np.ceil(np.asarray(values) * 1e6).astype(np.int64)

    matched = np.minimum(grid, 3.0) if series.site == "nam-can" else np.zeros_like(grid)
    return Dispatch(series.site, series.year, watts(grid), watts(charge), watts(discharge), watts(matched), {})


@cache
def sample_plan() -> tuple[CapacityInputs, Demand, Plan]:
    """Inputs, demand and a plan whose dispatch meets the load."""
    inputs, demand = sample_inputs(), sample_demand()
    missed = (MissedTarget("ai-2025", 2025, 1.0, 2028, "lead times"),)
    empty = Plan(
        YEARS, _builds(), _placements(), _rents(), (), missed, standbys=_standbys(), standby_rents=_standby_rents()
    )
    standing = [("phong-may", year) for year in YEARS]
    standing += [("khanh-an", year) for year in YEARS if year >= 2028]
    standing += [(site, year) for site in ("nam-can", "bac-lieu") for year in YEARS if year >= 2029]
    batteries = {"khanh-an": 0.8, "bac-lieu": 0.4}
    dispatches = tuple(
        _dispatch(site_series(inputs, demand, empty, site, year), batteries.get(site, 0.0)) for site, year in standing
    )
    return inputs, demand, replace(empty, dispatches=dispatches)


def sample_result(plan: Plan | None, objective_vnd: float | None, **overrides: Any) -> SizingResult:
    """An answer with a bound half a percent below the objective."""
    bound = None if objective_vnd is None else objective_vnd * 0.9951
    shadows = (
        ShadowPrice("cfe", 2030, None, "percentage point", 21.4e9),
        ShadowPrice("cfe", 2028, None, "percentage point", 3.1e9),
        ShadowPrice("connection", 2030, "nam-can", "MW", 0.62e9),
        ShadowPrice("water_is_enough", 2030, "nam-can", "m3", 41_000.0),
    )
    values: dict[str, Any] = {
        "status": "optimal",
        "plan": plan,
        "objective_vnd": objective_vnd,
        "bound_vnd": bound,
        "gap": None if objective_vnd is None else 0.0049,
        "hours": 4 * sum(map(hours_of_year, YEARS)),
        "seconds": 187.4,
        "peak_memory_mib": 2210.0,
        "seed": 918,
        "method": "SCIP for integers; GLOP to complete",
        "versions": {"camau-dc": "0.1.0", "ortools": "9.15"},
        "shadow_prices": shadows if plan is not None else (),
        "shadow_prices_doubt_vnd": 1.2e9 if plan is not None else None,
    }
    return SizingResult(**{**values, **overrides})


@cache
def sample_accounts() -> Accounts:
    """Accounts of the sample plan."""
    return compute_accounts(*sample_plan())


@cache
def sample_hours() -> HourlyFigures:
    """Hours of the charts of the sample plan."""
    inputs, demand, plan = sample_plan()
    series = (site_series(inputs, demand, plan, d.site, d.year) for d in plan.dispatches)
    return hourly_figures(sample_accounts().carbon_free_hours, series)


def sample_document(**overrides: Any) -> Document:
    """The document of the sample plan."""
    inputs, demand, plan = sample_plan()
    accounts = sample_accounts()
    result = sample_result(plan, accounts.objective_vnd)
    standing = {"sourced": 391, "derived": 77, "assumption": 264}
    document = to_document(
        inputs, demand, result, accounts, notices=NOTICES, standing=standing, folder="../../examples/ca-mau"
    )
    return {**document, **overrides}


def conflict_document() -> Document:
    """The document of a proved conflict."""
    inputs, demand, _ = sample_plan()
    violations = (Violation("cfe", 2030, None, 3.25, "percentage point"), Violation("ai-2025", 2028, None, 0.5, "MW"))
    result = sample_result(
        None,
        None,
        status="infeasible",
        violations=violations,
        violation_vnd=3.75e9,
        violation_bound_vnd=3.7e9,
    )
    return to_document(inputs, demand, result, None, notices=NOTICES)
