"""What raising the ground costs: new halls and tanks stand above the flood until the end of their design life."""

from __future__ import annotations

from capacity.inputs.settings import Settings
from capacity.inputs.sites import Site


def pad_height_m(settings: Settings, site: Site) -> float:
    """Fill needed above the ground as it is: flood depth + freeboard + subsidence of the design life - what stands."""
    rule = settings.resilience.pad
    if rule is None:
        return 0.0
    sinking_m = site.subsidence_mm_per_year * rule.design_life_years / 1000
    return max(0.0, site.flood_depth_100_year_m + rule.freeboard_m + sinking_m - site.existing_pad_m)


def pad_vnd(settings: Settings, site: Site, land_m2: float) -> float:
    """Fill under a piece of land, VND before VAT."""
    rule = settings.resilience.pad
    return 0.0 if rule is None else land_m2 * pad_height_m(settings, site) * rule.fill_vnd_per_m3
