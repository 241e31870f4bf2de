from __future__ import annotations

from typing import Any

import pytest

from capacity.demand import DemandInputError, compute_demand, demand_problems
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.services import Programme
from tests.capacity.demand.factories import RULES, inputs, load_class, programme, storage_rule, system


def hyperscale(it_mw: dict[int, float], **overrides: Any) -> Programme:
    return programme("wholesale", "hyperscale", {"it_mw": {"base": it_mw}}, **overrides)


def texts(given: CapacityInputs) -> list[str]:
    return [str(problem) for problem in demand_problems(given)]


def test_good_inputs_have_none() -> None:
    assert texts(inputs(*(programme(rule) for rule in RULES), systems=[system("a")])) == []


def test_hyperscale_below_the_minimum_is_refused() -> None:
    given = inputs(hyperscale({2029: 0, 2030: 8}))
    assert texts(given) == [
        "programme 'hyperscale': sizing.it_mw.base: 8 MW in 2030, "
        "0 or at least minimum_wholesale_mw 10 (years between given years are on a line)"
    ]
    with pytest.raises(DemandInputError, match="8 MW in 2030") as caught:
        compute_demand(given)
    assert caught.value.problems == demand_problems(given)
    assert isinstance(caught.value, ValueError)


def test_hyperscale_that_rises_on_a_line_is_refused_in_the_years_below_the_minimum() -> None:
    problems = demand_problems(inputs(hyperscale({2027: 0, 2030: 24})))
    assert [problem.value for problem in problems] == ["8 MW in 2028"]


def test_minimum_is_a_setting_and_years_that_load_nothing_do_not_count() -> None:
    assert texts(inputs(hyperscale({2029: 0, 2030: 8}), minimum_wholesale_mw=8)) == []
    assert texts(inputs(hyperscale({2027: 0, 2030: 24}, first_year=2029))) == []
    assert texts(inputs(hyperscale({2030: 8, 2031: 0}, first_year=2031))) == []


def test_only_the_selected_case_is_judged() -> None:
    both = {"it_mw": {"low": {2030: 2.0}, "base": {2030: 20.0}}}
    assert texts(inputs(programme("wholesale", sizing=both))) == []
    assert len(texts(inputs(programme("wholesale", sizing={**both, "case": "low"})))) == 6
    assert texts(inputs(programme("wholesale", sizing={**both, "case": "none"}))) == []


def test_selected_case_must_be_given() -> None:
    assert texts(inputs(programme("wholesale", sizing={"case": "high"}))) == [
        "programme 'wholesale': sizing.it_mw.high: no year, one year at least: 'high' is the selected case"
    ]


def test_every_table_by_year_needs_a_year() -> None:
    empty = inputs(
        programme("fixed_platform", sizing={"vcpu": {}, "storage_tb": {}}),
        programme("gpu_hours", sizing={"utilisation": {}}),
    )
    assert texts(empty) == [
        "programme 'fixed-platform': sizing.vcpu: no year, one year at least",
        "programme 'fixed-platform': sizing.storage_tb: no year, one year at least",
        "programme 'gpu-hours': sizing.utilisation: no year, one year at least",
    ]


def test_systems_are_counted_once() -> None:
    twice = inputs(programme("register_systems", "a"), programme("register_systems", "b"))
    assert texts(twice) == [
        "programme 'b': sizing.rule: 'register_systems', the systems of the register are counted once: by 'a' already"
    ]


def test_every_level_in_use_needs_its_storage_rule() -> None:
    rule = storage_rule(backup_copies_by_level={3: 2}, log_months_by_level={2: 1, 3: 3})
    given = inputs(
        programme("register_systems", security_level=5),
        programme("fixed_platform", security_level=4),
        programme("wholesale", security_level=1),
        systems=[system("portal")],
        storage=rule,
    )
    assert texts(given) == [
        "storage: backup_copies_by_level: no level 2, a value for every level in use: 'portal' has this one",
        "storage: backup_copies_by_level: no level 4, a value for every level in use: 'fixed-platform' has this one",
        "storage: log_months_by_level: no level 4, a value for every level in use: 'fixed-platform' has this one",
    ]


def test_interactive_ai_needs_a_load_class_that_works() -> None:
    never = (load_class("flat", weekday=[0.0] * 24, weekend=[0.0] * 24, interactive=True),)
    assert texts(inputs(programme("gpu_hours"), load_classes=never)) == [
        "programme 'gpu-hours': load_class: 'flat', a load class whose utilisation is above 0 in some hour"
    ]


def test_extra_servers_are_for_work_of_one_kind() -> None:
    """A CPU server cannot do what waits for GPUs; tenants bring servers of their own."""
    waiting = {"interactive": False, "deferrable_fraction": 0.5, "deferrable_hours": 4}
    extra = load_class("batch", **waiting, extra_servers=True)
    ai, tuning = (programme("gpu_hours", name, load_class="batch") for name in ("ai", "tuning"))
    cpu, let = (programme(rule, load_class="batch") for rule in ("fixed_platform", "wholesale"))
    told = "load_class: 'batch', a load class without extra_servers, or with work of one kind: '{}' is of another"
    assert texts(inputs(ai, tuning, load_classes=(extra,))) == []
    assert texts(inputs(ai, cpu, load_classes=(load_class("batch", **waiting),))) == []
    assert texts(inputs(ai, tuning, cpu, let, load_classes=(extra,))) == [
        f"programme '{name}': {told.format('ai')}" for name in ("fixed-platform", "wholesale")
    ]
    register = programme("register_systems")
    mixed = inputs(ai, register, systems=[system("a", load_class="batch")], load_classes=(extra, load_class("flat")))
    assert texts(mixed) == [f"programme 'ai': {told.format('register-systems')}"]


def test_ai_programme_may_not_bear_the_name_of_a_shared_pool() -> None:
    given = inputs(
        programme("gpu_hours", "state-office-hours-l2"), programme("register_systems"), systems=[system("a")]
    )
    assert texts(given) == [
        "programme 'state-office-hours-l2': id: 'state-office-hours-l2', an id that no pool of other programmes has"
    ]
