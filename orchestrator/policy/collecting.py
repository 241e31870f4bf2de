"""What collectors saw becomes evidence of a province: a new file of its folder, never a change of an old one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrator.document import write_atomically
from orchestrator.policy.evidence_files import ENDING, FOLDER
from orchestrator.policy.standing import Register
from policies import Evidence
from policies.evidence import Collector

if TYPE_CHECKING:
    from iac.observe import Observation


@dataclass(frozen=True)
class Collected:
    """The evidence, and what was seen of systems that are not in the register or at places that the folder lacks."""

    evidence: tuple[Evidence, ...]
    strangers: tuple[Observation, ...]


def to_evidence(register: Register, observations: Iterable[Observation], collector: Collector) -> Collected:
    """Observations of the register's systems at its places as evidence."""
    found, strangers = [], []
    for each in observations:
        if register.system(each.system) is None or each.place not in register.places:
            strangers.append(each)
            continue
        found.append(
            Evidence(
                system=each.system,
                kind="running",
                place=each.place,
                collector=collector,
                observed_at=each.at,
                digest=each.digest,
                source=each.source,
                note=each.note,
            )
        )
    return Collected(tuple(found), tuple(strangers))


def write_evidence(folder: Path, evidence: Iterable[Evidence], collector: Collector, at: dt.datetime) -> Path:
    """Writes a file of evidence, named by collector and time. Raises FileExistsError rather than replace one."""
    name = f"{collector}-{at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}{ENDING}"
    target = folder / FOLDER / name
    if target.exists():
        raise FileExistsError(17, "evidence is never replaced", str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(target, "".join(f"{each.model_dump_json(exclude_defaults=True)}\n" for each in evidence))
    return target
