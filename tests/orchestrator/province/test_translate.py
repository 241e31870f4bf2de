"""From the folder to the planner's inputs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from capacity.inputs import SystemLoad
from capacity.inputs.services import RecoveryRule
from orchestrator.province import load_province
from orchestrator.translate import system_loads, to_capacity_inputs
from policies.register import System


def system(**changes: object) -> System:
    fields: dict[str, object] = {
        "id": "portal",
        "name_vi": "Cổng",
        "name_en": "Portal",
        "owner": "office",
        "security_level": 3,
        "data_classes": "internal",
        "hosting": "agency",
        "strategy": "rehost",
        "vcpu": 8,
        "memory_gib": 32,
        "storage_tb": 1.5,
        "load_class": "office-hours",
        "moves_on": dt.date(2027, 3, 1),
        "source": "assumption: x",
    }
    return System.model_validate(fields | changes)


def test_system_becomes_a_load() -> None:
    assert system_loads([system()]) == (
        SystemLoad(
            id="portal",
            name_vi="Cổng",
            name_en="Portal",
            security_level=3,
            vcpu=8,
            memory_gib=32,
            storage_tb=1.5,
            load_class="office-hours",
            in_room_now=False,
            retires=False,
            moves_on=dt.date(2027, 3, 1),
            source="assumption: x",
        ),
    )


def test_only_a_system_in_the_room_is_in_the_room_now() -> None:
    loads = system_loads([system(id=hosting, hosting=hosting) for hosting in ("room", "agency", "cloud")])
    assert [(load.id, load.in_room_now) for load in loads] == [("room", True), ("agency", False), ("cloud", False)]


RECOVERY = RecoveryRule(
    rto_hours_by_level={2: 24, 3: 4}, rpo_hours_by_level={2: 24, 3: 1}, source="assumption: levels of a test"
)


def test_recovery_objectives_are_those_of_the_level_unless_the_system_has_its_own() -> None:
    systems = [
        system(id="by-level"),
        system(id="own-rto", rto_hours=1),
        system(id="own-both", rto_hours=1, rpo_hours=0),
        system(id="level-of-no-rule", security_level=4),
    ]
    assert [(load.rto_hours, load.rpo_hours) for load in system_loads(systems, RECOVERY)] == [
        (4, 1),
        (1, 1),
        (1, 0),
        (None, None),
    ]


def test_without_a_rule_a_system_has_the_objectives_that_it_states() -> None:
    (bare, own) = system_loads([system(), system(rpo_hours=2)])
    assert (bare.rto_hours, bare.rpo_hours) == (None, None)
    assert (own.rto_hours, own.rpo_hours) == (None, 2)


def test_only_the_strategy_retire_retires() -> None:
    strategies = ("retain", "retire", "rehost", "replatform", "refactor", "repurchase", "relocate")
    loads = system_loads([system(id=strategy, strategy=strategy) for strategy in strategies])
    assert [load.id for load in loads if load.retires] == ["retire"]


def test_systems_of_a_ministry_bring_no_load() -> None:
    assert system_loads([system(hosting="ministry")]) == ()


def test_inputs_hold_everything_of_the_province(shared_folder: Path) -> None:
    province = load_province(shared_folder, "late-portal")
    inputs = to_capacity_inputs(province)
    assert inputs.settings is province.settings
    assert inputs.sites is province.sites
    assert inputs.hardware is province.hardware
    assert inputs.energy is province.energy
    assert inputs.clouds is province.clouds
    assert inputs.services is province.services
    assert inputs.weather is province.weather
    assert (inputs.scenario, inputs.digest) == ("late-portal", province.digest)
    assert [load.id for load in inputs.systems] == ["one-stop-portal", "data-exchange", "document-flow"]
    assert [(load.rto_hours, load.rpo_hours) for load in inputs.systems] == [(4, 1), (2, 0.25), (24, 24)]
