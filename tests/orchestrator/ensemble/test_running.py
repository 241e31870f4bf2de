"""Work on executors: the same answers on each, shared parts sent once, and nothing lost when a worker dies."""

from __future__ import annotations

import multiprocessing
import pickle
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from capacity.model import TooManyLoadClassesError
from orchestrator.ensemble import Workers, WorkersRequest, WorkersRequestError, WorkLostError, cores, run_work, sending
from orchestrator.ensemble.processes import LocalProcesses
from orchestrator.ensemble.sending import Sender, Split, unpacked
from tests.orchestrator.ensemble.deadly import Number, doubled, endless, refused, unportable

SHARED = b"weather" * 10_000
NUMBERS = {str(own): Number(SHARED, own) for own in range(6)}
EXPECTED = {name: 2 * number.own + len(SHARED) for name, number in NUMBERS.items()}


def answers(executor: Executor, deadly: int | None = None, marker: Path | None = None) -> dict[str, int]:
    return {name: answer for name, (answer, _) in worked(executor, deadly, marker).items()}


def worked(
    executor: Executor, deadly: int | None = None, marker: Path | None = None, again: list[str] | None = None
) -> dict[str, tuple[int, int]]:
    tell = (again if again is not None else []).append
    return dict(run_work(Workers(executor), doubled, NUMBERS, (deadly, marker), taken_apart=(Number,), tell=tell))


@pytest.fixture(scope="module")
def processes() -> Iterator[LocalProcesses]:
    with LocalProcesses(2) as executor:
        yield executor


@pytest.mark.slow
def test_every_executor_gives_the_same_answers(processes: LocalProcesses) -> None:
    with ThreadPoolExecutor(3) as threads, ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        assert answers(threads) == answers(pool) == answers(processes) == EXPECTED


def test_work_of_a_killed_process_is_done_again_and_the_others_go_on(processes: LocalProcesses, tmp_path: Path) -> None:
    again: list[str] = []
    found = worked(processes, 3, tmp_path / "killed", again)
    assert {name: answer for name, (answer, _) in found.items()} == EXPECTED
    assert again == ["3"], "the other worker lost nothing"
    assert answers(processes) == EXPECTED, "the dead process was replaced"


@pytest.mark.slow
def test_work_that_kills_every_worker_is_named_with_its_cause(processes: LocalProcesses) -> None:
    with pytest.raises(WorkLostError, match=r"'4': its worker died 3 times.*BrokenProcessPool") as lost:
        answers(processes, 4)
    assert (lost.value.name, lost.value.attempts) == ("4", 3)
    assert "tiến trình tính bị mất 3 lần" in lost.value.words.vi
    assert answers(processes) == EXPECTED


@pytest.mark.slow
def test_errors_of_the_work_come_back_as_they_are(processes: LocalProcesses) -> None:
    def run(function: object) -> None:
        list(run_work(Workers(processes), function, NUMBERS, (), taken_apart=(Number,), tell=print))  # type: ignore[arg-type]

    with pytest.raises(TooManyLoadClassesError, match=r"khanh-an in 20\d\d: 1 load classes") as refusal:
        run(refused)
    assert "lớp tải" in refusal.value.message_vi
    with pytest.raises(RuntimeError, match="UnportableError: never"):
        run(unportable)
    assert answers(processes) == EXPECTED


@pytest.mark.slow
def test_left_by_an_exception_processes_end_and_nothing_is_waited_for() -> None:
    before = set(multiprocessing.active_children())

    def interrupted() -> None:
        with LocalProcesses(1) as executor:
            assert answers(executor) == EXPECTED
            executor.submit(endless, NUMBERS["1"])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert set(multiprocessing.active_children()) <= before


def test_parts_are_sent_once_and_asked_for_by_a_worker_that_lacks_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_parts", type(sending._parts)())
    sender = Sender((Number,))
    one, other = (sender.packed(NUMBERS[name]) for name in ("1", "2"))
    assert unpacked(one, sender.own(one)) is None, "what others have too is not sent unasked"
    assert unpacked(one, sender.every(one)) == NUMBERS["1"]
    assert unpacked(other, sender.own(other)) == NUMBERS["2"]
    assert len(pickle.dumps((other, sender.own(other)))) < 1000 < len(SHARED)


def test_a_worker_forgets_the_longest_unused_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_parts", type(sending._parts)())
    monkeypatch.setattr(sending, "MOST_PARTS", 3)
    sender = Sender((Number,))
    nodes = {name: sender.packed(number) for name, number in NUMBERS.items()}
    for name, node in nodes.items():
        assert unpacked(node, sender.every(node)) == NUMBERS[name]
    assert len(sending._parts) == 3
    assert unpacked(nodes["0"], {}) is None
    assert unpacked(nodes["5"], {}) == NUMBERS["5"]


def test_mappings_are_sent_entry_by_entry() -> None:
    node = Sender((Number,)).packed({"a": 1, "b": Number(b"", 2)})
    assert isinstance(node.fields["b"], Split)
    assert len(node.digests()) == 3


def test_one_process_is_this_one_and_both_kinds_at_once_are_refused() -> None:
    with WorkersRequest(1).opened() as workers:
        assert workers is None
    with WorkersRequest(2).opened() as workers:
        assert workers is not None
        assert workers.threads == max(1, cores() // 2)
    with pytest.raises(WorkersRequestError, match="either"), WorkersRequest(2, "tcp://a:1").opened():
        pass


@pytest.mark.parametrize("address", ["host:8786", "http://host:1", "tcp://host", "tcp://a b:1", "tcp://:1", ""])
def test_an_address_that_is_none_is_told(address: str) -> None:
    with (
        pytest.raises(WorkersRequestError, match="tcp://HOST:PORT or tls://HOST:PORT"),
        WorkersRequest(None, address).opened(),
    ):
        pass
