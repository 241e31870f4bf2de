"""Scenarios that are drawn: the same for the same seed, each within its distribution, and what they change."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from capacity.demand import compute_demand
from orchestrator.draws import Case, DrawError, drawn_cases, scenarios_named, with_demand
from orchestrator.province import Province, load_scenarios
from orchestrator.province.uncertain import (
    Spread,
    UncertainDelay,
    UncertainDemand,
    UncertainFigure,
    UncertainPrice,
    UncertainScenario,
    UncertainWeather,
)
from orchestrator.translate import to_capacity_inputs
from tests.broken.folders import template, write_folder

NAMES = {"name_vi": "Bất định", "name_en": "Uncertain", "source": "assumption: a test"}
WIDE = Spread(low=0.5, mode=1.0, high=2.0)


@pytest.fixture(scope="module")
def provinces(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Province]:
    """The template's folder in its scenarios."""
    folder = write_folder(tmp_path_factory.mktemp("province"), template())
    return load_scenarios(folder, ("base", "tariff-production"))


def drawn(provinces: dict[str, Province], *uncertain: Any, count: int = 4, seed: int = 1) -> list[Case]:
    known = {name: replace(province, uncertain=uncertain) for name, province in provinces.items()}
    return drawn_cases(known, count, seed)


def demand_of(programme: str | None = None) -> UncertainDemand:
    return UncertainDemand(id="demand", kind="demand", programme=programme, factor=WIDE, **NAMES)


def test_the_same_seed_draws_the_same_and_another_does_not(provinces: dict[str, Province]) -> None:
    first, again, other = (drawn(provinces, demand_of(), seed=seed) for seed in (1, 1, 2))
    assert [case.values for case in first] == [case.values for case in again]
    assert [case.inputs.digest for case in first] == [case.inputs.digest for case in again]
    assert [case.values for case in first] != [case.values for case in other]
    assert len({case.inputs.digest for case in (*first, *other)}) == 8


def test_what_is_drawn_does_not_depend_on_what_else_is(provinces: dict[str, Province]) -> None:
    price = UncertainPrice(id="price", kind="price", of="server", factor=WIDE, **NAMES)
    alone = [case.values["demand"] for case in drawn(provinces, demand_of())]
    assert [case.values["demand"] for case in drawn(provinces, price, demand_of())] == alone


def test_draws_fill_the_distribution_evenly(provinces: dict[str, Province]) -> None:
    """One of ten in each tenth of the triangular distribution, whose quantiles are known."""
    values = sorted(float(case.values["demand"]) for case in drawn(provinces, demand_of(), count=10))

    def share(value: float) -> float:
        below = (value - 0.5) ** 2 / (1.5 * 0.5)
        return below if value < 1 else 1 - (2 - value) ** 2 / (1.5 * 1.0)

    assert [int(10 * share(value)) for value in values] == list(range(10))
    assert all(0.5 <= value <= 2.0 for value in values)


def test_probabilities_of_values_are_kept(provinces: dict[str, Province]) -> None:
    late = UncertainDelay(id="late", kind="grid_step_delay", values=(0, 1, 2), probabilities=(0.5, 0.3, 0.2), **NAMES)
    cases = drawn(provinces, late, count=10)
    assert Counter(case.values["late"] for case in cases) == {0: 5, 1: 3, 2: 2}
    assert sum(case.probability for case in cases) == pytest.approx(1.0)
    for case in cases:
        steps = [step for site in case.inputs.sites.sites for step in site.grid.steps]
        assert steps
        assert {step.delay_years for step in steps} == {case.values["late"]}


def test_demand_of_a_programme_grows_and_needs_still_sum_to_their_pools(provinces: dict[str, Province]) -> None:
    base = compute_demand(to_capacity_inputs(provinces["base"]))
    programme = next(need.programme for need in base.needs if need.year == base.years[-1] and need.amount > 0)
    for case in drawn(provinces, demand_of(programme)):
        factor = float(case.values["demand"])
        for before, after in zip(base.needs, case.demand.needs, strict=True):
            grown = before.programme == programme and not case.inputs.settings.begun(before.year)
            assert after.amount == pytest.approx(before.amount * (factor if grown else 1.0))
        for pool in case.demand.pools:
            for resource, amounts in pool.amounts.items():
                for year, amount in zip(case.demand.years, amounts, strict=True):
                    needs = [
                        need.amount
                        for need in case.demand.needs
                        if (need.pool, need.year, need.resource) == (pool.id, year, resource)
                    ]
                    assert amount == pytest.approx(sum(needs))


def test_years_that_have_begun_and_rooms_are_known(provinces: dict[str, Province]) -> None:
    base = compute_demand(to_capacity_inputs(provinces["base"]))
    assert with_demand(base, None, 2.0, ()) == base
    rooms = {pool.id for pool in base.pools if pool.in_room}
    doubled = with_demand(base, None, 2.0, base.years)
    for before, after in zip(base.needs, doubled.needs, strict=True):
        assert after.amount == before.amount * (1 if before.pool in rooms else 2)


