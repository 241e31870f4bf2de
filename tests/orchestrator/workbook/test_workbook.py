"""plan.xlsx: the figures of the document, as numbers and formulas that give them, in both languages."""

from __future__ import annotations

import datetime as dt
import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from orchestrator.i18n import Language, messages
from orchestrator.province import Figure
from orchestrator.report import certificate_table, tables_in_order
from orchestrator.shown import Shown
from orchestrator.workbook import render_workbook
from orchestrator.workbook.tables import site_figures_table
from tests.orchestrator.report.sample import conflict_document, sample_document
from tests.orchestrator.workbook.opened import Opened, calculated, opened

VI, EN = messages("vi"), messages("en")
FIGURES = (
    Figure("province.yaml", 12, "discount_rate", 0.08, "assumption", "assumption: social rate"),
    Figure(
        "sites.yaml",
        30,
        "sites[0].latitude_deg",
        9.27,
        "sourced",
        "ref:survey",
        "survey",
        "Khảo sát",
        dt.date(2026, 1, 5),
    ),
    Figure("energy.yaml", 7, "prices", [1.5, 2], "derived", "derived: mean"),
)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
EVIL = ("=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(A1)", "\t=1", '=HYPERLINK("x","y")', " =1+1")


@cache
def content(language: Language) -> bytes:
    document = sample_document()
    # The counts of the sample, so that they are those of the list.
    return render_workbook({**document, "sources": {"sourced": 1, "derived": 1, "assumption": 1}}, language, FIGURES)


@cache
def book(language: Language) -> Opened:
    return opened(content(language))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_all_the_sheets_are_there(language: Language) -> None:
    keys = (
        "summary", "missed", "build", "capacity", "programmes", "rent", "unit_costs", "energy", "indicators", "carbon",
        "parts", "cost", "outages", "pads", "site_losses", "standby", "shadow", "site_figures", "notices", "sources",
        "figures", "certificate",
    )  # fmt: skip
    assert book(language).written.sheetnames == [messages(language)(f"sheet.{key}") for key in keys]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["vi", "en"])
def test_formulas_give_what_is_stored_with_them(language: Language, tmp_path_factory: pytest.TempPathFactory) -> None:
    found = calculated(content(language), tmp_path_factory.mktemp("book"))
    assert len(found) > 150
    stored = {place: book(language).result(*place) for place in found}
    wrong = {
        place: (value, stored[place])
        for place, value in found.items()
        if not math.isclose(value, stored[place], rel_tol=1e-9, abs_tol=1e-6)
    }
    assert wrong == {}


@pytest.mark.slow
def test_a_changed_line_changes_every_sum_above_it(tmp_path: Path) -> None:
    """Totals hang on the lines and shares on the sites: no number is left that a formula should have been."""
    name = EN("sheet.site_figures")
    written = opened(content("en"))
    sheet = written.sheet(name)
    row = written.find(name, EN.pick(sample_document()["labels"]["sites"]["nam-can"]), "2030")
    for column, heading in enumerate((cell.value for cell in sheet[written.find(name, "Site", "Year")]), 1):
        if heading in ("Facility load (MWh)", "Critical IT (MW)"):
            sheet.cell(row, column).value = 2 * float(str(sheet.cell(row, column).value))
    changed = tmp_path / "changed.xlsx"
    written.written.save(changed)
    before = calculated(content("en"), tmp_path)
    after = calculated(changed.read_bytes(), tmp_path)
    moved = {place for place in before if not math.isclose(before[place], after[place], rel_tol=1e-9)}
    summary, indicators = EN("sheet.summary"), EN("sheet.indicators")
    pue = book("en").find(summary, EN("summary.pue", year=2030))
    it = book("en").find(summary, EN("summary.it", year=2030))
    share = book("en").find(summary, EN("summary.carbon_free", year=2030))
    assert {(summary, f"B{pue}"), (summary, f"B{it}"), (summary, f"B{share}")} <= moved
    assert {place for place in moved if place[0] == indicators}
    assert (summary, f"B{book('en').find(summary, EN('summary.cost'))}") not in moved


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_figure_of_the_tables_stands_in_its_cell_as_a_value(language: Language) -> None:
    """The same tables as in terminal and report, and every number in them a number."""
    text = messages(language)
    document = {**sample_document(), "sources": {"sourced": 1, "derived": 1, "assumption": 1}}
    tables = [*tables_in_order(document, text), site_figures_table(document, text), certificate_table(document, text)]
    for table in tables:
        name = text(f"sheet.{table.key}")
        headings = [column.heading for column in table.columns]
        first = book(language).find(name, *headings[:2]) + 1
        for number, cells in enumerate(table.rows):
            for column, cell in enumerate(cells):
                stored = book(language).shown[name].cell(first + number, column + 1).value
                if not isinstance(cell, Shown):
                    expected: Any = int(cell) if table.columns[column].numeric and cell.isdecimal() else cell or None
                    assert stored == expected
                elif isinstance(cell.value, dt.date):
                    assert isinstance(stored, dt.datetime)
                    assert stored.date() == cell.value
                else:
                    assert stored == pytest.approx(cell.value, rel=1e-12, abs=1e-9), (name, cells)


