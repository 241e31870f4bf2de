"""A valid plan over a network satisfies the model at the cost of the accounts; what the rules rule out is told."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import pytest

from capacity.accounts import compute_accounts
from capacity.demand.needs import Demand
from capacity.inputs import CapacityInputs, NetworkFile
from capacity.model import SizingModel, build_model
from capacity.model.network import leases_and_flows
from tests.capacity.check.network_breakers import network_case
from tests.capacity.model.plan_in_model import Solution, solution_of
from tests.capacity.model.test_agreement import as_ordered
from tests.factories import (
    SOURCE,
    make_broadband,
    make_clouds,
    make_demand,
    make_inputs,
    make_link,
    make_network,
    make_pool,
    make_price,
    make_rule,
    make_services,
    make_state_pool,
)

NETWORK_ROWS = {
    "tenders_have_a_place",
    "traffic_follows_the_work",
    "links_carry_their_traffic",
    "leases_stay_within_the_link",
}


@cache
def carried() -> tuple[Solution, CapacityInputs, Demand]:
    """The solution of a valid plan over a network that has traffic out of clouds too."""
    case = network_case()
    clouds = make_clouds(prices=(*make_clouds().prices, make_price("egress_gb", 300.0)))
    inputs = case.with_inputs(clouds=clouds).inputs
    plan = as_ordered(case.plan, inputs)
    return solution_of(build_model(inputs, case.demand), inputs, case.demand, plan), inputs, case.demand


def rows(model: SizingModel) -> set[str]:
    return {str(key[0]) for key, _, _, _ in model.frame.model.rows}


def breaches(inputs: CapacityInputs, demand: Demand) -> dict[tuple[Any, ...], str]:
    """(pool, node, users, year) -> the policy whose slack lets the node be used all the same."""
    columns = build_model(inputs, demand).frame.model.columns
    return {key[2:]: str(key[1]) for key in columns if key[0] == "slack" and len(key) == 6}


def test_a_valid_plan_over_a_network_satisfies_the_model_at_the_cost_of_the_accounts() -> None:
    solution, inputs, demand = carried()
    assert solution.broken_rows() == []
    plan = as_ordered(network_case().plan, inputs)
    accounts = compute_accounts(inputs, demand, plan)
    assert solution.cost * 1e9 == pytest.approx(accounts.objective_vnd, rel=1e-9)
    assert {part.key for part in accounts.parts if part.present_value_vnd} >= {"network_lease", "egress"}


def test_the_solution_gives_the_leases_and_flows_of_the_plan() -> None:
    solution, _, _ = carried()
    leases, flows = leases_and_flows(solution.model.frame, solution.master, 1e-7)
    plan = network_case().plan
    assert {(lease.link, lease.payer, lease.year, round(lease.mbps, 6)) for lease in leases} == {
        (lease.link, lease.payer, lease.year, lease.mbps) for lease in plan.leases
    }
    assert sorted(flows, key=repr) == sorted(plan.flows, key=repr)
    assert {lease.order_by for lease in leases} == {lease.order_by for lease in plan.leases}


@pytest.mark.parametrize(
    ("broken", "key", "change"),
    [
        ("traffic_follows_the_work", ("flow", "ai", "site", "citizens", "access-a>site-a", "", 2027), -0.1),
        ("links_carry_their_traffic", ("lease", "access-a", "enterprise", 2027), -0.7),
        ("tenders_have_a_place", ("tender_at", "office", "hanoi", 2026), 0.1),
    ],
)
def test_a_spoilt_solution_breaks_the_constraint(broken: str, key: tuple[str | int, ...], change: float) -> None:
    solution = Solution(carried()[0].model, carried()[0].master.copy(), carried()[0].hours)
    solution.set(float(solution.master[solution.model.frame.model.columns[key]]) + change, *key)
    assert broken in {str(row[0]) for row in solution.broken_rows()}


def test_a_folder_without_a_network_has_no_such_constraint() -> None:
    assert not rows(build_model(make_inputs(), make_demand())) & NETWORK_ROWS
    assert rows(build_model(*carried()[1:])) >= NETWORK_ROWS - {"leases_stay_within_the_link"}


def _without(*links: str) -> NetworkFile:
    network = make_network()
    return network.model_copy(update={"links": tuple(link for link in network.links if link.id not in links)})


RULED_OUT: dict[str, tuple[NetworkFile, str]] = {
    "far": (
        make_network(traffic=[p.model_copy(update={"round_trip_ms_max": 2.5}) for p in make_network().traffic]),
        "latency",
    ),
    "one way": (_without("room-b"), "two-routes"),
    "without IPv6": (
        make_network(links=[link.model_copy(update={"ipv6_from": None}) for link in make_network().links]),
        "ipv6",
    ),
    "over the Internet": (_without("state-access"), "path"),
    "no link": (_without("room-a", "room-b"), "path"),
}


@pytest.mark.parametrize("case", RULED_OUT)
def test_a_place_without_a_path_is_used_only_in_the_name_of_a_rule(case: str) -> None:
    network, policy = RULED_OUT[case]
    found = breaches(make_inputs(network=network), make_demand(make_state_pool()))
    assert found["systems", "room", "agencies", 2027] == policy


def test_the_cheapest_rule_that_opens_a_path_is_named() -> None:
    far = [profile.model_copy(update={"round_trip_ms_max": 7.0}) for profile in make_network().traffic]
    slow = [link.model_copy(update={"ipv6_from": None}) for link in make_network().links if link.id == "trunk-a"]
    fast = make_link("fast", "core", "vnix", round_trip_ms=3.0, ipv6_from=None)
    links = [*(link for link in make_network().links if link.id != "trunk-a"), *slow, fast]
    for ipv6_price, named in ((1e7, "ipv6"), (1e9, "latency")):
        rules = (make_rule("latency"), make_rule("ipv6", slack_price_vnd=ipv6_price))
        network = make_network(links=links, traffic=far, rules=rules)
        found = breaches(make_inputs(network=network), make_demand(make_pool()))
        assert found["office", "hcm", "citizens", 2027] == named


def test_no_row_is_needed_where_what_is_there_carries_everything() -> None:
    links = [
        link.model_copy(update={"capacity_mbps": {"state": 1e5, "enterprise": 1e5}}) for link in make_network().links
    ]
    model = build_model(make_inputs(network=make_network(links=links)), make_demand())
    assert "links_carry_their_traffic" not in rows(model)
    assert not list(model.frame.model.matching("lease"))


def test_fibre_and_5g_load_the_links_from_the_exchange() -> None:
    growth = {"exchange": "vnix", "users": "citizens", "source": SOURCE}
    inputs = make_inputs(network=make_network(broadband=growth), services=make_services(programmes=(make_broadband(),)))
    model = build_model(inputs, make_demand(make_pool())).frame.model
    flows = {key[4] for key, _ in model.matching("flow") if key[1] == "" and key[6] == 2027}
    assert flows >= {"access-a>trunk-a"}
    assert ("traffic_follows_the_work", "", "vnix", "citizens", 2027) in {key for key, _, _, _ in model.rows}


def test_what_comes_before_the_first_lease_has_what_is_there() -> None:
    network = make_network(links=[_slow(link.id) for link in make_network().links])
    columns = build_model(make_inputs(network=network), make_demand(make_pool())).frame.model.columns
    assert {key[3] for key in columns if key[0] == "lease"} == {2028}


def _slow(name: str) -> Any:
    link = next(link for link in make_network().links if link.id == name)
    assert link.lease is not None
    return link.model_copy(update={"lease": link.lease.model_copy(update={"lead_time_months": 12.0})})


def test_orders_leave_the_lead_time_of_the_lease() -> None:
    solution, _, _ = carried()
    leases, _ = leases_and_flows(solution.model.frame, solution.master, 1e-7)
    assert {(lease.year, lease.order_by) for lease in leases} == {
        (2027, dt.date(2026, 10, 1)),
        (2028, dt.date(2027, 10, 1)),
    }
