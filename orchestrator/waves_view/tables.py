"""The tables of ``camau-dc migrate waves``, made from the document alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestrator.i18n import Messages
from orchestrator.province import Text
from orchestrator.report import Column, Table
from orchestrator.waves_view.words import STAGES, STATUSES, WaveNames

_KVND = 1000.0


def summary_lines(document: Mapping[str, Any], text: Messages) -> list[str]:
    """Status, then each aim with value, bound and gap, then what does not move and what moves as one."""
    language = text.language
    names = WaveNames(document, text)
    lines = [f"{Text('Waves', 'Các đợt chuyển đổi').of(language)}: {STATUSES[document['status']].of(language)}"]
    for stage in document["stages"]:
        value, bound = (_amount(stage["name"], stage[key], text) for key in ("value", "bound"))
        least, gap = Text("at least", "ít nhất").of(language), Text("gap", "sai số").of(language)
        lines.append(
            f"  {STAGES[stage['name']].of(language)}: {value} ({least} {bound}; {gap} {text.percent(stage['gap'])})"
        )
    for each in document["together"]:
        systems = ", ".join(names.of("systems", name) for name in each["systems"])
        if each["circle"]:
            way = " → ".join(each["circle"])
            lines.append(Text(f"  One move, a circle: {way}", f"  Một lần chuyển, phụ thuộc vòng: {way}").of(language))
        else:
            lines.append(Text(f"  One move: {systems}", f"  Một lần chuyển: {systems}").of(language))
    counts = {reason: len(found) for reason, found in document["not_moving"].items()}
    lines.append(
        Text(
            f"  Not moving: {counts['ministry']} of ministries, {counts['retain']} stay, {counts['undated']} without a "
            f"date, {counts['moved']} moved before",
            f"  Không chuyển: {counts['ministry']} của bộ, ngành; {counts['retain']} giữ nguyên; {counts['undated']} "
            f"chưa có thời hạn; {counts['moved']} đã chuyển",
        ).of(language)
    )
    return lines


def conflict_lines(document: Mapping[str, Any], text: Messages) -> list[str]:
    """Why there is no schedule."""
    names = WaveNames(document, text)
    if not document["conflict"]:
        words = Text(
            "There is no schedule; time ran out before a smallest set of rules was found.",
            "Không có lịch nào; hết giờ trước khi tìm ra tập quy tắc nhỏ nhất.",
        )
        return [words.of(text.language)]
    head = Text(
        "These cannot hold together, and each of them is needed:",
        "Các điều sau không thể cùng đúng, bỏ bớt một điều thì có lịch:",
    )
    return [head.of(text.language), *(f"  {names.rule(rule)}" for rule in document["conflict"])]


def wave_tables(document: Mapping[str, Any], text: Messages) -> tuple[Table, ...]:
    """Moves by wave, and money by fund and year."""
    return (_moves(document, text), _money(document, text))


def _amount(stage: str, value: int, text: Messages) -> str:
    return text.billion(value * _KVND) if stage == "cost" else text.number(value)


def _moves(document: Mapping[str, Any], text: Messages) -> Table:
    names = WaveNames(document, text)
    language = text.language
    rows = tuple(
        (
            move["wave"],
            names.of("systems", move["id"]) + (f" (+{len(move['systems']) - 1})" if len(move["systems"]) > 1 else ""),
            names.of("agencies", move["agency"]),
            text.date(move["start"]),
            text.date(move["cut_over"]),
            text.date(move["in_place"]),
            text.date(move["due"]),
            text.number(move["late_weeks"]),
            names.why(move["why"]),
            text.number((move["steps_kvnd"] + move["both_places_kvnd"]) / 1000),
        )
        for move in document["moves"]
    )
    columns = (
        Column(Text("wave", "đợt").of(language), tight=True),
        Column(Text("system", "hệ thống").of(language)),
        Column(Text("agency", "cơ quan").of(language)),
        Column(Text("start", "bắt đầu").of(language), tight=True),
        Column(Text("cut-over", "chuyển đổi").of(language), tight=True),
        Column(Text("in place", "đưa vào dùng").of(language), tight=True),
        Column(Text("due", "thời hạn").of(language), tight=True),
        Column(Text("weeks late", "trễ, tuần").of(language), numeric=True, tight=True),
        Column(Text("why", "lý do").of(language)),
        Column(Text("million VND", "triệu đồng").of(language), numeric=True, tight=True),
    )
    title = Text(
        "Moves by wave (quarter in which the system is in place)", "Lần chuyển đổi theo đợt (quý đưa vào dùng)"
    )
    return Table("moves", title.of(language), columns, rows, groups=1)


def _money(document: Mapping[str, Any], text: Messages) -> Table:
    names = WaveNames(document, text)
    language = text.language
    none = Text("no fund", "không nêu nguồn").of(language)
    rows = tuple(
        (
            none if each["fund"] is None else names.of("funds", each["fund"]),
            str(each["year"]),
            text.billion(each["spent_kvnd"] * _KVND, 2),
            text.billion(None if each["budget_kvnd"] is None else each["budget_kvnd"] * _KVND, 2),
        )
        for each in document["spending"]
    )
    columns = (
        Column(Text("fund", "nguồn vốn").of(language)),
        Column(Text("year", "năm").of(language), tight=True),
        Column(Text("spent", "chi").of(language), numeric=True, tight=True),
        Column(Text("budget", "dự toán").of(language), numeric=True, tight=True),
    )
    title = Text("Money by year, billion VND", "Kinh phí theo năm, tỷ đồng")
    return Table("money", title.of(language), columns, rows, groups=1)
