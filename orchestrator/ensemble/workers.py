"""Opens the workers that were asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from orchestrator.ensemble.cluster import cluster
from orchestrator.ensemble.errors import WorkersRequestError
from orchestrator.ensemble.processes import LocalProcesses
from orchestrator.ensemble.running import Workers
from orchestrator.province.problems import Text


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class WorkersRequest:
    """``processes`` of this machine, None: one for each core; or the cluster at the address ``dask``."""

    processes: int | None = None
    dask: str | None = None

    @contextmanager
    def opened(self) -> Iterator[Workers | None]:
        """The workers, closed at the end; None where one process is enough, which is this one.

        Raises WorkersRequestError and ClusterError.
        """
        if self.dask is not None:
            if self.processes is not None:
                raise WorkersRequestError(
                    Text(
                        "either processes of this machine or a cluster: --workers or --dask",
                        "hoặc tiến trình của máy này hoặc một cụm máy: --workers hoặc --dask",
                    )
                )
            with cluster(self.dask) as workers:
                yield workers
            return
        processes = self.processes or cores()
        if processes == 1:
            yield None
            return
        with LocalProcesses(processes) as executor:
            yield Workers(executor, threads=max(1, cores() // processes), is_here=True)


THIS_PROCESS = WorkersRequest(1)
"""No other process."""
