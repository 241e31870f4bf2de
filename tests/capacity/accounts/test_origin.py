"""Storage keeps the origin of its charge: nothing clean appears from the grid, and losses are borne by their origin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.accounts.hours import HourlyAccount, HourlyAccounts
from capacity.accounts.origin import clean_kw, discharged_clean_share
from capacity.accounts.standing import Standing
from tests.factories import Sizes, make_demand, make_inputs, make_plan

GAIN = LOSS = 0.95


@pytest.fixture(scope="module")
def base() -> HourlyAccount:
    inputs, demand = make_inputs(), make_demand()
    plan = make_plan(inputs, demand, Sizes(pv_mw=5.0))
    return HourlyAccounts(inputs, demand, plan, Standing(inputs, plan)).of(inputs.site("khanh-an"), 2027)


def day(base: HourlyAccount, **hours: list[float]) -> HourlyAccount:
    """A day of hours, repeated all year; grid closes the balance that generation and discharge leave."""
    size = base.facts.hours
    series = {name: np.tile(np.array(values, dtype=float), size // len(values)) for name, values in hours.items()}
    zero = np.zeros(size)
    load, made = series.get("load", zero), series.get("made", zero)
    charge, discharge = series.get("charge", zero), series.get("discharge", zero)
    grid = np.maximum(load + charge - discharge - made, 0.0)
    return replace(
        base,
        load_kw_by_hall={"chilled": load},
        generation_kw={"pv": made},
        grid_kw=grid,
        charge_kw=charge,
        discharge_kw=discharge,
        matched_kw=np.minimum(series.get("matched", zero), grid),
        battery_mw=10.0,
        battery_mwh=40.0,
    )


def test_without_a_battery_it_is_what_generation_and_matching_give(base: HourlyAccount) -> None:
    hour = day(base, load=[100, 100, 100, 100], made=[0, 30, 120, 0], matched=[0, 0, 0, 40])
    assert clean_kw(hour)[:4].tolist() == [0, 30, 100, 40]


def test_a_battery_filled_from_the_grid_stays_of_the_grid(base: HourlyAccount) -> None:
    hour = day(base, load=[100, 100, 100, 100], charge=[50, 0, 0, 0], discharge=[0, 0, 50 * GAIN * LOSS, 0])
    assert clean_kw(hour).max() == pytest.approx(0, abs=1e-9)


def test_the_load_takes_what_is_clean_before_the_battery_does(base: HourlyAccount) -> None:
    # in the first hour 100 kW are made, 60 of them are surplus: 60 of the 80 kW of charging are clean
    hour = day(base, load=[40, 100, 100, 100], made=[100, 0, 0, 0], charge=[80, 0, 0, 0], discharge=[0, 40, 0, 32.2])
    surplus = np.minimum(hour.used_kw - np.minimum(hour.load_kw, hour.used_kw), hour.charge_kw)
    assert surplus[:4].tolist() == [60, 0, 0, 0]
    assert clean_kw(hour)[-4:] == pytest.approx([40, 0.75 * 40, 0, 0.75 * 32.2], abs=0.05)


rates = st.lists(st.floats(0, 100), min_size=24, max_size=24)


@settings(max_examples=15, deadline=None)
@given(rates, rates, rates, rates, rates)
def test_the_origins_add_up_over_the_year(
    base: HourlyAccount, load: list[float], made: list[float], matched: list[float], charge: list[float],
    discharge: list[float],
) -> None:  # fmt: skip
    # one or the other in an hour, a cycle that closes within the day, and never more discharged than is used
    charge = [c if c > d else 0.0 for c, d in zip(charge, discharge, strict=True)]
    discharge = [min(d, used) if c == 0 else 0.0 for c, d, used in zip(charge, discharge, load, strict=True)]
    stored, taken = sum(charge) * GAIN, sum(discharge) / LOSS
    if stored < taken and taken > 0:
        discharge = [d * stored / taken for d in discharge]
    elif stored > 0:
        charge = [c * taken / stored for c in charge]
    hour = day(base, load=load, made=made, matched=matched, charge=charge, discharge=discharge)
    clean = clean_kw(hour)
    assert np.all(clean >= 0)
    assert np.all(clean <= hour.load_kw + 1e-9)
    direct = np.minimum(hour.load_kw, hour.used_kw + hour.matched_kw)
    clean_charge = np.minimum(hour.used_kw + hour.matched_kw - direct, hour.charge_kw)
    share = discharged_clean_share(hour, clean_charge)
    # a cyclic store gives back of each origin what it took of it, less the losses
    given_back = float((share * hour.discharge_kw).sum()) / LOSS
    assert given_back == pytest.approx(GAIN * float(clean_charge.sum()), rel=1e-3, abs=1.0)
    bought = float((hour.grid_kw - hour.matched_kw).sum())
    losses = float(hour.charge_kw.sum() - hour.discharge_kw.sum())
    counted_when_bought = float(hour.load_kw.sum()) - bought
    curtailed_discharge = float(np.maximum(direct + hour.discharge_kw - hour.load_kw, 0).sum())
    # the policy's row counts grid energy when it is bought, losses included: it never promises more than is consumed
    assert float(clean.sum()) >= counted_when_bought - curtailed_discharge - 1.0
    assert float(clean.sum()) <= counted_when_bought + losses + 1.0
