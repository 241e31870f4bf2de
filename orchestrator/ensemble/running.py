"""Work on an executor until all of it is done: what a dead worker had is done again, a bounded number of times."""

from __future__ import annotations

import pickle
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass, field
from typing import Any

from orchestrator.ensemble.errors import WorkLostError
from orchestrator.ensemble.sending import Sender, Split, unpacked

ATTEMPTS_AT_MOST = 3
SECONDS_BETWEEN_LOOKS = 5.0


def _never() -> None:
    """Nothing can be wrong with the place itself."""


@dataclass(frozen=True)
class Workers:
    """An executor, and what its user knows about it.

    ``threads``: for each piece of work; None: as the work itself says. ``is_here``: the workers are processes of this
    machine, so that a single piece of work needs none of them. ``deaths``: what a future raises when its worker died;
    ``given_up``: what it raises when the executor has had its workers die over it often enough by itself.
    ``look``: raises WorkersError when no worker can be expected any more.
    """

    executor: Executor
    threads: int | None = None
    is_here: bool = False
    deaths: tuple[type[BaseException], ...] = (BrokenExecutor,)
    given_up: tuple[type[BaseException], ...] = ()
    look: Callable[[], None] = _never


@dataclass(frozen=True)
class _Raised:
    """An error of the work itself, which is no fault of the worker."""

    error: Exception


@dataclass(frozen=True)
class _Lacks:
    """The worker does not have all parts of the value yet."""


@dataclass
class _Order:
    """Work that is under way. ``sent``: the parts that go with it."""

    name: str
    node: Split
    sent: Mapping[str, bytes] = field(repr=False)


def run_work(
    workers: Workers,
    function: Callable[..., Any],
    values: Mapping[str, Any],
    constants: tuple[Any, ...],
    *,
    taken_apart: tuple[type, ...],
    tell: Callable[[str], None],
) -> Iterator[tuple[str, Any]]:
    """(name, ``function(value, *constants)``) as each is done; all must be picklable.

    ``values`` are records of a type in ``taken_apart``, see ``sending``. ``tell`` is called with the name of work that
    is begun again. Raises what the function raises, WorkLostError when workers died over one piece of work
    ``ATTEMPTS_AT_MOST`` times, and what ``workers.look`` raises; what has not begun is cancelled then.
    """
    sender = Sender(taken_apart)
    nodes = {name: sender.packed(value) for name, value in values.items()}
    deaths: Counter[str] = Counter()
    waiting: dict[Future[Any], _Order] = {}

    def give(order: _Order) -> None:
        waiting[workers.executor.submit(_done_there, function, order.node, order.sent, constants)] = order

    try:
        for name, node in nodes.items():
            give(_Order(name, node, sender.own(node)))
        while waiting:
            done, _ = wait(waiting, timeout=SECONDS_BETWEEN_LOOKS, return_when=FIRST_COMPLETED)
            if not done:
                workers.look()
            for future in done:
                order = waiting.pop(future)
                try:
                    answer = future.result()
                except workers.given_up as death:
                    raise WorkLostError(order.name, ATTEMPTS_AT_MOST, _cause(death)) from death
                except workers.deaths as death:
                    deaths[order.name] += 1
                    if deaths[order.name] >= ATTEMPTS_AT_MOST:
                        raise WorkLostError(order.name, deaths[order.name], _cause(death)) from death
                    tell(order.name)
                    give(order)
                    continue
                if isinstance(answer, _Lacks):
                    give(_Order(order.name, order.node, sender.every(order.node)))
                elif isinstance(answer, _Raised):
                    raise answer.error
                else:
                    yield order.name, answer
    finally:
        for future in waiting:
            future.cancel()


def _cause(death: BaseException) -> str:
    return f"{type(death).__name__}: {death}"


def _done_there(
    function: Callable[..., Any], node: Split, sent: Mapping[str, bytes], constants: tuple[Any, ...]
) -> Any:
    """What a worker does."""
    value = unpacked(node, sent)
    if value is None:
        return _Lacks()
    try:
        return function(value, *constants)
    except Exception as error:  # noqa: BLE001, errors travel as values: an executor breaks over one it cannot unpickle
        return _Raised(_portable(error))


def _portable(error: Exception) -> Exception:
    """The error if it can be sent, else its traceback."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001, whatever pickle says
        return RuntimeError("".join(traceback.format_exception(error)))
    return error
