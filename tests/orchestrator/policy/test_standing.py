"""The register of examples/ca-mau on three days: owners, levels, status, verdicts."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from orchestrator.policy.standing import Register, assessment_evidence, load_register
from orchestrator.policy.view import counts_of, explain_document, owners_over_time, rows_of, status_document
from policies import Assessment, System, Waiver
from policies.facts import UNKNOWN

FOLDER = Path(__file__).parents[3] / "examples" / "ca-mau"
DAYS = (dt.date(2025, 2, 1), dt.date(2025, 8, 1), dt.date(2026, 11, 24))


@cache
def register(day: dt.date = DAYS[-1]) -> Register:
    return dataclasses.replace(loaded(), day=day)


@cache
def loaded() -> Register:
    return load_register(FOLDER)


def system(name: str) -> System:
    found = loaded().system(name)
    assert found is not None
    return found


def on(day: dt.date, name: str) -> tuple[str | None, str]:
    return register(day).owner_of(system(name)), register(day).standing(system(name)).status


def test_one_system_under_its_three_owners() -> None:
    found = owners_over_time(register(), system("bl-email"))
    assert found == [
        ("bl-so-tttt", dt.date(2011, 1, 1), dt.date(2025, 3, 1)),
        ("bl-so-khcn", dt.date(2025, 3, 1), dt.date(2025, 7, 1)),
        ("so-khcn", dt.date(2025, 7, 1), None),
    ]
    assert [on(day, "bl-email")[0] for day in (DAYS[0], dt.date(2025, 6, 30), *DAYS[1:])] == [
        "bl-so-tttt", "bl-so-khcn", "so-khcn", "so-khcn",
    ]  # fmt: skip
    # what was not yet there has no owners of that time
    assert owners_over_time(register(DAYS[0]), system("bl-email")) == [("bl-so-tttt", dt.date(2011, 1, 1), None)]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("school-management", "verified"),
        ("virtual-assistant", "migrated"),
        ("official-email", "both"),
        ("portal", "moving"),
        ("data-warehouse", "planned"),
        ("online-learning", "unverified"),
        ("food-traceability", "unverified"),
        ("citizen-app", "unverified"),
        ("one-stop-bac-lieu", "retired"),
        ("bl-lgsp", "not-assessed"),
    ],
)
def test_the_status_of_the_example(name: str, status: str) -> None:
    assert on(DAYS[-1], name)[1] == status
    assert on(DAYS[0], name)[1] in ("not-assessed", "unverified"), "nothing had been seen by then"


def test_a_past_day_knows_nothing_of_what_came_later() -> None:
    early, late = (rows_of(register(day)) for day in (DAYS[0], DAYS[-1]))
    there = {row.system.id for row in early}
    assert there < {row.system.id for row in late}
    assert all(row.system.in_service_from is None or row.system.in_service_from <= DAYS[0] for row in early)
    assert counts_of(early).assessed == 0
    assert counts_of(late).assessed >= 8
    assert counts_of(late).moved == 3
    assert all(each["evidence"] == [] for each in status_document(register(DAYS[0]), early)["systems"])


def test_level_rules_switch_on_their_dates() -> None:
    name = system("field-reports")
    levels = {
        day: explain_document(register(dt.date.fromisoformat(day)), name)["level"]
        for day in ("2026-08-18", "2027-06-30", "2027-07-01")
    }
    assert [(each["criteria"], each["required"]) for each in levels.values()] == [
        ("decree-85-2016", 3), ("decree-85-2016", 3), ("decree-331-2026", 2),
    ]  # fmt: skip
    rules = {
        day: {verdict.rule.id for verdict in register(dt.date.fromisoformat(day)).verdicts(name)}
        for day in ("2026-08-18", "2026-08-19", "2026-12-31", "2027-01-01")
    }
    assert "backup-3-2-1" not in rules["2026-08-18"]
    assert "backup-3-2-1" in rules["2026-08-19"]
    assert {"level-approved"} == rules["2026-12-31"] - rules["2027-01-01"]
    assert {"level-approved-2027"} == rules["2027-01-01"] - rules["2026-12-31"]


def verdicts(name: str, day: dt.date = DAYS[-1]) -> dict[str, str]:
    return {each.rule.id: each.outcome for each in register(day).verdicts(system(name))}


def test_a_zone_in_bangkok_is_caught() -> None:
    assert verdicts("food-traceability")["zone-in-viet-nam"] == "broken"
    assert "vng-bkk-1a" not in register().eligible(system("food-traceability"))
    assert "fpt-jcsi2" not in register().eligible(system("food-traceability"))
    assert "fpt-han" in register().eligible(system("food-traceability"))


def test_a_waiver_that_has_ended_is_no_longer_honoured() -> None:
    assert verdicts("health-database", dt.date(2026, 10, 31))["encryption-at-rest"] == "waived"
    assert verdicts("health-database", dt.date(2026, 11, 1))["encryption-at-rest"] == "broken"
    assert verdicts("land-database")["backup-3-2-1"] == "waived"
    assert verdicts("land-database", dt.date(2026, 12, 20))["backup-3-2-1"] == "broken"


def test_what_nobody_has_stated_is_not_known() -> None:
    facts = register().facts(system("bl-lgsp"))
    assert (facts.resource.log_months, facts.resource.isolation, facts.system.level_approved_on) == (UNKNOWN, "", "")
    assert verdicts("bl-lgsp")["log-retention"] == "unknown"


def test_conflicting_observations_are_shown() -> None:
    (conflict,) = register().standing(system("bl-portal")).conflicts
    assert (conflict.place, conflict.running.collector, conflict.gone.collector) == ("agency", "probe", "hyperv")


def test_rows_of_an_agency_are_what_it_has_on_the_day() -> None:
    before, after = (rows_of(register(day), "so-khcn") for day in (DAYS[0], DAYS[1]))
    assert before == ()
    assert {"official-email", "bl-email"} <= {row.system.id for row in after}
    assert all(row.owner is not None and row.owner.id == "so-khcn" for row in after)


def test_the_order_of_rows_does_not_matter() -> None:
    base = register()
    turned = dataclasses.replace(
        base,
        province=dataclasses.replace(
            base.province,
            systems=base.province.systems[::-1],
            agencies=base.province.agencies[::-1],
            assessments=base.province.assessments[::-1],
            waivers=base.province.waivers[::-1],
        ),
        evidence=base.evidence[::-1],
    )
    assert {each.system: each.status for each in turned.standings()} == {
        each.system: each.status for each in base.standings()
    }
    for name in ("documents", "food-traceability", "land-database"):
        assert sorted((v.rule.id, v.decided) for v in turned.verdicts(system(name))) == sorted(
            (v.rule.id, v.decided) for v in base.verdicts(system(name))
        )


@pytest.fixture
def _elsewhere() -> Iterator[None]:
    """The machine's clock is in another zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Pacific/Kiritimati"
    time.tzset()
    yield
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


@pytest.mark.usefixtures("_elsewhere")
def test_no_status_or_verdict_depends_on_the_zone_of_the_machine() -> None:
    again = load_register(FOLDER)
    assert again.standings() == register().standings()
    assert [again.verdicts(each) for each in again.systems] == [
        register().verdicts(each) for each in register().systems
    ]


def test_an_assessment_is_traced_by_the_digest_of_its_row() -> None:
    row = Assessment.model_validate({"system": "gis", "assessed_on": "2026-05-21", "source": "assumption: a test"})
    other = row.model_copy(update={"log_months": 3})
    assert assessment_evidence(row).digest != assessment_evidence(other).digest
    assert assessment_evidence(row).day == row.assessed_on


def test_a_waiver_names_its_systems_alone() -> None:
    waivers = [each.id for each in register().waivers_of("land-database")]
    assert waivers == ["land-database-backup"]
    assert register().waivers_of("gis") == ()
    assert isinstance(register().province.waivers[0], Waiver)
