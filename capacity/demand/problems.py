"""What makes a demand impossible to compute, found before it is computed, all at once.

::

    ValueError
    └── DemandInputError   the inputs state no computable demand; ``problems`` lists every reason
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from capacity.demand.figures import value_in_year, written
from capacity.demand.pools import has_own_pool, pool_key
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.services import GpuHours, Programme, RegisterSystems, Wholesale


@dataclass(frozen=True, slots=True)
class DemandProblem:
    """One wrong figure of ``services.yaml``: of a programme, or of the storage rule when ``programme`` is None.

    ``field`` is the path below it, e.g. ``sizing.it_mw.base``; ``message`` says what is wrong and what is allowed.
    """

    programme: str | None
    field: str
    message: str

    def __str__(self) -> str:
        place = "storage" if self.programme is None else f"programme '{self.programme}'"
        return f"{place}: {self.field}: {self.message}"


class DemandInputError(ValueError):
    """The inputs state no computable demand."""

    def __init__(self, problems: tuple[DemandProblem, ...]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


def demand_problems(inputs: CapacityInputs) -> tuple[DemandProblem, ...]:
    """Every problem: tables without a year, wholesale below the minimum, systems counted twice, levels not ruled."""
    found = []
    registers = [p.id for p in inputs.services.programmes if isinstance(p.sizing, RegisterSystems)]
    for programme in inputs.services.programmes:
        found += [DemandProblem(programme.id, field, "no year is given") for field in _empty_tables(programme)]
        found += _wholesale_problems(inputs, programme)
        found += _gpu_problems(inputs, programme)
        if programme.id in registers[1:]:
            message = f"the systems of the register are counted by '{registers[0]}' already, and can be counted once"
            found.append(DemandProblem(programme.id, "sizing.rule", message))
    return (*found, *_name_problems(inputs), *_level_problems(inputs))


def _empty_tables(programme: Programme) -> Iterator[str]:
    for field, value in programme.sizing:
        if isinstance(value, dict) and field != "it_mw" and not value:
            yield f"sizing.{field}"


def _wholesale_problems(inputs: CapacityInputs, programme: Programme) -> Iterator[DemandProblem]:
    rule = programme.sizing
    if not isinstance(rule, Wholesale) or rule.case == "none":
        return
    field = f"sizing.it_mw.{rule.case}"
    table = rule.it_mw.get(rule.case)
    if not table:
        yield DemandProblem(programme.id, field, f"no year is given, but it is the selected case '{rule.case}'")
        return
    least = inputs.settings.minimum_wholesale_mw
    for year in inputs.settings.years:
        megawatt = value_in_year(table, year)
        if year >= programme.first_year and 0 < megawatt < least:
            how = "" if year in table else " (on the line between the given years)"
            allowed = f"allowed is 0 or at least minimum_wholesale_mw {written(least)}"
            yield DemandProblem(programme.id, field, f"{written(megawatt)} MW in {year}{how}: {allowed}")


def _gpu_problems(inputs: CapacityInputs, programme: Programme) -> Iterator[DemandProblem]:
    if not isinstance(programme.sizing, GpuHours):
        return
    for load_class in inputs.services.load_classes:
        idle = not any((*load_class.weekday, *load_class.weekend))
        if load_class.id == programme.load_class and load_class.interactive and idle:
            yield DemandProblem(
                programme.id, "load_class", f"'{load_class.id}' never works: its utilisation is 0 all hours"
            )


def _name_problems(inputs: CapacityInputs) -> Iterator[DemandProblem]:
    shared: set[str] = set()
    for programme in inputs.services.programmes:
        if isinstance(programme.sizing, RegisterSystems):
            shared |= {pool_key(programme, s.load_class, s.security_level).id for s in inputs.systems}
        elif not has_own_pool(programme):
            shared.add(pool_key(programme, programme.load_class, programme.security_level).id)
    for programme in inputs.services.programmes:
        if has_own_pool(programme) and programme.id in shared:
            yield DemandProblem(programme.id, "id", "is the name of a pool of other programmes; another id is needed")


def _level_problems(inputs: CapacityInputs) -> Iterator[DemandProblem]:
    wanted: dict[int, str] = {}
    for programme in inputs.services.programmes:
        rule = programme.sizing
        if isinstance(rule, RegisterSystems):
            for system in inputs.systems:
                wanted.setdefault(system.security_level, f"system '{system.id}'")
        elif not isinstance(rule, Wholesale):
            wanted.setdefault(programme.security_level, f"programme '{programme.id}'")
    storage = inputs.services.storage
    for field, table in (
        ("backup_copies_by_level", storage.backup_copies_by_level),
        ("log_months_by_level", storage.log_months_by_level),
    ):
        for level in sorted(wanted.keys() - table.keys()):
            yield DemandProblem(None, field, f"no value for level {level}, which {wanted[level]} has")