def formulas_in_row(name: str, row: int) -> list[str]:
    found = book("en").formulas().items()
    return [formula for (sheet, cell), formula in found if sheet == name and cell.lstrip(LETTERS) == str(row)]


@pytest.mark.parametrize(
    ("sheet", "begins", "formula"),
    [
        ("build", ("Total",), "SUM("),
        ("energy", ("Facility load",), "SUM("),
        ("parts", ("Present value of total cost",), "SUM("),
        ("cost", ("Enterprise", "Total"), "SUM("),
        ("cost", ("Enterprise", "Servers"), "SUM("),
        ("rent", ("Total", "None", "bn VND"), "SUM("),
        ("sources", ("Total",), "B"),
        ("sources", ("Assumption",), "7"),
        ("certificate", ("Gap: (objective − bound) ÷ objective",), "-"),
        ("indicators", ("Power usage effectiveness (PUE)", "new sites"), "/"),
        ("indicators", ("Hourly carbon-free energy (CFE)", "all sites"), "1-("),
        ("indicators", ("Renewable share of the year", "new sites"), "1-("),
        ("indicators", ("Emissions, market-based (tCO₂)", "new sites"), "SUMIFS("),
        ("indicators", ("Cooling water (m³)", "all sites"), "SUMIFS("),
        ("indicators", ("Grid import", "all sites"), "SUMIFS("),
        ("summary", ("Present value of total cost",), "'Present value'!"),
        ("summary", ("Proved gap",), "Certificate!"),
        ("summary", ("IT capacity installed in 2030",), "SUMIFS("),
        ("summary", ("Cloud rent in 2030",), "Rents!"),
        ("summary", ("Emissions in 2030",), "'Shares, PUE, carbon, water'!"),
    ],
)
def test_sums_and_shares_are_formulas(sheet: str, begins: tuple[str, ...], formula: str) -> None:
    name = EN(f"sheet.{sheet}")
    found = formulas_in_row(name, book("en").find(name, *begins))
    assert found
    assert all(formula in text for text in found), found


def test_a_total_is_a_formula_in_every_year() -> None:
    name = EN("sheet.cost")
    row = book("en").find(name, "Enterprise", "Total")
    assert len(formulas_in_row(name, row)) == len(sample_document()["years"]) + 1


def test_a_formula_that_would_not_give_the_figure_is_not_written() -> None:
    document = json.loads(json.dumps(sample_document()))
    row = next(r for r in document["accounts"]["province_years"]["rows"] if (r["year"], r["scope"]) == (2030, "new"))
    row["pue"] += 0.01
    tampered = opened(render_workbook(document, "en"))
    name = EN("sheet.indicators")
    line = tampered.find(name, "Power usage effectiveness (PUE)", "new sites")
    last = tampered.sheet(name).cell(line, 8)
    assert last.data_type == "n"
    assert last.value == pytest.approx(row["pue"])
    assert tampered.sheet(name).cell(line, 7).data_type == "f"


def test_no_name_becomes_a_formula() -> None:
    document = json.loads(json.dumps(sample_document()))
    sites = document["labels"]["sites"]
    for (site, names), evil in zip(sites.items(), EVIL, strict=False):
        names.update(vi=evil, en=evil)
        assert site
    document["labels"]["policies"]["cfe"].update(vi=EVIL[4], en=EVIL[4], citation=EVIL[5])
    document["labels"]["technologies"]["pv"].update(vi=EVIL[6], en=EVIL[6])
    document["labels"]["province"] = {"vi": "=1+1", "en": "&D=1+1"}
    document["notices"] = [{"id": "n", "kind": "data", "vi": EVIL[0], "en": EVIL[0]}]
    document.update(scenario="=1", method=EVIL[1], inputs_digest=EVIL[2])
    figures = [Figure(evil, 1, evil, evil, "assumption", evil) for evil in EVIL]
    evil_book = opened(render_workbook(document, "en", figures))
    plain = opened(render_workbook(sample_document(), "en", figures))
    assert set(evil_book.formulas()) == set(plain.formulas())
    cells = [cell for _, cell in evil_book.cells() if cell.data_type == "s"]
    texts = [cell for cell in cells if str(cell.value).lstrip(" ")[0] in "=+-@\t"]
    assert len(texts) > 20
    assert {cell.value for cell in texts} >= set(EVIL)
    assert all(cell.quotePrefix for cell in texts)


