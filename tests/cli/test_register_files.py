"""`register export` and `register import` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from cli.main import main
from tests.broken import template, write_folder
from tests.languages import english_in

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "province", template())


@pytest.fixture
def edited(folder: Path, tmp_path: Path, capsys: Captured) -> Path:
    """An exported workbook in which one cell is changed."""
    file = tmp_path / "a.xlsx"
    assert main(["register", "export", str(folder), str(file), "--lang", "vi"]) == 0
    captured = capsys.readouterr()
    assert captured.out == f"{file}\n"
    assert captured.err == "cơ quan: 3, hệ thống thông tin: 4\n"
    book = openpyxl.load_workbook(file)
    book["Hệ thống thông tin"]["L4"] = 25
    book.save(file)
    return file


def test_the_difference_is_shown_and_written_on_request_alone(folder: Path, edited: Path, capsys: Captured) -> None:
    before = (folder / "systems.csv").read_bytes()
    assert main(["register", "import", str(folder), str(edited), "--lang", "en"]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines()[1] == (
        "system\tchanged\tdocument-flow\tQuản lý văn bản và điều hành\tvCPU\t24\t25\t4"
    )
    assert "Information systems: 0 added, 1 changed, 3 the same, 0 not in the file, 0 removed" in captured.err
    assert captured.err.endswith("Nothing was written; --apply writes it.\n")
    assert (folder / "systems.csv").read_bytes() == before
    assert main(["register", "import", str(folder), str(edited), "--apply", "--lang", "en"]) == 0
    assert capsys.readouterr().err.endswith("written: systems.csv\n")
    assert (folder / "systems.csv").read_bytes() == before.replace(b"rehost,24,96", b"rehost,25,96")
    assert main(["register", "import", str(folder), str(edited), "--apply", "--lang", "vi"]) == 0
    assert capsys.readouterr().err.endswith("không có gì thay đổi\n")


def test_rejections_end_with_code_2_and_their_places(folder: Path, edited: Path, capsys: Captured) -> None:
    before = (folder / "systems.csv").read_bytes()
    book = openpyxl.load_workbook(edited)
    book["Hệ thống thông tin"]["L4"] = "nhiều"
    book["Hệ thống thông tin"]["O3"] = "no-class"
    book["Cơ quan"]["D2"] = "Vụ"
    book.save(edited)
    assert main(["register", "import", str(folder), str(edited), "--apply", "--lang", "vi"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    lines = captured.err.splitlines()
    assert [line for line in lines if english_in(line)] == []
    assert any(line.startswith("'Hệ thống thông tin', dòng 4, cột L ('Số vCPU'): 'nhiều', số từ 0") for line in lines)
    assert any(line.startswith("'Hệ thống thông tin', dòng 3, cột O ('Lớp tải'): 'no-class', ") for line in lines)
    assert any(line.startswith("'Cơ quan', dòng 2, cột D ('Loại cơ quan'): 'Vụ', một trong: Sở") for line in lines)
    assert lines[-1] == f"{edited}: 3 lỗi, 3 dòng bị từ chối; không ghi gì"
    assert (folder / "systems.csv").read_bytes() == before


def test_json_has_the_difference_and_the_rejections(folder: Path, edited: Path, capsys: Captured) -> None:
    assert main(["register", "import", str(folder), str(edited), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["accepted"] is True
    assert document["written"] == []
    assert document["registers"]["systems"] == {
        "unchanged": 3, "added": 0, "changed": 1, "missing": 0, "removed": 0,
    }  # fmt: skip
    assert document["changes"] == [
        {
            "register": "systems", "kind": "changed", "id": "document-flow", "name": "Quản lý văn bản và điều hành",
            "sheet": "Hệ thống thông tin", "row": 4, "fields": [{"field": "vcpu", "before": "24", "after": "25"}],
        }
    ]  # fmt: skip
    edited.write_bytes(b"")
    assert main(["register", "import", str(folder), str(edited), "--json"]) == 2
    captured = capsys.readouterr()
    assert json.loads(captured.out)["rejections"][0]["value"]["vi"] == "tệp hỏng hoặc không phải bảng tính"
    assert captured.err == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("import", "{0}", "{1}/absent.xlsx"), "không có tệp hoặc thư mục này"),
        (("import", "{1}/nowhere", "{1}/a.xlsx"), "thiếu tệp"),
        (("export", "{1}/nowhere", "{1}/b.xlsx"), "thiếu tệp"),
        (("export", "{0}", "{1}/b.ods"), "đuôi tệp phải là .xlsx hoặc .csv"),
        (("export", "{0}", "{1}/a.xlsx/c/b.xlsx"), "vị trí thư mục lại là tệp"),
    ],
)
def test_refusals_are_vietnamese(
    folder: Path, edited: Path, capsys: Captured, arguments: tuple[str, ...], words: str
) -> None:
    assert main(["register", *(each.format(folder, edited.parent) for each in arguments), "--lang", "vi"]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert english_in(said.replace(str(folder.parent), "").replace(": file:", ":")) == []
