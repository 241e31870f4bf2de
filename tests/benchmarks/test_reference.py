"""The reference problems are valid folders with the published loads, whatever the seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from capacity.demand import compute_demand
from capacity.hourly import SiteHours
from capacity.model import build_model
from orchestrator.province import load_province
from orchestrator.translate import to_capacity_inputs
from tests.benchmarks.reference import problem_of
from tests.benchmarks.reference_folder import HALL_KW, write
from tests.benchmarks.reference_weather import PV_MEAN, WIND_MEAN


@pytest.mark.slow
@pytest.mark.parametrize(("name", "seed"), [("cm1", 918), ("cm1", 20), ("cm6-s", 918)])
def test_hours_have_the_published_means(name: str, seed: int, tmp_path: Path) -> None:
    problem = problem_of(name, seed, sites=2, scenarios=2)
    write(problem, tmp_path / "province")
    for scenario in ["base", "s1"][: problem.scenarios]:
        inputs = to_capacity_inputs(load_province(tmp_path / "province", scenario))
        for site in inputs.sites.sites:
            hours = SiteHours(inputs, site, problem.years[0])
            pv, wind = (hours.capacity_factor(technology) for technology in inputs.energy.generation)
            assert pv.mean() == pytest.approx(PV_MEAN, rel=0.005)
            assert wind.mean() == pytest.approx(WIND_MEAN, rel=0.25)
            assert np.corrcoef(wind[:-1], wind[1:])[0, 1] > 0.9
            assert 1.25 <= hours.slope("hall").min() < 1.30
            assert 1.45 < hours.slope("hall").max() <= 1.50 + 1e-9


@pytest.mark.slow
@pytest.mark.parametrize("seed", [918, 4])
def test_demand_is_what_the_servers_of_all_sites_do(seed: int, tmp_path: Path) -> None:
    problem = problem_of("cm6-s", seed, sites=2, scenarios=2)
    write(problem, tmp_path / "province")
    for scenario, name in enumerate(["base", "s1"]):
        demand = compute_demand(to_capacity_inputs(load_province(tmp_path / "province", name)))
        ai, other = problem.servers(scenario)
        needs = {pool.kind: pool.amounts for pool in demand.pools}
        assert needs["gpu"]["gpu_equivalent"] == pytest.approx(ai.sum(axis=0), rel=1e-12)
        assert needs["cpu"]["vcpu"] == pytest.approx(100 * other.sum(axis=0), rel=1e-12)


@pytest.mark.slow
def test_halls_in_modules_hold_the_servers_of_each_site_and_more(tmp_path: Path) -> None:
    """Every site has its own AI and the rest; modules and servers are whole numbers, extra servers for AI alone."""
    problem = problem_of("cm6-halls", 918, sites=2)
    write(problem, tmp_path / "province")
    inputs = to_capacity_inputs(load_province(tmp_path / "province", "base"))
    demand = compute_demand(inputs)
    ai, other = problem.servers()
    for place, site_id in enumerate(problem.site_ids):
        needs = {pool.kind: pool for pool in demand.pools if pool.sites == (site_id,)}
        assert needs["gpu"].amounts["gpu_equivalent"] == pytest.approx(ai[place], rel=1e-12)
        assert needs["cpu"].amounts["vcpu"] == pytest.approx(100 * other[place], rel=1e-12)
        assert inputs.site(site_id).land_m2 // 1000 * HALL_KW >= 2 * 20.0 * (ai + other)[place, -1]
    assert len(demand.pools) == 4
    model = build_model(inputs, demand).frame.model
    orders = {
        key[1:5]: model.integer[column] for key, column in model.matching("build") if key[1] in ("module", "server")
    }
    items = (("module", "hall"), ("server", "ai"), ("server", "other"))
    assert orders == {(kind, site, "hall", item): True for kind, item in items for site in problem.site_ids}
    extras = {key[1:] for key, _ in model.matching("extra")}
    assert extras == {("ai", site, "hall", "ai", year) for site in problem.site_ids for year in problem.years}


def test_seeds_differ_and_repeat() -> None:
    one, again, other = (problem_of("cm1", seed).weather_of(0)["site-1"] for seed in (1, 1, 2))
    assert np.array_equal(one.wind_speed_m_s, again.wind_speed_m_s)
    assert not np.array_equal(one.wind_speed_m_s, other.wind_speed_m_s)
