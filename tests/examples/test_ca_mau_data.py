"""examples/ca-mau: every file passes its models, and its figures agree with values worked out by hand."""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from capacity.hourly import (
    capacity_vnd_per_kw_month,
    hourly_emission_factor,
    price_vnd_per_kwh,
    tariff_in_force,
)
from capacity.inputs import CloudsFile, EnergyFile, HardwareFile, ServicesFile, Settings, SitesFile
from capacity.inputs.base import SOURCE_PATTERN
from capacity.inputs.energy import TariffClass
from capacity.inputs.hardware import HallType, PlantUnit
from capacity.inputs.services import RegisterSystems, Wholesale
from policies.register import Agency, System

FOLDER = Path(__file__).parents[2] / "examples" / "ca-mau"
AS_OF = dt.date(2026, 11, 24)
YAML_FILES = ("province", "sites", "hardware", "energy", "clouds", "services", "network", "scenarios")


@cache
def raw(name: str) -> Any:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    lines = (FOLDER / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    reader = csv.DictReader(line for line in lines if not line.startswith("#"))
    return tuple({key: value for key, value in row.items() if value} for row in reader)


@cache
def settings() -> Settings:
    return Settings.model_validate(raw("province"))


@cache
def sites() -> SitesFile:
    return SitesFile.model_validate(raw("sites"))


@cache
def hardware() -> HardwareFile:
    return HardwareFile.model_validate(raw("hardware"))


@cache
def energy() -> EnergyFile:
    return EnergyFile.model_validate(raw("energy"))


@cache
def clouds() -> CloudsFile:
    return CloudsFile.model_validate(raw("clouds"))


@cache
def services() -> ServicesFile:
    return ServicesFile.model_validate(raw("services"))


@cache
def agencies() -> dict[str, Agency]:
    return {row["id"]: Agency.model_validate(row) for row in rows("agencies")}


@cache
def systems() -> tuple[System, ...]:
    return tuple(System.model_validate(row) for row in rows("systems"))


def hall(hall_id: str) -> HallType:
    return {h.id: h for h in hardware().halls}[hall_id]


def plant(unit_id: str | None) -> PlantUnit:
    return {unit.id: unit for unit in hardware().plant}[str(unit_id)]


def texts_of_sources(data: Any) -> Iterator[str]:
    """Every source of a parsed file, one by one."""
    if isinstance(data, list):
        for item in data:
            yield from texts_of_sources(item)
    elif isinstance(data, dict):
        for key, value in data.items():
            if key in ("source", "diesel_source"):
                yield from value.values() if isinstance(value, dict) else [value]
            else:
                yield from texts_of_sources(value)


def all_sources() -> list[str]:
    texts = [text for name in YAML_FILES for text in texts_of_sources(raw(name))]
    return texts + [row["source"] for name in ("agencies", "systems") for row in rows(name)]


def test_every_source_has_the_form_and_names_a_reference_that_exists() -> None:
    known = {reference.id for reference in settings().references}
    assert len(all_sources()) > 250
    for text in all_sources():
        match = SOURCE_PATTERN.match(text)
        assert match, text
        assert match["ref"] is None or match["ref"] in known, text


def test_every_reference_is_used() -> None:
    everything = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.*"))
    unused = {reference.id for reference in settings().references if f"ref:{reference.id}" not in everything}
    assert unused == set()


def test_horizon_and_population() -> None:
    assert (settings().as_of, settings().first_year, settings().last_year) == (AS_OF, 2025, 2030)
    assert settings().population.administrative == 2_606_672
    assert settings().population.persons == 2_606_672
    assert 2.13e6 <= settings().population.resident <= 2.15e6


def test_the_state_builds_nothing_before_public_investment_is_entered() -> None:
    state = [source for source in settings().funding if source.payer == "state"]
    capital = {"hall", "server", "energy_asset", "grid"}
    assert not [s for s in state if capital & set(s.covers) and s.budget_vnd]
    assert not [source for source in settings().funding if source.payer == "enterprise"]
    assert settings().vat.is_cost_to == ("state",)


def test_policies_name_programmes_of_the_services() -> None:
    programmes = {programme.id for programme in services().programmes}
    named = {policy.programme for policy in settings().policies if policy.programme is not None}
    assert named == {"ai-training", "hyperscale"}
    assert named <= programmes
    target = {policy.id: policy.by_year for policy in settings().policies}
    assert target["ai-data-centre"][2025] == 1
    assert target["hyperscale-data-centre"] == {2030: 10}


@pytest.mark.parametrize(
    ("tariff_class", "voltage_kv", "mean"),
    [
        ("production", 110, 1905),
        ("production", 22, 1952),
        ("production", 6, 2020),
        ("business", 22, 2949),
        ("business", 110, 2949),
        ("business", 6, 3162),
        ("administrative", 0.4, 2226),
        ("administrative", 22, 2138),
    ],
)
def test_flat_load_pays_the_mean_of_the_week(tariff_class: TariffClass, voltage_kv: float, mean: float) -> None:
    """(30 peak + 42 off-peak + 96 normal) / 168 hours, in both schedules; both weeks begin on a Monday."""
    new = price_vnd_per_kwh(energy(), tariff_class, voltage_kv, 2027)[3 * 24 : 10 * 24]
    old = price_vnd_per_kwh(energy(), tariff_class, voltage_kv, 2026)[4 * 24 : 11 * 24]
    assert float(new.mean()) == pytest.approx(mean, abs=0.6)
    assert float(old.mean()) == pytest.approx(float(new.mean()), rel=1e-12)


def test_the_peak_moved_into_the_evening_on_22_april_2026() -> None:
    prices = price_vnd_per_kwh(energy(), "business", 22, 2026)
    day = (dt.date(2026, 4, 21) - dt.date(2026, 1, 1)).days * 24
    before, after = prices[day : day + 24], prices[day + 24 : day + 48]
    assert [before[hour] for hour in (10, 18, 21, 23, 2)] == [5025, 5025, 2887, 1609, 1609]
    assert [after[hour] for hour in (10, 18, 21, 23, 2)] == [2887, 5025, 5025, 2887, 1609]
    assert after[17] == (2887 + 5025) / 2


def test_one_megawatt_of_it_at_pue_1_4_costs_what_was_worked_out_by_hand() -> None:
    energy_kwh = 1000 * 1.4 * 8760
    assert energy_kwh == pytest.approx(12_264e3)
    business = float(price_vnd_per_kwh(energy(), "business", 22, 2027).mean()) * energy_kwh
    production = float(price_vnd_per_kwh(energy(), "production", 22, 2027).mean()) * energy_kwh
    assert business == pytest.approx(36.2e9, rel=0.002)
    assert production == pytest.approx(23.9e9, rel=0.003)
    factor = {entry.year: entry for entry in energy().emission_factors}
    assert factor[2023].tco2_per_mwh * energy_kwh / 1000 == pytest.approx(8_084, abs=1)
    assert [factor[year].official for year in (2023, 2024, 2025)] == [True, False, False]


def test_decision_1279_is_4_8_percent_above_the_tariffs_before_it() -> None:
    for tariff in energy().tariffs:
        if tariff.valid_to is None and tariff.structure == "one_part":
            assert tariff.valid_from == dt.date(2025, 5, 10)
            before = tariff_in_force(energy(), tariff.tariff_class, tariff.voltage_from_kv, dt.date(2025, 5, 9))
            for band in ("off_peak_vnd_per_kwh", "normal_vnd_per_kwh", "peak_vnd_per_kwh"):
                assert getattr(tariff, band) / 1.048 == pytest.approx(getattr(before, band), abs=0.5)


def test_two_parts_are_those_of_the_trial_and_apply_in_their_scenario_alone() -> None:
    assert energy().tariff_structure == "one_part"
    chosen = energy().model_copy(update={"tariff_structure": "two_part"})
    for voltage, capacity in ((110, 209_459), (22, 235_414)):
        assert capacity_vnd_per_kw_month(chosen, "production", voltage, 2027).tolist() == [capacity] * 12
        assert capacity_vnd_per_kw_month(chosen, "production", voltage, 2026).tolist() == [0] * 6 + [capacity] * 6
        tariff = tariff_in_force(chosen, "production", voltage, AS_OF)
        assert 1253 <= tariff.normal_vnd_per_kwh <= 1332
        assert 2162 <= tariff.peak_vnd_per_kwh <= 2251
        assert 843 <= tariff.off_peak_vnd_per_kwh <= 904
    assert not capacity_vnd_per_kw_month(chosen, "production", 10, 2027).any(), "the trial begins at 22 kV"
    assert not capacity_vnd_per_kw_month(chosen, "administrative", 22, 2027).any()


def test_hourly_grid_carbon_has_the_mean_of_the_year_and_says_what_it_is() -> None:
    factor = hourly_emission_factor(energy(), 2030)
    assert factor is not None
    assert factor.mean() == pytest.approx(0.6235)
    assert energy().hourly_grid_carbon is not None
    assert str(raw("energy")["hourly_grid_carbon"]["source"]).startswith("assumption")
    assert factor.reshape(-1, 24)[:, 12].mean() < factor.reshape(-1, 24)[:, 20].mean()


def test_wind_is_paid_at_the_ceilings_and_dppa_is_not_eligible() -> None:
    price = {technology.id: technology.price_vnd_per_kwh for technology in energy().generation}
    assert (price["wind-nearshore"], price["wind-onshore"], price["pv-rooftop"]) == (1987.4, 1840.3, 0)
    dppa = energy().dppa
    assert dppa is not None
    assert not dppa.eligible


def complete_capex_vnd(hall_id: str, modules: int, worst_wet_bulb_c: float) -> float:
    """A full facility with the plant that its tier needs, by the rules of DESIGN.md, worked out without the model.

    Fuel is that of 48 hours, which published costs hold.
    """
    kind = hall(hall_id)
    model, ups = kind.cooling_model, plant(kind.ups)
    it_kw = modules * kind.it_kw
    heat = 1 + kind.distribution_loss_fraction + ups.loss_fraction_at_full_load - ups.no_load_loss_fraction
    cop = model.cop_reference - model.cop_per_degree * (worst_wet_bulb_c - model.reference_c)
    facility_kw = it_kw * (heat * (1 + 1 / cop) + model.auxiliary_fraction) + modules * kind.fixed_loss_kw

    def cost(unit: PlantUnit, need_kw: float) -> float:
        if kind.tier == "2N" and unit.kind != "genset":
            return math.ceil(2 * need_kw / unit.unit_kw) * unit.capex_vnd
        return math.ceil((need_kw + unit.unit_kw) / unit.unit_kw) * unit.capex_vnd

    tank, genset = hardware().fuel_tank, plant(kind.genset)
    assert tank is not None
    tanks = math.ceil(48 * facility_kw * genset.fuel_litre_per_kwh / tank.litres)
    batteries = hardware().ups_battery
    assert batteries is not None
    return (
        modules * kind.capex_vnd
        + it_kw / 1000 * batteries.capex_vnd_per_mw
        + tanks * (tank.capex_vnd + tank.litres * energy().diesel_vnd_per_litre)
        + cost(ups, it_kw)
        + cost(plant(kind.genset), facility_kw)
        + cost(plant(kind.chiller), it_kw * heat)
    )


def test_ten_megawatt_with_n1_cost_6_9_million_usd_per_megawatt() -> None:
    usd_per_mw = complete_capex_vnd("chilled-n1", 5, 28.0) / settings().usd_vnd / 10
    assert usd_per_mw == pytest.approx(6.9e6, rel=0.02)


def test_2n_costs_more_than_n1_and_a_small_facility_more_than_a_large_one() -> None:
    assert complete_capex_vnd("chilled-2n", 5, 28.0) > 1.08 * complete_capex_vnd("chilled-n1", 5, 28.0)
    assert complete_capex_vnd("chilled-n1", 1, 28.0) > 1.02 * complete_capex_vnd("chilled-n1", 5, 28.0) / 5


@pytest.mark.parametrize(
    ("hall_id", "temperature_c", "low", "high"),
    [
        ("air-n1", 27.2, 1.45, 1.50),
        ("chilled-n1", 24.6, 1.30, 1.38),
        ("chilled-2n", 24.6, 1.30, 1.40),
        ("liquid-n1", 24.6, 1.15, 1.25),
    ],
)
def test_pue_of_full_modules_by_hand(hall_id: str, temperature_c: float, low: float, high: float) -> None:
    """Full modules at the mean temperature, with the units of ten modules' N+1 or 2N."""
    kind = hall(hall_id)
    model, ups = kind.cooling_model, plant(kind.ups)
    heat = 1 + kind.distribution_loss_fraction + ups.loss_fraction_at_full_load - ups.no_load_loss_fraction
    cop = model.cop_reference - model.cop_per_degree * (temperature_c - model.reference_c)
    cop = min(max(cop, model.cop_min), model.cop_max)
    cooling = model.liquid_fraction / cop + (1 - model.liquid_fraction) / model.air_side_cop
    units = 10 * kind.it_kw / ups.unit_kw * (2 if kind.tier == "2N" else 1) + (1 if kind.tier == "N+1" else 0)
    fixed = (10 * kind.fixed_loss_kw + units * ups.unit_kw * ups.no_load_loss_fraction) / (10 * kind.it_kw)
    assert low <= heat * (1 + cooling) + model.auxiliary_fraction + fixed <= high


def fits(sku_id: str, hall_id: str) -> bool:
    """Whether a rack of the SKU may stand in the hall."""
    sku, kind = {s.id: s for s in hardware().skus}[sku_id], hall(hall_id)
    cooled = sku.liquid_cooled or sku.kind != "gpu" if kind.cooling == "direct_liquid" else not sku.liquid_cooled
    return sku.rack_kw <= kind.max_rack_kw and sku.rack_weight_kg <= kind.max_rack_weight_kg and cooled


def test_ai_servers_stand_where_they_can_be_cooled() -> None:
    gpu = ("h200-node", "b200-node", "gb200-nvl72")
    assert not any(fits(sku, "air-n1") or fits(sku, "air-n") or fits(sku, "existing-room") for sku in gpu)
    assert [fits(sku, "chilled-n1") for sku in gpu] == [True, True, False]
    assert [fits(sku, "liquid-n1") for sku in gpu] == [False, False, True]
    assert fits("cpu-server", "air-n1")
    assert fits("room-server", "existing-room")
    assert not fits("cpu-server", "existing-room")


def test_no_site_needs_more_than_six_load_classes() -> None:
    """Pairs of load class (with ``flat``) and hall type that can carry servers of the site's payer."""
    pools: set[tuple[str, str, str]] = {("state", system.load_class, "register_systems") for system in systems()}
    for programme in services().programmes:
        if not isinstance(programme.sizing, RegisterSystems):
            pools.add((programme.payer, programme.load_class, programme.sizing.rule))
    for site in sites().sites:
        pairs: set[tuple[str, str]] = set()
        for hall_id in (*site.allowed_halls, *(row.hall for row in site.existing_modules)):
            for payer, load_class, rule in pools:
                if payer != site.payer:
                    continue
                names = {"cpu-server", "room-server"} if rule != "gpu_hours" else {"h200-node", "gb200-nvl72"}
                if rule == "wholesale":
                    if hall(hall_id).wholesale:
                        pairs.add((load_class, hall_id))
                elif any(fits(sku, hall_id) for sku in names):
                    pairs |= {("flat", hall_id), (load_class, hall_id)}
        assert 0 < len(pairs) <= 6, (site.id, sorted(pairs))


def test_the_five_sites() -> None:
    assert [(site.id, site.status, site.payer) for site in sites().sites] == [
        ("provincial-room", "existing", "state"),
        ("ca-mau-city", "candidate", "enterprise"),
        ("khanh-an", "candidate", "enterprise"),
        ("nam-can", "candidate", "enterprise"),
        ("bac-lieu", "candidate", "enterprise"),
    ]
    room = sites().sites[0]
    raw_tb = {sku.id: sku.raw_storage_tb for sku in hardware().skus}
    standing = [s for s in room.existing_servers if s.from_date <= AS_OF and (s.to_date is None or s.to_date > AS_OF)]
    assert sum(row.servers * raw_tb[row.sku] for row in standing) == 135
    assert room.allowed_halls == ()


def test_six_domestic_clouds_and_the_two_trap_zones() -> None:
    assert [provider.id for provider in clouds().providers] == ["vng", "fpt", "viettel", "cmc", "bizfly", "vnpt"]
    assert all(provider.domestic for provider in clouds().providers)
    abroad = {z.name: (z.region, z.country) for p in clouds().providers for z in p.zones if z.country != "VN"}
    assert abroad == {"BKK-1A": ("HCM", "TH"), "JP/JCSI2": ("JP/JCSI2", "JP")}
    assert all(any(zone.country == "VN" for zone in provider.zones) for provider in clouds().providers)


def test_no_price_is_for_a_zone_abroad_and_only_published_ones_name_zones() -> None:
    country = {zone.id: zone.country for provider in clouds().providers for zone in provider.zones}
    for price in clouds().prices:
        assert all(country[zone] == "VN" for zone in price.zones)
        assert price.published == bool(price.zones)
        assert price.in_force(AS_OF)


def test_the_published_gpu_prices_are_one_price_before_and_after_tax() -> None:
    price = {p.id: p for p in clouds().prices}
    container, machine = price["fpt-h100-container"], price["fpt-h100-vm"]
    assert container.price_vnd == pytest.approx(2.31 * 26_400)
    assert machine.price_vnd == pytest.approx(2.54 * 26_400)
    assert machine.price_vnd / container.price_vnd == pytest.approx(1.10, abs=0.001)
    assert (container.includes_vat, machine.includes_vat) == (False, True)


def test_programmes_have_owners_that_exist_and_state_platforms_are_level_3() -> None:
    for programme in services().programmes:
        if programme.payer == "state":
            assert agencies()[programme.owner].valid_to is None
            assert programme.security_level == 3


def test_hyperscale_cases_are_wholesale() -> None:
    (rule,) = [p.sizing for p in services().programmes if isinstance(p.sizing, Wholesale)]
    assert {case: table[2030] for case, table in rule.it_mw.items()} == {"low": 10, "base": 20, "high": 60}
    assert min(table[2030] for table in rule.it_mw.values()) >= settings().minimum_wholesale_mw


def test_the_ai_data_centre_is_a_few_thousand_gpus_in_2030() -> None:
    installed = 0.0
    for programme in services().programmes:
        if programme.id in ("ai-training", "ai-inference"):
            table = programme.sizing.model_dump()
            installed += table["gpu_hours"][2030] / (8760 * table["utilisation"][2030])
    assert 5_000 <= installed <= 8_000
    gb200 = {sku.id: sku for sku in hardware().skus}["gb200-nvl72"]
    h200 = {sku.id: sku for sku in hardware().skus}["h200-node"]
    for sku in (gb200, h200):
        it_mw = installed / (sku.gpus * sku.gpu_equivalent) * sku.peak_kw * (1 + sku.fabric_power_fraction) / 1000
        assert 4 <= it_mw <= 8, sku.id


def test_scenarios() -> None:
    listed = raw("scenarios")["scenarios"]
    assert [scenario["id"] for scenario in listed] == [
        *("base", "tariff-production", "two-part-tariff", "dppa-eligible", "population-resident", "hyperscale-none"),
        *("hyperscale-low", "hyperscale-high", "public-investment", "tier-2n", "green-strict"),
    ]
    assert listed[0]["set"] == []
    assert all(scenario["set"] for scenario in listed[1:])
