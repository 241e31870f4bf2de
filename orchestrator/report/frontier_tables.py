"""The cost of a rising share of clean energy: its table and its curve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestrator.i18n import BILLION, MISSING, Messages
from orchestrator.report.palette import PRICE, TOTAL
from orchestrator.report.table import Column, Table

Document = Mapping[str, Any]
SHARE_OF = {"cfe": "hourly_carbon_free", "renewable": "renewable_share"}


def frontier_table(document: Document, text: Messages) -> Table:
    """Every target with what it costs, in all, over the first, and per point since the one before."""
    found = document.get("frontier")
    title, rows = text("frontier.title"), []
    if not found:
        return Table("frontier", title, (), ())
    first: Mapping[str, Any] | None = None
    before: Mapping[str, Any] | None = None
    for point in found["points"]:
        cost, per_point, over_first = point["objective_vnd"], MISSING, MISSING
        if cost is not None and not point["marked"]:
            if before is not None:
                points = 100 * (point["target"] - before["target"])
                per_point = text.significant((cost - before["objective_vnd"]) / BILLION / points)
            first = first or point
            before = point
        if cost is not None and first is not None:
            over_first = text.percent(cost / first["objective_vnd"] - 1)
        rows.append(
            (
                text(f"frontier.{point['over']}"),
                text.percent(point["target"]),
                text.percent(point["hourly_carbon_free"]),
                text.percent(point["renewable_share"]),
                text.billion(cost) if cost is not None else text(f"frontier.{point['status']}"),
                over_first,
                per_point,
            )
        )
    columns = (
        Column(text("frontier.kind")),
        Column(text("column.target"), True),
        Column(text("frontier.reached_cfe"), True),
        Column(text("frontier.reached_renewable"), True),
        Column(text("frontier.cost"), True),
        Column(text("frontier.over_first"), True),
        Column(text("frontier.per_point"), True),
    )
    return Table("frontier", title, columns, tuple(rows), _note(found, text), groups=1)


def _note(found: Mapping[str, Any], text: Messages) -> str:
    """How the curve was made; first, where it is flat because no load counts, that it is."""
    note = text("frontier.note", year=found["year"])
    return f"{text('frontier.no_load', year=found['year'])} {note}" if without_load(found) else note


def without_load(found: Mapping[str, Any]) -> bool:
    """Whether there are plans and none has any load that the targets count: then neither share is known."""
    plans = [point for point in found["points"] if point["objective_vnd"] is not None]
    return bool(plans) and all(point[share] is None for point in plans for share in SHARE_OF.values())


def frontier_chart(document: Document, text: Messages) -> dict[str, Any] | None:
    """Cost over the share that the plans reach; the marked point stands where its plan does."""
    found = document.get("frontier")
    if not found:
        return None
    share = SHARE_OF[found["over"]]
    rows = [
        {
            "kind": text(f"frontier.{point['over']}"),
            "marked": point["marked"],
            "share": 100 * point[share],
            "cost": point["objective_vnd"] / BILLION,
            "target": text.percent(point["target"]),
        }
        for point in found["points"]
        if point["objective_vnd"] is not None and point[share] is not None
    ]
    if not rows:
        return None
    other = "renewable" if found["over"] == "cfe" else "cfe"
    x = {
        "field": "share",
        "type": "quantitative",
        "title": text(f"frontier.x_{found['over']}"),
        "scale": {"zero": False},
    }
    y = {"field": "cost", "type": "quantitative", "title": text("frontier.cost"), "scale": {"zero": False}}
    kinds = [text(f"frontier.{found['over']}"), text(f"frontier.{other}")]
    curve = {
        "name": "curve",
        "transform": [{"filter": {"field": "marked", "equal": False}}],
        "mark": {"type": "line", "color": PRICE},
    }
    points = {
        "name": "points",
        "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
        "encoding": {
            "color": {
                "field": "kind",
                "type": "nominal",
                "scale": {"domain": kinds, "range": [PRICE, TOTAL]},
                "legend": {"title": None, "orient": "bottom", "columns": 1, "labelLimit": 0},
            },
            "shape": {"field": "kind", "type": "nominal", "scale": {"domain": kinds, "range": ["circle", "diamond"]}},
            "tooltip": [
                {"field": "kind", "type": "nominal", "title": text("frontier.kind")},
                {"field": "target", "type": "nominal", "title": text("column.target")},
                {"field": "share", "type": "quantitative", "title": x["title"], "format": ".1f"},
                {"field": "cost", "type": "quantitative", "title": y["title"], "format": ",.1f"},
            ],
        },
    }
    return {
        "data": {"values": rows},
        "width": "container",
        "height": 280,
        "encoding": {"x": x, "y": y},
        "layer": [curve, points],
    }
