"""What a rising share of clean energy costs: the curve of a province, its document, table and place in a plan."""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import cache
from typing import Any

import jsonschema
import pytest

from capacity.accounts import compute_accounts
from capacity.solver import SolveOptions
from orchestrator.document import validate
from orchestrator.document.reading import published_schema
from orchestrator.frontier import TARGETS, Frontier, frontier, frontier_record, targets_between, with_target
from orchestrator.frontier_files import FRONTIER_SCHEMA
from orchestrator.i18n import Messages, messages
from orchestrator.report.frontier_tables import frontier_chart, frontier_table
from orchestrator.report.hourly import NO_HOURS
from orchestrator.report.page_parts import side, tables_in_order
from orchestrator.studies import Sized, Variation
from tests.cli.province_of_factories import result
from tests.factories import make_demand, make_inputs, make_plan, make_policy, make_settings
from tests.factories.clean_energy import make_clean_energy_inputs
from tests.orchestrator.report.sample import sample_document

EN, VI = messages("en"), messages("vi")


@cache
def curve() -> Frontier:
    inputs, demand = make_clean_energy_inputs()
    options = SolveOptions(gap=0.005, time_limit_s=240.0)
    return frontier(inputs, "cfe", (0.7, 0.9, 0.98, 0.99, 1.0), options, lambda *_: None, demand=demand)


@pytest.mark.slow
def test_cost_rises_slowly_to_ninety_per_cent_and_steeply_beyond_ninety_eight() -> None:
    points = {point.target: point for point in curve().points if point.over == "cfe"}
    assert all(point.sized.has_plan for point in points.values()), "each is checked"
    cost = {target: point.sized.objective_vnd or 0.0 for target, point in points.items()}
    assert list(cost.values()) == sorted(cost.values())

    def per_point(low: float, high: float) -> float:
        return (cost[high] - cost[low]) / (100 * (high - low))

    assert cost[0.9] < 1.12 * cost[0.7]
    assert per_point(0.98, 0.99) > 30 * per_point(0.7, 0.9)
    assert per_point(0.99, 1.0) > 30 * per_point(0.7, 0.9)


@pytest.mark.slow
def test_all_energy_matched_over_the_year_leaves_hours_that_are_not() -> None:
    (annual,) = [point for point in curve().points if point.over == "renewable"]
    shares = annual.shares()
    assert (shares["renewable_share"] or 0.0) >= 1.0 - 1e-6
    assert 0.5 < (shares["hourly_carbon_free"] or 0.0) < 0.95, "clearly less than all hours"
    (every_hour,) = [point for point in curve().points if (point.over, point.target) == ("cfe", 1.0)]
    assert (every_hour.shares()["hourly_carbon_free"] or 0.0) == pytest.approx(1.0, abs=1e-6)
    assert (annual.sized.objective_vnd or 0.0) < 0.5 * (every_hour.sized.result.bound_vnd or 0.0)


@pytest.mark.slow
def test_the_record_keeps_the_schema_of_its_file() -> None:
    head = {"schema": FRONTIER_SCHEMA, "inputs_digest": "0" * 64, "scenario": "test", "as_of": "2026-01-15"}
    jsonschema.validate({**head, "price_year": 2026, **frontier_record(curve())}, published_schema("frontier"))


def test_a_target_takes_the_place_of_the_last_years_and_of_nothing_else() -> None:
    policies = (
        make_policy("hourly_carbon_free_min", {2027: 0.3, 2028: 0.4}, scope="all"),
        make_policy("renewable_share_min", {2028: 0.6}),
    )
    inputs = make_inputs(settings=make_settings(policies=policies))
    changed, scope = with_target(inputs, "cfe", 0.9)
    by_kind = {policy.kind: policy.by_year for policy in changed.settings.policies}
    assert by_kind == {"hourly_carbon_free_min": {2027: 0.3, 2028: 0.9}, "renewable_share_min": {2028: 0.6}}
    assert scope == "all"


def test_without_a_policy_the_target_is_one_of_its_own() -> None:
    changed, scope = with_target(make_inputs(settings=make_settings(policies=())), "renewable", 1.0)
    (policy,) = changed.settings.policies
    assert (policy.id, policy.kind, policy.by_year) == ("frontier-renewable", "renewable_share_min", {2028: 1.0})
    assert scope == "new"


def test_a_range_is_evenly_spaced_with_both_its_ends() -> None:
    assert targets_between(0.7, 0.99, 3) == (0.7, 0.845, 0.99)
    assert targets_between(0.1, 1.0, 10) == tuple(round(0.1 * tenth, 6) for tenth in range(1, 11))
    for lowest, highest, points in ((0.0, 0.5, 3), (0.9, 0.7, 3), (0.5, 1.1, 3), (0.5, 0.9, 1)):
        with pytest.raises(ValueError, match="points from"):
            targets_between(lowest, highest, points)


