"""Systems that run in a Kubernetes cluster, by the labels that provisioning writes on their namespaces."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from iac.clusters import Cluster
from iac.observe.observation import Observation, digest_of


@dataclass(frozen=True)
class Seen:
    """What runs; namespaces of systems in which nothing is ready, and those that do not say where they stand."""

    observations: tuple[Observation, ...]
    idle: tuple[str, ...]
    placeless: tuple[str, ...]


def observe_cluster(
    cluster: Cluster, at: dt.datetime, *, system_label: str, zone_label: str, zone: str | None = None
) -> Seen:
    """The systems whose namespace has a pod that is ready.

    A namespace says by labels whose it is and in which zone it stands; ``zone`` is that of a cluster which does not.
    Raises KubernetesError.
    """
    found: list[Observation] = []
    idle, placeless = [], []
    for namespace in cluster.objects("v1", "Namespace", label_selector=system_label):
        name, labels = namespace["metadata"]["name"], namespace["metadata"]["labels"]
        place = labels.get(zone_label) or zone
        if place is None:
            placeless.append(name)
            continue
        pods = [_pod(pod) for pod in cluster.objects("v1", "Pod", namespace=name)]
        ready = sum(pod["ready"] for pod in pods)
        if not ready:
            idle.append(name)
            continue
        answer = {"namespace": name, "uid": namespace["metadata"]["uid"], "labels": labels, "pods": pods}
        note = f"{ready} of {len(pods)} pods ready"
        source = f"cluster {cluster.name}, namespace {name}"
        found.append(Observation(labels[system_label], place, at, digest_of(answer), source, note))
    return Seen(tuple(found), tuple(idle), tuple(placeless))


def _pod(pod: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a pod: who it is, what it runs, and whether it is ready."""
    status = pod.get("status") or {}
    conditions = {each["type"]: each["status"] for each in status.get("conditions") or ()}
    return {
        "name": pod["metadata"]["name"],
        "uid": pod["metadata"]["uid"],
        "images": sorted(container["image"] for container in pod["spec"]["containers"]),
        "ready": status.get("phase") == "Running" and conditions.get("Ready") == "True",
    }
