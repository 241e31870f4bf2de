"""The policy of manifests/ under a name of its own, so that trials in one cluster leave each other alone."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import yaml

from tests.cluster.client import Client, Object, Verdict, seconds_until, verdict
from tests.cluster.facts import make_facts

MANIFESTS = Path(__file__).parent / "manifests"
_NUMBERS = itertools.count(1)


def manifests(file: str, trial: str = "TRIAL") -> list[Object]:
    """The objects of a file, with the name of a trial put in."""
    text = (MANIFESTS / file).read_text(encoding="utf-8").replace("TRIAL", trial)
    return list(yaml.safe_load_all(text))


class Trial:
    """A policy with its facts, bound to the namespaces that carry the trial's label."""

    def __init__(self, admin: Client, name: str) -> None:
        self.admin = admin
        self.name = name
        metadata = {"name": f"{name}-probe", "namespace": "default"}
        self.probe = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}

    def begin(self) -> None:
        """Writes policy, bindings and facts, and returns when they are in effect."""
        for body in (*manifests("policy.yaml", self.name), *manifests("probe.yaml", self.name)):
            self.admin.apply(body)
        self.write_facts()
        outside = self.namespace(system="cong", zone="bkk-1")
        seconds_until(lambda: self.refused(outside))

    def write_facts(self, **spec: Any) -> float:
        """Writes facts with these overrides; returns the seconds from the answer until admission reads them."""
        written = self.admin.apply(make_facts(self.name, **spec))["metadata"]["resourceVersion"]
        return seconds_until(lambda: self.facts_in_effect() == written)

    def facts_in_effect(self) -> str:
        """The ``resourceVersion`` of the facts that admission reads now, or why it reads none."""
        said = verdict(lambda: self.admin.create(self.probe, dry_run=True)).message
        return said.rpartition("denied request: facts ")[2]

    def delete_facts(self) -> None:
        """Deletes the facts and returns when admission has seen it."""
        self.admin.delete(make_facts(self.name))
        seconds_until(lambda: "no params found" in self.facts_in_effect())

    def namespace(self, **labels: str) -> Object:
        """A namespace of the trial that does not exist yet, with ``camau.vn/`` labels."""
        ours = {f"camau.vn/{key}": value for key, value in labels.items()}
        metadata = {"name": f"{self.name}-{next(_NUMBERS)}", "labels": {"trial": self.name, **ours}}
        return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}

    def try_namespace(self, **labels: str) -> Verdict:
        """What the API says to such a namespace, without making it."""
        return self.asked(self.namespace(**labels))

    def asked(self, body: Object) -> Verdict:
        """What the API says to creating the object, in a dry run: it goes through admission and is not stored."""
        return verdict(lambda: self.admin.create(body, dry_run=True))

    def refused(self, body: Object) -> bool:
        """Whether the API refuses to create the object, in a dry run."""
        return not self.asked(body).admitted

    def made_namespace(self, **labels: str) -> Object:
        """Such a namespace, made."""
        return self.admin.create(self.namespace(**labels))


def deployment(namespace: str, replicas: int = 1) -> Object:
    """A deployment that runs nothing."""
    container = {"name": "main", "image": "registry.invalid/main:1"}
    template = {"metadata": {"labels": {"app": "main"}}, "spec": {"containers": [container]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": "main"}}, "template": template}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "main", "namespace": namespace},
        "spec": spec,
    }


def service(namespace: str, kind: str = "ClusterIP") -> Object:
    """A service without pods."""
    spec = {"type": kind, "selector": {"app": "main"}, "ports": [{"port": 443}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "main", "namespace": namespace}, "spec": spec}
