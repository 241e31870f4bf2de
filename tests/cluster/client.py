"""What the tests do with the API: objects are plain dictionaries, and a refusal is a value."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kubernetes.config.kube_config import new_client_from_config
from kubernetes.dynamic import DynamicClient
from kubernetes.dynamic.exceptions import ConflictError, DynamicApiError, NotFoundError, ResourceNotFoundError

Object = dict[str, Any]

SECONDS_TO_TAKE_EFFECT = 120.0
SECONDS_BETWEEN_LOOKS = 0.02


@dataclass(frozen=True)
class Verdict:
    """What the API said to a request. ``status`` is HTTP's; ``message`` is empty where the request was admitted."""

    admitted: bool
    status: int
    message: str


ADMITTED = Verdict(True, 200, "")


class Client:
    """One user's requests."""

    def __init__(self, kubeconfig: Path) -> None:
        client = new_client_from_config(str(kubeconfig), persist_config=False)
        client.configuration.proxy = None
        self._dynamic = DynamicClient(client, cache_file=f"{kubeconfig}.discovery")

    def version(self) -> str:
        """Kubernetes' version, v1.2.3."""
        version: str = self._dynamic.version["kubernetes"]["gitVersion"]
        return version

    def knows(self, body: Object) -> bool:
        """Whether the API serves objects of this kind and admits this one."""
        try:
            return verdict(lambda: self.create(body, dry_run=True)).admitted
        except ResourceNotFoundError:
            return False

    def get(self, kind: Object, name: str, namespace: str | None = None) -> Object:
        """An object of the kind of ``kind``."""
        return _plain(self._of(kind).get(name=name, namespace=namespace))

    def create(self, body: Object, *, dry_run: bool = False) -> Object:
        """The object as it was created. Raises DynamicApiError."""
        made = self._of(body).create(body=body, namespace=_namespace(body), dry_run="All" if dry_run else None)
        return _plain(made)

    def admits(self, body: Object) -> bool:
        """Whether the API would create the object."""
        return verdict(lambda: self.create(body, dry_run=True)).admitted

    def warnings_of_creating(self, body: Object) -> list[str]:
        """The warnings that come with creating the object in a dry run. Raises DynamicApiError."""
        answer = self._of(body).create(body=body, namespace=_namespace(body), dry_run="All", serialize=False)
        # Headers are read as Latin-1, and the server writes UTF-8.
        headers = [text for name, text in answer.headers.items() if name.lower() == "warning"]
        return [text.encode("latin-1").decode() for text in headers]

    def replace(self, body: Object) -> Object:
        """The object as it was replaced. Raises DynamicApiError."""
        return _plain(self._of(body).replace(body=body, namespace=_namespace(body)))

    def apply(self, body: Object) -> Object:
        """Creates the object, or replaces the one of its name. Raises DynamicApiError."""
        try:
            return self.create(body)
        except ConflictError:
            there = self.get(body, body["metadata"]["name"], _namespace(body))
            metadata = {**body["metadata"], "resourceVersion": there["metadata"]["resourceVersion"]}
            return self.replace({**body, "metadata": metadata})

    def change(self, body: Object, change: Object) -> Object:
        """Merges a change into the object of ``body``'s kind and name. Raises DynamicApiError."""
        name, namespace = body["metadata"]["name"], _namespace(body)
        merge = "application/merge-patch+json"
        changed = self._of(body).patch(body=change, name=name, namespace=namespace, content_type=merge)
        return _plain(changed)

    def delete(self, body: Object) -> None:
        """Deletes the object, if it is there. Raises DynamicApiError."""
        try:
            self._of(body).delete(name=body["metadata"]["name"], namespace=_namespace(body))
        except NotFoundError:
            return

    def _of(self, body: Object) -> Any:
        return self._dynamic.resources.get(api_version=body["apiVersion"], kind=body["kind"])


def _plain(answer: Any) -> Object:
    body: Object = answer.to_dict()
    return body


def _namespace(body: Object) -> str | None:
    namespace: str | None = body["metadata"].get("namespace")
    return namespace


def verdict(request: Callable[[], object]) -> Verdict:
    """What the API says to a request."""
    try:
        request()
    except DynamicApiError as error:
        return Verdict(False, int(error.status), str(error.summary()))
    return ADMITTED


def seconds_until(holds: Callable[[], bool]) -> float:
    """Asks again and again and returns the seconds until the answer was yes. Raises TimeoutError."""
    started = time.monotonic()
    while not holds():
        if time.monotonic() - started > SECONDS_TO_TAKE_EFFECT:
            raise TimeoutError(f"not so after {SECONDS_TO_TAKE_EFFECT:.0f} s")
        time.sleep(SECONDS_BETWEEN_LOOKS)
    return time.monotonic() - started
