"""The table of cases (`cases.yaml`): facts of a system, its zone and a resource, and the rules that refuse or warn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from policies.facts import NO_ZONE, Facts, ResourceFacts, SystemFacts, ZoneFacts

FILE = Path(__file__).parent / "cases.yaml"


@dataclass(frozen=True)
class PolicyCase:
    """``waived`` holds the first day without the waiver by rule; the system is called as its place in the table."""

    name: str
    facts: Facts
    waived: Mapping[str, dt.date]
    refused: frozenset[str]
    warned: frozenset[str]


@cache
def policy_cases() -> tuple[PolicyCase, ...]:
    """The cases of the table."""
    table = yaml.safe_load(FILE.read_text("utf-8"))
    return tuple(_case(place, case, table["base"], table["zones"]) for place, case in enumerate(table["cases"]))


def _case(place: int, case: dict[str, Any], base: dict[str, Any], zones: dict[str, Any]) -> PolicyCase:
    name = f"case-{place}"
    zone = zones.get(case.get("zone", base["zone"]))
    facts = Facts(
        case.get("today", base["today"]),
        system=SystemFacts(**_fields({**base["system"], **case.get("system", {}), "id": name, "owner": "so-khcn"})),
        zone=NO_ZONE if zone is None else ZoneFacts(**zone),
        resource=ResourceFacts(
            **_fields({
                **base["resource"], **case.get("resource", {}), "id": name, "kind": case.get("kind", base["kind"]),
            })
        ),
    )  # fmt: skip
    return PolicyCase(
        case["name"],
        facts,
        case.get("waive", {}),
        frozenset(case.get("refused", ())),
        frozenset(case.get("warned", ())),
    )


def _fields(given: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
