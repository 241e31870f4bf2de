"""`energy.yaml`: tariffs, time-of-use windows, supply behind the meter, DPPA, storage and emission factors."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from capacity.inputs.base import (
    DatedRecord,
    Fraction,
    Identifier,
    Lifetime,
    Months,
    NonNegative,
    Positive,
    Record,
    SourcedRecord,
    SourceText,
    Year,
)

TariffClass = Literal["production", "business", "administrative"]
TariffStructure = Literal["one_part", "two_part"]
Band = Literal["off_peak", "normal", "peak"]
CLOCK = r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"


class Tariff(DatedRecord):
    """Retail price of a class for connections of voltage_from_kv <= kV < voltage_below_kv, VND/kWh before VAT.

    A flat tariff has the same price in the three bands. A two-part tariff also has a capacity price, for the largest
    import of every month; it applies where ``tariff_structure`` of the file asks for it.
    """

    id: Identifier
    tariff_class: TariffClass
    voltage_from_kv: NonNegative
    voltage_below_kv: Positive | None = None
    off_peak_vnd_per_kwh: Positive
    normal_vnd_per_kwh: Positive
    peak_vnd_per_kwh: Positive
    structure: TariffStructure = "one_part"
    capacity_vnd_per_kw_month: NonNegative = Field(
        default=0, description="Price of the month's largest hourly import, before VAT"
    )

    @model_validator(mode="after")
    def _capacity_price_goes_with_two_parts(self) -> Tariff:
        if (self.structure == "two_part") != (self.capacity_vnd_per_kw_month > 0):
            raise ValueError("structure: two_part and a capacity_vnd_per_kw_month above 0 go together")
        return self


class TimeWindow(Record):
    """A band from one clock time to another on some days; hours outside all windows are normal."""

    band: Literal["off_peak", "peak"]
    days: Literal["all", "monday_to_saturday", "sunday"]
    start: Annotated[str, Field(pattern=CLOCK)]
    end: Annotated[str, Field(pattern=CLOCK)]


class TimeOfUse(DatedRecord):
    """A time-of-use schedule; a window whose end is not after its start runs over midnight."""

    id: Identifier
    windows: tuple[TimeWindow, ...]


class Generation(SourcedRecord):
    """PV or wind behind the meter or on a private wire, bought (capex) or by contract (price of every kWh produced).

    A MW of PV is 1 MWp of modules, whose output ends at 1 / ``dc_ac_ratio``. Output not used or stored is curtailed and
    improves no share. ``land_m2_per_mw`` counts against the site's land.
    """

    id: Identifier
    name_vi: str
    name_en: str
    kind: Literal["pv", "wind"]
    capex_vnd_per_mw: NonNegative
    operation_vnd_per_mw_year: NonNegative
    price_vnd_per_kwh: NonNegative = Field(description="Private-wire contract price, take-or-pay; 0 when owned")
    lifetime_years: Lifetime
    lead_time_months: Months
    land_m2_per_mw: NonNegative
    tilt_deg: Annotated[float, Field(ge=0, le=90)] = 10
    azimuth_deg: Annotated[float, Field(ge=0, lt=360)] = 180
    dc_ac_ratio: Positive = 1.2
    hub_height_m: Positive = 120
    loss_fraction: Fraction = Field(description="System losses of PV; wake, electrical and availability losses of wind")


class OnGridDppa(SourcedRecord):
    """Direct power purchase through the national grid. It does not relieve the connection and pays the system charge.

    ``eligible`` is a named scenario: whether data centres may buy this way is not settled.
    """

    eligible: bool
    kind: Literal["pv", "wind"]
    price_vnd_per_kwh: NonNegative
    system_charge_vnd_per_kwh: NonNegative
    max_mw_per_site: NonNegative
    lead_time_months: Months
    generator_weather_site: Identifier = Field(description="Site whose weather stands for the generator")
    generation: Identifier = Field(description="Generation record whose curve is used")


class Battery(SourcedRecord):
    """Energy shifting behind the meter. Part of it may be held back all year for the autonomy of UPS.

    What is held back shifts nothing; UPS batteries (hardware.yaml) are never used for shifting.
    """

    id: Identifier
    capex_vnd_per_mw: NonNegative
    capex_vnd_per_mwh: NonNegative
    operation_vnd_per_mw_year: NonNegative
    charge_efficiency: Annotated[float, Field(gt=0, le=1)]
    discharge_efficiency: Annotated[float, Field(gt=0, le=1)]
    minimum_charge_fraction: Annotated[float, Field(ge=0, lt=1)]
    maximum_hours: Positive = Field(description="Energy / power at most")
    lifetime_years: Lifetime
    lead_time_months: Months


class EmissionFactor(SourcedRecord):
    """Yearly mean of the national grid (there is no official hourly factor in Viet Nam).

    ``uncertainty_fraction``: the true mean is believed to be within factor x (1 - u) … factor x (1 + u); None: no
    error band is known. It widens what is told, and no cap.
    """

    year: Year
    tco2_per_mwh: NonNegative
    official: bool
    uncertainty_fraction: Fraction | None = None


class GridCarbonSeason(Record):
    """Grid carbon of each hour of a day in some months, relative to anything: only the proportions count."""

    months: Annotated[tuple[Annotated[int, Field(ge=1, le=12)], ...], Field(min_length=1)]
    by_hour: Annotated[tuple[Positive, ...], Field(min_length=24, max_length=24)]


class HourlyGridCarbon(SourcedRecord):
    """An estimate of how the grid's carbon moves with hour and season; its mean over a year is made the yearly factor.

    It is told beside the figures of the yearly mean and decides nothing.
    """

    seasons: Annotated[tuple[GridCarbonSeason, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _every_month_is_there(self) -> HourlyGridCarbon:
        months = sorted(month for season in self.seasons for month in season.months)
        if months != list(range(1, 13)):
            raise ValueError("every month from 1 to 12 must stand in one season and no more")
        return self


class EnergyFile(Record):
    """The whole of ``energy.yaml``."""

    tariff_class: TariffClass = Field(description="Class of new data centres: unresolved in law, a named scenario")
    tariff_structure: TariffStructure = Field(
        default="one_part",
        description="two_part: two-part tariffs of a class and voltage apply while in force, one-part ones otherwise",
    )
    tariffs: Annotated[tuple[Tariff, ...], Field(min_length=1)]
    time_of_use: Annotated[tuple[TimeOfUse, ...], Field(min_length=1)]
    generation: tuple[Generation, ...] = ()
    dppa: OnGridDppa | None = None
    battery: Battery | None = None
    diesel_vnd_per_litre: NonNegative
    diesel_tco2_per_litre: NonNegative
    diesel_source: SourceText
    emission_factors: Annotated[tuple[EmissionFactor, ...], Field(min_length=1)]
    hourly_grid_carbon: HourlyGridCarbon | None = None

    @model_validator(mode="after")
    def _dppa_generation_exists(self) -> EnergyFile:
        ids = {g.id for g in self.generation}
        if self.dppa is not None and self.dppa.generation not in ids:
            raise ValueError(f"dppa.generation '{self.dppa.generation}' is none of {sorted(ids)}")
        return self
