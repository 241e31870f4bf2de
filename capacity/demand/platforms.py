"""Shared platforms: sized by their requests, or by a table."""

from __future__ import annotations

from capacity.demand.basis import DAYS_PER_YEAR, Basis, Sizes
from capacity.demand.figures import ONE
from capacity.demand.serving import serving
from capacity.demand.storage import stored
from capacity.inputs.services import FixedPlatform, Transactions


def transactions(rule: Transactions, basis: Basis) -> Sizes:
    """A request-driven platform; servers by the queue rule: peak requests a second × CPU seconds ÷ target utilisation.

    Requests a year = base × merger factor × (1 + growth)^(years since the base year, none before it); the merger factor
    holds in every year of the horizon. usable TB = requests of the year × kB × years kept: with growth that states the
    stored requests of earlier years from above.
    """
    years = max(0, basis.year - rule.base_year)
    requests = (
        basis.coefficient("base_requests_per_year", rule.base_requests_per_year)
        * basis.coefficient("merger_factor", rule.merger_factor)
        * (ONE + basis.coefficient("growth_per_year", rule.growth_per_year)).to_the(years)
    )
    return serving(
        rule,
        basis,
        daily=requests / DAYS_PER_YEAR,
        yearly=requests,
        cpu_seconds=basis.coefficient("cpu_seconds_per_request", rule.cpu_seconds_per_request),
        kilobytes=basis.coefficient("kb_per_request", rule.kb_per_request),
    )


def fixed_platform(rule: FixedPlatform, basis: Basis) -> Sizes:
    """A platform whose vCPU, memory and usable storage are stated by year."""
    vcpu = basis.coefficient_by_year("vcpu", rule.vcpu)
    usable = basis.coefficient_by_year("storage_tb", rule.storage_tb)
    return {
        "vcpu": vcpu,
        "billable_vcpu": vcpu,
        "memory_gib": basis.coefficient_by_year("memory_gib", rule.memory_gib),
        **stored(basis, usable, basis.programme.security_level, vcpu),
    }
