"""How a figure came about: its formula in words, its sources, and the documents that they name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from capacity.demand import Demand, Need
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.settings import Reference
from orchestrator.demand_view.words import field_name, formula_lines
from orchestrator.i18n import Messages

_REFERENCE = re.compile(r"\bref:([a-z0-9][a-z0-9-]*)")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A need in one language: ``steps`` are the formulas of intermediate figures, ``sources`` those of its fields."""

    heading: str
    formula: str
    steps: tuple[str, ...]
    sources: tuple[str, ...]


def explanations(inputs: CapacityInputs, demand: Demand, text: Messages, year: int) -> tuple[Explanation, ...]:
    """Every need of a year, by programme in the order of the folder. ``text`` are the words of the demand."""
    order = {programme.id: place for place, programme in enumerate(inputs.services.programmes)}
    needs = sorted((need for need in demand.needs if need.year == year), key=lambda need: order[need.programme])
    return tuple(_explanation(inputs, need, text) for need in needs)


def _explanation(inputs: CapacityInputs, need: Need, text: Messages) -> Explanation:
    formula, *steps = formula_lines(text, need.formula)
    fields: dict[str, list[str]] = {}
    for field, source in need.cited:
        fields.setdefault(source, []).append(field_name(text, field))
    resource = text(f"resource.{need.resource}")
    amount = f"{text.significant(need.amount)} {text(f'unit.{need.resource}')}"
    return Explanation(
        heading=f"{_name(inputs, need, text)} · {resource} · {need.year}: {amount}",
        formula=formula,
        steps=tuple(steps),
        sources=tuple(f"{', '.join(names)}: {source}" for source, names in fields.items()),
    )


def _name(inputs: CapacityInputs, need: Need, text: Messages) -> str:
    programme = next(p for p in inputs.services.programmes if p.id == need.programme)
    name = text.pick({"vi": programme.name_vi, "en": programme.name_en})
    if need.system is None:
        return name
    system = next(s for s in inputs.systems if s.id == need.system)
    return f"{name} · {text.pick({'vi': system.name_vi, 'en': system.name_en})}"


def cited_references(inputs: CapacityInputs, needs: Iterable[Need]) -> tuple[Reference, ...]:
    """The documents that the sources of needs name, assumptions that lean on one too, in the order of the folder."""
    cited = {name for need in needs for _, source in need.cited for name in _REFERENCE.findall(source)}
    return tuple(reference for reference in inputs.settings.references if reference.id in cited)
