"""One control plane for all tests of the cluster, with the facts' definition, users and rights in place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.client import Client, seconds_until
from tests.cluster.control_plane import ControlPlane, Engines, built_engines, control_plane
from tests.cluster.facts import make_facts
from tests.cluster.trial import Trial, manifests

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks every test of this folder."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.cluster)


@pytest.fixture(scope="session")
def engines() -> Engines:
    """The programs; a test cannot do without them."""
    return built_engines()


@pytest.fixture(scope="session")
def cluster(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A control plane that is ready; ``cluster.kubeconfig("name", "group", ...)`` makes users."""
    with control_plane(engines, tmp_path_factory.mktemp("cluster") / "plane") as running:
        yield running


@pytest.fixture(scope="session")
def admin(cluster: ControlPlane) -> Client:
    """Who may do everything, in a cluster that knows PolicyFacts."""
    client = Client(cluster.kubeconfig("admin", "system:masters"))
    for body in (*manifests("policyfacts-crd.yaml"), *manifests("rights.yaml")):
        client.apply(body)
    seconds_until(lambda: client.knows(make_facts("served")))
    return client


@pytest.fixture(scope="session")
def syncer(cluster: ControlPlane, admin: Client) -> Client:  # noqa: ARG001 (its rights are written there)
    """Who may write facts and labels."""
    return Client(cluster.kubeconfig("syncer"))


@pytest.fixture(scope="session")
def operator(cluster: ControlPlane, admin: Client) -> Client:  # noqa: ARG001 (its rights are written there)
    """Who may run things, and neither write facts nor labels."""
    return Client(cluster.kubeconfig("operator"))


@pytest.fixture(scope="module")
def trial(admin: Client, request: pytest.FixtureRequest) -> Trial:
    """The policy under the module's name, in effect; each test writes the facts that it needs."""
    begun = Trial(admin, Path(request.path).stem.removeprefix("test_").replace("_", "-"))
    begun.begin()
    return begun