def test_numbers_are_formats_and_not_texts() -> None:
    """A text never holds a number of a numeric column; separators are left to the viewer's locale."""
    formats: dict[str, tuple[str, str]] = {}
    for name, cell in book("vi").cells():
        if cell.data_type in ("n", "f", "d"):
            formats.setdefault(cell.number_format, (name, cell.coordinate))
    assert {"0", "#,##0", "#,##0.0;-#,##0.0;0", "0.0 %", "dd\\/mm\\/yyyy"} <= set(formats)
    assert '#,##0" MW"' in formats
    english = {cell.number_format for _, cell in book("en").cells() if cell.is_date}
    assert english == {"[$-409]d mmm yyyy"}
    texts = [
        cell.value for _, cell in book("vi").cells() if cell.data_type == "s" and cell.alignment.horizontal == "right"
    ]
    assert not any(str(text).replace(".", "").replace(",", "").isdigit() for text in texts)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_sheets_are_set_up_for_reading_and_for_print(language: Language) -> None:
    text = messages(language)
    for sheet in book(language).written.worksheets:
        head = int(str(sheet.print_title_rows).split(":")[-1].strip("$"))
        assert sheet.freeze_panes is not None
        assert int("".join(filter(str.isdigit, str(sheet.freeze_panes)))) == head + 1, sheet.title
        assert sheet.cell(head, 1).font.bold
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1) <= 2
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.oddFooter is not None
        assert str(sheet.oddFooter.right.text) == text("workbook.page", page="&P", pages="&N")
        assert all(dimension.width <= 180 for dimension in sheet.column_dimensions.values())


def test_long_texts_are_wrapped_and_have_room() -> None:
    name = VI("sheet.notices")
    document = {
        **sample_document(),
        "notices": [{"id": "n", "kind": "law", "vi": "rất dài " * 200, "en": "long " * 200}],
    }
    wide = opened(render_workbook(document, "vi"))
    row = wide.find(name, VI("notice_kind.law"))
    assert wide.sheet(name).cell(row, 2).alignment.wrap_text
    height = wide.sheet(name).row_dimensions[row].height
    assert height is not None
    assert height > 80


def test_a_text_that_fits_no_cell_is_cut() -> None:
    document = {**sample_document(), "notices": [{"id": "n", "kind": "law", "vi": "d" * 40_000, "en": "d" * 40_000}]}
    longest = max(len(str(cell.value)) for _, cell in opened(render_workbook(document, "vi")).cells())
    assert longest == 32_767


def test_contents_link_to_every_sheet() -> None:
    sheet = book("vi").sheet(VI("sheet.summary"))
    links = [cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in book("vi").written.sheetnames[1:]]


def test_sources_list_every_figure_with_place_and_standing() -> None:
    name = VI("sheet.figures")
    row = book("vi").find(name, "sites.yaml", "30")
    cells = [cell.value for cell in book("vi").sheet(name)[row]]
    assert cells[2:7] == ["sites[0].latitude_deg", 9.27, "Có nguồn", "ref:survey", "Khảo sát"]
    assert cells[7] == dt.datetime.fromisoformat("2026-01-05")
    listed = book("vi").find(name, "energy.yaml", "7")
    assert book("vi").sheet(name).cell(listed, 4).value == "1,5; 2"


def test_certificate_has_digest_versions_and_seed() -> None:
    name = EN("sheet.certificate")
    values = {row[0].value: row[1].value for row in book("en").sheet(name).iter_rows()}
    assert values["SHA-256 of the inputs"] == "3f7a" * 16
    assert values["Software versions"] == "camau-dc 0.1.0, ortools 9.15"
    assert str(values["Random seed"]) == "918"


def test_a_conflict_has_its_violations_and_no_figures_of_a_plan() -> None:
    conflict = opened(render_workbook(conflict_document(), "vi", FIGURES))
    names = [VI(f"sheet.{key}") for key in ("summary", "violations", "notices", "figures", "certificate")]
    assert conflict.written.sheetnames == names
    row = conflict.find(names[1], "Điện không phát thải các-bon theo giờ của trung tâm dữ liệu mới")
    assert [cell.value for cell in conflict.sheet(names[1])[row]][2:] == [2030, "toàn tỉnh", 3.25, "điểm phần trăm"]


def test_a_plan_without_orders_and_rents_has_its_sheets() -> None:
    document = json.loads(json.dumps(sample_document()))
    for table in (
        "orders",
        "rents",
        "site_years",
        "facility_years",
        "generation_years",
        "unit_costs",
        "programme_years",
    ):
        document["accounts"][table]["rows"] = []
    empty = opened(render_workbook(document, "en"))
    assert empty.sheet(EN("sheet.build")).cell(3, 1).value == EN("build.none")


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert render_workbook(sample_document(), "vi", FIGURES) == render_workbook(sample_document(), "vi", FIGURES)
