"""Files that are damaged, too large, or made to harm: refused in words, in little time and memory."""

from __future__ import annotations

import io
import pyexpat
import resource
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from orchestrator.register_files import Import, export_register, read_import
from orchestrator.register_files.heads import find_table
from orchestrator.register_files.sheets import MOST_FILE_BYTES
from orchestrator.register_files.workbook_reading import read_workbook
from tests.broken import template, write_folder
from tests.orchestrator.register_files.spreadsheets import csv_file, rezipped, row, systems

ROOT = Path(__file__).parents[3]
DAMAGES = (
    *(b"", b"<", b'"', b"-1", b"999999999999", b"<c/>", b"nan", b"&#x0;", b"A0", b"\x00", b"\xff", b"&amp;", b"x"),
    *(b' t="e"', b' t="d"', b' t="b"', b"<f>1+1</f>", b"<v/>", b' r="XFD1048576"', b' encoding="ascii"', b"</row>"),
)
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def reason(wanted: Import) -> str:
    (rejection,) = wanted.rejections
    assert wanted.contents == {}
    return rejection.text()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsx", b"", "a damaged file, or no workbook"),
        ("a.xlsx", b"id,name_vi\n", "a damaged file, or no workbook"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600), "an old .xls file, or one with a password"),
        ("a.xls", b"", "a file .xlsx or .csv"),
        ("a.pdf", b"%PDF", "a file .xlsx or .csv"),
        ("a.csv", b"", "no head row of a register"),
        ("a.csv", b'id,name_vi,owner\n"a"b,c,d\n', "not CSV"),
        ("a.csv", "id,name_vi\n".encode("utf-16"), "UTF-16 text"),
        ("a.csv", b"id,name_vi,owner\na,\x00,b\n", "characters that can be seen"),
    ],
)
def test_what_is_no_register_is_refused(folder: Path, tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert words in reason(read_import(folder, tmp_path / name))


def test_a_file_that_is_too_large_is_not_read(folder: Path, tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("wb") as stream:
        stream.truncate(MOST_FILE_BYTES + 1)
    assert "more than" in reason(read_import(folder, tmp_path / "a.csv"))


def test_a_workbook_cut_off_anywhere_is_refused_or_read_whole(folder: Path, tmp_path: Path) -> None:
    file = systems(tmp_path / "a.xlsx", row())
    content = file.read_bytes()
    for cut in range(0, len(content) - 1, len(content) // 40):
        file.write_bytes(content[:cut])
        assert "a damaged file" in reason(read_import(folder, file))


def test_parts_with_bytes_changed_end_in_words(folder: Path, tmp_path: Path) -> None:
    """The library raises many kinds of errors for broken XML; all of them must become a rejection."""
    good = systems(tmp_path / "good.xlsx", row()).read_bytes()
    for part in ("workbook.xml", "sheet1.xml", "styles.xml", "sharedStrings.xml", "[Content_Types].xml", ".rels"):
        for old, new in ((b"<", b"&"), (b'="', b'="x'), (b'r="A1"', b'r="?"'), (b't="s"', b't="q"'), (b"/", b"")):
            file = tmp_path / "a.xlsx"
            file.write_bytes(good)

            def change(name: str, content: bytes, part: str = part, old: bytes = old, new: bytes = new) -> bytes:
                return content.replace(old, new) if name.endswith(part) else content

            wanted = read_import(folder, rezipped(file, change))
            assert wanted.rejections or wanted.changes


def test_a_bomb_is_not_unpacked(folder: Path, tmp_path: Path) -> None:
    file = systems(tmp_path / "a.xlsx", row())
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", bytes(64 * 1024 * 1024))
    assert "bytes unpacked" in reason(read_import(folder, file))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The parts of an exported workbook."""
    place = tmp_path_factory.mktemp("exported")
    export_register(write_folder(place / "province", template()), place / "a.xlsx", "vi")
    with zipfile.ZipFile(place / "a.xlsx") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_parts_damaged_at_random_end_in_words(exported: dict[str, bytes], data: st.DataObject) -> None:
    parts = dict(exported)
    name = data.draw(st.sampled_from([each for each in parts if "theme" not in each and "docProps" not in each]))
    content = parts[name]
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content)))
        end = min(len(content), start + data.draw(st.sampled_from((0, 1, 3, 10, 60))))
        content = content[:start] + data.draw(st.sampled_from(DAMAGES)) + content[end:]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for each, bytes_of in (parts | {name: content}).items():
            archive.writestr(each, bytes_of)
    book = read_workbook(stream.getvalue(), "a.xlsx")
    for rejection in book.rejections:
        assert rejection.text().isprintable()
    for sheet in book.sheets:
        find_table(sheet)


def test_an_encoding_that_hides_a_document_type_is_refused(folder: Path, tmp_path: Path) -> None:
    def change(name: str, content: bytes) -> bytes:
        start = b"<?xml version='1.0' encoding='utf-7'?>"
        return start + content.partition(b"?>")[2] if name == "xl/workbook.xml" else content

    assert "another encoding" in reason(read_import(folder, rezipped(systems(tmp_path / "a.xlsx", row()), change)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_xml_with_a_document_type_is_refused(folder: Path, tmp_path: Path, part: str, encoding: str) -> None:
    def change(name: str, content: bytes) -> bytes:
        if name != part:
            return content
        return (ENTITIES + content.partition(b"?>")[2]).decode().encode(encoding)

    wanted = read_import(folder, rezipped(systems(tmp_path / "a.xlsx", row()), change))
    assert "document type" in reason(wanted)


def test_the_parser_limits_entities_by_itself_too() -> None:
    assert pyexpat.version_info >= (2, 4, 1)


def test_a_cell_at_the_end_of_a_sheet_takes_no_memory(folder: Path, tmp_path: Path) -> None:
    def far(sheet: Worksheet) -> None:
        sheet["XFD1048576"] = "x"

    assert "1048576 rows" in reason(read_import(folder, systems(tmp_path / "a.xlsx", row(), change=far)))

    def wide(sheet: Worksheet) -> None:
        sheet["XFD3"] = "x"

    assert "columns up to XFD" in reason(read_import(folder, systems(tmp_path / "b.xlsx", row(), change=wide)))


def test_formatted_cells_without_values_are_no_rows(folder: Path, tmp_path: Path) -> None:
    def far(sheet: Worksheet) -> None:
        sheet["XFD1048576"].number_format = "0.00"

    wanted = read_import(folder, systems(tmp_path / "a.xlsx", row(), change=far))
    assert wanted.rejections == ()
    assert [each.id for each in wanted.changes if each.row] == ["mot-cua"]


def test_too_many_rows_are_refused(folder: Path, tmp_path: Path) -> None:
    rows = [["id", "name_vi", "owner"], *([f"a-{number}", "A", "vp-ubnd"] for number in range(25_001))]
    assert "more than 25000 rows" in reason(read_import(folder, csv_file(tmp_path / "a.csv", rows)))


@pytest.mark.slow
def test_a_bomb_takes_little_memory(folder: Path, tmp_path: Path) -> None:
    file = systems(tmp_path / "a.xlsx", row())
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", bytes(1024 * 1024 * 1024))
    code = f"""
        import resource
        from pathlib import Path
        from orchestrator.register_files import read_import
        limit = 900 * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
        print(read_import(Path({str(folder)!r}), Path({str(file)!r})).rejections[0].text())
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "bytes unpacked" in done.stdout
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss > 0
