"""Rules as Kubernetes objects: the definition of PolicyFacts, and admission policies with their bindings.

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
        FieldKind.TEXTS: {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "atomic"},
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
_IS_NAMESPACE = "request.kind.kind == 'Namespace'"
_RESOURCE_KINDS = "{'Namespace': 'tenant', 'Service': 'service', 'PersistentVolumeClaim': 'volume'}"


def definition() -> dict[str, Any]:
    """The CustomResourceDefinition of PolicyFacts, whose fields are those of the records of facts."""
    day = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
    by_rule_and_system = _map_of(_map_of(_object({"from": day, "until": day})), is_atomic=True)
    spec = {
        # plain texts: of a "format: date-time" the type checker and the evaluation think differently
        "as_of": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$"},
        "today": day,
        "digest": {"type": "string", "description": "SHA-256 of the province folder that the facts are of"},
        **{name: _map_of(_record(record), is_atomic=True) for name, record in _MAPS.items()},
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
    """A policy and its binding for the rules of each severity that have a point in a cluster, what guards their facts
    and labels, and the role of the syncer.

    Rules share a policy because the API server copies the facts once for each policy and binding of a request.
    """
    asked = [rule for rule in rules if "cluster" in rule.points]
    found = [*_guarded_labels(), *_roles()]
    for severity, actions in ACTIONS.items():
        own = [rule for rule in asked if rule.severity == severity]
        validations = [_validation(rule) for rule in own]
        if severity == "deny":
            validations.insert(0, _fresh_facts())
        if validations:
            found += [_policy(severity, own, validations), _binding(severity, actions)]
    return found


def _validation(rule: Rule) -> dict[str, str]:
    """A rule as an expression: true where it does not apply, holds, or is waived. Its message begins with its id."""
    in_force = [f"variables.today < '{rule.valid_from}'"]
    if rule.valid_to is not None:
        in_force.append(f"variables.today >= '{rule.valid_to}'")
    allowed = (
        f"variables.unchanged || {' || '.join(in_force)} || !({_flat(rule.applies)}) || variables.{_waived(rule)} || "
        f"(({_flat(rule.known)}) && ({_flat(rule.holds)}))"
    )
    cited = "; ".join(f"{each.document}, {each.article}" for each in rule.citations)
    unknown = _quoted(f"[{rule.id}] {rule.name_vi}: chưa có số liệu")
    return {
        "expression": allowed,
        "message": f"[{rule.id}] {rule.name_vi} ({cited})",
        "messageExpression": f"({_flat(rule.known)}) ? {_text(f'[{rule.id}] {rule.message_vi}')} : {unknown}",
        "reason": "Forbidden",
    }


def _fresh_facts() -> dict[str, str]:
    age = "timestamp(object.metadata.creationTimestamp) - timestamp(params.spec.as_of)"
    return {
        "expression": f"request.operation != 'CREATE' || {age} <= duration('{FRESH}')",
        "message": "[facts-fresh] Dữ kiện chính sách (PolicyFacts) đã quá 24 giờ: hãy chạy camau-dc policy sync",
        "reason": "Forbidden",
    }


def _guarded_labels() -> list[dict[str, Any]]:
    """Labels by which objects are judged are changed by who may "edit" "labels" of this group alone: a right of RBAC on
    a resource that does not exist. Pods are left out, as controllers copy the labels of templates.
    """
    kept = f"!key.startsWith('{PREFIX}')"
    name = "camau-labels"
    policy = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": name},
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": {"resourceRules": _resource_rules()},
            "matchConditions": [
                {
                    "name": "not-the-syncer",
                    "expression": f"!authorizer.group('{GROUP}').resource('labels').check('edit').allowed()",
                }
            ],
            "variables": [
                {"name": "labels", "expression": "object.metadata.?labels.orValue({})"},
                {
                    "name": "before",
                    "expression": "request.operation == 'UPDATE' ? oldObject.metadata.?labels.orValue({}) : {}",
                },
            ],
            "validations": [
                {
                    "expression": (
                        f"variables.labels.all(key, {kept} || variables.before[?key] == "
                        "optional.of(variables.labels[key])) && "
                        f"variables.before.all(key, {kept} || key in variables.labels)"
                    ),
                    "message": f"Nhãn {PREFIX}* chỉ do tài khoản đồng bộ chính sách ghi",
                    "reason": "Forbidden",
                }
            ],
        },
    }
    binding = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": name},
        "spec": {"policyName": name, "validationActions": ["Deny", "Audit"]},
    }
    return [policy, binding]


def _roles() -> list[dict[str, Any]]:
    """What the syncer may, and no more: facts, labels, and the namespaces that carry them. A binding says who it is."""
    granted = (
        ([GROUP], [PLURAL], ["get", "create", "update", "patch"]),
        ([GROUP], ["labels"], ["edit"]),
        ([""], ["namespaces"], ["get", "list", "create", "update", "patch"]),
    )
    return [
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": {"name": "camau-dc-syncer"},
            "rules": [
                {"apiGroups": groups, "resources": resources, "verbs": verbs} for groups, resources, verbs in granted
            ],
        }
    ]


def _resource_rules() -> list[dict[str, Any]]:
    return [
        {
            "apiGroups": [group],
            "apiVersions": [version],
            "operations": ["CREATE", "UPDATE"],
            "resources": list(resources),
        }
        for group, version, resources in _KINDS
    ]


def _policy(name: str, rules: list[Rule], validations: list[dict[str, str]]) -> dict[str, Any]:
    waived = [{"name": _waived(rule), "expression": _waiver(rule.id)} for rule in rules]
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": f"camau-{name}"},
        "spec": {
            "failurePolicy": "Fail",
            "paramKind": {"apiVersion": f"{GROUP}/{VERSION}", "kind": KIND},
            "matchConstraints": {"resourceRules": _resource_rules()},
            "variables": [*_variables(), *waived],
            "validations": validations,
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


def _variables() -> list[dict[str, str]]:
    """What rules read, made from the object, its namespace and PolicyFacts; each may read those before it.

    Kubernetes evaluates a variable when it is used: those of ``before`` are used in updates alone.
    """
    named = {
        "today": "params.spec.today",
        # a namespace has no namespace: it is its own home
        "home": f"{_IS_NAMESPACE} ? object : namespaceObject",
        "home_before": f"{_IS_NAMESPACE} ? oldObject : namespaceObject",
        "labels": "variables.home.metadata.?labels.orValue({})",
        "labels_before": "variables.home_before.metadata.?labels.orValue({})",
        "system": _looked_up("systems", f"variables.labels[?'{SYSTEM_LABEL}'].orValue('')", "system"),
        "agency": _looked_up("agencies", "variables.system.owner", "agency"),
        "zone": _looked_up("zones", f"variables.labels[?'{ZONE_LABEL}'].orValue('')", "zone"),
        "resource": _resource("object", "variables.labels"),
        "resource_before": _resource("oldObject", "variables.labels_before"),
        "unchanged": (
            "request.operation == 'UPDATE' && variables.resource == variables.resource_before && "
            f"variables.labels[?'{SYSTEM_LABEL}'] == variables.labels_before[?'{SYSTEM_LABEL}'] && "
            f"variables.labels[?'{ZONE_LABEL}'] == variables.labels_before[?'{ZONE_LABEL}']"
        ),
    }
    return [{"name": name, "expression": expression} for name, expression in named.items()]


def _looked_up(facts: str, key: str, unknown: str) -> str:
    return f"params.spec.{facts}[?{key}].orValue(params.spec.unknown.{unknown})"


def _resource(thing: str, labels: str) -> str:
    """A map with the fields of ResourceFacts; a literal of mixed types must say so (``dyn``)."""
    special = {
        "id": f"{thing}.metadata.name",
        "kind": f"{_RESOURCE_KINDS}[?request.kind.kind].orValue('workload')",
        "ip_families": f"{thing}.?spec.?ipFamilies.orValue([])",
        "encrypted_at_rest": f"{thing}.metadata.?labels[?'{PREFIX}encrypted-at-rest'].orValue('')",
    }
    fields = []
    for name, kind in fields_of(ResourceFacts).items():
        label = f"{labels}[?'{PREFIX}{name.replace('_', '-')}']"
        value = f"int({label}.orValue('-1'))" if kind is FieldKind.NUMBER else f"{label}.orValue('')"
        fields.append(f"'{name}': dyn({special.get(name, value)})")
    return "{" + ", ".join(fields) + "}"


def _waived(rule: Rule) -> str:
    """The variable that says whether a rule is waived."""
    return f"waived_{rule.id.replace('-', '_')}"


def _waiver(rule: str) -> str:
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


def _map_of(value: Mapping[str, Any], *, is_atomic: bool = False) -> dict[str, Any]:
    """A map by id. An atomic one has one owner: of others the server keeps the path of every field, twice the size."""
    atomic = {"x-kubernetes-map-type": "atomic"} if is_atomic else {}
    return {"type": "object", **atomic, "additionalProperties": dict(value)}


def _record(record: type[FactsRecord]) -> dict[str, Any]:
    return _object({name: dict(_SCHEMAS[kind]) for name, kind in fields_of(record).items()})
