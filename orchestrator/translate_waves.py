"""From the register and waves.yaml to the wave problem: which systems move, in which steps, due when, and within what.

A pure function of the folder and a day. Systems that a ministry hosts, those of strategy ``retain`` and those without a
date do not move; what they give is in place. Who owns a system follows from the successions up to the day.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass

from capacity.inputs.waves import Chain, Destination, StepKind, WavesFile
from capacity.waves import Together, WaveProblem, joined
from capacity.waves.problem import DowntimeBudget, Due, Freeze, Fund, Move, Place, Step, Team
from orchestrator.province.folder import Province
from policies.register import System
from policies.succession import owners_on, tenures_of

_WEEKS_PER_MONTH = 52 / 12
_RESOURCES = ("vcpu", "memory_gib", "storage_gb")


@dataclass(frozen=True)
class WaveInputs:
    """The problem, what became one move in it, and why systems of the register are not in it.

    ``left_out`` is by reason: ``ministry``, ``retain``, ``undated`` (no date, no deadline), ``moved`` (the date is
    over and no deadline is set), each with its systems.
    """

    problem: WaveProblem
    together: tuple[Together, ...]
    left_out: Mapping[str, tuple[str, ...]]
    owners: Mapping[str, str]


def to_wave_problem(province: Province, as_of: dt.date | None = None) -> WaveInputs:
    """The wave problem of a folder on a day, by default that of province.yaml; week 0 is the first that begins by then.

    Raises ValueError for a folder without waves.yaml.
    """
    if (file := province.waves) is None:
        raise ValueError("a folder without waves.yaml has no waves")
    day = province.settings.as_of if as_of is None else as_of
    first_monday = day + dt.timedelta(days=-day.weekday() % 7)
    weeks = max(1, (file.last_day + dt.timedelta(days=1) - first_monday).days // 7)
    frame = WaveProblem(first_monday, weeks, ())
    due = {deadline.system: deadline.day for deadline in file.deadlines}
    left_out: dict[str, list[str]] = {reason: [] for reason in ("ministry", "retain", "undated", "moved")}
    moving: dict[str, System] = {}
    for system in province.systems:
        reason = _reason_to_stay(system, due, day)
        if reason is None:
            moving[system.id] = system
        else:
            left_out[reason].append(system.id)
    heirs = owners_on(tenures_of(province.agencies), day)
    owners = {system.id: heirs.get(system.owner, system.owner) for system in province.systems}
    moves = tuple(_move(frame, province, file, system, moving, owners) for system in moving.values())
    problem = WaveProblem(
        first_monday,
        weeks,
        moves,
        teams=_teams(frame, file),
        freezes=_freezes(frame, file),
        downtime=tuple(
            DowntimeBudget(
                limit.id, limit.hours, limit.weeks, frozenset(heirs.get(each, each) for each in limit.agencies)
            )
            for limit in file.downtime
        ),
        places=_places(frame, file),
        funds=tuple(
            Fund(fund.id, {year: int(vnd // 1000) for year, vnd in fund.budget_vnd.items()}, fund.carries_over)
            for fund in file.funds
        ),
    )
    one, together = joined(problem, [group.systems for group in file.together])
    return WaveInputs(one, together, {reason: tuple(names) for reason, names in left_out.items()}, owners)


def _reason_to_stay(system: System, due: Mapping[str, dt.date], day: dt.date) -> str | None:
    if system.hosting == "ministry":
        return "ministry"
    if system.strategy == "retain":
        return "retain"
    if system.id in due:
        return None
    if system.moves_on is None:
        return "undated"
    return "moved" if system.moves_on < day else None


def _move(
    frame: WaveProblem,
    province: Province,
    file: WavesFile,
    system: System,
    moving: Mapping[str, System],
    owners: Mapping[str, str],
) -> Move:
    chain = _chain(file, system)
    behind = {step for done in file.done if system.id in done.systems for step in done.steps}
    pinned = {pin.step: pin.day for pin in file.pins if pin.system == system.id}
    kinds = [kind for kind in file.steps if kind.id in chain.weeks and kind.id not in behind] or [file.steps[-1]]
    place = None if system.strategy == "retire" else _destination(file, system)
    month = 0.0 if place is None else place.both_places_vnd_per_vcpu_month * system.vcpu
    cut_over = next((number for number, kind in enumerate(kinds) if kind.cut_over), len(kinds) - 1)
    # A system that is switched off is never in place anew, and asks for nothing that is.
    needed = [name.strip() for name in system.depends_on.split(";")] if system.strategy != "retire" else []
    return Move(
        system.id,
        steps=tuple(_step(province, kind, chain.weeks.get(kind.id, 0), system) for kind in kinds),
        cut_over=cut_over,
        agency=owners[system.id],
        depends_on=tuple(name for name in needed if name in moving and moving[name].strategy != "retire"),
        dues=_dues(frame, file, system),
        place=None if place is None or not place.capacity else place.place,
        needs={} if place is None or not place.capacity else _needs(system),
        both_places_kvnd=round(month / _WEEKS_PER_MONTH / 1000),
        both_places_fund=None if place is None else place.fund,
        pins={n: frame.week_of(pinned[kind.id]) for n, kind in enumerate(kinds) if kind.id in pinned},
        members=(system.id,),
    )


def _chain(file: WavesFile, system: System) -> Chain:
    return next(
        chain for chain in file.chains if system.strategy in chain.strategies and system.security_level in chain.levels
    )


def _destination(file: WavesFile, system: System) -> Destination | None:
    fits = (d for d in file.destinations if system.strategy in d.strategies and system.security_level in d.levels)
    return next(fits, None)


def _step(province: Province, kind: StepKind, weeks: int, system: System) -> Step:
    vnd = kind.cost_vnd + kind.cost_vnd_per_vcpu * system.vcpu
    years = range(province.settings.first_year, province.settings.last_year + 2)
    factors = {year: kind.price_factor[year] for year in years if year in kind.price_factor}
    return Step(
        kind.id,
        weeks,
        persons={team: persons for team, persons in kind.persons.items() if persons},
        kvnd=round(vnd / 1000),
        kvnd_by_year={year: round(vnd * factor / 1000) for year, factor in factors.items()} if vnd else {},
        fund=kind.fund,
        downtime_hours=kind.downtime_hours,
        at_once=kind.at_once,
    )


def _dues(frame: WaveProblem, file: WavesFile, system: System) -> tuple[Due, ...]:
    deadline = next((each for each in file.deadlines if each.system == system.id), None)
    day = system.moves_on if deadline is None else deadline.day
    weight = None if deadline is None else deadline.weight
    if weight is None:
        weight = 1 if file.weights is None else file.weights.by_level.get(system.security_level, 1)
    return () if day is None else (Due(frame.week_of(day), weight),)


def _needs(system: System) -> dict[str, int]:
    amounts = {
        "vcpu": math.ceil(system.vcpu),
        "memory_gib": math.ceil(system.memory_gib),
        "storage_gb": math.ceil(round(system.storage_tb * 1000, 6)),
    }
    return {resource: amount for resource, amount in amounts.items() if amount}


def _teams(frame: WaveProblem, file: WavesFile) -> tuple[Team, ...]:
    return tuple(
        Team(team.id, _by_week(frame, {each.from_day: each.persons for each in team.staff})) for team in file.teams
    )


def _freezes(frame: WaveProblem, file: WavesFile) -> tuple[Freeze, ...]:
    return tuple(
        Freeze(
            window.id,
            frame.week_of(window.first_day),
            frame.week_of(window.last_day) + 1,
            frozenset(window.steps),
            window.starts_only,
        )
        for window in file.freezes
    )


def _places(frame: WaveProblem, file: WavesFile) -> tuple[Place, ...]:
    found = []
    for each in file.destinations:
        if each.capacity:
            amounts = {
                "vcpu": {c.from_day: math.floor(c.vcpu) for c in each.capacity},
                "memory_gib": {c.from_day: math.floor(c.memory_gib) for c in each.capacity},
                "storage_gb": {c.from_day: math.floor(round(c.storage_tb * 1000, 6)) for c in each.capacity},
            }
            found.append(Place(each.place, {name: _by_week(frame, amounts[name]) for name in _RESOURCES}))
    return tuple(found)


def _by_week(frame: WaveProblem, amounts: Mapping[dt.date, int]) -> tuple[int, ...]:
    """What holds in each week: the amount of the latest day that has come by its Monday, else nothing."""
    days = sorted(amounts)
    found = []
    for week in range(frame.weeks):
        come = [day for day in days if day <= frame.monday(week)]
        found.append(amounts[come[-1]] if come else 0)
    return tuple(found)
