"""In which order definition, policies, bindings and facts may come and go, in a cluster apart.

With a ConfigMap as parameter, deleting the last binding stops the server's informer of ConfigMaps for good: until the
server is started again no parameter is found, or one that is long gone (kubernetes/kubernetes issue 130887). That of a
custom resource is started anew. A policy that comes before the definition refuses everything for up to 30 s longer than
the definition takes, as the server looks for new kinds that often.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.client import Client, Verdict, seconds_until
from tests.cluster.control_plane import Engines, control_plane
from tests.cluster.facts import make_facts
from tests.cluster.trial import Trial, manifests


@pytest.fixture
def apart(engines: Engines, tmp_path: Path) -> Iterator[Client]:
    with control_plane(engines, tmp_path / "plane") as running:
        yield Client(running.kubeconfig("admin", "system:masters"))


def test_policies_may_come_before_the_definition_and_bindings_may_go_and_come_back(apart: Client) -> None:
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "early", "labels": {"trial": "order"}}}
    policy, binding = manifests("policy.yaml", "order")
    trial = Trial(apart, "order")
    apart.create(policy)
    apart.create(binding)
    seconds_until(lambda: trial.refused(namespace))
    assert "failed to find resource referenced by paramKind" in trial.asked(namespace).message

    apart.create(manifests("policyfacts-crd.yaml")[0])
    seconds_until(lambda: apart.knows(make_facts("order")))
    for body in manifests("probe.yaml", "order"):
        apart.create(body)
    trial.write_facts()
    seconds_until(lambda: not trial.refused(namespace))

    probe = manifests("probe.yaml", "order")[1]
    for body in (binding, probe):
        apart.delete(body)
    abroad = trial.namespace(system="cong", zone="bkk-1")
    seconds_until(lambda: not trial.refused(abroad))
    apart.delete(make_facts("order"))
    for body in (binding, probe):
        apart.create(body)
    seconds_until(lambda: trial.refused(abroad))
    trial.write_facts(unknown=make_facts("order")["spec"]["unknown"])
    answer: Verdict = trial.asked(abroad)
    assert answer.message.endswith("vùng bkk-1 ở TH.")
