"""Which kind of file it is, and its samples."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from capacity.weather.foreign import reason_of
from capacity.weather.samples import Samples
from capacity.weather.sources.epw import read_epw
from capacity.weather.sources.file_problems import one_problem
from capacity.weather.sources.power_files import HEADER_BEGINS, read_power_csv, read_power_json
from capacity.weather.sources.pvgis import read_pvgis
from capacity.weather.sources.service import one_line, refusal_said
from capacity.weather.sources.table import TableOptions, read_table
from capacity.weather.words import same, words

FileFormat = Literal["epw", "pvgis", "nasa-power", "table"]
FORMATS: tuple[FileFormat, ...] = ("epw", "pvgis", "nasa-power", "table")
LARGEST_IMPORT_BYTES = 64 * 1024 * 1024
"""A year of minutes has about 40 MB."""


@dataclass(frozen=True)
class FileOptions:
    """What is known of a file: its format (None: recognised), the options of a table, and what its values stand on."""

    format: FileFormat | None = None
    table: TableOptions = field(default_factory=TableOptions)
    source: str | None = None
    licence: str | None = None
    standing: Literal["measured", "reanalysis"] | None = None


def read_source(path: Path, options: FileOptions) -> Samples:
    """The samples of a file. Raises SourceError with everything that is wrong with it; no content raises otherwise."""
    try:
        size = path.stat().st_size
        if size > LARGEST_IMPORT_BYTES:
            raise one_problem("file", words("csv.bytes", size=size), words("source.size", most=LARGEST_IMPORT_BYTES))
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        raise one_problem("file", same(path.name), words("csv.readable", reason=reason_of(error))) from error
    text = _decoded(content)
    kind = options.format or _recognised(path, text)
    about = {"file": one_line(path.name), "file_sha256": hashlib.sha256(content).hexdigest()}
    given = {"source": options.source, "licence": options.licence, "standing": options.standing}
    about |= {key: one_line(value) for key, value in given.items() if value}
    _check_for_refusal(text)
    if kind == "epw":
        found = read_epw(text, {"source": f"EPW file {about['file']}"} | about)
    elif kind == "pvgis":
        found = read_pvgis(text, about)
    elif kind == "nasa-power":
        found = read_power_json(text, about) if text.lstrip().startswith("{") else read_power_csv(text, about)
    else:
        found = read_table(text, options.table, about)
        if "source" not in found.provenance:
            raise one_problem("source", words("csv.missing"), words("source.lead_or_option", key="source"))
    return found


def _decoded(content: bytes) -> str:
    """UTF-8, or Latin-1, in which older EPW files name their places: figures read the same in both."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:4096]:
        raise one_problem("encoding", same(content[:4].hex(" ")), words("csv.utf8"), line=1)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _check_for_refusal(text: str) -> None:
    """Raises SourceError with the service's own words when a saved answer has them in the place of weather."""
    if not text.lstrip().startswith("{"):
        return
    try:
        said = refusal_said(json.loads(text))
    except (ValueError, RecursionError):
        return  # the readers say what is wrong with it
    if said is not None:
        raise one_problem("file", words("source.refusal"), words("source.answer", said=said))


def _recognised(path: Path, text: str) -> FileFormat:
    head = text[:4096].lstrip()
    if head.upper().startswith("LOCATION,") or path.suffix.lower() == ".epw":
        return "epw"
    if head.startswith(HEADER_BEGINS) or ('"header"' in head and head.startswith("{")) or "ALLSKY_SFC" in head:
        return "nasa-power"
    if head.startswith(("{", "Latitude (decimal degrees)")):
        return "nasa-power" if '"geometry"' in head else "pvgis"
    return "table"
