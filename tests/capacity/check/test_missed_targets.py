"""In which year a programme can first stand in the province, and which targets a plan must show as missed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from capacity.check.policy import (
    first_possible_year,
    missed_targets_are_honest,
)
from capacity.demand.needs import Pool
from capacity.plan import MissedTarget, Plan
from tests.capacity.check.breakers import AI_MISSED, ALL_MONEY, MW, Case, valid_case
from tests.capacity.check.judging import evidence_of, told, violations
from tests.factories import (
    SOURCE,
    make_demand,
    make_existing_site,
    make_funding,
    make_gpu_pool,
    make_gpu_sku,
    make_hall,
    make_hardware,
    make_inputs,
    make_pool,
    make_room,
    make_shell,
    make_site,
    make_sku,
    make_wholesale_pool,
)

YEARS = (2026, 2027, 2028)


def first_year(case: Case, programme: str = "ai-dc") -> int | None:
    return first_possible_year(evidence_of(case), programme)


def only(*pools: Pool, **inputs: Any) -> Case:
    return Case(make_inputs(**inputs), make_demand(*pools), Plan(YEARS, (), (), (), (), ()))


def test_a_programme_waits_for_demand_hall_and_server() -> None:
    assert first_year(only(make_gpu_pool())) == 2027
    late = make_gpu_pool(amounts={"gpu_equivalent": (0.0, 0.0, 64.0)})
    assert first_year(only(late)) == 2028
    assert first_year(only(late, make_gpu_pool())) == 2027, "the earlier of two pools"
    assert first_year(only(make_pool(programmes=("ai-dc", "cloud")))) == 2027
    assert first_year(only(make_gpu_pool()), "cloud") is None
    slow = make_hardware(skus=(make_sku(), make_gpu_sku(lead_time_months=13.0)))
    assert first_year(only(make_gpu_pool(), hardware=slow)) == 2028
    gone = make_hardware(skus=(make_sku(), make_gpu_sku(orderable=False)))
    assert first_year(only(make_gpu_pool(), hardware=gone)) is None
    heavy = make_hardware(skus=(make_sku(), make_gpu_sku(rack_weight_kg=9000.0)))
    assert first_year(only(make_gpu_pool(), hardware=heavy)) is None


def test_tenants_wait_for_a_hall_that_may_be_let() -> None:
    pool = make_wholesale_pool(amounts={"wholesale_mw": (12.0, 12.0, 12.0)})
    assert first_year(only(pool), "hyperscale") == 2027
    assert first_year(only(pool, sites=(make_site(allowed_halls=("chilled",)),)), "hyperscale") is None


def test_what_stands_already_serves_at_once() -> None:
    """The State's room has CPU servers since 2020 and no GPU servers; nothing can be ordered for it."""
    state: dict[str, Any] = {"payer": "state", "programmes": ("ai-dc",)}
    assert first_year(only(make_pool(**state))) == 2026
    assert first_year(only(make_gpu_pool(**state))) == 2027, "GPU servers are ordered for the room that stands"
    stay = make_hardware(skus=(make_sku(orderable=False), make_gpu_sku(orderable=False)))
    assert first_year(only(make_pool(**state), hardware=stay)) == 2026
    assert first_year(only(make_gpu_pool(**state), hardware=stay)) is None
    closed = make_existing_site(
        existing_modules=[
            {"hall": "room", "modules": 1, "from_date": "2020-01-01", "to_date": "2026-06-01", "source": SOURCE}
        ]
    )
    assert first_year(only(make_pool(**state), sites=(make_site(), closed))) is None


@pytest.mark.parametrize(
    ("covers", "budget", "expected"),
    [(ALL_MONEY, 1.0, 2027), (ALL_MONEY, 0.0, None), (ALL_MONEY[1:], 1e12, None)],
)
def test_a_new_hall_needs_a_source_with_money_for_halls(
    covers: tuple[str, ...], budget: float, expected: int | None
) -> None:
    sources = (make_funding("equity", "enterprise", covers, budget), make_funding("state", "state", ALL_MONEY, 1e12))
    case = only(make_gpu_pool()).with_settings(funding=sources)
    assert first_year(case) == expected
    assert first_year(case.with_settings(funding=sources[1:])) == 2027, "a payer without sources is not limited"
    more = make_funding("halls", "enterprise", ("hall",), 1.0)
    assert first_year(case.with_settings(funding=(*sources, more))) == 2027, "one source with money is enough"