def test_other_points_start_from_the_plan_of_the_lowest(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs, demand = make_inputs(), make_demand()
    plan = make_plan(inputs, demand)
    studies: list[dict[str, Variation]] = []

    def answered(variations: dict[str, Variation], *_: Any, **__: Any) -> dict[str, Sized]:
        studies.append(variations)
        objective = compute_accounts(inputs, demand, plan).objective_vnd
        accounts = compute_accounts(inputs, demand, plan)
        return {name: Sized(inputs, demand, result(plan, objective), accounts) for name in variations}

    monkeypatch.setattr("orchestrator.frontier.run_study", answered)
    frontier(inputs, "cfe", (0.9, 0.7), SolveOptions(), lambda *_: None, demand=demand)
    assert [list(study) for study in studies] == [["cfe 0.7"], ["cfe 0.9", "renewable 1.0"]]
    assert studies[0]["cfe 0.7"].start is None
    assert all(variation.start == replace(plan, dispatches=()) for variation in studies[1].values())


def test_default_targets_are_those_of_the_issue() -> None:
    assert TARGETS == (0.70, 0.80, 0.85, 0.90, 0.95, 0.98, 0.99, 1.0)


def point(over: str, target: float, cost: float | None, *, marked: bool = False, cfe: float = 0.9) -> dict[str, Any]:
    status = "optimal" if cost is not None else "infeasible"
    return {
        "over": over,
        "target": target,
        "scope": "new",
        "marked": marked,
        "status": status,
        "objective_vnd": cost,
        "bound_vnd": cost,
        "hourly_carbon_free": None if cost is None else cfe,
        "renewable_share": None if cost is None else 1.0,
        "tco2_location": None if cost is None else 10.0,
        "tco2_market": None if cost is None else 9.0,
    }


def record() -> dict[str, Any]:
    points = [
        point("cfe", 0.8, 100e9, cfe=0.8),
        point("cfe", 0.9, 120e9),
        point("cfe", 1.0, None),
        point("renewable", 1.0, 110e9, marked=True, cfe=0.7),
    ]
    return {"over": "cfe", "year": 2030, "points": points}


def test_table_says_cost_rise_and_what_cannot_be() -> None:
    table = frontier_table({"frontier": record()}, EN)
    assert [row[1] for row in table.rows] == ["80.0 %", "90.0 %", "100.0 %", "100.0 %"]
    assert table.rows[1][4:] == ("120.0", "20.0 %", "2.00")
    assert table.rows[2][4:] == ("infeasible", "—", "—")
    assert table.rows[3][2:] == ("70.0 %", "100.0 %", "110.0", "10.0 %", "—")
    assert "không khả thi" in frontier_table({"frontier": record()}, VI).rows[2]


def test_curve_has_the_points_with_a_plan_and_marks_the_other_way() -> None:
    chart = frontier_chart({"frontier": record()}, EN)
    assert chart is not None
    values = chart["data"]["values"]
    assert [(row["share"], row["cost"], row["marked"]) for row in values] == [
        (80.0, 100.0, False),
        (90.0, 120.0, False),
        (70.0, 110.0, True),
    ]
    assert chart["layer"][0]["transform"] == [{"filter": {"field": "marked", "equal": False}}]
    nothing = {**record(), "points": [point("cfe", 1.0, None)]}
    assert frontier_chart({"frontier": nothing}, EN) is None
    idle = {**point("cfe", 0.9, 120e9), "hourly_carbon_free": None}
    assert frontier_chart({"frontier": {**record(), "points": [idle]}}, EN) is None, "no load in the scope"


@pytest.mark.parametrize("text", [EN, VI], ids=["en", "vi"])
def test_a_curve_that_is_flat_because_no_load_counts_says_so(text: Messages) -> None:
    idle = {"hourly_carbon_free": None, "renewable_share": None}
    flat = {**record(), "points": [{**point("cfe", share, 120e9), **idle} for share in (0.8, 0.9)]}
    said = text("frontier.no_load", year=2030)
    assert frontier_table({"frontier": flat}, text).note.startswith(said)
    assert said not in frontier_table({"frontier": record()}, text).note
    no_plans = {**record(), "points": [point("cfe", 1.0, None)]}
    assert said not in frontier_table({"frontier": no_plans}, text).note, "without a plan nothing is known of load"


def test_a_plan_with_a_curve_keeps_its_schema_and_shows_it() -> None:
    document = {**copy.deepcopy(sample_document()), "frontier": record()}
    validate(document)
    shown = side(document, NO_HOURS, {}, "vi")
    section = next(section for section in shown.sections if section.key == "frontier")
    assert section.title == "Chi phí của tỷ lệ điện sạch tăng dần"
    assert "frontier" in shown.charts
    assert [table.key for table in tables_in_order(document, EN)].count("frontier") == 1
    plain = side(sample_document(), NO_HOURS, {}, "vi")
    assert "frontier" not in {section.key for section in plain.sections} | set(plain.charts)
