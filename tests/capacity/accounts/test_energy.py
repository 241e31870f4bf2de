from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity.accounts import Accounts, compute_accounts, site_series
from capacity.accounts.hours import DeferrableWork, from_lowest_start
from capacity.demand.needs import Demand
from capacity.inputs import CapacityInputs
from capacity.plan import Plan
from tests.factories import Sizes, make_demand, make_inputs, make_load_class, make_plan

Example = tuple[CapacityInputs, Demand, Plan]


@pytest.fixture(scope="module")
def example() -> Example:
    inputs, demand = make_inputs(), make_demand()
    return inputs, demand, make_plan(inputs, demand, Sizes(pv_mw=20.0, wind_mw=20.0, dppa_mw=30.0))


@pytest.fixture(scope="module")
def accounts(example: Example) -> Accounts:
    return compute_accounts(*example)


def test_every_hour_balances(example: Example) -> None:
    series = site_series(*example, "khanh-an", 2028)
    produced = sum(series.generation_mw.values())
    used = produced - series.curtailed_mw
    supply = series.grid_mw + used + series.discharge_mw - series.charge_mw
    assert series.load_mw.shape == (8784,)
    assert np.abs(supply - series.load_mw).max() <= 1.1e-6, "whole watts, rounded up"
    assert series.curtailed_mw.max() > 0.4, "noon has more sun and wind than load"
    assert np.all(series.curtailed_mw >= 0)
    np.testing.assert_allclose(series.pv_mw + series.wind_mw, produced)
    np.testing.assert_array_equal(series.pv_mw, series.generation_mw["pv"])


def test_stored_energy_follows_charge_and_discharge(example: Example) -> None:
    series = site_series(*example, "khanh-an", 2027)
    change = np.diff(series.soc_mwh, prepend=series.soc_mwh[-1])
    np.testing.assert_allclose(change, series.charge_mw * 0.95 - series.discharge_mw / 0.95, atol=1e-3)
    assert series.soc_mwh.min() == pytest.approx(0.1 * 6.0)
    assert series.soc_mwh.max() == pytest.approx(0.6 + 2 * 0.95, abs=1e-3)


def test_series_add_up_to_the_year(example: Example, accounts: Accounts) -> None:
    series = site_series(*example, "khanh-an", 2027)
    row = next(r for r in accounts.site_years if (r.site, r.year) == ("khanh-an", 2027))
    assert row.facility_mwh == pytest.approx(series.load_mw.sum())
    assert row.it_mwh == pytest.approx(series.it_mw.sum())
    assert row.grid_mwh == pytest.approx(series.grid_mw.sum())
    assert row.dppa_matched_mwh == pytest.approx(series.dppa_matched_mw.sum())
    assert row.peak_grid_mw == pytest.approx(series.grid_mw.max())
    assert row.charge_mwh == pytest.approx(365 * 2)
    assert row.generation_used_mwh == pytest.approx((series.pv_mw + series.wind_mw - series.curtailed_mw).sum())
    for technology in row.generation:
        assert technology.produced_mwh == pytest.approx(technology.used_mwh + technology.curtailed_mwh)


def test_shares_and_carbon(accounts: Accounts) -> None:
    row = next(r for r in accounts.site_years if (r.site, r.year) == ("khanh-an", 2027))
    assert row.dppa_unmatched_mwh > 0
    assert row.renewable_share == pytest.approx(1 - (row.grid_mwh - row.dppa_generated_mwh) / row.facility_mwh)
    assert row.hourly_carbon_free == pytest.approx(1 - (row.grid_mwh - row.dppa_matched_mwh) / row.facility_mwh)
    assert row.tco2_location == pytest.approx(0.6592 * row.grid_mwh + row.genset_test_tco2)
    assert row.tco2_market == pytest.approx(0.6592 * (row.grid_mwh - row.dppa_matched_mwh) + row.genset_test_tco2)
    assert row.pue == pytest.approx(row.facility_mwh / row.it_mwh)
    assert row.water_m3 == pytest.approx(row.it_mwh)


def test_scope_new_is_the_candidates_and_all_is_everything(accounts: Accounts) -> None:
    new, everything = (
        next(r for r in accounts.province_years if (r.year, r.scope) == (2028, scope)) for scope in ("new", "all")
    )
    rows = [r for r in accounts.site_years if r.year == 2028]
    assert new.facility_mwh == pytest.approx(sum(r.facility_mwh for r in rows if r.candidate))
    assert everything.facility_mwh == pytest.approx(sum(r.facility_mwh for r in rows))
    assert everything.facility_mwh > new.facility_mwh
    empty = next(r for r in accounts.province_years if (r.year, r.scope) == (2026, "new"))
    assert (empty.facility_mwh, empty.pue, empty.renewable_share, empty.hourly_carbon_free) == (0, None, None, None)


