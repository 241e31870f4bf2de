"""The commands of the province folder on a good folder, and how the command line ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from capacity.demand import DemandInputError
from cli import province as commands
from cli.exit_codes import CODE_OF_ERROR, ExitCode, exit_code_of
from cli.main import main
from orchestrator.document import DocumentError
from orchestrator.province import FILES, Text, creation, load_province
from orchestrator.province.problems import CreationRefusedError, InvalidProvinceError
from tests.broken import template, write_folder

Captured = pytest.CaptureFixture[str]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("province"), template())


@pytest.fixture
def _same_weather(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(creation, "template_contents", lambda: dict(template()))


def test_validate_says_what_is_there_and_the_digest(folder: Path, capsys: Captured) -> None:
    assert main(["validate", str(folder), "--lang", "en"]) == 0
    captured = capsys.readouterr()
    assert captured.out == (
        f"{folder}: OK: 1 sites, 1 halls, 3 SKUs, 3 tariffs, 2 cloud zones, 7 prices, 3 programmes, 3 agencies, "
        f"4 systems, 3 scenarios; digest {load_province(folder).digest}\n"
    )
    assert captured.err == ""


def test_validate_takes_the_folder_of_the_process(
    folder: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert main(["validate", "--lang", "vi"]) == 0
    assert capsys.readouterr().out.startswith(".: hợp lệ: 1 địa điểm, ")


def test_validate_as_json(folder: Path, capsys: Captured) -> None:
    assert main(["validate", str(folder), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["valid"] is True
    assert document["problems"] == []
    assert document["counts"]["systems"] == 4
    assert document["digest"] == load_province(folder).digest


@pytest.mark.usefixtures("_same_weather")
def test_init_writes_a_folder_that_is_valid(tmp_path: Path, capsys: Captured) -> None:
    assert main(["init", str(tmp_path / "new"), "--lang", "en"]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [str(tmp_path / "new" / name) for name in template()]
    assert f"camau-dc validate {tmp_path / 'new'}" in captured.err
    assert main(["validate", str(tmp_path / "new")]) == 0


@pytest.mark.usefixtures("_same_weather")
def test_init_refuses_a_folder_that_is_not_empty(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "mine").touch()
    assert main(["init", str(tmp_path), "--lang", "en"]) == 2
    captured = capsys.readouterr()
    assert captured.err == f"{tmp_path} exists and is not an empty folder: nothing is overwritten\n"
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_schema_of_one_file_and_of_all(capsys: Captured) -> None:
    assert main(["schema", "sites.yaml"]) == 0
    one = json.loads(capsys.readouterr().out)
    assert main(["schema"]) == 0
    every = json.loads(capsys.readouterr().out)
    assert list(every) == [*FILES, "plan.json"]
    assert every["sites.yaml"] == one


def test_schema_into_a_folder(tmp_path: Path, capsys: Captured) -> None:
    assert main(["schema", "--out", str(tmp_path / "schemas")]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert sorted(listed) == sorted(str(path) for path in (tmp_path / "schemas").iterdir())
    assert (
        json.loads((tmp_path / "schemas" / "energy.schema.json").read_text(encoding="utf-8"))["title"] == "energy.yaml"
    )


def test_schema_of_another_file(capsys: Captured) -> None:
    assert main(["schema", "energie.yaml", "--lang", "en"]) == 2
    assert capsys.readouterr().err.startswith("energie.yaml: not one of province.yaml, ")


def test_sources_lists_place_value_standing_and_document(folder: Path, capsys: Captured) -> None:
    assert main(["sources", str(folder), "--lang", "en"]) == 0
    captured = capsys.readouterr()
    heading, *rows = captured.out.splitlines()
    assert heading.split("\t") == ["place", "figure", "value", "standing", "source", "document", "date"]
    (row,) = [row for row in rows if "\ttariffs[business-22].peak_vnd_per_kwh\t" in row]
    place, _, value, standing, source, title, date = row.split("\t")
    assert (value, standing, date) == ("5025", "sourced", "9 May 2025")
    assert (source, title) == ("ref:tariff-2025: business, 22 kV and more", "Quyết định 1279/QĐ-BCT về giá bán điện")
    file, line = place.split(":")
    assert "id: business-22" in (folder / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    counts = dict(part.split(": ") for part in captured.err.strip().split(", "))
    assert sum(int(count) for count in counts.values()) == len(rows)


def test_terminal_gets_a_table_in_which_no_text_is_cut(
    folder: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    assert main(["sources", str(folder), "--standing", "derived", "--lang", "vi"]) == 0
    output = capsys.readouterr().out
    assert "┃" in output
    assert "…" not in output
    assert "\t" not in output
    assert "suy ra" in output


@pytest.mark.parametrize("standing", ["sourced", "derived", "assumption"])
def test_sources_of_one_standing(folder: Path, capsys: Captured, standing: str) -> None:
    assert main(["sources", str(folder), "--json"]) == 0
    every = json.loads(capsys.readouterr().out)
    assert main(["sources", str(folder), "--json", "--standing", standing]) == 0
    some = json.loads(capsys.readouterr().out)
    assert some == [figure for figure in every if figure["standing"] == standing]
    assert 0 < len(some) < len(every)


def test_sources_of_a_scenario(folder: Path, capsys: Captured) -> None:
    assert main(["sources", str(folder), "--json", "--scenario", "late-portal"]) == 0
    found = [figure for figure in json.loads(capsys.readouterr().out) if figure["file"] == "scenarios.yaml"]
    of_scenario = [figure["path"] for figure in found if not figure["path"].startswith("uncertain")]
    assert of_scenario == ["programmes[register-systems].sizing.growth_per_year"]


def test_unknown_scenario_is_told(folder: Path, capsys: Captured) -> None:
    assert main(["sources", str(folder), "--scenario", "worst", "--lang", "en"]) == 2
    assert "'worst', one of base, tariff-production, late-portal" in capsys.readouterr().err


def test_weather_of_every_site_with_its_notice(folder: Path, capsys: Captured) -> None:
    assert main(["weather", "describe", str(folder), "--lang", "en"]) == 0
    output = capsys.readouterr().out
    lines = output.splitlines()
    assert lines[0] == "# khu-cong-nghe-so, hours of 2025"
    assert lines[1].split("\t") == ["mean", "year", *[str(month) for month in range(1, 13)]]
    assert next(line for line in lines if line.startswith("PV capacity factor")).split("\t")[1] == "0.166"
    assert "Synthetic year, not measured" in output
    assert main(["weather", "describe", str(folder), "--lang", "vi"]) == 0
    output = capsys.readouterr().out
    assert "0,166" in output
    assert "Năm khí tượng tổng hợp, không phải số liệu quan trắc" in output


def test_weather_as_json_and_of_one_site(folder: Path, capsys: Captured) -> None:
    assert main(["weather", "describe", str(folder), "--json", "--site", "khu-cong-nghe-so"]) == 0
    (described,) = json.loads(capsys.readouterr().out)
    assert described["means"]["pv_capacity_factor"]["year"] == pytest.approx(0.166, abs=0.0005)
    assert main(["weather", "describe", str(folder), "--site", "elsewhere", "--lang", "en"]) == 2
    assert capsys.readouterr().err == "--site elsewhere: one of khu-cong-nghe-so\n"


@pytest.mark.parametrize(
    ("variables", "options", "word"),
    [
        ({}, [], "OK"),
        ({"LANG": "vi_VN.UTF-8"}, [], "hợp lệ"),
        ({"LC_ALL": "C.UTF-8", "LANG": "vi_VN.UTF-8"}, [], "OK"),
        ({"CAMAU_DC_LANG": "vi"}, [], "hợp lệ"),
        ({"CAMAU_DC_LANG": "vi", "LANG": "vi_VN.UTF-8"}, ["--lang", "en"], "OK"),
    ],
)
def test_language_is_asked_for_or_that_of_the_locale(
    folder: Path,
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    options: list[str],
    word: str,
) -> None:
    for name in ("CAMAU_DC_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert main(["validate", str(folder), *options]) == 0
    assert capsys.readouterr().out.startswith(f"{folder}: {word}: ")


def test_version(capsys: Captured) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["validate", "--nonsense"], ["validate", "--lang", "fr"], ["sources", "--standing", "x"]],
)
def test_wrong_command_lines_end_with_2(arguments: list[str], capsys: Captured) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (FileNotFoundError(2, "No such file or directory", "plan.json"), "plan.json: No such file or directory"),
        (CreationRefusedError(Text("refused", "từ chối")), "refused"),
        (InvalidProvinceError("there", ()), "there: 0 problem(s) in 0 file(s)"),
        (DemandInputError(()), ""),
    ],
)
def test_errors_that_leave_a_command_end_with_2_and_one_line(
    error: Exception, told: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raising(*_: object) -> None:
        raise error

    monkeypatch.setattr(commands, "file_schema", raising)
    assert main(["schema", "sites.yaml", "--lang=en"]) == 2
    assert capsys.readouterr().err == f"{told}\n"


def test_language_of_the_command_line_reaches_errors_that_leave_it(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raising(*_: object) -> None:
        raise CreationRefusedError(Text("refused", "từ chối"))

    monkeypatch.setattr(commands, "file_schema", raising)
    assert main(["schema", "sites.yaml", "--lang=vi"]) == 2
    assert capsys.readouterr().err == "từ chối\n"
    monkeypatch.setenv("CAMAU_DC_LANG", "vi")
    assert main(["schema", "sites.yaml"]) == 2
    assert capsys.readouterr().err == "từ chối\n"


def test_bug_ends_with_1_and_its_traceback(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(commands, "file_schema", broken)
    assert main(["schema", "sites.yaml"]) == 1
    assert "ZeroDivisionError: a bug" in capsys.readouterr().err


def test_table_of_errors_covers_their_subclasses() -> None:
    assert {kind for kind, _ in CODE_OF_ERROR} >= {DocumentError, DemandInputError, OSError}
    assert exit_code_of(PermissionError()) is ExitCode.INPUT
    assert exit_code_of(ValueError()) is None


def test_command_is_the_entry_point_of_the_module(folder: Path) -> None:
    """As the installed script calls it: codes reach the shell, output is UTF-8 in a bare environment."""
    script = "import sys; from cli.main import main; sys.exit(main())"
    command = [sys.executable, "-c", script, "validate", str(folder), "--lang", "vi"]
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, env=environment, cwd=folder, check=False)
    assert done.returncode == 0
    assert "hợp lệ" in done.stdout.decode("utf-8")
    done = subprocess.run([*command[:3], "validate", "nowhere"], capture_output=True, env=environment, check=False)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
