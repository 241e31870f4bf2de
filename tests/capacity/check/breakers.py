"""For every rule, changes to a valid plan or its inputs that break it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from capacity.demand.needs import Demand
from capacity.inputs import CapacityInputs
from capacity.inputs.settings import PolicyKind
from capacity.plan import Build, Dispatch, MissedTarget, Placement, Plan, Rent
from tests.factories import (
    make_contract,
    make_demand,
    make_dppa,
    make_energy,
    make_existing_site,
    make_funding,
    make_gpu_sku,
    make_hall,
    make_hardware,
    make_inputs,
    make_load_class,
    make_plan,
    make_policy,
    make_pool,
    make_room,
    make_services,
    make_settings,
    make_shell,
    make_site,
    make_sku,
    make_storage_sku,
    make_zone,
)

SITE = "khanh-an"


@dataclass(frozen=True)
class Case:
    """What is judged; ``objective_vnd`` is what the plan claims."""

    inputs: CapacityInputs
    demand: Demand
    plan: Plan
    objective_vnd: float | None = None

    def with_plan(self, **changes: Any) -> Case:
        return replace(self, plan=replace(self.plan, **changes))

    def with_inputs(self, **changes: Any) -> Case:
        return replace(self, inputs=replace(self.inputs, **changes))

    def with_settings(self, **changes: Any) -> Case:
        return self.with_inputs(settings=make_settings(**changes))

    def with_sites(self, **changes: Any) -> Case:
        """The candidate site with other fields."""
        return self.with_inputs(sites=make_inputs(sites=(make_site(**changes), make_existing_site())).sites)

    def with_hall(self, **changes: Any) -> Case:
        """The chilled hall with other fields."""
        return self.with_inputs(hardware=make_hardware(halls=(make_hall(**changes), make_shell(), make_room())))

    def with_builds(self, kind: str, name: str, **changes: Any) -> Case:
        """Every order of an item with other fields."""
        builds = [replace(b, **changes) if (b.kind, b.item) == (kind, name) else b for b in self.plan.builds]
        return self.with_plan(builds=tuple(builds))

    def with_policy(self, kind: PolicyKind, by_year: dict[int, float], **fields: Any) -> Case:
        """Only this policy; what is shown as missed goes with the others."""
        return self.with_settings(policies=(make_policy(kind, by_year, **fields),)).with_plan(missed=())

    def with_hours(self, change: Callable[[dict[str, np.ndarray[Any, Any]], Dispatch], None]) -> Case:
        """The candidate's dispatch of 2027, changed in place in a copy."""
        found = next(row for row in self.plan.dispatches if (row.site, row.year) == (SITE, 2027))
        names = ("grid_w", "charge_w", "discharge_w", "dppa_w")
        series = {name: getattr(found, name).copy() for name in names}
        changed = replace(found, deferred_w={key: power.copy() for key, power in found.deferred_w.items()})
        change(series, changed)
        return self.with_plan(
            dispatches=tuple(replace(changed, **series) if row is found else row for row in self.plan.dispatches)
        )


def valid_case() -> Case:
    inputs, demand = make_inputs(), make_demand()
    return Case(inputs, demand, make_plan(inputs, demand))


BATCH = ("batch", "chilled")


def _extra_site(case: Case) -> Case:
    """A second candidate takes a third of the tenants, less than the minimum."""
    sites = make_inputs(sites=(make_site(), make_existing_site(), make_site("nam-can"))).sites
    weather = {**case.inputs.weather, "nam-can": case.inputs.weather[SITE]}
    rows = [replace(row, wholesale_mw=8.0) if row.pool == "tenants" else row for row in case.plan.placements]
    rows += [Placement("tenants", "nam-can", "shell", year, None, 0.0, 4.0) for year in (2027, 2028)]
    return case.with_inputs(sites=sites, weather=weather).with_plan(placements=tuple(rows))


def _seven_classes(case: Case) -> Case:
    del case
    classes = [make_load_class(f"class-{index}", weekday=(0.1 * index,) * 24) for index in range(1, 7)]
    services = make_services()
    inputs = make_inputs(services=make_services(load_classes=(*services.load_classes, *classes)))
    pools = [make_pool(f"pool-{index}", load_class=f"class-{index}") for index in range(1, 7)]
    demand = make_demand(*pools, make_pool("ai", programmes=("ai-dc",)))
    return Case(inputs, demand, make_plan(inputs, demand)).with_settings(policies=()).with_plan(missed=())


