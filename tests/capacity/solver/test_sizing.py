"""``solve`` as its callers see it: certified plans, proofs that there is none, limits of time, the same plan twice."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from capacity.check import check
from capacity.demand.needs import Demand
from capacity.hourly import hours_of_year
from capacity.inputs import CapacityInputs
from capacity.model import build_model
from capacity.model.stages import one_stage
from capacity.model.timeline import order_by
from capacity.plan import Plan, SizingResult
from capacity.solver import SolveOptions, problem, sizing, solve
from capacity.solver.arrays import Arrays, days
from capacity.solver.candidate import Candidate, candidate
from capacity.solver.conflict import least_violation
from capacity.solver.integers import Master, MasterAnswer
from capacity.solver.interior import relax
from capacity.solver.linear import LinearAnswer, LinearFailureError
from capacity.solver.relaxation import Limits, Relaxation
from capacity.solver.representative import representative_days
from capacity.solver.violation import POSITIVE
from tests.properties.provinces import Province, inputs_of

AI_AND_TENANTS = Province(gpus=48.0, tenants_mw=10.0, pv_mw=12.0, battery_mw=4.0, renewable_share=0.1, ai_mw=0.05)
ENOUGH = 0.01
"""Share of room with which there are plans where none is without."""
UNBELIEVABLE = 1e6
"""Billion VND, more than anything here costs: what masters with room say when asked for a bound."""
ALL_RENTED = Province(vcpu=2000.0, gpus=48.0, pv_mw=4.0)
IMPOSSIBLE: dict[str, tuple[Province, str, str]] = {
    "land": (Province(gpus=48.0, ai_mw=5_000.0), "programme-in-province-mw-min", "MW"),
    "sun": (Province(tenants_mw=10.0, pv_mw=4.0, renewable_share=0.9), "renewable-share-min", "percentage point"),
    "carbon": (Province(tenants_mw=10.0, pv_mw=4.0, carbon_cap_t=1_000.0), "carbon-cap-tco2", "tCO2"),
    "water": (Province(tenants_mw=10.0, water_m3=1_000.0), "water-max-m3", "m3"),
    "pue": (Province(tenants_mw=10.0, pue=1.05), "pue-max", "0.01 PUE"),
}
"""Provinces with a target that nothing can reach, the policy to be named, and the unit of its amount."""


def run(province: Province, **options: Any) -> tuple[SizingResult, list[str], CapacityInputs, Demand]:
    """The result, and the events that progress told."""
    inputs, demand = inputs_of(province)
    events: list[str] = []
    result = solve(inputs, demand, SolveOptions(**options), lambda event, _: events.append(event))
    return result, events, inputs, demand


@cache
def certified() -> tuple[SizingResult, list[str], CapacityInputs, Demand]:
    return run(AI_AND_TENANTS, gap=5e-3)


def as_data(plan: Plan) -> list[Any]:
    """The plan without arrays, to compare."""
    hours = [
        (
            (d.site, d.year),
            [hourly.tobytes() for hourly in (d.grid_w, d.charge_w, d.discharge_w, d.dppa_w)],
            {key: work.tobytes() for key, work in d.deferred_w.items()},
        )
        for d in plan.dispatches
    ]
    return [plan.years, plan.builds, plan.placements, plan.rents, plan.missed, hours]


def test_a_province_gets_a_certified_and_checked_plan() -> None:
    result, events, inputs, demand = certified()
    assert result.status == "optimal"
    assert result.plan is not None
    assert result.objective_vnd is not None
    assert result.bound_vnd is not None
    assert result.gap == pytest.approx((result.objective_vnd - result.bound_vnd) / result.objective_vnd)
    assert result.objective_vnd - result.bound_vnd <= 5e-3 * result.objective_vnd
    assert result.hours == 8760
    assert result.violations == ()
    assert {"ortools", "numpy", "scipy", "python"} <= set(result.versions)
    assert check(inputs, demand, result.plan, objective_vnd=result.objective_vnd) == ()
    told = [event for event in events if event != "compiling"]
    assert [event for at, event in enumerate(told) if event not in told[:at]] == [
        "building",
        "representative_days",
        "all_hours",
        "integers",
    ]


def test_dispatch_is_of_every_hour_of_every_year_with_load() -> None:
    result, _, inputs, _ = certified()
    assert result.plan is not None
    assert {(d.site, d.year) for d in result.plan.dispatches} == {
        (block.site.id, block.year) for block in build_model(*inputs_of(AI_AND_TENANTS)).blocks
    }
    assert all(d.grid_w.size == hours_of_year(d.year) for d in result.plan.dispatches)
    assert len(inputs.sites.sites) == 1


def test_orders_are_as_late_as_lead_times_allow_and_not_before_as_of() -> None:
    """Golden dates for service from 1 January 2027: 11 months for a hall, 10 for a step, 8 for plant, 4 for servers."""
    result, _, inputs, _ = certified()
    assert result.plan is not None
    dates: dict[str, dt.date] = {build.kind: build.order_by for build in result.plan.builds}
    golden = {
        "module": dt.date(2026, 2, 1),
        "grid_step": dt.date(2026, 3, 1),
        "generation": dt.date(2026, 4, 1),
        "ups": dt.date(2026, 5, 1),
        "genset": dt.date(2026, 5, 1),
        "chiller": dt.date(2026, 5, 1),
        "server": dt.date(2026, 9, 1),
    }
    assert {kind: dates[kind] for kind in golden} == golden
    assert all(build.order_by >= inputs.settings.as_of for build in result.plan.builds)
    assert order_by(2027, 10.5) == dt.date(2026, 2, 1)


def test_the_same_input_and_seed_give_the_same_plan() -> None:
    first, _, inputs, demand = certified()
    second = solve(inputs, demand, SolveOptions(gap=5e-3), lambda *_: None)
    assert first.plan is not None
    assert second.plan is not None
    assert (first.objective_vnd, first.bound_vnd) == (second.objective_vnd, second.bound_vnd)
    assert as_data(first.plan) == as_data(second.plan)


def test_binding_constraints_have_a_price() -> None:
    """The share of renewable energy in a province whose sun is dearer than the grid at night is not free."""
    result, _, _, _ = certified()
    assert result.shadow_prices
    assert all(price.vnd_per_unit > 0 for price in result.shadow_prices)
    assert [p.vnd_per_unit for p in result.shadow_prices] == sorted(
        (p.vnd_per_unit for p in result.shadow_prices), reverse=True
    )


def test_renting_and_building_nothing_is_a_plan() -> None:
    result, _, inputs, demand = run(ALL_RENTED, gap=5e-3)
    assert result.status == "optimal"
    assert result.plan is not None
    assert {rent.pool for rent in result.plan.rents} == {"office", "ai"}
    assert result.plan.builds == ()
    assert check(inputs, demand, result.plan, objective_vnd=result.objective_vnd) == ()


TIGHT: dict[str, Province] = {
    # the mean of a few days misses the limit, that of the year keeps it
    "pue": Province(gpus=64.0, pv_mw=12.0, wind_mw=12.0, battery_mw=4.0, dppa_mw=8.0, ai_mw=0.05, pue=1.45),
    # a battery so small that its power is nothing
    "battery": Province(
        vcpu=2000.0,
        gpus=64.0,
        tenants_mw=13.0,
        land_m2=35_000.0,
        grid_mw=5.0,
        cooling_water_m3=1.5e5,
        pv_mw=12.0,
        wind_mw=6.0,
        battery_mw=4.0,
        dppa_mw=8.0,
        rent_quota_gpus=24.0,
        ai_mw=0.05,
        seed=3,
    ),
}
"""Provinces with a plan that is easily overlooked."""


@pytest.mark.parametrize("case", TIGHT)
def test_a_plan_that_is_easily_overlooked_is_found(case: str) -> None:
    result, _, inputs, demand = run(TIGHT[case], gap=1e-2)
    assert result.status == "optimal"
    assert result.plan is not None
    assert check(inputs, demand, result.plan, objective_vnd=result.objective_vnd) == ()


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_a_target_out_of_reach_is_named_with_its_amount_and_proof(case: str) -> None:
    province, policy, unit = IMPOSSIBLE[case]
    result, events, _, _ = run(province, gap=5e-3)
    assert result.status == "infeasible"
    assert result.plan is None
    assert result.objective_vnd is None
    assert result.gap is None
    assert result.violation_bound_vnd is not None
    assert result.violation_vnd is not None
    assert 0 < result.violation_bound_vnd <= result.violation_vnd * (1 + 1e-6)
    assert [violation.policy for violation in result.violations] == [policy]
    assert result.violations[0].year == 2027
    assert result.violations[0].amount > 0
    assert result.violations[0].unit == unit
    assert "conflict" in events


def test_the_amount_of_a_programme_is_what_land_and_power_leave_missing() -> None:
    """5,000 MW wanted: 100,000 m2 of land hold 125 halls of 500 kW, and nine servers of ten are in service."""
    result, _, _, _ = run(IMPOSSIBLE["land"][0], gap=5e-3)
    missing = result.violations[0].amount
    assert 5_000.0 - 0.9 * 125 * 0.5 <= missing < 5_000.0
    assert result.violation_bound_vnd == pytest.approx(5e10 * missing, rel=1e-3)


def test_least_violation_of_a_province_that_has_a_plan_proves_nothing() -> None:
    model = build_model(*inputs_of(AI_AND_TENANTS))
    selections = tuple(days(*representative_days(block, 3)) for block in model.blocks)
    conflict = least_violation(one_stage(model), selections, seconds=30.0, threads=2, seed=1)
    assert conflict.bound < POSITIVE
    assert conflict.violations == ()


@cache
def at_the_edge() -> tuple[SizingResult, list[float], list[float]]:
    """A province whose plans hold only with room from what the hours ask; rooms of the masters, and of plans tried."""
    masters: list[float] = []
    plans: list[float] = []
    solve_master = Master.solve

    def master(self: Master, *, room: float = 0.0, **more: Any) -> MasterAnswer:
        masters.append(room)
        answer = solve_master(self, room=room, **more)
        return replace(answer, bound=UNBELIEVABLE) if room > 0 else answer

    def plan(*args: Any, room: float = 0.0, **more: Any) -> Candidate | None:
        plans.append(room)
        return candidate(*args, room=room, **more) if room >= ENOUGH else None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Master, "solve", master)
        patch.setattr(sizing, "candidate", plan)
        result, _, _, _ = run(AI_AND_TENANTS, gap=5e-3)
    return result, masters, plans


def test_a_search_without_a_plan_keeps_room_from_the_edge_instead_of_ending() -> None:
    result, masters, plans = at_the_edge()
    assert result.plan is not None
    assert max(masters) >= ENOUGH
    first = plans.index(next(room for room in plans if room >= ENOUGH))
    assert plans[: first + 1] == sorted(plans[: first + 1])


def test_what_a_master_with_room_says_is_in_no_bound() -> None:
    result, masters, _ = at_the_edge()
    assert result.bound_vnd is not None
    cost = certified()[0].objective_vnd or 0.0
    assert result.bound_vnd <= cost < 1e9 * UNBELIEVABLE, "the plan that needs no room costs no less than the bound"
    assert masters[-1] == 0.0, "and with a plan the search is for the bound again"


@pytest.mark.parametrize("seconds", [0.0, 0.01, 1.0])
def test_a_short_time_limit_is_a_status(seconds: float) -> None:
    result, _, inputs, demand = run(AI_AND_TENANTS, gap=1e-9, time_limit_s=seconds)
    assert result.status in ("no_plan", "feasible")
    if result.plan is not None:
        assert check(inputs, demand, result.plan, objective_vnd=result.objective_vnd) == ()
        assert result.bound_vnd is not None
        assert result.objective_vnd is not None
        assert result.bound_vnd <= result.objective_vnd
    else:
        assert result.objective_vnd is None


def test_a_linear_solver_that_runs_out_of_time_is_a_status(monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_time(_arrays: Arrays, *, seconds: float = 0.0) -> LinearAnswer:
        raise LinearFailureError(f"no linear solver ended in {seconds:g} s", infeasible=False)

    monkeypatch.setattr(problem, "solve_linear", out_of_time)
    result, _, _, _ = run(AI_AND_TENANTS)
    assert (result.status, result.plan, result.violations) == ("no_plan", None, ())


def test_the_first_relaxation_leaves_time_for_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []

    def recorded(*args: Any, limits: Limits, **more: Any) -> Relaxation:
        given.append(limits.seconds)
        return relax(*args, limits=limits, **more)

    monkeypatch.setattr(problem, "relax", recorded)
    run(AI_AND_TENANTS, gap=5e-3, time_limit_s=600.0)
    assert len(given) >= 2
    assert given[0] <= 0.5 * 600
    assert given[1] > given[0], "and what is left of the limit is for the plan"
