"""The inputs beside a plan: the same bytes for the same files, and never those of another plan."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from orchestrator.archive import archived_inputs, inputs_of_plan
from orchestrator.document import DocumentError
from orchestrator.outputs import INPUTS_FILE
from orchestrator.province import load_province
from tests.broken import template, write_folder


@pytest.fixture
def plan(tmp_path: Path) -> tuple[Path, dict[str, str | None], Path]:
    """Folder, the part of a document that names its inputs, and the file of the plan with the archive beside it."""
    folder = write_folder(tmp_path / "province", template())
    province = load_province(folder)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / INPUTS_FILE).write_bytes(archived_inputs(province, folder))
    document: dict[str, str | None] = {
        "inputs_digest": province.digest,
        "scenario": "base",
        "together": None,
        "folder": "../province",
    }
    return folder, document, tmp_path / "out" / "plan.json"


def test_the_archive_gives_the_inputs_back_when_the_folder_has_changed(
    plan: tuple[Path, dict[str, str | None], Path],
) -> None:
    folder, document, file = plan
    (folder / "province.yaml").write_text("changed: true\n")
    assert inputs_of_plan(document, file).digest == document["inputs_digest"]
    assert sorted(zipfile.ZipFile(file.parent / INPUTS_FILE).namelist()) == sorted(template())


def test_without_the_archive_the_folder_serves_while_it_has_the_digest(
    plan: tuple[Path, dict[str, str | None], Path],
) -> None:
    folder, document, file = plan
    (file.parent / INPUTS_FILE).unlink()
    assert inputs_of_plan(document, file).digest == document["inputs_digest"]
    (folder / "province.yaml").write_text("changed: true\n")
    with pytest.raises(DocumentError, match="neither inputs"):
        inputs_of_plan(document, file)


def test_the_same_files_give_the_same_bytes(plan: tuple[Path, dict[str, str | None], Path]) -> None:
    folder, _, file = plan
    assert archived_inputs(load_province(folder), folder) == (file.parent / INPUTS_FILE).read_bytes()


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x05\x06" + b"\0" * 18])
def test_a_damaged_archive_is_passed_over(content: bytes, plan: tuple[Path, dict[str, str | None], Path]) -> None:
    _, document, file = plan
    (file.parent / INPUTS_FILE).write_bytes(content)
    assert inputs_of_plan(document, file).digest == document["inputs_digest"]