def _ten_hours_later(series: dict[str, np.ndarray[Any, Any]], dispatch: Dispatch) -> None:
    done = dispatch.deferred_w[BATCH]
    done[10:20] += done[0:10]
    done[0:10] = 0
    series["grid_w"][10:20] += 100_000


def _nothing_deferred_is_done(series: dict[str, np.ndarray[Any, Any]], dispatch: Dispatch) -> None:
    del series
    dispatch.deferred_w[BATCH][:24] = 0


def _all_at_once(series: dict[str, np.ndarray[Any, Any]], dispatch: Dispatch) -> None:
    done = dispatch.deferred_w[BATCH]
    done[3] += done[0:3].sum()
    done[0:3] = 0
    series["grid_w"][3] += 100_000


def _add(name: str, hour: int, watts: int, also_grid: int = 0) -> Callable[..., None]:
    def change(series: dict[str, np.ndarray[Any, Any]], dispatch: Dispatch) -> None:
        del dispatch
        series[name][hour] += watts
        series["grid_w"][hour] += also_grid

    return change


def _matched_at_noon(series: dict[str, np.ndarray[Any, Any]], dispatch: Dispatch) -> None:
    del dispatch
    series["dppa_w"][12] = series["grid_w"][12] + 3


def _smaller_step(case: Case) -> Case:
    return case.with_plan(builds=tuple(b for b in case.plan.builds if b.kind != "grid_step"))


def _without_missed(case: Case) -> Case:
    return case.with_plan(missed=())


def _zone_with_quota(case: Case) -> Case:
    clouds = case.inputs.clouds
    zones = (make_zone(quota_gpus=30.0), *clouds.providers[0].zones[1:])
    provider = clouds.providers[0].model_copy(update={"zones": zones})
    return case.with_inputs(clouds=clouds.model_copy(update={"providers": (provider, clouds.providers[1])}))


def _under_contract(case: Case) -> Case:
    """Half of the office work was to be rented at planning prices in 2027, when it runs in the new hall."""
    office = next(pool for pool in case.demand.pools if pool.id == "office")
    contract = make_contract(office.programmes[0], fraction=0.5)
    return case.with_inputs(clouds=case.inputs.clouds.model_copy(update={"contracts": (contract,)}))


def _rented_out_of_the_room(case: Case) -> Case:
    """Systems that have not moved yet, of which a tenth is rented."""
    pools = tuple(replace(pool, in_room=pool.id == "systems") for pool in case.demand.pools)
    rents = (*case.plan.rents, Rent("systems", "tender", 2027, 0.1))
    return replace(case.with_plan(rents=rents), demand=replace(case.demand, pools=pools))


def _moved_into_the_room(case: Case) -> Case:
    """The work in the room is that of systems that have left it."""
    needs = tuple(replace(need, system="portal") if need.pool == "systems" else need for need in case.demand.needs)
    return replace(case, demand=replace(case.demand, needs=needs))


def _moved_at_home(case: Case) -> Case:
    """What runs in the enterprise's new hall was to stay in a room."""
    pools = tuple(replace(pool, in_room=pool.id == "office") for pool in case.demand.pools)
    return replace(case.with_plan(rents=()), demand=replace(case.demand, pools=pools))


def _back_in_the_room(case: Case) -> Case:
    """The systems of the state are rented in 2027 and in the room again in 2028."""
    away = [row for row in case.plan.placements if not (row.pool == "systems" and row.year == 2027)]
    return case.with_plan(placements=tuple(away), rents=(*case.plan.rents, Rent("systems", "tender", 2027, 1.0)))


def _rented_in(location: str) -> Callable[[Case], Case]:
    """What the office pool rents from the market is rented in a location."""

    def change(case: Case) -> Case:
        rents = [replace(rent, location=location) if rent.location == "tender" else rent for rent in case.plan.rents]
        return case.with_plan(rents=tuple(rents))

    return change


def _placed_more(pool: str, site: str, hall: str, sku: str | None, servers: float = 0.0) -> Callable[[Case], Case]:
    def change(case: Case) -> Case:
        return case.with_plan(placements=(*case.plan.placements, Placement(pool, site, hall, 2027, sku, servers)))

    return change


