from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity.accounts.timing import (
    annuity_factor,
    discount_factor,
    earliest_service,
    latest_order,
    payment_year,
    salvage_fraction,
    serves,
    stands,
    vat_factor,
)
from capacity.inputs.settings import Vat
from tests.factories import make_settings


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        (0, dt.date(2028, 1, 1)),
        (1, dt.date(2027, 12, 1)),
        (11, dt.date(2027, 2, 1)),
        (12, dt.date(2027, 1, 1)),
        (12.5, dt.date(2026, 12, 1)),
        (25, dt.date(2025, 12, 1)),
    ],
)
def test_latest_order_is_the_lead_time_before_new_year(months: float, expected: dt.date) -> None:
    assert latest_order(2028, months) == expected


@given(year=st.integers(2020, 2040), months=st.integers(0, 120))
def test_lead_time_added_to_the_latest_order_is_new_year(year: int, months: int) -> None:
    order = latest_order(year, months)
    assert order.day == 1
    assert (year - order.year) * 12 + 1 - order.month == months


def test_earliest_service_keeps_as_of_and_the_horizon() -> None:
    settings = make_settings()
    assert earliest_service(settings, 0) == 2027, "an order of 15 January 2026 is too late for 1 January 2026"
    assert earliest_service(settings, 11) == 2027
    assert earliest_service(settings, 12) == 2028
    assert earliest_service(make_settings(as_of=dt.date(2020, 1, 1)), 11) == 2026


def test_service_lasts_whole_years_of_the_lifetime() -> None:
    assert [year for year in range(2025, 2035) if serves(2027, year, 3.9)] == [2027, 2028, 2029]
    assert [year for year in range(2025, 2028) if serves(2026, year, 1.0)] == [2026]


def test_existing_things_stand_for_whole_years() -> None:
    assert stands(dt.date(2026, 1, 1), None, 2026)
    assert not stands(dt.date(2026, 1, 2), None, 2026)
    assert stands(dt.date(2020, 1, 1), dt.date(2027, 1, 1), 2026)
    assert not stands(dt.date(2020, 1, 1), dt.date(2026, 12, 31), 2026)


def test_money_of_years() -> None:
    settings = make_settings()
    assert discount_factor(settings, 2026) == 1
    assert discount_factor(settings, 2028) == pytest.approx(1 / 1.08**2)
    assert discount_factor(settings, 2025) == pytest.approx(1.08)
    assert vat_factor(settings, "state", 2027) == pytest.approx(1.1)
    assert vat_factor(settings, "state", 2027, 0.05) == pytest.approx(1.05)
    assert vat_factor(settings, "enterprise", 2027) == 1
    assert payment_year(settings, dt.date(2025, 6, 1)) == 2026
    assert payment_year(settings, dt.date(2027, 6, 1)) == 2027


def test_a_rate_holds_until_the_next_listed_year() -> None:
    vat = Vat(rate_by_year={2027: 0.10, 2025: 0.08}, is_cost_to=("state",), source="assumption: a test")
    assert [vat.rate(year) for year in (2024, 2025, 2026, 2027, 2030)] == [0.08, 0.08, 0.08, 0.10, 0.10]


def test_salvage_is_straight_line_from_service_to_the_end_of_the_horizon() -> None:
    settings = make_settings()
    assert salvage_fraction(settings, 2027, 20) == pytest.approx(18 / 20)
    assert salvage_fraction(settings, 2027, 2) == 0
    assert salvage_fraction(settings, 2026, 2.5) == 0


@given(rate=st.floats(0, 0.3), life=st.integers(1, 40))
def test_annuity_repays_one_over_the_lifetime(rate: float, life: int) -> None:
    yearly = annuity_factor(rate, life)
    repaid = sum(yearly / (1 + rate) ** year for year in range(1, life + 1))
    assert repaid == pytest.approx(1, rel=1e-6)
