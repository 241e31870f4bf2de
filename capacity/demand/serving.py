"""The queue rule: what a service needs that answers single calls, each of them some processor seconds and kilobytes."""

from __future__ import annotations

from capacity.demand.basis import KB_PER_TB, SECONDS_PER_DAY, Basis, Sizes
from capacity.demand.figures import Figure
from capacity.demand.storage import stored
from capacity.inputs.services import Signatures, Transactions


def serving(
    rule: Transactions | Signatures,
    basis: Basis,
    *,
    daily: Figure,
    yearly: Figure,
    cpu_seconds: Figure,
    kilobytes: Figure,
) -> Sizes:
    """vCPU = calls of a mean day ÷ 86 400 × peak factor × CPU seconds of a call ÷ target utilisation, and its least.

    Memory is by vCPU; usable TB = calls of the year × kB of a call × years kept.
    """
    at_peak = daily / SECONDS_PER_DAY * basis.coefficient("peak_factor", rule.peak_factor)
    vcpu = (at_peak * cpu_seconds / basis.coefficient("target_utilisation", rule.target_utilisation)).or_at_least(
        basis.coefficient("minimum_vcpu", rule.minimum_vcpu)
    )
    kept = kilobytes * basis.coefficient("retention_years", rule.retention_years)
    return {
        "vcpu": vcpu,
        "billable_vcpu": vcpu,
        "memory_gib": vcpu.called("vcpu") * basis.coefficient("memory_gib_per_vcpu", rule.memory_gib_per_vcpu),
        **stored(basis, yearly * kept / KB_PER_TB, basis.programme.security_level, vcpu),
    }
