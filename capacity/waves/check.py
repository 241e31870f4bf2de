"""The independent checker: all that is wrong with a schedule, recomputed from its starts and the problem alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from capacity.waves.problem import Fund, Move, WaveProblem
from capacity.waves.result import (
    Stage,
    Starts,
    WaveSchedule,
    changes,
    cost,
    cut_over_end,
    lateness,
    peak,
    spending,
    team_use,
)
from capacity.waves.rules import ORDER, downtime, freeze, fund, horizon, pin, place, team


@dataclass(frozen=True, slots=True)
class WaveViolation:
    """A rule (see ``rules``) that a schedule breaks, the moves that are in it, and by what."""

    rule: str
    moves: tuple[str, ...]
    message_en: str
    message_vi: str


def check(
    problem: WaveProblem, schedule: WaveSchedule, previous: WaveSchedule | None = None
) -> tuple[WaveViolation, ...]:
    """All violations of a schedule, and of what it says about itself; none of one that has no starts.

    ``previous`` is the schedule from which changes were counted.
    """
    if schedule.starts is None:
        return ()
    if set(schedule.starts) != set(problem.by_id) or any(
        len(schedule.starts[move.id]) != len(move.steps) for move in problem.moves
    ):
        return (WaveViolation(ORDER, (), "the steps of a move are missing", "thiếu bước của một lần chuyển đổi"),)
    found = [violation for rule in _RULES for violation in rule(problem, schedule.starts)]
    return (*found, *_stages_are_true(problem, schedule, schedule.starts, previous))


def _steps_follow_each_other(problem: WaveProblem, starts: Starts) -> Iterator[WaveViolation]:
    """A step starts when the one before it has ended, in the same week where it follows at once."""
    for move in problem.moves:
        for number, step in enumerate(move.steps[:-1]):
            end, then = starts[move.id][number] + step.weeks, starts[move.id][number + 1]
            if then < end or (move.steps[number + 1].at_once and then > end):
                after = move.steps[number + 1].kind
                yield WaveViolation(
                    ORDER,
                    (move.id,),
                    f"{move.id}: {after} starts in week {then}, {step.kind} has ended in week {end}",
                    f"{move.id}: {after} bắt đầu tuần {then}, {step.kind} kết thúc tuần {end}",
                )


def _dependencies_are_in_place(problem: WaveProblem, starts: Starts) -> Iterator[WaveViolation]:
    """A cut-over starts when those of all that the system depends on have ended."""
    for move in problem.moves:
        for name in move.depends_on:
            ready = cut_over_end(problem.by_id[name], starts[name])
            if starts[move.id][move.cut_over] < ready:
                yield WaveViolation(
                    f"dependency:{move.id}",
                    (move.id, name),
                    f"{move.id} cuts over in week {starts[move.id][move.cut_over]}, {name} is in place in week {ready}",
                    f"{move.id} chuyển tuần {starts[move.id][move.cut_over]}, {name} đến tuần {ready} mới sẵn sàng",
                )


def _steps_are_within_the_horizon(problem: WaveProblem, starts: Starts) -> Iterator[WaveViolation]:
    """Every step starts in a week of the horizon, or before it where it is pinned there, and ends within it."""
    for move in problem.moves:
        for number, (step, start) in enumerate(zip(move.steps, starts[move.id], strict=True)):
            early = start < 0 and move.pins.get(number) != start
            if early or start + max(1, step.weeks) > problem.weeks:
                yield WaveViolation(
                    horizon(),
                    (move.id,),
                    f"{move.id}: {step.kind} from week {start} on is not within {problem.weeks} weeks",
                    f"{move.id}: {step.kind} từ tuần {start} không nằm trong {problem.weeks} tuần",
                )


def _pins_hold(problem: WaveProblem, starts: Starts) -> Iterator[WaveViolation]:
    """A pinned step starts in its week."""
    for move in problem.moves:
        for number, week in move.pins.items():
            if starts[move.id][number] != week:
                yield WaveViolation(
                    pin(move.id),
                    (move.id,),
                    f"{move.id}: {move.steps[number].kind} starts in week {starts[move.id][number]}, not {week}",
                    f"{move.id}: {move.steps[number].kind} bắt đầu tuần {starts[move.id][number]}, không phải {week}",
                )


def _freezes_hold(problem: WaveProblem, starts: Starts) -> Iterator[WaveViolation]:
    """In a freeze window none of its kinds of step runs; a pinned step of the past is as it was."""
    for window in problem.freezes:
        for move in problem.moves:
            for number, step in enumerate(move.steps):
                start = starts[move.id][number]
                if start >= 0 and window.forbids(step, start):
                    yield WaveViolation(
                        freeze(window.id),
                        (move.id,),
                        f"{move.id}: {step.kind} in week {start} meets the freeze {window.id}",
                        f"{move.id}: {step.kind} tuần {start} rơi vào thời gian dừng thay đổi {window.id}",
                    )


def _teams_are_large_enough(problem: WaveProblem, starts: Starts) -> Iterator[WaveViolation]:
    """In no week more persons of a team are at work than it has."""
    use = team_use(problem, starts)
    for each in problem.teams:
        for week, (used, there) in enumerate(zip(use[each.id], each.persons, strict=True)):
            if used > there:
                yield WaveViolation(
                    team(each.id),
                    (),
                    f"team {each.id} has {there} persons in week {week} and needs {used}",
                    f"nhóm {each.id} có {there} người trong tuần {week} nhưng cần {used}",
                )


def _downtime_is_within_budget(problem: WaveProblem, starts: Starts) -> Iterator[WaveViolation]:
    """In any weeks in a row the downtime of a budget's moves stays within it."""
    for budget in problem.downtime:
        hours = [0] * problem.weeks
        for move in problem.moves:
            for step, start in zip(move.steps, starts[move.id], strict=True):
                week = step.last_week(start)
                if budget.covers(move) and 0 <= week < problem.weeks:
                    hours[week] += step.downtime_hours
        for last in range(problem.weeks):
            used = sum(hours[max(0, last - budget.weeks + 1) : last + 1])
            if used > budget.hours:
                yield WaveViolation(
                    downtime(budget.id),
                    (),
                    f"downtime {budget.id}: {used} hours of {budget.hours} until week {last}",
                    f"thời gian gián đoạn {budget.id}: {used} giờ trên {budget.hours} giờ đến tuần {last}",
                )


