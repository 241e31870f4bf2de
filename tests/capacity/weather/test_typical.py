"""Typical years: the month nearest to all is taken, whatever the order and number of the years."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.weather.series import Hours, hours_of, month_of_hours
from capacity.weather.typical import joined_months, typical_months

Years = dict[int, dict[str, Hours]]


def year_of(year: int, level: float, spread: float = 1.0) -> dict[str, Hours]:
    """A year of which every quantity's daily mean runs evenly from level to level + spread in every month."""
    values = np.empty(hours_of(year))
    for month in range(12):
        inside = month_of_hours(year) == month
        days = int(inside.sum()) // 24
        values[inside] = np.repeat(level + spread * np.arange(days) / days, 24)
    names = ("ghi_w_m2", "dni_w_m2", "dhi_w_m2", "temp_air_c", "relative_humidity_pct", "wind_speed_m_s")
    return dict.fromkeys(names, values)


def test_the_year_in_the_middle_is_the_typical_one() -> None:
    years = {2001: year_of(2001, 1.0), 2002: year_of(2002, 5.0), 2003: year_of(2003, 3.0)}
    assert typical_months(years) == (2003,) * 12


def test_each_month_is_chosen_for_itself() -> None:
    years = {year: year_of(year, level) for year, level in ((2001, 1.0), (2002, 3.0), (2003, 5.0))}
    january = month_of_hours(2001) == 0
    for year, level in ((2001, 3.0), (2002, 1.0)):
        for name in years[year]:
            values = years[year][name].copy()
            values[january] += level - (1.0 if year == 2001 else 3.0)
            years[year][name] = values
    assert typical_months(years) == (2001, *(2002,) * 11)


def test_equals_take_the_earliest() -> None:
    years = {year: year_of(year, 2.0) for year in (2003, 2001, 2002)}
    assert set(typical_months(years)) == {2001}


def test_wind_and_sun_weigh_more_than_temperature() -> None:
    years = {2001: year_of(2001, 1.0), 2002: year_of(2002, 3.0), 2003: year_of(2003, 5.0)}
    years[2001]["temp_air_c"], years[2002]["temp_air_c"] = years[2002]["temp_air_c"], years[2001]["temp_air_c"]
    assert typical_months(years) == (2002,) * 12


@settings(max_examples=15, deadline=None)
@given(st.permutations([2004, 2001, 2008, 2010]), st.lists(st.floats(0, 9), min_size=4, max_size=4))
def test_the_order_of_the_years_does_not_matter(order: list[int], levels: list[float]) -> None:
    by_year = {year: year_of(year, level) for year, level in zip(sorted(order), levels, strict=True)}
    assert typical_months({year: by_year[year] for year in order}) == typical_months(by_year)


def test_joined_months_leave_out_the_leap_day() -> None:
    years = {2003: year_of(2003, 1.0), 2004: year_of(2004, 7.0)}
    joined = joined_months(years, (2003, 2004, *(2003,) * 10))["ghi_w_m2"]
    assert joined.size == 8760
    leap = years[2004]["ghi_w_m2"]
    assert np.array_equal(joined[31 * 24 : 59 * 24], leap[31 * 24 : 59 * 24])
    assert np.array_equal(joined[59 * 24 :], years[2003]["ghi_w_m2"][59 * 24 :])
    assert "pressure_hpa" not in joined_months(years, (2003,) * 12)
