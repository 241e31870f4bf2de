"""The demand charge of a two-part tariff: every month's largest hourly import times the capacity price."""

from __future__ import annotations

import numpy as np

from capacity.accounts.hours import HourlyAccount
from capacity.accounts.records import DemandCharge
from capacity.accounts.timing import vat_factor
from capacity.hourly import Hours, hours_of_month


def monthly_maxima(series: Hours, year: int) -> Hours:
    """The largest value of each month, shape (12,)."""
    return np.array([series[of_month].max() for of_month in hours_of_month(year)])


def demand_charges(hour: HourlyAccount) -> list[DemandCharge]:
    """Months of a site and year that have a capacity price at the voltage in service, in order.

    What a DPPA matches is imported too: it lowers no peak. Bills measure half hours, this the mean of an hour.
    """
    vat = vat_factor(hour.facts.inputs.settings, hour.site.payer, hour.year)
    prices = hour.facts.capacity_price(hour.voltage_kv)
    peaks = monthly_maxima(hour.grid_kw, hour.year) if prices.any() else np.zeros(12)
    return [
        DemandCharge(
            site=hour.site.id,
            payer=hour.site.payer,
            year=hour.year,
            month=month,
            peak_mw=float(peak) / 1000,
            capacity_vnd_per_kw_month=float(price),
            vnd=vat * float(price) * float(peak),
        )
        for month, (price, peak) in enumerate(zip(prices, peaks, strict=True), start=1)
        if price > 0
    ]


def budgeted_charge_vnd(hour: HourlyAccount) -> float:
    """The prudent charge of a year that budgets count: the largest facility load of every month, no credit for PV."""
    prices = hour.facts.capacity_price(hour.voltage_kv)
    if not prices.any():
        return 0.0
    vat = vat_factor(hour.facts.inputs.settings, hour.site.payer, hour.year)
    return vat * float(np.dot(prices, monthly_maxima(hour.load_kw, hour.year)))
