"""Digital signatures: adults and officials who sign, and what one signature costs a processor."""

from __future__ import annotations

from capacity.demand.basis import DAYS_PER_YEAR, KB_PER_TB, MONTHS_PER_YEAR, SECONDS_PER_DAY, Basis, Sizes
from capacity.demand.storage import stored
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
    at_peak = daily / SECONDS_PER_DAY * basis.coefficient("peak_factor", rule.peak_factor)
    busy = at_peak * basis.coefficient("cpu_seconds_per_signature", rule.cpu_seconds_per_signature)
    vcpu = (busy / basis.coefficient("target_utilisation", rule.target_utilisation)).or_at_least(
        basis.coefficient("minimum_vcpu", rule.minimum_vcpu)
    )
    kept = basis.coefficient("kb_per_signature", rule.kb_per_signature) * basis.coefficient(
        "retention_years", rule.retention_years
    )
    return {
        "vcpu": vcpu,
        "billable_vcpu": vcpu,
        "memory_gib": vcpu.called("vcpu") * basis.coefficient("memory_gib_per_vcpu", rule.memory_gib_per_vcpu),
        **stored(basis, daily * DAYS_PER_YEAR * kept / KB_PER_TB, basis.programme.security_level, vcpu),
    }
