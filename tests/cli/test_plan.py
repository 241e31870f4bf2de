"""`camau-dc plan`: every exit code, what is printed where, and what is written. The planner is replaced."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from capacity.accounts import compute_accounts
from capacity.plan import Plan, SizingResult, Violation
from cli.main import main
from cli.plan import described
from orchestrator.document import plan_schema
from orchestrator.i18n import messages
from orchestrator.usecases import size_province
from tests.cli.province_of_factories import EXAMPLE, INPUTS, Answer, answering, province_of_factories, result

Captured = pytest.CaptureFixture[str]
pytestmark = pytest.mark.usefixtures(province_of_factories.__name__)
__all__ = ["province_of_factories"]


def feasible(plan: Plan, objective_vnd: float) -> SizingResult:
    return result(plan, objective_vnd)


def late(plan: Plan, objective_vnd: float) -> SizingResult:
    return result(plan, objective_vnd, status="feasible", bound_vnd=objective_vnd * 0.9, gap=0.1)


def infeasible(_plan: Plan, _objective_vnd: float) -> SizingResult:
    violations = (Violation("hourly-carbon-free-min", 2028, None, 3.25, "percentage point"),)
    return result(
        None,
        None,
        status="infeasible",
        violations=violations,
        violation_vnd=3.75e9,
        violation_bound_vnd=3.7e9,
    )


def no_plan(_plan: Plan, _objective_vnd: float) -> SizingResult:
    return result(None, None, status="no_plan")


def dishonest(plan: Plan, objective_vnd: float) -> SizingResult:
    return result(plan, objective_vnd * 0.97)


@pytest.fixture
def run(capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    """Runs ``camau-dc plan`` with an answer of the planner: exit code, output, errors."""

    def call(answer: Answer, *options: str) -> tuple[int, str, str]:
        sized = functools.partial(size_province, solve=answering(answer), explain=lambda *_: None)
        monkeypatch.setattr("cli.plan.size_province", sized)
        code = main(["plan", str(EXAMPLE), "--out", str(tmp_path / "out"), *options])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def written(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in tmp_path.glob("out/*"))


def test_plan_is_shown_and_written(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    code, out, err = run(feasible, "--lang", "vi")
    assert code == 0
    assert err == ""
    assert written(tmp_path) == ["inputs.zip", "plan.json", "plan.xlsx", "report.html"]
    for words in (
        "Danh mục đặt hàng",
        "Năng lực hiện có và đầu tư mới",
        "Thuê gì, của ai",
        "Điện năng theo nguồn",
        "Điện không phát thải các-bon theo giờ (CFE)",
        "Phát thải theo thị trường (tấn CO₂)",
        "Hiệu quả sử dụng điện (PUE)",
        "Chi phí theo năm và bên chi trả",
        "giờ GPU (quy đổi H100)",
        "Chỉ tiêu không còn kịp hoàn thành đúng năm",
        "chuỗi tổng hợp ngẫu nhiên có hạt giống",
        "Đạt sai số yêu cầu: chi phí",
        "Đã kiểm tra độc lập: đạt",
        f"{tmp_path / 'out' / 'plan.json'}",
    ):
        assert words in out
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert '<html lang="vi">' in report


def test_plan_is_shown_in_english(run: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = run(feasible, "--lang", "en")
    assert code == 0
    assert "Orders\n" in out
    assert "Within the requested gap: cost " in out
    assert "gap 0.49 %" in out
    assert "Danh mục" not in out


def test_json_is_the_document_that_is_written_and_nothing_else(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    code, out, err = run(feasible, "--json")
    assert (code, err) == (0, "")
    assert out == (tmp_path / "out" / "plan.json").read_text(encoding="utf-8")
    document = json.loads(out)
    jsonschema.Draft202012Validator(plan_schema()).validate(document)
    assert document["scenario"] == "base"
    assert (tmp_path / "out" / document["folder"]).resolve() == EXAMPLE
    assert {notice["id"] for notice in document["notices"]} >= {"weather_synthetic", "tariff_class", "money"}


def test_quiet_says_only_how_it_ended(run: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = run(feasible, "--quiet", "--lang", "en")
    assert (code, err) == (0, "")
    assert [line.split(":")[0] for line in out.splitlines()] == [
        "Within the requested gap",
        out.splitlines()[1],
        "Checked independently",
        "Written",
    ]


def test_plan_out_of_time_is_shown_with_its_gap(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    code, out, _ = run(late, "--lang", "en", "--quiet")
    assert code == 0
    assert "The best plan found; that none is better" in out
    assert "gap 10.00 %" in out
    assert written(tmp_path) == ["inputs.zip", "plan.json", "plan.xlsx", "report.html"]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            "  – Requirement hourly_carbon_free_min [Decision 1] – 2028, province: 3.25 percentage points short",
        ),
        ("vi", "  – Yêu cầu hourly_carbon_free_min [Decision 1] – năm 2028, toàn tỉnh: thiếu 3,25 điểm phần trăm"),
    ],
)
def test_conflict_is_named_with_citation_amount_and_bound(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path, language: str, told: str
) -> None:
    code, out, _ = run(infeasible, "--lang", language)
    assert code == 3
    assert told in out.splitlines()
    amounts = ("3,75", "3,7") if language == "vi" else ("3.75", "3.7")
    assert all(f"{amount} " in out.splitlines()[0] for amount in amounts)
    assert written(tmp_path) == ["inputs.zip", "plan.json", "plan.xlsx", "report.html"]


def test_conflict_as_json(run: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = run(infeasible, "--json")
    assert (code, err) == (3, "")
    document = json.loads(out)
    assert (document["status"], document["builds"], document["accounts"]) == ("infeasible", None, None)
    assert document["violations"][0]["amount"] == 3.25
    assert document["violation_bound_vnd"] == 3.7e9


def test_no_plan_in_time_leaves_earlier_files_alone(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "plan.json").write_text("an earlier plan", encoding="utf-8")
    code, out, _ = run(no_plan, "--lang", "en", "--time-limit", "12")
    assert code == 4
    assert "No plan found in" in out
    assert (tmp_path / "out" / "plan.json").read_text(encoding="utf-8") == "an earlier plan"


def test_a_search_that_ended_by_itself_does_not_ask_for_time(run: Callable[..., tuple[int, str, str]]) -> None:
    """The answer took 12.5 s."""
    for language, said in (("en", "The search ended without a plan"), ("vi", "Việc tìm kiếm đã kết thúc")):
        code, out, _ = run(no_plan, "--lang", language)
        assert (code, said in out, "--time-limit" in out) == (4, True, False)
        code, out, _ = run(no_plan, "--lang", language, "--time-limit", "12")
        assert (code, said in out, "--time-limit" in out) == (4, False, True)


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_plan_that_fails_the_check_is_listed_and_not_written(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path, options: tuple[str, ...]
) -> None:
    code, out, err = run(dishonest, "--lang", "en", *options)
    assert (code, out) == (5, "")
    assert err.splitlines()[0] == "The plan does not pass the independent check:"
    assert len(err.splitlines()) > 1
    assert written(tmp_path) == []


def test_problems_of_the_folder_are_listed(capsys: Captured, tmp_path: Path) -> None:
    code = main(["plan", str(tmp_path), "--lang", "vi"])
    captured = capsys.readouterr()
    assert (code, captured.out) == (2, "")
    assert "province.yaml" in captured.err
    assert "Traceback" not in captured.err


@pytest.mark.parametrize("options", [("--gap", "2"), ("--time-limit", "0"), ("--threads", "0"), ("--lang", "fr")])
def test_options_out_of_range_are_refused(options: tuple[str, ...], capsys: Captured) -> None:
    assert main(["plan", str(EXAMPLE), *options]) == 2
    assert options[0] in capsys.readouterr().err


def test_options_reach_the_planner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[Any] = []

    def solve(_inputs: Any, _demand: Any, options: Any, progress: Any) -> SizingResult:
        asked.append(options)
        progress("round", {"objective_vnd": 2e12, "bound_vnd": 1e12, "gap": 0.5})
        return result(None, None, status="no_plan")

    monkeypatch.setattr("cli.plan.size_province", functools.partial(size_province, solve=solve))
    options = ["--gap", "0.02", "--time-limit", "33", "--threads", "1", "--seed", "7", "--out", str(tmp_path)]
    assert main(["plan", str(EXAMPLE), *options]) == 4
    assert (asked[0].gap, asked[0].time_limit_s, asked[0].threads, asked[0].seed) == (0.02, 33.0, 1, 7)


def test_results_go_to_out_and_the_name_of_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    sized = functools.partial(size_province, solve=answering(feasible))
    monkeypatch.setattr("cli.plan.size_province", sized)
    assert main(["plan", str(EXAMPLE), "--quiet"]) == 0
    assert (tmp_path / "out" / "ca-mau" / "plan.json").is_file()


def test_progress_says_best_plan_and_bound() -> None:
    text = messages("vi")
    assert described("demand", {}, text) == "Tính nhu cầu"
    assert described("round", {"objective_vnd": 1.2345e12, "bound_vnd": None, "gap": None}, text) == "Tìm phương án"
    best = described("round", {"objective_vnd": 1.2345e12, "bound_vnd": 1.2e12, "gap": 0.0279}, text)
    assert best == "Tìm phương án: phương án 1.234,5 tỷ đồng, cận dưới 1.200,0 tỷ đồng, sai số 2,79 %"


def test_figures_shown_are_those_of_the_accounts(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    _, out, _ = run(feasible, "--lang", "en")
    inputs, demand, plan = INPUTS()
    accounts = compute_accounts(inputs, demand, plan)
    assert f"cost {messages('en').billion(accounts.objective_vnd)} bn VND" in out
    document = json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))
    assert document["accounts"]["objective_vnd"] == accounts.objective_vnd


def test_a_folder_where_the_inputs_should_be_is_told_before_the_search(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    (tmp_path / "out" / "inputs.zip").mkdir(parents=True)
    code, out, err = run(feasible, "--lang", "en")
    assert (code, out) == (2, "")
    assert str(tmp_path / "out" / "inputs.zip") in err
    assert written(tmp_path) == ["inputs.zip"]


def test_files_of_one_result_take_their_places_together(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(feasible, "--quiet")[0] == 0
    before = {path.name: path.read_bytes() for path in tmp_path.glob("out/*")}

    def broken(*_: object) -> bytes:
        raise OSError(28, "No space left on device", "plan.xlsx")

    monkeypatch.setattr("orchestrator.outputs.render_workbook", broken)
    monkeypatch.setattr("orchestrator.usecases.archived_inputs", lambda *_: b"other inputs")
    assert run(feasible, "--quiet")[0] == 2
    assert {path.name: path.read_bytes() for path in tmp_path.glob("out/*")} == before
