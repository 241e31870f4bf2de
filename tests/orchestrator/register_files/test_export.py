"""What an export shows to a person who opens it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from orchestrator.province.words import allowed
from orchestrator.register_files import REGISTERS, RegisterFileError, export_register
from orchestrator.register_files.vocabulary import LABELS, choice
from tests.languages import english_in
from tests.orchestrator.province.editing import edit


def test_a_workbook_has_lists_dates_and_a_frozen_head(folder: Path, tmp_path: Path) -> None:
    assert export_register(folder, tmp_path / "a.xlsx", "vi") == {"systems": 4, "agencies": 3}
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["Hệ thống thông tin", "Cơ quan", "Ghi chú"]
    sheet = book["Hệ thống thông tin"]
    assert sheet.freeze_panes == "C2"
    assert [cell.value for cell in sheet[1]][:4] == ["Mã hệ thống", "Tên hệ thống", "Tên tiếng Anh", "Cơ quan chủ quản"]
    assert sheet["Q2"].value.date() == dt.date(2024, 6, 1)
    assert sheet["Q2"].number_format == "dd/mm/yyyy"
    assert sheet["H2"].value == "nội bộ; cá nhân"
    assert sheet["L2"].value == 48
    assert sheet["A2"].number_format == "@"
    lists = {str(each.sqref).partition("2")[0]: each.formula1 for each in sheet.data_validations.dataValidation}
    assert lists["J"] == '"Phòng máy chủ của tỉnh,Tại cơ quan,Đám mây,Bộ ngành"'
    assert lists["D"].startswith("'Cơ quan'!$A$2:$A$")
    assert lists["F"] == '"1,2,3,4,5"'


def test_texts_never_become_formulas_or_numbers(folder: Path, tmp_path: Path) -> None:
    edit(folder, "systems.csv", "document-flow,Quản lý văn bản và điều hành", "007,=cmd|' /C calc'!A0")
    export_register(folder, tmp_path / "a.xlsx", "vi")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Hệ thống thông tin"]
    assert (sheet["A4"].value, sheet["A4"].data_type) == ("007", "s")
    assert (sheet["B4"].value, sheet["B4"].data_type) == ("=cmd|' /C calc'!A0", "s")
    assert sheet["B4"].quotePrefix
    export_register(folder, tmp_path / "a.csv", "vi")
    text = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert "\n007,'=cmd|" in text


def test_notes_are_vietnamese_and_name_every_column(folder: Path, tmp_path: Path) -> None:
    export_register(folder, tmp_path / "a.xlsx", "vi")
    rows = list(openpyxl.load_workbook(tmp_path / "a.xlsx")["Ghi chú"].iter_rows(values_only=True))
    cells = [str(cell) for row in rows for place, cell in enumerate(row) if cell is not None and place != 2]
    assert {
        cell: words for cell in cells if (words := [w for w in english_in(cell) if w not in ("file", "text")])
    } == {}
    for kind in REGISTERS.values():
        listed = [row for row in rows if row[0] == kind.title.vi]
        assert [row[2] for row in listed] == [column.field for column in kind.columns] == list(kind.shapes)


def test_labels_cover_the_vocabularies_of_the_records() -> None:
    for kind in REGISTERS.values():
        for field, shape in kind.shapes.items():
            if shape.kind == "choice":
                assert tuple(LABELS[field]) == shape.choices, field
    for field, values in LABELS.items():
        for value, words in values.items():
            assert choice(field, words.vi) == choice(field, words.en) == choice(field, value) == value
            assert not set(",;") & set(words.vi + words.en)
        assert len(",".join(words.vi for words in values.values())) < 250, "a list of a spreadsheet has 255 letters"


def test_headings_are_told_apart() -> None:
    for kind in REGISTERS.values():
        for column in kind.columns:
            assert {kind.field_of(name) for name in (column.field, column.heading.vi, column.heading.en)} == {
                column.field
            }
            assert allowed(kind.shapes[column.field]).vi
        spellings = [name for column in kind.columns for name in column.also]
        assert len(spellings) == len(set(spellings))


def test_a_text_that_fits_no_cell_is_refused(folder: Path, tmp_path: Path) -> None:
    edit(folder, "systems.csv", "assumption: run by the ministry", "assumption: " + "đ" * 32_760)
    with pytest.raises(RegisterFileError, match="does not fit a cell"):
        export_register(folder, tmp_path / "a.xlsx", "vi")
    assert not (tmp_path / "a.xlsx").exists()
    export_register(folder, tmp_path / "a.csv", "vi")


def test_another_ending_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(RegisterFileError, match=r"must be \.xlsx or \.csv"):
        export_register(folder, tmp_path / "a.ods", "vi")
