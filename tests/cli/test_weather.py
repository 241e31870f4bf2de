"""``weather fetch``, ``import`` and ``describe`` as they are typed."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from tests.capacity.weather.services import Services, answer_text, running_services
from tests.capacity.weather.source_files import epw_text, table_text

CA_MAU = Path(__file__).parents[2] / "examples" / "ca-mau"
Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def running() -> Iterator[Services]:
    with running_services() as services:
        yield services


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with sites and no weather."""
    shutil.copy(CA_MAU / "sites.yaml", tmp_path)
    return tmp_path


def run(captured: Captured, *arguments: str | Path) -> tuple[int, str, str]:
    code = main(["weather", *map(str, arguments)])
    output = captured.readouterr()
    assert "Traceback" not in output.err
    return code, output.out, output.err


def fetch(captured: Captured, services: Services, *arguments: str | Path) -> tuple[int, str, str]:
    urls = ("--nasa-power-url", services.power_url, "--pvgis-url", services.pvgis_url, "--timeout", "30")
    return run(captured, "fetch", *urls, *arguments)


@pytest.mark.slow
def test_every_site_of_a_folder_gets_its_weather(folder: Path, capsys: Captured, running: Services) -> None:
    code, out, err = fetch(capsys, running, folder, "--year", "2023", "--wind-capacity-factor", "0.29", "--lang", "en")
    assert code == 0, err
    names = ["ca-mau-city.csv", "khanh-an.csv", "nam-can.csv", "bac-lieu.csv"]
    assert [Path(line).name for line in out.splitlines()] == names
    assert sorted(path.name for path in (folder / "weather").iterdir()) == sorted(names)
    assert "of wind 0.290" in err
    assert "also read by ca-mau-city" in err
    assert "UTC+7: the 8760 hours of 2023" in err
    assert "so that the wind capacity factor is 0.29" in err


def test_a_fetched_folder_is_described_in_both_languages(folder: Path, capsys: Captured, running: Services) -> None:
    fetch(capsys, running, folder, "--year", "2023", "--site", "nam-can")
    file = folder / "weather" / "nam-can.csv"
    code, out, _ = run(capsys, "describe", file, "--lang", "vi")
    assert code == 0
    for said in ("Nhiệt độ bầu ướt cao nhất", "số giờ: 8760, thiếu: 0; không có giờ nội suy", "NASA POWER Hourly API",
                 "vệ tinh hoặc tái phân tích", "Các phép xử lý: (1)", "Giấy phép: "):  # fmt: skip
        assert said in out
    code, out, _ = run(capsys, "describe", file, "--json")
    (described,) = json.loads(out)
    assert described["design"]["wet_bulb_c_minimum"] < described["design"]["wet_bulb_c_maximum"] < 35
    assert described["provenance"]["request"].startswith(running.power_url)
    assert len(described["means"]["wind_capacity_factor"]["months"]) == 12


def test_json_is_one_document(tmp_path: Path, capsys: Captured, running: Services) -> None:
    out_file = tmp_path / "here.csv"
    code, out, err = fetch(
        capsys, running, "--latitude", "8.76", "--longitude", "104.99", "--out", out_file, "--year", "2023",
        "--pv-capacity-factor", "0.165", "--json",
    )  # fmt: skip
    assert (code, err) == (0, "")
    (record,) = json.loads(out)
    assert (record["site_id"], record["file"], record["kept"]) == ("here", str(out_file), None)
    assert record["pv_capacity_factor"] == pytest.approx(0.165, abs=2e-4)
    assert all(step.keys() == {"en", "vi"} for step in record["steps"])
    assert out_file.is_file()


def test_a_typical_year_of_pvgis(tmp_path: Path, capsys: Captured, running: Services) -> None:
    code, _, err = fetch(
        capsys, running, "--service", "pvgis", "--typical", "--latitude", "8.76", "--longitude", "104.99", "--site",
        "nam-can", "--out", tmp_path / "a.csv", "--lang", "vi",
    )  # fmt: skip
    assert code == 0, err
    assert "nam-can, 2025: hệ số công suất điện mặt trời 0,164" in err
    assert "năm điển hình do PVGIS lập" in err


def test_no_network_ends_with_six_and_says_what_to_do(folder: Path, capsys: Captured) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = Services(f"http://127.0.0.1:{unused.getsockname()[1]}")
        for language, said in (("en", "is there a network"), ("vi", "có mạng và được phép dùng không")):
            code, out, err = fetch(capsys, nobody, folder, "--year", "2023", "--lang", language)
            assert (code, out) == (6, "")
            assert said in err
            assert "camau-dc weather import" in err
            assert len(err.splitlines()) == 1
    assert not (folder / "weather").exists()


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (422, "nasa_power_422.json", "Please provide a correct Start Date"),
        (429, "pvgis_400.json", "too many requests (HTTP 429)"),
        (503, "pvgis_400.json", "out of order (HTTP 503)"),
        (200, "pvgis_400.json", "answered something else"),
    ],
)
def test_answers_that_are_none_end_with_six(
    status: int, answer: str, said: str, folder: Path, capsys: Captured
) -> None:
    with running_services() as services:
        services.answers("/power", status, answer_text(answer))
        code, _, err = fetch(capsys, services, folder, "--year", "2023", "--lang", "en")
    assert code == 6
    assert said in err
    assert not (folder / "weather").exists()


