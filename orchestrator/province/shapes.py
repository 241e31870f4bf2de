"""What a record allows, read off its pydantic model: the fields, their kinds, bounds and choices.

One description serves the words of problems, the nearest known key, the addresses of scenarios and the list of sources.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from orchestrator.province.paths import Path

Kind = Literal[
    "record", "list", "map", "variants", "source", "number", "integer", "text", "choice", "flag", "date", "time", "any"
]
_SCALARS: dict[Any, Kind] = {
    float: "number",
    int: "integer",
    str: "text",
    bool: "flag",
    dt.date: "date",
    AwareDatetime: "time",
}


@dataclass(frozen=True)
class Shape:
    """What is allowed at one place.

    ``fields`` of a record by the key that files use; ``item`` of a list or of a map's values, ``key`` of its keys;
    ``variants`` by the value of ``discriminator``. Bounds are None when open-ended; one that is ``exclusive`` is itself
    not allowed.
    """

    kind: Kind
    name: str = ""
    required: bool = True
    default: Any = None
    nullable: bool = False
    fields: Mapping[str, Shape] | None = None
    item: Shape | None = None
    key: Shape | None = None
    variants: Mapping[str, Shape] | None = None
    discriminator: str = ""
    choices: tuple[str, ...] = ()
    lower: float | None = None
    upper: float | None = None
    lower_exclusive: bool = False
    upper_exclusive: bool = False
    fewest: int | None = None
    most: int | None = None
    pattern: str | None = None

    @property
    def is_figure(self) -> bool:
        """Whether a number stands here, or a list of numbers."""
        if self.kind == "list":
            return self.item is not None and self.item.kind in ("number", "integer")
        return self.kind in ("number", "integer")

    def known(self) -> Mapping[str, Shape]:
        """Fields of a record; none of anything else."""
        return self.fields or {}

    def of_data(self, data: Any) -> Shape:
        """The variant that the data chooses; itself when there is no choice to make."""
        if self.variants and isinstance(data, dict):
            return self.variants.get(str(data.get(self.discriminator)), self)
        return self


@cache
def shape_of(model: type[BaseModel]) -> Shape:
    """The shape of a model."""
    fields = {}
    for name, info in model.model_fields.items():
        shape = _shape(info.annotation, [info])
        key, required = info.alias or name, info.is_required()
        fields[key] = replace(shape, name=key, required=required, default=None if required else info.get_default())
    return Shape("record", name=model.__name__, fields=types.MappingProxyType(fields))


def list_of(model: type[BaseModel]) -> Shape:
    """The shape of a register: a list of rows."""
    return Shape("list", item=shape_of(model))


def _shape(annotation: Any, metadata: list[Any]) -> Shape:
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return _shape(inner, [*metadata, *more])
    if get_origin(annotation) in (Union, types.UnionType):
        return _union(annotation, metadata)
    return _bounded(_plain_shape(annotation), metadata)


def _plain_shape(annotation: Any) -> Shape:
    arguments = get_args(annotation)
    if get_origin(annotation) is Literal:
        return Shape("choice", choices=tuple(str(choice) for choice in arguments))
    if get_origin(annotation) is tuple:
        return Shape("list", item=_shape(arguments[0], []))
    if get_origin(annotation) is dict:
        return Shape("map", key=_shape(arguments[0], []), item=_shape(arguments[1], []))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return shape_of(annotation)
    return Shape(_SCALARS.get(annotation, "any"))


def _union(annotation: Any, metadata: list[Any]) -> Shape:
    members = [member for member in get_args(annotation) if member is not type(None)]
    nullable = len(members) < len(get_args(annotation))
    if len(members) == 1:
        return replace(_shape(members[0], metadata), nullable=nullable)
    discriminator = next((m.discriminator for m in metadata if isinstance(m, FieldInfo) and m.discriminator), None)
    if discriminator is not None:
        variants = {choice: _shape(member, []) for member in members for choice in _tag(member, discriminator)}
        return Shape("variants", nullable=nullable, variants=variants, discriminator=str(discriminator))
    kinds = {_shape(member, []).kind for member in members}
    return Shape("source" if kinds == {"text", "map"} else "any", nullable=nullable)


def _tag(member: Any, discriminator: Any) -> tuple[str, ...]:
    return shape_of(member).known()[str(discriminator)].choices


def _bounded(shape: Shape, metadata: list[Any]) -> Shape:
    """The shape with the bounds that ``Field(ge=…)`` and its like have set."""
    constraints: list[Any] = []
    for item in reversed(metadata):
        constraints.extend(item.metadata if isinstance(item, FieldInfo) else [item])
    for item in constraints:
        changes: dict[str, Any] = {}
        for attribute, field in (("ge", "lower"), ("gt", "lower"), ("le", "upper"), ("lt", "upper")):
            if isinstance(bound := getattr(item, attribute, None), int | float):
                changes |= {field: float(bound), f"{field}_exclusive": attribute in ("gt", "lt")}
        for attribute, field in (("min_length", "fewest"), ("max_length", "most"), ("pattern", "pattern")):
            if (bound := getattr(item, attribute, None)) is not None:
                changes[field] = bound
        shape = replace(shape, **changes)
    return shape


def walk(shape: Shape | None, data: Any, path: Path = ()) -> Iterator[tuple[Path, Shape, Any]]:
    """Every place of the data that its shape knows, outside in, as (path, shape, value)."""
    if shape is None:
        return
    shape = shape.of_data(data)
    yield path, shape, data
    if isinstance(data, dict):
        for key, value in data.items():
            inner = shape.item if shape.kind == "map" else shape.known().get(key)
            if isinstance(value, dict | list):
                yield from walk(inner, value, (*path, key))
            elif inner is not None:  # of large registers nearly all: without a generator of its own
                yield (*path, key), inner, value
    elif isinstance(data, list):
        for position, value in enumerate(data):
            yield from walk(shape.item, value, (*path, position))


def shape_at(shape: Shape | None, data: Any, path: Path) -> Shape | None:
    """The shape at a path of the data, None beyond what is known."""
    for step in path:
        if shape is None:
            return None
        shape = shape.of_data(data)
        if shape.kind == "source":
            return shape
        if isinstance(step, int):
            shape = shape.item
            data = data[step] if isinstance(data, list) and step < len(data) else None
        else:
            shape = shape.item if shape.kind == "map" else shape.known().get(step)
            data = data.get(step) if isinstance(data, dict) else None
    return shape.of_data(data) if shape is not None else None
