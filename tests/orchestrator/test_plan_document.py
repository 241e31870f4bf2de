"""The document plan.json: schema, order of keys, round trip, faults told without a traceback, atomic writes."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.accounts import SiteYear
from capacity.inputs.settings import Payer
from capacity.plan import Build, BuildKind, Dispatch, Extra, Flow, LinkLease, MissedTarget, Placement, Plan, Rent
from orchestrator.document import (
    DocumentError,
    dumps,
    from_document,
    plan_schema,
    read_document,
    to_document,
    validate,
    write_atomically,
)
from orchestrator.document.accounts_tables import SCHEMAS, unit_of
from orchestrator.document.hours_codec import HoursError, decode_watts, encode_watts
from tests.orchestrator.report.sample import (
    YEARS,
    conflict_document,
    sample_accounts,
    sample_document,
    sample_plan,
    sample_result,
)

FIRST_KEYS = [
    "schema",
    "inputs_digest",
    "status",
    "objective_vnd",
    "bound_vnd",
    "gap",
    "hours",
    "seconds",
    "peak_memory_mib",
    "seed",
    "versions",
]
names = st.text("abcdefghij-", min_size=1, max_size=12)
years = st.sampled_from([2026, 2027, 2028])
amounts = st.floats(min_value=0, max_value=1e9, allow_nan=False)
days = st.dates(dt.date(2024, 1, 1), dt.date(2030, 12, 31))


@st.composite
def dispatches(draw: st.DrawFn) -> Dispatch:
    year = draw(years)
    hours = 8784 if year == 2028 else 8760
    random = np.random.default_rng(draw(st.integers(0, 2**32)))

    def watts() -> Any:
        return random.integers(0, draw(st.sampled_from([1, 1000, 10**9, 2**62])), hours, dtype=np.int64)

    deferred = draw(st.lists(st.tuples(names, names), unique=True, max_size=2))
    return Dispatch(draw(names), year, watts(), watts(), watts(), watts(), {key: watts() for key in deferred})


plans = st.builds(
    Plan,
    years=st.just(YEARS),
    builds=st.lists(
        st.builds(
            Build,
            kind=st.sampled_from(get_args(BuildKind)),
            site=names,
            item=names,
            year=years,
            amount=amounts,
            order_by=days,
            hall=st.none() | names,
        ),
        max_size=4,
    ).map(tuple),
    placements=st.lists(
        st.builds(
            Placement,
            pool=names,
            site=names,
            hall=names,
            year=years,
            sku=st.none() | names,
            servers=amounts,
            wholesale_mw=amounts,
        ),
        max_size=4,
    ).map(tuple),
    rents=st.lists(
        st.builds(Rent, pool=names, location=names, year=years, fraction=amounts, gpu_price=st.none() | names),
        max_size=4,
    ).map(tuple),
    dispatches=st.lists(dispatches(), max_size=2).map(tuple),
    missed=st.lists(
        st.builds(
            MissedTarget, policy=names, year=years, required=amounts, earliest_year=st.none() | years, reason=names
        ),
        max_size=2,
    ).map(tuple),
    leases=st.lists(
        st.builds(
            LinkLease, link=names, payer=st.sampled_from(get_args(Payer)), year=years, mbps=amounts, order_by=days
        ),
        max_size=2,
    ).map(tuple),
    flows=st.lists(
        st.builds(
            Flow,
            pool=st.none() | names,
            users=names,
            node=names,
            year=years,
            fraction=amounts,
            links=st.lists(names, max_size=2).map(tuple),
            second=st.lists(names, max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    extras=st.lists(
        st.builds(Extra, load_class=names, site=names, hall=names, year=years, sku=names, servers=amounts), max_size=2
    ).map(tuple),
)


def same_plan(left: Plan, right: Plan) -> bool:
    plain = [dataclasses.replace(plan, dispatches=()) for plan in (left, right)]
    if plain[0] != plain[1] or len(left.dispatches) != len(right.dispatches):
        return False
    for one, other in zip(left.dispatches, right.dispatches, strict=True):
        if (one.site, one.year, list(one.deferred_w)) != (other.site, other.year, list(other.deferred_w)):
            return False
        pairs = [(getattr(one, name), getattr(other, name)) for name in ("grid_w", "charge_w", "discharge_w", "dppa_w")]
        pairs += [(one.deferred_w[key], other.deferred_w[key]) for key in one.deferred_w]
        if not all(np.array_equal(a, b) and b.dtype == np.int64 for a, b in pairs):
            return False
    return True


@settings(max_examples=25, deadline=None)
@given(plans)
def test_plan_survives_document_and_text(plan: Plan) -> None:
    inputs, demand, _ = sample_plan()
    document = to_document(inputs, demand, sample_result(plan, 1e12), sample_accounts())
    again = json.loads(dumps(document))
    assert again == document
    validate(again)
    assert same_plan(from_document(again), plan)


def test_a_document_from_before_extra_servers_is_read() -> None:
    document = json.loads(dumps(sample_document()))
    plan = from_document(document)
    del document["extras"]
    validate(document)
    assert same_plan(from_document(document), plan)


@given(st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=50))
def test_watts_survive_their_text(watts: list[int]) -> None:
    series = np.array(watts, dtype=np.int64)
    assert np.array_equal(decode_watts(encode_watts(series), len(watts)), series)


def test_watts_of_a_bomb_are_not_unpacked() -> None:
    bomb = encode_watts(np.zeros(5_000_000, dtype=np.int64))
    with pytest.raises(HoursError, match="8760 hours"):
        decode_watts(bomb, 8760)


@pytest.mark.parametrize("text", ["", "not base64!", "AAAA", encode_watts(np.arange(5))[:-8]])
def test_damaged_watts_are_refused(text: str) -> None:
    with pytest.raises(HoursError):
        decode_watts(text, 5)


def test_document_begins_with_the_published_keys() -> None:
    document = sample_document()
    assert list(document)[: len(FIRST_KEYS)] == FIRST_KEYS
    order = [
        "scenario",
        "as_of",
        "notices",
        "builds",
        "placements",
        "rents",
        "leases",
        "flows",
        "missed_targets",
        "violations",
    ]
    order += ["shadow_prices", "accounts", "dispatch"]
    assert [key for key in document if key in order] == order


@pytest.mark.parametrize("make", [sample_document, conflict_document])
def test_documents_keep_the_published_schema(make: Callable[[], dict[str, Any]]) -> None:
    document = make()
    jsonschema.Draft202012Validator.check_schema(plan_schema())
    jsonschema.Draft202012Validator(plan_schema()).validate(document)
    assert list(plan_schema()["properties"]) == list(document)


def test_schema_knows_every_column_of_the_accounts_with_its_unit() -> None:
    tables = plan_schema()["properties"]["accounts"]["properties"]
    for name, record in SCHEMAS.items():
        columns = [f.name for f in dataclasses.fields(record) if (record, f.name) != (SiteYear, "generation")]
        assert list(tables[name]["properties"]["rows"]["items"]["properties"]) == columns
        units = {column: {"const": unit_of(column)} for column in columns if unit_of(column)}
        assert tables[name]["properties"]["units"]["properties"] == units


def test_every_figure_of_the_accounts_has_a_unit() -> None:
    accounts = sample_document()["accounts"]
    figures = {
        (name, column)
        for name, table in accounts.items()
        if name != "objective_vnd"
        for row in table["rows"]
        for column, value in row.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and column != "year"
    }
    assert figures
    assert {(name, column) for name, column in figures if column not in accounts[name]["units"]} == set()


def test_what_is_missing_is_null_and_not_zero() -> None:
    document = conflict_document()
    missing = [
        "objective_vnd",
        "bound_vnd",
        "gap",
        "builds",
        "placements",
        "rents",
        "leases",
        "flows",
        "accounts",
        "dispatch",
        "sources",
    ]
    assert {name: document[name] for name in missing} == dict.fromkeys(missing)
    with pytest.raises(DocumentError, match="status is 'infeasible'"):
        from_document(document)


def test_same_plan_gives_the_same_text_with_a_record_a_line() -> None:
    text = dumps(sample_document())
    assert text == dumps(sample_document())
    assert '\n  {"kind": "module", "site": "khanh-an", "item": "chilled", "year": 2028, "amount": 2' in text
    assert "Năm Căn" in text


def test_six_years_of_noisy_hours_stay_below_ten_megabytes() -> None:
    random = np.random.default_rng(1)
    load = 8e6 + 2e6 * np.sin(np.arange(8760) / 24 * 2 * np.pi)
    series = (load + random.normal(0, 4e5, 8760)).astype(np.int64)
    site_years, series_each = 24, 6
    assert len(encode_watts(series)) * site_years * series_each < 10e6


def _edit(path: list[Any], value: Any) -> Callable[[dict[str, Any]], None]:
    def edit(document: dict[str, Any]) -> None:
        place: Any = document
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return edit


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (_edit(["schema"], "camau-dc/plan/9"), r"schema: 'camau-dc/plan/9', this version reads 'camau-dc/plan/1'"),
        (_edit(["gap"], "small"), r"gap: 'small' is not of type"),
        (_edit(["unknown"], 1), r"unknown"),
        (_edit(["builds", 0, "amount"], None), r"builds\.0\.amount: None is not of type 'number'"),
        (_edit(["builds", 0, "order_by"], "tomorrow"), r"order_by: 'tomorrow' is not a date"),
        (_edit(["dispatch", "encoding"], "csv"), r"encoding: 'csv'"),
        (_edit(["dispatch", "site_years", 0, "grid_w"], "AAAA"), r"dispatch of phong-may in 2025: grid_w"),
        (_edit(["dispatch", "site_years", 0, "hours"], 8784), r"8784 hours, the year has 8760"),
    ],
)
def test_faults_of_a_document_are_told(edit: Callable[[dict[str, Any]], None], told: str, tmp_path: Path) -> None:
    document = copy.deepcopy(sample_document())
    edit(document)
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(DocumentError, match=told):
        from_document(read_document(path))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "not JSON"),
        (b"[1, 2", "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[]", "not a plan"),
        (b'{"schema": "camau-dc/plan/1", "gap": NaN}', "NaN is not a number"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_files_that_are_no_plan_are_told(content: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    with pytest.raises(DocumentError, match=re.escape(str(path)) + ".*" + told):
        read_document(path)
    with pytest.raises(DocumentError, match="No such file"):
        read_document(tmp_path / "absent.json")


def test_all_faults_are_told_at_once() -> None:
    document = {**sample_document(), "gap": "small", "seed": 1.5, "status": "perfect"}
    with pytest.raises(DocumentError) as caught:
        validate(document)
    assert len(caught.value.problems) == 3


def test_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "plan.json"
    write_atomically(path, "old\n")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "new, cut off by \ud800")
    assert path.read_text(encoding="utf-8") == "old\n"
    write_atomically(path, "new\n")
    assert path.read_text(encoding="utf-8") == "new\n"
    assert [entry.name for entry in path.parent.iterdir()] == ["plan.json"]
