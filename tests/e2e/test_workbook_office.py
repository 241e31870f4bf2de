"""plan.xlsx in LibreOffice: what its formulas give there, and its pages on paper in both languages, as pictures too.

In `make soak`: LibreOffice takes a minute and 270 MB to install. `make test` calculates the formulas by a library.
"""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest

from orchestrator.i18n import Language, messages
from orchestrator.province import figures, load_province
from orchestrator.workbook import render_workbook
from tests.orchestrator.report.sample import conflict_document, sample_document
from tests.orchestrator.workbook.opened import opened

pytestmark = pytest.mark.soak
ROOT = Path(__file__).parents[2]
PAGES = ROOT / "out" / "screenshots"
LOCALES = {"vi": "vi-VN", "en": "en-US"}
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{locale}</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""  # noqa: E501, one setting a line


def convert(content: bytes, to: str, language: Language, folder: Path) -> Path:
    """A workbook as LibreOffice saves it after calculating everything anew, in the locale of a language."""
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(SETTINGS.format(locale=LOCALES[language]), encoding="utf-8")
    (folder / "plan.xlsx").write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", "--headless", profile, "--convert-to", to, "--outdir", str(folder / "done"), "plan.xlsx"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=300)
    return folder / "done" / f"plan.{to}"


def forgotten(content: bytes) -> bytes:
    """The workbook with 0 stored as the result of every formula."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            part = old.read(name).decode("utf-8") if name.endswith(".xml") else old.read(name)
            if isinstance(part, str) and name.startswith("xl/worksheets/"):
                part = re.sub(r"(</f><v>)[^<]*(</v>)", r"\g<1>0\g<2>", part)
            new.writestr(name, part)
    return written.getvalue()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_formulas_give_the_figures_of_the_plan(language: Language, tmp_path: Path) -> None:
    content = render_workbook(sample_document(), language)
    book = opened(content)
    assert len(book.formulas()) > 150
    assert {opened(forgotten(content)).result(*place) for place in book.formulas()} == {0}
    again = openpyxl.load_workbook(convert(forgotten(content), "xlsx", language, tmp_path), data_only=True)
    for sheet, cell in book.formulas():
        assert again[sheet][cell].value == pytest.approx(book.result(sheet, cell), abs=1e-6), (sheet, cell)


def printed(content: bytes, name: str, language: Language, folder: Path) -> list[str]:
    """Text of every page of the workbook on paper; pictures of the first thirty are left to look at."""
    pdf = convert(content, "pdf", language, folder)
    about = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, text=True).stdout
    assert re.search(r"Page size: +84[12][.\d]* x 59[45][.\d]* pts \(A4\)", about)
    PAGES.mkdir(parents=True, exist_ok=True)
    subprocess.run(["pdftoppm", "-l", "30", "-r", "60", "-png", str(pdf), str(PAGES / name)], check=True)
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True)
    return done.stdout.split("\f")[:-1]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_have_numbers_headings_and_the_signs_of_the_language(language: Language, tmp_path: Path) -> None:
    text = messages(language)
    book = load_province(ROOT / "examples" / "ca-mau", "base").book
    pages = printed(
        render_workbook(sample_document(), language, figures(book)), f"workbook-{language}", language, tmp_path
    )
    for number, page in enumerate(pages, 1):
        assert text("workbook.page", page=number, pages=len(pages)) in page
    sources = [page for page in pages if "hardware.yaml" in page]
    assert len(sources) > 2
    assert all(text("column.source_text") in page for page in sources)
    objective = text.billion(sample_document()["objective_vnd"])
    assert any(objective in page for page in pages)
    assert not any("###" in page for page in pages)


def test_a_conflict_is_printed(tmp_path: Path) -> None:
    pages = printed(render_workbook(conflict_document(), "vi"), "workbook-conflict-vi", "vi", tmp_path)
    assert any(messages("vi")("violation.title") in page for page in pages)
