"""Clusters by their Kubernetes API: one object is put there, as its field manager would have it.

Errors of this room::

    KubernetesError
    ├── UnreachableError   no answer: the address, the certificate, the time
    └── RefusedError       an answer that is no: rights, a definition that is not there, an object that is not valid
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3
from kubernetes import client, config, dynamic
from kubernetes.dynamic.exceptions import DynamicApiError, ResourceNotFoundError

FIELD_MANAGER = "camau-dc"
SECONDS = 30.0
"""For the API to answer."""
PAGE = 500
"""Objects of one answer."""


class KubernetesError(Exception):
    """A cluster that did not take an object; ``reason`` says why and holds no secret."""

    def __init__(self, cluster: str, reason: str) -> None:
        super().__init__(f"{cluster}: {reason}")
        self.cluster = cluster
        self.reason = reason


class UnreachableError(KubernetesError):
    """The API does not answer, or is not who the kubeconfig says."""


class RefusedError(KubernetesError):
    """The API said no."""


@dataclass(frozen=True)
class Applied:
    """Where an object was put, in which version, and whether that changed anything. ``version`` is the server's."""

    cluster: str
    version: str
    changed: bool


class Cluster:
    """A cluster of a kubeconfig; ``context`` is that which the file names as the current one by default."""

    def __init__(self, kubeconfig: Path | None = None, context: str | None = None) -> None:
        """Raises UnreachableError for a kubeconfig that cannot be used. Nothing is asked of the cluster yet."""
        self.name = context or (str(kubeconfig) if kubeconfig is not None else "kubeconfig")
        try:
            api = config.new_client_from_config(
                str(kubeconfig) if kubeconfig is not None else None, context, persist_config=False
            )
        except (config.ConfigException, OSError) as error:
            raise UnreachableError(self.name, str(error)) from None
        self._api: client.ApiClient = api

    def apply(self, body: dict[str, Any], *, dry_run: bool = False) -> Applied:
        """Puts an object there by server-side apply: only its own fields are touched. Raises KubernetesError."""
        with self._answering(body["apiVersion"], body["kind"]) as resource:
            before = self._version(resource, body)
            applied = resource.server_side_apply(
                body=body,
                name=body["metadata"]["name"],
                field_manager=FIELD_MANAGER,
                dry_run="All" if dry_run else None,
                _request_timeout=SECONDS,
            )
            version = str(applied.metadata.resourceVersion)
        return Applied(self.name, version, version != before)

    def objects(
        self, api_version: str, kind: str, *, label_selector: str = "", namespace: str | None = None
    ) -> list[dict[str, Any]]:
        """The objects of a kind, a page at a time. Raises KubernetesError."""
        found: list[dict[str, Any]] = []
        wanted = {"label_selector": label_selector, "namespace": namespace, "limit": PAGE, "_request_timeout": SECONDS}
        with self._answering(api_version, kind) as resource:
            following: str | None = ""
            while following is not None:
                page = resource.get(**wanted, **({"_continue": following} if following else {})).to_dict()
                found += page["items"]
                following = page["metadata"].get("continue") or None
        return found

    @contextmanager
    def _answering(self, api_version: str, kind: str) -> Iterator[Any]:
        """The API of a kind; what it answers badly, or not at all, is told as KubernetesError."""
        try:
            yield dynamic.DynamicClient(self._api).resources.get(api_version=api_version, kind=kind)
        except ResourceNotFoundError:
            words = f"does not know {kind} of {api_version}: apply what 'policy export' writes first"
            raise RefusedError(self.name, words) from None
        except DynamicApiError as error:
            raise RefusedError(self.name, _said(error)) from None
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise UnreachableError(self.name, type(error).__name__) from None

    def _version(self, resource: Any, body: dict[str, Any]) -> str | None:
        try:
            there = resource.get(name=body["metadata"]["name"], _request_timeout=SECONDS)
        except DynamicApiError as error:
            if error.status == 404:
                return None
            raise
        return str(there.metadata.resourceVersion)


def _said(error: DynamicApiError) -> str:
    """What the server answered, without headers or the body's details."""
    try:
        message = json.loads(error.body or "")["message"]
    except (TypeError, ValueError, KeyError):
        message = error.reason
    return f"{error.status}: {message}"
