"""The map: true distances, areas by MW, labels and circles that do not lie on each other, links, and names as texts."""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.i18n import messages
from orchestrator.report import Geography, Link, Position, geography_of, render_report
from orchestrator.report.geography import ca_mau
from orchestrator.report.site_map import LABEL_GAP, WIDTH, SiteMap, apart, site_map, spread
from tests.orchestrator.report.sample import conflict_document, sample_document, sample_inputs

VI, EN = messages("vi"), messages("en")
EXAMPLE = Path(__file__).parents[3] / "examples" / "ca-mau"
EVIL = '</svg><script>alert(1)</script>" onload="alert(1)'


def same(text: str) -> dict[str, str]:
    return {"vi": text, "en": text}


def drawn(geography: Geography | None = None, document: Mapping[str, Any] | None = None) -> SiteMap:
    found = site_map(document or sample_document(), EN, geography or geography_of(sample_inputs()))
    assert found is not None
    return found


def inside(point: tuple[float, float], outline: tuple[tuple[float, float], ...]) -> bool:
    """Whether a ray to the east crosses the outline an odd number of times."""
    lon, lat = point
    crossings = 0
    for (lon1, lat1), (lon2, lat2) in itertools.pairwise([*outline, outline[0]]):
        if (lat1 > lat) != (lat2 > lat) and lon < lon1 + (lat - lat1) / (lat2 - lat1) * (lon2 - lon1):
            crossings += 1
    return crossings % 2 == 1


def test_sites_of_the_example_stand_on_land() -> None:
    sites = yaml.safe_load((EXAMPLE / "sites.yaml").read_text(encoding="utf-8"))["sites"]
    assert len(sites) >= 5
    for site in sites:
        assert inside((site["longitude_deg"], site["latitude_deg"]), ca_mau().points), site["id"]
    for _, places in ca_mau().seas:
        assert not any(inside(place, ca_mau().points) for place in places)


def test_the_outline_says_what_it_stands_on() -> None:
    text = resources.files("orchestrator.report").joinpath("page", "outline.json").read_text("utf-8")
    about = json.loads(text)
    assert about["source"].startswith("assumption: drawn by hand")
    for language in ("vi", "en"):
        assert messages(language)("map.note_outline") in render_report(
            sample_document(), language, geography=geography_of(sample_inputs())
        )


def test_distances_are_true() -> None:
    found = {marker.key: marker for marker in drawn().markers}
    one, other = found["khanh-an"], found["bac-lieu"]
    px = math.hypot(one.home_x - other.home_x, one.home_y - other.home_y)
    a, b = (geography_of(sample_inputs()).sites[site] for site in ("khanh-an", "bac-lieu"))
    lat1, lat2 = math.radians(a.latitude_deg), math.radians(b.latitude_deg)
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin(math.radians(b.longitude_deg - a.longitude_deg) / 2) ** 2
    km = 2 * 6371 * math.asin(math.sqrt(half))
    scale = drawn()
    assert px / (scale.scale_length / scale.scale_km) == pytest.approx(km, rel=0.01)
    assert one.home_x < other.home_x


def test_circles_have_the_area_of_their_megawatts() -> None:
    document = json.loads(json.dumps(sample_document()))
    mw = {"nam-can": 12.0, "khanh-an": 3.0, "bac-lieu": 0.001, "phong-may": 0.75}
    for row in document["accounts"]["site_years"]["rows"]:
        row["critical_it_kw"] = 1000 * mw[row["site"]]
    found = {marker.key: marker for marker in drawn(document=document).markers}
    assert found["khanh-an"].radius == pytest.approx(found["nam-can"].radius / 2)
    assert found["phong-may"].radius == pytest.approx(found["nam-can"].radius / 4)
    assert 0 < found["bac-lieu"].radius < found["phong-may"].radius
    assert [found[site].amount for site in ("nam-can", "bac-lieu")] == ["12.0 MW", "0.001 MW"]
    assert (found["phong-may"].kind, found["nam-can"].kind) == ("existing", "new")


def test_a_site_without_anything_is_shown_as_that() -> None:
    document = json.loads(json.dumps(sample_document()))
    for table in ("site_years", "facility_years", "generation_years"):
        rows = document["accounts"][table]["rows"]
        document["accounts"][table]["rows"] = [row for row in rows if row["site"] != "bac-lieu"]
    (marker,) = [marker for marker in drawn(document=document).markers if marker.key == "bac-lieu"]
    assert (marker.kind, marker.amount) == ("empty", "nothing is built")
    assert marker.tip.lines == ("nothing is built",)


def test_hovering_has_the_figures_of_all_years() -> None:
    (marker,) = [marker for marker in drawn().markers if marker.key == "nam-can"]
    rows = [r for r in sample_document()["accounts"]["site_years"]["rows"] if r["site"] == "nam-can"]
    assert marker.tip.headings == ("", *(str(row["year"]) for row in rows))
    (critical,) = [row for row in marker.tip.rows if row[0] == "Critical IT (MW)"]
    assert critical[1:] == tuple(EN.number(row["critical_it_kw"] / 1000, 1) for row in rows)
    (generation,) = [row for row in marker.tip.rows if row[0] == "PV and wind (MW)"]
    assert generation[1:] == ("20.0", "20.0")