def test_silence_ends_with_six(folder: Path, capsys: Captured) -> None:
    with running_services() as services:
        services.is_silent("/power")
        code, _, err = run(
            capsys, "fetch", folder, "--year", "2023", "--nasa-power-url", services.power_url, "--timeout", "0.3",
            "--lang", "en",
        )  # fmt: skip
    assert (code, "no answer within 0.3 s" in err) == (6, True)


def test_existing_files_are_refused_and_kept_by_force(folder: Path, capsys: Captured, running: Services) -> None:
    file = folder / "weather" / "nam-can.csv"
    file.parent.mkdir()
    file.write_text("old", encoding="utf-8")
    arguments = (folder, "--year", "2023", "--site", "nam-can", "--lang", "en")
    code, _, err = fetch(capsys, running, *arguments)
    assert code == 2
    assert "is not overwritten; --force" in err
    assert file.read_text(encoding="utf-8") == "old"
    code, _, err = fetch(capsys, running, *arguments, "--force")
    assert code == 0
    assert "the old file is" in err
    assert file.with_name("nam-can.csv.bak").read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "either --year or --typical"),
        (("--year", "2023", "--typical"), "either --year or --typical"),
        (("--year", "2023", "--first-year", "2020"), "belong to --typical"),
        (("--year", "2023", "--latitude", "9"), "belong together"),
        (("--year", "2023", "--latitude", "9", "--longitude", "105"), "needs a file to write: --out"),
        (("--year", "2023", "--site", "nowhere"), "--site nowhere: one of provincial-room"),
        (("--year", "2023", "--out", "x.csv"), "choose one --site"),
        (("--year", "2199"), "only years that are over"),
        (("--typical", "--first-year", "2020", "--last-year", "2010"), "after the last, 2010"),
    ],
)
def test_options_that_do_not_go_together(
    arguments: tuple[str, ...], said: str, folder: Path, capsys: Captured, running: Services
) -> None:
    code, out, err = fetch(capsys, running, folder, *arguments, "--lang", "en")
    assert (code, out) == (2, "")
    assert said in err
    assert list(folder.iterdir()) == [folder / "sites.yaml"]


@pytest.mark.parametrize("option", [("--pv-capacity-factor", "0.9"), ("--longest-gap", "99"), ("--service", "x")])
def test_values_out_of_range_are_refused(option: tuple[str, str], folder: Path, capsys: Captured) -> None:
    code, _, err = run(capsys, "fetch", folder, "--year", "2023", *option)
    assert code == 2
    assert option[0] in err


def test_a_folder_without_sites_lists_its_problems(tmp_path: Path, capsys: Captured, running: Services) -> None:
    code, _, err = fetch(capsys, running, tmp_path, "--year", "2023", "--lang", "vi")
    assert code == 2
    assert err.startswith("sites.yaml:1: file: thiếu tệp")


def test_long_gaps_of_a_service_are_listed(folder: Path, capsys: Captured) -> None:
    def damage(query: dict[str, str]) -> tuple[int, str, str]:
        document = json.loads(services_answer(query)[2])
        for hour in range(10):
            document["properties"]["parameter"]["T2M"][f"20230310{hour:02d}"] = -999.0
        return 200, "application/json", json.dumps(document)

    with running_services() as services:
        services_answer = services.routes["/power"]
        services.routes["/power"] = damage
        code, _, err = fetch(capsys, services, folder, "--year", "2023", "--site", "nam-can", "--lang", "vi")
    assert code == 2
    assert err.splitlines()[0] == (
        "nasa-power: temp_air_c: thiếu: 2023-03-10T07:00 đến 2023-03-10T16:00 (10 giờ), được phép: chỗ trống nhiều "
        "nhất 3 giờ thì được nội suy (--longest-gap)"
    )


def test_a_capacity_factor_out_of_reach_is_told(tmp_path: Path, capsys: Captured, running: Services) -> None:
    code, _, err = fetch(
        capsys, running, "--latitude", "8.76", "--longitude", "104.99", "--out", tmp_path / "a.csv", "--year", "2023",
        "--pv-capacity-factor", "0.4", "--lang", "en",
    )  # fmt: skip
    assert (code, "PV capacity factor 0.4: out of reach" in err) == (2, True)
    assert list(tmp_path.iterdir()) == []


def imported(captured: Captured, folder: Path, text: str, name: str, *arguments: str) -> tuple[int, str, str]:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return run(captured, "import", file, folder, *arguments)


