"""The document of a plan over a network, and its tables in both languages."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache

import pytest

from capacity.accounts import compute_accounts
from capacity.check import check
from orchestrator.document import Document, dumps, from_document, to_document, validate
from orchestrator.i18n import Language, Messages, messages
from orchestrator.report import network_tables, render_report
from orchestrator.report.page_parts import tables_in_order
from orchestrator.report.plan_tables import rows_of
from orchestrator.report.table import Names, Table
from orchestrator.shown import Shown
from tests.capacity.check.network_breakers import network_case
from tests.factories import make_clouds, make_price
from tests.orchestrator.report.sample import sample_document, sample_result

MAKERS = (network_tables.link_table, network_tables.path_table, network_tables.way_table, network_tables.egress_table)
EN = messages("en")


@cache
def document() -> Document:
    """The plan over a network, with prices of traffic out."""
    prices = (*make_clouds().prices, make_price("egress_gb", 400.0))
    case = network_case().with_inputs(clouds=make_clouds(prices=prices))
    accounts = compute_accounts(case.inputs, case.demand, case.plan)
    result = sample_result(case.plan, accounts.objective_vnd)
    return to_document(case.inputs, case.demand, result, accounts)


def test_leases_and_flows_survive_the_document() -> None:
    again = json.loads(dumps(document()))
    validate(again)
    plan, case = from_document(again), network_case()
    assert (plan.leases, plan.flows) == (case.plan.leases, case.plan.flows)
    assert check(case.inputs, case.demand, plan) == ()


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_tables_are_full_and_regular(make: Callable[[Document, Messages], Table], language: Language) -> None:
    table = make(document(), messages(language))
    assert table.rows
    assert table.note
    assert {len(row) for row in table.rows} == {len(table.columns)}
    assert table.title != make(document(), messages("en" if language == "vi" else "vi")).title


def test_without_a_network_the_tables_are_left_out() -> None:
    plain = sample_document()
    assert all(not make(plain, EN).rows and not make(plain, EN).note for make in MAKERS)
    assert {table.key for table in tables_in_order(document(), EN)} >= {"links", "ways", "egress"}
    assert not {table.key for table in tables_in_order(plain, EN)} & {"links", "ways", "egress"}


def test_links_say_what_is_there_what_to_lease_and_what_it_costs() -> None:
    rows = [row[2:] for row in network_tables.link_table(document(), EN).rows if row[:2] == ("access-a", "Enterprise")]
    assert rows == [
        ("1,640", "Load", "1,640 (100 %)", "2,240 (78 %)", "2,240 (78 %)"),
        ("1,640", "To lease (Mbps)", "0", "1,240", "1,240"),
        ("1,640", "Lease (bn VND)", "0", "1.49", "1.49"),
    ]


def test_paths_say_which_way_traffic_goes() -> None:
    (row,) = [r for r in network_tables.path_table(document(), EN).rows if r[1:3] == ("agencies", "room")]
    way = "state-access → room-a (2.0 ms); second route: office-access → room-b (4.0 ms)"
    assert row[3:] == (way, "100", "60", "60", "60")
    (single,) = [r for r in network_tables.path_table(document(), EN).rows if r[2] == "hanoi"]
    assert single[3] == "access-a → trunk-a → hanoi-a (38.0 ms)"


def test_the_map_has_positions_of_nodes_and_ends_of_links() -> None:
    labels = document()["labels"]
    assert labels["nodes"]["site"] == {
        "vi": "site",
        "en": "site",
        "kind": "place",
        "latitude_deg": 9.2,
        "longitude_deg": 105.1,
    }
    assert labels["links"]["trunk-a"] == {
        "vi": "trunk-a",
        "en": "trunk-a",
        "kind": "internet",
        "start": "core",
        "end": "vnix",
    }
    ends = {row["start"] for row in document()["accounts"]["link_years"]["rows"]}
    assert ends <= labels["nodes"].keys()


def test_rules_and_links_have_names_in_a_conflict() -> None:
    names = Names(document(), EN)
    assert names.policy("two-routes") == "Requirement two-routes"
    assert names.citation("two-routes") == "Decision 2"
    assert names.policy("link:trunk-a:state") == "Capacity of the link trunk-a (State budget)"
    assert names.policy("path") == "No path keeps the rules of the network"
    assert names.citation("link:trunk-a:state") == names.citation("path") == "network.yaml, links"


def test_the_page_has_a_section_of_the_network_in_both_languages() -> None:
    page = render_report(document(), "vi")
    assert "Lưu lượng đi đường nào" in page
    assert "Where traffic goes" in page


def test_ways_add_up_what_all_services_send() -> None:
    table = network_tables.way_table(document(), EN)
    assert len({row[:3] for row in table.rows}) == len(table.rows)
    for place, year in enumerate(document()["years"], start=4):
        sent = sum(row["mbps"] for row in rows_of(document(), "path_years") if row["year"] == year)
        cells = [row[place] for row in table.rows]
        told = sum(float(cell.value) for cell in cells if isinstance(cell, Shown) and isinstance(cell.value, float))
        assert told == pytest.approx(sent)
    (row,) = [r for r in table.rows if r[:2] == ("agencies", "room")]
    assert row[3:] == ("100", "60", "60", "60")
