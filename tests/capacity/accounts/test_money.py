"""Hand sums of capital, operation, rent and energy of the small example."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from capacity.accounts import Accounts, compute_accounts
from capacity.accounts.renting import entries, main_resource, monthly_price_vnd, paid_vnd, rent_terms
from capacity.hourly import SiteHours
from capacity.inputs import CapacityInputs
from capacity.inputs.settings import Payer
from capacity.plan import Build, Plan
from tests.factories import (
    make_clouds,
    make_demand,
    make_gpu_pool,
    make_inputs,
    make_plan,
    make_pool,
    make_price,
    make_settings,
    make_site,
)

JUNE = dt.date(2027, 6, 1)


@pytest.fixture(scope="module")
def example() -> tuple[CapacityInputs, Plan, Accounts]:
    inputs, demand = make_inputs(), make_demand()
    plan = make_plan(inputs, demand)
    return inputs, plan, compute_accounts(inputs, demand, plan)


def of_builds(*builds: Build) -> Accounts:
    plan = Plan(years=(2026, 2027, 2028), builds=builds, placements=(), rents=(), dispatches=(), missed=())
    inputs = make_inputs(sites=(make_site(), make_site("state-site", payer="state")))
    return compute_accounts(inputs, make_demand(), plan)


def part(accounts: Accounts, key: str) -> float:
    return next(row.present_value_vnd for row in accounts.parts if row.key == key)


def test_parts_sum_to_the_objective(example: tuple[CapacityInputs, Plan, Accounts]) -> None:
    _, _, accounts = example
    assert accounts.objective_vnd == pytest.approx(sum(row.present_value_vnd for row in accounts.parts))
    before_salvage = sum(line.present_value_vnd for line in accounts.costs)
    assert accounts.objective_vnd == pytest.approx(before_salvage + part(accounts, "salvage"))
    assert part(accounts, "salvage") < 0


def test_module_is_paid_when_ordered_and_leaves_salvage() -> None:
    accounts = of_builds(Build("module", "khanh-an", "chilled", 2028, 2, JUNE, "chilled"))
    paid = 2 * 60e9 * 1.1
    assert part(accounts, "hall") == pytest.approx(paid / 1.08)
    assert part(accounts, "salvage") == pytest.approx(-paid * (1 - 1 / 20) / 1.08**3)
    assert part(accounts, "operation") == pytest.approx(2 * 2e9 / 1.08**2)
    (hall, operation) = (next(c for c in accounts.costs if c.category == name) for name in ("hall", "operation"))
    assert (hall.year, hall.payer, operation.year) == (2027, "enterprise", 2028)
    assert hall.cash_vnd == pytest.approx(paid)
    assert operation.cash_vnd == pytest.approx(4e9)


def test_state_pays_vat_on_everything_and_never_before_as_of() -> None:
    accounts = of_builds(Build("server", "state-site", "cpu", 2027, 10, dt.date(2025, 6, 1), "chilled"))
    (order,) = accounts.orders
    assert order.capex_vnd == pytest.approx(10 * 400e6 * 1.1 * 1.1)
    assert part(accounts, "server") == pytest.approx(order.capex_vnd), "paid in 2026, the year of as_of"
    assert part(accounts, "salvage") == pytest.approx(-order.capex_vnd * (1 - 2 / 5) / 1.08**3)
    assert part(accounts, "operation") == pytest.approx(0.05 * order.capex_vnd * (1 / 1.08 + 1 / 1.08**2))


def test_genset_tests_burn_diesel() -> None:
    accounts = of_builds(Build("genset", "khanh-an", "genset-1000", 2028, 3, JUNE, "chilled"))
    litres = 3 * 12 * 1000 * 0.27
    assert part(accounts, "operation") == pytest.approx((3 * 1e8 + litres * 20_000) / 1.08**2)
    (row,) = accounts.site_years
    assert row.genset_test_tco2 == pytest.approx(litres * 0.00268)
    assert row.tco2_location == row.tco2_market == row.genset_test_tco2


def test_existing_room_is_operated_and_its_servers_are_maintained(
    example: tuple[CapacityInputs, Plan, Accounts],
) -> None:
    _, _, accounts = example
    (line,) = [c for c in accounts.costs if (c.year, c.payer, c.category) == (2028, "state", "operation")]
    servers = 5 * 400e6 * 1.1 * 0.05
    assert line.cash_vnd == pytest.approx((2e9 + servers) * 1.1)


def test_energy_bill_is_grid_less_matched_and_contracts(example: tuple[CapacityInputs, Plan, Accounts]) -> None:
    inputs, plan, accounts = example
    row = next(r for r in accounts.site_years if (r.site, r.year) == ("khanh-an", 2028))
    dispatch = next(d for d in plan.dispatches if (d.site, d.year) == ("khanh-an", 2028))
    price = SiteHours(inputs, inputs.site("khanh-an"), 2028).price(110.0)
    grid = float(np.sum(price * (dispatch.grid_w - dispatch.dppa_w))) / 1000
    dppa = 1800 * 1000 * row.dppa_generated_mwh + 500 * 1000 * row.dppa_matched_mwh
    wind = next(g for g in row.generation if g.technology == "wind")
    carbon = 100_000 * 0.6592 * (row.grid_mwh - row.dppa_matched_mwh)
    (line,) = [c for c in accounts.costs if (c.year, c.payer, c.category) == (2028, "enterprise", "energy")]
    assert line.cash_vnd == pytest.approx(grid + dppa + 1900 * 1000 * wind.produced_mwh + carbon)
    room = next(r for r in accounts.site_years if (r.site, r.year) == ("phong-may", 2028))
    with_vat = 100_000 * 0.6592 * room.grid_mwh * 1.1
    assert part(accounts, "carbon") == pytest.approx((carbon + with_vat) / 1.08**2)


@pytest.mark.parametrize(
    ("payer", "includes_vat", "expected"),
    [("state", True, 110.0), ("state", False, 121.0), ("enterprise", True, 100.0), ("enterprise", False, 110.0)],
)
def test_vat_of_rent(payer: Payer, includes_vat: bool, expected: float) -> None:
    price = make_price("vcpu_month", 110.0, includes_vat=includes_vat)
    assert paid_vnd(make_settings(), payer, price, 2027) == pytest.approx(expected)


def test_rent_of_a_cpu_pool_is_twelve_months_of_what_it_needs() -> None:
    inputs, pool = make_inputs(), make_pool()
    amounts = {"billable_vcpu": 2000.0, "memory_gib": 8000.0, "billable_storage_tb": 900.0, "storage_tb": 1500.0}
    market = rent_terms(inputs, pool, amounts, "tender", None, 2027)
    assert market is not None
    assert market.vnd == pytest.approx(12 * (2000 * 100_000 + 8000 * 50_000 + 900 * 900_000))
    zone = rent_terms(inputs, pool, amounts, "hcm-1", None, 2027)
    assert zone is not None
    assert zone.vnd == pytest.approx(12 * (2000 * 95_000 / 1.1 + 8000 * 50_000 + 900 * 900_000))
    assert rent_terms(inputs, pool, amounts, "han-1", None, 2027) is None


def test_rent_of_gpus_is_by_the_hour_of_the_model() -> None:
    price = make_price("gpu_hour", 140_000.0, id="market-b200", gpu_model="B200", gpu_equivalent=2.5)
    inputs = make_inputs(clouds=make_clouds(prices=(*make_clouds().prices, price)))
    amounts = {"gpu_equivalent": 64.0, "gpu_hours": 300_000.0}
    terms = rent_terms(inputs, make_gpu_pool(), amounts, "tender", "market-b200", 2027)
    assert terms is not None
    assert terms.gpu_hours == pytest.approx(120_000)
    assert terms.vnd == pytest.approx(120_000 * 140_000)
    assert rent_terms(inputs, make_gpu_pool(), amounts, "tender", None, 2027) is None


def test_price_of_a_year_is_that_of_1_january_else_that_of_as_of() -> None:
    early = make_price("vcpu_month", 1.0, id="early", valid_from=dt.date(2025, 1, 1), valid_to=dt.date(2026, 7, 1))
    late = make_price("vcpu_month", 2.0, id="late", valid_from=dt.date(2026, 7, 1), valid_to=dt.date(2027, 7, 1))
    inputs = make_inputs(clouds=make_clouds(prices=(early, late)), settings=make_settings(as_of=dt.date(2026, 8, 1)))
    assert [p.id for p in entries(inputs, "vcpu_month", "tender", 2026)] == ["early"]
    assert [p.id for p in entries(inputs, "vcpu_month", "tender", 2027)] == ["late"]
    assert [p.id for p in entries(inputs, "vcpu_month", "tender", 2028)] == ["late"]
    assert entries(inputs, "vcpu_month", "hcm-1", 2027) == []
    assert monthly_price_vnd(inputs, "enterprise", "vcpu_month", "hcm-1", 2027) == 2.0
    assert monthly_price_vnd(inputs, "enterprise", "memory_gib_month", "hcm-1", 2027) is None


def test_main_resource_of_a_pool() -> None:
    assert main_resource({"gpu_hours": 1.0, "billable_storage_tb": 1.0}) == "gpu_hour"
    assert main_resource({"billable_storage_tb": 1.0, "billable_vcpu": 1.0}) == "vcpu_month"
    assert main_resource({"billable_storage_tb": 1.0}) == "storage_tb_month"
    assert main_resource({"wholesale_mw": 1.0}) is None


def test_rent_without_a_price_is_an_error(example: tuple[CapacityInputs, Plan, Accounts]) -> None:
    inputs, plan, _ = example
    moved = replace(plan, rents=tuple(replace(rent, location="han-1") for rent in plan.rents))
    with pytest.raises(LookupError, match="no price for pool office in han-1 in 2026"):
        compute_accounts(inputs, make_demand(), moved)
