"""Zones and their price book."""

from __future__ import annotations

import datetime as dt
from typing import Any

from capacity.inputs import CloudsFile
from capacity.inputs.clouds import Contract, Price, Provider, Zone
from tests.factories.constants import SOURCE


def make_price(resource: str, price_vnd: float, **overrides: Any) -> Price:
    """A price before VAT, of the whole market when it names no zones."""
    values = {
        "id": f"market-{resource.replace('_', '-')}",
        "resource": resource,
        "price_vnd": price_vnd,
        "includes_vat": False,
        "published": False,
        "valid_from": dt.date(2025, 1, 1),
        "source": SOURCE,
    }
    return Price.model_validate({**values, **overrides})


def make_contract(programme: str, **overrides: Any) -> Contract:
    """Half of what a programme needs, rented at planning prices until the end of 2027."""
    values = {
        "id": f"contract-{programme}",
        "programme": programme,
        "fraction": 0.5,
        "valid_from": dt.date(2025, 7, 1),
        "valid_to": dt.date(2028, 1, 1),
        "source": SOURCE,
    }
    return Contract.model_validate({**values, **overrides})


def make_zone(zone_id: str = "hcm-1", **overrides: Any) -> Zone:
    """A zone in Viet Nam that is attested for level 3."""
    values = {
        "id": zone_id,
        "name": zone_id.upper(),
        "region": "hcm",
        "country": "VN",
        "attested_level": 3,
        "source": SOURCE,
    }
    return Zone.model_validate({**values, **overrides})


def make_clouds(**overrides: Any) -> CloudsFile:
    """A zone with published prices (VAT in), one without any, one that stands abroad, and a foreign provider."""
    abroad = make_zone("sgp-1", country="SG", attested_level=5)
    gpu = {"gpu_model": "H100", "gpu_equivalent": 1.0}
    published = {"zones": ("hcm-1", "sgp-1", "us-1"), "includes_vat": True, "published": True}
    values = {
        "providers": (
            Provider(id="mekong", name="Mekong", domestic=True, zones=(make_zone(), make_zone("han-1"), abroad)),
            Provider(id="global", name="Global", domestic=False, zones=(make_zone("us-1"),)),
        ),
        "prices": (
            make_price("vcpu_month", 100_000.0),
            make_price("memory_gib_month", 50_000.0),
            make_price("storage_tb_month", 900_000.0),
            make_price("gpu_hour", 70_000.0, **gpu),
            make_price("vcpu_month", 95_000.0, id="hcm-vcpu", **published),
            make_price("gpu_hour", 66_000.0, id="hcm-h100", **published, **gpu),
        ),
    }
    return CloudsFile.model_validate({**values, **overrides})
