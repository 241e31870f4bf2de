"""AI work: how many H100-equivalents must be installed for the GPU-hours of a year, and the data beside them.

Work that may wait fills the hours: installed = GPU-hours ÷ (hours of the year × utilisation of the year). Interactive
work cannot, and must be served in its busiest hour: installed ≥ GPU-hours ÷ hours ÷ mean(shape) × max(shape). The
utilisation of a fleet of interactive work holds the room for that hour already, so the larger of the two is taken,
never the product.
"""

from __future__ import annotations

from capacity.demand.basis import Basis, Sizes, source_of
from capacity.demand.figures import Figure, constant, given
from capacity.demand.storage import stored
from capacity.hourly import hours_of_year, utilisation
from capacity.inputs.services import GpuHours


def gpu_hours(rule: GpuHours, basis: Basis) -> Sizes:
    """Installed H100-equivalents when owned, GPU-hours when rented, and storage by installed H100-equivalent."""
    work = basis.coefficient_by_year("gpu_hours", rule.gpu_hours)
    hours = constant("hours_of_year", hours_of_year(basis.year))
    installed = work / (hours * basis.coefficient_by_year("utilisation", dict(rule.utilisation)))
    load_class = basis.inputs.load_class(basis.programme.load_class)
    if load_class.interactive:
        shape = utilisation(load_class, basis.year)

        def of_shape(name: str, value: float) -> Figure:
            return given(name, value, source_of(load_class, "weekday"))

        peak = work / hours / of_shape("shape_mean", float(shape.mean())) * of_shape("shape_max", float(shape.max()))
        installed = installed.or_at_least(peak)
    usable = installed.called("gpu_equivalent") * basis.coefficient("storage_tb_per_gpu", rule.storage_tb_per_gpu)
    return {
        "gpu_equivalent": installed,
        "gpu_hours": work,
        **stored(basis, usable, basis.programme.security_level, None),
    }
