"""Small wave problems: drawn at random, and solved by trying everything that the checker lets pass."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import product

from hypothesis import strategies as st

from capacity.waves.check import check
from capacity.waves.problem import (
    DowntimeBudget,
    Due,
    Freeze,
    Fund,
    Move,
    Place,
    Step,
    Team,
    WaveProblem,
)
from capacity.waves.result import WaveSchedule, cost, lateness, peak

MONDAY = dt.date(2026, 12, 7)
WEEKS = 6
"""Of which four belong to 2026 and two to 2027."""
KINDS = ("build", "copy")


@st.composite
def problems(draw: st.DrawFn) -> WaveProblem:
    """One to three moves of one or two steps within six weeks, with every kind of rule now and then."""
    names = [f"m{number}" for number in range(draw(st.integers(1, 3)))]
    moves = tuple(_move(draw, name, names[:at]) for at, name in enumerate(names))
    return WaveProblem(
        MONDAY,
        WEEKS,
        draw(st.permutations(moves).map(tuple)),
        teams=(Team("people", tuple(draw(st.lists(st.integers(0, 3), min_size=WEEKS, max_size=WEEKS)))),),
        freezes=tuple(draw(st.lists(_FREEZES, max_size=1))),
        downtime=tuple(draw(st.lists(_DOWNTIME, max_size=1))),
        places=(Place("cloud", {"vcpu": tuple(draw(st.lists(st.integers(0, 5), min_size=WEEKS, max_size=WEEKS)))}),),
        funds=(
            Fund(
                "money",
                {2026: draw(st.integers(0, 12)), 2027: draw(st.integers(0, 12))},
                carries_over=draw(st.booleans()),
            ),
        ),
    )


_FREEZES = st.builds(
    lambda first, length, kind, starts_only: Freeze("tet", first, first + length, frozenset({kind}), starts_only),
    st.integers(0, 5),
    st.integers(1, 2),
    st.sampled_from(KINDS),
    st.booleans(),
)
_DOWNTIME = st.builds(
    lambda hours, weeks, agencies: DowntimeBudget("nights", hours, weeks, agencies),
    st.integers(0, 12),
    st.integers(1, 3),
    st.sampled_from([frozenset[str](), frozenset({"a"})]),
)


def _move(draw: st.DrawFn, name: str, before: list[str]) -> Move:
    steps = tuple(_step(draw, kind) for kind in KINDS[-draw(st.integers(1, 2)) :])
    pinned = draw(st.sampled_from([None, None, None, 0, 2]))
    return Move(
        name,
        steps,
        cut_over=draw(st.integers(0, len(steps) - 1)),
        agency=draw(st.sampled_from(["a", "b"])),
        depends_on=tuple(draw(st.lists(st.sampled_from(before), max_size=2, unique=True))) if before else (),
        dues=tuple(draw(st.lists(st.builds(Due, st.integers(-1, 5), st.integers(0, 3)), max_size=2))),
        place=draw(st.sampled_from([None, "cloud"])),
        needs={"vcpu": draw(st.integers(0, 3))},
        both_places_kvnd=draw(st.integers(0, 2)),
        both_places_fund=draw(st.sampled_from([None, "money"])),
        pins={} if pinned is None else {0: pinned},
    )


def _step(draw: st.DrawFn, kind: str) -> Step:
    return Step(
        kind,
        draw(st.integers(0, 3)),
        persons={"people": draw(st.integers(0, 2))},
        kvnd=draw(st.integers(0, 4)),
        kvnd_by_year=draw(st.sampled_from([{}, {2027: 1}, {2027: 6}])),
        fund=draw(st.sampled_from([None, "money"])),
        downtime_hours=draw(st.sampled_from([0, 8])),
        at_once=draw(st.sampled_from([False, False, True])),
    )


def as_schedule(problem: WaveProblem, starts: dict[str, tuple[int, ...]]) -> WaveSchedule:
    """Starts as a schedule that says nothing about itself."""
    return WaveSchedule("optimal", problem.first_monday, starts, (), 0.0, 0)


def everything(problem: WaveProblem) -> Iterator[dict[str, tuple[int, ...]]]:
    """All schedules that the checker lets pass."""
    chains = [
        [
            starts
            for starts in product(range(problem.weeks + 1), repeat=len(move.steps))
            if all(a + s.weeks <= b for a, b, s in zip(starts, starts[1:], move.steps, strict=False))
        ]
        for move in problem.moves
    ]
    names = [move.id for move in problem.moves]
    for chosen in product(*chains):
        starts = dict(zip(names, chosen, strict=True))
        if not check(problem, as_schedule(problem, starts)):
            yield starts


def least(problem: WaveProblem) -> tuple[int, int, int] | None:
    """Lateness, then cost, then peak of the best schedule by trying all, None when there is none."""
    aims = [(lateness(problem, s), cost(problem, s), peak(problem, s)) for s in everything(problem)]
    return min(aims, default=None)
