"""examples/ca-mau: the registers add up to what is published, and follow the law and the successions."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

from capacity.demand import compute_demand
from orchestrator.province import Province, load_province
from orchestrator.province.circles import entangled
from orchestrator.translate import system_loads, to_capacity_inputs
from policies import Agency, System, owners_on, tenures_of

FOLDER = Path(__file__).parents[2] / "examples" / "ca-mau"
LAST_DAY_OF_TWO_PROVINCES = dt.date(2025, 6, 30)
MERGER = dt.date(2025, 7, 1)


@cache
def province() -> Province:
    return load_province(FOLDER)


def systems() -> tuple[System, ...]:
    return province().systems


@cache
def agencies() -> dict[str, Agency]:
    found = {agency.id: agency for agency in province().agencies}
    assert len(found) == len(province().agencies)
    return found


def owner_of(system: System, day: dt.date) -> Agency:
    return agencies()[owners_on(tenures_of(province().agencies), day)[system.owner]]


@cache
def origin(system: System) -> str:
    """Of which former province, or of what else: by the owner on the last day of the two provinces."""
    if agencies()[system.owner].kind == "ministry":
        return "national"
    if system.in_service_from is not None and system.in_service_from >= MERGER:
        return "new"
    return "bac lieu" if "Bạc Liêu" in owner_of(system, LAST_DAY_OF_TWO_PROVINCES).name_vi else "ca mau"


def needed_by(system: System) -> list[str]:
    return [part for part in system.depends_on.split(";") if part]


# ------------------------------------------------------------------------------------------------ published totals


def test_systems_of_the_former_ca_mau_are_the_69_and_the_3_with_ai_that_were_published() -> None:
    own = [system for system in systems() if origin(system) == "ca mau"]
    with_ai = [system.id for system in own if "trí tuệ nhân tạo (AI)" in system.name_vi]
    assert (len(own) - len(with_ai), len(with_ai)) == (69, 3)


def test_systems_of_the_former_bac_lieu_follow_from_its_population() -> None:
    own = [system for system in systems() if origin(system) == "bac lieu"]
    assert len(own) == int(69 * 1_066_053 / 1_516_967)


def test_the_rest_is_new_or_national() -> None:
    assert Counter(map(origin, systems())) == {"ca mau": 72, "bac lieu": 48, "new": 4, "national": 18}


def test_thirteen_shared_databases() -> None:
    marked = [system for system in systems() if "one of 13 shared databases (ref:room-2024)" in system.source]
    assert len(marked) == 13
    for system in marked:
        assert system.name_vi.startswith("Cơ sở dữ liệu")
        assert (origin(system), system.hosting, system.purpose) == ("ca mau", "room", "shared-infrastructure")


def test_published_figures_stand_where_they_belong() -> None:
    source = {system.id: system.source for system in systems()}
    assert "86 open data sets (ref:room-2024)" in source["open-data"]
    assert "22 shared services, 13.7 m transactions a year (ref:room-2024)" in source["lgsp"]
    assert "13 sectors (ref:ioc-2024)" in source["operations-centre"]
    subjects = {system.id: system.data_subjects for system in systems()}
    assert subjects["one-stop"] == province().settings.population.administrative == 2_606_672
    assert subjects["civil-servants"] == 5_620
    assert subjects["health-database"] == 1_210_843
    assert subjects["one-stop-bac-lieu"] == 121_355
    opened = {system.id: system.in_service_from for system in systems()}
    assert opened["operations-centre"] == dt.date(2024, 12, 30)
    assert opened["one-stop-bac-lieu"] == dt.date(2024, 6, 1)


def test_nobody_holds_data_of_more_people_than_there_are() -> None:
    for system in systems():
        if origin(system) == "bac lieu":
            assert (system.data_subjects or 0) <= 1_066_053, system.id
        assert (system.data_subjects or 0) <= 2_606_672, system.id


def test_what_is_in_the_room_fits_what_stands_there_and_nearly_fills_it() -> None:
    """135 TB of disks, 12 servers; the needs of 2026 with coding, copies and logs, before any growth."""
    inputs = to_capacity_inputs(province())
    room = {load.id for load in inputs.systems if load.in_room_now}
    sums: dict[str, float] = defaultdict(float)
    for need in compute_demand(inputs).needs:
        if need.system in room and need.year == 2026:
            sums[need.resource] += need.amount
    (site,) = [site for site in inputs.sites.sites if site.id == "provincial-room"]
    standing: dict[str, float] = defaultdict(float)
    for row in site.existing_servers:
        sku = inputs.sku(row.sku)
        amounts = {"vcpu": sku.vcpu, "memory_gib": sku.memory_gib, "storage_tb": sku.raw_storage_tb}
        for resource, amount in amounts.items():
            standing[resource] += row.servers * amount
    assert standing["storage_tb"] == 135
    usable = inputs.settings.usable_server_fraction
    assert 0.9 * 135 < sums["storage_tb"] <= usable * 135
    assert sums["vcpu"] <= usable * standing["vcpu"]
    assert 0.5 * standing["memory_gib"] < sums["memory_gib"] <= usable * standing["memory_gib"]


def test_resources_lie_in_the_range_that_69_systems_of_a_province_have() -> None:
    """2 to 4 machines of 8 to 16 vCPU by system, and 16 to 64 GiB each."""
    own = [system for system in systems() if origin(system) == "ca mau"]
    assert 550 <= sum(system.vcpu for system in own) <= 1_100
    assert 1_000 <= sum(system.memory_gib for system in own) <= 69 * 4 * 64


# ------------------------------------------------------------------------------------------------ agencies


def test_every_succession_ends_in_an_agency_that_exists_today() -> None:
    today = owners_on(tenures_of(province().agencies), province().settings.as_of)
    assert set(today) == set(agencies())
    assert all(agencies()[heir].valid_to is None for heir in today.values())


def test_the_three_reorganisations() -> None:
    ended = Counter(agency.valid_to for agency in agencies().values() if agency.valid_to is not None)
    assert set(ended) == {dt.date(2025, 3, 1), MERGER}
    districts = [agency for agency in agencies().values() if agency.kind == "district"]
    assert len(districts) == 9 + 7
    assert {agency.valid_to for agency in districts} == {MERGER}
    assert all(agencies()[str(agency.successor)].kind == "commune" for agency in districts)


def test_64_communes_of_which_9_are_wards() -> None:
    names = [agency.name_vi for agency in agencies().values() if agency.kind == "commune"]
    assert len(set(names)) == 64
    wards = [name for name in names if name.startswith("Ủy ban nhân dân phường ")]
    communes = [name for name in names if name.startswith("Ủy ban nhân dân xã ")]
    assert (len(communes), len(wards)) == (55, 9)


def test_known_units_of_the_state_block_are_not_more_than_the_16_published() -> None:
    block = [
        agency.id
        for agency in agencies().values()
        if agency.valid_to is None and agency.kind in ("department", "office", "authority")
    ]
    assert len(block) == 15


def test_both_former_provinces_had_the_same_departments() -> None:
    kinds = ("department", "committee", "office", "police", "authority")
    names = {True: set[str](), False: set[str]()}
    for agency in agencies().values():
        if agency.kind in kinds and (agency.valid_from < MERGER and agency.id != "ban-qlkkt"):
            name = agency.name_vi.replace("tỉnh Bạc Liêu", "tỉnh Cà Mau")
            names["Bạc Liêu" in agency.name_vi].add(name)
    assert names[True] - names[False] == {"Ban Quản lý các Khu công nghiệp tỉnh Cà Mau"}
    assert names[False] - names[True] == set()


def test_owners_are_followed_over_the_successions() -> None:
    today = province().settings.as_of
    owner = {system.id: owner_of(system, today).id for system in systems()}
    assert owner["lgsp"] == owner["bl-lgsp"] == "so-khcn"
    assert owner["land-database"] == owner["bl-land-database"] == "so-nnmt"
    assert owner["social-security"] == owner["bl-social-security"] == "so-nv"
    assert owner["smart-city-ca-mau"] == "px-an-xuyen"
    assert owner["national-data-exchange"] == "bo-khcn"
    (land,) = [system for system in systems() if system.id == "bl-land-database"]
    days = (dt.date(2025, 2, 28), dt.date(2025, 3, 1), LAST_DAY_OF_TWO_PROVINCES, MERGER)
    assert [owner_of(land, day).id for day in days] == ["bl-so-tnmt", "bl-so-nnmt", "bl-so-nnmt", "so-nnmt"]


def test_systems_of_the_former_provinces_stand_in_the_name_of_who_had_them_then() -> None:
    for system in systems():
        assert system.in_service_from is not None
        owner = agencies()[system.owner]
        assert owner.valid_from <= system.in_service_from
        assert owner.valid_to is None or system.in_service_from < owner.valid_to


# ------------------------------------------------------------------------------------------------ levels and data


def level_by_criteria(system: System) -> int:
    """Decree 85/2016, articles 7 to 11, or Decree 331/2026, articles 11 to 15: the highest criterion counts."""
    classes = set(system.data_classes.split(";"))
    persons = system.data_subjects or 0
    if system.purpose == "national":
        return 4
    if system.purpose in ("shared-infrastructure", "administrative-procedures"):
        return 3
    if system.purpose == "online-service":
        if system.level_basis == "decree-85-2016":
            return 3 if classes & {"personal", "sensitive-personal"} and persons >= 10_000 else 2
        many = "sensitive-personal" in classes and persons >= 10_000
        return 3 if many or ("personal" in classes and persons >= 100_000) else 2
    return 1 if classes == {"public"} else 2


def test_levels_follow_the_criteria_of_their_decree() -> None:
    for system in systems():
        assert system.level_basis in ("decree-85-2016", "decree-331-2026"), system.id
        assert system.security_level == level_by_criteria(system), system.id
    assert {system.security_level for system in systems()} == {1, 2, 3, 4}
    assert Counter(system.level_basis for system in systems())["decree-331-2026"] >= 5


def test_what_was_set_up_after_the_law_changed_has_its_level_by_the_new_decree() -> None:
    for system in systems():
        if system.in_service_from is not None and system.in_service_from >= dt.date(2025, 7, 1):
            assert system.level_basis == "decree-331-2026", system.id


def test_online_services_with_personal_data_say_of_how_many() -> None:
    for system in systems():
        if system.purpose == "online-service" and "personal" in system.data_classes:
            assert system.data_subjects, system.id


# ------------------------------------------------------------------------------------------------ hosting and moves


def test_national_systems_are_hosted_by_ministries_and_bring_nothing() -> None:
    for system in systems():
        assert (system.hosting == "ministry") == (origin(system) == "national"), system.id
        if system.hosting == "ministry":
            assert system.vcpu == system.memory_gib == system.storage_tb == 0
            assert (system.strategy, system.moves_on) == ("retain", None)
    assert len(system_loads(systems())) == 142 - 18


def test_every_strategy_is_used_and_only_what_is_kept_has_no_date() -> None:
    assert {system.strategy for system in systems()} == {
        "retain", "retire", "rehost", "replatform", "refactor", "repurchase", "relocate",
    }  # fmt: skip
    for system in systems():
        assert (system.moves_on is None) == (system.strategy == "retain"), system.id
        assert system.moves_on is None or province().settings.as_of <= system.moves_on < dt.date(2030, 1, 1)


def test_seventy_percent_of_what_stays_is_in_the_cloud_by_2030() -> None:
    """Decision 1121/QD-TTg."""
    staying = [system for system in systems() if origin(system) != "national" and system.strategy != "retire"]
    moved = [system for system in staying if system.hosting == "cloud" or system.moves_on is not None]
    assert len(moved) >= 0.7 * len(staying)


def test_dependencies_exist_and_run_in_no_circle() -> None:
    needed = {system.id: needed_by(system) for system in systems()}
    assert {name for names in needed.values() for name in names} <= set(needed)
    assert entangled(needed) == []
    assert sum(map(len, needed.values())) >= 70


def test_systems_move_after_what_they_depend_on() -> None:
    moves = {system.id: system.moves_on for system in systems() if system.strategy != "retire"}
    for system in systems():
        for needed in needed_by(system):
            first, then = moves.get(needed), system.moves_on
            assert first is None or then is None or system.strategy == "retire" or first <= then, (system.id, needed)


def test_nothing_is_back_before_what_it_depends_on() -> None:
    recovery = province().services.recovery
    assert recovery is not None
    rto_hours = {s.id: s.rto_hours or recovery.rto_hours_by_level[s.security_level] for s in systems()}
    for system in systems():
        for needed in needed_by(system):
            assert rto_hours[needed] <= rto_hours[system.id], (system.id, needed)


def test_every_load_has_recovery_objectives() -> None:
    for load in to_capacity_inputs(province()).systems:
        assert load.rto_hours is not None
        assert load.rpo_hours is not None


# ------------------------------------------------------------------------------------------------ words


def test_rows_say_that_they_are_illustrative() -> None:
    assert all(system.source.startswith("assumption: illustrative row, not an inventory") for system in systems())
    head = (FOLDER / "systems.csv").read_text(encoding="utf-8").splitlines()[0]
    assert "Illustrative register of 142" in head
    assert "not public" in head


def test_names_are_vietnamese_with_diacritics_and_english_without() -> None:
    names = [(system.name_vi, system.name_en) for system in systems()]
    names += [(agency.name_vi, agency.name_en) for agency in agencies().values()]
    for vietnamese, english in names:
        assert unicodedata.is_normalized("NFC", vietnamese)
        assert not vietnamese.isascii(), vietnamese
        assert english.isascii(), english
    assert len({system.name_vi for system in systems()}) == len(systems())
    assert len({system.name_en for system in systems()}) == len(systems())
