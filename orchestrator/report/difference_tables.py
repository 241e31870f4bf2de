"""Tables of a comparison of two plans, of what an item of a plan is worth, and of decisions under doubt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from orchestrator.i18n import BILLION, MISSING, Messages
from orchestrator.report.figure_tables import unit_name
from orchestrator.report.table import Column, Names, Table

Document = Mapping[str, Any]
MOST_LETTERS = 60
LEAST_GROUPED = 10_000


def shown_value(value: Any, text: Messages) -> str:
    """A value of an input file in short: numbers with the signs of the language, all else as it is written there."""
    if value is None:
        return MISSING
    if isinstance(value, str):
        words = value
    elif _is_number(value):
        words = _figure(value, text)
    elif isinstance(value, Mapping) and all(map(_is_number, value.values())):
        words = "; ".join(f"{key}: {_figure(number, text)}" for key, number in value.items())
    else:
        words = json.dumps(value, ensure_ascii=False, default=str)
    return words if len(words) <= MOST_LETTERS else f"{words[: MOST_LETTERS - 1]}…"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _figure(value: float, text: Messages) -> str:
    """A number as a plain text; whole ones below ten thousand without a sign between the thousands, as years are."""
    if value == int(value) and abs(value) < LEAST_GROUPED:
        return str(int(value)).replace("-", "\N{MINUS SIGN}")
    return str(text.amount(value, 6))


def changes_table(document: Document, text: Messages) -> Table:
    """Changes of the inputs with the part of the difference in cost that each explains, largest first."""
    rows = []
    for row in document["changes"]:
        lines = [str(line) for line in row["lines"] if line is not None]
        rows.append(
            (
                f"{row['file']}:{lines[-1]}" if lines else row["file"],
                row["field"],
                shown_value(row["old"], text),
                shown_value(row["new"], text),
                text("difference.no_plan_alone") if row["vnd"] is None else text.billion(row["vnd"], 2),
                MISSING if row["vnd"] is None else f"± {text.billion(row['error_vnd'], 2)}",
            )
        )
    totals = set()
    if document["changes"] and document["total_vnd"] is not None:
        for key, amount in (("interaction", document["interaction_vnd"]), ("total", document["total_vnd"])):
            totals.add(len(rows))
            rows.append((text(f"difference.{key}"), "", "", "", text.billion(amount, 2), ""))
    columns = (
        Column(text("difference.place")),
        Column(text("difference.field")),
        Column(text("difference.old")),
        Column(text("difference.new")),
        Column(text("difference.explains"), True),
        Column(text("difference.error"), True),
    )
    note = text("difference.note") if rows else text("difference.same")
    return Table("changes", text("difference.title"), columns, tuple(rows), note, frozenset(totals))


def lines_table(document: Document, text: Messages) -> Table:
    """Orders, rents, cost, energy and emissions that differ."""
    names = Names(document, text)
    rows = []
    for row in document["lines"]:
        what, unit, old, new = _line(row, names, text)
        rows.append((text(f"difference.{row['table']}"), what, unit, old, new))
    columns = (
        Column(text("difference.of")),
        Column(text("column.what")),
        Column(text("column.unit")),
        Column(text("difference.old"), True),
        Column(text("difference.new"), True),
    )
    note = "" if rows else text("difference.same_plan")
    return Table("lines", text("difference.plan"), columns, tuple(rows), note, groups=1)


def _line(row: Mapping[str, Any], names: Names, text: Messages) -> tuple[str, str, str, str]:
    key, values = row["key"], (row["old"], row["new"])
    match row["table"]:
        case "builds":
            kind, site, hall, item, year = key
            what = f"{names.item(kind, site, item)} – {names.place(site, hall)}, {year}"
            return what, text.find(f"unit.{kind}", ""), text.amount(values[0]), text.amount(values[1])
        case "rents":
            pool, location, year = key
            what = f"{names.pool(pool)} – {names.of('locations', location)}, {year}"
            return what, text("unit.billion"), text.billion(values[0]), text.billion(values[1])
        case "parts":
            return text.find(f"part.{key[0]}", key[0]), text("unit.billion"), *map(text.billion, values)  # type: ignore[return-value]
    what = f"{text(f'difference.{key[0]}')}, {key[1]}"
    return what, "tCO₂" if key[0].startswith("tco2") else "MWh", text.number(values[0]), text.number(values[1])


def worth_table(document: Document, text: Messages) -> Table:
    """What the plan costs without an item, and what replaces it."""
    names = Names(document, text)
    what = [_item(names, *key) for key in document["keys"]]
    with_it, without = document["objective_vnd"], document["without_vnd"]
    rows = [
        (text("worth.with"), text.billion(with_it, 2)),
        (text("worth.without"), MISSING if without is None else text.billion(without, 2)),
    ]
    if without is not None:
        error = text.billion(document["error_vnd"], 2)
        rows.append((text("worth.saves"), f"{text.billion(without - with_it, 2)} ± {error}"))
    for price in document["prices"]:
        place = names.of("sites", price["site"]) if price["site"] else text("scope.province")
        rows.append(
            (
                f"{text('worth.needed')}: {names.policy(price['constraint'])}, {place}",
                text(
                    "worth.per_unit",
                    more=text.significant(price["more_vnd_per_unit"] / BILLION),
                    unit=unit_name(price["unit"], text),
                ),
            )
        )
    for member in document["conflict"]["members"] if document["conflict"] else ():
        year = text("conflict.all_years") if member["year"] is None else str(member["year"])
        rows.append((names.policy(member["name"]), year))
    columns = (Column(text("certificate.key")), Column(text("worth.amount"), True))
    title = text("worth.title", item=document["item"] if not what else f"{what[0]} ({document['item']})")
    note = text("worth.impossible") if without is None else text("worth.note")
    return Table("worth", title, columns, tuple(rows), note)


def _item(names: Names, kind: str, site: str, of: str) -> str:
    match kind:
        case "rent":
            return names.of("locations", of)
        case "battery":
            return f"{names.of('technologies', of)}, {names.place(site)}"
    return f"{names.item(kind, site, of)}, {names.place(site)}"


def doubt_table(document: Document, text: Messages) -> Table:
    """Assumptions that were tried, those whose range flips a decision first; a sentence when none does."""
    rows = []
    tried = sorted(document["assumptions"], key=lambda row: not row["flips"])
    for row in tried:
        flips = "; ".join(_decision(flip, document, text) for flip in row["flips"])
        rows.append(
            (
                f"{row['file']}:{row['line']}",
                row["field"],
                shown_value(row["value"], text),
                f"{text.amount(row['low'])} – {text.amount(row['high'])}",
                MISSING if row["low_vnd"] is None else text.billion(row["low_vnd"], 2),
                MISSING if row["high_vnd"] is None else text.billion(row["high_vnd"], 2),
                flips or text("doubt.stays"),
            )
        )
    columns = (
        Column(text("difference.place")),
        Column(text("difference.field")),
        Column(text("doubt.value")),
        Column(text("doubt.range"), True),
        Column(text("doubt.low"), True),
        Column(text("doubt.high"), True),
        Column(text("doubt.flips")),
    )
    note = text("doubt.note")
    if not any(row["flips"] for row in tried):
        note = f"{text('doubt.none')} {note}"
    return Table("doubt", text("doubt.title"), columns, tuple(rows), note)


def decisions_table(document: Document, text: Messages) -> Table:
    """Every decision of the plan: decided, or not decided within the ranges."""
    rows = [
        (
            _decision(row, document, text),
            text("doubt.not_decided") if row["by"] else text("doubt.decided"),
            ", ".join(row["by"]) or MISSING,
        )
        for row in document["decisions"]
    ]
    columns = (Column(text("doubt.decision")), Column(text("doubt.state")), Column(text("doubt.by")))
    return Table("decisions", text("doubt.decisions"), columns, tuple(rows), text("doubt.decisions_note"))


def _decision(row: Mapping[str, Any], document: Document, text: Messages) -> str:
    names = Names(document, text)
    group = {"programme": "programmes", "hall": "halls", "site": "sites", "technology": "technologies"}
    name = names.of("locations" if row["kind"] == "provider" else group[row["kind"]], row["of"])
    choice = text.find(f"doubt.choice.{row['choice']}", row["choice"])
    return f"{text('doubt.kind.' + row['kind'])} {name}: {choice}"
