"""An API server with the exported policies, and cases as its objects."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from orchestrator.policy import exported, rule_set
from orchestrator.policy.cluster import record
from policies.admission import FACTS_NAME, GROUP, KIND, PREFIX, SYSTEM_LABEL, VERSION, ZONE_LABEL
from policies.facts import NO_AGENCY, NO_SYSTEM, NO_ZONE, AgencyFacts, FieldKind, ResourceFacts, fields_of
from tests.cluster.client import Client, Object, seconds_until, verdict
from tests.policies.cases import PolicyCase

_FENCES = itertools.count(1)
_RULE = re.compile(r"\[([a-z0-9-]+)\] ")


def now(hours_ago: float = 0.0) -> str:
    return (dt.datetime.now(dt.UTC) - dt.timedelta(hours=hours_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


def facts_object(cases: list[PolicyCase], **spec: Any) -> Object:
    """PolicyFacts that hold the systems, zones and waivers of cases of one day."""
    waivers: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    for case in cases:
        for rule, end in case.waived.items():
            waivers[rule][case.facts.system.id] = {"from": "2026-01-01", "until": end.isoformat()}
    zones = {case.facts.zone.id: case.facts.zone for case in cases if case.facts.zone.id}
    unknown = {"system": NO_SYSTEM, "agency": NO_AGENCY, "zone": NO_ZONE}
    return {
        "apiVersion": f"{GROUP}/{VERSION}",
        "kind": KIND,
        "metadata": {"name": FACTS_NAME},
        "spec": {
            "as_of": now(),
            "today": cases[0].facts.today.isoformat() if cases else "2026-11-24",
            "digest": "0" * 64,
            "systems": {case.facts.system.id: record(case.facts.system) for case in cases},
            "agencies": {"so-khcn": record(AgencyFacts("so-khcn", "department", exists=True))},
            "zones": {name: record(zone) for name, zone in zones.items()},
            "unknown": {name: record(facts) for name, facts in unknown.items()},
            "waivers": dict(waivers),
            **spec,
        },
    }


def labels_of(case: PolicyCase) -> dict[str, str]:
    """The labels of the namespace that say what the case is."""
    resource = record(case.facts.resource)
    found = {SYSTEM_LABEL: case.facts.system.id}
    if case.facts.zone.id:
        found[ZONE_LABEL] = case.facts.zone.id
    for name, kind in fields_of(ResourceFacts).items():
        stated = resource[name] not in ("", -1)
        if name not in ("id", "kind", "encrypted_at_rest") and kind is not FieldKind.TEXTS and stated:
            found[f"{PREFIX}{name.replace('_', '-')}"] = str(resource[name])
    return found


def namespace_of(case: PolicyCase) -> Object:
    return {
        "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": case.facts.system.id, "labels": labels_of(case)},
    }  # fmt: skip


def object_of(case: PolicyCase) -> Object:
    """What the case asks to make."""
    resource, home = case.facts.resource, case.facts.system.id
    metadata: dict[str, Any] = {"name": "main", "namespace": home}
    if resource.kind == "tenant":
        return namespace_of(case)
    if resource.kind == "volume":
        if resource.encrypted_at_rest:
            metadata["labels"] = {f"{PREFIX}encrypted-at-rest": resource.encrypted_at_rest}
        spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
        return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}
    families = {"ipFamilies": list(resource.ip_families)} if resource.ip_families else {}
    policy = {"ipFamilyPolicy": "RequireDualStack"} if len(resource.ip_families) == 2 else {}
    return {
        "apiVersion": "v1", "kind": "Service", "metadata": metadata,
        "spec": {"ports": [{"port": 443}], **families, **policy},
    }  # fmt: skip


def asked(name: str) -> Object:
    """What the probe refuses to make, saying which facts it reads."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}}


@dataclass(frozen=True)
class Plane:
    """An API server with the exported policies."""

    admin: Client
    kubeconfig: Path

    def begin(self) -> None:
        """Applies what `policy export` writes, and a policy that tells which facts admission reads."""
        for body in objects():
            self.admin.apply(body)
        seconds_until(lambda: self.admin.knows({**facts_object([]), "metadata": {"name": "served"}}))
        for body in (probe(), probe_binding("probe")):
            self.admin.apply(body)

    def write(self, facts: Object) -> None:
        """Writes the facts and returns when admission reads them."""
        written = self.admin.apply(facts)["metadata"]["resourceVersion"]
        seconds_until(lambda: self._probed("probe").endswith(f"facts {written}"))

    def act(self, actions: list[str] | None) -> None:
        """Lets every binding of a rule act so (``None``: as exported) and returns when all of them do."""
        for body in bindings():
            wanted = body["spec"]["validationActions"] if actions is None else actions
            self.admin.apply({**body, "spec": {**body["spec"], "validationActions": wanted}})
        # bindings come to admission in their order: when one that came later acts, those do
        fence = f"fence-{next(_FENCES)}"
        self.admin.apply(probe_binding(fence))
        seconds_until(lambda: "denied request" in self._probed(fence))

    def _probed(self, name: str) -> str:
        return verdict(lambda: self.admin.create(asked(name), dry_run=True)).message


def objects() -> list[Object]:
    return list(yaml.safe_load_all(exported(rule_set())))


def bindings() -> list[Object]:
    return [
        each for each in objects()
        if each["kind"] == "ValidatingAdmissionPolicyBinding" and each["metadata"]["name"] != "camau-labels"
    ]  # fmt: skip


def probe() -> Object:
    """A policy that tells which facts admission reads."""
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}
    said = "'facts ' + params.metadata.resourceVersion"
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": "probe"},
        "spec": {
            "failurePolicy": "Fail",
            "paramKind": {"apiVersion": f"{GROUP}/{VERSION}", "kind": KIND},
            "matchConstraints": {"resourceRules": [rule]},
            "validations": [{"expression": "false", "messageExpression": said}],
        },
    }


def probe_binding(name: str) -> Object:
    """It refuses the map of this name."""
    rule = {
        "apiGroups": [""],
        "apiVersions": ["v1"],
        "operations": ["CREATE"],
        "resources": ["configmaps"],
        "resourceNames": [name],
    }
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": name},
        "spec": {
            "policyName": "probe",
            "paramRef": {"name": FACTS_NAME, "parameterNotFoundAction": "Deny"},
            "validationActions": ["Deny"],
            "matchResources": {"resourceRules": [rule]},
        },
    }


def told(warnings: list[str]) -> set[str]:
    return {rule for text in warnings for rule in _RULE.findall(text)}
