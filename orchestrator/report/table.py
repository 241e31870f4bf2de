"""A table as people read it: texts in one language, the same in the terminal and in the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orchestrator.i18n import Messages

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """Heading of a column; numbers are set to the right, and cells of a tight column are not broken.

    ``key`` names it for those who refer to it, or is empty.
    """

    heading: str
    numeric: bool = False
    tight: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """``totals`` says which rows are sums; the first ``groups`` columns group rows; a repeated cell may be shown once.

    ``note`` says what a reader needs to know, or is empty. ``keys`` names the rows for those who refer to them, or is
    empty. ``heads`` are columns whose names may stand as headings over their rows where there is no room for the
    columns; without them the columns that group rows do. ``unit`` is that of all numbers, where neither headings nor
    rows say one. The rest is for spreadsheets, which calculate again: ``sums`` is a row -> the rows that it adds up in
    every numeric column; with ``across`` the last column adds up the numeric ones before it; ``share`` is (column,
    other): the first is the row's part of the last row of the other.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    totals: frozenset[int] = frozenset()
    groups: int = 0
    keys: tuple[str, ...] = ()
    unit: str = ""
    heads: tuple[int, ...] = ()
    sums: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    across: bool = False
    share: tuple[int, int] | None = None

    def repeats(self, row: int, column: int) -> bool:
        """Whether a cell repeats the one above it in a column that groups rows."""
        if column >= self.groups or row == 0:
            return False
        return self.rows[row][: column + 1] == self.rows[row - 1][: column + 1]


class Names:
    """Names in one language of what a document names by its id; an id without a name stands for itself."""

    def __init__(self, document: Mapping[str, Any], text: Messages) -> None:
        self._labels: Mapping[str, Any] = document["labels"]
        self._text = text

    def of(self, group: str, key: str | None) -> str:
        """Name in a group of the labels."""
        names = self._labels[group].get(key)
        return str(key) if names is None else self._text.pick(names)

    def place(self, site: str, hall: str | None = None) -> str:
        """Name of a site, with the hall type when there is one."""
        name = self.of("sites", site)
        return name if hall is None else f"{name} · {self.of('halls', hall)}"

    def item(self, kind: str, site: str, item: str) -> str:
        """Name of what a build line orders."""
        if kind == "grid_step":
            return self.of("grid_steps", f"{site}/{item}")
        return self.of(_GROUP_OF_KIND[kind], item)

    def pool(self, pool: str) -> str:
        """What a pool serves: its programmes, who pays and the security level."""
        about = self._labels["pools"].get(pool)
        if about is None:
            return pool
        named = self._pool(about)
        same = sum(self._pool(other) == named for other in self._labels["pools"].values()) > 1
        return self._pool(about, (self._text.pick(about["load_class"]),)) if same else named

    def _pool(self, about: Mapping[str, Any], more: tuple[str, ...] = ()) -> str:
        programmes = ", ".join(self.of("programmes", programme) for programme in about["programmes"])
        said = [self._text("payer." + about["payer"]), self._text("pool.level", level=about["security_level"])]
        if about["in_room"]:
            said.append(self._text("pool.in_room"))
        if sites := about.get("sites"):
            said.append(self._text("pool.at", sites=", ".join(self.of("sites", site) for site in sites)))
        return f"{programmes} ({', '.join((*said, *more))})"

    def policy_kind(self, policy: str) -> str:
        """Kind of a policy constraint, or nothing."""
        about = self._labels["policies"].get(policy)
        return "" if about is None else str(about["kind"])

    def policy(self, policy: str) -> str:
        """Statement of a policy constraint, or what the planner's own constraints are called.

        Those are ``budget:<payer>:<category>``, ``budget:<funding source>``, ``demand:<pool>``, ``contract:<pool>``,
        ``limit:<technology>``, ``link:<link>:<payer>``, ``resilience:<rule>[:<pool>]`` and names of the catalogue.
        """
        match policy.split(":"):
            case ["budget", payer, category]:
                who, what = self._text.find(f"payer.{payer}", payer), self._text.find(f"category.{category}", category)
                return self._text("constraint.budget", payer=who, category=what)
            case ["demand", pool]:
                return self._text("constraint.demand", pool=self.pool(pool))
            case ["contract", pool]:
                return self._text("constraint.contract", pool=self.pool(pool))
            case ["link", link, payer]:
                who = self._text.find(f"payer.{payer}", payer)
                return self._text("constraint.link", link=self.of("links", link), payer=who)
            case ["budget", source]:
                return self._text("constraint.source", source=self.of("funding", source))
            case ["resilience", rule, pool]:
                return f"{self.policy(f'resilience:{rule}')}: {self.pool(pool)}"
            case ["quota", zone, resource]:
                return self._text("constraint.quota", zone=self.of("locations", zone), resource=resource.upper())
            case ["limit", technology]:
                return self._text("constraint.limit", technology=self.of("technologies", technology))
        return self._text.find(f"constraint.{policy}", self.of("policies", policy))

    def citation(self, policy: str) -> str:
        """Document, article and date that a policy constraint comes from."""
        about = self._labels["policies"].get(":".join(policy.split(":")[:2]))
        if about is not None:
            return str(about["citation"])
        return _FILE_OF_LIMIT.get(policy.split(":")[0], "")


_FILE_OF_LIMIT = {
    "budget": "province.yaml, funding",
    "connection": "sites.yaml, grid",
    "contract": "clouds.yaml, contracts",
    "demand": "services.yaml",
    "dppa": "energy.yaml, dppa",
    "land": "sites.yaml",
    "lead_times": "province.yaml, as_of",
    "limit": "sites.yaml, energy_limits",
    "link": "network.yaml, links",
    "path": "network.yaml, links",
    "quota": "clouds.yaml",
    "water": "sites.yaml",
}
_GROUP_OF_KIND = {
    "module": "halls",
    "ups": "plant",
    "genset": "plant",
    "chiller": "plant",
    "server": "skus",
    "generation": "technologies",
    "battery_mw": "technologies",
    "battery_mwh": "technologies",
    "dppa_mw": "technologies",
    "fuel_tank": "plant",
    "ups_battery": "plant",
}
