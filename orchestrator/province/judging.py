"""Holds parsed files against their models and against each other: every problem of one scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from capacity.demand import demand_problems
from capacity.demand.problems import DemandProblemKind
from capacity.inputs import CapacityInputs
from orchestrator.province.catalogue import FILES
from orchestrator.province.consistency import (
    autonomy_without_batteries,
    failure_domains_missing,
    halls_misplaced,
    outage_without_tanks,
    probabilities_too_high,
    rent_prices_incomplete,
    sites_of_others,
    state_owners_unknown,
    weather_files_outside,
)
from orchestrator.province.contracts import contracts_beyond_the_whole, contracts_not_eligible
from orchestrator.province.controls import unseen_in_texts
from orchestrator.province.network_checks import (
    links_that_carry_nothing,
    nodes_without_position,
    places_unknown,
    places_unreached,
    profiles_overlap,
    rules_named_like_policies,
    traffic_unstated,
    traffic_users_unknown,
)
from orchestrator.province.nodes import Book, Source
from orchestrator.province.paths import Path, item_names, split_path
from orchestrator.province.plausibility import figures_too_large, implausible_figures
from orchestrator.province.policy_checks import ip_families_unknown, places_of_assessments_unknown, waived_rules_unknown
from orchestrator.province.problems import Problem, Text, first_of
from orchestrator.province.references import (
    REFERENCES,
    SERVICES,
    UNIQUE,
    UNIQUE_WITHIN,
    dangling_references,
    duplicate_ids,
    duplicate_ids_within,
    zone_names_reserved,
)
from orchestrator.province.scenarios import base_is_wrong
from orchestrator.province.sources import uncovered_figures, unknown_references
from orchestrator.province.successions import owners_gone, owners_not_yet_there, successions_broken
from orchestrator.province.systems import (
    data_classes_unknown,
    dependencies_entangled,
    recovery_levels_missing,
    systems_depend_on_themselves,
)
from orchestrator.province.validation import validate_file, validate_rows
from orchestrator.province.validity import overlapping_validity, periods_reversed, tariff_gaps
from orchestrator.province.waves_checks import chains_missing, names_of_maps_unknown, wave_places_unknown
from orchestrator.translate import system_loads

CHECKS: tuple[Callable[[Book], Iterable[Problem]], ...] = (
    autonomy_without_batteries,
    base_is_wrong,
    chains_missing,
    contracts_beyond_the_whole,
    contracts_not_eligible,
    *(partial(dangling_references, file=file, pattern=pattern, name=name) for file, pattern, name in REFERENCES),
    data_classes_unknown,
    dependencies_entangled,
    *(partial(duplicate_ids, file=file, patterns=patterns) for file, patterns in UNIQUE),
    *(partial(duplicate_ids_within, file=file, outer=outer, inner=inner) for file, outer, inner in UNIQUE_WITHIN),
    *(partial(figures_too_large, file=file) for file in FILES),
    failure_domains_missing,
    halls_misplaced,
    implausible_figures,
    outage_without_tanks,
    ip_families_unknown,
    links_that_carry_nothing,
    names_of_maps_unknown,
    nodes_without_position,
    overlapping_validity,
    owners_gone,
    owners_not_yet_there,
    periods_reversed,
    places_of_assessments_unknown,
    places_unknown,
    places_unreached,
    probabilities_too_high,
    recovery_levels_missing,
    profiles_overlap,
    rent_prices_incomplete,
    rules_named_like_policies,
    sites_of_others,
    state_owners_unknown,
    successions_broken,
    systems_depend_on_themselves,
    tariff_gaps,
    traffic_unstated,
    traffic_users_unknown,
    *(partial(uncovered_figures, file=file) for file in FILES),
    *(partial(unknown_references, file=file) for file in FILES),
    *(partial(unseen_in_texts, file=file) for file in FILES),
    waived_rules_unknown,
    wave_places_unknown,
    weather_files_outside,
    zone_names_reserved,
)
"""Checks between records and files. Each passes over what it cannot read: the models tell that."""

DEMAND_WORDS: Mapping[DemandProblemKind, tuple[str, str]] = {
    "no_year": ("không có năm nào", "ít nhất một năm"),
    "case_without_year": ("không có năm nào", "ít nhất một năm: '{0}' là phương án đang chọn"),
    "wholesale_below_minimum": (
        "{0} MW năm {1}",
        "0 hoặc ít nhất minimum_wholesale_mw {2} (giữa các năm đã khai thì nội suy tuyến tính)",
    ),
    "counted_twice": ("'register_systems'", "hệ thống trong danh mục chỉ tính một lần: '{0}' đã tính"),
    "never_works": ("'{0}'", "lớp tải có mức sử dụng lớn hơn 0 ở ít nhất một giờ"),
    "mixed_work": (
        "'{0}'",
        "lớp tải không có extra_servers hoặc chỉ chứa một loại việc: '{1}' cũng thuộc lớp này và là loại khác",
    ),
    "pool_name": ("'{0}'", "mã không trùng với nhóm nhu cầu của chương trình khác"),
    "no_level": ("thiếu cấp độ {0}", "mọi cấp độ đang dùng phải có giá trị: '{1}' ở cấp độ này"),
}
"""What the demand room finds wrong, in Vietnamese: wrong value and what is allowed."""


@dataclass(frozen=True)
class Judged:
    """Models by file where nothing was refused, and all problems."""

    models: Mapping[str, Any]
    problems: tuple[Problem, ...]


class Findings:
    """What the checks found in the first book, by the files that each of them looked at.

    A scenario changes a file or two: a check that looked at none of them would find the same again.
    """

    def __init__(self) -> None:
        self._first: dict[Callable[[Book], Iterable[Problem]], tuple[dict[str, Source | None], list[Problem]]] = {}

    def of(self, check: Callable[[Book], Iterable[Problem]], book: Book) -> list[Problem]:
        """The first problems that a check finds in a book."""
        if check not in self._first:
            watched = _Watched(book.sources)
            found = first_of(check(Book(watched)))
            self._first[check] = (watched.looked_at, found)
            return found
        looked_at, found = self._first[check]
        if all(book.sources.get(file) is source for file, source in looked_at.items()):
            return found
        return first_of(check(book))


class _Watched(Mapping[str, Source]):
    """Files that remember which of them were looked at, missing ones too."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self.looked_at: dict[str, Source | None] = {}

    def __getitem__(self, file: str) -> Source:
        self.looked_at[file] = self._sources.get(file)
        return self._sources[file]

    def __iter__(self) -> Iterator[str]:
        for file in FILES:
            if file in self:
                yield file

    def __len__(self) -> int:
        return sum(1 for _ in self)


