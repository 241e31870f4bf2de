"""What is exported is imported without a change, whatever the registers hold; what changes is all that changes."""

from __future__ import annotations

import csv
import io
import string
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestrator.i18n import LANGUAGES, Language
from orchestrator.province import read_province
from orchestrator.province.plain_text import UNSEEN
from orchestrator.register_files import REGISTERS, RegisterName, apply_import, export_register, read_import
from orchestrator.register_files.vocabulary import LABELS

EXAMPLE = Path(__file__).parents[3] / "examples" / "ca-mau"
SNIPPETS = (
    *("=1+1", "'=1", "''@x", "-5", "+84", "@a", "_x000D_", "_x0041_", "x005F_", "<&>", '"', "a,b", "a;b", "1.234,5"),
    *("Tổng", "\u00a0", "\u200b", "e\u0301", "é", "\u0302\u0323", "𝔘", "🏝️", "\u202f", "\u3000", "'", "STT", "(1)"),
    *("TRUE", "#N/A", "=", "'", "\u0323\u0302", "ﬁ", "Ⅳ"),
)
LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\ufeff\ufffd\ufffe\uffff")
TEXT = (
    st.lists(st.one_of(st.sampled_from(SNIPPETS), st.text(LETTERS, max_size=8)), min_size=1, max_size=4)
    .map(" ".join)
    .filter(lambda text: text.strip() != "" and not UNSEEN.search(text))
)
IDS = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=6)
DAYS = st.dates().map(str)
NUMBERS = st.one_of(
    st.integers(0, 10**18).map(str),
    st.floats(0, 1e15).map(lambda number: np.format_float_positional(number, trim="-")),
    st.sampled_from(("0.10", "1.234", "007", "1e3")),
)
OPTIONAL = st.just("")


