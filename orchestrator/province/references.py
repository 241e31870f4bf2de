"""Ids that must be unique, and names of other records that must exist, over all files at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from orchestrator.province.nodes import Book, Node
from orchestrator.province.problems import Problem, Text, joined, plain
from orchestrator.province.words import one_of, shown

AGENCIES, CLOUDS, ENERGY, HARDWARE = "agencies.csv", "clouds.yaml", "energy.yaml", "hardware.yaml"
ASSESSMENTS, WAIVERS = "assessments.csv", "waivers.yaml"
NETWORK, WAVES = "network.yaml", "waves.yaml"
PROVINCE, SCENARIOS, SERVICES, SITES, SYSTEMS = (
    "province.yaml",
    "scenarios.yaml",
    "services.yaml",
    "sites.yaml",
    "systems.csv",
)
RESERVED_ZONE = "tender"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Records that others refer to: the file, patterns of their ids, and the field values that a record must have."""

    file: str
    patterns: tuple[str, ...]
    words: Text
    where: tuple[tuple[str, object], ...] = ()


CATALOGUES = {
    "agency": Catalogue(AGENCIES, ("*.id",), Text("agencies of agencies.csv", "cơ quan trong agencies.csv")),
    "chiller": Catalogue(
        HARDWARE,
        ("plant.*.id",),
        Text("chillers of hardware.yaml", "máy làm lạnh trong hardware.yaml"),
        (("kind", "chiller"),),
    ),
    "generation": Catalogue(
        ENERGY, ("generation.*.id",), Text("generation of energy.yaml", "nguồn phát trong energy.yaml")
    ),
    "genset": Catalogue(
        HARDWARE,
        ("plant.*.id",),
        Text("gensets of hardware.yaml", "máy phát dự phòng trong hardware.yaml"),
        (("kind", "genset"),),
    ),
    "exchange": Catalogue(
        NETWORK,
        ("nodes.*.id",),
        Text("exchanges of network.yaml", "trạm trung chuyển trong network.yaml"),
        (("kind", "exchange"),),
    ),
    "hall": Catalogue(HARDWARE, ("halls.*.id",), Text("halls of hardware.yaml", "loại phòng máy trong hardware.yaml")),
    "load class": Catalogue(
        SERVICES, ("load_classes.*.id",), Text("load classes of services.yaml", "lớp tải trong services.yaml")
    ),
    "node": Catalogue(NETWORK, ("nodes.*.id",), Text("nodes of network.yaml", "nút mạng trong network.yaml")),
    "programme": Catalogue(
        SERVICES, ("programmes.*.id",), Text("programmes of services.yaml", "chương trình trong services.yaml")
    ),
    "reference": Catalogue(
        PROVINCE,
        ("references.*.id",),
        Text("references of province.yaml", "references trong province.yaml"),
    ),
    "scenario": Catalogue(
        SCENARIOS, ("scenarios.*.id",), Text("scenarios of scenarios.yaml", "kịch bản trong scenarios.yaml")
    ),
    "site": Catalogue(SITES, ("sites.*.id",), Text("sites of sites.yaml", "địa điểm trong sites.yaml")),
    "sku": Catalogue(HARDWARE, ("skus.*.id",), Text("SKUs of hardware.yaml", "cấu hình máy chủ trong hardware.yaml")),
    "step": Catalogue(WAVES, ("steps.*.id",), Text("steps of waves.yaml", "bước trong waves.yaml")),
    "system": Catalogue(SYSTEMS, ("*.id",), Text("systems of systems.csv", "hệ thống trong systems.csv")),
    "technology": Catalogue(
        ENERGY,
        ("generation.*.id", "battery.id"),
        Text("generation and battery of energy.yaml", "nguồn phát và pin trong energy.yaml"),
    ),
    "ups": Catalogue(
        HARDWARE, ("plant.*.id",), Text("UPS of hardware.yaml", "UPS trong hardware.yaml"), (("kind", "ups"),)
    ),
    "users": Catalogue(
        NETWORK,
        ("nodes.*.id",),
        Text("users of network.yaml", "nhóm người dùng trong network.yaml"),
        (("kind", "users"),),
    ),
    "GPU price": Catalogue(
        CLOUDS,
        ("prices.*.id",),
        Text("prices of gpu_hour in clouds.yaml", "đơn giá gpu_hour trong clouds.yaml"),
        (("resource", "gpu_hour"),),
    ),
    "wave fund": Catalogue(WAVES, ("funds.*.id",), Text("funds of waves.yaml", "nguồn vốn trong waves.yaml")),
    "zone": Catalogue(
        CLOUDS, ("providers.*.zones.*.id",), Text("zones of clouds.yaml", "vùng đám mây trong clouds.yaml")
    ),
}