def judge(
    book: Book,
    absent: Mapping[str, frozenset[str]],
    known: Mapping[str, tuple[Source, Any, list[Problem]]],
    findings: Findings,
) -> Judged:
    """The models of the files and everything that is wrong with them. ``known`` holds what was validated already."""
    models: dict[str, Any] = {}
    problems: list[Problem] = []
    for file in book.sources:
        model, found = validated(file, book, absent, known)
        if model is not None:
            models[file] = model
        problems += first_of(found)
    for check in CHECKS:
        problems += findings.of(check, book)
    if not problems and all(file in models or kind.is_optional for file, kind in FILES.items()):
        problems += _demand_problems(book, models)
    return Judged(models, tuple(problems))


def validated(
    file: str, book: Book, absent: Mapping[str, frozenset[str]], known: Mapping[str, tuple[Source, Any, list[Problem]]]
) -> tuple[Any, list[Problem]]:
    """Model, or rows, of one file and its problems."""
    source = book.sources[file]
    if file in known and known[file][0] is source:
        return known[file][1], known[file][2]
    kind = FILES[file]
    if kind.is_register:
        return validate_rows(kind.model, source, absent.get(file, frozenset()))
    return validate_file(kind.model, source)


def _demand_problems(book: Book, models: Mapping[str, Any]) -> list[Problem]:
    """What makes the demand impossible to compute, in lines of services.yaml."""
    inputs = CapacityInputs(
        settings=models["province.yaml"],
        sites=models["sites.yaml"],
        hardware=models["hardware.yaml"],
        energy=models["energy.yaml"],
        clouds=models["clouds.yaml"],
        services=models[SERVICES],
        systems=system_loads(models["systems.csv"], models[SERVICES].recovery),
        weather={},
        scenario="",
        digest="",
    )
    source = book.sources[SERVICES]
    names = item_names(source.data["programmes"])
    found = []
    for problem in demand_problems(inputs):
        start: Path = ("storage",) if problem.programme is None else ("programmes", names.index(problem.programme))
        path = (*start, *(split_path(problem.field) or []))
        value, words = DEMAND_WORDS[problem.kind]
        found.append(
            source.problem(
                path,
                Text(problem.value, value.format(*problem.named)),
                Text(problem.allowed, words.format(*problem.named)),
            )
        )
    return found
