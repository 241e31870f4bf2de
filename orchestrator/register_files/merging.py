"""What an import changes in a register: rows added, changed field by field, missing from the file, removed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from orchestrator.province import Text
from orchestrator.register_files.columns import LISTS, RegisterKind, RegisterName
from orchestrator.register_files.kept_text import KeptRow, KeptText, NewRow, rewritten
from orchestrator.register_files.rejections import Rejection, short
from orchestrator.register_files.rows import SheetRow
from orchestrator.register_files.values import same, same_list

ChangeKind = Literal["added", "changed", "missing", "removed"]
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field with its text before and after, empty when there is none."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row of a difference. ``sheet`` and ``row`` say where the file has it; empty and 0 when it has not."""

    register: RegisterName
    kind: ChangeKind
    id: str
    name: str
    sheet: str
    row: int
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Merged:
    """A register with the rows of a file merged into it.

    ``rows`` has every row as it will be, with the row of the file that it came from, None when the file lacks it.
    """

    text: KeptText
    rows: tuple[tuple[NewRow, SheetRow | None], ...]
    changes: tuple[RowChange, ...]
    unchanged: int
    rejections: tuple[Rejection, ...]

    def count(self, kind: ChangeKind) -> int:
        """How many rows changed so."""
        return sum(change.kind == kind for change in self.changes)

    def written(self) -> tuple[bytes, dict[int, SheetRow]]:
        """The file as it will be, and the row of the import that stands on each line where a changed row begins."""
        changed = {(change.sheet, change.row) for change in self.changes if change.kind in ("added", "changed")}
        new = [row for row, source in self.rows if source is not None and _place(source) in changed]
        kept = {row.kept.first for row, _ in self.rows if row.kept is not None}
        gone = [row for row in self.text.rows if row.first not in kept]
        content, begins = rewritten(self.text, new, gone)
        sources = {id(row): source for row, source in self.rows if source is not None}
        return content, {line: sources[id(row)] for line, row in begins.items()}


def merge(
    text: KeptText, rows: Sequence[SheetRow], *, remove_missing: bool, heirs: Mapping[str, str] | None = None
) -> Merged:
    """The rows of a file merged into a register by their ids; agencies that stand several times, by id and first day.

    Columns that the file lacks stay as they are. An agency is never removed: what it owned must lead to its successor.
    ``heirs`` says who owns today what an agency owned: people name today's owner, and that is no change of the one who
    registered the system.
    """
    kind = text.kind
    several = _repeated(text, rows)
    wanted, rejections = _by_key(rows, several)
    merged: list[tuple[NewRow, SheetRow | None]] = []
    changes: list[RowChange] = []
    unchanged = 0
    seen: set[int] = set()
    for row in text.rows:
        source = wanted.get(_key(row.fields, several))
        if source is None:
            is_removed = remove_missing and kind.name == "systems"
            changes.append(_change(kind, "removed" if is_removed else "missing", row, None, ()))
            if not is_removed:
                merged.append((NewRow(row, row.fields), None))
            continue
        seen.add(id(source))
        fields, differences = _differences(kind, row, source, heirs or {})
        merged.append((NewRow(row, fields), source))
        if differences:
            changes.append(_change(kind, "changed", row, source, differences))
        else:
            unchanged += 1
    for source in wanted.values():
        if id(source) not in seen:
            fields = {field: value for field, value in source.fields.items() if value}
            added = tuple(FieldChange(field, "", value) for field, value in fields.items())
            merged.append((NewRow(None, fields), source))
            changes.append(_change(kind, "added", None, source, added))
    changed = {(change.sheet, change.row) for change in changes if change.kind in ("added", "changed")}
    rejections += [
        _read_as_note(source, text) for row, source in merged if source is not None and _place(source) in changed
        and row.fields.get(text.first_field, "").startswith("#")
    ]  # fmt: skip
    return Merged(text, tuple(merged), tuple(changes), unchanged, tuple(rejections))


def _read_as_note(source: SheetRow, text: KeptText) -> Rejection:
    """A row that the folder would pass over, since its line begins with the sign of notes."""
    value = source.fields.get(text.first_field, "")
    reason = Text("a text that does not begin with '#'", "văn bản không bắt đầu bằng '#'")
    return source.rejection(text.first_field, Text(short(value), short(value)), reason)


def _place(source: SheetRow) -> tuple[str, int]:
    return source.table.sheet.name, source.row


def _change(
    kind: RegisterKind, what: ChangeKind, kept: KeptRow | None, source: SheetRow | None, fields: tuple[FieldChange, ...]
) -> RowChange:
    known = source.fields if kept is None and source is not None else kept.fields if kept is not None else {}
    sheet, row = ("", 0) if source is None else _place(source)
    return RowChange(kind.name, what, known.get("id", ""), known.get("name_vi", ""), sheet, row, fields)


def _differences(
    kind: RegisterKind, row: KeptRow, source: SheetRow, heirs: Mapping[str, str]
) -> tuple[dict[str, str], tuple[FieldChange, ...]]:
    """The fields as they will be, and those that change."""
    fields = dict(row.fields)
    changes = []
    for field, after in source.fields.items():
        before = row.fields.get(field, "")
        equal = same_list(before, after) if field in LISTS else same(kind.shapes[field], before, after)
        if equal or (field == "owner" and field in source.by_name and heirs.get(before) == after):
            continue
        changes.append(FieldChange(field, before, after))
        fields[field] = after
    return {field: value for field, value in fields.items() if value}, tuple(changes)


def _key(fields: Mapping[str, str], several: frozenset[str]) -> Key:
    """What tells a row apart: its id, and its first day where an agency of that id stands several times."""
    name = fields.get("id", "")
    return (name, fields.get("valid_from", "")) if name in several else (name,)


def _repeated(text: KeptText, rows: Sequence[SheetRow]) -> frozenset[str]:
    """Agencies of which the folder or the file has several tenures."""
    if text.kind.name != "agencies":
        return frozenset()
    counts = (Counter(row.fields.get("id", "") for row in text.rows), Counter(row.id for row in rows))
    return frozenset(name for count in counts for name, times in count.items() if times > 1)


def _by_key(rows: Sequence[SheetRow], several: frozenset[str]) -> tuple[dict[Key, SheetRow], list[Rejection]]:
    """The rows of a file by key; a second row of a key is rejected, naming the first."""
    found: dict[Key, SheetRow] = {}
    rejections: list[Rejection] = []
    for row in rows:
        first = found.setdefault(_key(row.fields, several), row)
        if first is not row:
            where = first.where()
            reason = Text(f"each of them once: it stands in {where.en} already", f"mỗi mã một lần: đã có ở {where.vi}")
            rejections.append(row.rejection("id", Text(short(row.id), short(row.id)), reason))
    return found, rejections
