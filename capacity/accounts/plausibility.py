"""Two figures of what a plan builds that others publish too: facility kW per GPU, and capital per MW of IT."""

from __future__ import annotations

from capacity.accounts.records import Accounts, FacilityYear
from capacity.accounts.timing import payment_year, vat_factor
from capacity.inputs.bundle import CapacityInputs

KW_PER_GPU = (1.6, 2.8)
"""Facility kW per GPU. From 10.2 kW per node of eight H100 at a PUE of 1.25 to 14.3 kW per node of eight B200 with a
tenth for the fabric and a PUE of 1.4; announced projects in Viet Nam say 1.79 (50 MW, 28,000 GPUs) and 2.0."""
MUSD_PER_MW = (5.5, 8.4)
"""Million USD per MW of IT in Viet Nam, without land and servers: Cushman & Wakefield, July 2025 (mean 6.9)."""


def facility_kw_per_gpu(inputs: CapacityInputs, accounts: Accounts) -> tuple[int, float] | None:
    """(year, kW per GPU) of the last year with GPUs that serve in new halls; None without any.

    Every hall counts with its largest hour, cooling and losses in, times the share of the GPU servers in its nameplate
    IT.
    """
    found: dict[int, tuple[float, float]] = {}
    for row in accounts.facility_years:
        gpus, gpu_kw = 0.0, 0.0
        for name, servers in row.placed.items():
            sku = inputs.sku(name)
            if sku.kind == "gpu":
                gpus += servers * sku.gpus
                gpu_kw += servers * sku.peak_kw * (1 + sku.fabric_power_fraction)
        if gpus > 0 and _is_new(inputs, row):
            kilowatt, pieces = found.get(row.year, (0.0, 0.0))
            found[row.year] = (kilowatt + row.peak_facility_kw * gpu_kw / row.critical_it_kw, pieces + gpus)
    if not found:
        return None
    year = max(found)
    return year, found[year][0] / found[year][1]


def capital_musd_per_mw(inputs: CapacityInputs, accounts: Accounts) -> float | None:
    """Million USD of halls, plant and grid steps, before VAT, per MW of IT that new halls can hold: modules x it_kw.

    What stands in them does not matter: a hall costs what it costs while it fills up. None without a new hall.
    """
    settings = inputs.settings
    vnd = sum(
        order.capex_vnd / vat_factor(settings, order.payer, payment_year(settings, order.order_by))
        for order in accounts.orders
        if order.category in ("hall", "grid")
    )
    kilowatt = {
        year: sum(r.it_capacity_kw for r in accounts.facility_years if r.year == year and _is_new(inputs, r))
        for year in accounts.years
    }
    most = max(kilowatt.values(), default=0.0) / 1000
    return vnd / settings.usd_vnd / 1e6 / most if most > 0 else None


def _is_new(inputs: CapacityInputs, row: FacilityYear) -> bool:
    """Whether a hall is of a type that is ordered: existing ones are of types of their own."""
    return inputs.hall(row.hall).orderable
