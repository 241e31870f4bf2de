"""PolicyFacts with overrides: two systems, an agency and three zones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.cluster.client import Object

NEVER = ""


def rfc3339(moment: datetime) -> str:
    """In UTC and whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def hours_ago(hours: float) -> str:
    """Of the clock that the API server has too: both run on one machine."""
    return rfc3339(datetime.now(UTC) - timedelta(hours=hours))


def make_system(**fields: object) -> Object:
    """A system of level 3, in the twenty fields of the definition."""
    return {
        "agency": "dst",
        "level": 3,
        "data_classes": ["personal", "shared"],
        "strategy": "replatform",
        "hosting": "province",
        "zone": "vn-1",
        "separation": "logical",
        "created_on": "2019-05-20T00:00:00Z",
        "level_approved_on": "2024-02-01T00:00:00Z",
        "level_valid_until": "2027-02-01T00:00:00Z",
        "move_by": "2028-12-31T00:00:00Z",
        "log_retention_days": 365,
        "backup_copies": 3,
        "backup_media": 2,
        "backup_offsite": True,
        "ipv6": True,
        "online_service": False,
        "data_subjects": 120_000,
        "shared_infrastructure": False,
        "domestic_provider": True,
        **fields,
    }


def make_agency(**fields: object) -> Object:
    """The department of science and technology."""
    name = "Sở Khoa học và Công nghệ"
    return {"name": name, "kind": "department", "valid_from": "2025-03-01T00:00:00Z", "valid_to": NEVER, **fields}


def make_zone(**fields: object) -> Object:
    """A zone in Viet Nam."""
    return {"country": "VN", "provider": "example", "domestic": True, "attested_level": 4, **fields}


UNKNOWN = {
    "system": make_system(agency="", level=0, data_classes=[], strategy="", hosting="", zone="", separation=""),
    "agency": make_agency(name="", kind="", valid_from=NEVER),
    "zone": make_zone(country="", provider="", domestic=False, attested_level=0),
}


def make_facts(name: str, **spec: object) -> Object:
    """An hour old: ``cong`` of level 4 is online, ``luu-tru`` is of level 3, zone ``bkk-1`` lies in Thailand."""
    return {
        "apiVersion": "policy.camau.vn/v1",
        "kind": "PolicyFacts",
        "metadata": {"name": name},
        "spec": {
            "as_of": hours_ago(1),
            "systems": {"cong": make_system(level=4, online_service=True), "luu-tru": make_system()},
            "agencies": {"dst": make_agency()},
            "zones": {"vn-1": make_zone(), "vn-2": make_zone(), "bkk-1": make_zone(country="TH", domestic=False)},
            "unknown": UNKNOWN,
            "waivers": {},
            **spec,
        },
    }
