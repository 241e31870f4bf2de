"""For every rule of resilience, changes to a valid plan or its inputs that break it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from capacity.plan import Dispatch
from tests.capacity.check.breakers import Case
from tests.factories import make_demand, make_outage, make_plan, make_resilience, make_resilient_inputs, make_site


@cache
def resilient_case() -> Case:
    """The factories' province under every rule, with a plan that keeps them."""
    inputs, demand = make_resilient_inputs(), make_demand()
    return Case(inputs, demand, make_plan(inputs, demand))


def _resilient(change: Callable[[Case], Case]) -> Callable[[Case], Case]:
    return lambda _: change(resilient_case())


def _under(case: Case, **rule: Any) -> Case:
    """The same plan under another outage rule."""
    return case.with_inputs(settings=make_resilient_inputs(resilience=_outage(**rule)).settings)


def _outage(**rule: Any) -> Any:
    return make_resilience(outage=make_outage(**rule))


def _limited(case: Case) -> Case:
    sites = case.inputs.sites
    site = make_site(fuel_tank_limit_litres=100_000.0)
    return case.with_inputs(sites=sites.model_copy(update={"sites": (site, *sites.sites[1:])}))


def _discharged_in_full(series: dict[str, np.ndarray[Any, Any]], dispatch: Dispatch) -> None:
    """1.6 MW of 2 MW, of which half a megawatt is held back."""
    del dispatch
    series["discharge_w"][19] = 1_600_000


RESILIENCE_BREAKERS: tuple[tuple[str, str, Callable[[Case], Case]], ...] = (
    (
        "gensets_survive_a_failure",
        "one genset less",
        _resilient(lambda c: c.with_builds("genset", "genset-1000", amount=2)),
    ),
    ("gensets_survive_a_failure", "two may fail", _resilient(lambda c: _under(c, failed_units=2))),
    (
        "fuel_lasts_the_outage",
        "half of the tanks",
        _resilient(lambda c: c.with_builds("fuel_tank", "tank-20", amount=8)),
    ),
    ("fuel_lasts_the_outage", "ten days", _resilient(lambda c: _under(c, hours=240))),
    (
        "fuel_lasts_the_outage",
        "no tanks",
        _resilient(lambda c: c.with_plan(builds=tuple(b for b in c.plan.builds if b.kind != "fuel_tank"))),
    ),
    (
        "ups_load_is_held",
        "batteries are too small",
        _resilient(lambda c: c.with_builds("ups_battery", "vrla", amount=10.0)),
    ),
    (
        "ups_load_is_held",
        "the battery stores too little",
        _resilient(lambda c: c.with_builds("battery_mwh", "battery", amount=0.04)),
    ),
    (
        "battery_keeps_its_power",
        "the reserve is used in an hour",
        _resilient(lambda c: c.with_hours(_discharged_in_full)),
    ),
    (
        "battery_keeps_its_energy",
        "the reserve needs room",
        _resilient(lambda c: c.with_builds("battery_mwh", "battery", amount=2.15)),
    ),
    ("fuel_tanks_are_allowed", "five tanks", _resilient(_limited)),
)
