"""Digital signatures: adults and officials who sign, and what one signature costs a processor."""

from __future__ import annotations

from capacity.demand.basis import DAYS_PER_YEAR, MONTHS_PER_YEAR, Basis, Sizes
from capacity.demand.serving import serving
from capacity.inputs.services import Signatures


def signatures(rule: Signatures, basis: Basis) -> Sizes:
    """The signing service: processors for the peak of a working day, storage for the signatures of the years kept.

    Signatures a day = adults × adoption × signatures a month × 12 ÷ 365 + officials × signatures a day. Every day of
    the year counts as a working day, which states the stored signatures of officials from above.
    """
    citizens = (
        basis.population("persons")
        * basis.population("adult_share")
        * basis.coefficient_by_year("adult_adoption", dict(rule.adult_adoption))
        * basis.coefficient("signatures_per_adult_month", rule.signatures_per_adult_month)
        * MONTHS_PER_YEAR
        / DAYS_PER_YEAR
    )
    officials = basis.coefficient("officials", rule.officials) * basis.coefficient(
        "signatures_per_official_day", rule.signatures_per_official_day
    )
    daily = (citizens + officials).called("signatures_per_day")
    return serving(
        rule,
        basis,
        daily=daily,
        yearly=daily * DAYS_PER_YEAR,
        cpu_seconds=basis.coefficient("cpu_seconds_per_signature", rule.cpu_seconds_per_signature),
        kilobytes=basis.coefficient("kb_per_signature", rule.kb_per_signature),
    )
