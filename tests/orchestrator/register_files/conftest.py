"""A valid province folder, the template as `init` writes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.broken import template, write_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of its own for each test, which may change it."""
    return write_folder(tmp_path / "province", template())
