"""Provinces whose requirements contradict each other: the set told is minimal, and each relaxation gives a plan."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from capacity.check import check
from capacity.demand.needs import Demand
from capacity.inputs import CapacityInputs
from capacity.inputs.resilience import Resilience
from capacity.model.requirements import Elastic, relaxable_model, relaxed_inputs, relaxed_together
from capacity.plan import Conflict, Relaxed, Requirement, SizingResult
from capacity.solver import SolveOptions, explain_conflict, solve
from capacity.solver.explanation import rounded_up, stretched
from tests.factories import (
    make_demand,
    make_funding,
    make_network,
    make_outage,
    make_resilient_inputs,
    make_rule,
    resilient_hardware,
)
from tests.properties.provinces import Province, inputs_of

OPTIONS = SolveOptions(gap=0.05, time_limit_s=240.0)
Case = tuple[CapacityInputs, Demand]


def _poor() -> Case:
    """The state's systems fit neither its room nor its money for rent."""
    inputs, demand = inputs_of(Province(systems_vcpu=4000.0))
    money = (make_funding("recurrent", "state", ("rent", "operation", "energy"), 4e9),)
    return dataclasses.replace(inputs, settings=inputs.settings.model_copy(update={"funding": money})), demand


def _late() -> Case:
    """Tenants want a hall in 2027, and nothing ordered from July 2026 is ready by then."""
    inputs, demand = inputs_of(Province(tenants_mw=10.0))
    settings = inputs.settings.model_copy(update={"as_of": dt.date(2026, 7, 10)})
    return dataclasses.replace(inputs, settings=settings), demand


def _narrow() -> Case:
    """Tenants need more than the only link of the site carries, and nobody leases it out."""
    inputs, demand = inputs_of(Province(tenants_mw=10.0))
    links = [link for link in make_network().links if link.id != "site-b"]
    links = [link.model_copy(update={"lease": None}) if link.id == "site-a" else link for link in links]
    return dataclasses.replace(inputs, network=make_network(links=links, rules=())), demand


def _far() -> Case:
    """Tenants ask for an answer within 3 ms; the way to the only site takes 4."""
    inputs, demand = inputs_of(Province(tenants_mw=10.0))
    near = [profile.model_copy(update={"round_trip_ms_max": 3.0}) for profile in make_network().traffic]
    network = make_network(traffic=near, rules=(make_rule("latency"),))
    return dataclasses.replace(inputs, network=network), demand


def _dry() -> Case:
    """Three days alone for a hall of tenants, at a site that may hold one tank."""
    inputs, demand = inputs_of(Province(tenants_mw=10.0))
    settings = inputs.settings.model_copy(update={"resilience": Resilience(outage=make_outage())})
    site = inputs.sites.sites[0].model_copy(update={"fuel_tank_limit_litres": 20_000.0})
    sites = inputs.sites.model_copy(update={"sites": (site,)})
    hardware = resilient_hardware(inputs.hardware, 0.0)
    return dataclasses.replace(inputs, settings=settings, sites=sites, hardware=hardware), demand


CASES: dict[str, tuple[Callable[[], Case], set[str]]] = {
    "target and land": (lambda: inputs_of(Province(gpus=48.0, ai_mw=20.0, land_m2=10_000.0)), {"programme", "land"}),
    "demand and connection": (lambda: inputs_of(Province(tenants_mw=50.0)), {"demand", "connection"}),
    "share and technology": (
        lambda: inputs_of(Province(tenants_mw=10.0, pv_mw=4.0, renewable_share=0.3)),
        {"renewable", "limit", "demand"},
    ),
    "PUE and halls": (lambda: inputs_of(Province(tenants_mw=10.0, pue=1.05)), {"pue", "demand"}),
    "money and demand": (_poor, {"budget", "demand"}),
    "orders and demand": (_late, {"lead_times", "demand"}),
    "link and demand": (_narrow, {"link", "demand"}),
    "latency and demand": (_far, {"latency", "demand"}),
    "outage and demand": (_dry, {"resilience", "demand"}),
}
"""A province, and the first words of the names of the members."""
QUICK = ("demand and connection", "link and demand")
WHOLE = ("latency", "resilience:outage")
"""Rules that the inputs know on or off: how far they are relaxed makes no difference."""


