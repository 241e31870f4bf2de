"""The systems of the register: each loads the province's capacity from its move, and grows from what it uses now."""

from __future__ import annotations

import datetime as dt

from capacity.demand.basis import Basis, Sizes
from capacity.demand.figures import ONE, Figure, given
from capacity.demand.storage import stored
from capacity.inputs.bundle import SystemLoad
from capacity.inputs.services import RegisterSystems


def loads(system: SystemLoad, year: int) -> bool:
    """Whether a system loads the province's shared capacity in a year.

    One in the server room does from the start, and one that retires only as long as it ``stays``. Another does from the
    first year whose 1 January is on or after ``moves_on``, and never without that date.
    """
    moved = system.moves_on is not None and dt.date(year, 1, 1) >= system.moves_on
    return stays(system, year) or (moved and not system.retires)


def stays(system: SystemLoad, year: int) -> bool:
    """Whether a system is in the server room in a year: until the first whose 1 January is on or after ``moves_on``."""
    return system.in_room_now and (system.moves_on is None or dt.date(year, 1, 1) < system.moves_on)


def register_system(rule: RegisterSystems, system: SystemLoad, basis: Basis) -> Sizes:
    """vCPU after overcommit on own servers and without it when rented, memory without it, and storage of one system.

    Growth counts from the year of ``as_of``, when the register states what a system uses: (1 + growth) to the power of
    the years since then, none before. vCPU and memory grow by the rule, data by the storage rule. A room is not
    extended: as long as a system stays in it, it keeps to what it has, and has all its growth when it moves.
    """
    years = 0 if stays(system, basis.year) else max(0, basis.year - basis.inputs.settings.as_of.year)

    def stated(field: str, value: float) -> Figure:
        return given(field, value, system.source)

    growth = (ONE + basis.coefficient("growth_per_year", rule.growth_per_year)).to_the(years)
    data_growth = (ONE + basis.storage("growth_per_year", "storage.growth_per_year")).to_the(years)
    vcpu = stated("vcpu", system.vcpu) * growth
    usable = stated("storage_tb", system.storage_tb) * data_growth
    return {
        "vcpu": vcpu / basis.coefficient("vcpu_overcommit", rule.vcpu_overcommit),
        "billable_vcpu": vcpu,
        "memory_gib": stated("memory_gib", system.memory_gib) * growth,
        **stored(basis, usable, system.security_level, vcpu),
    }
