"""What a step of each limit is worth: the steps themselves, and on a small province that is really sized."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from capacity.plan import ShadowPrice
from capacity.solver import SolveOptions
from cli.main import main
from orchestrator.i18n import MISSING, messages
from orchestrator.report.study_tables import sensitivity_table
from orchestrator.sensitivity import Step, sensitivity, step_record, steps_of
from orchestrator.studied import StudyRequest
from orchestrator.studies import Sized, Variation, run_study
from tests.factories import make_inputs
from tests.orchestrator.province.test_changes import edited
from tests.orchestrator.test_studies import BUILDS
from tests.properties.provinces import Province, inputs_of

OPTIONS = SolveOptions(gap=1e-3, time_limit_s=240.0)
SUN = Province(tenants_mw=10.0, pv_mw=40.0, battery_mw=10.0, renewable_share=0.25)
"""Tenants whose sun is dearer than the grid, so that the share binds."""


def steps() -> dict[str, Step]:
    return {step.name.strip(): step for step in steps_of(make_inputs())}


def test_every_limit_has_a_step() -> None:
    names = set(steps())
    assert {"connection khanh-an", "land khanh-an", "budget:equity  2027", "renewable-share-min"} <= names
    assert not any("server-room" in name for name in names if name.startswith("connection")), "where nothing is built"
    policies = {policy.id for policy in make_inputs().settings.policies}
    assert policies <= names


def test_a_step_changes_one_limit_by_what_it_says() -> None:
    inputs, found = make_inputs(), steps()
    connection = found["connection khanh-an"].inputs
    assert connection.site("khanh-an").grid.existing_mw == inputs.site("khanh-an").grid.existing_mw + 1
    assert replace(connection, sites=inputs.sites, weather=inputs.weather) == inputs
    (equity,) = [s for s in found["budget:equity  2027"].inputs.settings.funding if s.id == "equity"]
    assert (equity.budget_vnd[2027], equity.budget_vnd[2028]) == (20e12 + 1e9, 20e12)
    share = found["renewable-share-min"]
    (policy,) = [p for p in share.inputs.settings.policies if p.id == "renewable-share-min"]
    assert policy.by_year == pytest.approx({2027: 0.02, 2028: 0.02})
    assert share.amounts == pytest.approx({2027: 1.0, 2028: 1.0})
    carbon = found["carbon-cap-tco2"]
    assert carbon.amounts == pytest.approx({2027: 1e4, 2028: 1e4}), "1 % in tonnes, the unit of its shadow price"
    assert (share.relaxes, carbon.relaxes) == (False, True)


def test_duals_count_the_years_and_the_site_of_the_step() -> None:
    prices = (
        ShadowPrice("connection", 2027, "khanh-an", "MW", 3e9),
        ShadowPrice("connection", 2028, "khanh-an", "MW", 2e9),
        ShadowPrice("connection", 2028, "elsewhere", "MW", 9e9),
        ShadowPrice("renewable-share-min", 2028, None, "percentage point", 4e9),
    )
    found = steps()
    assert found["connection khanh-an"].by_duals(prices) == pytest.approx(-5e9)
    assert found["renewable-share-min"].by_duals(prices) == pytest.approx(4e9)
    assert found["land khanh-an"].by_duals(prices) == 0.0


@cache
def base() -> Sized:
    inputs, demand = inputs_of(SUN)
    return run_study({"": Variation(inputs, demand)}, OPTIONS, lambda *_: None)[""]


def test_the_dual_of_a_share_agrees_with_a_new_plan() -> None:
    inputs, demand = inputs_of(SUN)
    (step,) = [step for step in steps_of(inputs) if step.constraint == "renewable-share-min"]
    study = run_study({"": Variation(step.inputs, demand, base().start)}, OPTIONS, lambda *_: None)
    row = step_record(step, base(), study[""])
    assert row["at_least_vnd"] <= row["difference_vnd"] <= row["at_most_vnd"]
    assert row["by_duals_vnd"] > 1e9
    assert 0.0 < row["by_duals_doubt_vnd"] < row["by_duals_vnd"]
    slack = 0.2 * row["by_duals_vnd"]
    assert row["at_least_vnd"] - slack <= row["by_duals_vnd"] <= row["at_most_vnd"] + slack


def test_a_relaxed_limit_never_costs_more_and_a_tighter_one_never_less() -> None:
    inputs, _ = inputs_of(SUN)
    dearer = replace(base(), result=replace(base().result, objective_vnd=(base().objective_vnd or 0.0) * 1.0005))
    for step in steps_of(inputs):
        for one, other in ((base(), dearer), (dearer, base())):
            row = step_record(step, one, other)
            signed = [row[key] for key in ("at_least_vnd", "difference_vnd", "at_most_vnd")]
            assert signed == sorted(signed)
            assert all(each <= 0 for each in signed) if step.relaxes else all(each >= 0 for each in signed)


def test_what_the_duals_cannot_tell_from_nothing_says_so() -> None:
    (land,) = [step for step in steps_of(base().inputs) if step.name.startswith("land khanh-an")]
    (share,) = [step for step in steps_of(base().inputs) if step.constraint == "renewable-share-min"]
    rows = [step_record(step, base(), None) for step in (land, share)]
    assert rows[0]["by_duals_vnd"] == 0.0 < rows[0]["by_duals_doubt_vnd"]
    unknown = {**rows[0], "by_duals_vnd": None, "by_duals_doubt_vnd": None}
    tightened = {**rows[0], "relaxes": False}
    document = {"steps": [*rows, unknown, tightened], "labels": {"sites": {}, "policies": {}}}
    for language, most in (("en", "saves less than 0."), ("vi", "tiết kiệm dưới 0,")):
        cells = [row[4] for row in sensitivity_table(document, messages(language)).rows]
        assert cells[0].startswith(most)
        assert " ± 0" in cells[1]
        assert cells[2] == MISSING
        assert cells[3].startswith("0 ± 0"), "how much a tighter limit costs at most is not known"


@pytest.mark.slow
def test_the_command_tells_every_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "province"
    edited(folder, *BUILDS)
    found = sensitivity((folder, "base"), StudyRequest(gap=0.01, time_limit_s=240.0), lambda *_: None)
    assert {row["status"] for row in found["steps"]} <= {"optimal", "feasible", "infeasible"}
    for language in ("vi", "en"):
        table = sensitivity_table(found, messages(language))
        assert len(table.rows) == len(found["steps"]) > 5
        assert all(len(row) == len(table.columns) == 9 for row in table.rows)
    assert main(["plan", "sensitivity", str(folder), "--duals", "--lang", "en", "--gap", "0.01"]) == 0
    assert "By the duals (bn VND)" in capsys.readouterr().out
