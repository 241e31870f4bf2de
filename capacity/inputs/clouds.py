"""`clouds.yaml`: domestic clouds, their zones and a dated price book."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from capacity.inputs.base import DatedRecord, Fraction, Identifier, NonNegative, Positive, Record, SourcedRecord

TENDER = "tender"
"""The location of the eligible zones without a published price, which are not ranked: they offer planning prices."""
RentResource = Literal["vcpu_month", "memory_gib_month", "storage_tb_month", "gpu_hour", "egress_gb"]


class Zone(SourcedRecord):
    """A zone is eligible by where it really stands: one outside Viet Nam inside a domestic region is a known trap."""

    id: Identifier
    name: str = Field(description="Name that the provider's own tools use, e.g. HCM03-1A")
    region: str
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    attested_level: Annotated[int, Field(ge=1, le=5)]
    gpu_models: tuple[str, ...] = ()
    quota_gpus: NonNegative | None = None
    quota_vcpu: NonNegative | None = None


class Provider(Record):
    """A provider with its zones."""

    id: Identifier
    name: str
    domestic: bool
    zones: tuple[Zone, ...]


class Price(DatedRecord):
    """A published price of one resource in some zones, or of the whole market for planning where zones publish none.

    ``gpu_equivalent`` says how much work (H100-equivalents) a rented GPU of ``gpu_model`` does. ``egress_gb`` is a GB
    of traffic out of a zone; where neither the zone nor the market has a price for it, it is not billed. A price that
    includes VAT includes that of the year in which it comes into force.
    """

    id: Identifier
    resource: RentResource
    zones: tuple[Identifier, ...] = Field(default=(), description="Empty: planning price of any eligible zone (tender)")
    gpu_model: str | None = None
    gpu_equivalent: Positive | None = None
    price_vnd: Positive
    includes_vat: bool
    vat_rate: Fraction | None = Field(default=None, description="Where the service bears another rate than the general")
    published: bool


class Contract(DatedRecord):
    """What is rented already: ``fraction`` of a programme's needs, in a zone (missing: at planning prices).

    It holds in years that began before ``as_of``, when it is in force at their end (or at ``as_of``), and later in all
    years that its ``valid_to`` covers whole; one without end may be ended at any time. ``gpu_price`` is the entry of
    the price book that GPUs are rented at (missing: any of the zone).
    """

    id: Identifier
    programme: Identifier
    zone: Identifier | None = None
    gpu_price: Identifier | None = None
    fraction: Annotated[float, Field(gt=0, le=1)] = 1

    def holds(self, year: int, as_of: dt.date) -> bool:
        """Whether the contract fixes what is rented in a year of a plan made on ``as_of``."""
        if dt.date(year, 1, 1) < as_of:
            return self.in_force(min(dt.date(year, 12, 31), as_of))
        return (
            self.valid_to is not None and self.valid_to > dt.date(year, 12, 31) and self.in_force(dt.date(year, 1, 1))
        )


class CloudsFile(Record):
    """The whole of ``clouds.yaml``."""

    providers: tuple[Provider, ...]
    prices: tuple[Price, ...]
    contracts: tuple[Contract, ...] = ()