def test_what_is_rented_stands_outside_with_its_amounts() -> None:
    boxes = {box.key: box for box in drawn().boxes}
    rents = sample_document()["accounts"]["rents"]["rows"]
    vcpu = sum(row["vcpu"] for row in rents if (row["location"], row["year"]) == ("tender", 2030))
    assert set(boxes) == {row["location"] for row in rents}
    assert f"{EN.number(vcpu)} vCPU" in " ".join(boxes["tender"].amounts)
    (said,) = [row for row in boxes["tender"].tip.rows if row[0] == "vCPU"]
    assert said[-1] == EN.number(vcpu)
    for box in boxes.values():
        assert 0 <= box.x <= box.x + box.width <= WIDTH
        assert box.y + box.height < drawn().band


def test_links_join_their_ends_and_unknown_ends_stand_outside() -> None:
    sites = geography_of(sample_inputs()).sites
    links = (
        Link("khanh-an", "hcm-1", same("Leased line"), "leased", (same("2,000 Mbps"), same("9 ms"))),
        Link("hcm-1", "khanh-an", same("Second route"), "second"),
        Link("khanh-an", "nam-can", same("Fibre")),
        Link("bac-lieu", "vnix", same("To the exchange")),
        Link("bac-lieu", "agencies", same("State network")),
    )
    found = drawn(Geography(sites, links, {"vnix": same("VNIX, Ho Chi Minh City")}))
    assert [line.kind for line in found.lines] == ["leased", "second", "existing", "existing", "existing"]
    assert len({line.path for line in found.lines}) == 5
    assert found.lines[0].tip.title == "Leased line"
    assert found.lines[0].tip.lines == ("2,000 Mbps", "9 ms")
    names = {box.key: " ".join(box.name) for box in found.boxes}
    assert names["vnix"] == "VNIX, Ho Chi Minh City"
    assert names["agencies"] == "agencies"
    places = {marker.key: (marker.x, marker.y) for marker in found.markers}
    ends = re.findall(r"(-?[\d.]+) (-?[\d.]+)", found.lines[2].path)
    assert {(float(x), float(y)) for x, y in (ends[0], ends[-1])} == {
        (round(x, 1), round(y, 1)) for x, y in (places["khanh-an"], places["nam-can"])
    }


def test_another_province_has_no_outline_of_ca_mau() -> None:
    far = Geography({site: Position(106 + index, 20 + index) for index, site in enumerate(sample_inputs().weather)})
    assert drawn(far).outline == ""
    assert drawn(far).note == EN("map.note")
    assert drawn().outline.startswith("M")


def test_without_positions_or_plan_there_is_no_map() -> None:
    assert site_map(sample_document(), VI, Geography()) is None
    assert site_map(conflict_document(), VI, geography_of(sample_inputs())) is None
    assert 'class="map"' not in render_report(sample_document(), "vi")


def test_no_name_can_leave_the_map() -> None:
    document = json.loads(json.dumps(sample_document()))
    for names in document["labels"]["sites"].values():
        names.update(vi=EVIL, en=EVIL)
    link = Link("khanh-an", "x", same(EVIL), facts=(same(EVIL),))
    geography = Geography(geography_of(sample_inputs()).sites, (link,), {"x": same(EVIL)})
    html = render_report(document, "vi", geography=geography)
    plain = render_report(sample_document(), "vi", geography=geography)
    assert html.count("<script") == plain.count("<script")
    assert 'onload="' not in html


@given(st.lists(st.tuples(st.floats(300, 700), st.floats(100, 600), st.floats(4, 30)), min_size=1, max_size=6))
def test_circles_are_moved_apart_and_no_further_than_needed(circles: list[tuple[float, float, float]]) -> None:
    homes = {str(index): (x, y) for index, (x, y, _) in enumerate(circles)}
    radii = {str(index): radius for index, (_, _, radius) in enumerate(circles)}
    places = apart(homes, radii)
    for one, other in itertools.combinations(places, 2):
        assert math.dist(places[one], places[other]) >= radii[one] + radii[other]
    alone = {
        one
        for one in homes
        if all(math.dist(homes[one], homes[o]) > 200 + radii[one] + radii[o] for o in homes if o != one)
    }
    assert all(places[one] == homes[one] for one in alone)


@given(st.lists(st.tuples(st.floats(-200, 900), st.floats(15, 60)), max_size=7))
def test_labels_are_spread_in_their_order_inside_the_sheet(labels: list[tuple[float, float]]) -> None:
    labels.sort()
    heights = [height for _, height in labels]
    tops = spread([want for want, _ in labels], heights, 0.0, 600.0)
    for (top, height), below in zip(zip(tops, heights, strict=True), tops[1:], strict=False):
        assert below >= top + height + LABEL_GAP - 1e-6
    if sum(heights) + LABEL_GAP * len(heights) <= 600:
        assert all(0 <= top <= 600 - height + 1e-6 for top, height in zip(tops, heights, strict=True))
