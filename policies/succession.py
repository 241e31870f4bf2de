"""Who owns today what an agency owned: the successions of `agencies.csv`, followed day by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from policies.register import Agency


@dataclass(frozen=True, slots=True)
class Tenure:
    """An agency in [start, end), open when ``end`` is None; ``successor`` takes over its systems on ``end``."""

    agency: str
    start: dt.date
    end: dt.date | None = None
    successor: str | None = None


def tenures_of(agencies: Iterable[Agency]) -> tuple[Tenure, ...]:
    """The tenures of a register of agencies, in its order."""
    return tuple(Tenure(each.id, each.valid_from, each.valid_to, each.successor) for each in agencies)


def owners_on(tenures: Iterable[Tenure], day: dt.date) -> dict[str, str]:
    """For every agency the one that holds on ``day`` what it owns or owned; those whose systems went to nobody lack.

    Successors are followed from the last tenure that ended by ``day``. An agency that begins only after ``day`` holds
    its own: what it has was set up for it. A circle of successors leads to nobody.
    """
    known: dict[str, list[Tenure]] = {}
    for tenure in tenures:
        known.setdefault(tenure.agency, []).append(tenure)
    owners: dict[str, str | None] = {}
    for agency in known:
        way: list[str] = []
        name: str | None = agency
        while name is not None and name in known and name not in owners:
            way.append(name)
            owners[name] = None
            ended = [tenure for tenure in known[name] if tenure.end is not None and tenure.end <= day]
            if len(ended) < len(known[name]):
                owners[name] = name
            else:
                name = max(ended, key=lambda tenure: tenure.end or day).successor
        heir = owners.get(name) if name is not None else None
        owners.update(dict.fromkeys(way, heir))
    return {name: heir for name, heir in owners.items() if heir is not None}
