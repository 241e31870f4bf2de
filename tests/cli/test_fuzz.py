"""Commands on damaged input: a documented exit code, no traceback, no hang, and all files or none.

``make soak`` runs it for CAMAU_DC_FUZZ_SECONDS (600) with a random seed that it prints; CAMAU_DC_FUZZ_SEED=seed repeats
a run, and CAMAU_DC_FUZZ_SEED=seed:number one case of it.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random, SystemRandom

import pytest

from cli.exit_codes import ExitCode
from cli.main import main
from tests.broken import write_folder
from tests.cli.fuzzing import damaged_folder, damaged_weather, slightly_changed_folder

Captured = pytest.CaptureFixture[str]
SECONDS = float(os.environ.get("CAMAU_DC_FUZZ_SECONDS", "600"))
LONGEST_S = {"plan": 240}
LONGEST_OTHER_S = 60
MOST_FAILURES = 20
PLAN_FILES = {"plan.json", "report.html", "plan.xlsx", "inputs.zip"}
READING = {ExitCode.DONE, ExitCode.INPUT}
PLANNING = {ExitCode.DONE, ExitCode.INPUT, ExitCode.INFEASIBLE, ExitCode.NO_PLAN}
"""A plan that the checker refuses (5) is a documented ending too, but a defect of the planner."""


class Hang(BaseException):
    """A command that does not end in time; no handler of exceptions may take it for one of its own."""


@contextmanager
def alarm(seconds: int) -> Iterator[None]:
    def ring(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def made_case(random: Random, room: Path) -> tuple[list[str], set[str], set[ExitCode]]:
    """The arguments of a case whose input is written into a room, the files of its result, and the codes allowed."""
    out = str(room / "out")
    command = random.choices(("validate", "demand", "sources", "import", "plan"), (40, 20, 15, 23, 2))[0]
    if command == "import":
        name, content = damaged_weather(random)
        file = write_folder(room / "in", {name: content}) / name
        arguments = ["weather", "import", str(file), "--out", f"{out}/w.csv", "--latitude", "9", "--longitude", "105"]
        arguments += random.choice(([], [], ["--typical"], ["--year", "2025"], ["--format", "table"]))
        return arguments, {"w.csv"}, READING
    if command == "plan":
        folder = write_folder(room / "in", slightly_changed_folder(random))
        return ["plan", str(folder), "--out", out, "--time-limit", "5", "--quiet"], PLAN_FILES, PLANNING
    folder = write_folder(room / "in", damaged_folder(random))
    more = {"demand": random.choice(([], ["--explain"], ["--year", "2028"]))}.get(command, [])
    return [command, str(folder), *more, *random.choice(([], ["--json"]))], set(), READING


def fault_of_case(random: Random, room: Path, captured: Captured) -> str | None:
    """What is wrong with how a command took a damaged input, None when nothing is."""
    arguments, results, codes = made_case(random, room)
    arguments += ["--lang", random.choice(("vi", "en"))]
    given = files_in(room / "in")
    seconds = LONGEST_S.get(arguments[0], LONGEST_OTHER_S)
    try:
        with alarm(seconds):
            code = main(arguments)
    except Hang:
        captured.readouterr()
        return f"{arguments}: no end in {seconds} s"
    said = captured.readouterr()
    left = files_in(room / "out") if (room / "out").exists() else set()
    faults = []
    if code not in codes:
        faults.append(f"exit code {code}")
    if "Traceback" in said.err + said.out:
        faults.append("a traceback")
    if code == ExitCode.INPUT and not said.err + said.out:
        faults.append("nothing said")
    if left not in (set(), results) or (left and code == ExitCode.INPUT) or (results and code == 0 and not left):
        faults.append(f"files {sorted(left)}")
    if files_in(room / "in") != given:
        faults.append("another file in the folder of the input")
    return f"{arguments}: {', '.join(faults)}\n{said.err[-2000:]}" if faults else None


def faults_of(seed: int, numbers: Iterator[int], room: Path, captured: Captured) -> list[str]:
    faults = []
    for number in numbers:
        fault = fault_of_case(Random(f"{seed}:{number}"), room, captured)
        shutil.rmtree(room, ignore_errors=True)
        if fault is not None:
            faults.append(f"CAMAU_DC_FUZZ_SEED={seed}:{number} {fault}")
            if len(faults) == MOST_FAILURES:
                break
    return faults


def _counted(numbers: Iterator[int], tried: list[int]) -> Iterator[int]:
    for number in numbers:
        tried.append(number)
        yield number


def numbers_until(end: float) -> Iterator[int]:
    number = 0
    while time.monotonic() < end:
        yield number
        number += 1


def test_a_sample_of_damaged_inputs_is_told(tmp_path: Path, capsys: Captured) -> None:
    assert faults_of(1, iter(range(15)), tmp_path / "room", capsys) == []


@pytest.mark.soak
@pytest.mark.timeout(SECONDS + 600)
def test_damaged_inputs_are_told_for_long(tmp_path: Path, capsys: Captured) -> None:
    given, _, number = os.environ.get("CAMAU_DC_FUZZ_SEED", "").partition(":")
    seed = int(given) if given else SystemRandom().randrange(10**9)
    with capsys.disabled():
        print(f"\nCAMAU_DC_FUZZ_SEED={seed} CAMAU_DC_FUZZ_SECONDS={SECONDS:g}")  # noqa: T201, to repeat the run
    numbers = iter([int(number)]) if number else numbers_until(time.monotonic() + SECONDS)
    tried: list[int] = []
    faults = faults_of(seed, _counted(numbers, tried), tmp_path / "room", capsys)
    with capsys.disabled():
        print(f"{len(tried)} cases")  # noqa: T201
    assert faults == [], "\n\n".join(faults)
