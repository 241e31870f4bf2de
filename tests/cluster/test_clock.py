"""What the time is in admission: Kubernetes' CEL has no clock, but the API server writes times into objects."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.cluster.client import ADMITTED, Client, Object, seconds_until, verdict
from tests.cluster.facts import hours_ago, rfc3339
from tests.cluster.trial import Trial


@pytest.mark.parametrize(("hours", "admitted"), [(0, True), (23.9, True), (24.1, False), (24 * 365, False), (-1, True)])
def test_what_is_created_needs_facts_of_the_last_day(trial: Trial, hours: float, admitted: bool) -> None:
    trial.write_facts(as_of=hours_ago(hours))
    assert trial.try_namespace(system="cong", zone="vn-1").admitted is admitted


def test_a_creation_time_that_the_client_made_up_does_not_count(trial: Trial) -> None:
    trial.write_facts(as_of=hours_ago(48))
    forged = trial.namespace(system="cong", zone="vn-1")
    forged["metadata"]["creationTimestamp"] = hours_ago(48)
    assert "Dữ liệu chính sách đã cũ" in verdict(lambda: trial.admin.create(forged)).message
    trial.write_facts()
    made = trial.admin.create(forged)["metadata"]["creationTimestamp"]
    assert abs((datetime.fromisoformat(made) - datetime.now(UTC)).total_seconds()) < 60


def test_what_is_there_may_be_changed_with_old_facts(trial: Trial) -> None:
    trial.write_facts()
    namespace = trial.made_namespace(system="cong", zone="vn-1")
    trial.write_facts(as_of=hours_ago(48))
    assert (
        verdict(lambda: trial.admin.change(namespace, {"metadata": {"labels": {"camau.vn/zone": "vn-2"}}})) == ADMITTED
    )


# The last entry of metadata.managedFields has the time of the request: the clock of an UPDATE.
CLOCK = """
request.operation != 'UPDATE' || (has(object.metadata.managedFields) &&
object.metadata.managedFields.exists(entry,
timestamp(entry.time) - timestamp(oldObject.metadata.annotations.since) > duration('1h')))
"""


@pytest.fixture(scope="module")
def clocked(admin: Client) -> Object:
    """A namespace that changes only where the server's clock is more than an hour after its annotation ``since``."""
    policy = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": "clocked"},
        "spec": {
            "matchConstraints": {
                "resourceRules": [
                    {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["UPDATE"], "resources": ["namespaces"]}
                ]
            },
            "validations": [{"expression": CLOCK}],
        },
    }
    binding = {
        "apiVersion": policy["apiVersion"],
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": "clocked"},
        "spec": {
            "policyName": "clocked",
            "validationActions": ["Deny"],
            "matchResources": {"namespaceSelector": {"matchLabels": {"clocked": "true"}}},
        },
    }
    admin.apply(policy)
    admin.apply(binding)
    young = namespace(admin, "clocked-young", since=hours_ago(0))
    seconds_until(lambda: not verdict(lambda: touch(admin, young)).admitted)
    return namespace(admin, "clocked", since=hours_ago(2))


def touch(admin: Client, body: Object) -> Object:
    return admin.change(body, {"metadata": {"annotations": {"touched": datetime.now(UTC).isoformat()}}})


def namespace(admin: Client, name: str, since: str) -> Object:
    metadata = {"name": name, "labels": {"clocked": "true"}, "annotations": {"since": since}}
    return admin.create({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})


def test_an_update_carries_the_time_of_the_request(admin: Client, clocked: Object) -> None:
    before = rfc3339(datetime.now(UTC))
    changed = touch(admin, clocked)
    assert max(entry["time"] for entry in changed["metadata"]["managedFields"]) >= before


def test_the_time_of_an_update_can_be_wiped(admin: Client, clocked: Object) -> None:
    """Whoever sends an empty managedFields leaves none: a rule that uses this clock refuses what has none."""
    there = admin.get(clocked, "clocked")
    assert verdict(lambda: touch(admin, there)) == ADMITTED
    there = admin.get(clocked, "clocked")
    there["metadata"]["managedFields"] = []
    there["metadata"]["annotations"]["touched"] = "without"
    assert not verdict(lambda: admin.replace(there)).admitted
