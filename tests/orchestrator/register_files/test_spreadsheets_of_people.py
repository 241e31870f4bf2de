"""Spreadsheets as state agencies hand them in: titles, merged cells, stray blanks, forms, words instead of ids."""

from __future__ import annotations

import datetime as dt
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from orchestrator.register_files import apply_import, read_import
from tests.orchestrator.register_files.spreadsheets import (
    HEADINGS,
    added,
    csv_file,
    refused,
    rezipped,
    row,
    systems,
    workbook,
)


def test_a_form_with_titles_merged_heads_numbers_of_columns_and_a_total(folder: Path, tmp_path: Path) -> None:
    head = ["STT", *HEADINGS[:11], "Tài nguyên", None, None, *HEADINGS[14:]]
    below = [None] * 12 + ["Số vCPU", "Bộ nhớ (GiB)", "Lưu trữ (TB)"] + [None] * 7
    numbers = [f"({number})" for number in range(1, 23)]
    first = [1, *row(Mã_hệ_thống="a-1", Cơ_quan_chủ_quản="Văn phòng Ủy ban nhân dân tỉnh")]
    second = [2, *row(Mã_hệ_thống="a-2", Cơ_quan_chủ_quản=None)]
    total = [None, "Tổng cộng", *[None] * 10, 8, 32, 1.0, *[None] * 7]
    rows = [
        ["ỦY BAN NHÂN DÂN TỈNH CÀ MAU"], ["DANH MỤC HỆ THỐNG THÔNG TIN"], [], head, below, numbers, first, [], second,
        total, ["Ghi chú: số liệu đến tháng 11"], [None, None, "Cà Mau, ngày 30 tháng 11 năm 2026"],
    ]  # fmt: skip

    def merge(sheet: Worksheet) -> None:
        for place in (*range(1, 13), *range(16, 23)):
            sheet.merge_cells(start_row=4, end_row=5, start_column=place, end_column=place)
        sheet.merge_cells("M4:O4")
        sheet.merge_cells("A1:V1")
        sheet.merge_cells("E7:E9")

    wanted = read_import(folder, workbook(tmp_path / "form.xlsx", {"Biểu 01": rows}, merge))
    assert refused(wanted) == []
    assert wanted.problems == ()
    came = {each.id: {field.field: field.after for field in each.fields} for each in wanted.changes if each.row}
    assert list(came) == ["a-1", "a-2"]
    assert [fields["owner"] for fields in came.values()] == ["vp-ubnd", "vp-ubnd"]
    assert [fields["storage_tb"] for fields in came.values()] == ["0.5", "0.5"]
    assert any("row 10 ('Tổng cộng')" in notice.en for notice in wanted.notices)


@pytest.mark.parametrize(
    "heading",
    [
        "MÃ HỆ THỐNG",
        "ma he thong",
        "  Mã\u00a0hệ \n thống * ",
        unicodedata.normalize("NFD", "Mã hệ thống"),
        "Mã hệ thống (không trùng)",
        "System id",
        "id",
        "Mã",
    ],
)
def test_headings_are_known_however_they_are_written(folder: Path, tmp_path: Path, heading: str) -> None:
    rows = [[heading, *HEADINGS[1:]], row()]
    assert added(folder, workbook(tmp_path / "a.xlsx", {"S": rows}))["id"] == "mot-cua"


