"""Dates and present values, by hand and against the accounts' own code."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity.accounts import timing
from capacity.model import timeline
from tests.factories import make_settings

LEADS = st.one_of(st.integers(0, 60), st.floats(0, 60))
LIVES = st.floats(0.5, 40)
YEARS = st.integers(2025, 2032)


@pytest.mark.parametrize(
    ("lead_months", "latest"),
    [
        (0, dt.date(2027, 1, 1)),
        (1, dt.date(2026, 12, 1)),
        (8.5, dt.date(2026, 4, 1)),
        (11, dt.date(2026, 2, 1)),
        (12, dt.date(2026, 1, 1)),
        (13, dt.date(2025, 12, 1)),
        (24, dt.date(2025, 1, 1)),
    ],
)
def test_an_order_precedes_service_by_the_lead_time_in_whole_months(lead_months: float, latest: dt.date) -> None:
    assert timeline.order_by(2027, lead_months) == latest


@pytest.mark.parametrize(
    ("as_of", "lead_months", "first"),
    [
        (dt.date(2026, 1, 1), 0, 2026),
        (dt.date(2026, 1, 2), 0, 2027),
        (dt.date(2026, 1, 1), 12, 2027),
        (dt.date(2026, 1, 15), 11, 2027),
        (dt.date(2026, 2, 1), 11, 2027),
        (dt.date(2026, 2, 2), 11, 2028),
        (dt.date(2026, 11, 24), 1, 2027),
        (dt.date(2026, 11, 24), 18, 2029),
    ],
)
def test_the_first_year_of_service_follows_as_of(as_of: dt.date, lead_months: float, first: int) -> None:
    assert timeline.first_service_year(make_settings(as_of=as_of), lead_months) == first


def test_capital_is_paid_in_the_year_of_its_order_but_never_before_as_of() -> None:
    settings = make_settings(as_of=dt.date(2026, 1, 15))
    assert timeline.order_year(settings, 2027, 11) == 2026
    assert timeline.order_year(settings, 2028, 0) == 2028
    assert timeline.order_year(settings, 2027, 36) == 2026


@pytest.mark.parametrize(
    ("year", "lead_months", "lifetime_years", "factor"),
    [
        (2027, 11, 20, 1 - (1 - 2 / 20) / 1.08**3),  # paid in 2026, two of twenty years used at the end of 2028
        (2028, 11, 20, 1 / 1.08 - (1 - 1 / 20) / 1.08**3),
        (2027, 0, 2, 1 / 1.08),  # used up at the end of the horizon
        (2027, 0, 1, 1 / 1.08),  # used up before it
        (2028, 4, 2.5, 1 / 1.08 - (1 - 1 / 2.5) / 1.08**3),
    ],
)
def test_present_value_is_what_is_paid_less_straight_line_salvage(
    year: int, lead_months: float, lifetime_years: float, factor: float
) -> None:
    settings = make_settings(discount_rate=0.08, price_year=2026)
    assert timeline.present_value_factor(settings, year, lead_months, lifetime_years) == pytest.approx(factor)


def test_a_thing_serves_the_whole_years_of_its_life() -> None:
    assert [year for year in range(2025, 2032) if timeline.serves(2027, year, 2.9)] == [2027, 2028]
    assert not timeline.serves(2027, 2027, 0.5)


@pytest.mark.parametrize(
    ("since", "until", "stands"),
    [
        (dt.date(2027, 1, 1), None, True),
        (dt.date(2027, 1, 2), None, False),
        (dt.date(2020, 1, 1), dt.date(2028, 1, 1), True),
        (dt.date(2020, 1, 1), dt.date(2027, 12, 31), False),
    ],
)
def test_what_exists_serves_a_year_from_its_first_day_to_its_last(
    since: dt.date, until: dt.date | None, stands: bool
) -> None:
    assert timeline.stands(since, until, 2027) is stands


def test_vat_is_a_cost_to_the_state_only() -> None:
    settings = make_settings()
    assert timeline.vat_factor(settings, "state", 2027) == pytest.approx(1.1)
    assert timeline.vat_factor(settings, "state", 2027, 0.05) == pytest.approx(1.05)
    assert timeline.vat_factor(settings, "enterprise", 2027, 0.05) == 1


@given(year=YEARS, lead=LEADS, lifetime=LIVES, as_of=st.dates(dt.date(2024, 1, 1), dt.date(2027, 12, 31)))
def test_the_accounts_find_the_same_dates_and_factors(year: int, lead: float, lifetime: float, as_of: dt.date) -> None:
    settings = make_settings(as_of=as_of)
    order = timing.latest_order(year, lead)
    paid = timing.payment_year(settings, order)
    left = timing.salvage_fraction(settings, year, lifetime)
    value = timing.discount_factor(settings, paid) - left * timing.discount_factor(settings, settings.last_year + 1)
    assert timeline.order_by(year, lead) == order
    assert timeline.order_year(settings, year, lead) == paid
    first = max(settings.first_year, timeline.first_service_year(settings, lead))
    assert first == timing.earliest_service(settings, lead)
    assert timeline.present_value_factor(settings, year, lead, lifetime) == pytest.approx(value)
    for later in range(year - 1, year + 42):
        assert timeline.serves(year, later, lifetime) == timing.serves(year, later, lifetime)