def test_an_epw_file_becomes_the_weather_of_a_site(folder: Path, capsys: Captured) -> None:
    code, out, err = imported(
        capsys, folder, epw_text(), "a.epw", "--site", "nam-can", "--wind-capacity-factor", "0.29", "--lang", "en"
    )
    assert code == 0, err
    assert Path(out.strip()) == folder / "weather" / "nam-can.csv"
    assert "EPW, local standard time UTC+7" in err
    assert "nam-can, 2025: capacity factor of PV 0.163, of wind 0.290" in err


def test_a_table_is_imported_with_what_the_options_say(folder: Path, capsys: Captured) -> None:
    text = table_text(minutes=10, lead="", shift_minutes=-410).replace("ghi_w_m2", "GHI", 1)
    code, out, err = imported(
        capsys, folder, text, "mast.csv", "--site", "nam-can", "--wind-height", "80", "--utc-offset", "0", "--stamps",
        "end", "--column", "ghi_w_m2=GHI", "--source", "our mast", "--licence", "internal", "--json",
    )  # fmt: skip
    assert code == 0, err
    (record,) = json.loads(out)
    provenance: dict[str, Any] = record["provenance"]
    assert (provenance["source"], provenance["licence"], provenance["standing"]) == ("our mast", "internal", "measured")
    assert provenance["file"] == "mast.csv"
    assert "every 10 min averaged to hours" in provenance["transformations_en"]


def test_every_problem_of_a_file_is_listed(folder: Path, capsys: Captured) -> None:
    text = table_text(days=3).replace("2025-01-01T05:00,0", "2025-01-01T05:00,dark").replace("2025-01-02T03:00,", "3,")
    code, out, err = imported(capsys, folder, text, "mast.csv", "--site", "nam-can", "--lang", "en")
    assert (code, out) == (2, "")
    lines = err.splitlines()
    assert lines[0].startswith(f"{folder / 'mast.csv'}:11: ghi_w_m2: dark, allowed: a number")
    assert lines[-1].endswith("1 problem(s)")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "say for which --site"),
        (("--site", "x"), "--site x: one of"),
        (("--site", "nam-can", "--year", "2025", "--typical"), "either --year or --typical"),
        (("--site", "nam-can", "--year", "2020"), "2020: the source has no hour of it"),
        (("--site", "nam-can", "--column", "GHI"), "--column GHI: QUANTITY=NAME"),
        (("--site", "nam-can", "--column", "sun=GHI"), "with one of time, ghi_w_m2"),
    ],
)
def test_imports_that_cannot_be(arguments: tuple[str, ...], said: str, folder: Path, capsys: Captured) -> None:
    code, out, err = imported(capsys, folder, table_text(), "mast.csv", *arguments, "--lang", "en")
    assert (code, out) == (2, "")
    assert said in err
    assert not (folder / "weather").exists()


def test_describe_lists_the_problems_of_a_file(tmp_path: Path, capsys: Captured) -> None:
    lines = (CA_MAU / "weather" / "nam-can.csv").read_text(encoding="utf-8").splitlines()
    file = tmp_path / "broken.csv"
    file.write_text("\n".join([*lines[:100], *lines[103:]]) + "\n", encoding="utf-8")
    code, out, err = run(capsys, "describe", file, "--lang", "vi")
    assert (code, out) == (2, "")
    assert err.splitlines()[0] == (
        f"{file}:100: time: thiếu sau dòng này: 2025-01-04T08:00 đến 2025-01-04T10:00 (3 giờ), "
        "được phép: đủ 8760 giờ của năm 2025"
    )


def test_describe_of_minutes_says_what_to_do(tmp_path: Path, capsys: Captured) -> None:
    lead = [line for line in (CA_MAU / "weather" / "nam-can.csv").read_text("utf-8").splitlines() if line[0] == "#"]
    file = tmp_path / "minutes.csv"
    file.write_text("\n".join(lead) + "\n" + table_text(minutes=10, lead="", days=90), encoding="utf-8")
    code, _, err = run(capsys, "describe", file, "--lang", "en")
    assert code == 2
    assert "time: a row every 10 min, allowed: one row an hour; 'camau-dc weather import' averages" in err
    assert len(err.splitlines()) == 2


@pytest.mark.slow
def test_a_province_can_be_planned_with_what_was_fetched(tmp_path: Path, capsys: Captured, running: Services) -> None:
    folder = tmp_path / "province"
    assert main(["init", str(folder)]) == 0
    code, out, err = fetch(
        capsys, running, folder, "--year", "2024", "--pv-capacity-factor", "0.165", "--wind-capacity-factor", "0.29",
        "--force", "--lang", "en",
    )  # fmt: skip
    assert code == 0, err
    assert Path(out.splitlines()[-1]).with_name("khu-cong-nghe-so.csv.bak").is_file()
    assert main(["validate", str(folder)]) == 0
    capsys.readouterr()
    code, out, _ = run(capsys, "describe", folder, "--json")
    (described,) = json.loads(out)
    assert (code, described["year"], described["is_synthetic"]) == (0, 2024, False)
    assert described["means"]["pv_capacity_factor"]["year"] == pytest.approx(0.165, abs=2e-4)
    assert described["means"]["wind_capacity_factor"]["year"] == pytest.approx(0.29, abs=2e-4)
