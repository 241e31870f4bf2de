"""etcd and kube-apiserver on loopback, started and stopped as one, with an authority of their own and RBAC on.

No controller runs, so what kube-controller-manager does elsewhere is not done here:

- a deleted namespace stays ``Terminating`` for ever, so tests take new names instead of cleaning up;
- a Deployment makes no ReplicaSet and no Pod, nothing is scheduled, garbage is not collected, quotas have no status;
- no namespace gets its default service account. The admission plugin that asks for one is off, so that pods are
  admitted;
- the cluster roles admin, edit and view are empty: a controller fills them from the ``system:aggregate-to-*`` roles;
- ``status.typeChecking`` of a ValidatingAdmissionPolicy stays empty. What the API server refuses itself, syntax and
  unknown variables and functions, it refuses here too.

Custom resource definitions, RBAC's default roles, admission policies and their parameters live in kube-apiserver and
work.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.authority import Authority, Pair

ROOT = Path(__file__).parents[2]
SECONDS_TO_START = 120.0
SECONDS_BETWEEN_LOOKS = 0.1
ATTEMPTS = 3  # ports are chosen before they are used: another process may take one in between

NOT_ADMITTED = "ServiceAccount"
"""The admission plugin that is off; see above."""


Processes = dict[str, subprocess.Popen[bytes]]


class StartError(RuntimeError):
    """A server ended, or was not ready in time; the message ends with its log."""


@dataclass(frozen=True)
class Engines:
    """Paths of the programs."""

    etcd: Path
    kube_apiserver: Path


def built_engines() -> Engines:
    """The programs that `make engines` built. Raises FileNotFoundError when one is missing."""
    command = [str(ROOT / "scripts" / "build-engines.sh"), "--where"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise FileNotFoundError(done.stderr.strip())
    paths = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    if missing := [name for name, path in paths.items() if not Path(path).is_file()]:
        raise FileNotFoundError(f"{', '.join(missing)} not built yet: make engines")
    return Engines(Path(paths["etcd"]), Path(paths["kube-apiserver"]))


class ControlPlane:
    """A running control plane. ``url`` is where the API is; ``processes`` are the servers by name."""

    def __init__(self, folder: Path, authority: Authority, url: str, processes: Processes) -> None:
        self.folder = folder
        self.url = url
        self.processes = processes
        self._authority = authority

    def kubeconfig(self, user: str, *groups: str) -> Path:
        """A kubeconfig with a new certificate for this user; an administrator is of the group ``system:masters``."""
        path = self.folder / f"{user}.kubeconfig"
        if not path.exists():
            pair = self._authority.user(user, groups)
            path.write_text(json.dumps(_kubeconfig(self.url, user, self._authority.pair, pair)), encoding="utf-8")
        return path

    def log(self, name: str) -> str:
        """The last lines of a server's log."""
        return _tail(self.folder, name)


@contextlib.contextmanager
def control_plane(engines: Engines, folder: Path) -> Iterator[ControlPlane]:
    """A control plane that is ready, with its data in ``folder``, which is removed at the end.

    The servers end with this process whatever ends it, as the kernel kills them (``PR_SET_PDEATHSIG``). Raises
    StartError.
    """
    try:
        for attempt in range(1, ATTEMPTS + 1):
            processes: Processes = {}
            try:
                started = _start(engines, folder / str(attempt), processes)
                break
            except StartError as error:
                _stop(processes)
                if attempt == ATTEMPTS or "address already in use" not in str(error):
                    raise
        try:
            yield started
        finally:
            _stop(processes)
    finally:
        shutil.rmtree(folder)


def _start(engines: Engines, folder: Path, processes: Processes) -> ControlPlane:
    authority = Authority(folder / "pki")
    server = authority.server("kube-apiserver", ("IP:127.0.0.1", "DNS:localhost"))
    accounts = authority.signing_key()
    clients, peers, secure = _free_ports(3)
    etcd_url, peer_url = f"http://127.0.0.1:{clients}", f"http://127.0.0.1:{peers}"
    processes["etcd"] = _spawn(
        folder,
        "etcd",
        engines.etcd,
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls={etcd_url}",
        f"--advertise-client-urls={etcd_url}",
        f"--listen-peer-urls={peer_url}",
        f"--initial-advertise-peer-urls={peer_url}",
        f"--initial-cluster=default={peer_url}",
        "--unsafe-no-fsync",
        "--log-level=warn",
    )
    processes["kube-apiserver"] = _spawn(
        folder,
        "kube-apiserver",
        engines.kube_apiserver,
        f"--etcd-servers={etcd_url}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        f"--secure-port={secure}",
        "--endpoint-reconciler-type=none",
        f"--tls-cert-file={server.certificate}",
        f"--tls-private-key-file={server.key}",
        f"--client-ca-file={authority.pair.certificate}",
        f"--service-account-key-file={accounts.certificate}",
        f"--service-account-signing-key-file={accounts.key}",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-cluster-ip-range=10.96.0.0/16,fd00:10:96::/112",
        "--authorization-mode=RBAC",
        f"--disable-admission-plugins={NOT_ADMITTED}",
        "--profiling=false",
    )
    started = ControlPlane(folder, authority, f"https://127.0.0.1:{secure}", processes)
    _await_ready(started, authority.pair, authority.user("readiness", ("system:masters",)))
    return started


def _spawn(folder: Path, name: str, program: Path, *options: str) -> subprocess.Popen[bytes]:
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", str(program), *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,
            env={"HOME": str(folder), "PATH": "/usr/bin:/bin"},  # no proxy, no settings of whoever runs the tests
        )


def _await_ready(started: ControlPlane, authority: Pair, user: Pair) -> None:
    """Returns when every check of ``/readyz`` passes, RBAC's default roles among them."""
    context = ssl.create_default_context(cafile=authority.certificate)
    context.load_cert_chain(user.certificate, user.key)
    ask = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    end = time.monotonic() + SECONDS_TO_START
    answer = "no answer"
    while time.monotonic() < end:
        try:
            with ask.open(f"{started.url}/readyz", timeout=SECONDS_TO_START) as ready:
                if ready.status == 200:
                    return
        except urllib.error.HTTPError as error:
            answer = error.read().decode()
        except OSError as error:
            answer = str(error)
        for name, process in started.processes.items():
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = process.wait(SECONDS_BETWEEN_LOOKS)
                raise StartError(f"{name} ended with {code}:\n{started.log(name)}")
    raise StartError(f"not ready after {SECONDS_TO_START:.0f} s: {answer}\n{started.log('kube-apiserver')}")


def _stop(processes: Processes) -> None:
    """Nothing is worth a graceful end: the data is thrown away."""
    for process in processes.values():
        process.send_signal(signal.SIGKILL)
    for process in processes.values():
        process.wait()


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _kubeconfig(url: str, user: str, authority: Pair, pair: Pair) -> dict[str, object]:
    name = "camau-dc-test"
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "clusters": [{"name": name, "cluster": {"server": url, "certificate-authority": str(authority.certificate)}}],
        "users": [{"name": user, "user": {"client-certificate": str(pair.certificate), "client-key": str(pair.key)}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": user}}],
    }


def _tail(folder: Path, name: str, lines: int = 30) -> str:
    path = folder / f"{name}.log"
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]) if path.exists() else ""
