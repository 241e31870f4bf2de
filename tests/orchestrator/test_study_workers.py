"""A study on workers that really size provinces: the same plans on all of them, and none lost with a worker."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from capacity.model import TooManyLoadClassesError
from capacity.solver import SolveOptions
from orchestrator.ensemble import Workers, WorkersRequest
from orchestrator.ensemble.processes import LocalProcesses
from orchestrator.studies import Sized, Variation, run_study
from tests.capacity.solver.test_sizing import as_data
from tests.orchestrator.ensemble.clusters import dask_cluster
from tests.orchestrator.ensemble.killed import KilledAtWork
from tests.properties.provinces import Province, inputs_of

OPTIONS = SolveOptions(gap=0.01, time_limit_s=240.0, threads=1)
PROVINCES = {
    "rents": Province(gpus=8.0, pv_mw=4.0),
    "builds": Province(gpus=48.0, pv_mw=12.0, battery_mw=4.0, renewable_share=0.1, ai_mw=0.05),
    "cannot": Province(gpus=8.0, pv_mw=4.0, ai_mw=5_000.0),
}


def variations() -> dict[str, Variation]:
    return {name: Variation(*inputs_of(province)) for name, province in PROVINCES.items()}


def compared(study: dict[str, Sized]) -> dict[str, Any]:
    """What must be the same everywhere, in the order of the answers."""
    return {
        name: (
            sized.result.status,
            sized.objective_vnd,
            sized.result.bound_vnd,
            None if sized.plan is None else as_data(sized.plan),
            None if sized.accounts is None else (sized.accounts.objective_vnd, sized.accounts.orders),
        )
        for name, sized in study.items()
    }


@cache
def here() -> dict[str, Sized]:
    return run_study(variations(), OPTIONS, lambda *_: None)


def on(executor: Executor, solve: Any = None, told: list[dict[str, Any]] | None = None) -> dict[str, Sized]:
    def tell(event: str, about: dict[str, Any]) -> None:
        if told is not None and event == "study":
            told.append(about)

    return run_study(variations(), OPTIONS, tell, workers=Workers(executor), solve=solve)


@pytest.mark.slow
def test_a_study_has_the_same_plans_wherever_they_are_sized(tmp_path: Path) -> None:
    expected = compared(here())
    assert [status for status, *_ in expected.values()] == ["optimal", "optimal", "infeasible"]
    told: list[dict[str, Any]] = []
    with LocalProcesses(2) as processes:
        assert compared(on(processes)) == expected
        marker = tmp_path / "killed"
        assert compared(on(processes, KilledAtWork(marker), told)) == expected
        assert marker.exists()
    assert len({name for about in told for name in about["again"]}) == 1, "one worker was killed in its hours"
    assert (told[-1]["done"], told[-1]["all"], told[-1]["failed"]) == (3, 3, 1)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        assert compared(on(pool)) == expected
    backwards = dict(reversed(variations().items()))
    with ThreadPoolExecutor(2) as threads:
        study = run_study(backwards, OPTIONS, lambda *_: None, workers=Workers(threads))
    assert list(study) == ["cannot", "builds", "rents"]
    assert compared(dict(reversed(study.items()))) == expected


@pytest.mark.slow
def test_a_dask_worker_killed_in_its_hours_loses_nothing(tmp_path: Path) -> None:
    marker = tmp_path / "killed"
    with dask_cluster(2) as address, WorkersRequest(None, address).opened() as workers:
        assert workers is not None
        study = run_study(variations(), OPTIONS, lambda *_: None, workers=workers, solve=KilledAtWork(marker))
        assert marker.exists()
        assert compared(study) == compared(here())


def test_an_error_of_a_variation_ends_the_study_as_it_would_here() -> None:
    def refuse(*_: Any) -> Any:
        raise TooManyLoadClassesError("khanh-an", 2027, [("office", "chilled")])

    with ThreadPoolExecutor(1) as threads, pytest.raises(TooManyLoadClassesError, match="khanh-an"):
        on(threads, refuse)
