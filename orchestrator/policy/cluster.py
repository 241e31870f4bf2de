"""What a cluster is told: the rules as objects, and the facts of the register that they read there."""

from __future__ import annotations

import datetime as dt
from typing import Any

import yaml

from orchestrator.policy.standing import Register
from policies import Waiver, waived_until
from policies.admission import FACTS_NAME, GROUP, KIND, VERSION, definition, policies_of
from policies.facts import NO_AGENCY, NO_SYSTEM, NO_ZONE, FactsRecord, fields_of
from policies.rules import RuleSet


def exported(rules: RuleSet) -> str:
    """The definition of PolicyFacts, the policies and their bindings as documents of YAML."""
    return yaml.safe_dump_all([definition(), *policies_of(rules)], allow_unicode=True, sort_keys=False, width=10_000)


def policy_facts(register: Register, at: dt.datetime) -> dict[str, Any]:
    """The object of kind PolicyFacts: the register as rules read it on its day, written at ``at`` (with its zone)."""
    systems = {each.id: register.system_facts(each) for each in register.systems}
    agencies = {facts.owner: register.agency_facts(facts.owner) for facts in systems.values() if facts.owner}
    unknown: dict[str, FactsRecord] = {"system": NO_SYSTEM, "agency": NO_AGENCY, "zone": NO_ZONE}
    return {
        "apiVersion": f"{GROUP}/{VERSION}",
        "kind": KIND,
        "metadata": {"name": FACTS_NAME},
        "spec": {
            "as_of": at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "today": register.day.isoformat(),
            "digest": register.province.digest,
            "systems": {name: record(facts) for name, facts in systems.items()},
            "agencies": {name: record(facts) for name, facts in sorted(agencies.items())},
            "zones": {name: record(facts) for name, facts in register.places.items()},
            "unknown": {name: record(facts) for name, facts in unknown.items()},
            "waivers": waivers_by_rule(register.province.waivers, register.day),
        },
    }


def waivers_by_rule(waivers: tuple[Waiver, ...], day: dt.date) -> dict[str, dict[str, dict[str, str]]]:
    """From and until by rule and system: the waiver in force on the day of the facts, else the last that was."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for waiver in sorted(waivers, key=lambda each: each.valid_from):
        for system in waiver.systems if waiver.valid_from <= day else ():
            until = waived_until(waivers, waiver.rule, system, day) or waiver.valid_to
            found.setdefault(waiver.rule, {})[system] = {
                "from": waiver.valid_from.isoformat(),
                "until": until.isoformat(),
            }
    return found


def record(facts: FactsRecord) -> dict[str, Any]:
    """A record of facts as JSON has it."""
    values = {name: getattr(facts, name) for name in fields_of(type(facts))}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
