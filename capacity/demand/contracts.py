"""What contracts in force fix of the rents of a year."""

from __future__ import annotations

from collections import defaultdict

from capacity.demand.needs import Demand, Pool
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.clouds import TENDER, Contract

Rented = tuple[str, str, str | None]
"""Pool, location, and the price entry of GPUs (None: any)."""


def contracted(inputs: CapacityInputs, demand: Demand, year: int) -> dict[Rented, float]:
    """Fractions of pools that are rented under contracts that hold in a year.

    A contract covers its programme's share of the pools that it is in, by GPUs or vCPU. Systems in a room have none.
    """
    found: dict[Rented, float] = defaultdict(float)
    for contract in inputs.clouds.contracts:
        if not contract.holds(year, inputs.settings.as_of):
            continue
        for pool in demand.pools:
            if pool.kind == "wholesale" or pool.in_room or contract.programme not in pool.programmes:
                continue
            share = demand.programme_share(contract.programme, pool.id, year, pool.kind)
            if share > 0:
                location = _location(inputs, contract, pool)
                found[pool.id, location, contract.gpu_price] += contract.fraction * share
    return dict(found)


def _location(inputs: CapacityInputs, contract: Contract, pool: Pool) -> str:
    """The zone where it has a price of its own for the work of the pool, else the zones without one together."""
    main = "gpu_hour" if pool.kind == "gpu" else "vcpu_month"
    for price in inputs.clouds.prices:
        if price.resource == main and contract.zone in price.zones:
            return contract.zone or TENDER
    return TENDER
