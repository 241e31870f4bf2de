"""Resource-constrained projects by the parameters of the literature, and the same projects as waves.

No published package was found that ships the instances of PSPLIB (Kolisch and Sprecher 1996), so projects are drawn by
the parameters of its sets J30 and J60 after Kolisch, Sprecher and Drexl (1995): network complexity NC (arcs per
activity), resource factor RF (share of the resources that an activity asks for) and resource strength RS (capacity
between the largest single demand, 0, and the peak of the earliest schedule, 1). They are not the published instances.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from capacity.waves.problem import Due, Move, Step, Team, WaveProblem

NETWORK_COMPLEXITIES = (1.5, 1.8, 2.1)
RESOURCE_FACTORS = (0.25, 0.5, 0.75, 1.0)
RESOURCE_STRENGTHS = (0.2, 0.5, 0.7, 1.0)
RESOURCES, LONGEST, LARGEST, MOST_ARCS, ENDS = 4, 10, 10, 3, 3
SINK = "sink"


@dataclass(frozen=True)
class Project:
    """Activities by number: durations, demands by resource, and those that come before; capacities by resource."""

    name: str
    durations: tuple[int, ...]
    demands: tuple[tuple[int, ...], ...]
    before: tuple[tuple[int, ...], ...]
    capacities: tuple[int, ...]


def drawn(activities: int, complexity: float, factor: float, strength: float, seed: int) -> Project:
    """A project of so many activities; the same numbers give the same project."""
    generator = np.random.default_rng([seed, activities, *(round(100 * p) for p in (complexity, factor, strength))])
    durations = tuple(int(d) for d in generator.integers(1, LONGEST + 1, size=activities))
    before = _network(generator, activities, complexity)
    demands = _demands(generator, activities, factor)
    capacities = _capacities(durations, before, demands, strength)
    return Project(f"{activities}-{complexity}-{factor}-{strength}", durations, demands, before, capacities)


def _network(generator: np.random.Generator, activities: int, complexity: float) -> tuple[tuple[int, ...], ...]:
    """All but the first three have one before them, all but the last three one after, then arcs at random."""
    before: list[set[int]] = [set() for _ in range(activities)]
    after = [0] * activities

    def add(first: int, then: int) -> bool:
        if first in before[then] or len(before[then]) == MOST_ARCS or after[first] == MOST_ARCS:
            return False
        before[then].add(first)
        after[first] += 1
        return True

    for number in range(ENDS, activities):
        while not add(int(generator.integers(0, min(number, activities - ENDS))), number):
            pass
    for number in range(activities - ENDS):
        for _ in range(100):
            if after[number] or add(number, int(generator.integers(max(number + 1, ENDS), activities))):
                break
    # NC counts the arcs of source and sink too.
    wanted = round(complexity * (activities + 2)) - 2 * ENDS
    for _ in range(100 * activities):
        if sum(after) >= wanted:
            break
        then = int(generator.integers(ENDS, activities))
        add(int(generator.integers(0, min(then, activities - ENDS))), then)
    return tuple(tuple(sorted(each)) for each in before)


def _demands(generator: np.random.Generator, activities: int, factor: float) -> tuple[tuple[int, ...], ...]:
    asks = round(factor * RESOURCES)
    found = np.zeros((activities, RESOURCES), dtype=np.int64)
    for number in range(activities):
        for resource in generator.choice(RESOURCES, size=max(1, asks), replace=False):
            found[number, resource] = generator.integers(1, LARGEST + 1)
    return tuple(tuple(int(amount) for amount in row) for row in found)


def _capacities(
    durations: tuple[int, ...],
    before: tuple[tuple[int, ...], ...],
    demands: tuple[tuple[int, ...], ...],
    strength: float,
) -> tuple[int, ...]:
    ends: list[int] = []
    for duration, first in zip(durations, before, strict=True):
        ends.append(max((ends[each] for each in first), default=0) + duration)
    found = []
    for resource in range(RESOURCES):
        use = np.zeros(max(ends), dtype=np.int64)
        for end, duration, demand in zip(ends, durations, demands, strict=True):
            use[end - duration : end] += demand[resource]
        least = max(demand[resource] for demand in demands)
        found.append(max(1, least + round(strength * (int(use.max()) - least))))
    return tuple(found)


def as_waves(project: Project) -> WaveProblem:
    """Each activity is a move of one step; the last has no work and is due in week 0, so that lateness is makespan."""
    weeks = sum(project.durations) + 1
    moves = [
        Move(
            str(number),
            (Step("work", duration, {f"r{r}": amount for r, amount in enumerate(project.demands[number]) if amount}),),
            0,
            depends_on=tuple(str(first) for first in project.before[number]),
        )
        for number, duration in enumerate(project.durations)
    ]
    moves.append(Move(SINK, (Step("end", 0),), 0, depends_on=tuple(move.id for move in moves), dues=(Due(0, 1),)))
    teams = tuple(Team(f"r{r}", (capacity,) * weeks) for r, capacity in enumerate(project.capacities))
    return WaveProblem(dt.date(2026, 11, 30), weeks, tuple(moves), teams=teams)
