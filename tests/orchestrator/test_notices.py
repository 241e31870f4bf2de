"""What a plan says of the weather that it rests on."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType

import pytest

from capacity.inputs import CapacityInputs
from capacity.weather import WeatherYear
from orchestrator.notices import plan_notices
from tests.factories import make_clouds, make_contract, make_inputs, make_programme, make_services, make_weather


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
