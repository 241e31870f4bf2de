"""What a sizing rule computes from: one programme, one year, and input fields as figures that know their source."""

from __future__ import annotations

from dataclasses import dataclass

from capacity.demand.figures import Figure, constant, given, given_by_year
from capacity.demand.needs import Resource
from capacity.inputs.base import SourcedRecord
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.services import Programme

Sizes = dict[Resource, Figure]

SECONDS_PER_DAY = constant("seconds_per_day", 86_400)
DAYS_PER_YEAR = constant("days_per_year", 365)
MONTHS_PER_YEAR = constant("months_per_year", 12)
KB_PER_TB = constant("kb_per_tb", 1e9)
GB_PER_TB = constant("gb_per_tb", 1e3)
MBPS_PER_GBPS = constant("mbps_per_gbps", 1e3)


@dataclass(frozen=True, slots=True)
class Basis:
    """Inputs of one programme in one year."""

    inputs: CapacityInputs
    programme: Programme
    year: int

    def coefficient(self, field: str, value: float) -> Figure:
        """A number of the programme's sizing rule."""
        return given(field, value, source_of(self.programme, field, "sizing"))

    def coefficient_by_year(self, field: str, table: dict[int, float]) -> Figure:
        """A number of the programme's sizing rule that is given by year."""
        return given_by_year(field, table, self.year, source_of(self.programme, field, "sizing"))

    def population(self, field: str) -> Figure:
        """``persons`` (of the selected basis), ``adult_share`` or ``persons_per_household``."""
        population = self.inputs.settings.population
        stated = population.basis if field == "persons" else field
        return given(field, getattr(population, field), source_of(population, stated))

    def storage(self, field: str, name: str | None = None) -> Figure:
        """A number of the storage rule, written under ``name`` where its own would be taken for another."""
        rule = self.inputs.services.storage
        return given(name or field, getattr(rule, field), source_of(rule, field))


def source_of(record: SourcedRecord, field: str, part: str | None = None) -> str:
    """Source of a field of a record, or of a field of its ``part`` (also written ``part.field``)."""
    source = record.source
    if isinstance(source, str):
        return source
    names = (field, f"{part}.{field}", part, "default")
    return next((source[name] for name in names if name in source), "; ".join(dict.fromkeys(source.values())))
