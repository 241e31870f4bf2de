"""Dates and factors of money, from DESIGN.md "Time" and "Money"; the model has its own, and the two must agree."""

from __future__ import annotations

import datetime as dt
import math

from capacity.inputs.settings import Payer, Settings


def latest_order(year: int, lead_time_months: float) -> dt.date:
    """Last day to order what serves from 1 January of ``year``: that day less the lead time, in whole months."""
    months_before = math.ceil(lead_time_months)
    years_before = -(-months_before // 12)
    return dt.date(year - years_before, 1 + 12 * years_before - months_before, 1)


def earliest_service(settings: Settings, lead_time_months: float) -> int:
    """First year, of the horizon or after it, that something ordered on or after ``as_of`` can serve."""
    year = settings.first_year
    while latest_order(year, lead_time_months) < settings.as_of:
        year += 1
    return year


def serves(service_year: int, year: int, lifetime_years: float) -> bool:
    """Whether what came into service on 1 January of ``service_year`` serves ``year``."""
    return service_year <= year and year - service_year + 1 <= lifetime_years


def stands(from_date: dt.date, to_date: dt.date | None, year: int) -> bool:
    """Whether an existing thing, in service in [from_date, to_date), serves ``year`` from its first day to its last."""
    return from_date <= dt.date(year, 1, 1) and (to_date is None or to_date > dt.date(year, 12, 31))


def discount_factor(settings: Settings, year: int) -> float:
    """Present value in ``price_year`` of one VND of ``year``."""
    return float((1.0 + settings.discount_rate) ** -(year - settings.price_year))


def vat_factor(settings: Settings, payer: Payer, year: int, special_rate: float | None = None) -> float:
    """What one VND before VAT costs the payer in a year, at the general rate or the special rate of a service."""
    rate = special_rate if special_rate is not None else settings.vat.rate(year)
    return 1.0 + rate if payer in settings.vat.is_cost_to else 1.0


def payment_year(settings: Settings, order_by: dt.date) -> int:
    """Year in which an order is paid: that of the order, not before that of ``as_of``."""
    return max(order_by.year, settings.as_of.year)


def salvage_fraction(settings: Settings, service_year: int, lifetime_years: float) -> float:
    """Straight-line share of the capital that is left after the last year of the horizon, in [0, 1]."""
    used = settings.last_year + 1 - service_year
    return max(0.0, 1.0 - used / lifetime_years)


def annuity_factor(rate: float, lifetime_years: float) -> float:
    """Yearly payment that repays one VND over the lifetime: r / (1 - (1 + r)^-n), 1 / n without interest."""
    return rate / -math.expm1(-lifetime_years * math.log1p(rate)) if rate > 0 else 1.0 / lifetime_years
