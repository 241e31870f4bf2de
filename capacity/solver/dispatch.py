"""Turns a linear answer into hours that hold exactly, in whole watts: queues, batteries, and the grid for the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capacity.hourly import hours_of_month
from capacity.inputs.energy import Battery
from capacity.model.blocks import Block, LoadFactor, recent_arrivals
from capacity.model.frame import Frame
from capacity.model.resilience import ups_lack
from capacity.model.supply import reserve_hours
from capacity.plan import Dispatch
from capacity.solver.arrays import BlockLayout, Vector

WATT = 1e6
PASSES_AT_MOST = 30
CLOSED_MWH = 1e-6
"""A year that ends this near to where it began is closed: a watt-hour, less than what whole watts round away."""
Watts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class BlockDispatch:
    """Hours of a block at a master solution: cost in billion VND, MWh that the connection cannot bring, and for every
    year-long row the value of the row (>= 0 holds)."""

    dispatch: Dispatch
    cost: float
    unserved_mwh: float
    year_rows: dict[str, float]


def whole_watts(megawatt: Vector) -> Watts:
    """Whole watts whose running sums follow those of the input within half a watt."""
    sums = np.round(np.cumsum(megawatt * WATT)).astype(np.int64)
    return np.asarray(np.diff(sums, prepend=0), dtype=np.int64)


def work_in_time(
    load: LoadFactor, megawatt: float, wanted: Vector, backlog_at_end: float, extra: float = 0.0
) -> Vector:
    """MW of deferrable work done in every hour, as near to ``wanted`` as the queue allows.

    Running sums stay between what must be done by now (waiting time, and the rate of later hours) and what has arrived.
    Servers beyond the need do ``extra`` MW more of it in every hour.
    """
    arrivals = load.arrivals * megawatt
    longest = recent_arrivals(load.arrivals, load.deferrable_hours) * megawatt
    fastest = (1 - load.fixed_utilisation) * megawatt + extra
    start = min(max(backlog_at_end, 0.0), float(longest[-1]))
    arrived = np.cumsum(arrivals)
    most = (start + arrived).tolist()
    least = (start + arrived - longest).tolist()
    most[-1] = least[-1] = float(arrived[-1])
    rate = fastest.tolist()
    for hour in range(len(least) - 2, -1, -1):
        least[hour] = max(least[hour], least[hour + 1] - rate[hour + 1])
    total = max(float(wanted.sum()), 1e-12)
    target = np.cumsum(np.maximum(wanted, 0.0)) * (float(arrived[-1]) / total)
    done, before = np.empty(len(rate)), 0.0
    for hour, goal in enumerate(target.tolist()):
        low, high = max(least[hour], before), min(most[hour], before + rate[hour])
        now = min(max(goal, low), max(high, low))
        done[hour] = now - before
        before = now
    return done


def battery_in_bounds(
    battery: Battery,
    power: float,
    stored: float,
    charge: Vector,
    discharge: Vector,
    energy_at_end: float,
    *,
    held_mw: float = 0.0,
    held_mwh: float = 0.0,
) -> tuple[Vector, Vector]:
    """Charge and discharge in MW that keep the state of charge in its bounds and end the year where it began.

    ``held_mw`` of the power and ``held_mwh`` above the minimum charge are a reserve that no hour uses.
    """
    into, out_of = battery.charge_efficiency, battery.discharge_efficiency
    # charging and discharging in the same hour only burns energy: the same change of state by one of them draws less
    change = into * np.clip(charge, 0.0, power) - np.clip(discharge, 0.0, max(power - held_mw, 0.0)) / out_of
    charge, discharge = np.maximum(change, 0.0) / into, np.maximum(-change, 0.0) * out_of
    lowest = min(battery.minimum_charge_fraction * stored + held_mwh, stored)
    begin = min(max(energy_at_end, lowest), stored)
    wished = charge, discharge
    for _ in range(PASSES_AT_MOST):
        charge, discharge, state, _ = _kept_in_bounds(battery, charge, discharge, begin, lowest, stored)
        left = state - begin
        if abs(left) <= CLOSED_MWH:
            return charge, discharge
        if left > 0:
            charge = charge * max(0.0, 1 - left / max(into * float(charge.sum()), left))
        else:
            discharge = discharge * max(0.0, 1 + left / max(float(discharge.sum()) / out_of, -left))
    # a year that has been full or empty ends where it does, wherever it began: so it can begin there
    for _ in range(PASSES_AT_MOST):
        charge, discharge, state, touched = _kept_in_bounds(battery, *wished, begin, lowest, stored)
        if abs(state - begin) <= CLOSED_MWH:
            return charge, discharge
        if not touched:
            break
        begin = state
    return np.zeros_like(charge), np.zeros_like(discharge)


def _kept_in_bounds(
    battery: Battery, charge: Vector, discharge: Vector, begin: float, lowest: float, stored: float
) -> tuple[Vector, Vector, float, bool]:
    """Charge and discharge cut where the state would leave its bounds, the state at the end, and whether any was."""
    into, out_of = battery.charge_efficiency, battery.discharge_efficiency
    state, touched, ins, outs = begin, False, charge.tolist(), discharge.tolist()
    for hour in range(len(ins)):
        state += into * ins[hour] - outs[hour] / out_of
        if state > stored:
            ins[hour] = max(0.0, ins[hour] - (state - stored) / into)
            state, touched = stored, True
        elif state < lowest:
            outs[hour] = max(0.0, outs[hour] - (lowest - state) * out_of)
            state, touched = lowest, True
    return np.array(ins), np.array(outs), state, touched


def rebuild(
    frame: Frame, block: Block, layout: BlockLayout | None, master: Vector, primal: Vector | None
) -> BlockDispatch:
    """Hours of a block at the master solution ``master`` near the linear answer ``primal`` (of columns in ``layout``).

    Without an answer no battery is used and work is done when it arrives.
    """
    hours = block.hours
    shift = layout is not None and primal is not None

    def part(name: str) -> Vector:
        assert layout is not None
        assert primal is not None
        return primal[layout.columns[name] : layout.columns[name] + hours]

    series: dict[str, Vector] = {}
    load = np.full(hours, master[frame.model.columns["fixed", block.site.id, block.year]])
    deferred: dict[tuple[str, str], Watts] = {}
    for factor in block.loads:
        megawatt = float(master[factor.column])
        load = load + factor.slope * factor.fixed_utilisation * megawatt
        if factor.deferrable_fraction > 0:
            wanted = part(f"done:{factor.name}") if shift else factor.arrivals * megawatt
            waiting = float(part(f"backlog:{factor.name}")[-1]) if shift else 0.0
            extra = 0.0 if factor.extra is None else float(master[factor.extra])
            if factor.extra is not None and shift:
                wanted = wanted + part(f"more:{factor.name}")
            # rows take both alike, so that all of it is told as done
            done = whole_watts(work_in_time(factor, megawatt, wanted, waiting, extra))
            deferred[factor.class_id, factor.hall] = done
            series[f"done:{factor.name}"] = done / WATT
            load = load + factor.slope * series[f"done:{factor.name}"]
    supply = np.zeros(hours)
    for column, factor_of_capacity in block.generation.items():
        supply += master[column] * factor_of_capacity
    charge, discharge = np.zeros(hours, dtype=np.int64), np.zeros(hours, dtype=np.int64)
    battery = frame.inputs.energy.battery
    if "charge" in block.columns and battery is not None and shift:
        power = float(master[block.columns["charge"].scale or 0])
        stored = float(master[frame.model.columns["battery_mwh", block.site.id, battery.id, block.year]])
        held = max(0.0, ups_lack(frame, block.site, block.year).value(master))
        held_mwh = held * reserve_hours(frame.inputs, block.site)
        end = float(part("energy")[-1])
        if frame.model.find("battery_usable", block.site.id, battery.id, block.year) is not None:
            end += battery.minimum_charge_fraction * stored + held_mwh
        ins, outs = battery_in_bounds(
            battery, power, stored, part("charge"), part("discharge"), end, held_mw=held, held_mwh=held_mwh
        )
        charge, discharge = whole_watts(ins), whole_watts(outs)
    series["charge"], series["discharge"] = charge / WATT, discharge / WATT
    need = np.ceil(np.maximum(load * WATT - supply * WATT + charge - discharge, 0.0)).astype(np.int64)
    groups, connection, active = _voltage_in_use(block, master)
    limit = int(np.floor(sum(connection) * WATT + 0.5))
    grid = np.minimum(need, limit)
    unserved = float((need - grid).sum()) / WATT
    series[groups[active]] = grid / WATT
    matched = np.zeros(hours, dtype=np.int64)
    contract = block.hourly.get("dppa_within_contract")
    if contract is not None:
        column, output = contract.master[0]
        matched = np.minimum(grid, np.floor(np.asarray(output) * master[column] * WATT).astype(np.int64))
        series[f"dppa:{active}"] = matched / WATT
    cost = sum(
        float(np.sum(values * block.columns[name].cost)) for name, values in series.items() if name in block.columns
    )
    rows: dict[str, float] = {}
    for name, row in block.yearly.items():
        value = sum(number * float(master[column]) for column, number in row.master)
        for term in row.terms:
            if term.column in series:
                value += float(np.mean(series[term.column] * term.coefficient))
        rows[name] = value
    dispatch = Dispatch(block.site.id, block.year, grid, charge, discharge, matched, deferred)
    return BlockDispatch(dispatch, cost, unserved, rows)


def _voltage_in_use(block: Block, master: Vector) -> tuple[list[str], list[float], int]:
    """Names of the grid's columns by voltage, MW of connection at each, and which of them is in use."""
    groups = [name for name in block.columns if name.startswith("grid:")]
    connection = [float(master[block.columns[name].scale or 0]) for name in groups]
    return groups, connection, int(np.argmax(connection))


def monthly_peaks(frame: Frame, block: Block, master: Vector, dispatch: Dispatch) -> dict[int, float]:
    """MW of the block's columns of monthly peaks: the largest import of the month at the voltage in use, else nothing.

    Empty without a capacity price.
    """
    _, _, active = _voltage_in_use(block, master)
    months = hours_of_month(block.year)
    return {
        column: float(dispatch.grid_w[months[int(key[3]) - 1]].max()) / WATT if key[2] == active else 0.0
        for key, column in frame.model.matching("demand_peak")
        if (key[1], key[4]) == block.key
    }