def _placed_less(case: Case) -> Case:
    rows = [replace(r, servers=r.servers * 0.999) if r.sku == "cpu" else r for r in case.plan.placements]
    return case.with_plan(placements=tuple(rows))


def _without_plan_of(site: str) -> Callable[[Case], Case]:
    def change(case: Case) -> Case:
        return case.with_plan(dispatches=tuple(row for row in case.plan.dispatches if row.site != site))

    return change


def _tenants(megawatt: float) -> Callable[[Case], Case]:
    def change(case: Case) -> Case:
        rows = [replace(r, wholesale_mw=megawatt) if r.pool == "tenants" else r for r in case.plan.placements]
        return case.with_plan(placements=tuple(rows))

    return change


RENEWABLE: PolicyKind = "renewable_share_min"
MW: PolicyKind = "programme_in_province_mw_min"
HALL_MONEY = ("server", "energy_asset", "grid", "rent", "operation", "energy")
AI_MISSED = MissedTarget("programme-in-province-mw-min", 2026, 0.05, 2027, "lead time of the hall")
ALL_MONEY = ("hall", *HALL_MONEY)

BREAKERS: tuple[tuple[str, str, Callable[[Case], Case]], ...] = (
    ("years_are_of_the_horizon", "a rent after it", lambda c: c.with_plan(rents=(Rent("office", "hcm-1", 2031, 1.0),))),
    ("years_are_of_the_horizon", "a year short", lambda c: c.with_plan(years=(2026, 2027))),
    ("years_are_of_the_horizon", "out of order", lambda c: c.with_plan(years=(2027, 2026, 2028))),
    ("names_are_known", "a SKU", _placed_more("office", SITE, "chilled", "unheard-of", 1.0)),
    ("names_are_known", "a pool", _placed_more("unheard-of", SITE, "chilled", "cpu", 1.0)),
    ("names_are_known", "an order", lambda c: c.with_builds("ups", "ups-250", item="unheard-of")),
    ("names_are_known", "no hall", lambda c: c.with_builds("server", "cpu", hall=None)),
    (
        "hours_are_complete",
        "one is missing",
        lambda c: c.with_hours(lambda series, _: series.update(grid_w=series["grid_w"][:-1])),
    ),
    (
        "hours_are_complete",
        "not whole",
        lambda c: c.with_hours(lambda series, _: series.update(grid_w=series["grid_w"] / 1)),
    ),
    ("hours_are_complete", "twice", lambda c: c.with_plan(dispatches=(*c.plan.dispatches, c.plan.dispatches[0]))),
    ("nothing_is_negative", "grid", lambda c: c.with_hours(_add("grid_w", 12, -(10**9)))),
    ("nothing_is_negative", "servers", _placed_more("office", SITE, "chilled", "cpu", -1.0)),
    ("nothing_is_negative", "not a number", lambda c: c.with_builds("generation", "pv", amount=float("nan"))),
    ("whole_things_are_whole", "half a server", lambda c: c.with_builds("server", "cpu", amount=18.5)),
    ("rents_have_a_price", "zone without prices", _rented_in("han-1")),
    (
        "rents_have_a_price",
        "GPU entry of another zone",
        lambda c: c.with_plan(
            rents=tuple(replace(r, gpu_price="market-gpu-hour" if r.gpu_price else None) for r in c.plan.rents)
        ),
    ),
    (
        "rents_have_a_price",
        "tenants rent nothing",
        lambda c: c.with_plan(rents=(*c.plan.rents, Rent("tenants", "tender", 2027, 0.1))),
    ),
    ("demand_is_met", "too few servers", _placed_less),
    (
        "demand_is_met",
        "rented twice",
        lambda c: c.with_plan(rents=(*c.plan.rents, Rent("office", "hcm-1", 2027, 1.1))),
    ),
    ("demand_is_met", "too little let", _tenants(11.99)),
    ("demand_is_met", "too much let", _tenants(12.01)),
    ("demand_is_met", "no placements", lambda c: c.with_plan(placements=())),
    (
        "pools_stand_where_their_payer_pays",
        "state at the enterprise",
        _placed_more("systems", SITE, "chilled", "cpu", 0.1),
    ),
    ("servers_serve_their_kind_of_pool", "AI on CPU servers", _placed_more("ai", SITE, "chilled", "cpu", 0.1)),
    ("servers_serve_their_kind_of_pool", "no SKU", _placed_more("office", SITE, "chilled", None)),
    ("servers_serve_their_kind_of_pool", "tenants in an own hall", _placed_more("tenants", SITE, "chilled", None)),
    ("rents_are_eligible", "abroad", _rented_in("sgp-1")),
    ("rents_are_eligible", "foreign provider", _rented_in("us-1")),
    (
        "rents_are_eligible",
        "level too high",
        lambda c: replace(c, demand=make_demand(make_pool(security_level=4), *c.demand.pools[1:])),
    ),
    ("zone_quotas_hold", "GPUs", lambda c: _zone_with_quota(c.with_settings(as_of=dt.date(2025, 12, 1)))),
    ("contracts_hold", "half of it is under contract", _under_contract),
    ("work_does_not_move_back", "a year in a cloud", _back_in_the_room),
    ("systems_stay_until_they_move", "a tenth is rented", _rented_out_of_the_room),
    ("systems_stay_until_they_move", "in a new hall", _moved_at_home),
    ("systems_stay_until_they_move", "moved, and there all the same", _moved_into_the_room),
    ("wholesale_sites_have_the_minimum", "a third elsewhere", _extra_site),
    ("servers_fit_their_hall", "power", lambda c: c.with_hall(max_rack_kw=20.0)),
    ("servers_fit_their_hall", "weight", lambda c: c.with_hall(max_rack_weight_kg=600.0)),
    (
        "servers_fit_their_hall",
        "liquid",
        lambda c: c.with_inputs(
            hardware=make_hardware(skus=(make_sku(), make_storage_sku(), make_gpu_sku(liquid_cooled=True)))
        ),
    ),
    ("servers_fit_their_hall", "air-cooled GPUs", lambda c: c.with_hall(cooling="direct_liquid")),
    ("spares_are_kept", "one server less", lambda c: c.with_builds("server", "cpu", amount=17)),
    (
        "spares_are_kept",
        "past their lifetime",
        lambda c: c.with_inputs(
            hardware=make_hardware(skus=(make_sku(lifetime_years=1.9), make_storage_sku(), make_gpu_sku()))
        ),
    ),
    ("racks_fit_the_hall", "seven places", lambda c: c.with_hall(racks=7)),
    ("hall_power_is_enough", "100 kW", lambda c: c.with_hall(it_kw=100.0)),
    ("plant_is_redundant", "one genset less", lambda c: c.with_builds("genset", "genset-1000", amount=1)),
    ("plant_is_redundant", "no UPS to spare", lambda c: c.with_builds("ups", "ups-250", amount=95)),
    ("plant_is_redundant", "chillers", lambda c: c.with_builds("chiller", "chiller-400", amount=35)),
    ("plant_is_redundant", "2N instead of N+1", lambda c: c.with_hall(tier="2N", it_kw=1500.0, fixed_loss_kw=901.0)),
    ("land_is_enough", "modules and PV", lambda c: c.with_sites(land_m2=20_000.0)),
    ("orders_are_of_the_catalogue", "hall not allowed", lambda c: c.with_sites(allowed_halls=("shell",))),
    (
        "orders_are_of_the_catalogue",
        "DPPA not eligible",
        lambda c: c.with_inputs(energy=make_energy(dppa=make_dppa(eligible=False))),
    ),
    ("no_order_precedes_as_of", "a day", lambda c: c.with_builds("module", "chilled", order_by=dt.date(2026, 1, 14))),
    ("orders_leave_the_lead_time", "a day", lambda c: c.with_builds("module", "chilled", order_by=dt.date(2026, 2, 2))),
    (
        "grid_steps_are_taken_once",
        "twice",
        lambda c: c.with_plan(
            builds=(*c.plan.builds, Build("grid_step", SITE, "step-110", 2028, 1, dt.date(2027, 1, 31)))
        ),
    ),
    (
        "new_halls_are_funded",
        "no hall money",
        lambda c: c.with_settings(
            funding=(
                make_funding("equity", "enterprise", HALL_MONEY, 20e12),
                make_funding("s", "state", ALL_MONEY, 1e12),
            )
        ),
    ),
    ("energy_limits_hold", "PV", lambda c: c.with_sites(energy_limits=())),
    ("battery_hours_are_limited", "five hours", lambda c: c.with_builds("battery_mwh", "battery", amount=10.0)),
    ("energy_balances", "three watts short", lambda c: c.with_hours(_add("grid_w", 3, -3))),
    ("energy_balances", "no dispatch", _without_plan_of("phong-may")),
    ("grid_stays_within_the_connection", "step not taken", _smaller_step),
    (
        "battery_keeps_its_power",
        "0.9 MW",
        lambda c: c.with_builds("battery_mw", "battery", amount=0.9).with_builds("battery_mwh", "battery", amount=3.0),
    ),
    ("battery_keeps_its_energy", "1.9 MWh", lambda c: c.with_builds("battery_mwh", "battery", amount=1.9)),
    ("battery_returns_to_its_start", "100 kWh", lambda c: c.with_hours(_add("charge_w", 3, 100_000, 100_000))),
    ("deferred_work_is_all_done", "a day is not done", lambda c: c.with_hours(_nothing_deferred_is_done)),
    ("backlog_stays_within_its_window", "ten hours", lambda c: c.with_hours(_ten_hours_later)),
    ("work_never_passes_full_load", "four hours at once", lambda c: c.with_hours(_all_at_once)),
    ("dppa_is_matched_within_its_contract", "more than imported", lambda c: c.with_hours(_matched_at_noon)),
    ("dppa_is_matched_within_its_contract", "no contract", lambda c: c.with_builds("dppa_mw", "wind", amount=3.9)),
    ("load_classes_are_few", "seven", _seven_classes),
    ("renewable_share_is_reached", "12 %", lambda c: c.with_policy(RENEWABLE, {2027: 0.12})),
    ("renewable_share_is_reached", "all sites", lambda c: c.with_policy(RENEWABLE, {2026: 0.1}, scope="all")),
    ("hourly_carbon_free_share_is_reached", "12 %", lambda c: c.with_policy("hourly_carbon_free_min", {2028: 0.12})),
    ("carbon_stays_under_the_cap", "80,000 t", lambda c: c.with_policy("carbon_cap_tco2", {2027: 80_000.0})),
    ("pue_stays_under_the_limit", "1.34", lambda c: c.with_policy("pue_max", {2027: 1.34})),
    ("pue_stays_under_the_limit", "the room", lambda c: c.with_policy("pue_max", {2026: 1.4}, scope="all")),
    ("water_is_enough", "100,000 m3", lambda c: c.with_sites(cooling_water_m3_per_year=100_000.0)),
    ("water_policy_holds", "100,000 m3", lambda c: c.with_policy("water_max_m3", {2028: 100_000.0})),
    (
        "programmes_stand_in_the_province",
        "1 MW",
        lambda c: c.with_policy(MW, {2028: 1.0}, programme="ai-dc"),
    ),
    (
        "programmes_stand_in_the_province",
        "a missed target binds from the first possible year",
        lambda c: c.with_policy(MW, {2026: 0.08}, programme="ai-dc").with_plan(
            missed=(replace(AI_MISSED, required=0.08),)
        ),
    ),
    ("missed_targets_are_honest", "not shown", _without_missed),
    (
        "missed_targets_are_honest",
        "possible",
        lambda c: c.with_plan(missed=(AI_MISSED, replace(AI_MISSED, year=2028, required=0.06))),
    ),
    (
        "missed_targets_are_honest",
        "too late",
        lambda c: c.with_plan(missed=(replace(AI_MISSED, earliest_year=2028),)),
    ),
    ("missed_targets_are_honest", "less", lambda c: c.with_plan(missed=(replace(AI_MISSED, required=0.04),))),
    (
        "missed_targets_are_honest",
        "another policy",
        lambda c: c.with_plan(missed=(AI_MISSED, replace(AI_MISSED, policy="pue-max"))),
    ),
    (
        "budgets_hold",
        "equity",
        lambda c: c.with_settings(funding=(make_funding("equity", "enterprise", ALL_MONEY, 1e12),)),
    ),
    (
        "budgets_hold",
        "energy is not covered",
        lambda c: c.with_settings(funding=(make_funding("recurrent", "state", ("rent", "operation"), 50e9),)),
    ),
    ("objective_is_recomputed", "1 VND", lambda c: replace(c, objective_vnd=1.0)),
)
