"""Rules of form, field by field: whichever row is damaged is told with its place, and nothing else is judged."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from capacity.check import RULES, check
from capacity.check.form import (
    FORM_RULES,
    hours_are_complete,
    names_are_known,
    nothing_is_negative,
    rents_have_a_price,
    whole_things_are_whole,
    years_are_of_the_horizon,
)
from capacity.plan import Build, Dispatch, Extra, Placement, Plan, Rent, Standby, StandbyRent
from tests.capacity.check.breakers import BATCH, SITE, Case
from tests.capacity.check.judging import told, violations
from tests.capacity.check.resilience_breakers import resilient_case
from tests.factories import make_clouds, make_demand, make_pool

YEARS = (2026, 2027, 2028)
DAY = dt.date(2026, 1, 31)


@cache
def base() -> Case:
    """A row of every kind."""
    case = resilient_case()
    plan = Plan(
        years=YEARS,
        builds=(
            Build("module", SITE, "chilled", 2027, 1, DAY, "chilled"),
            Build("generation", SITE, "pv", 2027, 0.5, DAY),
        ),
        placements=(
            Placement("office", SITE, "chilled", 2027, "cpu", 1.5),
            Placement("tenants", SITE, "shell", 2027, None, 0, 12.0),
        ),
        rents=(Rent("office", "hcm-1", 2027, 0.5),),
        dispatches=(dispatch(),),
        missed=(),
        standbys=(Standby("office", SITE, "chilled", 2027, "cpu", 1.5),),
        standby_rents=(StandbyRent("office", "hcm-1", 2027, 0.5),),
        extras=(Extra("batch", SITE, "chilled", 2027, "gpu", 1.5),),
    )
    return replace(case, plan=plan)


def dispatch(year: int = 2027, hours: int = 8760, **changes: Any) -> Dispatch:
    series = {name: np.zeros(hours, dtype=np.int64) for name in ("grid_w", "charge_w", "discharge_w", "dppa_w")}
    values = {"site": SITE, "year": year, "deferred_w": {BATCH: np.zeros(hours, dtype=np.int64)}, **series, **changes}
    return Dispatch(**values)


ROWS = ("builds", "placements", "rents", "dispatches", "standbys", "standby_rents", "extras")


def with_first(rows: str, **changes: Any) -> Case:
    first, *others = getattr(base().plan, rows)
    return base().with_plan(**{rows: (replace(first, **changes), *others)})


def test_a_row_of_every_kind_is_in_form() -> None:
    assert [violation for rule in FORM_RULES for violation in violations(rule, base())] == []


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("year", [2025, 2029])
def test_years_of_every_kind_of_row_are_of_the_horizon(rows: str, year: int) -> None:
    assert told(years_are_of_the_horizon, with_first(rows, year=year)) == {str(year): (year, 2028)}


@pytest.mark.parametrize(
    ("years", "wrong"),
    [
        (YEARS, ()),
        ((2026, 2027), (2028,)),
        ((2026, 2027, 2028, 2029), (2029,)),
        ((2028, 2027, 2026), YEARS),
        ((2026, 2027, 2027, 2028), YEARS),
    ],
)
def test_years_of_the_plan_are_the_horizon_in_order(years: tuple[int, ...], wrong: tuple[int, ...]) -> None:
    assert set(told(years_are_of_the_horizon, base().with_plan(years=years))) == {str(year) for year in wrong}


UNKNOWN = "unheard-of"


@pytest.mark.parametrize(
    ("rows", "field", "where"),
    [
        ("placements", "pool", f"{SITE}/chilled/2027"),
        ("placements", "site", f"{UNKNOWN}/chilled/2027"),
        ("placements", "hall", f"{SITE}/{UNKNOWN}/2027"),
        ("placements", "sku", f"{SITE}/chilled/2027"),
        ("standbys", "pool", f"{SITE}/chilled/2027"),
        ("standbys", "site", f"{UNKNOWN}/chilled/2027"),
        ("standbys", "hall", f"{SITE}/{UNKNOWN}/2027"),
        ("standbys", "sku", f"{SITE}/chilled/2027"),
        ("extras", "load_class", f"{SITE}/chilled/2027"),
        ("extras", "site", f"{UNKNOWN}/chilled/2027"),
        ("extras", "hall", f"{SITE}/{UNKNOWN}/2027"),
        ("extras", "sku", f"{SITE}/chilled/2027"),
        ("rents", "pool", "hcm-1/2027"),
        ("standby_rents", "pool", "hcm-1/2027"),
        ("dispatches", "site", f"{UNKNOWN}/2027"),
        ("builds", "site", f"{UNKNOWN}/2027"),
        ("builds", "item", f"{SITE}/2027"),
        ("builds", "hall", f"{SITE}/2027"),
        ("builds", "kind", f"{SITE}/2027"),
    ],
)
def test_every_name_of_every_kind_of_row_is_known(rows: str, field: str, where: str) -> None:
    (found,) = violations(names_are_known, with_first(rows, **{field: UNKNOWN}))
    assert found.where == where
    assert UNKNOWN in found.message_en
    assert UNKNOWN in found.message_vi


@pytest.mark.parametrize("key", [(UNKNOWN, "chilled"), ("batch", UNKNOWN)])
def test_load_class_and_hall_of_work_that_waits_are_known(key: tuple[str, str]) -> None:
    found = violations(names_are_known, with_first("dispatches", deferred_w={key: np.zeros(8760, dtype=np.int64)}))
    assert [row.where for row in found] == [f"{SITE}/2027"]
    assert UNKNOWN in found[0].message_en


def test_a_name_that_is_unknown_twice_is_told_once() -> None:
    row = replace(base().plan.placements[0], sku=UNKNOWN)
    assert len(violations(names_are_known, base().with_plan(placements=(row, row)))) == 1


SERIES = ("grid_w", "charge_w", "discharge_w", "dppa_w")


@pytest.mark.parametrize("name", [*SERIES, "deferred_w"])
@pytest.mark.parametrize("damaged", [np.zeros(8759, dtype=np.int64), np.zeros(8784, dtype=np.int64), np.zeros(8760)])
def test_every_series_has_a_whole_number_for_every_hour(name: str, damaged: Any) -> None:
    series = {BATCH: damaged} if name == "deferred_w" else damaged
    assert told(hours_are_complete, with_first("dispatches", **{name: series})) == {
        f"{SITE}/2027": (damaged.size, 8760)
    }


def test_a_leap_year_has_its_own_hours_and_a_table_is_no_series() -> None:
    assert told(hours_are_complete, base().with_plan(dispatches=(dispatch(2028, 8784),))) == {}
    assert told(hours_are_complete, base().with_plan(dispatches=(dispatch(2028),))) == {f"{SITE}/2028": (8760, 8784)}
    table = np.zeros((365, 24), dtype=np.int64)
    assert told(hours_are_complete, with_first("dispatches", grid_w=table)) == {f"{SITE}/2027": (8760, 8760)}


def test_a_site_is_dispatched_once_a_year() -> None:
    rows = (dispatch(), dispatch(), dispatch(2028, 8784), dispatch(site="phong-may"))
    assert told(hours_are_complete, base().with_plan(dispatches=rows)) == {f"{SITE}/2027": (2, 1)}


@pytest.mark.parametrize("wrong", [-0.5, math.nan, math.inf])
@pytest.mark.parametrize(
    ("rows", "field", "where"),
    [
        ("builds", "amount", f"{SITE}/2027"),
        ("placements", "servers", f"{SITE}/chilled/2027"),
        ("placements", "wholesale_mw", f"{SITE}/chilled/2027"),
        ("standbys", "servers", f"{SITE}/chilled/2027"),
        ("extras", "servers", f"{SITE}/chilled/2027"),
        ("rents", "fraction", "hcm-1/2027"),
        ("standby_rents", "fraction", "hcm-1/2027"),
    ],
)
def test_every_amount_is_finite_and_not_negative(rows: str, field: str, where: str, wrong: float) -> None:
    (found,) = violations(nothing_is_negative, with_first(rows, **{field: wrong}))
    assert found.where == where
    assert found.amount == pytest.approx(wrong, nan_ok=True)
    assert violations(nothing_is_negative, with_first(rows, **{field: 0.0})) == []


@pytest.mark.parametrize("name", [*SERIES, "deferred_w"])
def test_no_hour_of_any_series_is_negative(name: str) -> None:
    power = np.zeros(8760, dtype=np.int64)
    power[8759] = -7
    series = {BATCH: power} if name == "deferred_w" else power
    assert told(nothing_is_negative, with_first("dispatches", **{name: series})) == {f"{SITE}/2027": (-7, 0)}


@pytest.mark.parametrize(
    ("kind", "item", "whole"),
    [
        ("module", "chilled", True),
        ("ups", "ups-250", True),
        ("genset", "genset-1000", True),
        ("chiller", "chiller-400", True),
        ("server", "cpu", True),
        ("grid_step", "step-110", True),
        ("fuel_tank", "tank-20", True),
        ("generation", "pv", False),
        ("battery_mw", "battery", False),
        ("battery_mwh", "battery", False),
        ("dppa_mw", "wind", False),
        ("ups_battery", "vrla", False),
    ],
)
def test_pieces_are_whole_and_megawatts_need_not_be(kind: Any, item: str, whole: bool) -> None:
    hall = "chilled" if kind in ("module", "ups", "genset", "chiller", "server") else None
    for amount, right in ((2.0, True), (2.75, not whole)):
        case = base().with_plan(builds=(Build(kind, SITE, item, 2027, amount, DAY, hall),))
        where = f"{SITE}/{hall or item}/2027"
        assert told(whole_things_are_whole, case) == ({} if right else {where: (2.75, 3)})


def without(*resources: str) -> Any:
    clouds = make_clouds()
    return make_clouds(prices=tuple(price for price in clouds.prices if price.resource not in resources))


@pytest.mark.parametrize(
    ("change", "places"),
    [
        (lambda c: c, set()),
        (lambda c: c.with_inputs(clouds=without("memory_gib_month")), {"office/hcm-1/2027"}),
        (lambda c: c.with_inputs(clouds=without("storage_tb_month")), {"office/hcm-1/2027"}),
        (lambda c: c.with_inputs(clouds=without("gpu_hour")), set()),
        (lambda c: c.with_plan(rents=(Rent("office", "han-1", 2027, 0.1),)), {"office/han-1/2027"}),
        (lambda c: c.with_plan(rents=(Rent(UNKNOWN, "han-1", 2027, 0.1),)), set()),
        (lambda c: c.with_plan(rents=(Rent("office", "han-1", 2031, 0.1),)), set()),
        (lambda c: c.with_plan(standby_rents=(StandbyRent("office", "hcm-1", 2026, 0.1),)), {"office/hcm-1/2026"}),
        (lambda c: c.with_plan(standby_rents=(StandbyRent("ai", "tender", 2027, 0.1),)), {"ai/tender/2027"}),
        (lambda c: c.with_plan(rents=(Rent("ai", "tender", 2027, 0.1, "market-gpu-hour"),)), set()),
        (lambda c: c.with_plan(rents=(Rent("ai", "tender", 2027, 0.1, "hcm-h100"),)), {"ai/tender/2027"}),
        (lambda c: c.with_plan(rents=(Rent("tenants", "tender", 2027, 0.1),)), {"tenants/tender/2027"}),
    ],
)
def test_all_that_a_pool_needs_has_a_price_where_it_is_rented(change: Callable[[Case], Case], places: set[str]) -> None:
    assert set(told(rents_have_a_price, change(base()))) == places


def test_a_pool_without_demand_in_a_year_rents_nothing() -> None:
    amounts = {"vcpu": (100.0, 0.0, 100.0)}
    case = replace(base(), demand=make_demand(make_pool(amounts=amounts))).with_plan(standby_rents=())
    assert set(told(rents_have_a_price, case)) == {"office/hcm-1/2027"}


def test_rules_of_the_content_wait_for_the_form() -> None:
    """The plan of one row of each kind breaks many rules; with a year too much only that is told."""
    judged = {found.rule for found in check(base().inputs, base().demand, base().plan)}
    assert "demand_is_met" in judged
    assert judged.isdisjoint(rule.__name__ for rule in FORM_RULES)
    later = with_first("rents", year=2031)
    assert {found.rule for found in check(later.inputs, later.demand, later.plan)} == {"years_are_of_the_horizon"}
    assert len({rule.__name__ for rule in RULES}) == len(RULES)
