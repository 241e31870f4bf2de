"""Agencies that follow one another, and the owners of systems: every system leads to an agency that exists today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from orchestrator.province.circles import circle, entangled, shown_circle
from orchestrator.province.nodes import Book
from orchestrator.province.problems import Problem, Text, plain
from orchestrator.province.references import AGENCIES, PROVINCE, SYSTEMS
from orchestrator.province.validity import FOREVER, Period, periods_of
from orchestrator.province.words import shown
from policies import Tenure, owners_on


def successions_broken(book: Book) -> Iterator[Problem]:
    """The successor of an agency exists on the day of the succession, and no chain of successors runs in a circle."""
    periods = periods_of(book.nodes(AGENCIES, "*"))
    following: dict[str, set[str]] = {}
    for period in periods:
        name, successor = period.node.child("id").text, period.node.child("successor").text
        if name is not None and successor is not None:
            following.setdefault(name, set()).add(successor)
    entwined = {name for group in entangled(following) for name in group}
    ways: dict[str, list[str]] = {}
    heirs_of: dict[str | None, list[Period]] = {}
    for period in periods:
        heirs_of.setdefault(period.node.child("id").text, []).append(period)
    for period in periods:
        node = period.node.child("successor")
        if node.text not in heirs_of or period.end == FOREVER:
            continue
        heirs = heirs_of[node.text]
        if any(heir.start <= period.end < heir.end for heir in heirs):
            continue
        name = period.node.child("id").text or ""
        if name in entwined or name in following.get(name, ()):
            if name not in ways:
                way = circle(following, name)[:-1]
                ways.update(dict.fromkeys(way, way))
            turned = ways[name].index(name)
            way_text = shown_circle([*ways[name][turned:], *ways[name][:turned], name])
            words = Text(
                f"successions must not run in a circle: {way_text}",
                f"chuỗi kế thừa không được khép vòng: {way_text}",
            )
        else:
            words = Text(
                f"an agency that exists on {period.end}, the day of the succession",
                f"cơ quan đang tồn tại vào ngày kế thừa {period.end}",
            )
        yield node.problem(shown(node.value), words)


def owners_gone(book: Book) -> Iterator[Problem]:
    """Systems whose owner, followed over the successions, is no agency that exists on ``as_of``."""
    as_of = next((node.day for node in book.nodes(PROVINCE, "as_of")), None)
    if as_of is None or not book.has(AGENCIES) or not book.sources[AGENCIES].is_complete:
        return
    periods = periods_of(book.nodes(AGENCIES, "*"))
    tenures = [tenure for period in periods if (tenure := _tenure(period)) is not None]
    owners = owners_on(tenures, as_of)
    gone = _left_without_heir(tenures) - set(owners)
    for node in book.nodes(SYSTEMS, "*.owner"):
        if node.text in gone:
            words = Text(
                f"an agency that exists on {as_of}, or one with a successor that does",
                f"cơ quan đang tồn tại ngày {as_of}, hoặc có cơ quan kế thừa đang tồn tại",
            )
            yield node.problem(shown(node.value), words)


def owners_not_yet_there(book: Book) -> Iterator[Problem]:
    """Systems that went into service before their owner was set up, or after it had ended."""
    if not book.has(AGENCIES) or not book.sources[AGENCIES].is_complete:
        return
    tenures: dict[str | None, list[Period]] = {}
    for period in periods_of(book.nodes(AGENCIES, "*")):
        tenures.setdefault(period.node.child("id").text, []).append(period)
    for node in book.nodes(SYSTEMS, "*.in_service_from"):
        owner = node.parent().child("owner").text
        day, known = node.day, tenures.get(owner, [])
        if day is None or not known or any(period.start <= day < period.end for period in known):
            continue
        spans = ", ".join(_span(period.start, period.end) for period in known)
        words = Text(
            f"a day on which its owner '{owner}' existed: {spans}", f"ngày mà cơ quan '{owner}' tồn tại: {spans}"
        )
        yield node.problem(plain(day), words)


def _left_without_heir(tenures: list[Tenure]) -> set[str]:
    """Agencies whose chain of successors, the last of each name, ends with one of the register that has none."""
    last = {tenure.agency: tenure.successor for tenure in tenures}
    before: dict[str | None, list[str]] = {}
    for name, successor in last.items():
        before.setdefault(successor, []).append(name)
    found, edge = set[str](), before.get(None, [])
    while edge:
        found.update(edge)
        edge = [name for heir in edge for name in before.get(heir, []) if name not in found]
    return found


def _tenure(period: Period) -> Tenure | None:
    name = period.node.child("id").text
    end = None if period.end == FOREVER else period.end
    return None if name is None else Tenure(name, period.start, end, period.node.child("successor").text)


def _span(start: dt.date, end: dt.date) -> str:
    return f"{start}…" if end == FOREVER else f"{start}…{end - dt.timedelta(days=1)}"
