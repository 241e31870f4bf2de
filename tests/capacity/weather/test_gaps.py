"""Missing hours: what is interpolated, what is too long, and what the sun decides."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity.weather.gaps import Gap, gaps, interpolated, too_long

NAN = np.nan


def test_gaps_are_the_runs_of_missing_hours() -> None:
    missing = np.array([True, False, True, True, False, False, True])
    assert gaps(missing) == [Gap(0, 1), Gap(2, 2), Gap(6, 1)]
    assert gaps(np.zeros(5, dtype=bool)) == []
    assert gaps(np.ones(5, dtype=bool)) == [Gap(0, 5)]


def test_a_gap_as_long_as_allowed_is_not_too_long() -> None:
    missing = np.array([False, True, True, True, False, True, True, True, True])
    assert too_long(missing, 3) == [Gap(5, 4)]
    assert too_long(missing, 0) == [Gap(1, 3), Gap(5, 4)]


@given(st.lists(st.one_of(st.none(), st.floats(-50, 50)), min_size=2, max_size=60))
def test_interpolation_fills_all_and_stays_between_its_neighbours(given_values: list[float | None]) -> None:
    values = np.array([NAN if value is None else value for value in given_values])
    known = np.isfinite(values)
    if not known.any():
        return
    filled = interpolated(values)
    assert np.isfinite(filled).all()
    assert np.array_equal(filled[known], values[known])
    for gap in gaps(~known):
        ends = [values[at] for at in (gap.first - 1, gap.first + gap.hours) if 0 <= at < values.size]
        inside = filled[gap.first : gap.first + gap.hours]
        assert (inside >= min(ends) - 1e-9).all()
        assert (inside <= max(ends) + 1e-9).all()


def test_a_straight_line_is_found_again() -> None:
    values = np.arange(10.0)
    values[[3, 4, 7]] = NAN
    assert interpolated(values) == pytest.approx(np.arange(10.0))


def test_irradiance_follows_the_sun() -> None:
    sun = np.array([0.0, 0.0, 100.0, 800.0, 1000.0, 500.0, 0.0])
    values = 0.6 * sun
    values[[1, 3, 4, 6]] = NAN
    assert interpolated(values, sun) == pytest.approx(0.6 * sun)


def test_night_alone_is_dark() -> None:
    assert interpolated(np.array([NAN, NAN]), np.zeros(2)).tolist() == [0.0, 0.0]
