"""Evidence as it is kept: lines that are wrong are told with file, line, field and what is allowed."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from iac.observe import Observation, digest_of
from orchestrator.policy import load_register, read_evidence, to_evidence, write_evidence
from orchestrator.province import InvalidProvinceError, load_province
from policies.evidence import VIET_NAM
from tests.broken import template, write_folder

GOOD: dict[str, Any] = {
    "system": "data-exchange",
    "kind": "running",
    "place": "fpt-han",
    "collector": "probe",
    "observed_at": "2026-11-01T08:00:00+07:00",
    "digest": "sha256:" + "0" * 64,
    "source": "a test",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "province", dict(template()))


def told(folder: Path, text: str | bytes) -> list[str]:
    province = load_province(folder)
    (folder / "evidence").mkdir(exist_ok=True)
    (folder / "evidence" / "a.jsonl").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InvalidProvinceError) as caught:
        read_evidence(folder, province)
    return [problem.text("vi") for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"kind": "runing"}, "evidence[0].kind", "một trong running, gone"),
        ({"digest": "sha256:0"}, "evidence[0].digest", "'sha256:' và 64 ký tự 0-9, a-f"),
        ({"observed_at": "2026-11-01T08:00:00"}, "evidence[0].observed_at", "ngày giờ kèm múi giờ"),
        ({"observed_at": "hôm qua"}, "evidence[0].observed_at", "ngày giờ kèm múi giờ"),
        ({"seen": True}, "evidence[0].seen", "khóa"),
        ({"system": "data-exchang"}, "evidence[0].system", "data-exchange"),
        ({"place": "mars"}, "evidence[0].place", "room, agency, ministry"),
        ({"place": None}, "evidence[0]", "'place'"),
    ],
)
def test_a_line_that_is_wrong_has_its_place(folder: Path, change: dict[str, Any], field: str, words: str) -> None:
    lines = f"\n{json.dumps({**GOOD, **change})}\n"
    (line,) = told(folder, lines)
    assert line.startswith(f"evidence/a.jsonl:2: {field}")
    assert words in line


@pytest.mark.parametrize("line", ["x", "[1, 2]", "7", '{"system": ', "[" * 100_000, "null"])
def test_a_line_that_is_no_object_is_told(folder: Path, line: str) -> None:
    (problem,) = told(folder, f"{json.dumps(GOOD)}\n{line}\n")
    assert problem.startswith("evidence/a.jsonl:2: line: ")


def test_other_encodings_are_told(folder: Path) -> None:
    assert "UTF-8" in told(folder, json.dumps(GOOD).encode("utf-16"))[0]
    assert "UTF-8" in told(folder, b"\xff\xfe\xfd")[0]


def test_all_problems_of_all_files_come_at_once(folder: Path) -> None:
    (folder / "evidence").mkdir()
    (folder / "evidence" / "b.jsonl").write_text("y\n")
    wrong = json.dumps({**GOOD, "kind": "x", "digest": "y"})
    assert [line.split(" ")[0] for line in told(folder, f"z\n{wrong}\n")] == [
        "evidence/a.jsonl:1:", "evidence/a.jsonl:2:", "evidence/a.jsonl:2:", "evidence/b.jsonl:1:",
    ]  # fmt: skip


def test_without_evidence_there_is_none(folder: Path) -> None:
    assert load_register(folder).evidence == ()


def observed(**changes: Any) -> Observation:
    given = {
        "system": "data-exchange", "place": "fpt-han", "at": dt.datetime(2026, 11, 1, 8, tzinfo=VIET_NAM),
        "digest": digest_of({"a": 1}), "source": "a test", "note": "",
    }  # fmt: skip
    return Observation(**{**given, **changes})


def test_what_is_collected_is_written_once_and_read_back(folder: Path) -> None:
    register = load_register(folder)
    seen = [observed(), observed(system="nobody"), observed(place="mars")]
    collected = to_evidence(register, seen, "kubernetes")
    assert [each.system for each in collected.evidence] == ["data-exchange"]
    assert list(collected.strangers) == seen[1:]
    at = dt.datetime(2026, 11, 1, 1, tzinfo=dt.UTC)
    file = write_evidence(folder, collected.evidence, "kubernetes", at)
    assert file.name == "kubernetes-20261101T010000Z.jsonl"
    assert read_evidence(folder, register.province) == collected.evidence
    with pytest.raises(FileExistsError):
        write_evidence(folder, collected.evidence, "kubernetes", at)


def test_a_digest_is_of_what_was_answered_in_any_order() -> None:
    assert digest_of({"a": 1, "b": "ă"}) == digest_of({"b": "ă", "a": 1})
    assert digest_of({"a": 1}) != digest_of({"a": 2})
