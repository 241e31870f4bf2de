"""Work done elsewhere: on processes of this machine or a Dask cluster, any ``concurrent.futures.Executor``.

``sending`` gives a worker what it does not have yet, ``running`` sees that all work is done although workers die,
``processes`` and ``cluster`` are the two kinds of workers, ``workers`` opens what was asked for. What the work is,
these files do not know.
"""

from orchestrator.ensemble.errors import ClusterError, WorkersError, WorkersRequestError, WorkLostError
from orchestrator.ensemble.running import Workers, run_work
from orchestrator.ensemble.workers import THIS_PROCESS, WorkersRequest, cores

__all__ = [
    "THIS_PROCESS",
    "ClusterError",
    "WorkLostError",
    "Workers",
    "WorkersError",
    "WorkersRequest",
    "WorkersRequestError",
    "cores",
    "run_work",
]
