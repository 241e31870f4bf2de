"""Provinces whose requirements contradict each other: the set told is minimal, and each relaxation gives a plan."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from functools import cache

import pytest

from capacity.check import check
from capacity.demand.needs import Demand
from capacity.inputs import CapacityInputs
from capacity.model.requirements import relaxable_model, relaxed_inputs
from capacity.plan import Conflict, Requirement, SizingResult
from capacity.solver import SolveOptions, explain_conflict, solve
from capacity.solver.explanation import rounded_up
from tests.factories import make_funding
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
}
"""A province, and the first words of the names of the members."""
QUICK = ("demand and connection",)


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
        changed: Case | None = (inputs, demand)
        for part in relaxation.parts:
            assert part.amount >= part.least >= 0
            assert changed is not None
            changed = relaxed_inputs(*changed, part.requirement, part.amount)
        assert changed is not None
        assert sized(*changed).plan is not None, relaxation
        if len(relaxation.parts) == 1 and part.least * 0.9 >= (1 if part.requirement.unit == "month" else 0):
            less = relaxed_inputs(
                inputs, demand, part.requirement, part.least * 0.9 - (part.requirement.unit == "month")
            )
            assert less is not None
            assert sized(*less).status == "infeasible"


def test_a_province_with_a_plan_has_no_conflict() -> None:
    assert explain_conflict(*inputs_of(Province(gpus=16.0)), OPTIONS, lambda *_: None) is None


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
