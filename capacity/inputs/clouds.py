"""`clouds.yaml`: domestic clouds, their zones and a dated price book."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from capacity.inputs.base import DatedRecord, Fraction, Identifier, NonNegative, Positive, Record, SourcedRecord

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


class CloudsFile(Record):
    """The whole of ``clouds.yaml``."""

    providers: tuple[Provider, ...]
    prices: tuple[Price, ...]