REFERENCES = (
    (SITES, "sites.*.allowed_halls.*", "hall"),
    (SITES, "sites.*.existing_modules.*.hall", "hall"),
    (SITES, "sites.*.existing_servers.*.sku", "sku"),
    (SITES, "sites.*.energy_limits.*.technology", "technology"),
    (HARDWARE, "halls.*.ups", "ups"),
    (HARDWARE, "halls.*.genset", "genset"),
    (HARDWARE, "halls.*.chiller", "chiller"),
    (ENERGY, "dppa.generator_weather_site", "site"),
    (ENERGY, "dppa.generation", "generation"),
    (CLOUDS, "prices.*.zones.*", "zone"),
    (CLOUDS, "contracts.*.programme", "programme"),
    (CLOUDS, "contracts.*.zone", "zone"),
    (CLOUDS, "contracts.*.gpu_price", "GPU price"),
    (PROVINCE, "policies.*.programme", "programme"),
    (SERVICES, "programmes.*.load_class", "load class"),
    (SERVICES, "programmes.*.sites.*", "site"),
    (NETWORK, "links.*.from", "node"),
    (NETWORK, "links.*.to", "node"),
    (NETWORK, "traffic.*.programmes.*", "programme"),
    (NETWORK, "traffic.*.load_classes.*", "load class"),
    (NETWORK, "broadband.exchange", "exchange"),
    (NETWORK, "broadband.users", "users"),
    (SYSTEMS, "*.load_class", "load class"),
    (SYSTEMS, "*.level_basis", "reference"),
    (SYSTEMS, "*.owner", "agency"),
    (SYSTEMS, "*.depends_on", "system"),
    (AGENCIES, "*.successor", "agency"),
    (ASSESSMENTS, "*.system", "system"),
    (WAIVERS, "waivers.*.systems.*", "system"),
    (WAIVERS, "waivers.*.owner", "agency"),
    (WAVES, "steps.*.fund", "wave fund"),
    (WAVES, "freezes.*.steps.*", "step"),
    (WAVES, "downtime.*.agencies.*", "agency"),
    (WAVES, "destinations.*.fund", "wave fund"),
    (WAVES, "deadlines.*.system", "system"),
    (WAVES, "pins.*.system", "system"),
    (WAVES, "pins.*.step", "step"),
    (WAVES, "together.*.systems.*", "system"),
    (WAVES, "done.*.systems.*", "system"),
    (WAVES, "done.*.steps.*", "step"),
    (SCENARIOS, "uncertain.*.programme", "programme"),
    (SCENARIOS, "uncertain.*.site", "site"),
    (SCENARIOS, "uncertain.*.values.*", "scenario"),
)
"""(file, pattern of the referring value, catalogue). Texts of a register hold several ids separated by ``;``."""