def test_carbon_free_hours_are_fractions_of_the_candidates_load(example: Example, accounts: Accounts) -> None:
    assert set(accounts.carbon_free_hours) == {2027, 2028}
    series = site_series(*example, "khanh-an", 2028)
    free = accounts.carbon_free_hours[2028]
    expected = 1 - (series.grid_mw - series.dppa_matched_mw) / series.load_mw
    without_battery = (series.charge_mw == 0) & (series.discharge_mw == 0)
    np.testing.assert_allclose(free[without_battery], np.clip(expected, 0, 1)[without_battery])
    charging, discharging = series.charge_mw > 0, series.discharge_mw > 0
    assert np.all(free[charging] > expected[charging]), "what charges the battery is not consumed in the hour"
    assert np.all(free[discharging] < expected[discharging]), "what was bought for the battery is not clean later"
    assert free[12] == pytest.approx(1)
    assert 0 < free[0] < 1


def test_load_is_fixed_losses_and_slope_of_it(example: Example) -> None:
    series = site_series(*example, "phong-may", 2027)
    heat = 1 + 0.02 + 0.05 - 0.01
    slope = heat * (1 + 1 / 5) + 0.05
    np.testing.assert_allclose(series.load_mw, 0.005 + slope * series.it_mw)
    servers, idle = 200 / 128 * 1.1, 100 / 500 * 1.1
    night, office = servers * (0.2 + 0.6 * 0.3) + idle * (0.6 + 0.2 * 0.3), servers * (0.2 + 0.6 * 0.9)
    friday = slice(0, 24)
    assert 1000 * series.it_mw[friday][0] == pytest.approx(night)
    assert 1000 * series.it_mw[friday][9] == pytest.approx(office + idle * (0.6 + 0.2 * 0.9))


def test_deferring_moves_work_and_keeps_its_sum(example: Example) -> None:
    inputs, demand, plan = example
    at_once = make_plan(inputs, demand, Sizes(pv_mw=20.0, wind_mw=20.0, dppa_mw=30.0, defer_hours=0))
    later = site_series(inputs, demand, plan, "khanh-an", 2027)
    now = site_series(inputs, demand, at_once, "khanh-an", 2027)
    assert later.it_mw.sum() == pytest.approx(now.it_mw.sum())
    assert np.abs(later.it_mw - now.it_mw).max() > 0.001


@given(
    arrivals=st.lists(st.floats(0, 10), min_size=8, max_size=30).map(np.array),
    window=st.integers(1, 8),
)
def test_allowed_backlog_is_the_arrivals_of_the_window(arrivals: np.ndarray, window: int) -> None:
    load_class = make_load_class("batch", interactive=False, deferrable_fraction=0.5, deferrable_hours=window)
    work = DeferrableWork(load_class, "chilled", 1.0, arrivals, arrivals, arrivals)
    count = arrivals.size
    expected = [sum(arrivals[(t - back) % count] for back in range(window)) for t in range(count)]
    np.testing.assert_allclose(work.allowed_backlog_kwh, expected, atol=1e-9)
    np.testing.assert_allclose(work.backlog_kwh, 0)


@given(change=st.lists(st.floats(-10, 10), min_size=1, max_size=50).map(np.array), least=st.floats(0, 10))
def test_lowest_start_just_keeps_the_least(change: np.ndarray, least: float) -> None:
    start, level = from_lowest_start(change, least)
    assert min(start, float(level.min())) == pytest.approx(least)
    np.testing.assert_allclose(np.diff(level, prepend=start), change, atol=1e-9)


def test_order_of_sites_and_loads_does_not_matter(example: Example, accounts: Accounts) -> None:
    inputs, demand, plan = example
    sites = inputs.sites.model_copy(update={"sites": inputs.sites.sites[::-1]})
    turned = replace(plan, builds=plan.builds[::-1], placements=plan.placements[::-1], dispatches=plan.dispatches[::-1])
    again = compute_accounts(replace(inputs, sites=sites), Demand(demand.years, (), demand.pools[::-1]), turned)
    assert again.objective_vnd == pytest.approx(accounts.objective_vnd, rel=1e-12)
    assert {(r.site, r.year): r.modules for r in again.site_years} == {
        (r.site, r.year): r.modules for r in accounts.site_years
    }
