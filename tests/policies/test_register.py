from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from policies import Agency, System

AGENCY = {
    "id": "so-khcn",
    "name_vi": "Sở Khoa học và Công nghệ",
    "name_en": "Department of Science and Technology",
    "kind": "department",
    "valid_from": "2025-03-01",
    "source": "ref:merger-2025",
}
SYSTEM = {
    "id": "dvc",
    "name_vi": "Hệ thống dịch vụ công",
    "name_en": "Public services",
    "owner": "so-khcn",
    "security_level": "3",
    "data_classes": "public;personal",
    "hosting": "room",
    "strategy": "rehost",
    "vcpu": "16",
    "memory_gib": "64",
    "storage_tb": "2",
    "load_class": "office",
    "source": "assumption: like other provinces",
}


@pytest.mark.parametrize("record", [(Agency, AGENCY), (System, SYSTEM)], ids=["agency", "system"])
@pytest.mark.parametrize(
    "source", ["ref:merger-2025", "ref:merger-2025: page 3", "derived: sum", "assumption: two\nlines"]
)
def test_a_source_has_one_of_three_forms(record: tuple[type[Agency | System], dict[str, Any]], source: str) -> None:
    model, row = record
    assert model.model_validate_strings({**row, "source": source}).source == source


@pytest.mark.parametrize("record", [(Agency, AGENCY), (System, SYSTEM)], ids=["agency", "system"])
@pytest.mark.parametrize("source", ["", "the law", "ref:", "ref:Two Words", "assumption:", "assumption"])
def test_another_source_is_refused(record: tuple[type[Agency | System], dict[str, Any]], source: str) -> None:
    model, row = record
    with pytest.raises(ValidationError, match="must be 'ref:"):
        model.model_validate_strings({**row, "source": source})


@pytest.mark.parametrize("last", ["2025-03-01", "2025-02-28"])
def test_an_agency_ends_after_it_begins(last: str) -> None:
    with pytest.raises(ValidationError, match=f"valid_to {last} must be after valid_from 2025-03-01"):
        Agency.model_validate_strings({**AGENCY, "valid_to": last})


def test_a_successor_takes_over_on_a_day() -> None:
    with pytest.raises(ValidationError, match="a successor needs valid_to"):
        Agency.model_validate_strings({**AGENCY, "successor": "so-noi-vu"})


def test_rows_are_frozen() -> None:
    system = System.model_validate_strings(SYSTEM)
    with pytest.raises(ValidationError, match="frozen"):
        system.vcpu = 32.0
