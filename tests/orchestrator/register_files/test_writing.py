"""All registers are written or none, whatever fails on the way."""

from __future__ import annotations

import errno
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestrator.document import writing
from orchestrator.register_files import Import, RegisterMovedError, apply_import, read_import
from tests.orchestrator.register_files.spreadsheets import HEADINGS, row, workbook


@pytest.fixture
def wanted(folder: Path, tmp_path: Path) -> Import:
    """An import that changes both registers."""
    agencies = [["id", "name_vi", "name_en", "kind", "valid_from", "source"],
                ["so-yt", "Sở Y tế", "Health", "Sở", "01/01/1997", "assumption: test"]]  # fmt: skip
    sheets = {"HT": [HEADINGS, row(Cơ_quan_chủ_quản="so-yt")], "CQ": agencies}
    found = read_import(folder, workbook(tmp_path / "a.xlsx", sheets))
    assert list(found.contents) == ["agencies.csv", "systems.csv"]
    return found


def everything(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_both_are_written_and_nothing_else_is_left(wanted: Import) -> None:
    before = everything(wanted.folder)
    apply_import(wanted)
    after = everything(wanted.folder)
    assert set(after) == set(before)
    assert {name for name in after if after[name] != before[name]} == {"agencies.csv", "systems.csv"}


@pytest.mark.parametrize("failing", ["agencies.csv", "systems.csv"])
def test_when_a_renaming_fails_both_are_as_before(
    wanted: Import, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    before = everything(wanted.folder)
    rename = writing._rename

    def fail(temporary: Path, path: Path) -> None:
        if path.name == failing:
            raise OSError(errno.EIO, "the disk is gone", str(path))
        rename(temporary, path)

    monkeypatch.setattr(writing, "_rename", fail)
    with pytest.raises(OSError, match="the disk is gone"):
        apply_import(wanted)
    assert everything(wanted.folder) == before


@pytest.mark.parametrize("has_links", [True, False])
def test_a_file_system_without_hard_links_is_put_back_too(
    wanted: Import, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    before = everything(wanted.folder)

    def refuse(self: Path, target: Path) -> None:
        raise OSError(errno.EPERM, "no links", str(self), None, str(target))

    def interrupt(temporary: Path, path: Path) -> None:
        if path.name == "systems.csv":
            raise KeyboardInterrupt
        temporary.replace(path)

    if not has_links:
        monkeypatch.setattr(Path, "hardlink_to", refuse)
    monkeypatch.setattr(writing, "_rename", interrupt)
    with pytest.raises(KeyboardInterrupt):
        apply_import(wanted)
    assert everything(wanted.folder) == before


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Files beyond a size cannot be written, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("room", [0, 900])
def test_without_room_nothing_changes(wanted: Import, room: int) -> None:
    before = everything(wanted.folder)
    with room_for(room), pytest.raises(OSError, match="csv"):
        apply_import(wanted)
    assert everything(wanted.folder) == before


def test_a_register_that_somebody_changed_meanwhile_is_not_overwritten(wanted: Import) -> None:
    path = wanted.folder / "systems.csv"
    path.write_bytes(path.read_bytes() + b"# a note\n")
    before = everything(wanted.folder)
    with pytest.raises(RegisterMovedError, match="changed since it was read"):
        apply_import(wanted)
    assert everything(wanted.folder) == before
