"""The closed vocabularies of the registers in the words of the administration, and how people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from orchestrator.i18n import Language
from orchestrator.province import Text
from orchestrator.register_files.folding import folded

LABELS: Mapping[str, Mapping[str, Text]] = {
    "kind": {
        "department": Text("department", "Sở"),
        "office": Text("office", "Văn phòng"),
        "police": Text("police", "Công an"),
        "district": Text("district", "Cấp huyện"),
        "commune": Text("commune", "Cấp xã"),
        "committee": Text("committee", "Ủy ban hoặc ban"),
        "authority": Text("authority", "Cơ quan quản lý"),
        "ministry": Text("ministry", "Bộ ngành trung ương"),
    },
    "purpose": {
        "internal": Text("internal", "Nội bộ"),
        "online-service": Text("online-service", "Dịch vụ trực tuyến"),
        "administrative-procedures": Text("administrative-procedures", "Giải quyết thủ tục hành chính"),
        "shared-infrastructure": Text("shared-infrastructure", "Hạ tầng dùng chung"),
        "national": Text("national", "Quốc gia"),
    },
    "data_classes": {
        "public": Text("public", "công khai"),
        "internal": Text("internal", "nội bộ"),
        "personal": Text("personal", "cá nhân"),
        "sensitive-personal": Text("sensitive-personal", "cá nhân nhạy cảm"),
    },
    "hosting": {
        "room": Text("room", "Phòng máy chủ của tỉnh"),
        "agency": Text("agency", "Tại cơ quan"),
        "cloud": Text("cloud", "Đám mây"),
        "ministry": Text("ministry", "Bộ ngành"),
    },
    "strategy": {
        "retain": Text("retain", "Giữ nguyên"),
        "retire": Text("retire", "Ngừng sử dụng"),
        "rehost": Text("rehost", "Chuyển nguyên trạng"),
        "replatform": Text("replatform", "Đổi nền tảng"),
        "refactor": Text("refactor", "Tái cấu trúc"),
        "repurchase": Text("repurchase", "Thay bằng dịch vụ"),
        "relocate": Text("relocate", "Di dời"),
    },
}
"""The words of a choice, none with a comma or a semicolon: lists of spreadsheets and of cells are separated by them."""

_ALSO: Mapping[str, Mapping[str, str]] = {
    "kind": {
        "so nganh": "department",
        "cap huyen": "district",
        "huyen": "district",
        "quan": "district",
        "thi xa": "district",
        "thanh pho": "district",
        "xa": "commune",
        "phuong": "commune",
        "thi tran": "commune",
        "xa phuong": "commune",
        "uy ban": "committee",
        "ubnd": "committee",
        "ban": "committee",
        "ban quan ly": "authority",
        "thanh tra": "authority",
        "bo": "ministry",
        "bo nganh": "ministry",
    },
    "purpose": {
        "noi bo co quan": "internal",
        "dich vu cong truc tuyen": "online-service",
        "truc tuyen": "online-service",
        "tthc": "administrative-procedures",
        "thu tuc hanh chinh": "administrative-procedures",
        "dung chung": "shared-infrastructure",
        "ha tang thong tin dung chung": "shared-infrastructure",
    },
    "data_classes": {
        "du lieu cong khai": "public",
        "du lieu mo": "public",
        "du lieu noi bo": "internal",
        "du lieu ca nhan": "personal",
        "ca nhan co ban": "personal",
        "du lieu ca nhan nhay cam": "sensitive-personal",
        "nhay cam": "sensitive-personal",
    },
    "hosting": {
        "phong may chu": "room",
        "phong may": "room",
        "trung tam du lieu cua tinh": "room",
        "co quan": "agency",
        "may chu cua co quan": "agency",
        "dien toan dam may": "cloud",
        "dam may trong nuoc": "cloud",
        "cloud": "cloud",
        "bo": "ministry",
        "bo nganh trung uong": "ministry",
    },
    "strategy": {
        "giu lai": "retain",
        "ngung": "retire",
        "dung": "retire",
        "dung su dung": "retire",
        "loai bo": "retire",
        "nang cap nen tang": "replatform",
        "thay doi nen tang": "replatform",
        "viet lai": "refactor",
        "xay dung lai": "refactor",
        "mua dich vu": "repurchase",
        "thue dich vu": "repurchase",
        "mua moi": "repurchase",
    },
}
_LEVEL = re.compile(r"(?:cap do|cap|level)? ?([1-5])(?: 0)?")


@cache
def _known(field: str) -> Mapping[str, str]:
    """Values of a vocabulary by their folded spellings."""
    spellings = dict(_ALSO.get(field, {}))
    for value, words in LABELS[field].items():
        spellings |= {folded(value): value, folded(words.vi): value, folded(words.en): value}
    return spellings


def choice(field: str, text: str) -> str | None:
    """The value that a text means, in either language; None for one that it does not."""
    return _known(field).get(folded(text))


def security_level(text: str) -> str | None:
    """The level that 'Cấp độ 3', 'Cấp 3', 'level 3' or '3' means."""
    match = _LEVEL.fullmatch(folded(text))
    return None if match is None else match[1]


def shown(field: str, text: str, language: Language) -> str:
    """A text of the folder with the words of its vocabulary; as it is where the field has none."""
    labels = LABELS.get(field, {})
    parts = [part.strip() for part in text.split(";")]
    if not all(part in labels for part in parts):
        return text
    return "; ".join(labels[part].of(language) for part in parts)


def words_of(field: str) -> Text:
    """All values of a vocabulary as people may write them."""
    values = LABELS[field]
    vietnamese = "; ".join(f"{words.vi} ({value})" for value, words in values.items())
    return Text("one of " + ", ".join(values), f"một trong: {vietnamese}")
