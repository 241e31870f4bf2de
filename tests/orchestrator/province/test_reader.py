"""Reading a folder: what a good one gives, and how what is wrong is told."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from orchestrator.province import InvalidProvinceError, Problem, Text, digest_of, load_province, read_province
from orchestrator.province.catalogue import FILES, MOST_BYTES
from orchestrator.province.problems import sorted_problems
from tests.broken import BROKEN, Broken, template, write_folder
from tests.broken.folders import WEATHER
from tests.orchestrator.province.editing import edit

HOURS = 8760


def test_template_is_read_without_a_problem(shared_folder: Path) -> None:
    result = read_province(shared_folder)
    assert result.problems == ()
    province = result.province
    assert province is not None
    assert province.settings.name_vi == "Tỉnh mẫu"
    assert [site.id for site in province.sites.sites] == ["khu-cong-nghe-so"]
    assert province.weather["khu-cong-nghe-so"].hours == HOURS
    assert [agency.id for agency in province.agencies] == ["so-tttt", "so-khcn", "vp-ubnd"]
    assert len(province.systems) == 4
    assert [scenario.id for scenario in province.scenarios] == ["base", "tariff-production", "late-portal"]
    assert province.scenario == "base"


@pytest.mark.parametrize("case", [c for c in BROKEN if c.file != WEATHER], ids=lambda case: case.name)
def test_broken_folder_is_told_in_vietnamese_too(case: Broken, tmp_path: Path) -> None:
    # Without the weather, which is not what is looked at here, reading is fast.
    contents = {name: content for name, content in case.contents(template()).items() if name != WEATHER}
    problems = read_province(write_folder(tmp_path, contents)).problems
    english = {problem.text("en") for problem in problems}
    vietnamese = {problem.text("vi") for problem in problems}
    assert not english & vietnamese
    assert len(english) == len(vietnamese)


def test_all_problems_of_all_files_come_at_once_in_order(tmp_path: Path) -> None:
    """Two dozen wrong things in every file of the folder; none hides another."""
    names = {
        "dangling dependency",
        "dangling owner",
        "address of no family",
        "dangling technology",
        "dangling zone",
        "figure without source",
        "genset for a UPS",
        "kW for MW in the value",
        "link to no node",
        "level that is none",
        "MW for kW in the key",
        "negative",
        "no such choice",
        "no such day",
        "no such sizing rule",
        "overlapping validity",
        "scenario path into no file",
        "scenario path to no item",
        "schedule that ends",
        "seconds for a date",
        "source of a register in no form",
        "source of no field",
        "too few hours of a shape",
        "truth for a number",
        "unknown key",
        "waiver of no rule",
        "weeks of no step",
        "weather that is no number",
    }
    cases = [case for case in BROKEN if case.name in names]
    assert len(cases) == len(names)
    contents = dict(template())
    for case in cases:
        contents = case.contents(contents)
    told = [str(problem) for problem in read_province(write_folder(tmp_path, contents)).problems]
    assert sorted(told) == sorted(line for case in cases for line in case.lines(contents))
    assert {line.partition(":")[0] for line in told} == set(template())
    places = [(line.split(":")[0], int(line.split(":")[1])) for line in told]
    assert places == sorted(places)


def test_problem_is_one_line_with_place_field_value_and_what_is_allowed() -> None:
    problem = Problem("sites.yaml", 7, "sites[a].land_m2", Text("-1", "-1"), Text("a number", "số"))
    assert str(problem) == "sites.yaml:7: sites[a].land_m2: -1, a number"
    assert problem.text("vi") == "sites.yaml:7: sites[a].land_m2: -1, số"


def test_same_problem_is_told_once() -> None:
    problem = Problem("a.yaml", 2, "x", Text("1", "1"), Text("2", "2"))
    other = Problem("a.yaml", 1, "y", Text("1", "1"), Text("2", "2"))
    assert sorted_problems([problem, other, problem]) == (other, problem)


@pytest.mark.parametrize("file", [file for file, kind in FILES.items() if not kind.is_optional])
def test_missing_file_is_told_and_the_others_are_still_read(folder: Path, file: str) -> None:
    (folder / file).unlink()
    problems = read_province(folder).problems
    assert f"{file}:1: file: missing, this file is required" in [str(problem) for problem in problems]
    assert all(problem.file in (file, "scenarios.yaml") for problem in problems)


def test_a_folder_without_a_network_is_whole(folder: Path) -> None:
    with_network = load_province(folder)
    assert with_network.network is not None
    (folder / "network.yaml").unlink()
    without = load_province(folder)
    assert without.network is None
    assert without.digest != with_network.digest


def test_a_scenario_cannot_change_a_network_that_is_not_there(folder: Path) -> None:
    (folder / "network.yaml").unlink()
    edit(folder, "scenarios.yaml", "energy.tariff_class", "network.rules[network-ipv6].enabled")
    (problem,) = read_province(folder).problems
    assert str(problem).startswith("scenarios.yaml:14: ")
    assert "a path begins with one of province, sites, " in str(problem)


def test_folder_that_is_none(tmp_path: Path) -> None:
    (problem,) = read_province(tmp_path / "nowhere").problems
    assert str(problem).startswith("nowhere:1: folder: no such folder")


def test_file_that_is_a_folder(folder: Path) -> None:
    (folder / "clouds.yaml").unlink()
    (folder / "clouds.yaml").mkdir()
    problems = [str(problem) for problem in read_province(folder).problems]
    assert "clouds.yaml:1: file: not a regular file, a readable file is expected" in problems


def test_file_that_is_too_large(folder: Path) -> None:
    with (folder / "clouds.yaml").open("ab") as file:
        file.truncate(MOST_BYTES + 1)
    problems = [str(problem) for problem in read_province(folder).problems]
    assert f"clouds.yaml:1: file: {MOST_BYTES + 1} bytes, at most {MOST_BYTES} bytes" in problems


@pytest.mark.parametrize("name", ["province.yaml", "systems.csv", "scenarios.yaml", WEATHER])
def test_empty_file_is_told(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"")
    problems = read_province(folder).problems
    assert any(problem.file == name and problem.line == 1 for problem in problems)


def test_byte_order_marks_and_line_ends_of_windows_are_accepted(tmp_path: Path) -> None:
    contents = {name: b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n") for name, content in template().items()}
    result = read_province(write_folder(tmp_path, contents))
    assert result.problems == ()


def test_lines_of_windows_count_the_same(folder: Path) -> None:
    edit(folder, "hardware.yaml", "    it_kw: 500", "    it_kw: -1")
    before = [problem.line for problem in read_province(folder).problems]
    content = (folder / "hardware.yaml").read_bytes()
    (folder / "hardware.yaml").write_bytes(content.replace(b"\n", b"\r\n"))
    assert [problem.line for problem in read_province(folder).problems] == before


def test_load_province_raises_with_all_problems(folder: Path) -> None:
    edit(folder, "hardware.yaml", "    it_kw: 500", "    it_kw: -1")
    edit(folder, "sites.yaml", "    land_m2: 20000", "    land_m2: x")
    with pytest.raises(InvalidProvinceError) as caught:
        load_province(folder)
    assert [problem.file for problem in caught.value.problems] == ["hardware.yaml", "sites.yaml"]
    assert caught.value.folder == str(folder)


def test_unknown_scenario_names_the_known_ones(shared_folder: Path) -> None:
    (problem,) = read_province(shared_folder, "worst").problems
    assert problem.file == "scenarios.yaml"
    assert problem.value.en == "'worst'"
    assert problem.allowed.en == "one of base, tariff-production, late-portal"


def test_digest_is_of_names_contents_and_scenario(shared_folder: Path) -> None:
    """By hand: name, zero byte, length as 8 bytes, content, for each file by name; then the scenario."""
    expected = hashlib.sha256()
    for name in sorted(template()):
        content = template()[name]
        expected.update(name.encode() + b"\0" + len(content).to_bytes(8, "big") + content)
    expected.update(b"late-portal")
    assert load_province(shared_folder, "late-portal").digest == expected.hexdigest()


def test_digest_ignores_what_the_folder_does_not_use(folder: Path) -> None:
    before = load_province(folder).digest
    (folder / "README.md").write_text("notes", encoding="utf-8")
    (folder / "weather" / "old.csv").write_text("x", encoding="utf-8")
    assert load_province(folder).digest == before
    edit(folder, "sites.yaml", "sites:", "sites: # one")
    assert load_province(folder).digest != before


def test_digest_does_not_run_names_and_contents_together() -> None:
    assert digest_of({"ab": b"c"}, "base") != digest_of({"a": b"bc"}, "base")
    assert digest_of({"a": b"1", "b": b"2"}, "base") == digest_of({"b": b"2", "a": b"1"}, "base")


def test_weather_is_read_for_each_site(folder: Path) -> None:
    text = (folder / "sites.yaml").read_text(encoding="utf-8")
    site = text[text.index("  - id: khu-cong-nghe-so") :].replace("id: khu-cong-nghe-so", "id: khac", 1)
    (folder / "sites.yaml").write_text(text + site, encoding="utf-8")
    edit(folder, "network.yaml", "places: [khu-cong-nghe-so]", "places: [khu-cong-nghe-so, khac]")
    weather = load_province(folder).weather
    assert [(name, year.site_id, year.hours) for name, year in weather.items()] == [
        ("khu-cong-nghe-so", "khu-cong-nghe-so", HOURS),
        ("khac", "khac", HOURS),
    ]


def test_extra_servers_for_work_of_two_kinds_are_told(tmp_path: Path) -> None:
    """AI joins the class of the signatures, half of which may wait."""
    folder = write_folder(tmp_path, template())
    edit(folder, "services.yaml", "load_class: ai-batch", "load_class: office-hours")
    waiting = "interactive: false\n    deferrable_fraction: 0.5\n    deferrable_hours: 4\n    extra_servers: true\n"
    edit(folder, "services.yaml", "    interactive: true\n", f"    {waiting}")
    (problem,) = read_province(folder).problems
    assert problem.text("en").endswith(
        "programmes[ai-assistants].load_class: 'office-hours', a load class without extra_servers, or with work of one "
        "kind: 'register-systems' is of another"
    )
    assert "'register-systems' cũng thuộc lớp này và là loại khác" in problem.text("vi")
