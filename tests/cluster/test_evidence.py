"""What runs in a real cluster becomes evidence, and moves the status of a system."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client as api
from kubernetes.config.kube_config import new_client_from_config

from cli.exit_codes import ExitCode
from cli.main import main
from policies.admission import SYSTEM_LABEL, ZONE_LABEL
from tests.cluster.client import Client, Object
from tests.cluster.control_plane import ControlPlane

EXAMPLE = Path(__file__).parents[2] / "examples" / "ca-mau"
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The example without the illustrative evidence."""
    copy = tmp_path / "province"
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("evidence"))
    return copy


@pytest.fixture(scope="module")
def kubeconfig(cluster: ControlPlane, admin: Client) -> Path:
    """Of a cluster with systems that run, one that does not, a stranger, and one that says no place."""
    made = {
        "speech": ("speech-to-text", "fpt-han", True),
        "food": ("food-traceability", "vng-bkk-1a", True),
        "fees": ("school-fees", "fpt-han", False),
        "foreign": ("of-nobody", "fpt-han", True),
        "placeless": ("e-commerce", None, True),
    }
    path = cluster.kubeconfig("collector", "system:masters")
    core = api.CoreV1Api(new_client_from_config(str(path), persist_config=False))
    for name, (system, zone, is_ready) in made.items():
        labels = {SYSTEM_LABEL: system} | ({} if zone is None else {ZONE_LABEL: zone})
        admin.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
        container = {"name": "main", "image": "registry.invalid/main:1"}
        pod: Object = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "main", "namespace": name},
            "spec": {"containers": [container]},
        }
        admin.create(pod)
        ready = {"type": "Ready", "status": "True" if is_ready else "False"}
        core.patch_namespaced_pod_status("main", name, {"status": {"phase": "Running", "conditions": [ready]}})
    return path


def collected(folder: Path, kubeconfig: Path, capsys: Captured, *more: str) -> Any:
    assert main(["evidence", "kubernetes", str(folder), "--kubeconfig", str(kubeconfig), "--json", *more]) == 0
    return json.loads(capsys.readouterr().out)


def status(folder: Path, capsys: Captured, name: str) -> str:
    assert main(["migrate", "explain", name, str(folder), "--as-of", "2026-12-31", "--json"]) == 0
    found: str = json.loads(capsys.readouterr().out)["status"]
    return found


@pytest.mark.slow
def test_what_runs_is_evidence_and_nothing_else_is(folder: Path, kubeconfig: Path, capsys: Captured) -> None:
    looked = collected(folder, kubeconfig, capsys, "--dry-run")
    assert looked["file"] is None
    assert not (folder / "evidence").exists()
    document = collected(folder, kubeconfig, capsys)
    assert {(each["system"], each["place"]) for each in document["evidence"]} == {
        ("speech-to-text", "fpt-han"), ("food-traceability", "vng-bkk-1a"),
    }  # fmt: skip
    assert document["strangers"] == [{"system": "of-nobody", "place": "fpt-han"}]
    assert "fees" in document["idle"], "other tests leave namespaces in this cluster"
    assert document["placeless"] == ["placeless"]
    assert [each["digest"] for each in looked["evidence"]] == [each["digest"] for each in document["evidence"]]
    (file,) = (folder / "evidence").iterdir()
    assert file.name.startswith("kubernetes-")
    assert len(file.read_text("utf-8").splitlines()) == 2


@pytest.mark.slow
def test_a_status_follows_what_was_seen(folder: Path, kubeconfig: Path, capsys: Captured) -> None:
    day = "2026-11-30"
    assert main(["migrate", "explain", "speech-to-text", str(folder), "--as-of", day, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["because"] == "claimed_only"
    document = collected(folder, kubeconfig, capsys)
    seen_on = document["evidence"][0]["observed_at"][:10]
    for name, because in (("speech-to-text", "seen_new_born_there"), ("food-traceability", "seen_not_eligible")):
        assert main(["migrate", "explain", name, str(folder), "--as-of", seen_on, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["because"] == because
    assert status(folder, capsys, "school-fees") == "unverified"


@pytest.mark.slow
def test_the_zone_of_the_cluster_stands_in_where_a_namespace_says_none(
    folder: Path, kubeconfig: Path, capsys: Captured
) -> None:
    document = collected(folder, kubeconfig, capsys, "--zone", "viettel-hn1", "--dry-run")
    assert ("e-commerce", "viettel-hn1") in {(each["system"], each["place"]) for each in document["evidence"]}
    assert document["placeless"] == []


@pytest.mark.slow
def test_a_collector_without_rights_ends_with_its_code(
    folder: Path, cluster: ControlPlane, kubeconfig: Path, capsys: Captured
) -> None:
    del kubeconfig
    nobody = str(cluster.kubeconfig("nobody-at-all"))
    code = main(["evidence", "kubernetes", str(folder), "--kubeconfig", nobody, "--lang", "vi"])
    assert code == ExitCode.CHECK_FAILED
    assert "bị từ chối: 403" in capsys.readouterr().err
    assert not (folder / "evidence").exists()
