"""A conflict as it stands in ``plan.json``."""

from __future__ import annotations

from typing import Any

from capacity.plan import Requirement
from orchestrator.conflicts import TriedConflict
from orchestrator.document.accounts_tables import plain, record


def conflict_record(found: TriedConflict | None) -> dict[str, Any] | None:
    """The minimal set and the relaxations, or null when no conflict was explained."""
    if found is None:
        return None
    conflict = found.conflict
    needed = set(conflict.needed)

    def named(requirement: Requirement) -> dict[str, Any]:
        return record(requirement)

    return {
        "minimal": conflict.minimal,
        "members": [{**named(member), "needed": member in needed} for member in conflict.members],
        "bound_vnd": plain(conflict.bound_vnd),
        "relaxations": [
            {
                "parts": [
                    {**named(part.requirement), "amount": plain(part.amount), "least": plain(part.least)}
                    for part in relaxation.parts
                ],
                "priced_vnd": plain(relaxation.priced_vnd),
                "found": relaxation.found,
                "tried": tried,
            }
            for relaxation, tried in zip(conflict.relaxations, found.tried, strict=True)
        ],
        "seconds": round(conflict.seconds, 3),
    }
