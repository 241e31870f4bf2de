"""Conflicts with their relaxations tried on the province itself, and what is said of the rest of the requirements."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from capacity.plan import Conflict, Relaxation, Relaxed, Requirement
from capacity.solver import SolveOptions
from orchestrator.conflicts import TriedConflict, explained_conflict
from orchestrator.document.conflict import conflict_record
from orchestrator.document.labels import labels
from orchestrator.i18n import LANGUAGES, messages
from orchestrator.report.conflict_tables import member_table, relaxation_table
from tests.factories import make_demand, make_inputs, make_network
from tests.properties.provinces import Province, inputs_of

OPTIONS = SolveOptions(gap=0.05, time_limit_s=120.0)


def explained(years: int, *missing: str) -> tuple[TriedConflict, dict[str, Any]]:
    """A site whose only link is too narrow for its tenants, in every year for itself; without ``missing`` links."""
    inputs, demand = inputs_of(Province(tenants_mw=10.0, years=years))
    links = [link for link in make_network().links if link.id not in ("site-b", *missing)]
    links = [link.model_copy(update={"lease": None}) if link.id == "site-a" else link for link in links]
    inputs = replace(inputs, network=make_network(links=links, rules=()))
    found = explained_conflict(inputs, demand, OPTIONS, lambda *_: None)
    assert found is not None
    return found, {"conflict": conflict_record(found), "labels": labels(inputs, demand)}


@pytest.mark.timeout(600)
def test_one_conflict_leaves_all_other_requirements_as_they_are() -> None:
    found, document = explained(1)
    assert found.conflict.minimal
    assert found.tried == (True, True)
    for language in LANGUAGES:
        text = messages(language)
        assert text("conflict.others_can_stay") in member_table(document, text).note


@pytest.mark.timeout(600)
def test_of_two_independent_conflicts_it_is_said_that_there_are_more() -> None:
    found, document = explained(2)
    assert found.conflict.minimal
    assert len({member.year for member in found.conflict.members}) == 1
    cheapest = found.conflict.relaxations[0]
    assert {part.requirement.year for part in cheapest.parts} == {2027, 2028}
    assert found.tried[0] is True
    for language in LANGUAGES:
        text = messages(language)
        note = member_table(document, text).note
        assert text("conflict.members_note") in note
        assert text("conflict.more_conflicts") in note
        assert text("conflict.others_can_stay") not in note


@pytest.mark.timeout(600)
def test_a_site_without_any_path_has_a_relaxation_that_cannot_be_tried() -> None:
    found, _ = explained(1, "site-a")
    tried = {r.parts[0].requirement.name: t for r, t in zip(found.conflict.relaxations, found.tried, strict=True)}
    assert tried == {"path": None, "demand:tenants": True}


def test_what_the_folder_cannot_say_is_told_so() -> None:
    inputs, demand = make_inputs(), make_demand()
    path = Requirement("path", 2027, None, "Mbps")
    conflict = Conflict((path,), (path,), 1e9, (Relaxation((Relaxed(path, 5.0, 5.0),), 1e9, found=True),), 1.0)
    document = {"conflict": conflict_record(TriedConflict(conflict, (None,))), "labels": labels(inputs, demand)}
    for language, words in (("en", "cannot be tried on the folder"), ("vi", "không thử được trên thư mục tỉnh")):
        assert relaxation_table(document, messages(language)).rows[0][-1] == words
