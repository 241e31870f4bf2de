"""Every command in Vietnamese: no English is left but what the folder's own sources say."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from capacity.plan import Plan, SizingResult
from capacity.weather.foreign import connection_said, reason_of
from cli.help_words import commands_below, paragraphs, vietnamese
from cli.main import main, make_app
from orchestrator.usecases import PlanRequest, size_province
from tests.cli.province_of_factories import EXAMPLE, answering, province_of_factories, result
from tests.languages import english_in

Captured = pytest.CaptureFixture[str]
pytestmark = pytest.mark.usefixtures(province_of_factories.__name__)
__all__ = ["province_of_factories"]
SOURCES = ("  nguồn: ", "remote-signing\t")
"""What stands behind these is a text of the folder, in the language in which its author wrote it."""
FIELD = re.compile(r"(?<=: )(?:document|encoding|file|folder|header|row|time)(?=: )")
"""Where a problem stands is the same in both languages: these are places of a file that are no key or column."""


def printed(capsys: Captured, language: str, *arguments: str) -> list[str]:
    """The cells of all that a command prints, to both streams."""
    main([*arguments, "--lang", language])
    captured = capsys.readouterr()
    lines = [line for line in (captured.out + captured.err).splitlines() if not line.startswith(SOURCES)]
    return [FIELD.sub("", cell) for line in lines for cell in line.split("\t")]


def told(capsys: Captured, *arguments: str) -> list[str]:
    """The cells in Vietnamese, after checking that there are some and that none is English."""
    cells = printed(capsys, "vi", *arguments)
    assert cells
    assert {cell: words for cell in cells if (words := english_in(cell))} == {}
    return cells


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments", [("validate",), ("demand",), ("weather", "describe")], ids=lambda arguments: "-".join(arguments)
)
def test_a_folder_is_shown_in_vietnamese(capsys: Captured, arguments: tuple[str, ...]) -> None:
    told(capsys, *arguments, str(EXAMPLE))


def test_figures_are_listed_under_vietnamese_headings(capsys: Captured) -> None:
    main(["sources", str(EXAMPLE), "--lang", "vi"])
    captured = capsys.readouterr()
    rows = [line.split("\t") for line in captured.out.splitlines()]
    assert not any(english_in(cell) for cell in (*rows[0], *(row[3] for row in rows), captured.err))


@pytest.fixture(params=["optimal", "infeasible", "no_plan"])
def planned(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[Captured, str], list[str]]:
    """The cells of ``plan`` for an answer of the planner."""

    def answer(plan: Plan, objective_vnd: float) -> SizingResult:
        if request.param == "optimal":
            return result(plan, objective_vnd)
        values = {"violation_vnd": 3.75e9, "violation_bound_vnd": 3.7e9} if request.param == "infeasible" else {}
        return result(None, None, status=request.param, **values)

    sized = functools.partial(size_province, solve=answering(answer), explain=lambda *_: None)
    monkeypatch.setattr("cli.plan.size_province", sized)

    def call(capsys: Captured, language: str) -> list[str]:
        return printed(capsys, language, "plan", str(EXAMPLE), "--out", str(tmp_path))

    return call


def test_a_plan_is_shown_in_vietnamese(capsys: Captured, planned: Callable[[Captured, str], list[str]]) -> None:
    assert {cell: words for cell in planned(capsys, "vi") if (words := english_in(cell))} == {}


@pytest.fixture(scope="module")
def plan_file(province_of_factories: None, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001
    outcome = size_province(PlanRequest(EXAMPLE, tmp_path_factory.mktemp("planned") / "out"), solve=answering(result))
    assert outcome.files is not None
    return outcome.files.plan


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('"seed": 918', '"seed": "918"', 'seed: "918" không phải số nguyên'),
        ('"seed": 918', '"seed": NaN', "NaN không phải số"),
        ('"seed": 918,', '"seed": 918, "seed": 1,', "khóa 'seed' có hai lần"),
        ('"seed": 918,', "", "thiếu khóa 'seed'"),
        ('"seed": 918,', '"seed": 918, "seeds": 1,', "khóa không có trong lược đồ: 'seeds'"),
        ('"seconds": 12.5,', '"seconds": -1,', "seconds: -1 nhỏ hơn 0"),
        ('"status": "optimal"', '"status": "best"', 'status: "best" không thuộc ["optimal"'),
        ('"seed": 918,', '"seed": 918', "không phải JSON: thiếu dấu phẩy ','"),
        ('"gap": 0.0049', '"gap": null', "gap: tài liệu ghi không có"),
        ('"method": "made by hand"', '"method": "guessed"', "document_digest: tài liệu ghi"),
    ],
)
def test_faults_of_a_document_are_told_in_vietnamese(
    plan_file: Path, tmp_path: Path, capsys: Captured, before: str, after: str, words: str
) -> None:
    text = plan_file.read_text(encoding="utf-8")
    assert before in text
    (tmp_path / "plan.json").write_text(text.replace(before, after, 1), encoding="utf-8")
    assert any(words in cell for cell in told(capsys, "verify", str(tmp_path / "plan.json"), str(EXAMPLE)))


def test_hours_that_cannot_be_decoded_are_told_in_vietnamese(plan_file: Path, tmp_path: Path, capsys: Captured) -> None:
    document = json.loads(plan_file.read_text(encoding="utf-8"))
    document["dispatch"]["site_years"][0]["grid_w"] = "AAAA"
    (tmp_path / "plan.json").write_text(json.dumps(document), encoding="utf-8")
    (cell,) = told(capsys, "verify", str(tmp_path / "plan.json"), str(EXAMPLE))
    assert "grid_w: không phải chuỗi mã hóa" in cell


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("verify", "{0}/absent.json"), "không có tệp hoặc thư mục này"),
        (("verify", "{0}"), "đó là thư mục"),
        (("render", "{0}/absent.json"), "không có tệp hoặc thư mục này"),
        (("plan", "diff", "{0}/absent", "{0}"), "không có thư mục"),
        (("plan", str(EXAMPLE), "--out", "{0}/file/out"), "vị trí thư mục lại là tệp"),
        (("plan", str(EXAMPLE), "--out", "{0}/out", "--start", "{0}/absent.json"), "không có tệp hoặc thư mục này"),
        (("plan", "diff", str(EXAMPLE), str(EXAMPLE), "--dask", "here"), "không phải địa chỉ bộ lập lịch"),
        (("rules", str(EXAMPLE), "--dask", "tcp://a:1", "--workers", "2"), "hoặc"),
        (("schema", "--out", "{0}/file"), "đã có"),
        (("schema", "plan.yaml"), "không phải một trong"),
        (("init", "{0}"), "không ghi đè"),
        (("init", "{0}/file/province"), "không ghi được"),
        (("validate", "{0}/absent"), "không có thư mục"),
        (("demand", str(EXAMPLE), "--year", "1999"), "1999"),
        (("weather", "describe", "{0}/file"), "thiếu"),
        (("weather", "describe", str(EXAMPLE), "--site", "nowhere"), "phải là một trong"),
        (("weather", "import", "{0}/absent.epw", "--out", "{0}/a.csv"), "không có tệp hoặc thư mục này"),
        (("weather", "import", "{0}/broken.epw", "--out", "{0}/a.csv"), "LOCATION"),
        (("weather", "import", "{0}/power.json", "--format", "nasa-power", "--out", "{0}/a.csv"), "NASA POWER"),
        (("weather", "import", "{0}/power.json", "--format", "pvgis", "--out", "{0}/a.csv"), "PVGIS"),
        (("weather", "import", "{0}/file", "--format", "table", "--out", "{0}/a.csv"), "tùy chọn cùng tên"),
        (("weather", "import", "{0}/file"), "--out"),
        (("weather", "fetch", "{0}"), "--typical"),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, tuple) else "",
)
def test_refusals_are_vietnamese(tmp_path: Path, capsys: Captured, arguments: tuple[str, ...], words: str) -> None:
    (tmp_path / "file").write_text("abc\n", encoding="utf-8")
    (tmp_path / "broken.epw").write_text("LOCATION,here\n", encoding="utf-8")
    (tmp_path / "power.json").write_text('{"header": {}', encoding="utf-8")
    cells = told(capsys, *(argument.format(tmp_path) for argument in arguments))
    assert any(words in cell for cell in cells)


def test_a_reason_that_is_not_known_keeps_its_own_words() -> None:
    assert reason_of(OSError(9999, "Odd fault")) == ("Odd fault", "Odd fault")
    assert reason_of(PermissionError(13, "Permission denied")) == ("Permission denied", "không có quyền")


def helps() -> set[str]:
    """Every paragraph of every help text in the code."""
    command = typer.main.get_command(make_app())
    found = set()
    for each in commands_below(command):
        for text in (each.help, *(getattr(option, "help", None) for option in each.params)):
            found |= set(paragraphs(text)) if text else set()
    return found


def test_every_help_text_has_its_vietnamese() -> None:
    known = vietnamese()["paragraphs"]
    assert helps() | {"Show this message and exit."} == set(known)
    assert {english: words for english, said in known.items() if (words := english_in(said))} == {}


@pytest.mark.parametrize("arguments", [(), ("plan",), ("plan", "size"), ("weather", "import"), ("verify",)])
def test_help_is_in_the_language_that_is_asked_for(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    for language, words, other in (("vi", "Tùy chọn", "Options"), ("en", "Options", "Tùy chọn")):
        monkeypatch.setenv("CAMAU_DC_LANG", language)
        assert main([*arguments, "--help"]) == 0
        shown = capsys.readouterr().out
        assert words in shown
        assert other not in shown.replace("[OPTIONS]", "")
    monkeypatch.setenv("CAMAU_DC_LANG", "vi")
    main([*arguments, "--help"])
    rows = [re.sub(r"<[^>]*>|\bFILE\b", "", line) for line in capsys.readouterr().out.splitlines()]
    assert [row for row in rows if english_in(row)] == []


@pytest.mark.parametrize(
    ("said", "vietnamese_words"),
    [
        ("Failed to resolve 'a.b' ([Errno -2] Name or service not known)", "không tìm thấy địa chỉ của 'a.b'"),
        ("[Errno 111] Connection refused", "máy chủ từ chối kết nối"),
        ("[Errno 101] Network is unreachable", "không có đường mạng tới máy chủ"),
        ("something else", "something else"),
    ],
)
def test_failed_connections_are_told_in_vietnamese(said: str, vietnamese_words: str) -> None:
    assert connection_said(said) == (said, vietnamese_words)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nonsense",), "Không có lệnh 'nonsense'."),
        (("validat",), "Không có lệnh 'validat'. Có phải là 'validate'?"),
        (("validate", "--nonsense"), "Không có tùy chọn --nonsense."),
        (("plan", "--gapp", "1"), "Không có tùy chọn --gapp. Có thể là: --gap."),
        (("plan", ".", "--gap", "2"), "Giá trị của '--gap' không hợp lệ: nhiều nhất là 1."),
        (("plan", ".", "--gap", "x"), "Giá trị của '--gap' không hợp lệ: phải là một số."),
        (("plan", ".", "--seed", "1.5"), "Giá trị của '--seed' không hợp lệ: phải là số nguyên."),
        (("plan", ".", "--time-limit", "-1"), "Giá trị của '--time-limit' không hợp lệ: ít nhất là 1."),
        (("sources", "--standing", "x"), "'--standing' không hợp lệ: 'x' không phải một trong 'sourced', 'derived', '"),
        (("verify",), "Thiếu tham số 'PLAN'."),
        (("verify", "a", "b", "c"), "Thừa tham số: c."),
        (("plan", ".", "--gap"), "Tùy chọn '--gap' cần một giá trị."),
        (("validate", "--json=3"), "Tùy chọn '--json' không có giá trị."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_command_lines_are_told_in_vietnamese(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: str
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("CAMAU_DC_LANG", "vi")
    assert main(list(arguments)) == 2
    told = capsys.readouterr()
    assert words in told.err
    assert told.out == ""
    assert [line for line in told.err.splitlines() if "Usage:" not in line and english_in(line)] == []
