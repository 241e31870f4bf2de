"""Carbon by location and by market side by side: the error band, and the estimated factor of every hour."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from capacity.accounts import Accounts, ProvinceYear, compute_accounts, site_series
from capacity.hourly import hourly_emission_factor
from capacity.inputs import CapacityInputs
from capacity.inputs.energy import HourlyGridCarbon
from tests.factories import make_demand, make_energy, make_hourly_grid_carbon, make_inputs, make_plan


def with_error(error: float | None, estimate: HourlyGridCarbon | None) -> CapacityInputs:
    (factor,) = make_energy().emission_factors
    factors = (factor.model_copy(update={"uncertainty_fraction": error}),)
    return make_inputs(energy=make_energy(emission_factors=factors, hourly_grid_carbon=estimate))


def accounts_of(inputs: CapacityInputs) -> Accounts:
    demand = make_demand()
    return compute_accounts(inputs, demand, make_plan(inputs, demand))


def province(accounts: Accounts, year: int = 2028) -> ProvinceYear:
    return next(row for row in accounts.province_years if (row.year, row.scope) == (year, "all"))


@pytest.mark.parametrize("year", [2027, 2028])
def test_hours_have_the_mean_of_the_year_and_the_proportions_of_the_estimate(year: int) -> None:
    factor = hourly_emission_factor(make_energy(hourly_grid_carbon=make_hourly_grid_carbon()), year)
    assert factor is not None
    assert factor.mean() == pytest.approx(0.6592)
    by_day = factor.reshape(-1, 24)
    np.testing.assert_allclose(by_day[:, 12] / by_day[:, 0], 0.5)
    first_of_june = 151 + (year == 2028)
    assert by_day[first_of_june, 0] / by_day[first_of_june - 1, 0] == pytest.approx(0.75)
    assert by_day[-1, 0] == by_day[0, 0], "December is as January"


def test_the_band_is_of_the_grid_and_not_of_the_tests_of_gensets() -> None:
    accounts = accounts_of(with_error(0.1, None))
    row = province(accounts)
    tests = sum(site.genset_test_tco2 for site in accounts.site_years if site.year == 2028)
    assert tests > 0
    assert row.tco2_location_low == pytest.approx(0.9 * 0.6592 * row.grid_mwh + tests)
    assert row.tco2_location_high == pytest.approx(1.1 * 0.6592 * row.grid_mwh + tests)
    paid = row.grid_mwh - row.dppa_matched_mwh
    assert row.tco2_market_low == pytest.approx(0.9 * 0.6592 * paid + tests)
    assert row.tco2_market_high == pytest.approx(1.1 * 0.6592 * paid + tests)
    assert row.tco2_market < row.tco2_location


def test_what_is_not_known_is_missing_and_not_zero() -> None:
    row = province(accounts_of(with_error(None, None)))
    assert (row.tco2_location_low, row.tco2_location_high, row.tco2_market_low, row.tco2_market_high) == (None,) * 4
    assert row.tco2_location_hourly is None


def test_the_hourly_figure_counts_every_hour_by_its_own_factor() -> None:
    inputs = with_error(None, make_hourly_grid_carbon())
    demand = make_demand()
    plan = make_plan(inputs, demand)
    accounts = compute_accounts(inputs, demand, plan)
    expected = 0.0
    factor = hourly_emission_factor(inputs.energy, 2028)
    assert factor is not None
    for site in (row for row in accounts.site_years if row.year == 2028):
        grid = site_series(inputs, demand, plan, site.site, 2028).grid_mw
        own = float(np.sum(grid * factor)) + site.genset_test_tco2
        assert site.tco2_location_hourly == pytest.approx(own)
        expected += own
    assert province(accounts).tco2_location_hourly == pytest.approx(expected)
    assert province(accounts).tco2_location_hourly != pytest.approx(province(accounts).tco2_location, rel=1e-3)


def test_every_month_has_one_season() -> None:
    for months in ((12, 1, 2, 3, 4), (12, 1, 2, 3, 4, 5, 6)):
        seasons = [season.model_dump() for season in make_hourly_grid_carbon().seasons]
        seasons[0]["months"] = months
        with pytest.raises(ValidationError, match="every month from 1 to 12"):
            make_hourly_grid_carbon(seasons=seasons)
