"""Load classes, pools and demand."""

from __future__ import annotations

from typing import Any

from capacity.demand.needs import Demand, Need, Pool
from capacity.inputs import ServicesFile
from capacity.inputs.services import LoadClass, Programme
from tests.factories.constants import FLAT_DAY, OFFICE_DAY, SOURCE, YEARS


def make_load_class(class_id: str = "office", **overrides: Any) -> LoadClass:
    """Busy from 7 to 18 on work days, calm at the weekend."""
    values = {"id": class_id, "weekday": OFFICE_DAY, "weekend": (0.3,) * 24, "interactive": True, "source": SOURCE}
    return LoadClass.model_validate({**values, **overrides})


def make_services(**overrides: Any) -> ServicesFile:
    """Three load classes (interactive, deferrable, constant) and no programme: demand is made by ``make_demand``."""
    batch = {"weekday": (0.6,) * 12 + (0.8,) * 12, "weekend": (0.5,) * 24, "interactive": False}
    values = {
        "load_classes": (
            make_load_class(),
            make_load_class("batch", **batch, deferrable_fraction=0.5, deferrable_hours=6),
            make_load_class("flat", weekday=FLAT_DAY, weekend=FLAT_DAY),
        ),
        "storage": {
            "replication_or_coding": 1.5,
            "snapshot_fraction": 0.2,
            "fill_limit": 0.8,
            "backup_copies_by_level": dict.fromkeys(range(1, 6), 1.0),
            "log_months_by_level": dict.fromkeys(range(1, 6), 12.0),
            "log_gb_per_vcpu_month": 1.0,
            "growth_per_year": 0.3,
            "source": SOURCE,
        },
        "programmes": (),
    }
    return ServicesFile.model_validate({**values, **overrides})


def make_broadband(**overrides: Any) -> Programme:
    """Fibre and 5G of the province: about 1,000 Gbit/s in the busy hour of 2027, half of it served by caches."""
    sizing = {
        "rule": "broadband",
        "fibre_household_fraction": {2027: 0.5},
        "mobile_5g_population_fraction": {2027: 0.5},
        "busy_hour_mbps_per_household": 2.0,
        "busy_hour_mbps_per_mobile_user": 0.2,
        "served_locally_fraction": 0.5,
        "gbps_per_vcpu": 1.0,
        "memory_gib_per_vcpu": 4.0,
        "cache_tb_per_gbps": 0.5,
    }
    values = {
        "id": "caches",
        "name_vi": "Bộ đệm",
        "name_en": "Caches",
        "owner": "operators",
        "payer": "enterprise",
        "target": "II.2",
        "first_year": 2025,
        "security_level": 2,
        "load_class": "office",
        "sizing": sizing,
        "source": SOURCE,
    }
    return Programme.model_validate({**values, **overrides})


def make_pool(pool_id: str = "office", **overrides: Any) -> Pool:
    """A CPU pool of the enterprise: 2,000 vCPU in every year."""
    amounts = {"vcpu": 2000.0, "memory_gib": 8000.0, "storage_tb": 1500.0, "billable_storage_tb": 900.0}
    values: dict[str, Any] = {
        "id": pool_id,
        "kind": "cpu",
        "payer": "enterprise",
        "load_class": "office",
        "security_level": 2,
        "programmes": ("cloud",),
        "amounts": {resource: (amount,) * len(YEARS) for resource, amount in amounts.items()},
    }
    values |= overrides
    values["amounts"] = dict(values["amounts"])
    if "vcpu" in values["amounts"]:
        values["amounts"].setdefault("billable_vcpu", values["amounts"]["vcpu"])
    return Pool(**values)


def make_gpu_pool(**overrides: Any) -> Pool:
    """64 H100-equivalents of deferrable AI work."""
    amounts = {"gpu_equivalent": 64.0, "gpu_hours": 300_000.0, "storage_tb": 400.0, "billable_storage_tb": 300.0}
    values: dict[str, Any] = {
        "kind": "gpu",
        "load_class": "batch",
        "programmes": ("ai-dc",),
        "amounts": {resource: (amount,) * len(YEARS) for resource, amount in amounts.items()},
    }
    return make_pool("ai", **{**values, **overrides})


def make_wholesale_pool(**overrides: Any) -> Pool:
    """Tenants of 12 MW from the second year."""
    values: dict[str, Any] = {
        "kind": "wholesale",
        "load_class": "flat",
        "programmes": ("hyperscale",),
        "amounts": {"wholesale_mw": (0.0, 12.0, 12.0)},
    }
    return make_pool("tenants", **{**values, **overrides})


def make_state_pool(**overrides: Any) -> Pool:
    """Systems of the state that the existing room can hold."""
    amounts = {"vcpu": 200.0, "memory_gib": 800.0, "storage_tb": 100.0, "billable_storage_tb": 60.0}
    values: dict[str, Any] = {
        "payer": "state",
        "security_level": 3,
        "programmes": ("systems",),
        "amounts": {resource: (amount,) * len(YEARS) for resource, amount in amounts.items()},
    }
    return make_pool("systems", **{**values, **overrides})


def make_demand(*pools: Pool, years: tuple[int, ...] = YEARS) -> Demand:
    """Demand of these pools, or of one of each kind; every amount is one need of the pool's first programme."""
    chosen = pools or (make_pool(), make_gpu_pool(), make_wholesale_pool(), make_state_pool())
    needs = tuple(
        Need(pool.programmes[0], None, year, resource, amount, f"{amount:g}", SOURCE, pool.id)
        for pool in chosen
        for resource, amounts in pool.amounts.items()
        for year, amount in zip(years, amounts, strict=True)
    )
    return Demand(years, needs, chosen)
