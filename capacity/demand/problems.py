"""What makes a demand impossible to compute, found before it is computed, all at once.

::

    ValueError
    └── DemandInputError   the inputs state no computable demand; ``problems`` lists every reason
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from capacity.demand.figures import value_in_year, written
from capacity.demand.pools import has_own_pool, pool_key
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.services import GpuHours, Programme, RegisterSystems, Wholesale

DemandProblemKind = Literal[
    "no_year",
    "case_without_year",
    "wholesale_below_minimum",
    "counted_twice",
    "never_works",
    "mixed_work",
    "pool_name",
    "no_level",
]


@dataclass(frozen=True, slots=True)
class DemandProblem:
    """One wrong figure of ``services.yaml``: of a programme, or of the storage rule when ``programme`` is None.

    ``field`` is the path below it, e.g. ``sizing.it_mw.base``; ``value`` is what is wrong, ``allowed`` what would do.
    ``named`` are the names and numbers that both speak of, in order.
    """

    kind: DemandProblemKind
    programme: str | None
    field: str
    value: str
    allowed: str
    named: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """What is wrong, and what would do instead."""
        return f"{self.value}, {self.allowed}"

    def __str__(self) -> str:
        place = "storage" if self.programme is None else f"programme '{self.programme}'"
        return f"{place}: {self.field}: {self.message}"


class DemandInputError(ValueError):
    """The inputs state no computable demand."""

    def __init__(self, problems: tuple[DemandProblem, ...]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems

    def __reduce__(self) -> tuple[Any, ...]:
        # it is told where it was not raised, when a worker process sizes the plan
        return type(self), (self.problems,)


def demand_problems(inputs: CapacityInputs) -> tuple[DemandProblem, ...]:
    """Every problem: tables without a year, wholesale below the minimum, systems counted twice, levels not ruled …"""
    found: list[DemandProblem] = []
    for programme in inputs.services.programmes:
        found += _empty_tables(programme)
        found += _wholesale_problems(inputs, programme)
        found += _gpu_problems(inputs, programme)
    found += _mixed_work(inputs)
    return (*found, *_repeated_registers(inputs), *_name_problems(inputs), *_level_problems(inputs))


def _empty_tables(programme: Programme) -> Iterator[DemandProblem]:
    for field, value in programme.sizing:
        if isinstance(value, dict) and field != "it_mw" and not value:
            yield DemandProblem("no_year", programme.id, f"sizing.{field}", "no year", "one year at least")


def _wholesale_problems(inputs: CapacityInputs, programme: Programme) -> Iterator[DemandProblem]:
    rule = programme.sizing
    if not isinstance(rule, Wholesale) or rule.case == "none":
        return
    field = f"sizing.it_mw.{rule.case}"
    table = rule.it_mw.get(rule.case)
    if not table:
        allowed = f"one year at least: '{rule.case}' is the selected case"
        yield DemandProblem("case_without_year", programme.id, field, "no year", allowed, (rule.case,))
        return
    least = inputs.settings.minimum_wholesale_mw
    for year in inputs.settings.years:
        megawatt = value_in_year(table, year)
        if year >= programme.first_year and 0 < megawatt < least:
            yield DemandProblem(
                "wholesale_below_minimum",
                programme.id,
                field,
                f"{written(megawatt)} MW in {year}",
                f"0 or at least minimum_wholesale_mw {written(least)} (years between given years are on a line)",
                (written(megawatt), str(year), written(least)),
            )


def _gpu_problems(inputs: CapacityInputs, programme: Programme) -> Iterator[DemandProblem]:
    if not isinstance(programme.sizing, GpuHours):
        return
    for each in inputs.services.load_classes:
        if each.id == programme.load_class and each.interactive and not any((*each.weekday, *each.weekend)):
            allowed = "a load class whose utilisation is above 0 in some hour"
            yield DemandProblem("never_works", programme.id, "load_class", f"'{each.id}'", allowed, (each.id,))


def _mixed_work(inputs: CapacityInputs) -> Iterator[DemandProblem]:
    """Servers beyond the need run any waiting work of their class, so that all of it must be of one kind."""
    users: dict[str, list[Programme]] = {each.id: [] for each in inputs.services.load_classes if each.extra_servers}
    registers = [p for p in inputs.services.programmes if isinstance(p.sizing, RegisterSystems)]
    for register in registers:
        for name in dict.fromkeys(system.load_class for system in inputs.systems):
            users.get(name, []).append(register)
    for programme in inputs.services.programmes:
        if programme not in registers:
            users.get(programme.load_class, []).append(programme)
    for name, programmes in users.items():
        kinds = [pool_key(programme, name, programme.security_level).kind for programme in programmes]
        for programme, kind in zip(programmes, kinds, strict=True):
            if kind != kinds[0]:
                first = programmes[0].id
                allowed = f"a load class without extra_servers, or with work of one kind: '{first}' is of another"
                yield DemandProblem("mixed_work", programme.id, "load_class", f"'{name}'", allowed, (name, first))


def _repeated_registers(inputs: CapacityInputs) -> Iterator[DemandProblem]:
    registers = [p.id for p in inputs.services.programmes if isinstance(p.sizing, RegisterSystems)]
    for name in registers[1:]:
        allowed = f"the systems of the register are counted once: by '{registers[0]}' already"
        yield DemandProblem("counted_twice", name, "sizing.rule", "'register_systems'", allowed, (registers[0],))


def _name_problems(inputs: CapacityInputs) -> Iterator[DemandProblem]:
    shared: set[str] = set()
    for programme in inputs.services.programmes:
        if isinstance(programme.sizing, RegisterSystems):
            shared |= {pool_key(programme, s.load_class, s.security_level).id for s in inputs.systems}
        elif not has_own_pool(programme):
            shared.add(pool_key(programme, programme.load_class, programme.security_level).id)
    for programme in inputs.services.programmes:
        if has_own_pool(programme) and programme.id in shared:
            allowed = "an id that no pool of other programmes has"
            yield DemandProblem("pool_name", programme.id, "id", f"'{programme.id}'", allowed, (programme.id,))


def _level_problems(inputs: CapacityInputs) -> Iterator[DemandProblem]:
    wanted: dict[int, str] = {}
    for programme in inputs.services.programmes:
        if isinstance(programme.sizing, RegisterSystems):
            for system in inputs.systems:
                wanted.setdefault(system.security_level, system.id)
        elif not isinstance(programme.sizing, Wholesale):
            wanted.setdefault(programme.security_level, programme.id)
    storage = inputs.services.storage
    for field, table in (
        ("backup_copies_by_level", storage.backup_copies_by_level),
        ("log_months_by_level", storage.log_months_by_level),
    ):
        for level in sorted(wanted.keys() - table.keys()):
            allowed = f"a value for every level in use: '{wanted[level]}' has this one"
            yield DemandProblem("no_level", None, field, f"no level {level}", allowed, (str(level), wanted[level]))
