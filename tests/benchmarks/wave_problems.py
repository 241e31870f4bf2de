"""Wave problems of any size, from a seed: as many systems and dependencies as asked for, shaped like the example's.

Agencies own about fifteen systems each. A system depends on few others, mostly older ones of its agency and a few that
all agencies share; due dates rise along dependencies, as a register that was thought through has them. Teams have what
the work takes over the time until the last due date, and ``slack`` more.
"""

from __future__ import annotations

import datetime as dt
import math

import numpy as np

from capacity.waves.problem import DowntimeBudget, Due, Freeze, Fund, Move, Place, Step, Team, WaveProblem

MONDAY = dt.date(2026, 11, 30)
CHAINS = (
    (0.50, (("dossier", 2), ("appraisal", 2), ("procurement", 8), ("build", 3), ("copy", 1), ("parallel-run", 2),
            ("acceptance", 1), ("decommissioning", 1)), 1),
    (0.30, (("dossier", 5), ("appraisal", 3), ("procurement", 10), ("build", 4), ("copy", 1), ("parallel-run", 4),
            ("acceptance", 2), ("decommissioning", 2)), 3),
    (0.14, (("dossier", 5), ("appraisal", 3), ("procurement", 12), ("build", 8), ("copy", 2), ("parallel-run", 4),
            ("acceptance", 2), ("decommissioning", 2)), 3),
    (0.06, (("dossier", 5), ("appraisal", 4), ("procurement", 14), ("build", 20), ("copy", 2), ("parallel-run", 8),
            ("acceptance", 3), ("decommissioning", 2)), 3),
)  # fmt: skip
"""Share, steps with their weeks, and security level: those of examples/ca-mau/waves.yaml."""
TEAMS_OF = {
    "dossier": "security",
    "appraisal": "procurement",
    "procurement": "procurement",
    "build": "engineering",
    "copy": "engineering",
    "parallel-run": "data",
    "acceptance": "security",
    "decommissioning": "engineering",
}
CUT_OVER = 4
WEIGHTS = {1: 2, 3: 4}


def generated(systems: int, dependencies: int, seed: int, *, years: int = 4, slack: float = 0.05) -> WaveProblem:
    """A problem of so many systems, with so many dependencies among them and no circle."""
    generator = np.random.default_rng(seed)
    weeks = 52 * years + 52
    last_due = 52 * years
    kinds = generator.choice(len(CHAINS), size=systems, p=[share for share, _, _ in CHAINS])
    agencies = generator.integers(0, max(1, systems // 15), size=systems)
    dues = np.sort(generator.integers(20, last_due, size=systems))
    needed = _dependencies(generator, agencies, dependencies)
    vcpu = generator.choice([4, 8, 12, 16, 24, 40], size=systems)
    moves = []
    for number in range(systems):
        _, chain, level = CHAINS[kinds[number]]
        steps = tuple(
            Step(
                kind,
                length,
                persons={TEAMS_OF[kind]: 1},
                kvnd=30_000 + (6_000 * int(vcpu[number]) if kind == "build" else 0),
                fund="recurrent",
                downtime_hours=8 if kind == "copy" else 0,
                at_once=kind == "parallel-run",
            )
            for kind, length in chain
        )
        moves.append(
            Move(
                f"s{number}",
                steps,
                CUT_OVER,
                agency=f"a{agencies[number]}",
                depends_on=tuple(f"s{other}" for other in needed[number]),
                dues=(Due(int(dues[number]), WEIGHTS[level]),),
                place="tender",
                needs={"vcpu": int(vcpu[number])},
                both_places_kvnd=58 * int(vcpu[number]),
                members=(f"s{number}",),
            )
        )
    return WaveProblem(
        MONDAY,
        weeks,
        tuple(moves),
        teams=tuple(_team(name, moves, weeks, last_due, slack) for name in sorted(set(TEAMS_OF.values()))),
        freezes=tuple(_tet(year) for year in range(years + 1)),
        downtime=(DowntimeBudget("province", 8 * max(3, round(systems * 1.5 / last_due))),),
        places=(Place("tender", {"vcpu": _arrivals(moves, weeks, last_due)}),),
        funds=(_money(moves, years),),
    )


def _dependencies(generator: np.random.Generator, agencies: np.ndarray, wanted: int) -> list[list[int]]:
    """Of each system earlier ones: half of its own agency, else any of the first tenth or of the fifty before it."""
    systems = len(agencies)
    found: list[set[int]] = [set() for _ in range(systems)]
    made = 0
    while made < wanted:
        number = int(generator.integers(1, systems))
        draw = generator.random()
        if draw < 0.5:
            mine = np.flatnonzero(agencies[:number] == agencies[number])
            if not mine.size:
                continue
            other = int(generator.choice(mine))
        elif draw < 0.8:
            other = int(generator.integers(0, max(1, min(number, systems // 10))))
        else:
            other = int(generator.integers(max(0, number - 50), number))
        if other not in found[number]:
            found[number].add(other)
            made += 1
    return [sorted(others) for others in found]


def _team(name: str, moves: list[Move], weeks: int, last_due: int, slack: float) -> Team:
    work = sum(step.weeks * step.persons.get(name, 0) for move in moves for step in move.steps)
    persons = math.ceil(work * (1 + slack) / last_due)  # fewer could not do it at all
    return Team(name, (persons,) * weeks)


def _tet(year: int) -> Freeze:
    first = 9 + 52 * year
    return Freeze(f"tet-{year}", first, first + 2, frozenset({"copy", "decommissioning"}))


def _arrivals(moves: list[Move], weeks: int, last_due: int) -> tuple[int, ...]:
    """Room for a quarter of all more than is due, each half year."""
    total = sum(move.needs["vcpu"] for move in moves)
    return tuple(min(total, round(total * (0.25 + (week // 26) * 26 / last_due))) for week in range(weeks))


def _money(moves: list[Move], years: int) -> Fund:
    total = sum(step.kvnd for move in moves for step in move.steps)
    first = MONDAY.year
    return Fund("recurrent", {first + year: round(1.3 * total / years) for year in range(years + 3)})
