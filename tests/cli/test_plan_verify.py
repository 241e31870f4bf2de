"""`camau-dc verify`: a plan that holds, plans that were tampered with, and files that are no plan for the folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from orchestrator.document.hours_codec import decode_watts, encode_watts
from orchestrator.usecases import PlanRequest, size_province
from tests.cli.province_of_factories import EXAMPLE, answering, province_of_factories, result

Captured = pytest.CaptureFixture[str]
pytestmark = pytest.mark.usefixtures(province_of_factories.__name__)
__all__ = ["province_of_factories"]


@pytest.fixture(scope="module")
def planned(province_of_factories: None, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001
    outcome = size_province(PlanRequest(EXAMPLE, tmp_path_factory.mktemp("planned") / "out"), solve=answering(result))
    assert outcome.files is not None
    return outcome.files.plan


@pytest.fixture
def plan_file(planned: Path, tmp_path: Path) -> Path:
    """A copy at the same depth, from where the folder is seen on the same path."""
    copied = tmp_path / "out" / planned.name
    copied.parent.mkdir()
    shutil.copy(planned, copied)
    return copied


def tamper(plan_file: Path, change: Callable[[dict[str, Any]], None]) -> None:
    document = json.loads(plan_file.read_text(encoding="utf-8"))
    change(document)
    plan_file.write_text(json.dumps(document), encoding="utf-8")


@pytest.mark.slow
def test_a_plan_that_holds_is_ok(plan_file: Path, capsys: Captured) -> None:
    assert main(["verify", str(plan_file), "--lang", "vi"]) == 0
    assert capsys.readouterr().out.startswith("ĐẠT: ")
    assert main(["verify", str(plan_file), str(EXAMPLE), "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith("OK: ")


def test_json_of_a_plan_that_holds(plan_file: Path, capsys: Captured) -> None:
    assert main(["verify", str(plan_file), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["valid"], found["violations"]) == (True, [])
    assert Path(found["folder"]).resolve() == EXAMPLE


def _grid_is_lower(document: dict[str, Any]) -> None:
    row = document["dispatch"]["site_years"][0]
    row["grid_w"] = encode_watts(decode_watts(row["grid_w"], row["hours"]) * 9 // 10)


def _change(*path: Any, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        place: Any = document
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return change


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda document: document["builds"].pop(), None),
        (lambda document: document["builds"][0].update(amount=1), None),
        (lambda document: document["rents"].pop(), None),
        (lambda document: document["missed_targets"].clear(), None),
        (_grid_is_lower, None),
        (_change("objective_vnd", value=1e12), None),
        (lambda document: document["accounts"]["costs"]["rows"][0].update(cash_vnd=1.0), "accounts.costs.rows[0]"),
        (lambda document: document["accounts"]["rents"]["rows"].pop(), "accounts.rents.rows.length"),
        (_change("labels", "sites", "khanh-an", "vi", value="Nơi khác"), "labels.sites.khanh-an.vi"),
        (lambda document: document["labels"]["sites"].pop("khanh-an"), "labels.sites.khanh-an"),
        (_change("gap", value=0.0001), "gap"),
        (lambda document: document.update(bound_vnd=document["objective_vnd"] * 1.1, gap=-0.1), "bound_vnd"),
        (_change("price_year", value=2020), "price_year"),
        (_change("as_of", value="2020-01-01"), "as_of"),
        (_change("bound_vnd", value=None), "gap"),
        (_change("status", value="no_plan"), "status"),
        (_change("hours", value=1), "hours"),
        (_change("notices", value=[]), "notices"),
        (_change("sources", value={"sourced": 1}), "sources"),
        (_change("violation_vnd", value=1.0), "violation_vnd"),
        (lambda document: document["missed_targets"].append(document["missed_targets"][0]), None),
        (_change("method", value="guessed"), "document_digest"),
        (_change("seed", value=1), "document_digest"),
    ],
)
def test_a_tampered_plan_is_found_out(
    plan_file: Path, capsys: Captured, change: Callable[[dict[str, Any]], None], where: str | None
) -> None:
    tamper(plan_file, change)
    assert main(["verify", str(plan_file), "--lang", "en"]) == 5
    captured = capsys.readouterr()
    assert captured.err == "The plan does not pass the independent check:\n"
    assert captured.out.strip()
    assert all(line.startswith("  ") for line in captured.out.splitlines())
    assert main(["verify", str(plan_file), "--json"]) == 5
    found = json.loads(capsys.readouterr().out)
    assert not found["valid"]
    assert where is None or any(violation["where"].startswith(where) for violation in found["violations"])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda document: document["builds"][0].update(year=2029.0), "builds.0.year: 2029.0 is not of type 'integer'"),
        (lambda document: document["builds"][0].update(amount=10**400), "builds.0.amount"),
        (_change("objective_vnd", value=10**400), "objective_vnd"),
        (_change("builds", value=None), "builds: missing beside the hours of a plan"),
    ],
)
def test_a_document_that_no_plan_can_be_read_from_is_refused(
    plan_file: Path, capsys: Captured, change: Callable[[dict[str, Any]], None], told: str
) -> None:
    tamper(plan_file, change)
    assert main(["verify", str(plan_file), "--lang", "en"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert told in captured.err


def test_a_key_that_stands_twice_is_refused(plan_file: Path, capsys: Captured) -> None:
    text = plan_file.read_text(encoding="utf-8")
    plan_file.write_text(text.replace('"seed":', '"seed": 1, "seed":', 1), encoding="utf-8")
    assert main(["verify", str(plan_file), "--lang", "en"]) == 2
    assert "the key 'seed' stands twice" in capsys.readouterr().err


def test_a_plan_of_other_inputs_is_refused(plan_file: Path, capsys: Captured, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(EXAMPLE, other)
    with (other / "province.yaml").open("a", encoding="utf-8") as stream:
        stream.write("# a remark\n")
    assert main(["verify", str(plan_file), str(other), "--lang", "vi"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "inputs_digest" in captured.err
    assert "kế hoạch được lập từ dữ liệu khác" in captured.err


def test_a_plan_of_another_version_is_refused(plan_file: Path, capsys: Captured) -> None:
    tamper(plan_file, _change("schema", value="camau-dc/plan/2"))
    assert main(["verify", str(plan_file), "--lang", "vi"]) == 2
    assert "phiên bản này chỉ đọc 'camau-dc/plan/1'" in capsys.readouterr().err


def test_files_that_are_no_plan_are_refused(capsys: Captured, tmp_path: Path) -> None:
    assert main(["verify", str(tmp_path / "absent.json")]) == 2
    assert "absent.json" in capsys.readouterr().err
    (tmp_path / "text.json").write_text("plan", encoding="utf-8")
    assert main(["verify", str(tmp_path / "text.json"), "--lang", "en"]) == 2
    assert "not JSON" in capsys.readouterr().err


def test_a_plan_that_remembers_no_folder_asks_for_one(plan_file: Path, capsys: Captured) -> None:
    tamper(plan_file, _change("folder", value=None))
    assert main(["verify", str(plan_file), "--lang", "en"]) == 2
    assert "name it on the command line" in capsys.readouterr().err
    assert main(["verify", str(plan_file), str(EXAMPLE)]) == 0


def test_a_folder_that_is_gone_is_told(plan_file: Path, capsys: Captured, tmp_path: Path) -> None:
    assert main(["verify", str(plan_file), str(tmp_path / "gone"), "--lang", "en"]) == 2
    assert "no such folder" in capsys.readouterr().err
