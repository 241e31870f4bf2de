"""What the systems of the register must agree on: data classes, dependencies, recovery objectives."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.province.circles import circle, entangled, shown_circle
from orchestrator.province.nodes import Book, Node
from orchestrator.province.problems import Problem, Text, plain
from orchestrator.province.references import SERVICES, SYSTEMS, referred
from orchestrator.province.words import one_of, shown

DATA_CLASSES = ("public", "internal", "personal", "sensitive-personal")


def data_classes_unknown(book: Book) -> Iterator[Problem]:
    """Data classes of systems are among the known ones."""
    for node in book.nodes(SYSTEMS, "*.data_classes"):
        for name in (node.text or "").split(";"):
            if name.strip() and name.strip() not in DATA_CLASSES:
                yield node.problem(shown(name.strip()), one_of(DATA_CLASSES))


def systems_depend_on_themselves(book: Book) -> Iterator[Problem]:
    """No system depends on itself."""
    for system in book.nodes(SYSTEMS, "*"):
        name = system.child("id").text
        if name is not None and name in [part.strip() for part in (system.child("depends_on").text or "").split(";")]:
            node = system.child("depends_on")
            yield node.problem(
                plain(f"'{name}'"), Text("another system: this is its own id", "hệ thống khác: đây là mã của chính nó")
            )


def dependencies_entangled(book: Book) -> Iterator[Problem]:
    """Systems that depend on each other move on one day: a circle with several dates has no order of moves."""
    systems = {name: node for node in book.nodes(SYSTEMS, "*") if (name := node.child("id").text) is not None}
    needed = {name: referred(node.child("depends_on")) for name, node in systems.items()}
    for group in entangled(needed):
        dates = {name: systems[name].child("moves_on").text for name in group}
        if len(set(dates.values())) == 1:
            continue
        way = shown_circle(circle(needed, group[0]))
        days = ", ".join(sorted({date for date in dates.values() if date is not None}))
        never = " -" if None in dates.values() else ""
        words = Text(
            f"systems that depend on each other move on one day: {way} have moves_on {days}{never}",
            f"các hệ thống phụ thuộc lẫn nhau phải chuyển cùng ngày: {way} có moves_on {days}{never}",
        )
        node = systems[group[0]].child("depends_on")
        yield node.problem(shown(node.value), words)


def recovery_levels_missing(book: Book) -> Iterator[Problem]:
    """With recovery objectives by level, every level of a programme, or of a system without its own, has one."""
    for rule in book.nodes(SERVICES, "recovery"):
        if not isinstance(rule.value, dict):
            continue
        for field in ("rto_hours", "rpo_hours"):
            table = rule.child(f"{field}_by_level")
            if not isinstance(table.value, dict):
                continue
            for level, name in sorted(_levels(book, field).items()):
                if level not in table.value:
                    value = Text(f"level {level} is missing", f"thiếu cấp độ {level}")
                    words = Text(
                        f"every level in use has one: '{name}' is of this level",
                        f"mọi cấp độ đang dùng phải có giá trị: '{name}' ở cấp độ này",
                    )
                    yield table.problem(value, words)


def _levels(book: Book, field: str) -> dict[str, str]:
    """The levels, as written, that take an objective by level, each with the first record that does."""
    users: list[Node] = [*book.nodes(SERVICES, "programmes.*")]
    users += [node for node in book.nodes(SYSTEMS, "*") if node.child(field).value is None]
    found: dict[str, str] = {}
    for node in users:
        level = node.child("security_level").value
        if isinstance(level, str | int) and not isinstance(level, bool) and str(level).strip() in tuple("12345"):
            found.setdefault(str(level).strip(), node.child("id").text or "")
    return found
