"""What every input record shares: frozen, no unknown keys, finite numbers, and a source for its figures."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

SOURCE_PATTERN = re.compile(
    r"^(?:ref:(?P<ref>[a-z0-9][a-z0-9-]*)(?:[:,] .+)?|(?P<kind>assumption|derived): .+)$", re.DOTALL
)


def _check_source_text(text: str) -> str:
    if not SOURCE_PATTERN.match(text):
        raise ValueError(
            "must be 'ref:<reference id>', 'ref:<reference id>: note', 'derived: how' or 'assumption: why'"
        )
    return text


SourceText = Annotated[str, AfterValidator(_check_source_text)]
"""``ref:<id of an entry of province.yaml references>[: note]``, ``derived: how`` or ``assumption: why``."""

Source = SourceText | dict[str, SourceText]
"""One text for all the figures of a record, or one text per field with ``default`` for the rest."""

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=64)]
LARGEST = 1e15
"""Of any figure of the folder, a million billion (VND, say). Larger ones are slips, and their products overflow."""
NonNegative = Annotated[float, Field(ge=0, le=LARGEST)]
Positive = Annotated[float, Field(gt=0, le=LARGEST)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Year = Annotated[int, Field(ge=2000, le=2100)]
Months = Annotated[float, Field(ge=0, le=600)]
Lifetime = Annotated[float, Field(gt=0, le=200)]
"""Years."""


class Record(BaseModel):
    """A frozen record that forbids unknown keys and numbers that are not finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)


class SourcedRecord(Record):
    """A record whose figures carry their source."""

    source: Source


class DatedRecord(SourcedRecord):
    """A record that is in force from ``valid_from`` until the day before ``valid_to`` (open when missing)."""

    valid_from: dt.date
    valid_to: dt.date | None = None

    def in_force(self, day: dt.date) -> bool:
        """Whether the record applies on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def periods_overlap(a: DatedRecord, b: DatedRecord) -> bool:
    """Whether two dated records apply on a common day."""
    return (b.valid_to is None or a.valid_from < b.valid_to) and (a.valid_to is None or b.valid_from < a.valid_to)
