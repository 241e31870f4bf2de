"""Fibre and 5G: the traffic of the busy hour, and the part of it that caches and probes in the province serve."""

from __future__ import annotations

from capacity.demand.basis import MBPS_PER_GBPS, Basis, Sizes
from capacity.demand.figures import Figure
from capacity.demand.storage import cached
from capacity.inputs.services import Broadband


def broadband(rule: Broadband, basis: Basis) -> Sizes:
    """Caches and probes for (fibre households × Mbps + 5G users × Mbps) of the busy hour × the share served locally."""
    served = basis.coefficient("served_locally_fraction", rule.served_locally_fraction)
    traffic = (busy_hour_gbps(rule, basis) * served).called("served_gbps")
    vcpu = traffic / basis.coefficient("gbps_per_vcpu", rule.gbps_per_vcpu)
    cache = traffic * basis.coefficient("cache_tb_per_gbps", rule.cache_tb_per_gbps)
    return {
        "vcpu": vcpu,
        "billable_vcpu": vcpu,
        "memory_gib": vcpu.called("vcpu") * basis.coefficient("memory_gib_per_vcpu", rule.memory_gib_per_vcpu),
        **cached(basis, cache, basis.programme.security_level, vcpu),
    }


def busy_hour_gbps(rule: Broadband, basis: Basis) -> Figure:
    """Traffic of the busy hour of all fibre households and 5G users of the province, Gbit/s."""
    persons = basis.population("persons")
    fibre = (
        persons
        / basis.population("persons_per_household")
        * basis.coefficient_by_year("fibre_household_fraction", dict(rule.fibre_household_fraction))
        * basis.coefficient("busy_hour_mbps_per_household", rule.busy_hour_mbps_per_household)
    )
    mobile = (
        persons
        * basis.coefficient_by_year("mobile_5g_population_fraction", dict(rule.mobile_5g_population_fraction))
        * basis.coefficient("busy_hour_mbps_per_mobile_user", rule.busy_hour_mbps_per_mobile_user)
    )
    return (fibre + mobile) / MBPS_PER_GBPS
