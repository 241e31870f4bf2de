"""Expressions in the subset of CEL that Python and Kubernetes decide alike; no other file knows the CEL library."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from cel_expr_python import cel
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message

from policies.facts import KINDS, Facts, FactsRecord, FieldKind, fields_of

_PACKAGE = "facts"
_Field = descriptor_pb2.FieldDescriptorProto
_TYPES: Mapping[FieldKind, tuple[_Field.Type.ValueType, _Field.Label.ValueType]] = MappingProxyType(
    {
        FieldKind.TEXT: (_Field.TYPE_STRING, _Field.LABEL_OPTIONAL),
        FieldKind.NUMBER: (_Field.TYPE_INT64, _Field.LABEL_OPTIONAL),
        FieldKind.SHARE: (_Field.TYPE_DOUBLE, _Field.LABEL_OPTIONAL),
        FieldKind.TRUTH: (_Field.TYPE_BOOL, _Field.LABEL_OPTIONAL),
        FieldKind.TEXTS: (_Field.TYPE_STRING, _Field.LABEL_REPEATED),
    }
)
_SUBSET = """
name: rules
stdlib:
  include_macros: [all, exists]
  include_functions:
  - name: "_&&_"
  - name: "_||_"
  - name: "!_"
  - name: "_?_:_"
  - name: "@not_strictly_false"
  - name: "_==_"
  - name: "_!=_"
  - name: "_<_"
    overloads: [{id: less_int64}, {id: less_double}, {id: less_string}]
  - name: "_<=_"
    overloads: [{id: less_equals_int64}, {id: less_equals_double}, {id: less_equals_string}]
  - name: "_>_"
    overloads: [{id: greater_int64}, {id: greater_double}, {id: greater_string}]
  - name: "_>=_"
    overloads: [{id: greater_equals_int64}, {id: greater_equals_double}, {id: greater_equals_string}]
  - name: "@in"
    overloads: [{id: in_list}]
  - name: size
    overloads: [{id: list_size}, {id: size_list}]
"""
_READ = re.compile(r"\bvariables\.([a-z_]+)(?:\.([a-z_]+))?")


class ExpressionError(Exception):
    """An expression that is not of the subset; ``reason`` is the compiler's, with line and column."""

    def __init__(self, expression: str, reason: str) -> None:
        super().__init__(f"{expression!r}: {reason}")
        self.expression = expression
        self.reason = reason


@dataclasses.dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression of type bool."""

    text: str
    program: Any = dataclasses.field(repr=False, compare=False)


def read_by(text: str) -> frozenset[str]:
    """The facts that an expression names: ``today``, ``system.security_level``."""
    return frozenset(".".join(filter(None, found)) for found in _READ.findall(text))


@cache
def compiled(text: str) -> Expression:
    """A truth over ``variables``. Raises ExpressionError."""
    try:
        program = _environment().compile(text)
    except RuntimeError as error:
        raise ExpressionError(text, _shortened(str(error))) from None
    if program.return_type() != cel.Type.BOOL:
        raise ExpressionError(text, f"a truth is expected, this gives {program.return_type().name()}")
    return Expression(text, program)


def evaluated(expression: Expression, variables: Message) -> bool:
    """What the expression says of facts (``to_message``). Raises ExpressionError, which no total facts should cause."""
    found = expression.program.eval(data={"variables": variables}).value()
    if not isinstance(found, bool):
        raise ExpressionError(expression.text, str(found))
    return found


def to_message(facts: Facts) -> Message:
    """Facts as expressions read them."""
    parts = {name: _part(getattr(facts, name)) for name in KINDS}
    made: Message = _classes()["Variables"](today=facts.today.isoformat(), **parts)
    return made


@cache
def _part(record: FactsRecord) -> Message:
    fields = {name: getattr(record, name) for name in fields_of(type(record))}
    made: Message = _classes()[type(record).__name__](**fields)
    return made


@cache
def _classes() -> Mapping[str, Any]:
    names = [record.__name__ for record in KINDS.values()] + ["Variables"]
    found = {name: _pool().FindMessageTypeByName(f"{_PACKAGE}.{name}") for name in names}
    return {name: message_factory.GetMessageClass(descriptor) for name, descriptor in found.items()}


@cache
def _pool() -> descriptor_pool.DescriptorPool:
    """A message type for every record of facts, and one that holds them all."""
    file = descriptor_pb2.FileDescriptorProto(name="facts.proto", package=_PACKAGE, syntax="proto3")
    for record in KINDS.values():
        message = file.message_type.add(name=record.__name__)
        for number, (name, kind) in enumerate(fields_of(record).items(), 1):
            type_, label = _TYPES[kind]
            message.field.add(name=name, number=number, type=type_, label=label)
    variables = file.message_type.add(name="Variables")
    variables.field.add(name="today", number=1, type=_Field.TYPE_STRING, label=_Field.LABEL_OPTIONAL)
    for number, (name, record) in enumerate(KINDS.items(), 2):
        variables.field.add(
            name=name, number=number, type=_Field.TYPE_MESSAGE, label=_Field.LABEL_OPTIONAL,
            type_name=f".{_PACKAGE}.{record.__name__}",
        )  # fmt: skip
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return pool


@cache
def _environment() -> cel.Env:
    return cel.NewEnv(
        descriptor_pool=_pool(),
        config=cel.NewEnvConfigFromYaml(_SUBSET),
        variables={"variables": cel.Type(f"{_PACKAGE}.Variables")},
    )


def _shortened(reason: str) -> str:
    """The compiler's words without its codes and its picture of the line."""
    found = re.findall(r"ERROR: <input>:(\d+):(\d+): (.*)", reason)
    words = [f"{line}:{column}: {said}" for line, column, said in found]
    return "; ".join(words).replace(" (in container '')", "") or reason.replace("\n", " ")
