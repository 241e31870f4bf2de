"""Rebuilt hours hold exactly, whatever linear answer they follow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from capacity.accounts import compute_accounts
from capacity.check import check
from capacity.check.hours import HOUR_RULES
from capacity.model.blocks import LoadFactor, recent_arrivals
from capacity.model.build import build_model
from capacity.plan import Plan
from capacity.solver.arrays import Vector
from capacity.solver.dispatch import (
    CLOSED_MWH,
    battery_in_bounds,
    monthly_peaks,
    rebuild,
    whole_watts,
    work_in_time,
)
from tests.capacity.solver.problems import layout_of, valid
from tests.factories import make_battery
from tests.properties.provinces import Province, inputs_of

UNHURRIED = settings(deadline=None, max_examples=60)
SLOWER = settings(deadline=None, max_examples=6)
MEGAWATT = st.floats(0.0, 50.0)


def series(seed: int, hours: int, size: float = 1.0) -> Vector:
    """Random hours with idle stretches."""
    stream = np.random.default_rng(seed)
    busy = np.repeat(stream.integers(0, 2, -(-hours // 6)), 6)[:hours]
    return np.asarray(stream.uniform(0.0, size, hours) * busy)


@UNHURRIED
@for_all(st.lists(st.floats(0.0, 1e4), min_size=1, max_size=200))
def test_whole_watts_follow_the_running_sums_within_half_a_watt(megawatt: list[float]) -> None:
    values = np.array(megawatt)
    watts = whole_watts(values)
    assert watts.dtype == np.int64
    assert np.all(np.abs(np.cumsum(watts) - np.cumsum(values * 1e6)) <= 0.5 + 1e-9 * np.cumsum(values * 1e6))
    assert np.all(watts >= 0)


def load_factor(seed: int, hours: int, fraction: float, wait: int) -> LoadFactor:
    utilisation = np.random.default_rng(seed).uniform(0.05, 1.0, hours)
    return LoadFactor(0, "batch", "chilled", utilisation, np.ones(hours), fraction, wait)


@UNHURRIED
@for_all(
    st.integers(0, 10**6),
    st.floats(0.05, 1.0),
    st.integers(1, 24),
    MEGAWATT,
    st.floats(0.0, 100.0),
    st.booleans(),
    st.sampled_from([0.0, 1.0, 50.0]),
)
def test_work_is_done_in_time(
    seed: int, fraction: float, wait: int, megawatt: float, backlog: float, nothing: bool, extra: float
) -> None:
    """All of it in the year, none before it arrives or after its wait, and never faster than the servers work."""
    hours = 240
    load = load_factor(seed, hours, fraction, wait)
    wanted = np.zeros(hours) if nothing else series(seed + 1, hours, 2 * megawatt)
    done = work_in_time(load, megawatt, wanted, backlog, extra)
    little = 1e-9 * (1 + megawatt * hours)
    arrivals, longest = load.arrivals * megawatt, recent_arrivals(load.arrivals, wait) * megawatt
    start = min(backlog, float(longest[-1]))
    waiting = start + np.cumsum(arrivals - done)
    assert np.all(done >= -little)
    assert done.sum() == pytest.approx(arrivals.sum(), abs=little)
    assert np.all(done <= (1 - load.fixed_utilisation) * megawatt + extra + little)
    assert np.all(waiting >= -little)
    assert np.all(waiting <= longest + little)
    assert waiting[-1] == pytest.approx(start, abs=little)


def test_servers_beyond_the_need_do_the_work_of_two_hours_in_one() -> None:
    """4 MW that are busy at all hours cannot, whatever is wanted; with 2 MW more they can."""
    load = LoadFactor(0, "batch", "chilled", np.ones(240), np.ones(240), 0.5, 2)
    wanted = np.tile([0.0, 4.0], 120)
    assert work_in_time(load, 4.0, wanted, 0.0) == pytest.approx(np.full(240, 2.0))
    assert work_in_time(load, 4.0, wanted, 0.0, 2.0) == pytest.approx(wanted)


@UNHURRIED
@for_all(st.integers(0, 10**6), st.floats(0.05, 1.0), st.integers(1, 24), MEGAWATT)
def test_work_that_is_in_time_stays_as_it_is(seed: int, fraction: float, wait: int, megawatt: float) -> None:
    load = load_factor(seed, 120, fraction, wait)
    arrivals = load.arrivals * megawatt
    assert work_in_time(load, megawatt, arrivals, 0.0) == pytest.approx(arrivals, abs=1e-9 * (1 + megawatt) * 120)


@UNHURRIED
@for_all(
    st.integers(0, 10**6),
    MEGAWATT,
    st.floats(0.0, 200.0),
    st.floats(0.5, 1.0),
    st.floats(0.5, 1.0),
    st.floats(0.0, 0.5),
    st.floats(-10.0, 300.0),
    st.floats(0.0, 1.0),
)
@example(2462, 0.25, 4.0, 1.0, 1.0, 0.0, 4.0, 0.0)  # closes within a watt-hour, and is farther off than rounding is
def test_battery_stays_in_bounds_and_returns_to_its_start(
    seed: int, power: float, stored: float, into: float, out: float, least: float, end: float, held: float
) -> None:
    """``held``: the share of the power, and of the energy above the minimum charge, that is held back."""
    held_mw, held_mwh = held * power, held * (1 - least) * stored
    battery = make_battery(charge_efficiency=into, discharge_efficiency=out, minimum_charge_fraction=least)
    charge, discharge = battery_in_bounds(
        battery,
        power,
        stored,
        series(seed, 480, 2 * power),
        series(seed + 1, 480, 2 * power),
        end,
        held_mw=held_mw,
        held_mwh=held_mwh,
    )
    little, watt_hour = 1e-9 * (1 + power) * 480, 1e-6
    assert np.all(charge >= 0)
    assert np.all(charge <= power + little)
    assert np.all(discharge >= 0)
    assert np.all(discharge <= power - held_mw + little)
    change = np.cumsum(into * charge - discharge / out)
    assert change[-1] == pytest.approx(0.0, abs=watt_hour + little), "what whole watts round away closes the year"
    assert float(np.ptp(np.append(change, 0.0))) <= (1 - least) * stored - held_mwh + little


def test_a_battery_that_fits_is_left_as_it_is() -> None:
    battery = make_battery()
    charge, discharge = np.zeros(48), np.zeros(48)
    charge[[2, 26]], discharge[[19, 43]] = 1.0, 0.95 * 0.95
    ins, outs = battery_in_bounds(battery, 1.0, 4.0, charge, discharge, 0.4)
    assert ins == pytest.approx(charge)
    assert outs == pytest.approx(discharge)


def rebuilt(seed: int, *, shift: bool = True, resilient: bool = False, flexible: bool = False) -> tuple[Plan, float]:
    """The valid plan with all hours rebuilt from random linear answers; what the hours cost, billion VND."""
    stream, given = np.random.default_rng(seed), valid(resilient=resilient, flexible=flexible)
    dispatches, cost = [], 0.0
    for block in given.model.blocks:
        primal = np.concatenate(
            [
                series(int(stream.integers(10**6)), block.hours, float(stream.choice([0.0, 0.1, 3.0])))
                for _ in block.columns
            ]
        )
        near = (layout_of(block), primal) if shift else (None, None)
        part = rebuild(given.model.frame, block, near[0], given.solution.master, near[1])
        assert part.unserved_mwh == 0
        dispatches.append(part.dispatch)
        cost += part.cost
    return replace(given.plan, dispatches=tuple(dispatches)), cost


@SLOWER
@for_all(st.integers(0, 10**6), st.booleans(), st.booleans())
def test_the_checker_accepts_hours_rebuilt_from_any_linear_answer(seed: int, resilient: bool, flexible: bool) -> None:
    flexible = flexible and not resilient
    plan, _ = rebuilt(seed, resilient=resilient, flexible=flexible)
    judged, given = {rule.__name__ for rule in HOUR_RULES}, valid(resilient=resilient, flexible=flexible)
    assert len(judged) > 5
    assert [v for v in check(given.inputs, given.demand, plan) if v.rule in judged] == []


def test_work_of_a_linear_answer_on_all_servers_is_done_when_it_says() -> None:
    """Two hours' work in every second of them: what the placed servers have no room for is done by the extra ones."""
    given = valid(flexible=True)
    block = given.block()
    load = next(load for load in block.loads if load.name == "batch@chilled")
    assert load.extra is not None
    layout, primal, master = layout_of(block), np.zeros(len(block.columns) * block.hours), given.solution.master
    arrivals = load.arrivals * master[load.column]
    wanted = np.where(np.arange(block.hours) % 2 == 1, arrivals + np.roll(arrivals, 1), 0.0)
    most = (1 - load.fixed_utilisation) * master[load.column]
    assert np.any(wanted > most + 0.001)
    assert np.all(wanted <= most + master[load.extra])
    for name, part in (("done", np.minimum(wanted, most)), ("more", np.maximum(wanted - most, 0.0))):
        at = layout.columns[f"{name}:{load.name}"]
        primal[at : at + block.hours] = part
    dispatch = rebuild(given.model.frame, block, layout, master, primal).dispatch
    assert dispatch.deferred_w[load.class_id, load.hall] == pytest.approx(wanted * 1e6, abs=2)


