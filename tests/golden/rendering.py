"""What a constraint adds to the model, as text: costs, rows, columns with their bounds, slacks, rows of the hours."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

import numpy as np

from capacity.demand.needs import Demand
from capacity.inputs import CapacityInputs
from capacity.model import build, policy
from capacity.model.blocks import Block, Coefficient, HourlyColumn, HourlyRow, YearRow, build_block
from capacity.model.frame import Frame
from capacity.model.linear import Key
from tests.golden.cases import CASES, CASES_OF

SHOWN_HOURS = (0, 7, 18)
"""Off-peak, where the cyclic year begins; normal; peak. 1 January is a Friday in 2027 and a Saturday in 2028."""


def number(value: float) -> str:
    """Six significant digits."""
    return f"{value:.6g}"


def name_of(key: Key) -> str:
    """A column's or row's key in one word."""
    return "/".join(str(part) or "-" for part in key)


def sum_of(terms: list[tuple[str, float]]) -> str:
    """``3 a - 2 b``."""
    text = ""
    for name, coefficient in terms:
        size = "" if abs(coefficient) == 1 else f"{number(abs(coefficient))} "
        sign = "-" if coefficient < 0 else "+"
        text += f" {sign} {size}{name}" if text else f"{'-' if coefficient < 0 else ''}{size}{name}"
    return text or "0"


def relation(body: str, lower: float, upper: float) -> str:
    """``lower <= body <= upper``, without what is not bounded."""
    if lower == upper:
        return f"{body} = {number(upper)}"
    left = "" if lower == -np.inf else f"{number(lower)} <= "
    right = "" if upper == np.inf else f" <= {number(upper)}"
    return f"{left}{body}{right}" if left and right else f"{body}{right}" if right else f"{body} >= {number(lower)}"


def at(coefficient: Coefficient, hour: int) -> float:
    """The coefficient of an hour."""
    return float(coefficient[hour]) if isinstance(coefficient, np.ndarray) else float(coefficient)


class Recorder:
    """Builds a model and keeps, by constraint, the text of what each added."""

    def __init__(self, inputs: CapacityInputs, demand: Demand) -> None:
        self.texts: dict[str, list[str]] = {}
        with ExitStack() as stack:
            for registry in ("MASTER_CONSTRAINTS", "BLOCK_CONSTRAINTS", "MONEY"):
                watched = tuple(self._watch(function) for function in getattr(build, registry))
                stack.enter_context(patch.object(build, registry, watched))
            programmes = self._watch(policy.programmes_stand_in_the_province)
            stack.enter_context(patch.object(policy, "programmes_stand_in_the_province", programmes))
            stack.enter_context(patch.object(build, "build_block", self._watch(build_block)))
            build.build_model(inputs, demand)

    def _watch(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def watched(frame: Frame, *rest: Any) -> Any:
            added = Added(frame, rest[0] if rest and isinstance(rest[0], dict) else {})
            result = function(frame, *rest)
            lines = self.texts.setdefault(function.__name__, [])
            lines.extend(added.lines())
            if isinstance(result, Block):
                lines.extend(block_lines(frame, result))
            elif result:
                lines.extend(["missed", *(f"  {missed}" for missed in result)])
            return result

        return watched


class Added:
    """What a model has gained since this was made."""

    def __init__(self, frame: Frame, blocks: dict[tuple[str, int], Block]) -> None:
        self.frame, self.blocks = frame, blocks
        self.rows, self.cost, self.offset = len(frame.model.rows), list(frame.model.cost), frame.model.offset
        self.yearly = {key: set(block.yearly) for key, block in blocks.items()}
        self.hourly = {key: set(block.hourly) for key, block in blocks.items()}

    def lines(self) -> Iterator[str]:
        """Sections that have anything: minimise, rows, rows of a year's hours, columns, slacks."""
        model = self.frame.model
        names = [name_of(key) for key in model.columns]
        before = self.cost + [0.0] * (len(model.cost) - len(self.cost))
        costs = [(name, now - was) for name, now, was in zip(names, model.cost, before, strict=True) if now != was]
        if costs or model.offset != self.offset:
            yield "minimise (billion VND)"
            yield from (f"  {sum_of([term])}" for term in costs)
            if model.offset != self.offset:
                yield f"  {number(model.offset - self.offset)}"
        if rows := model.rows[self.rows :]:
            yield "rows"
            for key, terms, lower, upper in rows:
                body = sum_of([(names[column], coefficient) for column, coefficient in terms.items()])
                yield f"  {name_of(key)}: {relation(body, lower, upper)}"
        yearly = [
            (block, name, row)
            for key, block in self.blocks.items()
            for name, row in block.yearly.items()
            if name not in self.yearly[key]
        ]
        if yearly:
            yield "rows of the mean over the hours (MW)"
            for block, name, row in yearly:
                yield f"  {name_of((*block.key, name))}: {year_row(row, names)} >= 0"
        hourly = [
            (block, name) for key, block in self.blocks.items() for name in block.hourly if name not in self.hourly[key]
        ]
        if hourly:
            yield "rows of the hours"
            for block, name in hourly:
                for hour in (*SHOWN_HOURS, block.hours - 1):
                    yield f"  {name_of(block.key)}: {hourly_row(name, block.hourly[name], names, hour, block.hours)}"
        if len(names) > len(self.cost):
            yield "columns"
            for column in range(len(self.cost), len(names)):
                whole = " integer" if model.integer[column] else ""
                yield f"  {relation(names[column], model.lower[column], model.upper[column])}{whole}"
        slacks = {column: slack for column, slack in self.frame.slacks.items() if column >= len(self.cost)}
        if slacks:
            yield "slacks (billion VND a unit of the column)"
            for column, slack in slacks.items():
                unit = f"{number(slack.to_unit)} {slack.unit}"
                yield f"  {names[column]}: {number(slack.price)}, 1 = {unit}"


