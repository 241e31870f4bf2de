"""The third point of the rules: what a real API server says with the exported policies, case by case."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.exit_codes import ExitCode
from cli.main import main
from policies.admission import FACTS_NAME, PREFIX
from tests.cluster.client import Client, Object, seconds_until, verdict
from tests.cluster.control_plane import ControlPlane, Engines, control_plane
from tests.cluster.policy_plane import Plane, bindings, facts_object, namespace_of, now, object_of, told
from tests.policies.cases import PolicyCase, policy_cases

CASES = policy_cases()
EXAMPLE = Path(__file__).parents[2] / "examples" / "ca-mau"


@pytest.fixture(scope="module")
def running(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A control plane of its own: its definition of the facts is that of the export."""
    with control_plane(engines, tmp_path_factory.mktemp("policies") / "plane") as started:
        yield started


@pytest.fixture(scope="module")
def plane(running: ControlPlane) -> Plane:
    """The control plane with what `policy export` writes."""
    kubeconfig = running.kubeconfig("admin", "system:masters")
    made = Plane(Client(kubeconfig), kubeconfig)
    made.begin()
    return made


def by_day() -> dict[dt.date, list[PolicyCase]]:
    days: dict[dt.date, list[PolicyCase]] = defaultdict(list)
    for case in CASES:
        days[case.facts.today].append(case)
    return days


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_case_is_decided_as_elsewhere(plane: Plane) -> None:
    """First every rule warns, so that all of them are heard; then the exported bindings act."""
    plane.act(["Warn"])
    heard: dict[str, set[str]] = {}
    for cases in by_day().values():
        plane.write(facts_object(cases))
        for case in cases:
            if case.facts.resource.kind != "tenant":
                plane.admin.create(namespace_of(case))
            heard[case.name] = told(plane.admin.warnings_of_creating(object_of(case)))
    assert heard == {case.name: case.refused | case.warned for case in CASES}
    plane.act(None)
    admitted, warned = {}, {}
    for cases in by_day().values():
        plane.write(facts_object(cases))
        for case in cases:
            body = object_of(case)
            admitted[case.name] = plane.admin.admits(body)
            warned[case.name] = told(plane.admin.warnings_of_creating(body)) if admitted[case.name] else case.warned
    assert admitted == {case.name: not case.refused for case in CASES}
    assert warned == {case.name: case.warned for case in CASES}


def case_named(name: str) -> PolicyCase:
    return next(case for case in CASES if case.name == name)


def renamed(body: Object, name: str) -> Object:
    return {**body, "metadata": {**body["metadata"], "name": name}}


@pytest.mark.slow
def test_a_waiver_ends_in_the_cluster_too_and_what_it_let_in_can_still_be_put_right(plane: Plane) -> None:
    case = case_named("backup waived through today")
    plane.act(None)
    plane.write(facts_object([case]))
    made = plane.admin.create(renamed(namespace_of(case), "waived"))
    plane.write(facts_object([case], today="2026-11-25"))
    refused = verdict(lambda: plane.admin.create(renamed(namespace_of(case), "late"), dry_run=True))
    assert "[backup-3-2-1] " in refused.message
    assert "Hệ thống" in refused.message, "Vietnamese comes back whole"
    assert "1 bản dữ liệu trên" in refused.message or "có 1 bản" in refused.message
    # what is judged stays as it was
    plane.admin.change(made, {"metadata": {"annotations": {"note": "remediation"}}})
    worse = verdict(lambda: plane.admin.change(made, {"metadata": {"labels": {f"{PREFIX}backup-media": "1"}}}))
    assert "[backup-3-2-1] " in worse.message
    plane.admin.change(made, {"metadata": {"labels": {f"{PREFIX}backup-copies": "3"}}})


@pytest.mark.slow
def test_facts_of_the_day_before_yesterday_decide_nothing_new(plane: Plane) -> None:
    case = case_named("all is well")
    plane.act(None)
    plane.write(facts_object([case]))
    made = plane.admin.create(renamed(namespace_of(case), "fresh"))
    plane.write(facts_object([case], as_of=now(hours_ago=24.1)))
    refused = verdict(lambda: plane.admin.create(renamed(namespace_of(case), "stale"), dry_run=True))
    assert "[facts-fresh] " in refused.message
    plane.admin.change(made, {"metadata": {"annotations": {"note": "an update of what is there"}}})
    plane.write(facts_object([case], as_of=now(hours_ago=23.9)))
    assert plane.admin.admits(renamed(namespace_of(case), "stale"))


