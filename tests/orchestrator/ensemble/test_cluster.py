"""A real Dask cluster on loopback: the same answers, a killed worker loses nothing, and what cannot be is told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.exit_codes import ExitCode, exit_code_of
from orchestrator.ensemble import (
    ClusterError,
    Workers,
    WorkersRequest,
    WorkersRequestError,
    WorkLostError,
    run_work,
)
from tests.orchestrator.ensemble.clusters import dask_cluster
from tests.orchestrator.ensemble.deadly import Number, doubled
from tests.orchestrator.ensemble.test_running import EXPECTED, NUMBERS

pytestmark = pytest.mark.slow


@pytest.fixture
def address() -> Iterator[str]:
    with dask_cluster(2) as found:
        yield found


def worked(workers: Workers, deadly: int | None, marker: Path | None) -> dict[str, tuple[int, int]]:
    return dict(run_work(workers, doubled, NUMBERS, (deadly, marker), taken_apart=(Number,), tell=print))


def test_work_of_a_killed_worker_is_done_by_another(address: str, tmp_path: Path) -> None:
    marker = tmp_path / "killed"
    with WorkersRequest(None, address).opened() as workers:
        assert workers is not None
        found = worked(workers, 3, marker)
    assert marker.exists(), "a worker was killed"
    assert {name: answer for name, (answer, _) in found.items()} == EXPECTED


def test_work_that_kills_every_worker_is_named(address: str) -> None:
    with WorkersRequest(None, address).opened() as workers:
        assert workers is not None
        with pytest.raises(WorkLostError, match="'4': its worker died") as lost:
            worked(workers, 4, None)
    assert exit_code_of(lost.value) == ExitCode.WORKERS_LOST


def test_a_cluster_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestrator.ensemble.cluster.SECONDS_TO_CONNECT", 0.5)
    with pytest.raises(ClusterError, match="no cluster answers"), WorkersRequest(None, "tcp://127.0.0.1:1").opened():
        pass


def test_a_cluster_without_workers_is_told_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestrator.ensemble.cluster.SECONDS_WITHOUT_WORKERS", 0.1)
    monkeypatch.setattr("orchestrator.ensemble.running.SECONDS_BETWEEN_LOOKS", 0.2)
    with dask_cluster(0) as address, WorkersRequest(None, address).opened() as workers:
        assert workers is not None
        with pytest.raises(ClusterError, match="has had no worker for"):
            worked(workers, None, None)


def test_dask_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(WorkersRequestError, match=r"pip install 'camau-dc\[dask\]'"),
        WorkersRequest(None, "tcp://127.0.0.1:1").opened(),
    ):
        pass


def test_tls_takes_the_certificates_of_dasks_own_configuration(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-keyout", key, "-out", certificate, "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    options = ["--tls-ca-file", certificate, "--tls-cert", certificate, "--tls-key", key]
    with dask_cluster(1, *map(str, options), protocol="tls") as address:
        assert address.startswith("tls://")
        import dask

        tls = "distributed.comm.tls."
        about = {f"{tls}ca-file": certificate, f"{tls}client.cert": certificate, f"{tls}client.key": key}
        with (
            dask.config.set({name: str(file) for name, file in about.items()}),
            WorkersRequest(None, address).opened() as workers,
        ):
            assert workers is not None
            assert {name: answer for name, (answer, _) in worked(workers, None, None).items()} == EXPECTED
