"""From the folder to the planner's inputs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from capacity.inputs import SystemLoad
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
