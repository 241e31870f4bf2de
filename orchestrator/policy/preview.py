"""Rules at the point of a preview: on a plain list of the resources that are to be made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from orchestrator.policy.standing import Register
from orchestrator.province import InvalidProvinceError, Problem, Text
from orchestrator.province.nodes import Source
from orchestrator.province.plain_text import decoded
from orchestrator.province.problems import first_of, sorted_problems
from orchestrator.province.raw_files import read_bytes
from orchestrator.province.validation import validate_file
from orchestrator.province.words import one_of, shown
from policies.facts import UNKNOWN, Facts, ResourceFacts, fields_of
from policies.register import RegisterId
from policies.rules import Verdict

MOST_BYTES = 64 * 1024 * 1024
_LIST = Text("a JSON list of resources", "danh sách JSON các tài nguyên")
Number = Annotated[int, Field(ge=UNKNOWN)]
YesNo = Literal["", "yes", "no"]


class Resource(BaseModel):
    """A resource of a preview: what it is, whose, where, and the facts that rules read of it (``ResourceFacts``)."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    id: str
    kind: Literal["tenant", "workload", "service", "volume"]
    system: RegisterId
    zone: RegisterId
    isolation: Literal["", "none", "logical", "physical"] = ""
    log_months: Number = UNKNOWN
    provider_log_months: Number = UNKNOWN
    backup_copies: Number = UNKNOWN
    backup_media: Number = UNKNOWN
    backup_offsite: Number = UNKNOWN
    backup_encrypted: YesNo = ""
    encrypted_at_rest: YesNo = ""
    encrypted_in_transit: YesNo = ""
    ip_families: tuple[Literal["IPv4", "IPv6"], ...] = ()


class ResourcesFile(BaseModel):
    """The list, under the name that problems give it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    resources: tuple[Resource, ...]


def read_resources(file: Path, register: Register) -> tuple[Resource, ...]:
    """The resources of a file of JSON. Raises InvalidProvinceError with all that is wrong with it."""
    content = read_bytes(file.parent, file.name, MOST_BYTES)
    if isinstance(content, Problem):
        raise InvalidProvinceError(str(file), (content,))
    text = decoded(content, file.name)
    if not isinstance(text, str):
        raise InvalidProvinceError(str(file), tuple(text))
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidProvinceError(
            str(file), (Problem(file.name, error.lineno, "file", Text(error.msg, error.msg), _LIST),)
        ) from None
    if not isinstance(data, list):
        raise InvalidProvinceError(str(file), (Problem(file.name, 1, "file", shown(data), _LIST),))
    source = Source(file.name, {"resources": data}, {})
    read, problems = validate_file(ResourcesFile, source)
    resources = () if read is None else read.resources
    problems += first_of(_strangers(resources, source, register))
    if problems:
        raise InvalidProvinceError(str(file), sorted_problems(problems))
    return resources


def verdicts_on(register: Register, resources: tuple[Resource, ...]) -> tuple[Verdict, ...]:
    """What the rules say of resources, where they apply; the subject of each verdict is the resource."""
    return tuple(
        replace(verdict, subject_id=resource.id)
        for resource in resources
        for verdict in _verdicts(register, resource)
        if verdict.outcome != "not_applicable"
    )


def _verdicts(register: Register, resource: Resource) -> Iterator[Verdict]:
    system = register.system(resource.system)
    assert system is not None, "read_resources refuses systems that are not in the register"
    own = register.system_facts(system)
    facts = Facts(
        register.day,
        system=own,
        agency=register.agency_facts(own.owner),
        zone=register.places[resource.zone],
        resource=ResourceFacts(**{name: getattr(resource, name) for name in fields_of(ResourceFacts)}),
    )
    for rule in register.rules.at("preview", ("system", "resource")):
        yield register.verdict(rule, system, facts)


def _strangers(resources: tuple[Resource, ...], source: Source, register: Register) -> Iterator[Problem]:
    systems, places = [each.id for each in register.systems], list(register.places)
    for number, each in enumerate(resources):
        if each.system not in systems:
            yield source.problem(("resources", number, "system"), shown(each.system), one_of(systems, each.system))
        if each.zone not in register.places:
            yield source.problem(("resources", number, "zone"), shown(each.zone), one_of(places, each.zone))
