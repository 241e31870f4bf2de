"""Fewer scenarios that stand for many: probabilities are kept, and so is the worst."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity.reduction import Features, features_of, reduced, worst_for_capacity
from tests.factories import make_demand, make_inputs


def drawn(seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    stream = np.random.default_rng(seed)
    weights = stream.uniform(0.1, 1.0, count)
    return stream.normal(0.0, [1.0, 50.0, 1e9], (count, 3)), weights / weights.sum()


@given(st.integers(0, 500), st.integers(2, 12), st.integers(1, 12), st.data())
def test_probabilities_keep_their_sum_and_go_to_the_nearest(
    seed: int, count: int, keep: int, data: st.DataObject
) -> None:
    values, weights = drawn(seed, count)
    always = set(data.draw(st.lists(st.integers(0, count - 1), max_size=2)))
    found = reduced(values, weights, keep, always)
    assert always <= set(found.kept)
    assert len(found.kept) == min(count, max(keep, len(always)))
    assert sum(found.probabilities) == pytest.approx(1.0)
    standard = values / values.std(axis=0)
    for index, owner in enumerate(found.stands_for):
        distances = np.linalg.norm(standard[list(found.kept)] - standard[index], axis=1)
        assert distances[owner] == pytest.approx(distances.min())
    for place, kept in enumerate(found.kept):
        assert found.probabilities[place] >= weights[kept]


def test_one_of_each_cluster_is_kept() -> None:
    """Three clouds of four, far apart: three scenarios stand for a third each, and no other three are nearer."""
    stream = np.random.default_rng(3)
    values = np.repeat([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]], 4, axis=0) + stream.normal(0.0, 0.1, (12, 2))
    weights = np.full(12, 1 / 12)
    found = reduced(values, weights, 3, ())
    assert sorted(kept // 4 for kept in found.kept) == [0, 1, 2]
    assert found.probabilities == pytest.approx([1 / 3] * 3)
    standard = values / values.std(axis=0)

    def left(kept: tuple[int, ...]) -> float:
        return float(np.linalg.norm(standard[:, None] - standard[None, list(kept)], axis=2).min(axis=1).mean())

    assert left(found.kept) <= 1.5 * min(left(kept) for kept in combinations(range(12), 3))


def test_the_largest_load_the_calmest_week_and_the_latest_grid_are_the_worst() -> None:
    drawn_ones = ((3.0, 0.5, 0.0), (9.0, 0.6, 0.0), (5.0, 0.1, 0.0), (4.0, 0.5, 2.0), (4.5, 0.5, 2.0))
    features = [Features((0.0,), load, calm, late) for load, calm, late in drawn_ones]
    assert worst_for_capacity(features) == {1, 2, 4}
    assert worst_for_capacity(features[:3]) == {1, 2}, "where none is late, no other is kept for it"


def test_features_tell_demand_prices_delays_and_weather_apart() -> None:
    inputs, demand = make_inputs(), make_demand()
    plain = features_of(inputs, demand)
    dearer = inputs.hardware.model_copy(
        update={"skus": tuple(s.model_copy(update={"price_vnd": 2 * s.price_vnd}) for s in inputs.hardware.skus)}
    )
    more = replace(
        demand,
        pools=tuple(
            replace(p, amounts={r: tuple(2 * v for v in values) for r, values in p.amounts.items()})
            for p in demand.pools
        ),
    )
    calm = {
        site: replace(year, wind_speed_m_s=np.zeros(year.hours), ghi_w_m2=year.ghi_w_m2 * 0.5)
        for site, year in inputs.weather.items()
    }
    assert features_of(inputs, demand) == plain
    assert features_of(replace(inputs, hardware=dearer), demand).values != plain.values
    assert features_of(inputs, more).load_mw > plain.load_mw
    assert features_of(replace(inputs, weather=calm), demand).calm < plain.calm
