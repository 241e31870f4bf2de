"""How tests read a demand, and how they work out a written formula without the code that wrote it."""

from __future__ import annotations

import re

from capacity.demand import Demand, Need, Resource

NUMBER = r"[\d,]*\d(?:\.\d+)?"


def needs(demand: Demand, programme: str, resource: Resource) -> dict[int, Need]:
    """Need by year of a programme without systems."""
    return {n.year: n for n in demand.needs if (n.programme, n.resource) == (programme, resource)}


def amounts(demand: Demand, programme: str, resource: Resource) -> dict[int, float]:
    """Amount by year of a programme, its systems summed."""
    found: dict[int, float] = {}
    for need in demand.needs:
        if (need.programme, need.resource) == (programme, resource):
            found[need.year] = found.get(need.year, 0.0) + need.amount
    return found


def worked_out(arithmetic: str) -> float:
    """The value of an arithmetic expression whose numbers stand behind names."""
    text = re.sub(r"\[[^]]*\]", "", arithmetic)
    text = re.sub(rf"\b(?!max\b)[a-z_][a-z0-9_.]* ({NUMBER})", r"\1", text)
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    text = text.replace("×", "*").replace("÷", "/").replace("^", "**")
    assert not re.sub(r"max|[\d\s.,+*/()]", "", text), text
    return float(eval(text, {"__builtins__": {}, "max": max}))


def claims(formula: str) -> list[tuple[float | None, float]]:
    """(stated, worked out) of a formula (stated: None) and of each of its steps."""
    first, *steps = formula.split("; ")
    found: list[tuple[float | None, float]] = [(None, worked_out(first))]
    for step in steps:
        name, arithmetic = step.split(" = ")
        found.append((worked_out(name), worked_out(arithmetic)))
    return found
