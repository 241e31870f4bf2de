"""From a document back to the plan, with every fault of the document told in a sentence."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NoReturn

import jsonschema
import numpy as np
import numpy.typing as npt

from capacity.hourly import hours_of_year
from capacity.plan import (
    Build,
    Dispatch,
    Extra,
    Flow,
    LinkLease,
    MissedTarget,
    Placement,
    Plan,
    Rent,
    Standby,
    StandbyRent,
)
from capacity.weather import reason_of
from orchestrator.document.hours_codec import ENCODING, HoursError, decode_watts
from orchestrator.document.schema_words import schema_words
from orchestrator.document.writing import SCHEMA, Document
from orchestrator.province.problems import Text, joined

_MOST_ERRORS = 20
_NOT_JSON = Text("not JSON: ", "không phải JSON: ")
LARGEST_NUMBER = 1e24
"""Of any figure of a document; whole numbers of JSON have no end of their own, and floats do."""


class DocumentError(ValueError):
    """The document is not a plan that this version can read; ``problems`` says why, a sentence each."""

    def __init__(self, problems: list[Text]) -> None:
        super().__init__("; ".join(problem.en for problem in problems))
        self.problems = problems


@cache
def published_schema(kind: str) -> dict[str, Any]:
    """The published JSON Schema of a kind of document: ``plan``, ``frontier`` or ``stochastic``."""
    text = resources.files("orchestrator.document").joinpath(f"{kind}.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def plan_schema() -> dict[str, Any]:
    """The published JSON Schema of ``plan.json``."""
    return published_schema("plan")


def read_document(path: Path) -> Document:
    """The document in a file, checked against the schema. Raises DocumentError, also when the file cannot be read."""
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise DocumentError([joined(f"{path}: ", Text(*reason_of(error)))]) from error
    except UnicodeDecodeError as error:
        at = error.start
        problem = Text(f"{path}: not UTF-8 at byte {at}", f"{path}: không phải UTF-8 ở byte {at}")
        raise DocumentError([problem]) from error
    try:
        document = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_each_key_once)
    except _NotOneValueError as error:
        raise DocumentError([joined(f"{path}: ", _NOT_JSON, error.words)]) from error
    except (ValueError, RecursionError) as error:
        raise DocumentError([joined(f"{path}: ", _NOT_JSON, Text(*reason_of(error)))]) from error
    validate(document, str(path))
    return document  # type: ignore[no-any-return]


class _NotOneValueError(ValueError):
    """A value that JSON knows no single meaning of."""

    def __init__(self, words: Text) -> None:
        super().__init__(words.en)
        self.words = words


def _refuse_constant(name: str) -> NoReturn:
    raise _NotOneValueError(Text(f"{name} is not a number", f"{name} không phải số"))


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for index, (key, _) in enumerate(pairs) if key in dict(pairs[:index]))
        en, vi = f"the key {twice!r} stands twice in one object", f"khóa {twice!r} có hai lần trong một đối tượng"
        raise _NotOneValueError(Text(en, vi))
    return found


def _is_integer(_: object, value: object) -> bool:
    """JSON Schema takes 2029.0 for an integer; a year or a count is written without a point."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_NUMBER


def _is_number(_: object, value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST_NUMBER


_Validator = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
    jsonschema.Draft202012Validator,
    type_checker=jsonschema.Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer).redefine(
        "number", _is_number
    ),
)


def validate(document: Any, name: str = "document") -> None:
    """Raises DocumentError with the places where a document breaks the schema."""
    if not isinstance(document, dict) or "schema" not in document:
        en, vi = "not a plan: the key 'schema' is missing", "không phải kế hoạch: thiếu khóa 'schema'"
        raise DocumentError([Text(f"{name}: {en}", f"{name}: {vi}")])
    if document["schema"] != SCHEMA:
        raise DocumentError([_other_version(f"{name}: schema", document["schema"], SCHEMA)])
    validator = _Validator(plan_schema())
    problems = []
    for error in validator.iter_errors(document):
        place = ".".join(str(part) for part in error.absolute_path) or "document"
        problems.append(joined(f"{name}: {place}: ", schema_words(error)))
        if len(problems) == _MOST_ERRORS:
            break
    if problems:
        raise DocumentError(problems)


