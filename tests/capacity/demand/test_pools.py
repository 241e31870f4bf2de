from __future__ import annotations

import datetime as dt

import pytest

from capacity.demand import compute_demand
from capacity.demand.needs import ServerKind
from tests.capacity.demand.factories import RULES, inputs, programme, system


def test_needs_of_one_payer_class_and_level_are_one_pool() -> None:
    demand = compute_demand(
        inputs(
            programme("connected_things", "iot"),
            programme("fixed_platform", "twin"),
            programme("fixed_platform", "blockchain", payer="enterprise"),
            programme("fixed_platform", "portal", security_level=2),
            programme("fixed_platform", "desk", load_class="office-hours"),
        )
    )
    assert {pool.id: pool.programmes for pool in demand.pools} == {
        "enterprise-flat-l3": ("blockchain",),
        "state-flat-l2": ("portal",),
        "state-flat-l3": ("iot", "twin"),
        "state-office-hours-l3": ("desk",),
    }
    pool = next(pool for pool in demand.pools if pool.id == "state-office-hours-l3")
    assert (pool.kind, pool.payer, pool.load_class, pool.security_level) == ("cpu", "state", "office-hours", 3)


def test_ai_and_wholesale_are_pools_of_their_own() -> None:
    demand = compute_demand(
        inputs(
            programme("gpu_hours", "ai-training"),
            programme("gpu_hours", "ai-tuning"),
            programme("wholesale", "hyperscale", payer="enterprise"),
        )
    )
    assert [(pool.id, pool.kind, pool.programmes) for pool in demand.pools] == [
        ("ai-training", "gpu", ("ai-training",)),
        ("ai-tuning", "gpu", ("ai-tuning",)),
        ("hyperscale", "wholesale", ("hyperscale",)),
    ]
    assert set(demand.pools[0].amounts) == {"gpu_equivalent", "gpu_hours", "storage_tb", "billable_storage_tb"}
    assert set(demand.pools[2].amounts) == {"wholesale_mw"}


def test_work_that_is_tied_to_sites_is_a_pool_of_its_own() -> None:
    """Sites are named in any order; AI keeps the programme's id, and systems in a room stay where they are."""
    demand = compute_demand(
        inputs(
            programme("fixed_platform", "twin"),
            programme("fixed_platform", "iot", sites=("north",)),
            programme("fixed_platform", "portal", sites=("south", "north")),
            programme("fixed_platform", "desk", sites=("north", "south")),
            programme("gpu_hours", "ai", sites=("south",)),
        )
    )
    assert {pool.id: (pool.programmes, pool.sites) for pool in demand.pools} == {
        "ai": (("ai",), ("south",)),
        "state-flat-l3": (("twin",), ()),
        "state-flat-l3-at-north": (("iot",), ("north",)),
        "state-flat-l3-at-north+south": (("desk", "portal"), ("north", "south")),
    }
    pools = {pool.id: pool for pool in demand.pools}
    assert [pools["ai"].may_stand_at(site) for site in ("north", "south")] == [False, True]
    assert pools["state-flat-l3"].may_stand_at("north")


def test_systems_in_a_room_stay_whatever_sites_their_programme_names() -> None:
    room = system("a", in_room_now=True, moves_on=dt.date(2029, 6, 1))
    demand = compute_demand(inputs(programme("register_systems", sites=("north",)), systems=[room]))
    assert {pool.id: pool.sites for pool in demand.pools} == {
        "state-office-hours-l2-at-north": ("north",),
        "state-office-hours-l2-room": (),
    }


def test_systems_join_the_pool_of_their_own_class_and_level() -> None:
    demand = compute_demand(
        inputs(
            programme("register_systems", security_level=1, load_class="flat"),
            programme("fixed_platform", "twin", load_class="office-hours"),
            systems=[system("a", security_level=3), system("b", security_level=3), system("c", load_class="batch")],
        )
    )
    assert {pool.id: pool.programmes for pool in demand.pools} == {
        "state-batch-l2": ("register-systems",),
        "state-office-hours-l3": ("register-systems", "twin"),
    }


def test_amounts_have_one_entry_for_every_year() -> None:
    demand = compute_demand(inputs(*(programme(rule, first_year=2028) for rule in RULES), systems=[system("a")]))
    assert demand.years == (2025, 2026, 2027, 2028, 2029, 2030)
    for pool in demand.pools:
        for resource, by_year in pool.amounts.items():
            assert len(by_year) == 6
            assert by_year[:3] == (0, 0, 0), (pool.id, resource)
    assert demand.needs
    assert min(need.year for need in demand.needs) == 2028


def test_programme_after_the_horizon_has_no_pool() -> None:
    assert compute_demand(inputs(programme("gpu_hours", first_year=2035))).pools == ()


def test_programmes_of_one_pool_share_it_by_their_needs() -> None:
    """Two platforms and systems in one pool: their shares sum to one, and are none before a programme begins."""
    demand = compute_demand(
        inputs(
            programme("fixed_platform", "twin", load_class="office-hours"),
            programme("fixed_platform", "late", load_class="office-hours", first_year=2028),
            programme("register_systems"),
            systems=[system("a", security_level=3)],
        )
    )
    (pool,) = demand.pools
    for year in demand.years:
        measures: tuple[tuple[ServerKind, str], ...] = (("cpu", "vcpu"), ("storage", "storage_tb"))
        for kind, resource in measures:
            needs = {n.programme: n.amount for n in demand.needs if (n.year, n.resource) == (year, resource)}
            for name in pool.programmes:
                share = demand.programme_share(name, pool.id, year, kind)
                assert share == pytest.approx(needs.get(name, 0.0) / sum(needs.values()))
    assert demand.programme_share("late", pool.id, 2027, "cpu") == 0
    assert not demand.is_needed("late", pool.id, 2027)
    assert demand.is_needed("late", pool.id, 2028)


def test_gpus_and_tenants_are_of_their_programme_alone() -> None:
    demand = compute_demand(inputs(programme("gpu_hours", "ai"), programme("wholesale", "hyperscale")))
    assert demand.programme_share("ai", "ai", 2027, "gpu") == 1
    assert demand.programme_share("hyperscale", "hyperscale", 2030, None) == 1
    assert demand.programme_share("hyperscale", "ai", 2030, "gpu") == 0
