"""Structural choices of a plan as columns of the master, so that each can be held to a value or driven to its ends."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from capacity.model.build import SizingModel
from capacity.model.frame import BILLION
from capacity.model.linear import Expression
from capacity.model.market import rents


@dataclass(frozen=True, slots=True)
class Choice:
    """``kind`` and ``of`` name it: halls or grid of a site, technology or dppa (MW), battery (MWh), rent (bn VND)."""

    kind: str
    of: str
    unit: str


def add_choices(model: SizingModel) -> dict[Choice, int]:
    """A column for every choice of the model, equal to what is chosen; the model itself stays as it is."""
    frame, found = model.frame, defaultdict[Choice, Expression](Expression)
    for asset in frame.assets.values():
        for _, column in frame.bought(asset):
            if asset.kind == "module":
                it_mw = frame.inputs.hall(asset.item).it_kw / 1000
                found[Choice("halls", asset.site.id, "MW")].add(column, it_mw)
            elif asset.kind == "grid_step":
                add_mw = next(step.add_mw for step in asset.site.grid.steps if step.id == asset.item)
                found[Choice("grid", asset.site.id, "MW")].add(column, add_mw)
            elif asset.kind == "generation":
                found[Choice("technology", asset.item, "MW")].add(column, 1.0)
            elif asset.kind == "battery_mwh":
                found[Choice("battery", asset.item, "MWh")].add(column, 1.0)
            elif asset.kind == "dppa_mw":
                found[Choice("dppa", asset.item, "MW")].add(column, 1.0)
    for year in frame.years:
        for pool, amounts in frame.pools(year):
            for offer in rents(frame.inputs, pool, amounts, year):
                column = frame.model.columns["rent", pool.id, offer.location, offer.gpu_price or "", year]
                found[Choice("rent", "", "bn VND")].add(column, offer.vnd_per_year / BILLION)
    columns: dict[Choice, int] = {}
    for choice, amount in found.items():
        most = sum(max(value, 0.0) * frame.model.upper[column] for column, value in amount.terms.items())
        if most > 0:
            column = frame.model.column(("choice", choice.kind, choice.of), upper=most)
            frame.model.row(("choice", choice.kind, choice.of), amount.add(column, -1.0), lower=0.0, upper=0.0)
            columns[choice] = column
    return columns