def _other_version(place: str, found: object, known: str) -> Text:
    return Text(
        f"{place}: {found!r}, this version reads {known!r}", f"{place}: {found!r}, phiên bản này chỉ đọc {known!r}"
    )


def from_document(document: Document) -> Plan:
    """The plan of a document that keeps the schema. Raises DocumentError when it holds none or damaged hours."""
    if document["dispatch"] is None:
        status = document["status"]
        en, vi = f"the document holds no plan: its status is '{status}'", f"tài liệu không có kế hoạch: '{status}'"
        raise DocumentError([Text(en, vi)])
    absent = [key for key in ("builds", "placements", "rents") if document[key] is None]
    if absent:
        raise DocumentError(
            [Text(f"{key}: missing beside the hours of a plan", f"{key}: thiếu, dù có số liệu giờ") for key in absent]
        )
    return Plan(
        years=tuple(document["years"]),
        builds=tuple(Build(**{**row, "order_by": _day(row["order_by"], "builds")}) for row in document["builds"]),
        placements=tuple(Placement(**row) for row in document["placements"]),
        rents=tuple(Rent(**row) for row in document["rents"]),
        dispatches=_dispatches(document["dispatch"]),
        standbys=tuple(Standby(**row) for row in document["standbys"]),
        standby_rents=tuple(StandbyRent(**row) for row in document["standby_rents"]),
        extras=tuple(Extra(**row) for row in document.get("extras") or ()),
        missed=tuple(MissedTarget(**row) for row in document["missed_targets"] or ()),
        leases=tuple(LinkLease(**{**row, "order_by": _day(row["order_by"], "leases")}) for row in document["leases"]),
        flows=tuple(
            Flow(**{**row, "links": tuple(row["links"]), "second": tuple(row["second"])}) for row in document["flows"]
        ),
    )


def _day(text: str, where: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        en, vi = f"{where}: order_by: {text!r} is not a date", f"{where}: order_by: {text!r} không phải ngày"
        raise DocumentError([Text(en, vi)]) from error


def _dispatches(dispatch: dict[str, Any]) -> tuple[Dispatch, ...]:
    if dispatch["encoding"] != ENCODING:
        raise DocumentError([_other_version("dispatch: encoding", dispatch["encoding"], ENCODING)])
    return tuple(_site_year(row) for row in dispatch["site_years"])


def _site_year(row: dict[str, Any]) -> Dispatch:
    hours = row["hours"]
    place = Text(f"dispatch of {row['site']} in {row['year']}", f"số liệu giờ của {row['site']} năm {row['year']}")
    if hours != hours_of_year(row["year"]):
        right = hours_of_year(row["year"])
        hours_words = Text(f": {hours} hours, the year has {right}", f": {hours} giờ, năm đó có {right} giờ")
        raise DocumentError([joined(place, hours_words)])

    def series(text: str, name: str) -> npt.NDArray[np.int64]:
        try:
            return decode_watts(text, hours)
        except HoursError as error:
            raise DocumentError([joined(place, f": {name}: ", error.words)]) from error

    return Dispatch(
        site=row["site"],
        year=row["year"],
        grid_w=series(row["grid_w"], "grid_w"),
        charge_w=series(row["charge_w"], "charge_w"),
        discharge_w=series(row["discharge_w"], "discharge_w"),
        dppa_w=series(row["dppa_w"], "dppa_w"),
        deferred_w={
            (part["load_class"], part["hall"]): series(part["watts"], f"deferred_w of {part['load_class']}")
            for part in row["deferred_w"]
        },
    )
