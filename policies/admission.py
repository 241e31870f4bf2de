"""Rules as Kubernetes objects: the definition of PolicyFacts, and for each rule an admission policy with its binding.

Kubernetes has no clock for policies and cannot look into a register: both come in the one object of kind PolicyFacts,
which the syncer alone writes. A policy reads it as its parameter, and denies when it is not there. Expressions of rules
stand in it as they are. What they read is made from the object, the labels of its namespace and PolicyFacts, and is
total as everywhere: a label that names nothing known gives the record of unknowns that PolicyFacts carries. An update
that leaves what is judged as it was passes, so that what was admitted under a waiver can be put right after its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from policies.facts import (
    KINDS,
    AgencyFacts,
    FactsRecord,
    FieldKind,
    ResourceFacts,
    SystemFacts,
    ZoneFacts,
    fields_of,
)
from policies.rules import Rule, Severity

GROUP, VERSION, KIND, PLURAL = "policy.camau.vn", "v1", "PolicyFacts", "policyfacts"
FACTS_NAME = "province"
"""Of the one object of kind PolicyFacts in a cluster."""
PREFIX = "camau.vn/"
"""Of labels that policies read and the syncer alone may set."""
SYSTEM_LABEL, ZONE_LABEL = f"{PREFIX}system", f"{PREFIX}zone"
FRESH = "24h"
"""PolicyFacts older than this, when an object is made, decide nothing: the object is refused."""
ACTIONS: Mapping[Severity, tuple[str, ...]] = MappingProxyType(
    {"deny": ("Deny", "Audit"), "warn": ("Warn", "Audit"), "inform": ("Audit",)}
)
_SCHEMAS: Mapping[FieldKind, Mapping[str, Any]] = MappingProxyType(
    {
        FieldKind.TEXT: {"type": "string"},
        FieldKind.NUMBER: {"type": "integer", "format": "int64"},
        FieldKind.SHARE: {"type": "number"},
        FieldKind.TRUTH: {"type": "boolean"},
        FieldKind.TEXTS: {"type": "array", "items": {"type": "string"}},
    }
)
_MAPS: Mapping[str, type[FactsRecord]] = MappingProxyType(
    {"systems": SystemFacts, "agencies": AgencyFacts, "zones": ZoneFacts}
)
_PLACE = re.compile(r"\{([a-z_]+)(?:\.([a-z_]+))?\}")
_KINDS = (
    ("", "v1", ("namespaces", "services", "persistentvolumeclaims")),
    ("apps", "v1", ("deployments", "statefulsets", "daemonsets")),
    ("batch", "v1", ("jobs", "cronjobs")),
)
"""Group, version and resources that rules are asked about."""
_RESOURCE_KINDS = "{'Namespace': 'tenant', 'Service': 'service', 'PersistentVolumeClaim': 'volume'}"


def definition() -> dict[str, Any]:
    """The CustomResourceDefinition of PolicyFacts, whose fields are those of the records of facts."""
    by_rule_and_system = _map_of(_map_of(_object({"from": {"type": "string"}, "until": {"type": "string"}})))
    spec = {
        "as_of": {"type": "string", "description": "When the facts were written, RFC 3339"},
        "today": {"type": "string", "description": "The day in Viet Nam that rules are decided by, YYYY-MM-DD"},
        "digest": {"type": "string", "description": "SHA-256 of the province folder that the facts are of"},
        **{name: _map_of(_record(record)) for name, record in _MAPS.items()},
        "unknown": _object({name: _record(KINDS[name]) for name in ("system", "agency", "zone")}),
        "waivers": by_rule_and_system,
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{PLURAL}.{GROUP}"},
        "spec": {
            "group": GROUP,
            "scope": "Cluster",
            "names": {"kind": KIND, "plural": PLURAL, "singular": PLURAL, "listKind": f"{KIND}List"},
            "versions": [
                {
                    "name": VERSION,
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": _object({"spec": _object(spec)}, required=("spec",))},
                }
            ],
        },
    }


def policies_of(rules: Iterable[Rule]) -> list[dict[str, Any]]:
    """The policies and bindings of the rules that have a point in a cluster, and those that keep the facts fresh."""
    found = [_fresh_facts(), _binding("facts-fresh", ("Deny", "Audit"))]
    for rule in rules:
        if "cluster" in rule.points:
            found += [policy_of(rule), _binding(rule.id, ACTIONS[rule.severity])]
    return found


def policy_of(rule: Rule) -> dict[str, Any]:
    """The ValidatingAdmissionPolicy of a rule."""
    in_force = [f"variables.today < '{rule.valid_from}'"]
    if rule.valid_to is not None:
        in_force.append(f"variables.today >= '{rule.valid_to}'")
    allowed = (
        f"variables.unchanged || {' || '.join(in_force)} || !({_flat(rule.applies)}) || variables.waived || "
        f"(({_flat(rule.known)}) && ({_flat(rule.holds)}))"
    )
    cited = "; ".join(f"{each.document}, {each.article}" for each in rule.citations)
    unknown = _quoted(f"{rule.name_vi}: chưa có số liệu")
    return _policy(
        rule.id,
        [*_variables(), {"name": "waived", "expression": _waived(rule.id)}],
        {
            "expression": allowed,
            "message": f"{rule.name_vi} ({cited})",
            "messageExpression": f"({_flat(rule.known)}) ? {_text(rule.message_vi)} : {unknown}",
            "reason": "Forbidden",
        },
    )


def _fresh_facts() -> dict[str, Any]:
    age = "timestamp(object.metadata.creationTimestamp) - timestamp(params.spec.as_of)"
    return _policy(
        "facts-fresh",
        [],
        {
            "expression": f"request.operation != 'CREATE' || {age} <= duration('{FRESH}')",
            "message": "Dữ kiện chính sách (PolicyFacts) đã quá 24 giờ: hãy chạy camau-dc policy sync",
            "reason": "Forbidden",
        },
    )


def _policy(name: str, variables: list[dict[str, str]], validation: dict[str, str]) -> dict[str, Any]:
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": f"camau-{name}"},
        "spec": {
            "failurePolicy": "Fail",
            "paramKind": {"apiVersion": f"{GROUP}/{VERSION}", "kind": KIND},
            "matchConstraints": {
                "resourceRules": [
                    {
                        "apiGroups": [group],
                        "apiVersions": [version],
                        "operations": ["CREATE", "UPDATE"],
                        "resources": list(resources),
                    }
                    for group, version, resources in _KINDS
                ]
            },
            "variables": variables,
            "validations": [validation],
        },
    }


def _binding(name: str, actions: tuple[str, ...]) -> dict[str, Any]:
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": f"camau-{name}"},
        "spec": {
            "policyName": f"camau-{name}",
            "paramRef": {"name": FACTS_NAME, "parameterNotFoundAction": "Deny"},
            "matchResources": {
                # what belongs to no system of the register is not the policy's business: no cluster locks itself out
                "namespaceSelector": {"matchExpressions": [{"key": SYSTEM_LABEL, "operator": "Exists"}]}
            },
            "validationActions": list(actions),
        },
    }


def _labels(thing: str) -> str:
    return f"(has({thing}.metadata.labels) ? {thing}.metadata.labels : {{}})"


def _variables() -> list[dict[str, str]]:
    """What rules read, made from the object, its namespace and PolicyFacts; each may read those before it."""
    named = {
        "today": "params.spec.today",
        "labels": f"object.kind == 'Namespace' ? {_labels('object')} : {_labels('namespaceObject')}",
        "labels_before": (
            f"request.operation != 'UPDATE' ? {{}} : object.kind == 'Namespace' ? {_labels('oldObject')} : "
            f"{_labels('namespaceObject')}"
        ),
        "system": _looked_up("systems", f"variables.labels[?'{SYSTEM_LABEL}'].orValue('')", "system"),
        "agency": _looked_up("agencies", "variables.system.owner", "agency"),
        "zone": _looked_up("zones", f"variables.labels[?'{ZONE_LABEL}'].orValue('')", "zone"),
        "resource": _resource("object", "variables.labels"),
        "unchanged": (
            "request.operation == 'UPDATE' && "
            f"variables.labels[?'{SYSTEM_LABEL}'] == variables.labels_before[?'{SYSTEM_LABEL}'] && "
            f"variables.labels[?'{ZONE_LABEL}'] == variables.labels_before[?'{ZONE_LABEL}'] && "
            f"variables.resource == {_resource('oldObject', 'variables.labels_before')}"
        ),
    }
    return [{"name": name, "expression": expression} for name, expression in named.items()]


def _looked_up(facts: str, key: str, unknown: str) -> str:
    return f"params.spec.{facts}[?{key}].orValue(params.spec.unknown.{unknown})"


def _resource(thing: str, labels: str) -> str:
    """A map with the fields of ResourceFacts; a literal of mixed types must say so (``dyn``)."""
    special = {
        "id": f"{thing}.metadata.name",
        "kind": f"{_RESOURCE_KINDS}[?{thing}.kind].orValue('workload')",
        "ip_families": f"({thing}.kind == 'Service' && has({thing}.spec.ipFamilies) ? {thing}.spec.ipFamilies : [])",
        "encrypted_at_rest": f"{_labels(thing)}[?'{PREFIX}encrypted-at-rest'].orValue('')",
    }
    fields = []
    for name, kind in fields_of(ResourceFacts).items():
        label = f"{labels}[?'{PREFIX}{name.replace('_', '-')}']"
        value = f"int({label}.orValue('-1'))" if kind is FieldKind.NUMBER else f"{label}.orValue('')"
        fields.append(f"'{name}': dyn({special.get(name, value)})")
    return "{" + ", ".join(fields) + "}"


def _waived(rule: str) -> str:
    return (
        f"params.spec.waivers[?'{rule}'][?variables.system.id]"
        ".optMap(w, w.from <= variables.today && variables.today < w.until).orValue(false)"
    )


def _text(message: str) -> str:
    """A message as an expression that fills its places."""
    parts, end = [], 0
    for place in _PLACE.finditer(message):
        parts.append(_quoted(message[end : place.start()]))
        parts.append(_filled(place[1], place[2]))
        end = place.end()
    parts.append(_quoted(message[end:]))
    return " + ".join(part for part in parts if part != "''")


def _filled(kind: str, name: str | None) -> str:
    if name is None:
        return "variables.today"
    fact = f"variables.{kind}.{name}"
    return f"{fact}.join(', ')" if fields_of(KINDS[kind])[name] is FieldKind.TEXTS else f"string({fact})"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", " ")
    return f"'{escaped}'"


def _flat(expression: str) -> str:
    return " ".join(expression.split())


def _object(properties: Mapping[str, Any], required: tuple[str, ...] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties if required is None else required),
    }


def _map_of(value: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": dict(value)}


def _record(record: type[FactsRecord]) -> dict[str, Any]:
    return _object({name: dict(_SCHEMAS[kind]) for name, kind in fields_of(record).items()})
