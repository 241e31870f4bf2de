"""How much fits: size of the one object, cost of an expression, and how soon a change is in force."""

from __future__ import annotations

import copy
import json
import statistics
import time
import zlib
from functools import partial

from tests.cluster.client import ADMITTED, Client, Object, seconds_until, verdict
from tests.cluster.facts import UNKNOWN, make_facts, make_system
from tests.cluster.trial import Trial, manifests

MANY = 10_000
FIT = 2_000
"""Systems of twenty fields that one object must hold."""

SHARD = 250
"""Systems of a shard that costs a request some 15 ms."""


def systems(count: int) -> Object:
    return {
        f"he-thong-{number:05d}": make_system(level=number % 5 + 1, agency=f"agency-{number % 60}")
        for number in range(count)
    }


def size_bytes(facts: Object) -> int:
    return len(json.dumps(facts, separators=(",", ":"), ensure_ascii=False).encode())


def test_two_thousand_systems_fit_into_one_object(trial: Trial) -> None:
    trial.write_facts(systems=systems(FIT))
    assert not trial.try_namespace(system="he-thong-00003", zone="bkk-1").admitted
    assert trial.try_namespace(system="he-thong-00000", zone="bkk-1") == ADMITTED


def test_ten_thousand_do_not(admin: Client) -> None:
    facts = make_facts("too-large", systems=systems(MANY))
    assert size_bytes(facts) > 3 * 1024**2
    assert verdict(lambda: admin.create(facts)).status == 413
    half = make_facts("too-large", systems=systems(MANY * 2 // 5))
    assert verdict(lambda: admin.create(half)).status in (413, 500)


def test_ten_thousand_fit_into_shards_by_a_label_of_the_namespace(trial: Trial) -> None:
    """A binding per shard, chosen by a label; what has no such label is judged by shard 0."""
    shards = MANY // SHARD
    everything = systems(MANY)
    _, template = manifests("policy.yaml", trial.name)
    for shard in range(shards):
        name = f"{trial.name}-shard-{shard}"
        part = {key: value for key, value in everything.items() if zlib.crc32(key.encode()) % shards == shard}
        trial.admin.apply(make_facts(name, systems=part))
        binding = copy.deepcopy(template)
        binding["metadata"]["name"] = binding["spec"]["paramRef"]["name"] = name
        binding["spec"]["matchResources"]["namespaceSelector"] = {
            "matchLabels": {"shard-of": trial.name, "shard": str(shard)}
        }
        if shard == 0:
            chosen = {
                "matchLabels": {"shard-of": trial.name},
                "matchExpressions": [{"key": "shard", "operator": "DoesNotExist"}],
            }
            rest = copy.deepcopy(binding)
            rest["metadata"]["name"] = f"{trial.name}-shard-none"
            rest["spec"]["matchResources"]["namespaceSelector"] = chosen
            trial.admin.apply(rest)
        trial.admin.apply(binding)

    def namespace(system: str, zone: str, **labels: str) -> Object:
        body = trial.namespace(system=system, zone=zone)
        body["metadata"]["labels"] |= {"trial": "none", "shard-of": trial.name, **labels}
        return body

    for system in ("he-thong-00003", "he-thong-09998"):
        label = str(zlib.crc32(system.encode()) % shards)
        seconds_until(partial(trial.refused, namespace(system, "bkk-1", shard=label)))
        assert trial.asked(namespace(system, "vn-1", shard=label)) == ADMITTED
    strict = make_facts(f"{trial.name}-shard-0", unknown={**UNKNOWN, "system": make_system(level=3)})
    trial.admin.apply(strict)
    seconds_until(partial(trial.refused, namespace("he-thong-00003", "bkk-1")))


def test_a_verdict_takes_the_longer_the_more_facts_there_are(trial: Trial) -> None:
    """The server copies the whole parameter for every policy and binding it judges by: shards are quick."""

    def median_seconds(count: int) -> float:
        trial.write_facts(systems=systems(count))
        seconds = []
        for _ in range(15):
            started = time.perf_counter()
            assert not trial.try_namespace(system="he-thong-00003", zone="bkk-1").admitted
            seconds.append(time.perf_counter() - started)
        return statistics.median(seconds)

    small, large = median_seconds(SHARD), median_seconds(FIT)
    assert small < 0.2
    assert large > 2 * small


def test_going_through_all_systems_is_cut_off_by_the_cost_limit(trial: Trial) -> None:
    """A rule over the register as a whole has no cluster point: an expression may cost a million."""
    trial.write_facts(systems=systems(FIT))
    name = f"{trial.name}-costly"
    policy, binding = copy.deepcopy(manifests("policy.yaml", name))
    through = "params.spec.systems.all(a, params.spec.systems.all(b, params.spec.systems[b].level < 9))"
    policy["spec"]["variables"] = []
    policy["spec"]["validations"] = [{"expression": through}]
    binding["spec"]["paramRef"]["name"] = trial.name
    trial.admin.apply(policy)
    trial.admin.apply(binding)
    body = trial.namespace()
    body["metadata"]["labels"] = {"trial": name}
    seconds_until(partial(trial.refused, body))
    assert "cost" in trial.asked(body).message


def test_a_change_of_facts_is_in_force_at_once(trial: Trial) -> None:
    lags = [trial.write_facts() for _ in range(20)]
    assert statistics.median(lags) < 1


def test_a_change_of_a_policy_is_in_force_within_seconds(trial: Trial) -> None:
    policy, _ = manifests("policy.yaml", trial.name)
    trial.write_facts()

    def says(text: str) -> bool:
        return trial.try_namespace(system="cong", zone="bkk-1").message.endswith(text)

    lags = []
    for number in range(5):
        policy["spec"]["validations"][1]["messageExpression"] = f"'lần {number}'"
        trial.admin.apply(policy)
        lags.append(seconds_until(partial(says, f"lần {number}")))
    trial.admin.apply(manifests("policy.yaml", trial.name)[0])
