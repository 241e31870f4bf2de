"""The rules of a problem by name, for those who tell which of them bind, and the problem without some of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from capacity.waves.problem import WaveProblem

ORDER = "order"
"""That steps follow each other: no rule that could be left out."""


def horizon() -> str:
    """All moves end within the weeks of the problem; it is never left out."""
    return "horizon"


def dependency(move: str) -> str:
    """A move waits for what it depends on."""
    return f"dependency:{move}"


def pin(move: str) -> str:
    """A move keeps its given starts."""
    return f"pin:{move}"


def freeze(window: str) -> str:
    """A freeze window."""
    return f"freeze:{window}"


def team(name: str) -> str:
    """A team's number of persons."""
    return f"team:{name}"


def downtime(budget: str) -> str:
    """A downtime budget."""
    return f"downtime:{budget}"


def place(name: str, resource: str) -> str:
    """What a place has of a resource."""
    return f"place:{name}:{resource}"


def fund(name: str, year: int) -> str:
    """A fund's money of a year."""
    return f"fund:{name}:{year}"


def whole_fund(name: str) -> str:
    """A fund's money of all years: what a year lacks another may have."""
    return f"fund:{name}"


def rules_of(problem: WaveProblem) -> tuple[str, ...]:
    """The rules that can be left out, in the order in which they are told."""
    return (
        *(freeze(window.id) for window in problem.freezes),
        *(downtime(budget.id) for budget in problem.downtime),
        *(team(each.id) for each in problem.teams),
        *(place(each.id, resource) for each in problem.places for resource in each.capacity),
        *(whole_fund(each.id) for each in problem.funds),
        *(pin(move.id) for move in problem.moves if move.pins),
        *(dependency(move.id) for move in problem.moves if move.depends_on),
    )


def without(problem: WaveProblem, left_out: Collection[str]) -> WaveProblem:
    """The problem without some of its ``rules_of``. A pin of the past stays: it is how things are."""
    out = frozenset(left_out)
    plenty = max(1, sum(max(step.persons.values(), default=0) for move in problem.moves for step in move.steps))
    moves = tuple(
        replace(
            move,
            pins={n: week for n, week in move.pins.items() if week < 0} if pin(move.id) in out else move.pins,
            depends_on=() if dependency(move.id) in out else move.depends_on,
            steps=tuple(
                replace(step, fund=None) if step.fund is not None and whole_fund(step.fund) in out else step
                for step in move.steps
            ),
            both_places_fund=None
            if move.both_places_fund is not None and whole_fund(move.both_places_fund) in out
            else move.both_places_fund,
        )
        for move in problem.moves
    )
    return replace(
        problem,
        moves=moves,
        freezes=tuple(window for window in problem.freezes if freeze(window.id) not in out),
        downtime=tuple(budget for budget in problem.downtime if downtime(budget.id) not in out),
        teams=tuple(
            replace(each, persons=(plenty,) * problem.weeks) if team(each.id) in out else each for each in problem.teams
        ),
        places=tuple(
            replace(each, capacity={r: c for r, c in each.capacity.items() if place(each.id, r) not in out})
            for each in problem.places
        ),
    )
