"""The catalogue that comes with the program: its examples come out, its words are whole, slips have their lines."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from orchestrator.policy.catalogue import criteria_sets, freshness, read_rules, rule_set
from orchestrator.policy.examples import failures
from orchestrator.province import InvalidProvinceError
from policies.rules import Rule

PLACEMENT = Path(__file__).parents[3] / "policies" / "catalogue" / "placement.yaml"


def test_every_example_comes_out_as_it_says() -> None:
    assert failures(rule_set()) == ()
    assert sum(len(rule.examples) for rule in rule_set()) >= 60


@pytest.mark.parametrize("rule", list(rule_set()), ids=lambda rule: rule.id)
def test_a_rule_cites_what_was_in_force_when_it_begins(rule: Rule) -> None:
    assert min(each.effective_from for each in rule.citations) <= rule.valid_from
    assert any(each.effective_to is None for each in rule.citations) or rule.valid_to is not None
    boundary = {example.today for example in rule.examples}
    assert any(day >= rule.valid_from for day in boundary)


@pytest.mark.parametrize("rule", list(rule_set()), ids=lambda rule: rule.id)
def test_messages_are_vietnamese_and_name_the_subject(rule: Rule) -> None:
    letters = set("ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ")
    for words in (rule.name_vi, rule.message_vi):
        assert letters & set(words.lower()), words
    if rule.subject in ("system", "resource"):
        assert "{system.id}" in rule.message_vi
        assert "{system.id}" in rule.message_en


def test_what_the_issue_of_the_law_asks_for_is_there() -> None:
    wanted = {
        "level-set", "level-approved", "level-approved-2027", "zone-in-viet-nam", "zone-attested", "domestic-provider",
        "separation", "log-retention", "backup-separate", "backup-3-2-1", "encryption-at-rest", "encryption-in-transit",
        "ipv6", "cloud-first-new", "existing-on-cloud-2030", "new-on-cloud-2030", "cybersecurity-budget",
        "pue-new-sites",
    }  # fmt: skip
    assert wanted <= {rule.id for rule in rule_set()}


def test_criteria_follow_one_another_without_a_gap() -> None:
    first, second = criteria_sets()
    assert first.effective_to == second.effective_from == dt.date(2026, 8, 19)
    assert second.effective_to is None


def test_documents_are_believed_longer_than_machines() -> None:
    days = freshness().fresh_days
    assert max(days[name] for name in ("kubernetes", "openstack", "probe")) < days["minutes"]


def test_slips_in_a_rule_are_told_with_file_line_field_and_value(tmp_path: Path) -> None:
    text = PLACEMENT.read_text("utf-8")
    assert text.count("holds: variables.zone.country == 'VN'") == 1
    text = text.replace("holds: variables.zone.country == 'VN'", "holds: variables.zone.contry == 'VN'")
    text = text.replace("severity: warn", "severity: wern", 1)
    (tmp_path / "placement.yaml").write_text(text, "utf-8")
    (tmp_path / "more.yaml").write_text(PLACEMENT.read_text("utf-8").replace("'VN'", "7", 1), "utf-8")
    with pytest.raises(InvalidProvinceError) as caught:
        read_rules(tmp_path)
    told = [str(problem) for problem in caught.value.problems]
    line = next(number for number, words in enumerate(text.splitlines(), 1) if "wern" in words)
    assert any(each.startswith(f"placement.yaml:{line}: rules[domestic-provider].severity: 'wern'") for each in told)
    assert any("rules[zone-in-viet-nam].holds" in each and "more.yaml" in each for each in told)


def test_an_unknown_field_is_an_error_when_the_rule_is_loaded(tmp_path: Path) -> None:
    text = PLACEMENT.read_text("utf-8").replace("variables.zone.country == 'VN'", "variables.zone.contry == 'VN'")
    (tmp_path / "placement.yaml").write_text(text, "utf-8")
    with pytest.raises(InvalidProvinceError) as caught:
        read_rules(tmp_path)
    (problem,) = caught.value.problems
    assert problem.field == "rules[zone-in-viet-nam].holds"
    assert "undefined field 'contry'" in problem.allowed.vi
    assert text.splitlines()[problem.line - 1].strip().startswith("holds: variables.zone.contry")