@cache
def explained(case: str) -> Conflict:
    conflict = explain_conflict(*CASES[case][0](), OPTIONS, lambda *_: None)
    assert conflict is not None
    return conflict


def sized(inputs: CapacityInputs, demand: Demand) -> SizingResult:
    """A result whose plan, when there is one, the checker accepts."""
    result = solve(inputs, demand, OPTIONS, lambda *_: None)
    if result.plan is not None:
        assert check(inputs, demand, result.plan, objective_vnd=result.objective_vnd) == ()
    return result


def words(members: tuple[Requirement, ...]) -> set[str]:
    return {member.name.split(":")[0].split("-")[0] for member in members}


def every_case(*quick: str) -> list[object]:
    return [case if case in quick else pytest.param(case, marks=pytest.mark.slow) for case in CASES]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("case", every_case(*QUICK))
def test_the_set_is_the_one_that_contradicts_itself_and_minimal(case: str) -> None:
    conflict = explained(case)
    assert words(conflict.members) == CASES[case][1]
    assert conflict.minimal
    assert conflict.needed == conflict.members
    assert conflict.bound_vnd > 0


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("case", list(CASES))
def test_without_any_one_member_the_province_itself_has_a_plan(case: str) -> None:
    """Each member is dropped from the inputs, in all sites, and the province is sized as ever."""
    inputs, demand = CASES[case][0]()
    most = {elastic.requirement: elastic.most * elastic.to_unit for elastic in relaxable_model(inputs, demand).elastics}
    assert sized(inputs, demand).status == "infeasible"
    for member in explained(case).members:
        amount = {"0.01 PUE": 1000.0, "percentage point": 100.0}.get(member.unit, most[member])
        changed = relaxed_inputs(inputs, demand, member, amount)
        assert changed is not None
        assert sized(*changed).plan is not None, member


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("case", every_case(*QUICK))
def test_each_relaxation_alone_gives_a_checked_plan_and_less_does_not(case: str) -> None:
    inputs, demand = CASES[case][0]()
    relaxations = explained(case).relaxations
    assert relaxations
    assert [r.priced_vnd for r in relaxations] == sorted(r.priced_vnd for r in relaxations)
    for relaxation in relaxations:
        assert relaxation.found
        assert all(part.amount >= part.least >= 0 for part in relaxation.parts)
        changed = relaxed_together(inputs, demand, relaxation.parts)
        assert changed is not None
        assert sized(*changed).plan is not None, relaxation
        part = relaxation.parts[0]
        if part.requirement.name in WHOLE:
            continue
        if len(relaxation.parts) == 1 and part.least * 0.9 >= (1 if part.requirement.unit == "month" else 0):
            less = relaxed_inputs(
                inputs, demand, part.requirement, part.least * 0.9 - (part.requirement.unit == "month")
            )
            assert less is not None
            assert sized(*less).status == "infeasible"


def test_a_province_with_a_plan_has_no_conflict() -> None:
    assert explain_conflict(*inputs_of(Province(gpus=16.0)), OPTIONS, lambda *_: None) is None


def test_sets_are_told_as_soon_as_they_are_proved_and_only_shrink() -> None:
    told: list[dict[str, Any]] = []

    def tell(event: str, about: dict[str, Any]) -> None:
        if event == "members":
            told.append(about)

    conflict = explain_conflict(*CASES["demand and connection"][0](), OPTIONS, tell)
    assert conflict is not None
    assert told[0]["needed"] == ()
    assert (told[-1]["members"], told[-1]["needed"]) == (conflict.members, conflict.needed)
    assert all(set(about["needed"]) <= set(about["members"]) for about in told)
    for before, after in itertools.pairwise(told):
        assert set(after["members"]) <= set(before["members"])
        assert set(after["needed"]) >= set(before["needed"])


