"""For every rule of resilience, changes to a valid plan or its inputs that break it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from capacity.check import check
from capacity.demand.standby import standby_amounts
from capacity.inputs.sites import Site
from capacity.plan import Build, Dispatch, Standby, StandbyRent
from tests.capacity.check.breakers import SITE, Case
from tests.factories import (
    make_demand,
    make_outage,
    make_plan,
    make_resilience,
    make_resilient_inputs,
    make_site,
    make_zone,
)


@cache
def resilient_case() -> Case:
    """The factories' province under every rule, with a plan that keeps them."""
    inputs, demand = make_resilient_inputs(), make_demand()
    return Case(inputs, demand, make_plan(inputs, demand))


def _resilient(change: Callable[[Case], Case]) -> Callable[[Case], Case]:
    return lambda _: change(resilient_case())


def _under(case: Case, **rule: Any) -> Case:
    """The same plan under another outage rule."""
    return case.with_inputs(settings=make_resilient_inputs(resilience=_outage(**rule)).settings)


def _outage(**rule: Any) -> Any:
    return make_resilience(outage=make_outage(**rule))


def _limited(case: Case) -> Case:
    sites = case.inputs.sites
    site = make_site(fuel_tank_limit_litres=100_000.0)
    return case.with_inputs(sites=sites.model_copy(update={"sites": (site, *sites.sites[1:])}))


def _discharged_in_full(series: dict[str, np.ndarray[Any, Any]], dispatch: Dispatch) -> None:
    """1.6 MW of 2 MW, of which half a megawatt is held back."""
    del dispatch
    series["discharge_w"][19] = 1_600_000


def _half_rented(case: Case) -> Case:
    rents = tuple(replace(rent, fraction=0.5 * rent.fraction) for rent in case.plan.standby_rents)
    return case.with_plan(standby_rents=rents)


def _rented_at(location: str) -> Callable[[Case], Case]:
    def change(case: Case) -> Case:
        rents = tuple(replace(rent, location=location) for rent in case.plan.standby_rents)
        return case.with_plan(standby_rents=rents)

    return change


def _small_zone(case: Case) -> Case:
    """2,100 vCPU: enough for the 1,500 that are rented in 2026, too few for standby of 2,000 and half of 200 later."""
    clouds = case.inputs.clouds
    zones = (make_zone(quota_vcpu=2050.0), *clouds.providers[0].zones[1:])
    provider = clouds.providers[0].model_copy(update={"zones": zones})
    return case.with_inputs(clouds=clouds.model_copy(update={"providers": (provider, clouds.providers[1])}))


@cache
def _standing_by() -> Case:
    """Office work stands ready in a second candidate's servers instead of a zone; whether it could is not asked."""
    case = resilient_case()
    demand, year = case.demand, 2027
    amounts = standby_amounts(case.inputs, demand)["office", year]
    cpu, storage = case.inputs.sku("cpu"), case.inputs.sku("storage")
    servers = {"cpu": max(amounts["vcpu"] / cpu.vcpu, amounts["memory_gib"] / cpu.memory_gib)}
    servers["storage"] = amounts["storage_tb"] / storage.raw_storage_tb
    rows = tuple(
        Standby("office", "nam-can", "chilled", at, sku, count) for at in (2027, 2028) for sku, count in servers.items()
    )
    builds = tuple(
        Build("server", "nam-can", sku, 2027, math.ceil(count / 0.9), dt.date(2026, 8, 31), "chilled")
        for sku, count in servers.items()
    )
    rents = tuple(rent for rent in case.plan.standby_rents if rent.pool != "office")
    plan = case.with_plan(standbys=rows, standby_rents=rents, builds=(*case.plan.builds, *builds))
    return _beside(plan, make_site("nam-can"))


def _beside(case: Case, site: Site) -> Case:
    sites = case.inputs.sites
    weather = {**case.inputs.weather, site.id: case.inputs.weather[SITE]}
    others = tuple(other for other in sites.sites if other.id != site.id)
    return case.with_inputs(sites=sites.model_copy(update={"sites": (*others, site)}), weather=weather)


