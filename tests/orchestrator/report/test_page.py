"""The report: one file, both languages, no way out of its data and no way to the network."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity.accounts import site_series
from orchestrator.report import HourlyFigures, hourly_figures, render_report
from orchestrator.report.hourly import WEEK
from orchestrator.report.page import json_block
from tests.orchestrator.report.sample import (
    conflict_document,
    sample_accounts,
    sample_document,
    sample_hours,
    sample_plan,
)

EVIL = "</script><script>alert(1)</script><!--<img src=x onerror=alert(1)>"
KINDS = {"pv": "pv", "wind": "wind"}
CHARTS = {"capacity", "energy", "waterfall", "shadow", "heat", "week", "cost-state", "cost-enterprise"}


class Page(HTMLParser):
    """What a browser would see: elements, texts of scripts, and addresses."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.words = ""
        self._script = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._script = tag == "script"
        if self._script:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._script = self._script and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._script:
            self.scripts[-1] += data
        else:
            self.words += data

    def data(self, name: str) -> Any:
        """A JSON block of the page."""
        position = [attrs.get("id") for tag, attrs in self.elements if tag == "script"].index(name)
        return json.loads(self.scripts[position])


@pytest.fixture(scope="module")
def html() -> str:
    return render_report(sample_document(), "vi", sample_hours(), KINDS)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for entry in value.values():
            yield from _texts(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _texts(entry)
    elif isinstance(value, str):
        yield value


def test_page_fetches_nothing(page: Page) -> None:
    addresses = {
        (tag, name, value)
        for tag, attrs in page.elements
        for name, value in attrs.items()
        if name in ("src", "href", "action", "srcset", "data") and not (value or "").startswith(("#", "data:,"))
    }
    assert addresses == set()
    (policy,) = [attrs["content"] for _, attrs in page.elements if attrs.get("http-equiv")]
    assert policy is not None
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "http" not in policy


def test_only_the_two_scripts_of_the_page_may_run(page: Page) -> None:
    (policy,) = [attrs["content"] or "" for _, attrs in page.elements if attrs.get("http-equiv")]
    allowed = re.findall(r"'sha256-([^']+)'", policy)
    scripts = [attrs for tag, attrs in page.elements if tag == "script"]
    runnable = [text for attrs, text in zip(scripts, page.scripts, strict=True) if "type" not in attrs]
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in runnable]
    assert hashes == allowed
    assert len(allowed) == 2
    assert not any("<!--" in text or "<script" in text.lower() for text in page.scripts)


def test_both_languages_are_there_and_one_is_shown(page: Page) -> None:
    mains = [attrs for tag, attrs in page.elements if tag == "main"]
    assert [(main["lang"], "hidden" in main) for main in mains] == [("vi", False), ("en", True)]
    assert "Kế hoạch năng lực trung tâm dữ liệu và điện toán đám mây" in page.words
    assert "Capacity plan of data centres and cloud" in page.words
    english = Page(render_report(sample_document(), "en", sample_hours(), KINDS))
    assert [attrs["lang"] for tag, attrs in english.elements if tag in ("html", "main")] == ["en", "en", "vi"]


def test_every_chart_has_a_place_a_specification_and_words_in_both_languages(page: Page) -> None:
    drawings = page.data("drawings")
    for language in ("vi", "en"):
        assert set(drawings[language]["charts"]) == CHARTS
    places = [attrs for _, attrs in page.elements if "data-chart" in attrs]
    assert sorted(str(attrs["data-chart"]) for attrs in places) == sorted([*CHARTS, *CHARTS])
    assert all(attrs["aria-label"] for attrs in places)


def test_summary_names_gap_and_digest(page: Page) -> None:
    assert "0,49 %" in page.words
    assert "0.49 %" in page.words
    assert "3f7a" * 16 in page.words


def test_tables_have_headings_for_rows_and_columns(page: Page) -> None:
    tables = sum(tag == "table" for tag, _ in page.elements)
    assert tables >= 2 * 13
    heads = [attrs for tag, attrs in page.elements if tag == "th"]
    assert {attrs.get("scope") for attrs in heads} == {"row", "col"}


def test_file_is_small(html: str) -> None:
    assert len(html.encode()) < 5e6


