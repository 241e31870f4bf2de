"""Connected things: messages a second at the peak decide the processors, messages kept decide the storage."""

from __future__ import annotations

from capacity.demand.basis import KB_PER_TB, SECONDS_PER_DAY, Basis, Sizes
from capacity.demand.storage import stored
from capacity.inputs.services import ConnectedThings


def connected_things(rule: ConnectedThings, basis: Basis) -> Sizes:
    """The IoT platform of the province; other connections load platforms of enterprises and of the State's centre.

    vCPU = persons × connections × share × messages a day ÷ 86,400 × peak ÷ messages a second and vCPU ÷ utilisation;
    usable TB = messages a day × kB × days kept.
    """
    messages = (
        basis.population("persons")
        * basis.coefficient_by_year("connections_per_person", rule.connections_per_person)
        * basis.coefficient("platform_fraction", rule.platform_fraction)
        * basis.coefficient("messages_per_day", rule.messages_per_day)
    )
    at_peak = messages / SECONDS_PER_DAY * basis.coefficient("peak_factor", rule.peak_factor)
    per_vcpu = basis.coefficient("messages_per_second_per_vcpu", rule.messages_per_second_per_vcpu)
    vcpu = at_peak / per_vcpu / basis.coefficient("target_utilisation", rule.target_utilisation)
    kept = basis.coefficient("message_kb", rule.message_kb) * basis.coefficient("retention_days", rule.retention_days)
    return {
        "vcpu": vcpu,
        "billable_vcpu": vcpu,
        "memory_gib": vcpu.called("vcpu") * basis.coefficient("memory_gib_per_vcpu", rule.memory_gib_per_vcpu),
        **stored(basis, messages * kept / KB_PER_TB, basis.programme.security_level, vcpu),
    }
