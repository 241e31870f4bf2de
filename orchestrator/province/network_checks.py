"""What `network.yaml` must agree on with sites, clouds, services and itself, beyond names and dates."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.province.nodes import Book, Node
from orchestrator.province.problems import Problem, Text, joined, plain
from orchestrator.province.references import (
    CATALOGUES,
    CLOUDS,
    NETWORK,
    PROVINCE,
    SERVICES,
    SITES,
    SYSTEMS,
    ids_of,
)
from orchestrator.province.words import one_of, shown

_PLACES = Text("sites of sites.yaml and zones of clouds.yaml", "địa điểm trong sites.yaml và vùng trong clouds.yaml")
_ENDS = Text("users and exchanges among the nodes", "nhóm người dùng và trạm trung chuyển trong các nút mạng")


def places_unknown(book: Book) -> Iterator[Problem]:
    """Nodes name sites and cloud zones that are there."""
    known = [ids_of(book, CATALOGUES[name]) for name in ("site", "zone")]
    ids = [name for names in known for name in names or ()]
    if None in known:
        return
    for node in book.nodes(NETWORK, "nodes.*.places.*"):
        if node.text is not None and node.text not in ids:
            yield node.problem(shown(node.text), joined(one_of(ids, node.text), " (", _PLACES, ")"))


def places_unreached(book: Book) -> Iterator[Problem]:
    """Every site, and every zone in Viet Nam of a domestic provider, stands at a node."""
    if not book.has(NETWORK):
        return
    reached = {node.text for node in book.nodes(NETWORK, "nodes.*.places.*")}
    zones = [
        zone
        for provider in book.nodes(CLOUDS, "providers.*")
        if provider.child("domestic").value is True
        for zone in provider.select("zones.*")
        if zone.child("country").text == "VN"
    ]
    for place in (*book.nodes(SITES, "sites.*"), *zones):
        name = place.child("id")
        if name.text is not None and name.text not in reached:
            for nodes in book.nodes(NETWORK, "nodes"):
                words = Text(
                    "a node that names it in 'places': without one nothing reaches it",
                    "nút mạng nêu địa điểm này ở 'places': nếu không thì không có đường truyền đến",
                )
                yield nodes.problem(Text(f"no node for '{name.text}'", f"thiếu nút mạng cho '{name.text}'"), words)


def nodes_without_position(book: Book) -> Iterator[Problem]:
    """A node has a position, or stands at a site that has one."""
    if (sites := ids_of(book, CATALOGUES["site"])) is None:
        return
    for node in book.nodes(NETWORK, "nodes.*"):
        at_site = any(place.text in sites for place in node.select("places.*"))
        if isinstance(node.value, dict) and node.child("latitude_deg").value is None and not at_site:
            words = Text(
                "latitude_deg and longitude_deg are required where no site stands",
                "phải có latitude_deg và longitude_deg khi nút không đặt tại địa điểm nào",
            )
            yield node.child("latitude_deg").problem(Text("missing", "thiếu"), words)


def links_that_carry_nothing(book: Book) -> Iterator[Problem]:
    """A link has capacity, or some that can be leased."""
    for link in book.nodes(NETWORK, "links.*"):
        capacities = link.child("capacity_mbps").value
        there = isinstance(capacities, dict) and any(capacities.values())
        if isinstance(capacities, dict) and not there and not link.child("lease").value:
            words = Text("capacity of one payer at least, or a lease", "dung lượng của ít nhất một bên, hoặc mục lease")
            yield link.child("capacity_mbps").problem(shown(capacities), words)


def traffic_users_unknown(book: Book) -> Iterator[Problem]:
    """Traffic is with groups of users and exchanges among the nodes."""
    ends = [
        text
        for node in book.nodes(NETWORK, "nodes.*")
        if node.child("kind").text in ("users", "exchange") and (text := node.child("id").text) is not None
    ]
    for users in book.nodes(NETWORK, "traffic.*.users"):
        for name in users.value if isinstance(users.value, dict) else ():
            if name not in ends:
                yield users.child(name).problem(plain(f"'{name}'"), joined(one_of(ends, name), " (", _ENDS, ")"))


def traffic_unstated(book: Book) -> Iterator[Problem]:
    """Every programme, and every load class of the register's systems, has a profile that states its traffic."""
    profiles = book.nodes(NETWORK, "traffic.*")
    if not book.has(NETWORK) or any(not _named(p, "programmes") and not _named(p, "load_classes") for p in profiles):
        return
    programmes = {name for profile in profiles for name in _named(profile, "programmes")}
    classes = {name for profile in profiles for name in _named(profile, "load_classes")}
    lacking: dict[str, str] = {}
    for programme in book.nodes(SERVICES, "programmes.*"):
        name = programme.child("id").text
        if name is None or name in programmes:
            continue
        own = programme.child("load_class").text
        is_register = programme.child("sizing").child("rule").text == "register_systems"
        used = [node.text for node in book.nodes(SYSTEMS, "*.load_class")] if is_register else [own]
        for load_class in used:
            if load_class is not None and load_class not in classes:
                lacking.setdefault(name, load_class)
    for name, load_class in lacking.items():
        for traffic in book.nodes(NETWORK, "traffic"):
            yield traffic.problem(
                Text(f"no traffic of '{name}'", f"thiếu lưu lượng của '{name}'"),
                Text(
                    f"a profile that names it or its load class '{load_class}', or one that names neither and is for "
                    "the rest",
                    f"mục nêu chương trình này hoặc lớp tải '{load_class}', hoặc một mục chung cho phần còn lại",
                ),
            )


def _named(profile: Node, key: str) -> list[str]:
    return [text for node in profile.select(f"{key}.*") if (text := node.text) is not None]


def rules_named_like_policies(book: Book) -> Iterator[Problem]:
    """A rule of the network has an id that no policy of the province has: reports name both by it."""
    policies = {node.text: node.line for node in book.nodes(PROVINCE, "policies.*.id")}
    for rule in book.nodes(NETWORK, "rules.*.id"):
        if rule.text is not None and rule.text in policies:
            words = Text(
                f"an id that no policy has: it stands in line {policies[rule.text]} of province.yaml",
                f"mã không trùng với chính sách: đã có ở dòng {policies[rule.text]} của province.yaml",
            )
            yield rule.problem(shown(rule.text), words)


def profiles_overlap(book: Book) -> Iterator[Problem]:
    """At most one profile names neither programmes nor load classes."""
    rest = [
        profile
        for profile in book.nodes(NETWORK, "traffic.*")
        if isinstance(profile.value, dict)
        and not profile.value.get("programmes")
        and not profile.value.get("load_classes")
    ]
    for profile in rest[1:]:
        words = Text(
            f"one profile for the rest: line {rest[0].line} has it already; name programmes or load_classes",
            f"chỉ một mục chung cho phần còn lại: đã có ở dòng {rest[0].line}; hãy nêu programmes hoặc load_classes",
        )
        yield profile.child("programmes").problem(Text("missing", "thiếu"), words)
