"""The reference problems are valid folders with the published loads, whatever the seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from capacity.demand import compute_demand
from capacity.hourly import SiteHours
from orchestrator.province import load_province
from orchestrator.translate import to_capacity_inputs
from tests.benchmarks.reference import problem_of
from tests.benchmarks.reference_folder import write
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


def test_seeds_differ_and_repeat() -> None:
    one, again, other = (problem_of("cm1", seed).weather_of(0)["site-1"] for seed in (1, 1, 2))
    assert np.array_equal(one.wind_speed_m_s, again.wind_speed_m_s)
    assert not np.array_equal(one.wind_speed_m_s, other.wind_speed_m_s)
