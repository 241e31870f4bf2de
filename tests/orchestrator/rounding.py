"""What answers of different processes are compared by."""

from __future__ import annotations

import re

DIGITS = 9


def rounded(answer: object) -> str:
    """All that an answer says, its numbers to nine digits: sums may round otherwise in another process."""
    return re.sub(r"-?\d+\.\d+(?:e[-+]?\d+)?", lambda number: f"{float(number[0]):.{DIGITS}g}", repr(answer))
