"""The report on paper: A4, page numbers, headings of tables on every page, charts whole; and pictures of the pages."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.i18n import Language, messages
from orchestrator.report import geography_of, render_report
from tests.e2e.chromium import Chromium, chromium
from tests.orchestrator.report.sample import sample_document, sample_hours, sample_inputs

pytestmark = pytest.mark.browser
PAGES = Path(__file__).parents[2] / "out" / "screenshots"
KINDS = {"pv": "pv", "wind": "wind"}
PAPER_PX = 703
"""Width of what is printed on A4 between the margins of the style sheet, 96 px an inch."""
PAGE_PX = 1006


def poppler(*arguments: str | Path) -> str:
    """Output of a command of poppler-utils."""
    return subprocess.run([*map(str, arguments)], capture_output=True, text=True, check=True, timeout=120).stdout


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module", params=["vi", "en"])
def language(request: pytest.FixtureRequest) -> Language:
    chosen: Language = request.param
    return chosen


@pytest.fixture(scope="module")
def report(language: Language, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("print") / f"report-{language}.html"
    html = render_report(sample_document(), language, sample_hours(), KINDS, geography_of(sample_inputs()))
    path.write_text(html, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def printed(browser: Chromium, report: Path, language: Language) -> Path:
    browser.open(report.as_uri())
    browser.wait_until(f'document.documentElement.dataset.drawn === "{language}"')
    path = report.with_suffix(".pdf")
    browser.pdf(path)
    PAGES.mkdir(parents=True, exist_ok=True)
    poppler("pdftoppm", "-r", "60", "-png", path, PAGES / f"print-{language}")
    return path


@pytest.fixture(scope="module")
def pages(printed: Path) -> list[str]:
    """Text of every page."""
    return poppler("pdftotext", "-layout", printed, "-").split("\f")[:-1]


def test_paper_is_a4(printed: Path) -> None:
    about = poppler("pdfinfo", printed)
    assert re.search(r"Page size: +59[45][.\d]* x 84[12][.\d]* pts \(A4\)", about)


def test_every_page_has_its_number(pages: list[str]) -> None:
    assert 6 <= len(pages) <= 40
    for number, page in enumerate(pages, 1):
        assert page.rstrip().splitlines()[-1].split() == ["camau-dc", str(number), "/", str(len(pages))]


def test_headings_of_a_table_stand_on_every_page_of_it(pages: list[str], language: Language) -> None:
    text = messages(language)
    day = re.compile(r"^ *(\d\d/\d\d/20\d\d|\d{1,2} [A-Z][a-z]{2} 20\d\d) +20\d\d ", re.MULTILINE)
    with_orders = [page for page in pages if day.search(page)]
    assert len(with_orders) >= 2
    heading = text("column.payer").split()[0]
    assert all(heading in page[: day.search(page).start()] for page in with_orders)  # type: ignore[union-attr]


def test_all_that_is_read_on_the_screen_is_on_paper(pages: list[str], language: Language) -> None:
    text, words = messages(language), " ".join(" ".join(pages).split())
    for key in ("section.map", "section.build", "section.energy", "section.cost", "section.certificate"):
        assert text(key) in words
    assert "3f7a3f7a" in words
    assert text("report.switch") not in words


def test_charts_and_map_are_whole_on_paper(browser: Chromium, report: Path, language: Language) -> None:
    """Redrawn for the width of the paper, none wider than its place nor higher than a page."""
    browser.send("Emulation.setEmulatedMedia", media="print")
    metrics = {"width": PAPER_PX, "height": PAGE_PX, "deviceScaleFactor": 1, "mobile": False}
    browser.open(report.as_uri())
    browser.wait_until(f'document.documentElement.dataset.drawn === "{language}"')
    browser.send("Emulation.setDeviceMetricsOverride", **metrics)
    browser.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    sizes = browser.evaluate(
        """[...document.querySelectorAll("main:not([hidden]) figure")].map(figure => {
            const [page, svg] = [figure.getBoundingClientRect(), figure.querySelector("svg").getBoundingClientRect()];
            return [page.left <= svg.left && svg.right <= page.right + 1, page.height, page.right];
        })"""
    )
    assert len(sizes) == 9
    assert all(fits for fits, _, _ in sizes), sizes
    assert max(height for _, height, _ in sizes) < PAGE_PX
    scales = browser.evaluate(
        """[...document.querySelectorAll("main:not([hidden]) [data-chart] svg")]
            .map(svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"""
    )
    assert len(scales) == 8
    assert min(scales) > 0.97  # Drawn for the paper, not shrunk to it with its letters.
    assert max(right for _, _, right in sizes) <= PAPER_PX
    labels = browser.evaluate(
        """[...document.querySelectorAll("main:not([hidden]) [data-chart] svg text")]
            .filter(text => text.textContent.endsWith("…")).map(text => text.textContent)"""
    )
    assert labels == []
    browser.send("Emulation.setEmulatedMedia", media="")
    browser.send("Emulation.clearDeviceMetricsOverride")
