"""`sites.yaml`: where halls may stand, with grid, land, flood and salinity traits, and what stands there already."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from capacity.inputs.base import Identifier, Lifetime, Months, NonNegative, Positive, Record, SourcedRecord
from capacity.inputs.settings import Payer


class GridStep(SourcedRecord):
    """One upgrade of the grid connection; once in service the site buys at ``voltage_kv``.

    ``delay_years`` is how late it comes in a scenario: what is ordered for a year serves from that many years later,
    and is paid as ordered.
    """

    id: Identifier
    add_mw: Positive
    voltage_kv: Positive
    capex_vnd: NonNegative
    lead_time_months: Months
    lifetime_years: Lifetime
    delay_years: Annotated[int, Field(ge=0, le=20)] = 0


class GridConnection(SourcedRecord):
    """The connection as it is now and the steps that may be ordered, in any order, each once."""

    existing_mw: NonNegative
    voltage_kv: Positive
    steps: tuple[GridStep, ...] = ()


class ExistingModules(SourcedRecord):
    """Hall modules that stand already, in service in [from_date, to_date)."""

    hall: Identifier
    modules: Annotated[int, Field(ge=1)]
    from_date: dt.date
    to_date: dt.date | None = None


class ExistingServers(SourcedRecord):
    """Servers that stand already, in service in [from_date, to_date); they are sunk cost."""

    sku: Identifier
    servers: Annotated[int, Field(ge=1)]
    from_date: dt.date
    to_date: dt.date | None = None


class EnergyLimit(SourcedRecord):
    """How much of a generation or storage technology of ``energy.yaml`` may stand behind this site's meter."""

    technology: Identifier
    max_mw: NonNegative


class FailureDomains(Record):
    """What fails as one: ids that sites have in common share their failure."""

    substation: Identifier
    flood_basin: Identifier
    cable_routes: tuple[Identifier, ...]

    def meets(self, other: FailureDomains) -> bool:
        """Whether anything is in common."""
        same = self.substation == other.substation or self.flood_basin == other.flood_basin
        return same or bool(set(self.cable_routes) & set(other.cable_routes))


class Site(SourcedRecord):
    """A place with one grid connection.

    ``hall_capex_factor`` holds the extra cost of land, piling and salt protection, and of the pad where province.yaml
    has no rule for it. ``existing_pad_m`` is how far the ground was raised already above that of the flood depth.
    """

    id: Identifier
    name_vi: str
    name_en: str
    status: Literal["candidate", "existing"]
    payer: Payer = Field(description="Who builds here and pays the site's halls, energy assets and energy")
    latitude_deg: Annotated[float, Field(ge=-90, le=90)]
    longitude_deg: Annotated[float, Field(ge=-180, le=180)]
    elevation_m: float
    land_m2: NonNegative
    flood_depth_100_year_m: NonNegative
    subsidence_mm_per_year: NonNegative
    existing_pad_m: NonNegative = 0
    salinity: Literal["low", "moderate", "high"]
    hall_capex_factor: Annotated[float, Field(ge=1)]
    cooling_capacity_factor: Annotated[float, Field(gt=0, le=1, description="Salt and heat derating of chillers")]
    cooling_water_m3_per_year: NonNegative
    tariff_class: Literal["production", "business", "administrative"] | None = Field(
        default=None, description="Overrides the tariff class of energy.yaml for this site"
    )
    failure_domains: FailureDomains | None = None
    allowed_halls: tuple[Identifier, ...]
    grid: GridConnection
    energy_limits: tuple[EnergyLimit, ...] = ()
    existing_modules: tuple[ExistingModules, ...] = ()
    existing_servers: tuple[ExistingServers, ...] = ()
    fuel_tank_limit_litres: NonNegative | None = Field(
        default=None, description="Fuel that may be stored here, by space and fire protection; no limit when missing"
    )
    weather_file: str = Field(description="Path of the hourly CSV inside the province folder, e.g. weather/nam-can.csv")


class SitesFile(Record):
    """The whole of ``sites.yaml``."""

    sites: Annotated[tuple[Site, ...], Field(min_length=1)]