@pytest.mark.parametrize(
    ("of", "price"),
    [
        ("grid", lambda inputs: [tariff.peak_vnd_per_kwh for tariff in inputs.energy.tariffs]),
        ("rent", lambda inputs: [price.price_vnd for price in inputs.clouds.prices]),
        ("server", lambda inputs: [sku.price_vnd for sku in inputs.hardware.skus]),
        ("hall", lambda inputs: [hall.capex_vnd for hall in inputs.hardware.halls]),
        ("energy_asset", lambda inputs: [inputs.energy.battery.capex_vnd_per_mw]),
        ("diesel", lambda inputs: [inputs.energy.diesel_vnd_per_litre]),
    ],
)
def test_prices_of_a_kind_are_times_the_factor(provinces: dict[str, Province], of: Any, price: Any) -> None:
    base = to_capacity_inputs(provinces["base"])
    uncertain = UncertainPrice(id="price", kind="price", of=of, factor=WIDE, **NAMES)
    for case in drawn(provinces, uncertain, count=2):
        factor = float(case.values["price"])
        assert price(case.inputs) == pytest.approx([factor * value for value in price(base)])


def test_a_figure_is_held_against_the_rules_of_the_folder(provinces: dict[str, Province]) -> None:
    path = "energy.battery.capex_vnd_per_mwh"
    figure = UncertainFigure(id="battery", kind="figure", path=path, factor=WIDE, **NAMES)
    base = to_capacity_inputs(provinces["base"])
    assert base.energy.battery is not None
    for case in drawn(provinces, figure, count=2):
        assert case.inputs.energy.battery is not None
        wanted = float(case.values["battery"]) * base.energy.battery.capex_vnd_per_mwh
        assert case.inputs.energy.battery.capex_vnd_per_mwh == pytest.approx(wanted)
    efficiency = figure.model_copy(
        update={"path": "energy.battery.charge_efficiency", "factor": Spread(low=1.5, mode=1.5, high=1.5)}
    )
    with pytest.raises(DrawError, match=r"charge_efficiency x 1\.5"):
        drawn(provinces, efficiency)


def test_one_of_the_scenarios_is_drawn(provinces: dict[str, Province]) -> None:
    either = UncertainScenario(
        id="tariff", kind="scenario", values=("base", "tariff-production"), probabilities=(0.5, 0.5), **NAMES
    )
    assert scenarios_named((either,)) == ["base", "tariff-production"]
    cases = drawn(provinces, either)
    classes = {case.values["tariff"]: case.inputs.energy.tariff_class for case in cases}
    assert classes == {"base": "business", "tariff-production": "production"}
    assert Counter(case.values["tariff"] for case in cases) == {"base": 2, "tariff-production": 2}


@cache
def weather_cases(folder: Path) -> list[Case]:
    known = load_scenarios(folder, ("base",))
    weather = UncertainWeather(
        id="weather",
        kind="weather",
        sun=Spread(low=0.9, mode=0.9, high=0.9),
        wind=Spread(low=1.1, mode=1.1, high=1.1),
        **NAMES,
    )
    return drawn(known, weather, count=2)


@pytest.mark.slow
def test_weather_years_differ_and_have_the_factors_on_their_capacity(
    provinces: dict[str, Province], tmp_path: Path
) -> None:
    from capacity.weather import pv_capacity_factor, wind_capacity_factor

    base = to_capacity_inputs(provinces["base"])
    one, other = weather_cases(write_folder(tmp_path, template()))
    for site, year in base.weather.items():
        drawn_year = one.inputs.weather[site]
        assert drawn_year.site_id == year.site_id
        assert not (drawn_year.wind_speed_m_s == other.inputs.weather[site].wind_speed_m_s).all()
        assert pv_capacity_factor(drawn_year).mean() == pytest.approx(0.9 * pv_capacity_factor(year).mean(), rel=0.02)
        wind = wind_capacity_factor(year).mean()
        assert wind_capacity_factor(drawn_year).mean() == pytest.approx(1.1 * wind, rel=0.02)


def test_weather_that_no_model_made_is_told(provinces: dict[str, Province]) -> None:
    measured = {
        site: replace(year, provenance={}, is_synthetic=False) for site, year in provinces["base"].weather.items()
    }
    known = {"base": replace(provinces["base"], weather=measured)}
    weather = UncertainWeather(id="weather", kind="weather", sun=WIDE, wind=WIDE, **NAMES)
    with pytest.raises(DrawError, match="kind: scenario"):
        drawn(known, weather)


def test_a_folder_without_anything_uncertain_is_told(provinces: dict[str, Province]) -> None:
    with pytest.raises(DrawError, match="nothing to draw from"):
        drawn(provinces)


def test_a_figure_that_a_drawn_scenario_takes_away_is_told(provinces: dict[str, Province]) -> None:
    figure = UncertainFigure(
        id="coal", kind="figure", path="energy.generation[coal].capex_vnd_per_mw", factor=WIDE, **NAMES
    )
    with pytest.raises(DrawError, match=r"generation\[coal\].*\(base\)"):
        drawn(provinces, figure)