def register(rows: list[dict[str, str]], name: RegisterName, separator: str, end: str) -> bytes:
    stream = io.StringIO(newline="")
    stream.write(f"# ghi chú, với dấu phẩy{end}{end}")
    fields = [column.field for column in REGISTERS[name].columns]
    writer = csv.DictWriter(stream, fields, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(dict(zip(fields, fields, strict=True)))
    for row in rows:
        numbers = {
            field: row[field].replace(".", ",") if separator == ";" else row[field]
            for field in fields
            if REGISTERS[name].shapes[field].kind in ("number", "integer")
        }
        writer.writerow(row | numbers)
        stream.write(f"# giữa các dòng{end}")
    return stream.getvalue().encode()


@st.composite
def registers(draw: st.DrawFn) -> dict[str, bytes]:
    agencies = draw(st.lists(IDS, min_size=1, max_size=4, unique=True))
    systems = draw(st.lists(IDS, max_size=6, unique=True))

    def of(field: str) -> st.SearchStrategy[str]:
        shape = REGISTERS["systems"].shapes.get(field) or REGISTERS["agencies"].shapes[field]
        known: dict[str, st.SearchStrategy[str]] = {
            "owner": st.sampled_from(agencies),
            "successor": st.one_of(OPTIONAL, st.sampled_from(agencies)),
            "depends_on": st.lists(st.sampled_from(systems or [""]), max_size=3).map(";".join),
            "data_classes": st.lists(st.sampled_from(list(LABELS["data_classes"])), min_size=1, max_size=3).map(
                "; ".join
            ),
            "security_level": st.sampled_from("12345"),
            "data_subjects": st.one_of(OPTIONAL, st.integers(0, 10**12).map(str)),
            "load_class": IDS,
            "level_basis": st.one_of(OPTIONAL, IDS),
            "source": st.one_of(TEXT, st.tuples(TEXT, TEXT).map("\n".join)),
        }
        if field in known:
            return known[field]
        if field in LABELS:
            choices = st.sampled_from(list(LABELS[field]))
            return st.one_of(OPTIONAL, choices) if shape.nullable else choices
        if shape.kind == "date":
            return st.one_of(OPTIONAL, DAYS)
        return st.one_of(OPTIONAL, NUMBERS) if shape.kind == "number" else TEXT

    def rows(name: RegisterName, ids: list[str]) -> list[dict[str, str]]:
        fields = [column.field for column in REGISTERS[name].columns]
        return [{field: draw(of(field)) for field in fields} | {"id": each} for each in ids]

    separator, end = draw(st.sampled_from(",;")), draw(st.sampled_from(("\n", "\r\n")))
    listed = rows("agencies", agencies)
    if draw(st.booleans()):
        listed += [listed[0] | {"valid_from": "0001-01-01"}, listed[0] | {"valid_from": "9999-12-31"}]
    return {
        "agencies.csv": register(listed, "agencies", separator, end),
        "systems.csv": register(rows("systems", systems), "systems", separator, end),
    }


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    contents=registers(), language=st.sampled_from(LANGUAGES), ending=st.sampled_from(("xlsx", "systems", "agencies"))
)
def test_export_then_import_changes_nothing(
    tmp_path: Path, contents: dict[str, bytes], language: Language, ending: str
) -> None:
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    only: Any = None if ending == "xlsx" else ending
    file = tmp_path / ("a.xlsx" if ending == "xlsx" else "a.csv")
    counts = export_register(tmp_path, file, language, only)
    wanted = read_import(tmp_path, file)
    assert [rejection.text() for rejection in wanted.rejections] == []
    assert wanted.changes == ()
    assert {name: merged.unchanged for name, merged in wanted.merged.items()} == counts
    assert wanted.contents == {}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(contents=registers(), random=st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_does_not_matter(tmp_path: Path, contents: dict[str, bytes], random: Any) -> None:
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    export_register(tmp_path, tmp_path / "a.csv", "vi", "agencies")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as stream:
        head, *rows = list(csv.reader(stream))
    order = list(range(len(head)))
    random.shuffle(order)
    random.shuffle(rows)
    with (tmp_path / "b.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([[row[place] for place in order] for row in (head, *rows)])
    wanted = read_import(tmp_path, tmp_path / "b.csv")
    assert wanted.rejections == ()
    assert wanted.changes == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_goes_round(tmp_path: Path, language: Language) -> None:
    export_register(EXAMPLE, tmp_path / "a.xlsx", language)
    export_register(EXAMPLE, tmp_path / "again.xlsx", language)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "again.xlsx").read_bytes()
    wanted = read_import(EXAMPLE, tmp_path / "a.xlsx")
    assert [rejection.text() for rejection in wanted.rejections] == []
    assert wanted.changes == ()


def test_only_the_lines_of_changed_rows_change(folder: Path, tmp_path: Path) -> None:
    export_register(folder, tmp_path / "a.xlsx", "vi")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    sheet = book["Hệ thống thông tin"]
    sheet["L4"] = 25
    sheet["B4"] = "Quản lý văn bản, điều hành"
    sheet.delete_rows(3)
    sheet.append(["moi", "Hệ thống mới", "New", "vp-ubnd", "Nội bộ", 2, None, "nội bộ", None, "Đám mây", "Giữ nguyên",
                  1, 2, 0.5, "office-hours", None, None, None, None, None, "assumption: test"])  # fmt: skip
    book.save(tmp_path / "a.xlsx")
    before = (folder / "systems.csv").read_bytes().splitlines(keepends=True)
    wanted = read_import(folder, tmp_path / "a.xlsx")
    kinds = [(each.register, each.kind, each.id) for each in wanted.changes]
    assert kinds == [
        ("systems", "missing", "data-exchange"),
        ("systems", "changed", "document-flow"),
        ("systems", "added", "moi"),
    ]
    assert (folder / "systems.csv").read_bytes().splitlines(keepends=True) == before
    assert apply_import(wanted) == ("systems.csv",)
    after = (folder / "systems.csv").read_bytes().splitlines(keepends=True)
    place = next(number for number, line in enumerate(before) if line.startswith(b"document-flow"))
    assert after[:place] + after[place + 1 : -1] == before[:place] + before[place + 1 :]
    assert after[place].decode().startswith('document-flow,"Quản lý văn bản, điều hành",Document management,vp-ubnd,')
    assert after[-1].decode().startswith("moi,Hệ thống mới,New,vp-ubnd,internal,2,,internal,,cloud,retain,1,2,0.5,")
    assert read_province(folder).problems == ()
    assert read_import(folder, tmp_path / "a.xlsx").contents == {}


def test_missing_systems_are_removed_on_request_and_agencies_never(folder: Path, tmp_path: Path) -> None:
    export_register(folder, tmp_path / "a.xlsx", "en")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    book["Information systems"].delete_rows(4)
    book["Agencies"].delete_rows(2)
    book.save(tmp_path / "a.xlsx")
    assert read_import(folder, tmp_path / "a.xlsx").contents == {}
    wanted = read_import(folder, tmp_path / "a.xlsx", remove_missing=True)
    assert [(each.kind, each.id) for each in wanted.changes] == [("missing", "so-tttt"), ("removed", "document-flow")]
    before = (folder / "systems.csv").read_text(encoding="utf-8").splitlines()
    assert apply_import(wanted) == ("systems.csv",)
    after = (folder / "systems.csv").read_text(encoding="utf-8").splitlines()
    assert after == [line for line in before if not line.startswith("document-flow")]


def test_a_system_that_others_need_is_not_removed(folder: Path, tmp_path: Path) -> None:
    export_register(folder, tmp_path / "a.csv", "vi")
    lines = (tmp_path / "a.csv").read_bytes().splitlines(keepends=True)
    (tmp_path / "a.csv").write_bytes(b"".join(line for line in lines if not line.startswith(b"data-exchange")))
    wanted = read_import(folder, tmp_path / "a.csv", remove_missing=True)
    assert [problem.field for problem in wanted.problems] == [
        "assessments[0].system",
        "assessments[1].system",
        "systems[one-stop-portal].depends_on",
        "waivers[data-exchange-backup].systems[0]",
    ]
    assert not wanted.is_accepted


def test_a_column_that_the_folder_lacks_is_added_to_all_rows(folder: Path, tmp_path: Path) -> None:
    text = (folder / "systems.csv").read_text(encoding="utf-8")
    export_register(folder, tmp_path / "a.xlsx", "vi")
    with io.StringIO(text, newline="") as stream:
        rows = list(csv.reader(stream))
    head = next(number for number, row in enumerate(rows) if row[:1] == ["id"])
    place = rows[head].index("rto_hours")
    kept = [row if len(row) < 15 else row[:place] + row[place + 2 :] for row in rows]
    with (folder / "systems.csv").open("w", encoding="utf-8", newline="") as out:
        out.write("# note\n")
        csv.writer(out, lineterminator="\n").writerows(kept[head:])
    wanted = read_import(folder, tmp_path / "a.xlsx")
    assert [(each.id, [field.field for field in each.fields]) for each in wanted.changes] == [
        ("data-exchange", ["rto_hours", "rpo_hours"])
    ]
    assert wanted.is_accepted
    apply_import(wanted)
    assert read_import(folder, tmp_path / "a.xlsx").changes == ()
    assert read_province(folder).problems == ()
