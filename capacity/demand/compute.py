"""The door of the room: from inputs to needs and pools."""

from __future__ import annotations

from collections.abc import Iterator

from capacity.demand.ai import gpu_hours
from capacity.demand.basis import Basis, Sizes
from capacity.demand.broadband import broadband
from capacity.demand.needs import RESOURCES, Demand, Need
from capacity.demand.platforms import fixed_platform, transactions
from capacity.demand.pools import PoolKey, pool_key, pools_of
from capacity.demand.problems import DemandInputError, demand_problems
from capacity.demand.signatures import signatures
from capacity.demand.systems import loads, register_system, stays
from capacity.demand.things import connected_things
from capacity.demand.wholesale import wholesale
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.services import (
    Broadband,
    ConnectedThings,
    FixedPlatform,
    GpuHours,
    Programme,
    RegisterSystems,
    Signatures,
    Transactions,
    Wholesale,
)


def compute_demand(inputs: CapacityInputs) -> Demand:
    """What every programme and system needs in every year of the horizon, and the pools of it.

    Coefficients that are given by year are interpolated linearly between given years and hold the nearest given value
    outside them; years before a programme's ``first_year`` load nothing. Needs are ordered by programme, system, year
    and resource, pools by id, whatever the order of the folder. Raises DemandInputError with all the problems when the
    inputs state no computable demand, and KeyError for a load class that the folder has not.
    """
    problems = demand_problems(inputs)
    if problems:
        raise DemandInputError(problems)
    found = [each for programme in inputs.services.programmes for each in _needs(inputs, programme)]
    found.sort(key=lambda each: _order(each[1]))
    return Demand(
        years=inputs.settings.years,
        needs=tuple(need for _, need in found),
        pools=pools_of(found, inputs.settings.years),
    )


def _order(need: Need) -> tuple[str, str, int, int]:
    return (need.programme, need.system or "", need.year, RESOURCES.index(need.resource))


def _needs(inputs: CapacityInputs, programme: Programme) -> Iterator[tuple[PoolKey, Need]]:
    rule = programme.sizing
    for year in inputs.settings.years:
        if year < programme.first_year:
            continue
        basis = Basis(inputs, programme, year)
        if not isinstance(rule, RegisterSystems):
            key = pool_key(programme, programme.load_class, programme.security_level)
            yield from _needs_of_sizes(basis, None, key, _sizes(rule, basis))
            continue
        for system in inputs.systems:
            if loads(system, year):
                in_room = stays(system, year)
                key = pool_key(programme, system.load_class, system.security_level, in_room=in_room)
                yield from _needs_of_sizes(basis, system.id, key, register_system(rule, system, basis))


def _sizes(
    rule: ConnectedThings | Signatures | Transactions | Broadband | FixedPlatform | GpuHours | Wholesale, basis: Basis
) -> Sizes:
    match rule:
        case ConnectedThings():
            return connected_things(rule, basis)
        case Signatures():
            return signatures(rule, basis)
        case Transactions():
            return transactions(rule, basis)
        case Broadband():
            return broadband(rule, basis)
        case FixedPlatform():
            return fixed_platform(rule, basis)
        case GpuHours():
            return gpu_hours(rule, basis)
        case Wholesale():
            return wholesale(rule, basis)


def _needs_of_sizes(basis: Basis, system: str | None, key: PoolKey, sizes: Sizes) -> Iterator[tuple[PoolKey, Need]]:
    for resource, figure in sizes.items():
        need = Need(
            programme=basis.programme.id,
            system=system,
            year=basis.year,
            resource=resource,
            amount=figure.value,
            formula=figure.formula,
            source=figure.source,
            pool=key.id,
            cited=figure.cited,
        )
        yield key, need
