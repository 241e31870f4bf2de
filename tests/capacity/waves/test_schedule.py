"""Schedules of small problems against trying everything, and what must hold of any."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capacity.waves import WaveOptions, WaveProblem, WaveProblemError, schedule
from capacity.waves.bound import least_lateness
from capacity.waves.check import check
from capacity.waves.cycles import joined
from capacity.waves.ledger import Ledger
from capacity.waves.listing import best_listed
from capacity.waves.problem import Due, Freeze, Fund, Move, Step, Team
from capacity.waves.result import lateness
from capacity.waves.rules import rules_of, without
from capacity.waves.windows import windows_of
from tests.capacity.waves.tiny import MONDAY, everything, least, problems

QUICK = WaveOptions(seconds=30.0, threads=1)
FEW = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def chain(name: str, weeks: tuple[int, ...] = (2, 1), **other: object) -> Move:
    kinds = ("build", "copy", "decommissioning")
    steps = tuple(Step(kind, length, {"people": 1}) for kind, length in zip(kinds, weeks, strict=False))
    values: dict[str, object] = {"steps": steps, "cut_over": min(1, len(steps) - 1), "dues": (Due(3, 1),), **other}
    return replace(Move(name, (), 0), **values)  # type: ignore[arg-type]


def crew(weeks: int, persons: int = 1) -> tuple[Team, ...]:
    return (Team("people", (persons,) * weeks),)


@FEW
@given(problems())
def test_agrees_with_trying_everything(problem: WaveProblem) -> None:
    best = least(problem)
    found = schedule(problem, QUICK)
    if best is None:
        assert found.status == "infeasible"
        assert found.starts is None
    else:
        assert found.status == "optimal"
        assert tuple(stage.value for stage in found.stages) == best
        assert tuple(stage.bound for stage in found.stages) == best
        assert check(problem, found) == ()


@FEW
@given(problems())
def test_a_conflict_is_one_and_is_minimal(problem: WaveProblem) -> None:
    found = schedule(problem, QUICK)
    if found.status != "infeasible":
        assert found.conflict == ()
        return
    told = set(found.conflict)
    assert "horizon" in told
    assert next(everything(without(problem, set(rules_of(problem)) - told)), None) is None
    for rule in told - {"horizon"}:
        assert next(everything(without(problem, set(rules_of(problem)) - (told - {rule}))), None) is not None


@FEW
@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(problem: WaveProblem, random: object) -> None:
    moves = list(problem.moves)
    random.shuffle(moves)  # type: ignore[attr-defined]
    first, second = schedule(problem, QUICK), schedule(replace(problem, moves=tuple(moves)), QUICK)
    assert first.status == second.status
    assert [stage.value for stage in first.stages] == [stage.value for stage in second.stages]
    assert first.conflict == () or set(first.conflict) <= set(rules_of(problem)) | {"horizon"}


@FEW
@given(problems(), st.data())
def test_the_checker_sees_every_broken_schedule(problem: WaveProblem, data: st.DataObject) -> None:
    found = schedule(problem, QUICK)
    if found.starts is None:
        return
    name = data.draw(st.sampled_from(sorted(found.starts)))
    number = data.draw(st.integers(0, len(found.starts[name]) - 1))
    week = data.draw(st.integers(-1, problem.weeks))
    moved = tuple(week if at == number else start for at, start in enumerate(found.starts[name]))
    broken = replace(found, starts={**found.starts, name: moved})
    allowed = {tuple(sorted(starts.items())) for starts in everything(problem)}
    rules = {violation.rule for violation in check(problem, broken)}
    is_broken = any(not rule.startswith(("stage:", "status")) for rule in rules)
    assert is_broken != (tuple(sorted((broken.starts or {}).items())) in allowed)


@FEW
@given(problems())
def test_lists_are_schedules_and_the_bound_is_one(problem: WaveProblem) -> None:
    windows = windows_of(problem)
    if any(window.is_empty for of_move in windows.values() for window in of_move):
        assert least(problem) is None
        return
    starts = best_listed(problem, windows, 3, 1, 10.0)
    best = least(problem)
    if starts is not None:
        assert best is not None
        assert tuple(sorted(starts.items())) in {tuple(sorted(each.items())) for each in everything(problem)}
    if best is not None:
        worst = None if starts is None else lateness(problem, starts)
        assert least_lateness(problem, windows, worst, rounds=40) <= best[0]
        assert least_lateness(problem, windows, 1000, rounds=40) <= best[0]


def test_a_busy_team_gives_a_bound_above_that_of_chains() -> None:
    moves = tuple(chain(f"m{number}", (2, 1), dues=(Due(3, 1),)) for number in range(5))
    problem = WaveProblem(MONDAY, 20, moves, teams=crew(20))
    windows = windows_of(problem)
    found = schedule(problem, QUICK)
    assert found.stage("lateness").value == 3 + 6 + 9 + 12
    assert least_lateness(problem, windows, None) == 0
    assert 20 <= least_lateness(problem, windows, 30) <= 30


def test_the_same_seed_gives_the_same_schedule() -> None:
    moves = tuple(chain(f"m{number}", (1 + number % 3, 1, 2), dues=(Due(4, 1 + number % 2),)) for number in range(6))
    problem = WaveProblem(MONDAY, 30, moves, teams=crew(30, 2))
    options = WaveOptions(seconds=60.0, threads=1, seed=7)
    assert schedule(problem, options).starts == schedule(problem, options).starts
    both = [schedule(problem, replace(options, threads=threads)).stages for threads in (1, 2)]
    assert both[0] == both[1]


def test_a_replan_moves_as_little_as_possible() -> None:
    moves = tuple(chain(f"m{number}", dues=(Due(30, 1),)) for number in range(4))
    problem = WaveProblem(MONDAY, 30, moves, teams=crew(30))
    before = schedule(problem, QUICK)
    assert before.starts is not None
    slipped = replace(
        problem, freezes=(Freeze("storm", before.starts["m0"][1], before.starts["m0"][1] + 1, frozenset({"copy"})),)
    )
    after = schedule(slipped, QUICK, previous=before)
    assert after.status == "optimal"
    assert after.stage("changes").value == 1
    assert check(slipped, after, before) == ()
    assert schedule(problem, QUICK, previous=before).stage("changes").value == 0


def test_what_had_started_stays_where_it_was() -> None:
    problem = WaveProblem(MONDAY, 30, (chain("m0"), chain("m1")), teams=crew(30))
    before = schedule(problem, QUICK)
    assert before.starts is not None
    later = replace(problem, first_monday=MONDAY + dt.timedelta(weeks=1), weeks=29, teams=crew(29))
    after = schedule(later, QUICK, previous=before)
    assert after.starts is not None
    assert after.starts == {name: tuple(week - 1 for week in weeks) for name, weeks in before.starts.items()}
    assert min(after.starts["m0"][0], after.starts["m1"][0]) == -1


def test_a_circle_is_named_and_becomes_one_move() -> None:
    moves = (
        chain("a", depends_on=("b",)),
        chain("b", (3, 1), depends_on=("c",)),
        chain("c", depends_on=("a",)),
        chain("d", depends_on=("b",)),
    )
    problem = WaveProblem(MONDAY, 30, moves, teams=crew(30, 3))
    with pytest.raises(WaveProblemError, match="circle"):
        schedule(problem, QUICK)
    one, together = joined(problem)
    assert [(each.members, each.circle) for each in together] == [(("a", "b", "c"), ("a", "b", "c", "a"))]
    assert one.by_id["a"].steps[0].weeks == 3
    assert one.by_id["a"].steps[0].persons == {"people": 3}
    assert one.by_id["d"].depends_on == ("a",)
    assert schedule(one, QUICK).status == "optimal"


def test_money_that_is_not_spent_lapses_unless_it_is_carried_over() -> None:
    move = replace(chain("m0", dues=()), steps=(Step("build", 1, kvnd=6, fund="money"), Step("copy", 6)))
    problem = WaveProblem(MONDAY, 8, (move,), funds=(Fund("money", {2026: 3, 2027: 3}),))
    assert schedule(problem, QUICK).conflict == ("fund:money", "horizon")
    carried = replace(problem, funds=(Fund("money", {2026: 3, 2027: 3}, carries_over=True),), weeks=12)
    found = schedule(carried, QUICK)
    assert found.starts is not None
    assert carried.year_of(found.starts["m0"][0]) == 2027


def test_nothing_found_in_no_time_is_unknown_and_no_zero() -> None:
    moves = tuple(chain(f"m{number}", (5, 5, 5), dues=()) for number in range(40))
    problem = WaveProblem(MONDAY, 600, moves, teams=crew(600))
    found = schedule(problem, WaveOptions(seconds=0.01, threads=1))
    assert found.status in ("unknown", "feasible", "optimal")
    assert (found.starts is None) == (found.gap is None)


@pytest.mark.parametrize("number", [0, 2, -1])
def test_a_step_that_is_not_there_is_told(number: int) -> None:
    with pytest.raises(WaveProblemError) as error:
        schedule(WaveProblem(MONDAY, 5, (replace(chain("m"), cut_over=number + 2),)), QUICK)
    assert any("no step" in finding or "team" in finding for finding in error.value.findings)


def test_the_ledger_gives_back_what_it_took() -> None:
    problem = WaveProblem(MONDAY, 10, (chain("m0"),), teams=crew(10, 2), funds=(Fund("money", {2026: 3}),))
    ledger, fresh = Ledger(problem), Ledger(problem)
    ledger.enter(problem.moves[0], (0, 2))
    assert (ledger.persons["people"] != fresh.persons["people"]).any()
    ledger.enter(problem.moves[0], (0, 2), -1)
    assert (ledger.persons["people"] == fresh.persons["people"]).all()
