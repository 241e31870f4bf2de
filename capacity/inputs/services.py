"""`services.yaml`: load classes and the programmes that the province's plan calls for, each with its sizing rule."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from capacity.inputs.base import Fraction, Identifier, NonNegative, Positive, Record, SourcedRecord, Year
from capacity.inputs.settings import Payer

Utilisation24 = Annotated[tuple[Fraction, ...], Field(min_length=24, max_length=24)]
ByYear = dict[Year, NonNegative]


class LoadClass(SourcedRecord):
    """An hourly shape of utilisation (fraction of full load) for work days and for weekends.

    ``deferrable_fraction`` of the work may wait up to ``deferrable_hours``; interactive work has none. The names tell
    pools apart that differ in their shape alone. With ``extra_servers`` waiting work may also run on servers beyond
    those that the need asks for, where halls have room for them.
    """

    id: Identifier
    name_vi: str | None = None
    name_en: str | None = None
    weekday: Utilisation24
    weekend: Utilisation24
    interactive: bool
    deferrable_fraction: Fraction = 0
    deferrable_hours: Annotated[int, Field(ge=0, le=168)] = 0
    extra_servers: bool = Field(default=False, description="Waiting work may run on servers beyond the need too")

    @model_validator(mode="after")
    def _interactive_never_waits(self) -> LoadClass:
        if self.interactive and self.deferrable_fraction > 0:
            raise ValueError("interactive load is never deferrable: deferrable_fraction must be 0")
        if (self.deferrable_fraction > 0) != (self.deferrable_hours > 0):
            raise ValueError("deferrable_fraction and deferrable_hours go together")
        if self.extra_servers and self.deferrable_fraction == 0:
            raise ValueError("extra_servers run waiting work: deferrable_fraction must be above 0")
        return self


class StorageRule(SourcedRecord):
    """Raw storage of usable storage, and of the backup and log copies that a security level asks for.

    raw = usable x replication_or_coding x (1 + snapshot_fraction) / fill_limit; copies = ``backup_copies_by_level``
    further copies of the usable data; logs = ``log_gb_per_vcpu_month`` x months by level.
    """

    replication_or_coding: Annotated[float, Field(ge=1)]
    snapshot_fraction: NonNegative
    fill_limit: Annotated[float, Field(gt=0, le=1)]
    backup_copies_by_level: dict[Annotated[int, Field(ge=1, le=5)], NonNegative]
    log_months_by_level: dict[Annotated[int, Field(ge=1, le=5)], NonNegative]
    log_gb_per_vcpu_month: NonNegative
    growth_per_year: NonNegative


class RecoveryRule(SourcedRecord):
    """Recovery objectives by security level, for programmes and for systems that state none of their own.

    RTO: hours until the service runs again after the loss of its place. RPO: hours of work that may be lost then.
    """

    rto_hours_by_level: dict[Annotated[int, Field(ge=1, le=5)], Positive]
    rpo_hours_by_level: dict[Annotated[int, Field(ge=1, le=5)], NonNegative]


class ConnectedThings(Record):
    """IoT platform: persons x connections x share on the provincial platform x messages, with a peak factor."""

    rule: Literal["connected_things"]
    connections_per_person: ByYear
    platform_fraction: Fraction
    messages_per_day: NonNegative
    message_kb: NonNegative
    messages_per_second_per_vcpu: Positive
    peak_factor: Annotated[float, Field(ge=1)]
    target_utilisation: Annotated[float, Field(gt=0, le=1)]
    memory_gib_per_vcpu: NonNegative
    retention_days: NonNegative


class Signatures(Record):
    """Digital signatures: adults x adoption x signatures a month, officials x signatures a day, with a peak factor."""

    rule: Literal["signatures"]
    adult_adoption: dict[Year, Fraction]
    signatures_per_adult_month: NonNegative
    officials: NonNegative
    signatures_per_official_day: NonNegative
    cpu_seconds_per_signature: Positive
    peak_factor: Annotated[float, Field(ge=1)]
    target_utilisation: Annotated[float, Field(gt=0, le=1)]
    minimum_vcpu: NonNegative
    memory_gib_per_vcpu: NonNegative
    kb_per_signature: NonNegative
    retention_years: NonNegative


class Transactions(Record):
    """A request-driven platform: requests a year grow from a base year; servers by the queue rule of the source."""

    rule: Literal["transactions"]
    base_year: Year
    base_requests_per_year: NonNegative
    merger_factor: Positive = Field(description="Growth of scope at the merger of the provinces")
    growth_per_year: NonNegative
    cpu_seconds_per_request: Positive
    peak_factor: Annotated[float, Field(ge=1)]
    target_utilisation: Annotated[float, Field(gt=0, le=1)]
    minimum_vcpu: NonNegative
    memory_gib_per_vcpu: NonNegative
    kb_per_request: NonNegative
    retention_years: NonNegative


class Broadband(Record):
    """Fibre and 5G growth: busy-hour traffic x the share served from caches and probes.

    Where the caches stand is the planner's choice: over a network, what stands outside the province loads the links.
    """

    rule: Literal["broadband"]
    fibre_household_fraction: dict[Year, Fraction]
    mobile_5g_population_fraction: dict[Year, Fraction]
    busy_hour_mbps_per_household: NonNegative
    busy_hour_mbps_per_mobile_user: NonNegative
    served_locally_fraction: Fraction
    gbps_per_vcpu: Positive
    memory_gib_per_vcpu: NonNegative
    cache_tb_per_gbps: NonNegative


class FixedPlatform(Record):
    """A platform whose size by year is stated directly."""

    rule: Literal["fixed_platform"]
    vcpu: ByYear
    memory_gib: ByYear
    storage_tb: ByYear


class GpuHours(Record):
    """AI work in H100-equivalent GPU-hours a year; installed GPUs = GPU-hours / (hours of the year x utilisation).

    Interactive classes are served in their busiest hour: at least GPU-hours / hours / mean(shape) x max(shape).
    """

    rule: Literal["gpu_hours"]
    gpu_hours: ByYear
    utilisation: dict[Year, Annotated[float, Field(gt=0, le=1)]]
    storage_tb_per_gpu: NonNegative


class Wholesale(Record):
    """Hyperscale means wholesale: shell, power, cooling and land are let, tenants bring servers. IT MW by case."""

    rule: Literal["wholesale"]
    case: Literal["none", "low", "base", "high"]
    it_mw: dict[Literal["low", "base", "high"], ByYear]


class RegisterSystems(Record):
    """The systems of ``systems.csv`` from the date on which each moves."""

    rule: Literal["register_systems"]
    vcpu_overcommit: Annotated[float, Field(ge=1)]
    growth_per_year: NonNegative


SizingRule = Annotated[
    ConnectedThings | Signatures | Transactions | Broadband | FixedPlatform | GpuHours | Wholesale | RegisterSystems,
    Field(discriminator="rule"),
]


class Programme(SourcedRecord):
    """A programme with owner and payer. Years before ``first_year`` load nothing.

    ``rto_hours`` and ``rpo_hours`` are its recovery objectives; where missing, those of its level in ``recovery`` hold.

    ``sites`` are the only ones at which its work may stand in own halls; without any it may at all sites of its payer.

    ``security_level`` decides the eligible zones. Halls are built for state programmes only when a public-investment
    source has money for them; renting is always admissible where zones sell the resource.
    """

    id: Identifier
    name_vi: str
    name_en: str
    owner: str
    payer: Payer
    target: str = Field(description="The section and sentence of the province's plan, or the decree, that calls for it")
    first_year: Year
    security_level: Annotated[int, Field(ge=1, le=5)]
    load_class: Identifier
    rto_hours: Positive | None = None
    rpo_hours: NonNegative | None = None
    sites: tuple[Identifier, ...] = ()
    sizing: SizingRule


class ServicesFile(Record):
    """The whole of ``services.yaml``."""

    load_classes: Annotated[tuple[LoadClass, ...], Field(min_length=1)]
    storage: StorageRule
    recovery: RecoveryRule | None = None
    programmes: tuple[Programme, ...]
