"""Spreadsheets as people make them, written by a library that this project does not write with."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from orchestrator.register_files import Import, read_import

HEADINGS = (
    "Mã hệ thống", "Tên hệ thống", "Tên tiếng Anh", "Cơ quan chủ quản", "Mục đích", "Cấp độ an toàn", "Căn cứ cấp độ",
    "Loại dữ liệu", "Số chủ thể dữ liệu", "Nơi đặt", "Phương án chuyển đổi", "Số vCPU", "Bộ nhớ (GiB)", "Lưu trữ (TB)",
    "Lớp tải", "Phụ thuộc vào", "Ngày đưa vào sử dụng", "Ngày chuyển", "RTO (giờ)", "RPO (giờ)", "Nguồn",
)  # fmt: skip
NEW = {
    "Mã hệ thống": "mot-cua",
    "Tên hệ thống": "Một cửa điện tử",
    "Tên tiếng Anh": "One-stop shop",
    "Cơ quan chủ quản": "vp-ubnd",
    "Cấp độ an toàn": 3,
    "Loại dữ liệu": "personal",
    "Nơi đặt": "agency",
    "Phương án chuyển đổi": "rehost",
    "Số vCPU": 4,
    "Bộ nhớ (GiB)": 16,
    "Lưu trữ (TB)": 0.5,
    "Lớp tải": "office-hours",
    "Nguồn": "assumption: test",
}
"""A row that is valid in the template folder."""
Change = Callable[[Worksheet], None]


def row(**changes: Any) -> list[Any]:
    """The valid row with cells changed, by the first word of their heading with underscores for blanks."""
    cells: dict[str, Any] = dict.fromkeys(HEADINGS) | NEW
    for name, value in changes.items():
        heading = name.replace("_", " ")
        (found,) = [each for each in HEADINGS if each == heading or each.startswith(f"{heading} (")]
        cells[found] = value
    return list(cells.values())


def workbook(path: Path, sheets: Mapping[str, Any], change: Change | None = None) -> Path:
    """A workbook with sheets of rows; ``change`` is done to each of them."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for cells in rows:
            sheet.append(list(cells))
        if change is not None:
            change(sheet)
    book.save(path)
    return path


def systems(path: Path, *rows: Sequence[Any], change: Change | None = None) -> Path:
    """A workbook with one sheet of systems: the head and rows."""
    return workbook(path, {"Hệ thống": [HEADINGS, *rows]}, change)


def csv_file(path: Path, rows: Sequence[Sequence[Any]], separator: str = ",", encoding: str = "utf-8") -> Path:
    """A CSV file."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=separator).writerows([["" if cell is None else cell for cell in row] for row in rows])
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


def rezipped(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """The workbook with the content of its parts changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, change(name, content))
    return path


def added(folder: Path, file: Path) -> dict[str, str]:
    """The fields of the one row that a file adds, after checking that nothing is wrong."""
    wanted = read_import(folder, file)
    assert [rejection.text() for rejection in wanted.rejections] == []
    assert [str(problem) for problem in wanted.problems] == []
    (change,) = [each for each in wanted.changes if each.kind == "added"]
    return {each.field: each.after for each in change.fields}


def refused(wanted: Import) -> list[tuple[int, str, str, str]]:
    """Row, column, wrong value and reason of each rejection."""
    return [(each.row, each.column, each.value.en, each.reason.en) for each in wanted.rejections]
