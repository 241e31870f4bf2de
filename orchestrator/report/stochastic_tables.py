"""A plan for several scenarios as tables: the whole, each scenario, the orders, their value, and the test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orchestrator.i18n import MISSING, Messages
from orchestrator.report.figure_tables import violation_amount
from orchestrator.report.plan_tables import ORDER_HEADS, order_cells, order_columns
from orchestrator.report.table import Column, Names, Table

Document = Mapping[str, Any]


def stochastic_summary(document: Document, text: Messages) -> Table:
    """Objective, its parts, the proof, and what the base plan's orders would have cost."""
    rows = [
        (text("stochastic.status"), text(f"status.{document['status']}")),
        (text("stochastic.objective"), text.billion(document["objective_vnd"])),
        (text("stochastic.bound"), text.billion(document["bound_vnd"])),
        (text("stochastic.gap"), text.percent(document["gap"], 2)),
        (text("stochastic.expected"), text.billion(document["expected_vnd"])),
        (text("stochastic.cvar", tail=text.percent(document["risk"]["tail"], 0)), text.billion(document["cvar_vnd"])),
    ]
    value = document["value"]
    if value is not None:
        rows.append((text("stochastic.of_base"), text.billion(value["objective_vnd"])))
        rows.append((text("stochastic.saved"), text.billion(value["saved_vnd"])))
    columns = (Column(text("stochastic.figure")), Column(text("stochastic.amount"), True))
    weight = document["risk"]["weight"]
    note = text("stochastic.risk_note", weight=text.percent(weight, 0)) if weight else text("stochastic.neutral_note")
    if value is not None and value["objective_vnd"] is None and document["objective_vnd"] is not None:
        note = f"{note} {text('stochastic.base_fails', scenarios=', '.join(_failed(value['scenarios'])) or MISSING)}"
    return Table("stochastic", text("stochastic.title"), columns, tuple(rows), note)


def _failed(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return [row["name"] for row in rows if row["cost_vnd"] is None]


def stochastic_scenarios(document: Document, text: Messages) -> Table:
    """A row for each scenario: what it costs, and the last year's rent, largest hour and shares."""
    rows = []
    for scenario in document["scenarios"]:
        last = (scenario["years"] or [{}])[-1]
        rows.append(
            (
                scenario["name"],
                text.percent(scenario["probability"]),
                text.billion(scenario["cost_vnd"]),
                text.billion(last.get("rent_vnd")),
                MISSING if not last else text.number(last["peak_grid_mw"], 2),
                text.percent(last.get("renewable_share")),
                text.percent(last.get("hourly_carbon_free")),
                ", ".join(scenario["stands_for"]) or MISSING,
            )
        )
    columns = (
        Column(text("stochastic.scenario")),
        Column(text("stochastic.probability"), True),
        Column(text("stochastic.cost"), True),
        Column(text("stochastic.rent"), True),
        Column(text("stochastic.peak"), True),
        Column(text("stochastic.renewable"), True),
        Column(text("stochastic.carbon_free"), True),
        Column(text("stochastic.stands_for")),
    )
    year = next((scenario["years"][-1]["year"] for scenario in document["scenarios"] if scenario["years"]), None)
    note = "" if year is None else text("stochastic.scenarios_note", year=year)
    return Table("stochastic_scenarios", text("stochastic.scenarios"), columns, tuple(rows), note)


def stochastic_violations(document: Document, text: Messages) -> Table:
    """What is missed in each scenario where no orders hold in all of them."""
    missed = [row for row in document["scenarios"] if row["violations"]]
    rows = tuple((row["name"], _missed(document, row, text)) for row in missed)
    columns = (Column(text("stochastic.scenario")), Column(text("stochastic.missed")))
    note = text(
        "violation.note",
        total=text.billion(document["violation_vnd"], 3),
        bound=text.billion(document["violation_bound_vnd"], 3),
    )
    return Table("stochastic_violations", text("stochastic.violations"), columns, rows, note)


def stochastic_orders(document: Document, text: Messages) -> Table:
    """What is ordered whatever comes."""
    names = Names(document, text)
    orders = sorted(document["orders"] or (), key=lambda row: (row["order_by"], row["site"], row["kind"]))
    rows = [order_cells(order, names, text) for order in orders]
    note = text("stochastic.orders_note") if rows else text("build.none")
    title = text("stochastic.orders")
    return Table("stochastic_orders", title, order_columns(text), tuple(rows), note, heads=ORDER_HEADS)


def stochastic_test(document: Document, text: Messages) -> Table:
    """How the orders fare in scenarios that they were not made for."""
    test = document["test"]
    title = text("stochastic.test")
    if test is None:
        return Table("stochastic_test", title, (), (), text("stochastic.no_test"))
    rows = [
        (
            row["name"],
            text("stochastic.unseen" if row["unseen"] else "stochastic.left_out"),
            text.billion(row["cost_vnd"]) if row["cost_vnd"] is not None else text(f"stochastic.{_why(row)}"),
            " ".join(text.pick({"en": each["message_en"], "vi": each["message_vi"]}) for each in row["missed"])
            or MISSING,
        )
        for row in test["scenarios"]
    ]
    columns = (
        Column(text("stochastic.scenario")),
        Column(text("stochastic.origin")),
        Column(text("stochastic.cost"), True),
        Column(text("stochastic.missed")),
    )
    note = text(
        "stochastic.test_note",
        held=test["held"],
        of=test["of"],
        least=text.billion(test["least_vnd"]),
        mean=text.billion(test["mean_vnd"]),
        most=text.billion(test["most_vnd"]),
    )
    return Table("stochastic_test", title, columns, tuple(rows), note)


def _why(row: Mapping[str, Any]) -> str:
    """Why there is no cost: something is missed, nothing is possible at all, or neither is known."""
    if row["missed"]:
        return "misses"
    return "fails" if row["status"] == "infeasible" else "unknown"


def _missed(document: Document, row: Mapping[str, Any], text: Messages) -> str:
    """What is missed in a scenario, by requirement and year."""
    names = Names(document, text)
    told = [
        f"{names.policy(violation['policy'])} {violation['year']}: {' '.join(violation_amount(violation, text))}"
        for violation in row["violations"]
    ]
    return "; ".join(told) or MISSING