@pytest.mark.parametrize(
    ("cell", "value", "field", "text"),
    [
        ("Cơ_quan_chủ_quản", "Sở KH&CN", "owner", "so-khcn"),
        ("Cơ_quan_chủ_quản", "sở khcn", "owner", "so-khcn"),
        ("Cơ_quan_chủ_quản", "VP UBND tỉnh", "owner", "vp-ubnd"),
        ("Cơ_quan_chủ_quản", "SO KHOA HOC VA CONG NGHE", "owner", "so-khcn"),
        ("Cơ_quan_chủ_quản", "Department of Science and Technology", "owner", "so-khcn"),
        ("Cấp_độ_an_toàn", "Cấp độ 2", "security_level", "2"),
        ("Cấp_độ_an_toàn", "2", "security_level", "2"),
        ("Cấp_độ_an_toàn", 2.0, "security_level", "2"),
        ("Nơi_đặt", "đám mây", "hosting", "cloud"),
        ("Nơi_đặt", "Điện toán đám mây ", "hosting", "cloud"),
        ("Loại_dữ_liệu", "cá nhân; nội bộ", "data_classes", "personal;internal"),
        ("Loại_dữ_liệu", "Cá nhân nhạy cảm, công khai", "data_classes", "sensitive-personal;public"),
        ("Phương_án_chuyển_đổi", "Tái cấu trúc", "strategy", "refactor"),
        ("Mục_đích", "Giải quyết TTHC".replace("TTHC", "thủ tục hành chính"), "purpose", "administrative-procedures"),
        ("Lưu_trữ", "1.234,5", "storage_tb", "1234.5"),
        ("Lưu_trữ", "1,5", "storage_tb", "1.5"),
        ("Lưu_trữ", "0,125", "storage_tb", "0.125"),
        ("Lưu_trữ", "1 234,5", "storage_tb", "1234.5"),
        ("Lưu_trữ", "1.234.567", "storage_tb", "1234567"),
        ("Số_vCPU", 4.0, "vcpu", "4"),
        ("Số_vCPU", 0.1 + 0.2, "vcpu", "0.3"),
        ("Số_chủ_thể_dữ_liệu", "2.606.672", "data_subjects", "2606672"),
        ("Số_chủ_thể_dữ_liệu", "5.620", "data_subjects", "5620"),
        ("Ngày_chuyển", "1/3/2027", "moves_on", "2027-03-01"),
        ("Ngày_chuyển", "01.03.2027", "moves_on", "2027-03-01"),
        ("Ngày_chuyển", "2027-03-01", "moves_on", "2027-03-01"),
        ("Ngày_chuyển", "Ngày 01 tháng 3 năm 2027", "moves_on", "2027-03-01"),
        ("Ngày_chuyển", dt.date(2027, 3, 1), "moves_on", "2027-03-01"),
        ("Phụ_thuộc_vào", "data-exchange", "depends_on", "data-exchange"),
        ("Phụ_thuộc_vào", "Nền tảng tích hợp, chia sẻ dữ liệu (LGSP)", "depends_on", "data-exchange"),
        ("Phụ_thuộc_vào", "data-exchange, document-flow", "depends_on", "data-exchange;document-flow"),
        ("Phụ_thuộc_vào", "data-exchange;\n document-flow;", "depends_on", "data-exchange;document-flow"),
        ("Tên_hệ_thống", " Một\u00a0cửa \n điện  tử\u200b", "name_vi", "Một cửa điện tử"),
        ("Tên_hệ_thống", "=1+1", "name_vi", "=1+1"),
        ("Mã_hệ_thống", "007", "id", "007"),
        ("Mã_hệ_thống", 7, "id", "7"),
    ],
)
def test_cells_are_understood(folder: Path, tmp_path: Path, cell: str, value: Any, field: str, text: str) -> None:
    def as_text(sheet: Worksheet) -> None:
        for each in sheet[2]:
            if isinstance(each.value, str):
                each.data_type = "s"

    assert added(folder, systems(tmp_path / "a.xlsx", row(**{cell: value}), change=as_text))[field] == text


@pytest.mark.parametrize(
    ("cell", "value", "words"),
    [
        ("Lưu_trữ", "1.234", "it can be 1234 or 1.234"),
        ("Lưu_trữ", "1,234", "it can be 1234 or 1.234"),
        ("Lưu_trữ", "2 GB", "a number"),
        ("Lưu_trữ", True, "a number"),
        ("Lưu_trữ", -1, "a number of at least 0"),
        ("Số_chủ_thể_dữ_liệu", 1.5, "a whole number"),
        ("Cấp_độ_an_toàn", "Cấp độ 6", "a level from 1 to 5"),
        ("Ngày_chuyển", 46082, "a date as dd/mm/yyyy"),
        ("Ngày_chuyển", "31/02/2027", "a date as dd/mm/yyyy"),
        ("Ngày_chuyển", "03/2027", "a date as dd/mm/yyyy"),
        ("Ngày_chuyển", dt.datetime.fromisoformat("2027-03-01T08:30"), "a date as dd/mm/yyyy"),
        ("Nơi_đặt", "trên trời", "one of room, agency, cloud, ministry"),
        ("Loại_dữ_liệu", "cá nhân; mật", "one of public"),
        ("Cơ_quan_chủ_quản", "Sở Y tế", "an id or a name of the register"),
        ("Phụ_thuộc_vào", "data-exchange; không có", "an id or a name of the register"),
        ("Lớp_tải", "khong-co", "load classes of services.yaml"),
        ("Mã_hệ_thống", "Một cửa", "an id of small letters"),
        ("Mã_hệ_thống", dt.date(2027, 3, 1), "format the cell as text"),
        ("Nguồn", "nghe nói", "assumption: why"),
        ("Nguồn", None, "assumption: why"),
        ("Tên_hệ_thống", "#N/A", "a value is expected: put the formula right"),
        ("Số_vCPU", "=2+2", "open the file in a spreadsheet program"),
    ],
)
def test_cells_are_rejected_with_their_place(folder: Path, tmp_path: Path, cell: str, value: Any, words: str) -> None:
    wanted = read_import(folder, systems(tmp_path / "a.xlsx", row(**{cell: value})))
    (rejection,) = wanted.rejections
    heading = cell.replace("_", " ")
    assert rejection.sheet == "Hệ thống"
    assert rejection.row == 2
    assert rejection.header.startswith(heading)
    assert chr(65 + next(place for place, name in enumerate(HEADINGS) if name.startswith(heading))) == rejection.column
    assert words in rejection.reason.en


