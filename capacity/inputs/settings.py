"""`province.yaml`: horizon, money, population, funding and the policy constraints of the plan."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, model_validator

from capacity.inputs.base import (
    Fraction,
    Identifier,
    NonNegative,
    Positive,
    Record,
    Source,
    SourcedRecord,
    Year,
)
from capacity.inputs.resilience import Resilience

EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2100, 12, 31)
Payer = Literal["state", "enterprise"]
CostCategory = Literal["hall", "server", "energy_asset", "grid", "rent", "network", "operation", "energy"]
CAPITAL_CATEGORIES: tuple[CostCategory, ...] = ("hall", "server", "energy_asset", "grid")


class Reference(Record):
    """A document that figures cite as ``ref:<id>``."""

    id: Identifier
    title: str
    where: str = Field(description="Address, decree number or publication in which the figures were read")
    date: dt.date | None = None
    confidence: Literal["high", "medium", "low"]


class Population(SourcedRecord):
    """Both published head counts; ``basis`` selects the one that per-person targets use."""

    administrative: Positive
    resident: Positive
    basis: Literal["administrative", "resident"]
    adult_share: Fraction
    persons_per_household: Positive

    @property
    def persons(self) -> float:
        """Head count of the selected basis."""
        return self.administrative if self.basis == "administrative" else self.resident


class FundingSource(SourcedRecord):
    """Money of one payer that may pay for the categories it covers, at most ``budget_vnd`` a year (cash, with VAT).

    A year that is not listed has no money. An empty ``budget_vnd`` is a source that has not been entered.
    """

    id: Identifier
    name_vi: str
    name_en: str
    payer: Payer
    covers: tuple[CostCategory, ...]
    budget_vnd: dict[Year, NonNegative]


PolicyKind = Literal[
    "renewable_share_min",
    "hourly_carbon_free_min",
    "carbon_cap_tco2",
    "pue_max",
    "water_max_m3",
    "programme_in_province_mw_min",
]


class PolicyConstraint(SourcedRecord):
    """One requirement of the policy on the plan, by year.

    kind and unit of ``by_year``: renewable_share_min, hourly_carbon_free_min (fraction of the load of sites of the
    scope), carbon_cap_tco2 (t/year, location-based, sites of the scope together), pue_max (annual facility energy / IT
    energy, each site of the scope that has load), water_max_m3 (m3/year, each site of the scope),
    programme_in_province_mw_min (IT MW installed in the province for ``programme`` in the year and in all later ones;
    the other kinds bind in the listed years only). ``slack_price_vnd`` is the price of one unit of violation (one
    percentage point, one tCO2, 0.01 PUE, one m3, one MW) used to rank violations when a plan is infeasible.
    """

    id: Identifier
    kind: PolicyKind
    statement_vi: str
    statement_en: str
    citation: str
    scope: Literal["new", "all"] = "new"
    programme: Identifier | None = None
    by_year: dict[Year, NonNegative]
    slack_price_vnd: Positive

    @model_validator(mode="after")
    def _programme_goes_with_its_kind(self) -> PolicyConstraint:
        if (self.kind == "programme_in_province_mw_min") != (self.programme is not None):
            raise ValueError("'programme' is required for programme_in_province_mw_min and allowed nowhere else")
        if self.kind in ("renewable_share_min", "hourly_carbon_free_min") and any(v > 1 for v in self.by_year.values()):
            raise ValueError("shares must be between 0 and 1")
        if self.kind == "pue_max" and any(v < 1 for v in self.by_year.values()):
            raise ValueError("PUE cannot be below 1")
        return self


class Vat(SourcedRecord):
    """Value-added tax. It is a cost to the payers listed in ``is_cost_to``; others reclaim it.

    ``rate_by_year`` is the general rate; it holds until the next listed year. Prices of services that bear another rate
    say so (``vat_rate`` of clouds.yaml).
    """

    rate_by_year: Annotated[dict[Year, Fraction], Field(min_length=1)]
    is_cost_to: tuple[Payer, ...]

    def rate(self, year: int) -> float:
        """General rate of a year: that of the latest listed year not after it, else of the earliest."""
        since = [listed for listed in self.rate_by_year if listed <= year]
        return self.rate_by_year[max(since) if since else min(self.rate_by_year)]


class Settings(Record):
    """The whole of ``province.yaml``."""

    name_vi: str
    name_en: str
    as_of: dt.date = Field(
        ge=EARLIEST, le=LATEST, description="No order precedes this date; earlier periods are fixed inputs"
    )
    first_year: Year
    last_year: Year
    period: Literal["year"] = "year"
    currency: Literal["VND"] = "VND"
    price_year: Year = Field(description="Money is constant VND of this year")
    usd_vnd: Positive
    discount_rate: Fraction
    carbon_price_vnd_per_tco2: dict[Year, NonNegative] = Field(default_factory=dict)
    vat: Vat
    population: Population
    minimum_wholesale_mw: Positive = Field(description="A hyperscale (wholesale) site has at least this IT load, MW")
    usable_server_fraction: Fraction = Field(description="Share of installed servers in service; the rest are spares")
    references: tuple[Reference, ...]
    funding: tuple[FundingSource, ...]
    policies: tuple[PolicyConstraint, ...]
    resilience: Resilience = Resilience()
    source: Source

    @property
    def years(self) -> tuple[int, ...]:
        """Years of the horizon, in order."""
        return tuple(range(self.first_year, self.last_year + 1))

    def begun(self, year: int) -> bool:
        """Whether a year began before ``as_of``: nothing ordered from then on can serve it."""
        return dt.date(year, 1, 1) < self.as_of

    @model_validator(mode="after")
    def _horizon_is_ordered(self) -> Settings:
        if self.last_year < self.first_year:
            raise ValueError(f"last_year {self.last_year} must not be before first_year {self.first_year}")
        return self
