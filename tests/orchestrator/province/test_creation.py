"""`init` writes all of a folder or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestrator.province import CreationRefusedError, create_province, creation, read_province
from tests.broken import template


@pytest.fixture(autouse=True)
def _same_weather(monkeypatch: pytest.MonkeyPatch) -> None:
    """The weather takes seconds to make; here it is made once for all tests."""
    monkeypatch.setattr(creation, "template_contents", lambda: dict(template()))


def test_new_folder_is_valid_and_says_what_it_wrote(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "province"
    names = create_province(folder)
    written = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert written == set(names) == set(template())
    assert read_province(folder).problems == ()
    assert list(folder.parent.iterdir()) == [folder]


def test_empty_folder_is_filled(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    create_province(folder)
    assert (folder / "province.yaml").is_file()


def test_folder_has_the_usual_permissions(tmp_path: Path) -> None:
    create_province(tmp_path / "a")
    (tmp_path / "b").mkdir()
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


@pytest.mark.parametrize("kind", ["file", "full folder", "link to an empty folder"])
def test_nothing_is_overwritten(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "taken"
    if kind == "file":
        target.write_text("mine", encoding="utf-8")
    elif kind == "full folder":
        target.mkdir()
        (target / "sites.yaml").write_text("mine", encoding="utf-8")
    else:
        (tmp_path / "elsewhere").mkdir()
        target.symlink_to(tmp_path / "elsewhere")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(CreationRefusedError, match="nothing is overwritten"):
        create_province(target)
    assert sorted(tmp_path.rglob("*")) == before
    if kind == "full folder":
        assert (target / "sites.yaml").read_text(encoding="utf-8") == "mine"


def test_failure_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_bytes = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if path.name == "services.yaml":
            raise OSError(28, "No space left on device")
        return write_bytes(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(CreationRefusedError, match="No space left on device"):
        create_province(tmp_path / "province")
    assert list(tmp_path.iterdir()) == []


def test_folder_that_appears_meanwhile_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "province"

    def slow() -> dict[str, bytes]:
        folder.mkdir()
        (folder / "mine").touch()
        return dict(template())

    monkeypatch.setattr(creation, "template_contents", slow)
    with pytest.raises(CreationRefusedError):
        create_province(folder)
    assert [path.name for path in tmp_path.rglob("*")] == ["province", "mine"]


def test_parent_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CreationRefusedError) as caught:
        create_province(tmp_path / "file" / "province")
    assert caught.value.reason.vi.startswith("không ghi được")


def test_comments_of_the_template_are_in_both_languages() -> None:
    for name, content in template().items():
        comments = [line for line in content.decode().splitlines() if line.startswith("#")]
        assert len(comments) >= 2, name
        assert any(letter in "".join(comments) for letter in "ạảấầậặếềểệịọốồộớờợụứừựỳđ"), name
