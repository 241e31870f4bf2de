"""How a ValidatingAdmissionPolicy judges by PolicyFacts: total facts, waivers, messages, missing facts, updates."""

from __future__ import annotations

import copy

import pytest

from tests.cluster.client import ADMITTED, Object, seconds_until, verdict
from tests.cluster.facts import UNKNOWN, hours_ago, make_system
from tests.cluster.trial import Trial, deployment, manifests, service

ABROAD = "Hệ thống cong cấp độ 4 phải đặt tại vùng điện toán đám mây trong nước; vùng bkk-1 ở TH."


def waiver(from_hours_ago: float, until_hours_ago: float) -> Object:
    """For ``cong``; negative hours lie ahead."""
    return {"zone-in-vietnam": {"cong": {"from": hours_ago(from_hours_ago), "until": hours_ago(until_hours_ago)}}}


def test_a_message_comes_back_with_its_diacritics(trial: Trial) -> None:
    trial.write_facts()
    said = trial.try_namespace(system="cong", zone="bkk-1")
    policy = f"ValidatingAdmissionPolicy '{trial.name}' with binding '{trial.name}' denied request: "
    assert said.message.endswith(policy + ABROAD)
    assert said.status == 422
    assert trial.try_namespace(system="cong", zone="vn-1") == ADMITTED


@pytest.mark.parametrize(
    "labels",
    [{}, {"system": "nobody"}, {"system": "", "zone": ""}, {"system": "cong-2", "zone": "moon"}],
    ids=["no labels", "one unknown", "empty", "both unknown"],
)
def test_facts_of_nobody_stand_in_for_a_missing_or_unknown_label(trial: Trial, labels: dict[str, str]) -> None:
    trial.write_facts()
    assert trial.try_namespace(**labels) == ADMITTED
    trial.write_facts(unknown={**UNKNOWN, "system": make_system(level=5)})
    assert f"Hệ thống {labels.get('system', '')} cấp độ 5" in trial.try_namespace(**labels).message


def test_what_runs_in_a_namespace_is_judged_by_its_labels(trial: Trial) -> None:
    trial.write_facts()
    home = trial.made_namespace(system="luu-tru", zone="vn-1")["metadata"]["name"]
    assert verdict(lambda: trial.admin.create(deployment(home))) == ADMITTED
    refused = verdict(lambda: trial.admin.create(service(home, "LoadBalancer")))
    assert refused.message.endswith(
        "Hệ thống luu-tru không phải dịch vụ trực tuyến, không được mở ra Internet (Service)."
    )
    open_home = trial.made_namespace(system="cong", zone="vn-1")["metadata"]["name"]
    assert verdict(lambda: trial.admin.create(service(open_home, "LoadBalancer"))) == ADMITTED


def test_without_facts_nothing_is_admitted(trial: Trial) -> None:
    trial.write_facts()
    trial.delete_facts()
    said = trial.try_namespace(system="cong", zone="vn-1")
    assert not said.admitted
    assert "no params found for policy binding with `Deny` parameterNotFoundAction" in said.message
    trial.write_facts()
    assert trial.try_namespace(system="cong", zone="vn-1") == ADMITTED


@pytest.mark.parametrize(
    ("waivers", "admitted"),
    [
        ({}, False),
        (waiver(48, -48), True),
        (waiver(48, 2), False),  # expired an hour before as_of
        (waiver(-24, -48), False),
        ({"zone-in-vietnam": {"luu-tru": waiver(48, -48)["zone-in-vietnam"]["cong"]}}, False),
        ({"another-rule": waiver(48, -48)["zone-in-vietnam"]}, False),
    ],
    ids=["none", "in force", "expired", "not yet", "of another system", "of another rule"],
)
def test_a_waiver_admits_while_it_is_in_force(trial: Trial, waivers: Object, admitted: bool) -> None:
    trial.write_facts(waivers=waivers)
    assert trial.try_namespace(system="cong", zone="bkk-1").admitted is admitted


def test_after_a_waiver_expired_only_what_changes_judged_facts_is_refused(trial: Trial) -> None:
    trial.write_facts(waivers=waiver(48, -48))
    namespace = trial.made_namespace(system="cong", zone="bkk-1")
    home = namespace["metadata"]["name"]
    trial.admin.create(deployment(home))
    trial.write_facts(waivers=waiver(48, 2))

    assert verdict(lambda: trial.admin.change(namespace, {"metadata": {"annotations": {"ticket": "17"}}})) == ADMITTED
    image = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "registry.invalid/main:2"}]}}}}
    assert verdict(lambda: trial.admin.change(deployment(home), image)) == ADMITTED
    assert verdict(lambda: trial.admin.change(deployment(home), {"spec": {"replicas": 2}})).message.endswith(ABROAD)
    assert verdict(lambda: trial.admin.create(service(home))).message.endswith(ABROAD)
    moved = verdict(lambda: trial.admin.change(namespace, {"metadata": {"labels": {"camau.vn/zone": "vn-2"}}}))
    assert moved == ADMITTED
    seconds_until(lambda: verdict(lambda: trial.admin.change(deployment(home), {"spec": {"replicas": 3}})).admitted)


def test_of_two_broken_rules_the_first_is_told(trial: Trial) -> None:
    trial.write_facts(as_of=hours_ago(30))
    said = trial.try_namespace(system="cong", zone="bkk-1")
    assert "Dữ liệu chính sách đã cũ" in said.message
    assert ABROAD not in said.message


def test_a_binding_that_warns_admits_what_one_that_denies_refuses(trial: Trial) -> None:
    trial.write_facts()
    policy, binding = manifests("policy.yaml", f"{trial.name}-warned")
    binding = copy.deepcopy(binding)
    binding["spec"]["validationActions"] = ["Warn", "Audit"]
    binding["spec"]["paramRef"]["name"] = trial.name
    binding["spec"]["matchResources"]["namespaceSelector"]["matchLabels"] = {"warned": "true"}
    for body in (policy, binding):
        trial.admin.apply(body)
    namespace = trial.namespace(system="cong", zone="bkk-1")
    namespace["metadata"]["labels"] |= {"trial": "none", "warned": "true"}
    seconds_until(lambda: any(ABROAD in text for text in trial.admin.warnings_of_creating(namespace)))
    trial.write_facts(as_of=hours_ago(30))
    both = "\n".join(trial.admin.warnings_of_creating(namespace))
    assert "Dữ liệu chính sách đã cũ" in both
    assert ABROAD in both


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("{'a': 1, 'b': 'x'}", "expected type 'int' but found 'string'"),
        ("{'a': dyn(1), 'b': dyn('x')}", ""),
        ("variables.nothing", "undefined field 'nothing'"),
        ("today()", "undeclared reference to 'today'"),
        ("params.spec.nothing", ""),  # the types of parameters are not known to the server
    ],
)
def test_what_the_server_finds_out_when_a_policy_is_written(trial: Trial, expression: str, complaint: str) -> None:
    policy, _ = manifests("policy.yaml", f"{trial.name}-written")
    policy["spec"]["variables"].append({"name": "tried", "expression": expression})
    said = trial.asked(policy)
    assert said.admitted is not bool(complaint)
    assert complaint in said.message
