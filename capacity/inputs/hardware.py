"""`hardware.yaml`: servers, hall modules and the plant (UPS, gensets, chillers) that feeds them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from capacity.inputs.base import Fraction, Identifier, Lifetime, Months, NonNegative, Positive, Record, SourcedRecord

Tier = Literal["N", "N+1", "2N"]
Cooling = Literal["air", "chilled_water", "direct_liquid"]


class Sku(SourcedRecord):
    """A server that can be bought, or a whole rack when ``servers_per_rack`` is 1.

    ``gpu_equivalent``: work of one GPU of this SKU in H100-equivalents. Power is linear in utilisation between idle
    and peak. ``fabric_power_fraction`` and ``fabric_price_fraction`` add network, management and cabling. ``name`` is
    that of the product; what is no product's name reads otherwise in Vietnamese or English.
    """

    id: Identifier
    name: str
    name_vi: str | None = None
    name_en: str | None = None
    kind: Literal["cpu", "storage", "gpu"]
    vcpu: NonNegative = 0
    memory_gib: NonNegative = 0
    raw_storage_tb: NonNegative = 0
    gpus: Annotated[int, Field(ge=0)] = 0
    gpu_model: str | None = None
    gpu_equivalent: NonNegative = 0
    idle_kw: NonNegative
    peak_kw: Positive
    fabric_power_fraction: Fraction
    fabric_price_fraction: Fraction
    servers_per_rack: Annotated[int, Field(ge=1)]
    rack_weight_kg: Positive
    liquid_cooled: bool = False
    price_vnd: NonNegative = Field(description="Before VAT, without fabric")
    maintenance_fraction_per_year: Fraction = Field(description="Spares, support and licences per year, of the price")
    lifetime_years: Lifetime
    lead_time_months: Months
    orderable: bool = True

    @model_validator(mode="after")
    def _consistent(self) -> Sku:
        if self.idle_kw > self.peak_kw:
            raise ValueError(f"idle_kw {self.idle_kw} must not be above peak_kw {self.peak_kw}")
        if (self.gpus > 0) != (self.gpu_equivalent > 0) or (self.gpus > 0) != (self.gpu_model is not None):
            raise ValueError("gpus, gpu_model and gpu_equivalent go together")
        return self

    @property
    def rack_kw(self) -> float:
        """Nameplate IT power of a full rack, kW, fabric included."""
        return self.servers_per_rack * self.peak_kw * (1 + self.fabric_power_fraction)


class PlantUnit(SourcedRecord):
    """One UPS, genset or chiller. kW of a UPS are IT kW, of a genset facility kW, of a chiller kW of heat.

    A UPS with ``autonomy_minutes`` is priced without batteries: the critical load of its halls must be held for so long
    by ``ups_battery`` or by a reserve of the site's battery. Without, batteries are part of its price.
    """

    id: Identifier
    kind: Literal["ups", "genset", "chiller"]
    unit_kw: Positive
    capex_vnd: NonNegative
    operation_vnd_per_year: NonNegative
    lifetime_years: Lifetime
    lead_time_months: Months
    loss_fraction_at_full_load: Fraction = Field(default=0, description="UPS only: loss / IT load at full load")
    no_load_loss_fraction: Fraction = Field(default=0, description="UPS only: loss at no load / unit_kw")
    autonomy_minutes: Annotated[float, Field(ge=0, le=240)] = Field(default=0, description="UPS only")
    test_hours_per_year: NonNegative = Field(default=0, description="Genset only")
    fuel_litre_per_kwh: NonNegative = Field(default=0, description="Genset only")


class FuelTank(SourcedRecord):
    """One tank of genset fuel with pumps and pipes, for a whole site; its first filling is bought with it."""

    id: Identifier
    litres: Positive
    capex_vnd: NonNegative = Field(description="Tank, bund, pumps, pipes and fire protection, without the fuel")
    operation_vnd_per_year: NonNegative = Field(description="Inspection, cleaning and turning over the fuel")
    lifetime_years: Positive
    lead_time_months: NonNegative
    land_m2: NonNegative


class UpsBattery(SourcedRecord):
    """Batteries of UPS by MW of the critical load that they hold for the autonomy of the halls' UPS; nothing else."""

    id: Identifier
    capex_vnd_per_mw: NonNegative
    operation_vnd_per_mw_year: NonNegative
    lifetime_years: Positive
    lead_time_months: NonNegative


class CoolingModel(SourcedRecord):
    """COP = clamp(cop_reference - cop_per_degree x (T - reference_c), cop_min, cop_max); cooling power = heat / COP.

    T is the wet bulb or the dry bulb of the hour. ``liquid_fraction`` of the heat of a direct-liquid hall uses this
    COP, the rest uses ``air_side_cop`` (constant). Fans and pumps are ``auxiliary_fraction`` of the IT load.
    """

    temperature: Literal["wet_bulb", "dry_bulb"]
    reference_c: float
    cop_reference: Positive
    cop_per_degree: NonNegative
    cop_min: Positive
    cop_max: Positive
    liquid_fraction: Fraction = 1
    air_side_cop: Positive = 3.0
    auxiliary_fraction: Fraction
    water_litre_per_kwh_it: NonNegative

    @model_validator(mode="after")
    def _ordered(self) -> CoolingModel:
        if self.cop_min > self.cop_max:
            raise ValueError(f"cop_min {self.cop_min} must not be above cop_max {self.cop_max}")
        return self


class HallType(SourcedRecord):
    """A hall module with its tier: bought in whole modules, first use no earlier than the lead time after the order.

    ``capex_vnd`` is shell, floor, distribution and fit-out of one module without UPS, gensets, chillers and servers.
    ``fixed_loss_kw`` is drawn by every energised module at all hours (lighting, controls, transformer no-load).
    ``lead_time_months`` holds permit, procurement and delivery. ``distribution_loss_fraction`` is of the IT load.
    """

    id: Identifier
    name_vi: str
    name_en: str
    cooling: Cooling
    tier: Tier
    it_kw: Positive
    racks: Annotated[int, Field(ge=1)]
    max_rack_kw: Positive
    max_rack_weight_kg: Positive
    land_m2: NonNegative
    capex_vnd: NonNegative
    operation_vnd_per_year: NonNegative = Field(description="Staff, security, maintenance of one module")
    lifetime_years: Lifetime
    lead_time_months: Months
    fixed_loss_kw: NonNegative
    distribution_loss_fraction: Fraction
    ups: Identifier
    genset: Identifier
    chiller: Identifier | None
    cooling_model: CoolingModel
    wholesale: bool = Field(default=False, description="May be let to tenants that bring their own servers")
    orderable: bool = True


class HardwareFile(Record):
    """The whole of ``hardware.yaml``."""

    skus: Annotated[tuple[Sku, ...], Field(min_length=1)]
    plant: Annotated[tuple[PlantUnit, ...], Field(min_length=1)]
    halls: Annotated[tuple[HallType, ...], Field(min_length=1)]
    fuel_tank: FuelTank | None = None
    ups_battery: UpsBattery | None = None
