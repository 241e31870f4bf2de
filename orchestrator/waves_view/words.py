"""The words of the waves: rules, aims and reasons in both languages, from the names in the document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestrator.i18n import Language, Messages
from orchestrator.province import Text

STAGES = {
    "lateness": Text("weighted weeks of lateness", "số tuần trễ có trọng số"),
    "changes": Text("moves that change", "số lần chuyển đổi bị dời"),
    "shift": Text("weeks by which steps shift", "tổng số tuần dời của các bước"),
    "cost": Text("cost, billion VND", "chi phí, tỷ đồng"),
    "peak": Text("peak of the teams, persons", "cao điểm nhân lực, người"),
}
STATUSES = {
    "optimal": Text("optimal, proved", "tối ưu, đã chứng minh"),
    "feasible": Text("found, with a proved bound", "đã có phương án, kèm cận đã chứng minh"),
    "infeasible": Text("infeasible, proved", "không khả thi, đã chứng minh"),
    "unknown": Text("nothing found in time", "hết giờ chưa có phương án"),
}
_CHAIN = Text("its own steps take that long", "bản thân chuỗi bước cần từng ấy thời gian")
_OTHERS = Text("other moves were worth more", "nhường cho hệ thống khác quan trọng hơn")


class WaveNames:
    """Names in one language of what a document of waves names by its id."""

    def __init__(self, document: Mapping[str, Any], text: Messages) -> None:
        self._labels = document["labels"]
        self._last_day = document["last_day"]
        self._text = text
        self.language: Language = text.language

    def of(self, group: str, key: str | None) -> str:
        """Name in a group of the labels; an id without a name stands for itself."""
        names = self._labels[group].get(key)
        return str(key) if names is None else self._text.pick(names)

    def rule(self, rule: str) -> str:
        """A rule as people call it."""
        kind, _, name = rule.partition(":")
        match kind:
            case "freeze":
                return Text("freeze: ", "thời gian dừng thay đổi: ").of(self.language) + self.of("freezes", name)
            case "downtime":
                return Text("downtime: ", "hạn mức gián đoạn: ").of(self.language) + self.of("downtime", name)
            case "team":
                return Text("team: ", "nhân lực: ").of(self.language) + self.of("teams", name)
            case "place":
                place, _, resource = name.partition(":")
                return Text("capacity: ", "năng lực: ").of(self.language) + f"{self.of('places', place)} ({resource})"
            case "fund":
                return Text("money: ", "kinh phí: ").of(self.language) + self.of("funds", name.split(":")[0])
            case "pin":
                return Text("pinned: ", "đã ấn định: ").of(self.language) + self.of("systems", name)
            case "dependency":
                return Text("dependencies of ", "phụ thuộc của ").of(self.language) + self.of("systems", name)
            case "horizon":
                day = self._text.date(self._last_day)
                return Text(f"all ends by {day}", f"kết thúc trước hết ngày {day}").of(self.language)
        return rule

    def why(self, why: Mapping[str, Any] | None) -> str:
        """Why a move is late."""
        if why is None:
            return ""
        parts = [_CHAIN.of(self.language)] if why["chain"] else []
        parts += [Text("waits for ", "chờ ").of(self.language) + self.of("systems", name) for name in why["waits_for"]]
        parts += [self.rule(rule) for rule in why["rules"] if rule != "horizon" or not why["chain"]]
        return "; ".join(parts) if parts else _OTHERS.of(self.language)
