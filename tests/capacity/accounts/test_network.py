"""What links carry and cost, by hand."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest

from capacity.accounts import Accounts, LinkYear, compute_accounts
from capacity.accounts.network import lease_vnd
from capacity.inputs.settings import Payer
from tests.capacity.check.breakers import Case
from tests.capacity.check.network_breakers import network_case
from tests.factories import SOURCE, make_clouds, make_inputs, make_link, make_price, make_settings

WITH_VAT = make_price("egress_gb", 330.0, includes_vat=True, zones=("hcm-1",), id="hcm-egress")
MARKET = make_price("egress_gb", 400.0)


@cache
def case() -> Case:
    return network_case().with_inputs(clouds=make_clouds(prices=(*make_clouds().prices, WITH_VAT, MARKET)))


@cache
def accounts() -> Accounts:
    return compute_accounts(case().inputs, case().demand, case().plan)


def link(name: str, payer: str, year: int) -> LinkYear:
    (found,) = [row for row in accounts().link_years if (row.link, row.payer, row.year) == (name, payer, year)]
    return found


def test_a_link_carries_the_peaks_of_all_pools_and_second_routes_in_full() -> None:
    access = link("access-a", "enterprise", 2027)
    assert access.load_mbps == pytest.approx(2000 * 0.5 + 64 * 10 + 12 * 50)
    assert (access.existing_mbps, access.leased_mbps) == (1640.0, 1240.0)
    assert access.utilisation == pytest.approx(2240 / 2880)
    systems = 200 * 0.5
    assert link("office-access", "state", 2027).load_mbps == pytest.approx(0.6 * systems)
    assert link("access-b", "state", 2027).load_mbps == pytest.approx(0.4 * systems)
    assert link("room-b", "state", 2027).load_mbps == pytest.approx(systems)


def test_a_link_that_is_there_and_idle_is_told_too() -> None:
    idle = link("hanoi-b", "state", 2028)
    assert (idle.load_mbps, idle.utilisation, idle.vnd) == (0, 0, 0)


def test_a_lease_is_paid_by_the_month() -> None:
    assert link("access-a", "enterprise", 2027).vnd == pytest.approx(12 * 1240 * 100_000)
    costs = {(row.year, row.payer): row.cash_vnd for row in accounts().costs if row.category == "network"}
    assert costs[2027, "enterprise"] == pytest.approx(2 * 12 * 1240 * 100_000)
    assert (2027, "state") not in costs


def test_the_state_pays_vat_on_its_lease() -> None:
    leases = tuple(
        lease.__class__(lease.link, "state", lease.year, 10.0, lease.order_by) for lease in case().plan.leases
    )
    plan = case().with_plan(leases=leases).plan
    found = compute_accounts(case().inputs, case().demand, plan)
    vnd = {
        row.link: row.vnd for row in found.link_years if (row.payer, row.year) == ("state", 2027) and row.leased_mbps
    }
    assert vnd == pytest.approx(dict.fromkeys(("access-a", "site-a"), 1.1 * 12 * 10 * 100_000))


@pytest.mark.parametrize(
    ("payer", "includes_vat", "since", "year", "month_vnd"),
    [
        ("enterprise", False, 2020, 2027, 110.0),
        ("state", False, 2020, 2026, 121.0),
        ("state", False, 2020, 2027, 118.8),
        ("enterprise", True, 2020, 2027, 100.0),
        ("state", True, 2020, 2026, 110.0),
        ("state", True, 2020, 2027, 108.0),
        ("state", True, 2027, 2027, 110.0),
    ],
)
def test_a_lease_with_vat_has_that_of_its_link_and_is_paid_with_that_of_the_year(
    payer: Payer, includes_vat: bool, since: int, year: int, month_vnd: float
) -> None:
    """110 VND a Mbps and month, VAT of 10 % and from 2027 on of 8 %."""
    vat = {"rate_by_year": {2025: 0.1, 2027: 0.08}, "is_cost_to": ["state"], "source": SOURCE}
    inputs = make_inputs(settings=make_settings(vat=vat))
    terms = {"max_mbps": 10.0, "vnd_per_mbps_month": 110.0, "includes_vat": includes_vat, "lead_time_months": 3.0}
    link = make_link("trunk", "core", "vnix", lease=terms, valid_from=dt.date(since, 1, 1))
    assert lease_vnd(inputs, link, payer, 5.0, year) == pytest.approx(12 * 5 * month_vnd)
    assert lease_vnd(inputs, link.model_copy(update={"lease": None}), payer, 5.0, year) == 0.0


def test_traffic_out_has_the_price_of_its_zone_or_of_the_market() -> None:
    found = {(row.pool, row.location): row for row in accounts().egress_years}
    gb = 12 * 2000 * 100
    assert found["office", "hcm-1"].gb == pytest.approx(0.75 * gb)
    assert found["office", "hcm-1"].vnd == pytest.approx(0.75 * gb * 330 / 1.1)
    assert found["office", "tender"].vnd == pytest.approx(0.25 * gb * 400)
    parts = {part.key: part.present_value_vnd for part in accounts().parts}
    assert parts["egress"] == pytest.approx(sum(row.vnd for row in found.values()))
    assert parts["network_lease"] == pytest.approx(2 * 12 * 1240 * 100_000 * (1 / 1.08 + 1 / 1.08**2))


def test_a_path_has_the_round_trip_of_its_links() -> None:
    (path,) = [row for row in accounts().path_years if (row.pool, row.users, row.year) == ("systems", "agencies", 2027)]
    assert (path.round_trip_ms, path.second_round_trip_ms, path.round_trip_ms_max) == (2.0, 4.0, 100.0)
    assert path.mbps == pytest.approx(60.0)
    assert (path.fraction, path.payer) == (1.0, "state")
    (single,) = [row for row in accounts().path_years if (row.pool, row.node, row.year) == ("ai", "site", 2028)]
    assert (single.second, single.second_round_trip_ms) == ((), None)


def test_a_plan_without_a_network_has_no_such_accounts() -> None:
    plain = case().with_inputs(network=None).with_plan(flows=(), leases=())
    found = compute_accounts(plain.inputs, plain.demand, plain.plan)
    assert (found.link_years, found.path_years, found.egress_years) == ((), (), ())
