"""The definition of PolicyFacts: everything typed and required, and writable by the syncer alone."""

from __future__ import annotations

import copy

import pytest

from tests.cluster.client import Client, verdict
from tests.cluster.facts import hours_ago, make_facts, make_system


def test_the_syncer_writes_and_reads_back_what_it_wrote(syncer: Client) -> None:
    facts = make_facts(
        "read-back", agencies={"dst": {**make_facts("x")["spec"]["agencies"]["dst"], "name": "Sở Nội vụ"}}
    )
    syncer.create(facts)
    assert syncer.get(facts, "read-back")["spec"] == facts["spec"]


def test_nobody_else_writes_facts(operator: Client, syncer: Client) -> None:
    syncer.create(make_facts("guarded"))
    refused = {
        "create": verdict(lambda: operator.create(make_facts("forged"))),
        "update": verdict(lambda: operator.change(make_facts("guarded"), {"spec": {"as_of": hours_ago(0)}})),
        "delete": verdict(lambda: operator.delete(make_facts("guarded"))),
    }
    assert {verb: said.status for verb, said in refused.items()} == dict.fromkeys(refused, 403)
    assert operator.get(make_facts("guarded"), "guarded")["metadata"]["name"] == "guarded"


@pytest.mark.parametrize("field", sorted(make_system()))
def test_every_fact_of_a_system_is_required(admin: Client, field: str) -> None:
    partial = make_system()
    del partial[field]
    said = verdict(lambda: admin.create(make_facts("partial", systems={"cong": partial}), dry_run=True))
    assert said.status == 422
    assert f"spec.systems.cong.{field}: Required value" in said.message


@pytest.mark.parametrize("field", sorted(make_facts("x")["spec"]))
def test_every_part_of_the_facts_is_required(admin: Client, field: str) -> None:
    partial = copy.deepcopy(make_facts("partial"))
    del partial["spec"][field]
    said = verdict(lambda: admin.create(partial, dry_run=True))
    assert said.status == 422
    assert f"spec.{field}: Required value" in said.message


@pytest.mark.parametrize("wrong", [{"level": "3"}, {"level": 6}, {"ipv6": "true"}, {"data_classes": "personal"}])
def test_facts_are_typed(admin: Client, wrong: dict[str, object]) -> None:
    said = verdict(lambda: admin.create(make_facts("typed", systems={"cong": make_system(**wrong)}), dry_run=True))
    assert said.status == 422
    assert f"spec.systems.cong.{next(iter(wrong))}" in said.message


@pytest.mark.parametrize("as_of", ["2026-11-30", "2026-11-30T07:00:00+07:00", "hôm nay"])
def test_the_date_is_in_utc(admin: Client, as_of: str) -> None:
    said = verdict(lambda: admin.create(make_facts("dated", as_of=as_of), dry_run=True))
    assert said.status == 422
    assert "spec.as_of" in said.message


def test_a_fact_that_the_definition_does_not_know_is_dropped(admin: Client) -> None:
    made = admin.create(make_facts("unknown-fact", systems={"cong": make_system(colour="red")}), dry_run=True)
    assert "colour" not in made["spec"]["systems"]["cong"]


def test_the_server_keeps_no_path_of_every_fact(admin: Client) -> None:
    made = admin.create(make_facts("atomic"), dry_run=True)
    fields = made["metadata"]["managedFields"][0]["fieldsV1"]["f:spec"]
    assert fields["f:systems"] == {}
    assert fields["f:waivers"] == {}
