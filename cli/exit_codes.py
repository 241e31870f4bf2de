"""What the exit code says, and the one table that maps errors to it.

Errors that a command ends with, none of which is shown as a traceback::

    Exception
    ├── ProvinceError               the province folder                              → INPUT
    │   ├── InvalidProvinceError    has problems, all of them listed
    │   └── CreationRefusedError    a new one is not written
    ├── RegisterFileError           registers that cannot be exported or written     → INPUT
    ├── DocumentError               a plan document that cannot be read              → INPUT
    ├── DemandInputError            inputs that state no computable demand           → INPUT
    ├── TooManyLoadClassesError     a site with more than the hours have room for    → INPUT
    ├── DrawError                   no scenario to plan for, or none can be drawn        → INPUT
    ├── UnknownItemError            a name that is not in the plan                   → INPUT
    ├── WeatherError                weather that cannot be had or used               → INPUT
    │   └── ServiceError            a weather service did not give the data          → UNREACHABLE
    └── OSError                     a file that cannot be read or written            → INPUT

Answers that are no errors (an infeasible plan, a check that failed) are exit codes that the command itself chooses.
"""

from __future__ import annotations

from enum import IntEnum

from capacity.demand import DemandInputError
from capacity.model import TooManyLoadClassesError
from capacity.plan import Status
from capacity.weather import ServiceError, WeatherError
from orchestrator.document import DocumentError
from orchestrator.draws import DrawError
from orchestrator.ensemble import ClusterError, WorkersRequestError, WorkLostError
from orchestrator.province import ProvinceError
from orchestrator.register_files import RegisterFileError
from orchestrator.studied import UnknownItemError


class ExitCode(IntEnum):
    """Exit codes of ``camau-dc``."""

    DONE = 0
    BUG = 1
    """An error of the program itself, shown with its traceback; also when the reader of a pipe has gone."""
    INPUT = 2
    """The input or the command line is wrong; every problem was listed."""
    INFEASIBLE = 3
    """No plan can keep all policies; those that cannot hold together were named."""
    NO_PLAN = 4
    """No plan was found within the time limit."""
    CHECK_FAILED = 5
    """A plan failed the independent check; its violations were listed."""
    UNREACHABLE = 6
    """A weather service or a cluster did not answer: no network, time-out, HTTP error or an unreadable answer."""
    WORKERS_LOST = 7
    """Workers died over the same plan again and again, which was named; or the cluster does not answer."""
    INTERRUPTED = 130
    """Stopped from the keyboard."""


CODE_OF_ERROR: tuple[tuple[type[Exception], ExitCode], ...] = (
    (ProvinceError, ExitCode.INPUT),
    (RegisterFileError, ExitCode.INPUT),
    (DocumentError, ExitCode.INPUT),
    (DemandInputError, ExitCode.INPUT),
    (TooManyLoadClassesError, ExitCode.INPUT),
    (DrawError, ExitCode.INPUT),
    (UnknownItemError, ExitCode.INPUT),
    (WorkersRequestError, ExitCode.INPUT),
    (WorkLostError, ExitCode.WORKERS_LOST),
    (ClusterError, ExitCode.WORKERS_LOST),
    (ServiceError, ExitCode.UNREACHABLE),
    (WeatherError, ExitCode.INPUT),
    (OSError, ExitCode.INPUT),
)

CODE_OF_STATUS: dict[Status, ExitCode] = {
    "optimal": ExitCode.DONE,
    "feasible": ExitCode.DONE,
    "infeasible": ExitCode.INFEASIBLE,
    "no_plan": ExitCode.NO_PLAN,
}


def exit_code_of(error: Exception) -> ExitCode | None:
    """The exit code of an error, None when it is none that a person can put right."""
    return next((code for kind, code in CODE_OF_ERROR if isinstance(error, kind)), None)
