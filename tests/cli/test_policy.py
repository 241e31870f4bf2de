"""`camau-dc migrate status|explain` and `camau-dc policy …` on the example: tables, JSON, exit codes and errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.exit_codes import ExitCode
from cli.main import main
from tests.languages import english_in

Captured = pytest.CaptureFixture[str]
EXAMPLE = str(Path(__file__).parents[2] / "examples" / "ca-mau")


def read(capsys: Captured, *arguments: str, code: int = ExitCode.DONE) -> Any:
    assert main([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def lines(capsys: Captured, *arguments: str, code: int = ExitCode.DONE) -> list[str]:
    assert main([*arguments, "--lang", "vi"]) == code
    captured = capsys.readouterr()
    return (captured.out + captured.err).splitlines()


def test_status_on_three_days(capsys: Captured) -> None:
    owners, levels = [], []
    for day in ("2025-02-01", "2025-08-01", "2026-11-24"):
        document = read(capsys, "migrate", "status", EXAMPLE, "--as-of", day)
        assert document["as_of"] == day
        found = {each["id"]: each for each in document["systems"]}
        assert document["counts"]["systems"] == len(found)
        assert sum(document["counts"]["by_status"].values()) == len(found)
        owners.append(found["bl-email"]["owner"])
        levels.append(found["field-reports"]["level_required"])
    assert owners == ["bl-so-tttt", "so-khcn", "so-khcn"]
    assert levels == [3, 3, 3]
    later = read(capsys, "migrate", "status", EXAMPLE, "--as-of", "2027-07-01")
    assert next(each for each in later["systems"] if each["id"] == "field-reports")["level_required"] == 2


def test_status_is_a_table_in_vietnamese_with_the_counts_below(capsys: Captured) -> None:
    told = lines(capsys, "migrate", "status", EXAMPLE, "--agency", "so-gddt")
    assert told[0] == "# Hiện trạng hệ thống thông tin ngày 24/11/2026"
    rows = {line.split("\t")[0]: line.split("\t") for line in told}
    assert rows["school-management"][5] == "Đã nghiệm thu, xác minh"
    assert all(row[2] == "Sở Giáo dục và Đào tạo tỉnh Cà Mau" for name, row in rows.items() if name == "school-fees")
    assert any("còn 26 ngày" in line for line in told)
    assert not any(english_in(cell) for line in told if "\t" in line for cell in line.split("\t")[2:])


def test_explain_tells_owners_evidence_level_and_rules(capsys: Captured) -> None:
    told = lines(capsys, "migrate", "explain", "official-email", EXAMPLE)
    text = "\n".join(told)
    assert "Chạy song song, ngày 24/11/2026" in text
    assert "Sở Thông tin và Truyền thông tỉnh Cà Mau (so-tttt): từ 01/01/2010 đến 01/03/2025" in text
    assert (
        "Hạ tầng phục vụ các cơ quan trong phạm vi một bộ hoặc một hay nhiều tỉnh (Nghị định 331/2026/NĐ-CP, Điều 13)"
        in text
    )
    assert "[miễn trừ] encryption-at-rest" in text
    document = read(capsys, "migrate", "explain", "official-email", EXAMPLE)
    assert {each["place"] for each in document["evidence"]} == {"room", "viettel-hn1"}
    assert all(each["digest"].startswith("sha256:") for each in document["evidence"])
    assert [each["agency"] for each in document["owners"]] == ["so-tttt", "so-khcn"]


def test_the_rules_and_their_examples(capsys: Captured) -> None:
    rules = read(capsys, "policy", "rules")
    assert all(rule["citations"] and rule["message_vi"] and rule["message_en"] for rule in rules)
    assert lines(capsys, "policy", "rules")[0] == "# Danh mục quy tắc"
    tested = read(capsys, "policy", "test")
    assert tested["failed"] == []
    assert tested["examples"] == sum(len(rule["examples"]) for rule in rules)
    assert lines(capsys, "policy", "test")[-1].endswith("0 không đạt")


def test_check_ends_with_5_when_a_rule_that_refuses_is_broken(capsys: Captured) -> None:
    document = read(capsys, "policy", "check", EXAMPLE, code=ExitCode.CHECK_FAILED)
    broken = {(each["subject"], each["rule"]) for each in document["verdicts"] if each["outcome"] == "broken"}
    assert ("food-traceability", "zone-in-viet-nam") in broken
    assert document["counts"]["broken"] == len(broken)
    told = lines(capsys, "policy", "check", EXAMPLE, code=ExitCode.CHECK_FAILED)
    assert any("vng-bkk-1a đặt tại TH" in line for line in told)
    # on the first day of the register nothing that refuses is broken
    read(capsys, "policy", "check", EXAMPLE, "--as-of", "2025-02-01")


def test_explain_shows_expressions_and_the_facts_that_they_read(capsys: Captured) -> None:
    document = read(capsys, "policy", "explain", "zone-in-viet-nam", "food-traceability", EXAMPLE)
    assert document["outcome"] == "broken"
    assert document["facts"] == {
        "system.data_classes": ["public", "personal"], "zone.country": "TH", "zone.kind": "cloud",
    }  # fmt: skip
    told = lines(capsys, "policy", "explain", "zone-in-viet-nam", "food-traceability", EXAMPLE)
    assert any("đạt khi: variables.zone.country == 'VN'" in line for line in told)


def test_resources_that_are_to_be_made(tmp_path: Path, capsys: Captured) -> None:
    made = {"id": "ns", "kind": "tenant", "system": "documents", "zone": "fpt-han", "isolation": "logical"}
    good = {
        **made, "log_months": 3, "provider_log_months": 12, "backup_copies": 3, "backup_media": 2,
        "backup_offsite": 1, "backup_encrypted": "yes", "encrypted_in_transit": "yes",
    }  # fmt: skip
    file = tmp_path / "resources.json"
    file.write_text(json.dumps([good]))
    document = read(capsys, "policy", "check", EXAMPLE, "--resources", str(file))
    assert document["counts"] == {"holds": 10, "broken": 0, "waived": 0, "unknown": 0}
    for change, rule in (
        ({"zone": "vng-bkk-1a"}, "zone-in-viet-nam"),
        ({"isolation": "none"}, "separation"),
        ({"log_months": -1}, "log-retention"),
    ):
        file.write_text(json.dumps([{**good, **change}]))
        document = read(capsys, "policy", "check", EXAMPLE, "--resources", str(file), code=ExitCode.CHECK_FAILED)
        assert [each["rule"] for each in document["verdicts"]] == [rule]


def test_slips_in_resources_are_told_all_at_once(tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "resources.json"
    file.write_text(json.dumps([{"id": "a", "kind": "tenat", "system": "documens", "zone": "fpt", "log_months": "3"}]))
    told = lines(capsys, "policy", "check", EXAMPLE, "--resources", str(file), code=ExitCode.INPUT)
    assert any(line.startswith("resources.json:1: resources[a].kind: 'tenat'") for line in told)
    assert any(line.startswith("resources.json:1: resources[a].log_months: '3'") for line in told)
    file.write_text(json.dumps([{"id": "a", "kind": "tenant", "system": "documens", "zone": "fpt"}]))
    told = lines(capsys, "policy", "check", EXAMPLE, "--resources", str(file), code=ExitCode.INPUT)
    assert any("resources[a].system: 'documens'" in line and "documents" in line for line in told)
    assert any("resources[a].zone: 'fpt'" in line for line in told)
    for text in ("{}", "[", "7"):
        file.write_text(text)
        told = lines(capsys, "policy", "check", EXAMPLE, "--resources", str(file), code=ExitCode.INPUT)
        assert any("danh sách JSON các tài nguyên" in line for line in told)
    told = lines(capsys, "policy", "check", EXAMPLE, "--resources", str(tmp_path / "none.json"), code=ExitCode.INPUT)
    assert any("none.json" in line for line in told)


@pytest.mark.parametrize(
    "arguments",
    [
        ("migrate", "status", EXAMPLE, "--agency", "so-khnc"),
        ("migrate", "explain", "documens", EXAMPLE),
        ("policy", "explain", "zone-in-vietnam", "documents", EXAMPLE),
        ("policy", "explain", "ipv6", "documens", EXAMPLE),
        ("policy", "explain", "pue-new-sites", "documents", EXAMPLE),
        ("migrate", "status", EXAMPLE, "--as-of", "24/11/2026"),
    ],
)
def test_a_name_that_is_nowhere_ends_with_2_and_the_nearest(arguments: tuple[str, ...], capsys: Captured) -> None:
    told = lines(capsys, *arguments, code=ExitCode.INPUT)
    assert told
    assert not any("Traceback" in line for line in told)


def test_export_is_yaml_that_names_every_rule_with_a_point_in_a_cluster(tmp_path: Path, capsys: Captured) -> None:
    out = tmp_path / "policies.yaml"
    assert main(["policy", "export", "--kubernetes", "--out", str(out)]) == 0
    capsys.readouterr()
    objects = list(yaml.safe_load_all(out.read_text("utf-8")))
    assert objects[0]["kind"] == "CustomResourceDefinition"
    for kind in ("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"):
        assert [each["metadata"]["name"] for each in objects if each["kind"] == kind] == [
            "camau-labels", "camau-deny", "camau-warn",
        ]  # fmt: skip
    rules = {rule["id"]: rule["severity"] for rule in read(capsys, "policy", "rules") if "cluster" in rule["points"]}
    for severity in ("deny", "warn"):
        (policy,) = (
            each for each in objects
            if (each["kind"], each["metadata"]["name"]) == ("ValidatingAdmissionPolicy", f"camau-{severity}")
        )  # fmt: skip
        told = {each["message"].split("]")[0].strip("[") for each in policy["spec"]["validations"]}
        assert told - {"facts-fresh"} == {rule for rule, found in rules.items() if found == severity}
