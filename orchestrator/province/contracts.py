"""What contracts of `clouds.yaml` must agree on with programmes, zones and each other."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

from orchestrator.province.nodes import Book, Node
from orchestrator.province.problems import Problem, Text
from orchestrator.province.references import CLOUDS, SERVICES
from orchestrator.province.validity import Period, periods_of
from orchestrator.province.words import shown


def contracts_beyond_the_whole(book: Book) -> Iterator[Problem]:
    """Contracts that cover one programme on one day are of its needs at most together."""
    by_programme: dict[str, list[Period]] = defaultdict(list)
    for period in periods_of(book.nodes(CLOUDS, "contracts.*")):
        if (name := period.node.child("programme").text) is not None:
            by_programme[name].append(period)
    for name, periods in by_programme.items():
        for period in sorted(periods, key=lambda each: each.start):
            total = math.fsum(_fraction(other.node) for other in periods if other.start <= period.start < other.end)
            if total > 1 + 1e-9:
                words = Text(
                    f"the contracts of '{name}' on {period.start} are 1 of its needs at most together",
                    f"các hợp đồng của '{name}' ngày {period.start:%d/%m/%Y} tổng cộng nhiều nhất là 1",
                )
                field = period.node.child("fraction")
                yield field.problem(Text(f"the sum is {total:g}", f"tổng là {total:g}"), words)


def _fraction(contract: Node) -> float:
    value = contract.child("fraction")
    return 1.0 if value.value is None else value.number or 0.0


def contracts_not_eligible(book: Book) -> Iterator[Problem]:
    """A contract is in a zone that the programme may use, and names a price of that zone."""
    programmes = {node.child("id").text: node for node in book.nodes(SERVICES, "programmes.*")}
    levels = {name: node.child("security_level").number for name, node in programmes.items()}
    rules = {name: node.child("sizing").child("rule").text for name, node in programmes.items()}
    attested: dict[str | None, float | None] = {}
    for provider in book.nodes(CLOUDS, "providers.*"):
        for zone in provider.select("zones.*"):
            lawful = provider.child("domestic").value is True and zone.child("country").text == "VN"
            attested[zone.child("id").text] = zone.child("attested_level").number if lawful else 0.0
    prices = {
        node.child("id").text: [zone.text for zone in node.select("zones.*")] for node in book.nodes(CLOUDS, "prices.*")
    }
    planned = {node.child("resource").text for node in book.nodes(CLOUDS, "prices.*") if not node.child("zones").value}
    for contract in book.nodes(CLOUDS, "contracts.*"):
        zone, price = contract.child("zone"), contract.child("gpu_price")
        rule = rules.get(contract.child("programme").text)
        if price.text is not None and rule not in (None, "gpu_hours"):
            words = Text("only with a programme that rents GPUs", "chỉ dùng cho chương trình thuê GPU")
            yield price.problem(shown(price.value), words)
        main = "gpu_hour" if rule == "gpu_hours" else "vcpu_month"
        if zone.value is None and rule is not None and main not in planned:
            words = Text(
                f"the zone of the contract: {main} has no planning price (a price without zones)",
                f"vùng của hợp đồng: {main} không có giá kế hoạch (đơn giá không nêu vùng)",
            )
            yield zone.problem(Text("missing", "thiếu"), words)
        level, most = levels.get(contract.child("programme").text), attested.get(zone.text)
        if zone.text is not None and level is not None and most is not None and most < level:
            words = Text(
                f"a zone in Viet Nam of a domestic provider that is attested for level {level:g}",
                f"vùng đặt tại Việt Nam của nhà cung cấp trong nước, đạt cấp độ {level:g}",
            )
            yield zone.problem(shown(zone.value), words)
        sold = prices.get(price.text)
        if price.text is not None and sold is not None and zone.text not in (sold or [None]):
            words = Text(
                f"a price of the zone '{zone.text}'" if zone.text else "a price without zones, or the zone",
                f"đơn giá của vùng '{zone.text}'" if zone.text else "đơn giá không nêu vùng, hoặc nêu zone",
            )
            yield price.problem(shown(price.value), words)