@pytest.mark.parametrize(
    ("hall", "site", "expected"),
    [
        ({"lead_time_months": 13.0}, {}, 2028),
        ({"orderable": False}, {}, None),
        ({}, {"allowed_halls": ("shell",)}, None),
        ({"land_m2": 800.0}, {"land_m2": 800.0}, 2027),
        ({"land_m2": 801.0}, {"land_m2": 800.0}, None),
    ],
)
def test_a_new_hall_needs_time_permission_and_land(
    hall: dict[str, Any], site: dict[str, Any], expected: int | None
) -> None:
    shell = make_shell(max_rack_weight_kg=1.0)
    hardware = make_hardware(halls=(make_hall(**hall), shell, make_room()))
    assert first_year(only(make_gpu_pool(), hardware=hardware, sites=(make_site(**site),))) == expected


def test_missed_targets_are_told_once_and_in_their_order() -> None:
    case = valid_case()
    twice = case.with_plan(missed=(AI_MISSED, AI_MISSED))
    (found,) = violations(missed_targets_are_honest, twice)
    assert (found.where, found.amount, found.allowed) == ("programme-in-province-mw-min/2026", 2, 1)
    other_year = replace(AI_MISSED, year=2027)
    places = [
        row.where for row in violations(missed_targets_are_honest, case.with_plan(missed=(AI_MISSED, other_year)))
    ]
    assert places == ["programme-in-province-mw-min/2027"], "2027 is no year of the policy"


@pytest.mark.parametrize("change", [{"policy": "unheard-of"}, {"policy": "pue-max", "year": 2028}, {"year": 2027}])
def test_only_targets_of_a_programme_in_their_years_can_be_missed(change: dict[str, Any]) -> None:
    wrong = replace(AI_MISSED, **change)
    case = valid_case().with_plan(missed=(AI_MISSED, wrong))
    assert told(missed_targets_are_honest, case) == {f"{wrong.policy}/{wrong.year}": (1, 0)}


def test_a_target_of_the_first_possible_year_is_not_missed() -> None:
    rule = valid_case().with_policy(MW, {2026: 0.05, 2027: 0.05}, programme="ai-dc")
    assert told(missed_targets_are_honest, rule.with_plan(missed=(AI_MISSED,))) == {}
    shown = rule.with_plan(missed=(AI_MISSED, replace(AI_MISSED, year=2027)))
    assert told(missed_targets_are_honest, shown) == {"programme-in-province-mw-min/2027": (2027, 2027)}
    unshown = rule.with_plan(missed=())
    assert told(missed_targets_are_honest, unshown) == {"programme-in-province-mw-min/2026": (0, 1)}


def test_what_is_required_is_the_target_of_the_year() -> None:
    for required, honest in ((0.05 * (1 + 1e-7), True), (0.0501, False), (0.0499, False)):
        case = valid_case().with_plan(missed=(replace(AI_MISSED, required=required),))
        assert (told(missed_targets_are_honest, case) == {}) is honest


def test_a_target_that_nothing_can_ever_reach_is_shown_without_a_year() -> None:
    gone = make_hardware(skus=(make_sku(), make_gpu_sku(orderable=False)))
    case = only(make_gpu_pool(), hardware=gone).with_policy(MW, {2027: 0.0, 2028: 0.06}, programme="ai-dc")
    place = "programme-in-province-mw-min/2028"
    assert told(missed_targets_are_honest, case) == {place: (0, 1)}
    shown = MissedTarget("programme-in-province-mw-min", 2028, 0.06, None, "no servers")
    assert told(missed_targets_are_honest, case.with_plan(missed=(shown,))) == {}
    wrong = case.with_plan(missed=(replace(shown, earliest_year=2028),))
    assert told(missed_targets_are_honest, wrong) == {place: (2028, 0)}
