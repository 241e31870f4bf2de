"""The capacity price of a two-part tariff: what is paid every month for the largest import of its hours."""

from __future__ import annotations

import numpy as np

from capacity.hourly import hours_of_month
from capacity.model.blocks import Block, Coefficient, HourlyRow, Term
from capacity.model.frame import BILLION, Frame
from capacity.model.policy import Blocks
from capacity.model.supply import VoltageGroup, voltage_groups
from capacity.model.timeline import discount, vat_factor


def monthly_peaks_are_charged(frame: Frame, blocks: Blocks) -> None:
    """The import of every hour at a voltage is at most the peak of its month, which is paid by the kW.

    Without a capacity price nothing is added, and the hours see the master as before.
    """
    for block in blocks.values():
        for index, group in enumerate(voltage_groups(frame.hours(block.site, block.year))):
            if group.capacity_price.any():
                _charge(frame, block, index, group)


def _charge(frame: Frame, block: Block, index: int, group: VoltageGroup) -> None:
    site, year = block.site, block.year
    weight = discount(frame.settings, year) * vat_factor(frame.settings, site.payer, year) * 1000 / BILLION
    connection = frame.model.columns["connection", site.id, index, year]
    free = np.zeros(block.hours)
    peaks: list[tuple[int, Coefficient]] = []
    for month, (price, of_month) in enumerate(zip(group.capacity_price, hours_of_month(year), strict=True), start=1):
        if price > 0:
            key = ("demand_peak", site.id, index, month, year)
            most = frame.model.upper[connection]
            column = frame.model.column(key, upper=most, cost=weight * float(price))
            peaks.append((column, of_month.astype(np.float64)))
        else:
            free += of_month
    if free.any():
        # months without a price keep the limit of the connection, which says nothing new
        peaks.append((connection, free))
    block.hourly[f"within_peak:{index}"] = HourlyRow((Term(f"grid:{index}", -1.0),), tuple(peaks))


def prudent_charge_per_mw(groups: list[VoltageGroup], per_mw: Coefficient, year: int) -> float:
    """VND a year for 1 MW of what draws ``per_mw`` in every hour, in each month at its largest and dearest."""
    draw = np.broadcast_to(np.asarray(per_mw, dtype=np.float64), hours_of_month(year)[0].shape)
    dearest = np.max([group.capacity_price for group in groups], axis=0)
    largest = np.array([draw[of_month].max() for of_month in hours_of_month(year)])
    return float(np.dot(dearest, largest)) * 1000