def test_a_battery_gives_no_hour_what_it_holds_back() -> None:
    """Asked for all of its 2 MW it gives 1.5: half a megawatt stays for the UPS."""
    given = valid(resilient=True)
    block = given.block()
    layout, primal = layout_of(block), np.zeros(len(block.columns) * block.hours)
    wanted = np.tile(np.repeat([1.0, -1.0], 12), block.hours // 24) * 3.0
    for name, sign in (("charge", 1.0), ("discharge", -1.0)):
        primal[layout.columns[name] : layout.columns[name] + block.hours] = np.maximum(sign * wanted, 0.0)
    dispatch = rebuild(given.model.frame, block, layout, given.solution.master, primal).dispatch
    assert dispatch.discharge_w.max() == pytest.approx(1.5e6, abs=2)
    assert dispatch.charge_w.max() == pytest.approx(2e6, abs=2)


@SLOWER
@for_all(st.integers(0, 10**6))
def test_rebuilt_hours_cost_what_the_accounts_find(seed: int) -> None:
    plan, cost = rebuilt(seed)
    still, cost_of_still = rebuilt(seed, shift=False)
    total, total_of_still = (
        compute_accounts(valid().inputs, valid().demand, each).objective_vnd for each in (plan, still)
    )
    assert (total - total_of_still) / 1e9 == pytest.approx(cost - cost_of_still, abs=1e-9 * total / 1e9)


def test_hours_without_shifting_use_no_battery_and_let_no_work_wait() -> None:
    plan, _ = rebuilt(3, shift=False)
    for dispatch in plan.dispatches:
        assert not dispatch.charge_w.any()
        assert not dispatch.discharge_w.any()
    block = valid().block()
    load = next(load for load in block.loads if load.deferrable_fraction > 0)
    done = next(d for d in plan.dispatches if (d.site, d.year) == block.key).deferred_w[load.class_id, load.hall]
    arrivals = load.arrivals * valid().solution.master[load.column] * 1e6
    assert np.all(np.abs(done - arrivals) <= 1)


def test_what_the_connection_cannot_bring_is_told() -> None:
    block, master = valid().block(), np.array(valid().solution.master)
    primal = np.zeros(len(block.columns) * block.hours)
    for name, column in block.columns.items():
        if name.startswith("grid:") and column.scale is not None:
            master[column.scale] = 1.0
    part = rebuild(valid().model.frame, block, layout_of(block), master, primal)
    assert part.unserved_mwh > 0
    assert part.dispatch.grid_w.max() == 1_000_000


def test_year_rows_are_those_of_the_block_at_the_hours() -> None:
    """Less grid than the linear answer is told as room in the rows of the mean."""
    block, master = valid().block(), np.array(valid().solution.master)
    part = rebuild(valid().model.frame, block, layout_of(block), master, np.zeros(len(block.columns) * block.hours))
    assert set(part.year_rows) == set(block.yearly)
    column = valid().model.frame.model.columns["allotment", "carbon-cap-tco2", *block.key]
    mean_grid = float(part.dispatch.grid_w.mean()) / 1e6
    assert part.year_rows["carbon-cap-tco2"] == pytest.approx(float(master[column]) - mean_grid)


@pytest.mark.parametrize("seed", range(3))
def test_a_year_that_is_often_full_or_empty_keeps_its_battery(seed: int) -> None:
    """Scaling alone does not close it: what is charged less is less cut where the battery is full."""
    stream, hours = np.random.default_rng(seed), np.arange(8760)
    wave = 3 * np.sin(hours / 24 * 2 * np.pi) + 2 * np.repeat(stream.normal(size=365), 24)
    charge, discharge = battery_in_bounds(make_battery(), 5.0, 30.0, np.clip(wave, 0, 5), np.clip(-wave, 0, 5), 15.0)
    assert charge.sum() > 4_000
    change = 0.95 * charge - discharge / 0.95
    level = np.cumsum(change)
    assert abs(level[-1]) <= CLOSED_MWH
    assert level.max() - min(level.min(), 0.0) <= 0.9 * 30.0 + 1e-6


def test_peaks_of_the_months_are_those_of_the_hours() -> None:
    province = Province(tenants_mw=10.0, capacity_vnd=235_414.0)
    inputs, demand = inputs_of(province)
    model = build_model(inputs, demand)
    (block,) = model.blocks
    master = np.zeros(len(model.frame.model.lower))
    master[model.frame.model.columns["connection", "khanh-an", 1, 2027]] = 40.0
    hours = rebuild(model.frame, block, None, master, None)
    grid = np.zeros(8760, dtype=np.int64)
    grid[31 * 24 + 59 * 24 + 5], grid[0] = 7_000_000, 9_000_000
    peaks = monthly_peaks(model.frame, block, master, replace(hours.dispatch, grid_w=grid))
    keys = {model.frame.model.keys[column]: peak for column, peak in peaks.items()}
    assert len(keys) == 20, "ten months from March on, at two voltages"
    assert {key: peak for key, peak in keys.items() if peak} == {("demand_peak", "khanh-an", 1, 4, 2027): 7.0}


def test_without_a_capacity_price_the_hours_see_no_month() -> None:
    plain, priced = (build_model(*inputs_of(Province(tenants_mw=10.0, capacity_vnd=vnd))) for vnd in (0.0, 235_414.0))
    assert not list(plain.frame.model.matching("demand_peak"))
    assert "within_peak:0" not in plain.blocks[0].hourly
    seen = [len(model.blocks[0].masters()) for model in (plain, priced)]
    assert seen[1] - seen[0] == 10 * 2 + 1, "months at two voltages, and a connection of its own for 110 kV"