@pytest.mark.slow
def test_without_facts_nothing_of_a_system_is_made(plane: Plane) -> None:
    case = case_named("all is well")
    plane.act(None)
    plane.write(facts_object([case]))
    plane.admin.delete(facts_object([case]))
    body = renamed(namespace_of(case), "unknown")
    seconds_until(lambda: not plane.admin.admits(body))
    other: Object = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "of-nobody"}}
    assert plane.admin.admits(other), "what belongs to no system of the register is not judged"


def granted(name: str, role: str) -> Object:
    """A user's role in the whole cluster."""
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": f"{name}-{role}"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": name}],
    }


@pytest.mark.slow
def test_only_the_syncer_writes_facts_and_the_labels_that_are_judged(plane: Plane, running: ControlPlane) -> None:
    case = case_named("all is well")
    plane.act(None)
    plane.write(facts_object([case]))
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "makes-namespaces"},
        "rules": [{"apiGroups": [""], "resources": ["namespaces"], "verbs": ["*"]}],
    }
    for body in (role, granted("maker", "makes-namespaces"), granted("the-syncer", "camau-dc-syncer")):
        plane.admin.apply(body)
    maker, syncer = (Client(running.kubeconfig(name)) for name in ("maker", "the-syncer"))
    labelled = renamed(namespace_of(case), "guarded")
    seconds_until(lambda: syncer.admits(labelled))
    refused = verdict(lambda: maker.create(labelled, dry_run=True))
    assert "camau-labels" in refused.message
    made = syncer.create(labelled)
    taken = verdict(lambda: maker.change(made, {"metadata": {"labels": {f"{PREFIX}log-months": "12"}}}))
    assert "camau-labels" in taken.message
    maker.change(made, {"metadata": {"labels": {"note": "free"}}})
    assert verdict(lambda: maker.create(facts_object([case]), dry_run=True)).status == 403
    syncer.change(facts_object([case]), {"spec": {"digest": "1" * 64}})


@pytest.mark.slow
def test_sync_writes_the_facts_of_a_folder(plane: Plane, capsys: pytest.CaptureFixture[str]) -> None:
    plane.act(None)
    command = ["policy", "sync", str(EXAMPLE), "--kubeconfig", str(plane.kubeconfig), "--lang", "vi"]
    plane.admin.delete(facts_object([]))
    assert main([*command, "--dry-run"]) == ExitCode.DONE
    assert "chưa thay đổi gì" in capsys.readouterr().out
    assert verdict(lambda: plane.admin.get(facts_object([]), FACTS_NAME)).status == 404
    assert main(command) == ExitCode.DONE
    assert "142 hệ thống" in capsys.readouterr().out
    facts = plane.admin.get(facts_object([]), FACTS_NAME)["spec"]
    assert facts["systems"]["documents"]["security_level"] == 3
    assert facts["waivers"]["backup-3-2-1"]["land-database"]["until"] == "2026-12-20"
    today = dt.datetime.now(dt.timezone(dt.timedelta(hours=7))).date().isoformat()
    assert facts["today"] == today
    well_but_for_its_zone = namespace_of(case_named("Bangkok inside a domestic region"))["metadata"]["labels"]
    labels = {**well_but_for_its_zone, f"{PREFIX}system": "documents"}
    tenant: Object = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "documents", "labels": labels}}
    seconds_until(lambda: "[zone-in-viet-nam] " in verdict(lambda: plane.admin.create(tenant, dry_run=True)).message)


@pytest.mark.slow
def test_a_cluster_that_says_no_or_nothing_ends_with_its_code(
    running: ControlPlane, plane: Plane, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plane.act(None)
    command = ["policy", "sync", str(EXAMPLE), "--lang", "vi", "--kubeconfig"]
    assert main([*command, str(running.kubeconfig("nobody"))]) == ExitCode.CHECK_FAILED
    assert "bị từ chối: 403" in capsys.readouterr().err
    nowhere = tmp_path / "nowhere"
    nowhere.write_text(plane.kubeconfig.read_text().replace(running.url, "https://127.0.0.1:1"))
    assert main([*command, str(nowhere)]) == ExitCode.UNREACHABLE
    told_of = capsys.readouterr().err
    assert "không trả lời" in told_of
    assert "Traceback" not in told_of


def test_every_binding_denies_when_there_are_no_facts() -> None:
    for each in bindings():
        assert each["spec"]["paramRef"] == {"name": FACTS_NAME, "parameterNotFoundAction": "Deny"}
