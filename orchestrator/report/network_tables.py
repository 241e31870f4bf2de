"""Tables of the network: what links carry and cost, which way traffic goes, and traffic out of clouds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from orchestrator.i18n import MISSING, Messages
from orchestrator.report.plan_tables import by_year, rows_of, year_columns
from orchestrator.report.table import Column, Names, Row, Table

Document = Mapping[str, Any]


def link_table(document: Document, text: Messages) -> Table:
    """What each payer leases and uses on every link that carries anything, by year."""
    names = Names(document, text)
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows_of(document, "link_years"):
        groups[row["link"], row["payer"]].append(row)
    rows: list[tuple[str, ...]] = []
    for (link, payer), years in groups.items():
        if not any(row["load_mbps"] or row["leased_mbps"] for row in years):
            continue
        existing = text.number(max(row["existing_mbps"] for row in years))
        head = (names.of("links", link), text("payer." + payer), existing)
        loads = {row["year"]: _load(row, text) for row in years}
        rows.append((*head, text("link.load"), *(loads.get(year, MISSING) for year in document["years"])))
        for label, column, form in (
            ("link.leased", "leased_mbps", text.number),
            ("link.cost", "vnd", lambda vnd: text.billion(vnd, 2)),
        ):
            values = {row["year"]: row[column] for row in years}
            if any(values.values()):
                rows.append((*head, text(label), *by_year(document, values, form)))
    columns = (
        Column(text("column.link")),
        Column(text("column.payer")),
        Column(text("column.existing_mbps"), True),
        *year_columns(document, text("column.indicator")),
    )
    note = text("link.note") if rows else ""
    return Table("links", text("link.title"), columns, tuple(rows), note, groups=3)


def _load(row: Row, text: Messages) -> str:
    """Busy-hour Mbps and the share of the capacity that they take."""
    share = f" ({text.percent(row['utilisation'], 0)})" if row["load_mbps"] else ""
    return f"{text.number(row['load_mbps'])}{share}"


def way_table(document: Document, text: Messages) -> Table:
    """Every way that traffic goes, whatever it serves: round trips, the tightest limit, busy-hour Mbps by year."""
    names = Names(document, text)
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows_of(document, "path_years"):
        ways = (tuple(row["links"]), row["round_trip_ms"], tuple(row["second"]), row["second_round_trip_ms"])
        groups[row["users"], row["node"], *ways].append(row)
    found: list[tuple[str, ...]] = []
    for (users, node, links, round_trip, second, second_round_trip), rows in groups.items():
        values: dict[int, float | None] = defaultdict(float)
        for row in rows:
            values[row["year"]] = (values[row["year"]] or 0.0) + row["mbps"]
        limits = [row["round_trip_ms_max"] for row in rows if row["round_trip_ms_max"] is not None]
        found.append(
            (
                names.of("nodes", users),
                names.of("nodes", node),
                _ways(names, text, (links, round_trip), (second, second_round_trip)),
                text.number(min(limits, default=None)),
                *by_year(document, values, text.number),
            )
        )
    columns = (
        Column(text("column.users")),
        Column(text("column.place")),
        Column(text("column.path")),
        Column(text("column.round_trip_max"), True),
        *(Column(str(year), True) for year in document["years"]),
    )
    note = text("path.ways_note") if found else ""
    return Table("ways", text("path.title"), columns, tuple(sorted(found, key=lambda row: row[:3])), note, groups=2)


def path_table(document: Document, text: Messages) -> Table:
    """The way of all traffic of each pool with its round trip, and its busy-hour Mbps by year."""
    names = Names(document, text)
    groups: dict[tuple[Any, ...], dict[int, float | None]] = defaultdict(dict)
    for row in rows_of(document, "path_years"):
        ways = (tuple(row["links"]), row["round_trip_ms"], tuple(row["second"]), row["second_round_trip_ms"])
        key = (row["pool"], row["users"], row["node"], *ways, row["round_trip_ms_max"])
        groups[key][row["year"]] = (groups[key].get(row["year"]) or 0.0) + row["mbps"]
    rows: list[tuple[str, ...]] = []
    for key, values in sorted(groups.items(), key=lambda item: _order(names, item[0])):
        pool, users, node, links, round_trip, second, second_round_trip, limit = key
        rows.append(
            (
                names.pool(pool) if pool is not None else text("path.broadband"),
                names.of("nodes", users),
                names.of("nodes", node),
                _ways(names, text, (links, round_trip), (second, second_round_trip)),
                text.number(limit),
                *by_year(document, values, text.number),
            )
        )
    columns = (
        Column(text("column.for")),
        Column(text("column.users")),
        Column(text("column.place")),
        Column(text("column.path")),
        Column(text("column.round_trip_max"), True),
        *(Column(str(year), True) for year in document["years"]),
    )
    note = text("path.note") if rows else ""
    return Table("paths", text("path.by_pool"), columns, tuple(rows), note, groups=3)


def _order(names: Names, key: tuple[Any, ...]) -> tuple[str, ...]:
    return ("" if key[0] is None else names.pool(key[0]), names.of("nodes", key[1]), names.of("nodes", key[2]))


def _ways(names: Names, text: Messages, *ways: tuple[tuple[str, ...], float | None]) -> str:
    """The links of the main path and of the second, with their round trips."""
    said = [
        text("path.way", links=" → ".join(names.of("links", link) for link in links), ms=text.number(round_trip, 1))
        for links, round_trip in ways
        if links
    ]
    return said[0] if len(said) == 1 else text("path.two_ways", first=said[0], second=said[1])


def egress_table(document: Document, text: Messages) -> Table:
    """Traffic out of rented zones and its cost, by year."""
    names = Names(document, text)
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows_of(document, "egress_years"):
        groups[row["pool"], row["location"]].append(row)
    rows: list[tuple[str, ...]] = []
    for (pool, location), years in groups.items():
        head = (names.pool(pool), names.of("locations", location))
        volume: dict[int, float | None] = defaultdict(float)
        cost: dict[int, float | None] = defaultdict(float)
        for row in years:
            volume[row["year"]] = (volume[row["year"]] or 0.0) + row["gb"] / 1000
            cost[row["year"]] = (cost[row["year"]] or 0.0) + row["vnd"]
        rows.append((*head, "TB", *by_year(document, volume, lambda v: text.number(v, 1))))
        rows.append((*head, text("unit.billion"), *by_year(document, cost, lambda v: text.billion(v, 2))))
    columns = year_columns(document, text("column.for"), text("column.location"), text("column.unit"))
    return Table("egress", text("egress.title"), columns, tuple(rows), text("egress.note") if rows else "", groups=2)
