"""The waves of examples/ca-mau: what waves.yaml says of the register, and a schedule that the checker accepts."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from capacity.waves import WaveOptions, WaveSchedule, schedule
from capacity.waves.check import check
from capacity.waves.reasons import late_moves
from orchestrator.i18n import LANGUAGES, messages
from orchestrator.province import Province, load_province
from orchestrator.translate_waves import WaveInputs, to_wave_problem
from orchestrator.waves_view import previous_schedule, wave_tables, waves_document

FOLDER = Path(__file__).parents[2] / "examples" / "ca-mau"


@cache
def province() -> Province:
    return load_province(FOLDER)


@cache
def inputs() -> WaveInputs:
    return to_wave_problem(province())


@cache
def found() -> WaveSchedule:
    return schedule(inputs().problem, WaveOptions(seconds=60.0))


def test_all_that_moves_is_in_it_once() -> None:
    members = [member for move in inputs().problem.moves for member in move.members]
    left_out = [name for names in inputs().left_out.values() for name in names]
    assert sorted([*members, *left_out]) == sorted(system.id for system in province().systems)
    assert len(members) == 115
    assert {system.id for system in province().systems if system.hosting == "ministry"} <= set(left_out)
    assert [each.members for each in inputs().together] == [("land-database", "bl-land-database")]


def test_chains_follow_strategy_and_level() -> None:
    moves = inputs().problem.by_id
    retired, rehosted = moves["lgsp"], moves["gis"]
    assert [step.kind for step in retired.steps] == ["appraisal", "decommissioning"]
    assert retired.cut_over == 1
    assert retired.place is None
    assert [step.kind for step in rehosted.steps][rehosted.cut_over] == "copy"
    assert rehosted.needs["vcpu"] > 0
    assert "lgsp" not in moves["one-stop"].depends_on  # it is switched off, its successor is a programme
    assert "official-accounts" in moves["one-stop"].depends_on
    assert moves["portal"].agency == "vp-ubnd"


def test_owners_are_those_of_the_day() -> None:
    early = to_wave_problem(province(), dt.date(2025, 2, 3))
    assert early.owners["lgsp"] == "so-tttt"
    assert inputs().owners["lgsp"] != "so-tttt"


def test_weeks_are_counted_from_the_first_monday() -> None:
    problem = inputs().problem
    assert problem.first_monday == dt.date(2026, 11, 30)
    assert problem.monday(problem.weeks) <= dt.date(2031, 1, 1)
    # In place on Monday 4 Oct 2027 is in time for 1 Oct (a Friday) no more.
    due = problem.by_id["one-stop"].dues[0].week
    assert problem.monday(due) == dt.date(2027, 9, 27)


@pytest.mark.slow
def test_the_schedule_is_within_two_per_cent_and_accepted() -> None:
    assert found().status in ("optimal", "feasible")
    assert check(inputs().problem, found()) == ()
    gap = found().gap
    assert gap is not None
    assert gap <= 0.02


@pytest.mark.slow
def test_every_late_move_has_its_reason() -> None:
    starts = found().starts
    assert starts is not None
    late = late_moves(inputs().problem, starts)
    assert late
    assert {each.move for each in late} == {
        move.id
        for move in inputs().problem.moves
        if move.late_weight(starts[move.id][move.cut_over] + move.steps[move.cut_over].weeks)
    }


@pytest.mark.slow
def test_the_document_is_read_back_as_previous_schedule(tmp_path: Path) -> None:
    document = waves_document(province(), inputs(), found(), province().settings.as_of)
    path = tmp_path / "waves.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert dict(previous_schedule(path, inputs()).starts or {}) == dict(found().starts or {})
    for language in LANGUAGES:
        moves, money = wave_tables(document, messages(language))
        assert len(moves.rows) == len(inputs().problem.moves)
        assert money.rows


def test_without_people_the_conflict_names_them() -> None:
    problem = inputs().problem
    nobody = replace(
        problem,
        moves=problem.moves[:12],
        teams=tuple(
            replace(team, persons=(0,) * problem.weeks) if team.id == "data" else team for team in problem.teams
        ),
    )
    known = {move.id for move in nobody.moves}
    nobody = replace(
        nobody,
        moves=tuple(replace(move, depends_on=tuple(n for n in move.depends_on if n in known)) for move in nobody.moves),
    )
    result = schedule(nobody, WaveOptions(seconds=30.0))
    assert result.status == "infeasible"
    assert result.conflict == ("team:data", "horizon")
