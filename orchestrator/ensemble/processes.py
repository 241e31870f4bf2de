"""Workers as processes of this machine, as an ``Executor``.

Each is a pool of one process, so that a death is known by its work and disturbs no other; the pool of a process that
died is replaced. ``ProcessPoolExecutor`` with several processes gives up all work when one dies.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import Connection
from queue import SimpleQueue
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


class LocalProcesses(Executor):
    """``workers`` processes, started when first needed; a future whose process died raises BrokenProcessPool.

    Left by an exception, they end at once and what they did is lost; so they do when this process is killed.
    """

    def __init__(self, workers: int) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._watched, self._kept = self._context.Pipe(duplex=False)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="worker")
        self._idle: SimpleQueue[ProcessPoolExecutor | None] = SimpleQueue()
        for _ in range(workers):
            self._idle.put(None)

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """As ``Executor.submit``; function and arguments must be picklable."""
        return self._threads.submit(self._run, fn, args, kwargs)

    def _run(self, fn: Callable[..., _T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> _T:
        pool = self._idle.get()
        try:
            if pool is None:
                pool = ProcessPoolExecutor(1, self._context, _begin, (self._watched,))
            return pool.submit(fn, *args, **kwargs).result()
        except BrokenProcessPool:
            if pool is not None:
                pool.shutdown(wait=False)
            pool = None
            raise
        finally:
            self._idle.put(pool)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As ``Executor.shutdown``."""
        self._threads.shutdown(wait=wait, cancel_futures=cancel_futures)
        while not self._idle.empty():
            pool = self._idle.get()
            if pool is not None:
                pool.shutdown(wait=wait)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Waits for what was submitted; after an exception nothing is waited for."""
        if kind is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._kept.close()
        self.shutdown(wait=True)
        self._kept.close()
        self._watched.close()


def _begin(watched: Connection) -> None:
    """At the start of a process: it ends when the other end of the pipe is closed, be it by a kill."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the keyboard stops the command, which stops its processes

    def watch() -> None:
        try:
            watched.recv()
        except (EOFError, OSError):
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
