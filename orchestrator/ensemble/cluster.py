"""Workers of a ``dask.distributed`` cluster, through the executor of its client.

The scheduler gives what a dead worker had to another one by itself. Scheduler and workers need this package in the
same version. For ``tls://`` the certificates are those of Dask's own configuration (``distributed.comm.tls``).
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, CancelledError
from contextlib import contextmanager

from capacity.weather import reason_of
from orchestrator.ensemble.errors import ClusterError, WorkersRequestError
from orchestrator.ensemble.running import Workers
from orchestrator.province.problems import Text

ADDRESS = re.compile(r"(?:tcp|tls)://(?:\[[0-9A-Fa-f:.]+\]|[^\s/:@\[\]]+):\d{1,5}")
SECONDS_TO_CONNECT = 15.0
SECONDS_WITHOUT_WORKERS = 120.0


@contextmanager
def cluster(address: str) -> Iterator[Workers]:
    """The workers of a cluster. Raises WorkersRequestError and ClusterError."""
    if ADDRESS.fullmatch(address) is None:
        raise WorkersRequestError(
            Text(
                f"--dask: '{address}' is no address of a scheduler: tcp://HOST:PORT or tls://HOST:PORT",
                f"--dask: '{address}' không phải địa chỉ bộ lập lịch: tcp://HOST:PORT hoặc tls://HOST:PORT",
            )
        )
    try:
        from distributed import Client, KilledWorker
    except ModuleNotFoundError as error:
        raise WorkersRequestError(
            Text(
                "--dask needs Dask, which is not installed: pip install 'camau-dc[dask]'",
                "--dask cần Dask, chưa được cài: pip install 'camau-dc[dask]'",
            )
        ) from error
    try:
        client = Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        said = reason_of(error) if isinstance(error, OSError) else Text(str(error), str(error))
        raise ClusterError(
            Text(f"{address}: no cluster answers: {said.en}", f"{address}: không cụm máy nào trả lời: {said.vi}")
        ) from error
    seen = [time.monotonic()]

    def look() -> None:
        """There must be workers, now or a while ago: with none, nothing is ever done."""
        if client.nthreads():
            seen[0] = time.monotonic()
        elif time.monotonic() - seen[0] > SECONDS_WITHOUT_WORKERS:
            raise ClusterError(
                Text(
                    f"{address}: the cluster has had no worker for {SECONDS_WITHOUT_WORKERS:g} s",
                    f"{address}: cụm máy không có tiến trình nào trong {SECONDS_WITHOUT_WORKERS:g} giây",
                )
            )

    with client:
        executor = client.get_executor(pure=False)
        yield Workers(executor, deaths=(BrokenExecutor, CancelledError), given_up=(KilledWorker,), look=look)
