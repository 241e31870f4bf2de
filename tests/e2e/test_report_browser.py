"""The report in headless Chromium, from a file, without a network: charts, languages, hovering, hostile names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.i18n import Language
from orchestrator.report import geography_of, render_report
from tests.e2e.chromium import Chromium, chromium
from tests.orchestrator.report.sample import conflict_document, sample_document, sample_hours, sample_inputs

pytestmark = pytest.mark.browser
SCREENSHOTS = Path(__file__).parents[2] / "out" / "screenshots"
KINDS = {"pv": "pv", "wind": "wind"}
GEOGRAPHY = geography_of(sample_inputs())
LEAST_MARKS = {
    "capacity": 6,
    "energy": 8,
    "heat": 8760,
    "week": 5,
    "waterfall": 8,
    "cost-state": 6,
    "cost-enterprise": 6,
    "shadow": 4,
}
"""Chart -> marks at least: bars, areas and lines, an hour each in the heat map."""
MARKS = ".mark-rect path, .mark-area path, .mark-line path"


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render_report(sample_document(), "vi", sample_hours(), KINDS, GEOGRAPHY), encoding="utf-8")
    return path


def drawn(browser: Chromium, language: str) -> None:
    browser.wait_until(f'document.documentElement.dataset.drawn === "{language}"')


def choose(browser: Chromium, language: str) -> None:
    browser.evaluate(f"""document.querySelector('[data-language="{language}"]').click()""")
    drawn(browser, language)


def chart(name: str, language: str) -> str:
    return f"""document.querySelector('main[lang="{language}"] [data-chart="{name}"]')"""


def point_at(browser: Chromium, selector: str, place: str = "0.5") -> None:
    """Moves the mouse over an element that is scrolled into view."""
    browser.evaluate(f"""{selector}.scrollIntoView({{block: "center", behavior: "instant"}})""")
    box = browser.evaluate(f"(({{x, y, width, height}}) => [x, y, width, height])({selector}.getBoundingClientRect())")
    x, y, width, height = box
    browser.move_to(x + width * float(place) - 3, y + height / 2)
    browser.move_to(x + width * float(place), y + height / 2)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_chart_is_drawn_without_a_complaint(browser: Chromium, report: Path, language: str) -> None:
    browser.open(report.as_uri())
    drawn(browser, "vi")
    choose(browser, language)
    marks = browser.evaluate(
        f"""Object.fromEntries([...document.querySelectorAll('main[lang="{language}"] [data-chart]')]
            .map(place => [place.dataset.chart, place.querySelectorAll({json.dumps(MARKS)}).length]))"""
    )
    assert set(marks) == set(LEAST_MARKS)
    assert {name: count for name, count in marks.items() if count < LEAST_MARKS[name]} == {}
    assert browser.complaints() == []
    assert {address for address in browser.addresses() if not address.startswith(("file:", "data:"))} == set()
    browser.screenshot(SCREENSHOTS / f"report-{language}.png")


def test_switch_shows_one_language_with_its_numbers(browser: Chromium, report: Path) -> None:
    browser.open(report.as_uri())
    drawn(browser, "vi")
    shown = "[...document.querySelectorAll('main')].filter(main => !main.hidden).map(main => main.lang)"
    assert browser.evaluate(shown) == ["vi"]
    axis = """[...{}.querySelectorAll('.role-axis-label text')].map(label => label.textContent)"""
    assert "1.000" in browser.evaluate(axis.format(chart("waterfall", "vi")))
    assert "Th7" in browser.evaluate(axis.format(chart("heat", "vi")))
    choose(browser, "en")
    assert browser.evaluate(shown) == ["en"]
    assert browser.evaluate("document.documentElement.lang") == "en"
    assert browser.evaluate("document.title").startswith("Capacity plan of data centres and cloud")
    assert "1,000" in browser.evaluate(axis.format(chart("waterfall", "en")))
    assert "Jul" in browser.evaluate(axis.format(chart("heat", "en")))
    pressed = """[...document.querySelectorAll('[data-language]')].map(button => button.getAttribute('aria-pressed'))"""
    assert browser.evaluate(pressed) == ["false", "true"]


@pytest.mark.parametrize(
    ("name", "mark", "words"),
    [
        ("capacity", ".mark-rect path", ["Năm", "2030", "MW", "Khu kinh tế Năm Căn", "12,00"]),
        ("waterfall", ".mark-rect path", ["Tổng chi phí quy về hiện tại", "Tỷ đồng"]),
        ("heat", ".mark-rect path", ["CFE (%)", "2030, 23:00"]),
        ("week", ".pointer_marks path", ["Phụ tải", "Mua từ lưới", "Điện gió gần bờ", "MW"]),
        ("shadow", ".mark-rect path", ["Điện không phát thải các-bon theo giờ", "21,4 / điểm phần trăm"]),
    ],
)
def test_hovering_tells_the_figures(browser: Chromium, report: Path, name: str, mark: str, words: list[str]) -> None:
    browser.open(report.as_uri())
    drawn(browser, "vi")
    place = chart(name, "vi")
    wanted = {
        "capacity": "Khu kinh tế Năm Căn",
        "waterfall": "Tổng chi phí",
        "heat": "2030, 23:00",
        "shadow": "2030 · toàn tỉnh",
    }
    label = wanted.get(name, "")
    target = f"""[...{place}.querySelectorAll('{mark}')].reverse().find(
        mark => !{json.dumps(label)} || (mark.getAttribute('aria-label') || '').includes({json.dumps(label)}))"""
    point_at(browser, target)
    browser.wait_until("document.querySelector('#vg-tooltip-element.visible') !== null")
    told = browser.evaluate("document.querySelector('#vg-tooltip-element').innerText")
    assert {word for word in words if word not in told} == set()
    assert browser.complaints() == []


def spot(key: str, language: str) -> str:
    return f"""document.querySelector('main[lang="{language}"] [data-spot="{key}"]')"""


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (
            "nam-can",
            ["Khu kinh tế Năm Căn", "2030", "CNTT thiết yếu (MW)", "12,0", "Điện mặt trời và gió (MW)", "20,0"],
        ),
        ("tender", ["Đấu thầu", "vCPU", "tỷ đồng", "2030"]),
    ],
)
def test_hovering_over_the_map_tells_the_figures(browser: Chromium, report: Path, key: str, words: list[str]) -> None:
    browser.open(report.as_uri())
    drawn(browser, "vi")
    tip = f"{spot(key, 'vi')}.querySelector('.tip')"
    assert browser.evaluate(f"getComputedStyle({tip}).display") == "none"
    point_at(browser, spot(key, "vi"))
    assert browser.evaluate(f"getComputedStyle({tip}).display") == "block"
    told = browser.evaluate(f"{tip}.innerText")
    assert {word for word in words if word not in told} == set()
    box = browser.evaluate(f"(({{left, right}}) => [left, right])({tip}.getBoundingClientRect())")
    assert 0 <= box[0] < box[1] <= browser.evaluate("document.documentElement.clientWidth")
    assert browser.complaints() == []


def test_the_map_can_be_read_with_the_keyboard(browser: Chromium, report: Path) -> None:
    browser.open(report.as_uri())
    drawn(browser, "vi")
    browser.send("Page.bringToFront")
    browser.move_to(1, 1)
    browser.evaluate(f"{spot('khanh-an', 'vi')}.focus()")
    shown = f"getComputedStyle({spot('khanh-an', 'vi')}.querySelector('.tip')).display"
    assert browser.evaluate(shown) == "block"


def test_an_address_can_ask_for_a_language(browser: Chromium, report: Path) -> None:
    browser.open("about:blank")  # Going to another place of the same page loads nothing.
    browser.open(f"{report.as_uri()}#en-energy")
    drawn(browser, "en")
    assert browser.evaluate("document.querySelector('main[lang=vi]').hidden")
    browser.open("about:blank")
    browser.open(f"{report.as_uri()}#no-such-section")
    drawn(browser, "vi")
    assert browser.complaints() == []


def test_another_year_and_another_site_can_be_chosen(browser: Chromium, report: Path) -> None:
    browser.open(report.as_uri())
    drawn(browser, "vi")
    for name, value, hours in (("heat", "2028", 8784), ("week", "6", 0)):
        place = chart(name, "vi")
        before = browser.evaluate(f"{place}.innerHTML")
        browser.evaluate(
            f"""(select => {{ select.value = "{value}"; select.dispatchEvent(new Event("change")); }})
                ({place}.closest("figure").querySelector("select"))"""
        )
        browser.wait_until(f"{place}.querySelector('svg') && {place}.innerHTML !== {json.dumps(before)}")
        if hours:
            browser.wait_until(f"{place}.querySelectorAll('.mark-rect path').length >= {hours}")
    assert browser.complaints() == []


def test_hostile_names_stay_texts(browser: Chromium, tmp_path: Path) -> None:
    evil = "</script><script>window.evil = 1</script><img src=x onerror='window.evil = 2'>"
    document = json.loads(json.dumps(sample_document()))
    document["labels"]["sites"]["nam-can"] = {"vi": evil, "en": evil}
    document["labels"]["technologies"]["wind"] = {"vi": evil, "en": evil}
    document["notices"].append({"id": "n", "kind": "data", "vi": evil, "en": evil})
    path = tmp_path / "report.html"
    path.write_text(render_report(document, "en", sample_hours(), KINDS), encoding="utf-8")
    browser.open(path.as_uri())
    drawn(browser, "en")
    point_at(browser, f"""[...{chart("capacity", "en")}.querySelectorAll('.mark-rect path')].pop()""")
    browser.wait_until("document.querySelector('#vg-tooltip-element.visible') !== null")
    assert browser.evaluate("typeof window.evil") == "undefined"
    assert browser.evaluate("document.querySelectorAll('img').length") == 0
    assert browser.complaints() == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_conflict_is_shown(browser: Chromium, tmp_path: Path, language: Language) -> None:
    path = tmp_path / "report.html"
    path.write_text(render_report(conflict_document(), language), encoding="utf-8")
    browser.open(path.as_uri())
    drawn(browser, language)
    words = {"vi": "Các chỉ tiêu không thể cùng đạt", "en": "Targets that cannot hold together"}[language]
    assert words in browser.evaluate("document.body.innerText")
    assert browser.complaints() == []
    browser.screenshot(SCREENSHOTS / f"conflict-{language}.png")


def test_dark_and_narrow_screens_have_their_pictures(browser: Chromium, report: Path) -> None:
    browser.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    browser.open(report.as_uri())
    drawn(browser, "vi")
    paper = browser.evaluate("getComputedStyle(document.body).backgroundColor")
    ink = browser.evaluate(f"getComputedStyle({chart('week', 'vi')}.querySelector('.role-axis-label text')).fill")
    assert (paper, ink) == ("rgb(18, 24, 31)", "rgb(159, 173, 188)")
    browser.screenshot(SCREENSHOTS / "report-dark.png")
    browser.send("Emulation.setEmulatedMedia", features=[])
    browser.screenshot(SCREENSHOTS / "report-narrow.png", width=400)
