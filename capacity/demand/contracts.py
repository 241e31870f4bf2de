"""The least that contracts in force make of the rents of a year."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from capacity.demand.needs import Demand, Pool
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.clouds import TENDER, Contract

Rented = tuple[str, str, str | None]
"""Pool, location, and the price entry of GPUs (None: any)."""


def contracted(inputs: CapacityInputs, demand: Demand, year: int) -> dict[Rented, float]:
    """Least fractions of pools that are rented under contracts that hold in a year.

    A contract covers its programme's share of the pools that it is in. All contracts of a pool in a location are one
    fraction at any price; those of a price that is in force are one of this price too. Systems in a room have none.
    """
    found: dict[Rented, float] = defaultdict(float)
    prices = {price.id: price for price in inputs.clouds.prices}
    for contract in inputs.clouds.contracts:
        if not contract.holds(year, inputs.settings.as_of):
            continue
        for pool in demand.pools:
            if pool.kind == "wholesale" or pool.in_room or contract.programme not in pool.programmes:
                continue
            fraction = contract.fraction * demand.rented_share(contract.programme, pool.id, year)
            if fraction <= 0:
                continue
            location = _location(inputs, contract, pool)
            found[pool.id, location, None] += fraction
            price = prices.get(contract.gpu_price or "")
            if price is not None and price.in_force(dt.date(year, 1, 1)):
                found[pool.id, location, price.id] += fraction
    return {rented: min(fraction, 1.0) for rented, fraction in found.items()}


def _location(inputs: CapacityInputs, contract: Contract, pool: Pool) -> str:
    """The zone where it has a price of its own for the work of the pool, else the zones without one together."""
    main = "gpu_hour" if pool.kind == "gpu" else "vcpu_month"
    for price in inputs.clouds.prices:
        if price.resource == main and contract.zone in price.zones:
            return contract.zone or TENDER
    return TENDER
