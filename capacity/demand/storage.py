"""From usable data to the disks that hold it, and to the storage that a cloud bills.

raw TB = usable × replication_or_coding × (1 + snapshot_fraction) ÷ fill_limit + usable × backup copies of the level +
logs; billable TB = usable × (1 + backup copies) + logs; logs = vCPU × GB per vCPU and month × months of the level (vCPU
before overcommit). Backup copies count usable data: compression is assumed to make up for the coding of the backup
store. ``growth_per_year`` of the storage rule is for the register's systems alone: elsewhere the driver, or the table
by year, carries the growth already.
"""

from __future__ import annotations

from capacity.demand.basis import GB_PER_TB, Basis, Sizes, source_of
from capacity.demand.figures import ONE, Figure, given


def stored(basis: Basis, usable_tb: Figure, security_level: int, vcpu: Figure | None) -> Sizes:
    """Raw and billable storage of usable data at a security level, TB, with the logs of ``vcpu``."""
    usable = usable_tb.called("usable_tb")
    copies = _by_level(basis, "backup_copies_by_level", security_level)
    coded = usable * basis.storage("replication_or_coding") * (ONE + basis.storage("snapshot_fraction"))
    raw = coded / basis.storage("fill_limit") + usable * copies
    billable = usable * (ONE + copies)
    if vcpu is not None:
        logs = _logs_tb(basis, security_level, vcpu)
        raw, billable = raw + logs, billable + logs
    return {"storage_tb": raw, "billable_storage_tb": billable}


def cached(basis: Basis, usable_tb: Figure, security_level: int, vcpu: Figure) -> Sizes:
    """Storage of caches, TB: what they hold is a copy already, so that it is neither coded nor backed up."""
    usable, logs = usable_tb.called("usable_tb"), _logs_tb(basis, security_level, vcpu)
    return {"storage_tb": usable / basis.storage("fill_limit") + logs, "billable_storage_tb": usable + logs}


def _logs_tb(basis: Basis, security_level: int, vcpu: Figure) -> Figure:
    months = _by_level(basis, "log_months_by_level", security_level)
    return vcpu.called("vcpu") * basis.storage("log_gb_per_vcpu_month") * months / GB_PER_TB


def _by_level(basis: Basis, field: str, security_level: int) -> Figure:
    rule = basis.inputs.services.storage
    amounts: dict[int, float] = getattr(rule, field)
    return given(field.replace("_by_level", ""), amounts[security_level], source_of(rule, field))
