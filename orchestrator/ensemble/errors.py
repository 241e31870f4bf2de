"""What can go wrong with workers, in both languages.

WorkersError
├── WorkersRequestError  the command line asks for what cannot be: a bad address, Dask that is not installed
├── ClusterError         the cluster is out of reach or has no workers
└── WorkLostError        workers died over the same work, again and again
"""

from __future__ import annotations

from orchestrator.province.problems import Text


class WorkersError(RuntimeError):
    """``words`` say what is wrong in both languages."""

    def __init__(self, words: Text) -> None:
        super().__init__(words.en)
        self.words = words


class WorkersRequestError(WorkersError):
    """What was asked for cannot be."""


class ClusterError(WorkersError):
    """A cluster does not answer, or has no workers."""


class WorkLostError(WorkersError):
    """Workers died over the work ``name``, at least ``attempts`` times; ``cause`` is what the executor said then."""

    def __init__(self, name: str, attempts: int, cause: str) -> None:
        super().__init__(
            Text(
                f"'{name}': its worker died {attempts} times, the last time: {cause}",
                f"'{name}': tiến trình tính bị mất {attempts} lần, lần cuối: {cause}",
            )
        )
        self.name, self.attempts, self.cause = name, attempts, cause
