"""Tables of what-ifs, sensitivities and alternatives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestrator.i18n import BILLION, MISSING, Messages
from orchestrator.report.difference_tables import lines_table, shown_value
from orchestrator.report.figure_tables import unit_name
from orchestrator.report.table import Column, Names, Table

Document = Mapping[str, Any]


def changes_text(changes: Mapping[str, float], text: Messages) -> str:
    """What a plan has more or less than another, by measure; nothing when both build the same."""
    parts = []
    for name, amount in changes.items():
        decimals = 0 if abs(amount) >= 100 or amount == round(amount) else 2
        sign = "+" if amount > 0 else "−"
        parts.append(f"{text(f'measure.{name}')} {sign}{text.number(abs(amount), decimals)}")
    return "; ".join(parts)


def what_if_table(document: Document, text: Messages) -> Table:
    """Every what-if with its cost, what it changes of the cost and within which bounds, and of what is built."""
    base = document["base"]
    rows = []
    if base["objective_vnd"] is not None:
        rows.append((text("what_if.base"), text.billion(base["objective_vnd"], 2), MISSING, MISSING, MISSING, ""))
    for row in document["what_ifs"]:
        cost = row["objective_vnd"]
        changes = changes_text(row["changes"], text)
        rows.append(
            (
                row["name"],
                text(f"frontier.{row['status']}") if cost is None else text.billion(cost, 2),
                *(
                    MISSING if row[key] is None else text.billion(row[key], 2)
                    for key in ("difference_vnd", "at_least_vnd", "at_most_vnd")
                ),
                MISSING if row["difference_vnd"] is None else changes or text("what_if.same"),
            )
        )
    columns = (
        Column(text("what_if.name")),
        Column(text("what_if.cost"), True),
        Column(text("what_if.difference"), True),
        Column(text("what_if.at_least"), True),
        Column(text("what_if.at_most"), True),
        Column(text("what_if.changes")),
    )
    return Table("what_if", text("what_if.title"), columns, tuple(rows), text("what_if.note"))


def values_table(document: Document, text: Messages) -> Table:
    """The values that each what-if sets."""
    rows = [
        (row["name"], f"{value['file']}: {value['field']}", *(shown_value(value[key], text) for key in ("old", "new")))
        for row in document["what_ifs"]
        for value in row["set"]
    ]
    columns = (
        Column(text("what_if.name")),
        Column(text("difference.field")),
        Column(text("difference.old")),
        Column(text("difference.new")),
    )
    return Table("what_if_values", text("what_if.values"), columns, tuple(rows), groups=1)


def what_if_lines(document: Document, text: Messages) -> Table:
    """What differs in the plan of the only what-if, line by line; of several the JSON document has the lines."""
    only = document["what_ifs"] if len(document["what_ifs"]) == 1 else ()
    return lines_table({**document, "lines": only[0]["lines"] if only else ()}, text)


def sensitivity_table(document: Document, text: Messages) -> Table:
    """Every step with what it changes of the cost: by the duals, and by a new plan within bounds."""
    names = Names(document, text)
    rows = []
    for row in document["steps"]:
        place = names.of("sites", row["site"]) if row["site"] is not None else text("scope.province")
        year = text("conflict.all_years") if row["year"] is None else str(row["year"])
        known = row["difference_vnd"] is not None
        rows.append(
            (
                names.policy(row["constraint"]),
                place,
                year,
                f"+1 {unit_name(row['unit'], text)}",
                _by_duals(row, text),
                text.billion(row["difference_vnd"], 2) if known else text(f"frontier.{row['status'] or 'no_plan'}"),
                *(text.billion(row[key], 2) if known else MISSING for key in ("at_least_vnd", "at_most_vnd")),
                changes_text(row["changes"], text),
            )
        )
    columns = [
        Column(text("column.constraint")),
        Column(text("column.site")),
        Column(text("column.year"), True),
        Column(text("sensitivity.step")),
        Column(text("sensitivity.by_duals"), True),
        Column(text("sensitivity.by_plan"), True),
        Column(text("what_if.at_least"), True),
        Column(text("what_if.at_most"), True),
        Column(text("what_if.changes")),
    ]
    shown = 5 if all(row["status"] is None for row in document["steps"]) else len(columns)
    cells = tuple(row[:shown] for row in rows)
    return Table("sensitivity", text("sensitivity.title"), tuple(columns[:shown]), cells, text("sensitivity.note"))


def _by_duals(row: Mapping[str, Any], text: Messages) -> str:
    """The change with its doubt; of a relaxed limit that can't be told from one that is worth nothing, the most."""
    change, doubt = row["by_duals_vnd"], row["by_duals_doubt_vnd"]
    if change is None:
        return MISSING
    if row["relaxes"] and abs(change) <= doubt:
        return text("sensitivity.below", most=text.significant((abs(change) + doubt) / BILLION, 2))
    return text(
        "sensitivity.within",
        change=text.significant(change / BILLION),
        doubt=text.significant(doubt / BILLION, 2),
    )


def _choice(row: Mapping[str, Any], names: Names, text: Messages) -> str:
    group = {"halls": "sites", "grid": "sites", "technology": "technologies", "battery": "technologies"}
    of = names.of(group.get(row["kind"], "technologies"), row["of"]) if row["of"] else ""
    what = text(f"alternatives.kind.{row['kind']}")
    return f"{what}: {of}" if of else what


def choices_table(document: Document, text: Messages) -> Table:
    """Every structural choice: in the best plan, least and most in plans within the limit, and what is proved."""
    names = Names(document, text)
    rows = [
        (
            _choice(row, names, text),
            unit_name(row["unit"], text),
            *(text.amount(row[key]) for key in ("best", "least", "most", "proved_least", "proved_most")),
        )
        for row in document["choices"]
    ]
    columns = (
        Column(text("alternatives.choice")),
        Column(text("column.unit")),
        *(
            Column(text(f"alternatives.{name}"), True)
            for name in ("best", "least", "most", "proved_least", "proved_most")
        ),
    )
    return Table("choices", text("alternatives.choices"), columns, tuple(rows), text("alternatives.choices_note"))


def alternatives_table(document: Document, text: Messages) -> Table:
    """The plans: what each costs, how much that is above the best, and what it builds otherwise."""
    best = document["objective_vnd"]
    rows = []
    for number, row in enumerate(document["plans"]):
        changes = changes_text(row["changes"], text)
        rows.append(
            (
                text("alternatives.best_plan") if number == 0 else str(number),
                text.billion(row["objective_vnd"], 2),
                text.percent(row["objective_vnd"] / best - 1, 2) if best else MISSING,
                changes if number else "",
            )
        )
    columns = (
        Column(text("alternatives.plan")),
        Column(text("what_if.cost"), True),
        Column(text("alternatives.above"), True),
        Column(text("what_if.changes")),
    )
    note = text("alternatives.note", limit=text.billion(document["limit_vnd"], 2)) if rows else ""
    title = text("alternatives.title", within=text.percent(document["within"]))
    return Table("alternatives", title, columns, tuple(rows), note)
