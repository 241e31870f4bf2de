"""What the loss of a site leaves of a pool and what stands ready for it, by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from capacity.accounts import compute_accounts
from capacity.accounts.standby import Standbys, can_stand_in, gives, scarcest
from capacity.accounts.standing import Standing
from capacity.demand.needs import Pool
from capacity.inputs import CapacityInputs
from capacity.inputs.sites import Site
from capacity.plan import Placement, Plan, Rent, Standby, StandbyRent
from tests.factories import (
    make_demand,
    make_existing_site,
    make_gpu_pool,
    make_gpu_sku,
    make_pool,
    make_programme,
    make_resilient_inputs,
    make_site,
    make_sku,
    make_storage_sku,
    make_wholesale_pool,
)

A, B, C = "khanh-an", "nam-can", "hon-khoai"
YEARS = (2026, 2027, 2028)
CPU, STORAGE = 2000 / 128, 1500 / 500


def test_a_server_gives_to_pools_of_its_kind_and_storage_to_all() -> None:
    assert gives(make_sku(), make_pool()) == {"vcpu": 128.0, "memory_gib": 1024.0}
    assert gives(make_gpu_sku(), make_gpu_pool()) == {"gpu_equivalent": 10.0}
    assert gives(make_sku(), make_gpu_pool()) == gives(make_gpu_sku(), make_pool()) == {}
    for pool in (make_pool(), make_gpu_pool()):
        assert gives(make_storage_sku(), pool) == {"storage_tb": 500.0}


def test_scarcest_of_what_is_needed_decides() -> None:
    assert scarcest({"vcpu": 50.0, "memory_gib": 300.0}, {"vcpu": 100.0, "memory_gib": 400.0}) == 0.5
    assert scarcest({"vcpu": 50.0}, {"vcpu": 100.0, "storage_tb": 5.0}) == 0.0
    assert scarcest({"vcpu": 50.0}, {}) == 0.0
    assert scarcest({"vcpu": 50.0}, {"vcpu": 100.0, "billable_storage_tb": 9.0}) == 0.5


def domains(**same: str) -> dict[str, Any]:
    """Failure domains of the second site, some of them those of the first."""
    first = {"substation": f"tba-{A}", "flood_basin": f"luu-vuc-{A}", "cable_routes": f"tuyen-{A}"}
    own = {"substation": "tba-2", "flood_basin": "luu-vuc-2", "cable_routes": "tuyen-2"}
    values = {**own, **{name: first[name] for name in same}}
    return {**values, "cable_routes": ("tuyen-9", values["cable_routes"])}


@pytest.mark.parametrize("shared", ["substation", "flood_basin", "cable_routes", None])
def test_standby_counts_where_nothing_fails_together(shared: str | None) -> None:
    other = make_site(B, failure_domains=domains(**({shared: "yes"} if shared else {})))
    assert can_stand_in(other, make_site()) is (shared is None)


def test_standby_is_at_another_site_of_the_payer_whose_failure_domains_are_known() -> None:
    lost = make_site()
    assert not can_stand_in(lost, lost)
    assert can_stand_in(make_site(B), lost)
    assert not can_stand_in(make_site(B, payer="state"), lost)
    assert not can_stand_in(make_site(B, failure_domains=None), lost)
    assert not can_stand_in(make_site(B), make_site(failure_domains=None))


def inputs_of(*sites: Site) -> CapacityInputs:
    return make_resilient_inputs(sites=(make_site(), make_site(B), make_site(C), *sites))


def work(site: str, fraction: float, year: int = 2027, pool: str = "office") -> list[Placement]:
    return [
        Placement(pool, site, "chilled", year, sku, fraction * servers)
        for sku, servers in (("cpu", CPU), ("storage", STORAGE))
    ]


def ready(site: str, fraction: float, year: int = 2027, pool: str = "office") -> list[Standby]:
    return [
        Standby(row.pool, row.site, row.hall, row.year, row.sku or "", row.servers)
        for row in work(site, fraction, year, pool)
    ]


def standbys_of(inputs: CapacityInputs, *pools: Pool, **rows: Any) -> Standbys:
    values = {"placements": (), "rents": (), "standbys": (), "standby_rents": (), **rows}
    plan = Plan(
        years=YEARS, builds=(), dispatches=(), missed=(), **{name: tuple(value) for name, value in values.items()}
    )
    return Standbys(Standing(inputs, plan), make_demand(*(pools or (make_pool(),))))


def losses(standbys: Standbys) -> dict[tuple[str, str, int], tuple[float, float]]:
    return {(row.site, row.pool, row.year): (row.lost_fraction, row.ready_fraction) for row in standbys.losses()}


def test_a_site_that_carries_all_loses_all() -> None:
    found = losses(standbys_of(inputs_of(), placements=work(A, 1.0)))
    assert found == {(A, "office", 2027): pytest.approx((1.0, 0.0))}


def test_what_other_sites_and_rent_carry_is_not_lost() -> None:
    """Half at one site, 30 % at another and 20 % rented: each loss is its own part; what is too much is not lost."""
    rents = [
        Rent("office", "tender", 2027, 0.2),
        Rent("office", "tender", 2028, 1.0),
        Rent("other", "tender", 2027, 1.0),
    ]
    placements = [*work(A, 0.5), *work(B, 0.3)]
    found = losses(standbys_of(inputs_of(), placements=placements, rents=rents))
    assert found == {
        (A, "office", 2027): pytest.approx((0.5, 0.0)),
        (B, "office", 2027): pytest.approx((0.3, 0.0)),
    }
    generous = losses(standbys_of(inputs_of(), placements=[*work(A, 0.8), *work(B, 0.4)], rents=rents[:1]))
    assert generous[A, "office", 2027] == pytest.approx((0.4, 0.0))
    assert (B, "office", 2027) not in generous or generous[B, "office", 2027][0] < 1e-9


def test_what_stands_ready_elsewhere_and_what_is_leased_count_together() -> None:
    """20 % ready at the second site and 30 % at the third serve the first; its own standby does not. 10 % leased."""
    standby = [*ready(B, 0.2), *ready(C, 0.3), *ready(A, 0.9), *ready(B, 1.0, 2028), *ready(B, 1.0, pool="second")]
    leased = [StandbyRent("office", "tender", 2027, 0.1), StandbyRent("office", "tender", 2028, 0.7)]
    pools = (make_pool(), make_pool("second"))
    rows = standbys_of(inputs_of(), *pools, placements=work(A, 1.0), standbys=standby, standby_rents=leased)
    assert losses(rows)[A, "office", 2027] == pytest.approx((1.0, 0.6))


def test_nothing_is_lost_before_the_rule_or_of_what_may_wait() -> None:
    placements = [
        *work(A, 1.0, 2026),
        Placement("ai", A, "chilled", 2027, "gpu", 6.4),
        Placement("ai", A, "chilled", 2027, "storage", 0.8),
        Placement("tenants", A, "shell", 2027, None, 0.0, 12.0),
    ]
    pools = (make_pool(), make_gpu_pool(), make_wholesale_pool())
    assert losses(standbys_of(inputs_of(), *pools, placements=placements)) == {}


def test_rows_tell_what_stands_ready_by_place() -> None:
    """Half of the office at a site in servers, a quarter rented: storage raw at the site and billed when rented."""
    leased = StandbyRent("office", "tender", 2028, 0.25)
    rows = list(standbys_of(inputs_of(), standbys=ready(B, 0.5), standby_rents=[leased]).rows())
    own, rented = rows
    assert (own.pool, own.payer, own.location, own.rented, own.year, own.vnd) == (
        ("office", "enterprise", B, False, 2027, None)
    )
    assert (own.fraction, own.vcpu, own.memory_gib, own.storage_tb) == pytest.approx((0.5, 1000, 4000, 750))
    assert own.gpus == 0
    assert (rented.pool, rented.payer, rented.location, rented.rented, rented.year) == (
        ("office", "enterprise", "tender", True, 2028)
    )
    assert (rented.fraction, rented.vcpu, rented.memory_gib, rented.storage_tb) == (0.25, 500, 2000, 225)
    assert rented.vnd == pytest.approx(0.25 * 12 * (2000 * 100_000 + 8000 * 50_000 + 900 * 900_000))


def test_gpus_that_stand_ready_are_told_in_equivalents_or_as_rented() -> None:
    """AI that must be back in an hour: 64 equivalents; rented it is 300,000 hours of an H100 in 8,784."""
    base = inputs_of()
    programmes = (make_programme("ai-dc", rto_hours=1.0, rpo_hours=1.0),)
    inputs = replace(base, services=base.services.model_copy(update={"programmes": programmes}))
    standby = [Standby("ai", B, "chilled", 2027, "gpu", 3.2), Standby("ai", B, "chilled", 2027, "storage", 0.8)]
    leased = StandbyRent("ai", "tender", 2028, 0.5, "market-gpu-hour")
    own, rented = standbys_of(inputs, make_gpu_pool(), standbys=standby, standby_rents=[leased]).rows()
    assert (own.fraction, own.gpus, own.storage_tb, own.vcpu) == pytest.approx((0.5, 32, 200, 0))
    assert rented.gpus == pytest.approx(0.5 * 300_000 / 8784)
    assert rented.vnd == pytest.approx(0.5 * (300_000 * 70_000 + 12 * 300 * 900_000))


def test_half_of_what_must_be_back_within_a_day_is_all_that_must_stand_ready() -> None:
    """The systems of the State: 100 vCPU of 200, and no replica, for their backups are a day old at most."""
    inputs = inputs_of(make_existing_site(), make_existing_site("phong-hai"))
    pool = make_pool("systems", payer="state", programmes=("systems",))
    standby = [Standby("systems", "phong-hai", "room", 2027, "cpu", 0.5 * CPU)]
    rows = standbys_of(inputs, pool, placements=work("phong-may", 1.0, pool="systems"), standbys=standby)
    (row,) = rows.rows()
    assert (row.payer, row.fraction, row.vcpu, row.storage_tb) == ("state", 1.0, 1000.0, 0.0)
    assert losses(rows)["phong-may", "systems", 2027] == pytest.approx((1.0, 1.0))


def test_standby_rent_without_a_price_is_an_error() -> None:
    rows = standbys_of(inputs_of(), standby_rents=[StandbyRent("office", "han-1", 2027, 0.1)])
    with pytest.raises(LookupError, match="no price for standby of pool office in han-1 in 2027"):
        list(rows.rows())


def test_rented_standby_is_cash_and_present_value_of_rent() -> None:
    """A quarter of what the office needs ready in 2028; servers that stand by are orders and no rent."""
    leased = StandbyRent("office", "tender", 2028, 0.25)
    standbys = standbys_of(inputs_of(), standbys=ready(B, 0.5), standby_rents=[leased])
    found = compute_accounts(standbys.standing.inputs, standbys.demand, standbys.standing.plan)
    vnd = 0.25 * 12 * (2000 * 100_000 + 8000 * 50_000 + 900 * 900_000)
    (line,) = [line for line in found.costs if line.category == "rent"]
    assert (line.year, line.payer) == (2028, "enterprise")
    assert line.cash_vnd == pytest.approx(vnd)
    assert next(part.present_value_vnd for part in found.parts if part.key == "rent") == pytest.approx(vnd / 1.08**2)
    assert found.standbys == tuple(standbys.rows())
