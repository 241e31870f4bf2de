"""What the factories share."""

from __future__ import annotations

SOURCE = "assumption: round figure of a test"
YEARS = (2026, 2027, 2028)
FLAT_DAY = (1.0,) * 24
OFFICE_DAY = (0.3,) * 7 + (0.9,) * 11 + (0.5,) * 6
