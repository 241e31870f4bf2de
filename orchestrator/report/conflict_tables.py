"""Tables of a conflict: the smallest set of requirements that cannot hold together, and what lets a plan exist."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestrator.i18n import BILLION, MISSING, Messages
from orchestrator.report.figure_tables import unit_name
from orchestrator.report.table import Column, Names, Row, Table

Document = Mapping[str, Any]
TRIED: Mapping[bool | None, str] = {True: "yes", False: "unknown", None: "cannot_be_tried"}


def _requirement(row: Row, names: Names, text: Messages) -> tuple[str, str, str, str]:
    """Name, citation, year and place of a requirement."""
    year = text("conflict.all_years") if row["year"] is None else str(row["year"])
    place = text("scope.province") if row["site"] is None else names.of("sites", row["site"])
    return names.policy(row["name"]), names.citation(row["name"]), year, place


def _amount(amount: float, unit: str, text: Messages) -> tuple[str, str]:
    """Four digits: amounts are rounded up to them, so that what is read suffices."""
    if unit == "VND":
        return text.significant(amount / BILLION, 4), text("unit.billion")
    return text.amount(amount, 0) if unit == "month" else text.significant(amount, 4), unit_name(unit, text)


def member_table(document: Document, text: Messages) -> Table:
    """The members of the minimal set."""
    conflict, names = document["conflict"], Names(document, text)
    rows = [
        (*_requirement(row, names, text), text("conflict.yes") if row["needed"] else text("conflict.unknown"))
        for row in (conflict["members"] if conflict else ())
    ]
    columns = (
        Column(text("column.constraint")),
        Column(text("column.citation")),
        Column(text("column.year"), True),
        Column(text("column.site")),
        Column(text("conflict.needed")),
    )
    note = _members_note(conflict, text) if rows else ""
    return Table("members", text("conflict.members"), columns, tuple(rows), note)


def _members_note(conflict: Mapping[str, Any], text: Messages) -> str:
    """Whether the set is minimal, and whether it is the whole trouble: one of it relaxed alone lets a plan exist."""
    minimal = text("conflict.members_note" if conflict["minimal"] else "conflict.members_not_minimal")
    alone = any(row["found"] and len(row["parts"]) == 1 for row in conflict["relaxations"])
    return f"{minimal} {text('conflict.others_can_stay' if alone else 'conflict.more_conflicts')}"


def relaxation_table(document: Document, text: Messages) -> Table:
    """What, relaxed, lets all other requirements hold: one row a part, numbered by choice."""
    conflict, names = document["conflict"], Names(document, text)
    rows: list[tuple[str, ...]] = []
    for number, relaxation in enumerate(conflict["relaxations"] if conflict else (), start=1):
        for part in relaxation["parts"]:
            amount, unit = _amount(part["amount"], part["unit"], text)
            least, _ = _amount(part["least"], part["unit"], text)
            name, _, year, place = _requirement(part, names, text)
            rows.append(
                (
                    str(number),
                    name,
                    year,
                    place,
                    f"{amount} {unit}",
                    f"≥ {least}" if part["least"] > 0 else MISSING,
                    text.billion(relaxation["priced_vnd"]),
                    text(f"conflict.{TRIED[relaxation['tried']]}"),
                )
            )
    columns = (
        Column(text("conflict.choice"), True),
        Column(text("conflict.relax")),
        Column(text("column.year"), True),
        Column(text("column.site")),
        Column(text("conflict.by"), True),
        Column(text("conflict.least"), True),
        Column(text("conflict.priced"), True),
        Column(text("conflict.tried")),
    )
    note = text("conflict.relaxations_note") if rows else ""
    return Table("relaxations", text("conflict.relaxations"), columns, tuple(rows), note, groups=1)
