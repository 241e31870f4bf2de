"""The section ``resilience`` of `province.yaml`: what sites survive, and how high they stand. A missing rule is off."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

from pydantic import Field, model_validator

from capacity.inputs.base import Fraction, NonNegative, Positive, Record, SourcedRecord, Year


class Outage(SourcedRecord):
    """Every site survives its worst stretch of ``hours`` hours alone: no grid, no fuel delivery, some gensets failed.

    ``failed_units`` gensets of each hall do not start. PV gives ``storm_pv_fraction`` of its least energy in any such
    stretch of the year; turbines give nothing, unless ``turbines_run``: then their least. The rule binds from
    ``from_year`` on for new halls; existing ones bring their plant. ``slack_price_vnd`` is the price of one m3 of fuel
    that is missing, used to rank violations; a MW of missing gensets counts as the fuel that it would burn.
    """

    statement_vi: str
    statement_en: str
    citation: str
    from_year: Year
    hours: Annotated[int, Field(ge=1, le=720)]
    storm_pv_fraction: Fraction
    turbines_run: bool = False
    failed_units: Annotated[int, Field(ge=0, le=10)]
    slack_price_vnd: Positive


class Pad(SourcedRecord):
    """New halls and tanks stand on fill that keeps them dry for the design life.

    Height = flood depth + freeboard + subsidence of the design life - the pad that stands already.
    """

    freeboard_m: NonNegative
    design_life_years: NonNegative
    fill_vnd_per_m3: NonNegative = Field(description="Fill, delivered and compacted, before VAT")


class RecoveryTier(Record):
    """What must run again within ``rto_hours_at_most`` hours has ``standby_share`` of its compute ready elsewhere."""

    rto_hours_at_most: Positive
    standby_share: Fraction


class SiteLoss(SourcedRecord):
    """The loss of any one site: what must run again soon stands ready elsewhere, one site being lost at a time.

    The first tier whose hours are not below the RTO of a system or programme gives its share; beyond the last one,
    and without an RTO, backup copies must do. An RPO below ``backup_interval_hours`` asks for a replica of all storage
    too. Elsewhere is another site of the payer that shares no failure domain, or an eligible domestic zone.
    ``slack_price_vnd`` is the price of the whole of one pool's standby missing for a year, used to rank violations.
    """

    statement_vi: str
    statement_en: str
    citation: str
    from_year: Year
    tiers: Annotated[tuple[RecoveryTier, ...], Field(min_length=1)]
    backup_interval_hours: Positive
    slack_price_vnd: Positive

    @model_validator(mode="after")
    def _tiers_rise(self) -> SiteLoss:
        hours = [tier.rto_hours_at_most for tier in self.tiers]
        if any(later <= earlier for earlier, later in pairwise(hours)):
            raise ValueError("tiers must be by rising rto_hours_at_most")
        return self


class Resilience(Record):
    """The rules, each of them optional: what is missing asks for nothing."""

    outage: Outage | None = None
    pad: Pad | None = None
    site_loss: SiteLoss | None = None
