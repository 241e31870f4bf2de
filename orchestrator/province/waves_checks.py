"""What `waves.yaml` must agree on with the register, the sites, the clouds and itself, beyond names and dates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from capacity.inputs.waves import Strategy
from orchestrator.province.nodes import Book
from orchestrator.province.problems import Problem, Text, joined
from orchestrator.province.references import CATALOGUES, RESERVED_ZONE, SYSTEMS, WAVES, Catalogue, ids_of
from orchestrator.province.words import one_of, shown

STAYING = "retain"
_TEAMS = Catalogue(WAVES, ("teams.*.id",), Text("teams of waves.yaml", "nhóm trong waves.yaml"))
_PLACES = Text(
    "sites of sites.yaml, zones of clouds.yaml, tender", "địa điểm trong sites.yaml, vùng trong clouds.yaml, tender"
)


def names_of_maps_unknown(book: Book) -> Iterator[Problem]:
    """Weeks are of steps of the file, persons of teams of the file."""
    for pattern, catalogue in (("chains.*.weeks", CATALOGUES["step"]), ("steps.*.persons", _TEAMS)):
        if not book.has(WAVES) or (ids := ids_of(book, catalogue)) is None:
            continue
        for table in book.nodes(WAVES, pattern):
            for key in table.value if isinstance(table.value, dict) else ():
                if str(key) not in ids:
                    words = joined(one_of(ids, str(key)), " (", catalogue.words, ")")
                    yield table.child(key).problem(shown(key), words)


def wave_places_unknown(book: Book) -> Iterator[Problem]:
    """Destinations are sites, cloud zones, or the tender."""
    known = [ids_of(book, CATALOGUES[name]) for name in ("site", "zone")]
    ids = [*(name for names in known for name in names or ()), RESERVED_ZONE]
    if None in known:
        return
    for node in book.nodes(WAVES, "destinations.*.place"):
        if node.text is not None and node.text not in ids:
            yield node.problem(shown(node.text), joined(one_of(ids, node.text), " (", _PLACES, ")"))


def chains_missing(book: Book) -> Iterator[Problem]:
    """Every system that moves has a chain of steps."""
    fitting: set[tuple[str, str]] = set()
    for chain in book.nodes(WAVES, "chains.*"):
        levels = chain.child("levels").value
        for named in chain.select("strategies.*"):
            fitting |= {(str(named.value), str(level)) for level in (levels if isinstance(levels, list) else "12345")}
    told: set[tuple[str, str]] = set()
    for system in book.nodes(SYSTEMS, "*"):
        strategy, level = system.child("strategy").text, system.child("security_level").value
        kind = str(strategy), str(level).strip()
        moves = system.child("moves_on").value is not None and system.child("hosting").text != "ministry"
        # A level or strategy that is none has its own problem.
        readable = kind[1] in tuple("12345") and kind[0] in get_args(Strategy)
        if not moves or not readable or strategy == STAYING or kind in fitting | told:
            continue
        told.add(kind)
        for chains in book.nodes(WAVES, "chains"):
            value = Text(
                f"no chain for {kind[0]} of level {kind[1]}", f"thiếu chuỗi bước cho {kind[0]} cấp độ {kind[1]}"
            )
            words = Text(
                f"a chain for every system that moves: '{system.child('id').text}' is such a system",
                f"mỗi hệ thống chuyển đổi phải có chuỗi bước: '{system.child('id').text}' thuộc loại này",
            )
            yield chains.problem(value, words)
