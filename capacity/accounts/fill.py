"""The fill under new halls and tanks, and its price."""

from __future__ import annotations

from capacity.inputs.settings import Settings
from capacity.inputs.sites import Site


def fill_height_m(settings: Settings, site: Site) -> float:
    """Metres of fill under new halls and tanks: what is missing of flood depth, freeboard and subsidence."""
    pad = settings.resilience.pad
    if pad is None:
        return 0.0
    dry_m = site.flood_depth_100_year_m + pad.freeboard_m
    return max(dry_m + pad.design_life_years * site.subsidence_mm_per_year / 1000 - site.existing_pad_m, 0.0)


def fill_vnd(settings: Settings, site: Site, land_m2: float) -> float:
    """Price of the fill under some land, before VAT."""
    pad = settings.resilience.pad
    return land_m2 * fill_height_m(settings, site) * pad.fill_vnd_per_m3 if pad is not None else 0.0
