"""Waves that are wrong: towards themselves, the register, sites and clouds."""

from __future__ import annotations

from tests.broken.folders import Broken, Wrong

FILE = "waves.yaml"
_STEPS = "one of dossier, procurement, build, copy, parallel-run, decommissioning (steps of waves.yaml)"
_TEAMS = "one of security, engineering (teams of waves.yaml)"

WAVES = (
    Broken(
        "weeks of no step",
        FILE,
        "weeks: {decommissioning: 2}",
        "weeks: {farewell: 2}",
        (Wrong("weeks: {farewell: 2}", "chains[0].weeks.farewell", "'farewell'", _STEPS),),
    ),
    Broken(
        "persons of no team",
        FILE,
        "cut_over: true, persons: {engineering: 1}",
        "cut_over: true, persons: {engineer: 1}",
        (Wrong("- {id: copy", "steps[copy].persons.engineer", "'engineer'", _TEAMS),),
    ),
    Broken(
        "freeze of no step",
        FILE,
        "steps: [copy]",
        "steps: [copies]",
        (Wrong("- {id: tet-2027", "freezes[tet-2027].steps[0]", "'copies'", _STEPS),),
    ),
)
