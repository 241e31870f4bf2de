"""scripts/build-engines.sh: what is built stays, and two runs at once build everything once."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from tests.cluster.control_plane import ROOT, Engines

SCRIPT = ROOT / "scripts" / "build-engines.sh"


def start(*arguments: str, cache: Path | None = None, script: Path = SCRIPT) -> subprocess.Popen[str]:
    environment = {**os.environ, **({"CAMAU_DC_ENGINES": str(cache)} if cache else {})}
    return subprocess.Popen(
        [str(script), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


def test_a_second_run_does_nothing_within_a_second(engines: Engines) -> None:
    before = engines.kube_apiserver.stat()
    started = time.monotonic()
    with start() as run:
        said = run.communicate()
    assert (run.returncode, *said) == (0, "", "")
    assert time.monotonic() - started < 1
    assert engines.kube_apiserver.stat() == before


def test_two_runs_at_once_build_an_engine_once(tmp_path: Path) -> None:
    runs = [start("etcd", cache=tmp_path) for _ in range(2)]
    said = [run.communicate()[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    assert "".join(said).count("etcd") == 1
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert sorted(path.name for path in files) == [".lock", "etcd"]
    assert all(os.access(path, os.X_OK) for path in files if path.name == "etcd")


def test_sources_that_are_not_the_pinned_ones_are_not_built(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    sums = tmp_path / "scripts" / "engines" / "etcd" / "go.sum"
    text = sums.read_text(encoding="utf-8")
    damaged = re.sub(r"(?m)^(go\.etcd\.io/raft/v3 v\S+ h1:)\S{4}", r"\1AAAA", text)
    assert damaged != text
    sums.write_text(damaged, encoding="utf-8")
    run = start("etcd", cache=tmp_path / "cache", script=tmp_path / "scripts" / "build-engines.sh")
    _, complaint = run.communicate()
    assert run.returncode == 1
    assert "checksum mismatch" in complaint
    assert "etcd could not be built with Go" in complaint
    assert [path.name for path in (tmp_path / "cache").rglob("*") if path.is_file()] == [".lock"]


def test_an_unknown_engine_is_told_with_those_that_there_are() -> None:
    run = start("--where", "kubelet")
    _, complaint = run.communicate()
    assert run.returncode == 2
    assert complaint == "no engine kubelet; there are: etcd kube-apiserver\n"
