"""Where the energy that a site consumes in an hour comes from, through its battery too: storage keeps the origin.

Own generation and matched DPPA (clean) serve the load first; only their surplus charges the battery as clean energy,
the rest of the charge is bought from the grid. What is discharged has the mix of what is stored. The year is cyclic, so
the mix at its start is that at its end.
"""

from __future__ import annotations

import numpy as np

from capacity.accounts.hours import HourlyAccount
from capacity.hourly import Hours

PASSES_AT_MOST = 50
SETTLED = 1e-9


def clean_kw(hour: HourlyAccount) -> Hours:
    """Clean part of the load in kW, shape (hours,), between 0 and the load."""
    clean_supply = hour.used_kw + hour.matched_kw
    direct = np.minimum(hour.load_kw, clean_supply)
    if not hour.discharge_kw.any():
        return np.asarray(direct, dtype=np.float64)
    surplus = np.minimum(clean_supply - direct, hour.charge_kw)
    share = discharged_clean_share(hour, surplus)
    return np.asarray(np.minimum(direct + share * hour.discharge_kw, hour.load_kw), dtype=np.float64)


def discharged_clean_share(hour: HourlyAccount, clean_charge_kw: Hours) -> Hours:
    """Clean share of the stored energy in every hour after its charging, in [0, 1], shape (hours,).

    Energy is charged and discharged with the efficiencies of the battery, both origins alike; what is stored before the
    first hour (the lowest start that the year's dispatch allows) has the mix that the year ends with.
    """
    battery = hour.facts.inputs.energy.battery
    gain = 1.0 if battery is None else battery.charge_efficiency
    loss = 1.0 if battery is None else 1 / battery.discharge_efficiency
    stored = hour.soc_kwh
    start = float(stored[0] - hour.battery_change_kw[0])
    charged, clean = (gain * hour.charge_kw).tolist(), (gain * clean_charge_kw).tolist()
    taken = (loss * hour.discharge_kw).tolist()
    shares = np.zeros(stored.size)
    first = 0.0
    for _ in range(PASSES_AT_MOST):
        total, inside = start, first * start
        for index in range(stored.size):
            total += charged[index]
            inside += clean[index]
            share = min(max(inside / total, 0.0), 1.0) if total > SETTLED else 0.0
            shares[index] = share
            total -= taken[index]
            inside -= share * taken[index]
        last = min(max(inside / total, 0.0), 1.0) if total > SETTLED else 0.0
        if abs(last - first) < SETTLED:
            break
        first = last
    return shares
