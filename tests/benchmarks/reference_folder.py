"""The files of a reference province: see ``reference`` for what they restate and how."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from capacity.hourly import Hours
from capacity.weather import format_weather
from tests.benchmarks.reference_problem import (
    AUXILIARY,
    COOLING,
    SERVER_KW,
    Reference,
    other_shape,
    slope,
)
from tests.benchmarks.reference_weather import AZIMUTH_DEG, DC_AC_RATIO, HUB_M, TILT_DEG

USD = 25_000.0
SOURCE = "assumption: reference problem made from a seed"
WAITING, WAITING_HOURS = 0.2, 24
"""Share of the AI work that may wait, and how long."""
VCPU = 100.0
EMISSIONS = 0.66
HALL_KW, HALL_USD = 2000.0, 6e6
MOST_HALLS = 2.0
"""Hall power that fits on the land of a site, by kW of the servers that the last year's need asks for."""
PATH_MEANS = {"pv": 0.904, "wind": 0.963, "battery_mw": 0.836, "battery_mwh": 0.816}
"""Mean of six years of the published yearly decline to 0.96, 0.985, 0.93 and 0.92."""
MOST_PER_PEAK = {"pv": 8.0, "wind": 5.0, "battery": 4.0}
BUDGET_USD_PER_MW = 11.4e6
"""For energy assets in all years together, by MW of the IT load of the last; a year has its share, and the last ones
feel it."""
BUDGET_WITH_SCENARIOS = 200 / 165
"""Published: orders have to serve the largest demand of all scenarios, and a year has so much more for them."""
EVERYTHING_ELSE = ["hall", "server", "grid", "rent", "network", "operation", "energy"]


def write(problem: Reference, folder: Path) -> None:
    """Writes the folder, which must not exist yet."""
    folder.mkdir(parents=True)
    (folder / "weather").mkdir()
    for scenario in range(problem.scenarios):
        for site_id, weather in problem.weather_of(scenario).items():
            (folder / weather_file(site_id, scenario)).write_bytes(format_weather(weather))
    contents = {
        "province": province(problem), "sites": {"sites": sites(problem)}, "hardware": hardware(problem),
        "energy": energy(problem), "clouds": {"providers": [], "prices": []}, "services": services(problem),
        "scenarios": {"scenarios": scenarios(problem)},
    }  # fmt: skip
    for name, content in contents.items():
        text = yaml.dump(content, Dumper=_WithoutAliases, allow_unicode=True, sort_keys=False, width=160)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    (folder / "agencies.csv").write_text(
        "id,name_vi,name_en,kind,valid_from,valid_to,successor,source\n"
        f"department,Sở Khoa học và Công nghệ,Department of Science and Technology,department,2025-03-01,,,{SOURCE}\n",
        encoding="utf-8",
    )
    (folder / "systems.csv").write_text(
        "id,name_vi,name_en,owner,security_level,data_classes,hosting,strategy,vcpu,memory_gib,storage_tb,load_class,"
        "source\n",
        encoding="utf-8",
    )


