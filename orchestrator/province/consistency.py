"""What records must agree on with each other and with themselves, beyond names and dates."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import PurePosixPath

from orchestrator.province.nodes import Book
from orchestrator.province.problems import Problem, Text, joined
from orchestrator.province.references import (
    CATALOGUES,
    CLOUDS,
    HARDWARE,
    PROVINCE,
    SCENARIOS,
    SERVICES,
    SITES,
    ids_of,
)
from orchestrator.province.words import one_of, shown


def halls_misplaced(book: Book) -> Iterator[Problem]:
    """New modules stand in orderable halls, existing ones in halls that cannot be ordered."""
    orderable = {}
    for hall in book.nodes(HARDWARE, "halls.*"):
        if (name := hall.child("id").text) is not None:
            orderable[name] = hall.child("orderable").value is not False
    for node in book.nodes(SITES, "sites.*.allowed_halls.*"):
        if orderable.get(node.text or "") is False:
            words = Text(
                "a hall that is orderable: this one has orderable: false",
                "loại phòng máy đặt mua được: loại này có orderable: false",
            )
            yield node.problem(shown(node.value), words)
    for node in book.nodes(SITES, "sites.*.existing_modules.*.hall"):
        if orderable.get(node.text or "") is True:
            words = Text(
                "a hall with orderable: false, which brings its plant along",
                "loại phòng máy có orderable: false, kèm sẵn hạ tầng",
            )
            yield node.problem(shown(node.value), words)


def outage_without_tanks(book: Book) -> Iterator[Problem]:
    """A rule for outages needs a tank that can be bought."""
    if not book.has(HARDWARE) or any(node.value is not None for node in book.nodes(HARDWARE, "fuel_tank")):
        return
    for rule in book.nodes(PROVINCE, "resilience.outage"):
        if rule.value is not None:
            words = Text(
                "the rule needs fuel_tank in hardware.yaml", "quy tắc này cần có fuel_tank trong hardware.yaml"
            )
            yield rule.problem(Text("no fuel tank can be bought", "không có bồn dầu nào để mua"), words)


def autonomy_without_batteries(book: Book) -> Iterator[Problem]:
    """A UPS that is priced without batteries needs some that can be bought."""
    if not book.has(HARDWARE) or any(node.value is not None for node in book.nodes(HARDWARE, "ups_battery")):
        return
    for minutes in book.nodes(HARDWARE, "plant.*.autonomy_minutes"):
        if minutes.number:
            words = Text(
                "0, or ups_battery in hardware.yaml to be bought for it", "0, hoặc khai ups_battery trong hardware.yaml"
            )
            yield minutes.problem(shown(minutes.value), words)


def failure_domains_missing(book: Book) -> Iterator[Problem]:
    """A rule for the loss of a site needs to know what every site shares with others."""
    if not any(rule.value is not None for rule in book.nodes(PROVINCE, "resilience.site_loss")):
        return
    for site in book.nodes(SITES, "sites.*"):
        node = site.child("failure_domains")
        if isinstance(site.value, dict) and node.value is None:
            words = Text(
                "substation, flood_basin and cable_routes, which resilience.site_loss of province.yaml asks for",
                "cần substation, flood_basin và cable_routes theo resilience.site_loss trong province.yaml",
            )
            yield node.problem(Text("missing", "thiếu"), words)


def rent_prices_incomplete(book: Book) -> Iterator[Problem]:
    """A price by the GPU-hour names its GPU and the work it does; no other price does."""
    for price in book.nodes(CLOUDS, "prices.*"):
        is_gpu = price.child("resource").text == "gpu_hour"
        for name in ("gpu_model", "gpu_equivalent"):
            field = price.child(name)
            if is_gpu and field.value is None:
                yield field.problem(
                    Text("missing", "thiếu"),
                    Text("required with resource: gpu_hour", "bắt buộc khi resource: gpu_hour"),
                )
            elif not is_gpu and field.value is not None and price.child("resource").text is not None:
                yield field.problem(
                    shown(field.value), Text("allowed with resource: gpu_hour only", "chỉ dùng khi resource: gpu_hour")
                )


def state_owners_unknown(book: Book) -> Iterator[Problem]:
    """A programme that the State pays for is owned by an agency of the register; others name an enterprise in words."""
    agencies = CATALOGUES["agency"]
    if (ids := ids_of(book, agencies)) is None:
        return
    for programme in book.nodes(SERVICES, "programmes.*"):
        owner = programme.child("owner")
        if programme.child("payer").text == "state" and owner.text is not None and owner.text not in ids:
            yield owner.problem(shown(owner.value), joined(one_of(ids, owner.text), " (", agencies.words, ")"))


def sites_of_others(book: Book) -> Iterator[Problem]:
    """The sites of a programme are sites of its payer."""
    payers = {site.child("id").text: site.child("payer").text for site in book.nodes(SITES, "sites.*")}
    for programme in book.nodes(SERVICES, "programmes.*"):
        payer = programme.child("payer").text
        for node in programme.select("sites.*"):
            theirs = payers.get(node.text)
            if payer is not None and theirs is not None and theirs != payer:
                words = Text(
                    f"a site whose payer is '{payer}', as the programme's: this one has '{theirs}'",
                    f"địa điểm có payer là '{payer}' như chương trình: địa điểm này là '{theirs}'",
                )
                yield node.problem(shown(node.value), words)


def weather_files_outside(book: Book) -> Iterator[Problem]:
    """Weather files are named by a relative path inside the folder."""
    for node in book.nodes(SITES, "sites.*.weather_file"):
        if node.text is not None and not inside_folder(node.text):
            words = Text(
                "a path inside the province folder with forward slashes, e.g. weather/nam-can.csv",
                "đường dẫn bên trong thư mục tỉnh, dùng dấu /, ví dụ weather/nam-can.csv",
            )
            yield node.problem(shown(node.value), words)


def inside_folder(name: str) -> bool:
    """Whether a name is a relative path that does not leave its folder."""
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and not set(name) & {"\\", "\0"}


def probabilities_too_high(book: Book) -> Iterator[Problem]:
    """Probabilities of the scenarios sum to 1 at most."""
    given = [node for node in book.nodes(SCENARIOS, "scenarios.*.probability") if node.number is not None]
    total = math.fsum(node.number or 0 for node in given)
    if total > 1 + 1e-9:
        words = Text("the probabilities must sum to 1 at most", "tổng các xác suất nhiều nhất là 1")
        yield given[-1].problem(Text(f"the sum is {total:g}", f"tổng là {total:g}"), words)
