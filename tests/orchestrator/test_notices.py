"""What a plan says of the weather that it rests on."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType

import pytest

from capacity.accounts import compute_accounts
from capacity.accounts.plausibility import capital_musd_per_mw, facility_kw_per_gpu
from capacity.inputs import CapacityInputs
from capacity.weather import WeatherYear
from orchestrator.notices import plan_notices
from tests.factories import (
    make_clouds,
    make_contract,
    make_demand,
    make_gpu_pool,
    make_hardware,
    make_inputs,
    make_plan,
    make_programme,
    make_services,
    make_weather,
)


def with_weather(provenance: dict[str, str], *, is_synthetic: bool) -> CapacityInputs:
    inputs = make_inputs()
    weather = {
        site.id: dataclasses.replace(make_weather(site.id), provenance=provenance, is_synthetic=is_synthetic)
        for site in inputs.sites.sites
    }
    return dataclasses.replace(inputs, weather=MappingProxyType(weather))


@pytest.mark.parametrize(
    ("provenance", "is_synthetic", "ids", "said"),
    [
        ({"standing": "synthetic"}, True, ["weather_synthetic"], "stochastic series"),
        ({"standing": "measured"}, False, [], ""),
        ({"standing": "reanalysis", "service": "NASA POWER"}, False, ["weather_reanalysis"], "(NASA POWER)"),
        ({"standing": "reanalysis"}, False, ["weather_reanalysis"], "(service not named)"),
    ],
)
def test_a_plan_says_what_its_weather_is(
    provenance: dict[str, str], is_synthetic: bool, ids: list[str], said: str
) -> None:
    notices = plan_notices(with_weather(provenance, is_synthetic=is_synthetic), {})
    about_weather = [notice for notice in notices if notice["id"].startswith("weather")]
    assert [notice["id"] for notice in about_weather] == ids
    assert all(said in notice["en"] and notice["vi"] != notice["en"] for notice in about_weather)


def implausible(inputs: CapacityInputs) -> dict[str, str]:
    demand = make_demand()
    accounts = compute_accounts(inputs, demand, make_plan(inputs, demand))
    notices = plan_notices(inputs, {}, accounts)
    return {n["id"]: n["en"] for n in notices if n["id"] in ("kw_per_gpu", "capital_per_mw")}


def of_price(factor: float) -> CapacityInputs:
    """Capital of halls and plant times a factor: 1 is 5.1 million USD per MW that three shells and a hall can hold."""
    hardware = make_hardware()
    halls = [hall.model_copy(update={"capex_vnd": hall.capex_vnd * factor}) for hall in hardware.halls]
    plant = [unit.model_copy(update={"capex_vnd": unit.capex_vnd * factor}) for unit in hardware.plant]
    return make_inputs(hardware=hardware.model_copy(update={"halls": tuple(halls), "plant": tuple(plant)}))


def of_gpu_power(kilowatt: float) -> CapacityInputs:
    hardware = make_hardware()
    skus = [s.model_copy(update={"peak_kw": kilowatt}) if s.kind == "gpu" else s for s in hardware.skus]
    return make_inputs(hardware=hardware.model_copy(update={"skus": tuple(skus)}))


def test_gpus_and_capital_outside_what_others_publish_are_told_with_figure_and_range() -> None:
    low = implausible(of_gpu_power(5.0))["kw_per_gpu"]
    assert "1.6–2.8 kW" in low
    assert "of facility power per GPU in 2028" in low
    assert "kw_per_gpu" not in implausible(of_gpu_power(14.0))
    assert "kw_per_gpu" in implausible(of_gpu_power(30.0))
    assert "capital_per_mw" not in implausible(of_price(1.2))
    assert (
        "cost 10.06 million USD per MW of IT that the new halls can hold"
        in implausible(of_price(2.0))["capital_per_mw"]
    )
    assert "5.5–8.4 are published" in implausible(of_price(0.5))["capital_per_mw"]


def test_halls_that_are_not_full_do_not_raise_the_capital_per_mw() -> None:
    inputs, demand = make_inputs(), make_demand()
    accounts = compute_accounts(inputs, demand, make_plan(inputs, demand))
    emptier = tuple(dataclasses.replace(row, critical_it_kw=row.critical_it_kw / 10) for row in accounts.facility_years)
    fresh = dataclasses.replace(accounts, facility_years=emptier)
    assert capital_musd_per_mw(inputs, fresh) == capital_musd_per_mw(inputs, accounts)


def test_kw_per_gpu_and_capital_per_mw_by_hand() -> None:
    inputs, demand = make_inputs(), make_demand(make_gpu_pool())
    plan = make_plan(inputs, demand)
    accounts = compute_accounts(inputs, demand, plan)
    row = next(r for r in accounts.facility_years if (r.hall, r.year) == ("chilled", 2028))
    gpus = 8 * row.placed["gpu"]
    share = row.placed["gpu"] * inputs.sku("gpu").peak_kw * (1 + inputs.sku("gpu").fabric_power_fraction)
    year, kilowatt = facility_kw_per_gpu(inputs, accounts) or (0, 0.0)
    assert year == 2028
    assert kilowatt == pytest.approx(row.peak_facility_kw * share / row.critical_it_kw / gpus)
    capital = sum(o.capex_vnd for o in accounts.orders if o.category in ("hall", "grid"))
    most = max(
        sum(
            r.modules * inputs.hall(r.hall).it_kw
            for r in accounts.facility_years
            if (r.year, r.hall != "room") == (year, True)
        )
        for year in accounts.years
    )
    assert capital_musd_per_mw(inputs, accounts) == pytest.approx(capital / 26_400 / 1e6 / (most / 1000))


def test_a_plan_says_which_rents_of_the_past_are_not_recorded() -> None:
    """2026 had begun on 15 January: programmes without a contract in it are named, those with one are not."""
    programmes = tuple(make_programme(name, name_en=f"Platform {name}") for name in ("one", "two"))
    inputs = make_inputs(services=make_services(programmes=programmes))

    def said(**clouds: object) -> list[str]:
        given = dataclasses.replace(inputs, clouds=make_clouds(**clouds))
        return [notice["en"] for notice in plan_notices(given, {}) if notice["id"] == "contracts"]

    (both,) = said()
    assert both.startswith("The years 2026 had begun on 15 Jan 2026")
    assert "Platform one; Platform two" in both
    (other,) = said(contracts=(make_contract("one"),))
    assert "Platform one" not in other
    assert "Platform two" in other
    assert said(contracts=(make_contract("one"), make_contract("two"))) == []


def test_weather_of_another_place_is_told_with_its_distance() -> None:
    inputs = make_inputs()
    site = inputs.sites.sites[0]
    near = dataclasses.replace(make_weather(site.id), latitude_deg=site.latitude_deg + 0.2)
    far = dataclasses.replace(make_weather(site.id), latitude_deg=site.latitude_deg + 0.3)

    def told(weather: WeatherYear) -> list[dict[str, str]]:
        changed = dataclasses.replace(inputs, weather=MappingProxyType({**inputs.weather, site.id: weather}))
        return [notice for notice in plan_notices(changed, {}) if notice["id"] == "weather_far"]

    assert told(near) == []
    (notice,) = told(far)
    assert f"more than 25 km away: {site.name_en} (33 km)" in notice["en"]
    assert f"hơn 25 km: {site.name_vi} (33 km)" in notice["vi"]
