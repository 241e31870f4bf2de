"""One thing that was seen."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Observation:
    """A system that runs at a place, seen ``at`` a time (with its zone); ``digest`` is that of what was answered."""

    system: str
    place: str
    at: dt.datetime
    digest: str
    source: str
    note: str


def digest_of(answer: Any) -> str:
    """``sha256:`` and the hash of an answer as canonical JSON: keys in order, no spaces, UTF-8."""
    text = json.dumps(answer, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