def test_an_agency_that_several_names_fit_is_the_one_of_today_or_rejected(folder: Path, tmp_path: Path) -> None:
    path = folder / "agencies.csv"
    text = path.read_text(encoding="utf-8")
    old = "so-khcn-cu,Sở Khoa học và Công nghệ tỉnh,Old,department,1997-01-01,2008-01-01,so-khcn,assumption: x\n"
    path.write_text(text + old, encoding="utf-8")
    file = systems(tmp_path / "a.xlsx", row(Cơ_quan_chủ_quản="Sở KH&CN"))
    assert added(folder, file)["owner"] == "so-khcn"
    new = "so-khcn-2,Sở Khoa học và Công nghệ tỉnh Y,Other,department,1997-01-01,,,assumption: x\n"
    path.write_text(text + old + new, encoding="utf-8")
    assert "this name fits so-khcn, so-khcn-2, so-khcn-cu" in refused(read_import(folder, file))[0][3]


def test_todays_owner_by_name_is_no_change_of_who_registered_a_system(folder: Path, tmp_path: Path) -> None:
    path = folder / "systems.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("(LGSP),so-khcn,", "(LGSP),so-tttt,"), encoding="utf-8")
    head = ["Mã", "Tên hệ thống", "Đơn vị chủ quản"]
    name = "Nền tảng tích hợp, chia sẻ dữ liệu (LGSP)"
    for owner, changes in (("Sở KH&CN", []), ("so-khcn", [("owner", "so-tttt", "so-khcn")])):
        wanted = read_import(folder, workbook(tmp_path / "a.xlsx", {"S": [head, ["data-exchange", name, owner]]}))
        assert wanted.rejections == ()
        found = [each for change in wanted.changes for each in change.fields]
        assert [(each.field, each.before, each.after) for each in found] == changes


def test_ids_that_stand_twice_name_both_rows(folder: Path, tmp_path: Path) -> None:
    wanted = read_import(folder, systems(tmp_path / "a.xlsx", row(), row(Mã_hệ_thống="other"), row()))
    assert refused(wanted) == [
        (4, "A", "'mot-cua'", "each of them once: it stands in row 2 of sheet 'Hệ thống' already")
    ]