def test_no_name_or_notice_can_leave_its_place() -> None:
    document = json.loads(json.dumps(sample_document()))
    for site, names in document["labels"]["sites"].items():
        names.update(vi=EVIL + site, en=EVIL + site)
    document["labels"]["policies"]["cfe"].update(vi=EVIL, en=EVIL, citation=EVIL)
    document["labels"]["technologies"]["pv"].update(vi=EVIL, en=EVIL)
    document["notices"] = [{"id": "n", "kind": "data", "vi": EVIL, "en": EVIL}]
    document["versions"] = {EVIL: EVIL}
    document.update(scenario=EVIL, method=EVIL, inputs_digest=EVIL)
    page, plain = (Page(render_report(d, "vi", sample_hours(), KINDS)) for d in (document, sample_document()))
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in plain.elements]
    assert not any("onerror" in attrs for _, attrs in page.elements)
    assert page.words.count(EVIL) > 20
    assert EVIL in set(_texts(page.data("drawings")))


@pytest.mark.slow
@given(
    st.recursive(
        st.text() | st.none() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_json_in_a_page_reads_back_and_holds_no_mark_up(value: Any) -> None:
    block = str(json_block(value))
    assert json.loads(block) == value
    assert not set(block) & set("<>&")


def test_hours_of_the_heat_map_are_those_of_the_accounts(page: Page) -> None:
    heat = page.data("hourly")["heat"]
    assert {year: len(hours) for year, hours in heat.items()} == {"2028": 8784, "2029": 8760, "2030": 8760}
    expected = sample_accounts().carbon_free_hours[2030]
    assert heat["2030"] == [round(100 * value) for value in expected]


def test_hours_without_load_have_no_share() -> None:
    hours = np.full(8760, 0.5)
    hours[7] = np.nan
    block = Page(render_report(sample_document(), "vi", HourlyFigures({2030: hours}, ()), KINDS)).data("hourly")
    assert block["heat"]["2030"][6:9] == [50, None, 50]


def test_week_holds_the_peak_import_and_balances(page: Page) -> None:
    figures = sample_hours()
    assert [(week.site, week.year) for week in figures.weeks if week.site is None] == [
        (None, year) for year in range(2025, 2031)
    ]
    for week in figures.weeks:
        assert week.load.size == WEEK
        supply = np.sum(list(week.sources.values()), axis=0)
        assert supply == pytest.approx(week.load + week.charge, abs=1e-5)
    weeks = page.data("hourly")["weeks"]
    chosen = weeks[5]
    assert (chosen["site"], chosen["year"]) == (None, 2030)
    sites = [week for week in figures.weeks if week.year == 2030 and week.site == "nam-can"]
    row = next(row for row in sample_accounts().site_years if (row.site, row.year) == ("nam-can", 2030))
    imported = sites[0].sources["grid"] + sites[0].sources["dppa"]
    assert imported.max() == pytest.approx(row.peak_grid_mw)


def test_weeks_stay_inside_their_year() -> None:
    figures = sample_hours()
    for week in figures.weeks:
        assert week.start.year == week.year
        assert week.start.toordinal() + 7 <= np.datetime64(f"{week.year + 1}-01-01").astype(int) + 719163
    assert hourly_figures({}, ()).weeks == ()


def test_a_site_that_draws_nothing_has_no_week_to_choose() -> None:
    figures = sample_hours()
    assert all(week.sources for week in figures.weeks)
    inputs, demand, plan = sample_plan()
    one = site_series(inputs, demand, plan, "nam-can", 2030)
    idle = replace(
        one,
        site="idle",
        grid_mw=0 * one.grid_mw,
        dppa_matched_mw=0 * one.dppa_matched_mw,
        discharge_mw=0 * one.discharge_mw,
        generation_mw={},
        load_mw=0 * one.load_mw,
        charge_mw=0 * one.charge_mw,
        curtailed_mw=0 * one.curtailed_mw,
    )
    assert {week.site for week in hourly_figures({}, (one, idle)).weeks} == {None, "nam-can"}
    assert hourly_figures({}, (idle,)).weeks == ()


def test_conflict_is_reported_without_figures_of_a_plan() -> None:
    page = Page(render_report(conflict_document(), "en"))
    assert "Targets that cannot hold together" in page.words
    assert "percentage points" in page.words
    assert page.data("drawings")["en"]["charts"] == {}
    assert "Orders" not in page.words