class _WithoutAliases(yaml.SafeDumper):
    """The folder's reader refuses aliases."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def weather_file(site_id: str, scenario: int) -> str:
    """Name of the weather of a site in a scenario."""
    return f"weather/{site_id}.csv" if scenario == 0 else f"weather/{site_id}-s{scenario}.csv"


def _named(name: str) -> dict[str, Any]:
    return {"id": name, "name_vi": name, "name_en": name}


def province(problem: Reference) -> dict[str, Any]:
    """Horizon, money, budgets and policies."""
    ai, other = problem.load_mw()
    last_mw = float(ai[:, -1].sum() + other[:, -1].sum())
    budget_usd = BUDGET_USD_PER_MW * (BUDGET_WITH_SCENARIOS if problem.scenarios > 1 else 1.0) * last_mw
    return {
        "name_vi": "Bài toán chuẩn", "name_en": problem.name, "as_of": dt.date(problem.years[0], 1, 1),
        "first_year": problem.years[0], "last_year": problem.years[-1], "price_year": problem.years[0],
        "usd_vnd": USD, "discount_rate": 0.08,
        "carbon_price_vnd_per_tco2": {year: usd * USD for year, usd in problem.carbon_usd().items()},
        "vat": {"rate_by_year": {2025: 0.1}, "is_cost_to": ["state"], "source": SOURCE},
        "population": {
            "administrative": 2.6e6, "resident": 2.1e6, "basis": "administrative", "adult_share": 0.7,
            "persons_per_household": 3.8, "source": SOURCE,
        },
        "minimum_wholesale_mw": 0.01, "usable_server_fraction": 1.0, "references": [],
        "funding": [] if len(problem.years) == 1 else [
            {**_named("energy-assets"), "payer": "enterprise", "covers": ["energy_asset"], "source": SOURCE,
             "budget_vnd": dict.fromkeys(problem.years, round(budget_usd / len(problem.years)) * USD)},
            {**_named("everything-else"), "payer": "enterprise", "covers": EVERYTHING_ELSE, "source": SOURCE,
             "budget_vnd": dict.fromkeys(problem.years, 1e15)},
        ],
        "policies": policies(problem),
        "source": SOURCE,
    }  # fmt: skip


def policies(problem: Reference) -> list[dict[str, Any]]:
    """Renewable share by year; with several years the carbon cap that asks for a little more."""
    said = {"scope": "all", "statement_vi": "Bài toán chuẩn", "statement_en": "Reference", "citation": problem.name}
    share = {"id": "renewable", "kind": "renewable_share_min", "by_year": problem.shares(), "slack_price_vnd": 1e12}
    found = [{**share, **said, "source": SOURCE}]
    if len(problem.years) > 1:
        cap = {"id": "carbon", "kind": "carbon_cap_tco2", "by_year": carbon_caps(problem), "slack_price_vnd": 1e8}
        found.append({**cap, **said, "source": SOURCE})
    return found


def carbon_caps(problem: Reference, scenario: int = 0) -> dict[int, float]:
    """t a year: a little less than what the share lets the load of the scenario emit."""
    load = load_mwh(problem, scenario)
    return {y: round(0.93 * EMISSIONS * (1 - share) * load[y], 3) for y, share in problem.shares().items()}


def load_mwh(problem: Reference, scenario: int = 0) -> dict[int, float]:
    """Facility load of all sites by year: mean slope of a site times the mean of its IT load."""
    means = np.array([slope(weather).mean() for weather in problem.weather_of(scenario).values()])
    servers = [counts * SERVER_KW / 1000 for counts in problem.servers(scenario)]
    use = (
        1 / problem.full_load,
        (5 * np.mean(other_shape(weekend=False)) + 2 * np.mean(other_shape(weekend=True))) / 7,
    )
    by_year = 8760 * (means @ (servers[0] * use[0] + servers[1] * use[1]))
    return dict(zip(problem.years, by_year.tolist(), strict=True))


def sites(problem: Reference) -> list[dict[str, Any]]:
    """One candidate site for each load."""
    ai, other = problem.servers()
    found = []
    for place, site_id in enumerate(problem.site_ids):
        last_kw = SERVER_KW * float(ai[place, -1] + other[place, -1])
        peak_mw = peak(problem, place, 0)
        limits = [{"technology": name, "max_mw": factor * peak_mw} for name, factor in MOST_PER_PEAK.items()]
        modules = math.ceil(MOST_HALLS * last_kw / HALL_KW)
        site: dict[str, Any] = {
            **_named(site_id), "status": "candidate", "payer": "enterprise", "latitude_deg": 9.18,
            "longitude_deg": 105.0, "elevation_m": 1.0, "land_m2": 1000.0 * modules, "flood_depth_100_year_m": 0.0,
            "subsidence_mm_per_year": 0.0, "salinity": "low", "hall_capex_factor": 1.0 + 0.02 * (place % 4),
            "cooling_capacity_factor": 1.0, "cooling_water_m3_per_year": 1e9,
            "allowed_halls": ["hall"] if problem.halls else [],
            "grid": {"existing_mw": float(peak_mw), "voltage_kv": 110.0, "steps": [], "source": SOURCE},
            "energy_limits": [{**limit, "source": SOURCE} for limit in limits],
            "weather_file": weather_file(site_id, 0), "source": SOURCE,
        }  # fmt: skip
        if not problem.halls:
            site |= what_stands(problem, place, 0)
        found.append(site)
    return found


def peak(problem: Reference, place: int, scenario: int) -> int:
    """MW that a site may need at once in the last year of a scenario."""
    ai, other = problem.servers(scenario)
    last_mw = SERVER_KW * float(ai[place, -1] + other[place, -1]) / 1000
    return math.ceil(1.02 * last_mw * float(slope(problem.weather_of(scenario)[problem.site_ids[place]]).max()))


def what_stands(problem: Reference, place: int, scenario: int) -> dict[str, list[dict[str, Any]]]:
    """Halls and servers of a site in a scenario."""
    ai, other = problem.servers(scenario)
    return {
        "existing_modules": standing("hall", "modules", problem.years, ai[place] + other[place]),
        "existing_servers": [
            *(standing("ai", "servers", problem.years, ai[place], name="sku")),
            *(standing("other", "servers", problem.years, other[place], name="sku")),
        ],
    }


def standing(item: str, unit: str, years: tuple[int, ...], counts: Hours, name: str = "hall") -> list[dict[str, Any]]:
    """What comes into service on 1 January of every year."""
    return [
        {name: item, unit: int(added), "from_date": dt.date(year, 1, 1), "source": SOURCE}
        for year, added in zip(years, np.diff(counts, prepend=0.0).tolist(), strict=True)
        if added > 0
    ]


def hardware(problem: Reference) -> dict[str, Any]:
    """Servers of 20 kW in halls of 20 kW that stand already; or both to be bought, in halls of 2 MW with plant."""
    server = {
        "idle_kw": 0.0, "peak_kw": SERVER_KW, "fabric_power_fraction": 0.0, "fabric_price_fraction": 0.0,
        "servers_per_rack": 1, "rack_weight_kg": 1000.0, "price_vnd": 0.0, "maintenance_fraction_per_year": 0.0,
        "lifetime_years": 25.0, "lead_time_months": 0.0, "orderable": problem.halls, "source": SOURCE,
    }  # fmt: skip
    unit = {"lifetime_years": 25.0, "lead_time_months": 0.0, "operation_vnd_per_year": 0.0, "source": SOURCE}
    hall = {
        "id": "hall", "name_vi": "Phòng máy", "name_en": "Hall", "cooling": "air", "tier": "N",
        "racks": round(HALL_KW / SERVER_KW) if problem.halls else 1,
        "it_kw": HALL_KW if problem.halls else SERVER_KW, "max_rack_kw": 100.0, "max_rack_weight_kg": 2000.0,
        "land_m2": 1000.0, "capex_vnd": HALL_USD * USD, "operation_vnd_per_year": 0.0, "lifetime_years": 25.0,
        "lead_time_months": 0.0, "fixed_loss_kw": 0.0, "distribution_loss_fraction": 0.0, "ups": "ups",
        "genset": "genset", "chiller": None, "wholesale": False, "orderable": problem.halls, "source": SOURCE,
        "cooling_model": {
            "temperature": "wet_bulb", **COOLING, "auxiliary_fraction": AUXILIARY, "water_litre_per_kwh_it": 0.0,
            "source": SOURCE,
        },
    }  # fmt: skip
    return {
        "skus": [
            {"id": "ai", "name": "AI", "kind": "gpu", "gpus": 1, "gpu_model": "any", "gpu_equivalent": 1.0, **server},
            {"id": "other", "name": "CPU", "kind": "cpu", "vcpu": VCPU, **server},
        ],
        "plant": [
            {"id": "ups", "kind": "ups", "unit_kw": HALL_KW, "capex_vnd": 0.0, **unit},
            {"id": "genset", "kind": "genset", "unit_kw": 1.6 * HALL_KW, "capex_vnd": 0.0, **unit},
        ],
        "halls": [hall],
    }  # fmt: skip


def energy(problem: Reference) -> dict[str, Any]:
    """Tariff of three bands, PV, wind and battery."""
    windows = [
        {"band": "off_peak", "days": "all", "start": "22:00", "end": "04:00"},
        {"band": "peak", "days": "monday_to_saturday", "start": "10:00", "end": "12:00"},
        {"band": "peak", "days": "monday_to_saturday", "start": "17:00", "end": "20:00"},
    ]
    day = dt.date(2020, 1, 1)
    means = PATH_MEANS if len(problem.years) > 1 else dict.fromkeys(PATH_MEANS, 1.0)
    common = {"price_vnd_per_kwh": 0.0, "lead_time_months": 0.0, "lifetime_years": 25.0, "land_m2_per_mw": 0.0}
    over_life = (1 - 1.08**-15) / 0.08
    return {
        "tariff_class": "business",
        "tariffs": [{
            "id": "retail", "tariff_class": "business", "voltage_from_kv": 0.0, "off_peak_vnd_per_kwh": 0.046 * USD,
            "normal_vnd_per_kwh": 0.070 * USD, "peak_vnd_per_kwh": 0.125 * USD, "valid_from": day, "source": SOURCE,
        }],
        "time_of_use": [{"id": "bands", "valid_from": day, "windows": windows, "source": SOURCE}],
        "generation": [
            {**_named("pv"), "kind": "pv", "capex_vnd_per_mw": 700e3 * means["pv"] * USD,
             "operation_vnd_per_mw_year": 12e3 * USD, **common, "tilt_deg": TILT_DEG, "azimuth_deg": AZIMUTH_DEG,
             "dc_ac_ratio": DC_AC_RATIO, "loss_fraction": 0.0, "source": SOURCE},
            {**_named("wind"), "kind": "wind", "capex_vnd_per_mw": 1500e3 * means["wind"] * USD,
             "operation_vnd_per_mw_year": 35e3 * USD, **common, "hub_height_m": HUB_M, "loss_fraction": 0.0,
             "source": SOURCE},
        ],
        "battery": {
            "id": "battery", "capex_vnd_per_mw": 100e3 * means["battery_mw"] * USD,
            "capex_vnd_per_mwh": (180e3 * means["battery_mwh"] + 3e3 * over_life) * USD,
            "operation_vnd_per_mw_year": 2e3 * USD, "charge_efficiency": round(math.sqrt(0.9), 9),
            "discharge_efficiency": round(math.sqrt(0.9), 9), "minimum_charge_fraction": 0.0, "maximum_hours": 12.0,
            "lifetime_years": 15.0, "lead_time_months": 0.0, "source": SOURCE,
        },
        "diesel_vnd_per_litre": 20_000.0, "diesel_tco2_per_litre": 0.0, "diesel_source": SOURCE,
        "emission_factors": [{"year": 2020, "tco2_per_mwh": EMISSIONS, "official": False, "source": SOURCE}],
    }  # fmt: skip


def services(problem: Reference) -> dict[str, Any]:
    """AI and everything else: by servers that stand already, or to be bought for each site."""
    levels = dict.fromkeys(range(1, 6), 0.0)
    waiting: dict[str, Any] = {"deferrable_fraction": WAITING, "deferrable_hours": WAITING_HOURS}
    waiting |= {"extra_servers": True} if problem.halls else {}
    ai_day, other_day = [round(1 / problem.full_load, 9)] * 24, other_shape(weekend=False)
    return {
        "load_classes": [
            {"id": "ai", "weekday": ai_day, "weekend": ai_day, "interactive": False, **waiting, "source": SOURCE},
            {"id": "other", "weekday": other_day, "weekend": other_shape(weekend=True), "interactive": True,
             "source": SOURCE},
        ],
        "storage": {
            "replication_or_coding": 1.0, "snapshot_fraction": 0.0, "fill_limit": 1.0, "backup_copies_by_level": levels,
            "log_months_by_level": levels, "log_gb_per_vcpu_month": 0.0, "growth_per_year": 0.0, "source": SOURCE,
        },
        "programmes": [
            {**_named(name), "owner": "reference", "payer": "enterprise", "target": problem.name,
             "first_year": problem.years[0], "security_level": 1, "load_class": name.partition("-")[0],
             "sites": [name.partition("-")[2]] if problem.halls else [], "sizing": sizing, "source": SOURCE}
            for name, sizing in sizings(problem, 0).items()
        ],
    }  # fmt: skip


def sizings(problem: Reference, scenario: int) -> dict[str, dict[str, Any]]:
    """Sizing rules by programme, exactly what the servers do: AI and the rest of all sites, or of each where halls are
    to be bought."""
    ai, other = problem.servers(scenario)
    if not problem.halls:
        return sizings_of(problem.years, ai.sum(axis=0), other.sum(axis=0))
    return {
        f"{name}-{site_id}": sizing
        for place, site_id in enumerate(problem.site_ids)
        for name, sizing in sizings_of(problem.years, ai[place], other[place]).items()
    }


def sizings_of(years: tuple[int, ...], ai: Hours, other: Hours) -> dict[str, dict[str, Any]]:
    """Sizing rules of AI and the rest for numbers of servers by year."""
    hours = [8784 if year % 4 == 0 else 8760 for year in years]
    nothing = dict.fromkeys(years, 0.0)
    return {
        "ai": {
            "rule": "gpu_hours", "gpu_hours": dict(zip(years, (ai * hours).tolist(), strict=True)),
            "utilisation": dict.fromkeys(years, 1.0), "storage_tb_per_gpu": 0.0,
        },
        "other": {
            "rule": "fixed_platform", "vcpu": dict(zip(years, (other * VCPU).tolist(), strict=True)),
            "memory_gib": nothing, "storage_tb": nothing,
        },
    }  # fmt: skip


def scenarios(problem: Reference) -> list[dict[str, Any]]:
    """The base, and beside it weather and demand of the others: what stands at the sites follows the demand."""
    weight = {"probability": round(1 / problem.scenarios, 9)} if problem.scenarios > 1 else {}
    found: list[dict[str, Any]] = [{**_named("base"), **weight, "set": []}]
    for scenario in range(1, problem.scenarios):
        values: dict[str, Any] = {}
        for place, site_id in enumerate(problem.site_ids):
            values[f"sites.sites[{site_id}].weather_file"] = weather_file(site_id, scenario)
            values[f"sites.sites[{site_id}].grid.existing_mw"] = float(peak(problem, place, scenario))
            for name, stands in ({} if problem.halls else what_stands(problem, place, scenario)).items():
                values[f"sites.sites[{site_id}].{name}"] = stands
        for name, sizing in sizings(problem, scenario).items():
            values[f"services.programmes[{name}].sizing"] = sizing
        if len(problem.years) > 1:
            values["province.policies[carbon].by_year"] = carbon_caps(problem, scenario)
        sets = [{"path": path, "value": value} for path, value in values.items()]
        found.append({**_named(f"s{scenario}"), **weight, "source": SOURCE, "set": sets})
    return found