def _on_the_same_dyke(*, together: bool) -> Case:
    domains = {"substation": "tba-2", "flood_basin": f"luu-vuc-{SITE if together else 'nam-can'}", "cable_routes": ()}
    return _beside(_standing_by(), make_site("nam-can", failure_domains=domains))


def _with_more_standby() -> Case:
    case = _standing_by()
    rows = tuple(replace(row, servers=1.2 * row.servers) for row in case.plan.standbys)
    return case.with_plan(standbys=rows)


def rules_broken_beside(*, together: bool) -> set[str]:
    """Rules that are broken when the standby site shares a flood basin with the site that is lost, or does not."""
    case = _on_the_same_dyke(together=together)
    return {found.rule for found in check(case.inputs, case.demand, case.plan)}


RESILIENCE_BREAKERS: tuple[tuple[str, str, Callable[[Case], Case]], ...] = (
    (
        "gensets_survive_a_failure",
        "one genset less",
        _resilient(lambda c: c.with_builds("genset", "genset-1000", amount=2)),
    ),
    ("gensets_survive_a_failure", "two may fail", _resilient(lambda c: _under(c, failed_units=2))),
    (
        "fuel_lasts_the_outage",
        "half of the tanks",
        _resilient(lambda c: c.with_builds("fuel_tank", "tank-20", amount=8)),
    ),
    ("fuel_lasts_the_outage", "ten days", _resilient(lambda c: _under(c, hours=240))),
    (
        "fuel_lasts_the_outage",
        "no tanks",
        _resilient(lambda c: c.with_plan(builds=tuple(b for b in c.plan.builds if b.kind != "fuel_tank"))),
    ),
    (
        "ups_load_is_held",
        "batteries are too small",
        _resilient(lambda c: c.with_builds("ups_battery", "vrla", amount=10.0)),
    ),
    (
        "ups_load_is_held",
        "the battery stores too little",
        _resilient(lambda c: c.with_builds("battery_mwh", "battery", amount=0.04)),
    ),
    (
        "battery_keeps_its_power",
        "the reserve is used in an hour",
        _resilient(lambda c: c.with_hours(_discharged_in_full)),
    ),
    (
        "battery_keeps_its_energy",
        "the reserve needs room",
        _resilient(lambda c: c.with_builds("battery_mwh", "battery", amount=2.15)),
    ),
    ("sites_can_be_lost", "nothing is ready", _resilient(lambda c: c.with_plan(standby_rents=()))),
    ("sites_can_be_lost", "half is ready", _resilient(_half_rented)),
    ("sites_can_be_lost", "on the same dyke", lambda _: _on_the_same_dyke(together=True)),
    (
        "rents_have_a_price",
        "standby of what may wait",
        _resilient(lambda c: c.with_plan(standby_rents=(StandbyRent("ai", "hcm-1", 2027, 1.0, "hcm-h100"),))),
    ),
    ("rents_are_eligible", "standby abroad", _resilient(_rented_at("sgp-1"))),
    ("zone_quotas_hold", "standby takes vCPU", _resilient(_small_zone)),
    ("spares_are_kept", "all stand by", lambda _: _with_more_standby()),
    (
        "pools_stand_where_their_payer_pays",
        "standby in the room of the State",
        _resilient(lambda c: c.with_plan(standbys=(Standby("office", "phong-may", "room", 2027, "cpu", 0.1),))),
    ),
    (
        "names_are_known",
        "a SKU stands by",
        _resilient(lambda c: c.with_plan(standbys=(Standby("office", SITE, "chilled", 2027, "unheard-of", 0.1),))),
    ),
    (
        "nothing_is_negative",
        "standby",
        _resilient(lambda c: c.with_plan(standbys=(Standby("office", SITE, "chilled", 2027, "cpu", -0.1),))),
    ),
    (
        "years_are_of_the_horizon",
        "standby after it",
        _resilient(lambda c: c.with_plan(standby_rents=(StandbyRent("office", "hcm-1", 2031, 1.0),))),
    ),
    ("fuel_tanks_are_allowed", "five tanks", _resilient(_limited)),
)