def test_all_rejections_are_told_at_once_and_nothing_is_written(folder: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    file = systems(
        tmp_path / "a.xlsx",
        row(Mã_hệ_thống="a-1", Số_vCPU="nhiều", Lớp_tải="no-such-class"),
        row(Mã_hệ_thống=None),
        row(Mã_hệ_thống="a-3", Phụ_thuộc_vào="a-1"),
        row(Mã_hệ_thống="a-4", Bộ_nhớ=-5, Cơ_quan_chủ_quản="nobody"),
    )
    wanted = read_import(folder, file)
    places = [(each.row, each.column) for each in wanted.rejections]
    assert sorted(places) == [(2, "L"), (2, "O"), (3, "A"), (5, "D"), (5, "M")]
    assert not wanted.is_accepted
    with pytest.raises(AssertionError):
        apply_import(wanted)
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_hidden_sheets_are_left_out_unless_they_are_named(folder: Path, tmp_path: Path) -> None:
    def hide(sheet: Worksheet) -> None:
        if sheet.title == "Cũ":
            sheet.sheet_state = "hidden"

    sheets = {"Mới": [HEADINGS, row()], "Cũ": [HEADINGS, row(Mã_hệ_thống="cu")], "Khác": [["gì đó"]]}
    file = workbook(tmp_path / "a.xlsx", sheets, hide)
    wanted = read_import(folder, file)
    assert [each.id for each in wanted.changes if each.kind == "added"] == ["mot-cua"]
    assert {"sheet 'Cũ' is hidden and was left out; --sheet names it"} < {notice.en for notice in wanted.notices}
    named = read_import(folder, file, "Cũ")
    assert [each.id for each in named.changes if each.kind == "added"] == ["cu"]
    assert "one of 'Mới', 'Cũ', 'Khác'" in read_import(folder, file, "Không").rejections[0].reason.en


def test_a_column_in_another_unit_or_with_a_slip_is_rejected_and_another_is_left_out(
    folder: Path, tmp_path: Path
) -> None:
    head = [*HEADINGS, "Ghi chú"]
    head[13], head[3] = "Lưu trữ (GB)", "Cơ quan chủ quàn lý"
    wanted = read_import(folder, workbook(tmp_path / "a.xlsx", {"S": [head, [*row(), "x"]]}))
    assert [(each.row, each.column) for each in wanted.rejections] == [(1, "D"), (1, "N")]
    wanted = read_import(folder, workbook(tmp_path / "b.xlsx", {"S": [[*HEADINGS, "Ghi chú"], [*row(), "x"]]}))
    assert wanted.is_accepted
    assert [notice.en for notice in wanted.notices] == [
        "sheet 'S': column V ('Ghi chú') is not of the register and was left out"
    ]


def test_a_register_without_ids_is_rejected_and_not_left_out(folder: Path, tmp_path: Path) -> None:
    sheets = {"Có mã": [HEADINGS, row()], "Không mã": [["STT", *HEADINGS[1:]], [1, *row()[1:]]]}
    wanted = read_import(folder, workbook(tmp_path / "a.xlsx", sheets))
    assert [(each.sheet, each.row, each.value.en) for each in wanted.rejections] == [
        ("Không mã", 1, "no column of ids")
    ]


def test_columns_that_the_file_lacks_stay_as_they_are(folder: Path, tmp_path: Path) -> None:
    rows = [["Mã hệ thống", "Số vCPU", "Nơi đặt"], ["document-flow", 25, "Đám mây"]]
    wanted = read_import(folder, workbook(tmp_path / "a.xlsx", {"S": rows}))
    assert wanted.is_accepted
    (change,) = [each for each in wanted.changes if each.kind == "changed"]
    assert [(each.field, each.before, each.after) for each in change.fields] == [
        ("vcpu", "24", "25"),
        ("hosting", "agency", "cloud"),
    ]


def test_a_new_agency_and_its_system_come_together(folder: Path, tmp_path: Path) -> None:
    agencies = [
        ["Mã cơ quan", "Tên cơ quan", "Tên tiếng Anh", "Loại cơ quan", "Có hiệu lực từ", "Nguồn"],
        ["so-yt", "Sở Y tế", "Department of Health", "Sở", "01/01/1997", "assumption: test"],
    ]
    file = workbook(tmp_path / "a.xlsx", {"HT": [HEADINGS, row(Cơ_quan_chủ_quản="Sở Y tế")], "CQ": agencies})
    wanted = read_import(folder, file)
    assert refused(wanted) == []
    assert apply_import(wanted) == ("agencies.csv", "systems.csv")
    assert (folder / "systems.csv").read_text(encoding="utf-8").splitlines()[-1].startswith("mot-cua,Một cửa điện tử,")
    assert ",so-yt," in (folder / "systems.csv").read_text(encoding="utf-8")


def test_dates_of_the_1904_system_and_wrong_sizes_are_read_right(folder: Path, tmp_path: Path) -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.worksheets[0]
    sheet.append(list(HEADINGS))
    sheet.append(row(Ngày_chuyển=dt.date(2027, 3, 1)))
    book.save(tmp_path / "a.xlsx")

    def shrink(name: str, content: bytes) -> bytes:
        return content.replace(b'<dimension ref="A1:U2"', b'<dimension ref="A1:A1"') if "sheet1" in name else content

    assert added(folder, rezipped(tmp_path / "a.xlsx", shrink))["moves_on"] == "2027-03-01"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_csv_of_any_program(folder: Path, tmp_path: Path, separator: str, encoding: str) -> None:
    rows = [["Danh mục"], HEADINGS, row(Lưu_trữ="0,5" if separator == ";" else "0.5", Ngày_chuyển="1/3/2027")]
    fields = added(folder, csv_file(tmp_path / "a.csv", rows, separator, encoding))
    assert (fields["storage_tb"], fields["moves_on"], fields["name_vi"]) == ("0.5", "2027-03-01", "Một cửa điện tử")


def test_csv_in_an_old_encoding_is_refused_with_its_line(folder: Path, tmp_path: Path) -> None:
    file = csv_file(tmp_path / "a.csv", [["id", "name_vi", "owner"], ["a", "Dac", "vp-ubnd"]])
    file.write_bytes(file.read_bytes().replace(b"Dac", "Đăk".encode("cp1258")))
    (rejection,) = read_import(folder, file).rejections
    assert rejection.row == 2
    assert "Windows-1258" in rejection.value.en
