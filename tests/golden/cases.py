"""Small inputs for the golden models: as few sites, halls, servers and years as show a constraint whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from capacity.demand.needs import Demand, Pool
from capacity.inputs import CapacityInputs
from capacity.inputs.energy import Tariff
from capacity.inputs.network import Link
from tests.factories import (
    SOURCE,
    make_broadband,
    make_clouds,
    make_contract,
    make_demand,
    make_energy,
    make_existing_site,
    make_gpu_pool,
    make_hardware,
    make_inputs,
    make_link,
    make_network,
    make_outage,
    make_policy,
    make_pool,
    make_price,
    make_profile,
    make_programme,
    make_resilience,
    make_rule,
    make_services,
    make_settings,
    make_site,
    make_site_loss,
    make_state_pool,
    make_tariff,
    make_wholesale_pool,
    resilient_hardware,
)

Case = Callable[[], tuple[CapacityInputs, Demand]]
HORIZON = (2027, 2028)


def _two_years(pool: Pool) -> Pool:
    return replace(pool, amounts={resource: values[1:] for resource, values in pool.amounts.items()})


def _case(*pools: Pool, **overrides: Any) -> tuple[CapacityInputs, Demand]:
    settings: dict[str, Any] = {"first_year": HORIZON[0], "last_year": HORIZON[1], **overrides.pop("settings", {})}
    sites = overrides.pop("sites", (make_site(allowed_halls=("chilled",)),))
    inputs = make_inputs(settings=make_settings(**settings), sites=sites, **overrides)
    return inputs, make_demand(*(_two_years(pool) for pool in pools), years=HORIZON)


def systems() -> tuple[CapacityInputs, Demand]:
    """The state's systems in the room that stands already, and the enterprise's office work in a new hall."""
    sites = (make_site(allowed_halls=("chilled",)), make_existing_site())
    return _case(
        make_pool(), make_state_pool(), sites=sites, energy=make_energy(dppa=None, battery=None, generation=())
    )


def work() -> tuple[CapacityInputs, Demand]:
    """AI work that can wait beside constant work, in a new hall with everything behind the meter and a DPPA."""
    return _case(make_gpu_pool(), make_pool("web", load_class="flat"))


def tenants() -> tuple[CapacityInputs, Demand]:
    """Tenants of 12 MW in 2N halls."""
    return _case(make_wholesale_pool(), sites=(make_site(allowed_halls=("shell",)),))


def quotas() -> tuple[CapacityInputs, Demand]:
    """The zone with published prices gives 24 GPUs and 5,000 vCPU."""
    clouds = make_clouds()
    first, other = clouds.providers
    zone = first.zones[0].model_copy(update={"quota_gpus": 24.0, "quota_vcpu": 5000.0})
    first = first.model_copy(update={"zones": (zone, *first.zones[1:])})
    return _case(make_pool(), make_gpu_pool(), clouds=clouds.model_copy(update={"providers": (first, other)}))


def contracts() -> tuple[CapacityInputs, Demand]:
    """Half of the office work is under contract until the end of 2027, a quarter of the AI work for a whole year more.

    Some systems of the state have not left their room, others have.
    """
    clouds = make_clouds().model_copy(
        update={
            "contracts": (
                make_contract("cloud"),
                make_contract("ai-dc", zone="hcm-1", gpu_price="hcm-h100", fraction=0.25, valid_to=dt.date(2029, 1, 1)),
            )
        }
    )
    sites = (make_site(allowed_halls=("chilled",)), make_existing_site())
    room, moved = replace(make_state_pool(), in_room=True), replace(make_state_pool(), id="moved")
    inputs, demand = _case(make_pool(), make_gpu_pool(), room, moved, sites=sites, clouds=clouds)
    needs = (replace(need, system="portal") if need.pool == "moved" else need for need in demand.needs)
    return inputs, replace(demand, needs=tuple(needs))


def _tariff(tariff_id: str, from_kv: float, below_kv: float | None, *prices: float) -> Tariff:
    update = {"id": tariff_id, "voltage_from_kv": from_kv, "voltage_below_kv": below_kv}
    return make_tariff("business", *prices).model_copy(update=update)


def _step(step_id: str, megawatt: float, voltage_kv: float) -> dict[str, Any]:
    money = {"capex_vnd": 90e9, "lead_time_months": 10.0, "lifetime_years": 30.0, "source": SOURCE}
    return {"id": step_id, "add_mw": megawatt, "voltage_kv": voltage_kv, **money}


def voltages() -> tuple[CapacityInputs, Demand]:
    """A connection at 35 kV with steps below, at and above its voltage, and a tariff for each."""
    tariffs = (
        _tariff("low", 0.0, 30.0, 1700.0, 3000.0, 5200.0),
        _tariff("middle", 30.0, 100.0, 1600.0, 2900.0, 5000.0),
        _tariff("high", 100.0, None, 1500.0, 2800.0, 4800.0),
    )
    steps = [_step("step-22", 4.0, 22.0), _step("step-35", 6.0, 35.0), _step("step-110", 30.0, 110.0)]
    grid = {"existing_mw": 10.0, "voltage_kv": 35.0, "steps": steps, "source": SOURCE}
    energy = make_energy(tariffs=tariffs, generation=(), dppa=None, battery=None)
    return _case(make_pool(), sites=(make_site(allowed_halls=("chilled",), grid=grid),), energy=energy)


def policies() -> tuple[CapacityInputs, Demand]:
    """Two candidate sites and the room, each policy of 2028 in force, scope ``new``."""
    limits = {
        "renewable_share_min": 0.3,
        "hourly_carbon_free_min": 0.2,
        "carbon_cap_tco2": 5000.0,
        "pue_max": 1.4,
        "water_max_m3": 20_000.0,
    }
    rules = tuple(make_policy(kind, {2028: limit}) for kind, limit in limits.items())
    sites = (
        make_site(allowed_halls=("chilled",)),
        make_site("nam-can", allowed_halls=("chilled",), cooling_water_m3_per_year=15_000.0),
        make_existing_site(),
    )
    return _case(make_gpu_pool(), make_state_pool(), sites=sites, settings={"policies": rules})


def programmes() -> tuple[CapacityInputs, Demand]:
    """An AI data centre of 2026 that lead times rule out: missed in its year, binding from 2027."""
    pools = (make_gpu_pool(), make_wholesale_pool(programmes=("ai-dc",)))
    rule = make_policy("programme_in_province_mw_min", {2026: 0.05, 2028: 12.0}, programme="ai-dc")
    return make_inputs(settings=make_settings(policies=(rule,)), sites=(make_site(),)), make_demand(*pools)


def money() -> tuple[CapacityInputs, Demand]:
    """The state pays with VAT for its room and systems, the enterprise without; CPU and storage servers."""
    hardware = make_hardware(skus=make_hardware().skus[:2])
    sites = (make_site(allowed_halls=("chilled",)), make_existing_site())
    return _case(make_pool(), make_state_pool(), sites=sites, hardware=hardware)


def resilience() -> tuple[CapacityInputs, Demand]:
    """AI work and tenants beside constant work, under every rule of resilience from 2028 on."""
    rules = make_resilience(outage=make_outage(from_year=2028))
    inputs, demand = _case(make_gpu_pool(), make_wholesale_pool(), sites=(make_site(),))
    settings = inputs.settings.model_copy(update={"resilience": rules})
    return replace(inputs, settings=settings, hardware=resilient_hardware(inputs.hardware)), demand


def _narrow(link: Link) -> Link:
    return link.model_copy(update={"capacity_mbps": {"state": 10.0, "enterprise": 10.0}})


def network() -> tuple[CapacityInputs, Demand]:
    """Systems of level 3, office work and broadband: two cities, the site and the room, a link that both payers lease.

    Two routes are asked for from 2028 and the far city is past its limit; without IPv6 no path leads to the room.
    """
    sites = (make_site(allowed_halls=("chilled",)), make_existing_site())
    few = {"access-a", "access-b", "state-access", "office-access", "site-a", "room-a", "trunk-a", "hcm-a", "hanoi-a"}
    links = [link for link in make_network().links if link.id in few]
    links = [_narrow(link) if link.id == "trunk-a" else link for link in links]
    links.append(make_link("trunk-b", "core", "vnix", capacity_mbps={"state": 0.0}, round_trip_ms=7.0))
    links.append(make_link("hcm-b", "vnix", "hcm", capacity_mbps={"state": 10.0, "enterprise": 2000.0}))
    links = [link.model_copy(update={"ipv6_from": None}) if link.id == "room-a" else link for link in links]
    rules = [make_rule(rule) for rule in ("latency", "ipv6", "state-network")]
    rules.append(make_rule("two-routes", valid_from=dt.date(2028, 1, 1), slack_price_vnd=2e8))
    traffic = [make_profile(round_trip_ms_max=20.0)]
    traffic.append(make_profile(id="systems", programmes=["systems"], users={"agencies": 0.6, "citizens": 0.4}))
    growth = {"exchange": "vnix", "users": "citizens", "source": SOURCE}
    file = make_network(links=links, rules=rules, traffic=traffic, candidate_paths=1, broadband=growth)
    clouds = make_clouds()
    prices = (*clouds.prices, make_price("egress_gb", 300.0))
    return _case(
        make_pool(),
        make_state_pool(),
        sites=sites,
        hardware=make_hardware(skus=make_hardware().skus[:2]),
        network=file,
        services=make_services(programmes=(make_broadband(),)),
        clouds=clouds.model_copy(update={"prices": prices}),
    )


def standby() -> tuple[CapacityInputs, Demand]:
    """Office work that must be back in an hour and AI work within a day, at three sites of which two share a dyke."""
    shared = {"substation": "tba-3", "flood_basin": "luu-vuc-nam-can", "cable_routes": ("tuyen-3",)}
    sites = (
        make_site(allowed_halls=("chilled",)),
        make_site("nam-can", allowed_halls=("chilled",)),
        make_site("dat-mui", allowed_halls=("chilled",), failure_domains=shared),
    )
    rules = make_resilience(outage=None, pad=None, site_loss=make_site_loss(from_year=2028))
    programmes = (make_programme("cloud", rto_hours=1.0, rpo_hours=1.0), make_programme("ai-dc", rto_hours=24.0))
    energy = make_energy(dppa=None, battery=None, generation=())
    services = make_services(programmes=programmes)
    return _case(
        make_pool(), make_gpu_pool(), sites=sites, energy=energy, services=services, settings={"resilience": rules}
    )


def capacity_prices() -> tuple[CapacityInputs, Demand]:
    """Work that waits beside constant work; from July 2027 a two-part tariff at 110 kV, below it one of one part."""
    two_part = _tariff("two-part", 100.0, None, 900.0, 1300.0, 2200.0).model_copy(
        update={
            "structure": "two_part",
            "capacity_vnd_per_kw_month": 200_000.0,
            "valid_from": dt.date(2027, 7, 1),
        }
    )
    tariffs = (_tariff("one-part", 0.0, None, 1600.0, 2900.0, 5000.0), two_part)
    energy = make_energy(tariffs=tariffs, tariff_structure="two_part", generation=(), dppa=None, battery=None)
    return _case(make_gpu_pool(), make_pool("web", load_class="flat"), energy=energy)


CASES: dict[str, Case] = {
    case.__name__: case
    for case in (
        systems,
        work,
        tenants,
        quotas,
        contracts,
        voltages,
        policies,
        programmes,
        money,
        resilience,
        network,
        standby,
        capacity_prices,
    )
}
CASES_OF: dict[str, tuple[str, ...]] = {
    "demand_is_met": ("systems", "quotas", "contracts"),
    "contracts_hold": ("contracts",),
    "work_does_not_move_back": ("systems",),
    "owned_servers_carry_their_share": ("systems", "work"),
    "sites_can_be_lost": ("standby",),
    "standby_servers_carry_their_share": ("standby",),
    "placed_servers_are_installed": ("systems", "work", "standby"),
    "tenants_are_housed": ("tenants",),
    "hall_power_is_enough": ("systems", "work", "tenants"),
    "racks_fit_the_hall": ("systems", "work"),
    "plant_is_redundant": ("work", "tenants"),
    "land_is_enough": ("work", "resilience"),
    "zone_quotas_hold": ("quotas",),
    "tenders_have_a_place": ("network",),
    "traffic_follows_the_work": ("network",),
    "links_carry_their_traffic": ("network",),
    "leases_stay_within_the_link": ("network",),
    "network_is_paid": ("network",),
    "grid_steps_are_taken_once": ("voltages",),
    "connection_follows_the_steps": ("work", "voltages"),
    "energy_limits_hold": ("work",),
    "battery_hours_are_limited": ("work",),
    "ups_load_is_held": ("resilience",),
    "hours_see_the_master": ("systems", "work", "resilience", "standby"),
    "build_block": ("work", "voltages", "resilience"),
    "clean_energy_shares_are_reached": ("policies",),
    "carbon_stays_under_the_cap": ("policies",),
    "pue_stays_under_the_limit": ("policies",),
    "water_is_enough": ("policies",),
    "monthly_peaks_are_charged": ("capacity_prices",),
    "programmes_stand_in_the_province": ("programmes",),
    "gensets_survive_a_failure": ("resilience",),
    "fuel_lasts_the_outage": ("resilience",),
    "capital_is_paid": ("money", "resilience"),
    "operation_is_paid": ("money",),
    "energy_contracts_are_paid": ("work",),
    "budgets_hold": ("money", "capacity_prices"),
}
"""Constraint -> the cases that its golden file shows."""