UNIQUE = (
    (PROVINCE, ("references.*.id",)),
    (PROVINCE, ("funding.*.id",)),
    (PROVINCE, ("policies.*.id",)),
    (SITES, ("sites.*.id",)),
    (HARDWARE, ("skus.*.id",)),
    (HARDWARE, ("plant.*.id", "fuel_tank.id", "ups_battery.id")),
    (HARDWARE, ("halls.*.id",)),
    (ENERGY, ("tariffs.*.id",)),
    (ENERGY, ("time_of_use.*.id",)),
    (ENERGY, ("generation.*.id", "battery.id")),
    (ENERGY, ("emission_factors.*.year",)),
    (CLOUDS, ("providers.*.id",)),
    (CLOUDS, ("providers.*.zones.*.id",)),
    (CLOUDS, ("prices.*.id",)),
    (CLOUDS, ("contracts.*.id",)),
    (SERVICES, ("load_classes.*.id",)),
    (SERVICES, ("programmes.*.id",)),
    (NETWORK, ("nodes.*.id",)),
    (NETWORK, ("nodes.*.places.*",)),
    (NETWORK, ("links.*.id",)),
    (NETWORK, ("traffic.*.id",)),
    (NETWORK, ("traffic.*.programmes.*",)),
    (NETWORK, ("traffic.*.load_classes.*",)),
    (NETWORK, ("rules.*.id",)),
    (SYSTEMS, ("*.id",)),
    (WAIVERS, ("waivers.*.id",)),
    (WAVES, ("steps.*.id",)),
    (WAVES, ("teams.*.id",)),
    (WAVES, ("freezes.*.id",)),
    (WAVES, ("downtime.*.id",)),
    (WAVES, ("destinations.*.place",)),
    (WAVES, ("funds.*.id",)),
    (WAVES, ("deadlines.*.system",)),
    (WAVES, ("together.*.id",)),
    (WAVES, ("together.*.systems.*",)),
    (SCENARIOS, ("scenarios.*.id",)),
    (SCENARIOS, ("uncertain.*.id",)),
)
UNIQUE_WITHIN = (
    (SITES, "sites.*", "grid.steps.*.id"),
    (SITES, "sites.*", "allowed_halls.*"),
    (SERVICES, "programmes.*", "sites.*"),
    (SITES, "sites.*", "energy_limits.*.technology"),
    (CLOUDS, "prices.*", "zones.*"),
    (NETWORK, "links.*", "routes.*"),
)


def ids_of(book: Book, catalogue: Catalogue) -> list[str] | None:
    """Ids of a catalogue's records in order, None when its file could not be read as a whole."""
    if not book.has(catalogue.file) or not book.sources[catalogue.file].is_complete:
        return None
    found = [node for pattern in catalogue.patterns for node in book.nodes(catalogue.file, pattern)]
    return list(dict.fromkeys(text for node in found if (text := node.text) is not None and _is_in(node, catalogue)))


def _is_in(node: Node, catalogue: Catalogue) -> bool:
    record = node.parent()
    return all(record.child(key).value == wanted for key, wanted in catalogue.where)


def dangling_references(book: Book, file: str, pattern: str, name: str) -> Iterator[Problem]:
    """Names of records that are nowhere, in the values of one row of ``REFERENCES``."""
    if not book.has(file) or (ids := ids_of(book, CATALOGUES[name])) is None:
        return
    there = frozenset(ids)
    told: dict[str, Text] = {}
    for node in book.nodes(file, pattern):
        for wanted in referred(node):
            if wanted not in there:
                if wanted not in told:
                    told[wanted] = joined(one_of(ids, wanted), " (", CATALOGUES[name].words, ")")
                yield node.problem(shown(wanted), told[wanted])


def referred(node: Node) -> list[str]:
    """The ids that a value names: one, or several separated by ``;`` in a register."""
    if node.text is None:
        return []
    if not node.source.file.endswith(".csv"):
        return [node.text]
    return [part.strip() for part in node.text.split(";") if part.strip()]


def duplicate_ids(book: Book, file: str, patterns: tuple[str, ...]) -> Iterator[Problem]:
    """Ids of one row of ``UNIQUE`` that stand more than once. (Agencies may repeat; see the successions.)"""
    return _repeated([node for pattern in patterns for node in book.nodes(file, pattern)])


def duplicate_ids_within(book: Book, file: str, outer: str, inner: str) -> Iterator[Problem]:
    """Ids of one row of ``UNIQUE_WITHIN`` that stand more than once in their record."""
    for record in book.nodes(file, outer):
        yield from _repeated(record.select(inner))


def zone_names_reserved(book: Book) -> Iterator[Problem]:
    """Zones that are called as plans call a rent without a published price."""
    for zone in book.nodes(CLOUDS, "providers.*.zones.*.id"):
        if zone.text == RESERVED_ZONE:
            words = Text(
                "any other id: plans call a rent without a published price so",
                "mã khác: kế hoạch dùng tên này cho đấu thầu",
            )
            yield zone.problem(shown(zone.value), words)


def _repeated(nodes: list[Node]) -> Iterator[Problem]:
    first: dict[str, Node] = {}
    for node in nodes:
        if not isinstance(node.value, str | int):
            continue
        key = str(node.value).strip()
        if key in first:
            line = first[key].line
            yield node.problem(
                plain(f"'{key}'"),
                Text(f"each of them once: it stands in line {line} already", f"mỗi mã một lần: đã có ở dòng {line}"),
            )
        else:
            first[key] = node
