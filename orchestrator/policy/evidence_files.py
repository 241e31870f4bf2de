"""Evidence as it is kept: files of JSON lines in the folder ``evidence`` of a province, written once by collectors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from orchestrator.policy.places import places_of
from orchestrator.province import InvalidProvinceError, Problem, Province, Text
from orchestrator.province.nodes import Source
from orchestrator.province.plain_text import decoded
from orchestrator.province.problems import first_of, sorted_problems
from orchestrator.province.raw_files import read_bytes
from orchestrator.province.validation import validate_file
from orchestrator.province.words import one_of, shown
from policies import Evidence

FOLDER = "evidence"
ENDING = ".jsonl"
MOST_BYTES = 64 * 1024 * 1024
_OBJECT = Text("an object of JSON on each line", "mỗi dòng là một đối tượng JSON")


class _Lines(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    evidence: tuple[Evidence, ...]


def read_evidence(folder: Path, province: Province) -> tuple[Evidence, ...]:
    """All evidence of a province, by file and line. Raises InvalidProvinceError with all that is wrong with it."""
    found: list[Evidence] = []
    problems: list[Problem] = []
    for path in sorted((folder / FOLDER).glob(f"*{ENDING}")):
        name = f"{FOLDER}/{path.name}"
        content = read_bytes(folder, name, MOST_BYTES)
        if isinstance(content, Problem):
            problems.append(content)
            continue
        text = decoded(content, name)
        if not isinstance(text, str):
            problems += text
            continue
        source, refused = _parsed(text, name)
        records, more = validate_file(_Lines, source)
        problems += first_of([*refused, *more])
        if records is not None:
            problems += first_of(_strangers(records.evidence, source, province))
            found += records.evidence
    if problems:
        raise InvalidProvinceError(str(folder), sorted_problems(problems))
    return tuple(found)


def _parsed(text: str, name: str) -> tuple[Source, list[Problem]]:
    data: list[Any] = []
    lines: dict[tuple[str | int, ...], int] = {}
    problems = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            value = None
        if not isinstance(value, dict):
            problems.append(Problem(name, number, "line", shown(line[:80]), _OBJECT))
            continue
        lines["evidence", len(data)] = number
        data.append(value)
    return Source(name, {"evidence": data}, lines), problems


def _strangers(evidence: tuple[Evidence, ...], source: Source, province: Province) -> list[Problem]:
    """Evidence of systems that are not in the register, or at places that are nowhere in the folder."""
    systems, places = [system.id for system in province.systems], list(places_of(province))
    known_systems, known_places = frozenset(systems), frozenset(places)
    found = []
    for number, each in enumerate(evidence):
        if each.system not in known_systems:
            found.append(
                source.problem(("evidence", number, "system"), shown(each.system), one_of(systems, each.system))
            )
        if each.place is not None and each.place not in known_places:
            found.append(source.problem(("evidence", number, "place"), shown(each.place), one_of(places, each.place)))
    return found