def _places_have_room(problem: WaveProblem, starts: Starts) -> Iterator[WaveViolation]:
    """What has come to a place never takes more than it has."""
    for each in problem.places:
        for resource, amounts in each.capacity.items():
            there = [move for move in problem.moves if move.place == each.id and move.needs.get(resource)]
            came = sorted((max(0, starts[move.id][move.cut_over]), move.needs[resource]) for move in there)
            taken, at = 0, 0
            for week in range(problem.weeks):
                while at < len(came) and came[at][0] <= week:
                    taken += came[at][1]
                    at += 1
                if taken > amounts[week]:
                    yield WaveViolation(
                        place(each.id, resource),
                        (),
                        f"{each.id} has {amounts[week]} {resource} in week {week} and needs {taken}",
                        f"{each.id} có {amounts[week]} {resource} trong tuần {week} nhưng cần {taken}",
                    )


def _funds_are_not_overdrawn(problem: WaveProblem, starts: Starts) -> Iterator[WaveViolation]:
    """A year's payments from a fund stay within its budget, with what earlier years left where it carries over."""
    spent = spending(problem, starts)
    for each in problem.funds:
        yield from _overdrawn(problem, each, {year: money for (name, year), money in spent.items() if name == each.id})


def _overdrawn(problem: WaveProblem, each: Fund, spent: dict[int, int]) -> Iterator[WaveViolation]:
    rest = 0
    for year in sorted({*each.kvnd, *spent}):
        left = each.kvnd.get(year, 0) + (rest if each.carries_over else 0) - spent.get(year, 0)
        if left < 0 and year >= problem.year_of(0):
            yield WaveViolation(
                fund(each.id, year),
                (),
                f"fund {each.id} lacks {-left} thousand VND in {year}",
                f"nguồn {each.id} thiếu {-left} nghìn đồng năm {year}",
            )
        rest = max(0, left)


_RULES = (
    _steps_follow_each_other,
    _dependencies_are_in_place,
    _steps_are_within_the_horizon,
    _pins_hold,
    _freezes_hold,
    _teams_are_large_enough,
    _downtime_is_within_budget,
    _places_have_room,
    _funds_are_not_overdrawn,
)


def _stages_are_true(
    problem: WaveProblem, schedule: WaveSchedule, starts: Starts, previous: WaveSchedule | None
) -> Iterator[WaveViolation]:
    """Every aim has the value that the starts give it, no bound is above it, and the status agrees with the bounds."""
    moved = (0, 0) if previous is None or previous.starts is None else changes(shifted(previous, problem), starts)
    true = {
        "lateness": lateness(problem, starts),
        "changes": moved[0],
        "shift": moved[1],
        "cost": cost(problem, starts),
        "peak": peak(problem, starts),
    }
    for stage in schedule.stages:
        if stage.value != true[stage.name] or stage.bound > stage.value:
            yield _wrong(stage, true[stage.name])
    if (schedule.status == "optimal") != all(stage.value == stage.bound for stage in schedule.stages):
        yield WaveViolation(
            "status",
            (),
            f"the status {schedule.status} does not follow from the bounds",
            f"trạng thái {schedule.status} không khớp các cận dưới",
        )


def _wrong(stage: Stage, true: int) -> WaveViolation:
    return WaveViolation(
        f"stage:{stage.name}",
        (),
        f"{stage.name} is {true}, not {stage.value} with bound {stage.bound}",
        f"{stage.name} là {true}, không phải {stage.value} với cận {stage.bound}",
    )


def shifted(previous: WaveSchedule, problem: WaveProblem) -> Starts:
    """The starts of an earlier schedule in the weeks of a problem, of the moves that it still has."""
    weeks = (problem.first_monday - previous.first_monday).days // 7
    known: dict[str, Move] = dict(problem.by_id)
    return {
        name: tuple(start - weeks for start in old)
        for name, old in (previous.starts or {}).items()
        if name in known and len(known[name].steps) == len(old)
    }
