"""A real Dask cluster on loopback: a scheduler and workers as processes of their own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import IO

ROOT = Path(__file__).parents[3]
LISTENS = re.compile(r"Scheduler at:\s*((?:tcp|tls)://\S+)")


@contextmanager
def dask_cluster(workers: int, *options: str, protocol: str = "tcp") -> Iterator[str]:
    """The address of the scheduler; ``options`` go to scheduler and workers."""
    with ExitStack() as stack:
        said = stack.enter_context(_dask("scheduler", "--host", f"{protocol}://127.0.0.1", "--port", "0", *options))
        address = said.get(timeout=60)
        for _ in range(workers):
            stack.enter_context(_dask("worker", address, "--nthreads", "1", "--memory-limit", "0", *options))
        yield address


@contextmanager
def _dask(*arguments: str) -> Iterator[SimpleQueue[str]]:
    """One of its commands, in a session of its own with all that it starts: the address at which it listens, once."""
    found: SimpleQueue[str] = SimpleQueue()

    def read(lines: IO[str]) -> None:
        for line in lines:  # to the end: a full pipe would stop who writes into it
            if match := LISTENS.search(line):
                found.put(match[1])

    with subprocess.Popen(
        [sys.executable, "-m", "dask", *arguments, "--no-dashboard"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        reader = threading.Thread(target=read, args=(process.stderr,))
        reader.start()
        try:
            yield found
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            reader.join()
