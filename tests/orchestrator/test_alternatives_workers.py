"""Ends of choices that are looked for by workers: the same answer as here, and none lost with a worker."""

from __future__ import annotations

import pickle
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from capacity import solver
from capacity.demand import compute_demand
from capacity.solver import BestFound, End, FoundEnd, NearOptimal, SolveOptions
from orchestrator.ensemble import Workers
from orchestrator.ensemble.processes import LocalProcesses
from orchestrator.province import load_province
from orchestrator.studies import done_by
from orchestrator.translate import to_capacity_inputs
from tests.broken.folders import template, write_folder
from tests.capacity.solver.test_sizing import as_data
from tests.orchestrator.ensemble.deadly import kill_once
from tests.properties.provinces import Province, inputs_of

OPTIONS = SolveOptions(gap=0.01, time_limit_s=1200.0, threads=1)
SUN = Province(tenants_mw=10.0, pv_mw=40.0, battery_mw=10.0, renewable_share=0.25)


@dataclass(frozen=True)
class Killed:
    """The real search for an end; the first worker at one of them is killed."""

    marker: Path

    def __call__(self, end: End, options: SolveOptions) -> FoundEnd:
        found = solver.look_for(end, options)
        kill_once(self.marker)
        return found


@cache
def begun() -> tuple[BestFound, dict[str, End]]:
    province = solver.Province(*inputs_of(SUN))
    best = solver.best_of(solver.NearBest(province, 0.03), OPTIONS)
    return best, solver.ends_of(province, best, OPTIONS.time_limit_s)


def compared(found: NearOptimal) -> tuple[Any, ...]:
    """What must be the same everywhere."""
    plans = [(plan.objective_vnd, as_data(plan.plan)) for plan in found.plans]
    return found.limit_vnd, plans, found.ranges


@cache
def here() -> tuple[Any, ...]:
    inputs, demand = inputs_of(SUN)
    return compared(solver.near_optimal(inputs, demand, OPTIONS, lambda *_: None, within=0.03))


def by(executor: Executor, function: Any, told: list[str]) -> tuple[Any, ...]:
    best, ends = begun()
    answers = done_by(
        Workers(executor, threads=2),
        function,
        dict(reversed(ends.items())),
        OPTIONS,
        taken_apart=(End,),
        progress=lambda *_: None,
        tell=told.append,
    )
    found = dict(answers)
    return compared(solver.put_together(best, {name: found[name] for name in ends}))


def test_a_province_of_a_folder_can_be_sent(tmp_path: Path) -> None:
    """Its mappings are views, which pickle refuses."""
    inputs = to_capacity_inputs(load_province(write_folder(tmp_path, dict(template()))))
    sent = pickle.loads(pickle.dumps(solver.Province(inputs, compute_demand(inputs))))
    assert (sent.inputs.digest, sent.inputs.sites) == (inputs.digest, inputs.sites)
    assert sent.inputs.weather.keys() == inputs.weather.keys()


@pytest.mark.slow
def test_ends_are_the_same_wherever_they_are_looked_for_and_in_any_order(tmp_path: Path) -> None:
    assert len(here()[1]) > 1, "there are alternatives"
    told: list[str] = []
    with LocalProcesses(2) as processes:
        assert by(processes, Killed(tmp_path / "killed"), told) == here()
    assert len(told) == 1, "one worker was killed, and what it had was done again"


def test_what_ran_out_of_time_has_what_the_others_left() -> None:
    ends = {name: End(None, None, 0, 1.0, 10.0) for name in "abc"}  # type: ignore[arg-type]
    quick, slow = FoundEnd(1.0, (), solver.Learnt(), 1.0, False), FoundEnd(2.0, (), solver.Learnt(), 10.5, True)
    again = solver.ends_again(ends, {"a": quick, "b": slow, "c": slow}, 30.0)
    assert {name: (each.seconds, each.before) for name, each in again.items()} == {
        "b": (4.0, slow),
        "c": (4.0, slow),
    }
    assert solver.ends_again(ends, {"a": quick}, 30.0) == {}
    assert solver.ends_again(ends, {"a": quick, "b": slow}, 11.6) == {}, "too little for a search"


@pytest.mark.slow
def test_a_second_search_goes_on_from_the_first() -> None:
    """Cut off at once, an end has a proof that is no tighter than the one that the second search comes to."""
    _, ends = begun()
    name, wanted = next((name, each) for name, each in ends.items() if name.startswith("technology"))
    first = solver.look_for(replace(wanted, seconds=0.01), OPTIONS)
    assert first.ran_out
    again = solver.ends_again({name: wanted}, {name: first}, 600.0)
    second = solver.look_for(again[name], OPTIONS)
    assert not second.ran_out
    assert second.learnt.cuts[: len(first.learnt.cuts)] == first.learnt.cuts
    assert wanted.sign * second.proved <= wanted.sign * first.proved + 1e-9
