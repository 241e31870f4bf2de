"""Pure functions that turn what one core reads or answers into what another takes."""

from __future__ import annotations

from collections.abc import Iterable

from capacity.inputs import CapacityInputs, SystemLoad
from capacity.inputs.services import RecoveryRule
from orchestrator.province.folder import Province
from policies.register import System


def to_capacity_inputs(province: Province) -> CapacityInputs:
    """The planner's inputs of a province folder."""
    scenario = next(each for each in province.scenarios if each.id == province.scenario)
    return CapacityInputs(
        settings=province.settings,
        sites=province.sites,
        hardware=province.hardware,
        energy=province.energy,
        clouds=province.clouds,
        services=province.services,
        systems=system_loads(province.systems, province.services.recovery),
        weather=province.weather,
        scenario=province.scenario,
        digest=province.digest,
        network=province.network,
        scenario_vi=scenario.name_vi,
        scenario_en=scenario.name_en,
    )


def system_loads(systems: Iterable[System], recovery: RecoveryRule | None = None) -> tuple[SystemLoad, ...]:
    """What the systems of the register bring to the province's capacity. Those that a ministry hosts bring nothing.

    A system without recovery objectives of its own takes those of its security level.
    """
    rto_hours = {} if recovery is None else recovery.rto_hours_by_level
    rpo_hours = {} if recovery is None else recovery.rpo_hours_by_level
    return tuple(
        SystemLoad(
            id=system.id,
            name_vi=system.name_vi,
            name_en=system.name_en,
            security_level=system.security_level,
            vcpu=system.vcpu,
            memory_gib=system.memory_gib,
            storage_tb=system.storage_tb,
            load_class=system.load_class,
            in_room_now=system.hosting == "room",
            retires=system.strategy == "retire",
            moves_on=system.moves_on,
            source=system.source,
            rto_hours=rto_hours.get(system.security_level) if system.rto_hours is None else system.rto_hours,
            rpo_hours=rpo_hours.get(system.security_level) if system.rpo_hours is None else system.rpo_hours,
        )
        for system in systems
        if system.hosting != "ministry"
    )