def test_a_master_in_which_nothing_is_free_is_solved() -> None:
    """Tenants alone, without energy to choose, policies or funding: the hours have nothing left to size."""
    assert sized(*inputs_of(Province(tenants_mw=10.0))).status == "optimal"


@pytest.mark.parametrize(
    ("amount", "unit", "told"),
    [
        (27.152715, "MW", 27.16),
        (86_608.66, "m3", 86_610.0),
        (3.0003, "month", 3.0),
        (3.2, "month", 4.0),
        (0.0, "MW", 0.0),
    ],
)
def test_amounts_are_told_in_round_numbers_that_suffice(amount: float, unit: str, told: float) -> None:
    assert rounded_up(amount, unit) == told


def test_beside_others_an_amount_of_mere_rounding_is_none() -> None:
    about = Requirement("pue-max", 2027, "khanh-an", "0.01 PUE")
    elastics = {column: Elastic(about, column, 10.0, 1.0, 5.0) for column in (0, 1)}
    assert stretched({0: 2.0, 1: 4e-9}, 0.1, elastics) == {0: pytest.approx(2.2), 1: 0.0}
    assert stretched({0: 4.9, 1: 1e-3}, 0.1, elastics) == {0: 5.0, 1: pytest.approx(1.1e-3)}
    assert stretched({1: 4e-9}, 0.1, elastics)[1] > 0


def test_a_rule_of_the_network_is_off_in_the_year_only() -> None:
    inputs, demand = _far()
    rule = make_rule("latency", valid_from=dt.date(2026, 1, 1), valid_to=dt.date(2029, 1, 1))
    inputs = dataclasses.replace(inputs, network=make_network(rules=(rule, make_rule("ipv6"))))
    changed = relaxed_inputs(inputs, demand, Requirement("latency", 2027, None, "Mbps"), 1.0)
    assert changed is not None
    assert changed[0].network is not None
    in_force = {
        year: [rule.id for rule in changed[0].network.rules if rule.in_force(dt.date(year, 1, 1))]
        for year in range(2025, 2030)
    }
    both = ["latency", "ipv6"]
    assert in_force == {2025: ["ipv6"], 2026: both, 2027: ["ipv6"], 2028: both, 2029: ["ipv6"]}


def test_a_link_short_in_two_years_is_widened_once_by_the_most() -> None:
    inputs, demand = _narrow()
    parts = [
        Relaxed(Requirement("link:site-a:enterprise", year, None, "Mbps"), mbps, 0.0)
        for year, mbps in ((2027, 70.0), (2028, 110.0))
    ]
    changed = relaxed_together(inputs, demand, parts)
    assert changed is not None
    assert changed[0].network is not None
    links = {link.id: link.capacity_mbps for link in changed[0].network.links}
    assert links["site-a"] == {"state": 100.0, "enterprise": 210.0}
    assert links["trunk-a"] == {"state": 100.0, "enterprise": 100.0}


def test_rules_of_resilience_bind_after_the_year() -> None:
    inputs, demand = make_resilient_inputs(), make_demand()
    for name, site in (("resilience:outage", "khanh-an"), ("resilience:site_loss:office", "khanh-an")):
        changed = relaxed_inputs(inputs, demand, Requirement(name, 2027, site, "fraction"), 0.5)
        assert changed is not None
        rules = changed[0].settings.resilience
        assert rules.outage is not None
        assert rules.site_loss is not None
        assert rules.outage.from_year == (2028 if "outage" in name else 2027)
        assert rules.site_loss.from_year == (2028 if "site_loss" in name else 2027)


def test_what_inputs_cannot_say_is_not_relaxed() -> None:
    inputs, demand = _far()
    for name in ("path", "link:no-such:state", "resilience:outage"):
        assert relaxed_inputs(inputs, demand, Requirement(name, 2027, None, "Mbps"), 1.0) is None
    some = Relaxed(Requirement("latency", 2027, None, "Mbps"), 1.0, 0.0)
    none = Relaxed(Requirement("path", 2027, None, "Mbps"), 1.0, 0.0)
    assert relaxed_together(inputs, demand, (some, none)) is None
