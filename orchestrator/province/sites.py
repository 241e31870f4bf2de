"""The sites of a folder alone, for weather is fetched before the folder can be read as a whole."""

from __future__ import annotations

from pathlib import Path

from capacity.inputs.sites import Site
from orchestrator.province.catalogue import FILES, MOST_BYTES
from orchestrator.province.consistency import weather_files_outside
from orchestrator.province.nodes import Book, Source
from orchestrator.province.plain_text import decoded
from orchestrator.province.problems import InvalidProvinceError, Problem, sorted_problems
from orchestrator.province.raw_files import read_bytes
from orchestrator.province.references import UNIQUE, duplicate_ids
from orchestrator.province.validation import validate_file
from orchestrator.province.yaml_text import parse_yaml

SITES_FILE = "sites.yaml"


def load_sites(folder: Path) -> tuple[Site, ...]:
    """The sites of ``sites.yaml``, whatever the other files hold. Raises InvalidProvinceError with all its problems."""
    content = read_bytes(folder, SITES_FILE, MOST_BYTES)
    text = [content] if isinstance(content, Problem) else decoded(content, SITES_FILE)
    if isinstance(text, list):
        raise InvalidProvinceError(str(folder), tuple(text))
    parsed = parse_yaml(text, SITES_FILE)
    problems = list(parsed.problems)
    sites: tuple[Site, ...] = ()
    if parsed.readable:
        source = Source(SITES_FILE, parsed.data, parsed.lines)
        book = Book({SITES_FILE: source})
        model, found = validate_file(FILES[SITES_FILE].model, source)
        repeated = [p for file, patterns in UNIQUE if file == SITES_FILE for p in duplicate_ids(book, file, patterns)]
        problems += [*found, *weather_files_outside(book), *repeated]
        sites = getattr(model, "sites", ())
    if problems:
        raise InvalidProvinceError(str(folder), sorted_problems(problems))
    return sites
