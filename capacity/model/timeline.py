"""When a thing can serve, when it must be ordered, and what that costs in present value."""

from __future__ import annotations

import datetime as dt
import math

from capacity.inputs.settings import Payer, Settings


def order_by(year: int, lead_time_months: float) -> dt.date:
    """Latest order for service from 1 January of ``year``: that date less the lead time in whole months."""
    months = year * 12 - math.ceil(lead_time_months)
    return dt.date(months // 12, months % 12 + 1, 1)


def first_service_year(settings: Settings, lead_time_months: float) -> int:
    """First year that a thing ordered on or after ``as_of`` can serve from its 1 January (may be past the horizon)."""
    year = settings.as_of.year
    while order_by(year, lead_time_months) < settings.as_of:
        year += 1
    return year


def serves(bought_for: int, year: int, lifetime_years: float) -> bool:
    """Whether a thing in service from ``bought_for`` still serves ``year``."""
    return bought_for <= year < bought_for + math.floor(lifetime_years)


def stands(from_date: dt.date, to_date: dt.date | None, year: int) -> bool:
    """Whether an existing thing serves the whole of ``year``."""
    return from_date <= dt.date(year, 1, 1) and (to_date is None or to_date >= dt.date(year + 1, 1, 1))


def discount(settings: Settings, year: int) -> float:
    """Present-value factor of money of ``year`` in ``price_year``."""
    return float((1 + settings.discount_rate) ** (settings.price_year - year))


def vat_factor(settings: Settings, payer: Payer, year: int, rate: float | None = None) -> float:
    """1 + VAT of what is paid in a year where it is a cost to the payer, else 1; ``rate`` replaces the general one."""
    if payer not in settings.vat.is_cost_to:
        return 1.0
    return 1 + (settings.vat.rate(year) if rate is None else rate)


def order_year(settings: Settings, year: int, lead_time_months: float) -> int:
    """Year in which the order is paid, never before that of ``as_of``."""
    return max(order_by(year, lead_time_months).year, settings.as_of.year)


def present_value_factor(settings: Settings, year: int, lead_time_months: float, lifetime_years: float) -> float:
    """Present value of one VND of capital serving from ``year``: paid when ordered, less straight-line salvage."""
    end = settings.last_year + 1
    left = max(0.0, 1 - (end - year) / lifetime_years)
    return discount(settings, order_year(settings, year, lead_time_months)) - left * discount(settings, end)
