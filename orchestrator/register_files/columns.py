"""The columns of the two registers as spreadsheets have them: what stands above each, how else people call it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from orchestrator.province import FILES, Text
from orchestrator.province.problems import joined
from orchestrator.province.shapes import Shape
from orchestrator.province.words import allowed
from orchestrator.register_files.folding import folded, without_parentheses
from orchestrator.register_files.vocabulary import LABELS, words_of

RegisterName = Literal["agencies", "systems"]
UNITS = frozenset(
    ("kb", "mb", "gb", "tb", "pb", "kib", "mib", "gib", "tib", "bit", "byte", "bytes", "ngay", "day", "days", "phut")
)
"""Words of a heading that say another unit than the register's."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a register: the field of the folder, its heading, other spellings (folded), and what it means."""

    field: str
    heading: Text
    also: tuple[str, ...]
    meaning: Text


@dataclass(frozen=True)
class RegisterKind:
    """A register: its file, the title of its sheet, what a row of it is called, and its columns in order."""

    name: RegisterName
    file: str
    title: Text
    row_word: Text
    columns: tuple[Column, ...]

    @cached_property
    def shapes(self) -> Mapping[str, Shape]:
        """What each field allows, by its name."""
        shape = FILES[self.file].shape
        return (shape.item or shape).known()

    @cached_property
    def by_field(self) -> Mapping[str, Column]:
        """The columns by the name of their field."""
        return {column.field: column for column in self.columns}

    def allowed(self, field: str) -> Text:
        """What a cell of a field may hold, in the words of spreadsheets."""
        shape = self.shapes[field]
        if field in LABELS:
            return words_of(field)
        if field in REFERENCES and field in IDS:
            return Text("an id of the agencies, or a name", "mã trong danh mục cơ quan, hoặc tên")
        if field == "source":
            return allowed(Shape("source"))
        if shape.kind == "date":
            words = Text("a date, as dd/mm/yyyy", "ngày, dạng dd/mm/yyyy")
            return joined(words, Text(" or nothing", " hoặc để trống")) if shape.nullable else words
        return Text("a text", "văn bản") if shape.kind == "text" and shape.pattern is None else allowed(shape)

    @cached_property
    def _spellings(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for column in self.columns:
            headings = (column.field, column.heading.vi, column.heading.en)
            found |= dict.fromkeys((*map(folded, headings), *column.also), column.field)
        return found

    @property
    def spellings(self) -> tuple[str, ...]:
        """All folded headings that are known."""
        return tuple(self._spellings)

    def field_of(self, heading: str) -> str | None:
        """The field that a heading means, None when it means none.

        What stands in parentheses may be left out unless it is a unit, since a column in another unit is another one.
        """
        if (known := self._spellings.get(folded(heading))) is not None:
            return known
        bare, inside = without_parentheses(heading)
        if not inside or UNITS & set(folded(inside).split()):
            return None
        return self._spellings.get(folded(bare))


def _column(field: str, heading: str, english: str, also: str, meaning: str, meaning_en: str) -> Column:
    return Column(field, Text(english, heading), tuple(also.split("|")) if also else (), Text(meaning_en, meaning))


SYSTEMS = RegisterKind(
    "systems",
    "systems.csv",
    Text("Information systems", "Hệ thống thông tin"),
    Text("system", "hệ thống"),
    (
        _column(
            "id", "Mã hệ thống", "System id", "ma|ma so|ma ht|ma httt|ma he thong thong tin|code",
            "Mã ngắn không đổi, không trùng: chữ thường a-z, chữ số, gạch nối",
            "A short id that never changes: small letters a-z, digits, hyphens",
        ),
        _column(
            "name_vi", "Tên hệ thống", "Name (Vietnamese)",
            "ten|ten he thong thong tin|ten httt|ten tieng viet|he thong|he thong thong tin|ten phan mem|name",
            "Tên tiếng Việt", "The name in Vietnamese",
        ),
        _column("name_en", "Tên tiếng Anh", "Name (English)", "ten anh", "Tên tiếng Anh", "The name in English"),
        _column(
            "owner", "Cơ quan chủ quản", "Owner",
            "co quan|don vi|chu quan|don vi chu quan|co quan quan ly|don vi quan ly|co quan don vi|agency",
            "Cơ quan đứng tên khi đăng ký: mã hoặc tên; cơ quan hiện nay do chuỗi kế thừa suy ra",
            "The agency when it was registered, by id or name; who owns it today follows from the successions",
        ),
        _column(
            "purpose", "Mục đích", "Purpose", "muc dich su dung|loai hinh|loai he thong",
            "Hệ thống dùng để làm gì, theo tiêu chí xác định cấp độ", "What it is for, as the criteria of levels ask",
        ),
        _column(
            "security_level", "Cấp độ an toàn", "Security level",
            "cap do|cap do attt|cap do an toan thong tin|cap do an toan he thong thong tin|level",
            "Cấp độ an toàn hệ thống thông tin, 1 đến 5", "Security level, 1 to 5",
        ),
        _column(
            "level_basis", "Căn cứ cấp độ", "Level basis", "can cu xac dinh cap do|can cu phe duyet cap do",
            "Mã văn bản (references của province.yaml) làm căn cứ xác định cấp độ",
            "Reference of province.yaml under which the level was set",
        ),
        _column(
            "data_classes", "Loại dữ liệu", "Data classes", "phan loai du lieu|nhom du lieu|du lieu|data",
            "Một hoặc nhiều loại, cách nhau bằng dấu chấm phẩy", "One class or several, separated by semicolons",
        ),
        _column(
            "data_subjects", "Số chủ thể dữ liệu", "Data subjects", "so nguoi|so nguoi co du lieu|chu the du lieu",
            "Số người có dữ liệu trong hệ thống", "Persons whose data it holds",
        ),
        _column(
            "hosting", "Nơi đặt", "Hosting", "noi dat he thong|noi van hanh|noi luu tru|hinh thuc luu tru",
            "Hệ thống hiện chạy ở đâu", "Where it stands now",
        ),
        _column(
            "strategy", "Phương án chuyển đổi", "Strategy", "phuong an|chien luoc|chien luoc 7r|7r|phuong an 7r",
            "Phương án chuyển lên hạ tầng dùng chung (7R)", "How it moves to the shared capacity (7R)",
        ),
        _column("vcpu", "Số vCPU", "vCPU", "vcpu|so vcpu", "vCPU đang dùng, chưa tính tăng trưởng", "vCPU in use now"),
        _column(
            "memory_gib", "Bộ nhớ (GiB)", "Memory (GiB)", "ram|ram gib|bo nho|bo nho ram gib|memory",
            "Bộ nhớ đang dùng, GiB", "Memory in use now, GiB",
        ),
        _column(
            "storage_tb", "Lưu trữ (TB)", "Storage (TB)", "luu tru|dung luong tb|dung luong luu tru tb|storage",
            "Dung lượng hữu dụng, TB (chưa tính mã hóa, bản sao)", "Usable storage, TB, before coding and copies",
        ),
        _column(
            "load_class", "Lớp tải", "Load class", "lop phu tai",
            "Mã lớp tải trong services.yaml", "Load class of services.yaml",
        ),
        _column(
            "depends_on", "Phụ thuộc vào", "Depends on", "phu thuoc|phu thuoc he thong",
            "Mã (hoặc tên) các hệ thống mà nó cần, cách nhau bằng dấu chấm phẩy",
            "Ids (or names) of systems that it needs, separated by semicolons",
        ),
        _column(
            "in_service_from", "Ngày đưa vào sử dụng", "In service from",
            "ngay van hanh|ngay hoat dong|dua vao su dung|ngay su dung|thoi diem dua vao su dung",
            "Ngày bắt đầu vận hành", "The day on which it went into service",
        ),
        _column(
            "moves_on", "Ngày chuyển", "Moves on", "ngay chuyen doi|ngay di chuyen|thoi diem chuyen doi",
            "Ngày chuyển sang hạ tầng dùng chung; trống khi chưa có kế hoạch",
            "The day of the move to the shared capacity; empty when none is planned",
        ),
        _column(
            "rto_hours", "RTO (giờ)", "RTO (hours)", "rto|rto h|thoi gian khoi phuc gio",
            "Phải chạy lại trong bao nhiêu giờ; trống thì theo cấp độ", "Hours to serve again; empty: as its level",
        ),
        _column(
            "rpo_hours", "RPO (giờ)", "RPO (hours)", "rpo|rpo h|diem khoi phuc gio",
            "Được mất dữ liệu của bao nhiêu giờ; trống thì theo cấp độ",
            "Hours of data that may be lost; empty: as its level",
        ),
        _column(
            "source", "Nguồn", "Source", "nguon so lieu|nguon du lieu|can cu|nguon thong tin",
            "Số liệu lấy từ đâu: ref:, derived: hoặc assumption:",
            "Where the row comes from: ref:, derived: or assumption:",
        ),
    ),
)  # fmt: skip
AGENCIES = RegisterKind(
    "agencies",
    "agencies.csv",
    Text("Agencies", "Cơ quan"),
    Text("agency", "cơ quan"),
    (
        _column(
            "id", "Mã cơ quan", "Agency id", "ma|ma so|ma don vi|ma dinh danh|code",
            "Mã ngắn không đổi: chữ thường a-z, chữ số, gạch nối", "A short id that never changes",
        ),
        _column(
            "name_vi", "Tên cơ quan", "Name (Vietnamese)", "ten|ten don vi|ten co quan don vi|ten tieng viet|name",
            "Tên tiếng Việt", "The name in Vietnamese",
        ),
        _column("name_en", "Tên tiếng Anh", "Name (English)", "ten anh", "Tên tiếng Anh", "The name in English"),
        _column("kind", "Loại cơ quan", "Kind", "loai|loai don vi|loai hinh", "Cơ quan loại nào", "What it is"),
        _column(
            "valid_from", "Có hiệu lực từ", "Valid from", "hieu luc tu|ngay thanh lap|thanh lap|tu ngay",
            "Ngày đầu tiên cơ quan tồn tại", "The first day on which it exists",
        ),
        _column(
            "valid_to", "Hết hiệu lực từ", "Valid to", "het hieu luc|ngay giai the|giai the|den ngay",
            "Ngày đầu tiên cơ quan không còn; trống khi đang tồn tại", "The first day on which it no longer exists",
        ),
        _column(
            "successor", "Cơ quan kế thừa", "Successor", "ke thua|don vi ke thua|co quan tiep nhan",
            "Cơ quan nhận các hệ thống vào ngày hết hiệu lực: mã hoặc tên",
            "The agency that takes over its systems, by id or name",
        ),
        _column(
            "source", "Nguồn", "Source", "nguon so lieu|nguon du lieu|can cu|nguon thong tin",
            "Số liệu lấy từ đâu: ref:, derived: hoặc assumption:",
            "Where the row comes from: ref:, derived: or assumption:",
        ),
    ),
)  # fmt: skip
NOTES = Text("Notes", "Ghi chú")
"""The sheet of an export that says what the columns mean."""
REGISTERS: Mapping[RegisterName, RegisterKind] = {"agencies": AGENCIES, "systems": SYSTEMS}
"""In the order in which they are read and written: systems refer to agencies."""
REFERENCES = {"owner": "agencies", "successor": "agencies", "depends_on": "systems"}
"""Fields that name rows of a register."""
IDS = frozenset(("id", "owner", "successor", "level_basis", "load_class"))
"""Fields that hold one id."""
LISTS = frozenset(("data_classes", "depends_on"))
"""Fields that hold several values separated by semicolons."""
