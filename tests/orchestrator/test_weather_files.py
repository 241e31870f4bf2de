"""Which files are written for which sites; all or none, and nothing overwritten unasked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from capacity.weather import ChoiceError, Place, ServiceError, SourceError, Wanted, distance_km, read_weather
from capacity.weather.sources import FileOptions
from orchestrator.province import InvalidProvinceError, load_sites
from orchestrator.weather_files import (
    Fetching,
    Target,
    WeatherFileExistsError,
    fetch_weather,
    import_weather,
    targets_of,
)
from tests.capacity.weather.services import Services, running_services, truth
from tests.capacity.weather.source_files import epw_text, table_text

CA_MAU = Path(__file__).parents[2] / "examples" / "ca-mau"
TODAY = dt.date(2026, 11, 24)
PLACE = Place(8.76, 104.99)


@pytest.fixture(scope="module")
def running() -> Iterator[Services]:
    with running_services() as services:
        yield services


def fetching(services: Services, **overrides: object) -> Fetching:
    given: dict[str, object] = {
        "service": "nasa-power",
        "wanted": Wanted(year=2023),
        "nasa_power_url": services.power_url,
        "pvgis_url": services.pvgis_url,
        "timeout_s": 30.0,
    }
    return Fetching(**(given | overrides))  # type: ignore[arg-type]


def target(folder: Path, name: str = "a", place: Place | None = PLACE) -> Target:
    return Target(name, place, folder / "weather" / f"{name}.csv")


def entries(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_sites_that_share_a_file_are_one_target() -> None:
    targets = targets_of(CA_MAU, load_sites(CA_MAU))
    assert [(one.site_id, one.path.name, one.shared_with) for one in targets] == [
        ("provincial-room", "ca-mau-city.csv", ("ca-mau-city",)),
        ("khanh-an", "khanh-an.csv", ()),
        ("nam-can", "nam-can.csv", ()),
        ("bac-lieu", "bac-lieu.csv", ()),
    ]
    assert targets[0].place == Place(9.18, 105.15, 1.0)


def test_sites_are_read_without_the_rest_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "sites.yaml").write_bytes((CA_MAU / "sites.yaml").read_bytes())
    assert [site.id for site in load_sites(tmp_path)] == [site.id for site in load_sites(CA_MAU)]
    text = (CA_MAU / "sites.yaml").read_text(encoding="utf-8")
    (tmp_path / "sites.yaml").write_text(
        text.replace("weather/nam-can.csv", "../nam-can.csv").replace("latitude_deg: 9.18", "latitude_deg: 918", 1),
        encoding="utf-8",
    )
    with pytest.raises(InvalidProvinceError) as refused:
        load_sites(tmp_path)
    assert {problem.field.rpartition(".")[2] for problem in refused.value.problems} == {"latitude_deg", "weather_file"}
    with pytest.raises(InvalidProvinceError):
        load_sites(tmp_path / "absent")


def test_every_target_gets_its_file(tmp_path: Path, running: Services) -> None:
    running.asked.clear()
    told: list[str] = []
    targets = [target(tmp_path, "a"), target(tmp_path, "b", Place(9.29, 105.72))]
    written = fetch_weather(targets, fetching(running), TODAY, tell=told.append)
    assert [one.target.path.name for one in written] == entries(tmp_path) == ["a.csv", "b.csv"]
    assert told == ["a", "b"]
    assert [query["latitude"] for _, query in running.asked] == ["8.76", "9.29"]
    weather, problems = read_weather(tmp_path / "weather" / "b.csv", "b")
    assert problems == []
    assert weather is not None
    assert (weather.latitude_deg, weather.year) == (9.29, 2023)


def test_all_files_are_written_or_none(tmp_path: Path, running: Services) -> None:
    def fails_for_b(query: dict[str, str]) -> tuple[int, str, str]:
        if query["latitude"] == "9.29":
            return 503, "text/html", "down"
        return running.routes["/power"](query)

    running.routes["/half"] = fails_for_b
    targets = [target(tmp_path, "a"), target(tmp_path, "b", Place(9.29, 105.72))]
    with pytest.raises(ServiceError):
        fetch_weather(targets, fetching(running, nasa_power_url=f"{running.address}/half"), TODAY)
    assert entries(tmp_path) == []


def test_nothing_is_overwritten_or_asked_for_unasked(tmp_path: Path, running: Services) -> None:
    (tmp_path / "weather").mkdir()
    there = [target(tmp_path, name) for name in ("a", "b", "c")]
    for one in there[:2]:
        one.path.write_text("old", encoding="utf-8")
    running.asked.clear()
    with pytest.raises(WeatherFileExistsError) as refused:
        fetch_weather(there, fetching(running), TODAY)
    assert refused.value.paths == tuple(one.path for one in there[:2])
    assert running.asked == []
    assert entries(tmp_path) == ["a.csv", "b.csv"]


@pytest.mark.parametrize("has_links", [True, False])
def test_the_old_file_is_kept(
    has_links: bool, tmp_path: Path, running: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(1, "not permitted")

    if not has_links:
        monkeypatch.setattr("os.link", no_links)
    one = target(tmp_path)
    one.path.parent.mkdir()
    for content in ("oldest", "old"):
        one.path.write_text(content, encoding="utf-8")
        (written,) = fetch_weather([one], fetching(running), TODAY, is_forced=True)
    assert entries(tmp_path) == ["a.csv", "a.csv.bak", "a.csv.bak1"]
    assert written.kept == one.path.with_name("a.csv.bak1")
    assert (tmp_path / "weather" / "a.csv.bak").read_text(encoding="utf-8") == "oldest"
    assert written.kept.read_text(encoding="utf-8") == "old"


def test_a_failed_write_leaves_what_there_was(
    tmp_path: Path, running: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = target(tmp_path)
    one.path.parent.mkdir()
    one.path.write_text("old", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        fetch_weather([one], fetching(running), TODAY, is_forced=True)
    assert one.path.read_text(encoding="utf-8") == "old"
    assert entries(tmp_path) == ["a.csv", "a.csv.bak"]


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"wanted": Wanted(year=2026)}, "the latest is 2025"),
        ({"wanted": Wanted(is_typical=True), "last_year": 2030}, "2030"),
        ({"wanted": Wanted(is_typical=True), "first_year": 2020, "last_year": 2015}, "after the last, 2015"),
    ],
)
def test_years_that_are_not_over_are_not_asked_for(
    overrides: dict[str, object], said: str, tmp_path: Path, running: Services
) -> None:
    running.asked.clear()
    with pytest.raises(ChoiceError, match=said):
        fetch_weather([target(tmp_path)], fetching(running, **overrides), TODAY)
    assert running.asked == []


def test_pvgis_years_ask_both_services(tmp_path: Path, running: Services) -> None:
    running.asked.clear()
    (written,) = fetch_weather([target(tmp_path)], fetching(running, service="pvgis"), TODAY)
    assert [path for path, _ in running.asked] == ["/power", "/api/seriescalc"]
    assert written.prepared.weather.wind_height_m == 10


def test_pvgis_makes_its_own_typical_year(tmp_path: Path, running: Services) -> None:
    running.asked.clear()
    asked = fetching(running, service="pvgis", wanted=Wanted(is_typical=True), first_year=2006, last_year=2020)
    (written,) = fetch_weather([target(tmp_path)], asked, TODAY)
    assert [(path, query["startyear"]) for path, query in running.asked] == [("/api/tmy", "2006")]
    assert written.prepared.weather.year == 2025


@pytest.mark.slow
def test_a_typical_year_of_nasa_power_is_of_ten_years_by_default(tmp_path: Path, running: Services) -> None:
    running.asked.clear()
    fetch_weather([target(tmp_path)], fetching(running, wanted=Wanted(is_typical=True)), TODAY)
    assert [query["end"] for _, query in running.asked] == [f"{year}1231" for year in range(2015, 2025)]


def test_a_file_becomes_the_weather_of_a_site(tmp_path: Path) -> None:
    (tmp_path / "a.epw").write_text(epw_text(), encoding="utf-8")
    one = target(tmp_path, "nam-can")
    written = import_weather(tmp_path / "a.epw", one, FileOptions(), Wanted(), TODAY)
    weather, _ = read_weather(one.path, "nam-can")
    assert weather is not None
    assert np.array_equal(weather.temp_air_c, truth().temp_air_c)
    assert written.remarks == ()


def test_a_place_far_away_is_remarked(tmp_path: Path) -> None:
    (tmp_path / "a.epw").write_text(epw_text(), encoding="utf-8")
    far = target(tmp_path, "hanoi", Place(21.03, 105.85))
    written = import_weather(tmp_path / "a.epw", far, FileOptions(), Wanted(), TODAY)
    assert [remark.en for remark in written.remarks] == ["the weather is of a place 1367 km from hanoi"]


def test_a_file_that_is_wrong_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(table_text(days=2), encoding="utf-8")
    with pytest.raises(SourceError):
        import_weather(tmp_path / "a.csv", target(tmp_path), FileOptions(), Wanted(year=2025), TODAY)
    assert entries(tmp_path) == ["a.csv"]


def test_distances_are_those_of_the_globe() -> None:
    assert distance_km(PLACE, PLACE) == 0
    assert distance_km(Place(0, 0), Place(0, 90)) == pytest.approx(10007.5, abs=1)
    assert distance_km(Place(0, 179), Place(0, -179)) == pytest.approx(222.4, abs=0.1)
