"""Labels under ``camau.vn/`` decide what an object is judged by: only the syncer's right changes them."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from tests.cluster.client import ADMITTED, Client, Object, seconds_until, verdict
from tests.cluster.trial import deployment, manifests, service

NUMBERS = itertools.count(1)
REFUSED = "Nhãn camau.vn/* chỉ do camau-dc policy sync ghi; operator không có quyền."


def namespace(**labels: str) -> Object:
    """A namespace of a new name; ``camau_vn_system`` becomes ``camau.vn/system``."""
    named = {key.replace("camau_vn_", "camau.vn/"): value for key, value in labels.items()}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": f"labels-{next(NUMBERS)}", "labels": named}}


@pytest.fixture(scope="module", autouse=True)
def guard(admin: Client, operator: Client) -> None:
    for body in manifests("labels.yaml"):
        admin.apply(body)
    labelled = namespace(camau_vn_system="cong")
    seconds_until(lambda: not verdict(lambda: operator.create(labelled, dry_run=True)).admitted)


def change_labels(client: Client, body: Object, **labels: str | None) -> Object:
    named = {key.replace("camau_vn_", "camau.vn/"): value for key, value in labels.items()}
    return client.change(body, {"metadata": {"labels": named}})


def test_an_operator_makes_what_has_none(operator: Client) -> None:
    assert verdict(lambda: operator.create(namespace(team="a"))) == ADMITTED


def test_an_operator_labels_nothing(operator: Client) -> None:
    said = verdict(lambda: operator.create(namespace(camau_vn_system="cong")))
    assert said.status == 403
    assert said.message.endswith(REFUSED)


@pytest.mark.parametrize(
    "labels", [{"camau_vn_system": "luu-tru"}, {"camau_vn_system": None}, {"camau_vn_zone": "vn-1"}]
)
def test_an_operator_changes_removes_and_adds_none(
    operator: Client, syncer: Client, labels: dict[str, str | None]
) -> None:
    made = syncer.create(namespace(camau_vn_system="cong"))
    assert verdict(lambda: change_labels(operator, made, **labels)).message.endswith(REFUSED)
    assert verdict(lambda: change_labels(syncer, made, **labels)) == ADMITTED


def test_an_operator_changes_all_else_of_what_is_labelled(operator: Client, syncer: Client) -> None:
    made = syncer.create(namespace(camau_vn_system="cong"))
    assert verdict(lambda: change_labels(operator, made, team="b")) == ADMITTED
    assert verdict(lambda: operator.change(made, {"metadata": {"annotations": {"note": "x"}}})) == ADMITTED


@pytest.mark.parametrize("make", [deployment, service])
def test_workloads_and_services_are_guarded_too(
    operator: Client, syncer: Client, make: Callable[[str], Object]
) -> None:
    home = syncer.create(namespace(camau_vn_system="cong"))["metadata"]["name"]
    plain = make(home)
    labelled = {**plain, "metadata": {**plain["metadata"], "labels": {"camau.vn/system": "cong"}}}
    assert verdict(lambda: operator.create(labelled)).message.endswith(REFUSED)
    assert verdict(lambda: operator.create(plain)) == ADMITTED


def test_the_right_is_one_of_rbac(admin: Client, operator: Client) -> None:
    """Who is granted "edit" on "labels" may write them at once: the policy names no user."""
    rights = manifests("rights.yaml")
    granted = {**rights[1], "metadata": {"name": "granted"}, "subjects": [rights[3]["subjects"][0]]}
    body = namespace(camau_vn_system="cong")
    admin.create(granted)
    seconds_until(lambda: verdict(lambda: operator.create(body, dry_run=True)).admitted)
    admin.delete(granted)
    seconds_until(lambda: not verdict(lambda: operator.create(body, dry_run=True)).admitted)
