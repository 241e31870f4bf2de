"""Systems that depend on each other in a circle, and those that are to move together: each group becomes one move."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from capacity.waves.problem import Move, Step, WaveProblem


@dataclass(frozen=True, slots=True)
class Together:
    """Systems that became one move, ``id``; ``circle`` is a way from a system over what it depends on back to itself.

    Without a circle they were named as a group.
    """

    id: str
    members: tuple[str, ...]
    circle: tuple[str, ...] = ()


def joined(problem: WaveProblem, groups: Iterable[Collection[str]] = ()) -> tuple[WaveProblem, tuple[Together, ...]]:
    """The problem with one move for every group and every circle of dependencies, and what became one.

    Groups that share a system or a circle are one. A joined move has every kind of step that one of its members has, as
    long as the longest of them, with the persons, money, downtime and needs of all; it has all due dates and pins, and
    is called by its first member. The members must have the same order of kinds and of the cut-over. Joining can close
    a new circle, which is joined too.
    """
    names = [move.id for move in problem.moves]
    leader = {name: name for name in names}

    def find(name: str) -> str:
        while leader[name] != name:
            name = leader[name]
        return name

    for group in groups:
        known = [name for name in group if name in leader]
        for name in known[1:]:
            leader[find(name)] = find(known[0])
    circles: dict[str, tuple[str, ...]] = {}
    while True:
        following = _following(problem, find)
        way = _circle(following)
        if way is None:
            break
        shown = _way_of_members(problem, way, find)
        first = find(way[0])
        for name in way:
            leader[find(name)] = first
        circles[find(first)] = (*circles.get(find(first), ()), *shown) if find(first) not in circles else circles[first]
    members: dict[str, list[str]] = {}
    for name in names:
        members.setdefault(find(name), []).append(name)
    called = {name: group[0] for group in members.values() for name in group}
    shown_circles = {called[name]: way for name, way in circles.items()}
    moves = tuple(
        _renamed(problem.by_id[group[0]], called)
        if len(group) == 1
        else _one([problem.by_id[name] for name in group], called)
        for group in members.values()
    )
    found = tuple(
        Together(group[0], tuple(group), shown_circles.get(group[0], ()))
        for group in members.values()
        if len(group) > 1
    )
    return replace(problem, moves=moves), found


def _following(problem: WaveProblem, find: object) -> dict[str, list[str]]:
    """What each group depends on, without itself."""
    assert callable(find)
    found: dict[str, list[str]] = {}
    for move in problem.moves:
        mine = find(move.id)
        others = found.setdefault(mine, [])
        for name in move.depends_on:
            other = find(name)
            if other != mine and other not in others:
                others.append(other)
    return found


def _circle(following: Mapping[str, list[str]]) -> list[str] | None:
    """Groups in a circle, None when there is none (depth first, in the order of the moves)."""
    done: set[str] = set()
    for start in following:
        if start in done:
            continue
        way: list[str] = [start]
        on_way = {start}
        left = [iter(following[start])]
        while left:
            step = next(left[-1], None)
            if step is None:
                left.pop()
                done.add(way[-1])
                on_way.discard(way.pop())
            elif step in on_way:
                return way[way.index(step) :]
            elif step not in done:
                way.append(step)
                on_way.add(step)
                left.append(iter(following.get(step, ())))
    return None


def _way_of_members(problem: WaveProblem, way: list[str], find: object) -> tuple[str, ...]:
    """The systems of a circle of groups, each followed by the one that it depends on, the first again at the end."""
    assert callable(find)
    shown: list[str] = []
    for group, after in zip(way, [*way[1:], way[0]], strict=True):
        for move in problem.moves:
            if find(move.id) == group and any(find(name) == after for name in move.depends_on):
                shown.append(move.id)
                break
    return (*shown, shown[0])


def _renamed(move: Move, called: Mapping[str, str]) -> Move:
    wanted = tuple(dict.fromkeys(called[name] for name in move.depends_on))
    return move if wanted == move.depends_on else replace(move, depends_on=wanted)


def _one(group: list[Move], called: Mapping[str, str]) -> Move:
    """One move out of several."""
    kinds: list[str] = []
    for move in sorted(group, key=lambda each: -len(each.steps)):
        at = 0
        for step in move.steps:
            if step.kind in kinds:
                at = kinds.index(step.kind) + 1
            else:
                kinds.insert(at, step.kind)
                at += 1
    name = group[0].id
    cut_over = max(kinds.index(move.steps[move.cut_over].kind) for move in group)
    by_kind = [{step.kind: step for step in move.steps} for move in group]
    pins: dict[int, int] = {}
    for move in group:
        for number, week in move.pins.items():
            pins[kinds.index(move.steps[number].kind)] = week
    needs: dict[str, int] = {}
    for move in group:
        for resource, amount in move.needs.items():
            needs[resource] = needs.get(resource, 0) + amount
    depends = (called[other] for move in group for other in move.depends_on)
    return replace(
        group[0],
        steps=tuple(_step([steps[kind] for steps in by_kind if kind in steps]) for kind in kinds),
        cut_over=cut_over,
        depends_on=tuple(dict.fromkeys(other for other in depends if other != name)),
        dues=tuple(due for move in group for due in move.dues),
        needs=needs,
        place=next((move.place for move in group if move.place is not None), None),
        both_places_kvnd=sum(move.both_places_kvnd for move in group),
        both_places_fund=next((move.both_places_fund for move in group if move.both_places_fund is not None), None),
        pins=pins,
        members=tuple(member for move in group for member in (move.members or (move.id,))),
    )


def _step(steps: list[Step]) -> Step:
    persons: dict[str, int] = {}
    for step in steps:
        for team, number in step.persons.items():
            persons[team] = persons.get(team, 0) + number
    years = {year for step in steps for year in step.kvnd_by_year}
    return replace(
        max(steps, key=lambda step: step.weeks),
        persons=persons,
        kvnd=sum(step.kvnd for step in steps),
        kvnd_by_year={year: sum(step.cost(year) for step in steps) for year in years},
        fund=next((step.fund for step in steps if step.fund is not None), None),
        downtime_hours=sum(step.downtime_hours for step in steps),
        at_once=any(step.at_once for step in steps),
    )
