"""What assessments and waivers must agree on with the places of the folder and the rules of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.province.nodes import Book
from orchestrator.province.problems import Problem, Text, joined
from orchestrator.province.references import ASSESSMENTS, CATALOGUES, WAIVERS, ids_of, referred
from orchestrator.province.words import one_of, shown

OWN_PLACES = ("room", "agency", "ministry")
"""Where the register has a system that stands in no cloud: places of the State's own, without a provider."""
IP_FAMILIES = ("IPv4", "IPv6")
_PLACES = Text(
    "zones of clouds.yaml, sites of sites.yaml, or a place of the State's own",
    "vùng đám mây trong clouds.yaml, địa điểm trong sites.yaml, hoặc nơi đặt của cơ quan nhà nước",
)


def places_of_assessments_unknown(book: Book) -> Iterator[Problem]:
    """Places of assessments are zones, sites, or places of the State's own."""
    zones, sites = (ids_of(book, CATALOGUES[name]) for name in ("zone", "site"))
    if zones is None or sites is None:
        return
    known = [*OWN_PLACES, *sites, *zones]
    for node in book.nodes(ASSESSMENTS, "*.place"):
        if node.text and node.text not in known:
            yield node.problem(shown(node.text), joined(one_of(known, node.text), " (", _PLACES, ")"))


def ip_families_unknown(book: Book) -> Iterator[Problem]:
    """Families of addresses are IPv4 and IPv6."""
    for node in book.nodes(ASSESSMENTS, "*.ip_families"):
        for name in referred(node):
            if name not in IP_FAMILIES:
                yield node.problem(shown(name), one_of(IP_FAMILIES, name))


def waived_rules_unknown(book: Book) -> Iterator[Problem]:
    """Waivers are of rules about systems, of the catalogue."""
    nodes = book.nodes(WAIVERS, "waivers.*.rule")
    if not nodes:
        return
    # the catalogue is read by the same reader as the folder, which is not there yet when this file is imported
    from orchestrator.policy.catalogue import rule_set

    known = [rule.id for rule in rule_set() if rule.subject in ("system", "resource")]
    for node in nodes:
        if node.text is not None and node.text not in known:
            yield node.problem(shown(node.text), one_of(known, node.text))
