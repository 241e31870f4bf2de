"""The control plane itself: which version answers, who may do what, and that nothing of it stays."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster.client import Client, seconds_until, verdict
from tests.cluster.control_plane import ROOT, ControlPlane, Engines, StartError, control_plane

NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "mine"}}
START_AND_HANG = """
import sys
from pathlib import Path
from tests.cluster.control_plane import built_engines, control_plane
with control_plane(built_engines(), Path(sys.argv[1])) as running:
    print(*(process.pid for process in running.processes.values()), flush=True)
    sys.stdin.read()
"""


def runs(pid: int) -> bool:
    """Whether the process is there and not merely unburied."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def answers(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def test_servers_are_of_the_pinned_version(engines: Engines, admin: Client) -> None:
    pinned = (ROOT / "scripts" / "engines" / "kubernetes" / "go.mod").read_text(encoding="utf-8")
    match = re.search(r"^require k8s\.io/kubernetes (v\S+)$", pinned, re.MULTILINE)
    assert match
    assert admin.version() == match.group(1)
    etcd = subprocess.run([str(engines.etcd), "--version"], capture_output=True, text=True, check=True).stdout
    assert f"go.etcd.io/etcd/server/v3 v{etcd.split()[2]} " in (
        ROOT / "scripts" / "engines" / "etcd" / "go.mod"
    ).read_text(encoding="utf-8")


def test_a_user_without_rights_may_do_nothing(cluster: ControlPlane) -> None:
    said = verdict(lambda: Client(cluster.kubeconfig("stranger")).create(NAMESPACE))
    assert said.status == 403
    assert 'User "stranger" cannot create resource "namespaces"' in said.message


def test_an_admitted_namespace_stays_terminating_as_no_controller_runs(admin: Client) -> None:
    body = {**NAMESPACE, "metadata": {"name": "never-gone"}}
    admin.create(body)
    admin.delete(body)
    assert admin.get(body, "never-gone")["status"]["phase"] == "Terminating"


def test_nothing_stays_when_it_is_stopped(engines: Engines, tmp_path: Path) -> None:
    with control_plane(engines, tmp_path / "plane") as running:
        pids = [process.pid for process in running.processes.values()]
        port = int(running.url.rpartition(":")[2])
        assert all(runs(pid) for pid in pids)
        assert answers(port)
    assert [pid for pid in pids if runs(pid)] == []
    assert not answers(port)
    assert list(tmp_path.iterdir()) == []


def test_servers_die_with_a_killed_test_run(tmp_path: Path) -> None:
    command = [sys.executable, "-c", START_AND_HANG, str(tmp_path / "plane")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as run:
        assert run.stdout
        pids = [int(pid) for pid in run.stdout.readline().split()]
        assert len(pids) == 2
        assert all(runs(pid) for pid in pids)
        os.kill(run.pid, signal.SIGKILL)
    seconds_until(lambda: not any(runs(pid) for pid in pids))


def test_a_server_that_ends_at_once_is_told_with_its_log(engines: Engines, tmp_path: Path) -> None:
    broken = Engines(etcd=engines.kube_apiserver, kube_apiserver=engines.kube_apiserver)
    with (
        pytest.raises(StartError, match=r"etcd ended with 1:\n(.|\n)*unknown flag"),
        control_plane(broken, tmp_path / "plane"),
    ):
        pass
    assert list(tmp_path.iterdir()) == []