def year_row(row: YearRow, names: list[str]) -> str:
    """Terms of the hours with a constant coefficient or its mean, then those of the master."""
    terms = []
    for term in row.terms:
        values = np.atleast_1d(np.asarray(term.coefficient))
        varies = "" if np.ptp(values) < 1e-12 else "(t, here the mean)"
        terms.append((f"{term.column}{varies}", float(values.mean())))
    return sum_of(terms + [(names[column], coefficient) for column, coefficient in row.master])


def block_lines(frame: Frame, block: Block) -> Iterator[str]:
    """Every hourly column and row of a block in a few of its hours."""
    names = [name_of(key) for key in frame.model.columns]
    yield f"block {name_of(block.key)}: {block.hours} hours"
    for name, column in block.columns.items():
        yield from (f"  {hourly_column(name, column, names, hour)}" for hour in SHOWN_HOURS)
    for name, row in block.hourly.items():
        yield from (f"  {hourly_row(name, row, names, hour, block.hours)}" for hour in SHOWN_HOURS)


def hourly_column(name: str, column: HourlyColumn, names: list[str], hour: int) -> str:
    """Bounds, times the column of the master that scales them, and cost."""
    scale = "" if column.scale is None else f" x {names[column.scale]}"
    bounds = f"{number(at(column.low, hour))} <= {name}[{hour}] <= {number(at(column.high, hour))}"
    cost = at(column.cost, hour)
    return f"{bounds}{scale}{f', costs {number(cost)}' if cost else ''}"


def hourly_row(name: str, row: HourlyRow, names: list[str], hour: int, hours: int) -> str:
    """The row of an hour with its lags resolved."""
    terms = [(f"{t.column}[{(hour - t.lag) % hours}]", at(t.coefficient, hour)) for t in row.terms]
    terms += [(names[column], at(coefficient, hour)) for column, coefficient in row.master]
    return f"{name}[{hour}]: {sum_of([t for t in terms if t[1]])} {'=' if row.equality else '>='} 0"


@functools.cache
def texts_of(case: str) -> dict[str, list[str]]:
    """Constraint -> lines of a case."""
    return Recorder(*CASES[case]()).texts


def golden_text(function: Callable[..., Any]) -> str:
    """The golden file of a constraint: its sentence, then what it adds in each of its cases."""
    lines = [f"\\ {line}".rstrip() for line in (function.__doc__ or "").strip().splitlines()[:1]]
    for case in CASES_OF[function.__name__]:
        lines += ["", f"\\ case {case}: {(CASES[case].__doc__ or '').strip()}", *texts_of(case)[function.__name__]]
    return "\n".join(lines) + "\n"
