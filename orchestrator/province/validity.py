"""Dated records: they end after they begin, never two apply at once, and tariffs cover every day of the horizon."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import get_args

from capacity.inputs.energy import TariffClass
from orchestrator.province.nodes import Book, Node
from orchestrator.province.problems import Problem, Text, plain
from orchestrator.province.references import AGENCIES, CLOUDS, ENERGY, NETWORK, PROVINCE, SITES
from orchestrator.province.words import shown

PERIODS = (
    (ENERGY, "tariffs.*", "valid_from", "valid_to"),
    (ENERGY, "time_of_use.*", "valid_from", "valid_to"),
    (CLOUDS, "prices.*", "valid_from", "valid_to"),
    (CLOUDS, "contracts.*", "valid_from", "valid_to"),
    (NETWORK, "links.*", "valid_from", "valid_to"),
    (NETWORK, "rules.*", "valid_from", "valid_to"),
    (SITES, "sites.*.existing_modules.*", "from_date", "to_date"),
    (SITES, "sites.*.existing_servers.*", "from_date", "to_date"),
)
FOREVER = dt.date.max
_DAY = dt.timedelta(days=1)
TARIFF_CLASSES = get_args(TariffClass)


@dataclass(frozen=True, slots=True)
class Period:
    """A record in force from ``start`` until the day before ``end``."""

    node: Node
    start: dt.date
    end: dt.date


def periods_of(nodes: Iterable[Node]) -> list[Period]:
    """The records whose dates can be read."""
    found = []
    for node in nodes:
        start, end = node.child("valid_from").day, node.child("valid_to")
        last = FOREVER if end.value is None else end.day
        if start is not None and last is not None and start < last:
            found.append(Period(node, start, last))
    return found


def periods_reversed(book: Book) -> Iterator[Problem]:
    """Records that end before they begin. (Agencies have their own validator.)"""
    for file, pattern, first, last in PERIODS:
        for record in book.nodes(file, pattern):
            start, end = record.child(first).day, record.child(last)
            if start is not None and end.day is not None and end.day <= start:
                words = Text(f"a date after {first} {start}, or nothing", f"ngày sau {first} {start}, hoặc để trống")
                yield end.problem(shown(end.value), words)


def overlapping_validity(book: Book) -> Iterator[Problem]:
    """Two records of which one alone may apply on a day."""
    yield from _overlaps(book.nodes(ENERGY, "time_of_use.*"), (), _always)
    yield from _overlaps(book.nodes(ENERGY, "tariffs.*"), ("tariff_class",), _rival_tariffs)
    yield from _overlaps(book.nodes(CLOUDS, "prices.*"), ("resource", "gpu_model"), _common_zone)
    yield from _overlaps(book.nodes(AGENCIES, "*"), ("id",), _always)


def _overlaps(records: list[Node], same: tuple[str, ...], rivals: Callable[[Node, Node], bool]) -> Iterator[Problem]:
    """Of records that agree on the fields ``same``, the later of each two rivals that apply on a common day."""
    groups: dict[tuple[str | None, ...], list[Period]] = {}
    for period in periods_of(records):
        agreed = tuple(period.node.child(key).text for key in same)
        if not same or agreed[0] is not None:  # a record without a name is told as such
            groups.setdefault(agreed, []).append(period)
    for earlier, later in (pair for group in groups.values() for pair in _at_once(group)):
        if rivals(earlier.node, later.node):
            name, line = earlier.node.child("id").text, earlier.node.line
            yield later.node.child("valid_from").problem(
                plain(later.start),
                Text(
                    f"it overlaps with '{name}' of line {line}: one alone may apply on a day; end one by valid_to",
                    f"trùng thời gian với '{name}' ở dòng {line}: mỗi ngày chỉ một mục; hãy điền valid_to",
                ),
            )


def _at_once(periods: list[Period]) -> Iterator[tuple[Period, Period]]:
    """Pairs that apply on a common day, the one that begins first in front."""
    ordered = sorted(periods, key=lambda period: period.start)
    for place, earlier in enumerate(ordered):
        following = place + 1
        while following < len(ordered) and ordered[following].start < earlier.end:
            yield earlier, ordered[following]
            following += 1


def _always(_: Node, __: Node) -> bool:
    return True


def _structure(tariff: Node) -> str:
    return tariff.child("structure").text or "one_part"


def _rival_tariffs(a: Node, b: Node) -> bool:
    """Whether two tariffs have the same structure and a common voltage."""
    if _structure(a) != _structure(b):
        return False
    (low_a, high_a), (low_b, high_b) = _voltages(a), _voltages(b)
    return low_a < high_b and low_b < high_a


def _voltages(tariff: Node) -> tuple[float, float]:
    low, high = tariff.child("voltage_from_kv").number, tariff.child("voltage_below_kv").number
    return (low or 0.0, math.inf if high is None else high)


def _common_zone(a: Node, b: Node) -> bool:
    """Whether two prices hold in one zone; those without zones are planning prices both."""
    zones_a, zones_b = ({zone.text for zone in price.child("zones").items()} or {None} for price in (a, b))
    return bool(zones_a & zones_b)


def tariff_gaps(book: Book) -> Iterator[Problem]:
    """Days of the horizon on which a connection that a site has or can order would have no tariff or schedule."""
    horizon = _horizon(book)
    if horizon is None or not book.has(ENERGY):
        return
    for schedules in _lists(book, "time_of_use"):
        for gap in _gaps(periods_of(schedules.items()), *horizon):
            yield schedules.problem(
                Text(f"none from {gap[0]} to {gap[1]}", f"không có từ {gap[0]} đến {gap[1]}"),
                Text("a schedule for every day of the horizon", "mỗi ngày của kỳ kế hoạch phải có biểu khung giờ"),
            )
    for tariffs in _lists(book, "tariffs"):
        for (tariff_class, voltage_kv), sites in _connections(book).items():
            for gap in _gaps(periods_of(_matching(tariffs, tariff_class, voltage_kv)), *horizon):
                names = ", ".join(sites)
                yield tariffs.problem(
                    Text(
                        f"none of class {tariff_class} at {voltage_kv:g} kV from {gap[0]} to {gap[1]}",
                        f"không có giá nhóm {tariff_class} ở {voltage_kv:g} kV từ {gap[0]} đến {gap[1]}",
                    ),
                    Text(
                        f"a tariff for every day of the horizon, as {names} can buy so",
                        f"mỗi ngày của kỳ kế hoạch phải có giá, vì {names} có thể mua như vậy",
                    ),
                )


def _lists(book: Book, key: str) -> list[Node]:
    """The list of energy.yaml under a key, if there is one."""
    return [node for node in book.nodes(ENERGY, key) if isinstance(node.value, list)]


def _matching(tariffs: Node, tariff_class: str, voltage_kv: float) -> Iterator[Node]:
    """Tariffs of a class for a voltage, whenever they apply: of one part, and of the structure that is chosen."""
    chosen = next((node.text for node in tariffs.parent().select("tariff_structure")), None)
    for tariff in tariffs.items():
        low, high = _voltages(tariff)
        counts = _structure(tariff) in ("one_part", chosen)
        if counts and tariff.child("tariff_class").text == tariff_class and low <= voltage_kv < high:
            yield tariff


def _horizon(book: Book) -> tuple[dt.date, dt.date] | None:
    """First day and the day after the last."""
    years = [node.number for key in ("first_year", "last_year") for node in book.nodes(PROVINCE, key)]
    if len(years) != 2 or any(year is None or not 2000 <= year <= 2100 for year in years):
        return None
    first, last = (int(year or 0) for year in years)
    return dt.date(first, 1, 1), dt.date(last + 1, 1, 1)


def _connections(book: Book) -> dict[tuple[str, float], list[str]]:
    """Tariff class and voltage of every connection and step, with the sites that have it."""
    general = next((node.text for node in book.nodes(ENERGY, "tariff_class")), None)
    found: dict[tuple[str, float], list[str]] = {}
    for site in book.nodes(SITES, "sites.*"):
        tariff_class = site.child("tariff_class").text or general
        nodes = [*site.select("grid.voltage_kv"), *site.select("grid.steps.*.voltage_kv")]
        voltages = {node.number for node in nodes if node.number is not None}
        for voltage_kv in sorted(voltages):
            if tariff_class is not None and tariff_class in TARIFF_CLASSES:
                found.setdefault((tariff_class, voltage_kv), []).append(site.child("id").text or "")
    return found


def _gaps(periods: list[Period], start: dt.date, end: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    """First and last days of the stretches of [start, end) on which none of the periods applies."""
    covered = start
    for period in sorted(periods, key=lambda period: period.start):
        if period.start > covered and covered < end:
            yield covered, min(period.start, end) - _DAY
        covered = max(covered, period.end)
    if covered < end:
        yield covered, end - _DAY
